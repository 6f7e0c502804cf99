//! From records that share a key to pairs of documents, with a bound on what one key may cost.

use super::Pair;
use crate::signature::{Signatures, agreement};
use crate::types::DocId;
use rayon::prelude::*;

/// Buckets up to this size propose all their pairs.
pub(super) const SMALL: usize = 12;
/// Every member of a larger bucket is paired with this many of its first-ranking members.
const CENTRES: usize = 2;
/// A document with more partners in its own story than this keeps only its closest, unless the partner needs it.
const MANY_PARTNERS: usize = 12;
/// How many closest partners are kept.
const CLOSEST: usize = 6;

/// The order in which documents are preferred as centres: the longest first (a copy is a part of it more often
/// than the other way round), then by a number that does not depend on input order.
pub(super) struct Rank {
    place: Vec<u32>,
}

impl Rank {
    pub(super) fn new(signatures: &Signatures, order: &(dyn Fn(DocId) -> u64 + Sync)) -> Self {
        let mut docs: Vec<(u32, u64, u32)> = (0..signatures.len() as u32)
            .map(|doc| (u32::MAX - signatures.units(doc), order(DocId(doc)), doc))
            .collect();
        docs.par_sort_unstable();
        let mut place = vec![0; docs.len()];
        for (rank, &(_, _, doc)) in docs.iter().enumerate() {
            place[doc as usize] = rank as u32;
        }
        Rank { place }
    }

    /// The document's rank; less is preferred.
    pub(super) fn of(&self, doc: u32) -> u32 {
        self.place[doc as usize]
    }
}

/// Calls `with` on every bucket: the runs of two or more documents with one key. Sorts `records`.
pub(super) fn for_each_bucket<K: Ord + Copy>(records: &mut [(K, u32)], mut with: impl FnMut(&[(K, u32)])) {
    records.sort_unstable();
    for bucket in records.chunk_by(|x, y| x.0 == y.0).filter(|bucket| bucket.len() > 1) {
        with(bucket);
    }
}

/// Calls `with` on some pairs of a large bucket: each member with the centres and its neighbours by signature.
pub(super) fn pairs_of(mut members: Vec<u32>, signatures: &Signatures, rank: &Rank, mut with: impl FnMut(u32, u32)) {
    members.select_nth_unstable_by_key(CENTRES - 1, |&doc| rank.of(doc));
    for centre in 0..CENTRES {
        for other in centre + 1..members.len() {
            with(members[centre], members[other]);
        }
    }
    members.sort_unstable_by_key(|&doc| (signatures.minhash(doc).0[0], signatures.minhash(doc).0[1], rank.of(doc)));
    for near in members.windows(2) {
        with(near[0], near[1]);
    }
}

/// Sorts packed pairs and drops repeats.
pub(super) fn settle(mut pairs: Vec<u64>) -> Vec<u64> {
    pairs.par_sort_unstable();
    pairs.dedup();
    pairs
}

/// Leaves out pairs of one story of which both documents have more than twelve partners there and neither is
/// among the other's six closest by estimated resemblance. `pairs` is sorted; so is the result.
pub(super) fn bound_partners(pairs: Vec<u64>, signatures: &Signatures, rank: &Rank, stories: &[u32]) -> Vec<Pair> {
    let mut degree = vec![0u32; signatures.len()];
    let each = |packed: u64| [(packed >> 32) as u32, packed as u32];
    let one_story = |&packed: &u64| stories[each(packed)[0] as usize] == stories[each(packed)[1] as usize];
    for doc in pairs.iter().copied().filter(one_story).flat_map(each) {
        degree[doc as usize] += 1;
    }
    let crowded = |doc: u32| degree[doc as usize] as usize > MANY_PARTNERS;
    let doubtful = |pair: &u64| one_story(pair) && each(*pair).into_iter().all(crowded);
    let in_doubt: Vec<u64> = pairs.iter().copied().filter(doubtful).collect();
    if in_doubt.is_empty() {
        return pairs.into_iter().map(Pair::unpacked).collect();
    }
    let mut votes: Vec<(u32, u32, u32, u64)> = in_doubt
        .par_iter()
        .flat_map_iter(|&p| {
            let [a, b] = each(p);
            let equal = (agreement(signatures.minhash(a), signatures.minhash(b)) * 1000.0) as u32;
            [(a, 1000 - equal, rank.of(b), p), (b, 1000 - equal, rank.of(a), p)]
        })
        .collect();
    votes.par_sort_unstable();
    let mut kept: Vec<u64> = votes
        .chunk_by(|x, y| x.0 == y.0)
        .flat_map(|of_one| of_one.iter().take(CLOSEST).map(|v| v.3))
        .chain(pairs.iter().copied().filter(|pair| !doubtful(pair)))
        .collect();
    kept.par_sort_unstable();
    kept.dedup();
    kept.into_iter().map(Pair::unpacked).collect()
}
