//! Pages as words: one long list of numbers, with a mark at every clause and page end.
//!
//! A word is known by 28 bits of its hash and its length in units, so no table of words is built and the
//! numbers do not depend on the order in which pages are read. Words come from jieba's dictionary (without its
//! HMM, which gains nothing on news and glues damaged text together), on folded text, clause by clause.

use super::Texts;
use crate::clean::{CleanDoc, stands_alone};
use crate::types::DocId;
use jieba_rs::Jieba;
use rayon::prelude::*;
use xxhash_rust::xxh3::xxh3_64;

/// Punctuation that ends a clause.
pub(super) const BREAK: u32 = 0;
/// The end of a line or page: no wording runs across it.
pub(super) const END: u32 = 1;
/// Pages cut at a time, so that only their words stay in memory.
const BATCH: usize = 512;

/// What stands between two neighbouring units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Gap {
    /// Nothing, or damage that is read over.
    None,
    /// A quotation mark, blank or dot: a word ends here, a clause does not.
    Soft,
    /// Punctuation that ends a clause.
    Break,
    /// A new line.
    Line,
}

/// What stands between units `at - 1` and `at` of a cleaned page.
pub(super) fn gap_before(text: &str, doc: &CleanDoc, at: usize) -> Gap {
    let (from, to) = (doc.body.ends[at - 1] as usize, doc.body.starts[at] as usize);
    if from == to {
        return Gap::None;
    }
    let between = &text[from..to];
    if between.contains(['\n', '\r']) {
        return Gap::Line;
    }
    if between.chars().any(char::is_alphabetic) {
        return Gap::None; // pinyin left in brackets by a script conversion
    }
    if between.chars().all(is_soft) { Gap::Soft } else { Gap::Break }
}

fn is_soft(c: char) -> bool {
    c.is_whitespace()
        || matches!(
            c,
            '“' | '”'
                | '‘'
                | '’'
                | '"'
                | '\''
                | '「'
                | '」'
                | '『'
                | '』'
                | '《'
                | '》'
                | '〈'
                | '〉'
                | '·'
                | '•'
                | '・'
                | '-'
                | '–'
                | '\u{200B}'..='\u{200F}' | '\u{2060}' | '\u{FEFF}'
        )
}

/// The words of one page of each reprint set, one page after the other.
pub(super) struct Words {
    /// Every word, [`BREAK`] or [`END`].
    pub ids: Vec<u32>,
    /// Where each page begins in `ids`, and one more entry for the end.
    pub starts: Vec<u32>,
}

/// How many units a word has; none for the two marks.
pub(super) fn units_of(word: u32) -> usize {
    (word >> 28) as usize
}

impl Words {
    /// Cuts the pages `docs`, in that order, in parallel.
    pub fn cut(docs: &[DocId], texts: &impl Texts, jieba: &Jieba) -> Words {
        let mut words = Words { ids: Vec::new(), starts: vec![0] };
        for batch in docs.chunks(BATCH) {
            let pages: Vec<Vec<u32>> = batch.par_iter().map(|&doc| page_words(doc, texts, jieba)).collect();
            for page in pages {
                words.ids.extend_from_slice(&page);
                words.starts.push(words.ids.len() as u32);
            }
        }
        words
    }

    /// Number of pages.
    pub fn pages(&self) -> usize {
        self.starts.len() - 1
    }

    /// The words of a page.
    pub fn page(&self, page: usize) -> &[u32] {
        &self.ids[self.starts[page] as usize..self.starts[page + 1] as usize]
    }

    /// The page that position `at` belongs to.
    pub fn page_of(&self, at: u32) -> usize {
        self.starts.partition_point(|&start| start <= at) - 1
    }

    /// How many units of its page stand before position `at`.
    pub fn units_before(&self, at: u32) -> usize {
        let start = self.starts[self.page_of(at)];
        self.ids[start as usize..at as usize].iter().map(|&word| units_of(word)).sum()
    }
}

fn page_words(doc: DocId, texts: &impl Texts, jieba: &Jieba) -> Vec<u32> {
    let mut words = Vec::new();
    texts.with(doc, &mut |text, clean| {
        words.clear();
        words.reserve(clean.body.len());
        cut_page(text, clean, jieba, &mut words);
    });
    words
}

fn cut_page(text: &str, doc: &CleanDoc, jieba: &Jieba, words: &mut Vec<u32>) {
    let ids = &doc.body.ids;
    let mut piece = String::new();
    for at in 0..ids.len() {
        let gap = if at == 0 { Gap::None } else { gap_before(text, doc, at) };
        if gap != Gap::None {
            close_piece(&mut piece, jieba, words);
        }
        match gap {
            Gap::Break => words.push(BREAK),
            Gap::Line => words.push(END),
            Gap::None | Gap::Soft => {}
        }
        match char::from_u32(ids[at]).filter(|&c| stands_alone(c as u32)) {
            Some(c) => piece.push(c),
            None => {
                close_piece(&mut piece, jieba, words);
                words.push(run_word(ids[at]));
            }
        }
    }
    close_piece(&mut piece, jieba, words);
    words.push(END);
}

fn close_piece(piece: &mut String, jieba: &Jieba, words: &mut Vec<u32>) {
    if !piece.is_empty() {
        words.extend(jieba.cut(piece, false).iter().flat_map(|token| han_words(token.word)));
        piece.clear();
    }
}

/// The numbers of a dictionary word: one, or, as a number counts up to 15 units, one for each 15.
fn han_words(word: &str) -> impl Iterator<Item = u32> {
    let mut left = word;
    std::iter::from_fn(move || {
        let cut = left.char_indices().nth(15).map_or(left.len(), |(at, _)| at);
        let part = &left[..cut];
        left = &left[cut..];
        (!part.is_empty()).then(|| word_of(part))
    })
}

/// The number of a word of at most 15 Han characters.
pub(super) fn word_of(word: &str) -> u32 {
    ((word.chars().count() as u32) << 28) | (xxh3_64(word.as_bytes()) as u32 >> 4)
}

/// The number of a run of letters or digits, which is one unit.
fn run_word(unit: u32) -> u32 {
    (1 << 28) | (xxh3_64(&unit.to_le_bytes()) as u32 >> 4)
}
