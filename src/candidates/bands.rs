//! Locality-sensitive hashing by bands of MinHash (Broder 1997; Leskovec, Rajaraman, Ullman, chapter 3): two
//! texts of resemblance s share at least one of b bands of r slots with probability 1 − (1 − s^r)^b. With 32
//! bands of 4: .9998 at s = .7, .87 at .5, .23 at .3, 10⁻⁵ at .02.

use super::buckets::{BucketContext, Key, four_slots, key_of, record};
use super::pack;
use super::shared::SharedCounter;
use crate::error::Result;
use crate::signature::{MinHash, SLOTS, agreement};
use crate::storage::Column;
use rayon::prelude::*;

const ROWS: usize = 4;
pub(super) const BANDS: usize = SLOTS / ROWS;

/// Pairs that meet in a band and agree in less of the whole signature than this met by chance.
pub(super) const LEAST_AGREEMENT: f32 = 0.15;

/// What the documents of a band's bucket have in common: the slots of the band.
pub(super) fn key(minhash: &MinHash, band: usize) -> u32 {
    four_slots(minhash, band * ROWS)
}

/// Pairs that share a band, sorted.
pub(super) fn pairs(corpus: &BucketContext) -> Result<Column<u64>> {
    let signatures = corpus.signatures;
    let mut counter = SharedCounter::new(corpus, Key::Signature, BANDS);
    for band in 0..BANDS {
        let records = corpus.records(|doc| Some(record(key(signatures.minhash(doc), band), doc)))?;
        records.batches(key_of, |batch| counter.add(batch))?;
    }
    let agrees = |a: u32, b: u32| agreement(signatures.minhash(a), signatures.minhash(b)) >= LEAST_AGREEMENT;
    let mut pairs = corpus.scratch.column();
    counter.finish(
        |met| agrees(met.a, met.b),
        |met| {
            let packed: Vec<u64> = met.par_iter().map(|met| pack(met.a, met.b)).collect();
            pairs.extend(&packed)
        },
    )?;
    pairs.finish()
}
