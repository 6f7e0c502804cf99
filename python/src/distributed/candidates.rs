//! Steps from buckets to pairs, and from pairs to components.

use super::columns::{
    BYTES, Cell, FLAG, INT, LONG, Rows, bytes, column, flags, ints, key, list_field, longs, order, schema,
};
use super::reduction::Reduction;
use super::{Made, Step};
use crate::errors::Wrong;
use arrow_array::{Array, RecordBatch, UInt32Array};
use arrow_schema::{ArrowError, Schema, SchemaRef};
use arrow_select::take::take;
use rustc_hash::FxHashMap;
use std::sync::Arc;
use tonggao::distributed::Forest;
use tonggao::stages::candidates::partitions::{
    BucketMember, Meeting, NearPair, PassagePartner, Proposal, StoryPair, bounded, closest, pairs_of_bucket,
};
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
                met.entry((x.order.min(y.order), x.order.max(y.order))).or_default().add(meeting);
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

/// What is known of a page's signature.
#[derive(Clone, Copy)]
struct Signed {
    minhash: MinHash,
    samples: i32,
    units: i32,
}

/// Reads signatures from a batch; `side` ends the names of the columns.
fn signed(rows: &RecordBatch, side: &str) -> Result<impl Fn(usize) -> Result<Signed, ArrowError> + use<>, Wrong> {
    let minhashes = bytes(rows, &format!("minhash{side}"))?;
    let (samples, units) = (ints(rows, &format!("samples{side}"))?, ints(rows, &format!("units{side}"))?);
    Ok(move |row: usize| {
        let minhash = bytemuck::try_pod_read_unaligned(minhashes.value(row));
        let minhash = minhash.map_err(|_| ArrowError::InvalidArgumentError("a MinHash is cut".into()))?;
        Ok(Signed { minhash, samples: samples.value(row), units: units.value(row) })
    })
}

fn missing_page() -> ArrowError {
    ArrowError::InvalidArgumentError("the page of a pair is missing".into())
}

/// By the lesser page of a pair, sorted by page, tag and greater page: the signatures of pages (tag 0), and what buckets say
/// of pairs (tag 1) in; pairs that may be proposed out, with all that buckets say, and the signature of the lesser page.
#[derive(Default)]
pub(super) struct AddUpStep {
    page: Option<(i64, Signed)>,
    pair: Option<(i64, Meeting)>,
}

pub(super) fn add_up_schema() -> SchemaRef {
    schema([
        ("page", LONG),
        ("other", LONG),
        ("band", INT),
        ("near", INT),
        ("shared", INT),
        ("minhash_a", BYTES),
        ("samples_a", INT),
        ("units_a", INT),
    ])
}

impl AddUpStep {
    fn end_pair(&mut self, made: &mut Rows) -> Result<(), Wrong> {
        let Some((other, meeting)) = self.pair.take().filter(|(_, meeting)| meeting.may_propose()) else {
            return Ok(());
        };
        let (page, signed) = self.page.as_ref().ok_or_else(missing_page)?;
        made.push(&[
            Cell::Long(other),
            Cell::Long(*page),
            Cell::Int(meeting.band.into()),
            Cell::Int(meeting.near.into()),
            Cell::Int(meeting.shared as i32),
            Cell::Bytes(bytemuck::bytes_of(&signed.minhash)),
            Cell::Int(signed.samples),
            Cell::Int(signed.units),
        ]);
        Ok(())
    }
}

impl Step for AddUpStep {
    fn add(&mut self, rows: &RecordBatch) -> Made {
        let (tags, pages, others) = (ints(rows, "tag")?, longs(rows, "page")?, longs(rows, "other")?);
        let (signed, meeting) = (signed(rows, "")?, meetings(rows)?);
        let mut made = Rows::new(add_up_schema());
        for row in 0..rows.num_rows() {
            if tags.value(row) == 0 {
                self.end_pair(&mut made)?;
                self.page = Some((pages.value(row), signed(row)?));
                continue;
            }
            if self.page.as_ref().is_none_or(|(page, _)| *page != pages.value(row)) {
                return Err(missing_page().into());
            }
            let other = others.value(row);
            match &mut self.pair {
                Some((last, all)) if *last == other => all.add(meeting(row)),
                _ => {
                    self.end_pair(&mut made)?;
                    self.pair = Some((other, meeting(row)));
                }
            }
        }
        Ok(vec![made.finish()?])
    }

    fn finish(&mut self) -> Made {
        let mut made = Rows::new(add_up_schema());
        self.end_pair(&mut made)?;
        Ok(vec![made.finish()?])
    }
}

fn meetings(rows: &RecordBatch) -> Result<impl Fn(usize) -> Meeting + use<>, Wrong> {
    let [band, near, shared] = ["band", "near", "shared"].map(|name| ints(rows, name));
    let (band, near, shared) = (band?, near?, shared?);
    Ok(move |row: usize| Meeting {
        band: band.value(row) > 0,
        near: near.value(row) > 0,
        shared: shared.value(row) as u32,
    })
}

