//! Text to units: one Han (or kana) character, or one run of letters and digits, each with its place.

use super::fold::{fold_table, stands_alone};
use super::repair::{
    Escaped, Repairs, Spacing, broken_tag_length, entity, folded, is_blank, is_invisible, is_left_pinyin,
    is_lost_byte_mark, tag_length,
};
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

    /// Adds the units `range` of another text.
    pub(super) fn extend(&mut self, other: &Units, range: std::ops::Range<u32>) {
        let range = range.start as usize..range.end as usize;
        self.ids.extend_from_slice(&other.ids[range.clone()]);
        self.starts.extend_from_slice(&other.starts[range.clone()]);
        self.ends.extend_from_slice(&other.ends[range]);
    }

    /// Makes room for the units of so many bytes: most are Han characters of three bytes.
    pub(super) fn reserve_for(&mut self, bytes: usize) {
        let more = bytes / 3;
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

/// True for a run of letters and digits; false for a Han character.
pub fn is_word(unit: u32) -> bool {
    unit & RUN != 0
}

/// The characters that nearly all units are: three bytes long, and units of their own whatever they fold to.
const HAN: std::ops::RangeInclusive<u32> = 0x4E00..=0x9FA5;

/// Appends the units of `text[span]` to `units` and counts the repairs made on the way.
/// Linear in the bytes; allocates only when the lists grow.
pub fn scan(text: &str, span: Span, units: &mut Units, repairs: &mut Repairs) {
    let part = &text[..span.end as usize];
    units.reserve_for(span.len());
    let mut scanner = Scanner { part, run: Run::new(), spacing: Spacing::default(), units, repairs };
    let mut at = span.start as usize;
    scanner.spacing.line(at);
    while at < part.len() {
        let length = if part.as_bytes()[at] < WIDE { 0 } else { scanner.wide(at) };
        at += if length == 0 { scanner.other(at) } else { length };
    }
    scanner.close();
}

/// The code point of three bytes, if they are one character of three bytes; else a number that is no Han character.
fn code_of(bytes: &[u8]) -> u32 {
    let (a, b, c) = (u32::from(bytes[0]), u32::from(bytes[1]), u32::from(bytes[2]));
    (a ^ 0xE0) << 12 | (b & 0x3F) << 6 | (c & 0x3F)
}

/// The marks of Chinese text, three bytes long. Those that fold to nothing end a run, and no damage begins with them.
fn is_wide_mark(code: u32) -> bool {
    matches!(code, 0x3001..=0x303F | 0xFF01..=0xFF5E | 0x2010..=0x2027)
}

/// Characters of three bytes begin with this byte or a greater one.
const WIDE: u8 = 0xE0;

/// Characters that [`Scanner::wide`] reads at a time.
const BLOCK: usize = 64;

/// A text being read from left to right.
struct Scanner<'a> {
    part: &'a str,
    run: Run,
    spacing: Spacing,
    units: &'a mut Units,
    repairs: &'a mut Repairs,
}

