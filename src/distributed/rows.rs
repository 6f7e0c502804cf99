//! Rows as Arrow. A row type is a struct; its columns are derived from its fields, so that each is written down once.
//!
//! Engines such as Spark have no unsigned numbers: those of 64 bits travel as the `int64` of the same bits, shorter ones as
//! an `int64` of the same value.

use crate::error::{Error, Result};
use crate::export::{Table, batch};
use crate::types::Span;
use arrow_array::cast::AsArray;
use arrow_array::types::{Int64Type, UInt64Type};
use arrow_array::{Array, ArrayRef, ListArray, MapArray, RecordBatch, StructArray, UInt32Array, new_null_array};
use arrow_cast::cast;
use arrow_schema::{ArrowError, DataType, Field, FieldRef, Schema, SchemaRef};
use arrow_select::take::take;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_arrow::schema::{SchemaLike, TracingOptions};
use serde_bytes::ByteBuf;
use serde_json::Value;
use std::marker::PhantomData;
use std::sync::Arc;

/// A page by its order, the hash of its id; in rows a signed number that sorts alike.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Key(pub u64);

impl Serialize for Key {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        serializer.serialize_i64((self.0 ^ 1 << 63) as i64)
    }
}

impl<'de> Deserialize<'de> for Key {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        Ok(Key(i64::deserialize(deserializer)? as u64 ^ 1 << 63))
    }
}

/// Something that an earlier step wrote cannot be read.
pub(super) fn broken(what: &'static str, error: &dyn std::fmt::Display) -> Error {
    Error::Exchange { what, reason: error.to_string() }
}

/// A record as JSON.
pub(super) fn value(record: &impl Serialize) -> Result<Value> {
    serde_json::to_value(record).map_err(|error| broken("a record", &error))
}

/// Spans as the bytes of their ends.
pub(super) fn span_bytes(spans: &[Span]) -> ByteBuf {
    ByteBuf::from(bytemuck::cast_slice::<Span, u8>(spans))
}

/// The spans of which [`span_bytes`] gave these bytes.
pub(super) fn spans_of(bytes: &[u8]) -> Vec<Span> {
    bytes.chunks_exact(size_of::<Span>()).map(bytemuck::pod_read_unaligned).collect()
}

/// A type of rows.
pub(super) trait Row: Serialize + DeserializeOwned + Send + 'static {}
impl<T: Serialize + DeserializeOwned + Send + 'static> Row for T {}

/// What rows become when a step gives them.
pub(super) trait Output: Send {
    type Row;
    fn schema(&self) -> SchemaRef;
    fn batch(&self, rows: Vec<Self::Row>) -> Result<RecordBatch>;
}

/// The columns of a type of rows.
pub(super) struct Columns<T> {
    fields: Vec<FieldRef>,
    rows: PhantomData<fn() -> T>,
}

impl<T: Row> Columns<T> {
    pub(super) fn new() -> Result<Self> {
        let options = TracingOptions::default()
            .map_as_struct(false)
            .sequence_as_large_list(false)
            .strings_as_large_utf8(false)
            .bytes_as_large_binary(false)
            .enums_without_data_as_strings(true)
            .from_type_budget(10_000);
        let fields = Vec::<FieldRef>::from_type::<T>(options).map_err(wrong_row)?;
        Ok(Columns { fields: fields.iter().map(|field| with_leaves(field, &plain)).collect(), rows: PhantomData })
    }

    /// Reads rows. Columns that they lack are null.
    pub(super) fn read(&self, rows: &RecordBatch) -> Result<Vec<T>> {
        let column = |field: &FieldRef| match rows.column_by_name(field.name()) {
            Some(column) => convert(column, field.data_type()),
            None => Ok(new_null_array(field.data_type(), rows.num_rows())),
        };
        let columns = self.fields.iter().map(column).collect::<std::result::Result<Vec<ArrayRef>, _>>();
        serde_arrow::from_arrow(&self.fields, &columns.map_err(wrong_row)?).map_err(wrong_row)
    }

