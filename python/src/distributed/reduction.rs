//! Reductions over the rows of one key, for steps that have all of them in memory at once.

use super::columns::Rows;
use super::{Made, Step};
use crate::errors::Wrong;
use arrow_array::RecordBatch;
use arrow_schema::SchemaRef;

/// What a step makes of the rows of one key.
pub(super) trait Reduction: Send {
    /// A row, read.
    type Row: Send;

    /// Reads rows, each with its key.
    fn read(&self, rows: &RecordBatch) -> Result<Vec<(i64, Self::Row)>, Wrong>;

    /// Makes rows of those of one key, which are in the order that the step states.
    fn reduce(&mut self, key: i64, rows: Vec<Self::Row>, made: &mut Rows) -> Result<(), Wrong>;
}

/// A step of a reduction: rows come sorted by key.
pub(super) struct ByKey<R: Reduction> {
    reduction: R,
    schema: SchemaRef,
    key: i64,
    rows: Vec<R::Row>,
}

impl<R: Reduction> ByKey<R> {
    pub(super) fn new(reduction: R, schema: SchemaRef) -> Self {
        ByKey { reduction, schema, key: 0, rows: Vec::new() }
    }

    fn end_key(&mut self, made: &mut Rows) -> Result<(), Wrong> {
        let rows = std::mem::take(&mut self.rows);
        if rows.is_empty() { Ok(()) } else { self.reduction.reduce(self.key, rows, made) }
    }
}

impl<R: Reduction> Step for ByKey<R> {
    fn add(&mut self, rows: &RecordBatch) -> Made {
        let mut made = Rows::new(self.schema.clone());
        for (key, row) in self.reduction.read(rows)? {
            if key != self.key {
                self.end_key(&mut made)?;
                self.key = key;
            }
            self.rows.push(row);
        }
        Ok(vec![made.finish()?])
    }

    fn finish(&mut self) -> Made {
        let mut made = Rows::new(self.schema.clone());
        self.end_key(&mut made)?;
        Ok(vec![made.finish()?])
    }
}
