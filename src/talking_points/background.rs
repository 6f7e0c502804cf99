//! How many reprint sets would hold a wording by chance: from the corpus without the sets that hold it, from a
//! reference corpus, and from chains of words.

use super::chance::{Chance, WordCounts, expected};
use super::grams::Grown;
use super::lexicon::Lexicon;
use super::markov_baseline::{Chains, couples};
use super::reference::Reference;
use super::spelling::SpeltCandidates;
use super::tally::Ballot;
use super::token::key;
use super::words::Tokens;
use rayon::prelude::*;
use rustc_hash::FxHashMap;
use std::hash::Hash;
use std::ops::Range;
use std::sync::atomic::{AtomicU32, Ordering};

/// For each candidate what chance explains. Reads the words and the units of all pages.
pub(super) fn chances(
    (spelt, lexicon): (&SpeltCandidates, &Lexicon),
    words: &Tokens,
    grown: &Grown,
    reference: Option<&Reference>,
    ballot: &Ballot,
) -> Vec<Chance> {
    let held = if reference.is_none() { Held::count(spelt, words) } else { Held::default() };
    let chained = chained(spelt, words, ballot);
    let one = |(at, chained): (usize, f64)| {
        let wording = words.of(&spelt.candidates[at]);
        let elsewhere = match reference {
            Some(reference) => reference.elsewhere(at, wording, words, lexicon),
            None => Rest { held: held.of(at), words, grown, wording }.elsewhere(lexicon),
        };
        Chance { elsewhere, chained }
    };
    chained.into_par_iter().enumerate().map(one).collect()
}

/// Whichever explains more of a wording, chains of words or of characters: where words end hangs on what
/// follows, so words alone may look more tied than they are.
fn chained(spelt: &SpeltCandidates, words: &Tokens, ballot: &Ballot) -> Vec<f64> {
    let by_word = Chains::new(spelt.words.iter().map(|wording| wording.iter().copied()))
        .expected(&ballot.groups, |page, _: &mut (), read| read(words.page(page as usize)));
    let by_unit = Chains::new((0..spelt.wordings.len()).map(|at| couples(spelt.wordings.of(at)))).expected(
        &ballot.groups,
        |page, coupled: &mut Vec<u32>, read| {
            coupled.clear();
            coupled.extend(couples(words.units(page as usize)));
            read(coupled);
        },
    );
    let per_time = spelt.candidates.iter().map(|c| f64::from(c.sets) / f64::from(c.times));
    by_word.into_iter().zip(by_unit).zip(per_time).map(|((word, unit), share)| word.max(unit) * share).collect()
}

/// The corpus without the sets that hold a wording.
struct Rest<'a> {
    held: &'a [AtomicU32],
    words: &'a Tokens,
    grown: &'a Grown,
    wording: &'a [u32],
}

impl Rest<'_> {
    fn elsewhere(&self, lexicon: &Lexicon) -> f64 {
        let sets = self.words.pages() as f64;
        expected(self, self.wording, lexicon, sets, self.words.ids.len() as f64 / sets)
    }

    fn less(&self, count: Option<&u32>, held: usize) -> f64 {
        f64::from(count.copied().unwrap_or(0).saturating_sub(self.held[held].load(Ordering::Relaxed)))
    }
}

impl WordCounts for Rest<'_> {
    fn total(&self) -> f64 {
        self.words.ids.len() as f64 - f64::from(self.held[0].load(Ordering::Relaxed))
    }

    fn single(&self, at: usize) -> f64 {
        self.less(self.grown.singles.get(&self.wording[at]), 1 + at)
    }

    fn pair(&self, at: usize) -> f64 {
        self.less(self.grown.pairs.get(&key(&self.wording[at - 1..=at])), self.wording.len() + at)
    }
}

/// How often the sets that hold a candidate hold its words and pairs of words.
#[derive(Default)]
struct Held {
    counts: Vec<AtomicU32>,
    starts: Vec<usize>,
}

impl Held {
    /// The counts of one candidate: all words, then each of its words, then each of its pairs.
    fn of(&self, at: usize) -> &[AtomicU32] {
        &self.counts[self.starts[at]..self.starts[at + 1]]
    }

