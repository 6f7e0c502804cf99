//! All matches of a run, in few bytes each and on disk when they are many.

use super::align::Passage;
use super::spread::Spread;
use crate::candidates::Pair;
use crate::error::Result;
use crate::storage::stage_files::{StageReader, StageWriter};
use crate::storage::{Column, ColumnWriter, Scratch, Sorter};
use crate::types::DocId;
use bytemuck::{Pod, Zeroable};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::ops::Range;
use std::sync::OnceLock;

/// What two overlapping documents are to each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// The same article.
    Reprint,
    /// The same article, of which the shorter text is a part: a page of an article split over several, an excerpt.
    Part,
    /// The shorter text is inside a longer article of its own.
    Contained,
    /// One form filled in twice: a weather notice, a market flash.
    Template,
    /// What they share belongs to a third text that others share too.
    CommonSource,
    /// Each is an article of its own; they share a passage.
    Passage,
}

impl Kind {
    /// The name in the output.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Reprint => "reprint",
            Kind::Part => "part",
            Kind::Contained => "contained",
            Kind::Template => "template",
            Kind::CommonSource => "common_source",
            Kind::Passage => "passage",
        }
    }
}

/// What two documents have in common, measured on their bodies.
#[derive(Clone, Debug, PartialEq)]
pub struct Match<'m> {
    /// The documents.
    pub pair: Pair,
    /// Shingles of both over shingles of either, as sets (Broder 1997), in 0..1.
    pub jaccard: f32,
    /// Shingles of both over shingles of `a`, and of `b`.
    pub containment: [f32; 2],
    /// Share of the units of `a`, and of `b`, that are in shared passages.
    pub aligned: [f32; 2],
    /// Figures that the shared passages have in common; not counted when the bodies are equal.
    pub figures_kept: u32,
    /// Figures that are at the same place of a passage and differ.
    pub figures_changed: u32,
    /// Stretches of up to a sentence that are at the same place of both and differ; none when the bodies are equal.
    pub replaced: u32,
    /// Those of at most four units on either side: a name, a number, a date.
    pub replaced_words: u32,
    /// Units of the longest run that both have.
    pub longest_run: u32,
    /// Units of `a`, and of `b`.
    pub units: [u32; 2],
    /// Those that are runs of letters or digits.
    pub words: [u32; 2],
    /// Share of the titles that no passage says, in 0..=1: of that one of the two of which they say more. 0.5 without
    /// titles, 0 when the bodies are equal.
    pub title_outside: f32,
    /// Both have the same title, but for the number of a page and the name of a site.
    pub same_title: bool,
    /// The titles differ in nothing but figures.
    pub refilled_title: bool,
    /// The passages of at least twenty units.
    pub passages: Cow<'m, [Passage]>,
    /// How much of the two texts other articles have too.
    pub spread: Spread,
    /// The probability that both carry the same article, in 0..=1.
    pub probability: f32,
    /// What it amounts to.
    pub kind: Kind,
}

