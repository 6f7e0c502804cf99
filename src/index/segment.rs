//! Pages that were added together: what the one pass over them left of each. Never written to again.
//!
//! ```text
//! pages-COMMIT-NUMBER.pack
//!   pages      a row a page, 104 bytes, see [`PageRow`]
//!   minhash    128 slots of 32 bits a page
//!   spans      lists of [start, end]: where the headline is (or 0, 0), then the stretches of the body, in bytes of the text
//!   ids        lists of bytes: ids in UTF-8
//!   facts      lists of bytes: JSON lines of what 128 pages state, packed with Zstandard
//!   keys       by group of buckets: key: u32 in the upper half, page in the segment: u32 in the lower half; in order
//!   groups     where the keys of each group end
//!   equal      as keys: the upper half of the hash of the body
//!   files      JSON: the files, by path from the folder of the index, and how records are read from each
//!   names      JSON: the names and hosts that the pages write
//!   outlets    JSON: the names of the outlets that facts refer to by number
//! ```

use super::model::WrittenNames;
use super::pack::{Lists, Pack, PackWriter, Section, damaged};
use crate::attribution::{OutletKeys, Outlets, SeenNames};
use crate::candidates::partitions::{self, GROUPS, SHINGLE_GROUPS};
use crate::corpus::{StoredFile, StoredRecord, StoredRecords};
use crate::error::Result;
use crate::origin::{PageFacts, facts};
use crate::pages::{BodyPart, Pages};
use crate::pipeline::{Observer, SketchPart, Wanted, sketch_page, stop_if_cancelled};
use crate::signature::{MinHash, SignaturePart, SignatureWriter, Signatures, StoredSignature};
use crate::storage::Scratch;
use crate::types::{DocId, Precision, Span, Timestamp};
use bytemuck::{Pod, Zeroable};
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The most pages of a segment, which are sketched in memory.
pub(super) const MOST: usize = 1 << 17;
/// Pages whose facts are packed together.
const FACTS: usize = 128;
/// What is kept of what pages state.
pub(super) const FACTS_ALONE: Wanted = Wanted { records: false, facts: true, lines: false, hash_alone: false };
/// Pages that one task sketches.
const TASK: usize = 256;

/// What is kept of a page.
#[derive(Clone, Copy, Debug, Pod, Zeroable)]
#[repr(C)]
pub(super) struct PageRow {
    pub keys: OutletKeys,
    pub simhash: u64,
    pub body_hash: u64,
    /// Its first byte in its file; of Parquet, the number of its row.
    offset: u64,
    /// Publication time in UTC seconds.
    seconds: i64,
    /// Offset of its zone from UTC in seconds.
    zone: i32,
    /// 0 without a time, 1 to the second, 2 to the minute, 3 to the day.
    precision: u32,
    /// The place of its file among those of the segment.
    file: u32,
    /// Bytes of its record.
    length: u32,
    /// Lower half of the hash of its record (XXH3).
    sum: u32,
    pub units: u32,
    /// Sampled shingles.
    pub samples: u32,
    /// Nothing; rows have no holes.
    unused: u32,
}

impl PageRow {
    fn new(record: StoredRecord, keys: OutletKeys, signature: StoredSignature, time: Option<Timestamp>) -> Self {
        let (seconds, zone) = time.map_or((0, 0), |time| (time.seconds, time.zone));
        let precision = time.map_or(0, |time| match time.precision {
            Precision::Second => 1,
            Precision::Minute => 2,
            Precision::Day => 3,
        });
        let StoredRecord { file, length, offset, sum } = record;
        let StoredSignature { simhash, body_hash, units, samples } = signature;
        PageRow {
            keys,
            simhash,
            body_hash,
            offset,
            seconds,
            zone,
            precision,
            file,
            length,
            sum,
            units,
            samples,
            unused: 0,
        }
    }

    pub(super) fn record(&self) -> StoredRecord {
        StoredRecord { file: self.file, length: self.length, offset: self.offset, sum: self.sum }
    }

    pub(super) fn time(&self) -> Option<Timestamp> {
        let precision = match self.precision {
            1 => Precision::Second,
            2 => Precision::Minute,
            3 => Precision::Day,
            _ => return None,
        };
        Some(Timestamp { seconds: self.seconds, zone: self.zone, precision })
    }

