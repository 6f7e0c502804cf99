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
    /// How many bytes it takes there, and in the two highest bits where it stands.
    length: u16,
    /// Part of a hash of how the page writes it.
    pub form: u16,
}

/// The bit of a length that says that the wording stands in quotation marks.
const QUOTED: u16 = 1 << 15;
/// The bit of a length that says that no sentence ends after the wording.
const TRAILING: u16 = 1 << 14;

impl Holder {
    /// Where the wording stands on the page.
    pub fn span(&self) -> Span {
        Span { start: self.start, end: self.start + u32::from(self.length & !(QUOTED | TRAILING)) }
    }

    #[cfg(test)]
    pub fn at(voter: u32) -> Holder {
        Holder { wording: 0, voter, start: 0, length: 0, form: 0 }
    }

    /// True when the page puts exactly this wording in quotation marks.
    pub fn is_quoted(&self) -> bool {
        self.length & QUOTED != 0
    }

    /// True when it stands after the page's last sentence, where pages keep their furniture.
    pub fn is_trailing(&self) -> bool {
        self.length & TRAILING != 0
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
                    let last = after_last_sentence(text, &units);
                    held = places.iter().map(|place| place.holder(wordings, text, &units, last, at as u32)).collect();
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
    fn holder(self, wordings: &Wordings, text: &str, units: &Units, last_sentence: usize, voter: u32) -> Holder {
        let from = self.unit as usize;
        let to = from + wordings.of(self.wording as usize).len();
        let has_gaps = (from + 1..to).any(|at| units.ends[at - 1] != units.starts[at]);
        let span = units.span(from..to);
        let span = if has_gaps { with_quotes(text, span) } else { span };
        let form = xxh3_64(span.of(text).as_bytes()) as u16;
        let quoted = if in_quotes(text, span) { QUOTED } else { 0 };
        let trailing = if from >= last_sentence { TRAILING } else { 0 };
        let length = span.len().min(usize::from(TRAILING) - 1) as u16 | quoted | trailing;
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

/// The first unit after the last sentence of a text; none for a text without any.
fn after_last_sentence(text: &str, units: &Units) -> usize {
    let end = units.ends.last().map_or(0, |&end| end as usize);
    let stop = text[end..].starts_with(SENTENCE_ENDS).then_some(end).or_else(|| text[..end].rfind(SENTENCE_ENDS));
    let after = |stop: usize| units.starts.partition_point(|&start| (start as usize) < stop);
    stop.map_or(units.len(), after)
}

/// What ends a sentence.
const SENTENCE_ENDS: [char; 8] = ['。', '！', '？', '!', '?', '｡', '…', '；'];

/// Pairs of quotation marks.
const QUOTES: [(char, char); 5] = [('“', '”'), ('‘', '’'), ('「', '」'), ('『', '』'), ('"', '"')];

/// True when quotation marks stand right before and after.
fn in_quotes(text: &str, span: Span) -> bool {
    let (before, after) = (&text[..span.start as usize], &text[span.end as usize..]);
    QUOTES.iter().any(|&(open, close)| after.starts_with(close) && before.ends_with(open))
}

/// Pairs of marks that a wording is not cut through.
const PAIRS: [(char, char); 5] = [('“', '”'), ('‘', '’'), ('「', '」'), ('『', '』'), ('《', '》')];

/// The wording with the mark before or after it, when the mark's other half stands inside.
fn with_quotes(text: &str, span: Span) -> Span {
    let (mut open, mut closed) = (None, None);
    for c in span.of(text).chars() {
        match PAIRS.iter().find(|&&(opens, closes)| c == opens || c == closes) {
            Some(pair) if c == pair.0 => open = Some(pair),
            Some(pair) if open == Some(pair) => open = None,
            Some(pair) => closed = closed.or(Some(pair)),
            None => {}
        }
    }
    let (mut start, mut end) = (span.start as usize, span.end as usize);
    if let Some((mark, _)) = closed.filter(|pair| text[..start].ends_with(pair.0)) {
        start -= mark.len_utf8();
    }
    if let Some((_, mark)) = open.filter(|pair| text[end..].starts_with(pair.1)) {
        end += mark.len_utf8();
    }
    Span::new(start, end)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn units(text: &str) -> Vec<u32> {
        text.chars().map(|c| c as u32).collect()
    }

    #[test]
    fn finds_every_wording_a_text_begins_with() {
        let mut all = [units("一二三四"), units("一二三四五六"), units("一二三四六"), units("二三四五")];
        all.sort();
        let wordings = Wordings::new(all.iter().map(|units| units.as_slice()));
        let mut found = Vec::new();
        wordings.each_at_start(&units("一二三四五六七"), |at| found.push(wordings.of(at as usize).len()));
        assert_eq!(found, [4, 6]);
        wordings.each_at_start(&units("一二三"), |_| panic!("too short"));
        wordings.each_at_start(&units("二三四六"), |_| panic!("none such"));
    }

    #[test]
    fn furniture_trails_the_last_sentence() {
        let of = |text: &str| {
            let doc = crate::clean::clean(text, None, &Default::default(), Default::default());
            (after_last_sentence(text, &doc.body), doc.body.len())
        };
        let (after, all) = of("大家说，路修好了，日子有了盼头。记者看到，桥也通了。");
        assert_eq!(after, all);
        let text = "大家说，路修好了。桥也通了";
        let units = Units { ids: vec![1, 2], starts: vec![0, 27], ends: vec![3, 30] };
        assert_eq!(after_last_sentence(text, &units), 1);
        assert_eq!(after_last_sentence("没有句子", &Units { ids: vec![1], starts: vec![0], ends: vec![3] }), 1);
    }

    #[test]
    fn a_wording_is_not_cut_through_quotation_marks() {
        let text = "要把“暖心桥”工程做好";
        let at = |part: &str| {
            let start = text.find(part).unwrap();
            with_quotes(text, Span::new(start, start + part.len())).of(text).to_owned()
        };
        assert_eq!(at("暖心桥”工程"), "“暖心桥”工程");
        assert_eq!(at("要把“暖心桥"), "要把“暖心桥”");
        assert_eq!(at("工程做好"), "工程做好");
        assert!(in_quotes(text, Span::new(text.find("暖").unwrap(), text.find('”').unwrap())));
    }
}
