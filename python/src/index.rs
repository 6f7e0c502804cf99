//! `Index`: an index that grows. Answers are JSON, which the Python part reads.

use crate::errors::{Raise, Result};
use crate::pages::Pages;
use crate::settings::{self, scratch};
use crate::table::Columns;
use crate::watch::watched;
use pyo3::prelude::*;
use serde::Serialize;
use std::path::PathBuf;
use tonggao::indexed::Commit;
use tonggao::{Config, Error};

/// An index as of a commit.
#[pyclass(frozen)]
pub(crate) struct Index {
    index: tonggao::Index,
}

#[pymethods]
impl Index {
    #[staticmethod]
    fn open(py: Python, folder: PathBuf) -> PyResult<Self> {
        let index = py.detach(|| tonggao::Index::open(folder)).or_raise()?;
        Ok(Index { index })
    }

    #[staticmethod]
    fn check(py: Python, folder: PathBuf) -> PyResult<()> {
        py.detach(|| tonggao::Index::check(folder)).or_raise().map(drop)
    }

    #[staticmethod]
    #[pyo3(signature = (folder, inputs, config, progress=None))]
    fn create(
        py: Python,
        folder: PathBuf,
        inputs: Vec<PathBuf>,
        config: &str,
        progress: Option<Py<PyAny>>,
    ) -> PyResult<String> {
        let config = settings::config(config)?;
        watched(py, config.threads, progress, |watch| said(tonggao::Index::create(folder, &inputs, &config, watch)))
    }

    /// Adds the pages of files, or the rows of a table.
    #[staticmethod]
    #[pyo3(signature = (folder, pages, config, progress=None))]
    fn add(py: Python, folder: PathBuf, pages: Pages, config: &str, progress: Option<Py<PyAny>>) -> PyResult<String> {
        let config = settings::config(config)?;
        let scratch = scratch(&config)?;
        let names = Config::default().reading(None).or_raise()?.names;
        watched(py, config.threads, progress, |watch| {
            let is_table = matches!(pages, Pages::Table(_));
            let paths = pages.into_paths(scratch.path(), "table", Columns::of(&names, &[]), watch)?;
            if !is_table {
                return said(tonggao::Index::add(folder, &paths, &config, watch));
            }
            let records = std::fs::read_to_string(&paths[0]);
            let records = records.map_err(|source| Error::Read { path: paths[0].clone(), source })?;
            said(tonggao::Index::add_records(folder, &records, &config, watch))
        })
    }

    #[staticmethod]
    #[pyo3(signature = (folder, drop_missing, config, progress=None))]
    fn compact(
        py: Python,
        folder: PathBuf,
        drop_missing: bool,
        config: &str,
        progress: Option<Py<PyAny>>,
    ) -> PyResult<String> {
        let config = settings::config(config)?;
        watched(py, config.threads, progress, |watch| {
            said(tonggao::Index::compact(folder, drop_missing, &config, watch))
        })
    }

    #[getter]
    fn commit(&self) -> u64 {
        self.index.commit()
    }

    fn __len__(&self) -> usize {
        self.index.len()
    }

    fn is_latest(&self) -> PyResult<bool> {
        self.index.is_latest().or_raise()
    }

    fn clusters(&self) -> PyResult<Vec<u32>> {
        self.index.clusters().map(<[u32]>::to_vec).or_raise()
    }

    fn cluster(&self, py: Python, number: u32) -> PyResult<Option<String>> {
        let found = py.detach(|| self.index.cluster(number)).or_raise()?;
        Ok(found.map(|set| json(&set)))
    }

    fn query(&self, py: Python, page: &str) -> PyResult<String> {
        let answer = py.detach(|| self.index.query(self.index.page(page)?)).or_raise()?;
        Ok(json(&answer))
    }

    fn events(&self, since: u64) -> PyResult<String> {
        Ok(json(&self.index.events(since).or_raise()?))
    }
}

/// Numbers, texts and lists of them always serialise.
fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

/// What a commit did.
fn said(done: tonggao::Result<Commit>) -> Result<String> {
    let Commit { commit, added, known, dropped, skipped, measured, documents, clusters, unknown_verdicts, events } =
        done?;
    Ok(json(&serde_json::json!({
        "commit": commit,
        "added": added,
        "known": known,
        "dropped": dropped,
        "skipped": skipped,
        "measured": measured,
        "documents": documents,
        "clusters": clusters,
        "unknown_verdicts": unknown_verdicts,
        "events": events,
    })))
}
