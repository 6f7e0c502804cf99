//! Records that an index knows by their places: their texts stay in their files, and a hash of each tells whether it is
//! still there.

use super::kind::{FileKind, Format};
use super::open::Kept;
use super::reread_records::RereadRecords;
use super::source::{self, LinesSource};
use super::{Corpus, CorpusConfig, File, OPEN, RecordPlace, changed, read_again};
use crate::error::{Error, Result};
use crate::types::DocId;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A file with records that an index knows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct StoredFile {
    /// Where it is.
    pub path: PathBuf,
    /// How its records are read.
    pub reading: StoredReading,
}

/// How the records of a file are read one by one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum StoredReading {
    /// Each is a line of JSON in UTF-8.
    Lines,
    /// The file is one text in UTF-8.
    Whole,
    /// By the reader of its format, from its beginning.
    Format,
}

/// Where a record is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct StoredRecord {
    /// The place of its file among the files.
    pub file: u32,
    /// Its length in bytes.
    pub length: u32,
    /// Its first byte in the file; of Parquet, the number of its row.
    pub offset: u64,
    /// A part of the hash of its bytes.
    pub sum: u32,
}

/// Records and the files that they are in.
#[derive(Clone, Debug, Default)]
pub(crate) struct StoredRecords {
    pub files: Vec<StoredFile>,
    pub records: Vec<StoredRecord>,
    pub ids: Vec<String>,
}

/// Reads some records of a file, all in one go.
fn read(records: &RereadRecords, path: &Path, offsets: &[u64]) -> Result<()> {
    let found = read_again(path, offsets, &records.reading)?.map_err(|_| changed_error(path))?;
    for (&offset, line) in offsets.iter().zip(found.lines) {
        records.keep(offset, line.ok_or_else(|| changed_error(path))?);
    }
    Ok(())
}

fn changed_error(path: &Path) -> Error {
    Error::InputChanged { path: path.to_owned() }
}

impl Corpus {
    /// The records that an index knows, and no others.
    pub(crate) fn of_stored(stored: StoredRecords, reading: &CorpusConfig) -> Corpus {
        Corpus::empty(reading).with_stored_before(stored, reading)
    }

    /// The records that an index knows, and after them those of this corpus. An id that is taken gets a suffix.
    pub(crate) fn with_stored_before(self, stored: StoredRecords, reading: &CorpusConfig) -> Corpus {
        let added = self.len();
        let mut all = Corpus { scratch: self.scratch.clone(), ..Corpus::empty(reading) };
        let shared = Arc::new(reading.clone());
        for (number, file) in stored.files.into_iter().enumerate() {
            all.files.push(opened(file, number < OPEN, &shared));
        }
        for (record, id) in stored.records.iter().zip(&stored.ids) {
            let StoredRecord { file, length, offset, sum } = *record;
            all.places.push(RecordPlace { file, length, start: offset });
            all.sums.push(sum);
            all.push_id(id);
        }
        let before = all.files.len() as u32;
        all.places.extend(self.places.iter().map(|place| RecordPlace { file: place.file + before, ..*place }));
        all.sums.extend(&self.sums);
        (0..added as u32).for_each(|doc| all.push_id(self.id(DocId(doc))));
        all.files.extend(self.files);
        (all.skipped, all.bytes, all.filled, all.met) = (self.skipped, self.bytes, self.filled, self.met);
        (all.page_encodings, all.passed, all.spool) = (self.page_encodings, self.passed, self.spool);
        if added > 0 {
            all.settle_ids();
        }
        all
    }

    /// Where some records are, for an index to keep.
    pub(crate) fn stored(&self, docs: Range<usize>) -> StoredRecords {
        let mut numbers: BTreeMap<u32, u32> = BTreeMap::new();
        let mut stored = StoredRecords::default();
        for doc in (docs.start as u32..docs.end as u32).map(DocId) {
            let file = self.places[doc.index()].file;
            let number = *numbers.entry(file).or_insert_with(|| {
                stored.files.push(self.stored_file(file));
                stored.files.len() as u32 - 1
            });
            let (_, offset, length) = self.place(doc);
            stored.records.push(StoredRecord { file: number, length, offset, sum: self.sum(doc) });
            stored.ids.push(self.id(doc).to_owned());
        }
        stored
    }

    fn stored_file(&self, number: u32) -> StoredFile {
        let File { path, kept, .. } = &self.files[number as usize];
        let reading = match kept {
            Kept::Lines(_) => StoredReading::Lines,
            Kept::Whole => StoredReading::Whole,
            Kept::Spooled | Kept::Reread(_) => StoredReading::Format,
        };
        StoredFile { path: path.clone(), reading }
    }