impl Match<'_> {
    /// True when the two bodies are equal, unit for unit.
    pub fn is_equal(&self) -> bool {
        self.aligned == [1.0; 2] && self.jaccard >= 1.0
    }

    /// The place of `doc` in the pair: 0 or 1. `doc` must be one of the two.
    pub fn side(&self, doc: DocId) -> usize {
        usize::from(self.pair.b == doc)
    }

    /// The document at a place of the pair, 0 or 1.
    pub fn doc(&self, side: usize) -> DocId {
        [self.pair.a, self.pair.b][side]
    }

    /// The other document of the pair.
    pub fn other(&self, doc: DocId) -> DocId {
        if self.pair.a == doc { self.pair.b } else { self.pair.a }
    }

    /// The side with fewer units; when they are equal, the one of which more is in the other. Two texts that are equal in
    /// this too are told apart by what else is known of them, so that it does not matter which comes first.
    pub fn shorter(&self) -> usize {
        let starts = |side: usize| self.passages.iter().map(|p| p.units(side).start).min();
        let of_side = |side: usize| (self.units[side], -self.aligned[side], self.words[side]);
        let [a, b] = [0, 1].map(|side| (of_side(side), self.spread.0[side], starts(side)));
        usize::from(b < a)
    }

    /// The same as people say whether both carry the same article, where they say it.
    pub(crate) fn obeying(self, verdict: Option<&bool>) -> Self {
        let Some(&same_article) = verdict else { return self };
        let kind = match (same_article, self.kind) {
            (true, Kind::Part) => Kind::Part,
            (true, _) => Kind::Reprint,
            (false, Kind::Reprint | Kind::Part) => Kind::Passage,
            (false, kind) => kind,
        };
        let probability = if matches!(kind, Kind::Part | Kind::Reprint) { 1.0 } else { 0.0 };
        Match { kind, probability, ..self }
    }

    /// The same match measured from the other side.
    pub(super) fn turned(mut self) -> Self {
        self.containment.reverse();
        self.aligned.reverse();
        self.units.reverse();
        self.words.reverse();
        self.spread = self.spread.turned();
        self.passages = self.passages.iter().map(|passage| passage.turned()).collect();
        self
    }

    /// The same with its passages copied.
    pub fn into_owned(self) -> Match<'static> {
        Match { passages: Cow::Owned(self.passages.into_owned()), ..self }
    }

    /// True when the two are decided to be the same article, or one a part of the other.
    pub fn is_same_article(&self) -> bool {
        matches!(self.kind, Kind::Reprint | Kind::Part)
    }

    /// Share of the shorter text that the longer one has, by aligned passages, in 0..1.
    pub fn containment_of_shorter(&self) -> f32 {
        self.aligned[self.shorter()]
    }
}

/// A match as it is kept. Numbers are bits of floats where [`Match`] has floats, so that rows have an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Pod, Zeroable)]
#[repr(C)]
struct Row {
    pair: Pair,
    jaccard: u32,
    containment: [u32; 2],
    aligned: [u32; 2],
    figures_kept: u32,
    figures_changed: u32,
    replaced: u32,
    replaced_words: u32,
    longest_run: u32,
    units: [u32; 2],
    words: [u32; 2],
    title_outside: u32,
    /// 1 when both have the same title, 2 when the titles differ in figures alone.
    titles: u32,
    passages: u32,
    /// Where the passages begin: upper and lower half.
    first: [u32; 2],
    spread: Spread,
    probability: u32,
    kind: u32,
}

/// Bytes of a match that [`Match::to_bytes`] writes, but for its passages.
pub(crate) const MATCH_BYTES: usize = size_of::<Row>();

impl Match<'_> {
    /// The match as bytes, which [`Match::from_bytes`] reads.
    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = bytemuck::bytes_of(&Row::of(self, 0)).to_vec();
        bytes.extend_from_slice(bytemuck::cast_slice(&self.passages));
        bytes
    }

    /// The match of two documents that [`Match::to_bytes`] wrote, perhaps under other numbers; `None` for other bytes.
    pub(crate) fn from_bytes(pair: Pair, bytes: &[u8]) -> Option<Match<'static>> {
        let (row, passages) = bytes.split_at_checked(size_of::<Row>())?;
        let row: Row = bytemuck::pod_read_unaligned(row);
        let passages = passages.chunks_exact(size_of::<Passage>()).map(bytemuck::pod_read_unaligned).collect();
        ((row.kind as usize) < KINDS.len()).then(|| Row { pair, ..row }.read(Cow::Owned(passages)))
    }
}

/// The place of a kind in [`KINDS`].
fn number(kind: Kind) -> u32 {
    KINDS.iter().position(|&k| k == kind).unwrap_or(KINDS.len() - 1) as u32
}

/// The upper and the lower half of a number.
fn halves(number: usize) -> [u32; 2] {
    [(number >> 32) as u32, number as u32]
}

impl Row {
    fn kind(&self) -> Kind {
        KINDS[self.kind as usize]
    }

