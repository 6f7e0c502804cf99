//! `documents.jsonl`: one line per page, in input order.

use super::contract::record;
use super::{PublishedPrecision, Time};
use crate::attribution::{Attribution, Found, OutletFrom};
use crate::clean::Repairs;
use crate::origin::Relation;
use serde::Serialize;
use std::borrow::Cow;

record! {
    /// A page, as far as it is known from the page alone.
    #[derive(Debug, Serialize)]
    pub struct DocumentRecord<'a> {
        /// The id of the record in the input; without one, its file, and its place in it where the file has several. A
        /// repeated id gets the suffix `~2`, `~3` and so on. Unique in the output.
        pub id: &'a str,
        /// Path of the input file, as it was given.
        pub file: Cow<'a, str>,
        /// Where the record begins: bytes from the start of the unpacked file in its own encoding (of UTF-16: of the same
        /// text in UTF-8); in Parquet, the number of the row, from 0.
        pub offset: u64,
        /// Length of the record, in the unit of `offset`; in Parquet, of the record as JSON, in bytes.
        pub bytes: u32,
        /// The title field; null without one.
        pub title: Option<&'a str>,
        /// The outlet that published the page, under the name that all tables use; null when it is unknown.
        pub outlet: Option<&'a str>,
        /// What the outlet was read from; null when there is none.
        pub outlet_from: Option<OutletFrom>,
        /// When the page was published, by its field, else as the page prints it, else by its address; null when nothing
        /// tells it.
        pub published: Option<Time>,
        /// How precisely that is known.
        pub published_precision: PublishedPrecision,
        /// The address field; null without one.
        pub url: Option<&'a str>,
        /// SHA-256 of the text as read, in UTF-8, as 64 hexadecimal digits.
        pub sha256: String,
        /// What the page states about itself; without values when origins were not asked for (`--only clusters` and
        /// `--only talking-points` do not read it).
        pub attribution: AttributionRecord,
        /// The parts of the text that were masked as boilerplate, in order.
        pub furniture: Vec<[u32; 2]>,
        /// How often each kind of damage was repaired, over the whole text.
        pub repairs: Repairs,
        /// The fields of the input that have no place of their own; left out when empty.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub fields: Option<serde_json::Map<String, serde_json::Value>>,
    }
}

record! {
    /// The rest of the line: what the comparison with other pages shows.
    #[derive(Debug, Serialize)]
    pub struct PlacedRecord<'a> {
        /// Number of the reprint set; null for a page of none.
        pub cluster: Option<u32>,
        /// Id of the page that it was most likely copied from; null for the first page of a set, for copies of a text from
        /// outside, and for pages of no set.
        pub parent: Option<&'a str>,
        /// What it is to its parent, or to the medoid without one; null for pages of no set and when origins were not
        /// asked for.
        pub relation: Option<Relation>,
        /// True when `tonggao dedup` with the default policy would keep it.
        pub kept: bool,
        /// The articles that a round-up draws on; left out for other pages.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub draws_on: Option<Vec<SourceRecord<'a>>>,
    }
}

record! {
    /// An article that a round-up draws on.
    #[derive(Debug, Serialize)]
    pub struct SourceRecord<'a> {
        /// Id of a page that has the piece.
        pub document: &'a str,
        /// Number of its reprint set; null for a page of none.
        pub cluster: Option<u32>,
    }
}

record! {
    /// What a page states about itself; names as the page writes them.
    #[derive(Debug, Serialize)]
    pub struct AttributionRecord {
        /// The outlet that it names as where this article comes from, by a label, a lead-in or a byline; null when it names none.
        pub source: Option<String>,
        /// Writers and reporters, in the order of the page; may be empty.
        pub authors: Vec<String>,
        /// Correspondents (通讯员); may be empty.
        pub correspondents: Vec<String>,
        /// Editors; may be empty.
        pub editors: Vec<String>,
        /// The dateline; null without one.
        pub dateline: Option<DatelineRecord>,
        /// The address of the original that it links to; null without one.
        pub original_url: Option<String>,
        /// The original title that it states; null without one.
        pub original_title: Option<String>,
        /// The reprint notice, word for word; null without one.
        pub reprint_notice: Option<String>,
    }
}

record! {
    /// A dateline, such as 新华社北京1月2日电.
    #[derive(Debug, Serialize)]
    pub struct DatelineRecord {
        /// The agency or outlet; null when it names none.
        pub agency: Option<String>,
        /// The place; null when it names none.
        pub place: Option<String>,
        /// The date as written; null when it names none.
        pub date: Option<String>,
    }
}

impl From<Attribution> for AttributionRecord {
    fn from(stated: Attribution) -> Self {
        let value = |found: Option<Found>| found.map(|f| f.value);
        let values = |found: Vec<Found>| found.into_iter().map(|f| f.value).collect();
        AttributionRecord {
            source: value(stated.source.map(|(found, _)| found)),
            authors: values(stated.authors),
            correspondents: values(stated.correspondents),
            editors: values(stated.editors),
            dateline: stated.dateline.map(|d| DatelineRecord {
                agency: value(d.agency),
                place: value(d.place),
                date: value(d.date),
            }),
            original_url: value(stated.original_url),
            original_title: value(stated.original_title),
            reprint_notice: value(stated.reprint_notice),
        }
    }
}
