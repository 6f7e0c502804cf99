//! Texts that share several sampled shingles: the road for cut copies, embedded pieces and passages, whose
//! resemblance is low although one text holds the other.

use super::buckets::Rank;
use super::shared::{self, Buckets};
use crate::signature::Signatures;
use rayon::prelude::*;

/// The sample is sorted in this many parts by hash, to bound memory.
const PARTS: u64 = 16;
/// Shared sampled shingles that make a pair: some 32 shingles, a long sentence.
const SHARED: u32 = 4;
/// Fewer make a pair when they are this much of the shorter text's sample, and two at least.
const SHARE: f32 = 0.3;
const FEWEST: u32 = 2;

/// Pairs that share at least four sampled shingles, or a good part of a short text's few, sorted.
pub(super) fn pairs(signatures: &Signatures, stands: &[bool], rank: &Rank) -> Vec<u64> {
    let part = |part: u64| {
        let mut records: Vec<u64> = Vec::new();
        for doc in (0..signatures.len() as u32).filter(|&doc| stands[doc as usize]) {
            let mine = signatures.sample(doc).iter().filter(|&&hash| hash >> 60 == part);
            // The part and 32 bits more tell shingles apart well enough: a pair must share several.
            records.extend(mine.map(|hash| hash << 4 >> 32 << 32 | u64::from(doc)));
        }
        Buckets::of(records, signatures, rank)
    };
    let parts = (0..PARTS).into_par_iter().map(part).collect();
    let samples = |doc: u32| signatures.sample(doc).len();
    shared::pairs(parts, signatures.len(), |a, b, shared| {
        let least = samples(a).min(samples(b)) as f32;
        shared >= SHARED || shared >= FEWEST && shared as f32 >= SHARE * least
    })
}
