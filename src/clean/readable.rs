//! A line as rules read it: one script, half width, pinyin damage out, with the way back to the original.

use super::fold::readable_table;
use super::repair::{
    Escaped, Spacing, brackets_around, broken_tag_length, entity, is_blank, is_invisible, is_left_pinyin, tag_length,
};
use crate::types::Span;

/// Some text in simplified script and half width, punctuation and case kept, and for every byte of it the
/// place it was read from. Rules match on `text`; [`Readable::raw`] gives the span of the original.
#[derive(Clone, Debug, Default)]
pub struct Readable {
    /// The text to match on.
    pub text: String,
    /// For every byte of `text`, the first byte of its character in the original; one more entry for the end.
    origin: Vec<u32>,
}

impl Readable {
    /// The readable form of `text[span]`. About one table look-up a character.
    pub fn new(text: &str, span: Span) -> Self {
        let mut made = Readable::default();
        made.fill(text, span);
        made
    }

    /// As [`Readable::new`], in the memory that `self` has already.
    pub fn fill(&mut self, text: &str, span: Span) {
        self.text.clear();
        self.origin.clear();
        self.text.reserve(span.len());
        self.origin.reserve(span.len() + 1);
        each_shown(text, span, |place, shown| {
            self.text.push(shown);
            // Nearly all characters have three bytes.
            match shown.len_utf8() {
                3 => self.origin.extend_from_slice(&[place as u32; 3]),
                length => self.origin.extend(std::iter::repeat_n(place as u32, length)),
            }
        });
        self.origin.push(span.end);
    }

    /// The bytes of `original` (the text that this was made of) that `text[start..end]` was read from; damage
    /// after the last character is not among them.
    pub fn raw(&self, original: &str, start: usize, end: usize) -> Span {
        if start == end {
            return Span { start: self.origin[start], end: self.origin[start] };
        }
        let last = self.origin[end - 1] as usize;
        Span::new(self.origin[start] as usize, last + width(&original[last..]))
    }

    /// `text[start..end]` as `original` writes it, damage left out: script and width are the page's own.
    pub fn written(&self, original: &str, start: usize, end: usize) -> String {
        let mut places = self.origin[start..end].to_vec();
        places.dedup();
        let character = |&place: &u32| match entity_at(&original[place as usize..]) {
            Some((c, _)) => Some(c),
            None => original[place as usize..].chars().next(),
        };
        places.iter().filter_map(character).collect()
    }
}

/// The character that `text` begins with as an entity, and its length.
fn entity_at(text: &str) -> Option<(char, usize)> {
    match text.starts_with('&').then(|| entity(text)).flatten() {
        Some(Escaped::Character(c, length)) => Some((c, length)),
        _ => None,
    }
}

/// The bytes of the character that `text` begins with, as a character or as an entity.
fn width(text: &str) -> usize {
    entity_at(text).map_or_else(|| text.chars().next().map_or(0, char::len_utf8), |(_, length)| length)
}

/// Fills `shown` with the readable form of `text[span]`, for those who need no way back.
pub(super) fn show(text: &str, span: Span, shown: &mut String) {
    shown.clear();
    each_shown(text, span, |_, c| shown.push(c));
}

/// Calls `with` on the place and the readable form of every character that is shown.
fn each_shown(text: &str, span: Span, mut with: impl FnMut(usize, char)) {
    let table = readable_table();
    let form = |c: char| {
        let code = u16::try_from(c as u32).ok();
        code.and_then(|code| char::from_u32(table[code as usize].into())).unwrap_or(c)
    };
    let (start, end) = (span.start as usize, span.end as usize);
    let text = &text[..end];
    let mut spacing = Spacing::default();
    spacing.line(start);
    let mut at = start;
    while let Some(c) = text[at..].chars().next() {
        let place = at;
        at += c.len_utf8();
        if ('\u{3001}'..'\u{FEFF}').contains(&c) {
            with(place, form(c));
        } else if let Some(after) = left_pinyin_at(text, place, c, end) {
            at = after;
        } else if c == '<' || c == '?' {
            let length = if c == '<' { tag_length(&text[place..]) } else { broken_tag_length(&text[place..]) };
            match length {
                Some(length) => {
                    at = place + length;
                    spacing.line(at);
                }
                None => with(place, c),
            }
        } else if c == '&' {
            match entity(&text[place..]) {
                Some(Escaped::Character(c, length)) => {
                    at = place + length;
                    with(place, form(c));
                }
                Some(Escaped::Tag(length)) => at = place + length,
                None => with(place, c),
            }
        } else if is_blank(c) {
            if !spacing.is_inside(text, place, c, || {}) {
                with(place, form(c));
            }
        } else if !is_invisible(c as u32) {
            with(place, form(c));
        }
    }
}

/// Where left pinyin that begins at `place` (with its bracket, if any) ends.
fn left_pinyin_at(text: &str, place: usize, c: char, end: usize) -> Option<usize> {
    let start = match c {
        '(' | '（' => place + c.len_utf8(),
        'a'..='z' => place,
        c if !c.is_ascii() && c < '\u{2000}' && c.is_lowercase() => place,
        _ => return None,
    };
    let run = text[start..end].find(|c: char| !c.is_lowercase()).map_or(end, |k| start + k);
    (run > start && is_left_pinyin(text, start, run)).then(|| run + brackets_around(text, start, run).1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_both_scripts_alike_and_finds_the_way_back() {
        let text = "　來源：創(chuàng)新日報（網）";
        let line = Readable::new(text, Span::new(0, text.len()));
        assert_eq!(line.text, " 来源:创新日报(网)");
        let at = line.text.find("创新日报").unwrap();
        let end = at + "创新日报".len();
        assert_eq!(line.raw(text, at, end).of(text), "創(chuàng)新日報");
        assert_eq!(line.written(text, at, end), "創新日報");
    }

    #[test]
    fn damage_is_passed_by_and_the_way_back_is_kept() {
        let text = "<p>来 源：墨 川 日 报&nbsp;&#35760;者</p>";
        let line = Readable::new(text, Span::new(0, text.len()));
        assert_eq!(line.text, "来源:墨川日报 记者");
        let at = line.text.find("记者").unwrap();
        assert_eq!(line.raw(text, at, at + 3).of(text), "&#35760;");
        assert_eq!(line.written(text, at, line.text.len()), "记者");
    }

    #[test]
    fn a_lost_bracket_is_no_hindrance() {
        let text = "上?zhèn)黨委";
        assert_eq!(Readable::new(text, Span::new(0, text.len())).text, "上?党委");
    }
}
