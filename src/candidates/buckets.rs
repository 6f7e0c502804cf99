//! From records that share a key to pairs of documents, with a bound on what one key may cost.

use super::{Pair, pack};
use crate::error::Result;
use crate::signature::{MinHash, Signatures, agreement};
use crate::storage::{Column, Scratch, Sorted};
use crate::types::DocId;
use bytemuck::{Pod, Zeroable};
use rayon::prelude::*;
use std::cmp::Reverse;

/// Buckets up to this size propose all their pairs.
pub(super) const SMALL: usize = 12;
/// Every member of a larger bucket is paired with this many of its first-ranking members, where shingles are shared
/// also with as many of its last-ranking ones.
const CENTRES: usize = 2;
/// A document with more partners in its own story than this keeps only its closest, unless the partner needs it.
const MANY_PARTNERS: u32 = 12;
/// How many closest partners are kept.
const CLOSEST: usize = 6;

/// The order in which documents are preferred as centres: the longest first (a copy is a part of it more often
/// than the other way round), then by a number that does not depend on input order.
pub(super) struct BucketRank {
    place: Vec<u32>,
}

impl BucketRank {
    pub(super) fn new(
        signatures: &Signatures,
        order: &(dyn Fn(DocId) -> u64 + Sync),
        scratch: &Scratch,
    ) -> Result<Self> {
        let mut docs = scratch.sorter_of::<[u32; 4]>(signatures.len());
        for doc in 0..signatures.len() as u32 {
            let order = order(DocId(doc));
            docs.push([u32::MAX - signatures.units(doc), (order >> 32) as u32, order as u32, doc])?;
        }
        let mut place = vec![0; signatures.len()];
        let mut rank = 0;
        docs.finish()?.batches(
            |row| *row,
            |batch| {
                for &[.., doc] in batch {
                    place[doc as usize] = rank;
                    rank += 1;
                }
                Ok(())
            },
        )?;
        Ok(BucketRank { place })
    }

    /// The document's rank; less is preferred.
    pub(super) fn of(&self, doc: u32) -> u32 {
        self.place[doc as usize]
    }
}

/// What the sources look at.
pub(super) struct BucketContext<'a> {
    pub signatures: &'a Signatures,
    /// Documents that stand for themselves: all but the later ones of equal bodies.
    pub is_representative: &'a [bool],
    pub rank: &'a BucketRank,
    pub scratch: &'a Scratch,
}

/// Documents that one task makes records of.
const TASK: usize = 4096;

impl BucketContext<'_> {
    /// What places a document among others: the first slots of its MinHash, and its rank.
    pub(super) fn sort_key(&self) -> impl Fn(u32) -> ([u32; 2], u32) {
        |doc| (first_slots(self.signatures.minhash(doc)), self.rank.of(doc))
    }

    /// The records that `make` makes of the documents that stand for themselves, sorted.
    pub(super) fn records(&self, make: impl Fn(u32) -> Option<u64> + Sync) -> Result<Sorted<u64>> {
        let count = self.signatures.len();
        let mut records = self.scratch.sorter_of(count);
        let tasks: Vec<usize> = (0..count).step_by(TASK).collect();
        for some in tasks.chunks(16 * rayon::current_num_threads()) {
            let of_task = |&from: &usize| -> Vec<u64> {
                let docs = from..(from + TASK).min(count);
                docs.filter(|&doc| self.is_representative[doc]).filter_map(|doc| make(doc as u32)).collect()
            };
            let made: Vec<Vec<u64>> = some.par_iter().map(of_task).collect();
            made.iter().try_for_each(|part| records.extend(part))?;
        }
        records.finish()
    }
}

/// The sort key of neighbours in large buckets.
pub fn first_slots(minhash: &MinHash) -> [u32; 2] {
    [four_slots(minhash, 0), four_slots(minhash, 4)]
}

/// Four slots of a MinHash from one on, as one number.
pub(super) fn four_slots(minhash: &MinHash, from: usize) -> u32 {
    minhash.0[from..].first_chunk().map_or(0, |slots| u32::from_be_bytes(*slots))
}

/// A key and a document that has it.
pub(super) fn record(key: u32, doc: u32) -> u64 {
    pack(key, doc)
}

/// The key of a record.
pub(super) fn key_of(record: &u64) -> u32 {
    (record >> 32) as u32
}

/// What is shared by the documents of a bucket.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Key {
    /// A part of the signature: the texts may be copies as wholes.
    Signature,
    /// A shingle: one text may be a piece of the other.
    Shingle,
}

