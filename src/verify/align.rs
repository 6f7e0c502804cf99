//! Passages: common runs of units, chained across small gaps.

use super::prepared::{Prepared, shingles_within};
use crate::shingle::WIDTH;
use crate::types::{Span, UnitRange, covered_by};
use bytemuck::{Pod, Zeroable};
use std::ops::Range;

/// A stretch of text that two documents share, with small differences bridged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Pod, Zeroable)]
#[repr(C)]
pub struct Passage {
    /// Its bytes in the text of `a`.
    pub a: Span,
    /// Its bytes in the text of `b`.
    pub b: Span,
    /// Its units in the body of `a`.
    pub a_units: UnitRange,
    /// Its units in the body of `b`.
    pub b_units: UnitRange,
    /// Units that are equal on both sides.
    pub matched: u32,
}

impl Passage {
    /// Its units in one of the two bodies: 0 for `a`, 1 for `b`.
    pub fn units(&self, side: usize) -> UnitRange {
        if side == 0 { self.a_units } else { self.b_units }
    }

    /// Equal units over the units of the longer side, in 0..1.
    pub fn identity(&self) -> f32 {
        self.matched as f32 / self.a_units.len().max(self.b_units.len()).max(1) as f32
    }

    /// The same passage with the two documents changing places.
    pub(super) fn turned(&self) -> Self {
        Passage { a: self.b, b: self.a, a_units: self.b_units, b_units: self.a_units, matched: self.matched }
    }
}

/// The least units that a passage must have in common.
const LEAST_PASSAGE: usize = 20;
/// The least units of a run that a chain may use.
const LEAST_RUN: usize = 6;
/// The most units that a chain may pass over on either side: about a sentence.
const GAP: usize = 60;
/// The most units of a name, a number or a date.
const FEW: usize = 4;
/// What a page without a title is taken to leave outside, which speaks neither for a reprint nor against one.
const UNKNOWN_TITLE: f32 = 0.5;
/// Places of a repeated shingle that are tried.
const TRIES: usize = 8;

/// Units `a..a + length` of one text equal to `b..b + length` of the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Run {
    a: usize,
    b: usize,
    length: usize,
}

/// How much of each text the passages cover, and what became of the figures in them.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Covered {
    /// Share of the units of `a`, and of `b`.
    pub units: [f32; 2],
    /// Figures that are in the runs.
    pub figures_kept: u32,
    /// Figures that are in both texts at the same place of a passage and differ.
    pub figures_changed: u32,
    /// Stretches of up to a sentence that are at the same place of both texts and differ.
    pub replaced: u32,
    /// Those of at most four units on either side: a name, a number, a date.
    pub replaced_words: u32,
    /// Units of the longest run that both texts have.
    pub longest_run: u32,
}

/// Compares two pages. Reuse one value for many pairs: its lists keep their memory.
#[derive(Debug, Default)]
pub(super) struct Comparison {
    /// Different shingles that both texts have.
    pub shared: u32,
    /// The passages in the order of `b`.
    pub passages: Vec<Passage>,
    /// What they cover.
    pub covered: Covered,
    /// Share of the titles that no passage says: of that one of the two of which they say more.
    pub title_outside: f32,
    runs: Vec<Run>,
    chained: Vec<Run>,
    ranges: Vec<Range<usize>>,
    figures: [Vec<u32>; 2],
}

impl Comparison {
    /// Compares `b`, read from its start, with `a`. About linear in the units that differ.
    pub(super) fn of(&mut self, a: &Prepared, b: &Prepared) {
        self.find_runs(a, b);
        self.chain(a, b);
        self.cover(a, b);
        self.title_outside = self.title_outside(a, b);
    }

