//! MinHash by one permutation (Li, Owen, Zhang 2012) with optimal densification (Shrivastava 2017): a hash falls
//! into one of 128 slots by its upper bits and competes there by its lower ones; an empty slot borrows from a
//! slot chosen by a fixed sequence of its own. One step a shingle instead of 128.
//!
//! The share of equal slots estimates the Jaccard resemblance J of two shingle sets, with an error of about
//! √(J(1−J)/128) for texts of many more than 128 shingles, more for shorter ones. Of each least hash eight bits are kept
//! (b-bit minwise hashing, Li and König 2010): slots that differ are equal by chance once in 255, which the estimate
//! takes off.

use bytemuck::{Pod, Zeroable};
use std::sync::LazyLock;

/// Slots of a MinHash.
pub const SLOTS: usize = 128;
const EMPTY: u32 = u32::MAX;
/// Values of a slot. One more stands for the slots of an empty text.
const VALUES: u32 = 255;
const NOTHING: u8 = 255;

/// The least hash of each slot, as a number below 255; 255 in the slots of an empty text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Pod, Zeroable)]
#[repr(transparent)]
pub struct MinHash(pub [u8; SLOTS]);

/// The share of slots in which two signatures agree, in 0..1: an estimate of Jaccard resemblance. Signatures of
/// empty texts agree with nothing, themselves included.
pub fn agreement(a: &MinHash, b: &MinHash) -> f32 {
    let equal: u32 = a.0.iter().zip(&b.0).map(|(x, y)| u32::from(x == y && *x != NOTHING)).sum();
    let by_chance = 1.0 / VALUES as f32;
    ((equal as f32 / SLOTS as f32 - by_chance) / (1.0 - by_chance)).max(0.0)
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
            return MinHash([NOTHING; SLOTS]);
        }
        let lenders: Vec<usize> = (0..SLOTS).filter(|&slot| filled[slot] != EMPTY).collect();
        if let [only] = lenders[..] {
            return MinHash([value(filled[only]); SLOTS]);
        }
        for (slot, value) in self.slots.iter_mut().enumerate().filter(|(_, value)| **value == EMPTY) {
            *value = filled[lender(slot, &filled, &lenders)];
        }
        MinHash(self.slots.map(value))
    }
}

/// What is kept of the least hash of a slot.
fn value(least: u32) -> u8 {
    (least % VALUES) as u8
}

/// The first filled slot in the fixed sequence of `slot`. With few filled slots their ranks are compared; with many the
/// sequence soon meets one.
fn lender(slot: usize, filled: &[u32; SLOTS], lenders: &[usize]) -> usize {
    let Sequence { order, rank } = &sequences()[slot];
    match lenders.len() < FEW {
        true => lenders.iter().copied().min_by_key(|&k| rank[k]).unwrap_or(slot),
        false => order.iter().map(|&k| usize::from(k)).find(|&k| filled[k] != EMPTY).unwrap_or(slot),
    }
}

/// Below this number of filled slots comparing them all takes fewer steps than looking for the first: the square root of
/// [`SLOTS`].
const FEW: usize = 11;

/// The order in which a slot asks the others, and the rank of each of them in it.
struct Sequence {
    order: [u8; SLOTS],
    rank: [u8; SLOTS],
}

/// Every slot's sequence: that of a full-period generator modulo 2^64 read from its upper bits, which leaves no slot out
/// for good, without repeats.
fn sequences() -> &'static [Sequence; SLOTS] {
    static SEQUENCES: LazyLock<[Sequence; SLOTS]> = LazyLock::new(|| {
        std::array::from_fn(|slot| {
            let mut sequence = Sequence { order: [0; SLOTS], rank: [u8::MAX; SLOTS] };
            let (mut state, mut met) = (slot as u64, 0u8);
            while usize::from(met) < SLOTS {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                let next = (state >> 57) as usize;
                if sequence.rank[next] == u8::MAX {
                    (sequence.rank[next], sequence.order[usize::from(met)]) = (met, next as u8);
                    met += 1;
                }
            }
            sequence
        })
    });
    &SEQUENCES
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

    /// The value that a slot borrows, looked for step by step.
    fn plainly(filled: &[u32; SLOTS], slot: usize) -> u32 {
        let mut state = slot as u64;
        loop {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let value = filled[(state >> 57) as usize];
            if value != EMPTY {
                return value;
            }
        }
    }

    #[test]
    fn slots_borrow_as_the_sequence_says() {
        for shingles in (1..40).chain([80, 200, 1000]) {
            let mut builder = MinHashBuilder::new();
            (0..shingles).for_each(|k: u32| builder.add(xxh3_64(&(k * 7919 + shingles).to_le_bytes())));
            let filled = builder.slots;
            let made = builder.finish();
            for slot in 0..SLOTS {
                let expected = if filled[slot] == EMPTY { plainly(&filled, slot) } else { filled[slot] };
                assert_eq!(made.0[slot], value(expected), "{shingles} shingles, slot {slot}");
            }
        }
    }

    #[test]
    fn empty_texts_agree_with_nothing() {
        assert_eq!(agreement(&of(0..0), &of(0..0)), 0.0);
        assert_eq!(agreement(&of(0..1), &of(0..1)), 1.0);
        assert_eq!(agreement(&of(0..1), &of(1..2)), 0.0);
        let strangers =
            (0..200).map(|k| f64::from(agreement(&of(k * 600..k * 600 + 300), &of(k * 600 + 300..k * 600 + 600))));
        assert!(strangers.sum::<f64>() / 200.0 < 0.003);
    }
}
