//! `dedup`: the pages without those that repeat others.

use crate::errors::{Raise, Result};
use crate::folder::Folder;
use crate::pages::{Pages, opened};
use crate::settings::{choice, scratch};
use crate::table::{self, Columns, line_starts};
use crate::watch::{Watch, watched};
use arrow_array::{BooleanArray, RecordBatch, RecordBatchReader};
use arrow_schema::{ArrowError, SchemaRef};
use arrow_select::filter::filter_record_batch;
use pyo3::prelude::*;
use pyo3_arrow::PyTable;
use std::path::PathBuf;
use tonggao::Config;
use tonggao::Corpus;
use tonggao::DocId;
use tonggao::dedup::{Job, Policy, Written, check, write};

/// Finds the pages that repeat others. Files are written again without them to `out`, if there is one; of a table, the
/// rows that stay are given back (None for files). The folder has the list of those that go.
#[pyfunction]
#[pyo3(signature = (pages, config, keep, among, exact=false, against=None, out=None, force=false, progress=None))]
#[expect(clippy::too_many_arguments, reason = "it is called from one place, which names them")]
pub(crate) fn dedup<'py>(
    py: Python<'py>,
    pages: Pages,
    config: &str,
    keep: &str,
    among: &str,
    exact: bool,
    against: Option<Pages>,
    out: Option<PathBuf>,
    force: bool,
    progress: Option<Py<PyAny>>,
) -> PyResult<(Folder, Option<Bound<'py, PyAny>>)> {
    let policy = Policy { keep: choice("keep", keep)?, among: choice("among", among)? };
    let mut job = Job { policy, dry_run: out.is_none(), ..Job::default() };
    let config = Config { only: job.only(exact).or_raise()?, ..crate::settings::config(config)? };
    let names = config.reading(None).or_raise()?.names;
    let scratch = scratch(&config)?;
    let path = out.unwrap_or_else(|| scratch.path().join("out"));
    check(&path, force).or_raise()?;
    let kept = watched(py, config.threads, progress, |watch| {
        let table = match pages {
            Pages::Table(reader) => {
                let held = Held::read(reader, watch)?;
                let file = scratch.path().join("table.jsonl");
                let columns = Columns::of(&names, &config.field);
                table::write(&held.schema, held.batches.iter().cloned().map(Ok), columns, &file, watch)?;
                job.inputs = vec![file];
                Some(held)
            }
            Pages::Paths(paths) => {
                job.inputs = paths;
                None
            }
        };
        if let Some(against) = against {
            job.against = against.into_paths(scratch.path(), "against", Columns::of(&names, &[]), watch)?;
        }
        let corpus = opened(job.open(&config, Some(&path)), scratch.path())?;
        let findings = job.detect(&corpus, &config, watch)?;
        let written = write(&findings, &job, Some(&path), watch)?;
        table.map(|held| held.without(&corpus, &job, &written)).transpose()
    })?;
    let kept = kept.map(|held| PyTable::try_new(held.batches, held.schema)?.into_pyarrow(py)).transpose()?;
    Ok((Folder::left(path, scratch), kept))
}

/// A table as it was given: its buffers are shared, not copied.
struct Held {
    schema: SchemaRef,
    batches: Vec<RecordBatch>,
}

impl Held {
    fn read(reader: Box<dyn RecordBatchReader + Send>, watch: &Watch) -> Result<Self> {
        let schema = reader.schema();
        let mut batches = Vec::new();
        for batch in reader {
            watch.go_on()?;
            batches.push(batch?);
        }
        Ok(Held { schema, batches })
    }

    /// The rows of the records that stay, the first ones of the corpus being those of the table. Rows that were skipped do
    /// not.
    fn without(self, corpus: &Corpus, job: &Job, written: &Written) -> Result<Self> {
        let offsets = line_starts(&job.inputs[0])?;
        let row = |doc: DocId| offsets.binary_search(&corpus.place(doc).1);
        let mut stays = vec![false; offsets.len()];
        (0..written.counts.documents as u32).filter_map(|doc| row(DocId(doc)).ok()).for_each(|row| stays[row] = true);
        written.removed.iter().filter_map(|gone| row(gone.doc).ok()).for_each(|row| stays[row] = false);
        let mut rest = &stays[..];
        let mut filter = |batch: &RecordBatch| {
            let (these, others) = rest.split_at(batch.num_rows());
            rest = others;
            filter_record_batch(batch, &BooleanArray::from(these.to_vec()))
        };
        let batches = self.batches.iter().map(&mut filter).collect::<std::result::Result<_, ArrowError>>()?;
        Ok(Held { schema: self.schema, batches })
    }
}
