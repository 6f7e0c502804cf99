//! Candidates spelt out in units, each once.

use super::articles::Articles;
use super::lexicon::{Class, Lexicon, named_share};
use super::occurrences::Wordings;
use super::tally::Ballot;
use super::token::{BREAK, CandidateGram, LONG, units_of};
use super::words::Tokens;
use crate::clean::{Units, stands_alone};
use crate::error::Result;
use crate::storage::{Column, Scratch};
use jieba_rs::Jieba;
use rayon::prelude::*;

/// The candidates in ascending order of their units.
pub(super) struct SpeltCandidates {
    /// Their units.
    pub wordings: Wordings,
    /// How often each stands where, in the same order.
    pub candidates: Vec<CandidateGram>,
    /// Their words, clause marks included.
    pub words: Vec<Box<[u32]>>,
    /// Share of each that is names and figures, 0..1.
    pub named: Vec<f64>,
    /// Its runs of letters.
    pub letters: Vec<Letters>,
    /// Where they are in the word list, in ascending order: a place, and in the lower half of the bits the candidate.
    pub places: Column<u64>,
}

/// Runs of letters in a wording, as the page writes it that speaks for it first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Letters {
    /// How many.
    pub runs: u16,
    /// Those that begin with a capital.
    pub capitals: u16,
    /// Those that end as English verbs do, in -ed or -ing.
    pub inflected: u16,
    /// They are part of an address on the web.
    pub is_address: bool,
}

impl Letters {
    fn of(text: &str, units: &Units, range: std::ops::Range<usize>) -> Letters {
        let written = units.span(range.clone()).of(text);
        let is_path = written.is_ascii() && written.contains('/') && !written.contains(' ');
        let is_address = is_path || written.contains("://") || written.contains("www.");
        let mut letters = Letters { is_address, ..Letters::default() };
        for at in range {
            let run = units.span(at..at + 1).of(text);
            let Some(first) = run.chars().next().filter(|c| c.is_alphabetic() && !stands_alone(units.ids[at])) else {
                continue;
            };
            letters.runs += 1;
            letters.capitals += u16::from(first.is_uppercase());
            letters.inflected += u16::from(run.len() > 4 && (run.ends_with("ed") || run.ends_with("ing")));
        }
        letters
    }
}

/// A candidate spelt out: its units, its runs of letters, how often it stands where, and its number.
type Spelt = (Box<[u32]>, Letters, CandidateGram, u32);

impl SpeltCandidates {
    /// Spells `candidates` out, and says what the dictionary knows of their words. Of candidates that are the same units in other words the one of most sets is
    /// kept; those with an idle word at a border are left out. Reads each page that speaks first for one with letters.
    pub fn read(
        (candidates, places): (&[CandidateGram], &[u64]),
        words: &Tokens,
        (ballot, articles): (&Ballot, &impl Articles),
        jieba: &Jieba,
        scratch: &Scratch,
    ) -> Result<(SpeltCandidates, Lexicon)> {
        let mut spelt = spell(candidates, words, ballot, articles);
        spelt.par_sort_unstable_by(|a, b| {
            let rank = |c: &CandidateGram| (std::cmp::Reverse((c.sets, c.times)), c.first);
            a.0.cmp(&b.0).then_with(|| rank(&a.2).cmp(&rank(&b.2)))
        });
        spelt.dedup_by(|later, kept| later.0 == kept.0);
        let mut lexicon = Lexicon::new();
        spelt.iter().for_each(|(units, _, candidate, _)| lexicon.learn(words.of(candidate), units, jieba));
        spelt.retain(|(_, _, candidate, _)| has_free_borders(words.of(candidate), candidate.whole, &lexicon));
        let mut numbers = vec![GONE; candidates.len()];
        (0..).zip(&spelt).for_each(|(now, &(.., before))| numbers[before as usize] = now);
        let spelt = SpeltCandidates {
            places: renumbered(places, &numbers, scratch)?,
            wordings: Wordings::new(spelt.iter().map(|(units, ..)| &units[..])),
            words: spelt.iter().map(|(.., candidate, _)| words.of(candidate).into()).collect(),
            named: spelt.iter().map(|(.., candidate, _)| named_share(words.of(candidate), &lexicon)).collect(),
            letters: spelt.iter().map(|&(_, letters, ..)| letters).collect(),
            candidates: spelt.into_iter().map(|(.., candidate, _)| candidate).collect(),
        };
        Ok((spelt, lexicon))
    }

