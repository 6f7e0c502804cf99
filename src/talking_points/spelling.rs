//! Candidates spelt out in units, each once.

use super::articles::Articles;
use super::lexicon::{Class, Lexicon, named_share};
use super::occurrences::Wordings;
use super::places::Places;
use super::tally::Ballot;
use super::token::{BREAK, CandidateGram, LONG, units_of};
use super::words::Tokens;
use crate::clean::{Units, stands_alone};
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
    /// Where they are in the word list.
    pub places: Places,
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

/// A candidate spelt out.
struct Spelt {
    /// Its first units, by which nearly all candidates are sorted already.
    head: u128,
    units: Box<[u32]>,
    letters: Letters,
    /// Its number among the candidates.
    number: u32,
}

impl Spelt {
    fn new(units: &[u32], letters: Letters, number: u32) -> Spelt {
        let unit = |at: usize| u128::from(units.get(at).copied().unwrap_or(0));
        let head = (0..4).fold(0, |head, at| head << 32 | unit(at));
        Spelt { head, units: units.into(), letters, number }
    }
}

impl SpeltCandidates {
    /// Spells `candidates` out, and says what the dictionary knows of their words. Of candidates that are the same units in other words the one of most sets is
    /// kept; those with an idle word at a border are left out. Reads each page that speaks first for one with letters.
    pub fn read(
        (candidates, places): (&[CandidateGram], Places),
        words: &Tokens,
        (ballot, articles): (&Ballot, &impl Articles),
        jieba: &Jieba,
    ) -> (SpeltCandidates, Lexicon) {
        let mut spelt = spell(candidates, words, ballot, articles);
        let candidate = |spelt: &Spelt| &candidates[spelt.number as usize];
        let rank = |c: &CandidateGram| (std::cmp::Reverse((c.sets, c.times)), c.first);
        spelt.par_sort_unstable_by(|a, b| {
            let by_units = a.head.cmp(&b.head).then_with(|| a.units.cmp(&b.units));
            by_units.then_with(|| rank(candidate(a)).cmp(&rank(candidate(b)))).then(a.number.cmp(&b.number))
        });
        spelt.dedup_by(|later, kept| later.units == kept.units);
        let mut lexicon = Lexicon::new();
        spelt.iter().for_each(|spelt| lexicon.learn(words.of(candidate(spelt)), &spelt.units, jieba));
        spelt.retain(|spelt| has_free_borders(words.of(candidate(spelt)), candidate(spelt).whole, &lexicon));
        let words_of = |spelt: &Spelt| words.of(candidate(spelt));
        let spelt = SpeltCandidates {
            places: places.select(spelt.iter().map(|spelt| spelt.number as usize)),
            wordings: Wordings::new(spelt.iter().map(|spelt| &spelt.units[..])),
            words: spelt.par_iter().map(|spelt| words_of(spelt).into()).collect(),
            named: spelt.par_iter().map(|spelt| named_share(words_of(spelt), &lexicon)).collect(),
            letters: spelt.iter().map(|spelt| spelt.letters).collect(),
            candidates: spelt.iter().map(|spelt| *candidate(spelt)).collect(),
        };
        (spelt, lexicon)
    }

    /// Leaves the candidates for which `keep` is true.
    pub fn retain(self, keep: &[bool]) -> SpeltCandidates {
        let kept = |at: &usize| keep[*at];
        let all = 0..self.candidates.len();
        SpeltCandidates {
            places: self.places.select(all.clone().filter(kept)),
            wordings: Wordings::new(all.clone().filter(kept).map(|at| self.wordings.of(at))),
            candidates: all.clone().filter(kept).map(|at| self.candidates[at]).collect(),
            named: all.clone().filter(kept).map(|at| self.named[at]).collect(),
            letters: all.filter(kept).map(|at| self.letters[at]).collect(),
            words: self.words.into_iter().zip(keep).filter_map(|(words, &keep)| keep.then_some(words)).collect(),
        }
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

/// Page by page, in the order in which candidates stand there first.
fn spell(candidates: &[CandidateGram], words: &Tokens, ballot: &Ballot, articles: &impl Articles) -> Vec<Spelt> {
    let mut sorted: Vec<(u32, u32)> = candidates.iter().zip(0..).map(|(of, number)| (of.first, number)).collect();
    sorted.par_sort_unstable();
    let page_of = |&(first, _): &(u32, u32)| words.page_of(first);
    let read = |wanted: &[(u32, u32)]| {
        let page = page_of(&wanted[0]);
        let units = words.units(page);
        let ranges = words.unit_ranges(page, wanted.iter().map(|&(_, number)| &candidates[number as usize]));
        let mut letters = vec![Letters::default(); wanted.len()];
        if ranges.iter().any(|range| units[range.clone()].iter().any(|&unit| !stands_alone(unit))) {
            articles.article(ballot.speakers[page], &mut |article| {
                let mut units = Units::default();
                article.units(&mut units);
                let of_range = |range: &std::ops::Range<usize>| Letters::of(article.text, &units, range.clone());
                letters = ranges.iter().map(of_range).collect();
            });
        }
        let spelt = wanted.iter().zip(ranges).zip(letters);
        spelt.map(|((&(_, number), range), letters)| Spelt::new(&units[range], letters, number)).collect::<Vec<Spelt>>()
    };
    sorted.par_chunk_by(|a, b| page_of(a) == page_of(b)).flat_map_iter(read).collect()
}

/// False for a wording that begins or ends with a word that only joins others, unless a clause does.
fn has_free_borders(wording: &[u32], whole: [bool; 2], lexicon: &Lexicon) -> bool {
    let class = |word: &u32| lexicon.get(*word).class;
    let joins_first = matches!(wording.first().map(class), Some(Class::Particle | Class::Conjunction));
    let joins_last =
        matches!(wording.last().map(class), Some(Class::Particle | Class::Conjunction | Class::Preposition));
    (whole[0] || !joins_first) && (whole[1] || !joins_last)
}
