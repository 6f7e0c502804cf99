//! Locality-sensitive hashing by bands of MinHash (Broder 1997; Leskovec, Rajaraman, Ullman, chapter 3): two
//! texts of resemblance s share at least one of b bands of r slots with probability 1 − (1 − s^r)^b. With 32
//! bands of 4: .9998 at s = .7, .87 at .5, .23 at .3, 10⁻⁵ at .02.

use super::buckets::Rank;
use super::pack;
use super::shared::{self, Buckets};
use crate::signature::{SLOTS, Signatures, agreement};
use rayon::prelude::*;
use xxhash_rust::xxh3::xxh3_64;

const ROWS: usize = 4;
const BANDS: usize = SLOTS / ROWS;

/// Pairs that meet in a band and agree in less of the whole signature than this met by chance.
const LEAST_AGREEMENT: f32 = 0.15;

/// Pairs that share a band, sorted.
pub(super) fn pairs(signatures: &Signatures, stands: &[bool], rank: &Rank) -> Vec<u64> {
    let band = |band: usize| {
        let rows = band * ROWS..(band + 1) * ROWS;
        let key = |doc: u32| xxh3_64(bytemuck::cast_slice(&signatures.minhash(doc).0[rows.clone()]));
        let docs = (0..signatures.len() as u32).filter(|&doc| stands[doc as usize]);
        // Half of a hash is key enough: who meets by chance does not agree in the rest of the signature.
        let records = docs.map(|doc| key(doc) >> 32 << 32 | u64::from(doc)).collect();
        Buckets::of(records, signatures, rank)
    };
    let bands = (0..BANDS).into_par_iter().map(band).collect();
    let agrees = |a: u32, b: u32| agreement(signatures.minhash(a), signatures.minhash(b)) >= LEAST_AGREEMENT;
    shared::pairs(bands, signatures.len(), |a, b, _| agrees(a, b).then(|| pack(a, b)))
}
