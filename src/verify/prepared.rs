//! A page made ready to be compared with many others.

use crate::clean::{Texts, is_digits};
use crate::shingle::for_each_shingle;
use crate::types::DocId;

/// No position.
const NONE: u32 = u32::MAX;

/// A body's units and an index of its shingles by hash.
#[derive(Debug, Default)]
pub(super) struct Prepared {
    pub ids: Vec<u32>,
    pub starts: Vec<u32>,
    pub ends: Vec<u32>,
    hashes: Vec<u64>,
    /// Open addressing: the first position of a hash, or NONE.
    slots: Vec<u32>,
    /// For every position the next one of the same hash, or NONE.
    next: Vec<u32>,
    /// True for positions at which a hash stands for the first time.
    first: Vec<bool>,
    /// How many different shingles there are.
    pub distinct: u32,
}

impl Prepared {
    /// Reads and cleans a page and indexes its shingles. Linear in its units.
    pub(super) fn read(doc: DocId, texts: &impl Texts) -> Self {
        let mut made = Prepared::default();
        texts.with(doc, &mut |_, clean| {
            made.ids.clone_from(&clean.body.ids);
            made.starts.clone_from(&clean.body.starts);
            made.ends.clone_from(&clean.body.ends);
        });
        let hashes = &mut made.hashes;
        for_each_shingle(&made.ids, |hash, _| hashes.push(hash));
        made.index();
        made
    }

    fn index(&mut self) {
        let count = self.hashes.len();
        self.slots = vec![NONE; (2 * count).next_power_of_two().max(2)];
        self.next = vec![NONE; count];
        self.first = vec![true; count];
        // Backwards, so that a slot ends up with the first position and chains run forwards.
        for at in (0..count).rev() {
            let slot = self.slot_of(self.hashes[at]);
            let later = self.slots[slot];
            if later == NONE {
                self.distinct += 1;
            } else {
                self.first[later as usize] = false;
                self.next[at] = later;
            }
            self.slots[slot] = at as u32;
        }
    }

    /// The slot that holds `hash`, or the empty one where it would go.
    fn slot_of(&self, hash: u64) -> usize {
        let mask = self.slots.len() - 1;
        let mut slot = (hash >> 20) as usize & mask;
        while self.slots[slot] != NONE && self.hashes[self.slots[slot] as usize] != hash {
            slot = (slot + 1) & mask;
        }
        slot
    }

    /// The positions of a shingle, in order.
    pub(super) fn positions(&self, hash: u64) -> impl Iterator<Item = usize> {
        let first = self.slots[self.slot_of(hash)];
        let step = move |&at: &u32| Some(self.next[at as usize]).filter(|&n| n != NONE);
        std::iter::successors(Some(first).filter(|&at| at != NONE), step).map(|at| at as usize)
    }

    /// The shingle hashes, one a position.
    pub(super) fn hashes(&self) -> &[u64] {
        &self.hashes
    }

    /// How many different shingles both texts hold.
    pub(super) fn shared_shingles(&self, other: &Prepared) -> u32 {
        let firsts = other.hashes.iter().zip(&other.first).filter(|(_, first)| **first);
        firsts.filter(|(hash, _)| self.slots[self.slot_of(**hash)] != NONE).count() as u32
    }

    /// How many figures `range` holds.
    pub(super) fn figures(&self, range: std::ops::Range<usize>) -> u32 {
        self.ids[range].iter().filter(|&&id| is_digits(id)).count() as u32
    }
}