/// By the greater page of a pair, sorted by page and tag: the signatures of pages (tag 0), and what [`AddUpStep`] gave
/// (tag 1) in; proposals out.
#[derive(Default)]
pub(super) struct ProposeStep {
    page: Option<(i64, Signed)>,
}

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
        let (tags, pages, others) = (ints(rows, "tag")?, longs(rows, "page")?, longs(rows, "other")?);
        let (of_page, of_other, meeting) = (signed(rows, "")?, signed(rows, "_a")?, meetings(rows)?);
        let mut out = Rows::new(propose_schema());
        for row in 0..rows.num_rows() {
            if tags.value(row) == 0 {
                self.page = Some((pages.value(row), of_page(row)?));
                continue;
            }
            let (page, b) =
                self.page.as_ref().filter(|(page, _)| *page == pages.value(row)).ok_or_else(missing_page)?;
            let a = of_other(row)?;
            let samples = [a.samples as u32, b.samples as u32];
            let proposal = Proposal::new(meeting(row), [&a.minhash, &b.minhash], samples);
            if proposal.is_alike() || proposal.shares_enough() {
                out.push(&[
                    Cell::Long(others.value(row)),
                    Cell::Long(*page),
                    Cell::Flag(proposal.is_alike()),
                    Cell::Flag(proposal.is_copy()),
                    Cell::Flag(proposal.shares_enough()),
                    Cell::Flag(proposal.is_passage()),
                    Cell::Int(proposal.meeting.shared as i32),
                    Cell::Int(proposal.apart() as i32),
                    Cell::Int(a.units),
                    Cell::Int(b.units),
                ]);
            }
        }
        Ok(vec![out.finish()?])
    }
}

/// By body, sorted by body and page: pages in. Out: pairs of equal bodies, the page that stands for the body in `a` and
/// each other in `b` (tag 0); the pages that stand for a body, with their buckets (tag 1). Empty bodies give neither.
#[derive(Default)]
pub(super) struct RepresentStep {
    /// The body, and the first page that has it.
    first: Option<[i64; 2]>,
}

pub(super) fn represent_schema() -> SchemaRef {
    let mut fields =
        schema([("tag", INT), ("a", LONG), ("b", LONG), ("units", INT), ("slots", LONG), ("simhash", LONG)])
            .fields()
            .to_vec();
    fields.push(list_field("buckets"));
    Arc::new(Schema::new(fields))
}
impl Step for RepresentStep {
    fn add(&mut self, rows: &RecordBatch) -> Made {
        let (keys, bodies, units) = (longs(rows, "key")?, longs(rows, "body_hash")?, ints(rows, "units")?);
        let mut made = Rows::new(schema([("tag", INT), ("a", LONG), ("b", LONG)]));
        let mut carried: Vec<Option<u32>> = Vec::new();
        for row in (0..rows.num_rows()).filter(|&row| units.value(row) > 0) {
            let (key, body) = (Cell::Long(keys.value(row)), bodies.value(row));
            match self.first.filter(|first| first[0] == body) {
                Some([_, first]) => made.push(&[Cell::Int(0), Cell::Long(first), key]),
                None => {
                    self.first = Some([body, keys.value(row)]);
                    made.push(&[Cell::Int(1), key, Cell::Null]);
                }
            }
            carried.push((self.first == Some([body, keys.value(row)])).then_some(row as u32));
        }
        let carried = UInt32Array::from(carried);
        let mut columns = made.finish()?.columns().to_vec();
        for field in &represent_schema().fields()[columns.len()..] {
            columns.push(take(&column(rows, field.name(), field.data_type())?, &carried, None)?);
        }
        Ok(vec![RecordBatch::try_new(represent_schema(), columns)?])
    }
}

/// Proposals with the stories of both pages, and pairs of equal bodies, of which nothing else is said, in. Out: pairs that
/// count (tag 0), those of one story that count unless both pages have many (tag 1), and, once for either `page`, those
/// that share a passage with a page of another story (tag 2). `story` is that of `a`.
pub(super) struct SortOutStep;

pub(super) fn sort_out_schema() -> SchemaRef {
    schema([
        ("tag", INT),
        ("a", LONG),
        ("b", LONG),
        ("story", LONG),
        ("page", LONG),
        ("other_story", LONG),
        ("shared", INT),
        ("apart", INT),
        ("units_a", INT),
        ("units_b", INT),
    ])
}

