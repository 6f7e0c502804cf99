//! `talking_points.jsonl`: one line per talking point, sayings first, then all others, the strongest first.

use super::Time;
use super::contract::record;
use crate::talking_points::{PointClass, PointKind};
use serde::Serialize;

record! {
    /// A wording that several outlets use in articles that are not copies of one another.
    #[derive(Clone, Debug, Serialize)]
    pub struct PointRecord {
        /// The wording in its commonest form, as a page writes it.
        pub text: String,
        /// Phrase or passage.
        pub kind: PointKind,
        /// Saying, term or formula.
        pub class: PointClass,
        /// Every form, its own first, with the pages that use it.
        pub variants: Vec<VariantRecord>,
        /// Known outlets that use it; outlets of one owner count once.
        pub outlets: u32,
        /// Pages that use it and whose outlet is not known.
        pub of_unknown_outlet: u32,
        /// Reprint sets that use it; a page of no set counts as one.
        pub clusters: u32,
        /// Pages that use it.
        pub documents: u32,
        /// The earliest publication time of a page that uses it; null when no time is known.
        pub first_seen: Option<Time>,
        /// The latest publication time of a page that uses it; null when no time is known.
        pub last_seen: Option<Time>,
        /// The days on which more sets used it than chance explains; null without such days.
        pub burst: Option<BurstRecord>,
        /// Share of its pages that put it in quotation marks, in 0..1.
        pub quoted: f64,
        /// What part of it comes from a text that several articles quote; null when none does.
        pub common_source: Option<CommonSourceRecord>,
        /// Reprint sets on its subject, which could have used it: those with at least three of the keywords (by tf-idf) that
        /// most of its users have; null when its users are on no one subject.
        pub on_subject: Option<u32>,
        /// Those of them that use it; null without a subject.
        pub on_subject_using: Option<u32>,
        /// Share of the sets on its subject that use it, in 0..1; null without a subject.
        pub uptake: Option<f64>,
        /// Lower end of its 95 % interval (Wilson 1927); null without a subject.
        pub uptake_low: Option<f64>,
        /// Upper end; null without a subject.
        pub uptake_high: Option<f64>,
        /// Reprint sets that would use it by chance, by a word-bigram model of the corpus without the sets that use it, or of
        /// the reference corpus.
        pub expected: f64,
        /// What the points of a class are ranked by, at least 0; `src/talking_points/rank.rs` has the formulas.
        pub score: f64,
        /// Expected share of false finds among the points at least as sure as this one, in 0..1 (Benjamini and Hochberg 1995).
        pub q_value: f64,
        /// Where it is: the earliest pages, of different outlets and sets where possible; at most 5.
        pub examples: Vec<ExampleRecord>,
    }
}

record! {
    /// Days on which more sets used a wording than chance explains.
    #[derive(Clone, Debug, Serialize)]
    pub struct BurstRecord {
        /// The first day, YYYY-MM-DD.
        pub start: String,
        /// The last day, YYYY-MM-DD, included.
        pub end: String,
        /// Reprint sets that use the wording on these days.
        pub clusters: u32,
    }
}

record! {
    /// The part of a wording that comes from a text which several articles quote.
    #[derive(Clone, Debug, Serialize)]
    pub struct CommonSourceRecord {
        /// Reprint sets that have the wording from such a text.
        pub clusters: u32,
        /// Id of the earliest page of them.
        pub document: String,
    }
}

record! {
    /// A form of a wording.
    #[derive(Clone, Debug, Serialize)]
    pub struct VariantRecord {
        /// The form, as a page writes it.
        pub text: String,
        /// Pages that use it.
        pub count: u32,
    }
}

record! {
    /// Where a wording is.
    #[derive(Clone, Debug, Serialize)]
    pub struct ExampleRecord {
        /// Id of the page.
        pub id: String,
        /// First Unicode character of the wording in the text of the page.
        pub start: u32,
        /// One past the last.
        pub end: u32,
    }
}

/// Who uses a wording, in words: `3 outlets and 2 pages of unknown ones`.
pub(crate) fn carriers(outlets: u64, of_unknown_outlet: u64) -> String {
    match (outlets, of_unknown_outlet) {
        (0, 1..) => "outlets not known".to_owned(),
        (_, 0) => format!("{outlets:>4} {}", plural(outlets, "outlet")),
        _ => {
            let pages = plural(of_unknown_outlet, "page");
            format!("{outlets:>4} {} and {of_unknown_outlet} {pages} of unknown ones", plural(outlets, "outlet"))
        }
    }
}

/// `page` for one, `pages` for others.
fn plural(count: u64, one: &str) -> String {
    if count == 1 { one.to_owned() } else { format!("{one}s") }
}

/// `1 page`, `2 pages`.
pub(crate) fn count(n: usize, one: &str) -> String {
    format!("{n} {}", plural(n as u64, one))
}
