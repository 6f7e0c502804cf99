//! Parquet: a record a row, numbered from 0 through the file. Row groups are read in parallel, each in small batches.

use super::encoding;
use super::record::push_json_string;
use super::record_cache::{CachePart, Sink};
use super::table;
use crate::error::Result;
use arrow_array::cast::AsArray;
use arrow_array::types::{
    ArrowPrimitiveType, Date32Type, Decimal128Type, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type,
    Int64Type, TimestampMicrosecondType, TimestampMillisecondType, TimestampNanosecondType, TimestampSecondType,
    UInt8Type, UInt16Type, UInt32Type, UInt64Type,
};
use arrow_array::{Array, RecordBatch};
use arrow_schema::{DataType, TimeUnit};
use jiff::Timestamp;
use parquet::arrow::arrow_reader::{ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReaderBuilder};
use rayon::prelude::*;
use serde_json::Value;
use std::fs::File;
use std::path::Path;

/// Rows that are decoded at once.
const BATCH: usize = 256;

/// Reads the rows of a file that is not packed. A row group that cannot be read on is listed at its first bad batch,
/// and the others are read.
pub(super) fn read(path: &Path, sink: &mut Sink) -> Result<()> {
    // Without the writer's own schema every kind of string is read as strings.
    let options = ArrowReaderOptions::new().with_skip_arrow_metadata(true);
    let opened = File::open(path).map_err(|error| error.to_string());
    let metadata = opened.and_then(|file| decoded(|| ArrowReaderMetadata::load(&file, options)));
    let metadata = match metadata {
        Ok(metadata) => metadata,
        Err(why) => {
            sink.skip(0, format!("not a whole Parquet file: {why}. Fetch or write the file again"));
            return Ok(());
        }
    };
    let columns: Vec<&str> = metadata.schema().fields().iter().map(|field| field.name().as_str()).collect();
    let keys = match table::keys(&columns, sink.reading.names) {
        Ok(keys) => keys,
        Err(reason) => {
            sink.skip(0, reason);
            return Ok(());
        }
    };
    let mut first = 0;
    let mut groups = Vec::new();
    for group in metadata.metadata().row_groups() {
        groups.push((groups.len(), first));
        first += group.num_rows().unsigned_abs();
    }
    let read = |&(group, first): &(usize, u64)| -> Result<CachePart> {
        let mut rows = sink.sibling();
        read_group(path, &metadata, group, first, &keys, &mut rows)?;
        rows.finish()
    };
    let parts: Vec<CachePart> = groups.par_iter().map(read).collect::<Result<_>>()?;
    sink.parts(parts)
}

fn read_group(
    path: &Path,
    metadata: &ArrowReaderMetadata,
    group: usize,
    first: u64,
    keys: &[String],
    rows: &mut Sink,
) -> Result<()> {
    let mut row = first;
    let failed = |why: String| format!("the rows from here to the end of their group cannot be read: {why}");
    // Every reader seeks in a file of its own.
    let reader = File::open(path).map_err(|error| error.to_string()).and_then(|file| {
        let builder = ParquetRecordBatchReaderBuilder::new_with_metadata(file, metadata.clone());
        decoded(|| builder.with_row_groups(vec![group]).with_batch_size(BATCH).build())
    });
    let mut reader = match reader {
        Ok(reader) => reader,
        Err(why) => {
            rows.skip(row, failed(why));
            return Ok(());
        }
    };
    let mut line = String::new();
    loop {
        let batch = match decoded(|| reader.next().transpose()) {
            Ok(Some(batch)) => batch,
            Ok(None) => return Ok(()),
            Err(why) => {
                rows.skip(row, failed(why));
                return Ok(());
            }
        };
        for k in 0..batch.num_rows() {
            write(&batch, k, keys, &mut line);
            rows.record(&line, row, line.len())?;
            row += 1;
        }
    }
}

