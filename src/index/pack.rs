//! A file of named sections of fixed-size rows, with a hash of every block: written once, then mapped.
//!
//! ```text
//! pack      = section* zero* sums directory trailer      all numbers little-endian
//! section   = zero* row*                                 begins at a multiple of 64
//! sums      = u64*                                       XXH3 of every 64 KiB from the start of the file to the sums
//! directory = JSON                                       {"sections": {NAME: [first byte, bytes]}}
//! trailer   = start of the sums: u64, bytes of the directory: u64,
//!             XXH3 of sums, directory and these two numbers: u64, "TGPACK01"
//! ```
//!
//! Opening reads the end of the file alone. A block is hashed when it is first looked at, so that a reader never takes
//! damage for data.

use super::durable::DurableFile;
use crate::error::{Error, Result};
use crate::storage::Bytes;
use bytemuck::Pod;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::marker::PhantomData;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use xxhash_rust::xxh3::xxh3_64;
use zstd::bulk::Decompressor;

/// Bytes that have a hash of their own.
const BLOCK: usize = 1 << 16;
/// Where sections may begin.
const ALIGNMENT: usize = 64;
const MAGIC: &[u8; 8] = b"TGPACK01";
const TRAILER: usize = 32;
/// How hard Zstandard tries: its own default.
const LEVEL: i32 = 3;

#[derive(Serialize, Deserialize)]
struct Directory {
    sections: BTreeMap<String, [u64; 2]>,
}

/// A pack being written.
pub(super) struct PackWriter {
    file: BufWriter<DurableFile>,
    path: PathBuf,
    written: u64,
    /// What the block that is being filled has so far.
    block: Vec<u8>,
    sums: Vec<u64>,
    directory: Directory,
}

impl PackWriter {
    /// Begins the file, which must not exist.
    pub(super) fn create(path: &Path) -> Result<Self> {
        let file = DurableFile::create_new(path).map_err(|source| Error::Write { path: path.to_owned(), source })?;
        Ok(PackWriter {
            file: BufWriter::with_capacity(1 << 20, file),
            path: path.to_owned(),
            written: 0,
            block: Vec::with_capacity(BLOCK),
            sums: Vec::new(),
            directory: Directory { sections: BTreeMap::new() },
        })
    }

    /// Writes a section.
    pub(super) fn section<T: Pod>(&mut self, name: &str, rows: &[T]) -> Result<()> {
        self.pad()?;
        let bytes: &[u8] = bytemuck::cast_slice(rows);
        self.directory.sections.insert(name.to_owned(), [self.written, bytes.len() as u64]);
        self.write(bytes)
    }

    fn pad(&mut self) -> Result<()> {
        let over = self.written as usize % ALIGNMENT;
        if over > 0 { self.write(&[0; ALIGNMENT][over..]) } else { Ok(()) }
    }

    fn write(&mut self, mut bytes: &[u8]) -> Result<()> {
        self.put(bytes)?;
        self.written += bytes.len() as u64;
        while !bytes.is_empty() {
            let (now, rest) = bytes.split_at(bytes.len().min(BLOCK - self.block.len()));
            self.block.extend_from_slice(now);
            bytes = rest;
            if self.block.len() == BLOCK {
                self.end_block();
            }
        }
        Ok(())
    }

    fn put(&mut self, bytes: &[u8]) -> Result<()> {
        self.file.write_all(bytes).map_err(|source| Error::Write { path: self.path.clone(), source })
    }

    fn end_block(&mut self) {
        self.sums.push(xxh3_64(&self.block));
        self.block.clear();
    }

    /// Ends the file and brings it to the disk.
    pub(super) fn finish(mut self) -> Result<()> {
        self.pad()?;
        if !self.block.is_empty() {
            self.end_block();
        }
        let directory = serde_json::to_vec(&self.directory).unwrap_or_default();
        let mut end: Vec<u8> = self.sums.iter().flat_map(|sum| sum.to_le_bytes()).collect();
        end.extend_from_slice(&directory);
        end.extend_from_slice(&self.written.to_le_bytes());
        end.extend_from_slice(&(directory.len() as u64).to_le_bytes());
        end.extend_from_slice(&xxh3_64(&end).to_le_bytes());
        end.extend_from_slice(MAGIC);
        self.put(&end)?;
        let failed = |source| Error::Write { path: self.path.clone(), source };
        let file = self.file.into_inner().map_err(|error| failed(error.into_error()))?;
        file.sync().map_err(failed)
    }
}

