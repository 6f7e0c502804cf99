//! JSON values as Arrow columns. The schema says what every value must be; a value that is something else, and a field
//! that the schema does not have, are errors.

use arrow_array::{
    ArrayRef, BooleanArray, Date32Array, Float64Array, Int64Array, ListArray, MapArray, RecordBatch, StringArray,
    StructArray, TimestampMicrosecondArray,
};
use arrow_buffer::{NullBuffer, OffsetBuffer};
use arrow_schema::{ArrowError, DataType, Field, Fields, SchemaRef};
use jiff::tz::Offset;
use serde_json::{Map, Value};
use std::sync::Arc;

type Result<T> = std::result::Result<T, ArrowError>;

/// The records `rows`, objects, as rows of a table.
pub(super) fn batch_of(schema: &SchemaRef, rows: &[Value]) -> Result<RecordBatch> {
    let values: Vec<Option<&Value>> = rows.iter().map(Some).collect();
    let records =
        each(&Field::new("row", DataType::Struct(schema.fields().clone()), false), &values, Value::as_object)?;
    RecordBatch::try_new(schema.clone(), columns(schema.fields(), &records)?)
}

/// The columns of some records; a record that is `None` has nothing in all of them.
fn columns(fields: &Fields, records: &[Option<&Map<String, Value>>]) -> Result<Vec<ArrayRef>> {
    let unknown = |name: &&String| fields.find(name).is_none();
    if let Some(name) = records.iter().flatten().flat_map(|record| record.keys()).find(unknown) {
        return Err(ArrowError::JsonError(format!("{name} is no field of this table")));
    }
    let of_field = |field: &Arc<Field>| {
        let values = records.iter().map(|record| record.and_then(|record| known(record.get(field.name())?)));
        column(field, &values.collect::<Vec<_>>())
    };
    fields.iter().map(of_field).collect()
}

/// A column of the values that one field has in some records.
fn column(field: &Field, values: &[Option<&Value>]) -> Result<ArrayRef> {
    Ok(match field.data_type() {
        DataType::Utf8 => Arc::new(StringArray::from(each(field, values, Value::as_str)?)),
        DataType::Int64 => Arc::new(Int64Array::from(each(field, values, Value::as_i64)?)),
        DataType::Float64 => Arc::new(Float64Array::from(each(field, values, Value::as_f64)?)),
        DataType::Boolean => Arc::new(BooleanArray::from(each(field, values, Value::as_bool)?)),
        DataType::Date32 => Arc::new(Date32Array::from(each(field, values, days)?)),
        DataType::Timestamp(_, zone) => {
            Arc::new(TimestampMicrosecondArray::from(each(field, values, micros)?).with_timezone_opt(zone.clone()))
        }
        DataType::Struct(fields) => {
            let records = each(field, values, Value::as_object)?;
            let (columns, nulls) = (columns(fields, &records)?, nulls(&records));
            Arc::new(StructArray::try_new(fields.clone(), columns, nulls)?)
        }
        DataType::List(item) => {
            let lists = each(field, values, Value::as_array)?;
            let items: Vec<Option<&Value>> = lists.iter().flatten().flat_map(|list| list.iter()).map(known).collect();
            let offsets = OffsetBuffer::from_lengths(lists.iter().map(|list| list.map_or(0, Vec::len)));
            Arc::new(ListArray::try_new(item.clone(), offsets, column(item, &items)?, nulls(&lists))?)
        }
        DataType::Map(entries, is_sorted) => {
            let maps = each(field, values, Value::as_object)?;
            let offsets = OffsetBuffer::from_lengths(maps.iter().map(|map| map.map_or(0, Map::len)));
            let entry = named_entries(entries, &maps)?;
            Arc::new(MapArray::try_new(entries.clone(), offsets, entry, nulls(&maps), *is_sorted)?)
        }
        other => return Err(ArrowError::NotYetImplemented(format!("columns of {other}"))),
    })
}

/// The names and values of some objects one after the other.
fn named_entries(entries: &Field, maps: &[Option<&Map<String, Value>>]) -> Result<StructArray> {
    let DataType::Struct(fields) = entries.data_type() else {
        return Err(ArrowError::SchemaError(format!("{} are no names and values", entries.name())));
    };
    let all = || maps.iter().flatten().flat_map(|map| map.iter());
    let names: ArrayRef = Arc::new(StringArray::from(all().map(|(name, _)| name.as_str()).collect::<Vec<&str>>()));
    let values: Vec<Option<&Value>> = all().map(|(_, value)| known(value)).collect();
    StructArray::try_new(fields.clone(), vec![names, column(&fields[1], &values)?], None)
}