    fn of(found: &Match, first: usize) -> Self {
        let bits = |floats: [f32; 2]| floats.map(f32::to_bits);
        Row {
            pair: found.pair,
            jaccard: found.jaccard.to_bits(),
            containment: bits(found.containment),
            aligned: bits(found.aligned),
            figures_kept: found.figures_kept,
            figures_changed: found.figures_changed,
            replaced: found.replaced,
            replaced_words: found.replaced_words,
            longest_run: found.longest_run,
            units: found.units,
            words: found.words,
            title_outside: found.title_outside.to_bits(),
            titles: u32::from(found.same_title) | u32::from(found.refilled_title) << 1,
            passages: found.passages.len() as u32,
            first: halves(first),
            spread: found.spread,
            probability: found.probability.to_bits(),
            kind: number(found.kind),
        }
    }

    /// Where its passages begin.
    fn first(&self) -> usize {
        (self.first[0] as usize) << 32 | self.first[1] as usize
    }

    /// The same when so many passages come before its own.
    fn moved(&self, before: usize) -> Self {
        Row { first: halves(self.first() + before), ..*self }
    }

    /// The match, whose passages are among some.
    fn with_passages<'m>(&self, all: &'m [Passage]) -> Match<'m> {
        let first = self.first();
        self.read(Cow::Borrowed(&all[first..first + self.passages as usize]))
    }

    fn read<'m>(&self, passages: Cow<'m, [Passage]>) -> Match<'m> {
        let floats = |bits: [u32; 2]| bits.map(f32::from_bits);
        Match {
            pair: self.pair,
            jaccard: f32::from_bits(self.jaccard),
            containment: floats(self.containment),
            aligned: floats(self.aligned),
            figures_kept: self.figures_kept,
            figures_changed: self.figures_changed,
            replaced: self.replaced,
            replaced_words: self.replaced_words,
            longest_run: self.longest_run,
            units: self.units,
            words: self.words,
            title_outside: f32::from_bits(self.title_outside),
            same_title: self.titles & 1 != 0,
            refilled_title: self.titles & 2 != 0,
            passages,
            spread: self.spread,
            probability: f32::from_bits(self.probability),
            kind: self.kind(),
        }
    }
}

const KINDS: [Kind; 6] =
    [Kind::Reprint, Kind::Part, Kind::Contained, Kind::Template, Kind::CommonSource, Kind::Passage];

/// Matches sorted by pair. 116 bytes a match and 36 a passage, in memory up to a share and else on disk; and 4 bytes a
/// document once they are looked up by document.
#[derive(Debug, Default)]
pub struct Matches {
    rows: Column<Row>,
    passages: Column<Passage>,
    /// By document: the place of the first match of which it, or a greater one, is the lesser document.
    starts: OnceLock<Vec<u32>>,
}

impl Matches {
    fn sorted(rows: Column<Row>, passages: Column<Passage>) -> Self {
        Matches { rows, passages, starts: OnceLock::new() }
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// True for none.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The match at a place.
    pub fn get(&self, at: usize) -> Match<'_> {
        self.rows[at].with_passages(&self.passages)
    }

    /// The pair at a place.
    pub fn pair(&self, at: usize) -> Pair {
        self.rows[at].pair
    }

    /// What the match at a place amounts to.
    pub fn kind(&self, at: usize) -> Kind {
        self.rows[at].kind()
    }

