//! `documents.jsonl`: one record a page, in input order.

use super::folder::Folder;
use super::records::{AttributionRecord, DocumentRecord, PlacedRecord};
use super::tables::Numbering;
use super::{offsets, time};
use crate::attribution::Attribution;
use crate::clean::CleanDoc;
use crate::corpus::RawDoc;
use crate::error::{Error, Result};
use crate::origin::Relation;
use crate::pages::Pages;
use crate::pipeline::Findings;
use crate::types::{DocId, Precision, Timestamp};
use sha2::{Digest, Sha256};
use std::fs::File;
use std::io::{Read, Seek, SeekFrom, Write};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

/// The records of all pages as far as each is known from its page alone, in a temporary file: pages are cleaned
/// once, and the report adds what the comparison of pages has told.
pub struct Drafts {
    file: Mutex<File>,
    folder: PathBuf,
    /// In document order: where each part stands in the file.
    parts: Vec<Range<u64>>,
}

/// The records of some pages that follow each other, one a line, each without its closing brace.
#[derive(Default)]
pub struct Draft {
    lines: Vec<u8>,
    place: Range<u64>,
}

impl Drafts {
    /// Opens the temporary file in `folder`; it is gone when the drafts are.
    pub fn create(folder: &Path) -> Result<Self> {
        let open = || {
            std::fs::create_dir_all(folder)?;
            tempfile::tempfile_in(folder)
        };
        let file = open().map_err(|source| Error::Write { path: folder.to_owned(), source })?;
        Ok(Drafts { file: Mutex::new(file), folder: folder.to_owned(), parts: Vec::new() })
    }

    /// Writes a part to the file and gives back where it stands, without its lines. Parts may come in any order.
    pub fn put_aside(&self, draft: Draft) -> Result<Draft> {
        let write = || {
            let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
            let start = file.stream_position()?;
            file.write_all(&draft.lines)?;
            Ok(start..start + draft.lines.len() as u64)
        };
        let place = write().map_err(|source| Error::Write { path: self.folder.clone(), source })?;
        Ok(Draft { lines: Vec::new(), place })
    }

    /// The drafts with their parts in the order of the documents.
    pub fn in_order(self, parts: Vec<Draft>) -> Self {
        Drafts { parts: parts.into_iter().map(|part| part.place).collect(), ..self }
    }

    fn read(&self, part: &Range<u64>, lines: &mut Vec<u8>) -> std::io::Result<()> {
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        file.seek(SeekFrom::Start(part.start))?;
        lines.resize((part.end - part.start) as usize, 0);
        file.read_exact(lines)
    }
}

impl Draft {
    /// Adds the next page.
    pub fn add(
        &mut self,
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
            sha256: hex(&Sha256::digest(raw.text.as_bytes())),
            attribution: AttributionRecord::from(attribution),
            furniture: offsets::char_spans(&raw.text, &clean.furniture_spans()),
            repairs: clean.repairs,
            fields: raw.has_others.then(|| corpus.unknown_fields(doc)).flatten(),
        };
        // Strings, numbers and lists of them always serialise, and memory takes whatever is written to it.
        let _ = serde_json::to_writer(&mut self.lines, &record);
        self.lines.pop();
        self.lines.push(b'\n');
    }
}

/// Writes the records: what was known of each page, and its place among the others.
pub(super) fn write(findings: &Findings, numbering: &Numbering, folder: &Folder) -> Result<()> {
    folder.file("documents.jsonl", |writer| {
        let mut docs = (0..).map(DocId);
        let mut lines = Vec::new();
        for part in &findings.drafts.parts {
            findings.drafts.read(part, &mut lines)?;
            for (line, doc) in lines.split_inclusive(|&byte| byte == b'\n').zip(&mut docs) {
                writer.write_all(&line[..line.len() - 1])?;
                writer.write_all(b",")?;
                let mut rest = serde_json::to_vec(&placed(findings, numbering, doc))?;
                rest.push(b'\n');
                writer.write_all(&rest[1..])?;
            }
        }
        Ok(())
    })
}

fn placed<'f>(findings: &'f Findings, numbering: &Numbering, doc: DocId) -> PlacedRecord<'f> {
    let corpus = findings.pages.corpus;
    let copy = numbering.copy(findings, doc);
    let is_compilation = findings.clusters.compilations.binary_search(&doc).is_ok();
    PlacedRecord {
        cluster: numbering.of(doc),
        parent: copy.and_then(|c| c.parent).map(|parent| corpus.id(parent)),
        relation: copy.map(|c| c.relation).or(is_compilation.then_some(Relation::Compilation)),
        kept: numbering.kept(findings, doc),
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

fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    bytes.iter().flat_map(|b| [DIGITS[usize::from(b >> 4)], DIGITS[usize::from(b & 15)]]).map(char::from).collect()
}
