//! What `tonggao extract` writes: one line or row per page, in input order.

use super::contract::record;
use super::{AttributionRecord, PublishedPrecision, Time};
use crate::attribution::OutletFrom;
use serde::Serialize;

record! {
    /// A page as it was read.
    #[derive(Debug, Serialize)]
    pub struct ExtractedRecord {
        /// The id of the record in the input, or its place there, as in `documents.jsonl`.
        pub id: String,
        /// The address: its field, else what a saved page says of itself; null when it is unknown.
        pub url: Option<String>,
        /// The headline; null without one.
        pub title: Option<String>,
        /// The outlet that published the page; null when it is unknown.
        pub outlet: Option<String>,
        /// What the outlet was read from; null when there is none.
        pub outlet_from: Option<OutletFrom>,
        /// When the page was published; null when it is unknown.
        pub published: Option<Time>,
        /// How precisely that is known.
        pub published_precision: PublishedPrecision,
        /// What the page states about itself.
        pub attribution: AttributionRecord,
        /// The text as read; of a saved page, its headline, credit lines and article.
        pub text: String,
        /// The parts of the text that belong to the site and not to the article, in order.
        pub boilerplate: Vec<[u32; 2]>,
    }
}
