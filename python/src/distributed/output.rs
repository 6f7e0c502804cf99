//! Steps that give the tables of the output.

use super::columns::{Cell, LONG, Rows, TEXT, longs, schema, text, texts};
use super::{Made, Step};
use crate::errors::Wrong;
use arrow_array::{Array, RecordBatch};
use arrow_schema::{ArrowError, SchemaRef};
use serde_json::{Value, json};
use tonggao::distributed::document;
use tonggao::distributed::is_turned;
use tonggao::output::{Table, batch};

/// What is known of each page in; documents out.
pub(super) struct Documents;

impl Step for Documents {
    fn add(&mut self, rows: &RecordBatch) -> Made {
        let (drafts, placed, draws_on) = (texts(rows, "draft")?, texts(rows, "placed")?, texts(rows, "draws_on")?);
        let clusters = longs(rows, "cluster")?;
        let of_row = |row: usize| {
            let cluster = clusters.is_valid(row).then(|| clusters.value(row));
            document(drafts.value(row), text(&placed, row), cluster, text(&draws_on, row))
        };
        let documents = (0..rows.num_rows()).map(of_row).collect::<Result<Vec<Value>, _>>()?;
        Ok(vec![batch(Table::Documents, documents)?])
    }
}

/// Records of sets and their numbers in; clusters out.
pub(super) struct Clusters;

impl Step for Clusters {
    fn add(&mut self, rows: &RecordBatch) -> Made {
        let (records, numbers) = (texts(rows, "record")?, longs(rows, "cluster")?);
        let of_row = |row: usize| with(records.value(row), "cluster", numbers.value(row).into());
        let clusters = (0..rows.num_rows()).map(of_row).collect::<Result<Vec<Value>, Wrong>>()?;
        Ok(vec![batch(Table::Clusters, clusters)?])
    }
}

/// Records of matches and what was decided of them in; matches out. What nothing was decided of stays as its record is.
pub(super) struct Matches;

impl Step for Matches {
    fn add(&mut self, rows: &RecordBatch) -> Made {
        let (records, decided) = (texts(rows, "record")?, texts(rows, "decided")?);
        let of_row = |row: usize| match text(&decided, row) {
            Some(decided) => Ok(decided_record(read(records.value(row))?, read(decided)?)),
            None => read(records.value(row)),
        };
        let matches = (0..rows.num_rows()).map(of_row).collect::<Result<Vec<Value>, Wrong>>()?;
        Ok(vec![batch(Table::Matches, matches)?])
    }
}

/// Whole records in; a table out.
pub(super) struct Plain(pub(super) Table);

impl Step for Plain {
    fn add(&mut self, rows: &RecordBatch) -> Made {
        let records = texts(rows, "record")?.iter().flatten().map(read).collect::<Result<Vec<Value>, Wrong>>()?;
        Ok(vec![batch(self.0, records)?])
    }
}

/// The record of a match with what was decided of it: kind, probability and spread.
fn decided_record(mut record: Value, mut decided: Value) -> Value {
    let id = |name: &str| record[name].as_str().unwrap_or_default();
    if let Some(sides) = decided["spread"].as_array_mut().filter(|_| is_turned(id("a"), id("b"))) {
        sides.reverse();
    }
    for name in ["kind", "probability", "spread"] {
        record[name] = decided[name].take();
    }
    record
}

fn read(record: &str) -> Result<Value, Wrong> {
    Ok(serde_json::from_str(record).map_err(|error| ArrowError::JsonError(error.to_string()))?)
}

fn with(record: &str, name: &str, value: Value) -> Result<Value, Wrong> {
    let mut record = read(record)?;
    record[name] = value;
    Ok(record)
}

/// Ids in, in order; numbers out, counted from 0.
#[derive(Default)]
pub(super) struct Number {
    next: i64,
}

pub(super) fn number_schema() -> SchemaRef {
    schema([("key", LONG), ("cluster", LONG)])
}

impl Step for Number {
    fn add(&mut self, rows: &RecordBatch) -> Made {
        let mut numbered = Rows::new(number_schema());
        for &key in longs(rows, "key")?.values() {
            numbered.push(&[Cell::Long(key), Cell::Long(self.next)]);
            self.next += 1;
        }
        Ok(vec![numbered.finish()?])
    }
}

/// Sources of compilations in, sorted by compilation and place; for each compilation the list of them out, as JSON.
#[derive(Default)]
pub(super) struct Sources {
    page: i64,
    sources: Vec<Value>,
}

pub(super) fn sources_schema() -> SchemaRef {
    schema([("key", LONG), ("draws_on", TEXT)])
}

impl Sources {
    fn end_page(&mut self, rows: &mut Rows) {
        let sources = std::mem::take(&mut self.sources);
        if !sources.is_empty() {
            rows.push(&[Cell::Long(self.page), Cell::Text(&Value::from(sources).to_string())]);
        }
    }
}

impl Step for Sources {
    fn add(&mut self, rows: &RecordBatch) -> Made {
        let (pages, ids, clusters) = (longs(rows, "key")?, texts(rows, "id")?, longs(rows, "cluster")?);
        let mut made = Rows::new(sources_schema());
        for row in 0..rows.num_rows() {
            if pages.value(row) != self.page {
                self.end_page(&mut made);
                self.page = pages.value(row);
            }
            let cluster = clusters.is_valid(row).then(|| clusters.value(row));
            self.sources.push(json!({ "document": ids.value(row), "cluster": cluster }));
        }
        Ok(vec![made.finish()?])
    }

    fn finish(&mut self) -> Made {
        let mut made = Rows::new(sources_schema());
        self.end_page(&mut made);
        Ok(vec![made.finish()?])
    }
}