/// A pack, mapped.
pub(super) struct Pack {
    path: PathBuf,
    bytes: Bytes,
    sections: BTreeMap<String, Range<usize>>,
    /// Where the sums begin, which is where the sections end.
    sums: usize,
    /// The blocks that were found whole, as bits.
    whole: Vec<AtomicU64>,
}

impl Pack {
    /// Maps a file. Its end must be whole.
    pub(super) fn open(path: &Path) -> Result<Arc<Pack>> {
        let failed = |source| Error::Read { path: path.to_owned(), source };
        let bytes = File::open(path).and_then(|file| Bytes::map_file(&file)).map_err(failed)?;
        let (sums, sections) = read_end(&bytes).ok_or_else(|| damaged(path, "its end is damaged or missing"))?;
        let words = sums.div_ceil(BLOCK).div_ceil(64);
        let whole = (0..words).map(|_| AtomicU64::new(0)).collect();
        Ok(Arc::new(Pack { path: path.to_owned(), bytes, sections, sums, whole }))
    }

    /// Hashes every block.
    pub(super) fn check(&self) -> Result<()> {
        self.looked_at(0..self.sums).map(drop)
    }

    /// True when there is a section of this name.
    pub(super) fn has(&self, name: &str) -> bool {
        self.sections.contains_key(name)
    }

    /// A section by its name.
    pub(super) fn section<T: Pod>(self: &Arc<Self>, name: &str) -> Result<Section<T>> {
        let range = self.sections.get(name).ok_or_else(|| damaged(&self.path, "a section is missing"))?.clone();
        if range.len() % size_of::<T>() != 0 {
            return Err(damaged(&self.path, "a section has a part of a row"));
        }
        Ok(Section { pack: Arc::clone(self), range, row: PhantomData })
    }

    /// Some bytes, whose blocks are hashed if they have not been.
    fn looked_at(&self, range: Range<usize>) -> Result<&[u8]> {
        for block in range.start / BLOCK..range.end.div_ceil(BLOCK) {
            let (word, bit) = (&self.whole[block / 64], 1 << (block % 64));
            if word.load(Ordering::Relaxed) & bit == 0 {
                let bytes = &self.bytes[block * BLOCK..(block * BLOCK + BLOCK).min(self.sums)];
                if xxh3_64(bytes) != number(&self.bytes[self.sums + 8 * block..]) {
                    return Err(damaged(&self.path, "a block does not have the hash that was written with it"));
                }
                word.fetch_or(bit, Ordering::Relaxed);
            }
        }
        Ok(&self.bytes[range])
    }
}

fn number(bytes: &[u8]) -> u64 {
    bytes.first_chunk().map_or(0, |bytes| u64::from_le_bytes(*bytes))
}

/// Where the sums begin and where each section is; `None` when the end of the file is not what was written.
fn read_end(bytes: &[u8]) -> Option<(usize, BTreeMap<String, Range<usize>>)> {
    let (rest, trailer) = bytes.split_at_checked(bytes.len().checked_sub(TRAILER)?)?;
    let sums = usize::try_from(number(trailer)).ok()?;
    let directory = usize::try_from(number(&trailer[8..])).ok()?;
    let hashed = bytes.get(sums..bytes.len() - 16)?;
    if trailer[24..] != *MAGIC || xxh3_64(hashed) != number(&trailer[16..]) {
        return None;
    }
    let directory_start = rest.len().checked_sub(directory)?;
    if directory_start.checked_sub(sums)? != 8 * sums.div_ceil(BLOCK) {
        return None;
    }
    let Directory { sections } = serde_json::from_slice(&rest[directory_start..]).ok()?;
    let range = |(name, [start, length]): (String, [u64; 2])| {
        let start = usize::try_from(start).ok()?;
        let end = start.checked_add(usize::try_from(length).ok()?)?;
        (end <= sums && start % ALIGNMENT == 0).then_some((name, start..end))
    };
    Some((sums, sections.into_iter().map(range).collect::<Option<_>>()?))
}

