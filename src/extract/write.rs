//! Records of pages as files.

use super::extract;
use crate::config::Config;
use crate::corpus::Corpus;
use crate::error::{Error, Result};
#[cfg(feature = "parquet")]
use crate::records::ExtractedRecord;
use std::io::Write;
use std::path::Path;

/// Writes a line of JSON for every page. `path` is named in errors.
pub fn write_jsonl(corpus: &Corpus, config: &Config, writer: &mut (dyn Write + Send), path: &Path) -> Result<()> {
    let failed = |source| Error::Write { path: path.to_owned(), source };
    extract(corpus, config, |page| {
        serde_json::to_writer(&mut *writer, &page).map_err(|error| failed(error.into()))?;
        writer.write_all(b"\n").map_err(failed)
    })
}

/// Rows of a Parquet file that are written at a time.
#[cfg(feature = "parquet")]
const ROWS: usize = 1024;

/// Writes a Parquet file with a row for every page: the columns of [`Table::Extracted`](crate::export::Table::Extracted).
/// `path` is named in errors.
#[cfg(feature = "parquet")]
pub fn write_parquet(corpus: &Corpus, config: &Config, writer: &mut (dyn Write + Send), path: &Path) -> Result<()> {
    use crate::export::{Table, batch, parquet_properties};
    use parquet::arrow::ArrowWriter;
    let failed = |source| Error::Write { path: path.to_owned(), source };
    let about = serde_json::to_string(config).unwrap_or_default();
    let mut rows =
        ArrowWriter::try_new(writer, Table::Extracted.schema(), Some(parquet_properties(vec![("config", about)])))
            .map_err(|error| failed(std::io::Error::other(error)))?;
    let mut write = |pages: &mut Vec<serde_json::Value>| {
        let batch =
            batch(Table::Extracted, std::mem::take(pages)).map_err(|error| failed(std::io::Error::other(error)))?;
        rows.write(&batch).map_err(|error| failed(std::io::Error::other(error)))
    };
    let mut held = Vec::new();
    extract(corpus, config, |page: ExtractedRecord| {
        held.push(serde_json::to_value(&page).map_err(|error| failed(error.into()))?);
        if held.len() < ROWS { Ok(()) } else { write(&mut held) }
    })?;
    write(&mut held)?;
    rows.close().map(drop).map_err(|error| failed(std::io::Error::other(error)))
}