    /// By what a record is known again.
    pub(crate) fn sum(&self, doc: DocId) -> u32 {
        match self.file_of(doc).kept {
            Kept::Spooled => source::sum(self.json(doc).as_bytes()),
            _ => self.sums[doc.index()],
        }
    }

    /// Leaves out the records that `keep` does not want.
    pub(crate) fn retain(&mut self, keep: impl Fn(DocId) -> bool) {
        let kept: Vec<DocId> = (0..self.len() as u32).map(DocId).filter(|&doc| keep(doc)).collect();
        let (mut ids, mut ends) = (String::new(), Vec::with_capacity(kept.len()));
        for &doc in &kept {
            ids.push_str(self.id(doc));
            ends.push(ids.len() as u64);
        }
        (self.ids, self.id_ends) = (ids, ends);
        self.places = kept.iter().map(|doc| self.places[doc.index()]).collect();
        self.sums = kept.iter().map(|doc| self.sums[doc.index()]).collect();
    }

    /// Reads the records of `docs` that must be read again by the reader of their format, each file once: one by one
    /// they would cost a pass over their file each. They stay in memory.
    pub(crate) fn read_ahead(&self, docs: impl Iterator<Item = DocId>) -> Result<()> {
        let mut wanted: BTreeMap<u32, Vec<u64>> = BTreeMap::new();
        for doc in docs {
            let RecordPlace { file, start, .. } = self.places[doc.index()];
            if let Kept::Reread(records) = &self.files[file as usize].kept
                && records.known(start).is_none()
            {
                wanted.entry(file).or_default().push(start);
            }
        }
        for (file, mut offsets) in wanted {
            offsets.sort_unstable();
            offsets.dedup();
            let file = &self.files[file as usize];
            if let Kept::Reread(records) = &file.kept {
                read(records, &file.path, &offsets)?;
            }
        }
        Ok(())
    }

    /// The records that are no longer in their files as they were.
    pub(crate) fn missing(&self) -> Vec<DocId> {
        let is_there = |&doc: &DocId| {
            let (place, file) = (&self.places[doc.index()], self.file_of(doc));
            let is_same = |bytes: &[u8]| source::sum(bytes) == self.sums[doc.index()];
            match &file.kept {
                Kept::Whole => std::fs::read(&file.path).is_ok_and(|bytes| is_same(&bytes)),
                Kept::Lines(source) => {
                    source.read(place.start, place.length as usize).is_some_and(|bytes| is_same(&bytes))
                }
                Kept::Reread(records) => records.known(place.start).is_some_and(|line| is_same(line.as_bytes())),
                Kept::Spooled => true,
            }
        };
        self.read_ahead_what_is_there();
        self.docs().filter(|doc| !is_there(doc)).collect()
    }

    /// Reads records ahead. A file that cannot be read again leaves its records unknown.
    pub(super) fn read_ahead_what_is_there(&self) {
        let docs: Vec<DocId> = (0..self.len() as u32).map(DocId).collect();
        docs.chunk_by(|x, y| self.places[x.index()].file == self.places[y.index()].file).for_each(|of_file| {
            _ = self.read_ahead(of_file.iter().copied());
        });
    }

    /// The line of a record that is read again from its file.
    pub(super) fn reread(&self, records: &RereadRecords, doc: DocId) -> String {
        let (path, offset) = (&self.file_of(doc).path, self.places[doc.index()].start);
        let line = records.known(offset).or_else(|| {
            read(records, path, &[offset]).ok()?;
            records.known(offset)
        });
        let line = line.filter(|line| source::sum(line.as_bytes()) == self.sums[doc.index()]);
        line.unwrap_or_else(|| changed(path)).to_string()
    }
}

/// A file as a corpus reads it. One that is missing is noticed when a record of it is asked for.
fn opened(file: StoredFile, keep_open: bool, reading: &Arc<CorpusConfig>) -> File {
    let StoredFile { path, reading: how } = file;
    let kept = match how {
        StoredReading::Lines => {
            let file = if keep_open { std::fs::File::open(&path).ok() } else { None };
            Kept::Lines(LinesSource::of_file(path.clone(), file))
        }
        StoredReading::Whole => Kept::Whole,
        StoredReading::Format => Kept::Reread(RereadRecords::new(Arc::clone(reading))),
    };
    let kind = FileKind { format: Format::JsonLines, packing: None, encoding: None, encoding_from: None };
    let name = path.display().to_string();
    File { path, name, kind, input: 0, hash: 0, kept, stamp: None }
}