    /// A reprint is about what its title says, under its own title or that of the other page. What a site prints around
    /// its articles is not.
    fn title_outside(&self, a: &Prepared, b: &Prepared) -> f32 {
        let is_in = |at: u32, from: usize, run: &Run| (from..from + run.length - 1).contains(&(at as usize));
        let in_a = a.title.share_within(|at| self.chained.iter().any(|run| is_in(at, run.a, run)));
        let in_b = b.title.share_within(|at| self.chained.iter().any(|run| is_in(at, run.b, run)));
        match (in_a, in_b) {
            (None, None) => UNKNOWN_TITLE,
            (in_a, in_b) => 1.0 - in_a.unwrap_or(0.0).max(in_b.unwrap_or(0.0)),
        }
    }

    /// Finds the maximal common runs met when reading `b` from its start, each unit of `b` in one run at most,
    /// and counts the shingles that both texts have on the way: inside a run none need be looked up.
    fn find_runs(&mut self, a: &Prepared, b: &Prepared) {
        self.runs.clear();
        self.shared = 0;
        if a.ids().len() < WIDTH || b.ids().len() < WIDTH {
            if !a.ids().is_empty() && a.ids() == b.ids() {
                self.runs.push(Run { a: 0, b: 0, length: a.ids().len() });
                self.shared = 1;
            }
            return;
        }
        let hashes = b.hashes();
        let mut at = 0;
        while at < hashes.len() {
            let Some(run) = a.position(hashes[at]).map(|place| longest_run(a, b, place, at, self.runs.last())) else {
                at += 1;
                continue;
            };
            let inside = at + shingles_within(run.length);
            let end = (at + run.length).clamp(at + 1, hashes.len());
            let across = inside.min(end)..end;
            self.shared += b.firsts(at..inside.min(hashes.len()));
            self.shared += across.filter(|&k| b.is_first(k) && a.position(hashes[k]).is_some()).count() as u32;
            self.runs.push(run);
            at = end;
        }
    }

    /// Chains runs that follow each other in both texts with small gaps, and keeps chains of at least twenty
    /// units in common (or that make up the whole of a shorter text), with their runs.
    fn chain(&mut self, a: &Prepared, b: &Prepared) {
        let Comparison { runs, chained, passages, .. } = self;
        let least = LEAST_PASSAGE.min(a.ids().len()).min(b.ids().len());
        passages.clear();
        chained.clear();
        let mut open = 0;
        let mut close = |chained: &mut Vec<Run>, open: usize| {
            match passage(&chained[open..], a, b, least) {
                Some(passage) => passages.push(passage),
                None => chained.truncate(open),
            }
            chained.len()
        };
        for &run in runs.iter().filter(|r| r.length >= LEAST_RUN.min(least)) {
            let follows = chained[open..].last().is_none_or(|last| {
                let (gap_a, gap_b) = (run.a.checked_sub(last.a + last.length), run.b - (last.b + last.length));
                gap_a.is_some_and(|gap| gap <= GAP) && gap_b <= GAP
            });
            if !follows {
                open = close(chained, open);
            }
            chained.push(run);
        }
        close(chained, open);
    }

    fn cover(&mut self, a: &Prepared, b: &Prepared) {
        let share = |units: usize, text: &Prepared| units as f32 / text.ids().len().max(1) as f32;
        let in_b: usize = self.chained.iter().map(|r| r.length).sum();
        let in_a = self.units_in_a();
        self.covered = Covered {
            units: [share(in_a, a), share(in_b, b)],
            figures_kept: self.chained.iter().map(|r| b.figures(&(r.b..r.b + r.length)).len() as u32).sum(),
            longest_run: self.chained.iter().map(|r| r.length as u32).max().unwrap_or(0),
            ..Covered::default()
        };
        let edge = |a: usize, b: usize| Run { a, b, length: 0 };
        let mut before = edge(0, 0);
        for k in 0..=self.chained.len() {
            let after = self.chained.get(k).copied().unwrap_or(edge(a.ids().len(), b.ids().len()));
            if let Some((in_a, in_b)) = gap(before, after) {
                self.covered.replaced += 1;
                self.covered.replaced_words += u32::from(in_a.len().max(in_b.len()) <= FEW);
                self.compare_figures(a, in_a, b, in_b);
            }
            before = after;
        }
    }

