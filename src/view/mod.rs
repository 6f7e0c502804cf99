//! What people look at: an output folder put together for the report. Everything is read from the tables that a run
//! has written; nothing is decided here.
//!
//! [`Index`] knows where the lines of the tables stand, so that any set, page or talking point is read alone.
//! [`write_file`] makes the one file that opens anywhere; `tonggao serve` hands out the same values one by one.

// What `tonggao serve` alone asks for stands among the rest.
#![cfg_attr(not(feature = "cli"), allow(dead_code))]

mod file;
mod index;
mod lines;
mod overview;
mod point;
mod set;
mod shell;
#[cfg(test)]
mod tests;
mod texts;

pub use file::{Lang, write as write_file};
pub use index::Index;
pub use texts::Texts;

#[cfg(feature = "cli")]
pub(crate) use overview::Query;
#[cfg(feature = "cli")]
pub(crate) use shell::{Mode, Shell};
#[cfg(feature = "cli")]
pub(crate) use texts::FromFolder;
