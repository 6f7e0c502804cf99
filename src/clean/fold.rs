//! Folding: which characters count for matching, and as what.
//!
//! | text | folded |
//! | --- | --- |
//! | `創新，ＡＢＣ` | `创新abc` |
//! | `㎡` `①` `ﬁ` | `m` `1` `f` (the first letter or digit of the NFKC form) |
//! | `，。 「` | nothing |
//!
//! A fold is many-to-one on purpose: a page of either script must meet its twin (see tables/fold.tsv).

use std::sync::LazyLock;
use unicode_normalization::UnicodeNormalization;

/// Traditional to simplified rows; its head names source, version and date.
const FOLD_TSV: &str = include_str!("tables/fold.tsv");

/// For every code point of the basic plane: its fold (0: does not count) and its readable form.
struct Tables {
    fold: Box<[u16; 65536]>,
    readable: Box<[u16; 65536]>,
}

static TABLES: LazyLock<Tables> = LazyLock::new(build);

fn build() -> Tables {
    let mut simplified: Vec<u16> = (0..=u16::MAX).collect();
    for line in FOLD_TSV.lines().filter(|line| !line.starts_with('#')) {
        let mut chars = line.chars();
        if let (Some(from), Some('\t'), Some(to)) = (chars.next(), chars.next(), chars.next())
            && let (Ok(from), Ok(to)) = (u16::try_from(from as u32), u16::try_from(to as u32))
        {
            simplified[from as usize] = to;
        }
    }
    let mut fold = Box::new([0u16; 65536]);
    let mut readable = Box::new([0u16; 65536]);
    for code in 0..=u16::MAX {
        let Some(c) = char::from_u32(code.into()) else { continue };
        let mut compatible = c.nfkc();
        let (first, rest) = (compatible.next().unwrap_or(c), compatible.next());
        let shown = if rest.is_none() { first } else { c };
        readable[code as usize] = small(shown).map_or(code, |s| simplified[s as usize]);
        let counted = c.nfkc().find(|c| c.is_alphanumeric());
        let lower = counted.and_then(|c| c.to_lowercase().next());
        fold[code as usize] = lower.and_then(small).map_or(0, |s| simplified[s as usize]);
    }
    Tables { fold, readable }
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
