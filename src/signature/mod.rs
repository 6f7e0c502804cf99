//! A document in few bytes: two signatures of fixed size and a thin, positioned sample, made in one pass over
//! its shingles.

mod minhash;
mod sample;
mod simhash;

pub use minhash::{MinHash, SLOTS, agreement};
pub use sample::SAMPLE_ONE_IN;

use crate::clean::{FurnitureModel, GroupKeys, clean};
use crate::error::Result;
use crate::shingle::for_each_shingle;
use crate::storage::stage_files::{StageReader, StageWriter};
use crate::storage::{Column, ColumnWriter, Scratch};
use bytemuck::{Pod, Zeroable};
use minhash::MinHashBuilder;
use simhash::SimHashBuilder;
use xxhash_rust::xxh3::xxh3_64;

/// What one document is known by: 8 + 128 bytes, some 12 bytes for every eighth shingle, and two numbers.
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

/// Makes the signature of a text, of what cleaning takes for the body of its article.
pub fn sketch(text: &str) -> Signature {
    sign(&clean(text, None, &FurnitureModel::default(), GroupKeys::default()).body.ids)
}

/// Makes the signature of a body of units. One pass, T − 4 hashes for T units.
/// An empty body has an all-empty signature with `units` 0, which no source pairs with anything.
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

/// The signatures of a corpus by document. The places of the sampled shingles are left out.
#[derive(Debug, Default)]
pub struct Signatures {
    fixed: Column<Fixed>,
    minhashes: Column<MinHash>,
    sample_ends: Column<u64>,
    hashes: Column<u64>,
    /// MinHashes and samples will be asked for again.
    are_kept: bool,
}

/// The signatures of some documents that follow each other.
#[derive(Debug, Default)]
pub struct SignaturePart {
    fixed: Vec<Fixed>,
    minhashes: Vec<MinHash>,
    sample_lengths: Vec<u32>,
    hashes: Vec<u64>,
}

#[derive(Clone, Copy, Debug, Pod, Zeroable)]
#[repr(C)]
struct Fixed {
    simhash: u64,
    body_hash: u64,
    units: u32,
    /// Nothing; rows in a file have no holes.
    unused: u32,
}

impl SignaturePart {
    /// Signs the next document of the part.
    pub fn sign(&mut self, units: &[u32]) {
        let (before, hashes) = (self.hashes.len(), &mut self.hashes);
        let (simhash, minhash) = read_shingles(units, |hash, _| hashes.push(hash));
        self.sample_lengths.push((self.hashes.len() - before) as u32);
        self.minhashes.push(minhash);
        self.fixed.push(Fixed { simhash, body_hash: body_hash(units), units: units.len() as u32, unused: 0 });
    }
}

impl SignaturePart {
    /// Adds the next document without its MinHash and sample.
    pub(crate) fn hash(&mut self, units: &[u32]) {
        self.push_known(body_hash(units), units.len() as u32);
    }

    /// Adds the next document as another run signed it that kept its sketches.
    pub(crate) fn push_signed(&mut self, signatures: &Signatures, doc: u32) {
        let sample = signatures.sample(doc);
        self.sample_lengths.push(sample.len() as u32);
        self.hashes.extend_from_slice(sample);
        self.minhashes.push(*signatures.minhash(doc));
        self.fixed.push(signatures.fixed[doc as usize]);
    }

    /// Adds the next document as another run signed it, without its MinHash and sample.
    pub(crate) fn push_known(&mut self, body_hash: u64, units: u32) {
        self.sample_lengths.push(0);
        self.fixed.push(Fixed { simhash: 0, body_hash, units, unused: 0 });
    }
}

/// A document's signature as an index keeps it, its sample left out.
#[derive(Clone, Copy, Debug)]
pub(crate) struct StoredSignature {
    /// The simhash.
    pub simhash: u64,
    /// The hash of the body.
    pub body_hash: u64,
    /// Units of the body.
    pub units: u32,
    /// Sampled shingles.
    pub samples: u32,
}

/// Signatures being gathered, part by part in the order of the documents.
pub struct SignatureWriter {
    /// How many there will be.
    documents: usize,
    fixed: ColumnWriter<Fixed>,
    minhashes: ColumnWriter<MinHash>,
    sample_ends: ColumnWriter<u64>,
    hashes: ColumnWriter<u64>,
}

impl SignatureWriter {
    /// No signatures yet, of `documents` that there will be.
    pub fn new(documents: usize, scratch: &Scratch) -> Self {
        SignatureWriter {
            documents,
            fixed: scratch.column_of(documents),
            minhashes: scratch.column_of(documents),
            sample_ends: scratch.column_of(documents),
            hashes: scratch.column(),
        }
    }

