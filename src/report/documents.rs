//! `documents.jsonl`: one record a page, in input order.

use super::tables::Numbering;
use crate::error::Result;
use crate::origin::Relation;
use crate::pipeline::Findings;
use crate::records::{PlacedRecord, SourceRecord, time};
use crate::storage::folder::Folder;
use crate::types::DocId;
use crate::view::IndexedPage;

/// Writes the records: what was known of each page, and its place among the others. Gives back where each line begins, and
/// where the last ends.
pub(super) fn write(findings: &Findings, numbering: &Numbering, folder: &Folder) -> Result<Vec<u64>> {
    let mut starts = vec![0];
    let (mut rest, mut end) = (Vec::new(), 0);
    folder.file("documents.jsonl", |writer| {
        findings.drafts.each(|doc, line| {
            rest.clear();
            serde_json::to_writer(&mut rest, &placed(findings, numbering, DocId(doc as u32)))?;
            rest.push(b'\n');
            rest[0] = b',';
            end += (line.len() + rest.len()) as u64;
            starts.push(end);
            writer.write_all(line)?;
            writer.write_all(&rest)
        })
    })?;
    Ok(starts)
}

/// The pages as they are written, as far as the index of the folder wants to know them.
pub(super) fn indexed<'f>(findings: &'f Findings, numbering: &'f Numbering) -> impl Iterator<Item = IndexedPage<'f>> {
    let pages = &findings.pages;
    (0..).map(DocId).zip(&findings.times).map(move |(doc, time)| IndexedPage {
        id: pages.corpus.id(doc).into(),
        outlet: pages.outlet(doc).map(|known| pages.outlets.name(known.outlet).into()),
        published: time.and_then(time::written).map(|time| time.to_string().into()),
        cluster: numbering.of(doc),
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
