//! Pages that were added together, or merged: what the one pass over them left of each. Never written to again.
//!
//! ```text
//! pages-COMMIT-NUMBER.pack
//!   pages        a row a page, 64 bytes, see [`PageRow`]
//!   outlet_keys  what tells the outlet of pages, 40 bytes each; rows refer to them
//!   minhash      128 slots of 8 bits a page
//!   spans        packed lists, 64 together, of [start, end]: where the headline is (or 0, 0), then the stretches of the
//!                body, in bytes of the text
//!   ids          packed lists, 64 together: ids in UTF-8
//!   facts        packed lists, 32 together: JSON of what each page states
//!   bands        by band of MinHash: the pages, 3 bytes each, in the order of their keys, and what helps to find a key, see
//!                `bands.rs`
//!   blocks       by block of the simhash: the same of pages long enough
//!   equal        the same by the upper half of the hash of the body, of pages with a body
//!   shingles     see `postings.rs`
//!   files        JSON: the files, by path from the folder of the index, and how records are read from each
//!   names        JSON: the names and hosts that the pages write
//!   outlets      JSON: the names of the outlets that facts refer to by number
//! ```

use super::bands::{self, BandMarks};
use super::model::WrittenNames;
use super::pack::{Pack, PackWriter, PackedBlock, PackedLists, Section, damaged};
use super::postings::{self, Posting, Postings};
use super::sorted::{self, Search};
use crate::attribution::{OutletKeys, Outlets, SeenNames};
use crate::candidates::KeptSamples;
use crate::candidates::partitions::{self, BANDS, BLOCKS, SHINGLE_GROUPS};
use crate::corpus::{StoredFile, StoredRecord, StoredRecords};
use crate::error::Result;
use crate::origin::{PageFacts, facts};
use crate::pages::{BodyPart, Pages};
use crate::pipeline::{Observer, PART, SketchPart, Wanted, sketch_part};
use crate::signature::{MinHash, SignatureWriter, Signatures, StoredSignature};
use crate::storage::Scratch;
use crate::types::{DocId, Span, Timestamp};
use bytemuck::{Pod, Zeroable};
use rayon::prelude::*;
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

/// The most pages of a segment, which are sketched in memory.
pub(super) const MOST: usize = 1 << 17;
/// Pages whose ids and bodies are packed together.
const TOGETHER: usize = 64;
/// Pages whose facts are packed together.
const FACTS: usize = 32;
/// What is kept of what pages state.
pub(super) const FACTS_ALONE: Wanted = Wanted { records: false, facts: true, lines: false, hash_alone: false };

/// What is kept of a page.
#[derive(Clone, Copy, Debug, Pod, Zeroable)]
#[repr(C)]
pub(super) struct PageRow {
    pub simhash: u64,
    pub body_hash: u64,
    /// Its first byte in its file; of Parquet, the number of its row.
    offset: u64,
    /// Publication time in UTC seconds.
    seconds: i64,
    /// Offset of its zone from UTC in seconds.
    zone: i32,
    /// The place of what tells its outlet.
    keys: u32,
    /// The place of its file among those of the segment.
    file: u32,
    /// Bytes of its record.
    length: u32,
    /// Lower half of the hash of its record (XXH3).
    sum: u32,
    pub units: u32,
    /// Sampled shingles.
    pub samples: u32,
    /// 0 without a time, 1 to the second, 2 to the minute, 3 to the day.
    precision: u32,
}

impl PageRow {
    fn new(record: StoredRecord, keys: u32, signature: StoredSignature, time: Option<Timestamp>) -> Self {
        let (seconds, zone, precision) = Timestamp::to_numbers(time);
        let StoredRecord { file, length, offset, sum } = record;
        let StoredSignature { simhash, body_hash, units, samples } = signature;
        PageRow { simhash, body_hash, offset, seconds, zone, keys, file, length, sum, units, samples, precision }
    }

    pub(super) fn record(&self) -> StoredRecord {
        StoredRecord { file: self.file, length: self.length, offset: self.offset, sum: self.sum }
    }

    pub(super) fn time(&self) -> Option<Timestamp> {
        Timestamp::from_numbers(self.seconds, self.zone, self.precision)
    }