    /// The same matches with spread, probability and kind as `decide` decides them; it changes nothing else.
    pub(crate) fn decided(
        self,
        scratch: &Scratch,
        decide: impl for<'m> Fn(Match<'m>) -> Match<'m> + Sync,
    ) -> Result<Matches> {
        let Matches { rows, passages, starts } = self;
        let rows = rows.updated(scratch, |row| {
            let Match { spread, probability, kind, .. } = decide(row.with_passages(&passages));
            (row.spread, row.probability, row.kind) = (spread, probability.to_bits(), number(kind));
        })?;
        Ok(Matches { rows, passages, starts })
    }

    /// Writes all matches to the file of a stage.
    pub(crate) fn save(&self, to: &mut StageWriter) -> Result<()> {
        to.column(&self.rows)?;
        to.column(&self.passages)
    }

    /// Reads what [`Matches::save`] wrote.
    pub(crate) fn load(from: &mut StageReader) -> Result<Self> {
        Ok(Matches::sorted(from.column()?, from.column()?))
    }

    /// All matches in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = Match<'_>> + DoubleEndedIterator {
        (0..self.len()).map(|at| self.get(at))
    }

    /// The places of the matches of which `doc` is the lesser document.
    pub fn from(&self, doc: DocId) -> Range<usize> {
        let starts = self.starts.get_or_init(|| self.starts());
        let start = |doc: usize| starts.get(doc).map_or(self.len(), |&start| start as usize);
        start(doc.index())..start(doc.index() + 1)
    }

    fn starts(&self) -> Vec<u32> {
        let mut starts = Vec::with_capacity(self.rows.last().map_or(0, |row| row.pair.a.index() + 1));
        for (at, row) in (0..).zip(&*self.rows) {
            starts.resize(starts.len().max(row.pair.a.index() + 1), at);
        }
        starts
    }

    /// The match of two documents.
    pub fn of(&self, pair: Pair) -> Option<Match<'_>> {
        self.rows.binary_search_by_key(&pair, |row| row.pair).ok().map(|at| self.get(at))
    }

    /// Gathers matches of different pairs, which may come in any order.
    pub fn gather<'m>(mut found: impl Iterator<Item = Match<'m>>, scratch: &Scratch) -> Result<Matches> {
        let mut writer = MatchWriter::new(found.size_hint().0, scratch);
        found.try_for_each(|found| writer.push(&found))?;
        writer.finish()
    }

    /// These matches and `more` of other pairs.
    pub fn merged(self, more: &Matches, scratch: &Scratch) -> Result<Matches> {
        let before = self.passages.len();
        let mut others = scratch.column_of(more.len());
        more.rows.iter().try_for_each(|row| others.push(row.moved(before)))?;
        let rows = self.rows.merged(&others.finish()?, |row| row.pair, scratch)?;
        Ok(Matches::sorted(rows, self.passages.followed_by(&more.passages, scratch)?))
    }
}

/// Matches that one task found.
#[derive(Default)]
pub(super) struct MatchPart {
    rows: Vec<Row>,
    passages: Vec<Passage>,
}

impl<'m> Extend<Match<'m>> for MatchPart {
    fn extend<I: IntoIterator<Item = Match<'m>>>(&mut self, found: I) {
        for found in found {
            self.rows.push(Row::of(&found, self.passages.len()));
            self.passages.extend_from_slice(&found.passages);
        }
    }
}

/// Matches being gathered, in any order.
pub(crate) struct MatchWriter {
    rows: Sorter<Row>,
    passages: ColumnWriter<Passage>,
}

impl MatchWriter {
    /// No matches yet, of about so many.
    pub(crate) fn new(expected: usize, scratch: &Scratch) -> Self {
        MatchWriter { rows: scratch.sorter_of(expected), passages: scratch.column_of(expected) }
    }

    pub(crate) fn push(&mut self, found: &Match) -> Result<()> {
        let first = self.passages.len();
        self.passages.extend(&found.passages)?;
        self.rows.push(Row::of(found, first))
    }

    /// Adds what a task found.
    pub(super) fn append(&mut self, mut part: MatchPart) -> Result<()> {
        let before = self.passages.len();
        part.rows.iter_mut().for_each(|row| *row = row.moved(before));
        self.passages.extend(&part.passages)?;
        self.rows.extend(&part.rows)
    }

    pub(crate) fn finish(self) -> Result<Matches> {
        Ok(Matches::sorted(self.rows.finish()?.column()?, self.passages.finish()?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cluster::tests::shared;

    #[test]
    fn the_matches_of_a_lesser_document_are_found_by_its_number() {
        let all = [(0, 5), (0, 7), (3, 4)].map(|(a, b)| shared(a, b, [100, 100], Vec::new()));
        let matches = Matches::gather(all.into_iter(), &Scratch::default()).unwrap();
        let from = |doc: u32| matches.from(DocId(doc));
        assert_eq!([from(0), from(1), from(2), from(3), from(4), from(9)], [0..2, 2..2, 2..2, 2..3, 3..3, 3..3]);
        assert_eq!(Matches::default().from(DocId(0)), 0..0);
    }
}
