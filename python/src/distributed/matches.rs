//! Steps over matches.

use super::columns::{BYTES, Cell, FLAG, INT, LONG, Rows, TEXT, bytes, flags, ints, key, longs, order, schema};
use super::parts::OfPart;
use super::{Broadcast, Made, Step};
use crate::errors::Wrong;
use arrow_array::RecordBatch;
use arrow_schema::{ArrowError, SchemaRef};
use pyo3::PyResult;
use rustc_hash::FxHashMap;
use tonggao::distributed::{Incident, MatchSide, MeasuredPair, Model, SetMember, decide, measure, star};
use tonggao::stages::verify::SpreadSide;

/// Pages and pairs in, part by part; matches out.
pub(super) struct Measure {
    model: Model,
}

impl Measure {
    pub(super) fn new(broadcast: &Broadcast) -> PyResult<Self> {
        Ok(Measure { model: broadcast.model()? })
    }
}

pub(super) fn measure_schema() -> SchemaRef {
    schema([("a", LONG), ("b", LONG), ("match", BYTES), ("record", TEXT), ("one_article", FLAG)])
}

/// The cells of a match.
pub(super) fn cells(found: &MeasuredPair) -> [Cell<'_>; 5] {
    [
        Cell::Long(key(found.pair[0])),
        Cell::Long(key(found.pair[1])),
        Cell::Bytes(&found.bytes),
        Cell::Text(&found.record),
        Cell::Flag(found.one_article),
    ]
}

impl OfPart for Measure {
    fn make(&mut self, members: Vec<SetMember>, pairs: Vec<([u64; 2], Vec<u8>)>) -> Result<RecordBatch, Wrong> {
        let pages = members.into_iter().map(|member| member.page).collect();
        let pairs: Vec<[u64; 2]> = pairs.into_iter().map(|(pair, _)| pair).collect();
        let mut rows = Rows::new(measure_schema());
        measure(pages, &pairs, &self.model)?.iter().for_each(|found| rows.push(&cells(found)));
        Ok(rows.finish()?)
    }
}

/// Nothing in; what people say of pairs of pages out.
pub(super) struct VerdictsStep {
    model: Model,
}

impl VerdictsStep {
    pub(super) fn new(broadcast: &Broadcast) -> PyResult<Self> {
        Ok(VerdictsStep { model: broadcast.model()? })
    }
}

pub(super) fn verdicts_schema() -> SchemaRef {
    schema([("a", LONG), ("b", LONG), ("same", FLAG)])
}

impl Step for VerdictsStep {
    fn add(&mut self, _: &RecordBatch) -> Made {
        Ok(Vec::new())
    }

    fn finish(&mut self) -> Made {
        let mut rows = Rows::new(verdicts_schema());
        for ([a, b], same) in self.model.pair_verdicts() {
            rows.push(&[Cell::Long(key(a)), Cell::Long(key(b)), Cell::Flag(same)]);
        }
        Ok(vec![rows.finish()?])
    }
}

/// Matches in, each once from either page, sorted by page; out, for each what that page shows of it (sides 0 and 1),
/// and the pages that a compilation draws on (side 2, in the order of `place`).
#[derive(Default)]
pub(super) struct StarStep {
    page: u64,
    incidents: Vec<Incident>,
}

pub(super) fn star_schema() -> SchemaRef {
    schema([
        ("a", LONG),
        ("b", LONG),
        ("side", INT),
        ("place", INT),
        ("match", BYTES),
        ("spread", BYTES),
        ("compilation", FLAG),
    ])
}

