//! A document in few bytes: two signatures of fixed size and a thin, positioned sample, made in one pass over
//! its shingles.

mod minhash;
mod sample;
mod simhash;

pub use minhash::{MinHash, SLOTS, agreement};
pub use sample::SAMPLE_ONE_IN;

use crate::shingle::for_each_shingle;
use minhash::MinHashBuilder;
use simhash::SimHashBuilder;
use xxhash_rust::xxh3::xxh3_64;

/// What one document is known by: 8 + 512 bytes, some 12 bytes for every eighth shingle, and two numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signature {
    /// Charikar's simhash (2002) of the shingles.
    pub simhash: u64,
    /// One-permutation MinHash of the shingles.
    pub minhash: MinHash,
    /// Sampled shingle hashes, each with the unit it begins at, in text order.
    pub sample: Vec<(u64, u32)>,
    /// How many units the body has; 0 says that there is nothing to compare.
    pub units: u32,
    /// Hash of all units in order: equal bodies are equal here.
    pub body_hash: u64,
}

/// Makes the signature of a body of units. One pass, T − 4 hashes for T units; allocates the sample only.
/// An empty body has an all-empty signature with `units` 0, which no road pairs with anything.
pub fn sign(units: &[u32]) -> Signature {
    let mut simhash = SimHashBuilder::new();
    let mut minhash = MinHashBuilder::new();
    let mut sample = Vec::with_capacity(units.len() / SAMPLE_ONE_IN as usize * 5 / 4 + 4);
    for_each_shingle(units, |hash, at| {
        simhash.add(hash);
        minhash.add(hash);
        if sample::keeps(hash) {
            sample.push((hash, at));
        }
    });
    Signature {
        simhash: simhash.finish(),
        minhash: minhash.finish(),
        sample,
        units: units.len() as u32,
        body_hash: xxh3_64(bytemuck::cast_slice(units)),
    }
}

/// Documents in one part of [`Signatures`].
const PART: usize = 1024;

/// The signatures of a corpus by document, kept in parts so that gathering them copies nothing.
#[derive(Debug, Default)]
pub struct Signatures {
    parts: Vec<Part>,
    len: usize,
}

#[derive(Debug, Default)]
struct Part {
    fixed: Vec<Fixed>,
    sample_ends: Vec<u32>,
    hashes: Vec<u64>,
    starts: Vec<u32>,
}

#[derive(Debug)]
struct Fixed {
    simhash: u64,
    body_hash: u64,
    minhash: MinHash,
    units: u32,
}

impl Signatures {
    /// Signs documents `0..len` in parallel; `sign_one` is called once for each, in no particular order.
    /// `progress` is told of every part done.
    pub fn build(len: usize, sign_one: impl Fn(u32) -> Signature + Sync, progress: impl Fn(usize) + Sync) -> Self {
        use rayon::prelude::*;
        let part = |p: usize| {
            let mut part = Part::default();
            let range = p * PART..((p + 1) * PART).min(len);
            let count = range.len();
            for doc in range {
                part.push(sign_one(doc as u32));
            }
            part.hashes.shrink_to_fit();
            part.starts.shrink_to_fit();
            progress(count);
            part
        };
        let parts = (0..len.div_ceil(PART)).into_par_iter().map(part).collect();
        Signatures { parts, len }
    }

    /// How many documents there are.
    pub fn len(&self) -> usize {
        self.len
    }

    /// True for no documents.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    fn fixed(&self, doc: u32) -> &Fixed {
        &self.parts[doc as usize / PART].fixed[doc as usize % PART]
    }

    /// A document's simhash.
    pub fn simhash(&self, doc: u32) -> u64 {
        self.fixed(doc).simhash
    }

    /// A document's MinHash.
    pub fn minhash(&self, doc: u32) -> &MinHash {
        &self.fixed(doc).minhash
    }

    /// The hash of a document's body.
    pub fn body_hash(&self, doc: u32) -> u64 {
        self.fixed(doc).body_hash
    }

    /// How many units a document's body has.
    pub fn units(&self, doc: u32) -> u32 {
        self.fixed(doc).units
    }

    /// A document's sampled hashes, in text order.
    pub fn sample(&self, doc: u32) -> &[u64] {
        let (part, range) = self.sample_range(doc);
        &part.hashes[range]
    }

    /// The units at which a document's sampled shingles begin, beside [`Signatures::sample`].
    pub fn sample_starts(&self, doc: u32) -> &[u32] {
        let (part, range) = self.sample_range(doc);
        &part.starts[range]
    }

    fn sample_range(&self, doc: u32) -> (&Part, std::ops::Range<usize>) {
        let part = &self.parts[doc as usize / PART];
        let at = doc as usize % PART;
        let start = if at == 0 { 0 } else { part.sample_ends[at - 1] as usize };
        (part, start..part.sample_ends[at] as usize)
    }
}

impl Part {
    fn push(&mut self, s: Signature) {
        self.fixed.push(Fixed { simhash: s.simhash, body_hash: s.body_hash, minhash: s.minhash, units: s.units });
        self.hashes.extend(s.sample.iter().map(|&(hash, _)| hash));
        self.starts.extend(s.sample.iter().map(|&(_, at)| at));
        self.sample_ends.push(self.hashes.len() as u32);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(seed: u32, length: u32) -> Vec<u32> {
        (0..length).map(|k| 0x4E00 + (k.wrapping_mul(2_654_435_761).wrapping_add(seed * 977)) % 3000).collect()
    }

    #[test]
    fn parts_give_back_what_was_signed() {
        let made = Signatures::build(2500, |doc| sign(&text(doc, doc % 90)), |_| {});
        for doc in [0, 1, 1023, 1024, 2499] {
            let alone = sign(&text(doc, doc % 90));
            assert_eq!(made.simhash(doc), alone.simhash);
            assert_eq!(made.minhash(doc), &alone.minhash);
            assert_eq!(made.units(doc), alone.units);
            let sample: Vec<(u64, u32)> =
                made.sample(doc).iter().copied().zip(made.sample_starts(doc).iter().copied()).collect();
            assert_eq!(sample, alone.sample);
        }
    }

    #[test]
    fn an_empty_body_has_nothing_to_compare() {
        let empty = sign(&[]);
        assert_eq!(empty.units, 0);
        assert!(empty.sample.is_empty());
    }
}
