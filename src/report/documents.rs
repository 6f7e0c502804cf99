//! `documents.jsonl`: one record a page, in input order.

use super::tables::Numbering;
use crate::error::Result;
use crate::origin::Relation;
use crate::pipeline::Findings;
use crate::records::{PlacedRecord, SourceRecord};
use crate::storage::folder::Folder;
use crate::types::DocId;

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
