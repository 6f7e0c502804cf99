//! What a run is given: paths, or a table that becomes a file of records.

use crate::errors::{Result, table_error};
use crate::table;
use crate::watch::Watch;
use arrow_array::RecordBatchReader;
use pyo3::prelude::*;
use pyo3_arrow::input::AnyRecordBatch;
use std::path::{Path, PathBuf};
use tonggao::corpus::FieldNames;

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
        reader.map(Pages::Table).map_err(|error| table_error(&format!("the table cannot be read: {error}")))
    }
}

impl Pages {
    /// The paths to read. A table is written to the file `NAME.jsonl` of `folder` first, batch by batch.
    pub(crate) fn into_paths(
        self,
        folder: &Path,
        name: &str,
        names: &FieldNames,
        watch: &Watch,
    ) -> Result<Vec<PathBuf>> {
        match self {
            Pages::Paths(paths) => Ok(paths),
            Pages::Table(reader) => {
                let file = folder.join(name).with_extension("jsonl");
                table::write(&reader.schema(), reader, names, &file, watch)?;
                Ok(vec![file])
            }
        }
    }
}
