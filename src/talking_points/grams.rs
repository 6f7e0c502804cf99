//! Word n-grams that recur in several reprint sets, grown word by word to maximal length.
//!
//! An n-gram can only recur where both its (n-1)-grams do (Agrawal and Srikant 1994). Pairs of words are found by
//! sorting hashes; each further level divides the places of every n-gram of the level before by the word that follows.

use super::lexicon::Glue;
use super::places::{Places, PlacesWriter};
use super::radix::{BUCKETS, HashedPlaces, RadixSorter};
use super::sequences::Sequences;
use super::token::{BREAK, CandidateGram, END, LONG, SHORT, key, units_of};
use super::words::Tokens;
use crate::error::Result;
use crate::storage::{Column, ColumnWriter, Scratch};
use rayon::prelude::*;
use rustc_hash::FxHashMap;
use std::ops::Range;
use std::sync::atomic::{AtomicU8, Ordering};

/// Longest n-gram grown word by word; longer wording is put together from overlapping ones.
pub(super) const LONGEST: usize = 20;
/// Recurring runs of this many words are what formulaic pages are made of.
const FORMULA: usize = 6;
/// Places that one task hashes.
const STRETCH: usize = 1 << 16;
/// Places sorted or divided at a time, eight bytes each, however little memory a run may use.
const PART: usize = 4 << 20;
/// A wording is part of a longer one when the longer stands in this share of its sets.
const COVERED: f64 = 0.8;
/// And in this share of its places: what a page repeats in other surroundings stands for itself.
const COVERED_TIMES: f64 = 0.6;
/// In place of a word and its place where an n-gram does not go on.
const STOPS: u64 = u64::MAX;
/// Growing gives one wording for so many words at most, those in the most sets: seven real corpora have one for every 28 to
/// 90. Where pages draw from a handful of words, every run of them is a wording, within longer ones and around shorter ones.
const WORDS: usize = 10;
/// In a small corpus it gives so many.
const FEW: usize = 1 << 14;
/// The prefix and the suffix of a pair: single words are no n-grams here.
const NO_GRAM: u32 = u32::MAX;

/// What growing found.
pub(super) struct Grown {
    /// Maximal wordings.
    pub candidates: Vec<CandidateGram>,
    /// Where they are in the word list.
    pub places: Places,
    /// Pairs of neighbouring words that recur, and how often.
    pub pairs: FxHashMap<u64, u32>,
    /// Every word and how often it stands.
    pub singles: FxHashMap<u32, u32>,
    /// Different n-grams that were looked at.
    pub tested: u64,
    /// For each page the share of it that is made of recurring runs of six words.
    pub formulaic: Vec<f32>,
}

#[derive(Clone, Copy)]
struct Gram {
    first: u32,
    /// The n-gram that it begins with, among those shorter by a word.
    prefix: u32,
    /// The n-gram that it ends with, among the same; see [`Level::link`].
    suffix: u32,
    sets: u32,
    times: u32,
    covered: bool,
    /// Whether it begins and ends with a word that may not stand at a border, but does at that of a clause.
    whole: [bool; 2],
}

/// An idle word before a wording is a part of it when this share of its sets, and at least so many, have it there.
const TIED: f64 = 0.9;
const TIED_SETS: u32 = 8;
/// In this share of its places a wording begins or ends with the clause, if it does so at all.
const WHOLE: f64 = 0.5;

