//! What is kept of each page: made in one pass, without knowing of other pages.

use super::model::Model;
use super::partition::{SketchedPage, json};
use super::points::Standing;
use crate::candidates::partitions;
use crate::corpus::Corpus;
use crate::error::Result;
use crate::pages::Pages;
use crate::pipeline::{SketchPart, Wanted, sketch_page};
use crate::signature::{MinHash, SignatureWriter};
use crate::storage::Scratch;
use crate::types::{DocId, Skipped};
use serde_json::{Map, Value};

/// All that later rounds want of a page.
#[derive(Clone, Debug)]
pub struct Sketch {
    /// Its record and body.
    pub page: SketchedPage,
    /// Its id.
    pub id: String,
    /// Its simhash.
    pub simhash: u64,
    /// Its MinHash.
    pub minhash: MinHash,
    /// How many sampled shingles it has.
    pub samples: u32,
    /// Its outlet, by number.
    pub outlet: Option<u32>,
    /// What its vote for talking points hangs on.
    pub vote: String,
    /// The buckets that it belongs to.
    pub keys: Vec<u64>,
    /// Its line of `documents.jsonl` as far as it is known, a JSON object.
    pub draft: String,
}

/// Cleans and signs the pages on some lines. The second list is of lines that are no records.
pub fn sketch<'l>(lines: impl Iterator<Item = &'l str>, model: &Model) -> Result<(Vec<Sketch>, Vec<Skipped>)> {
    let corpus = Corpus::of_lines(lines, &model.names);
    let pages = Pages::of_part(&corpus, model.config.timezone, &model.outlets, &model.furniture);
    let mut part = SketchPart::default();
    (0..corpus.len() as u32).for_each(|doc| {
        sketch_page(&pages, DocId(doc), Wanted { records: true, facts: true, ..Wanted::default() }, &mut part)
    });
    let mut writer = SignatureWriter::new(corpus.len(), &Scratch::default());
    writer.append(&part.signatures)?;
    let signatures = writer.finish()?;
    let vote = |doc: u32| {
        let published = part.times[doc as usize];
        Standing::of(&pages, &model.houses, DocId(doc), signatures.units(doc), published)
    };
    let kept = part.bodies.each().zip(part.draft.each().zip(part.facts.each()));
    let sketches = (0..corpus.len() as u32).zip(kept).map(|(doc, (spans, (draft, facts)))| Sketch {
        page: SketchedPage {
            order: corpus.order(DocId(doc)),
            line: corpus.json(DocId(doc)).into_owned(),
            body_hash: signatures.body_hash(doc),
            units: signatures.units(doc),
            spans,
            facts: facts.to_vec(),
        },
        id: corpus.id(DocId(doc)).to_owned(),
        simhash: signatures.simhash(doc),
        minhash: *signatures.minhash(doc),
        samples: signatures.sample(doc).len() as u32,
        outlet: pages.outlet(DocId(doc)).map(|known| known.outlet),
        vote: json(&vote(doc)),
        keys: partitions::keys(&signatures, doc),
        draft: String::from_utf8_lossy(draft).into_owned() + "}",
    });
    let sketches = sketches.collect();
    Ok((sketches, corpus.skipped))
}

/// A record of the documents: what is known from the page alone, and its place among the others, which [`super::records`] gave
/// for pages of sets. `cluster` is the number of its set; `draws_on` what a compilation draws on, a JSON list.
pub fn document(draft: &str, placed: Option<&str>, cluster: Option<i64>, draws_on: Option<&str>) -> Result<Value> {
    let read = |json: &str| -> Result<Map<String, Value>> {
        serde_json::from_str(json).map_err(|error| super::partition::broken("a record", &error))
    };
    let mut record = read(draft)?;
    let alone = r#"{"cluster":null,"parent":null,"relation":null,"kept":true}"#;
    record.extend(read(placed.unwrap_or(alone))?);
    record.insert("cluster".into(), cluster.into());
    if let Some(sources) = draws_on {
        if record.get("relation").is_none_or(Value::is_null) {
            // People may have put it into a set, where it is what it is to its parent.
            record.insert("relation".into(), "compilation".into());
        }
        let sources = serde_json::from_str(sources).map_err(|error| super::partition::broken("a record", &error))?;
        record.insert("draws_on".into(), sources);
    }
    Ok(Value::Object(record))
}
