//! The files of a corpus one by one, for those who write them again.

use super::open::Kept;
use super::{Corpus, Format, Kind};
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
    pub kind: Kind,
    /// Which input named it, counted from 0 as they were given.
    pub input: usize,
    /// Its records.
    pub docs: Range<u32>,
    number: usize,
}

impl Shard<'_> {
    /// True for JSON Lines of which [`Corpus::shard_bytes`] has the records at their places: not when they are packed,
    /// in UTF-16 (where offsets are those of the text in UTF-8), or come from standard input in another encoding.
    pub fn has_lines(&self) -> bool {
        let encoding = self.kind.encoding.unwrap_or_default();
        let is_at_hand = encoding == "UTF-8" || (self.path != Path::new("-") && !encoding.starts_with("UTF-16"));
        self.kind.format == Format::JsonLines && self.kind.packing.is_none() && is_at_hand
    }

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
            Shard { path: &file.path, name: &file.name, kind: file.kind, input: file.input, docs, number }
        });
        numbered.filter(|shard| !shard.docs.is_empty()).collect()
    }

    /// The bytes of a file as they lie on the disk.
    pub fn shard_bytes(&self, shard: &Shard) -> std::io::Result<Cow<'_, [u8]>> {
        let file = &self.files[shard.number];
        match &file.kept {
            Kept::Lines(bytes) => Ok(Cow::Borrowed(bytes)),
            Kept::Whole | Kept::Spooled => std::fs::read(&file.path).map(Cow::Owned),
        }
    }
}