    fn signature(&self) -> StoredSignature {
        let &PageRow { simhash, body_hash, units, samples, .. } = self;
        StoredSignature { simhash, body_hash, units, samples }
    }
}

/// Pages by a key, in its order.
struct SortedPages(Section<[u8; 3]>);

fn page_of(bytes: [u8; 3]) -> u32 {
    u32::from_le_bytes([bytes[0], bytes[1], bytes[2], 0])
}

fn bytes_of(page: u32) -> [u8; 3] {
    let [a, b, c, _] = page.to_le_bytes();
    [a, b, c]
}

/// At most so many of some rows, at equal distances.
fn spread<T>(rows: &[T], most: usize) -> impl Iterator<Item = &T> {
    rows.iter().step_by(rows.len().div_ceil(most).max(1))
}

/// A key, and the part of a list in which it is looked for.
struct AskedKey {
    part: usize,
    key: u64,
}

impl SortedPages {
    /// Calls `with` on the pages that have each of some keys. The list has `parts` parts of equal length, each in the order of
    /// keys of its own: `key_of` gives that of a page in a part, at most `greatest`.
    fn with_keys(
        &self,
        parts: usize,
        asked: &[AskedKey],
        greatest: u64,
        key_of: impl Fn(usize, usize) -> Result<u64>,
        mut with: impl FnMut(&AskedKey, &[[u8; 3]]),
    ) -> Result<()> {
        let within = |asked: &AskedKey| part(asked.part, self.0.len() / parts);
        let searches = asked.iter().map(|asked| Search::new(within(asked), asked.key, greatest)).collect();
        let mut pages: Vec<u32> = Vec::with_capacity(asked.len());
        let starts = sorted::lower_bounds(searches, |looks, keys| {
            // First all pages, then all keys: memory answers those of one loop together.
            pages.clear();
            for look in looks {
                pages.push(page_of(*self.0.at(look.place)?));
            }
            for (look, &page) in looks.iter().zip(&pages) {
                keys.push(key_of(asked[look.search].part, page as usize)?);
            }
            Ok(())
        })?;
        for (asked, start) in asked.iter().zip(starts) {
            let key_at = |at: usize| key_of(asked.part, page_of(*self.0.at(at)?) as usize);
            let found = sorted::run_from(start..within(asked).end, asked.key, greatest, key_at)?;
            with(asked, self.0.slice(found)?);
        }
        Ok(())
    }
}

/// A segment, mapped.
pub(super) struct Segment {
    path: PathBuf,
    pack: Arc<Pack>,
    /// The number of its first page.
    pub first: u32,
    pub pages: Section<PageRow>,
    outlet_keys: Section<OutletKeys>,
    pub minhashes: Section<MinHash>,
    spans: PackedLists,
    ids: PackedLists,
    facts: PackedLists,
    bands: SortedPages,
    band_marks: Option<BandMarks>,
    blocks: SortedPages,
    equal: SortedPages,
    shingles: Postings,
    /// With the paths as the index has them.
    files: Vec<StoredFile>,
    /// The outlets that facts refer to by number, when they have been read.
    outlets: OnceLock<BTreeMap<u32, String>>,
}

impl Segment {
    pub(super) fn open(folder: &Path, name: &str, first: u32) -> Result<Self> {
        let path = folder.join(name);
        let pack = Pack::open(&path)?;
        let pages: Section<PageRow> = pack.section("pages")?;
        let counts: Section<u64> = pack.section("counts")?;
        let [shingles] = *counts.all()? else { return Err(damaged(&path, "its sections do not fit together")) };
        let segment = Segment {
            first,
            outlet_keys: pack.section("outlet_keys")?,
            minhashes: pack.section("minhash")?,
            spans: PackedLists::open(&pack, "spans", TOGETHER)?,
            ids: PackedLists::open(&pack, "ids", TOGETHER)?,
            facts: PackedLists::open(&pack, "facts", FACTS)?,
            bands: SortedPages(pack.section("bands")?),
            band_marks: BandMarks::open(&pack, pages.len())?,
            blocks: SortedPages(pack.section("blocks")?),
            equal: SortedPages(pack.section("equal")?),
            shingles: Postings::open(&pack, shingles as usize, pages.len())?,
            files: json(&path, pack.section("files")?.all()?)?,
            outlets: OnceLock::new(),
            pages,
            pack,
            path,
        };
        let is_whole = segment.minhashes.len() == segment.len()
            && segment.bands.0.len() == BANDS * segment.len()
            && segment.band_marks.as_ref().is_none_or(|marks| marks.is_whole(BANDS))
            && segment.blocks.0.len().is_multiple_of(BLOCKS)
            && segment.shingles.is_whole();
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
        Ok(String::from_utf8_lossy(&self.ids.get(page)?).into_owned())
    }

