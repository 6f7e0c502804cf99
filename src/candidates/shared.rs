//! How many keys each pair of documents shares, counted document by document: no list of all pairs of all
//! buckets is ever made, let alone sorted. What is too much for memory is counted in stretches of keys, whose sums
//! are added up.

use super::buckets::{BucketContext, Key, SMALL, key_of, pairs_of};
use crate::error::Result;
use crate::storage::{Sorter, split};
use bytemuck::{Pod, Zeroable};
use rayon::prelude::*;

/// Two documents, the lesser first, and how many keys they share.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Pod, Zeroable)]
#[repr(C)]
pub(super) struct Met {
    pub a: u32,
    pub b: u32,
    pub shared: u32,
}

/// Counts the keys that pairs share. Memory: one share for the buckets, and 4 bytes a document for each thread.
pub(super) struct SharedCounter<'a> {
    corpus: &'a BucketContext<'a>,
    /// What keys are.
    key: Key,
    /// How many times keys are added.
    stretches: usize,
    buckets: Buckets,
    /// Counts of earlier stretches of keys.
    earlier: Option<Sorter<Met>>,
}

impl<'a> SharedCounter<'a> {
    /// Counts for keys that are added in about `stretches` lists of about one length.
    pub(super) fn new(corpus: &'a BucketContext<'a>, key: Key, stretches: usize) -> Self {
        SharedCounter { corpus, key, stretches, buckets: Buckets::default(), earlier: None }
    }

    /// Takes records in the order of their keys; none of the keys may come again. Keys of one document come to
    /// nothing.
    pub(super) fn add(&mut self, records: &[u64]) -> Result<()> {
        let parts = split(records, 8 * rayon::current_num_threads(), |x, y| key_of(x) == key_of(y));
        let made: Vec<Buckets> = parts.into_par_iter().map(|part| Buckets::of(part, self)).collect();
        if self.buckets.members.is_empty() {
            self.expect_like(&made);
        }
        for part in made {
            if self.buckets.members.len() + part.members.len() > self.room() {
                self.count_stretch()?;
            }
            self.buckets.append(part);
        }
        Ok(())
    }

    /// Makes room for all lists when the first of them is there: growing would copy them several times.
    fn expect_like(&mut self, first: &[Buckets]) {
        let sum = |length: fn(&Buckets) -> usize| first.iter().map(length).sum::<usize>();
        let (members, ends) = (sum(|part| part.members.len()), sum(|part| part.ends.len()));
        let lists = (self.stretches * 9 / 8).min(self.room() / members.max(1));
        self.buckets.members.reserve(members * lists);
        self.buckets.ends.reserve(ends * lists);
    }

    /// How many members of buckets are counted at once: they take 8 bytes each, and the numbers of buckets 4.
    fn room(&self) -> usize {
        self.corpus.scratch.room::<[u32; 3]>().min(u32::MAX as usize)
    }

    fn count_stretch(&mut self) -> Result<()> {
        if self.buckets.members.is_empty() {
            return Ok(());
        }
        let earlier = self.earlier.get_or_insert_with(|| self.corpus.scratch.sorter());
        let found = count(&std::mem::take(&mut self.buckets), self.corpus.signatures.len(), Some);
        found.iter().try_for_each(|part| earlier.extend(part))
    }

    /// Calls `with` on what `keep` makes of the pairs that it wants, in the order of the pairs, in batches; the pairs of one
    /// lesser document come in one batch.
    pub(super) fn finish<T: Clone + Send>(
        mut self,
        keep: impl Fn(Met) -> Option<T> + Sync,
        mut with: impl FnMut(&[T]) -> Result<()>,
    ) -> Result<()> {
        if self.earlier.is_some() {
            self.count_stretch()?;
        }
        let Some(earlier) = self.earlier else {
            return with(&count(&self.buckets, self.corpus.signatures.len(), keep).concat());
        };
        earlier.finish()?.batches(
            |met| met.a,
            |batch| {
                let one_pair = |x: &Met, y: &Met| (x.a, x.b) == (y.a, y.b);
                let sum = |met: &[Met]| Met { shared: met.iter().map(|met| met.shared).sum(), ..met[0] };
                let parts = split(batch, 8 * rayon::current_num_threads(), one_pair);
                let summed = |part: &[Met]| part.chunk_by(one_pair).map(sum).filter_map(&keep).collect();
                let found: Vec<Vec<T>> = parts.into_par_iter().map(summed).collect();
                with(&found.concat())
            },
        )
    }
}