impl Scanner<'_> {
    /// Reads a block of Han characters and the marks between them, what nearly all text is; returns how many bytes
    /// that were.
    fn wide(&mut self, at: usize) -> usize {
        let table = fold_table();
        let (mut ids, mut starts) = ([0; BLOCK], [0; BLOCK]);
        let (mut count, mut read) = (0, 0);
        for bytes in self.part.as_bytes()[at..].chunks_exact(3).take(BLOCK) {
            let code = code_of(bytes);
            let folded = table[(code & 0xFFFF) as usize];
            let is_han = HAN.contains(&code);
            if !is_han && (folded != 0 || !is_wide_mark(code)) {
                break;
            }
            // Without a branch: a mark is written over by what follows it.
            (ids[count], starts[count]) = (u32::from(folded), (at + 3 * read) as u32);
            count += usize::from(is_han);
            read += 1;
        }
        if read > 0 {
            self.close();
            self.units.ids.extend_from_slice(&ids[..count]);
            self.units.starts.extend_from_slice(&starts[..count]);
            self.units.ends.extend(starts[..count].iter().map(|start| start + 3));
        }
        3 * read
    }

    /// Reads what is no plain Han character at `at`; returns how many bytes that were.
    fn other(&mut self, at: usize) -> usize {
        let bytes = self.part.as_bytes();
        let letters = bytes[at..].iter().take_while(|byte| byte.is_ascii_alphanumeric()).count();
        if letters > 0 {
            self.run.add_ascii(&bytes[at..at + letters], at);
            return letters;
        }
        let Some(c) = self.part[at..].chars().next() else { return 1 };
        let (code, length) = (c as u32, c.len_utf8());
        let folded = folded(code);
        if folded == 0 {
            return self.mark(c, at);
        }
        if code > 0x2000 {
            self.repairs.note_form(code, folded);
        }
        self.letter(folded, at, at + length);
        length
    }

    /// Adds a character that counts.
    #[inline]
    fn letter(&mut self, folded: u32, start: usize, end: usize) {
        if stands_alone(folded) {
            self.close();
            self.units.push(folded, start, end);
        } else {
            self.run.add(folded, start, end);
        }
    }

    /// Reads a character that does not count, and the damage that it may begin.
    fn mark(&mut self, c: char, at: usize) -> usize {
        let (part, length) = (self.part, c.len_utf8());
        match c {
            c if is_invisible(c as u32) => {
                self.repairs.invisible += 1;
                return length;
            }
            c if is_blank(c) => {
                let repairs = &mut self.repairs.spaced;
                if self.spacing.is_inside(part, at, c, || *repairs += 1) {
                    return length;
                }
            }
            '\n' | '\r' => self.spacing.line(at + length),
            '\\' if part[at + 1..].starts_with('n') => {
                self.close();
                self.spacing.line(at + 2);
                return 2;
            }
            '\u{FFFD}' => self.repairs.lost_bytes += 1,
            '?' if is_lost_byte_mark(part, at) => {
                self.repairs.lost_bytes += 1;
                if let Some(tag) = broken_tag_length(&part[at..]) {
                    return self.tag(at, tag);
                }
            }
            '<' => {
                if let Some(tag) = tag_length(&part[at..]) {
                    return self.tag(at, tag);
                }
            }
            '&' => return self.ampersand(at),
            _ => {}
        }
        self.close();
        length
    }

    /// Passes a tag of `length` bytes at `at`.
    fn tag(&mut self, at: usize, length: usize) -> usize {
        self.repairs.markup += 1;
        self.close();
        self.spacing.line(at + length);
        length
    }

    /// Reads the `&` at `at` and what it stands for.
    fn ampersand(&mut self, at: usize) -> usize {
        match entity(&self.part[at..]) {
            Some(Escaped::Character(c, length)) => {
                self.repairs.entity += 1;
                match folded(c as u32) {
                    0 => self.close(),
                    folded => self.letter(folded, at, at + length),
                }
                length
            }
            Some(Escaped::Tag(length)) => self.tag(at, length),
            None => {
                self.close();
                1
            }
        }
    }

    #[inline]
    fn close(&mut self) {
        if self.run.length != 0 || self.run.earlier != 0 {
            self.run.finish(self.part, self.units, self.repairs);
        }
    }
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

    /// Adds ASCII letters and digits, one at least, that begin at `start`.
    fn add_ascii(&mut self, letters: &[u8], start: usize) {
        let end = self.length + letters.len();
        // Those that may not fit go one by one.
        if end + 4 > self.folded.len() {
            let numbered = letters.iter().zip(start..);
            numbered.for_each(|(letter, at)| self.add(letter.to_ascii_lowercase().into(), at, at + 1));
            return;
        }
        if self.length == 0 && self.earlier == 0 {
            (self.start, self.is_figure) = (start, letters[0].is_ascii_digit());
        }
        self.folded[self.length..end].copy_from_slice(letters);
        self.folded[self.length..end].make_ascii_lowercase();
        (self.length, self.end) = (end, start + letters.len());
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
    use super::super::fold::fold;
    use super::*;
    use proptest::prelude::*;

    fn of(text: &str) -> (Units, Repairs) {
        let (mut units, mut repairs) = (Units::default(), Repairs::default());
        scan(text, Span::new(0, text.len()), &mut units, &mut repairs);
        (units, repairs)
    }

    proptest! {
        #[test]
        fn text_in_blocks_is_read_as_character_by_character(text in "[一-龥、。，！“”…〇]{0,300}") {
            let chars = || text.char_indices().filter(|(_, c)| stands_alone(*c as u32));
            let (units, _) = of(&text);
            prop_assert!(units.ids.iter().copied().eq(chars().filter_map(|(_, c)| fold(c)).map(u32::from)));
            prop_assert!(units.starts.iter().copied().eq(chars().map(|(at, _)| at as u32)));
            prop_assert!(units.ends.iter().zip(&units.starts).all(|(end, start)| end - start == 3));
        }
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
