//! Where records of packed, tabular and foreign-encoded files are kept: as JSON lines in one temporary file, which is
//! mapped like an input.
//!
//! ```text
//! spool  = record*
//! record = place line
//! place  = offset:u64 length:u32    of the record in its original file, little-endian
//! line   = the JSON object; its length is kept with the record's place in the corpus
//! ```

use super::encoding::decode_line;
use super::names::{FieldNames, FieldRole};
use super::{record, source};
use crate::error::{Error, Result};
use crate::storage::Bytes;
use encoding_rs::UTF_8;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::Write;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

/// The longest record, however it is read: stages that follow need some thirty times as much memory for it, outside the
/// budget of a run.
pub(super) const LONGEST: usize = 16 << 20;

/// What is said of a longer one.
pub(super) const TOO_LONG: &str = "a record of more than 16 MB; split it";

/// Bytes that the place before a line takes.
const PLACE: usize = 12;

/// The temporary file, made when the first record comes.
pub(super) struct Spool {
    folder: PathBuf,
    file: Mutex<Option<(File, u64)>>,
}

impl Spool {
    /// A spool that will have its file in `folder`.
    pub fn new(folder: PathBuf) -> Self {
        Spool { folder, file: Mutex::new(None) }
    }

    /// Writes lines and gives back where they begin.
    fn put(&self, lines: &[u8]) -> Result<u64> {
        let write = || -> std::io::Result<u64> {
            let mut held = self.file.lock().unwrap_or_else(PoisonError::into_inner);
            if held.is_none() {
                std::fs::create_dir_all(&self.folder)?;
                *held = Some((tempfile::tempfile_in(&self.folder)?, 0));
            }
            let Some((file, end)) = held.as_mut() else { return Ok(0) };
            file.write_all(lines)?;
            let start = *end;
            *end += lines.len() as u64;
            Ok(start)
        };
        write().map_err(|source| Error::Write { path: self.folder.clone(), source })
    }

    /// All that was written.
    pub fn finish(self) -> Result<Bytes> {
        let held = self.file.into_inner().unwrap_or_else(PoisonError::into_inner);
        let map = held.map_or(Ok(Bytes::Owned(Vec::new())), |(file, _)| Bytes::map_file(&file));
        map.map_err(|source| Error::Read { path: self.folder, source })
    }
}

/// Where the record whose line begins at `start` of the spool is in its original file.
pub(super) fn original_place(spool: &[u8], start: u64) -> (u64, u32) {
    let place = &spool[start as usize - PLACE..start as usize];
    let (offset, length) = place.split_at(8);
    let number = |bytes: &[u8]| bytes.iter().rev().fold(0, |n, byte| n << 8 | u64::from(*byte));
    (number(offset), number(length) as u32)
}

/// What the records of one file have in common.
#[derive(Clone, Copy)]
pub(super) struct Reading<'r> {
    /// Which field is what.
    pub names: &'r FieldNames,
    /// The name of the file in the ids of records that have none.
    pub file: &'r str,
    /// Offsets of the only records that are wanted, in order; `None` for all.
    pub wanted: Option<&'r [u64]>,
}

impl Reading<'_> {
    fn wants(&self, offset: u64) -> bool {
        self.wanted.is_none_or(|wanted| wanted.binary_search(&offset).is_ok())
    }
}

/// Records that follow each other in a file: where each is, ids end to end, and what was bad.
#[derive(Default)]
pub(super) struct CachePart {
    /// Lines to be spooled, each behind its place.
    lines: Vec<u8>,
    /// First byte and length of each record, in the spool once that is written, in the file where it stays there.
    pub places: Vec<(u64, u32)>,
    /// By what each record is known again that stays in its file.
    pub sums: Vec<u32>,
    pub ids: String,
    pub id_ends: Vec<usize>,
    /// Offsets in the file, and what is wrong there.
    pub bad: Vec<(u64, String)>,
    /// How many pages were in which encoding, where each has one of its own.
    pub encodings: BTreeMap<&'static str, usize>,
    /// Roles that some record fills, as bits.
    pub filled: u8,
    /// Mappings of the user that matched a field.
    pub met: u64,
    /// Some record has no id of its own.
    pub has_made_ids: bool,
    /// What was passed over for good reason, and how many of each.
    pub passed: BTreeMap<Cow<'static, str>, usize>,
}