    /// Leaves the candidates for which `keep` is true.
    pub fn retain(self, keep: &[bool], scratch: &Scratch) -> Result<SpeltCandidates> {
        let kept = |at: &usize| keep[*at];
        let all = 0..self.candidates.len();
        let mut numbers = vec![GONE; keep.len()];
        (0..).zip(all.clone().filter(kept)).for_each(|(now, before)| numbers[before] = now);
        Ok(SpeltCandidates {
            places: renumbered(&self.places, &numbers, scratch)?,
            wordings: Wordings::new(all.clone().filter(kept).map(|at| self.wordings.of(at))),
            candidates: all.clone().filter(kept).map(|at| self.candidates[at]).collect(),
            named: all.clone().filter(kept).map(|at| self.named[at]).collect(),
            letters: all.filter(kept).map(|at| self.letters[at]).collect(),
            words: self.words.into_iter().zip(keep).filter_map(|(words, &keep)| keep.then_some(words)).collect(),
        })
    }

    /// Puts the candidates of a page into `found`, by number and place, one entry for each of their places.
    pub fn on_page(&self, page: usize, words: &Tokens, found: &mut Vec<(u32, u32)>) {
        let place = |end: u32| self.places.partition_point(|&row| row >> 32 < u64::from(end));
        let rows = &self.places[place(words.starts[page])..place(words.starts[page + 1])];
        found.clear();
        found.extend(rows.iter().map(|&row| (row as u32, (row >> 32) as u32)));
        found.sort_unstable();
    }

    /// True for a wording longer than a phrase.
    pub fn is_passage(&self, at: usize) -> bool {
        self.wordings.of(at).len() > LONG
    }

    /// For each candidate whether clauses end within it.
    pub fn joined(&self) -> Vec<bool> {
        self.words.iter().map(|words| words.contains(&BREAK)).collect()
    }

    /// The lengths of a candidate's words in units.
    pub fn lengths(&self, at: usize) -> impl Iterator<Item = usize> {
        self.words[at].iter().filter(|&&word| word != BREAK).map(|&word| units_of(word))
    }
}

/// The number of a candidate that is left out.
const GONE: u32 = u32::MAX;

/// The places of those candidates that have a new number, in ascending order.
fn renumbered(places: &[u64], numbers: &[u32], scratch: &Scratch) -> Result<Column<u64>> {
    let mut sorter = scratch.sorter();
    for &row in places {
        let number = numbers[row as u32 as usize];
        if number != GONE {
            sorter.push(row >> 32 << 32 | u64::from(number))?;
        }
    }
    sorter.finish()?.column()
}

fn spell(candidates: &[CandidateGram], words: &Tokens, ballot: &Ballot, articles: &impl Articles) -> Vec<Spelt> {
    let mut by_page: Vec<Vec<(CandidateGram, u32)>> = vec![Vec::new(); words.pages()];
    for (&candidate, number) in candidates.iter().zip(0..) {
        by_page[words.page_of(candidate.first)].push((candidate, number));
    }
    let read = |(page, wanted): (usize, Vec<(CandidateGram, u32)>)| {
        let units = words.units(page);
        let ranges: Vec<std::ops::Range<usize>> =
            wanted.iter().map(|(candidate, _)| words.unit_range(candidate)).collect();
        let mut letters = vec![Letters::default(); wanted.len()];
        if ranges.iter().any(|range| units[range.clone()].iter().any(|&unit| !stands_alone(unit))) {
            articles.article(ballot.speakers[page], &mut |article| {
                let mut units = Units::default();
                article.units(&mut units);
                let of_range = |range: &std::ops::Range<usize>| Letters::of(article.text, &units, range.clone());
                letters = ranges.iter().map(of_range).collect();
            });
        }
        let spelt = wanted.into_iter().zip(ranges).zip(letters);
        let spelt =
            spelt.map(|(((candidate, number), range), letters)| (units[range].into(), letters, candidate, number));
        spelt.collect::<Vec<Spelt>>()
    };
    by_page.into_par_iter().enumerate().flat_map_iter(read).collect()
}

/// False for a wording that begins or ends with a word that only joins others, unless a clause does.
fn has_free_borders(wording: &[u32], whole: [bool; 2], lexicon: &Lexicon) -> bool {
    let class = |word: &u32| lexicon.get(*word).class;
    let joins_first = matches!(wording.first().map(class), Some(Class::Particle | Class::Conjunction));
    let joins_last =
        matches!(wording.last().map(class), Some(Class::Particle | Class::Conjunction | Class::Preposition));
    (whole[0] || !joins_first) && (whole[1] || !joins_last)
}