    fn write(&self, rows: &[T]) -> Result<Vec<ArrayRef>> {
        let columns = serde_arrow::to_arrow(&self.fields, rows).map_err(wrong_row)?;
        let columns = columns.iter().zip(self.schema().fields().iter().cloned().collect::<Vec<_>>());
        columns.map(|(column, field)| convert(column, field.data_type()).map_err(wrong_row)).collect()
    }
}

impl<T: Row> Output for Columns<T> {
    type Row = T;

    fn schema(&self) -> SchemaRef {
        let field = |field: &FieldRef| Arc::new(with_leaves(field, &signed).as_ref().clone().with_nullable(true));
        Arc::new(Schema::new(self.fields.iter().map(field).collect::<Vec<_>>()))
    }

    fn batch(&self, rows: Vec<T>) -> Result<RecordBatch> {
        RecordBatch::try_new(self.schema(), self.write(&rows)?).map_err(wrong_row)
    }
}

/// A row that may have the record of a table next to it, a JSON object as the contract has it.
pub(super) struct WithRecord<T> {
    pub row: T,
    pub record: Option<Value>,
}

/// The columns of such rows: those of the row, and a struct `record` of those of the table.
pub(super) struct RecordColumns<T> {
    pub row: Columns<T>,
    pub table: Table,
}

impl<T: Row> Output for RecordColumns<T> {
    type Row = WithRecord<T>;

    fn schema(&self) -> SchemaRef {
        let record = Field::new("record", DataType::Struct(self.table.schema().fields().clone()), true);
        let fields = self.row.schema().fields().iter().cloned().chain([Arc::new(record)]).collect::<Vec<_>>();
        Arc::new(Schema::new(fields))
    }

    fn batch(&self, rows: Vec<WithRecord<T>>) -> Result<RecordBatch> {
        let (rows, records): (Vec<T>, Vec<Option<Value>>) = rows.into_iter().map(|row| (row.row, row.record)).unzip();
        let mut next = 0..;
        let places: Vec<Option<u32>> = records.iter().map(|record| record.as_ref().and_then(|_| next.next())).collect();
        let known = batch(self.table, records.into_iter().flatten().collect()).map_err(wrong_row)?;
        let record = take(&StructArray::from(known), &UInt32Array::from(places), None).map_err(wrong_row)?;
        let columns = self.row.write(&rows)?.into_iter().chain([record]).collect();
        RecordBatch::try_new(self.schema(), columns).map_err(wrong_row)
    }
}

fn wrong_row(error: impl std::fmt::Display) -> Error {
    Error::Exchange { what: "rows", reason: error.to_string() }
}

/// A field with its type changed, in lists, maps and structs that of their leaves.
fn with_leaves(field: &FieldRef, leaf: &dyn Fn(&DataType) -> DataType) -> FieldRef {
    let changed = match field.data_type() {
        DataType::Struct(fields) => DataType::Struct(fields.iter().map(|field| with_leaves(field, leaf)).collect()),
        DataType::List(item) => DataType::List(with_leaves(item, leaf)),
        DataType::Map(entries, sorted) => DataType::Map(with_leaves(entries, leaf), *sorted),
        other => leaf(other),
    };
    Arc::new(field.as_ref().clone().with_data_type(changed))
}

/// Choices are written out.
fn plain(of: &DataType) -> DataType {
    if let DataType::Dictionary(_, value) = of { value.as_ref().clone() } else { of.clone() }
}

fn signed(of: &DataType) -> DataType {
    if of.is_unsigned_integer() { DataType::Int64 } else { of.clone() }
}

