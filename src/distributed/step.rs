//! Steps, and what functions do with the rows that a step brings together.

use super::model::Model;
use super::rows::{Columns, Output, RecordColumns, Row, WithRecord, broken};
use crate::config::Config;
use crate::error::{Error, Result};
use crate::export::Table;
use crate::origin::{HabitCounts, Names};
use arrow_array::RecordBatch;
use arrow_schema::SchemaRef;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::marker::PhantomData;

/// What becomes of the rows that a step gives.
#[derive(Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum Keep {
    /// Nothing: who reads them has them made.
    View,
    /// They are written to the folder of the job, and `--resume` finds them there.
    Saved,
    /// They are saved, and the driver gives the text of their only row to all steps that follow.
    Broadcast,
    /// They are a table of the output.
    Table,
}

/// How many tasks have the rows.
#[derive(Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum Tasks {
    /// As many as there are partitions; rows of equal keys are in one.
    Many,
    /// One.
    One,
    /// Many, then a few that have what these gave, and so on until one has all.
    Merged,
}

/// When a step is done; otherwise it gives no rows.
#[derive(Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum When {
    Always,
    /// Talking points are wanted.
    Points,
    /// People have corrected an earlier run.
    Verdicts,
}

/// A step: it selects rows from the tables of earlier steps, brings rows of equal keys into one task, sorts them there, and
/// gives what a function makes of them.
#[derive(Serialize)]
pub struct Step {
    name: &'static str,
    /// Queries whose rows come together. Columns that a query lacks are null. Without any, the function gets no rows.
    inputs: &'static [&'static str],
    /// Rows of equal values here come into one task.
    by: &'static [&'static str],
    /// The order of the rows within a task.
    order: &'static [&'static str],
    tasks: Tasks,
    keep: Keep,
    /// What it takes of what other steps broadcast, next to the settings and the model.
    needs: &'static [&'static str],
    when: When,
    /// The columns of a table: each is that of the query, or where it is null or missing that of the struct `record`.
    columns: Vec<String>,
    /// What makes the rows; without it they stay as they were selected.
    #[serde(serialize_with = "is_there")]
    function: Option<Function>,
}

fn is_there<S: serde::Serializer>(function: &Option<Function>, serializer: S) -> std::result::Result<S::Ok, S::Error> {
    serializer.serialize_bool(function.is_some())
}

/// A function over rows, by the columns of both sides.
struct Function {
    schemas: Box<dyn Fn() -> Result<[SchemaRef; 2]>>,
    start: Box<Start>,
}

type Start = dyn Fn(&Broadcast) -> Result<Box<dyn Task>>;

/// A function at work on the rows of one task.
pub trait Task: Send {
    /// Takes rows, and gives those that are ready.
    fn add(&mut self, rows: &RecordBatch) -> Result<RecordBatch>;
    /// Gives the rest.
    fn finish(&mut self) -> Result<RecordBatch>;
}

/// What a task knows besides its rows.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Broadcast {
    pub(super) config: Config,
    model: Option<String>,
    names: Option<String>,
    habits: Option<String>,
    pub(super) verdicts: Option<String>,
}

impl Broadcast {
    pub(super) fn model(&self) -> Result<Model> {
        Model::from_json(needed(&self.model)?)
    }

    pub(super) fn names(&self) -> Result<Names> {
        parsed(needed(&self.names)?)
    }

    pub(super) fn habits(&self) -> Result<HabitCounts> {
        parsed(needed(&self.habits)?)
    }
}

fn needed(text: &Option<String>) -> Result<&str> {
    let missing = || Error::Exchange { what: "what all tasks know", reason: "a part is missing".to_owned() };
    text.as_deref().ok_or_else(missing)
}

fn parsed<T: DeserializeOwned>(json: &str) -> Result<T> {
    serde_json::from_str(json).map_err(|error| broken("what all tasks know", &error))
}

