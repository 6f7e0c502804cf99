//! Tables as Parquet files.

use super::rows::each_batch;
use crate::error::{Error, Result};
use crate::output_folder::OutFolder;
use crate::output_folder::VERSION;
use crate::records::Table;
use crate::storage::folder::FileWriter;
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::errors::ParquetError;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::WriterProperties;
use std::path::Path;

/// A row group ends at this many rows, ...
const GROUP_ROWS: usize = 1 << 17;
/// ... or when it takes this many bytes of memory.
const GROUP_BYTES: usize = 32 << 20;

/// Writes one table, with the run it comes from in the metadata of the file. `path` is named in errors. Holds one row
/// group.
pub(super) fn write(out: &OutFolder, table: Table, writer: &mut FileWriter, path: &Path) -> Result<()> {
    let failed = |error: ParquetError| Error::Write { path: path.to_owned(), source: std::io::Error::other(error) };
    let about = vec![
        ("version", out.run().version.clone()),
        ("input_hash", out.run().input_hash.clone()),
        ("config", serde_json::to_string(out.config()).unwrap_or_default()),
    ];
    let mut rows = ArrowWriter::try_new(writer, table.schema(), Some(properties(about))).map_err(failed)?;
    each_batch(out, table, |batch| {
        rows.write(&batch).map_err(failed)?;
        if rows.in_progress_size() > GROUP_BYTES {
            rows.flush().map_err(failed)?;
        }
        Ok(())
    })?;
    rows.close().map(drop).map_err(failed)
}

/// How files are written; `about` is in their metadata, next to the version.
pub(crate) fn properties(about: Vec<(&str, String)>) -> WriterProperties {
    let pair = |(key, value): (&str, String)| KeyValue::new(format!("tonggao.{key}"), value);
    WriterProperties::builder()
        .set_compression(Compression::ZSTD(ZstdLevel::default()))
        .set_max_row_group_row_count(Some(GROUP_ROWS))
        .set_created_by(format!("tonggao {VERSION}"))
        .set_key_value_metadata(Some(about.into_iter().map(pair).collect()))
        .build()
}
