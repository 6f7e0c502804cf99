//! A reference corpus that says which wording is everyday: counts of the words, pairs and wordings that matter.

use super::articles::Articles;
use super::chance::{WordCounts, expected};
use super::lexicon::Lexicon;
use super::spelling::SpeltCandidates;
use super::token::{key, units_of};
use super::words::{Tokens, page_words};
use crate::clean::Units;
use crate::types::DocId;
use jieba_rs::Jieba;
use rayon::prelude::*;
use rustc_hash::FxHashMap;

/// Pages of a reference corpus.
pub struct Background<'a> {
    /// Hands out their articles.
    pub articles: &'a dyn Articles,
    /// How many there are.
    pub pages: u32,
}

/// What a reference corpus holds of the words and wordings of another one.
#[derive(Clone, Default)]
pub(super) struct Reference {
    pages: u32,
    words: u64,
    singles: FxHashMap<u32, u32>,
    pairs: FxHashMap<u64, u32>,
    /// Pages that hold each wording.
    holders: Vec<u32>,
}

impl Reference {
    /// Reads every page of the background once, in parallel; keeps a count for each word and pair of words of the
    /// wordings, and for each wording.
    pub fn count(spelt: &SpeltCandidates, background: &Background, jieba: &Jieba) -> Reference {
        let wanted = Reference::wanted(spelt);
        let read = |(mut counted, mut units): (Reference, Units), doc: u32| {
            let page = page_words(DocId(doc), background.articles, jieba, &mut units);
            counted.add_page(&page.words, &units.ids, spelt);
            (counted, units)
        };
        (0..background.pages)
            .into_par_iter()
            .with_min_len(256)
            .fold(|| (wanted.clone(), Units::default()), read)
            .map(|(counted, _)| counted)
            .reduce(|| wanted.clone(), Reference::and)
    }

    /// Zeros for everything that is counted.
    fn wanted(spelt: &SpeltCandidates) -> Reference {
        let mut wanted = Reference { holders: vec![0; spelt.candidates.len()], ..Reference::default() };
        for words in &spelt.words {
            wanted.singles.extend(words.iter().map(|&word| (word, 0)));
            wanted.pairs.extend(words.windows(2).map(|pair| (key(pair), 0)));
        }
        wanted
    }

    fn add_page(&mut self, words: &[u32], units: &[u32], spelt: &SpeltCandidates) {
        self.pages += 1;
        self.words += words.iter().filter(|&&word| units_of(word) > 0).count() as u64;
        words.iter().for_each(|word| {
            if let Some(count) = self.singles.get_mut(word) {
                *count += 1
            }
        });
        words.windows(2).for_each(|pair| {
            if let Some(count) = self.pairs.get_mut(&key(pair)) {
                *count += 1
            }
        });
        let mut held: Vec<u32> = Vec::new();
        (0..units.len()).for_each(|at| {
            spelt.wordings.each_at_start(&units[at..], |wording| held.push(wording));
        });
        held.sort_unstable();
        held.dedup();
        held.into_iter().for_each(|wording| self.holders[wording as usize] += 1);
    }

    fn and(mut self, other: Reference) -> Reference {
        self.pages += other.pages;
        self.words += other.words;
        self.holders.iter_mut().zip(other.holders).for_each(|(sum, count)| *sum += count);
        other.singles.into_iter().for_each(|(word, count)| *self.singles.entry(word).or_insert(0) += count);
        other.pairs.into_iter().for_each(|(pair, count)| *self.pairs.entry(pair).or_insert(0) += count);
        self
    }

    /// Sets of `corpus` that would hold wording `at` if they were written as the background is: by its words and
    /// pairs of words, or by the share of its pages that hold the wording, whichever explains more.
    pub fn elsewhere(&self, at: usize, wording: &[u32], corpus: &Tokens, lexicon: &Lexicon) -> f64 {
        let sets = corpus.pages() as f64;
        let drawn = expected(&Drawn { of: self, wording }, wording, lexicon, sets, corpus.ids.len() as f64 / sets);
        drawn.max(sets * f64::from(self.holders[at]) / f64::from(self.pages.max(1)))
    }
}

/// The background's counts for the words of one wording.
struct Drawn<'a> {
    of: &'a Reference,
    wording: &'a [u32],
}

impl WordCounts for Drawn<'_> {
    fn total(&self) -> f64 {
        self.of.words as f64
    }

    fn single(&self, at: usize) -> f64 {
        f64::from(self.of.singles[&self.wording[at]])
    }

    fn pair(&self, at: usize) -> f64 {
        f64::from(self.of.pairs[&key(&self.wording[at - 1..=at])])
    }
}