    /// Adds the next documents.
    pub fn append(&mut self, part: &SignaturePart) -> Result<()> {
        self.hashes.expect_like(part.hashes.len(), part.fixed.len(), self.documents);
        let mut end = self.hashes.len() as u64;
        for &length in &part.sample_lengths {
            end += u64::from(length);
            self.sample_ends.push(end)?;
        }
        self.hashes.extend(&part.hashes)?;
        self.minhashes.extend(&part.minhashes)?;
        self.fixed.extend(&part.fixed)
    }

    /// Adds the next documents as an index keeps them, without their samples.
    pub(crate) fn append_stored(
        &mut self,
        signatures: impl Iterator<Item = StoredSignature>,
        minhashes: &[MinHash],
    ) -> Result<()> {
        for StoredSignature { simhash, body_hash, units, .. } in signatures {
            self.sample_ends.push(self.hashes.len() as u64)?;
            self.fixed.push(Fixed { simhash, body_hash, units, unused: 0 })?;
        }
        self.minhashes.extend(minhashes)
    }

    /// All signatures.
    pub fn finish(self) -> Result<Signatures> {
        Ok(Signatures {
            fixed: self.fixed.finish()?,
            minhashes: self.minhashes.finish()?,
            sample_ends: self.sample_ends.finish()?,
            hashes: self.hashes.finish()?,
            are_kept: false,
        })
    }
}

impl Signatures {
    /// Keeps MinHashes and samples, which would be forgotten else, for another run.
    pub(crate) fn keep_sketches(&mut self) {
        self.are_kept = true;
    }

    /// True when MinHashes and samples are kept.
    pub(crate) fn has_sketches(&self) -> bool {
        self.are_kept
    }

    /// Gives back the memory of MinHashes and samples, when candidates are found and no one will ask for them any
    /// more. Asking for them later panics.
    pub fn forget_sketches(&mut self) {
        if !self.are_kept {
            self.minhashes = Column::default();
        }
        self.forget_samples();
    }

    /// Gives back the memory of the samples alone.
    pub fn forget_samples(&mut self) {
        if !self.are_kept {
            (self.hashes, self.sample_ends) = (Column::default(), Column::default());
        }
    }

    /// Writes all signatures to the file of a stage.
    pub(crate) fn save(&self, to: &mut StageWriter) -> Result<()> {
        to.column(&self.fixed)?;
        to.column(&self.minhashes)?;
        to.column(&self.sample_ends)?;
        to.column(&self.hashes)
    }

    /// Reads what [`Signatures::save`] wrote.
    pub(crate) fn load(from: &mut StageReader) -> Result<Self> {
        Ok(Signatures {
            fixed: from.column()?,
            minhashes: from.column()?,
            sample_ends: from.column()?,
            hashes: from.column()?,
            are_kept: false,
        })
    }

    /// How many documents there are.
    pub fn len(&self) -> usize {
        self.fixed.len()
    }

    /// True for no documents.
    pub fn is_empty(&self) -> bool {
        self.fixed.is_empty()
    }

    /// A document's signature as an index keeps it.
    pub(crate) fn stored(&self, doc: u32) -> StoredSignature {
        StoredSignature {
            simhash: self.simhash(doc),
            body_hash: self.body_hash(doc),
            units: self.units(doc),
            samples: self.sample(doc).len() as u32,
        }
    }

    /// A document's simhash.
    pub fn simhash(&self, doc: u32) -> u64 {
        self.fixed[doc as usize].simhash
    }

    /// A document's MinHash.
    pub fn minhash(&self, doc: u32) -> &MinHash {
        &self.minhashes[doc as usize]
    }

    /// The hash of a document's body.
    pub fn body_hash(&self, doc: u32) -> u64 {
        self.fixed[doc as usize].body_hash
    }

    /// How many units a document's body has.
    pub fn units(&self, doc: u32) -> u32 {
        self.fixed[doc as usize].units
    }

    /// A document's sampled hashes, in text order.
    pub fn sample(&self, doc: u32) -> &[u64] {
        let start = if doc == 0 { 0 } else { self.sample_ends[doc as usize - 1] };
        &self.hashes[start as usize..self.sample_ends[doc as usize] as usize]
    }
}

/// The signatures of some bodies.
#[cfg(test)]
pub(crate) fn signed(bodies: impl IntoIterator<Item = Vec<u32>>) -> Signatures {
    let mut part = SignaturePart::default();
    bodies.into_iter().for_each(|units| part.sign(&units));
    let mut writer = SignatureWriter::new(0, &Scratch::default());
    writer.append(&part).and_then(|()| writer.finish()).unwrap()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(seed: u32, length: u32) -> Vec<u32> {
        (0..length).map(|k| 0x4E00 + (k.wrapping_mul(2_654_435_761).wrapping_add(seed * 977)) % 3000).collect()
    }

    #[test]
    fn columns_give_back_what_was_signed() {
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
