//! The files of a corpus one by one, for those who write them again.

use super::{Corpus, Format};
use crate::types::DocId;
use std::borrow::Cow;
use std::ops::Range;
use std::path::Path;

/// A file with the records that it holds.
#[derive(Clone, Debug)]
pub struct Shard<'c> {
    /// Where it is; `-` for standard input.
    pub path: &'c Path,
    /// Its path relative to the input that named it; the file's name when the input is the file.
    pub name: &'c str,
    /// How it was read.
    pub format: Format,
    /// Which input named it, counted from 0 as they were given.
    pub input: usize,
    /// Its records.
    pub docs: Range<u32>,
    number: usize,
}

impl Shard<'_> {
    /// The records, in the order of the file.
    pub fn docs(&self) -> impl Iterator<Item = DocId> + use<> {
        self.docs.clone().map(DocId)
    }
}

impl Corpus {
    /// The files that hold at least one record, in input order.
    pub fn shards(&self) -> Vec<Shard<'_>> {
        let numbered = self.files.iter().enumerate().map(|(number, file)| {
            let first = self.places.partition_point(|place| (place.file as usize) < number);
            let end = self.places.partition_point(|place| (place.file as usize) <= number);
            let docs = first as u32..end as u32;
            Shard { path: &file.path, name: &file.name, format: file.format, input: file.input, docs, number }
        });
        numbered.filter(|shard| !shard.docs.is_empty()).collect()
    }

    /// The bytes of a file as its records were read from it.
    pub fn shard_bytes(&self, shard: &Shard) -> std::io::Result<Cow<'_, [u8]>> {
        let file = &self.files[shard.number];
        match &file.bytes {
            Some(bytes) => Ok(Cow::Borrowed(bytes)),
            None => std::fs::read(&file.path).map(Cow::Owned),
        }
    }
}
