//! The tables of the output contract as Arrow columns: names, types, and which may be null. Everything that hands tables
//! to other programs takes them from here, and they come from `records`.

use crate::records::Table;
use crate::records::contract::{self, Type};
use arrow_schema::{DataType, Field, Fields, Schema, SchemaRef, TimeUnit};
use std::sync::Arc;

impl Table {
    /// Its columns: those of the contract under their names, in their order, and two more after every time.
    ///
    /// - Whole numbers are `int64`, so that a difference never wraps and engines without unsigned types read them.
    /// - A range of characters is a struct `{start, end}`, half open.
    /// - A time keeps its text, which shows zone and precision. `NAME_at` next to it is the instant in UTC, empty
    ///   where only the day is known; `NAME_on` is the day in the page's own zone.
    /// - `repairs` is a map from kind to count; `fields`, which has whatever the input had, is JSON as text.
    pub fn schema(self) -> SchemaRef {
        Arc::new(Schema::new(self.fields().flat_map(columns).collect::<Vec<Field>>()))
    }
}

/// The ending of the column that has the instant of the time before it.
pub(super) const INSTANT: &str = "_at";
/// The ending of the column that has its day.
pub(super) const DAY: &str = "_on";

/// Fields that were added within the format version: folders that were written before lack them.
const ADDED: [&str; 4] = ["probability", "spread", "origin_verdict", "of_unknown_outlet"];

/// The columns of a field.
fn columns(field: &contract::FieldSpec) -> Vec<Field> {
    match field.of {
        Type::Time => time(field.name).to_vec(),
        _ => vec![column(field).with_nullable(field.nullable || ADDED.contains(&field.name))],
    }
}

fn column(field: &contract::FieldSpec) -> Field {
    Field::new(field.name, data_type(field.of), field.nullable)
}

fn data_type(of: Type) -> DataType {
    match of {
        Type::Text | Type::Time | Type::Choice(_) | Type::Json => DataType::Utf8,
        Type::Whole => DataType::Int64,
        Type::Number => DataType::Float64,
        Type::Flag => DataType::Boolean,
        Type::Range => structure(vec![always("start", DataType::Int64), always("end", DataType::Int64)]),
        Type::Counts(_) => counts(),
        Type::List(item) => DataType::List(Arc::new(always("item", data_type(*item)))),
        Type::Record(record) => structure(record.fields.iter().map(column).collect()),
    }
}

fn always(name: &str, of: DataType) -> Field {
    Field::new(name, of, false)
}

fn maybe(name: &str, of: DataType) -> Field {
    Field::new(name, of, true)
}

fn structure(fields: Vec<Field>) -> DataType {
    DataType::Struct(Fields::from(fields))
}

fn counts() -> DataType {
    let entries = structure(vec![always("keys", DataType::Utf8), always("values", DataType::Int64)]);
    DataType::Map(Arc::new(always("entries", entries)), false)
}

/// A time as it is written, its instant, and its day.
fn time(name: &str) -> [Field; 3] {
    [
        maybe(name, DataType::Utf8),
        maybe(&format!("{name}{INSTANT}"), DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into()))),
        maybe(&format!("{name}{DAY}"), DataType::Date32),
    ]
}
