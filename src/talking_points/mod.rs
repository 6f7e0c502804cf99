//! The wording that outlets share without copying each other's articles.

mod background;
mod bursts;
mod chains;
mod forms;
mod grams;
mod judge;
mod lexicon;
mod list;
mod rank;
mod significance;
mod spelling;
mod tally;
mod variants;
mod votes;
mod words;

pub use bursts::Burst;

use crate::clean::Texts;
use crate::types::{DocId, Span, Timestamp};
use jieba_rs::Jieba;
use lexicon::Glue;
use spelling::Spelt;
use tally::Ballot;
use variants::Relations;
use votes::Votes;
use words::Words;

/// One page as this stage sees it: whose vote it is.
#[derive(Clone, Copy, Debug)]
pub struct Voter {
    /// The page.
    pub doc: DocId,
    /// Its reprint set: pages of one set vote once. A page that is no reprint is a set of its own.
    pub set: u32,
    /// Its outlet (or, unknown, a number of its own): pages of one outlet vote once.
    pub outlet: u32,
    /// Units of its body: the longest page speaks for its set.
    pub units: u32,
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
    /// Its burst, if it is dated and came in one.
    pub burst: Option<Burst>,
    /// Reprint sets that would hold it by chance: if words were drawn from the corpus without the sets that hold it.
    pub expected: f64,
    /// What the list is ranked by.
    pub score: f64,
    /// Share of false finds among the points at least this sure (Benjamini and Hochberg 1995).
    pub q_value: f64,
    /// Where it stands: a page and the bytes of its text.
    pub examples: Vec<(DocId, Span)>,
}

/// Finds the talking points, strongest first: wording that at least 3 reprint sets and 3 outlets share (2 and 2 in
/// a corpus of fewer than 20 sets) beyond what chance explains.
///
/// One page speaks for each set while wording is looked for; then every page votes, so that what only an
/// outlet's copy holds counts for the outlet too. The method stands in the modules: [`grams`] grows the
/// candidates, [`background`] and [`chains`] say what chance explains, [`significance`] how sure that is,
/// [`bursts`] how suddenly it came, [`variants`] which forms are one point, [`rank`] what the list is ranked by.
///
/// The answer does not depend on the order of the voters, on how their sets and outlets are numbered, or on the
/// number of threads. Linear in the text; each page is read up to four times, cut into words once per set.
pub fn find(voters: &[Voter], texts: &impl Texts) -> Vec<TalkingPoint> {
    let ballot = Ballot::new(voters);
    let jieba = Jieba::new();
    let words = Words::cut(&ballot.speakers, texts, &jieba);
    let mut grown = grams::grow(&words, ballot.least, &Glue::of(&jieba));
    let spelt = Spelt::read(std::mem::take(&mut grown.candidates), &words, &ballot, texts, &jieba);
    drop(jieba);
    let chances = background::chances(&spelt, &words, &grown, &ballot, texts);
    let (spelt, chances) = judge::keep_unlikely(spelt, chances, ballot.is_small());
    let grams::Grown { formulaic, tested, .. } = grown;
    drop(words);
    let votes = Votes::count(&spelt.wordings, voters, texts);
    let judged = judge::judge(&spelt, &chances, &votes, &ballot, &formulaic, tested);
    let roots = Relations { spelt: &spelt, judged: &judged }.gather();
    list::write(&spelt, &judged, &roots, &votes, voters, texts)
}
