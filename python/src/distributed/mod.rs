//! Rounds of a job that is spread over machines: rows in, rows out, batch by batch. What a round does is the core's;
//! here are its columns.

mod candidates;
mod columns;
mod corpus;
mod matches;
mod output;
mod parts;
mod plan;
mod points;
mod reduction;
mod sets;

use crate::errors::{Raise, Result, config_error};
use arrow_array::RecordBatch;
use arrow_schema::SchemaRef;
use pyo3::prelude::*;
use pyo3_arrow::{PyRecordBatch, PySchema};
use rayon::{ThreadPool, ThreadPoolBuilder};
use reduction::ByKey;
use serde::Deserialize;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};
use tonggao::Config;
use tonggao::distributed::Model;
use tonggao::output::Table;
use tonggao::stages::clean::FurnitureGroup;
use tonggao::stages::origin::{HabitCounts, Names};

pub(crate) type Made = Result<Vec<RecordBatch>>;

/// A round over some rows, which come in an order that the round states.
pub(crate) trait Step: Send {
    /// Takes rows, and gives those that are ready.
    fn add(&mut self, rows: &RecordBatch) -> Made;
    /// Gives the rest.
    fn finish(&mut self) -> Made {
        Ok(Vec::new())
    }
}

/// What a step receives, as JSON.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Broadcast {
    config: Config,
    model: Option<String>,
    names: Option<String>,
    habits: Option<String>,
    verdicts: Option<String>,
}

impl Broadcast {
    pub(crate) fn model(&self) -> PyResult<Model> {
        Model::from_json(needed(&self.model, "model")?).or_raise()
    }

    pub(crate) fn names(&self) -> PyResult<Names> {
        parse(needed(&self.names, "names")?)
    }

    pub(crate) fn habits(&self) -> PyResult<HabitCounts> {
        parse(needed(&self.habits, "habits")?)
    }
}

fn needed<'t>(broadcast: &'t Option<String>, name: &str) -> PyResult<&'t str> {
    broadcast.as_deref().ok_or_else(|| config_error(&format!("this round needs {name}")))
}

fn parse<T: serde::de::DeserializeOwned>(json: &str) -> PyResult<T> {
    serde_json::from_str(json).map_err(|error| config_error(&error.to_string()))
}

/// A round at work. It uses one thread: an engine gives each of its tasks one.
#[pyclass(frozen)]
pub(crate) struct Round {
    step: Mutex<Box<dyn Step>>,
    pool: ThreadPool,
}

#[pymethods]
impl Round {
    /// Begins a round by its name.
    #[new]
    fn new(name: &str, broadcast: &str) -> PyResult<Self> {
        let broadcast: Broadcast = parse(broadcast)?;
        let pool = ThreadPoolBuilder::new().num_threads(1).build();
        let pool = pool.map_err(|error| config_error(&format!("no thread for a round: {error}")))?;
        Ok(Round { step: Mutex::new(step(name, &broadcast)?), pool })
    }

    /// Takes rows; gives a list of batches.
    fn add<'py>(&self, py: Python<'py>, rows: PyRecordBatch) -> PyResult<Vec<Bound<'py, PyAny>>> {
        let rows = rows.into_inner();
        self.with(py, |step| step.add(&rows))
    }

    /// The last batches.
    fn finish<'py>(&self, py: Python<'py>) -> PyResult<Vec<Bound<'py, PyAny>>> {
        self.with(py, |step| step.finish())
    }
}

impl Round {
    fn with<'py>(
        &self,
        py: Python<'py>,
        work: impl FnOnce(&mut dyn Step) -> Made + Send,
    ) -> PyResult<Vec<Bound<'py, PyAny>>> {
        let made =
            py.detach(|| self.pool.install(|| work(self.step.lock().unwrap_or_else(PoisonError::into_inner).as_mut())));
        made.or_raise()?.into_iter().map(|batch| PyRecordBatch::new(batch).into_pyarrow(py)).collect()
    }
}

