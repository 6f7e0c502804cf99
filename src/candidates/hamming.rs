//! Texts whose simhashes differ in at most three bits (Manku, Jain, Das Sarma 2007): of four 16-bit blocks one
//! at least is then equal.

use super::buckets::{Rank, for_each_bucket, pairs_of, settle};
use super::{DocId, Pair};
use crate::signature::Signatures;
use rayon::prelude::*;

const BLOCKS: u32 = 4;
const MOST_BITS: u32 = 3;
/// Blocks shared by more documents than this are compared near their neighbours only.
const HUGE: usize = 2000;

/// Pairs within three bits, sorted. Texts of one shingle are left out: their simhash is that one hash.
pub(super) fn pairs(signatures: &Signatures, stands: &[bool], rank: &Rank) -> Vec<u64> {
    let near = |x: u32, y: u32| (signatures.simhash(x) ^ signatures.simhash(y)).count_ones() <= MOST_BITS;
    let block = |block: u32| {
        let key = |doc: u32| (signatures.simhash(doc) >> (16 * block)) as u16;
        let mut records: Vec<(u16, u32)> = (0..signatures.len() as u32)
            .filter(|&doc| stands[doc as usize] && signatures.units(doc) > 8)
            .map(|doc| (key(doc), doc))
            .collect();
        let mut out = Vec::new();
        for_each_bucket(&mut records, |bucket| {
            if bucket.len() > HUGE {
                pairs_of(bucket.iter().map(|b| b.1).collect(), signatures, rank, |x, y| {
                    out.extend(near(x, y).then(|| Pair::new(DocId(x), DocId(y)).packed()));
                });
                return;
            }
            for (k, &(_, x)) in bucket.iter().enumerate() {
                let close = bucket[..k].iter().filter(|&&(_, y)| near(x, y));
                out.extend(close.map(|&(_, y)| Pair::new(DocId(x), DocId(y)).packed()));
            }
        });
        settle(out)
    };
    settle((0..BLOCKS).into_par_iter().flat_map_iter(block).collect())
}
