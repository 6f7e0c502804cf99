//! Steps over the records: what is to be known of all of them, and what is kept of each.

use super::columns::{BYTES, Cell, INT, LONG, Rows, TEXT, ints, key, list_field, longs, note, order, schema, texts};
use super::{Broadcast, Made, Step};
use arrow_array::builder::{Int64Builder, ListBuilder};
use arrow_array::{ArrayRef, RecordBatch, StringArray};
use arrow_schema::{ArrowError, Schema, SchemaRef};
use pyo3::PyResult;
use rustc_hash::FxHashMap;
use std::sync::Arc;
use tonggao::Config;
use tonggao::distributed::{BoilerplateSample, Model, Survey, learn, sketch};
use tonggao::stages::candidates::partitions::first_slots;

/// The records, JSON objects, of a batch with a column `line`.
fn lines(rows: &RecordBatch) -> Result<StringArray, crate::errors::Wrong> {
    Ok(texts(rows, "line")?)
}

/// Records in; names, votes and samples out.
pub(super) struct SurveyStep {
    survey: Survey,
    config: Config,
}

pub(super) fn survey_schema() -> SchemaRef {
    schema([("kind", INT), ("x", LONG), ("y", LONG), ("n", LONG), ("name", TEXT)])
}

impl SurveyStep {
    pub(super) fn new(broadcast: &Broadcast) -> Self {
        SurveyStep { survey: Survey::default(), config: broadcast.config.clone() }
    }
}

impl Step for SurveyStep {
    fn add(&mut self, rows: &RecordBatch) -> Made {
        self.survey.add(lines(rows)?.iter().flatten(), &self.config)?;
        Ok(Vec::new())
    }

    fn finish(&mut self) -> Made {
        let mut rows = Rows::new(survey_schema());
        for (name, is_host) in self.survey.names() {
            rows.push(&[Cell::Int(0), Cell::Null, Cell::Null, Cell::Long(is_host.into()), Cell::Text(name)]);
        }
        for [host, name, count] in self.survey.votes() {
            let numbers = [host, name, count].map(|number| Cell::Long(number as i64));
            rows.push(&[Cell::Int(1), numbers[0], numbers[1], numbers[2], Cell::Null]);
        }
        for [group, order] in self.survey.samples() {
            rows.push(&[Cell::Int(2), Cell::Long(group as i64), Cell::Long(key(order)), Cell::Null, Cell::Null]);
        }
        Ok(vec![rows.finish()?])
    }
}

/// Samples in, sorted by group and key; the keys of the pages that furniture is learnt from out.
#[derive(Default)]
pub(super) struct ChooseStep {
    chooser: BoilerplateSample,
}

pub(super) fn choose_schema() -> SchemaRef {
    schema([("key", LONG)])
}

impl Step for ChooseStep {
    fn add(&mut self, rows: &RecordBatch) -> Made {
        let (groups, keys) = (longs(rows, "x")?, longs(rows, "y")?);
        groups.values().iter().zip(keys.values()).for_each(|(&group, &y)| self.chooser.add(group as u64, order(y)));
        Ok(Vec::new())
    }

    fn finish(&mut self) -> Made {
        let mut rows = Rows::new(choose_schema());
        let chosen = std::mem::take(&mut self.chooser).finish();
        chosen.into_iter().for_each(|order| rows.push(&[Cell::Long(key(order))]));
        Ok(vec![rows.finish()?])
    }
}

/// Records in; the same with their keys out.
pub(super) struct KeysStep {
    config: Config,
}

pub(super) fn keys_schema() -> SchemaRef {
    schema([("key", LONG), ("line", TEXT)])
}

impl KeysStep {
    pub(super) fn new(broadcast: &Broadcast) -> Self {
        KeysStep { config: broadcast.config.clone() }
    }
}

impl Step for KeysStep {
    fn add(&mut self, rows: &RecordBatch) -> Made {
        let mut keyed = Rows::new(keys_schema());
        let lines = lines(rows)?;
        for (order, line) in tonggao::distributed::orders(lines.iter().flatten(), &self.config)? {
            keyed.push(&[Cell::Long(key(order)), Cell::Text(&line)]);
        }
        Ok(vec![keyed.finish()?])
    }
}

/// All records to learn from in; the furniture out, as JSON.
pub(super) struct LearnStep {
    lines: Vec<String>,
    config: Config,
}

impl LearnStep {
    pub(super) fn new(broadcast: &Broadcast) -> Self {
        LearnStep { lines: Vec::new(), config: broadcast.config.clone() }
    }
}

impl Step for LearnStep {
    fn add(&mut self, rows: &RecordBatch) -> Made {
        self.lines.extend(lines(rows)?.iter().flatten().map(str::to_owned));
        Ok(Vec::new())
    }

    fn finish(&mut self) -> Made {
        let furniture = learn(self.lines.iter().map(String::as_str), &self.config)?;
        // Texts and numbers always serialise.
        Ok(vec![note(serde_json::to_string(&furniture).unwrap_or_default())?])
    }
}

/// Names (kind 0), votes (kind 1) and the furniture (kind 3) in; the model of the corpus out.
pub(super) struct ModelStep {
    config: Config,
    names: Vec<(String, bool)>,
    votes: FxHashMap<[u64; 2], u64>,
    furniture: String,
    verdicts: String,
}

