//! Where candidates are in the word list.

use crate::error::Result;
use crate::storage::{Column, ColumnWriter, Scratch};
use std::ops::Range;

/// The places of many candidates, those of each in ascending order.
#[derive(Default)]
pub(super) struct Places {
    rows: Column<u32>,
    ranges: Vec<Range<usize>>,
}

impl Places {
    /// The places of one candidate.
    pub fn of(&self, candidate: usize) -> &[u32] {
        &self.rows[self.ranges[candidate].clone()]
    }

    /// Those of some of the candidates, in a new order. Moves no place.
    pub fn select(self, candidates: impl Iterator<Item = usize>) -> Places {
        Places { ranges: candidates.map(|at| self.ranges[at].clone()).collect(), rows: self.rows }
    }
}

/// Places being written, candidate by candidate.
pub(super) struct PlacesWriter {
    rows: ColumnWriter<u32>,
    ranges: Vec<Range<usize>>,
}

impl PlacesWriter {
    pub fn new(scratch: &Scratch) -> PlacesWriter {
        PlacesWriter { rows: scratch.column(), ranges: Vec::new() }
    }

    /// Adds the places of the next candidate.
    pub fn push(&mut self, places: &[u32]) -> Result<()> {
        let start = self.rows.len();
        self.rows.extend(places)?;
        self.ranges.push(start..self.rows.len());
        Ok(())
    }

    pub fn finish(self) -> Result<Places> {
        Ok(Places { rows: self.rows.finish()?, ranges: self.ranges })
    }
}