/// Calls `with` on some pairs of a large bucket, each once: the first-ranking members with all others, where a shingle
/// is shared also the last-ranking, the shortest, which others may contain whole; and of the rest each with its
/// neighbours by signature. `sort_key` gives the sort key of neighbours, and the rank.
pub(super) fn pairs_of<R: Ord>(
    key: Key,
    mut members: Vec<u32>,
    sort_key: &impl Fn(u32) -> ([u32; 2], R),
    mut with: impl FnMut(u32, u32),
) {
    let mut centres = CENTRES;
    members.select_nth_unstable_by_key(CENTRES - 1, |&doc| sort_key(doc).1);
    if key == Key::Shingle {
        members[CENTRES..].select_nth_unstable_by_key(CENTRES - 1, |&doc| Reverse(sort_key(doc).1));
        centres += CENTRES;
    }
    for centre in 0..centres {
        members[centre + 1..].iter().for_each(|&other| with(members[centre], other));
    }
    let rest = &mut members[centres..];
    rest.sort_unstable_by_key(|&doc| sort_key(doc));
    rest.windows(2).for_each(|near| with(near[0], near[1]));
}

/// A document's doubtful partner; the closest sorts first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Pod, Zeroable)]
#[repr(C)]
struct BucketVote {
    doc: u32,
    /// How much the two signatures differ, in thousandths.
    apart: u32,
    rank: u32,
    partner: u32,
}

/// How much two signatures differ, in thousandths.
pub(super) fn apart(agreement: f32) -> u32 {
    1000 - (agreement * 1000.0) as u32
}

/// The votes of one document that count: the closest, which come first, and the first-ranking. Copies that were cut alike
/// are each other's closest; without the longest text they know they would lose the rest of their story.
pub(super) fn needed<V, R: Ord>(of_one: &[V], rank: impl Fn(&V) -> R) -> impl Iterator<Item = &V> {
    of_one.iter().take(CLOSEST).chain(of_one.iter().min_by_key(move |vote| rank(vote)))
}

/// True for a document with so many partners in its own story that it keeps only some.
pub(super) fn is_crowded(partners: u32) -> bool {
    partners > MANY_PARTNERS
}

/// Leaves out pairs of one story of which both documents have more than twelve partners there and neither is
/// among the other's six closest by estimated resemblance or its first-ranking one. `pairs` is sorted; so is the result.
pub(super) fn bound_partners(pairs: &[u64], corpus: &BucketContext, stories: &[u32]) -> Result<Column<Pair>> {
    let (signatures, rank) = (corpus.signatures, corpus.rank);
    let mut degree = vec![0u32; signatures.len()];
    let each = |packed: u64| [(packed >> 32) as u32, packed as u32];
    let one_story = |&packed: &u64| stories[each(packed)[0] as usize] == stories[each(packed)[1] as usize];
    for doc in pairs.iter().copied().filter(one_story).flat_map(each) {
        degree[doc as usize] += 1;
    }
    let crowded = |doc: u32| is_crowded(degree[doc as usize]);
    let doubtful = |pair: &u64| one_story(pair) && each(*pair).into_iter().all(crowded);
    let votes_for = |&pair: &u64| {
        let [a, b] = each(pair);
        let apart = apart(agreement(signatures.minhash(a), signatures.minhash(b)));
        [
            BucketVote { doc: a, apart, rank: rank.of(b), partner: b },
            BucketVote { doc: b, apart, rank: rank.of(a), partner: a },
        ]
    };
    let (mut votes, mut kept) = (corpus.scratch.sorter(), corpus.scratch.sorter_of(pairs.len()));
    for part in pairs.chunks(corpus.scratch.room::<[BucketVote; 2]>()) {
        let (doubted, sure): (Vec<u64>, Vec<u64>) = part.iter().partition(|pair| doubtful(pair));
        kept.extend(&sure)?;
        let cast: Vec<[BucketVote; 2]> = doubted.par_iter().map(votes_for).collect();
        votes.extend(cast.as_flattened())?;
    }
    votes.finish()?.batches(
        |vote| vote.doc,
        |votes| {
            let of_one =
                |votes: &'_ [BucketVote]| -> Vec<BucketVote> { needed(votes, |vote| vote.rank).copied().collect() };
            let of_each = votes.chunk_by(|x, y| x.doc == y.doc).flat_map(of_one);
            of_each.map(|v| pack(v.doc.min(v.partner), v.doc.max(v.partner))).try_for_each(|pair| kept.push(pair))
        },
    )?;
    let kept = kept.finish()?.unique()?;
    let mut out = corpus.scratch.column_of(kept.len());
    kept.iter().try_for_each(|&pair| out.push(Pair::unpacked(pair)))?;
    out.finish()
}
