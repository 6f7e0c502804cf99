//! A table as records in a file: the form in which the core reads, measures and reads again.

use crate::errors::{Result, Wrong};
use crate::watch::Watch;
use arrow_array::cast::AsArray;
use arrow_array::{ArrayRef, LargeStringArray, RecordBatch, StringArray};
use arrow_cast::cast;
use arrow_json::LineDelimitedWriter;
use arrow_schema::{ArrowError, DataType, Field, Schema, SchemaRef};
use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::path::Path;
use std::sync::Arc;
use tonggao::Error;
use tonggao::Observer;
use tonggao::stages::corpus::FieldNames;

/// Which column is what.
#[derive(Clone, Copy)]
pub(crate) struct Columns<'n> {
    names: &'n FieldNames,
    mapped: &'n [String],
}

impl<'n> Columns<'n> {
    /// Names of fields, and mappings `role=name` whose names must all be there.
    pub(crate) fn of(names: &'n FieldNames, mapped: &'n [String]) -> Self {
        Columns { names, mapped }
    }

    /// The names of fields that the columns are read as.
    fn fields(self, schema: &Schema) -> Result<Vec<String>> {
        let columns: Vec<&str> = schema.fields().iter().map(|field| field.name().as_str()).collect();
        let listed = columns.join(", ");
        if let Some((_, name)) = columns.iter().enumerate().find(|(at, name)| columns[..*at].contains(name)) {
            return Err(Wrong::Columns(format!("two columns are called {name:?}: rename one, or leave it out")));
        }
        let named = self.mapped.iter().filter_map(|mapping| Some(mapping.split_once('=')?.1));
        if let Some(absent) = named.into_iter().find(|name| !columns.contains(name)) {
            return Err(Wrong::Columns(format!("`field` names a column {absent:?}; there are {listed}")));
        }
        self.names.of_columns(&columns).ok_or_else(|| {
            Wrong::Columns(format!(
                "no column is known as the text: there are {listed}; say which it is with field={{\"text\": NAME}}"
            ))
        })
    }
}

/// Writes every row as a JSON object, a line each. A row of a table without a column of ids gets its number, counted
/// from 0; bytes are written as the text that they are. Holds one batch.
pub(crate) fn write(
    schema: &Schema,
    batches: impl Iterator<Item = std::result::Result<RecordBatch, ArrowError>>,
    columns: Columns,
    path: &Path,
    watch: &Watch,
) -> Result<()> {
    let failed = |source| Wrong::Core(Error::Write { path: path.to_owned(), source });
    let mut fields = columns.fields(schema)?;
    let id = columns.names.missing_id(&fields).map(str::to_owned);
    let is_numbered = id.is_some();
    fields.splice(0..0, id);
    let mut writer = LineDelimitedWriter::new(BufWriter::with_capacity(1 << 20, File::create(path).map_err(failed)?));
    let mut row = 0;
    watch.begin("table", 0);
    for batch in batches {
        watch.go_on()?;
        let batch = batch?;
        let mut columns = batch.columns().iter().map(text_of_bytes).collect::<std::result::Result<Vec<_>, _>>()?;
        if is_numbered {
            columns.insert(
                0,
                Arc::new((row..row + batch.num_rows()).map(|row| Some(row.to_string())).collect::<StringArray>()),
            );
        }
        row += batch.num_rows();
        writer.write(&RecordBatch::try_new(records(&fields, &columns), columns)?)?;
        watch.advance(batch.num_rows() as u64);
    }
    writer.finish()?;
    writer.into_inner().flush().map_err(failed)
}

fn records(names: &[String], columns: &[ArrayRef]) -> SchemaRef {
    let field = |(name, column): (&String, &ArrayRef)| Field::new(name, column.data_type().clone(), true);
    Arc::new(Schema::new(names.iter().zip(columns).map(field).collect::<Vec<_>>()))
}

/// A column of bytes as the text that they are, as files are read; any other as it is.
fn text_of_bytes(column: &ArrayRef) -> std::result::Result<ArrayRef, ArrowError> {
    match column.data_type() {
        DataType::Binary | DataType::LargeBinary | DataType::BinaryView | DataType::FixedSizeBinary(_) => {
            let bytes = cast(column, &DataType::LargeBinary)?;
            let texts = bytes.as_binary::<i64>().iter().map(|bytes| bytes.map(String::from_utf8_lossy));
            Ok(Arc::new(texts.collect::<LargeStringArray>()))
        }
        _ => Ok(column.clone()),
    }
}

/// Where the lines of a file begin.
pub(crate) fn line_starts(path: &Path) -> Result<Vec<u64>> {
    let failed = |source| Error::Read { path: path.to_owned(), source };
    let mut reader = BufReader::with_capacity(1 << 18, File::open(path).map_err(failed)?);
    let (mut starts, mut at) = (Vec::new(), 0);
    loop {
        let read = reader.skip_until(b'\n').map_err(failed)? as u64;
        if read == 0 {
            return Ok(starts);
        }
        starts.push(at);
        at += read;
    }
}