    fn signature(&self) -> StoredSignature {
        let &PageRow { simhash, body_hash, units, samples, .. } = self;
        StoredSignature { simhash, body_hash, units, samples }
    }
}

/// A segment, mapped.
pub(super) struct Segment {
    path: PathBuf,
    pack: Arc<Pack>,
    /// The number of its first page.
    pub first: u32,
    pub pages: Section<PageRow>,
    pub minhashes: Section<MinHash>,
    spans: Lists<Span>,
    ids: Lists<u8>,
    facts: Lists<u8>,
    keys: Section<u64>,
    groups: Vec<u64>,
    equal: Section<u64>,
    /// With the paths as the index has them.
    files: Vec<StoredFile>,
}

impl Segment {
    pub(super) fn open(folder: &Path, name: &str, first: u32) -> Result<Self> {
        let path = folder.join(name);
        let pack = Pack::open(&path)?;
        let segment = Segment {
            first,
            pages: pack.section("pages")?,
            minhashes: pack.section("minhash")?,
            spans: Lists::open(&pack, "spans")?,
            ids: Lists::open(&pack, "ids")?,
            facts: Lists::open(&pack, "facts")?,
            keys: pack.section("keys")?,
            groups: pack.section("groups")?.all()?.to_vec(),
            equal: pack.section("equal")?,
            files: json(&path, pack.section("files")?.all()?)?,
            pack,
            path,
        };
        let counts = [segment.minhashes.len(), segment.spans.len(), segment.ids.len()];
        let is_whole = counts.iter().all(|&count| count == segment.pages.len()) && segment.groups.len() == GROUPS;
        if is_whole { Ok(segment) } else { Err(damaged(&segment.path, "its sections do not fit together")) }
    }

    pub(super) fn len(&self) -> usize {
        self.pages.len()
    }

    /// The place of a page in the segment; none for a page of another one.
    pub(super) fn place(&self, doc: DocId) -> Option<u32> {
        doc.0.checked_sub(self.first).filter(|&place| (place as usize) < self.len())
    }

    pub(super) fn check(&self) -> Result<()> {
        self.pack.check()
    }

    pub(super) fn id(&self, page: usize) -> Result<String> {
        Ok(String::from_utf8_lossy(self.ids.get(page)?).into_owned())
    }

    pub(super) fn spans(&self, page: usize) -> Result<&[Span]> {
        self.spans.get(page)
    }

    /// A file by the place that pages have it at; its path leads from `folder`.
    pub(super) fn file(&self, folder: &Path, place: u32) -> Result<StoredFile> {
        let file = self.files.get(place as usize).ok_or_else(|| damaged(&self.path, "a file is missing"))?;
        Ok(StoredFile { path: folder.join(&file.path), reading: file.reading })
    }

    /// The files as the index has them.
    pub(super) fn files(&self) -> &[StoredFile] {
        &self.files
    }

    pub(super) fn names(&self) -> Result<SeenNames> {
        let names: WrittenNames = json(&self.path, self.pack.section("names")?.all()?)?;
        Ok(names.seen())
    }

    /// The pages of a bucket, all from `group` that have `key`.
    pub(super) fn bucket(&self, group: usize, key: u32) -> Result<&[u64]> {
        let start = if group == 0 { 0 } else { self.groups[group - 1] };
        bucket(&self.keys, start as usize..self.groups[group] as usize, key)
    }

    /// The pages whose bodies have a hash with this upper half.
    pub(super) fn equal(&self, body_hash: u64) -> Result<&[u64]> {
        bucket(&self.equal, 0..self.equal.len(), (body_hash >> 32) as u32)
    }

    /// The sampled shingles of all pages, one page after the other.
    fn samples(&self) -> Result<Vec<u64>> {
        let mut ends: Vec<usize> = Vec::with_capacity(self.len());
        let mut total = 0;
        for row in self.pages.all()? {
            ends.push(total);
            total += row.samples as usize;
        }
        let mut hashes = vec![0; total];
        for group in SHINGLE_GROUPS {
            for &record in self.keys.slice(self.groups[group - 1] as usize..self.groups[group] as usize)? {
                let place = ends.get_mut(record as u32 as usize).filter(|place| **place < total);
                let place = place.ok_or_else(|| damaged(&self.path, "a key leads to no page"))?;
                hashes[*place] = partitions::sampled_hash(group, (record >> 32) as u32);
                *place += 1;
            }
        }
        Ok(hashes)
    }

