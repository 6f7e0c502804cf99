//! How many keys each pair of documents shares, counted document by document: no list of all pairs of all
//! buckets is ever made, let alone sorted.

use super::buckets::{Rank, SMALL, pairs_of};
use crate::signature::Signatures;
use rayon::prelude::*;

/// Documents by key. Every bucket holds the documents of one key, or two documents of a key with many.
#[derive(Default)]
pub(super) struct Buckets {
    /// Bucket after bucket, sorted within each.
    members: Vec<u32>,
    /// Where each bucket ends in `members`.
    ends: Vec<u32>,
}

impl Buckets {
    /// Gathers records into buckets. A record is a key in the upper half and a document in the lower one. Sorts
    /// the records and drops repeats; keys of one document come to nothing.
    pub(super) fn of(mut records: Vec<u64>, signatures: &Signatures, rank: &Rank) -> Self {
        records.sort_unstable();
        records.dedup();
        // Room for all at once: growing would hold two copies of a long list for a while.
        let mut buckets =
            Buckets { members: Vec::with_capacity(records.len()), ends: Vec::with_capacity(records.len() / 2) };
        for bucket in records.chunk_by(|x, y| x >> 32 == y >> 32).filter(|bucket| bucket.len() > 1) {
            let members = bucket.iter().map(|&record| record as u32);
            if bucket.len() <= SMALL {
                buckets.push(members);
            } else {
                pairs_of(members.collect(), signatures, rank, |x, y| buckets.push([x.min(y), x.max(y)]));
            }
        }
        buckets
    }

    fn push(&mut self, members: impl IntoIterator<Item = u32>) {
        self.members.extend(members);
        self.ends.push(self.members.len() as u32);
    }

    /// Adds the buckets of other keys.
    fn append(&mut self, other: Buckets) {
        let before = self.members.len() as u32;
        self.members.extend(other.members);
        self.ends.extend(other.ends.into_iter().map(|end| end + before));
    }

    fn bucket(&self, bucket: u32) -> &[u32] {
        let start = if bucket == 0 { 0 } else { self.ends[bucket as usize - 1] };
        &self.members[start as usize..self.ends[bucket as usize] as usize]
    }
}

/// What `keep(x, y, shared)` makes of the pairs, sorted by pair; `shared` counts the buckets that hold both.
/// Memory: 8 bytes a record in buckets, and 4 bytes a document for each thread.
pub(super) fn pairs<T: Clone + Send>(
    parts: Vec<Buckets>,
    documents: usize,
    keep: impl Fn(u32, u32, u32) -> Option<T> + Sync,
) -> Vec<T> {
    let mut all = Buckets::default();
    all.members.reserve_exact(parts.iter().map(|part| part.members.len()).sum());
    all.ends.reserve_exact(parts.iter().map(|part| part.ends.len()).sum());
    parts.into_iter().for_each(|part| all.append(part));
    let of_doc = BucketsOfDoc::new(&all, documents);
    let docs: Vec<u32> = (0..documents as u32).collect();
    let found: Vec<Vec<T>> = docs
        .par_chunks(512)
        .map_init(
            || (vec![0u32; documents], Vec::new()),
            |(shared, met), docs| {
                let mut found = Vec::new();
                for &doc in docs {
                    count_partners(doc, &all, of_doc.buckets(doc), shared, met);
                    for other in met.drain(..) {
                        let count = std::mem::take(&mut shared[other as usize]);
                        found.extend(keep(doc, other, count));
                    }
                }
                found
            },
        )
        .collect();
    joined(found)
}

/// The lists one after the other, each given back as soon as it is copied.
pub(super) fn joined<T>(lists: Vec<Vec<T>>) -> Vec<T> {
    let mut all = Vec::with_capacity(lists.iter().map(Vec::len).sum());
    lists.into_iter().for_each(|list| all.extend(list));
    all
}

/// Counts the buckets that `doc` shares with each later document, which `met` lists in order.
fn count_partners(doc: u32, all: &Buckets, buckets: &[u32], shared: &mut [u32], met: &mut Vec<u32>) {
    for &bucket in buckets {
        for &other in all.bucket(bucket).iter().rev().take_while(|&&other| other > doc) {
            if shared[other as usize] == 0 {
                met.push(other);
            }
            shared[other as usize] += 1;
        }
    }
    met.sort_unstable();
}

/// The buckets that each document is in.
struct BucketsOfDoc {
    buckets: Vec<u32>,
    ends: Vec<u32>,
}

impl BucketsOfDoc {
    fn new(all: &Buckets, documents: usize) -> Self {
        let mut next = vec![0u32; documents + 1];
        all.members.iter().for_each(|&doc| next[doc as usize + 1] += 1);
        (1..next.len()).for_each(|k| next[k] += next[k - 1]);
        let mut buckets = vec![0; all.members.len()];
        for bucket in 0..all.ends.len() as u32 {
            for &doc in all.bucket(bucket) {
                buckets[next[doc as usize] as usize] = bucket;
                next[doc as usize] += 1;
            }
        }
        // Every place has moved to where the next document's buckets begin.
        next.pop();
        BucketsOfDoc { buckets, ends: next }
    }

    fn buckets(&self, doc: u32) -> &[u32] {
        let start = if doc == 0 { 0 } else { self.ends[doc as usize - 1] };
        &self.buckets[start as usize..self.ends[doc as usize] as usize]
    }
}
