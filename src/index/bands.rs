//! The pages of a segment by their bands of MinHash: in which pages a band is what it is in the page that is asked about.
//!
//! ```text
//! bands        by band: the pages, 3 bytes each, in the order of their keys
//! bands.heads  by band: the key of every 64th of them, u32
//! bands.marks  a byte for each of them: the upper 8 bits of its key times 2654435761, modulo 2^32
//! ```
//!
//! A key is in the MinHash of its page, which is anywhere in memory. Heads, which stay in the caches, say where a key can be, and
//! marks which of these pages do not have it; what is left to be looked at are the pages that do, and one in 256 others.

use super::pack::{Pack, PackWriter, Section};
use super::sorted::{self, Search};
use crate::error::Result;
use std::ops::Range;
use std::sync::Arc;

/// Pages that have a head together.
const BLOCK: usize = 64;

/// What helps to find keys. Segments that earlier versions wrote have none.
pub(super) struct BandMarks {
    heads: Section<u32>,
    marks: Section<u8>,
    /// Pages of a band.
    pages: usize,
}

fn mark_of(key: u32) -> u8 {
    (key.wrapping_mul(0x9E37_79B1) >> 24) as u8
}

impl BandMarks {
    /// The marks of a segment of so many pages, if it has any.
    pub(super) fn open(pack: &Arc<Pack>, pages: usize) -> Result<Option<Self>> {
        if !pack.has("bands.marks") {
            return Ok(None);
        }
        Ok(Some(BandMarks { heads: pack.section("bands.heads")?, marks: pack.section("bands.marks")?, pages }))
    }

    /// True when there are marks of all pages in so many bands.
    pub(super) fn is_whole(&self, bands: usize) -> bool {
        self.marks.len() == bands * self.pages && self.heads.len() == bands * self.pages.div_ceil(BLOCK)
    }

    /// The places of a band whose pages have a key; `key_at` gives the key of a place.
    pub(super) fn places(&self, band: usize, key: u32, key_at: impl Fn(usize) -> Result<u32>) -> Result<Range<usize>> {
        let blocks = self.pages.div_ceil(BLOCK);
        let heads = self.heads.slice(band * blocks..(band + 1) * blocks)?;
        let first =
            sorted::lower_bound(Search::new(0..blocks, key.into(), u32::MAX.into()), |at| Ok(heads[at].into()))?;
        let beyond = first + heads[first..].iter().take_while(|head| **head == key).count();
        // The first of them may be in the block before the first that begins with the key.
        let within = first.saturating_sub(1) * BLOCK..(beyond * BLOCK).min(self.pages);
        let from = band * self.pages + within.start;
        let marks = self.marks.slice(from..band * self.pages + within.end)?;
        let mark = mark_of(key);
        let mut marked = marks.iter().enumerate().filter(|(_, found)| **found == mark).map(|(at, _)| from + at);
        let start = loop {
            let Some(at) = marked.next() else { return Ok(from..from) };
            if key_at(at)? == key {
                break at;
            }
        };
        let last = marks.iter().rposition(|found| *found == mark).map_or(start, |at| from + at);
        if key_at(last)? == key {
            return Ok(start..last + 1);
        }
        let key_at = |at: usize| key_at(at).map(u64::from);
        sorted::run_from(start..last, key.into(), u32::MAX.into(), key_at)
    }
}

/// Writes the heads and marks of the keys of each band, which are in order.
pub(super) fn write(writer: &mut PackWriter, keys: &[Vec<u32>]) -> Result<()> {
    let heads: Vec<u32> = keys.iter().flat_map(|keys| keys.iter().step_by(BLOCK).copied()).collect();
    let marks: Vec<u8> = keys.iter().flatten().map(|&key| mark_of(key)).collect();
    writer.section("bands.heads", &heads)?;
    writer.section("bands.marks", &marks)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::Cell;
    use xxhash_rust::xxh3::xxh3_64;

    fn written(folder: &std::path::Path, keys: &[Vec<u32>]) -> BandMarks {
        let path = folder.join(format!("{}.pack", keys[0].len()));
        let mut writer = PackWriter::create(&path).unwrap();
        write(&mut writer, keys).unwrap();
        writer.finish().unwrap();
        BandMarks::open(&Pack::open(&path).unwrap(), keys[0].len()).unwrap().unwrap()
    }

    fn hashes(seed: u64, count: u64) -> Vec<u32> {
        (0..count).map(|k| xxh3_64(&(seed << 32 | k).to_le_bytes()) as u32).collect()
    }

    #[test]
    fn places_are_those_that_a_look_at_every_key_finds() {
        let folder = tempfile::tempdir().unwrap();
        let clumps = |seed, count| hashes(seed, count).into_iter().flat_map(|key| vec![key; 1 + key as usize % 200]);
        for length in [0, 1, 63, 64, 65, 1000] {
            let some = clumps(5, 40).chain([0; 90]).chain([u32::MAX; 70]).collect::<Vec<u32>>();
            let some = some.into_iter().cycle().step_by(3).take(length).collect();
            let mut bands = [hashes(1, length as u64), vec![7; length], some];
            bands.iter_mut().for_each(|keys| keys.sort_unstable());
            let found = written(folder.path(), &bands);
            assert!(found.is_whole(3) && !found.is_whole(2) || length == 0);
            for (band, keys) in bands.iter().enumerate() {
                let asked = keys.iter().flat_map(|&key| [key.wrapping_sub(1), key, key.wrapping_add(1)]);
                for key in asked.chain([0, 7, 8, u32::MAX]) {
                    let key_at = |at: usize| Ok(keys[at - band * length]);
                    let places = found.places(band, key, key_at).unwrap();
                    let expected = keys.partition_point(|&k| k < key)..keys.partition_point(|&k| k <= key);
                    let expected = expected.start + band * length..expected.end + band * length;
                    assert!(places == expected || places.is_empty() && expected.is_empty(), "{key} of {length}");
                }
            }
        }
    }

    #[test]
    fn few_keys_are_looked_at() {
        let folder = tempfile::tempdir().unwrap();
        let mut keys = hashes(3, 100_000);
        keys.sort_unstable();
        let bands = [keys];
        let (found, looks) = (written(folder.path(), &bands), Cell::new(0));
        let key_at = |at: usize| {
            looks.set(looks.get() + 1);
            Ok(bands[0][at])
        };
        for key in hashes(4, 1000) {
            assert!(found.places(0, key, key_at).unwrap().is_empty());
        }
        assert!(looks.get() < 500, "{} looks for 1,000 keys", looks.get());
    }
}