    /// Adds the pages to signatures and bodies that are gathered.
    pub(super) fn gather(&self, signatures: &mut SignatureWriter, bodies: &mut BodyPart) -> Result<()> {
        let mut part = SignaturePart::default();
        part.push_stored(self.pages.all()?.iter().map(PageRow::signature), self.minhashes.all()?, &self.samples()?);
        signatures.append(&part)?;
        (0..self.len()).try_for_each(|page| {
            bodies.push_known(self.spans.get(page)?);
            Ok(())
        })
    }

    /// What some pages of the segment state, given in order, with their outlets' numbers those of `outlets`.
    pub(super) fn facts(&self, pages: &[u32], outlets: &Outlets) -> Result<Vec<PageFacts>> {
        let names: BTreeMap<u32, String> = json(&self.path, self.pack.section("outlets")?.all()?)?;
        let blocks: Vec<&[u32]> = pages.chunk_by(|x, y| *x as usize / FACTS == *y as usize / FACTS).collect();
        let of_block = |pages: &&[u32]| -> Result<Vec<PageFacts>> {
            let packed = self.facts.get(pages[0] as usize / FACTS)?;
            let lines = zstd::decode_all(packed).map_err(|_| damaged(&self.path, "facts cannot be unpacked"))?;
            let lines: Vec<&[u8]> = lines.split(|&byte| byte == b'\n').collect();
            let read = |&page: &u32| {
                let line = lines.get(page as usize % FACTS).ok_or_else(|| damaged(&self.path, "facts are missing"))?;
                let row = self.pages.get(page as usize)?;
                let mut read = facts::read(line)?;
                read.doc = DocId(self.first + page);
                // Numbers of outlets change when outlets come; their names do not.
                read.outlet = outlets.of_page(row.keys).map(|known| known.outlet);
                read.marks.claims.retain_mut(|(outlet, _)| {
                    let number = names.get(outlet).and_then(|name| outlets.find(name));
                    *outlet = number.unwrap_or(0);
                    number.is_some()
                });
                (read.body_hash, read.units) = (row.body_hash, row.units);
                Ok(read)
            };
            pages.iter().map(read).collect()
        };
        Ok(blocks.par_iter().map(of_block).collect::<Result<Vec<_>>>()?.concat())
    }
}

fn bucket(keys: &Section<u64>, within: Range<usize>, key: u32) -> Result<&[u64]> {
    let start = keys.partition_point(within.clone(), |&record| ((record >> 32) as u32) < key)?;
    let end = keys.partition_point(start..within.end, |&record| (record >> 32) as u32 <= key)?;
    keys.slice(start..end)
}

pub(super) fn json<T: serde::de::DeserializeOwned>(path: &Path, bytes: &[u8]) -> Result<T> {
    serde_json::from_slice(bytes).map_err(|error| damaged(path, &error.to_string()))
}

/// Some pages that follow each other, sketched.
struct Sketched {
    signatures: Signatures,
    spans: Vec<Vec<Span>>,
    times: Vec<Option<Timestamp>>,
    facts: Vec<Vec<u8>>,
}

/// Cleans, signs and reads the pages of a range.
fn sketch(pages: &Pages, range: Range<usize>, observer: &dyn Observer) -> Result<Sketched> {
    let tasks: Vec<usize> = range.clone().step_by(TASK).collect();
    let of_task = |&first: &usize| {
        stop_if_cancelled(observer)?;
        let mut part = SketchPart::default();
        let docs = first..(first + TASK).min(range.end);
        docs.clone().for_each(|doc| sketch_page(pages, DocId(doc as u32), FACTS_ALONE, &mut part));
        observer.advance(docs.len() as u64);
        Ok(part)
    };
    let parts: Vec<SketchPart> = tasks.par_iter().map(of_task).collect::<Result<_>>()?;
    let mut signatures = SignatureWriter::new(range.len(), &Scratch::default());
    let mut sketched =
        Sketched { signatures: Signatures::default(), spans: Vec::new(), times: Vec::new(), facts: Vec::new() };
    for part in parts {
        signatures.append(&part.signatures)?;
        sketched.spans.extend(part.bodies.each());
        sketched.facts.extend(part.facts.each().map(<[u8]>::to_vec));
        sketched.times.extend(part.times);
    }
    sketched.signatures = signatures.finish()?;
    Ok(sketched)
}

