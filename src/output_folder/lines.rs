//! Lines of an output folder as they are read back.

use crate::origin::Relation;
use crate::records::{IssuedRecord, PublishedPrecision};
use crate::verify::{Kind, Spread};
use serde::Deserialize;
use std::collections::BTreeMap;

/// What explanations want of a line of `documents.jsonl`.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Document {
    pub id: String,
    pub file: String,
    pub offset: u64,
    pub bytes: u32,
    pub title: Option<String>,
    pub outlet: Option<String>,
    pub outlet_from: Option<String>,
    pub published: Option<String>,
    pub published_precision: PublishedPrecision,
    pub url: Option<String>,
    pub sha256: String,
    #[serde(default)]
    pub attribution: StatedSource,
    #[serde(default)]
    pub furniture: Vec<[u32; 2]>,
    #[serde(default)]
    pub repairs: BTreeMap<String, u32>,
    pub cluster: Option<u32>,
    pub parent: Option<String>,
    pub relation: Option<Relation>,
}

/// What a page states of itself, as far as explanations want it.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct StatedSource {
    #[serde(default)]
    pub source: Option<String>,
}

/// What explanations want of a line of `matches.jsonl`.
#[derive(Clone, Debug, Deserialize)]
pub struct Pairing {
    pub a: String,
    pub b: String,
    pub containment_a: f64,
    pub containment_b: f64,
    pub kind: Kind,
    #[serde(default)]
    pub spread: Spread,
    #[serde(default)]
    pub verdict: Option<bool>,
    #[serde(default)]
    pub common_source: Option<IssuedRecord>,
    pub passages: Vec<PassagePlaces>,
}

/// A passage by its characters on both pages.
#[derive(Clone, Debug, Deserialize)]
pub struct PassagePlaces {
    pub a: [u32; 2],
    pub b: [u32; 2],
    pub identity: f64,
}
