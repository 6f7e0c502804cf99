//! A word as a number, the marks between words, and what counts as a phrase.

use crate::clean::Units;
use xxhash_rust::xxh3::xxh3_64;

/// Punctuation that ends a clause.
pub(super) const BREAK: u32 = 0;
/// The end of a line or page: no wording runs across it.
pub(super) const END: u32 = 1;
/// Fewest units of a phrase.
pub(super) const SHORT: usize = 4;
/// Most units of a phrase; longer wording is a passage.
pub(super) const LONG: usize = 24;
/// Pairs of quotation marks.
pub(super) const QUOTES: [(char, char); 5] = [('“', '”'), ('‘', '’'), ('「', '」'), ('『', '』'), ('"', '"')];

/// Pairs of marks that a wording is not cut through.
pub(super) const PAIRS: [(char, char); 5] = [('“', '”'), ('‘', '’'), ('「', '」'), ('『', '』'), ('《', '》')];

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

/// What stands between units `at - 1` and `at` of a text.
pub(super) fn gap_before(text: &str, units: &Units, at: usize) -> Gap {
    let (from, to) = (units.ends[at - 1] as usize, units.starts[at] as usize);
    if from == to {
        return Gap::None;
    }
    let between = &text[from..to];
    if between.contains(['\n', '\r']) || between.contains("\\n") {
        return Gap::Line;
    }
    if between.chars().any(|c| c < '\u{250}' && c.is_alphabetic()) {
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

/// How many units a word has; none for the two marks.
pub(super) fn units_of(word: u32) -> usize {
    (word >> 28) as usize
}

/// The number of a word of at most 15 units.
pub(super) fn word_of(units: &[u32]) -> u32 {
    ((units.len() as u32) << 28) | (xxh3_64(bytemuck::cast_slice(units)) as u32 >> 4)
}

/// Hash of neighbouring words.
pub(super) fn key(words: &[u32]) -> u64 {
    xxh3_64(bytemuck::cast_slice(words))
}

/// A wording that recurs: where it stands first, how many words it has, and how often it stands where.
#[derive(Clone, Copy, Debug)]
pub(super) struct CandidateGram {
    /// Its first word in the word list.
    pub first: u32,
    /// How many words, clause marks included.
    pub words: u32,
    /// Reprint sets whose page holds it.
    pub sets: u32,
    /// Times it stands there.
    pub times: u32,
}
