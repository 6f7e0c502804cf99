//! The steps of a job that is spread over machines, and their functions at work: Arrow in, Arrow out.

use crate::errors::{Raise, Result, config_error};
use arrow_array::{RecordBatch, StringArray};
use arrow_schema::{DataType, Field, Schema};
use pyo3::prelude::*;
use pyo3_arrow::{PyRecordBatch, PySchema};
use rayon::{ThreadPool, ThreadPoolBuilder};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use tonggao::distributed::{Broadcast, Model, Step, Task, check_verdicts as check, steps as all_steps};
use tonggao::stages::clean::FurnitureGroup;

fn parse<T: serde::de::DeserializeOwned>(json: &str) -> PyResult<T> {
    serde_json::from_str(json).map_err(|error| config_error(&error.to_string()))
}

fn step(name: &str) -> PyResult<Step> {
    let found = all_steps().into_iter().find(|step| step.name() == name);
    found.ok_or_else(|| config_error(&format!("no step is called {name:?}")))
}

fn without_function<T>(found: Option<T>, name: &str) -> PyResult<T> {
    found.ok_or_else(|| config_error(&format!("the step {name:?} calls no function")))
}

/// The function of a step at work. It uses one thread: an engine gives each of its tasks one.
#[pyclass(frozen)]
pub(crate) struct StepTask {
    task: Mutex<Box<dyn Task>>,
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
        let task = without_function(step(name)?.start(&broadcast).or_raise()?, name)?;
        Ok(StepTask { task: Mutex::new(task), pool })
    }

    /// Takes rows, and gives those that are ready.
    fn add<'py>(&self, py: Python<'py>, rows: PyRecordBatch) -> PyResult<Bound<'py, PyAny>> {
        let rows = rows.into_inner();
        self.with(py, |task| Ok(task.add(&rows)?))
    }

    /// The last rows.
    fn finish<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.with(py, |task| Ok(task.finish()?))
    }
}

impl StepTask {
    fn with<'py>(
        &self,
        py: Python<'py>,
        work: impl FnOnce(&mut dyn Task) -> Result<RecordBatch> + Send,
    ) -> PyResult<Bound<'py, PyAny>> {
        let lock = || self.task.lock().unwrap_or_else(PoisonError::into_inner);
        let made = py.detach(|| self.pool.install(|| work(lock().as_mut())));
        PyRecordBatch::new(made.or_raise()?).into_pyarrow(py)
    }
}

/// The columns that the function of a step takes, and those that it gives.
#[pyfunction]
pub(crate) fn step_schemas(py: Python<'_>, name: &str) -> PyResult<(Py<PyAny>, Py<PyAny>)> {
    let [input, output] = without_function(step(name)?.schemas().or_raise()?, name)?;
    Ok((PySchema::new(input).into_pyarrow(py)?.unbind(), PySchema::new(output).into_pyarrow(py)?.unbind()))
}

/// The steps of the dataflow, in order, as JSON.
#[pyfunction]
pub(crate) fn steps() -> PyResult<String> {
    serde_json::to_string(&all_steps()).map_err(|error| config_error(&error.to_string()))
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

/// What is next to all that is made with a model.
#[pyfunction]
pub(crate) fn made_by(model: &str) -> PyResult<String> {
    Ok(Model::from_json(model).or_raise()?.made_by())
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