    /// The ids of all pages.
    pub(super) fn all_ids(&self) -> Result<Vec<String>> {
        let ids = self.ids.all(self.len())?;
        Ok(ids.iter().map(|id| String::from_utf8_lossy(id).into_owned()).collect())
    }

    /// The id and the body of a page. `last` is what was unpacked for the page before it, of this segment.
    pub(super) fn id_and_spans(&self, page: usize, last: &mut [Option<PackedBlock>; 2]) -> Result<(String, Vec<Span>)> {
        let [last_id, last_spans] = last;
        let id = self.ids.with(page, last_id, |id| String::from_utf8_lossy(id).into_owned())?;
        Ok((id, self.spans.with(page, last_spans, spans_of)?))
    }

    /// What tells the outlet of a page.
    pub(super) fn keys(&self, row: &PageRow) -> Result<OutletKeys> {
        self.outlet_keys.get(row.keys as usize)
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

    /// Calls `with` on the pages of some buckets, which are named by their keys as [`partitions::keys`] gives them, and the
    /// group of each; of a crowded bucket, on at most so many.
    pub(super) fn buckets(&self, keys: &[u64], most: usize, mut with: impl FnMut(usize, u32)) -> Result<()> {
        let (mut bands, mut blocks, mut shingles) = (Vec::new(), Vec::new(), Vec::new());
        for (group, key) in keys.iter().map(|&key| partitions::group(key)) {
            match group {
                group if SHINGLE_GROUPS.contains(&group) => shingles.push((group, key)),
                group if partitions::is_band(group) => bands.push(AskedKey { part: group, key: key.into() }),
                group => blocks.push(AskedKey { part: group - BANDS, key: key.into() }),
            }
        }
        self.with_bands(&bands, |asked, pages| {
            spread(pages, most).for_each(|&page| with(asked.part, page_of(page)));
        })?;
        let key_of = |block: usize, page: usize| Ok(partitions::block_key(self.pages.at(page)?.simhash, block).into());
        self.blocks.with_keys(BLOCKS, &blocks, u16::MAX.into(), key_of, |asked, pages| {
            spread(pages, most).for_each(|&page| with(BANDS + asked.part, page_of(page)));
        })?;
        let hash = |&(group, key): &(usize, u32)| partitions::sampled_hash(group, key) >> UNUSED_BITS;
        let hashes: Vec<u64> = shingles.iter().map(hash).collect();
        let mut groups = shingles.iter();
        self.shingles.pages(&hashes, |pages| {
            if let Some((group, _)) = groups.next() {
                spread(pages, most).for_each(|&page| with(*group, page));
            }
        })
    }

    /// Calls `with` on the pages that have each of some bands.
    fn with_bands(&self, bands: &[AskedKey], mut with: impl FnMut(&AskedKey, &[[u8; 3]])) -> Result<()> {
        let key_of = |band: usize, page: usize| Ok(partitions::band_key(self.minhashes.at(page)?, band));
        let Some(marks) = &self.band_marks else {
            let key_of = |band: usize, page: usize| key_of(band, page).map(u64::from);
            return self.bands.with_keys(BANDS, bands, u32::MAX.into(), key_of, with);
        };
        for asked in bands {
            let key_at = |at: usize| key_of(asked.part, page_of(*self.bands.0.at(at)?) as usize);
            with(asked, self.bands.0.slice(marks.places(asked.part, asked.key as u32, key_at)?)?);
        }
        Ok(())
    }

    /// The pages whose bodies have a hash with this upper half.
    pub(super) fn equal(&self, body_hash: u64) -> Result<Vec<u32>> {
        let key_of = |_, page: usize| Ok(self.pages.at(page)?.body_hash >> 32);
        let asked = AskedKey { part: 0, key: body_hash >> 32 };
        let mut equal = Vec::new();
        self.equal.with_keys(1, &[asked], u32::MAX.into(), key_of, |_, pages| {
            equal.extend(pages.iter().map(|&page| page_of(page)));
        })?;
        Ok(equal)
    }

    /// Adds the signatures of the pages, without their samples.
    pub(super) fn sign(&self, signatures: &mut SignatureWriter) -> Result<()> {
        signatures.append_stored(self.pages.all()?.iter().map(PageRow::signature), self.minhashes.all()?)
    }

    /// The bodies of the pages.
    pub(super) fn bodies(&self) -> Result<BodyPart> {
        let mut bodies = BodyPart::default();
        self.spans.all(self.len())?.iter().for_each(|spans| bodies.push_known(&spans_of(spans)));
        Ok(bodies)
    }

    /// The outlets that facts refer to by number.
    fn outlets(&self) -> Result<&BTreeMap<u32, String>> {
        if let Some(read) = self.outlets.get() {
            return Ok(read);
        }
        let read = json(&self.path, self.pack.section("outlets")?.all()?)?;
        Ok(self.outlets.get_or_init(|| read))
    }

    /// What some pages of the segment state, given in order, with their outlets' numbers those of `outlets`.
    pub(super) fn facts(&self, pages: &[u32], outlets: &Outlets) -> Result<Vec<PageFacts>> {
        let names = self.outlets()?;
        let blocks: Vec<&[u32]> = pages.chunk_by(|x, y| *x as usize / FACTS == *y as usize / FACTS).collect();
        let of_block = |pages: &&[u32]| -> Result<Vec<PageFacts>> {
            let mut last = None;
            let read = |&page: &u32| {
                let mut read = self.facts.with(page as usize, &mut last, facts::read)??;
                let row = self.pages.get(page as usize)?;
                read.doc = DocId(self.first + page);
                // Numbers of outlets change when outlets come; their names do not.
                read.outlet = outlets.of_page(self.keys(&row)?).map(|known| known.outlet);
                if !read.marks.claims.is_empty() {
                    read.marks.claims.retain_mut(|(outlet, _)| {
                        let number = names.get(outlet).and_then(|name| outlets.find(name));
                        *outlet = number.unwrap_or(0);
                        number.is_some()
                    });
                }
                (read.body_hash, read.units) = (row.body_hash, row.units);
                Ok(read)
            };
            pages.iter().map(read).collect()
        };
        Ok(blocks.par_iter().map(of_block).collect::<Result<Vec<_>>>()?.concat())
    }
}

/// The sampled shingles of segments that follow each other.
pub(super) struct KeptShingles<'s>(pub &'s [Segment]);