/// The error of a file that is not as it was written.
pub(super) fn damaged(path: &Path, reason: &str) -> Error {
    Error::Invalid {
        path: path.to_owned(),
        place: None,
        reason: reason.to_owned(),
        expected: "a file of an index as it was written",
    }
}

/// The rows of a section.
pub(super) struct Section<T> {
    pack: Arc<Pack>,
    range: Range<usize>,
    row: PhantomData<T>,
}

impl<T: Pod> Section<T> {
    pub(super) fn len(&self) -> usize {
        self.range.len() / size_of::<T>()
    }

    /// Some rows. Rows that do not exist are damage: whoever asks has read their place in the index.
    pub(super) fn slice(&self, rows: Range<usize>) -> Result<&[T]> {
        if rows.start > rows.end || rows.end > self.len() {
            return Err(damaged(&self.pack.path, "a row is missing"));
        }
        let at = |row: usize| self.range.start + row * size_of::<T>();
        // Sections begin at multiples of 64 of a mapping, which begins at a page.
        Ok(bytemuck::cast_slice(self.pack.looked_at(at(rows.start)..at(rows.end))?))
    }

    pub(super) fn all(&self) -> Result<&[T]> {
        self.slice(0..self.len())
    }

    /// A row, where it is: of long rows less is read than a copy would.
    pub(super) fn at(&self, row: usize) -> Result<&T> {
        Ok(&self.slice(row..row + 1)?[0])
    }

    pub(super) fn get(&self, row: usize) -> Result<T> {
        self.at(row).copied()
    }

    /// The first row of which `is_before` is not true, of rows in order.
    pub(super) fn partition_point(&self, within: Range<usize>, is_before: impl Fn(&T) -> bool) -> Result<usize> {
        let (mut low, mut high) = (within.start, within.end);
        while low < high {
            let middle = low + (high - low) / 2;
            if is_before(self.at(middle)?) { low = middle + 1 } else { high = middle }
        }
        Ok(low)
    }
}

impl<T: Pod + Ord> Section<T> {
    /// The row that is `value`, of rows in order; none when no row is.
    pub(super) fn find(&self, value: T) -> Result<Option<usize>> {
        let at = self.partition_point(0..self.len(), |row| *row < value)?;
        Ok(if at < self.len() && self.get(at)? == value { Some(at) } else { None })
    }
}

/// Where each of some lists ends, and their rows one after the other.
pub(super) struct Lists<T> {
    ends: Section<u64>,
    rows: Section<T>,
}

impl<T: Pod> Lists<T> {
    /// The lists under a name: `NAME.ends` and `NAME`.
    pub(super) fn open(pack: &Arc<Pack>, name: &str) -> Result<Self> {
        Ok(Lists { ends: pack.section(&format!("{name}.ends"))?, rows: pack.section(name)? })
    }

    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    pub(super) fn get(&self, list: usize) -> Result<&[T]> {
        let start = if list == 0 { 0 } else { self.ends.get(list - 1)? };
        self.rows.slice(start as usize..self.ends.get(list)? as usize)
    }
}

/// Lists of bytes, some of which are packed together: a block is its length, and then with Zstandard their number, where each
/// ends, and their bytes; the numbers are u32.
pub(super) struct PackedLists {
    blocks: Lists<u8>,
    path: PathBuf,
    /// Lists of every block but the last.
    each: usize,
}

/// Some lists, unpacked.
pub(super) struct PackedBlock {
    bytes: Vec<u8>,
    /// The place of its first list, and how many they are.
    first: usize,
    count: usize,
}

impl PackedBlock {
    /// A list by its place among all.
    fn get(&self, list: usize) -> Option<&[u8]> {
        let number =
            |at: usize| self.bytes.get(4 * at..)?.first_chunk().map(|bytes| u32::from_le_bytes(*bytes) as usize);
        let k = list.checked_sub(self.first).filter(|&k| k < self.count)?;
        let start = if k == 0 { 0 } else { number(k)? };
        self.bytes.get(4 + 4 * self.count..)?.get(start..number(k + 1)?)
    }
}

