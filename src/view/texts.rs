//! The texts of pages, from wherever they can be had.

use crate::corpus::Corpus;
use crate::explain::OutFolder;
use crate::explain::records::Document;
use crate::explain::reread::Reread;
use crate::types::DocId;

/// Gives the texts of pages.
pub trait Texts: Sync {
    /// The text of each page as the run has read it; `None` where it is not to be had any more. A page is known by
    /// its line in `documents.jsonl`, which is its number in the corpus.
    #[doc(hidden)]
    fn texts(&self, pages: &[(u32, &Document)]) -> Vec<Option<String>>;
}

impl Texts for Corpus {
    fn texts(&self, pages: &[(u32, &Document)]) -> Vec<Option<String>> {
        pages.iter().map(|&(line, _)| Some(self.text(DocId(line)).into_owned())).collect()
    }
}

/// Reads texts again from the files that the run has read.
pub(crate) struct FromFolder<'o>(pub(crate) &'o OutFolder);

impl Texts for FromFolder<'_> {
    fn texts(&self, pages: &[(u32, &Document)]) -> Vec<Option<String>> {
        let documents: Vec<&Document> = pages.iter().map(|&(_, document)| document).collect();
        let (whole, one) = (0..documents.len(), std::slice::from_ref::<&Document>);
        match Reread::new(self.0, &documents) {
            Ok(reread) => whole.map(|place| Some(reread.text(place))).collect(),
            // One that is gone must not hide the others.
            Err(_) => documents.iter().map(|document| Some(Reread::new(self.0, one(document)).ok()?.text(0))).collect(),
        }
    }
}
