//! Texts that share several sampled shingles: the source for cut copies, embedded pieces and passages, whose
//! resemblance is low although one text contains the other.

use super::buckets::{BucketContext, Key, key_of, record};
use super::pack;
use super::shared::{Met, SharedCounter};
use crate::error::Result;
use crate::signature::Signatures;
use crate::storage::{Column, Scratch, Sorter};
use bytemuck::{Pod, Zeroable};
use rayon::prelude::*;

/// The sample is sorted in this many parts by hash: the part and 32 bits more tell shingles apart well enough, since
/// a pair must share several.
pub(super) const PARTS: usize = 16;
/// Shared sampled shingles that make a pair: some 32 shingles, a long sentence.
const SHARED: u32 = 4;
/// Fewer make a pair when they are this much of the shorter text's sample, and two at least.
const SHARE: f32 = 0.3;
pub(super) const FEWEST: u32 = 2;

/// Pages of different stories that share less than this of the shorter one's sample share a passage at most; of
/// those a page needs only its closest in each other story.
const CONTAINED: f32 = 0.3;
/// Documents whose samples are taken in one go.
const STRETCH: usize = 8192;

/// The sampled shingles of a corpus where they are kept, in lists of which each is in the order of hashes.
pub(crate) trait KeptSamples: Sync {
    /// How many lists there are.
    fn lists(&self) -> usize;

    /// Calls `with` on the hashes from `least` on of a list and the documents that have them, as long as it is true. Lower
    /// bits, which [`key`] does not look at, may be missing.
    fn hashes(&self, list: usize, least: u64, with: impl FnMut(u64, u32) -> bool) -> Result<()>;

    /// How many sampled shingles each document has.
    fn lengths(&self) -> Result<Vec<u32>>;
}

/// The samples of a corpus as this source needs them.
pub(super) struct Samples {
    /// By part of the hashes.
    records: Vec<Sorter<u64>>,
    /// How many sampled shingles each document has.
    lengths: Vec<u32>,
}

impl Samples {
    /// Takes the samples out of the signatures, whose memory is given back.
    pub(super) fn take(signatures: &mut Signatures, is_representative: &[bool], scratch: &Scratch) -> Result<Self> {
        let lengths: Vec<u32> = (0..signatures.len() as u32).map(|doc| signatures.sample(doc).len() as u32).collect();
        let docs: Vec<u32> = (0..signatures.len() as u32).filter(|&doc| is_representative[doc as usize]).collect();
        let (part, all) = (scratch.part(PARTS), docs.iter().map(|&doc| lengths[doc as usize] as usize).sum::<usize>());
        let mut records: Vec<Sorter<u64>> = (0..PARTS).map(|_| part.sorter_of(all / PARTS * 9 / 8)).collect();
        for stretch in docs.chunks(STRETCH * rayon::current_num_threads()) {
            let split: Vec<[Vec<u64>; PARTS]> =
                stretch.par_chunks(STRETCH).map(|docs| records_by_part(docs, signatures)).collect();
            for parts in split {
                records.iter_mut().zip(parts).try_for_each(|(sorter, part)| sorter.extend(&part))?;
            }
        }
        signatures.forget_samples();
        Ok(Samples { records, lengths })
    }
}

/// The sampled hashes of some documents as records, by their upper four bits.
fn records_by_part(docs: &[u32], signatures: &Signatures) -> [Vec<u64>; PARTS] {
    let mut parts: [Vec<u64>; PARTS] = Default::default();
    for &doc in docs {
        for &hash in signatures.sample(doc) {
            let [part, key] = key(hash);
            parts[part as usize].push(record(key, doc));
        }
    }
    parts
}

/// The part and the key of a sampled hash.
pub(super) fn key(hash: u64) -> [u32; 2] {
    [(hash >> 60) as u32, (hash << 4 >> 32) as u32]
}

/// True when so many shared shingles make a pair of documents with so many sampled ones.
pub(super) fn is_enough(shared: u32, lengths: [u32; 2]) -> bool {
    shared >= SHARED || shared >= FEWEST && share(shared, lengths) >= SHARE
}

/// True when that is little of the shorter one: a passage at most, if the two are of different stories.
pub(super) fn is_passage(shared: u32, lengths: [u32; 2]) -> bool {
    share(shared, lengths) < CONTAINED
}

fn share(shared: u32, lengths: [u32; 2]) -> f32 {
    shared as f32 / lengths[0].min(lengths[1]) as f32
}