impl PackedLists {
    /// The lists under a name, as [`PackWriter::packed_lists`] writes them with the same `each`.
    pub(super) fn open(pack: &Arc<Pack>, name: &str, each: usize) -> Result<Self> {
        Ok(PackedLists { blocks: Lists::open(pack, name)?, path: pack.path.clone(), each })
    }

    /// Calls `with` on a list by its place. `last` keeps what was unpacked for the next one.
    pub(super) fn with<R>(
        &self,
        list: usize,
        last: &mut Option<PackedBlock>,
        with: impl FnOnce(&[u8]) -> R,
    ) -> Result<R> {
        let missing = || damaged(&self.path, "a list is missing");
        let first = list / self.each * self.each;
        if last.as_ref().is_none_or(|block| block.first != first) {
            if list / self.each >= self.blocks.len() {
                return Err(missing());
            }
            let packed = self.blocks.get(list / self.each)?;
            let bytes = unpacked(packed).ok_or_else(|| damaged(&self.path, "a block cannot be unpacked"))?;
            let count = bytes.first_chunk().map_or(0, |count| u32::from_le_bytes(*count) as usize);
            *last = Some(PackedBlock { bytes, first, count });
        }
        last.as_ref().and_then(|block| block.get(list)).map(with).ok_or_else(missing)
    }

    /// So many lists from the first on.
    pub(super) fn all(&self, count: usize) -> Result<Vec<Vec<u8>>> {
        let mut last = None;
        (0..count).map(|list| self.with(list, &mut last, <[u8]>::to_vec)).collect()
    }

    /// A list by its place.
    pub(super) fn get(&self, list: usize) -> Result<Vec<u8>> {
        self.with(list, &mut None, <[u8]>::to_vec)
    }
}

impl PackWriter {
    /// Writes lists of bytes, `each` of which are packed together; [`PackedLists::open`] reads them.
    pub(super) fn packed_lists(&mut self, name: &str, each: usize, lists: &[impl AsRef<[u8]> + Sync]) -> Result<()> {
        let block = |lists: &[_]| packed(lists).map_err(|source| Error::Write { path: self.path.clone(), source });
        let blocks: Vec<Vec<u8>> = lists.par_chunks(each).map(block).collect::<Result<_>>()?;
        self.lists(name, blocks.iter())
    }
}

thread_local! {
    /// It has large tables, which small blocks are not worth.
    static UNPACKER: RefCell<Option<Decompressor<'static>>> = const { RefCell::new(None) };
}

fn unpacked(block: &[u8]) -> Option<Vec<u8>> {
    let (length, packed) = block.split_first_chunk()?;
    let length = u32::from_le_bytes(*length) as usize;
    UNPACKER.with_borrow_mut(|unpacker| {
        let unpacker = match unpacker {
            Some(unpacker) => unpacker,
            None => unpacker.insert(Decompressor::new().ok()?),
        };
        unpacker.decompress(packed, length).ok().filter(|bytes| bytes.len() == length)
    })
}

fn packed(lists: &[impl AsRef<[u8]>]) -> std::io::Result<Vec<u8>> {
    let mut bytes = (lists.len() as u32).to_le_bytes().to_vec();
    let mut end = 0u32;
    for list in lists {
        end += list.as_ref().len() as u32;
        bytes.extend(end.to_le_bytes());
    }
    lists.iter().for_each(|list| bytes.extend_from_slice(list.as_ref()));
    let length = (bytes.len() as u32).to_le_bytes();
    Ok([length.as_slice(), &zstd::bulk::compress(&bytes, LEVEL)?].concat())
}

