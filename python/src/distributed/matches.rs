//! Rounds over matches.

use super::columns::{BYTES, Cell, FLAG, INT, LONG, Rows, TEXT, bytes, flags, ints, key, longs, order, schema};
use super::parts::OfPart;
use super::{Made, Step, Told};
use crate::errors::Wrong;
use arrow_array::RecordBatch;
use arrow_schema::{ArrowError, SchemaRef};
use pyo3::PyResult;
use tonggao::distributed::{Incident, Measured, Member, Model, decide, measure, star};

/// Pages and pairs in, part by part; matches out.
pub(super) struct Measure {
    model: Model,
}

impl Measure {
    pub(super) fn new(told: &Told) -> PyResult<Self> {
        Ok(Measure { model: told.model()? })
    }
}

pub(super) fn measure_schema() -> SchemaRef {
    schema([
        ("a", LONG),
        ("b", LONG),
        ("match", BYTES),
        ("record", TEXT),
        ("one_article", FLAG),
        ("fills", FLAG),
        ("may_fill", FLAG),
    ])
}

/// The cells of a match.
pub(super) fn cells(found: &Measured) -> [Cell<'_>; 7] {
    [
        Cell::Long(key(found.pair[0])),
        Cell::Long(key(found.pair[1])),
        Cell::Bytes(&found.bytes),
        Cell::Text(&found.record),
        Cell::Flag(found.one_article),
        Cell::Flag(found.fills),
        Cell::Flag(found.may_fill),
    ]
}

impl OfPart for Measure {
    fn make(&mut self, members: Vec<Member>, pairs: Vec<([u64; 2], Vec<u8>)>) -> Result<RecordBatch, Wrong> {
        let pages = members.into_iter().map(|member| member.page).collect();
        let pairs: Vec<[u64; 2]> = pairs.into_iter().map(|(pair, _)| pair).collect();
        let mut rows = Rows::new(measure_schema());
        measure(pages, &pairs, &self.model)?.iter().for_each(|found| rows.push(&cells(found)));
        Ok(rows.finish()?)
    }
}

/// Matches in, each once from either page, sorted by page; out, for each what that page tells of it (sides 0 and 1),
/// and the pages that a compilation draws on (side 2, in the order of `place`).
#[derive(Default)]
pub(super) struct StarStep {
    page: u64,
    incidents: Vec<Incident>,
    forms: Vec<bool>,
}

pub(super) fn star_schema() -> SchemaRef {
    schema([
        ("a", LONG),
        ("b", LONG),
        ("side", INT),
        ("place", INT),
        ("apart", FLAG),
        ("form", FLAG),
        ("match", BYTES),
        ("common", BYTES),
    ])
}

impl StarStep {
    fn end_page(&mut self, rows: &mut Rows) -> Result<(), Wrong> {
        if self.incidents.is_empty() {
            return Ok(());
        }
        let found = star(self.page, &self.incidents)?;
        for ((incident, form), common) in self.incidents.drain(..).zip(self.forms.drain(..)).zip(found.common) {
            let (a, b) = (self.page.min(incident.other), self.page.max(incident.other));
            let common: Vec<u8> = common.into_iter().map(u8::from).collect();
            rows.push(&[
                Cell::Long(key(a)),
                Cell::Long(key(b)),
                Cell::Int((self.page == b).into()),
                Cell::Null,
                Cell::Flag(incident.articles[0] != incident.articles[1]),
                Cell::Flag(form),
                Cell::Bytes(&incident.bytes),
                Cell::Bytes(&common),
            ]);
        }
        for (place, source) in (0..).zip(found.sources.into_iter().flatten()) {
            let (page, source) = (Cell::Long(key(self.page)), Cell::Long(key(source)));
            let mut cells = [Cell::Null; 8];
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
        let (matches, forms) = (bytes(rows, "match")?, flags(rows, "form")?);
        let mut made = Rows::new(star_schema());
        for row in 0..rows.num_rows() {
            if order(page.value(row)) != self.page {
                self.end_page(&mut made)?;
                self.page = order(page.value(row));
            }
            self.forms.push(forms.value(row));
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

/// What both pages tell of a match in, side by side; its kind out.
#[derive(Default)]
pub(super) struct DecideStep {
    /// The first side of a match whose second is in the next batch.
    first: Option<([i64; 2], Vec<u8>)>,
}

pub(super) fn decide_schema() -> SchemaRef {
    schema([("a", LONG), ("b", LONG), ("kind", TEXT), ("match", BYTES)])
}

impl Step for DecideStep {
    fn add(&mut self, rows: &RecordBatch) -> Made {
        let (a, b, sides, apart) = (longs(rows, "a")?, longs(rows, "b")?, ints(rows, "side")?, flags(rows, "apart")?);
        let (matches, common, forms) = (bytes(rows, "match")?, bytes(rows, "common")?, flags(rows, "form")?);
        let each = |bytes: &[u8]| bytes.iter().map(|&byte| byte != 0).collect::<Vec<bool>>();
        let mut made = Rows::new(decide_schema());
        for row in 0..rows.num_rows() {
            let pair = [a.value(row), b.value(row)];
            if sides.value(row) == 0 {
                self.first = Some((pair, common.value(row).to_vec()));
                continue;
            }
            let first = self.first.take().filter(|(first, _)| *first == pair);
            let wrong = || ArrowError::InvalidArgumentError("a match has one side only".into());
            let common = [each(&first.ok_or_else(wrong)?.1), each(common.value(row))];
            let told = (apart.value(row), forms.value(row));
            let (kind, bytes) = decide(matches.value(row), told.0, told.1, [&common[0], &common[1]])?;
            let kind = serde_json::to_value(kind).ok();
            let kind = kind.as_ref().and_then(|kind| kind.as_str()).map_or(Cell::Null, Cell::Text);
            made.push(&[Cell::Long(pair[0]), Cell::Long(pair[1]), kind, Cell::Bytes(&bytes)]);
        }
        Ok(vec![made.finish()?])
    }
}