fn step(name: &str, broadcast: &Broadcast) -> PyResult<Box<dyn Step>> {
    Ok(match name {
        "lines" => Box::new(corpus::LinesStep),
        "survey" => Box::new(corpus::SurveyStep::new(broadcast)),
        "choose" => Box::new(corpus::ChooseStep::default()),
        "keys" => Box::new(corpus::KeysStep::new(broadcast)),
        "model" => Box::new(corpus::ModelStep::new(broadcast)),
        "learn" => Box::new(corpus::LearnStep::new(broadcast)),
        "sketch" => Box::new(corpus::SketchStep::new(broadcast)?),
        "meet" => Box::new(candidates::MeetStep::default()),
        "represent" => Box::new(candidates::RepresentStep::default()),
        "add_up" => Box::new(candidates::AddUpStep::default()),
        "propose" => Box::new(candidates::ProposeStep::default()),
        "sort_out" => Box::new(candidates::SortOutStep),
        "bound" => Box::new(ByKey::new(candidates::Bound, candidates::pair_schema())),
        "closest" => Box::new(ByKey::new(candidates::Closest, candidates::pair_schema())),
        "forest" => Box::new(candidates::ForestStep::default()),
        "measure" => Box::new(parts::Parts::new(matches::Measure::new(broadcast)?)),
        "verdicts" => Box::new(matches::VerdictsStep::new(broadcast)?),
        "star" => Box::new(matches::StarStep::default()),
        "decide" => Box::new(matches::DecideStep::new(broadcast)?),
        "group" => Box::new(parts::Parts::new(sets::Group::new(broadcast)?)),
        "names" => Box::new(sets::NamesStep::new(broadcast)?),
        "habits" => Box::new(parts::Parts::new(sets::Habits::new(broadcast)?)),
        "sum_habits" => Box::new(sets::SumHabits::default()),
        "records" => Box::new(parts::Parts::new(sets::Judge::new(broadcast)?)),
        "documents" => Box::new(output::Documents),
        "clusters" => Box::new(output::Clusters),
        "matches" => Box::new(output::Matches),
        "number" => Box::new(output::Number::default()),
        "sources" => Box::new(output::Sources::default()),
        "voters" => Box::new(ByKey::new(points::Voters, points::voters_schema())),
        "speak" => Box::new(ByKey::new(points::Speak, points::speak_schema())),
        "search" => Box::new(points::Search::new(broadcast)?),
        "vote" => Box::new(points::VoteStep::new(broadcast)?),
        "quotes" => Box::new(points::QuotesStep),
        "weigh" => Box::new(points::Weigh::default()),
        "places" => Box::new(points::PlacesStep::new(broadcast)?),
        "talking_points" => Box::new(points::Points::default()),
        "count_outlets" => Box::new(points::Outlets::new(broadcast)?),
        "outlets" => Box::new(output::Plain(Table::Outlets)),
        "outlet_pairs" => Box::new(output::Plain(Table::OutletPairs)),
        _ => return Err(config_error(&format!("no round is called {name:?}"))),
    })
}

/// The columns that a round gives.
#[pyfunction]
pub(crate) fn round_schema(py: Python<'_>, name: &str) -> PyResult<Py<PyAny>> {
    let schema: SchemaRef = match name {
        "lines" => corpus::lines_schema(),
        "survey" => corpus::survey_schema(),
        "choose" => corpus::choose_schema(),
        "keys" => corpus::keys_schema(),
        "model" | "learn" | "names" | "sum_habits" | "habits" | "places" => columns::note_schema(),
        "sketch" => corpus::sketch_schema(),
        "meet" => candidates::meet_schema(),
        "represent" => candidates::represent_schema(),
        "add_up" => candidates::add_up_schema(),
        "propose" => candidates::propose_schema(),
        "sort_out" => candidates::sort_out_schema(),
        "bound" | "closest" => candidates::pair_schema(),
        "forest" => candidates::edge_schema(),
        "measure" => matches::measure_schema(),
        "verdicts" => matches::verdicts_schema(),
        "star" => matches::star_schema(),
        "decide" => matches::decide_schema(),
        "group" => sets::group_schema(),
        "records" => sets::records_schema(),
        "documents" => Table::Documents.schema(),
        "clusters" => Table::Clusters.schema(),
        "matches" => Table::Matches.schema(),
        "number" => output::number_schema(),
        "sources" => output::sources_schema(),
        "voters" => points::voters_schema(),
        "speak" => points::speak_schema(),
        "search" => points::search_schema(),
        "vote" => points::vote_schema(),
        "quotes" => points::quotes_schema(),
        "weigh" => points::weigh_schema(),
        "talking_points" => Table::TalkingPoints.schema(),
        "count_outlets" => points::outlets_schema(),
        "outlets" => Table::Outlets.schema(),
        "outlet_pairs" => Table::OutletPairs.schema(),
        _ => return Err(config_error(&format!("no round is called {name:?}"))),
    };
    Ok(PySchema::new(schema).into_pyarrow(py)?.unbind())
}

/// The steps of the dataflow, in order, as JSON.
#[pyfunction]
pub(crate) fn steps() -> PyResult<String> {
    serde_json::to_string(&plan::steps()).map_err(|error| config_error(&error.to_string()))
}

/// What is next to all that is made with a model.
#[pyfunction]
pub(crate) fn made_by(model: &str) -> PyResult<String> {
    Ok(Model::from_json(model).or_raise()?.made_by())
}

/// Refuses what are no verdicts; errors name the file.
#[pyfunction]
pub(crate) fn check_verdicts(text: &str, path: PathBuf) -> PyResult<()> {
    tonggao::distributed::check_verdicts(text, &path).or_raise()
}

/// Refuses what is no furniture.
#[pyfunction]
pub(crate) fn check_furniture(furniture: &str) -> PyResult<()> {
    parse::<Vec<FurnitureGroup>>(furniture).map(drop)
}