impl KeptSamples for KeptShingles<'_> {
    fn lists(&self) -> usize {
        self.0.len()
    }

    fn hashes(&self, list: usize, least: u64, mut with: impl FnMut(u64, u32) -> bool) -> Result<()> {
        let segment = &self.0[list];
        let mut is_whole = true;
        segment.shingles.each_from(least >> UNUSED_BITS, |(hash, page)| {
            is_whole = (page as usize) < segment.len();
            is_whole && with(hash << UNUSED_BITS, segment.first + page)
        })?;
        if is_whole { Ok(()) } else { Err(damaged(&segment.path, "a shingle leads to no page")) }
    }

    fn lengths(&self) -> Result<Vec<u32>> {
        let mut lengths = Vec::with_capacity(self.0.iter().map(Segment::len).sum());
        for segment in self.0 {
            lengths.extend(segment.pages.all()?.iter().map(|row| row.samples));
        }
        Ok(lengths)
    }
}

fn spans_of(bytes: &[u8]) -> Vec<Span> {
    bytes.chunks_exact(size_of::<Span>()).map(bytemuck::pod_read_unaligned).collect()
}

/// The lower bits of a hash of a shingle, by which candidates are not found.
const UNUSED_BITS: u32 = 28;

/// Where a part of a list of parts of equal length is.
fn part(number: usize, length: usize) -> Range<usize> {
    number * length..(number + 1) * length
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
    let firsts: Vec<usize> = range.clone().step_by(PART).collect();
    let part = |&first: &usize| sketch_part(pages, first..(first + PART).min(range.end), FACTS_ALONE, None, observer);
    let parts: Vec<SketchPart> = firsts.par_iter().map(part).collect::<Result<_>>()?;
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
    stored: StoredRecords,
    seen: SeenNames,
    observer: &dyn Observer,
) -> Result<()> {
    let sketched = sketch(pages, range.clone(), observer)?;
    let mut content = Content::default();
    for (k, doc) in range.enumerate() {
        let signature = sketched.signatures.stored(k as u32);
        let hashes = sketched.signatures.sample(k as u32).iter();
        content.shingles.extend(hashes.map(|hash| (hash >> UNUSED_BITS, k as u32)));
        let keys = content.keys.number(pages.outlet_keys(DocId(doc as u32)));
        content.rows.push(PageRow::new(stored.records[k], keys, signature, sketched.times[k]));
        content.minhashes.push(*sketched.signatures.minhash(k as u32));
        content.spans.push(bytemuck::cast_slice(&sketched.spans[k]).to_vec());
    }
    content.ids = stored.ids.into_iter().map(String::into_bytes).collect();
    content.outlets =
        claimed(&sketched.facts, &pages.outlets).into_iter().map(|(number, name)| (number, name.to_owned())).collect();
    (content.facts, content.files, content.seen) = (sketched.facts, stored.files, seen);
    content.write(path)
}