impl PackWriter {
    /// Writes lists, which [`Lists::open`] reads.
    pub(super) fn lists<T: Pod>(&mut self, name: &str, lists: impl Iterator<Item = impl AsRef<[T]>>) -> Result<()> {
        let (mut ends, mut rows) = (Vec::new(), Vec::new());
        for list in lists {
            rows.extend_from_slice(list.as_ref());
            ends.push(rows.len() as u64);
        }
        self.section(&format!("{name}.ends"), &ends)?;
        self.section(name, &rows)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(path: &Path) {
        let mut writer = PackWriter::create(path).unwrap();
        writer.section("numbers", &(0..30_000u32).collect::<Vec<_>>()).unwrap();
        writer.section::<u64>("none", &[]).unwrap();
        writer.lists("words", ["山", "", "高水"].iter().map(|word| word.as_bytes())).unwrap();
        writer.finish().unwrap();
    }

    fn read(path: &Path) -> Result<(Vec<u32>, Vec<Vec<u8>>)> {
        let pack = Pack::open(path)?;
        assert_eq!(pack.section::<u64>("none")?.len(), 0);
        let words = Lists::<u8>::open(&pack, "words")?;
        let words = (0..words.len()).map(|k| Ok(words.get(k)?.to_vec())).collect::<Result<_>>()?;
        Ok((pack.section("numbers")?.all()?.to_vec(), words))
    }

    #[test]
    fn sections_come_back() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.pack");
        written(&path);
        let (numbers, words) = read(&path).unwrap();
        assert_eq!(numbers, (0..30_000).collect::<Vec<u32>>());
        assert_eq!(words, ["山".as_bytes(), b"", "高水".as_bytes()]);
        let pack = Pack::open(&path).unwrap();
        assert!(pack.section::<u32>("absent").is_err());
        let numbers = pack.section::<u32>("numbers").unwrap();
        assert_eq!(numbers.partition_point(0..numbers.len(), |&n| n < 12_345).unwrap(), 12_345);
        assert!(numbers.slice(29_999..30_001).is_err());
        assert!(PackWriter::create(&path).is_err(), "a pack is never written over");
    }

    #[test]
    fn packed_lists_come_back() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.pack");
        let lists: Vec<Vec<u8>> = (0..70usize).map(|k| vec![k as u8; k % 5 * 100]).collect();
        let mut writer = PackWriter::create(&path).unwrap();
        writer.packed_lists("some", 16, &lists).unwrap();
        writer.packed_lists("none", 16, &[[0u8; 0]; 0]).unwrap();
        writer.finish().unwrap();
        let pack = Pack::open(&path).unwrap();
        let some = PackedLists::open(&pack, "some", 16).unwrap();
        let mut last = None;
        for (k, list) in lists.iter().enumerate() {
            assert_eq!((&some.get(k).unwrap(), some.with(k, &mut last, <[u8]>::to_vec).unwrap()), (list, list.clone()));
        }
        assert!(some.get(70).is_err() && some.get(80).is_err());
        assert!(PackedLists::open(&pack, "none", 16).unwrap().get(0).is_err());
    }

    #[test]
    fn a_bit_flipped_anywhere_and_a_cut_are_found() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.pack");
        written(&path);
        let whole = std::fs::read(&path).unwrap();
        let check = |bytes: &[u8]| {
            std::fs::write(&path, bytes).unwrap();
            Pack::open(&path).and_then(|pack| pack.check())
        };
        assert!(check(&whole).is_ok());
        let end = whole.len() - 400;
        for at in (0..end).step_by(977).chain(end..whole.len()) {
            let mut flipped = whole.clone();
            flipped[at] ^= 1 << (at % 8);
            assert!(check(&flipped).is_err(), "byte {at}");
        }
        for length in [0, 1, 31, 32, 4000, whole.len() - 1] {
            assert!(check(&whole[..length]).is_err(), "{length} bytes");
        }
    }

    #[test]
    fn the_bytes_are_those_of_the_format_page() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.pack");
        let mut writer = PackWriter::create(&path).unwrap();
        writer.section("a", &[1u16, 2]).unwrap();
        writer.finish().unwrap();
        let bytes = std::fs::read(&path).unwrap();
        let directory = br#"{"sections":{"a":[0,4]}}"#;
        let mut expected = vec![1, 0, 2, 0];
        expected.resize(64, 0);
        let sum = xxh3_64(&expected);
        let mut end = sum.to_le_bytes().to_vec();
        end.extend_from_slice(directory);
        end.extend_from_slice(&64u64.to_le_bytes());
        end.extend_from_slice(&(directory.len() as u64).to_le_bytes());
        let hash = xxh3_64(&end);
        expected.extend_from_slice(&end);
        expected.extend_from_slice(&hash.to_le_bytes());
        expected.extend_from_slice(b"TGPACK01");
        assert_eq!(bytes, expected);
    }
}
