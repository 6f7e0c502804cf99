//! Documents whose bodies are equal, unit for unit.

use super::buckets::{Rank, for_each_bucket, settle};
use super::{DocId, Pair};
use crate::signature::Signatures;

/// Pairs every document with the first-ranking one of equal body, and says which documents stand for
/// themselves: those without an equal, and the first-ranking of equals. Empty bodies stand for nothing.
pub(super) fn pairs(signatures: &Signatures, rank: &Rank) -> (Vec<u64>, Vec<bool>) {
    let mut stands: Vec<bool> = (0..signatures.len() as u32).map(|doc| signatures.units(doc) > 0).collect();
    let mut records: Vec<(u64, u32)> = (0..signatures.len() as u32)
        .filter(|&doc| stands[doc as usize])
        .map(|doc| (signatures.body_hash(doc), doc))
        .collect();
    let mut out = Vec::new();
    for_each_bucket(&mut records, |bucket| {
        let first = bucket.iter().map(|&(_, doc)| doc).min_by_key(|&doc| rank.of(doc)).unwrap_or(bucket[0].1);
        for &(_, doc) in bucket.iter().filter(|&&(_, doc)| doc != first) {
            stands[doc as usize] = false;
            out.push(Pair::new(DocId(first), DocId(doc)).packed());
        }
    });
    (settle(out), stands)
}
