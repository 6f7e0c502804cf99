//! Rounds from buckets to pairs, and from pairs to components.

use super::columns::{Cell, FLAG, INT, LONG, Rows, bytes, ints, key, longs, order, schema};
use super::{Made, Step};
use arrow_array::RecordBatch;
use arrow_schema::{ArrowError, SchemaRef};
use rustc_hash::FxHashMap;
use tonggao::distributed::Forest;
use tonggao::stages::candidates::partitions::{BucketMember, Meeting, Proposal, pairs_of_bucket};
use tonggao::stages::signature::MinHash;

/// Buckets in, row by row, sorted by bucket and key; pairs that meet out, each with what its buckets here say.
#[derive(Default)]
pub(super) struct MeetStep {
    bucket: u64,
    members: Vec<BucketMember>,
    met: FxHashMap<(u64, u64), Meeting>,
}

/// Pairs that are counted before they are handed on.
const COUNTED: usize = 1 << 20;

pub(super) fn meet_schema() -> SchemaRef {
    schema([("a", LONG), ("b", LONG), ("band", INT), ("near", INT), ("shared", INT)])
}

impl MeetStep {
    fn end_bucket(&mut self) {
        let MeetStep { bucket, members, met } = self;
        if members.len() > 1 {
            pairs_of_bucket(*bucket, members, |x, y, meeting| {
                let count = met.entry((x.order.min(y.order), x.order.max(y.order))).or_default();
                count.band |= meeting.band;
                count.near |= meeting.near;
                count.shared += meeting.shared;
            });
        }
        members.clear();
    }

    fn hand_on(&mut self) -> Result<RecordBatch, ArrowError> {
        let mut rows = Rows::new(meet_schema());
        for ((a, b), meeting) in self.met.drain() {
            rows.push(&[
                Cell::Long(key(a)),
                Cell::Long(key(b)),
                Cell::Int(meeting.band.into()),
                Cell::Int(meeting.near.into()),
                Cell::Int(meeting.shared as i32),
            ]);
        }
        rows.finish()
    }
}

impl Step for MeetStep {
    fn add(&mut self, rows: &RecordBatch) -> Made {
        let (buckets, keys, units) = (longs(rows, "bucket")?, longs(rows, "key")?, ints(rows, "units")?);
        let (slots, simhashes) = (longs(rows, "slots")?, longs(rows, "simhash")?);
        let mut made = Vec::new();
        for row in 0..rows.num_rows() {
            let bucket = buckets.value(row) as u64;
            if bucket != self.bucket {
                self.end_bucket();
                self.bucket = bucket;
                if self.met.len() > COUNTED {
                    made.push(self.hand_on()?);
                }
            }
            let slots = slots.value(row) as u64;
            self.members.push(BucketMember {
                order: order(keys.value(row)),
                units: units.value(row) as u32,
                slots: [(slots >> 32) as u32, slots as u32],
                simhash: simhashes.value(row) as u64,
            });
        }
        Ok(made)
    }

    fn finish(&mut self) -> Made {
        self.end_bucket();
        Ok(vec![self.hand_on()?])
    }
}

/// Pairs in, each once, with the MinHashes and samples of both; those that are proposed out.
pub(super) struct ProposeStep;

pub(super) fn propose_schema() -> SchemaRef {
    schema([
        ("a", LONG),
        ("b", LONG),
        ("alike", FLAG),
        ("copy", FLAG),
        ("enough", FLAG),
        ("passage", FLAG),
        ("shared", INT),
        ("apart", INT),
        ("units_a", INT),
        ("units_b", INT),
    ])
}

impl Step for ProposeStep {
    fn add(&mut self, rows: &RecordBatch) -> Made {
        let (a, b) = (longs(rows, "a")?, longs(rows, "b")?);
        let [band, near, shared] = ["band", "near", "shared"].map(|name| ints(rows, name));
        let (band, near, shared) = (band?, near?, shared?);
        let minhashes = [bytes(rows, "minhash_a")?, bytes(rows, "minhash_b")?];
        let samples = [ints(rows, "samples_a")?, ints(rows, "samples_b")?];
        let units = [ints(rows, "units_a")?, ints(rows, "units_b")?];
        let mut out = Rows::new(propose_schema());
        for row in 0..rows.num_rows() {
            let mut both = [MinHash([0; tonggao::stages::signature::SLOTS]); 2];
            for (minhash, column) in both.iter_mut().zip(&minhashes) {
                let wrong = || ArrowError::InvalidArgumentError("a MinHash is cut".into());
                *minhash = bytemuck::try_pod_read_unaligned(column.value(row)).map_err(|_| wrong())?;
            }
            let meeting =
                Meeting { band: band.value(row) > 0, near: near.value(row) > 0, shared: shared.value(row) as u32 };
            let samples = [samples[0].value(row) as u32, samples[1].value(row) as u32];
            let proposal = Proposal::new(meeting, [&both[0], &both[1]], samples);
            if proposal.is_alike() || proposal.shares_enough() {
                out.push(&[
                    Cell::Long(a.value(row)),
                    Cell::Long(b.value(row)),
                    Cell::Flag(proposal.is_alike()),
                    Cell::Flag(proposal.is_copy()),
                    Cell::Flag(proposal.shares_enough()),
                    Cell::Flag(proposal.is_passage()),
                    Cell::Int(shared.value(row)),
                    Cell::Int(proposal.apart() as i32),
                    Cell::Int(units[0].value(row)),
                    Cell::Int(units[1].value(row)),
                ]);
            }
        }
        Ok(vec![out.finish()?])
    }
}

/// Edges in; a spanning forest of them out: from every node to the least of its component.
#[derive(Default)]
pub(super) struct ForestStep {
    forest: Forest,
}

pub(super) fn edge_schema() -> SchemaRef {
    schema([("a", LONG), ("b", LONG)])
}

impl Step for ForestStep {
    fn add(&mut self, rows: &RecordBatch) -> Made {
        let (a, b) = (longs(rows, "a")?, longs(rows, "b")?);
        (0..rows.num_rows()).for_each(|row| self.forest.join(order(a.value(row)), order(b.value(row))));
        Ok(Vec::new())
    }

    fn finish(&mut self) -> Made {
        let mut rows = Rows::new(edge_schema());
        let edges = std::mem::take(&mut self.forest).edges();
        edges.into_iter().for_each(|[node, least]| rows.push(&[Cell::Long(key(node)), Cell::Long(key(least))]));
        Ok(vec![rows.finish()?])
    }
}
