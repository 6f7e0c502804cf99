//! What one pass over the pages leaves for later, in a temporary file: a line a page, so that pages are cleaned once
//! and nothing of theirs need stay in memory.

use super::stage_files::{StageReader, StageWriter};
use crate::error::{Error, Result};
use serde::Serialize;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom, Write};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Lines of all pages in a temporary file, in the order of the documents.
pub struct TempRecords {
    /// None where no line was ever to come.
    file: Option<Mutex<File>>,
    folder: PathBuf,
    /// In document order: where each part is in the file.
    parts: Vec<Range<u64>>,
}

/// The lines of some pages that follow each other.
#[derive(Default)]
pub struct TempRecordsPart {
    lines: Vec<u8>,
    place: Range<u64>,
}

impl TempRecordsPart {
    /// The lines, in order.
    pub(crate) fn each(&self) -> impl Iterator<Item = &[u8]> {
        split(&self.lines)
    }

    /// Adds the line of the next page; it must have no line break.
    pub fn push(&mut self, line: &[u8]) {
        self.lines.extend_from_slice(line);
        self.lines.push(b'\n');
    }

    /// Adds the line of the next page: a record without its closing brace.
    pub fn push_open(&mut self, record: &impl Serialize) {
        // Strings, numbers and lists of them always serialise, and memory takes whatever is written to it.
        let _ = serde_json::to_writer(&mut self.lines, record);
        self.lines.pop();
        self.lines.push(b'\n');
    }
}

impl TempRecords {
    /// Opens the temporary file in `folder`; it is gone when this is.
    pub fn create(folder: &Path) -> Result<Self> {
        let open = || {
            std::fs::create_dir_all(folder)?;
            tempfile::tempfile_in(folder)
        };
        let file = open().map_err(|source| Error::Write { path: folder.to_owned(), source })?;
        Ok(TempRecords { file: Some(Mutex::new(file)), folder: folder.to_owned(), parts: Vec::new() })
    }

    /// No lines, and no file for them.
    pub fn none() -> Self {
        TempRecords { file: None, folder: PathBuf::new(), parts: Vec::new() }
    }

    fn file(&self) -> std::io::Result<MutexGuard<'_, File>> {
        let file = self.file.as_ref().ok_or(std::io::ErrorKind::NotFound)?;
        Ok(file.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Writes a part to the file and gives back where it is, without its lines. Parts may come in any order.
    pub fn put(&self, part: TempRecordsPart) -> Result<TempRecordsPart> {
        let write = || {
            let mut file = self.file()?;
            let start = file.stream_position()?;
            file.write_all(&part.lines)?;
            Ok(start..start + part.lines.len() as u64)
        };
        let place = write().map_err(|source| Error::Write { path: self.folder.clone(), source })?;
        Ok(TempRecordsPart { lines: Vec::new(), place })
    }

    /// The same with its parts in the order of the documents.
    pub fn in_order(self, parts: Vec<TempRecordsPart>) -> Self {
        TempRecords { parts: parts.into_iter().map(|part| part.place).collect(), ..self }
    }

    /// True when no page has a line.
    pub fn is_empty(&self) -> bool {
        self.parts.iter().all(Range::is_empty)
    }

    /// Calls `with` on the number and the line of every page, in order.
    pub fn each(&self, mut with: impl FnMut(usize, &[u8]) -> std::io::Result<()>) -> std::io::Result<()> {
        let mut numbers = 0..;
        let mut lines = Vec::new();
        for part in &self.parts {
            self.read(part, &mut lines)?;
            for (line, number) in split(&lines).zip(&mut numbers) {
                with(number, line)?;
            }
        }
        Ok(())
    }

    /// As [`TempRecords::each`], for those who give nothing to write.
    pub fn read_back(&self, with: impl FnMut(usize, &[u8]) -> std::io::Result<()>) -> Result<()> {
        self.each(with).map_err(|source| Error::Read { path: self.folder.clone(), source })
    }

    /// Writes the lines to the file of a stage, part by part.
    pub(crate) fn save(&self, to: &mut StageWriter) -> Result<()> {
        to.number(self.parts.len() as u64)?;
        let mut lines = Vec::new();
        self.parts.iter().try_for_each(|part| {
            let read = self.read(part, &mut lines);
            read.map_err(|source| Error::Read { path: self.folder.clone(), source })?;
            to.column(&lines)
        })
    }

    /// Reads what [`TempRecords::save`] wrote into a temporary file in `folder`.
    pub(crate) fn load(folder: &Path, from: &mut StageReader) -> Result<Self> {
        let records = TempRecords::create(folder)?;
        let count = from.number()?;
        let part = |_| {
            let mut lines = vec![0; from.number()? as usize];
            from.bytes(&mut lines)?;
            records.put(TempRecordsPart { lines, place: 0..0 })
        };
        let parts = (0..count).map(part).collect::<Result<Vec<_>>>()?;
        Ok(records.in_order(parts))
    }

    fn read(&self, part: &Range<u64>, lines: &mut Vec<u8>) -> std::io::Result<()> {
        let mut file = self.file()?;
        file.seek(SeekFrom::Start(part.start))?;
        lines.resize((part.end - part.start) as usize, 0);
        file.read_exact(lines)
    }
}

/// Lines, each of which ends in a line break, without it.
fn split(lines: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut start = 0;
    memchr::memchr_iter(b'\n', lines).map(move |end| &lines[std::mem::replace(&mut start, end + 1)..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_come_back_in_the_order_of_documents_whatever_order_they_went_in() {
        let folder = tempfile::tempdir().unwrap();
        let records = TempRecords::create(folder.path()).unwrap();
        let part = |lines: &[&str]| {
            let mut part = TempRecordsPart::default();
            lines.iter().for_each(|line| part.push(line.as_bytes()));
            part
        };
        let second = records.put(part(&["丙"])).unwrap();
        let first = records.put(part(&["甲", "乙"])).unwrap();
        let records = records.in_order(vec![first, second]);
        let mut seen = Vec::new();
        records
            .read_back(|number, line| {
                seen.push((number, String::from_utf8_lossy(line).into_owned()));
                Ok(())
            })
            .unwrap();
        assert_eq!(seen, [(0, "甲".to_owned()), (1, "乙".to_owned()), (2, "丙".to_owned())]);
    }
}
