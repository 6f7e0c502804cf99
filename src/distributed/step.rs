//! Steps, and what functions do with the rows that a step brings together.

use super::model::Model;
use super::rows::{Columns, Output, RecordColumns, Row, WithRecord, broken};
use crate::config::Config;
use crate::error::Result;
use crate::export::Table;
use crate::origin::{HabitCounts, Names};
use arrow_array::RecordBatch;
use arrow_schema::{FieldRef, SchemaRef};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::mem::take;

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

/// A step: it selects rows from the tables of earlier steps, brings rows of equal keys into one task, sorts them there, and
/// gives what a function makes of them.
#[derive(Serialize)]
pub struct Step {
    pub(super) name: &'static str,
    /// Queries whose rows come together. Columns that a query lacks are null. Without any, the function gets no rows.
    pub(super) inputs: Vec<String>,
    /// Rows of equal values here come into one task.
    by: &'static [&'static str],
    /// The order of the rows within a task.
    order: &'static [&'static str],
    tasks: Tasks,
    keep: Keep,
    /// What makes the rows; without it they stay as they were selected.
    #[serde(serialize_with = "is_there")]
    function: Option<Function>,
}

fn is_there<S: serde::Serializer>(function: &Option<Function>, serializer: S) -> std::result::Result<S::Ok, S::Error> {
    serializer.serialize_bool(function.is_some())
}

/// A function over rows, and the columns that it gives.
struct Function {
    schema: Box<dyn Fn() -> Result<SchemaRef>>,
    start: Box<Start>,
}

type Start = dyn Fn(&Broadcast) -> Result<Task>;

/// A function at work on the rows of one task. It takes some rows at a time and gives those that are ready; called without
/// any, it gives the rest.
pub type Task = Box<dyn FnMut(Option<&RecordBatch>) -> Result<RecordBatch> + Send>;

/// What a task knows besides its rows: the settings, and what steps broadcast.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Broadcast {
    pub(super) config: Config,
    /// The lines of a file of verdicts.
    verdicts: Option<String>,
    /// The boilerplate, given or learnt.
    pub(super) furniture: Option<String>,
    pub(super) pages_per_part: u64,
    names_seen: Option<String>,
    names: Option<String>,
    habits: Option<String>,
}

impl Broadcast {
    pub(super) fn model(&self) -> Result<Model> {
        let verdicts = self.verdicts.as_deref().unwrap_or_default();
        Model::new(&self.config, parsed(&self.names_seen)?, parsed(&self.furniture)?, verdicts)
    }

    pub(super) fn names(&self) -> Result<Names> {
        parsed(&self.names)
    }

    pub(super) fn habits(&self) -> Result<HabitCounts> {
        parsed(&self.habits)
    }
}

fn parsed<T: DeserializeOwned>(json: &Option<String>) -> Result<T> {
    let json = json.as_deref().ok_or_else(|| broken("what all tasks know", &"a part is missing"))?;
    serde_json::from_str(json).map_err(|error| broken("what all tasks know", &error))
}

/// A step that gives what it selects.
pub(super) fn step(name: &'static str) -> Step {
    let (inputs, by, order): (_, &[_], &[_]) = (Vec::new(), &[], &[]);
    Step { name, inputs, by, order, tasks: Tasks::Many, keep: Keep::View, function: None }
}

impl Step {
    /// Its name.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// The columns that its function gives; none without a function.
    pub fn schema(&self) -> Result<Option<SchemaRef>> {
        self.function.as_ref().map(|function| (function.schema)()).transpose()
    }

    /// Its function at work; none without one.
    pub fn start(&self, broadcast: &Broadcast) -> Result<Option<Task>> {
        self.function.as_ref().map(|function| (function.start)(broadcast)).transpose()
    }

    pub(super) fn selects(self, queries: &[&str]) -> Self {
        Step { inputs: queries.iter().map(|&query| query.to_owned()).collect(), ..self }
    }