impl ModelStep {
    pub(super) fn new(broadcast: &Broadcast) -> Self {
        let (config, furniture) = (broadcast.config.clone(), String::new());
        let verdicts = broadcast.verdicts.clone().unwrap_or_default();
        ModelStep { config, names: Vec::new(), votes: FxHashMap::default(), furniture, verdicts }
    }
}

impl Step for ModelStep {
    fn add(&mut self, rows: &RecordBatch) -> Made {
        let (kinds, names) = (ints(rows, "kind")?, texts(rows, "name")?);
        let (x, y, n) = (longs(rows, "x")?, longs(rows, "y")?, longs(rows, "n")?);
        for row in 0..rows.num_rows() {
            match kinds.value(row) {
                0 => self.names.push((names.value(row).to_owned(), n.value(row) > 0)),
                1 => *self.votes.entry([x.value(row) as u64, y.value(row) as u64]).or_default() += n.value(row) as u64,
                _ => names.value(row).clone_into(&mut self.furniture),
            }
        }
        Ok(Vec::new())
    }

    fn finish(&mut self) -> Made {
        let furniture = serde_json::from_str(&self.furniture);
        let furniture = furniture.map_err(|error| ArrowError::JsonError(error.to_string()))?;
        let votes = std::mem::take(&mut self.votes).into_iter().map(|([host, name], count)| [host, name, count]);
        let names = std::mem::take(&mut self.names).into_iter();
        let model = Model::new(&self.config, names, votes, furniture, &self.verdicts)?;
        Ok(vec![note(model.json().to_owned())?])
    }
}

/// Records in; what is kept of each page out.
pub(super) struct SketchStep {
    model: Model,
    made_by: String,
}

impl SketchStep {
    pub(super) fn new(broadcast: &Broadcast) -> PyResult<Self> {
        let model = broadcast.model()?;
        Ok(SketchStep { made_by: model.made_by(), model })
    }
}

fn fixed_columns() -> SchemaRef {
    schema([
        ("key", LONG),
        ("id", TEXT),
        ("units", INT),
        ("body_hash", LONG),
        ("slots", LONG),
        ("simhash", LONG),
        ("minhash", BYTES),
        ("samples", INT),
        ("outlet", INT),
        ("vote", TEXT),
        ("line", TEXT),
        ("spans", BYTES),
        ("facts", BYTES),
        ("draft", TEXT),
        ("skipped", TEXT),
        ("made_by", TEXT),
    ])
}

pub(super) fn sketch_schema() -> SchemaRef {
    let mut fields = fixed_columns().fields().to_vec();
    fields.push(list_field("buckets"));
    Arc::new(Schema::new(fields))
}

impl Step for SketchStep {
    fn add(&mut self, rows: &RecordBatch) -> Made {
        let (sketches, skipped) = sketch(lines(rows)?.iter().flatten(), &self.model)?;
        let mut rows = Rows::new(fixed_columns());
        let mut buckets = ListBuilder::new(Int64Builder::new());
        for sketch in &sketches {
            let page = &sketch.page;
            let slots = first_slots(&sketch.minhash);
            rows.push(&[
                Cell::Long(key(page.order)),
                Cell::Text(&sketch.id),
                Cell::Int(page.units as i32),
                Cell::Long(page.body_hash as i64),
                Cell::Long((u64::from(slots[0]) << 32 | u64::from(slots[1])) as i64),
                Cell::Long(sketch.simhash as i64),
                Cell::Bytes(bytemuck::bytes_of(&sketch.minhash)),
                Cell::Int(sketch.samples as i32),
                sketch.outlet.map_or(Cell::Null, |outlet| Cell::Int(outlet as i32)),
                Cell::Text(&sketch.vote),
                Cell::Text(&page.line),
                Cell::Bytes(bytemuck::cast_slice(&page.spans)),
                Cell::Bytes(&page.facts),
                Cell::Text(&sketch.draft),
                Cell::Null,
                Cell::Text(&self.made_by),
            ]);
            buckets.append_value(sketch.keys.iter().map(|&key| Some(key as i64)));
        }
        for why in &skipped {
            let mut cells = [Cell::Null; 16];
            (cells[14], cells[15]) = (Cell::Text(&why.reason), Cell::Text(&self.made_by));
            rows.push(&cells);
            buckets.append_null();
        }
        let mut columns = rows.finish()?.columns().to_vec();
        columns.push(Arc::new(buckets.finish()) as ArrayRef);
        Ok(vec![RecordBatch::try_new(sketch_schema(), columns)?])
    }
}

/// Rows of any table in; each as a record out.
pub(super) struct LinesStep;

pub(super) fn lines_schema() -> SchemaRef {
    schema([("line", TEXT)])
}

impl Step for LinesStep {
    fn add(&mut self, rows: &RecordBatch) -> Made {
        let mut writer = arrow_json::LineDelimitedWriter::new(Vec::new());
        writer.write(rows)?;
        writer.finish()?;
        let mut lines = Rows::new(lines_schema());
        String::from_utf8_lossy(&writer.into_inner()).lines().for_each(|line| lines.push(&[Cell::Text(line)]));
        Ok(vec![lines.finish()?])
    }
}
