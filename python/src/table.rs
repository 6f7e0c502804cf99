//! A table as records in a file: the form in which the core reads, measures and reads again.

use crate::errors::{Result, Wrong};
use crate::watch::Watch;
use arrow_array::{ArrayRef, RecordBatch, StringArray};
use arrow_json::LineDelimitedWriter;
use arrow_schema::{ArrowError, DataType, Field, Schema, SchemaRef};
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;
use std::sync::Arc;
use tonggao::corpus::FieldNames;
use tonggao::error::Error;
use tonggao::pipeline::Observer;

/// Writes every row as a JSON object, a line each. A row of a table without a column of ids gets its number, counted
/// from 0. Holds one batch.
pub(crate) fn write(
    schema: &Schema,
    batches: impl Iterator<Item = std::result::Result<RecordBatch, ArrowError>>,
    names: &FieldNames,
    path: &Path,
    watch: &Watch,
) -> Result<()> {
    let failed = |source| Wrong::Core(Error::Write { path: path.to_owned(), source });
    let columns = schema.fields().iter().map(|field| field.name().as_str());
    let number = names.missing_id(columns).map(|id| numbered(schema, id));
    let mut writer = LineDelimitedWriter::new(BufWriter::with_capacity(1 << 20, File::create(path).map_err(failed)?));
    let mut row = 0;
    watch.begin("table", 0);
    for batch in batches {
        watch.go_on()?;
        let mut batch = batch?;
        if let Some(schema) = &number {
            batch = with_numbers(&batch, schema, row)?;
        }
        row += batch.num_rows();
        writer.write(&batch)?;
        watch.advance(batch.num_rows() as u64);
    }
    writer.finish()?;
    writer.into_inner().flush().map_err(failed)
}

/// The schema with a column of ids before the others.
fn numbered(schema: &Schema, id: &str) -> SchemaRef {
    let mut fields = vec![Arc::new(Field::new(id, DataType::Utf8, false))];
    fields.extend(schema.fields().iter().cloned());
    Arc::new(Schema::new(fields))
}

fn with_numbers(batch: &RecordBatch, schema: &SchemaRef, first: usize) -> std::result::Result<RecordBatch, ArrowError> {
    let numbers = (first..first + batch.num_rows()).map(|row| Some(row.to_string()));
    let mut columns: Vec<ArrayRef> = vec![Arc::new(numbers.collect::<StringArray>())];
    columns.extend(batch.columns().iter().cloned());
    RecordBatch::try_new(schema.clone(), columns)
}
