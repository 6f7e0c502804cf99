//! How many reprint sets would hold a wording by chance: from the corpus without the sets that hold it, from a
//! reference corpus, and from chains of words.

use super::articles::Articles;
use super::chance::{Chance, WordCounts, expected};
use super::grams::Grown;
use super::lexicon::Lexicon;
use super::markov_baseline::{Chains, couples};
use super::reference::Reference;
use super::sequences::Sequences;
use super::spelling::SpeltCandidates;
use super::tally::Ballot;
use super::token::{CandidateGram, key};
use super::words::Tokens;
use crate::clean::Units;
use rayon::prelude::*;
use rustc_hash::FxHashMap;
use std::sync::atomic::{AtomicU32, Ordering};

/// For each candidate what chance explains. Reads the pages that speak for the sets once.
pub(super) fn chances(
    (spelt, lexicon): (&SpeltCandidates, &Lexicon),
    words: &Tokens,
    grown: &Grown,
    reference: Option<&Reference>,
    ballot: &Ballot,
    articles: &impl Articles,
) -> Vec<Chance> {
    let held = if reference.is_none() { Held::count(&spelt.candidates, words) } else { Held::default() };
    let chained = chained(spelt, words, ballot, articles);
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
fn chained(spelt: &SpeltCandidates, words: &Tokens, ballot: &Ballot, articles: &impl Articles) -> Vec<f64> {
    let by_word = Chains::new(spelt.words.iter().map(|wording| wording.iter().copied()))
        .expected(&ballot.groups, |page, _: &mut (), read| read(words.page(page as usize)));
    let by_unit = Chains::new((0..spelt.wordings.len()).map(|at| couples(spelt.wordings.of(at)))).expected(
        &ballot.groups,
        |page, (units, coupled): &mut (Units, Vec<u32>), read| {
            articles.article(ballot.speakers[page as usize], &mut |article| {
                article.units(units);
                coupled.clear();
                coupled.extend(couples(&units.ids));
                read(coupled);
            });
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

    fn count(candidates: &[CandidateGram], words: &Tokens) -> Held {
        let mut starts = vec![0];
        candidates.iter().for_each(|candidate| starts.push(starts[starts.len() - 1] + 2 * candidate.words as usize));
        let counts = (0..starts[candidates.len()]).map(|_| AtomicU32::new(0)).collect();
        let held = Held { counts, starts };
        let mut sorted: Vec<u32> = (0..candidates.len() as u32).collect();
        let wording = |at: u32| words.of(&candidates[at as usize]);
        sorted.par_sort_unstable_by(|&a, &b| wording(a).cmp(wording(b)));
        let known: Sequences<2> = Sequences::new(sorted.iter().map(|&at| wording(at)));
        (0..words.pages()).into_par_iter().for_each_init(PageCounts::default, |scratch, page| {
            scratch.read(&known, words.page(page));
            for &(at, place) in &scratch.found {
                held.add(sorted[at as usize] as usize, known.of(at as usize).len(), place as usize, scratch);
            }
        });
        held
    }

    /// Adds what a page that holds a candidate of `length` words at `place` holds of it.
    fn add(&self, at: usize, length: usize, place: usize, page: &PageCounts) {
        let counts = self.of(at);
        counts[0].fetch_add(page.singles.of_place.len() as u32, Ordering::Relaxed);
        for (slot, at) in counts[1..=length].iter().zip(place..) {
            slot.fetch_add(page.singles.at(at), Ordering::Relaxed);
        }
        for (slot, at) in counts[1 + length..].iter().zip(place..) {
            slot.fetch_add(page.pairs.at(at), Ordering::Relaxed);
        }
    }
}

/// One page's counts and the candidates it holds, each with a place where it stands.
#[derive(Default)]
struct PageCounts {
    singles: Counted,
    pairs: Counted,
    found: Vec<(u32, u32)>,
}

impl PageCounts {
    fn read(&mut self, known: &Sequences<2>, ids: &[u32]) {
        self.singles.count(ids.iter().map(|&word| u64::from(word)));
        self.pairs.count(ids.windows(2).map(|pair| u64::from(pair[0]) << 32 | u64::from(pair[1])));
        self.found.clear();
        for place in 0..ids.len() {
            known.each_at_start(&ids[place..], |at| self.found.push((at, place as u32)));
        }
        self.found.sort_unstable();
        self.found.dedup_by_key(|&mut (at, _)| at);
    }
}

/// How often what stands at each place of a page stands on the page.
#[derive(Default)]
struct Counted {
    slots: FxHashMap<u64, u32>,
    counts: Vec<u32>,
    of_place: Vec<u32>,
}

impl Counted {
    fn count(&mut self, tokens: impl Iterator<Item = u64>) {
        self.slots.clear();
        self.counts.clear();
        self.of_place.clear();
        for token in tokens {
            let slot = *self.slots.entry(token).or_insert(self.counts.len() as u32);
            if slot as usize == self.counts.len() {
                self.counts.push(0);
            }
            self.counts[slot as usize] += 1;
            self.of_place.push(slot);
        }
    }

    fn at(&self, place: usize) -> u32 {
        self.counts[self.of_place[place] as usize]
    }
}