    /// How many units of `a` the runs cover. Runs in the order of `b` may overlap in `a`.
    fn units_in_a(&mut self) -> usize {
        let in_order = self.chained.windows(2).all(|pair| pair[0].a + pair[0].length <= pair[1].a);
        if in_order {
            return self.chained.iter().map(|r| r.length).sum();
        }
        self.ranges.clear();
        self.ranges.extend(self.chained.iter().map(|r| r.a..r.a + r.length));
        self.ranges.sort_unstable_by_key(|r| r.start);
        covered_by(self.ranges.iter().cloned())
    }

    /// Counts figures that two stretches at the same place have in common, and those that differ.
    fn compare_figures(&mut self, a: &Prepared, in_a: Range<usize>, b: &Prepared, in_b: Range<usize>) {
        let places = [(a, a.figures(&in_a)), (b, b.figures(&in_b))];
        if places.iter().any(|(_, at)| at.is_empty()) {
            return;
        }
        for (list, (text, at)) in self.figures.iter_mut().zip(places) {
            list.clear();
            list.extend(at.iter().map(|&k| text.ids()[k as usize]));
            list.sort_unstable();
        }
        let [mine, yours] = &self.figures;
        let both = mine.iter().filter(|f| yours.binary_search(f).is_ok()).count();
        self.covered.figures_kept += both as u32;
        self.covered.figures_changed += mine.len().min(yours.len()).saturating_sub(both) as u32;
    }
}

/// The best of the runs that begin at `b[at]` and at `a[place]` or the next places of the same shingle: one that
/// continues the last run's diagonal, else the longest, else the first. None can begin earlier: the shingle
/// before it would have been met already.
fn longest_run(a: &Prepared, b: &Prepared, place: usize, at: usize, last: Option<&Run>) -> Run {
    let expected = last.map(|r| (r.a + at).wrapping_sub(r.b));
    let places = std::iter::successors(Some(place), |&place| a.next_position(place)).take(TRIES);
    let run = |place: usize| Run { a: place, b: at, length: common_prefix(&a.ids()[place..], &b.ids()[at..]) };
    let goodness = |run: &Run| (Some(run.a) == expected, run.length, std::cmp::Reverse(run.a));
    places.map(run).max_by_key(goodness).unwrap_or(Run { a: place, b: at, length: 0 })
}

/// How many units two lists have in common from their starts on. Compared in blocks, which the compiler turns
/// into vector instructions.
fn common_prefix(a: &[u32], b: &[u32]) -> usize {
    const BLOCK: usize = 16;
    let blocks = a.chunks_exact(BLOCK).zip(b.chunks_exact(BLOCK));
    let equal = blocks.take_while(|(x, y)| x.iter().zip(*y).fold(0, |diff, (p, q)| diff | (p ^ q)) == 0).count();
    let from = equal * BLOCK;
    from + a[from..].iter().zip(&b[from..]).take_while(|(x, y)| x == y).count()
}

/// The passage that a chain of runs makes, if it has enough units.
fn passage(chain: &[Run], a: &Prepared, b: &Prepared, least: usize) -> Option<Passage> {
    let matched: usize = chain.iter().map(|r| r.length).sum();
    let (first, last) = (chain.first()?, chain.last()?);
    let (in_a, in_b) = (first.a..last.a + last.length, first.b..last.b + last.length);
    (matched >= least).then(|| Passage {
        a: a.span(in_a.clone()),
        b: b.span(in_b.clone()),
        a_units: UnitRange { start: in_a.start as u32, end: in_a.end as u32 },
        b_units: UnitRange { start: in_b.start as u32, end: in_b.end as u32 },
        matched: matched as u32,
    })
}

/// The stretches between two runs that follow each other in both texts, or an end of the texts and a run, when
/// they are no longer than a sentence.
fn gap(before: Run, after: Run) -> Option<(Range<usize>, Range<usize>)> {
    let between = |from: usize, to: usize| (from < to && to - from <= GAP).then_some(from..to);
    Some((between(before.a + before.length, after.a)?, between(before.b + before.length, after.b)?))
}
