//! What stands around a wording: where clauses end, which words come before and after it, and on which lines it is.

use super::lexicon::Lexicon;
use super::sequences::Sequences;
use super::spelling::SpeltCandidates;
use super::token::{BREAK, END, key};
use super::words::Tokens;
use rayon::prelude::*;
use rustc_hash::FxHashMap;

/// Words from the beginning of a body that its opening has: where datelines and labels are.
const OPENING: usize = 16;

/// Shares of the pages that speak for the sets and use a wording, each in 0..1, by its last place on the page.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Surroundings {
    /// A clause, line, quotation or title begins with it.
    pub begins: f32,
    /// One ends with it.
    pub ends: f32,
    /// Both.
    pub is_whole: f32,
    /// The commonest word before it stands before it, within the clause.
    pub same_before: f32,
    /// The commonest word after it stands after it, within the clause.
    pub same_after: f32,
    /// It is in the first words of the body, if that is long enough to have an opening.
    pub opens_body: f32,
    /// It is on the line that most of them have alike, where it is not all of the line.
    pub same_line: f32,
    /// It is in the headline too.
    pub in_headline: f32,
    /// It is in the last words of the body, where sites keep notices.
    pub closes_body: f32,
    /// It is all that is in a pair of title marks.
    pub titled: f32,
    /// Of the pairs of pages, how many are on one subject: of the words that tell each page from others they have some
    /// in common, beyond those of the wording.
    pub one_subject: f32,
}

/// A page that uses a wording.
#[derive(Clone, Copy)]
struct Place {
    wording: u32,
    /// The words before and after it; 0 for a border.
    before: u32,
    after: u32,
    /// Part of a hash of its line.
    line: u32,
    page: u32,
    opens_body: bool,
    in_headline: bool,
    closes_body: bool,
    titled: bool,
}

/// Words that tell a page from others.
const KEYWORDS: usize = 16;
/// Pages with so many of them in common are on one subject.
const COMMON_KEYWORDS: usize = 3;
/// Pages of which pairs are compared, at most.
const COMPARED: usize = 12;

/// The surroundings of every candidate. Reads the words of all pages once; 28 bytes for each page of each candidate,
/// 88 for each page.
pub(super) fn surroundings(
    spelt: &SpeltCandidates,
    words: &Tokens,
    counts: &FxHashMap<u32, u32>,
    lexicon: &Lexicon,
) -> Vec<Surroundings> {
    let mut sorted: Vec<u32> = (0..spelt.words.len() as u32).collect();
    let wording = |at: u32| &*spelt.words[at as usize];
    sorted.par_sort_unstable_by(|&a, &b| wording(a).cmp(wording(b)));
    sorted.dedup_by(|later, kept| wording(*later) == wording(*kept));
    let known: Sequences<2> = Sequences::new(sorted.iter().map(|&at| wording(at)));
    let reader = PageReader { words, known: &known, lexicon };
    let read = |mut places: Vec<Place>, page: usize| {
        reader.read(page, &mut places);
        places
    };
    let mut places: Vec<Place> =
        (0..words.pages()).into_par_iter().fold(Vec::new, read).reduce(Vec::new, |mut all, some| {
            all.extend(some);
            all
        });
    places.par_sort_unstable_by_key(|place| (place.wording, place.page));
    let keywords: Vec<Vec<u32>> =
        (0..words.pages()).into_par_iter().map(|page| keywords(words.page(page), counts, words.ids.len())).collect();
    let of_one = |places: &[Place]| {
        let wording = sorted[places[0].wording as usize];
        let one_subject = one_subject(places, &keywords, &spelt.words[wording as usize]);
        (wording, Surroundings { one_subject, ..Surroundings::of(places) })
    };
    let known: Vec<(u32, Surroundings)> = places.par_chunk_by(|a, b| a.wording == b.wording).map(of_one).collect();
    let mut found = vec![Surroundings::default(); spelt.words.len()];
    known.into_iter().for_each(|(wording, around)| found[wording as usize] = around);
    found
}

/// The words of a page that weigh most by tf-idf, in ascending order; words that are nowhere else are left out.
fn keywords(page: &[u32], counts: &FxHashMap<u32, u32>, all: usize) -> Vec<u32> {
    let mut words: Vec<u32> = page.iter().copied().filter(|&word| word != BREAK && word != END).collect();
    words.sort_unstable();
    let mut weighed: Vec<(f32, u32)> = words
        .chunk_by(|a, b| a == b)
        .filter_map(|of_one| {
            let count = counts.get(&of_one[0]).copied().filter(|&count| count as usize > of_one.len())?;
            Some((of_one.len() as f32 * (all as f32 / count as f32).ln(), of_one[0]))
        })
        .collect();
    weighed.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    let mut best: Vec<u32> = weighed.into_iter().take(KEYWORDS).map(|(_, word)| word).collect();
    best.sort_unstable();
    best
}