impl StarStep {
    fn end_page(&mut self, rows: &mut Rows) -> Result<(), Wrong> {
        if self.incidents.is_empty() {
            return Ok(());
        }
        let found = star(self.page, &self.incidents)?;
        for (incident, spread) in self.incidents.drain(..).zip(found.spread) {
            let (a, b) = (self.page.min(incident.other), self.page.max(incident.other));
            rows.push(&[
                Cell::Long(key(a)),
                Cell::Long(key(b)),
                Cell::Int((self.page == b).into()),
                Cell::Null,
                Cell::Bytes(&incident.bytes),
                Cell::Bytes(&side_bytes(spread)),
                Cell::Flag(found.sources.is_some()),
            ]);
        }
        for (place, source) in (0..).zip(found.sources.into_iter().flatten()) {
            let (page, source) = (Cell::Long(key(self.page)), Cell::Long(key(source)));
            let mut cells = [Cell::Null; 7];
            cells[..4].copy_from_slice(&[page, source, Cell::Int(2), Cell::Int(place)]);
            rows.push(&cells);
        }
        Ok(())
    }
}

impl Step for StarStep {
    fn add(&mut self, rows: &RecordBatch) -> Made {
        let [page, other, mine, theirs] = ["key", "other", "article", "other_article"].map(|name| longs(rows, name));
        let (page, other, mine, theirs) = (page?, other?, mine?, theirs?);
        let matches = bytes(rows, "match")?;
        let mut made = Rows::new(star_schema());
        for row in 0..rows.num_rows() {
            if order(page.value(row)) != self.page {
                self.end_page(&mut made)?;
                self.page = order(page.value(row));
            }
            self.incidents.push(Incident {
                other: order(other.value(row)),
                articles: [order(mine.value(row)), order(theirs.value(row))],
                bytes: matches.value(row).to_vec(),
            });
        }
        Ok(vec![made.finish()?])
    }

    fn finish(&mut self) -> Made {
        let mut made = Rows::new(star_schema());
        self.end_page(&mut made)?;
        Ok(vec![made.finish()?])
    }
}

/// What both pages show of a match in, side by side; what it amounts to out.
pub(super) struct DecideStep {
    same_article: f32,
    verdicts: FxHashMap<[u64; 2], bool>,
    /// The first side of a match whose second is in the next batch.
    first: Option<([i64; 2], MatchSide)>,
}

pub(super) fn decide_schema() -> SchemaRef {
    schema([("a", LONG), ("b", LONG), ("joins", FLAG), ("decided", TEXT), ("match", BYTES)])
}

impl DecideStep {
    pub(super) fn new(broadcast: &Broadcast) -> PyResult<Self> {
        let verdicts = broadcast.model()?.pair_verdicts();
        Ok(DecideStep { same_article: broadcast.config.same_article, verdicts, first: None })
    }
}

/// How much of one page of a match other articles have too, as bytes.
fn side_bytes(side: SpreadSide) -> Vec<u8> {
    bytemuck::bytes_of(&side).to_vec()
}

fn side_of(bytes: &[u8]) -> Result<SpreadSide, ArrowError> {
    bytemuck::try_pod_read_unaligned(bytes).map_err(|error| ArrowError::InvalidArgumentError(error.to_string()))
}

impl Step for DecideStep {
    fn add(&mut self, rows: &RecordBatch) -> Made {
        let (a, b, sides) = (longs(rows, "a")?, longs(rows, "b")?, ints(rows, "side")?);
        let (matches, spread, compilations) =
            (bytes(rows, "match")?, bytes(rows, "spread")?, flags(rows, "compilation")?);
        let mut made = Rows::new(decide_schema());
        for row in 0..rows.num_rows() {
            let pair = [a.value(row), b.value(row)];
            let side = MatchSide { spread: side_of(spread.value(row))?, is_compilation: compilations.value(row) };
            if sides.value(row) == 0 {
                self.first = Some((pair, side));
                continue;
            }
            let first = self.first.take().filter(|(first, _)| *first == pair);
            let wrong = || ArrowError::InvalidArgumentError("a match has one side only".into());
            let (_, first) = first.ok_or_else(wrong)?;
            let verdict = self.verdicts.get(&pair.map(order)).copied();
            let decided = decide(matches.value(row), [first, side], self.same_article, verdict)?;
            made.push(&[
                Cell::Long(pair[0]),
                Cell::Long(pair[1]),
                Cell::Flag(decided.joins),
                Cell::Text(&decided.record),
                Cell::Bytes(&decided.bytes),
            ]);
        }
        Ok(vec![made.finish()?])
    }
}
