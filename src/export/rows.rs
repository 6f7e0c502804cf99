//! Lines of an output folder as rows of a table: JSON shaped as the table's schema wants it.

use super::columns::batch_of;
use super::schema::{DAY, INSTANT};
use crate::error::{Error, Place, Result};
use crate::output_folder::OutFolder;
use crate::records::Table;
use arrow_array::RecordBatch;
use arrow_schema::{ArrowError, DataType, Fields};
use serde_json::{Map, Value};

/// Most rows of a batch, and bytes of JSON after which one is full all the same: a few lines may be long.
const ROWS: usize = 8192;
const BYTES: usize = 8 << 20;

/// Calls `with` on the rows of a table, some thousands at a time, in the order of the file. Holds one batch.
///
/// A line that does not fit the schema is an [`Error::Invalid`] that names the file and the lines of its batch.
pub fn each_batch(out: &OutFolder, table: Table, mut with: impl FnMut(RecordBatch) -> Result<()>) -> Result<()> {
    let schema = table.schema();
    let file = table.file();
    let wrong = |lines: std::ops::Range<u64>, error: ArrowError| Error::Invalid {
        path: out.path(&file),
        place: Some(Place::Lines(lines.start + 1, lines.end)),
        reason: error.to_string(),
        expected: "a table written by this version of tonggao",
    };
    let (mut rows, mut from, mut bytes) = (Vec::new(), 0, 0);
    let mut flush = |rows: &mut Vec<Value>, from: &mut u64| {
        if rows.is_empty() {
            return Ok(());
        }
        let to = *from + rows.len() as u64;
        let batch = batch_of(&schema, rows).map_err(|error| wrong(*from..to, error))?;
        rows.clear();
        *from = to;
        with(batch)
    };
    out.each_line(&file, |line, at| {
        let mut row: Value = out.parse(&file, line, at)?;
        shape_fields(&mut row, schema.fields());
        rows.push(row);
        bytes += line.len();
        if rows.len() == ROWS || bytes >= BYTES {
            flush(&mut rows, &mut from)?;
            bytes = 0;
        }
        Ok(true)
    })?;
    flush(&mut rows, &mut from)
}

/// The rows of a table from its records, JSON objects as the contract has them.
pub fn batch(table: Table, mut records: Vec<Value>) -> std::result::Result<RecordBatch, ArrowError> {
    let schema = table.schema();
    records.iter_mut().for_each(|record| shape_fields(record, schema.fields()));
    batch_of(&schema, &records)
}

/// Gives a record the form of the columns `fields`: adds instants and days next to times, names the ends of ranges,
/// writes what has no fixed form as JSON.
pub(super) fn shape_fields(record: &mut Value, fields: &Fields) {
    let Value::Object(record) = record else { return };
    for field in fields {
        let derived = match field.data_type() {
            DataType::Timestamp(..) => instant(record, field.name().trim_end_matches(INSTANT)),
            DataType::Date32 => day(record, field.name().trim_end_matches(DAY)),
            _ => {
                if let Some(value) = record.get_mut(field.name()) {
                    shape(value, field.data_type());
                }
                continue;
            }
        };
        record.extend(derived.map(|value| (field.name().clone(), value)));
    }
}

fn shape(value: &mut Value, of: &DataType) {
    match of {
        DataType::Struct(fields) => {
            if let Value::Array(parts) = value {
                let named = fields.iter().map(|field| field.name().clone()).zip(parts.drain(..));
                *value = Value::Object(named.collect());
            }
            shape_fields(value, fields);
        }
        DataType::List(item) => {
            if let Value::Array(items) = value {
                items.iter_mut().for_each(|each| shape(each, item.data_type()));
            }
        }
        DataType::Utf8 if value.is_object() => *value = Value::String(value.to_string()),
        _ => {}
    }
}

/// The instant of a time, in UTC; none where only the day is known.
fn instant(record: &Map<String, Value>, of: &str) -> Option<Value> {
    let time: jiff::Timestamp = record.get(of)?.as_str()?.parse().ok()?;
    Some(time.to_string().into())
}

/// The day of a time in its own zone: YYYY-MM-DD.
fn day(record: &Map<String, Value>, of: &str) -> Option<Value> {
    record.get(of)?.as_str()?.get(..10).map(Value::from)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_day_is_no_instant() {
        let shaped = |published: &str| {
            let mut row = json!({ "published": published });
            shape_fields(&mut row, Table::Documents.schema().fields());
            row
        };
        let day = shaped("2024-01-11");
        assert_eq!((&day["published_at"], &day["published_on"]), (&Value::Null, &json!("2024-01-11")));
        let minute = shaped("2024-01-11T00:30:00+08:00");
        assert_eq!(minute["published_at"], json!("2024-01-10T16:30:00Z"));
        assert_eq!(minute["published_on"], json!("2024-01-11"), "in the zone of the page, not in UTC");
    }

    #[test]
    fn ranges_get_names_and_free_fields_become_text() {
        let mut row = json!({ "furniture": [[0, 3], [7, 9]], "fields": { "频道": ["要闻", 1] } });
        shape_fields(&mut row, Table::Documents.schema().fields());
        assert_eq!(row["furniture"], json!([{ "start": 0, "end": 3 }, { "start": 7, "end": 9 }]));
        assert_eq!(row["fields"], json!("{\"频道\":[\"要闻\",1]}"));
        let mut row = json!({ "passages": [{ "a": [1, 2], "b": [3, 4], "identity": 1.0 }] });
        shape_fields(&mut row, Table::Matches.schema().fields());
        assert_eq!(row["passages"][0]["b"], json!({ "start": 3, "end": 4 }));
    }
}
