//! A page made ready to be compared with many others.

use super::Bodies;
use super::title::Title;
use crate::clean::{Units, is_figure, is_word};
use crate::shingle::{WIDTH, for_each_shingle};
use crate::types::{DocId, Span};
use std::ops::Range;

/// Units that are looked at together.
const BLOCK: usize = 32;
/// No position.
const NONE: u32 = u32::MAX;

/// A body's units and an index of its shingles by hash. Reuse one value for many pages: its lists keep their
/// memory.
#[derive(Debug, Default)]
pub(super) struct Prepared {
    units: Units,
    /// The page's title.
    pub title: Title,
    title_units: Units,
    hashes: Vec<u64>,
    /// Open addressing: the first position of a hash, or NONE.
    slots: Vec<u32>,
    /// A bit for each of many classes of hashes, set when some shingle is of that class: nearly all look-ups of
    /// shingles that are not here end at this one bit.
    classes: Vec<u64>,
    /// Positions with the next one of the same hash, where there is one, the last first.
    repeats: Vec<[u32; 2]>,
    /// A bit for every position, set where a hash stands for the first time.
    first: Vec<u64>,
    /// Units that are figures, in order.
    figures: Vec<u32>,
    /// How many different shingles there are.
    pub distinct: u32,
    /// How many units are runs of letters or digits.
    pub words: u32,
    /// The page's number that does not depend on its place in the input.
    pub order: u64,
}

impl Prepared {
    /// Reads a page's body and indexes its shingles. Linear in its units.
    pub(super) fn read(&mut self, doc: DocId, bodies: &impl Bodies) {
        bodies.read(doc, &mut self.units, &mut self.title_units);
        self.title.read(&self.title_units, &self.units.ids);
        self.order = bodies.order(doc);
        self.words = self.units.ids.iter().filter(|&&id| is_word(id)).count() as u32;
        let Prepared { units, hashes, figures, .. } = self;
        read_shingles(&units.ids, hashes);
        figures.clear();
        for (block, start) in units.ids.chunks(BLOCK).zip((0u32..).step_by(BLOCK)) {
            // Most blocks have none, which is found out without a branch for each unit.
            if block.iter().fold(false, |any, &id| any | is_figure(id)) {
                figures.extend(block.iter().zip(start..).filter(|(id, _)| is_figure(**id)).map(|(_, at)| at));
            }
        }
        self.index();
    }

    fn index(&mut self) {
        let Prepared { hashes, slots, classes, repeats, first, .. } = self;
        let count = hashes.len();
        refill(slots, (2 * count).next_power_of_two().max(2), NONE);
        refill(first, count.div_ceil(64), u64::MAX);
        refill(classes, (count / 4).next_power_of_two(), 0);
        repeats.clear();
        let words = classes.len();
        for &hash in hashes.iter() {
            let (word, bit) = class(hash, words);
            classes[word] |= bit;
        }
        // Backwards, so that a slot ends up with the first position and chains run forwards.
        for (at, &hash) in hashes.iter().enumerate().rev() {
            let slot = slot_of(hash, slots, hashes);
            let later = slots[slot];
            if later != NONE {
                first[later as usize / 64] &= !(1 << (later % 64));
                repeats.push([at as u32, later]);
            }
            slots[slot] = at as u32;
        }
        self.distinct = (count - self.repeats.len()) as u32;
    }

    /// Bytes of memory that its long lists have room for.
    pub(super) fn room(&self) -> usize {
        let Units { ids, starts, ends } = &self.units;
        let numbers = [ids, starts, ends, &self.slots].into_iter().map(Vec::capacity).sum::<usize>();
        numbers * size_of::<u32>() + self.hashes.capacity() * size_of::<u64>()
    }

    /// The units of the body.
    pub(super) fn ids(&self) -> &[u32] {
        &self.units.ids
    }

    /// The bytes that some units are in.
    pub(super) fn span(&self, units: Range<usize>) -> Span {
        self.units.span(units)
    }

