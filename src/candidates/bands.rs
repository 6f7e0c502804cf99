//! Locality-sensitive hashing by bands of MinHash (Broder 1997; Leskovec, Rajaraman, Ullman, chapter 3): two
//! texts of resemblance s share at least one of b bands of r slots with probability 1 − (1 − s^r)^b. With 32
//! bands of 4: .9998 at s = .7, .87 at .5, .23 at .3, 10⁻⁵ at .02.

use super::buckets::{AlikePairs, BucketContext, Key, four_slots, key_of, record};
use super::pack;
use super::shared::SharedCounter;
use crate::error::Result;
use crate::signature::{MinHash, SLOTS, agreement};

const ROWS: usize = 4;
pub(super) const BANDS: usize = SLOTS / ROWS;

/// Pairs that meet in a band, or whose simhashes are near, and agree in less of the whole MinHash than this met by chance.
pub(super) const LEAST_AGREEMENT: f32 = 0.15;

/// What the documents of a band's bucket have in common: the slots of the band.
pub(super) fn key(minhash: &MinHash, band: usize) -> u32 {
    four_slots(minhash, band * ROWS)
}

/// Pairs that share a band.
pub(super) fn pairs(corpus: &BucketContext) -> Result<AlikePairs> {
    let signatures = corpus.signatures;
    let mut counter = SharedCounter::new(corpus, Key::Signature, BANDS);
    for band in 0..BANDS {
        let records = corpus.records(|doc| Some(record(key(signatures.minhash(doc), band), doc)))?;
        records.batches(key_of, |batch| counter.add(batch))?;
    }
    let (mut pairs, mut agreements) = (corpus.scratch.column(), corpus.scratch.column());
    counter.finish(
        |met| {
            let agreement = agreement(signatures.minhash(met.a), signatures.minhash(met.b));
            (agreement >= LEAST_AGREEMENT).then_some((pack(met.a, met.b), agreement))
        },
        |found| {
            found.iter().try_for_each(|&(pair, agreement)| {
                pairs.push(pair)?;
                agreements.push(agreement)
            })
        },
    )?;
    Ok(AlikePairs { pairs: pairs.finish()?, agreements: agreements.finish()? })
}
