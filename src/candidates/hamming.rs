//! Texts whose simhashes differ in at most three bits (Manku, Jain, Das Sarma 2007): of four 16-bit blocks one
//! at least is then equal. What a text repeats weighs most in its simhash, so texts that repeat one sentence and share nothing
//! else are near; a pair must agree in some of its MinHashes, too, which count every shingle once.

use super::bands::LEAST_AGREEMENT;
use super::buckets::{BucketContext, Key, key_of, pairs_of, record};
use super::{DocId, Pair};
use crate::error::Result;
use crate::signature::agreement;
use crate::storage::{Column, split};
use rayon::prelude::*;

pub(super) const BLOCKS: u32 = 4;
const MOST_BITS: u32 = 3;
/// Blocks shared by more documents than this are compared near their neighbours only.
pub(super) const HUGE: usize = 2000;
/// Texts of so few units have one shingle or little more, and their simhash is that one hash.
pub(super) const SHORT: u32 = 8;

/// A block of a simhash: what the documents of its bucket have in common.
pub(super) fn key(simhash: u64, block: u32) -> u32 {
    u32::from((simhash >> (16 * block)) as u16)
}

/// True for simhashes that differ in few bits.
pub(super) fn are_near(x: u64, y: u64) -> bool {
    (x ^ y).count_ones() <= MOST_BITS
}

/// Pairs within three bits, sorted.
pub(super) fn pairs(corpus: &BucketContext) -> Result<Column<u64>> {
    let signatures = corpus.signatures;
    let mut out = corpus.scratch.sorter();
    for block in 0..BLOCKS {
        let long = |doc: u32| signatures.units(doc) > SHORT;
        let records = corpus.records(|doc| long(doc).then(|| record(key(signatures.simhash(doc), block), doc)))?;
        records.batches(key_of, |batch| {
            let parts = split(batch, 4 * rayon::current_num_threads(), |x, y| key_of(x) == key_of(y));
            let found: Vec<Vec<u64>> = parts.into_par_iter().map(|part| pairs_of_part(part, corpus)).collect();
            found.iter().try_for_each(|pairs| out.extend(pairs))
        })?;
    }
    out.finish()?.unique()
}

/// The pairs of some whole buckets.
fn pairs_of_part(records: &[u64], corpus: &BucketContext) -> Vec<u64> {
    let signatures = corpus.signatures;
    let agree = |x: u32, y: u32| agreement(signatures.minhash(x), signatures.minhash(y)) >= LEAST_AGREEMENT;
    let (mut out, mut simhashes) = (Vec::new(), Vec::new());
    for bucket in records.chunk_by(|x, y| key_of(x) == key_of(y)) {
        let mut propose = |x: u32, y: u32| out.extend(agree(x, y).then(|| Pair::new(DocId(x), DocId(y)).packed()));
        let docs = bucket.iter().map(|&record| record as u32);
        if bucket.len() > HUGE {
            pairs_of(Key::Signature, docs, &corpus.sort_key(), |x, y| {
                if are_near(signatures.simhash(x), signatures.simhash(y)) {
                    propose(x, y);
                }
            });
            continue;
        }
        // Side by side, for each is compared with all others.
        simhashes.clear();
        simhashes.extend(docs.map(|doc| (signatures.simhash(doc), doc)));
        for (k, &(simhash, x)) in simhashes.iter().enumerate() {
            let near = simhashes[..k].iter().filter(|(other, _)| are_near(simhash, *other));
            near.for_each(|&(_, y)| propose(x, y));
        }
    }
    out
}
