//! Why a run decided as it did, in words, from its output folder: two pages against each other, one page, or one
//! reprint set. Records are read again from their files and cleaned again as the run cleaned them; whatever the
//! folder does not have is measured anew.

mod cluster;
mod evidence;
mod page;
mod pair;
#[cfg(test)]
mod tests;
mod words;

pub(crate) use cluster::{relation, set_in_words};
pub(crate) use words::{count, excerpt, percent};

use crate::error::Result;
use crate::output_folder::OutFolder;

/// What there is to say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// The explanation: plain text for terminals, lines of at most some ninety columns.
    Text(String),
    /// Nothing to show, and why.
    Nothing(String),
}

impl OutFolder {
    /// What two pages share and why it amounts to what it does: overlap, passages, thresholds, verdict. Reads
    /// `documents.jsonl` and `matches.jsonl` once.
    pub fn explain_pair(&self, a: &str, b: &str) -> Result<Answer> {
        pair::explain(self, a, b)
    }

    /// What each line of a page was taken for and why, and what the page states. Reads `documents.jsonl` once.
    pub fn explain_page(&self, id: &str) -> Result<Answer> {
        page::explain(self, id)
    }

    /// Where a reprint set came from, as a person would argue it. Reads `clusters.jsonl` up to the set and
    /// `documents.jsonl` once; keeps only what belongs to the set.
    pub fn explain_cluster(&self, number: u32) -> Result<Answer> {
        cluster::explain(self, number)
    }
}

impl Answer {
    fn no_page(out: &OutFolder, id: &str) -> Self {
        let place = out.path("documents.jsonl");
        Answer::Nothing(format!("no page with the id {id:?} in {}", place.display()))
    }
}