impl CachePart {
    /// Adds the record on a line of UTF-8 that stays where it is in its file; or says why it is none.
    pub fn keep(&mut self, line: &[u8], offset: u64, reading: Reading) -> std::result::Result<(), String> {
        self.check(&decode_line(line, UTF_8), offset, line.len(), reading)?;
        self.places.push((offset, line.len() as u32));
        self.sums.push(source::sum(line));
        Ok(())
    }

    /// Adds the record on a line that is to be spooled; or says why it is none. `offset` and `length` are its place in
    /// the file.
    pub fn spool(
        &mut self,
        line: &str,
        offset: u64,
        length: usize,
        reading: Reading,
    ) -> std::result::Result<(), String> {
        if reading.wants(offset) {
            self.check(line, offset, length, reading)?;
            self.push_line(line, offset, length);
        }
        Ok(())
    }

    fn push_line(&mut self, line: &str, offset: u64, length: usize) {
        self.lines.extend(offset.to_le_bytes());
        self.lines.extend((length as u32).to_le_bytes());
        self.places.push((self.lines.len() as u64, line.len() as u32));
        self.lines.extend(line.as_bytes());
    }

    fn check(&mut self, line: &str, offset: u64, length: usize, reading: Reading) -> std::result::Result<(), String> {
        if length.max(line.len()) > LONGEST {
            return Err(TOO_LONG.into());
        }
        let checked = record::check(line, reading.names)?;
        self.filled |= checked.filled;
        self.met |= checked.met;
        match checked.id {
            Some(id) => self.push_id(&id),
            None => {
                self.has_made_ids = true;
                self.push_id(&format!("{}#{offset}", reading.file));
            }
        }
        Ok(())
    }

    fn push_id(&mut self, id: &str) {
        self.ids.push_str(id);
        self.id_ends.push(self.ids.len());
    }

    /// Adds what is wrong at a place.
    pub fn skip(&mut self, offset: u64, reason: impl Into<String>) {
        self.bad.push((offset, reason.into()));
    }

    /// Bytes that wait to be spooled.
    pub fn waiting(&self) -> usize {
        self.lines.len()
    }

    /// Writes what waits.
    pub fn flush(&mut self, spool: &Spool, from: usize) -> Result<()> {
        if !self.lines.is_empty() {
            let start = spool.put(&self.lines)?;
            self.places[from..].iter_mut().for_each(|(at, _)| *at += start);
            self.lines.clear();
        }
        Ok(())
    }

    /// Adds the records of the part that comes next; both must have been flushed.
    pub fn append(&mut self, next: CachePart) {
        let before = self.ids.len();
        self.places.extend(next.places);
        self.sums.extend(next.sums);
        self.ids.push_str(&next.ids);
        self.id_ends.extend(next.id_ends.into_iter().map(|end| end + before));
        self.bad.extend(next.bad);
        self.filled |= next.filled;
        self.met |= next.met;
        self.has_made_ids |= next.has_made_ids;
        next.passed.into_iter().for_each(|(what, count)| *self.passed.entry(what).or_default() += count);
        next.encodings.into_iter().for_each(|(name, count)| *self.encodings.entry(name).or_default() += count);
    }
}

/// Bytes that a sink keeps before it writes.
const WAITING: usize = 1 << 20;

/// Takes the records of one file in their order, and spools them.
pub(super) struct Sink<'s> {
    pub reading: Reading<'s>,
    spool: &'s Spool,
    part: CachePart,
    flushed: usize,
}

impl<'s> Sink<'s> {
    /// A sink without records.
    pub fn new(reading: Reading<'s>, spool: &'s Spool) -> Self {
        Sink { reading, spool, part: CachePart::default(), flushed: 0 }
    }

    /// Takes a record; see [`CachePart::spool`].
    pub fn record(&mut self, line: &str, offset: u64, length: usize) -> Result<()> {
        if let Err(reason) = self.part.spool(line, offset, length, self.reading) {
            self.part.skip(offset, reason);
        }
        if self.part.waiting() > WAITING { self.flush() } else { Ok(()) }
    }

