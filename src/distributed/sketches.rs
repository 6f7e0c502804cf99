//! What is kept of each page: made in one pass, without knowing of other pages.

use super::model::Model;
use super::partition::Standing;
use super::rows::{Key, WithRecord, broken, span_bytes};
use crate::candidates::partitions::{self, first_slots};
use crate::corpus::Corpus;
use crate::error::Result;
use crate::origin::{PageFacts, Relation, facts};
use crate::pages::Pages;
use crate::pipeline::{SketchPart, Wanted, sketch_page};
use crate::signature::SignatureWriter;
use crate::storage::Scratch;
use crate::types::DocId;
use serde::{Deserialize, Serialize};
use serde_bytes::ByteBuf;
use serde_json::{Map, Value};

/// A record of the input, a line of JSON.
#[derive(Serialize, Deserialize)]
pub(super) struct LineRow {
    pub line: String,
}

/// All that later steps want of a page. A line that is no record has no key, and why it was skipped.
#[derive(Default, Serialize, Deserialize)]
pub(super) struct SketchRow {
    key: Option<Key>,
    id: String,
    units: u32,
    body_hash: u64,
    slots: u64,
    simhash: u64,
    minhash: ByteBuf,
    samples: u32,
    outlet: Option<u32>,
    vote: Option<Standing>,
    buckets: Vec<u64>,
    line: String,
    spans: ByteBuf,
    facts: Option<PageFacts>,
    skipped: Option<String>,
}

/// Cleans and signs the pages on some lines. Each comes with its record, as it is if the page is alone.
pub(super) fn sketch(rows: &[LineRow], model: &Model) -> Result<Vec<WithRecord<SketchRow>>> {
    let corpus = Corpus::of_lines(rows.iter().map(|row| row.line.as_str()), &model.names);
    let pages = Pages::of_part(&corpus, model.config.timezone, &model.outlets, &model.furniture);
    let mut part = SketchPart::default();
    (0..corpus.len() as u32).for_each(|doc| {
        sketch_page(&pages, DocId(doc), Wanted { records: true, facts: true, ..Wanted::default() }, &mut part)
    });
    let mut writer = SignatureWriter::new(corpus.len(), &Scratch::default());
    writer.append(&part.signatures)?;
    let signatures = writer.finish()?;
    let kept = part.bodies.each().zip(part.draft.each().zip(part.facts.each()));
    let sketches = (0..corpus.len() as u32).zip(kept).map(|(doc, (spans, (draft, facts)))| {
        let (page, units, slots) = (DocId(doc), signatures.units(doc), first_slots(signatures.minhash(doc)));
        let row = SketchRow {
            key: Some(Key(corpus.order(page))),
            id: corpus.id(page).to_owned(),
            units,
            body_hash: signatures.body_hash(doc),
            slots: u64::from(slots[0]) << 32 | u64::from(slots[1]),
            simhash: signatures.simhash(doc),
            minhash: ByteBuf::from(bytemuck::bytes_of(signatures.minhash(doc))),
            samples: signatures.sample(doc).len() as u32,
            outlet: pages.outlet(page).map(|known| known.outlet),
            vote: Some(Standing::of(&pages, &model.houses, page, units, part.times[doc as usize])),
            buckets: partitions::keys(&signatures, doc),
            line: corpus.json(page).into_owned(),
            spans: span_bytes(&spans),
            facts: Some(facts::read(facts)?),
            skipped: None,
        };
        Ok(WithRecord { row, record: Some(lone(draft)?) })
    });
    let sketches = sketches.collect::<Result<Vec<_>>>()?;
    let skipped =
        corpus.skipped.iter().map(|why| SketchRow { skipped: Some(why.reason.clone()), ..SketchRow::default() });
    Ok(sketches.into_iter().chain(skipped.map(|row| WithRecord { row, record: None })).collect())
}

/// The record of a page that is alone, from its beginning as the pipeline writes it.
fn lone(draft: &[u8]) -> Result<Value> {
    let mut draft = draft.to_vec();
    draft.push(b'}');
    let mut record: Map<String, Value> = serde_json::from_slice(&draft).map_err(|error| broken("a record", &error))?;
    record.insert("kept".into(), true.into());
    Ok(record.into())
}

/// A page that a compilation draws on.
#[derive(Serialize, Deserialize)]
pub(super) struct SourceRow {
    pub key: Key,
    place: u32,
    id: String,
    cluster: Option<i64>,
}

/// A page that a compilation draws on, as the record has it.
#[derive(Serialize, Deserialize)]
struct Source {
    document: String,
    cluster: Option<i64>,
}

/// What a page is as a compilation.
#[derive(Serialize, Deserialize)]
pub(super) struct CompilationRow {
    key: Key,
    relation: Relation,
    draws_on: Vec<Source>,
}

/// The sources of one compilation, gathered.
pub(super) fn compilation(mut rows: Vec<SourceRow>) -> Result<Vec<CompilationRow>> {
    rows.sort_by_key(|row| row.place);
    let key = rows[0].key;
    let draws_on = rows.into_iter().map(|row| Source { document: row.id, cluster: row.cluster }).collect();
    Ok(vec![CompilationRow { key, relation: Relation::Compilation, draws_on }])
}

/// A set by the id of its first page.
#[derive(Serialize, Deserialize)]
pub(super) struct FirstRow {
    key: Key,
    #[serde(rename = "least")]
    _least: String,
}

/// The number of a set.
#[derive(Serialize, Deserialize)]
pub(super) struct NumberRow {
    key: Key,
    cluster: u32,
}

/// Numbers sets in their order.
pub(super) fn number() -> impl FnMut(Vec<FirstRow>) -> Result<Vec<NumberRow>> {
    let mut numbers = 0..;
    move |rows| Ok(rows.iter().zip(&mut numbers).map(|(row, cluster)| NumberRow { key: row.key, cluster }).collect())
}
