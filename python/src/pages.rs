//! What a run is given: paths, or a table that becomes a file of records.

use crate::errors::{Result, TABLE, table_error};
use crate::table::{self, Columns};
use crate::watch::Watch;
use arrow_array::RecordBatchReader;
use pyo3::prelude::*;
use pyo3_arrow::input::AnyRecordBatch;
use std::path::{Path, PathBuf};
use tonggao::Corpus;
use tonggao::Error;

/// Pages as Python hands them over.
pub(crate) enum Pages {
    /// Files and folders.
    Paths(Vec<PathBuf>),
    /// Anything that gives Arrow data.
    Table(Box<dyn RecordBatchReader + Send>),
}

impl<'py> FromPyObject<'_, 'py> for Pages {
    type Error = PyErr;

    fn extract(given: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        if !given.hasattr("__arrow_c_stream__")? && !given.hasattr("__arrow_c_array__")? {
            return Ok(Pages::Paths(given.extract()?));
        }
        let reader = given.extract().and_then(AnyRecordBatch::into_reader);
        reader.map(Pages::Table).map_err(|error| {
            table_error(&format!(
                "the table cannot be read: {error}. A table has columns with names; of a column alone make one with \
                 pyarrow.table({{\"text\": column}})"
            ))
        })
    }
}

impl Pages {
    /// The paths to read. A table is written to the file `NAME.jsonl` of `folder` first, batch by batch.
    pub(crate) fn into_paths(self, folder: &Path, name: &str, columns: Columns, watch: &Watch) -> Result<Vec<PathBuf>> {
        match self {
            Pages::Paths(paths) => Ok(paths),
            Pages::Table(reader) => {
                let file = folder.join(name).with_extension("jsonl");
                table::write(&reader.schema(), reader, columns, &file, watch)?;
                Ok(vec![file])
            }
        }
    }
}

/// A corpus that was opened, with rows named where records of the tables in `folder` were left out: the files that
/// these were put into are nobody's.
pub(crate) fn opened(corpus: std::result::Result<Corpus, Error>, folder: &Path) -> Result<Corpus> {
    let file = folder.join("table.jsonl");
    let mut corpus = corpus.map_err(|error| match error {
        Error::NoRecords { inputs, skipped, mut first } if inputs == [file.as_path()] => {
            first.iter_mut().for_each(|skipped| skipped.file = TABLE.to_owned());
            Error::NoRecords { inputs: vec![TABLE.into()], skipped, first }
        }
        other => other,
    })?;
    for of_file in corpus.skipped.chunk_by_mut(|a, b| a.file == b.file) {
        let path = PathBuf::from(&of_file[0].file);
        if !path.starts_with(folder) {
            continue;
        }
        let starts = table::line_starts(&path)?;
        for skipped in of_file {
            skipped.file = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            skipped.offset = starts.partition_point(|start| *start < skipped.offset) as u64;
            skipped.is_row = true;
        }
    }
    Ok(corpus)
}
