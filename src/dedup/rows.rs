//! A Parquet file without some of its rows. Columns are copied as the file has them, values with their levels, so that
//! schema, compression and what the writer noted stay as they were; row groups stay apart.

use parquet::column::reader::{ColumnReader, ColumnReaderImpl};
use parquet::column::writer::ColumnWriterImpl;
use parquet::data_type::{
    BoolType, ByteArrayType, DataType, DoubleType, FixedLenByteArrayType, FloatType, Int32Type, Int64Type, Int96Type,
};
use parquet::errors::{ParquetError, Result};
use parquet::file::metadata::ParquetMetaData;
use parquet::file::properties::WriterProperties;
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::file::writer::{SerializedColumnWriter, SerializedFileWriter};
use std::fs::File;
use std::ops::Range;
use std::sync::Arc;

/// Rows that are decoded at once.
const BATCH: usize = 1024;

/// Writes the rows of `from` whose numbers are in `stay`, in order and counted through the file from 0, to `to`. A row
/// group of which nothing stays is not written. Memory: some rows of one column, and the packed row group.
pub(super) fn copy(from: File, stay: &[u64], to: &mut File) -> Result<()> {
    let reader = SerializedFileReader::new(from)?;
    let metadata = reader.metadata();
    let schema = metadata.file_metadata().schema_descr().root_schema_ptr();
    let mut writer = SerializedFileWriter::new(to, schema, Arc::new(properties(metadata)))?;
    let mut first = 0;
    for (number, group) in metadata.row_groups().iter().enumerate() {
        let rows = first..first + group.num_rows().unsigned_abs();
        first = rows.end;
        let place = |row: u64| stay.partition_point(|&stays| stays < row);
        let stay = &stay[place(rows.start)..place(rows.end)];
        if stay.is_empty() {
            continue;
        }
        let group = reader.get_row_group(number)?;
        let mut kept = writer.next_row_group()?;
        for column in 0..group.num_columns() {
            let from = group.get_column_reader(column)?;
            let to = kept.next_column()?.ok_or_else(|| ParquetError::General("a column is missing".into()))?;
            copy_column(from, to, &rows, stay)?;
        }
        kept.close()?;
    }
    writer.close().map(drop)
}

/// To be written as the file was.
fn properties(metadata: &ParquetMetaData) -> WriterProperties {
    let noted = metadata.file_metadata().key_value_metadata().cloned();
    let like = WriterProperties::builder().set_key_value_metadata(noted);
    let columns = metadata.row_groups().first().map_or(&[][..], |group| group.columns());
    let as_it_was = columns.iter().fold(like, |like, column| {
        let (path, has_dictionary) = (column.column_path().clone(), column.dictionary_page_offset().is_some());
        like.set_column_compression(path.clone(), column.compression())
            .set_column_dictionary_enabled(path, has_dictionary)
    });
    as_it_was.build()
}

fn copy_column(from: ColumnReader, mut to: SerializedColumnWriter, rows: &Range<u64>, stay: &[u64]) -> Result<()> {
    match from {
        ColumnReader::BoolColumnReader(from) => copy_values(from, to.typed::<BoolType>(), rows, stay),
        ColumnReader::Int32ColumnReader(from) => copy_values(from, to.typed::<Int32Type>(), rows, stay),
        ColumnReader::Int64ColumnReader(from) => copy_values(from, to.typed::<Int64Type>(), rows, stay),
        ColumnReader::Int96ColumnReader(from) => copy_values(from, to.typed::<Int96Type>(), rows, stay),
        ColumnReader::FloatColumnReader(from) => copy_values(from, to.typed::<FloatType>(), rows, stay),
        ColumnReader::DoubleColumnReader(from) => copy_values(from, to.typed::<DoubleType>(), rows, stay),
        ColumnReader::ByteArrayColumnReader(from) => copy_values(from, to.typed::<ByteArrayType>(), rows, stay),
        ColumnReader::FixedLenByteArrayColumnReader(from) => {
            copy_values(from, to.typed::<FixedLenByteArrayType>(), rows, stay)
        }
    }?;
    to.close()
}

