//! Lines of an output folder as rows of a table: JSON shaped as the table's schema wants it.

use super::schema::{DAY, INSTANT};
use crate::error::{Error, Place, Result};
use crate::output_folder::OutFolder;
use crate::records::Table;
use arrow_array::cast::AsArray;
use arrow_array::types::TimestampMicrosecondType;
use arrow_array::{ArrayRef, RecordBatch};
use arrow_json::ReaderBuilder;
use arrow_json::reader::Decoder;
use arrow_schema::{ArrowError, DataType, FieldRef, Fields, Schema, SchemaRef};
use serde_json::{Map, Value};
use std::sync::Arc;

/// Most rows of a batch, and bytes of JSON after which one is full all the same: a few lines may be long.
const ROWS: usize = 8192;
const BYTES: usize = 8 << 20;

/// Calls `with` on the rows of a table, some thousands at a time, in the order of the file. Holds one batch.
///
/// A line that does not fit the schema is an [`Error::Invalid`] that names file and line.
pub fn each_batch(out: &OutFolder, table: Table, mut with: impl FnMut(RecordBatch) -> Result<()>) -> Result<()> {
    let schema = table.schema();
    let file = table.file();
    let wrong = |lines: std::ops::Range<u64>, error: ArrowError| Error::Invalid {
        path: out.path(&file),
        place: Some(Place::Lines(lines.start + 1, lines.end)),
        reason: error.to_string(),
        expected: "a table written by this version of tonggao",
    };
    let builder = ReaderBuilder::new(as_decoded(&schema)).with_batch_size(ROWS).with_strict_mode(true);
    let mut decoder = builder.build_decoder().map_err(|error| wrong(0..0, error))?;
    let (mut from, mut line_number, mut bytes) = (0, 0, 0);
    out.each_line(&file, |line, at| {
        let mut row: Value = out.parse(&file, line, at)?;
        shape_fields(&mut row, schema.fields());
        line_number += 1;
        bytes += line.len();
        decoder.serialize(&[row]).map_err(|error| wrong(line_number - 1..line_number, error))?;
        if decoder.len() == ROWS || bytes >= BYTES {
            flush(&mut decoder, &schema).map_err(|error| wrong(from..line_number, error))?.map_or(Ok(()), &mut with)?;
            (from, bytes) = (line_number, 0);
        }
        Ok(true)
    })?;
    flush(&mut decoder, &schema).map_err(|error| wrong(from..line_number, error))?.map_or(Ok(()), with)
}

/// The rows of a table from its records, JSON objects as the contract has them.
pub fn batch(table: Table, records: Vec<Value>) -> std::result::Result<RecordBatch, ArrowError> {
    let schema = table.schema();
    let shaped = |mut record: Value| {
        shape_fields(&mut record, schema.fields());
        record
    };
    let records: Vec<Value> = records.into_iter().map(shaped).collect();
    let builder = ReaderBuilder::new(as_decoded(&schema)).with_batch_size(records.len().max(1)).with_strict_mode(true);
    let mut decoder = builder.build_decoder()?;
    decoder.serialize(&records)?;
    Ok(flush(&mut decoder, &schema)?.unwrap_or_else(|| RecordBatch::new_empty(schema)))
}

/// The schema that the decoder is given: it knows zones by their offset, not by name.
fn as_decoded(schema: &Schema) -> SchemaRef {
    let offset = |field: &FieldRef| match field.data_type() {
        DataType::Timestamp(unit, Some(_)) => {
            let utc = DataType::Timestamp(*unit, Some("+00:00".into()));
            Arc::new(field.as_ref().clone().with_data_type(utc))
        }
        _ => field.clone(),
    };
    Arc::new(Schema::new(schema.fields().iter().map(offset).collect::<Fields>()))
}

/// The rows decoded so far, if there are any, with the zone called UTC again.
fn flush(decoder: &mut Decoder, schema: &SchemaRef) -> std::result::Result<Option<RecordBatch>, ArrowError> {
    let Some(batch) = decoder.flush()? else { return Ok(None) };
    let column = |(column, field): (&ArrayRef, &FieldRef)| match field.data_type() {
        DataType::Timestamp(_, Some(zone)) => {
            let instants = column.as_primitive::<TimestampMicrosecondType>().clone();
            Arc::new(instants.with_timezone(zone.clone())) as ArrayRef
        }
        _ => column.clone(),
    };
    let columns = batch.columns().iter().zip(schema.fields()).map(column).collect();
    RecordBatch::try_new(schema.clone(), columns).map(Some)
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