    /// Takes the record that the whole file is, under the file's name.
    pub fn whole(&mut self, line: &str, length: usize) {
        let checked = record::check(line, self.reading.names).ok();
        self.part.filled |= checked.as_ref().map_or(FieldRole::Text.bit(), |checked| checked.filled);
        self.part.met |= checked.map_or(0, |checked| checked.met);
        self.part.has_made_ids = true;
        self.part.push_id(self.reading.file);
        self.part.push_line(line, 0, length);
    }

    /// The same for a file that is read again whenever the record is asked for.
    pub fn whole_file(&mut self, bytes: &[u8]) {
        self.part.filled |= FieldRole::Text.bit();
        self.part.has_made_ids = true;
        self.part.push_id(self.reading.file);
        self.part.places.push((0, bytes.len() as u32));
        self.part.sums.push(source::sum(bytes));
    }

    /// A sink without records, for a part of the same file.
    pub fn sibling(&self) -> Self {
        Sink::new(self.reading, self.spool)
    }

    /// Notes the encoding of a page.
    pub fn note_encoding(&mut self, name: &'static str) {
        *self.part.encodings.entry(name).or_default() += 1;
    }

    /// Notes what is wrong at a place.
    pub fn skip(&mut self, offset: u64, reason: impl Into<String>) {
        self.part.skip(offset, reason);
    }

    /// Counts something that is passed over for good reason.
    pub fn pass(&mut self, what: impl Into<Cow<'static, str>>) {
        *self.part.passed.entry(what.into()).or_default() += 1;
    }

    /// Takes parts that come next.
    pub fn parts(&mut self, parts: Vec<CachePart>) -> Result<()> {
        self.flush()?;
        for mut part in parts {
            part.flush(self.spool, 0)?;
            self.part.append(part);
        }
        self.flushed = self.part.places.len();
        Ok(())
    }

    fn flush(&mut self) -> Result<()> {
        self.part.flush(self.spool, self.flushed)?;
        self.flushed = self.part.places.len();
        Ok(())
    }

    /// All records, spooled.
    pub fn finish(mut self) -> Result<CachePart> {
        self.flush()?;
        Ok(self.part)
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// What a reader found.
    #[derive(Debug, Default, PartialEq)]
    pub struct ReadBack {
        /// Offset, length and line of each record.
        pub records: Vec<(u64, u32, String)>,
        pub ids: Vec<String>,
        pub bad: Vec<(u64, String)>,
    }

    /// All that `read` gives to its sink, as of a file `f`.
    pub fn found(read: impl FnOnce(&mut Sink)) -> ReadBack {
        let (names, spool) = (FieldNames::default(), Spool::new(std::env::temp_dir()));
        let mut sink = Sink::new(Reading { names: &names, file: "f", wanted: None }, &spool);
        read(&mut sink);
        let part = sink.finish().unwrap();
        let bytes = spool.finish().unwrap();
        let record = |&(start, length): &(u64, u32)| {
            let (offset, original) = original_place(&bytes, start);
            let line = &bytes[start as usize..][..length as usize];
            (offset, original, String::from_utf8(line.to_vec()).unwrap())
        };
        let starts = [0].into_iter().chain(part.id_ends.iter().copied());
        let ids = starts.zip(&part.id_ends).map(|(from, to)| part.ids[from..*to].to_owned()).collect();
        ReadBack { records: part.places.iter().map(record).collect(), ids, bad: part.bad }
    }

    #[test]
    fn records_come_back_with_their_places() {
        let many = 3 * WAITING / 40;
        let line = |k: usize| format!(r#"{{"id":{k},"text":"第{k}个村子的水渠修通了"}}"#);
        let found = found(|sink| {
            for k in 0..many {
                sink.record(&line(k), 7 * k as u64 + (1 << 40), k + 3).unwrap();
            }
            sink.skip(5, "a reason");
        });
        assert_eq!(found.records.len(), many);
        for (k, (offset, length, text)) in found.records.iter().enumerate() {
            assert_eq!((*offset, *length as usize, text), (7 * k as u64 + (1 << 40), k + 3, &line(k)));
        }
        assert_eq!((found.ids[many - 1].as_str(), found.bad.len()), ((many - 1).to_string().as_str(), 1));
    }
}
