//! The output folder: the records that a run writes into it, and the way back from its files to records and pages.
//! Whoever shows, exports or explains what was found reads it through this module.

mod argument;
mod by_set;
mod evidence_text;
mod folder;
mod lines;
mod points;
mod reread;

pub(crate) use argument::Argument;
pub(crate) use by_set::PagesBySet;
pub(crate) use evidence_text::{About, claim};
pub(crate) use folder::written;
pub use folder::{OutFolder, Run};
pub(crate) use lines::{Document, Pairing, PassagePlaces};
pub use points::{FoundPoint, PointQuery};
pub(crate) use reread::Reread;

pub use crate::records::{FORMAT_VERSION, VERSION};
