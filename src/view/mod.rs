//! What people look at: an output folder put together for the report. Everything is read from the tables that a run
//! has written; nothing is decided here.
//!
//! [`FolderIndex`] knows where the lines of the tables are, so that any set, page or talking point is read alone.
//! [`write_file`] makes the one file that opens anywhere; a [`Report`] hands out the same values one by one: [`LiveReport`]
//! from a folder, and `index/report.rs` from an index, whose sets a [`Catalog`] lists alike.

mod catalog;
mod file;
mod index;
mod lines;
mod live;
mod overview;
mod point;
mod set;
mod shell;
#[cfg(test)]
mod tests;
mod texts;

pub(crate) use catalog::{Catalog, Days, OutletNames, Shape, day_number, has_all};
pub use catalog::{Query, Sort};
pub use file::{rewrite, write as write_file};
pub use index::FolderIndex;
pub(crate) use index::IndexedPage;
pub use live::{LiveReport, Report, policy};
pub(crate) use live::{ROWS, json, page};
pub(crate) use overview::{OriginCell, Overview, POINTS, PointRow, SetRow, SetRows, Strongest};
pub(crate) use point::{PointView, examples};
pub(crate) use set::{PageText, SetView};
pub use texts::Texts;

#[cfg(test)]
use texts::FromFolder;
