//! Columns by name, whatever form of theirs an engine chose; and rows being made.

use arrow_array::builder::{BinaryBuilder, BooleanBuilder, Int32Builder, Int64Builder, StringBuilder};
use arrow_array::cast::AsArray;
use arrow_array::types::{Int32Type, Int64Type};
use arrow_array::{Array, ArrayRef, BinaryArray, BooleanArray, Int32Array, Int64Array, RecordBatch, StringArray};
use arrow_cast::cast;
use arrow_schema::{ArrowError, DataType, Field, FieldRef, Schema, SchemaRef};
use std::sync::Arc;

/// Orders of pages go as `int64`, since engines without unsigned types read no others; they sort as they would unsigned.
pub(super) fn key(order: u64) -> i64 {
    (order ^ 1 << 63) as i64
}

/// The order behind a key.
pub(super) fn order(key: i64) -> u64 {
    key as u64 ^ 1 << 63
}

/// A column, in the form asked for.
pub(super) fn column(rows: &RecordBatch, name: &str, form: &DataType) -> Result<ArrayRef, ArrowError> {
    let column = rows.column_by_name(name);
    let column = column.ok_or_else(|| ArrowError::SchemaError(format!("there is no column {name:?}")))?;
    if column.data_type() == form { Ok(column.clone()) } else { cast(column, form) }
}

pub(super) fn longs(rows: &RecordBatch, name: &str) -> Result<Int64Array, ArrowError> {
    Ok(column(rows, name, &DataType::Int64)?.as_primitive::<Int64Type>().clone())
}

pub(super) fn ints(rows: &RecordBatch, name: &str) -> Result<Int32Array, ArrowError> {
    Ok(column(rows, name, &DataType::Int32)?.as_primitive::<Int32Type>().clone())
}

pub(super) fn flags(rows: &RecordBatch, name: &str) -> Result<BooleanArray, ArrowError> {
    Ok(column(rows, name, &DataType::Boolean)?.as_boolean().clone())
}

pub(super) fn texts(rows: &RecordBatch, name: &str) -> Result<StringArray, ArrowError> {
    Ok(column(rows, name, &DataType::Utf8)?.as_string().clone())
}

pub(super) fn bytes(rows: &RecordBatch, name: &str) -> Result<BinaryArray, ArrowError> {
    Ok(column(rows, name, &DataType::Binary)?.as_binary().clone())
}

/// The text at a place, if there is one.
pub(super) fn text(column: &StringArray, row: usize) -> Option<&str> {
    column.is_valid(row).then(|| column.value(row))
}

pub(super) const LONG: DataType = DataType::Int64;
pub(super) const INT: DataType = DataType::Int32;
pub(super) const FLAG: DataType = DataType::Boolean;
pub(super) const TEXT: DataType = DataType::Utf8;
pub(super) const BYTES: DataType = DataType::Binary;

/// Columns by name and form; any of them may be empty.
pub(super) fn schema<const N: usize>(columns: [(&str, DataType); N]) -> SchemaRef {
    Arc::new(Schema::new(columns.map(|(name, of)| Field::new(name, of, true)).to_vec()))
}

/// A column of lists of numbers.
pub(super) fn list_field(name: &str) -> FieldRef {
    let item = Arc::new(Field::new("item", LONG, true));
    Arc::new(Field::new(name, DataType::List(item), true))
}

/// One text a row.
pub(super) fn note_schema() -> SchemaRef {
    schema([("note", TEXT)])
}

/// A batch of one text.
pub(super) fn note(text: String) -> Result<RecordBatch, ArrowError> {
    let mut rows = Rows::new(note_schema());
    rows.push(&[Cell::Text(&text)]);
    rows.finish()
}

/// A value of a row.
#[derive(Clone, Copy)]
pub(super) enum Cell<'c> {
    Null,
    Long(i64),
    Int(i32),
    Flag(bool),
    Text(&'c str),
    Bytes(&'c [u8]),
}

enum Builder {
    Long(Int64Builder),
    Int(Int32Builder),
    Flag(BooleanBuilder),
    Text(StringBuilder),
    Bytes(BinaryBuilder),
}

/// Rows being made.
pub(super) struct Rows {
    schema: SchemaRef,
    columns: Vec<Builder>,
}

impl Rows {
    pub(super) fn new(schema: SchemaRef) -> Self {
        let builder = |field: &Arc<Field>| match field.data_type() {
            DataType::Int64 => Builder::Long(Int64Builder::new()),
            DataType::Int32 => Builder::Int(Int32Builder::new()),
            DataType::Boolean => Builder::Flag(BooleanBuilder::new()),
            DataType::Binary => Builder::Bytes(BinaryBuilder::new()),
            _ => Builder::Text(StringBuilder::new()),
        };
        let columns = schema.fields().iter().map(builder).collect();
        Rows { schema, columns }
    }

    /// Adds a row: a cell for every column; one that is of another form than its column is empty there.
    pub(super) fn push(&mut self, cells: &[Cell]) {
        for (column, cell) in self.columns.iter_mut().zip(cells) {
            match (column, *cell) {
                (Builder::Long(column), Cell::Long(value)) => column.append_value(value),
                (Builder::Int(column), Cell::Int(value)) => column.append_value(value),
                (Builder::Flag(column), Cell::Flag(value)) => column.append_value(value),
                (Builder::Text(column), Cell::Text(value)) => column.append_value(value),
                (Builder::Bytes(column), Cell::Bytes(value)) => column.append_value(value),
                (Builder::Long(column), _) => column.append_null(),
                (Builder::Int(column), _) => column.append_null(),
                (Builder::Flag(column), _) => column.append_null(),
                (Builder::Text(column), _) => column.append_null(),
                (Builder::Bytes(column), _) => column.append_null(),
            }
        }
    }

    pub(super) fn finish(mut self) -> Result<RecordBatch, ArrowError> {
        let columns = self.columns.iter_mut().map(|column| -> ArrayRef {
            match column {
                Builder::Long(column) => Arc::new(column.finish()),
                Builder::Int(column) => Arc::new(column.finish()),
                Builder::Flag(column) => Arc::new(column.finish()),
                Builder::Text(column) => Arc::new(column.finish()),
                Builder::Bytes(column) => Arc::new(column.finish()),
            }
        });
        RecordBatch::try_new(self.schema, columns.collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_sort_as_the_orders_do() {
        let orders = [0, 1, u64::MAX / 2, u64::MAX / 2 + 1, u64::MAX];
        assert!(orders.map(key).is_sorted());
        assert_eq!(orders.map(key).map(order), orders);
    }
}
