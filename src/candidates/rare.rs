//! Texts that share several sampled shingles: the road for cut copies, embedded pieces and passages, whose
//! resemblance is low although one text holds the other.

use super::buckets::{Rank, settle};
use super::pack;
use super::shared::{self, Buckets, joined};
use crate::signature::Signatures;
use rayon::prelude::*;

/// The sample is sorted in this many parts by hash, to bound memory.
const PARTS: usize = 16;
/// Shared sampled shingles that make a pair: some 32 shingles, a long sentence.
const SHARED: u32 = 4;
/// Fewer make a pair when they are this much of the shorter text's sample, and two at least.
const SHARE: f32 = 0.3;
const FEWEST: u32 = 2;

/// Pages of different stories that share less than this of the shorter one's sample share a passage at most; of
/// those a page needs only its closest in each other story.
const CONTAINED: f32 = 0.3;

/// The samples of a corpus as this road wants them.
pub(super) struct Samples {
    /// By part of the hashes, and within that by stretches of documents.
    records: Vec<Vec<Vec<u64>>>,
    /// How many sampled shingles each document has.
    lengths: Vec<u32>,
}

impl Samples {
    /// Takes the samples out of the signatures, whose memory is given back.
    pub(super) fn take(signatures: &mut Signatures, stands: &[bool]) -> Self {
        let lengths = (0..signatures.len() as u32).map(|doc| signatures.sample(doc).len() as u32).collect();
        let records = records_by_part(signatures, stands);
        signatures.forget_samples();
        Samples { records, lengths }
    }
}

/// Pairs that share at least four sampled shingles, or a good part of a short text's few, sorted. `stories` gives
/// the story of each document.
pub(super) fn pairs(samples: Samples, signatures: &Signatures, rank: &Rank, stories: &[u32]) -> Vec<u64> {
    let Samples { records, lengths } = samples;
    let part = |stretches: Vec<Vec<u64>>| Buckets::of(joined(stretches), signatures, rank);
    let parts = records.into_par_iter().map(part).collect();
    let found = shared::pairs(parts, signatures.len(), |a, b, shared| {
        let share = shared as f32 / lengths[a as usize].min(lengths[b as usize]) as f32;
        let passage_only = share < CONTAINED && stories[a as usize] != stories[b as usize];
        (shared >= SHARED || shared >= FEWEST && share >= SHARE).then_some(Found { a, b, shared, passage_only })
    });
    closest_of_each_story(found, rank, stories)
}

/// The sampled hashes as records, by their upper four bits, and within that by stretches of documents. The part and
/// 32 bits more tell shingles apart well enough: a pair must share several.
fn records_by_part(signatures: &Signatures, stands: &[bool]) -> Vec<Vec<Vec<u64>>> {
    let docs: Vec<u32> = (0..signatures.len() as u32).filter(|&doc| stands[doc as usize]).collect();
    let split = |docs: &[u32]| {
        let mut parts: [Vec<u64>; PARTS] = Default::default();
        for &doc in docs {
            for &hash in signatures.sample(doc) {
                parts[(hash >> 60) as usize].push(hash << 4 >> 32 << 32 | u64::from(doc));
            }
        }
        parts
    };
    let stretches: Vec<[Vec<u64>; PARTS]> = docs.par_chunks(8192).map(split).collect();
    let mut by_part: Vec<Vec<Vec<u64>>> = (0..PARTS).map(|_| Vec::with_capacity(stretches.len())).collect();
    for stretch in stretches {
        by_part.iter_mut().zip(stretch).for_each(|(part, records)| part.push(records));
    }
    by_part
}

/// A pair and how many sampled shingles it shares.
#[derive(Clone, Copy)]
struct Found {
    a: u32,
    b: u32,
    shared: u32,
    passage_only: bool,
}

/// Leaves out pairs that share a passage only when each of the two has a closer partner in the other's story:
/// two much reprinted stories with one quotation in common need not be compared copy by copy.
fn closest_of_each_story(found: Vec<Found>, rank: &Rank, stories: &[u32]) -> Vec<u64> {
    let vote = |f: &Found, doc: u32, other: u32| Vote {
        doc,
        story: stories[other as usize],
        missing: u32::MAX - f.shared,
        rank: rank.of(other),
        pair: pack(f.a, f.b),
    };
    let passages = || found.iter().filter(|f| f.passage_only);
    // The pairs come sorted by their lesser document, so its votes need no list of all.
    let mut kept: Vec<u64> = Vec::new();
    for of_one in found.chunk_by(|x, y| x.a == y.a) {
        let passages = of_one.iter().filter(|f| f.passage_only);
        kept.extend(firsts(passages.map(|f| vote(f, f.a, f.b)).collect()));
    }
    kept.extend(firsts(passages().map(|f| vote(f, f.b, f.a)).collect()));
    kept.extend(found.iter().filter(|f| !f.passage_only).map(|f| pack(f.a, f.b)));
    settle(kept)
}

/// The pair of the first vote of each document for each story.
fn firsts(mut votes: Vec<Vote>) -> Vec<u64> {
    votes.par_sort_unstable();
    votes.chunk_by(|x, y| (x.doc, x.story) == (y.doc, y.story)).map(|of_one| of_one[0].pair).collect()
}

/// What a document has in common with one of another story; the closest sorts first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Vote {
    doc: u32,
    story: u32,
    missing: u32,
    rank: u32,
    pair: u64,
}