/// Finds the wordings that recur in at least `least` sets and are no part of a longer one that nearly all of
/// these share. An extension by a word that adds nothing at a border (的, 了, 和 …) does not make a wording part
/// of a longer one, unless the clause begins or ends with it, and what pages put in quotation marks stands for itself.
/// Of more wordings than one for [`WORDS`] words, those in the most sets.
///
/// Linear in the words and, for each level, in the places where n-grams recur. Needs one byte a word, 32 MB for
/// sorting (more when memory allows), 28 bytes for each n-gram that recurs and 4 for each of its places, of two levels;
/// places go to temporary files when they outgrow their share of memory.
pub(super) fn grow(words: &Tokens, least: u32, glue: &Glue, scratch: &Scratch) -> Result<Grown> {
    let singles = count_singles(words);
    let recurring = RecurringGrams::of(&words.ids, |word| word != END && singles[&word] >= least);
    let mut grown = Grown {
        candidates: Vec::new(),
        places: Places::default(),
        pairs: FxHashMap::default(),
        singles,
        tested: 0,
        formulaic: Vec::new(),
    };
    let mut places = PlacesWriter::new(scratch);
    let mut shorter = GrownLevel::default();
    for n in 2..=LONGEST {
        let mut level = Level { words, ids: &words.ids, n, least, glue, recurring: &recurring };
        let mut longer = if n == 2 { level.pairs(scratch)? } else { level.divide(&shorter, scratch)? };
        grown.tested += longer.tested;
        if n == 2 {
            grown.pairs = longer.grams.iter().map(|gram| (level.key_at(gram.first as usize), gram.times)).collect();
        }
        if n == FORMULA {
            grown.formulaic = covered_shares(words, &recurring);
        }
        level.link(&shorter.grams, &mut longer.grams);
        level.cover(&mut shorter.grams, &mut longer.grams);
        level.n -= 1;
        level.add_candidates(&shorter, &mut grown.candidates, &mut places)?;
        shorter = longer;
        if shorter.grams.is_empty() {
            break;
        }
    }
    let mut stretches = stretches(&words.ids, &mut shorter.grams);
    let sets = grown.candidates.iter().chain(&stretches).map(|candidate| candidate.sets).collect();
    let least = sets_of_most(sets, (words.ids.len() / WORDS).max(FEW));
    stretches.retain(|candidate| candidate.sets >= least);
    find_all(&stretches, words, &mut places)?;
    grown.candidates.extend(stretches);
    let kept: Vec<usize> = (0..grown.candidates.len()).filter(|&at| grown.candidates[at].sets >= least).collect();
    grown.places = places.finish()?.select(kept.into_iter());
    grown.candidates.retain(|candidate| candidate.sets >= least);
    grown.formulaic.resize(words.pages(), 0.0);
    Ok(grown)
}

/// The least number of sets that a wording is in, of so `many` at most that are in the most sets; 0 where there are no more.
fn sets_of_most(mut sets: Vec<u32>, many: usize) -> u32 {
    if sets.len() <= many {
        return 0;
    }
    let (_, next, _) = sets.select_nth_unstable_by(many, |x, y| y.cmp(x));
    *next + 1
}

/// For each page the share of its words that recurring runs of six cover.
fn covered_shares(words: &Tokens, recurring: &RecurringGrams) -> Vec<f32> {
    let share = |page: usize| {
        let range = words.starts[page] as usize..words.starts[page + 1] as usize;
        let (mut covered, mut until) = (0, range.start);
        for at in range.clone() {
            if recurring.get(at) >= FORMULA {
                until = at + FORMULA;
            }
            covered += usize::from(at < until);
        }
        covered as f32 / range.len().max(1) as f32
    };
    (0..words.pages()).into_par_iter().map(share).collect()
}

fn count_singles(words: &Tokens) -> FxHashMap<u32, u32> {
    let count = |mut singles: FxHashMap<u32, u32>, &word: &u32| {
        *singles.entry(word).or_insert(0) += 1;
        singles
    };
    let of_task = words.ids.len().div_ceil(2 * rayon::current_num_threads()).max(1 << 18);
    let parts: Vec<FxHashMap<u32, u32>> =
        words.ids.par_iter().with_min_len(of_task).fold(Default::default, count).collect();
    let add = |mut all: FxHashMap<u32, u32>, part: FxHashMap<u32, u32>| {
        part.into_iter().for_each(|(word, times)| *all.entry(word).or_insert(0) += times);
        all
    };
    parts.into_iter().reduce(add).unwrap_or_default()
}

/// The n-grams of one length that recur.
#[derive(Default)]
struct GrownLevel {
    grams: Vec<Gram>,
    /// Their places, n-gram by n-gram.
    places: Column<u32>,
    /// Different n-grams that were looked at.
    tested: u64,
}

