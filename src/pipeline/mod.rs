//! The whole method: [`detect`] runs every stage of the figure, [`sketch`] is the part of it that sees one page.

mod cases;
mod checkpoint;
mod compare;
mod conclude;
mod detect;
mod draft;
mod earlier_run;
mod findings;
mod memory_budget;
mod phrase_uses;
mod progress;
mod sketch;

pub use crate::records::StageTime;
pub use cases::{Cases, cases};
pub use checkpoint::Checkpoint;
pub(crate) use compare::Compared;
pub use compare::compare;
pub(crate) use conclude::{Conclusions, conclude};
pub use detect::detect;
pub(crate) use detect::{judge, judge_without, obey_origins, open};
pub use findings::Findings;
pub(crate) use memory_budget::scratch;
pub use phrase_uses::PhraseUse;
pub(crate) use progress::stop_if_cancelled;
pub use progress::{Observer, Unobserved};
pub(crate) use sketch::{PART, SketchPart, Wanted, sketch_page, sketch_part};
