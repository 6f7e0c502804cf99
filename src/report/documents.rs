//! `documents.jsonl`: one record a page, in input order.

use super::folder::Folder;
use super::records::{AttributionRecord, DocumentRecord};
use super::tables::Numbering;
use super::{offsets, time};
use crate::error::Result;
use crate::origin::Relation;
use crate::pipeline::Findings;
use crate::types::{DocId, Precision, Timestamp};
use rayon::prelude::*;
use sha2::{Digest, Sha256};

/// Pages written in one go.
const BATCH: u32 = 4096;

/// Writes the records and returns the publication time of every page.
pub(super) fn write(findings: &Findings, numbering: &Numbering, folder: &Folder) -> Result<Vec<Option<Timestamp>>> {
    let all = findings.pages.corpus.len() as u32;
    let mut times = Vec::with_capacity(all as usize);
    folder.file("documents.jsonl", |writer| {
        for first in (0..all).step_by(BATCH as usize) {
            let batch =
                (first..(first + BATCH).min(all)).into_par_iter().map(|doc| line(findings, numbering, DocId(doc)));
            for (line, time) in batch.collect::<Vec<_>>() {
                writer.write_all(&line?)?;
                times.push(time);
            }
        }
        Ok(())
    })?;
    Ok(times)
}

fn line(findings: &Findings, numbering: &Numbering, doc: DocId) -> (std::io::Result<Vec<u8>>, Option<Timestamp>) {
    let pages = &findings.pages;
    let corpus = pages.corpus;
    pages.read(doc, |raw, clean| {
        let attribution = pages.attribution(raw, clean);
        let published = pages.published(raw, &attribution);
        let outlet = pages.outlet(doc);
        let (file, offset, bytes) = corpus.place(doc);
        let copy = numbering.copy(findings, doc);
        let is_compilation = findings.clusters.compilations.binary_search(&doc).is_ok();
        let record = DocumentRecord {
            id: corpus.id(doc),
            file: file.display().to_string(),
            offset,
            bytes,
            title: raw.title.as_deref(),
            outlet: outlet.map(|o| pages.outlets.name(o.outlet)),
            outlet_from: outlet.map(|o| o.from),
            published: published.and_then(time::written),
            published_precision: precision(published),
            url: raw.url.as_deref(),
            sha256: hex(&Sha256::digest(raw.text.as_bytes())),
            attribution: AttributionRecord::from(attribution),
            furniture: offsets::char_spans(&raw.text, &clean.furniture_spans()),
            repairs: clean.repairs,
            cluster: numbering.of(doc),
            parent: copy.and_then(|c| c.parent).map(|parent| corpus.id(parent)),
            relation: copy.map(|c| c.relation).or(is_compilation.then_some(Relation::Compilation)),
            kept: numbering.kept(findings, doc),
            fields: raw.has_others.then(|| corpus.unknown_fields(doc)).flatten(),
        };
        let mut line = Vec::with_capacity(1024);
        let written = serde_json::to_writer(&mut line, &record).map_err(std::io::Error::from);
        line.push(b'\n');
        (written.map(|()| line), published)
    })
}

fn precision(time: Option<Timestamp>) -> &'static str {
    match time.map(|t| t.precision) {
        Some(Precision::Second) => "second",
        Some(Precision::Minute) => "minute",
        Some(Precision::Day) => "day",
        None => "none",
    }
}

fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    bytes.iter().flat_map(|b| [DIGITS[usize::from(b >> 4)], DIGITS[usize::from(b & 15)]]).map(char::from).collect()
}
