//! The stages for a part of a corpus, as a list of steps that an engine runs one after the other ([`steps`]). A step
//! selects rows from the tables of earlier steps, brings rows of equal keys into one task, and calls a function over them.
//! The functions call what the pipeline calls, so both come to the same answer.
//!
//! A page goes by its order, a hash of its id, since no part knows how many pages come before it. Within a part pages
//! are numbered in the order of these hashes, so that whatever is decided by number is decided alike in every part.

mod candidates;
mod forest;
mod furniture;
mod incident_matches;
mod model;
mod partition;
mod plan;
mod points;
mod rows;
mod sets;
mod sketches;
mod step;
mod totals;

pub use model::check_verdicts;
pub use plan::steps;
pub use step::{Broadcast, Step, Task};
