//! How often the pages that hold a wording hold its words and pairs of words.

use super::words::Tokens;
use crate::error::Result;
use crate::storage::{Column, Scratch};
use rayon::prelude::*;

/// Pages counted at a time, so that only their counts stay in memory.
const BATCH: usize = 512;
/// Counts are kept up to this many: no page has its thousandth word as often as its first.
const MOST: u32 = u16::MAX as u32;

/// For each place in the word list how often its page has the word, and the pair of it and the next word.
pub(super) struct PageCounts {
    /// The count of the word in the lower half of the bits, that of the pair in the upper half.
    rows: Column<u32>,
}

impl PageCounts {
    /// Counts the words and pairs of every page, in parallel: sorts the words of each. Four bytes a word, which go to
    /// a temporary file when they outgrow their share of memory.
    pub fn count(words: &Tokens, scratch: &Scratch) -> Result<PageCounts> {
        let mut rows = scratch.column_of(words.ids.len());
        for first in (0..words.pages()).step_by(BATCH) {
            let batch = first..words.pages().min(first + BATCH);
            let count = |counter: &mut PageCounter, page: usize| counter.count(words.page(page));
            let counted: Vec<Vec<u32>> = batch.into_par_iter().map_init(PageCounter::default, count).collect();
            counted.iter().try_for_each(|of_page| rows.extend(of_page))?;
        }
        Ok(PageCounts { rows: rows.finish()? })
    }
}

/// Counts one page after the other; its lists keep their memory.
#[derive(Default)]
struct PageCounter {
    /// A word, and in the lower half of the bits its place.
    words: Vec<u64>,
    /// The next word, and in the lower half of the bits the place.
    next: Vec<u64>,
}

impl PageCounter {
    fn count(&mut self, ids: &[u32]) -> Vec<u32> {
        let mut counts = vec![1 << 16 | 1; ids.len()];
        let place = |row: u64| row as u32 as usize;
        let row = |word: u32, at: u64| u64::from(word) << 32 | at;
        self.words.clear();
        self.words.extend(ids.iter().zip(0..).map(|(&word, at)| row(word, at)));
        self.words.sort_unstable();
        for same in self.words.chunk_by(|a, b| a >> 32 == b >> 32).filter(|same| same.len() > 1) {
            let times = (same.len() as u32).min(MOST);
            self.next.clear();
            let next = |at: u64| ids.get(place(at) + 1).copied().unwrap_or(0);
            self.next.extend(same.iter().map(|&at| row(next(at), at & u64::from(u32::MAX))));
            self.next.sort_unstable();
            for pair in self.next.chunk_by(|a, b| a >> 32 == b >> 32) {
                let of_pair = (pair.len() as u32).min(MOST) << 16;
                pair.iter().for_each(|&at| counts[place(at)] = of_pair | times);
            }
        }
        counts
    }
}

/// What the pages that hold a wording have: all their words, and how often each word and each pair of the wording.
#[derive(Default)]
pub(super) struct Held {
    pub words: u32,
    pub singles: Vec<u32>,
    pub pairs: Vec<u32>,
}

impl Held {
    /// Counts for a wording of `length` words that is at `places`. Every page counts once.
    pub fn count(&mut self, places: &[u32], length: usize, words: &Tokens, counts: &PageCounts) {
        self.words = 0;
        self.singles.clear();
        self.singles.resize(length, 0);
        self.pairs.clear();
        self.pairs.resize(length, 0);
        let mut page_end = 0;
        for &place in places {
            if place < page_end {
                continue;
            }
            let page = words.page_of(place);
            page_end = words.starts[page + 1];
            self.words += page_end - words.starts[page];
            let rows = &counts.rows[place as usize..][..length];
            for ((single, pair), row) in self.singles.iter_mut().zip(&mut self.pairs).zip(rows) {
                *single += row & MOST;
                *pair += row >> 16;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn words_and_pairs_are_counted_by_page(pages in prop::collection::vec(prop::collection::vec(1u32..6, 1..40), 1..6)) {
            let (mut ids, mut starts) = (Vec::new(), vec![0]);
            for page in &pages {
                ids.extend_from_slice(page);
                starts.push(ids.len() as u32);
            }
            let words = Tokens::new(Column::Memory(ids), starts);
            let counts = PageCounts::count(&words, &Scratch::default()).unwrap();
            let rows = pages.iter().flat_map(|page| (0..page.len()).map(move |at| {
                let single = page.iter().filter(|&&word| word == page[at]).count() as u32;
                let pair = page.windows(2).filter(|pair| page[at..].starts_with(pair)).count() as u32;
                (single, if at + 1 < page.len() { pair } else { 1 })
            }));
            let found: Vec<(u32, u32)> = counts.rows.iter().map(|row| (row & MOST, row >> 16)).collect();
            prop_assert_eq!(found, rows.collect::<Vec<_>>());
        }
    }

    #[test]
    fn a_page_that_holds_a_wording_twice_counts_once() {
        let words = Tokens::new(Column::Memory(vec![7, 8, 7, 8, 9, 7, 8, 7, 9]), vec![0, 5, 9]);
        let counts = PageCounts::count(&words, &Scratch::default()).unwrap();
        let mut held = Held::default();
        held.count(&[0, 2, 5], 2, &words, &counts);
        assert_eq!((held.words, &held.singles[..], held.pairs[0]), (9, &[4, 3][..], 3));
    }
}