/// Writes segments that follow each other as one.
pub(super) fn merge(path: &Path, segments: &[Segment]) -> Result<()> {
    let mut content = Content::default();
    segments.iter().try_for_each(|segment| content.take(segment))?;
    content.write(path)
}

/// What tells the outlets of pages, each once.
#[derive(Default)]
struct DistinctKeys {
    list: Vec<OutletKeys>,
    numbers: FxHashMap<[u64; 5], u32>,
}

impl DistinctKeys {
    fn number(&mut self, keys: OutletKeys) -> u32 {
        *self.numbers.entry(bytemuck::cast(keys)).or_insert_with(|| {
            self.list.push(keys);
            self.list.len() as u32 - 1
        })
    }
}

/// What a segment has of its pages.
#[derive(Default)]
struct Content {
    rows: Vec<PageRow>,
    keys: DistinctKeys,
    minhashes: Vec<MinHash>,
    spans: Vec<Vec<u8>>,
    ids: Vec<Vec<u8>>,
    facts: Vec<Vec<u8>>,
    shingles: Vec<Posting>,
    files: Vec<StoredFile>,
    seen: SeenNames,
    outlets: BTreeMap<u32, String>,
}

impl Content {
    /// Adds the pages of a segment after the others.
    fn take(&mut self, segment: &Segment) -> Result<()> {
        let before = self.rows.len() as u32;
        let mut files = Vec::with_capacity(segment.files.len());
        for file in &segment.files {
            let known = self.files.iter().position(|known| known == file);
            files.push(known.unwrap_or(self.files.len()) as u32);
            if known.is_none() {
                self.files.push(file.clone());
            }
        }
        for row in segment.pages.all()? {
            let keys = self.keys.number(segment.keys(row)?);
            let file = files.get(row.file as usize).copied();
            let file = file.ok_or_else(|| damaged(&segment.path, "a file is missing"))?;
            self.rows.push(PageRow { keys, file, ..*row });
        }
        self.minhashes.extend_from_slice(segment.minhashes.all()?);
        self.spans.extend(segment.spans.all(segment.len())?);
        self.ids.extend(segment.ids.all(segment.len())?);
        self.take_facts(segment)?;
        segment.shingles.each(|(hash, page)| self.shingles.push((hash, page + before)))?;
        self.seen.add(segment.names()?);
        Ok(())
    }

