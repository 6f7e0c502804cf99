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

/// Pairs of marks around speech: those of [`QUOTES`] that are no apostrophes.
pub(super) const SPEECH: [(char, char); 4] = [('“', '”'), ('「', '」'), ('『', '』'), ('"', '"')];

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
#[inline]
pub(super) fn gap_before(text: &str, units: &Units, at: usize) -> Gap {
    if units.ends[at - 1] == units.starts[at] { Gap::None } else { gap_between(text, units, at) }
}

/// The same for units that have something between them.
fn gap_between(text: &str, units: &Units, at: usize) -> Gap {
    let between = &text[units.ends[at - 1] as usize..units.starts[at] as usize];
    if is_joined(text, units, at) || (between.starts_with(". ") && is_abbreviated(text, units, at - 1)) {
        return Gap::Soft;
    }
    if between.contains(['\n', '\r']) || between.contains("\\n") {
        return Gap::Line;
    }
    if between.chars().any(|c| c < '\u{250}' && c.is_alphabetic()) {
        return Gap::None; // pinyin left in brackets by a script conversion
    }
    // Commas set words apart in languages that write blanks, and clauses in Chinese.
    let comma = between == ", " || between == ",” " || between == ",\" ";
    if comma || between.chars().all(is_soft) { Gap::Soft } else { Gap::Break }
}

/// True when one mark joins two runs of letters or digits to one word: `don't`, `U.S.`, `5.8`, `12,000`, `COVID-19`.
pub(super) fn is_joined(text: &str, units: &Units, at: usize) -> bool {
    let (from, to) = (units.ends[at - 1] as usize, units.starts[at] as usize);
    let mut between = text[from..to].chars();
    let (Some(mark), None) = (between.next(), between.next()) else { return false };
    let (before, after) = (text[..from].chars().next_back(), text[to..].chars().next());
    let both = |is: fn(&char) -> bool| before.as_ref().is_some_and(is) && after.as_ref().is_some_and(is);
    let single = |at: usize| units.ends[at] - units.starts[at] == 1;
    match mark {
        '\'' | '’' | '-' | '‑' | '&' => both(char::is_ascii_alphanumeric),
        '.' => both(char::is_ascii_digit) || (both(char::is_ascii_alphabetic) && (single(at) || single(at - 1))),
        ',' | ':' => both(char::is_ascii_digit),
        _ => false,
    }
}

/// Words that a full stop shortens, besides initials.
const SHORTENED: [&str; 16] =
    ["Mr", "Mrs", "Ms", "Dr", "Sen", "Rep", "Gov", "Gen", "Lt", "Col", "Sgt", "Capt", "Prof", "St", "Jr", "Sr"];

/// True for an initial or a title, after which a full stop ends no clause.
fn is_abbreviated(text: &str, units: &Units, at: usize) -> bool {
    let word = units.span(at..at + 1).of(text);
    SHORTENED.contains(&word) || (word.len() == 1 && word.as_bytes()[0].is_ascii_uppercase())
}

/// True when a quotation or title mark or a comma is between units `at - 1` and `at`.
pub(super) fn has_mark_before(text: &str, units: &Units, at: usize) -> bool {
    let between = &text[units.ends[at - 1] as usize..units.starts[at] as usize];
    let is_mark = |c: char| c == ',' || QUOTES.iter().chain(&PAIRS).any(|&(open, close)| c == open || c == close);
    !between.is_empty() && between.contains(is_mark) && !is_joined(text, units, at)
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
                | '&'
                | '$'
                | '€'
                | '£'
                | '¥'
                | '￥'
                | '%'
                | '％'
                | '#'
                | '@'
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
    /// Whether a clause, a line or a quotation begins with it, and whether one ends with it, in most places.
    pub whole: [bool; 2],
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clean::{self, FurnitureModel, GroupKeys};

    fn gaps(text: &str) -> Vec<Gap> {
        let units = clean::clean(text, None, &FurnitureModel::default(), GroupKeys::default()).body;
        (1..units.len()).map(|at| gap_before(text, &units, at)).collect()
    }

    #[test]
    fn marks_within_words_and_numbers_end_no_clause() {
        let text = "We don't know what the U.S. troops of Mr. Hill cost, at 5.8 or 12,000 coins. It rained.";
        assert_eq!(gaps(text).iter().filter(|gap| **gap == Gap::Break).count(), 1);
    }

    #[test]
    fn a_mark_between_letters_joins_them() {
        let text = "They don't say “no” to U.S. offers";
        let units = clean::clean(text, None, &FurnitureModel::default(), GroupKeys::default()).body;
        let joined: Vec<usize> = (1..units.len()).filter(|&at| is_joined(text, &units, at)).collect();
        assert_eq!(joined, [2, 7]);
        let marked: Vec<usize> = (1..units.len()).filter(|&at| has_mark_before(text, &units, at)).collect();
        assert_eq!(marked, [4, 5]);
    }
}
