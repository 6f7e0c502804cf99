//! What a run left.

use crate::errors::{Raise, config_error};
use arrow_array::RecordBatch;
use pyo3::prelude::*;
use pyo3_arrow::PyTable;
use std::path::PathBuf;
use tempfile::TempDir;
use tonggao::output::Answer;
use tonggao::output::OutFolder;
use tonggao::output::{Table, each_batch};
use tonggao::{Error, Result};

/// What a run left: an output folder, which goes with this value unless it is the caller's.
#[pyclass(frozen)]
pub(crate) struct Folder {
    path: PathBuf,
    _scratch: Option<TempDir>,
}

impl Folder {
    /// The folder of a run that has just ended; `scratch` goes with it.
    pub(crate) fn left(path: PathBuf, scratch: TempDir) -> Self {
        Folder { path, _scratch: Some(scratch) }
    }
}

#[pymethods]
impl Folder {
    /// An output folder that is there.
    #[staticmethod]
    fn open(path: PathBuf) -> PyResult<Self> {
        OutFolder::open(&path).or_raise()?;
        Ok(Folder { path, _scratch: None })
    }

    #[getter]
    fn path(&self) -> PathBuf {
        self.path.clone()
    }

    /// A table by name, as a pyarrow.Table.
    fn table<'py>(&self, py: Python<'py>, name: &str) -> PyResult<Bound<'py, PyAny>> {
        let mut tables = Table::ALL.into_iter().chain([Table::Removed]);
        let Some(table) = tables.find(|table| table.name() == name) else {
            return Err(config_error(&format!("no table is called {name:?}")));
        };
        let read = || -> Result<Vec<RecordBatch>> {
            let mut batches = Vec::new();
            each_batch(&OutFolder::open(&self.path)?, table, |batch| {
                batches.push(batch);
                Ok(())
            })?;
            Ok(batches)
        };
        PyTable::try_new(py.detach(read).or_raise()?, table.schema())?.into_pyarrow(py)
    }

    /// `run.json` as text.
    fn run(&self) -> PyResult<String> {
        let path = self.path.join("run.json");
        std::fs::read_to_string(&path).map_err(|source| Error::Read { path, source }).or_raise()
    }

    /// Copies the folder; what is there is replaced with `force` only, if it is an output folder.
    fn save(&self, py: Python, path: PathBuf, force: bool) -> PyResult<()> {
        py.detach(|| OutFolder::open(&self.path)?.copy_to(&path, force)).or_raise()
    }

    /// The reasons in words: of a set, of two pages, or of one. None when there is nothing to show.
    #[pyo3(signature = (cluster=None, pages=Vec::new()))]
    fn explain(&self, py: Python, cluster: Option<u32>, pages: Vec<String>) -> PyResult<Option<String>> {
        let answer = py.detach(|| {
            let out = OutFolder::open(&self.path)?;
            match (cluster, &pages[..]) {
                (Some(number), _) => out.explain_cluster(number),
                (None, [a, b]) => out.explain_pair(a, b),
                (None, [page]) => out.explain_page(page),
                _ => Ok(Answer::Nothing(String::new())),
            }
        });
        match answer.or_raise()? {
            Answer::Text(text) => Ok(Some(text)),
            Answer::Nothing(_) => Ok(None),
        }
    }
}
