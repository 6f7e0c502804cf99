//! How many reprint sets would hold a wording if words were drawn from a background.
//!
//! The background is a word-bigram model with Dirichlet smoothing at both levels (MacKay and Peto 1995):
//!
//! - P(w) = (c(w) + μ D(w)) / (N + μ), where D is the dictionary's share of w,
//! - P(w | v) = (c(v w) + α P(w)) / (c(v) + α),
//! - P(w₁ … wₙ) = P(w₁) Π P(wᵢ | wᵢ₋₁).

use super::articles::Articles;
use super::chains::{Chains, couples};
use super::grams::{Candidate, Grown, key};
use super::lexicon::Lexicon;
use super::sequences::Sequences;
use super::spelling::Spelt;
use super::tally::Ballot;
use super::words::Words;
use crate::clean::Units;
use rayon::prelude::*;
use rustc_hash::FxHashMap;
use std::sync::atomic::{AtomicU32, Ordering};

/// Words of running text that the dictionary's shares weigh as much as.
const MU: f64 = 5000.0;
/// Followers of a word that the shares of single words weigh as much as.
const ALPHA: f64 = 4.0;

/// What chance explains of a wording, in reprint sets.
#[derive(Clone, Copy, Debug)]
pub(super) struct Chance {
    /// Sets that would hold it if words were drawn from the corpus without the sets that hold it.
    pub elsewhere: f64,
    /// Sets that would hold it if every outlet only chained words, each by the word before it, or only
    /// characters, each by the two before it, as it has chained them before, this wording among them.
    pub chained: f64,
}

impl Chance {
    /// Bits by which `sets` are more than is expected from elsewhere; 0 when they are not.
    pub fn bits(&self, sets: u32) -> f64 {
        (f64::from(sets) / self.elsewhere.max(1e-30)).log2().max(0.0)
    }

    /// The most that chance explains.
    pub fn most(&self) -> f64 {
        self.elsewhere.max(self.chained)
    }
}

/// For each candidate what chance explains. Reads the pages that speak for the sets once.
pub(super) fn chances(
    spelt: &Spelt,
    words: &Words,
    grown: &Grown,
    ballot: &Ballot,
    articles: &impl Articles,
) -> Vec<Chance> {
    let held = Held::count(&spelt.candidates, words);
    let chained = chained(spelt, words, ballot, articles);
    let one = |(at, chained): (usize, f64)| {
        let elsewhere = elsewhere(&spelt.candidates[at], held.of(at), words, grown, &spelt.lexicon);
        Chance { elsewhere, chained }
    };
    chained.into_par_iter().enumerate().map(one).collect()
}

/// Whichever explains more of a wording, chains of words or of characters: where words end hangs on what
/// follows, so words alone may look more tied than they are.
fn chained(spelt: &Spelt, words: &Words, ballot: &Ballot, articles: &impl Articles) -> Vec<f64> {
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

fn elsewhere(candidate: &Candidate, held: &[AtomicU32], words: &Words, grown: &Grown, lexicon: &Lexicon) -> f64 {
    let wording = words.of(candidate);
    let less = |count: u32, held: &AtomicU32| f64::from(count.saturating_sub(held.load(Ordering::Relaxed)));
    let (total, held_words) = (words.ids.len() as f64, f64::from(held[0].load(Ordering::Relaxed)));
    let (singles, pairs) = held[1..].split_at(wording.len());
    let single = |at: usize| less(grown.singles.get(&wording[at]).copied().unwrap_or(0), &singles[at]);
    let share = |at: usize| (single(at) + MU * lexicon.get(wording[at]).share) / (total - held_words + MU);
    let mut log = share(0).ln();
    for at in 1..wording.len() {
        let pair = less(grown.pairs.get(&key(&wording[at - 1..=at])).copied().unwrap_or(0), &pairs[at - 1]);
        log += ((pair + ALPHA * share(at)) / (single(at - 1) + ALPHA)).ln();
    }
    let sets = words.pages() as f64;
    let per_set = (log + (total / sets).ln()).exp();
    sets * -(-per_set).exp_m1()
}

/// How often the sets that hold a candidate hold its words and pairs of words.
struct Held {
    counts: Vec<AtomicU32>,
    starts: Vec<usize>,
}

impl Held {
    /// The counts of one candidate: all words, then each of its words, then each of its pairs.
    fn of(&self, at: usize) -> &[AtomicU32] {
        &self.counts[self.starts[at]..self.starts[at + 1]]
    }

    fn count(candidates: &[Candidate], words: &Words) -> Held {
        let mut starts = vec![0];
        candidates.iter().for_each(|candidate| starts.push(starts[starts.len() - 1] + 2 * candidate.words as usize));
        let counts = (0..starts[candidates.len()]).map(|_| AtomicU32::new(0)).collect();
        let held = Held { counts, starts };
        let mut sorted: Vec<u32> = (0..candidates.len() as u32).collect();
        let wording = |at: u32| words.of(&candidates[at as usize]);
        sorted.par_sort_unstable_by(|&a, &b| wording(a).cmp(wording(b)));
        let known: Sequences<2> = Sequences::new(sorted.iter().map(|&at| wording(at)));
        (0..words.pages()).into_par_iter().for_each_init(Scratch::default, |scratch, page| {
            scratch.read(&known, words.page(page));
            for &(at, place) in &scratch.found {
                held.add(sorted[at as usize] as usize, known.of(at as usize).len(), place as usize, scratch);
            }
        });
        held
    }

    /// Adds what a page that holds a candidate of `length` words at `place` holds of it.
    fn add(&self, at: usize, length: usize, place: usize, page: &Scratch) {
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
struct Scratch {
    singles: Counted,
    pairs: Counted,
    found: Vec<(u32, u32)>,
}

impl Scratch {
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