    /// Adds what the pages of a segment state; outlets get numbers that are those of their names here.
    fn take_facts(&mut self, segment: &Segment) -> Result<()> {
        let mut numbers: BTreeMap<u32, u32> = BTreeMap::new();
        for (&number, name) in segment.outlets()? {
            let known = self.outlets.iter().find(|(_, known)| *known == name).map(|(number, _)| *number);
            let next = self.outlets.last_key_value().map_or(0, |(last, _)| last + 1);
            let here = known.unwrap_or(next);
            self.outlets.insert(here, name.clone());
            numbers.insert(number, here);
        }
        let stays = numbers.iter().all(|(number, here)| number == here);
        for line in segment.facts.all(segment.len())? {
            if stays {
                self.facts.push(line);
                continue;
            }
            let mut page = facts::read(&line)?;
            page.marks
                .claims
                .iter_mut()
                .for_each(|(outlet, _)| *outlet = numbers.get(outlet).copied().unwrap_or(*outlet));
            self.facts.push(facts::line(&page));
        }
        Ok(())
    }

    fn write(mut self, path: &Path) -> Result<()> {
        let count = self.rows.len();
        let pages = || 0..count as u32;
        let mut writer = PackWriter::create(path)?;
        writer.section("counts", &[self.shingles.len() as u64])?;
        writer.section("pages", &self.rows)?;
        writer.section("outlet_keys", &self.keys.list)?;
        writer.section("minhash", &self.minhashes)?;
        writer.packed_lists("spans", TOGETHER, &self.spans)?;
        writer.packed_lists("ids", TOGETHER, &self.ids)?;
        writer.packed_lists("facts", FACTS, &self.facts)?;
        let by_band =
            |band: usize| in_order(pages(), |page| partitions::band_key(&self.minhashes[page as usize], band));
        let (keys, bands): (Vec<Vec<u32>>, Vec<Vec<[u8; 3]>>) = (0..BANDS).into_par_iter().map(by_band).unzip();
        writer.section("bands", &bands.concat())?;
        bands::write(&mut writer, &keys)?;
        let row = |page: u32| &self.rows[page as usize];
        let long = || pages().filter(|&page| partitions::has_blocks(row(page).units));
        let by_block = |block: usize| sorted(long(), |page| partitions::block_key(row(page).simhash, block));
        writer.section("blocks", &(0..BLOCKS).into_par_iter().map(by_block).collect::<Vec<_>>().concat())?;
        let with_body = pages().filter(|&page| row(page).units > 0);
        writer.section("equal", &sorted(with_body, |page| (row(page).body_hash >> 32) as u32))?;
        self.shingles.par_sort_unstable();
        postings::write(&mut writer, &self.shingles, count)?;
        let bytes = |value: serde_json::Result<Vec<u8>>| value.unwrap_or_default();
        writer.section("files", &bytes(serde_json::to_vec(&self.files)))?;
        writer.section("names", &bytes(serde_json::to_vec(&WrittenNames::of(&self.seen))))?;
        writer.section("outlets", &bytes(serde_json::to_vec(&self.outlets)))?;
        writer.finish()
    }
}

/// Pages in the order of their keys.
fn sorted(pages: impl Iterator<Item = u32>, key: impl Fn(u32) -> u32) -> Vec<[u8; 3]> {
    in_order(pages, key).1
}

/// The keys of pages in order, and the pages.
fn in_order(pages: impl Iterator<Item = u32>, key: impl Fn(u32) -> u32) -> (Vec<u32>, Vec<[u8; 3]>) {
    let mut pages: Vec<(u32, u32)> = pages.map(|page| (key(page), page)).collect();
    pages.sort_unstable();
    pages.into_iter().map(|(key, page)| (key, bytes_of(page))).unzip()
}

/// The names of the outlets that facts refer to by number.
fn claimed<'o>(lines: &[Vec<u8>], outlets: &'o Outlets) -> BTreeMap<u32, &'o str> {
    let claims = |line: &Vec<u8>| facts::read(line).map(|page| page.marks.claims.clone()).unwrap_or_default();
    let claims: Vec<_> = lines.par_iter().flat_map_iter(claims).collect();
    claims.into_iter().map(|(outlet, _)| (outlet, outlets.name(outlet))).collect()
}