    /// The same step, if its rows are not wanted: the function gets none.
    pub(super) fn without_rows(self) -> Self {
        let keep = if self.keep == Keep::Saved { Keep::View } else { self.keep };
        if self.function.is_some() { Step { inputs: Vec::new(), keep, ..self } } else { self }
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

    /// A table of the output, whose columns are those of the struct `record`, `over` them what is not null of the others.
    pub(super) fn table(self, table: Table, over: &[&str]) -> Self {
        let column = |field: &FieldRef| match field.name().as_str() {
            name if over.contains(&name) => format!("coalesce(`{name}`, record.`{name}`) as `{name}`"),
            name => format!("record.`{name}` as `{name}`"),
        };
        let columns = table.schema().fields().iter().map(column).collect::<Vec<_>>().join(", ");
        let inputs = self.inputs.iter().map(|query| format!("select {columns} from ({query}) q")).collect();
        Step { keep: Keep::Table, inputs, ..self }
    }

    /// Calls a function, which is made when a task starts.
    pub(super) fn calls<I: Row, O: Row, F>(self, make: impl Fn(&Broadcast) -> Result<F> + 'static) -> Self
    where
        F: FnMut(Option<Vec<I>>) -> Result<Vec<O>> + Send + 'static,
    {
        self.with(Columns::<O>::new, make)
    }

    /// The same for rows that come with records of a table.
    pub(super) fn calls_with_records<I: Row, O: Row, F>(
        self,
        table: Table,
        make: impl Fn(&Broadcast) -> Result<F> + 'static,
    ) -> Self
    where
        F: FnMut(Option<Vec<I>>) -> Result<Vec<WithRecord<O>>> + Send + 'static,
    {
        self.with(move || Ok(RecordColumns { row: Columns::<O>::new()?, table }), make)
    }

    fn with<I: Row, O: Output + 'static, F>(
        self,
        output: impl Fn() -> Result<O> + Clone + 'static,
        make: impl Fn(&Broadcast) -> Result<F> + 'static,
    ) -> Self
    where
        F: FnMut(Option<Vec<I>>) -> Result<Vec<O::Row>> + Send + 'static,
    {
        let columns = output.clone();
        let schema = move || Ok(columns()?.schema());
        let start = move |broadcast: &Broadcast| -> Result<Task> {
            let (input, output, mut function) = (Columns::<I>::new()?, output()?, make(broadcast)?);
            Ok(Box::new(move |rows| output.batch(function(rows.map(|rows| input.read(rows)).transpose()?)?)))
        };
        Step { function: Some(Function { schema: Box::new(schema), start: Box::new(start) }), ..self }
    }
}

/// Rows made of some rows, whichever these are.
pub(super) fn map<I, O>(
    mut function: impl FnMut(Vec<I>) -> Result<Vec<O>> + Send,
) -> impl FnMut(Option<Vec<I>>) -> Result<Vec<O>> + Send {
    move |rows| rows.map_or(Ok(Vec::new()), &mut function)
}

/// Rows made of all rows of one key, which come one after another.
pub(super) fn by_key<I: Row, O, K: PartialEq>(
    key: impl Fn(&I) -> K + Send,
    mut function: impl FnMut(Vec<I>) -> Result<Vec<O>> + Send,
) -> impl FnMut(Option<Vec<I>>) -> Result<Vec<O>> + Send {
    let mut of_one: Vec<I> = Vec::new();
    move |rows| {
        let (is_end, mut made) = (rows.is_none(), Vec::new());
        for row in rows.into_iter().flatten() {
            if of_one.last().is_some_and(|last| key(last) != key(&row)) {
                made.extend(function(take(&mut of_one))?);
            }
            of_one.push(row);
        }
        if is_end && !of_one.is_empty() {
            made.extend(function(take(&mut of_one))?);
        }
        Ok(made)
    }
}

/// Rows made of what was gathered from all rows of the task.
pub(super) fn fold<I, O, S: Default + Send>(
    mut add: impl FnMut(&mut S, Vec<I>) -> Result<()> + Send,
    mut finish: impl FnMut(S) -> Result<Vec<O>> + Send,
) -> impl FnMut(Option<Vec<I>>) -> Result<Vec<O>> + Send {
    let mut state = S::default();
    move |rows| match rows {
        Some(rows) => add(&mut state, rows).map(|()| Vec::new()),
        None => finish(take(&mut state)),
    }
}

/// Rows made of all rows of the task.
pub(super) fn whole<I: Row, O>(
    function: impl FnMut(Vec<I>) -> Result<Vec<O>> + Send,
) -> impl FnMut(Option<Vec<I>>) -> Result<Vec<O>> + Send {
    let gather = |all: &mut Vec<I>, mut rows: Vec<I>| {
        all.append(&mut rows);
        Ok(())
    };
    fold(gather, function)
}