/// Those that one task found.
#[derive(Default)]
struct LevelPart {
    grams: Vec<Gram>,
    places: Vec<u32>,
    tested: u64,
}

/// A level being filled.
struct LevelWriter {
    grams: Vec<Gram>,
    places: ColumnWriter<u32>,
    tested: u64,
}

impl LevelWriter {
    fn new(scratch: &Scratch) -> LevelWriter {
        LevelWriter { grams: Vec::new(), places: scratch.column(), tested: 0 }
    }

    fn append(&mut self, parts: Vec<LevelPart>) -> Result<()> {
        for part in parts {
            self.grams.extend(part.grams);
            self.places.extend(&part.places)?;
            self.tested += part.tested;
        }
        Ok(())
    }

    fn finish(self) -> Result<GrownLevel> {
        Ok(GrownLevel { grams: self.grams, places: self.places.finish()?, tested: self.tested })
    }
}

struct Level<'a> {
    words: &'a Tokens,
    ids: &'a [u32],
    n: usize,
    least: u32,
    glue: &'a Glue,
    recurring: &'a RecurringGrams,
}

impl Level<'_> {
    fn key_at(&self, at: usize) -> u64 {
        key(&self.ids[at..at + self.n])
    }

    /// True where the n-gram's part after the first word recurs.
    fn goes_on(&self, at: usize) -> bool {
        self.recurring.get(at + 1) >= self.n - 1
    }

    /// The pairs of neighbouring words that recur: sorts their places by half a hash, part by part of the hashes.
    fn pairs(&self, scratch: &Scratch) -> Result<GrownLevel> {
        let part_of_places = scratch.room::<u64>().clamp(PART, 4 * PART);
        let parts = self.ids.len().div_ceil(part_of_places).next_power_of_two() as u64;
        let shift = 64 - parts.trailing_zeros();
        let mut level = LevelWriter::new(scratch);
        for part in 0..parts {
            let pair = |at: usize| {
                let is_possible = self.recurring.get(at) > 0 && self.goes_on(at);
                let hash = is_possible.then(|| self.key_at(at))?;
                (parts == 1 || hash >> shift == part).then_some((hash, at as u32))
            };
            let stretches = (0..self.ids.len()).step_by(STRETCH).map(|from| from..self.ids.len().min(from + STRETCH));
            let stretches: Vec<Range<usize>> = stretches.collect();
            let places = |range: Range<usize>| HashedPlaces::of(range.len(), range.filter_map(pair), shift);
            let hashed: Vec<HashedPlaces> = stretches.into_par_iter().map(places).collect();
            let keep = |sorter: &mut RadixSorter, bucket: usize| {
                let mut found = LevelPart::default();
                let sorted = sorter.sorted(hashed.iter().map(|places| places.bucket(bucket)));
                sorted.chunk_by(|a, b| a >> 32 == b >> 32).for_each(|run| self.keep_pairs(&mut found, run));
                found
            };
            level.append((0..BUCKETS).into_par_iter().map_init(RadixSorter::default, keep).collect())?;
        }
        level.finish()
    }

    /// Keeps the pairs at places of one hash, nearly always one pair.
    fn keep_pairs(&self, found: &mut LevelPart, run: &[u64]) {
        if run.len() < self.least as usize {
            found.tested += 1;
            return;
        }
        let pair = |entry: &u64| (self.ids[*entry as u32 as usize], self.ids[*entry as u32 as usize + 1]);
        let first = pair(&run[0]);
        if run[1..].iter().all(|entry| pair(entry) == first) {
            return self.keep(found, NO_GRAM, run);
        }
        let mut sorted = run.to_vec();
        sorted.sort_unstable_by_key(|entry| (pair(entry), *entry));
        sorted.chunk_by(|a, b| pair(a) == pair(b)).for_each(|of_one| self.keep(found, NO_GRAM, of_one));
    }

    /// Divides the places of each shorter n-gram by the word that follows there.
    fn divide(&self, shorter: &GrownLevel, scratch: &Scratch) -> Result<GrownLevel> {
        let mut level = LevelWriter::new(scratch);
        let mut places = &shorter.places[..];
        let mut grams = shorter.grams.iter().zip(0..).peekable();
        while grams.peek().is_some() {
            let mut groups: Vec<(u32, &[u32])> = Vec::new();
            let mut some = 0;
            while some < PART
                && let Some((gram, number)) = grams.next()
            {
                let (group, left) = places.split_at(gram.times as usize);
                groups.push((number, group));
                some += group.len();
                places = left;
            }
            let divide = |(mut found, mut next): (LevelPart, Vec<u64>), (prefix, group): (u32, &[u32])| {
                self.divide_group(&mut found, &mut next, prefix, group);
                (found, next)
            };
            let parts = groups.into_par_iter().fold(Default::default, divide);
            level.append(parts.map(|(found, _)| found).collect())?;
        }
        level.finish()
    }

    /// Keeps the n-grams at the places of one that is shorter by a word, `prefix`; `next` is for sorting.
    fn divide_group(&self, found: &mut LevelPart, next: &mut Vec<u64>, prefix: u32, group: &[u32]) {
        // Reads of both lists first, and no branch that waits for one: the processor makes several at once.
        let row = |&at: &u32| {
            let word = self.ids.get(at as usize + self.n - 1).copied().unwrap_or(END);
            let row = u64::from(word) << 32 | u64::from(at);
            if self.goes_on(at as usize) { row } else { STOPS }
        };
        next.clear();
        next.extend(group.iter().map(row));
        next.retain(|&row| row != STOPS);
        next.sort_unstable();
        next.chunk_by(|a, b| a >> 32 == b >> 32).for_each(|run| self.keep(found, prefix, run));
    }

    /// Adds the n-gram that stands at all places of `run`, if it recurs; its places are noted.
    fn keep(&self, found: &mut LevelPart, prefix: u32, run: &[u64]) {
        found.tested += 1;
        if run.len() < self.least as usize {
            return;
        }
        let (mut sets, mut page_end) = (0, 0);
        for &entry in run {
            if entry as u32 >= page_end {
                sets += 1;
                page_end = self.words.starts[self.words.page_of(entry as u32) + 1];
            }
        }
        if sets >= self.least {
            run.iter().for_each(|&entry| self.recurring.set(entry as u32 as usize, self.n));
            found.places.extend(run.iter().map(|&entry| entry as u32));
            let (first, times) = (run[0] as u32, run.len() as u32);
            let whole = self.whole(run);
            found.grams.push(Gram { first, prefix, suffix: NO_GRAM, sets, times, covered: false, whole });
        }
    }

    /// Whether the n-gram that stands at all places of `run` begins and ends with glue that is a whole clause's.
    fn whole(&self, run: &[u64]) -> [bool; 2] {
        let first = run[0] as u32 as usize;
        let often = |length: usize| {
            let borders = run.iter().filter(|&&entry| self.words.is_border(entry as u32 as usize + length)).count();
            borders as f64 >= WHOLE * run.len() as f64
        };
        let glued_end = self.glue.at_end.contains(&self.ids[first + self.n - 1]);
        [self.glue.opening.contains(&self.ids[first]) && often(0), glued_end && often(self.n)]
    }

    /// Notes for each n-gram the one that it ends with, among those shorter by a word. It goes on, by the same word, from what the
    /// n-gram's prefix ends with, and those that go on from one n-gram follow each other, in the order of their last words.
    fn link(&self, shorter: &[Gram], longer: &mut [Gram]) {
        if shorter.is_empty() {
            return;
        }
        if self.n == 3 {
            let pair = |at: usize| key(&self.ids[at..at + 2]);
            let keys: Vec<u64> = shorter.par_iter().map(|gram| pair(gram.first as usize)).collect();
            let numbers: FxHashMap<u64, u32> = keys.into_iter().zip(0..).collect();
            let suffix = |gram: &Gram| numbers.get(&pair(gram.first as usize + 1)).copied().unwrap_or(NO_GRAM);
            longer.par_iter_mut().for_each(|gram| gram.suffix = suffix(gram));
            return;
        }
        let mut starts: Vec<u32> = Vec::new();
        for (at, gram) in (0..).zip(shorter) {
            starts.resize(starts.len().max(gram.prefix as usize + 1), at);
        }
        let start = |prefix: usize| starts.get(prefix).map_or(shorter.len(), |&start| start as usize);
        let suffix = |gram: &Gram| {
            let from = shorter[gram.prefix as usize].suffix as usize;
            let going_on = start(from)..start(from.saturating_add(1));
            let last = |gram: &Gram| self.ids[gram.first as usize + self.n - 2];
            let word = self.ids[gram.first as usize + self.n - 1];
            let found = shorter[going_on.clone()].binary_search_by_key(&word, last);
            found.map_or(NO_GRAM, |at| (going_on.start + at) as u32)
        };
        longer.par_iter_mut().for_each(|gram| gram.suffix = suffix(gram));
    }

    /// Marks the shorter n-grams that are hardly ever seen outside one of the longer. Where so many sets have the
    /// same idle word before a wording that it must be a part of it (和颐酒店), the longer one begins with it.
    fn cover(&self, shorter: &mut [Gram], longer: &mut [Gram]) {
        let covered_by = |gram: &mut Gram| {
            let words = &self.ids[gram.first as usize..gram.first as usize + self.n];
            let at_end = (words[self.n - 1], &self.glue.at_end, 1);
            let at_start = (words[0], &self.glue.at_start, 0);
            [at_end, at_start].map(|(added, idle, side)| {
                let idle = idle.contains(&added) && !gram.whole[side];
                if added == BREAK || (idle && side == 1) {
                    return None;
                }
                let at = if side == 1 { gram.prefix } else { gram.suffix };
                let part = shorter.get(at as usize)?;
                let share = |of: f64| of * f64::from(part.sets);
                let nearly_all = f64::from(gram.sets) >= share(COVERED)
                    && f64::from(gram.times) >= COVERED_TIMES * f64::from(part.times);
                let tied = idle && gram.sets >= TIED_SETS && f64::from(gram.sets) >= share(TIED);
                gram.whole[side] |= tied;
                (nearly_all && (!idle || tied)).then_some(at)
            })
        };
        let covered: Vec<u32> =
            longer.par_iter_mut().flat_map_iter(|gram| covered_by(gram).into_iter().flatten()).collect();
        covered.into_iter().for_each(|at| shorter[at as usize].covered = true);
    }

    /// True for clauses that are whole where they stand first.
    fn is_whole(&self, gram: &Gram) -> bool {
        let first = gram.first as usize;
        let ends = self.ids[first] != BREAK && self.ids[first + self.n - 1] != BREAK;
        ends && self.words.is_border(first) && self.words.is_border(first + self.n)
    }

    /// Adds the candidates among the n-grams of a level, and their places.
    fn add_candidates(
        &self,
        level: &GrownLevel,
        candidates: &mut Vec<CandidateGram>,
        places: &mut PlacesWriter,
    ) -> Result<()> {
        let found: Vec<Option<CandidateGram>> = level.grams.par_iter().map(|gram| self.candidate(gram)).collect();
        let mut left = &level.places[..];
        for (gram, candidate) in level.grams.iter().zip(found) {
            let (of_gram, others) = left.split_at(gram.times as usize);
            left = others;
            if let Some(candidate) = candidate {
                candidates.push(candidate);
                places.push(of_gram)?;
            }
        }
        Ok(())
    }

    fn candidate(&self, gram: &Gram) -> Option<CandidateGram> {
        let words = &self.ids[gram.first as usize..gram.first as usize + self.n];
        let units: usize = words.iter().map(|&word| units_of(word)).sum();
        let clause = !words.contains(&BREAK);
        let ends = words[0] != BREAK && words[self.n - 1] != BREAK;
        let glued = (self.glue.at_start.contains(&words[0]) && !gram.whole[0])
            || (self.glue.at_end.contains(&words[self.n - 1]) && !gram.whole[1]);
        let shaped = if units > LONG { ends } else { units >= SHORT && !glued && (clause || self.is_whole(gram)) };
        let stands = !gram.covered || (clause && self.words.is_saying(words));
        (shaped && stands).then_some(CandidateGram {
            first: gram.first,
            words: self.n as u32,
            sets: gram.sets,
            times: gram.times,
            whole: gram.whole,
        })
    }
}

