//! Texts that share several sampled shingles: the road for cut copies, embedded pieces and passages, whose
//! resemblance is low although one text holds the other.

use super::buckets::{Rank, for_each_bucket, pairs_of, settle};
use crate::signature::Signatures;
use rayon::prelude::*;

/// The sample is worked through in this many parts by hash, to bound memory.
const PARTS: u64 = 16;
/// Shared sampled shingles that make a pair: about 24 shingles, the length of a sentence.
const SHARED: u32 = 3;
/// A text with fewer samples than this needs only two.
const SHORT_SAMPLE: usize = 16;

/// Pairs that share at least three sampled shingles (two when one of them is short), sorted.
pub(super) fn pairs(signatures: &Signatures, stands: &[bool], rank: &Rank) -> Vec<u64> {
    let part = |part: u64| {
        let mut records: Vec<(u64, u32)> = Vec::new();
        for doc in (0..signatures.len() as u32).filter(|&doc| stands[doc as usize]) {
            let mine = signatures.sample(doc).iter().copied().filter(|hash| hash >> 60 == part);
            records.extend(mine.map(|hash| (hash, doc)));
        }
        records.sort_unstable();
        records.dedup();
        let mut out = Vec::new();
        for_each_bucket(&mut records, |bucket| pairs_of(bucket, signatures, rank, &mut out));
        count_runs(out)
    };
    let counted: Vec<(u64, u32)> = (0..PARTS).into_par_iter().flat_map_iter(part).collect();
    let enough = |pair: u64, shared: u32| {
        let least = signatures.sample((pair >> 32) as u32).len().min(signatures.sample(pair as u32).len());
        shared >= if least < SHORT_SAMPLE { 2 } else { SHARED }
    };
    settle(
        sum_counts(counted).into_iter().filter(|&(pair, shared)| enough(pair, shared)).map(|(pair, _)| pair).collect(),
    )
}

/// Distinct values with how often each stands in the list.
fn count_runs(mut pairs: Vec<u64>) -> Vec<(u64, u32)> {
    pairs.sort_unstable();
    pairs.chunk_by(|x, y| x == y).map(|run| (run[0], run.len() as u32)).collect()
}

fn sum_counts(mut counted: Vec<(u64, u32)>) -> Vec<(u64, u32)> {
    counted.par_sort_unstable();
    counted.chunk_by(|x, y| x.0 == y.0).map(|run| (run[0].0, run.iter().map(|r| r.1).sum())).collect()
}
