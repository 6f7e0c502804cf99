//! A line of a text and what it may be.

use crate::types::Span;
use std::ops::Range;

/// What a line was taken for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Region {
    /// The headline, wherever it is repeated.
    Headline,
    /// A line that credits a source, writer, editor, time or address.
    Credit,
    /// The article.
    Body,
    /// A picture's caption or file name.
    Caption,
    /// What belongs to the site.
    Furniture,
}

/// A line of a text that holds at least one unit.
#[derive(Clone, Debug)]
pub struct Line {
    /// Its bytes, blanks at both ends left out.
    pub span: Span,
    /// What it was taken for.
    pub region: Region,
    /// Recognises the line on other pages, whatever figures it shows.
    pub key: u64,
    /// Its units, within all units while cleaning; within the body's afterwards, where only body lines have any.
    pub units: Range<u32>,
}

impl Line {
    /// How many units the line held when it was read.
    pub(super) fn weight(&self) -> usize {
        self.units.len()
    }
}