/// Puts the longest n-grams together that overlap where they stand first and recur in as many sets.
fn stretches(words: &[u32], longest: &mut [Gram]) -> Vec<CandidateGram> {
    longest.sort_unstable_by_key(|gram| gram.first);
    let runs = longest.chunk_by(|a, b| b.first == a.first + 1 && a.sets == b.sets);
    let whole = |run: &[Gram]| {
        let (mut from, mut to) = (run[0].first as usize, run[run.len() - 1].first as usize + LONGEST);
        while words[from] == BREAK {
            from += 1;
        }
        while words[to - 1] == BREAK {
            to -= 1;
        }
        let (sets, times) = (run[0].sets, run[0].times);
        let whole = [run[0].whole[0], run[run.len() - 1].whole[1]];
        CandidateGram { first: from as u32, words: (to - from) as u32, sets, times, whole }
    };
    runs.map(whole).collect()
}

/// Finds the places of candidates that were put together.
fn find_all(candidates: &[CandidateGram], words: &Tokens, places: &mut PlacesWriter) -> Result<()> {
    let mut sorted: Vec<u32> = (0..candidates.len() as u32).collect();
    let wording = |at: u32| words.of(&candidates[at as usize]);
    sorted.sort_unstable_by(|&a, &b| wording(a).cmp(wording(b)));
    let known: Sequences<2> = Sequences::new(sorted.iter().map(|&at| wording(at)));
    let of_page = |page: usize| {
        let (mut found, start) = (Vec::new(), u64::from(words.starts[page]));
        let ids = words.page(page);
        for at in 0..ids.len() {
            known.each_at_start(&ids[at..], |number| {
                found.push(u64::from(sorted[number as usize]) << 32 | (start + at as u64));
            });
        }
        found
    };
    let mut found: Vec<u64> = (0..words.pages()).into_par_iter().flat_map_iter(of_page).collect();
    found.par_sort_unstable();
    let mut left = found.into_iter().peekable();
    (0..candidates.len() as u64).try_for_each(|number| {
        let of_one: Vec<u32> =
            std::iter::from_fn(|| left.next_if(|row| row >> 32 == number)).map(|row| row as u32).collect();
        places.push(&of_one)
    })
}

