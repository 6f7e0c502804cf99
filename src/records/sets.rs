//! `clusters.jsonl`: one line per reprint set.

use super::Time;
use super::contract::record;
use crate::origin::{CreditGiven, EvidenceKind, Relation};
use serde::{Deserialize, Serialize};

record! {
    /// A reprint set: pages that carry one article. Sets are numbered by the least id of their members.
    #[derive(Clone, Debug, Serialize, Deserialize)]
    pub struct ClusterRecord {
        /// Number of the set, from 0.
        pub cluster: u32,
        /// Pages in it, at least 2.
        pub size: usize,
        /// Known outlets with a page in it.
        pub outlets: usize,
        /// The earliest publication time of a member; null when no time is known.
        pub first_published: Option<Time>,
        /// The latest publication time of a member; null when no time is known.
        pub last_published: Option<Time>,
        /// The best headline of the members: that of the origin, or else the title that most have, or else a first line; null
        /// without one.
        pub title: Option<String>,
        /// Id of the medoid: the member that shares most with the others.
        pub representative: String,
        /// How much the members share with the medoid.
        pub cohesion: Cohesion,
        /// Where the text came from, with the evidence; null when origins were not asked for.
        pub origin: Option<OriginRecord>,
        /// The likeliest of the answers that are not given; null without one.
        #[serde(default)]
        pub runner_up: Option<OriginRecord>,
        /// True when the origin is what a verdict says, not what the evidence says.
        #[serde(default)]
        pub origin_verdict: bool,
        /// The page with the earliest time; not a claim of origin.
        pub first_seen: FirstSeen,
        /// Whose text the pages print, when they print a notice, statement or speech; null otherwise.
        #[serde(default)]
        pub common_source: Option<IssuedRecord>,
        /// The pages, by id.
        pub members: Vec<MemberRecord>,
    }
}

record! {
    /// A text issued by a third party that pages print or quote.
    #[derive(Clone, Debug, Serialize, Deserialize)]
    pub struct IssuedRecord {
        /// Who issued it; null when the words do not name anybody.
        pub issuer: Option<String>,
        /// The words that say so.
        pub quote: String,
        /// Id of the page that has them.
        pub document: String,
    }
}

record! {
    /// How much of the shorter text a member and the medoid share.
    #[derive(Clone, Debug, Serialize, Deserialize)]
    pub struct Cohesion {
        /// Of the member that shares least, in 0..1.
        pub min: f64,
        /// On average over the members, in 0..1.
        pub mean: f64,
    }
}

record! {
    /// An answer to the question of the origin: a page, an outlet without a page in the set, or unknown (`document` and
    /// `outlet` are both null).
    #[derive(Clone, Debug, Serialize, Deserialize)]
    pub struct OriginRecord {
        /// Id of the page; null when the answer is not a page.
        pub document: Option<String>,
        /// The outlet; null when it is unknown.
        pub outlet: Option<String>,
        /// Probability of the answer, in 0..1, given the model of docs/origin.md; of "unknown" as the origin, that no page of
        /// the set is the origin.
        pub probability: f64,
        /// What supports and opposes it, the weightiest first.
        pub evidence: Vec<EvidenceRecord>,
    }
}

record! {
    /// A piece of evidence.
    #[derive(Clone, Debug, Serialize, Deserialize)]
    pub struct EvidenceRecord {
        /// Its kind; docs/origin.md has the weight of each.
        pub kind: EvidenceKind,
        /// What it adds to the log-odds of the answer, natural logarithm; negative when it opposes.
        pub weight: f64,
        /// The words or the time that it rests on; null when it rests on no words.
        pub quote: Option<String>,
        /// Id of the page that has them; null when it rests on no single page.
        pub document: Option<String>,
    }
}

record! {
    /// The page seen first.
    #[derive(Clone, Debug, Serialize, Deserialize)]
    pub struct FirstSeen {
        /// Its id; null when no time is known or origins were not asked for.
        pub document: Option<String>,
    }
}

record! {
    /// A page of a set and its place in the history of copying.
    #[derive(Clone, Debug, Serialize, Deserialize)]
    pub struct MemberRecord {
        /// Its id.
        pub id: String,
        /// Id of the page that it was most likely copied from; null for the first page and for copies of a text from outside.
        pub parent: Option<String>,
        /// Probability of that parent among the members and the outside, in 0..1; null without a parent.
        pub parent_probability: Option<f64>,
        /// What it is to its parent, or to the medoid without one; null when origins were not asked for.
        pub relation: Option<Relation>,
        /// Resemblance to the parent, or to the page that it resembles most: shared units over units of both, in 0..1; null
        /// when the two were not compared.
        pub jaccard: Option<f64>,
        /// Share of its text that is in the parent, or in the page that it resembles most, in 0..1; null when the two were
        /// not compared.
        pub containment: Option<f64>,
        /// Whether it credits its origin or parent; null for the origin.
        pub credit: Option<CreditRecord>,
    }
}

record! {
    /// Whether a copy says where its text is from.
    #[derive(Clone, Debug, Serialize, Deserialize)]
    pub struct CreditRecord {
        /// Given, withheld or wrong.
        pub status: CreditGiven,
        /// The words of the credit; null when it credits nobody.
        pub quote: Option<String>,
    }
}
