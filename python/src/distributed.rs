//! The steps of a job that is spread over machines, and their functions at work: Arrow in, Arrow out.

use crate::errors::{Raise, Result, config_error};
use arrow_array::{RecordBatch, StringArray};
use arrow_schema::{DataType, Field, Schema};
use pyo3::prelude::*;
use pyo3_arrow::{PyRecordBatch, PySchema};
use rayon::{ThreadPool, ThreadPoolBuilder};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use tonggao::distributed::{Broadcast, Step, Task, check_verdicts as check, steps as all_steps};
use tonggao::stages::clean::FurnitureGroup;

fn parse<T: serde::de::DeserializeOwned>(json: &str) -> PyResult<T> {
    serde_json::from_str(json).map_err(|error| config_error(&error.to_string()))
}

fn step(name: &str, broadcast: &Broadcast) -> PyResult<Step> {
    let found = all_steps(broadcast).into_iter().find(|step| step.name() == name);
    found.ok_or_else(|| config_error(&format!("no step is called {name:?}")))
}

fn without_function<T>(found: Option<T>, name: &str) -> PyResult<T> {
    found.ok_or_else(|| config_error(&format!("the step {name:?} calls no function")))
}

/// The function of a step at work. It uses one thread: an engine gives each of its tasks one.
#[pyclass(frozen)]
pub(crate) struct StepTask {
    task: Mutex<Task>,
    pool: ThreadPool,
}

#[pymethods]
impl StepTask {
    /// Starts the function of a step.
    #[new]
    fn new(name: &str, broadcast: &str) -> PyResult<Self> {
        let broadcast: Broadcast = parse(broadcast)?;
        let pool = ThreadPoolBuilder::new().num_threads(1).build();
        let pool = pool.map_err(|error| config_error(&format!("no thread for a task: {error}")))?;
        let task = without_function(step(name, &broadcast)?.start(&broadcast).or_raise()?, name)?;
        Ok(StepTask { task: Mutex::new(task), pool })
    }

    /// Takes rows, and gives those that are ready; without any, the last.
    #[pyo3(signature = (rows=None))]
    fn __call__<'py>(&self, py: Python<'py>, rows: Option<PyRecordBatch>) -> PyResult<Bound<'py, PyAny>> {
        let rows = rows.map(PyRecordBatch::into_inner);
        let lock = || self.task.lock().unwrap_or_else(PoisonError::into_inner);
        let made = py.detach(|| self.pool.install(|| lock()(rows.as_ref())));
        PyRecordBatch::new(made.or_raise()?).into_pyarrow(py)
    }
}

/// The columns that the function of a step gives.
#[pyfunction]
pub(crate) fn step_schema(py: Python<'_>, name: &str) -> PyResult<Py<PyAny>> {
    let schema = without_function(step(name, &Broadcast::default())?.schema().or_raise()?, name)?;
    Ok(PySchema::new(schema).into_pyarrow(py)?.unbind())
}

/// The steps of a run with these settings, in order, as JSON.
#[pyfunction]
pub(crate) fn steps(broadcast: &str) -> PyResult<String> {
    serde_json::to_string(&all_steps(&parse(broadcast)?)).map_err(|error| config_error(&error.to_string()))
}

/// The rows of any table as records, a line of JSON each.
#[pyfunction]
pub(crate) fn record_lines(py: Python<'_>, rows: PyRecordBatch) -> PyResult<Py<PyAny>> {
    let lines = || -> Result<RecordBatch> {
        let mut writer = arrow_json::LineDelimitedWriter::new(Vec::new());
        writer.write(rows.as_ref())?;
        writer.finish()?;
        let lines = StringArray::from_iter_values(String::from_utf8_lossy(&writer.into_inner()).lines());
        let schema = Schema::new(vec![Field::new("line", DataType::Utf8, true)]);
        Ok(RecordBatch::try_new(Arc::new(schema), vec![Arc::new(lines)])?)
    };
    Ok(PyRecordBatch::new(lines().or_raise()?).into_pyarrow(py)?.unbind())
}

/// Refuses what are no verdicts; errors name the file.
#[pyfunction]
pub(crate) fn check_verdicts(text: &str, path: PathBuf) -> PyResult<()> {
    check(text, &path).or_raise()
}

/// Refuses what is no furniture.
#[pyfunction]
pub(crate) fn check_furniture(furniture: &str) -> PyResult<()> {
    parse::<Vec<FurnitureGroup>>(furniture).map(drop)
}