    /// The shingle hashes, one a position.
    pub(super) fn hashes(&self) -> &[u64] {
        &self.hashes
    }

    /// The first position of a shingle.
    #[inline]
    pub(super) fn position(&self, hash: u64) -> Option<usize> {
        let (word, bit) = class(hash, self.classes.len());
        if self.classes[word] & bit == 0 {
            return None;
        }
        Some(self.slots[slot_of(hash, &self.slots, &self.hashes)]).filter(|&at| at != NONE).map(|at| at as usize)
    }

    /// The next position of the shingle at `at`.
    pub(super) fn next_position(&self, at: usize) -> Option<usize> {
        let found = self.repeats.binary_search_by(|[place, _]| at.cmp(&(*place as usize)));
        found.ok().map(|k| self.repeats[k][1] as usize)
    }

    /// True where a shingle stands for the first time.
    pub(super) fn is_first(&self, at: usize) -> bool {
        self.first[at / 64] >> (at % 64) & 1 == 1
    }

    /// How many shingles begin in `range` that did not occur before it.
    pub(super) fn firsts(&self, range: Range<usize>) -> u32 {
        if range.is_empty() {
            return 0;
        }
        let (from, to) = (range.start / 64, (range.end - 1) / 64);
        let masked = |word: usize| {
            let low = if word == from { u64::MAX << (range.start % 64) } else { u64::MAX };
            let high = if word == to { u64::MAX >> (63 - (range.end - 1) % 64) } else { u64::MAX };
            (self.first[word] & low & high).count_ones()
        };
        (from..=to).map(masked).sum()
    }

    /// Where figures are in `range`.
    pub(super) fn figures(&self, range: &Range<usize>) -> &[u32] {
        let from = self.figures.partition_point(|&at| (at as usize) < range.start);
        let count = self.figures[from..].partition_point(|&at| (at as usize) < range.end);
        &self.figures[from..from + count]
    }
}

/// Fills `hashes` with one hash for each shingle: of those that begin at each unit, or of all units when they are too few.
/// The hashes live no longer than the comparison, so they need not be those of signatures, which cost three times as much:
/// two words are multiplied to 128 bits and folded, as wyhash does (Wang Yi 2019).
fn read_shingles(units: &[u32], hashes: &mut Vec<u64>) {
    hashes.clear();
    if units.len() < WIDTH {
        for_each_shingle(units, |hash, _| hashes.push(hash));
        return;
    }
    let two = |a: u32, b: u32| u64::from(a) << 32 | u64::from(b);
    let hash = |units: &[u32]| {
        let last = u64::from(units[4]).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        let product = u128::from(two(units[0], units[1]) ^ 0xA076_1D64_78BD_642F)
            * u128::from(two(units[2], units[3]) ^ last ^ 0xE703_7ED1_A0B4_28DB);
        let folded = product as u64 ^ (product >> 64) as u64 ^ last.rotate_left(29);
        folded.wrapping_mul(0xD6E8_FEB8_6659_FD93)
    };
    hashes.extend(units.windows(WIDTH).map(hash));
}

/// The word, of so many, and the bit of a hash's class.
#[inline]
fn class(hash: u64, words: usize) -> (usize, u64) {
    ((hash >> 38) as usize & (words - 1), 1 << (hash >> 32 & 63))
}

/// The slot that has `hash`, or the empty one where it would go.
#[inline]
fn slot_of(hash: u64, slots: &[u32], hashes: &[u64]) -> usize {
    let mask = slots.len() - 1;
    let mut slot = (hash >> 20) as usize & mask;
    while slots[slot] != NONE && hashes[slots[slot] as usize] != hash {
        slot = (slot + 1) & mask;
    }
    slot
}

/// How many shingles lie whole inside `units` units.
pub(super) fn shingles_within(units: usize) -> usize {
    units.saturating_sub(WIDTH - 1)
}

fn refill<T: Clone>(list: &mut Vec<T>, length: usize, value: T) {
    list.clear();
    list.resize(length, value);
}
