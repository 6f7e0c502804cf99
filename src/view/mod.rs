//! What people look at: an output folder put together for the report. Everything is read from the tables that a run
//! has written; nothing is decided here.
//!
//! [`FolderIndex`] knows where the lines of the tables are, so that any set, page or talking point is read alone.
//! [`write_file`] makes the one file that opens anywhere; [`LiveReport`] hands out the same values one by one.

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

pub use file::{rewrite, write as write_file};
pub use index::FolderIndex;
pub use live::LiveReport;
pub use overview::{Query, Sort};
pub use texts::Texts;

#[cfg(test)]
use texts::FromFolder;
