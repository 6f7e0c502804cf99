//! `removed.jsonl`: one line per page that `tonggao dedup` removed.

use super::contract::record;
use crate::retention::RemovalReason;
use serde::Serialize;
use std::borrow::Cow;

record! {
    /// A page that repeats one that stays.
    #[derive(Debug, Serialize)]
    pub struct RemovedRecord<'a> {
        /// Its id.
        pub id: &'a str,
        /// Path of its file.
        pub file: Cow<'a, str>,
        /// Where its record begins in that file, as in `documents.jsonl`.
        pub offset: u64,
        /// Id of the page that stays.
        pub twin: &'a str,
        /// Why it goes.
        pub reason: RemovalReason,
        /// Share of the shorter of the two bodies that is in the other, in 0..1.
        pub score: f64,
        /// Path of the file of the page that stays.
        pub twin_file: Cow<'a, str>,
        /// Where that page's record begins in its file.
        pub twin_offset: u64,
    }
}