/// The share of pairs of pages that are on one subject, by their keywords without those of the wording.
fn one_subject(places: &[Place], keywords: &[Vec<u32>], wording: &[u32]) -> f32 {
    let pages: Vec<&Vec<u32>> = places.iter().take(COMPARED).map(|place| &keywords[place.page as usize]).collect();
    let is_common = |other: &[u32], word: &u32| other.binary_search(word).is_ok() && !wording.contains(word);
    let (mut alike, mut pairs) = (0, 0);
    for (at, one) in pages.iter().enumerate() {
        for other in &pages[..at] {
            pairs += 1;
            alike += u32::from(one.iter().filter(|word| is_common(other, word)).count() >= COMMON_KEYWORDS);
        }
    }
    alike as f32 / pairs.max(1) as f32
}

struct PageReader<'a> {
    words: &'a Tokens,
    known: &'a Sequences<2>,
    lexicon: &'a Lexicon,
}

impl PageReader<'_> {
    fn read(&self, page: usize, places: &mut Vec<Place>) {
        let range = self.words.starts[page] as usize..self.words.starts[page + 1] as usize;
        let mut found: Vec<(u32, u32)> = Vec::new();
        for at in range.clone() {
            self.known.each_at_start(&self.words.ids[at..range.end], |wording| found.push((wording, at as u32)));
        }
        found.sort_unstable();
        let body = self.words.body(page);
        let is_long = range.end > body + 8 * OPENING;
        for of_one in found.chunk_by(|a, b| a.0 == b.0) {
            let (wording, last) = of_one[of_one.len() - 1];
            let (at, end) = (last as usize, last as usize + self.known.of(wording as usize).len());
            places.push(Place {
                wording,
                before: self.word_before(at),
                after: if self.words.is_border(end) { 0 } else { self.words.ids[end] },
                line: self.line(at, end, &range),
                page: page as u32,
                opens_body: is_long && at >= body && at < body + OPENING,
                titled: self.words.is_titled(at) && self.words.is_titled(end),
                closes_body: is_long && end + OPENING > range.end,
                in_headline: (of_one[0].1 as usize) < body,
            });
        }
    }

    /// The word before a place, articles left out; 0 for a border.
    fn word_before(&self, at: usize) -> u32 {
        let skips = !self.words.is_border(at) && self.lexicon.is_article(self.words.ids[at - 1]);
        let at = if skips { at - 1 } else { at };
        if self.words.is_border(at) { 0 } else { self.words.ids[at - 1] }
    }

    /// Part of a hash of the line of a place; another number for every place that is all of its line.
    fn line(&self, at: usize, end: usize, page: &std::ops::Range<usize>) -> u32 {
        let ids = &self.words.ids;
        let start = ids[page.start..at]
            .iter()
            .rposition(|&word| word == END)
            .map_or(page.start, |found| page.start + found + 1);
        let stop = ids[end..page.end].iter().position(|&word| word == END).map_or(page.end, |found| end + found);
        if start == at && stop == end { at as u32 } else { key(&ids[start..stop]) as u32 }
    }
}

impl Surroundings {
    fn of(places: &[Place]) -> Surroundings {
        let all = places.len() as f32;
        let share = |is: &dyn Fn(&Place) -> bool| places.iter().filter(|place| is(place)).count() as f32 / all;
        let most = |of: &dyn Fn(&Place) -> u32| {
            let mut values: Vec<u32> = places.iter().map(of).filter(|&value| value != 0).collect();
            values.sort_unstable();
            values.chunk_by(|a, b| a == b).map(<[u32]>::len).max().unwrap_or(0) as f32 / all
        };
        let same_line = most(&|place| place.line);
        Surroundings {
            begins: share(&|place| place.before == 0),
            ends: share(&|place| place.after == 0),
            is_whole: share(&|place| place.before == 0 && place.after == 0),
            same_before: most(&|place| place.before),
            same_after: most(&|place| place.after),
            opens_body: share(&|place| place.opens_body),
            same_line: if same_line * all > 1.0 { same_line } else { 0.0 },
            in_headline: share(&|place| place.in_headline),
            closes_body: share(&|place| place.closes_body),
            titled: share(&|place| place.titled),
            one_subject: 0.0,
        }
    }
}
