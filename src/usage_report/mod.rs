//! Who ran our copy? The rights holder's sheet of one outlet: every page that carries an article of its own, when, how
//! much of it, and with what credit; as a page to print and as CSV. Reads an output folder; decides nothing.

mod gather;
mod names;
mod print;
mod words;

pub use crate::types::Language;

use crate::error::Result;
use crate::origin::Relation;
use crate::output_folder::{OutFolder, Run};
use crate::records::CreditRecord;
use serde::Deserialize;

/// What is known of the use of an outlet's articles.
#[derive(Debug)]
pub struct UseSheet {
    /// The outlet, as the run writes its name.
    pub outlet: String,
    run: Run,
    /// Articles that began with the outlet.
    own: Vec<OutletArticle>,
    /// Articles that began elsewhere, or nobody knows where, and were copied from a page of the outlet.
    passed_on: Vec<OutletArticle>,
    /// Articles of the outlet that are inside longer articles of others.
    inside: Vec<OutletArticle>,
}

/// An article that the outlet ran, and who ran it too.
#[derive(Debug)]
struct OutletArticle {
    /// Its page at the outlet; none when the outlet has no page of it in the corpus.
    page: Option<OutletPage>,
    title: Option<String>,
    /// Probability that it began with the outlet.
    probability: Option<f64>,
    copies: Vec<CopyOf>,
}

/// A page of another outlet with the text of an article.
#[derive(Debug)]
struct CopyOf {
    page: OutletPage,
    /// Share of the article's units that are on the page, 0..1; none when the two were not measured.
    share: Option<f64>,
    relation: Option<Relation>,
    /// Probability that it was copied from the page that the run takes for its parent.
    parent_probability: Option<f64>,
    credit: Option<CreditRecord>,
}

/// What a sheet wants of a line of `documents.jsonl`.
#[derive(Clone, Debug, Deserialize)]
struct OutletPage {
    id: String,
    title: Option<String>,
    outlet: Option<String>,
    published: Option<String>,
    url: Option<String>,
    sha256: String,
}

impl OutFolder {
    /// The sheet of the outlet called `name`: as the run writes it, or the only one that differs from it in case,
    /// script, width and marks alone. A name that no outlet of the run has is an error that lists near misses.
    ///
    /// Reads `documents.jsonl` and `clusters.jsonl` twice and `matches.jsonl` once; keeps what belongs to the outlet.
    pub fn use_sheet(&self, name: &str) -> Result<UseSheet> {
        gather::sheet(self, names::resolve(self, name)?)
    }
}
