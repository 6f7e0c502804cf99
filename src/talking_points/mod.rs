//! The wording that outlets share without copying each other's articles.

use crate::clean::Texts;
use crate::types::{DocId, Span, Timestamp};

/// One page as this stage sees it: whose vote it is.
#[derive(Clone, Copy, Debug)]
pub struct Voter {
    /// The page.
    pub doc: DocId,
    /// Its reprint set: pages of one set vote once. A page that is no reprint is a set of its own.
    pub set: u32,
    /// Its outlet (or, unknown, a number of its own): pages of one outlet vote once.
    pub outlet: u32,
    /// When it was published, if known.
    pub published: Option<Timestamp>,
    /// A number of the page that does not depend on where it stands in the input; breaks ties.
    pub order: u64,
}

/// Whether a point is a set phrase or a longer passage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PointKind {
    /// A set phrase.
    Phrase,
    /// A passage of a sentence or more.
    Passage,
}

/// A wording that several outlets use in articles that are not copies of one another.
#[derive(Clone, Debug)]
pub struct TalkingPoint {
    /// The wording in its best-known form, as a page writes it.
    pub text: String,
    /// Phrase or passage.
    pub kind: PointKind,
    /// Every form gathered under it, with the number of pages that hold it.
    pub variants: Vec<(String, u32)>,
    /// Outlets that hold it.
    pub outlets: u32,
    /// Reprint sets that hold it.
    pub sets: u32,
    /// Pages that hold it.
    pub documents: u32,
    /// The first and last time it was seen.
    pub seen: Option<(Timestamp, Timestamp)>,
    /// Reprint sets that would hold it by chance.
    pub expected: f64,
    /// What the list is ranked by.
    pub score: f64,
    /// Share of false finds among the points at least this sure (Benjamini and Hochberg 1995).
    pub q_value: f64,
    /// Where it stands: a page and the bytes of its text.
    pub examples: Vec<(DocId, Span)>,
}

/// Finds the talking points, strongest first.
pub fn find(voters: &[Voter], texts: &impl Texts) -> Vec<TalkingPoint> {
    let _ = (voters, texts);
    Vec::new()
}
