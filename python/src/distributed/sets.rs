//! Steps over sets and their histories.

use super::columns::{BYTES, Cell, FLAG, INT, LONG, Rows, TEXT, key, note, schema, texts};
use super::parts::OfPart;
use super::{Broadcast, Made, Step};
use crate::errors::Wrong;
use arrow_array::RecordBatch;
use arrow_schema::SchemaRef;
use pyo3::PyResult;
use tonggao::distributed::{Model, SetMember, group, habits, names, records};
use tonggao::stages::origin::{HabitCounts, NameCounts, Names};

/// Pages, of which `medoid` marks compilations, and matches of whole components in, part by part; out: members of sets (tag 0), matches that had to be measured
/// (tag 1), counts of names (tag 2), the matches of two members of one set (tag 3).
pub(super) struct Group {
    model: Model,
}

impl Group {
    pub(super) fn new(broadcast: &Broadcast) -> PyResult<Self> {
        Ok(Group { model: broadcast.model()? })
    }
}

pub(super) fn group_schema() -> SchemaRef {
    schema([
        ("tag", INT),
        ("a", LONG),
        ("b", LONG),
        ("set", LONG),
        ("medoid", FLAG),
        ("match", BYTES),
        ("record", TEXT),
        ("note", TEXT),
    ])
}

impl OfPart for Group {
    fn make(&mut self, members: Vec<SetMember>, matches: Vec<([u64; 2], Vec<u8>)>) -> Result<RecordBatch, Wrong> {
        let of_several = members.iter().filter(|member| member.is_medoid);
        let compilations: Vec<u64> = of_several.map(|member| member.page.order).collect();
        let pages = members.into_iter().map(|member| member.page).collect();
        let found = group(pages, &compilations, &matches, &self.model)?;
        let mut rows = Rows::new(group_schema());
        for set in &found.sets {
            for &member in &set.members {
                let (page, set_key) = (Cell::Long(key(member)), Cell::Long(key(set.members[0])));
                let medoid = Cell::Flag(member == set.medoid);
                rows.push(&[Cell::Int(0), page, Cell::Null, set_key, medoid, Cell::Null, Cell::Null, Cell::Null]);
            }
        }
        for found in &found.measured {
            let [a, b, bytes, record, ..] = super::matches::cells(found);
            rows.push(&[Cell::Int(1), a, b, Cell::Null, Cell::Null, bytes, record, Cell::Null]);
        }
        for (set, [a, b], bytes) in &found.within {
            let [set, a, b] = [set, a, b].map(|&order| Cell::Long(key(order)));
            rows.push(&[Cell::Int(3), a, b, set, Cell::Null, Cell::Bytes(bytes), Cell::Null, Cell::Null]);
        }
        // Texts and numbers always serialise.
        let counts = serde_json::to_string(&found.names).unwrap_or_default();
        let mut cells = [Cell::Null; 8];
        (cells[0], cells[7]) = (Cell::Int(2), Cell::Text(&counts));
        rows.push(&cells);
        Ok(rows.finish()?)
    }
}

/// Counts of names in; the names resolved out.
pub(super) struct NamesStep {
    model: Model,
    counts: NameCounts,
}

impl NamesStep {
    pub(super) fn new(broadcast: &Broadcast) -> PyResult<Self> {
        Ok(NamesStep { model: broadcast.model()?, counts: NameCounts::default() })
    }
}

impl Step for NamesStep {
    fn add(&mut self, rows: &RecordBatch) -> Made {
        for counts in texts(rows, "note")?.iter().flatten() {
            self.counts.add(read(counts)?);
        }
        Ok(Vec::new())
    }

    fn finish(&mut self) -> Made {
        let names = names(&self.counts, &self.model);
        Ok(vec![note(serde_json::to_string(&names).unwrap_or_default())?])
    }
}

fn read<T: serde::de::DeserializeOwned>(json: &str) -> Result<T, Wrong> {
    let error = |error: serde_json::Error| arrow_schema::ArrowError::JsonError(error.to_string());
    Ok(serde_json::from_str(json).map_err(error)?)
}

/// Members of whole sets and their matches in, part by part; counts of habits out.
pub(super) struct Habits {
    model: Model,
    names: Names,
}

impl Habits {
    pub(super) fn new(broadcast: &Broadcast) -> PyResult<Self> {
        Ok(Habits { model: broadcast.model()?, names: broadcast.names()? })
    }
}

impl OfPart for Habits {
    fn make(&mut self, members: Vec<SetMember>, matches: Vec<([u64; 2], Vec<u8>)>) -> Result<RecordBatch, Wrong> {
        let counts = habits(members, &matches, &self.names, &self.model)?;
        Ok(note(serde_json::to_string(&counts).unwrap_or_default())?)
    }
}

/// Counts of habits in; their sum out.
#[derive(Default)]
pub(super) struct SumHabits {
    counts: HabitCounts,
}

impl Step for SumHabits {
    fn add(&mut self, rows: &RecordBatch) -> Made {
        for counts in texts(rows, "note")?.iter().flatten() {
            self.counts.add(&read(counts)?);
        }
        Ok(Vec::new())
    }

    fn finish(&mut self) -> Made {
        Ok(vec![note(serde_json::to_string(&self.counts).unwrap_or_default())?])
    }
}

/// Members of whole sets and their matches in, part by part; records out: of sets (tag 0), of the place of each page (tag 1),
/// of the traffic of outlets (tag 2).
pub(super) struct Judge {
    model: Model,
    names: Names,
    habits: HabitCounts,
}

impl Judge {
    pub(super) fn new(broadcast: &Broadcast) -> PyResult<Self> {
        Ok(Judge { model: broadcast.model()?, names: broadcast.names()?, habits: broadcast.habits()? })
    }
}

pub(super) fn records_schema() -> SchemaRef {
    schema([("tag", INT), ("key", LONG), ("least", TEXT), ("record", TEXT)])
}

impl OfPart for Judge {
    fn make(&mut self, members: Vec<SetMember>, matches: Vec<([u64; 2], Vec<u8>)>) -> Result<RecordBatch, Wrong> {
        let found = records(members, &matches, &self.names, &self.habits, &self.model)?;
        let mut rows = Rows::new(records_schema());
        for (set, least, record) in &found.sets {
            rows.push(&[Cell::Int(0), Cell::Long(key(*set)), Cell::Text(least), Cell::Text(record)]);
        }
        for (page, record) in &found.pages {
            rows.push(&[Cell::Int(1), Cell::Long(key(*page)), Cell::Null, Cell::Text(record)]);
        }
        rows.push(&[Cell::Int(2), Cell::Null, Cell::Null, Cell::Text(&found.traffic)]);
        Ok(rows.finish()?)
    }
}