/// Pairs that share at least four sampled shingles, or a good part of a short text's few, sorted. `stories` gives
/// the story of each document.
pub(super) fn pairs(samples: Samples, corpus: &BucketContext, stories: &[u32]) -> Result<Column<u64>> {
    let Samples { records, lengths } = samples;
    pairs_of_parts(records.into_iter().map(Ok), &lengths, corpus, stories)
}

/// The same of samples that are kept elsewhere.
pub(super) fn pairs_of_kept(
    samples: &impl KeptSamples,
    corpus: &BucketContext,
    stories: &[u32],
) -> Result<Column<u64>> {
    let of_list = |number: u64, list: usize| -> Result<Vec<u64>> {
        let mut records = Vec::new();
        samples.hashes(list, number << 60, |hash, doc| {
            let [part, key] = key(hash);
            let is_of_part = u64::from(part) == number;
            if is_of_part && corpus.is_representative[doc as usize] {
                records.push(record(key, doc));
            }
            is_of_part
        })?;
        Ok(records)
    };
    let part = |number: u64| -> Result<Sorter<u64>> {
        let lists: Vec<Vec<u64>> =
            (0..samples.lists()).into_par_iter().map(|list| of_list(number, list)).collect::<Result<_>>()?;
        let mut sorter = corpus.scratch.sorter_of(lists.iter().map(Vec::len).sum());
        lists.iter().try_for_each(|records| sorter.extend(records))?;
        Ok(sorter)
    };
    pairs_of_parts((0..PARTS as u64).map(part), &samples.lengths()?, corpus, stories)
}

/// The same of the records of each part of the hashes.
fn pairs_of_parts(
    parts: impl Iterator<Item = Result<Sorter<u64>>>,
    lengths: &[u32],
    corpus: &BucketContext,
    stories: &[u32],
) -> Result<Column<u64>> {
    let mut counter = SharedCounter::new(corpus, Key::Shingle, PARTS);
    for part in parts {
        part?.finish()?.batches(key_of, |batch| counter.add(batch))?;
    }
    let lengths = |met: &Met| [lengths[met.a as usize], lengths[met.b as usize]];
    let enough = |met: &Met| is_enough(met.shared, lengths(met));
    let one_story = |met: &Met| stories[met.a as usize] == stories[met.b as usize];
    let passage_only = |met: &Met| is_passage(met.shared, lengths(met)) && !one_story(met);
    let vote = |met: &Met, doc: u32, other: u32| SampleVote {
        doc,
        story: stories[other as usize],
        missing: u32::MAX - met.shared,
        rank: corpus.rank.of(other),
        partner: other,
    };
    // A pair that shares a passage only is left out unless one of the two has no closer partner in the other's
    // story: two much reprinted stories with one quotation in common need not be compared copy by copy.
    let mut kept = corpus.scratch.sorter();
    let mut votes = corpus.scratch.sorter();
    counter.finish(
        |met| enough(&met).then_some(met),
        |met| {
            for of_one in met.chunk_by(|x, y| x.a == y.a) {
                let (passages, others): (Vec<&Met>, Vec<&Met>) = of_one.iter().partition(|met| passage_only(met));
                others.into_iter().try_for_each(|met| kept.push(pack(met.a, met.b)))?;
                let both = |met: &Met| [vote(met, met.a, met.b), vote(met, met.b, met.a)];
                passages.into_iter().flat_map(both).try_for_each(|vote| votes.push(vote))?;
            }
            Ok(())
        },
    )?;
    votes.finish()?.batches(|vote| (vote.doc, vote.story), |votes| firsts(votes, |pair| kept.push(pair)))?;
    kept.finish()?.unique()
}

/// What a document has in common with one of another story; the closest sorts first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Pod, Zeroable)]
#[repr(C)]
struct SampleVote {
    doc: u32,
    story: u32,
    missing: u32,
    rank: u32,
    partner: u32,
}

/// Calls `with` on the pair of the first vote of each document for each story. `votes` are in order.
fn firsts(votes: &[SampleVote], mut with: impl FnMut(u64) -> Result<()>) -> Result<()> {
    let pair = |vote: &SampleVote| pack(vote.doc.min(vote.partner), vote.doc.max(vote.partner));
    first_of_each(votes, |vote| (vote.doc, vote.story)).try_for_each(|vote| with(pair(vote)))
}

/// The first of each run of equal keys.
pub(super) fn first_of_each<V, K: PartialEq>(votes: &[V], key: impl Fn(&V) -> K) -> impl Iterator<Item = &V> {
    votes.chunk_by(move |x, y| key(x) == key(y)).map(|of_one| &of_one[0])
}