/// Copies the values of the rows that stay. A row is one entry, or as many as its lists have elements; the first has
/// the repetition level 0. An entry has a value where its definition level is the greatest there is.
fn copy_values<T: DataType>(
    mut from: ColumnReaderImpl<T>,
    to: &mut ColumnWriterImpl<T>,
    rows: &Range<u64>,
    stay: &[u64],
) -> Result<()> {
    let (most_defined, most_repeated) = (to.get_descriptor().max_def_level(), to.get_descriptor().max_rep_level());
    let (mut defined, mut repeated, mut values) = (Vec::new(), Vec::new(), Vec::new());
    let mut next = rows.start;
    let mut stay = stay.iter().copied().peekable();
    loop {
        defined.clear();
        repeated.clear();
        values.clear();
        let (read, ..) = from.read_records(BATCH, Some(&mut defined), Some(&mut repeated), &mut values)?;
        if read == 0 {
            return if next == rows.end { Ok(()) } else { Err(ParquetError::General("a column ends early".into())) };
        }
        let entries = if most_defined > 0 { defined.len() } else { values.len() };
        let (mut kept, mut value, mut kept_values, mut stays) = (0, 0, 0, false);
        for entry in 0..entries {
            if most_repeated == 0 || repeated[entry] == 0 {
                stays = stay.next_if_eq(&next).is_some();
                next += 1;
            }
            let has_value = most_defined == 0 || defined[entry] == most_defined;
            if stays {
                if most_defined > 0 {
                    defined[kept] = defined[entry];
                }
                if most_repeated > 0 {
                    repeated[kept] = repeated[entry];
                }
                if has_value {
                    values.swap(kept_values, value);
                    kept_values += 1;
                }
                kept += 1;
            }
            value += usize::from(has_value);
        }
        if kept > 0 {
            let levels = |levels: &'_ [i16], most: i16| (most > 0).then(|| levels[..kept].to_vec());
            let (defined, repeated) = (levels(&defined, most_defined), levels(&repeated, most_repeated));
            to.write_batch(&values[..kept_values], defined.as_deref(), repeated.as_deref())?;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow_array::builder::{Int64Builder, ListBuilder, StringBuilder};
    use arrow_array::{ArrayRef, BooleanArray, RecordBatch, StringArray, StructArray, TimestampMillisecondArray};
    use arrow_schema::{DataType as ArrowType, Field};
    use arrow_select::{concat::concat_batches, filter::filter_record_batch};
    use parquet::arrow::ArrowWriter;
    use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
    use parquet::basic::{Compression, ZstdLevel};
    use std::io::{Seek, Write};

    const ROWS: usize = 3000;

    /// Columns of many shapes: plain, with nulls, nested, lists of lists.
    fn table() -> RecordBatch {
        let text: StringArray = (0..ROWS).map(|k| Some(format!("第{k}页的正文"))).collect();
        let title: StringArray = (0..ROWS).map(|k| (k % 3 > 0).then(|| format!("题{}", k % 50))).collect();
        let time: TimestampMillisecondArray = (0..ROWS as i64).map(|k| (k % 7 > 0).then_some(k * 1000)).collect();
        let is_new: BooleanArray = (0..ROWS).map(|k| Some(k % 2 == 0)).collect();
        let mut tags = ListBuilder::new(StringBuilder::new());
        let mut parts = ListBuilder::new(ListBuilder::new(Int64Builder::new()));
        for k in 0..ROWS {
            (0..k % 4).for_each(|tag| tags.values().append_option((tag != 2).then(|| format!("签{tag}"))));
            tags.append(k % 5 > 0);
            for part in 0..k % 3 {
                (0..part + k % 2).for_each(|n| parts.values().values().append_value((k + n) as i64));
                parts.values().append(part != 1);
            }
            parts.append(true);
        }
        let inner = Arc::new(title.clone()) as ArrayRef;
        let nested = StructArray::from(vec![(Arc::new(Field::new("inner", ArrowType::Utf8, true)), inner)]);
        RecordBatch::try_from_iter_with_nullable([
            ("text", Arc::new(text) as ArrayRef, false),
            ("title", Arc::new(title) as ArrayRef, true),
            ("time", Arc::new(time) as ArrayRef, true),
            ("new", Arc::new(is_new) as ArrayRef, false),
            ("tags", Arc::new(tags.finish()) as ArrayRef, true),
            ("parts", Arc::new(parts.finish()) as ArrayRef, true),
            ("nested", Arc::new(nested) as ArrayRef, true),
        ])
        .unwrap()
    }

    fn written(table: &RecordBatch) -> File {
        let like = WriterProperties::builder()
            .set_max_row_group_row_count(Some(1100))
            .set_compression(Compression::ZSTD(ZstdLevel::default()))
            .set_column_dictionary_enabled("text".into(), false);
        let mut writer = ArrowWriter::try_new(Vec::new(), table.schema(), Some(like.build())).unwrap();
        writer.write(table).unwrap();
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(&writer.into_inner().unwrap()).unwrap();
        file
    }

    fn read(file: &File) -> RecordBatch {
        let builder = ParquetRecordBatchReaderBuilder::try_new(file.try_clone().unwrap()).unwrap();
        let schema = builder.schema().clone();
        let batches: Vec<RecordBatch> = builder.build().unwrap().collect::<std::result::Result<_, _>>().unwrap();
        concat_batches(&schema, &batches).unwrap()
    }

    fn kept(from: &File, stay: &[u64]) -> File {
        let mut to = tempfile::tempfile().unwrap();
        copy(from.try_clone().unwrap(), stay, &mut to).unwrap();
        to.rewind().unwrap();
        to
    }

    #[test]
    fn rows_that_stay_are_the_same_and_so_is_how_they_are_held() {
        let table = table();
        let from = written(&table);
        for every in [1, 2, 7, 900] {
            let stay: Vec<u64> = (0..ROWS as u64).filter(|row| row % every == 0).collect();
            let to = kept(&from, &stay);
            let mask: BooleanArray = (0..ROWS as u64).map(|row| Some(row % every == 0)).collect();
            assert_eq!(read(&to), filter_record_batch(&table, &mask).unwrap(), "{every}");
            let [before, after] = [from.try_clone().unwrap(), to].map(|file| SerializedFileReader::new(file).unwrap());
            let [before, after] = [&before, &after].map(|reader| reader.metadata());
            assert_eq!(before.file_metadata().schema(), after.file_metadata().schema());
            assert_eq!(before.file_metadata().key_value_metadata(), after.file_metadata().key_value_metadata());
            let columns = |metadata: &ParquetMetaData| -> Vec<(Compression, bool)> {
                let column = |k: usize| metadata.row_group(0).column(k).clone();
                (0..7).map(column).map(|c| (c.compression(), c.dictionary_page_offset().is_some())).collect()
            };
            assert_eq!((columns(before), 3), (columns(after), after.num_row_groups()));
        }
    }

    #[test]
    fn a_row_group_of_which_nothing_stays_is_gone() {
        let from = written(&table());
        for (stay, groups) in [(&[0, 2999][..], 2), (&[1500], 1), (&[], 0)] {
            let to = kept(&from, stay);
            assert_eq!(SerializedFileReader::new(to.try_clone().unwrap()).unwrap().num_row_groups(), groups);
            assert_eq!(read(&to).num_rows(), stay.len());
        }
    }
}