/// Documents by key. Every bucket has the documents of one key, or two documents of a key with many.
#[derive(Default)]
struct Buckets {
    /// Bucket after bucket, sorted within each.
    members: Vec<u32>,
    /// Where each bucket ends in `members`.
    ends: Vec<u32>,
}

impl Buckets {
    /// Gathers sorted records into buckets.
    fn of(records: &[u64], counter: &SharedCounter) -> Self {
        let sort_key = counter.corpus.sort_key();
        // Room for all at once: growing would keep two copies of a long list for a while.
        let mut buckets =
            Buckets { members: Vec::with_capacity(records.len()), ends: Vec::with_capacity(records.len() / 2) };
        let mut docs: Vec<u32> = Vec::new();
        for bucket in records.chunk_by(|x, y| key_of(x) == key_of(y)).filter(|bucket| bucket.len() > 1) {
            docs.clear();
            docs.extend(bucket.iter().map(|&record| record as u32));
            docs.dedup();
            match docs.len() {
                0 | 1 => {}
                2..=SMALL => buckets.push(&docs),
                _ => pairs_of(counter.key, docs.iter().copied(), &sort_key, |x, y| buckets.push(&[x.min(y), x.max(y)])),
            }
        }
        buckets
    }

    fn push(&mut self, members: &[u32]) {
        self.members.extend_from_slice(members);
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

/// What `keep` makes of the pairs of all buckets, in their order, in lists one after the other.
fn count<T: Send>(all: &Buckets, documents: usize, keep: impl Fn(Met) -> Option<T> + Sync) -> Vec<Vec<T>> {
    // One part for each thread: each goes through all buckets.
    let part = documents.div_ceil(rayon::current_num_threads()).max(1);
    let docs: Vec<u32> = (0..documents as u32).collect();
    let of_docs: Vec<BucketsOfDocs> = docs.par_chunks(part).map(|docs| BucketsOfDocs::new(all, docs)).collect();
    docs.par_chunks(512)
        .map_init(
            || (vec![0u32; documents], Vec::new()),
            |(shared, met), docs| {
                let mut found = Vec::new();
                for &doc in docs {
                    count_partners(doc, all, of_docs[doc as usize / part].buckets(doc), shared, met);
                    for other in met.drain(..) {
                        let met = Met { a: doc, b: other, shared: std::mem::take(&mut shared[other as usize]) };
                        found.extend(keep(met));
                    }
                }
                found
            },
        )
        .collect()
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

/// The buckets in which each of some documents, which follow each other, has later partners.
struct BucketsOfDocs {
    first: u32,
    buckets: Vec<u32>,
    ends: Vec<u32>,
}

impl BucketsOfDocs {
    fn new(all: &Buckets, docs: &[u32]) -> Self {
        let first = docs.first().copied().unwrap_or(0);
        // The last member of a bucket has none there.
        let members = |bucket: u32| all.bucket(bucket).split_last().map_or(&[][..], |(_, members)| members);
        let place = |&doc: &u32| doc.checked_sub(first).map(|place| place as usize).filter(|&place| place < docs.len());
        let buckets = || 0..all.ends.len() as u32;
        let mut next = vec![0u32; docs.len() + 1];
        buckets().flat_map(members).filter_map(place).for_each(|place| next[place + 1] += 1);
        (1..next.len()).for_each(|k| next[k] += next[k - 1]);
        let mut of_docs = vec![0; next[docs.len()] as usize];
        for bucket in buckets() {
            for place in members(bucket).iter().filter_map(place) {
                of_docs[next[place] as usize] = bucket;
                next[place] += 1;
            }
        }
        // Every place has moved to where the next document's buckets begin.
        next.pop();
        BucketsOfDocs { first, buckets: of_docs, ends: next }
    }

    fn buckets(&self, doc: u32) -> &[u32] {
        let place = (doc - self.first) as usize;
        let start = if place == 0 { 0 } else { self.ends[place - 1] };
        &self.buckets[start as usize..self.ends[place] as usize]
    }
}
