//! Characters and ranges of a readable line.

use std::ops::Range;

/// True for one Han character.
pub(crate) fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{9FFF}' | '\u{3007}')
}

/// `range` without blanks at both ends.
pub(super) fn trimmed(line: &str, range: Range<usize>) -> Range<usize> {
    let part = &line[range.clone()];
    let start = range.start + (part.len() - part.trim_start().len());
    start..start + part.trim().len()
}

/// `range` cut before the first character that `stops` names.
pub(super) fn cut_at(line: &str, range: Range<usize>, stops: impl FnMut(char) -> bool) -> Range<usize> {
    let end = line[range.clone()].find(stops).map_or(range.end, |k| range.start + k);
    trimmed(line, range.start..end)
}

/// True for a character that closes or opens a bracket of any kind but a book title's.
pub(super) fn is_bracket(c: char) -> bool {
    matches!(c, '(' | ')' | '[' | ']' | '【' | '】' | '〔' | '〕' | '<' | '>' | '「' | '」')
}

/// True when the first word of `text` has a Han character: a blank ends such a name.
pub(super) fn begins_han(text: &str) -> bool {
    text.trim_start().split([' ', '\t']).next().is_some_and(|word| word.contains(is_han))
}
