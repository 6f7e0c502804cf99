//! The files of a corpus one by one, for those who write them again.

use super::open::{Kept, Stamp};
use super::stream::Stream;
use super::{Corpus, FileKind, Format, Packing};
use crate::error::{Error, Result};
use crate::storage::Bytes;
use crate::types::DocId;
use std::io::{self, BufRead, BufReader, Read};
use std::ops::Range;
use std::path::Path;

/// A file with the records that it has.
#[derive(Clone, Debug)]
pub struct Shard<'c> {
    /// Where it is; `-` for standard input.
    pub path: &'c Path,
    /// Its path relative to the input that named it; the file's name when the input is the file.
    pub name: &'c str,
    /// How it was read.
    pub kind: FileKind,
    /// Which input named it, counted from 0 as they were given.
    pub input: usize,
    /// Its records.
    pub docs: Range<u32>,
    number: usize,
}

impl Shard<'_> {
    /// True when `Corpus::shard_reader` gives the records at their places: not for files in archives, nor for standard
    /// input, unless it is JSON Lines in UTF-8.
    pub fn is_at_hand(&self) -> bool {
        if self.kind.packing.is_some_and(Packing::is_archive) {
            return false;
        }
        let encoding = self.kind.encoding.unwrap_or_default();
        let is_kept = self.kind.format == Format::JsonLines && self.kind.packing.is_none() && encoding == "UTF-8";
        is_kept || self.path != Path::new("-")
    }

    /// The records, in the order of the file.
    pub fn docs(&self) -> impl Iterator<Item = DocId> + use<> {
        self.docs.clone().map(DocId)
    }
}

impl Corpus {
    /// The files that have at least one record, in input order.
    pub fn shards(&self) -> Vec<Shard<'_>> {
        let numbered = self.files.iter().enumerate().map(|(number, file)| {
            let first = self.places.partition_point(|place| (place.file as usize) < number);
            let end = self.places.partition_point(|place| (place.file as usize) <= number);
            let docs = first as u32..end as u32;
            Shard { path: &file.path, name: &file.name, kind: file.kind, input: file.input, docs, number }
        });
        numbered.filter(|shard| !shard.docs.is_empty()).collect()
    }

    /// The bytes of a file as they lie on the disk.
    pub fn shard_bytes(&self, shard: &Shard) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        self.shard_file(shard)?.read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    /// The same as a stream.
    pub(crate) fn shard_file(&self, shard: &Shard) -> io::Result<Box<dyn Read + '_>> {
        let file = &self.files[shard.number];
        Ok(match &file.kept {
            Kept::Lines(source) => Box::new(source.from(0)),
            Kept::Whole | Kept::Spooled | Kept::Reread(_) => Box::new(std::fs::File::open(&file.path)?),
        })
    }

    /// The same as one piece: a copy in a temporary file, which nobody else can change, mapped.
    pub(crate) fn shard_packed(&self, shard: &Shard) -> io::Result<Bytes> {
        let mut copy = tempfile::tempfile_in(self.scratch())?;
        io::copy(&mut self.shard_file(shard)?, &mut copy)?;
        Bytes::map_file(&copy)
    }

    /// An error when a file that is read again by its path is not what it was when the corpus was opened.
    pub(crate) fn check_unchanged(&self, shard: &Shard) -> Result<()> {
        let file = &self.files[shard.number];
        let is_path = shard.path != Path::new("-");
        match is_path && Stamp::of(&file.path).ok() != file.stamp {
            true => Err(Error::InputChanged { path: file.path.clone() }),
            false => Ok(()),
        }
    }

    /// The bytes of a file that offsets in it count: unpacked, and those of UTF-16 turned into UTF-8.
    pub(crate) fn shard_reader(&self, shard: &Shard) -> io::Result<Box<dyn BufRead + '_>> {
        if let Kept::Lines(source) = &self.files[shard.number].kept {
            return Ok(Box::new(BufReader::with_capacity(1 << 18, source.from(0))));
        }
        let (stream, _) = Stream::open(shard.path)?;
        let stream = match shard.kind.decoded_as() {
            Some(encoding) => stream.decoded(encoding),
            None => stream,
        };
        Ok(Box::new(BufReader::with_capacity(1 << 18, stream)))
    }

    /// Offsets of what could not be read in a file, in order.
    pub(crate) fn skipped_in<'s>(&'s self, shard: &Shard) -> impl Iterator<Item = u64> + 's {
        let shown = shard.path.display().to_string();
        self.skipped.iter().filter(move |skipped| skipped.file == shown).map(|skipped| skipped.offset)
    }
}