/// Sketches the pages of a range and writes them as a segment. `stored` and `seen` are of these pages alone.
pub(super) fn write(
    path: &Path,
    pages: &Pages,
    range: Range<usize>,
    stored: &StoredRecords,
    seen: &SeenNames,
    observer: &dyn Observer,
) -> Result<()> {
    let sketched = sketch(pages, range.clone(), observer)?;
    let mut writer = PackWriter::create(path)?;
    let signatures = &sketched.signatures;
    let row = |(k, doc): (usize, usize)| {
        let keys = pages.outlet_keys(DocId(doc as u32));
        PageRow::new(stored.records[k], keys, signatures.stored(k as u32), sketched.times[k])
    };
    writer.section("pages", &range.clone().enumerate().map(row).collect::<Vec<_>>())?;
    let count = range.len() as u32;
    writer.section("minhash", &(0..count).map(|k| *signatures.minhash(k)).collect::<Vec<_>>())?;
    writer.lists("spans", sketched.spans.iter())?;
    writer.lists("ids", stored.ids.iter().map(String::as_bytes))?;
    let packed: Vec<Vec<u8>> = sketched
        .facts
        .par_chunks(FACTS)
        .map(packed)
        .collect::<std::io::Result<_>>()
        .map_err(|source| crate::error::Error::Write { path: path.to_owned(), source })?;
    writer.lists("facts", packed.iter())?;
    let (keys, ends) = keys(signatures, count);
    writer.section("keys", &keys)?;
    writer.section("groups", &ends)?;
    let mut equal: Vec<u64> = (0..count)
        .filter(|&k| signatures.units(k) > 0)
        .map(|k| signatures.body_hash(k) >> 32 << 32 | u64::from(k))
        .collect();
    equal.par_sort_unstable();
    writer.section("equal", &equal)?;
    let bytes = |value: serde_json::Result<Vec<u8>>| value.unwrap_or_default();
    writer.section("files", &bytes(serde_json::to_vec(&stored.files)))?;
    writer.section("names", &bytes(serde_json::to_vec(&WrittenNames::of(seen))))?;
    writer.section("outlets", &bytes(serde_json::to_vec(&claimed(&sketched.facts, &pages.outlets))))?;
    writer.finish()
}

fn packed(lines: &[Vec<u8>]) -> std::io::Result<Vec<u8>> {
    zstd::encode_all(lines.join(&b'\n').as_slice(), 3)
}

/// The keys of some pages by group, and where those of each group end.
fn keys(signatures: &Signatures, count: u32) -> (Vec<u64>, Vec<u64>) {
    let mut groups: Vec<Vec<u64>> = vec![Vec::new(); GROUPS];
    for k in 0..count {
        for key in partitions::keys(signatures, k) {
            let (group, key) = partitions::group(key);
            groups[group].push(u64::from(key) << 32 | u64::from(k));
        }
    }
    groups.par_iter_mut().for_each(|keys| keys.sort_unstable());
    let ends = groups.iter().scan(0, |end, keys| {
        *end += keys.len() as u64;
        Some(*end)
    });
    let ends = ends.collect();
    (groups.concat(), ends)
}

/// The names of the outlets that facts refer to by number.
fn claimed<'o>(lines: &[Vec<u8>], outlets: &'o Outlets) -> BTreeMap<u32, &'o str> {
    let claims = |line: &Vec<u8>| facts::read(line).map(|page| page.marks.claims).unwrap_or_default();
    let claims: Vec<_> = lines.par_iter().flat_map_iter(claims).collect();
    claims.into_iter().map(|(outlet, _)| (outlet, outlets.name(outlet))).collect()
}
