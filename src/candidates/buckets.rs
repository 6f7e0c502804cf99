//! From records that share a key to pairs of documents, with a bound on what one key may cost.

use super::{Pair, pack};
use crate::error::Result;
use crate::signature::{MinHash, Signatures, agreement};
use crate::storage::{Column, Scratch, Sorted};
use crate::types::DocId;
use rayon::prelude::*;

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
    members: impl Iterator<Item = u32>,
    sort_key: &impl Fn(u32) -> ([u32; 2], R),
    mut with: impl FnMut(u32, u32),
) {
    // What places a document is far away in memory: it is looked up once.
    let mut members: Vec<(([u32; 2], R), u32)> = members.map(|doc| (sort_key(doc), doc)).collect();
    let mut centres = CENTRES;
    members.select_nth_unstable_by(CENTRES - 1, |((_, x), _), ((_, y), _)| x.cmp(y));
    if key == Key::Shingle {
        members[CENTRES..].select_nth_unstable_by(CENTRES - 1, |((_, x), _), ((_, y), _)| y.cmp(x));
        centres += CENTRES;
    }
    for centre in 0..centres {
        members[centre + 1..].iter().for_each(|&(_, other)| with(members[centre].1, other));
    }
    let rest = &mut members[centres..];
    rest.sort_unstable();
    rest.windows(2).for_each(|near| with(near[0].1, near[1].1));
}

/// Pairs, sorted, and in how much of their MinHashes each pair agrees.
pub(super) struct AlikePairs {
    pub pairs: Column<u64>,
    pub agreements: Column<f32>,
}

/// Some that follow each other.
#[derive(Clone, Copy)]
pub(super) struct AlikeStretch<'a> {
    pairs: &'a [u64],
    agreements: &'a [f32],
}

impl AlikePairs {
    /// Those from the first to the last of some sorted pairs: to look for a few at a time among few stays in the caches.
    pub(super) fn around(&self, pairs: &[u64]) -> AlikeStretch<'_> {
        let [Some(first), Some(last)] = [pairs.first(), pairs.last()] else {
            return AlikeStretch { pairs: &[], agreements: &[] };
        };
        let start = self.pairs.partition_point(|pair| pair < first);
        let end = start + self.pairs[start..].partition_point(|pair| pair <= last);
        AlikeStretch { pairs: &self.pairs[start..end], agreements: &self.agreements[start..end] }
    }
}

impl AlikeStretch<'_> {
    /// In how much of their MinHashes a pair agrees. Those of its documents are far apart in memory, so they are looked at
    /// only if they have not been compared.
    pub(super) fn agreement(&self, pair: u64, signatures: &Signatures) -> f32 {
        match self.pairs.binary_search(&pair) {
            Ok(at) => self.agreements[at],
            Err(_) => agreement(signatures.minhash((pair >> 32) as u32), signatures.minhash(pair as u32)),
        }
    }
}

/// Pairs that are looked for together.
pub(super) const FEW: usize = 512;

/// A doubtful partner of a document; the closest sorts first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Partner {
    /// How much the two signatures differ, in thousandths.
    apart: u32,
    rank: u32,
    doc: u32,
}

/// The doubtful partners that a document needs: the closest, and the first-ranking one, see [`needed`].
#[derive(Clone, Copy, Default)]
struct NeededPartners {
    closest: [Option<Partner>; CLOSEST],
    first: Option<Partner>,
}

impl NeededPartners {
    fn offer(&mut self, partner: Partner) {
        if self.first.is_none_or(|first| partner.rank < first.rank) {
            self.first = Some(partner);
        }
        let is_farther = |known: &Option<Partner>| known.is_none_or(|known| partner < known);
        if let Some(place) = self.closest.iter().position(is_farther) {
            self.closest[place..].rotate_right(1);
            self.closest[place] = Some(partner);
        }
    }

    fn partners(&self) -> impl Iterator<Item = u32> {
        self.closest.iter().chain([&self.first]).flatten().map(|partner| partner.doc)
    }
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
/// Memory: what crowded documents need, some 100 bytes each. When that is more than a share, the pairs are gone through
/// once for each share of it.
pub(super) fn bound_partners(
    pairs: &[u64],
    corpus: &BucketContext,
    (stories, alike): (&[u32], &AlikePairs),
) -> Result<Column<Pair>> {
    let (crowded, number) = crowded(pairs, stories, corpus.signatures.len());
    let docs = |packed: u64| [(packed >> 32) as usize, packed as u32 as usize];
    let is_doubtful = |pair: u64| {
        let [a, b] = docs(pair);
        stories[a] == stories[b] && number[a] != NOT_CROWDED && number[b] != NOT_CROWDED
    };
    let mut kept = corpus.scratch.sorter_of(pairs.len());
    pairs.iter().filter(|pair| !is_doubtful(**pair)).try_for_each(|&pair| kept.push(pair))?;
    let room = corpus.scratch.room::<NeededPartners>();
    for (some, from) in crowded.chunks(room).zip((0..).step_by(room)) {
        let mut needed = vec![NeededPartners::default(); some.len()];
        let offers_of = |pair: u64, alike: AlikeStretch| {
            let apart = apart(alike.agreement(pair, corpus.signatures));
            let partner = |doc: usize| Partner { apart, rank: corpus.rank.of(doc as u32), doc: doc as u32 };
            let [a, b] = docs(pair);
            [(number[a], partner(b)), (number[b], partner(a))]
        };
        for part in pairs.chunks(AT_ONCE) {
            let offers_of_few = |few| {
                let alike = alike.around(few);
                let doubtful = few.iter().copied().filter(|&pair| is_doubtful(pair));
                doubtful.map(move |pair| offers_of(pair, alike))
            };
            let offers: Vec<[(u32, Partner); 2]> = part.par_chunks(FEW).flat_map_iter(offers_of_few).collect();
            for &(number, partner) in offers.as_flattened() {
                let place = (number as usize).checked_sub(from);
                place.and_then(|place| needed.get_mut(place)).into_iter().for_each(|needed| needed.offer(partner));
            }
        }
        for (&doc, needed) in some.iter().zip(&needed) {
            let mut pairs = needed.partners().map(|other| pack(doc.min(other), doc.max(other)));
            pairs.try_for_each(|pair| kept.push(pair))?;
        }
    }
    let kept = kept.finish()?.unique()?;
    let mut out = corpus.scratch.column_of(kept.len());
    kept.iter().try_for_each(|&pair| out.push(Pair::unpacked(pair)))?;
    out.finish()
}

/// Pairs that are looked at in one go.
const AT_ONCE: usize = 1 << 16;

/// The number of a document that is not crowded.
const NOT_CROWDED: u32 = u32::MAX;

/// The documents with too many partners in their own stories, and by document the place in that list.
fn crowded(pairs: &[u64], stories: &[u32], documents: usize) -> (Vec<u32>, Vec<u32>) {
    let mut degree = vec![0u32; documents];
    for &packed in pairs {
        let [a, b] = [(packed >> 32) as usize, packed as u32 as usize];
        if stories[a] == stories[b] {
            degree[a] += 1;
            degree[b] += 1;
        }
    }
    let mut crowded = Vec::new();
    for (doc, degree) in (0..).zip(&mut degree) {
        let is_crowded = is_crowded(*degree);
        *degree = if is_crowded { crowded.len() as u32 } else { NOT_CROWDED };
        crowded.extend(is_crowded.then_some(doc));
    }
    (crowded, degree)
}
