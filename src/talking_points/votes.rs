//! Which pages hold a wording: all wordings looked for at once, on every page, by its units.

use super::grams::LONG;
use super::words::{Gap, article, gap_before};
use super::{Texts, Voter};
use crate::clean::Units;
use crate::types::Span;
use rayon::prelude::*;
use rustc_hash::FxHashMap;
use xxhash_rust::xxh3::xxh3_64;

/// Pages read at a time.
const BATCH: usize = 1024;
/// Wordings are first told by this many units.
const HEAD: usize = 4;

/// The units of many wordings, each of at least four, in ascending order without repeats.
#[derive(Debug, Default)]
pub(super) struct Wordings {
    units: Vec<u32>,
    starts: Vec<u32>,
    heads: FxHashMap<u64, (u32, u32)>,
    filter: Vec<u64>,
}

impl Wordings {
    /// Takes wordings in ascending order of their units, none twice.
    pub fn new<'a>(sorted: impl Iterator<Item = &'a [u32]>) -> Wordings {
        let mut made = Wordings { starts: vec![0], ..Wordings::default() };
        for wording in sorted {
            made.units.extend_from_slice(wording);
            made.starts.push(made.units.len() as u32);
        }
        made.filter = vec![0; (made.len() / 4).next_power_of_two().max(64)];
        for at in 0..made.len() {
            let hash = head_hash(&made.of(at)[..HEAD]);
            made.heads.entry(hash).or_insert((at as u32, 0)).1 = at as u32 + 1;
            let (block, bit) = made.slot(hash);
            made.filter[block] |= bit;
        }
        made
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.starts.len() - 1
    }

    /// The units of one.
    pub fn of(&self, at: usize) -> &[u32] {
        &self.units[self.starts[at] as usize..self.starts[at + 1] as usize]
    }

    /// True for a wording longer than a phrase.
    pub fn is_passage(&self, at: usize) -> bool {
        self.of(at).len() > LONG
    }

    fn slot(&self, hash: u64) -> (usize, u64) {
        ((hash >> 6) as usize & (self.filter.len() - 1), 1 << (hash & 63))
    }

    /// Calls `found` with every wording that `units` begins with.
    pub fn each_at_start(&self, units: &[u32], mut found: impl FnMut(u32)) {
        if units.len() < HEAD {
            return;
        }
        let hash = head_hash(&units[..HEAD]);
        let (block, bit) = self.slot(hash);
        if self.filter[block] & bit == 0 {
            return;
        }
        let Some(&(mut from, mut to)) = self.heads.get(&hash) else { return };
        for depth in HEAD.. {
            // In ascending order a wording stands before the longer ones it begins.
            while from < to && self.of(from as usize).len() == depth {
                found(from);
                from += 1;
            }
            let Some(&next) = units.get(depth) else { return };
            from += self.first_where(from, to, |wording| wording[depth] >= next);
            to = from + self.first_where(from, to, |wording| wording[depth] > next);
            if from == to {
                return;
            }
        }
    }

    fn first_where(&self, from: u32, to: u32, holds: impl Fn(&[u32]) -> bool) -> u32 {
        let (mut low, mut high) = (from, to);
        while low < high {
            let middle = low.midpoint(high);
            if holds(self.of(middle as usize)) { high = middle } else { low = middle + 1 }
        }
        low - from
    }
}

fn head_hash(units: &[u32]) -> u64 {
    xxh3_64(bytemuck::cast_slice(units))
}

/// One page that holds a wording.
#[derive(Clone, Copy, Debug)]
pub(super) struct Holder {
    wording: u32,
    /// Its place in the list of voters.
    pub voter: u32,
    /// First byte of the wording's first place on the page.
    pub start: u32,
    /// How many bytes it takes there, and in the highest bit whether it stands in quotation marks.
    length: u16,
    /// Part of a hash of how the page writes it.
    pub form: u16,
}

/// The highest bit of a length.
const QUOTED: u16 = 1 << 15;

impl Holder {
    /// Where the wording stands on the page.
    pub fn span(&self) -> Span {
        Span { start: self.start, end: self.start + u32::from(self.length & !QUOTED) }
    }

    /// True when the page puts exactly this wording in quotation marks.
    pub fn is_quoted(&self) -> bool {
        self.length & QUOTED != 0
    }
}

/// For every wording the pages that hold it, in the order of the voters.
pub(super) struct Votes {
    holders: Vec<Holder>,
    starts: Vec<u32>,
}

