//! `documents.jsonl`: one record a page, in input order.

use super::tables::Numbering;
use super::{offsets, time};
use crate::aside::AsidePart;
use crate::attribution::Attribution;
use crate::clean::CleanDoc;
use crate::corpus::RawDoc;
use crate::error::Result;
use crate::folder::Folder;
use crate::origin::Relation;
use crate::outfolder::records::{AttributionRecord, DocumentRecord, PlacedRecord, SourceRecord};
use crate::outfolder::sha256;
use crate::pages::Pages;
use crate::pipeline::Findings;
use crate::types::{DocId, Precision, Timestamp};

/// Adds to `part` the record of the next page as far as the page alone tells it: a line without its closing brace.
pub(crate) fn draft(
    part: &mut AsidePart,
    pages: &Pages,
    doc: DocId,
    raw: &RawDoc,
    clean: &CleanDoc,
    attribution: Attribution,
    published: Option<Timestamp>,
) {
    let corpus = pages.corpus;
    let outlet = pages.outlet(doc);
    let (file, offset, bytes) = corpus.place(doc);
    let record = DocumentRecord {
        id: corpus.id(doc),
        file: file.to_string_lossy(),
        offset,
        bytes,
        title: raw.title.as_deref(),
        outlet: outlet.map(|o| pages.outlets.name(o.outlet)),
        outlet_from: outlet.map(|o| o.from),
        published: published.and_then(time::written),
        published_precision: precision(published),
        url: raw.url.as_deref(),
        sha256: sha256(&raw.text),
        attribution: AttributionRecord::from(attribution),
        furniture: offsets::char_spans(&raw.text, &clean.furniture_spans()),
        repairs: clean.repairs,
        fields: raw.has_others.then(|| corpus.unknown_fields(doc)).flatten(),
    };
    part.push_open(&record);
}

/// Writes the records: what was known of each page, and its place among the others.
pub(super) fn write(findings: &Findings, numbering: &Numbering, folder: &Folder) -> Result<()> {
    folder.file("documents.jsonl", |writer| {
        let mut rest = Vec::new();
        findings.drafts.each(|doc, line| {
            rest.clear();
            serde_json::to_writer(&mut rest, &placed(findings, numbering, DocId(doc as u32)))?;
            rest.push(b'\n');
            rest[0] = b',';
            writer.write_all(line)?;
            writer.write_all(&rest)
        })
    })
}

pub(super) fn placed<'f>(findings: &'f Findings, numbering: &Numbering, doc: DocId) -> PlacedRecord<'f> {
    let corpus = findings.pages.corpus;
    let copy = numbering.copy(findings, doc);
    let compilations = &findings.clusters.compilations;
    let compilation = compilations.binary_search_by_key(&doc, |c| c.doc).ok().map(|k| &compilations[k]);
    let source = |&doc: &DocId| SourceRecord { document: corpus.id(doc), cluster: numbering.of(doc) };
    PlacedRecord {
        cluster: numbering.of(doc),
        parent: copy.and_then(|c| c.parent).map(|parent| corpus.id(parent)),
        relation: copy.map(|c| c.relation).or(compilation.map(|_| Relation::Compilation)),
        kept: numbering.kept(doc),
        draws_on: compilation.map(|c| c.sources.iter().map(source).collect()),
    }
}

fn precision(time: Option<Timestamp>) -> &'static str {
    match time.map(|t| t.precision) {
        Some(Precision::Second) => "second",
        Some(Precision::Minute) => "minute",
        Some(Precision::Day) => "day",
        None => "none",
    }
}
