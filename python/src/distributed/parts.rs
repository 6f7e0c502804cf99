//! Pages and pairs that come together part by part.

use super::columns::{bytes, flags, ints, longs, order, texts};
use super::{Made, Step};
use crate::errors::Wrong;
use arrow_array::{Array, BinaryArray, Int32Array, Int64Array, RecordBatch, StringArray};
use tonggao::distributed::{SetMember, SketchedPage};

/// Pages on rows; what is not wanted of them may be empty.
pub(super) struct PageRows {
    keys: Int64Array,
    lines: StringArray,
    body_hashes: Int64Array,
    units: Int32Array,
    spans: BinaryArray,
    facts: BinaryArray,
}

impl PageRows {
    pub(super) fn of(rows: &RecordBatch) -> Result<Self, Wrong> {
        Ok(PageRows {
            keys: longs(rows, "a")?,
            lines: texts(rows, "line")?,
            body_hashes: longs(rows, "body_hash")?,
            units: ints(rows, "units")?,
            spans: bytes(rows, "spans")?,
            facts: bytes(rows, "facts")?,
        })
    }

    pub(super) fn page(&self, row: usize) -> SketchedPage {
        SketchedPage {
            order: order(self.keys.value(row)),
            line: self.lines.value(row).to_owned(),
            body_hash: self.body_hashes.value(row) as u64,
            units: self.units.value(row) as u32,
            spans: self.spans.value(row).chunks_exact(8).map(bytemuck::pod_read_unaligned).collect(),
            facts: self.facts.value(row).to_vec(),
        }
    }
}

/// What a round makes of a whole part.
pub(super) trait OfPart: Send {
    /// Makes rows of the pages of a part and of its pairs, which may have matches.
    fn make(&mut self, members: Vec<SetMember>, pairs: Vec<([u64; 2], Vec<u8>)>) -> Result<RecordBatch, Wrong>;
}

/// Rows in, sorted by part and tag: pages have tag 0 and their key in `a`, pairs have tag 1. What is not wanted of a
/// page may be empty. Holds one part.
pub(super) struct Parts<M> {
    maker: M,
    part: i64,
    members: Vec<SetMember>,
    pairs: Vec<([u64; 2], Vec<u8>)>,
}

impl<M: OfPart> Parts<M> {
    pub(super) fn new(maker: M) -> Self {
        Parts { maker, part: -1, members: Vec::new(), pairs: Vec::new() }
    }

    fn end_part(&mut self, made: &mut Vec<RecordBatch>) -> Result<(), Wrong> {
        let (members, pairs) = (std::mem::take(&mut self.members), std::mem::take(&mut self.pairs));
        if !members.is_empty() {
            made.push(self.maker.make(members, pairs)?);
        }
        Ok(())
    }
}

impl<M: OfPart> Step for Parts<M> {
    fn add(&mut self, rows: &RecordBatch) -> Made {
        let (parts, tags, a, b) = (longs(rows, "part")?, ints(rows, "tag")?, longs(rows, "a")?, longs(rows, "b")?);
        let pages = PageRows::of(rows)?;
        let (matches, sets, medoids) = (bytes(rows, "match")?, longs(rows, "set")?, flags(rows, "medoid")?);
        let mut made = Vec::new();
        for row in 0..rows.num_rows() {
            if parts.value(row) != self.part {
                self.end_part(&mut made)?;
                self.part = parts.value(row);
            }
            if tags.value(row) == 0 {
                self.members.push(SetMember {
                    page: pages.page(row),
                    set: order(sets.value(row)),
                    is_medoid: medoids.is_valid(row) && medoids.value(row),
                });
            } else {
                self.pairs.push(([order(a.value(row)), order(b.value(row))], matches.value(row).to_vec()));
            }
        }
        Ok(made)
    }

    fn finish(&mut self) -> Made {
        let mut made = Vec::new();
        self.end_part(&mut made)?;
        Ok(made)
    }
}
