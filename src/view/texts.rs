//! The texts of pages, from wherever they can be had.

use crate::corpus::Corpus;
use crate::output_folder::Document;
use crate::output_folder::OutFolder;
use crate::output_folder::Reread;
use crate::types::DocId;
use rayon::prelude::*;

/// Gives the texts of pages.
pub trait Texts: Sync {
    /// The text of each page as the run has read it; `None` where it is not to be had any more. A page is known by
    /// its line in `documents.jsonl`, which is its number in the corpus.
    #[doc(hidden)]
    fn texts(&self, pages: &[(u32, &Document)]) -> Vec<Option<String>>;
}

impl Texts for Corpus {
    fn texts(&self, pages: &[(u32, &Document)]) -> Vec<Option<String>> {
        pages.par_iter().map(|&(line, _)| Some(self.text(DocId(line)).into_owned())).collect()
    }
}

/// Reads texts again from the files that the run has read.
pub(super) struct FromFolder<'o>(pub(super) &'o OutFolder);

impl Texts for FromFolder<'_> {
    fn texts(&self, pages: &[(u32, &Document)]) -> Vec<Option<String>> {
        let documents: Vec<&Document> = pages.iter().map(|&(_, document)| document).collect();
        self.read(&documents)
    }
}

impl FromFolder<'_> {
    /// One that is gone must not hide the others: what cannot be read together is read in halves.
    fn read(&self, documents: &[&Document]) -> Vec<Option<String>> {
        if documents.is_empty() {
            return Vec::new();
        }
        match (Reread::new(self.0, documents), documents.len()) {
            (Ok(reread), count) => (0..count).map(|place| Some(reread.text(place))).collect(),
            (Err(_), 1) => vec![None],
            (Err(_), count) => {
                let (first, second) = documents.split_at(count / 2);
                [self.read(first), self.read(second)].concat()
            }
        }
    }
}
