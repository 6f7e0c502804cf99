//! Small steps along a text.

/// How many ASCII digits `bytes` begins with.
pub(super) fn digits(bytes: &[u8]) -> usize {
    bytes.iter().take_while(|byte| byte.is_ascii_digit()).count()
}

/// The number that some ASCII digits write.
pub(super) fn number(digits: &[u8]) -> Option<u32> {
    std::str::from_utf8(digits).ok()?.parse().ok()
}

/// A number of one to `most` digits at the start of `text`, and the rest of it; `None` when more digits follow.
pub(super) fn take_number(text: &str, most: usize) -> Option<(u32, &str)> {
    let run = digits(text.as_bytes());
    let number = number(&text.as_bytes()[..run])?;
    (run <= most).then(|| (number, &text[run..]))
}

/// What follows the first of `marks` that `text` begins with.
pub(super) fn after_any<'t>(text: &'t str, marks: &[&str]) -> Option<&'t str> {
    marks.iter().find_map(|mark| text.strip_prefix(mark))
}

/// The ASCII letters that `text` begins with, and the rest of it.
pub(super) fn take_word(text: &str) -> (&str, &str) {
    text.split_at(text.bytes().take_while(u8::is_ascii_alphabetic).count())
}

/// `text` without the blanks before it.
pub(super) fn unblank(text: &str) -> &str {
    text.trim_start_matches([' ', '\t'])
}