impl Votes {
    /// The pages that hold one wording.
    pub fn of(&self, wording: usize) -> &[Holder] {
        &self.holders[self.starts[wording] as usize..self.starts[wording + 1] as usize]
    }

    /// Looks for all wordings on every page. Linear in the units; 16 bytes for each page and each wording that it
    /// holds.
    pub fn count(wordings: &Wordings, voters: &[Voter], texts: &impl Texts) -> Votes {
        let mut holders: Vec<Holder> = Vec::new();
        for (batch, pages) in voters.chunks(BATCH).enumerate() {
            let read = |(at, voter): (usize, &Voter)| {
                let mut held = Vec::new();
                texts.with(voter.doc, &mut |text, clean| {
                    let units = article(text, clean);
                    let places = find_all(wordings, text, &units);
                    held = places.iter().map(|place| place.holder(wordings, text, &units, at as u32)).collect();
                });
                held
            };
            let held: Vec<Vec<Holder>> =
                pages.par_iter().enumerate().map(|(at, voter)| read((batch * BATCH + at, voter))).collect();
            held.iter().for_each(|held| holders.extend_from_slice(held));
        }
        holders.par_sort_unstable_by_key(|holder| (holder.wording, holder.voter));
        let start = |wording: usize| holders.partition_point(|holder| (holder.wording as usize) < wording) as u32;
        Votes { starts: (0..=wordings.len()).map(start).collect(), holders }
    }
}

/// A wording and the unit it begins with.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    wording: u32,
    unit: u32,
}

impl Place {
    fn holder(self, wordings: &Wordings, text: &str, units: &Units, voter: u32) -> Holder {
        let from = self.unit as usize;
        let to = from + wordings.of(self.wording as usize).len();
        let has_gaps = (from + 1..to).any(|at| units.ends[at - 1] != units.starts[at]);
        let span = units.span(from..to);
        let span = if has_gaps { with_quotes(text, span) } else { span };
        let form = xxh3_64(span.of(text).as_bytes()) as u16;
        let quoted = if in_quotes(text, span) { QUOTED } else { 0 };
        let length = (span.len() as u16 & !QUOTED) | quoted;
        Holder { wording: self.wording, voter, start: span.start, length, form }
    }
}

/// The first place of every wording on a page. A phrase does not run over a clause's end.
fn find_all(wordings: &Wordings, text: &str, units: &Units) -> Vec<Place> {
    let mut seen = Vec::new();
    let ids = &units.ids;
    let mut clause_end = ids.len();
    for at in (0..ids.len()).rev() {
        let within = clause_end - at;
        wordings.each_at_start(&ids[at..], |wording| {
            let length = wordings.of(wording as usize).len();
            if length > LONG || length <= within {
                seen.push(Place { wording, unit: at as u32 });
            }
        });
        if at > 0 && matches!(gap_before(text, units, at), Gap::Break | Gap::Line) {
            clause_end = at;
        }
    }
    seen.sort_unstable();
    seen.dedup_by_key(|place| place.wording);
    seen
}

/// Pairs of quotation marks.
const QUOTES: [(char, char); 5] = [('“', '”'), ('‘', '’'), ('「', '」'), ('『', '』'), ('"', '"')];

/// True when quotation marks stand right before and after.
fn in_quotes(text: &str, span: Span) -> bool {
    let (before, after) = (&text[..span.start as usize], &text[span.end as usize..]);
    QUOTES.iter().any(|&(open, close)| after.starts_with(close) && before.ends_with(open))
}

/// The wording with the mark before or after it, when the mark's other half stands inside.
fn with_quotes(text: &str, span: Span) -> Span {
    let inside = span.of(text);
    let (mut start, mut end) = (span.start as usize, span.end as usize);
    for (open, close) in QUOTES.into_iter().filter(|(open, close)| open != close).chain([('《', '》')]) {
        let (first_open, last_open) = (inside.find(open), inside.rfind(open));
        let (first_close, last_close) = (inside.find(close), inside.rfind(close));
        if first_close.is_some_and(|at| first_open.is_none_or(|open| at < open)) && text[..start].ends_with(open) {
            start -= open.len_utf8();
        }
        if last_open.is_some_and(|at| last_close.is_none_or(|close| at > close)) && text[end..].starts_with(close) {
            end += close.len_utf8();
        }
    }
    Span::new(start, end)
}
