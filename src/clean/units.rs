//! Text to units: one Han (or kana) character, or one run of letters and digits, each with its place.

use super::fold::{fold_table, stands_alone};
use super::repair::{Repairs, is_left_pinyin};
use crate::types::Span;
use xxhash_rust::xxh3::xxh3_64;

/// A run of letters and digits has this bit set in its unit; the rest is the run's hash.
const RUN: u32 = 1 << 31;
/// Runs that begin with a digit (`2024`, `4℃`, `30km`) have this bit as well: figures, which a form changes
/// each time it is filled in.
const FIGURE: u32 = 1 << 30;

/// A text as units. The three lists have one entry a unit: what it is (a code point, or a hashed run of
/// letters and digits), and its bytes in the text as read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Units {
    /// The folded character, or the hash of the folded run.
    pub ids: Vec<u32>,
    /// First byte of each unit.
    pub starts: Vec<u32>,
    /// One past the last byte of each unit.
    pub ends: Vec<u32>,
}

impl Units {
    /// How many units there are.
    pub fn len(&self) -> usize {
        self.ids.len()
    }

    /// True for a text without a letter, digit or Han character.
    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    /// The text that units `range` cover, from the first one's first byte to the last one's last.
    /// The range must not be empty.
    pub fn span(&self, range: std::ops::Range<usize>) -> Span {
        Span { start: self.starts[range.start], end: self.ends[range.end - 1] }
    }

    pub(super) fn clear(&mut self) {
        self.ids.clear();
        self.starts.clear();
        self.ends.clear();
    }

    fn reserve(&mut self, more: usize) {
        self.ids.reserve(more);
        self.starts.reserve(more);
        self.ends.reserve(more);
    }

    fn push(&mut self, id: u32, start: usize, end: usize) {
        self.ids.push(id);
        self.starts.push(start as u32);
        self.ends.push(end as u32);
    }
}

/// True for a run that begins with a digit.
pub fn is_figure(unit: u32) -> bool {
    unit & (RUN | FIGURE) == (RUN | FIGURE)
}

/// The characters that nearly all units are: three bytes long, and units of their own whatever they fold to.
const HAN: std::ops::RangeInclusive<u32> = 0x4E00..=0x9FA5;

/// Appends the units of `text[span]` to `units` and counts the repairs made on the way.
/// Linear in the bytes; allocates only when the lists grow.
pub fn scan(text: &str, span: Span, units: &mut Units, repairs: &mut Repairs) {
    let table = fold_table();
    let part = span.of(text);
    // Most units are Han characters of three bytes.
    units.reserve(part.len() / 3);
    let first = span.start as usize;
    let mut run = Run::new();
    for (at, c) in part.char_indices() {
        let (code, at) = (c as u32, first + at);
        if HAN.contains(&code) {
            run.close(text, units, repairs);
            units.push(table[code as usize].into(), at, at + 3);
            continue;
        }
        let folded = if code < 0x10000 { table[code as usize].into() } else { plane_two(code) };
        if folded == 0 {
            run.close(text, units, repairs);
            if code == 0xFFFD || is_invisible(code) {
                repairs.note_dropped(code);
            }
        } else if stands_alone(folded) {
            run.close(text, units, repairs);
            units.push(folded, at, at + c.len_utf8());
        } else {
            run.add(folded, at, at + c.len_utf8());
        }
    }
    run.close(text, units, repairs);
}

fn plane_two(code: u32) -> u32 {
    char::from_u32(code).filter(|c| c.is_alphanumeric()).map_or(0, |c| c as u32)
}

/// Zero-width characters and controls that a page should not hold between letters.
fn is_invisible(code: u32) -> bool {
    matches!(code, 0x200B..=0x200F | 0x2060 | 0xFEFF | 0x00AD | 0..=8 | 0x0E..=0x1F)
}

/// A run of letters and digits being gathered.
struct Run {
    folded: [u8; 64],
    length: usize,
    start: usize,
    end: usize,
    is_figure: bool,
    /// Hash of what no longer fits `folded`.
    earlier: u64,
}

impl Run {
    fn new() -> Self {
        Run { folded: [0; 64], length: 0, start: 0, end: 0, is_figure: false, earlier: 0 }
    }

    fn add(&mut self, folded: u32, start: usize, end: usize) {
        if self.length == 0 && self.earlier == 0 {
            (self.start, self.is_figure) = (start, (0x30..0x3A).contains(&folded));
        }
        if self.length + 4 > self.folded.len() {
            self.earlier ^= xxh3_64(&self.folded[..self.length]) | 1;
            self.length = 0;
        }
        if folded < 0x80 {
            self.folded[self.length] = folded as u8;
            self.length += 1;
        } else if let Some(c) = char::from_u32(folded) {
            self.length += c.encode_utf8(&mut self.folded[self.length..]).len();
        }
        self.end = end;
    }

    #[inline]
    fn close(&mut self, text: &str, units: &mut Units, repairs: &mut Repairs) {
        if self.length != 0 || self.earlier != 0 {
            self.finish(text, units, repairs);
        }
    }

    fn finish(&mut self, text: &str, units: &mut Units, repairs: &mut Repairs) {
        if !self.is_figure && is_left_pinyin(text, self.start, self.end) {
            repairs.pinyin += 1;
        } else {
            let hash = (xxh3_64(&self.folded[..self.length]) ^ self.earlier) as u32 & !(RUN | FIGURE);
            units.push(hash | RUN | if self.is_figure { FIGURE } else { 0 }, self.start, self.end);
        }
        (self.length, self.earlier) = (0, 0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> (Units, Repairs) {
        let (mut units, mut repairs) = (Units::default(), Repairs::default());
        scan(text, Span::new(0, text.len()), &mut units, &mut repairs);
        (units, repairs)
    }

    #[test]
    fn a_unit_is_a_han_character_or_a_run() {
        let text = "第3届G20峰会，Big News!";
        let (units, _) = of(text);
        let parts: Vec<&str> = (0..units.len()).map(|k| units.span(k..k + 1).of(text)).collect();
        assert_eq!(parts, ["第", "3", "届", "G20", "峰", "会", "Big", "News"]);
        assert!(is_figure(units.ids[1]) && !is_figure(units.ids[3]));
    }

    #[test]
    fn every_han_character_is_a_unit_of_three_bytes() {
        for c in HAN.filter_map(char::from_u32) {
            assert!(c.len_utf8() == 3 && stands_alone(fold_table()[c as usize].into()), "{c}");
        }
    }

    #[test]
    fn pinyin_in_brackets_is_no_unit() {
        let (damaged, repairs) = of("創(chuàng)新，聯(lián)系");
        assert_eq!(damaged.ids, of("创新联系").0.ids);
        assert_eq!(repairs.pinyin, 2);
        assert_eq!(of("上?zhèn)黨委").0.ids, of("上党委").0.ids);
    }

    #[test]
    fn english_in_brackets_stays() {
        let (units, repairs) = of("世贸组织(WTO)表示，罗斯（Ross）说");
        assert_eq!(units.len(), "世贸组织表示罗斯说".chars().count() + 2);
        assert_eq!(repairs.pinyin, 0);
    }

    #[test]
    fn long_runs_differ_by_every_part() {
        let a = "x".repeat(200);
        let b = format!("y{}", "x".repeat(199));
        assert_ne!(of(&a).0.ids, of(&b).0.ids);
    }

    #[test]
    fn empty_text_has_no_units() {
        assert!(of("").0.is_empty());
        assert!(of("，。！ \n").0.is_empty());
    }
}
