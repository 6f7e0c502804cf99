//! Damage that scraping and script conversion leave in a text, recognised so that matching can pass it by.
//!
//! | rule | damaged | mended |
//! | --- | --- | --- |
//! | `pinyin` | `創(chuàng)新`, `上?zhèn)黨` | `創新`, `上黨` (one lower-case syllable with a tone mark beside a bracket, after a Han character) |
//! | `lost_bytes` | `事\u{FFFD}` | marked only: what was lost is never guessed |
//! | `invisible` | `新\u{200B}闻` | `新闻` |

use serde::Serialize;

/// How often each rule was used on one text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Repairs {
    /// Pinyin left in brackets by a script conversion.
    #[serde(skip_serializing_if = "is_zero")]
    pub pinyin: u32,
    /// Replacement characters where bytes were lost.
    #[serde(skip_serializing_if = "is_zero")]
    pub lost_bytes: u32,
    /// Zero-width and control characters.
    #[serde(skip_serializing_if = "is_zero")]
    pub invisible: u32,
}

fn is_zero(n: &u32) -> bool {
    *n == 0
}

impl Repairs {
    pub(super) fn note_dropped(&mut self, code: u32) {
        match code {
            0xFFFD => self.lost_bytes += 1,
            _ => self.invisible += 1,
        }
    }
}

/// Letters that carry a pinyin tone mark.
const TONES: &str = "āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜńňǹḿ";

/// True when `text[start..end]`, a run of letters, is a syllable that a script conversion left behind: lower
/// case, at most six letters, a tone mark, a bracket on one side at least, and a Han character (or the `?` of
/// a lost one) before it.
pub(super) fn is_left_pinyin(text: &str, start: usize, end: usize) -> bool {
    let run = &text[start..end];
    if run.is_ascii() || run.chars().count() > 6 {
        return false;
    }
    let syllable = run.chars().all(|c| c.is_ascii_lowercase() || c == 'ü' || TONES.contains(c));
    if !syllable || !run.chars().any(|c| TONES.contains(c)) {
        return false;
    }
    let mut before = text[..start].chars().rev();
    let opened = matches!(before.clone().next(), Some('(' | '（'));
    if opened {
        before.next();
    }
    let closed = matches!(text[end..].chars().next(), Some(')' | '）'));
    let host = before.next();
    (opened || closed) && host.is_some_and(|c| super::fold::stands_alone(c as u32) || c == '?' || c == '\u{FFFD}')
}

/// The length in bytes of a bracket that belongs to the left pinyin at `start..end`, before and after it.
pub(super) fn brackets_around(text: &str, start: usize, end: usize) -> (usize, usize) {
    let width = |c: Option<char>, pair: [char; 2]| c.filter(|c| pair.contains(c)).map_or(0, char::len_utf8);
    (width(text[..start].chars().next_back(), ['(', '（']), width(text[end..].chars().next(), [')', '）']))
}
