//! `matches.jsonl`: one line per pair of pages with text in common. Of pages with equal bodies one is compared with the
//! rest, and the others with that one.

use super::IssuedRecord;
use super::contract::record;
use crate::verify::Kind;
use serde::Serialize;

record! {
    /// Two pages that share text; the lesser id first, lines in the order of ids. Of pages with equal bodies one is compared
    /// with the rest, and the others with that one.
    #[derive(Debug, Serialize)]
    pub struct MatchRecord<'a> {
        /// Id of the first page.
        pub a: &'a str,
        /// Id of the second page.
        pub b: &'a str,
        /// Resemblance of the bodies: shared units over units of both, in 0..1.
        pub jaccard: f64,
        /// Share of the first body that is in the second, in 0..1.
        pub containment_a: f64,
        /// Share of the second body that is in the first, in 0..1.
        pub containment_b: f64,
        /// What the two are to each other.
        pub kind: Kind,
        /// The probability that both carry the same article, in 0..1.
        pub probability: f64,
        /// How much of the first and of the second body other articles have too.
        pub spread: Vec<SpreadRecord>,
        /// What a verdict says of the pair: whether both carry the same article; null without one.
        pub verdict: Option<bool>,
        /// Whose text they share, for the kind `common_source`; null otherwise, and when no page names the issuer.
        pub common_source: Option<IssuedRecord>,
        /// The shared passages, in the order of the first page.
        pub passages: Vec<PassageRecord>,
    }
}

record! {
    /// How much of a body other articles have too, the articles of the two pages not counted. In units: Han characters, and
    /// runs of letters or digits.
    #[derive(Clone, Debug, Serialize)]
    pub struct SpreadRecord {
        /// Units of the shared passages that one other article has, or more.
        pub shared_with_one: u32,
        /// Units of the shared passages that two other articles have, or more.
        pub shared_with_two: u32,
        /// Units of the rest of the body that two other articles have, or more.
        pub rest_with_two: u32,
    }
}

record! {
    /// A passage that two pages share.
    #[derive(Debug, Serialize)]
    pub struct PassageRecord {
        /// Where it is in the text of the first page.
        pub a: [u32; 2],
        /// Where it is in the text of the second page.
        pub b: [u32; 2],
        /// Share of its units that are the same on both pages, in 0..1.
        pub identity: f64,
    }
}