    fn count(spelt: &SpeltCandidates, words: &Tokens) -> Held {
        let mut starts = vec![0];
        spelt.candidates.iter().for_each(|of| starts.push(starts[starts.len() - 1] + 2 * of.words as usize));
        let counts = (0..starts[spelt.candidates.len()]).map(|_| AtomicU32::new(0)).collect();
        let held = Held { counts, starts };
        (0..words.pages()).into_par_iter().for_each_init(PageCounts::default, |counted, page| {
            counted.read(spelt, words, page);
            for &(at, place) in &counted.found {
                let (place, length) = ((place - counted.start) as usize, spelt.candidates[at as usize].words as usize);
                held.add(at as usize, place..place + length, counted);
            }
        });
        held
    }

    /// Adds what a page that has a candidate, at the words `places`, has of it.
    fn add(&self, at: usize, places: Range<usize>, page: &PageCounts) {
        let counts = self.of(at);
        counts[0].fetch_add(page.singles.of_place.len() as u32, Ordering::Relaxed);
        let (of_words, of_pairs) = counts[1..].split_at(places.len());
        for (count, &number) in of_words.iter().zip(&page.singles.of_place[places.clone()]) {
            count.fetch_add(page.singles.counts[number as usize], Ordering::Relaxed);
        }
        for (count, &number) in of_pairs[..places.len() - 1].iter().zip(&page.pairs.of_place[places]) {
            count.fetch_add(page.pairs.counts[number as usize], Ordering::Relaxed);
        }
    }
}

/// The candidates that a page has, each with its first place, and how often it has their words and pairs of words.
#[derive(Default)]
struct PageCounts {
    start: u32,
    found: Vec<(u32, u32)>,
    singles: Counted<u32>,
    pairs: Counted<(u32, u32)>,
}

impl PageCounts {
    fn read(&mut self, spelt: &SpeltCandidates, words: &Tokens, page: usize) {
        self.start = words.starts[page];
        spelt.on_page(page, words, &mut self.found);
        self.found.dedup_by_key(|&mut (at, _)| at);
        let ids = words.page(page);
        self.singles.clear(ids.len());
        self.pairs.clear(ids.len());
        for &(at, place) in &self.found {
            let place = (place - self.start) as usize;
            (place..).zip(&spelt.words[at as usize]).for_each(|(place, &word)| self.singles.want(place, word));
        }
        let is_wanted = |place: usize| self.singles.of_place[place] != NOWHERE;
        for (place, pair) in ids.windows(2).enumerate().filter(|&(place, _)| is_wanted(place) && is_wanted(place + 1)) {
            self.pairs.want(place, (pair[0], pair[1]));
        }
        let mut before = None;
        for (place, &word) in ids.iter().enumerate() {
            let is_known = self.singles.count(place, word);
            if let Some(first) = before.filter(|_| is_known) {
                self.pairs.count(place - 1, (first, word));
            }
            before = is_known.then_some(word);
        }
    }
}

/// The number of what is not counted.
const NOWHERE: u32 = u32::MAX;

/// How often what is at some places of a page is on the page.
#[derive(Default)]
struct Counted<T> {
    numbers: FxHashMap<T, u32>,
    counts: Vec<u32>,
    of_place: Vec<u32>,
}

impl<T: Eq + Hash> Counted<T> {
    fn clear(&mut self, places: usize) {
        self.numbers.clear();
        self.counts.clear();
        self.of_place.clear();
        self.of_place.resize(places, NOWHERE);
    }

    /// Counts `what`, which is at `place`.
    fn want(&mut self, place: usize, what: T) {
        if self.of_place[place] == NOWHERE {
            let number = *self.numbers.entry(what).or_insert(self.counts.len() as u32);
            if number as usize == self.counts.len() {
                self.counts.push(0);
            }
            self.of_place[place] = number;
        }
    }

    /// Counts what is at `place`, and returns whether it is counted at all.
    fn count(&mut self, place: usize, what: T) -> bool {
        let known = Some(self.of_place[place]).filter(|&number| number != NOWHERE);
        let Some(number) = known.or_else(|| self.numbers.get(&what).copied()) else { return false };
        self.counts[number as usize] += 1;
        true
    }
}