/// What a call of the Parquet library returns. The library asserts some of what damaged bytes can be, and panics.
fn decoded<T, E: std::fmt::Display>(
    call: impl FnOnce() -> std::result::Result<T, E>,
) -> std::result::Result<T, String> {
    match std::panic::catch_unwind(std::panic::AssertUnwindSafe(call)) {
        Ok(returned) => returned.map_err(|error| error.to_string()),
        Err(_) => Err("its bytes are damaged".to_owned()),
    }
}

/// The JSON object of a row. Null is no value.
fn write(batch: &RecordBatch, row: usize, keys: &[String], line: &mut String) {
    line.clear();
    line.push('{');
    for (key, column) in keys.iter().zip(batch.columns()).filter(|(key, _)| !key.is_empty()) {
        if column.is_null(row) {
            continue;
        }
        if line.len() > 1 {
            line.push(',');
        }
        line.push_str(key);
        match column.data_type() {
            DataType::Utf8 => push_json_string(column.as_string::<i32>().value(row), line),
            _ => line.push_str(&value(column, row).to_string()),
        }
    }
    line.push('}');
}

/// A cell as JSON: times as RFC 3339 (without a zone where the column has none), bytes as the text that they are,
/// `null` for what JSON has no word for.
fn value(array: &dyn Array, row: usize) -> Value {
    if array.is_null(row) {
        return Value::Null;
    }
    match array.data_type() {
        DataType::Boolean => array.as_boolean().value(row).into(),
        DataType::Int8 => number::<Int8Type>(array, row),
        DataType::Int16 => number::<Int16Type>(array, row),
        DataType::Int32 => number::<Int32Type>(array, row),
        DataType::Int64 => number::<Int64Type>(array, row),
        DataType::UInt8 => number::<UInt8Type>(array, row),
        DataType::UInt16 => number::<UInt16Type>(array, row),
        DataType::UInt32 => number::<UInt32Type>(array, row),
        DataType::UInt64 => number::<UInt64Type>(array, row),
        DataType::Float32 => number::<Float32Type>(array, row),
        DataType::Float64 => number::<Float64Type>(array, row),
        DataType::Utf8 => array.as_string::<i32>().value(row).into(),
        DataType::Binary => bytes(array.as_binary::<i32>().value(row)),
        DataType::FixedSizeBinary(_) => bytes(array.as_fixed_size_binary().value(row)),
        DataType::Decimal128(..) => array.as_primitive::<Decimal128Type>().value_as_string(row).into(),
        DataType::Date32 => {
            let days = i128::from(array.as_primitive::<Date32Type>().value(row));
            let time = Timestamp::from_nanosecond(days * 86_400_000_000_000).ok();
            time.map_or(Value::Null, |time| time.strftime("%Y-%m-%d").to_string().into())
        }
        DataType::Timestamp(unit, zone) => {
            let (count, nanoseconds) = match unit {
                TimeUnit::Second => (array.as_primitive::<TimestampSecondType>().value(row), 1_000_000_000),
                TimeUnit::Millisecond => (array.as_primitive::<TimestampMillisecondType>().value(row), 1_000_000),
                TimeUnit::Microsecond => (array.as_primitive::<TimestampMicrosecondType>().value(row), 1_000),
                TimeUnit::Nanosecond => (array.as_primitive::<TimestampNanosecondType>().value(row), 1),
            };
            let time = Timestamp::from_nanosecond(i128::from(count) * nanoseconds).ok();
            let form = if zone.is_some() { "%Y-%m-%dT%H:%M:%SZ" } else { "%Y-%m-%dT%H:%M:%S" };
            time.map_or(Value::Null, |time| time.strftime(form).to_string().into())
        }
        DataType::List(_) => {
            let list = array.as_list::<i32>().value(row);
            (0..list.len()).map(|k| value(&list, k)).collect()
        }
        DataType::Struct(fields) => {
            let columns = array.as_struct().columns();
            let member = |(field, column): (&arrow_schema::FieldRef, &arrow_array::ArrayRef)| {
                (field.name().clone(), value(column, row))
            };
            Value::Object(fields.iter().zip(columns).map(member).collect())
        }
        DataType::Map(..) => {
            let entries = array.as_map().value(row);
            let [names, values] = [0, 1].map(|k| entries.column(k).clone());
            let member = |k: usize| (text(&value(&names, k)), value(&values, k));
            Value::Object((0..entries.len()).map(member).collect())
        }
        _ => Value::Null,
    }
}

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// Bytes as the text that they are, in whatever encoding; sixteen that are none as a UUID, others in hexadecimal.
fn bytes(bytes: &[u8]) -> Value {
    if let Ok(text) = std::str::from_utf8(bytes) {
        return text.into();
    }
    let text = encoding::decode_text(bytes, encoding::choose(bytes, &[], None).encoding);
    if bytes.len() > 16 && !encoding::is_binary(&text) {
        return text.into_owned().into();
    }
    let digits: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    match bytes.len() {
        16 => [&digits[..8], &digits[8..12], &digits[12..16], &digits[16..20], &digits[20..]].join("-").into(),
        _ => digits.into(),
    }
}

