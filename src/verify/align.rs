//! Passages: common runs of units, chained across small gaps.

use super::prepared::Prepared;
use crate::shingle::WIDTH;
use crate::types::Span;
use std::ops::Range;

/// A stretch of text that two documents share, with small differences bridged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Passage {
    /// Its bytes in the text of `a`.
    pub a: Span,
    /// Its bytes in the text of `b`.
    pub b: Span,
    /// Its units in the body of `a`.
    pub a_units: Range<u32>,
    /// Its units in the body of `b`.
    pub b_units: Range<u32>,
    /// Units that are equal on both sides.
    pub matched: u32,
}

impl Passage {
    /// Its units in one of the two bodies: 0 for `a`, 1 for `b`.
    pub fn units(&self, side: usize) -> &Range<u32> {
        if side == 0 { &self.a_units } else { &self.b_units }
    }

    /// Equal units over the units of the longer side, in 0..1.
    pub fn identity(&self) -> f32 {
        self.matched as f32 / self.a_units.len().max(self.b_units.len()).max(1) as f32
    }
}

/// The least units that a passage must have in common.
const LEAST_PASSAGE: usize = 20;
/// The least units of a run that a chain may use.
const LEAST_RUN: usize = 6;
/// The most units that a chain may pass over on either side: about a sentence.
const GAP: usize = 60;
/// Places of a repeated shingle that are tried.
const TRIES: usize = 8;

/// Units `a..a + length` of one text equal to `b..b + length` of the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Run {
    pub a: usize,
    pub b: usize,
    pub length: usize,
}

/// The maximal common runs met when reading `b` from its start, each unit of `b` in one run at most. A run
/// that continues the last one's diagonal is preferred, then the longest.
pub(super) fn common_runs(a: &Prepared, b: &Prepared) -> Vec<Run> {
    if a.ids.len() < WIDTH || b.ids.len() < WIDTH {
        let equal = !a.ids.is_empty() && a.ids == b.ids;
        return if equal { vec![Run { a: 0, b: 0, length: a.ids.len() }] } else { Vec::new() };
    }
    let mut runs: Vec<Run> = Vec::new();
    let mut at = 0;
    let mut free_from = 0;
    while at < b.hashes().len() {
        let expected = runs.last().map(|r| (r.a + at).wrapping_sub(r.b));
        let longest = a
            .positions(b.hashes()[at])
            .take(TRIES)
            .map(|place| extend(a, b, place, at, free_from))
            .max_by_key(|run| (Some(run.a + at - run.b) == expected, run.length, std::cmp::Reverse(run.a)));
        match longest {
            Some(run) => {
                free_from = run.b + run.length;
                at = free_from.max(at + 1);
                runs.push(run);
            }
            None => at += 1,
        }
    }
    runs
}

/// The maximal run through `a[place]` and `b[at]`, not reaching back before `free_from` in `b`.
fn extend(a: &Prepared, b: &Prepared, place: usize, at: usize, free_from: usize) -> Run {
    let ahead = a.ids[place..].iter().zip(&b.ids[at..]).take_while(|(x, y)| x == y).count();
    let back = a.ids[..place].iter().rev().zip(b.ids[free_from..at].iter().rev()).take_while(|(x, y)| x == y).count();
    Run { a: place - back, b: at - back, length: ahead + back }
}

/// The passages of two texts and the runs that they are made of.
pub(super) struct Passages {
    pub list: Vec<Passage>,
    pub runs: Vec<Run>,
}

/// Chains runs that follow each other in both texts with small gaps, and keeps chains of at least twenty units
/// in common (or that make up the whole of a shorter text).
pub(super) fn passages(runs: &[Run], a: &Prepared, b: &Prepared) -> Passages {
    let least = LEAST_PASSAGE.min(a.ids.len()).min(b.ids.len());
    let mut made = Passages { list: Vec::new(), runs: Vec::new() };
    let mut chain: Vec<Run> = Vec::new();
    let mut close = |chain: &mut Vec<Run>| {
        let matched: usize = chain.iter().map(|r| r.length).sum();
        if let (Some(first), Some(last), true) = (chain.first(), chain.last(), matched >= least) {
            let (in_a, in_b) = (first.a..last.a + last.length, first.b..last.b + last.length);
            made.list.push(Passage {
                a: Span { start: a.starts[in_a.start], end: a.ends[in_a.end - 1] },
                b: Span { start: b.starts[in_b.start], end: b.ends[in_b.end - 1] },
                a_units: in_a.start as u32..in_a.end as u32,
                b_units: in_b.start as u32..in_b.end as u32,
                matched: matched as u32,
            });
            made.runs.append(chain);
        }
        chain.clear();
    };
    for &run in runs.iter().filter(|r| r.length >= LEAST_RUN.min(least)) {
        let follows = chain.last().is_none_or(|last| {
            let (gap_a, gap_b) = (run.a.checked_sub(last.a + last.length), run.b - (last.b + last.length));
            gap_a.is_some_and(|gap| gap <= GAP) && gap_b <= GAP
        });
        if !follows {
            close(&mut chain);
        }
        chain.push(run);
    }
    close(&mut chain);
    made
}

/// How much of each text the runs cover.
pub(super) struct Covered {
    /// Share of the units of `a`, and of `b`.
    pub units: [f32; 2],
    /// Share of the figures of `a`, and of `b`; `None` for a text with fewer than four.
    pub figures: [Option<f32>; 2],
}

pub(super) fn covered(runs: &[Run], a: &Prepared, b: &Prepared) -> Covered {
    let side = |ranges: Vec<Range<usize>>, text: &Prepared| {
        let ranges = union(ranges);
        let units: usize = ranges.iter().map(Range::len).sum();
        let all = text.figures(0..text.ids.len());
        let kept: u32 = ranges.into_iter().map(|r| text.figures(r)).sum();
        (units as f32 / text.ids.len().max(1) as f32, (all >= 4).then(|| kept as f32 / all as f32))
    };
    let (units_a, figures_a) = side(runs.iter().map(|r| r.a..r.a + r.length).collect(), a);
    let (units_b, figures_b) = side(runs.iter().map(|r| r.b..r.b + r.length).collect(), b);
    Covered { units: [units_a, units_b], figures: [figures_a, figures_b] }
}

/// The same places as disjoint ranges in order.
fn union(mut ranges: Vec<Range<usize>>) -> Vec<Range<usize>> {
    ranges.sort_unstable_by_key(|r| r.start);
    let mut out: Vec<Range<usize>> = Vec::with_capacity(ranges.len());
    for range in ranges {
        match out.last_mut() {
            Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
            _ => out.push(range),
        }
    }
    out
}
