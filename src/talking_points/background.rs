//! How many reprint sets would hold a wording if words were drawn from a background.
//!
//! The background is a word-bigram model with Dirichlet smoothing at both levels (MacKay and Peto 1995):
//!
//! - P(w) = (c(w) + μ D(w)) / (N + μ), where D is the dictionary's share of w,
//! - P(w | v) = (c(v w) + α P(w)) / (c(v) + α),
//! - P(w₁ … wₙ) = P(w₁) Π P(wᵢ | wᵢ₋₁).

use super::Texts;
use super::chains::{Chains, couples};
use super::grams::{Candidate, Grown, key};
use super::lexicon::Lexicon;
use super::spelling::Spelt;
use super::tally::Ballot;
use super::words::{Words, article};
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
pub(super) fn chances(spelt: &Spelt, words: &Words, grown: &Grown, ballot: &Ballot, texts: &impl Texts) -> Vec<Chance> {
    let held = Held::count(&spelt.candidates, words);
    let chained = chained(spelt, words, ballot, texts);
    let one = |(at, chained): (usize, f64)| {
        let elsewhere = elsewhere(&spelt.candidates[at], held.of(at), words, grown, &spelt.lexicon);
        Chance { elsewhere, chained }
    };
    chained.into_par_iter().enumerate().map(one).collect()
}

/// Whichever explains more of a wording, chains of words or of characters: where words end hangs on what
/// follows, so words alone may look more tied than they are.
fn chained(spelt: &Spelt, words: &Words, ballot: &Ballot, texts: &impl Texts) -> Vec<f64> {
    let by_word = Chains::new(spelt.words.iter().map(|wording| wording.iter().copied()))
        .expected(&ballot.groups, |group, read| group.iter().for_each(|&page| read(words.page(page as usize))));
    let by_unit = Chains::new((0..spelt.wordings.len()).map(|at| couples(spelt.wordings.of(at)))).expected(
        &ballot.groups,
        |group, read| {
            for &page in group {
                texts.with(ballot.speakers[page as usize], &mut |text, clean| {
                    read(&couples(&article(text, clean).ids).collect::<Vec<u32>>());
                });
            }
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
        let mut heads: FxHashMap<u64, Vec<u32>> = FxHashMap::default();
        for (at, candidate) in candidates.iter().enumerate() {
            starts.push(starts[at] + 2 * candidate.words as usize);
            heads.entry(key(&words.of(candidate)[..2])).or_default().push(at as u32);
        }
        let counts = (0..starts[candidates.len()]).map(|_| AtomicU32::new(0)).collect();
        let held = Held { counts, starts };
        (0..words.pages()).into_par_iter().for_each_init(Scratch::default, |scratch, page| {
            scratch.read(candidates, &heads, words, page);
            for &at in &scratch.found {
                held.add(at as usize, words.of(&candidates[at as usize]), scratch);
            }
        });
        held
    }

    fn add(&self, at: usize, wording: &[u32], page: &Scratch) {
        let counts = self.of(at);
        counts[0].fetch_add(page.words, Ordering::Relaxed);
        for (slot, word) in counts[1..].iter().zip(wording) {
            slot.fetch_add(page.singles.get(word).copied().unwrap_or(0), Ordering::Relaxed);
        }
        for (slot, pair) in counts[1 + wording.len()..].iter().zip(wording.windows(2)) {
            slot.fetch_add(page.pairs.get(&key(pair)).copied().unwrap_or(0), Ordering::Relaxed);
        }
    }
}

/// One page's counts and the candidates it holds.
#[derive(Default)]
struct Scratch {
    words: u32,
    singles: FxHashMap<u32, u32>,
    pairs: FxHashMap<u64, u32>,
    found: Vec<u32>,
}

impl Scratch {
    fn read(&mut self, candidates: &[Candidate], heads: &FxHashMap<u64, Vec<u32>>, words: &Words, page: usize) {
        let ids = words.page(page);
        self.words = ids.len() as u32;
        self.singles.clear();
        self.pairs.clear();
        self.found.clear();
        for &word in ids {
            *self.singles.entry(word).or_insert(0) += 1;
        }
        for (at, pair) in ids.windows(2).enumerate() {
            let pair = key(pair);
            *self.pairs.entry(pair).or_insert(0) += 1;
            for &candidate in heads.get(&pair).into_iter().flatten() {
                if ids[at..].starts_with(words.of(&candidates[candidate as usize])) {
                    self.found.push(candidate);
                }
            }
        }
        self.found.sort_unstable();
        self.found.dedup();
    }
}
