//! `detect`: reprint sets, origins, talking points.

use crate::errors::Raise;
use crate::folder::Folder;
use crate::pages::{Pages, opened};
use crate::settings::{self, scratch};
use crate::table::Columns;
use crate::watch::watched;
use pyo3::prelude::*;
use std::path::PathBuf;
use tonggao::{Corpus, output};

/// Detects in files and folders, or in a table. `out` is the folder to write; without one, the result is kept in a
/// temporary folder.
#[pyfunction]
#[pyo3(signature = (pages, config, background=None, out=None, force=false, progress=None))]
pub(crate) fn detect(
    py: Python,
    pages: Pages,
    config: &str,
    background: Option<Pages>,
    out: Option<PathBuf>,
    force: bool,
    progress: Option<Py<PyAny>>,
) -> PyResult<Folder> {
    let mut config = settings::config(config)?;
    let names = config.reading(None).or_raise()?.names;
    let scratch = scratch(&config)?;
    let path = out.unwrap_or_else(|| scratch.path().join("out"));
    output::check(&path, force).or_raise()?;
    watched(py, config.threads, progress, |watch| {
        let inputs = pages.into_paths(scratch.path(), "table", Columns::of(&names, &config.field), watch)?;
        if let Some(background) = background {
            let columns = Columns::of(&names, &[]);
            config.background = background.into_paths(scratch.path(), "background", columns, watch)?;
        }
        let corpus = opened(Corpus::open_for(&inputs, &config, &path), scratch.path())?;
        let findings = tonggao::detect(&corpus, &config, watch)?;
        output::write(&findings, &path)?;
        Ok(())
    })?;
    Ok(Folder::left(path, scratch))
}
