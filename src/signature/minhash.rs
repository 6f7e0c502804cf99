//! MinHash by one permutation (Li, Owen, Zhang 2012) with optimal densification (Shrivastava 2017): a hash falls
//! into one of 128 slots by its upper bits and competes there by its lower ones; an empty slot borrows from a
//! slot chosen by a fixed sequence of its own. One step a shingle instead of 128.
//!
//! The share of equal slots estimates the Jaccard resemblance J of two shingle sets, with an error of about
//! √(J(1−J)/128) for texts of many more than 128 shingles, more for shorter ones.

use bytemuck::{Pod, Zeroable};

/// Slots of a MinHash.
pub const SLOTS: usize = 128;
const EMPTY: u32 = u32::MAX;

/// The least hash of each slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Pod, Zeroable)]
#[repr(transparent)]
pub struct MinHash(pub [u32; SLOTS]);

/// The share of slots in which two signatures agree, in 0..1: an estimate of Jaccard resemblance. Signatures of
/// empty texts agree with nothing, themselves included.
pub fn agreement(a: &MinHash, b: &MinHash) -> f32 {
    let equal = a.0.iter().zip(&b.0).filter(|(x, y)| x == y && **x != EMPTY).count();
    equal as f32 / SLOTS as f32
}

pub(super) struct MinHashBuilder {
    slots: [u32; SLOTS],
}

impl MinHashBuilder {
    pub(super) fn new() -> Self {
        MinHashBuilder { slots: [EMPTY; SLOTS] }
    }

    #[inline]
    pub(super) fn add(&mut self, hash: u64) {
        let slot = &mut self.slots[(hash >> 57) as usize];
        *slot = (*slot).min(((hash >> 24) as u32).min(EMPTY - 1));
    }

    pub(super) fn finish(mut self) -> MinHash {
        let filled = self.slots;
        if filled.iter().all(|&s| s == EMPTY) {
            return MinHash(filled);
        }
        for (slot, value) in self.slots.iter_mut().enumerate().filter(|(_, value)| **value == EMPTY) {
            *value = borrow(&filled, slot);
        }
        MinHash(self.slots)
    }
}

/// The value of the first filled slot in the fixed sequence of `slot`. Some slot is filled, and the sequence
/// visits all of them, so it ends.
fn borrow(filled: &[u32; SLOTS], slot: usize) -> u32 {
    let mut state = slot as u64;
    loop {
        // A full-period generator modulo 2^64 read from its upper bits: no slot is left out for good.
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let value = filled[(state >> 57) as usize];
        if value != EMPTY {
            return value;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use xxhash_rust::xxh3::xxh3_64;

    fn of(range: std::ops::Range<u32>) -> MinHash {
        let mut builder = MinHashBuilder::new();
        range.for_each(|k| builder.add(xxh3_64(&k.to_le_bytes())));
        builder.finish()
    }

    #[test]
    fn estimates_resemblance() {
        for (shared, each) in [(900, 1000), (500, 1000), (200, 1000), (40, 60)] {
            let expected = f64::from(shared) / f64::from(2 * each - shared);
            let trials = 40;
            let mean = (0..trials)
                .map(|t| {
                    let base = t * 10_000;
                    f64::from(agreement(&of(base..base + each), &of(base + each - shared..base + 2 * each - shared)))
                })
                .sum::<f64>()
                / f64::from(trials);
            assert!((mean - expected).abs() < 0.04, "{shared} of {each}: {mean} for {expected}");
        }
    }

    #[test]
    fn empty_texts_agree_with_nothing() {
        assert_eq!(agreement(&of(0..0), &of(0..0)), 0.0);
        assert_eq!(agreement(&of(0..1), &of(0..1)), 1.0);
        assert_eq!(agreement(&of(0..1), &of(1..2)), 0.0);
    }
}