/// A step that gives what it selects.
pub(super) fn step(name: &'static str) -> Step {
    Step {
        name,
        inputs: &[],
        by: &[],
        order: &[],
        tasks: Tasks::Many,
        keep: Keep::View,
        needs: &[],
        when: When::Always,
        columns: Vec::new(),
        function: None,
    }
}

impl Step {
    /// Its name.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// The queries whose rows it takes.
    pub fn inputs(&self) -> &'static [&'static str] {
        self.inputs
    }

    /// The columns that its function takes, and those that it gives; none without a function.
    pub fn schemas(&self) -> Result<Option<[SchemaRef; 2]>> {
        self.function.as_ref().map(|function| (function.schemas)()).transpose()
    }

    /// Its function at work; none without one.
    pub fn start(&self, broadcast: &Broadcast) -> Result<Option<Box<dyn Task>>> {
        self.function.as_ref().map(|function| (function.start)(broadcast)).transpose()
    }

    pub(super) fn selects(self, inputs: &'static [&'static str]) -> Self {
        Step { inputs, ..self }
    }

    pub(super) fn by(self, by: &'static [&'static str]) -> Self {
        Step { by, ..self }
    }

    pub(super) fn sorted(self, order: &'static [&'static str]) -> Self {
        Step { order, ..self }
    }

    pub(super) fn in_one_task(self) -> Self {
        Step { tasks: Tasks::One, ..self }
    }

    pub(super) fn merged(self) -> Self {
        Step { tasks: Tasks::Merged, ..self }
    }

    pub(super) fn saved(self) -> Self {
        Step { keep: Keep::Saved, ..self }
    }

    pub(super) fn broadcast(self) -> Self {
        Step { keep: Keep::Broadcast, ..self }
    }

    pub(super) fn table(self, table: Table) -> Self {
        let columns = table.schema().fields().iter().map(|field| field.name().clone()).collect();
        Step { keep: Keep::Table, columns, ..self }
    }

    pub(super) fn needs(self, needs: &'static [&'static str]) -> Self {
        Step { needs, ..self }
    }

    pub(super) fn of_points(self) -> Self {
        Step { when: When::Points, ..self }
    }

    pub(super) fn of_verdicts(self) -> Self {
        Step { when: When::Verdicts, ..self }
    }

    /// Calls a function, which is made when a task starts.
    pub(super) fn calls<F>(self, make: impl Fn(&Broadcast) -> Result<F> + 'static) -> Self
    where
        F: Operator<Out: Row> + 'static,
    {
        self.with(Columns::<F::Out>::new, make)
    }

    /// The same for rows that come with records of a table.
    pub(super) fn calls_with_records<F, R>(self, table: Table, make: impl Fn(&Broadcast) -> Result<F> + 'static) -> Self
    where
        F: Operator<Out = WithRecord<R>> + 'static,
        R: Row,
    {
        self.with(move || Ok(RecordColumns { row: Columns::<R>::new()?, table }), make)
    }

    fn with<F, O>(
        self,
        output: impl Fn() -> Result<O> + Clone + 'static,
        make: impl Fn(&Broadcast) -> Result<F> + 'static,
    ) -> Self
    where
        F: Operator + 'static,
        O: Output<Row = F::Out> + 'static,
    {
        let columns = output.clone();
        let schemas = move || Ok([Columns::<F::In>::new()?.schema(), columns()?.schema()]);
        let start = move |broadcast: &Broadcast| -> Result<Box<dyn Task>> {
            Ok(Box::new(Running { input: Columns::new()?, output: output()?, function: make(broadcast)? }))
        };
        Step { function: Some(Function { schemas: Box::new(schemas), start: Box::new(start) }), ..self }
    }
}

struct Running<F: Operator, O> {
    input: Columns<F::In>,
    output: O,
    function: F,
}

impl<F: Operator, O: Output<Row = F::Out>> Task for Running<F, O> {
    fn add(&mut self, rows: &RecordBatch) -> Result<RecordBatch> {
        self.output.batch(self.function.add(self.input.read(rows)?)?)
    }

    fn finish(&mut self) -> Result<RecordBatch> {
        self.output.batch(self.function.finish()?)
    }
}

/// What is done with the rows of a task, which come some at a time.
pub(super) trait Operator: Send {
    type In: Row;
    type Out;
    fn add(&mut self, rows: Vec<Self::In>) -> Result<Vec<Self::Out>>;
    fn finish(&mut self) -> Result<Vec<Self::Out>> {
        Ok(Vec::new())
    }
}

/// Rows made of some rows, whichever these are.
pub(super) struct Map<I, F>(F, PhantomData<fn(I)>);

pub(super) fn map<I: Row, O, F: FnMut(Vec<I>) -> Result<Vec<O>> + Send>(function: F) -> Map<I, F> {
    Map(function, PhantomData)
}

impl<I: Row, O, F: FnMut(Vec<I>) -> Result<Vec<O>> + Send> Operator for Map<I, F> {
    type In = I;
    type Out = O;

    fn add(&mut self, rows: Vec<I>) -> Result<Vec<O>> {
        (self.0)(rows)
    }
}

/// Rows made of all rows of one key, which come one after another.
pub(super) struct ByKey<I, K, F> {
    key: K,
    function: F,
    rows: Vec<I>,
}

pub(super) fn by_key<I: Row, O, Key: PartialEq, K, F>(key: K, function: F) -> ByKey<I, K, F>
where
    K: Fn(&I) -> Key + Send,
    F: FnMut(Vec<I>) -> Result<Vec<O>> + Send,
{
    ByKey { key, function, rows: Vec::new() }
}

impl<I: Row, O, Key: PartialEq, K, F> Operator for ByKey<I, K, F>
where
    K: Fn(&I) -> Key + Send,
    F: FnMut(Vec<I>) -> Result<Vec<O>> + Send,
{
    type In = I;
    type Out = O;

    fn add(&mut self, rows: Vec<I>) -> Result<Vec<O>> {
        let mut made = Vec::new();
        for row in rows {
            if self.rows.last().is_some_and(|last| (self.key)(last) != (self.key)(&row)) {
                made.extend(self.finish()?);
            }
            self.rows.push(row);
        }
        Ok(made)
    }

    fn finish(&mut self) -> Result<Vec<O>> {
        let rows = std::mem::take(&mut self.rows);
        if rows.is_empty() { Ok(Vec::new()) } else { (self.function)(rows) }
    }
}

/// Rows made of what was gathered from all rows of the task.
pub(super) struct Fold<I, S, A, F> {
    state: S,
    add: A,
    finish: F,
    rows: PhantomData<fn(I)>,
}

pub(super) fn fold<I: Row, O, S, A, F>(state: S, add: A, finish: F) -> Fold<I, S, A, F>
where
    S: Default + Send,
    A: FnMut(&mut S, Vec<I>) -> Result<()> + Send,
    F: FnMut(S) -> Result<Vec<O>> + Send,
{
    Fold { state, add, finish, rows: PhantomData }
}

/// Rows made of all rows of the task.
pub(super) fn whole<I: Row, O>(
    function: impl FnMut(Vec<I>) -> Result<Vec<O>> + Send,
) -> impl Operator<In = I, Out = O> {
    let gather = |all: &mut Vec<I>, rows| {
        all.extend::<Vec<I>>(rows);
        Ok(())
    };
    fold(Vec::new(), gather, function)
}

impl<I: Row, O, S, A, F> Operator for Fold<I, S, A, F>
where
    S: Default + Send,
    A: FnMut(&mut S, Vec<I>) -> Result<()> + Send,
    F: FnMut(S) -> Result<Vec<O>> + Send,
{
    type In = I;
    type Out = O;

    fn add(&mut self, rows: Vec<I>) -> Result<Vec<O>> {
        (self.add)(&mut self.state, rows)?;
        Ok(Vec::new())
    }

    fn finish(&mut self) -> Result<Vec<O>> {
        (self.finish)(std::mem::take(&mut self.state))
    }
}
