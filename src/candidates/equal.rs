//! Documents whose bodies are equal, unit for unit.

use super::buckets::BucketRank;
use super::{DocId, Pair};
use crate::error::Result;
use crate::signature::Signatures;
use crate::storage::{Column, Scratch};

/// Pairs every document with the first-ranking one of equal body, and says which documents stand for
/// themselves: those without an equal, and the first-ranking of equals. Empty bodies stand for nothing.
pub(super) fn pairs(signatures: &Signatures, rank: &BucketRank, scratch: &Scratch) -> Result<(Column<u64>, Vec<bool>)> {
    let mut is_representative: Vec<bool> = (0..signatures.len() as u32).map(|doc| signatures.units(doc) > 0).collect();
    let mut records = scratch.sorter_of::<[u32; 3]>(signatures.len());
    for doc in (0..signatures.len() as u32).filter(|&doc| is_representative[doc as usize]) {
        let hash = signatures.body_hash(doc);
        records.push([(hash >> 32) as u32, hash as u32, doc])?;
    }
    let hash = |record: &[u32; 3]| (record[0], record[1]);
    let mut out = scratch.sorter();
    records.finish()?.batches(hash, |batch| {
        for equals in batch.chunk_by(|x, y| hash(x) == hash(y)).filter(|equals| equals.len() > 1) {
            let docs = || equals.iter().map(|record| record[2]);
            let first = docs().min_by_key(|&doc| rank.of(doc)).unwrap_or(equals[0][2]);
            for doc in docs().filter(|&doc| doc != first) {
                is_representative[doc as usize] = false;
                out.push(Pair::new(DocId(first), DocId(doc)).packed())?;
            }
        }
        Ok(())
    })?;
    Ok((out.finish()?.unique()?, is_representative))
}