impl Step for SortOutStep {
    fn add(&mut self, rows: &RecordBatch) -> Made {
        let [a, b, stories, others] = ["a", "b", "story_a", "story_b"].map(|name| longs(rows, name));
        let (a, b, stories, others) = (a?, b?, stories?, others?);
        let [alike, enough, passage] = ["alike", "enough", "passage"].map(|name| flags(rows, name));
        let (alike, enough, passage) = (alike?, enough?, passage?);
        let [shared, apart, units_a, units_b] = ["shared", "apart", "units_a", "units_b"].map(|name| ints(rows, name));
        let (shared, apart, units_a, units_b) = (shared?, apart?, units_a?, units_b?);
        let mut made = Rows::new(sort_out_schema());
        for row in 0..rows.num_rows() {
            let [a, b, story] = [&a, &b, &stories].map(|column| Cell::Long(column.value(row)));
            let numbers = [&shared, &apart, &units_a, &units_b].map(|column| Cell::Int(column.value(row)));
            let mut push = |tag: i32, page: Cell, other: Cell| {
                made.push(&[Cell::Int(tag), a, b, story, page, other, numbers[0], numbers[1], numbers[2], numbers[3]]);
            };
            if alike.is_null(row) {
                push(0, Cell::Null, Cell::Null);
                continue;
            }
            let pair = StoryPair {
                alike: alike.value(row),
                enough: enough.value(row),
                passage: passage.value(row),
                one_story: stories.value(row) == others.value(row),
            };
            if pair.is_sure() {
                push(pair.one_story.into(), Cell::Null, Cell::Null);
            }
            if pair.is_passage_only() {
                push(2, a, Cell::Long(others.value(row)));
                push(2, b, story);
            }
        }
        Ok(vec![made.finish()?])
    }
}

/// Pairs to measure, each with the story of its first page.
pub(super) fn pair_schema() -> SchemaRef {
    schema([("a", LONG), ("b", LONG), ("story", LONG)])
}

/// By story: its pairs in; those that are not left out, out.
pub(super) struct Bound;

impl Reduction for Bound {
    type Row = NearPair;

    fn read(&self, rows: &RecordBatch) -> Result<Vec<(i64, NearPair)>, Wrong> {
        let (stories, a, b) = (longs(rows, "story")?, longs(rows, "a")?, longs(rows, "b")?);
        let (apart, units_a, units_b) = (ints(rows, "apart")?, ints(rows, "units_a")?, ints(rows, "units_b")?);
        let pair = |row: usize| NearPair {
            pair: [order(a.value(row)), order(b.value(row))],
            units: [units_a.value(row) as u32, units_b.value(row) as u32],
            apart: apart.value(row) as u32,
        };
        Ok((0..rows.num_rows()).map(|row| (stories.value(row), pair(row))).collect())
    }

    fn reduce(&mut self, story: i64, pairs: Vec<NearPair>, made: &mut Rows) -> Result<(), Wrong> {
        for [a, b] in bounded(&pairs) {
            made.push(&[Cell::Long(key(a)), Cell::Long(key(b)), Cell::Long(story)]);
        }
        Ok(())
    }
}

/// By page: the pages of other stories that share a passage with it in; its pairs with the closest of each story out.
pub(super) struct Closest;

/// A partner, and the story of the first page of the pair.
pub(super) type Partner = (PassagePartner, i64);

impl Reduction for Closest {
    type Row = Partner;

    fn read(&self, rows: &RecordBatch) -> Result<Vec<(i64, Partner)>, Wrong> {
        let [pages, a, b] = ["page", "a", "b"].map(|name| longs(rows, name));
        let (pages, a, b) = (pages?, a?, b?);
        let (stories, other_stories) = (longs(rows, "story")?, longs(rows, "other_story")?);
        let [shared, units_a, units_b] = ["shared", "units_a", "units_b"].map(|name| ints(rows, name));
        let (shared, units_a, units_b) = (shared?, units_a?, units_b?);
        let partner = |row: usize| {
            let (other, units) = if pages.value(row) == a.value(row) { (&b, &units_b) } else { (&a, &units_a) };
            PassagePartner {
                order: order(other.value(row)),
                story: order(other_stories.value(row)),
                units: units.value(row) as u32,
                shared: shared.value(row) as u32,
            }
        };
        Ok((0..rows.num_rows()).map(|row| (pages.value(row), (partner(row), stories.value(row)))).collect())
    }

    fn reduce(&mut self, page: i64, partners: Vec<Partner>, made: &mut Rows) -> Result<(), Wrong> {
        let stories: FxHashMap<u64, i64> = partners.iter().map(|(partner, story)| (partner.order, *story)).collect();
        let mut partners: Vec<PassagePartner> = partners.into_iter().map(|(partner, _)| partner).collect();
        for partner in closest(&mut partners) {
            let other = key(partner.order);
            let (a, b) = (Cell::Long(page.min(other)), Cell::Long(page.max(other)));
            made.push(&[a, b, Cell::Long(stories[&partner.order])]);
        }
        Ok(())
    }
}

/// Edges in; a spanning forest of them out: every page with the least of its component.
#[derive(Default)]
pub(super) struct ForestStep {
    forest: Forest,
}

pub(super) fn edge_schema() -> SchemaRef {
    schema([("page", LONG), ("label", LONG)])
}

impl Step for ForestStep {
    fn add(&mut self, rows: &RecordBatch) -> Made {
        let (a, b) = (longs(rows, "page")?, longs(rows, "label")?);
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