/// For each place the length of the longest n-gram found there that recurs. Where one recurs its parts do, so one
/// number says it for all lengths.
struct RecurringGrams {
    lengths: Vec<AtomicU8>,
}

impl RecurringGrams {
    fn of(words: &[u32], recurs: impl Fn(u32) -> bool + Sync) -> RecurringGrams {
        RecurringGrams { lengths: words.par_iter().map(|&word| AtomicU8::new(recurs(word).into())).collect() }
    }

    fn set(&self, at: usize, length: usize) {
        self.lengths[at].store(length as u8, Ordering::Relaxed);
    }

    fn get(&self, at: usize) -> usize {
        self.lengths.get(at).map_or(0, |length| length.load(Ordering::Relaxed).into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Pages of one-unit words, by number; 0 is a clause's end.
    fn words(pages: &[&[u32]]) -> Tokens {
        let (mut ids, mut starts) = (Vec::new(), vec![0]);
        for page in pages {
            ids.extend(page.iter().map(|&word| if word == 0 { BREAK } else { 1 << 28 | word }));
            ids.push(END);
            starts.push(ids.len() as u32);
        }
        Tokens::new(Column::Memory(ids), starts)
    }

    fn found(pages: &[&[u32]]) -> Vec<(u32, u32)> {
        let grown = grow(&words(pages), 3, &Glue::default(), &Scratch::default()).unwrap();
        let mut found: Vec<_> = grown.candidates.iter().map(|c| (c.words, c.sets)).collect();
        found.sort_unstable();
        found
    }

    #[test]
    fn a_wording_is_grown_to_its_full_length() {
        let pages: [&[u32]; 4] = [&[1, 2, 3, 4, 5, 11], &[12, 1, 2, 3, 4, 5], &[13, 1, 2, 3, 4, 5, 14], &[3, 4, 9]];
        assert_eq!(found(&pages), [(5, 3)]);
    }

    #[test]
    fn a_part_that_stands_in_many_more_sets_stands_for_itself() {
        let long: &[u32] = &[1, 2, 3, 4, 5, 6];
        let pages: [&[u32]; 7] =
            [long, long, long, &[2, 3, 4, 5, 21], &[22, 2, 3, 4, 5], &[23, 2, 3, 4, 5], &[2, 3, 4, 5, 24]];
        assert_eq!(found(&pages), [(4, 7), (6, 3)]);
    }

    #[test]
    fn a_page_that_repeats_itself_is_one_set() {
        assert!(found(&[&[1, 2, 3, 4, 0, 1, 2, 3, 4, 0, 1, 2, 3, 4], &[1, 2, 3, 4], &[5, 6, 7, 8]]).is_empty());
    }

    #[test]
    fn of_too_many_wordings_those_in_the_most_sets_are_kept() {
        let sets = || vec![3, 9, 3, 5, 5];
        assert_eq!([1, 2, 3, 4, 5, 6].map(|many| sets_of_most(sets(), many)), [6, 6, 4, 4, 0, 0]);
        // Every run of two words recurs, so there are nearly as many wordings as words.
        let page = |seed: u32| {
            let mut state = seed;
            (0..2000).map(move |_| {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                1 + (state >> 31)
            })
        };
        let pages: Vec<Vec<u32>> = (0..60).map(|seed| page(seed * 7919).collect()).collect();
        let words = words(&pages.iter().map(Vec::as_slice).collect::<Vec<_>>());
        let grown = grow(&words, 3, &Glue::default(), &Scratch::default()).unwrap();
        assert!(grown.candidates.len() <= FEW && grown.candidates.len() > FEW / 4, "{}", grown.candidates.len());
        assert!(grown.candidates.iter().all(|candidate| candidate.sets > 3));
        for (at, candidate) in grown.candidates.iter().enumerate() {
            let places = grown.places.of(at);
            assert_eq!((places[0], places.len()), (candidate.first, candidate.times as usize));
        }
    }

    #[test]
    fn pairs_of_one_half_hash_are_counted_apart() {
        let word = |number: u32| 1 << 28 | number;
        let mut seen: FxHashMap<u64, (u32, u32)> = FxHashMap::default();
        let mut pairs = (2..1 << 20).map(|number| (number, number + 1));
        let (one, other) =
            pairs.find_map(|pair| Some((seen.insert(key(&[word(pair.0), word(pair.1)]) >> 32, pair)?, pair))).unwrap();
        let page = [one.0, one.1, 0, other.0, other.1];
        let other = [other.0, other.1];
        let grown = grow(&words(&[&page, &page, &page, &other]), 3, &Glue::default(), &Scratch::default()).unwrap();
        let times = |a: u32, b: u32| grown.pairs.get(&key(&[word(a), word(b)])).copied();
        assert_eq!((times(one.0, one.1), times(other[0], other[1])), (Some(3), Some(4)));
    }

    #[test]
    fn phrases_keep_within_a_clause_and_passages_run_on() {
        let short: &[u32] = &[1, 2, 3, 0, 4, 5, 6];
        // Clauses that are whole and recur together are one wording.
        assert_eq!(found(&[short, short, short]), [(7, 3)]);
        let mut long: Vec<u32> = (1..40).collect();
        long[12] = 0;
        let pages: [&[u32]; 3] = [&long, &long, &long];
        // The first clause is a phrase of its own here; that it stands nowhere else is for `variants` to say.
        assert_eq!(found(&pages), [(12, 3), (39, 3)]);
    }
}