/// A column in another form of the same structure, whatever the engine has called its parts.
fn convert(column: &ArrayRef, to: &DataType) -> std::result::Result<ArrayRef, ArrowError> {
    Ok(match (column.data_type(), to) {
        (from, to) if from == to => column.clone(),
        (DataType::UInt64, DataType::Int64) => {
            Arc::new(column.as_primitive::<UInt64Type>().unary::<_, Int64Type>(|number| number as i64))
        }
        (DataType::Int64, DataType::UInt64) => {
            Arc::new(column.as_primitive::<Int64Type>().unary::<_, UInt64Type>(|number| number as u64))
        }
        (DataType::Struct(_), DataType::Struct(fields)) => {
            let column = column.as_struct();
            let parts = column.columns().iter().zip(fields).map(|(part, field)| convert(part, field.data_type()));
            Arc::new(StructArray::try_new(
                fields.clone(),
                parts.collect::<std::result::Result<_, _>>()?,
                column.nulls().cloned(),
            )?)
        }
        (DataType::List(_), DataType::List(item)) => {
            let (_, offsets, items, nulls) = column.as_list::<i32>().clone().into_parts();
            Arc::new(ListArray::try_new(item.clone(), offsets, convert(&items, item.data_type())?, nulls)?)
        }
        (DataType::Map(..), DataType::Map(entries, sorted)) => {
            let (_, offsets, pairs, nulls, _) = column.as_map().clone().into_parts();
            let pairs = convert(&(Arc::new(pairs) as ArrayRef), entries.data_type())?;
            Arc::new(MapArray::try_new(entries.clone(), offsets, pairs.as_struct().clone(), nulls, *sorted)?)
        }
        _ => cast(column, to)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
    #[serde(rename_all = "lowercase")]
    enum Side {
        Left,
        Right,
    }

    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
    struct Part {
        hash: u64,
        ends: [u32; 2],
        side: Side,
        counts: BTreeMap<String, u32>,
    }

    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
    struct Whole {
        key: Key,
        bytes: ByteBuf,
        part: Option<Part>,
        parts: Vec<Part>,
        share: Option<f32>,
    }

    #[test]
    fn keys_sort_as_the_orders_do() {
        #[derive(Serialize, Deserialize)]
        struct Keyed {
            key: Key,
        }
        let orders = [0, 1, u64::MAX / 2, u64::MAX / 2 + 1, u64::MAX];
        let rows = orders.map(|order| Keyed { key: Key(order) }).into();
        let columns = Columns::<Keyed>::new().unwrap();
        let batch = columns.batch(rows).unwrap();
        assert!(batch.column(0).as_primitive::<Int64Type>().values().is_sorted());
        assert_eq!(columns.read(&batch).unwrap().iter().map(|row| row.key.0).collect::<Vec<_>>(), orders);
    }

    #[test]
    fn rows_come_back_as_they_were_and_no_number_is_unsigned_on_the_way() {
        let part = |hash: u64, side: Side| Part {
            hash,
            ends: [3, u32::MAX],
            side,
            counts: [("甲".to_owned(), 7), ("b".to_owned(), 0)].into(),
        };
        let row = |hash: u64| Whole {
            key: Key(hash),
            bytes: ByteBuf::from(vec![0, 255]),
            part: hash.is_multiple_of(2).then(|| part(hash, Side::Right)),
            parts: (0..hash % 3).map(|_| part(u64::MAX - hash, Side::Left)).collect(),
            share: (hash > 2).then_some(0.25),
        };
        let rows: Vec<Whole> = [0, 1, 2, 3, 4, u64::MAX].map(row).into();
        let columns = Columns::<Whole>::new().unwrap();
        let batch = columns.batch(rows.clone()).unwrap();
        assert!(!format!("{:?}", batch.schema()).contains("UInt"));
        assert_eq!(columns.read(&batch).unwrap(), rows);
        assert!(columns.read(&batch.project(&[1, 2]).unwrap()).is_err());
    }

    #[test]
    fn a_row_without_a_record_has_an_empty_one() {
        #[derive(Serialize, Deserialize)]
        struct Number {
            number: u32,
        }
        let record = serde_json::json!({
            "outlet": "镇报", "pages": 3, "originals": 1, "copies": 2, "credited": 1, "uncredited": 1,
            "talking_points": 0,
        });
        let columns = RecordColumns { row: Columns::<Number>::new().unwrap(), table: Table::Outlets };
        let rows = [None, Some(record), None].into_iter().zip(0..);
        let batch = columns.batch(rows.map(|(record, number)| WithRecord { row: Number { number }, record }).collect());
        let batch = batch.unwrap();
        let records = batch.column_by_name("record").unwrap();
        assert_eq!((0..3).map(|row| records.is_null(row)).collect::<Vec<_>>(), [true, false, true]);
        assert_eq!(records.as_struct().column_by_name("outlet").unwrap().as_string::<i32>().value(1), "镇报");
    }
}