fn number<T: ArrowPrimitiveType>(array: &dyn Array, row: usize) -> Value
where
    Value: From<T::Native>,
{
    array.as_primitive::<T>().value(row).into()
}

#[cfg(test)]
mod tests {
    use super::super::record_cache::tests::{ReadBack, found};
    use super::*;
    use arrow_array::{
        ArrayRef, Date32Array, DictionaryArray, Int64Array, LargeStringArray, StringArray, TimestampMicrosecondArray,
        TimestampMillisecondArray,
    };
    use parquet::arrow::ArrowWriter;
    use parquet::file::properties::WriterProperties;
    use serde_json::json;
    use std::io::Write;
    use std::sync::Arc;

    /// A file with these columns, in row groups of two.
    fn file(columns: Vec<(&str, ArrayRef)>) -> Vec<u8> {
        let nullable = columns.into_iter().map(|(name, cells)| (name, cells, true));
        let batch = RecordBatch::try_from_iter_with_nullable(nullable).unwrap();
        let properties = WriterProperties::builder().set_max_row_group_row_count(Some(2)).build();
        let mut writer = ArrowWriter::try_new(Vec::new(), batch.schema(), Some(properties)).unwrap();
        writer.write(&batch).unwrap();
        writer.into_inner().unwrap()
    }

    fn read_bytes(bytes: &[u8]) -> ReadBack {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(bytes).unwrap();
        found(|sink| read(file.path(), sink).unwrap())
    }

    fn rows(columns: Vec<(&str, ArrayRef)>) -> Vec<Value> {
        let found = read_bytes(&file(columns));
        assert!(found.bad.is_empty(), "{:?}", found.bad);
        found.records.iter().map(|(_, _, line)| serde_json::from_str(line).unwrap()).collect()
    }

    #[test]
    fn every_kind_of_string_column_is_read() {
        let texts = ["甲，\"引\"", "乙\n", "丙"];
        let large: ArrayRef = Arc::new(LargeStringArray::from(texts.to_vec()));
        let plain: ArrayRef = Arc::new(StringArray::from(texts.to_vec()));
        let keyed: ArrayRef = Arc::new(texts.into_iter().collect::<DictionaryArray<Int32Type>>());
        let views: ArrayRef = Arc::new(arrow_array::StringViewArray::from(texts.to_vec()));
        let bytes: ArrayRef = Arc::new(arrow_array::BinaryArray::from_iter_values(texts));
        for column in [plain, large, keyed, views, bytes] {
            let read = rows(vec![("Text", column)]);
            assert_eq!(read, texts.map(|text| json!({ "text": text })));
        }
    }

    #[test]
    fn times_are_written_as_people_write_them() {
        let texts: ArrayRef = Arc::new(StringArray::from(vec!["甲", "乙"]));
        let zoned: ArrayRef =
            Arc::new(TimestampMicrosecondArray::from(vec![1_704_247_200_000_000, 0]).with_timezone("UTC"));
        let local: ArrayRef = Arc::new(TimestampMillisecondArray::from(vec![Some(1_704_247_200_000), None]));
        let days: ArrayRef = Arc::new(Date32Array::from(vec![19_725, -1]));
        let published = |column: ArrayRef| -> Vec<Value> {
            let read = rows(vec![("text", texts.clone()), ("published", column)]);
            read.iter().map(|row| row["published"].clone()).collect()
        };
        assert_eq!(published(zoned), [json!("2024-01-03T02:00:00Z"), json!("1970-01-01T00:00:00Z")]);
        assert_eq!(published(local), [json!("2024-01-03T02:00:00"), Value::Null]);
        assert_eq!(published(days), [json!("2024-01-03"), json!("1969-12-31")]);
    }

