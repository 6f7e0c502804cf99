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

/// Makes the signature of a body of units. One pass, T − 4 hashes for T units.
/// An empty body has an all-empty signature with `units` 0, which no road pairs with anything.
pub fn sign(units: &[u32]) -> Signature {
    let mut sample = Vec::new();
    let (simhash, minhash) = read_shingles(units, |hash, at| sample.push((hash, at)));
    Signature { simhash, minhash, sample, units: units.len() as u32, body_hash: body_hash(units) }
}

/// The two signatures of fixed size; `with` is given the sample.
fn read_shingles(units: &[u32], mut with: impl FnMut(u64, u32)) -> (u64, MinHash) {
    let mut simhash = SimHashBuilder::new();
    let mut minhash = MinHashBuilder::new();
    for_each_shingle(units, |hash, at| {
        simhash.add(hash);
        minhash.add(hash);
        if sample::keeps(hash) {
            with(hash, at);
        }
    });
    (simhash.finish(), minhash.finish())
}

fn body_hash(units: &[u32]) -> u64 {
    xxh3_64(bytemuck::cast_slice(units))
}

/// The signatures of a corpus by document, kept in parts so that gathering them copies nothing. The places of the
/// sampled shingles are left out.
#[derive(Debug, Default)]
pub struct Signatures {
    parts: Vec<SignaturePart>,
    len: usize,
}

/// The signatures of [`SignaturePart::DOCS`] documents that follow each other.
#[derive(Debug, Default)]
pub struct SignaturePart {
    fixed: Vec<Fixed>,
    minhashes: Vec<MinHash>,
    sample_ends: Vec<u32>,
    hashes: Vec<u64>,
}

#[derive(Debug)]
struct Fixed {
    simhash: u64,
    body_hash: u64,
    units: u32,
}

impl SignaturePart {
    /// Documents in one part; the last part of a corpus may have fewer.
    pub const DOCS: usize = 1024;

    /// Signs the next document of the part.
    pub fn sign(&mut self, units: &[u32]) {
        let hashes = &mut self.hashes;
        let (simhash, minhash) = read_shingles(units, |hash, _| hashes.push(hash));
        self.sample_ends.push(self.hashes.len() as u32);
        self.minhashes.push(minhash);
        self.fixed.push(Fixed { simhash, body_hash: body_hash(units), units: units.len() as u32 });
    }
}

impl Signatures {
    /// Puts the parts of a corpus together.
    pub fn from_parts(mut parts: Vec<SignaturePart>) -> Self {
        parts.iter_mut().for_each(|part| part.hashes.shrink_to_fit());
        Signatures { len: parts.iter().map(|part| part.fixed.len()).sum(), parts }
    }

    /// Gives back the memory of MinHashes and samples, when candidates are found and no one will ask for them any
    /// more. Asking for them later panics.
    pub fn forget_sketches(&mut self) {
        for part in &mut self.parts {
            (part.minhashes, part.hashes, part.sample_ends) = (Vec::new(), Vec::new(), Vec::new());
        }
    }

    /// Gives back the memory of the samples alone.
    pub fn forget_samples(&mut self) {
        self.parts.iter_mut().for_each(|part| (part.hashes, part.sample_ends) = (Vec::new(), Vec::new()));
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
        &self.parts[doc as usize / SignaturePart::DOCS].fixed[doc as usize % SignaturePart::DOCS]
    }

    /// A document's simhash.
    pub fn simhash(&self, doc: u32) -> u64 {
        self.fixed(doc).simhash
    }

    /// A document's MinHash.
    pub fn minhash(&self, doc: u32) -> &MinHash {
        &self.parts[doc as usize / SignaturePart::DOCS].minhashes[doc as usize % SignaturePart::DOCS]
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
        let part = &self.parts[doc as usize / SignaturePart::DOCS];
        let at = doc as usize % SignaturePart::DOCS;
        let start = if at == 0 { 0 } else { part.sample_ends[at - 1] as usize };
        &part.hashes[start..part.sample_ends[at] as usize]
    }
}

/// The signatures of some bodies.
#[cfg(test)]
pub(crate) fn signed(bodies: impl IntoIterator<Item = Vec<u32>>) -> Signatures {
    let bodies: Vec<Vec<u32>> = bodies.into_iter().collect();
    let part = |bodies: &[Vec<u32>]| {
        let mut part = SignaturePart::default();
        bodies.iter().for_each(|units| part.sign(units));
        part
    };
    Signatures::from_parts(bodies.chunks(SignaturePart::DOCS).map(part).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(seed: u32, length: u32) -> Vec<u32> {
        (0..length).map(|k| 0x4E00 + (k.wrapping_mul(2_654_435_761).wrapping_add(seed * 977)) % 3000).collect()
    }

    #[test]
    fn parts_give_back_what_was_signed() {
        let made = signed((0..2500).map(|doc| text(doc, doc % 90)));
        for doc in [0, 1, 1023, 1024, 2499] {
            let alone = sign(&text(doc, doc % 90));
            assert_eq!(made.simhash(doc), alone.simhash);
            assert_eq!(made.minhash(doc), &alone.minhash);
            assert_eq!(made.units(doc), alone.units);
            assert!(made.sample(doc).iter().eq(alone.sample.iter().map(|(hash, _)| hash)));
        }
    }

    #[test]
    fn an_empty_body_has_nothing_to_compare() {
        let empty = sign(&[]);
        assert_eq!(empty.units, 0);
        assert!(empty.sample.is_empty());
    }
}