/// What `read` makes of every value that is there.
fn each<'v, T>(
    field: &Field,
    values: &[Option<&'v Value>],
    read: impl Fn(&'v Value) -> Option<T>,
) -> Result<Vec<Option<T>>> {
    let misfit = |value: &Value| {
        let mut shown = value.to_string();
        shown.truncate(shown.floor_char_boundary(80));
        ArrowError::JsonError(format!("{} is no {}: {shown}", field.name(), field.data_type()))
    };
    values.iter().map(|value| value.map(|value| read(value).ok_or_else(|| misfit(value))).transpose()).collect()
}

/// `None` for null.
fn known(value: &Value) -> Option<&Value> {
    Some(value).filter(|value| !value.is_null())
}

/// Which values are there; `None` when all are.
fn nulls<T>(values: &[Option<T>]) -> Option<NullBuffer> {
    let is_there = || values.iter().map(Option::is_some);
    is_there().any(|is_there| !is_there).then(|| NullBuffer::from_iter(is_there()))
}

/// Microseconds from 1970 to an instant, in RFC 3339.
fn micros(instant: &Value) -> Option<i64> {
    Some(instant.as_str()?.parse::<jiff::Timestamp>().ok()?.as_microsecond())
}

/// Days from 1970 to a day, YYYY-MM-DD.
fn days(day: &Value) -> Option<i32> {
    let day: jiff::civil::Date = day.as_str()?.parse().ok()?;
    let midnight = Offset::UTC.to_timestamp(day.at(0, 0, 0, 0)).ok()?;
    i32::try_from(midnight.as_second().div_euclid(86_400)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow_array::Array;
    use arrow_array::cast::AsArray;
    use arrow_array::types::{Date32Type, Int64Type, TimestampMicrosecondType};
    use arrow_schema::{Schema, TimeUnit};
    use serde_json::json;

    fn schema(of: DataType, nullable: bool) -> SchemaRef {
        Arc::new(Schema::new(vec![Field::new("x", of, nullable)]))
    }

    fn list(of: DataType) -> DataType {
        DataType::List(Arc::new(Field::new("item", of, false)))
    }

    #[test]
    fn nested_values_keep_their_rows() {
        let range = DataType::Struct(vec![Field::new("start", DataType::Int64, false)].into());
        let rows = [
            json!({ "x": [{ "start": 1 }, { "start": 2 }] }),
            json!({ "x": null }),
            json!({}),
            json!({ "x": [] }),
            json!({ "x": [{ "start": 3 }] }),
        ];
        let batch = batch_of(&schema(list(range), true), &rows).unwrap();
        let lists = batch.column(0).as_list::<i32>();
        let starts = |row: usize| {
            let row = lists.value(row);
            row.as_struct().column(0).as_primitive::<Int64Type>().values().to_vec()
        };
        assert_eq!((0..5).map(|row| lists.is_null(row)).collect::<Vec<_>>(), [false, true, true, false, false]);
        assert_eq!([starts(0), starts(3), starts(4)], [vec![1, 2], vec![], vec![3]]);
    }

    #[test]
    fn an_object_of_counts_is_a_map() {
        let always = |name: &str, of: DataType| Field::new(name, of, false);
        let entry = DataType::Struct(vec![always("keys", DataType::Utf8), always("values", DataType::Int64)].into());
        let of = DataType::Map(Arc::new(always("entries", entry)), false);
        let rows =
            [json!({ "x": { "a": 1, "b": 2 } }), json!({ "x": null }), json!({ "x": {} }), json!({ "x": { "c": 3 } })];
        let batch = batch_of(&schema(of, true), &rows).unwrap();
        let maps = batch.column(0).as_map();
        assert_eq!((0..4).map(|row| maps.value_length(row)).collect::<Vec<_>>(), [2, 0, 0, 1]);
        assert!(maps.is_null(1) && !maps.is_null(2));
        assert_eq!(maps.keys().as_string::<i32>().iter().flatten().collect::<String>(), "abc");
        assert_eq!(maps.values().as_primitive::<Int64Type>().values(), &[1, 2, 3]);
    }

    #[test]
    fn times_count_from_1970() {
        let at = DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into()));
        let batch = batch_of(&schema(at, true), &[json!({ "x": "1970-01-02T00:00:01.5Z" }), json!({})]).unwrap();
        let instants = batch.column(0).as_primitive::<TimestampMicrosecondType>();
        assert_eq!((instants.value(0), instants.is_null(1), instants.timezone()), (86_401_500_000, true, Some("UTC")));
        let batch = batch_of(&schema(DataType::Date32, true), &[json!({ "x": "1969-12-31" })]).unwrap();
        assert_eq!(batch.column(0).as_primitive::<Date32Type>().value(0), -1);
    }

    #[test]
    fn what_does_not_fit_is_an_error() {
        let whole = schema(DataType::Int64, false);
        for (row, why) in [
            (json!({ "x": "1" }), "x is no Int64"),
            (json!({ "x": 1.5 }), "x is no Int64"),
            (json!({}), "non-null"),
            (json!({ "x": 1, "y": 2 }), "y is no field"),
            (json!([1]), "row is no"),
        ] {
            let error = batch_of(&whole, &[row]).unwrap_err().to_string();
            assert!(error.contains(why), "{error}");
        }
    }
}
