//! Folding: which characters count for matching, and as what.
//!
//! | text | folded |
//! | --- | --- |
//! | `創新，ＡＢＣ` | `创新abc` |
//! | `㎡` `①` `ﬁ` | `m` `1` `f` (the first letter or digit of the NFKC form) |
//! | `⻓` `⾼` `\u{F9DC}` | `长` `高` `隆` (radicals and compatibility forms) |
//! | `，。 「` | nothing |
//!
//! A fold is many-to-one on purpose: a page of either script must meet its twin (see tables/fold.tsv).

use rustc_hash::{FxHashMap, FxHashSet};
use std::sync::LazyLock;
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfkc_quick};

/// Traditional to simplified rows; its head names source, version and date.
const FOLD_TSV: &str = include_str!("tables/fold.tsv");

/// Radicals that NFKC leaves alone; its head names source and version.
const RADICALS_TSV: &str = include_str!("tables/radicals.tsv");

/// For every code point of the basic plane: its fold (0: does not count) and its readable form.
struct Tables {
    fold: Box<[u16; 65536]>,
    readable: Box<[u16; 65536]>,
    /// The characters that some other is converted to.
    simplified: FxHashSet<u16>,
}

static TABLES: LazyLock<Tables> = LazyLock::new(build);

/// The rows of a table of pairs, within the basic plane.
fn pairs(table: &str) -> impl Iterator<Item = (u16, u16)> {
    table.lines().filter(|line| !line.starts_with('#')).filter_map(|line| {
        let (from, to) = line.split_once('\t')?;
        Some((small(from.chars().next()?)?, small(to.chars().next()?)?))
    })
}

fn build() -> Tables {
    let mut converted: Vec<u16> = (0..=u16::MAX).collect();
    pairs(FOLD_TSV).for_each(|(from, to)| converted[from as usize] = to);
    let radicals: FxHashMap<u16, u16> = pairs(RADICALS_TSV).collect();
    let mut fold = Box::new([0u16; 65536]);
    let mut readable = Box::new([0u16; 65536]);
    for code in 0..=u16::MAX {
        let Some(c) = char::from_u32(radicals.get(&code).copied().unwrap_or(code).into()) else { continue };
        // Most characters are their own NFKC form, and that is known at once.
        let is_own = is_nfkc_quick(std::iter::once(c)) == IsNormalized::Yes;
        let (shown, counted) = if is_own { (c, Some(c).filter(|c| c.is_alphanumeric())) } else { compatible(c) };
        readable[code as usize] = small(shown).map_or(code, |s| converted[s as usize]);
        let lower = counted.and_then(|c| c.to_lowercase().next());
        fold[code as usize] = lower.and_then(small).map_or(0, |s| converted[s as usize]);
    }
    Tables { fold, readable, simplified: pairs(FOLD_TSV).map(|(_, to)| to).collect() }
}

/// The NFKC form of a character if that is one character, and the first letter or digit of the form.
fn compatible(c: char) -> (char, Option<char>) {
    let mut form = c.nfkc();
    let (first, rest) = (form.next().unwrap_or(c), form.next());
    (if rest.is_none() { first } else { c }, c.nfkc().find(|c| c.is_alphanumeric()))
}

fn small(c: char) -> Option<u16> {
    u16::try_from(c as u32).ok()
}

/// The folding table, for loops that look up many characters.
pub(super) fn fold_table() -> &'static [u16; 65536] {
    &TABLES.fold
}

/// The table of readable forms, for loops that look up many characters.
pub(super) fn readable_table() -> &'static [u16; 65536] {
    &TABLES.readable
}

/// True for a character that conversion from the traditional script gives for another one.
pub(super) fn is_simplified(c: char) -> bool {
    small(c).is_some_and(|code| TABLES.simplified.contains(&code))
}

/// What a character counts as when texts are compared; `None` for punctuation, blanks and controls.
/// Characters above the basic plane stand for themselves when they are letters, digits or Han.
pub fn fold(c: char) -> Option<char> {
    match small(c) {
        Some(code) => match TABLES.fold[code as usize] {
            0 => None,
            folded => char::from_u32(folded.into()),
        },
        None => c.is_alphanumeric().then_some(c),
    }
}

/// The character as rules read it: simplified script and half width, punctuation and case kept
/// (`：` → `:`, `（` → `(`, `來` → `来`, ideographic space → space).
pub fn readable(c: char) -> char {
    match small(c) {
        Some(code) => char::from_u32(TABLES.readable[code as usize].into()).unwrap_or(c),
        None => c,
    }
}

/// True for scripts written without blanks between words, where every character is a unit of its own.
pub fn stands_alone(c: u32) -> bool {
    matches!(c, 0x3400..=0x9FFF | 0xF900..=0xFAFF | 0x20000..=0x3FFFF | 0x3040..=0x30FF | 0x3105..=0x312F | 0x3007)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folded(text: &str) -> String {
        text.chars().filter_map(fold).collect()
    }

    #[test]
    fn both_scripts_meet() {
        assert_eq!(folded("創新載體，辦實事"), folded("创新载体,办实事"));
        assert_eq!(folded("於是看著"), folded("于是看着"));
    }

    #[test]
    fn width_case_and_punctuation_do_not_count() {
        assert_eq!(folded("ＡＢＣ　１２３。「x」"), "abc123x");
        assert_eq!(folded("①㎡"), "1m");
    }

    #[test]
    fn radicals_and_compatibility_forms_are_characters() {
        assert_eq!(folded("⻓⾼\u{F9DC}⻄⽇"), "长高隆西日");
        assert_eq!(readable('⻄'), '西');
    }

    #[test]
    fn the_simplified_side_of_the_table_is_known() {
        assert!(is_simplified('创') && is_simplified('发'));
        assert!(!is_simplified('創') && !is_simplified('亳') && !is_simplified('犇'));
    }

    #[test]
    fn folding_twice_changes_nothing() {
        for code in 0..=0xFFFFu32 {
            if let Some(once) = char::from_u32(code).and_then(fold) {
                assert_eq!(fold(once), Some(once), "U+{code:04X}");
            }
        }
    }

    #[test]
    fn readable_keeps_punctuation() {
        let shown: String = "來源：（網絡）　Ｘ".chars().map(readable).collect();
        assert_eq!(shown, "来源:(网络) X");
    }
}
