//! A cleaned text: its lines, each with what it was taken for and why, and the units of its body.

use super::classify::ClassifiedLine;
use super::line::{LineReason, Region};
use super::repair::Repairs;
use super::split::SplitText;
use super::units::Units;
use crate::types::Span;
use std::ops::Range;

/// A text made comparable. Reuse one value for many texts: its lists keep their memory.
#[derive(Clone, Debug, Default)]
pub struct CleanDoc {
    /// Every line that has a unit, in order, with what it was taken for.
    pub lines: Vec<Line>,
    /// The units of the body lines only.
    pub body: Units,
    /// How often each repair was made, over the whole text.
    pub repairs: Repairs,
    /// The lines as they were split, kept for their memory.
    pub(super) split: SplitText,
}

/// A line of a cleaned text.
#[derive(Clone, Debug)]
pub struct Line {
    /// Its bytes, blanks at both ends left out.
    pub span: Span,
    /// What it was taken for.
    pub region: Region,
    /// What decided that.
    pub reason: LineReason,
    /// Recognises the line on other pages, whatever figures it shows.
    pub key: u64,
    /// Its units within those of the body; only body lines have any.
    pub units: Range<u32>,
}

impl CleanDoc {
    /// Takes over the lines, and the units of those that are the body's.
    pub(super) fn keep(&mut self, split: &SplitText, lines: &[ClassifiedLine]) {
        self.repairs = split.repairs;
        self.lines.clear();
        self.body.clear();
        for (line, ClassifiedLine { region, reason, .. }) in split.lines.iter().zip(lines) {
            let start = self.body.len() as u32;
            if *region == Region::Body {
                self.body.extend(&split.units, line.units.clone());
            }
            let units = start..self.body.len() as u32;
            self.lines.push(Line { span: line.span, region: *region, reason: *reason, key: line.key, units });
        }
    }

    /// The lines of one kind.
    pub fn lines_of(&self, region: Region) -> impl Iterator<Item = &Line> {
        self.lines.iter().filter(move |line| line.region == region)
    }

    /// The headline, when it precedes the body.
    pub fn headline_before_body(&self) -> Option<Span> {
        let body_start = *self.body.starts.first()?;
        self.lines_of(Region::Headline).next().map(|line| line.span).filter(|span| span.end <= body_start)
    }

    /// Runs of neighbouring furniture lines as spans of the text, in order.
    pub fn furniture_spans(&self) -> Vec<Span> {
        self.spans_of(Region::Furniture)
    }

    /// The stretches of the text that the body takes, in order, from its first unit to its last: their units
    /// are the body's (see [`super::scan_spans`]).
    pub fn body_spans(&self) -> Vec<Span> {
        let mut spans = self.spans_of(Region::Body);
        if let (Some(first), Some(&start)) = (spans.first_mut(), self.body.starts.first()) {
            first.start = start;
        }
        if let (Some(last), Some(&end)) = (spans.last_mut(), self.body.ends.last()) {
            last.end = end;
        }
        spans
    }

    /// Runs of neighbouring lines of one kind as spans of the text, in order.
    fn spans_of(&self, region: Region) -> Vec<Span> {
        let mut spans: Vec<Span> = Vec::new();
        let mut joined = false;
        for line in &self.lines {
            let wanted = line.region == region;
            match spans.last_mut() {
                Some(last) if wanted && joined => last.end = line.span.end,
                _ if wanted => spans.push(line.span),
                _ => {}
            }
            joined = wanted;
        }
        spans
    }
}