    #[test]
    fn rows_are_numbered_through_all_groups() {
        let texts: ArrayRef = Arc::new(StringArray::from(vec![Some("甲"), Some("乙"), None, Some("丁"), Some("戊")]));
        let numbers: ArrayRef = Arc::new(Int64Array::from(vec![Some(7), None, Some(9), Some(10), None]));
        let found = read_bytes(&file(vec![("id", numbers), ("text", texts)]));
        assert_eq!(found.ids, ["7", "f#1", "10", "f#4"]);
        assert_eq!(found.records.iter().map(|(row, _, _)| *row).collect::<Vec<_>>(), [0, 1, 3, 4]);
        assert_eq!(found.bad.iter().map(|(row, _)| *row).collect::<Vec<_>>(), [2]);
    }

    #[test]
    fn ids_are_read_whatever_their_type() {
        let texts: ArrayRef = Arc::new(StringArray::from(vec!["甲", "乙"]));
        let ids = |column: ArrayRef| read_bytes(&file(vec![("id", column), ("text", texts.clone())])).ids;
        let uuids = [[0x9A_u8; 16], [0xB1; 16]].into_iter();
        let uuid: ArrayRef = Arc::new(arrow_array::FixedSizeBinaryArray::try_from_iter(uuids).unwrap());
        assert_eq!(ids(uuid), ["9a9a9a9a-9a9a-9a9a-9a9a-9a9a9a9a9a9a", "b1b1b1b1-b1b1-b1b1-b1b1-b1b1b1b1b1b1"]);
        let raw: ArrayRef = Arc::new(arrow_array::BinaryArray::from_iter_values([&[0xFF_u8, 0, 1][..], &[0xFF, 0, 2]]));
        assert_eq!(ids(raw), ["ff0001", "ff0002"]);
        let decimal = arrow_array::Decimal128Array::from(vec![1250, 7]).with_precision_and_scale(20, 2).unwrap();
        assert_eq!(ids(Arc::new(decimal)), ["12.50", "0.07"]);
        assert_eq!(ids(Arc::new(arrow_array::Float64Array::from(vec![1.5, 2.0]))), ["1.5", "2"]);
        assert_eq!(ids(Arc::new(arrow_array::UInt64Array::from(vec![u64::MAX, 0]))), ["18446744073709551615", "0"]);
    }

    #[test]
    fn a_file_without_texts_says_which_columns_it_has() {
        let numbers: ArrayRef = Arc::new(Int64Array::from(vec![1]));
        let found = read_bytes(&file(vec![("a", numbers.clone()), ("b", numbers)]));
        assert_eq!((found.records.len(), found.bad.len()), (0, 1));
        assert!(found.bad[0].1.contains("among a, b; map one to the role `text`"), "{}", found.bad[0].1);
    }

    #[test]
    fn a_damaged_file_is_listed() {
        let texts: ArrayRef = Arc::new(StringArray::from(vec!["水渠今年修到了村口。"; 9]));
        let whole = file(vec![("text", texts)]);
        for end in [0, 4, 8, whole.len() / 2, whole.len() - 1] {
            let found = read_bytes(&whole[..end]);
            assert_eq!((found.records.len(), found.bad.len()), (0, 1), "{end}");
            assert!(found.bad[0].1.contains("not a whole Parquet file"), "{}", found.bad[0].1);
        }
        let mut holed = whole.clone();
        holed[4..40].fill(0xFF);
        let found = read_bytes(&holed);
        assert!(!found.bad.is_empty() && found.records.len() < 9, "{found:?}");
    }
}
