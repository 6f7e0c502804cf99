//! The records of the output contract, field by field. Fields may be added, never renamed or dropped without an
//! entry in CHANGELOG.md.

pub(crate) mod offsets;
mod text_hash;
pub(crate) mod time;

pub(crate) use offsets::CharOffsets;
pub(crate) use text_hash::sha256;

use crate::attribution::{Attribution, OutletFrom};
use crate::clean::Repairs;
use crate::origin::{CreditGiven, EvidenceKind, Relation};
use crate::verify::Kind;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// A line of `documents.jsonl` as far as the page alone tells it.
#[derive(Debug, Serialize)]
pub struct DocumentRecord<'a> {
    pub id: &'a str,
    pub file: Cow<'a, str>,
    pub offset: u64,
    pub bytes: u32,
    pub title: Option<&'a str>,
    pub outlet: Option<&'a str>,
    pub outlet_from: Option<OutletFrom>,
    pub published: Option<String>,
    pub published_precision: &'static str,
    pub url: Option<&'a str>,
    pub sha256: String,
    pub attribution: AttributionRecord,
    pub furniture: Vec<[u32; 2]>,
    pub repairs: Repairs,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fields: Option<serde_json::Map<String, serde_json::Value>>,
}

/// The rest of a line of `documents.jsonl`: what the comparison with other pages tells.
#[derive(Debug, Serialize)]
pub struct PlacedRecord<'a> {
    pub cluster: Option<u32>,
    pub parent: Option<&'a str>,
    pub relation: Option<Relation>,
    pub kept: bool,
    /// Of a compilation: the articles that it draws on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub draws_on: Option<Vec<SourceRecord<'a>>>,
}

/// An article that a compilation draws on: a page that holds the piece, and its cluster.
#[derive(Debug, Serialize)]
pub struct SourceRecord<'a> {
    pub document: &'a str,
    pub cluster: Option<u32>,
}

/// What a page states, names as it writes them.
#[derive(Debug, Serialize)]
pub struct AttributionRecord {
    pub source: Option<String>,
    pub authors: Vec<String>,
    pub correspondents: Vec<String>,
    pub editors: Vec<String>,
    pub dateline: Option<DatelineRecord>,
    pub original_url: Option<String>,
    pub original_title: Option<String>,
    pub reprint_notice: Option<String>,
}

#[derive(Debug, Serialize)]
pub struct DatelineRecord {
    pub agency: Option<String>,
    pub place: Option<String>,
    pub date: Option<String>,
}

impl From<Attribution> for AttributionRecord {
    fn from(stated: Attribution) -> Self {
        let value = |found: Option<crate::attribution::Found>| found.map(|f| f.value);
        let values = |found: Vec<crate::attribution::Found>| found.into_iter().map(|f| f.value).collect();
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

/// A line of `clusters.jsonl`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ClusterRecord {
    pub cluster: u32,
    pub size: usize,
    pub outlets: usize,
    pub first_published: Option<String>,
    pub last_published: Option<String>,
    pub title: Option<String>,
    pub representative: String,
    pub cohesion: Cohesion,
    pub origin: Option<OriginRecord>,
    #[serde(default)]
    pub runner_up: Option<OriginRecord>,
    pub first_seen: FirstSeen,
    #[serde(default)]
    pub common_source: Option<IssuedRecord>,
    pub members: Vec<MemberRecord>,
}

/// A text of somebody else that pages print or quote: who issued it, and the words that say so.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct IssuedRecord {
    pub issuer: Option<String>,
    pub quote: String,
    pub document: String,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Cohesion {
    pub min: f64,
    pub mean: f64,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct OriginRecord {
    pub document: Option<String>,
    pub outlet: Option<String>,
    pub probability: f64,
    pub evidence: Vec<EvidenceRecord>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct EvidenceRecord {
    pub kind: EvidenceKind,
    pub weight: f64,
    pub quote: Option<String>,
    pub document: Option<String>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct FirstSeen {
    pub document: Option<String>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct MemberRecord {
    pub id: String,
    pub parent: Option<String>,
    pub parent_probability: Option<f64>,
    pub relation: Option<Relation>,
    pub jaccard: Option<f64>,
    pub containment: Option<f64>,
    pub credit: Option<CreditRecord>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct CreditRecord {
    pub status: CreditGiven,
    pub quote: Option<String>,
}

/// A line of `matches.jsonl`.
#[derive(Debug, Serialize)]
pub struct MatchRecord<'a> {
    pub a: &'a str,
    pub b: &'a str,
    pub jaccard: f64,
    pub containment_a: f64,
    pub containment_b: f64,
    pub kind: Kind,
    pub common_source: Option<IssuedRecord>,
    pub passages: Vec<PassageRecord>,
}

#[derive(Debug, Serialize)]
pub struct PassageRecord {
    pub a: [u32; 2],
    pub b: [u32; 2],
    pub identity: f64,
}

/// A line of `talking_points.jsonl`.
#[derive(Clone, Debug, Serialize)]
pub struct PointRecord {
    pub text: String,
    pub kind: &'static str,
    pub variants: Vec<VariantRecord>,
    pub outlets: u32,
    pub clusters: u32,
    pub documents: u32,
    pub first_seen: Option<String>,
    pub last_seen: Option<String>,
    pub burst: Option<BurstRecord>,
    pub quoted: f64,
    pub common_source: Option<CommonSourceRecord>,
    pub expected: f64,
    pub score: f64,
    pub q_value: f64,
    pub examples: Vec<ExampleRecord>,
}

/// The days, first and last included, in which more articles held a wording than chance would put there.
#[derive(Clone, Debug, Serialize)]
pub struct BurstRecord {
    pub start: String,
    pub end: String,
    pub clusters: u32,
}

/// The articles that have a wording from a text which several quote, and the earliest page of them.
#[derive(Clone, Debug, Serialize)]
pub struct CommonSourceRecord {
    pub clusters: u32,
    pub document: String,
}

#[derive(Clone, Debug, Serialize)]
pub struct VariantRecord {
    pub text: String,
    pub count: u32,
}

#[derive(Clone, Debug, Serialize)]
pub struct ExampleRecord {
    pub id: String,
    pub start: u32,
    pub end: u32,
}

/// A line of `outlets.jsonl`.
#[derive(Clone, Debug, Serialize)]
pub struct OutletRecord {
    pub outlet: String,
    pub pages: u32,
    pub originals: u32,
    pub copies: u32,
    pub credited: u32,
    pub uncredited: u32,
    pub median_lag_minutes: Option<i64>,
}

/// A line of `outlet_pairs.jsonl`: `to` ran the copy of `from`, or took up its wording; `expected` and `q_value` are of
/// the reprints.
#[derive(Clone, Debug, Serialize)]
pub struct OutletPairRecord {
    pub from: String,
    pub to: String,
    pub reprints: u32,
    pub talking_points: u32,
    pub expected: f64,
    pub q_value: f64,
    pub median_lag_minutes: Option<i64>,
    pub talking_points_soon: u32,
    pub talking_points_expected: f64,
    pub talking_points_q_value: f64,
}

/// A share with four decimals, as the output writes shares.
pub(crate) fn share(value: f32) -> f64 {
    (f64::from(value) * 1e4).round() / 1e4
}

/// A number with `digits` decimals.
pub(crate) fn rounded(value: f64, digits: i32) -> f64 {
    let scale = 10f64.powi(digits);
    (value * scale).round() / scale
}
