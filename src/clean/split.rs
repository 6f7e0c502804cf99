//! A text as lines: where they end, and which of them are one paragraph.

use super::repair::Repairs;
use super::teasers;
use super::units::{Units, is_figure, scan};
use crate::lexicon::{is_closing_quote, is_sentence_end};
use crate::types::Span;
use std::ops::Range;
use xxhash_rust::xxh3::xxh3_64;

/// A text as lines, with the units of all of them. Reuse one value for many texts: its lists keep their memory.
#[derive(Clone, Debug, Default)]
pub(super) struct SplitText {
    /// Every line that has a unit, in order.
    pub lines: Vec<SplitLine>,
    /// Their units.
    pub units: Units,
    /// How often each repair was made.
    pub repairs: Repairs,
    /// The lines as written, while they are put together to paragraphs.
    written: Vec<Span>,
}

/// A line of a text that has at least one unit.
#[derive(Clone, Debug)]
pub(super) struct SplitLine {
    /// Its bytes, blanks at both ends left out.
    pub span: Span,
    /// Recognises the line on other pages, whatever figures it shows.
    pub key: u64,
    /// Its units, within those of all lines.
    pub units: Range<u32>,
}

impl SplitText {
    /// The units of a line.
    pub fn ids(&self, line: &SplitLine) -> &[u32] {
        &self.units.ids[line.units.start as usize..line.units.end as usize]
    }
}

/// A line of at most this many units may be recognised by its words (a credit, a notice, a caption).
pub(super) const SHORT: usize = 40;

/// The lines of `text[span]` that have more than blanks, without the blanks around them. A backslash and an `n`,
/// left by somebody who escaped a text twice, end a line too.
pub fn lines_in(text: &str, span: Span) -> impl Iterator<Item = Span> {
    let bytes = span.of(text).as_bytes();
    let first = span.start as usize;
    let mut start = first;
    let ends = memchr::memchr3_iter(b'\n', b'\r', b'\\', bytes).chain(std::iter::once(bytes.len()));
    ends.filter_map(move |end| {
        let escaped = bytes.get(end) == Some(&b'\\');
        if escaped && bytes.get(end + 1) != Some(&b'n') {
            return None;
        }
        let raw = &text[start..first + end];
        let trimmed = raw.trim_start();
        let from = start + raw.len() - trimmed.len();
        start = first + end + 1 + usize::from(escaped);
        let line = trimmed.trim_end();
        (!line.is_empty()).then(|| Span::new(from, from + line.len()))
    })
}

/// Splits `text` into lines. A paragraph that was broken into lines of one width is one line again.
pub(super) fn split(text: &str, out: &mut SplitText) {
    out.lines.clear();
    out.units.clear();
    out.repairs = Repairs::default();
    out.written.clear();
    out.written.extend(lines_in(text, Span::new(0, text.len())));
    let wrap = wrap_width(text, &out.written);
    let mut at = 0;
    while at < out.written.len() {
        let together = wrap.map_or(1, |wrap| paragraph(text, &out.written[at..], wrap));
        let span = Span { start: out.written[at].start, end: out.written[at + together - 1].end };
        out.repairs.wrapped += together as u32 - 1;
        at += together;
        match teasers::pieces(text, span) {
            Some(pieces) => pieces.into_iter().for_each(|piece| add_line(text, piece, out)),
            None => add_line(text, span, out),
        }
    }
    count_escaped_breaks(text, &mut out.repairs);
}

fn add_line(text: &str, span: Span, out: &mut SplitText) {
    let first = out.units.len();
    scan(text, span, &mut out.units, &mut out.repairs);
    if out.units.len() > first {
        let key = line_key(&out.units.ids[first..]);
        out.lines.push(SplitLine { span, key, units: first as u32..out.units.len() as u32 });
    }
}

fn count_escaped_breaks(text: &str, repairs: &mut Repairs) {
    let bytes = text.as_bytes();
    let breaks = memchr::memchr_iter(b'\\', bytes).filter(|&at| bytes.get(at + 1) == Some(&b'n'));
    repairs.escaped_break += breaks.count() as u32;
}

/// A page whose lines were broken at one width, by hand or by a mail program, has so many full ones at least.
const FULL_LINES: usize = 4;
/// The widths that lines are broken at, in columns (a Han character takes two).
const WRAP_WIDTHS: std::ops::RangeInclusive<usize> = 24..=WIDEST;
/// Lines are broken at no greater width.
const WIDEST: usize = 120;
/// No line that was broken has more bytes.
const WRAPPED_BYTES: usize = 3 * WIDEST;
/// Two characters of full width, one of which may be a mark that begins no line.
const WIDE_WORD: usize = 4;

/// The width that a page's lines were broken at, if they were: the least of those at which the most lines are as wide
/// as the next word allows and do not end a sentence. Wider lines, which were not broken, may be among them, but
/// no more than there are full ones.
fn wrap_width(text: &str, lines: &[Span]) -> Option<usize> {
    if lines.len() <= FULL_LINES {
        return None;
    }
    let width_of = |line: Span| (line.len() <= WRAPPED_BYTES).then(|| width(text, line)).filter(|w| *w <= WIDEST);
    let mut full = [0u32; WIDEST + 1];
    for (&line, &next) in lines.iter().zip(&lines[1..]) {
        if !ends_sentence(line.of(text))
            && follows(text, line, next)
            && let (Some(width), Some(next_width)) = (width_of(line), width_of(next))
        {
            let fits = width.max(next_width)..=WIDEST.min(width + first_word(text, next));
            fits.for_each(|wrap| full[wrap] += 1);
        }
    }
    let most = *full.iter().max()?;
    if (most as usize) < FULL_LINES {
        return None;
    }
    let wrap = full.iter().position(|count| *count == most)?;
    let within = lines.iter().filter(|line| width_of(**line).is_some_and(|width| width <= wrap)).count();
    let unbroken = lines.len() - within;
    (unbroken <= most as usize && WRAP_WIDTHS.contains(&wrap)).then_some(wrap)
}

/// How many of the lines that `lines` begin with are one paragraph: lines that go on, up to one that ends a
/// sentence. 1 for a line of its own.
fn paragraph(text: &str, lines: &[Span], wrap: usize) -> usize {
    let together = 1 + lines.windows(2).take_while(|pair| goes_on(text, pair[0], pair[1], wrap)).count();
    if ends_sentence(lines[together - 1].of(text)) { together } else { 1 }
}

/// True when a line breaks off because the first word of the next one had no room.
fn goes_on(text: &str, line: Span, next: Span, wrap: usize) -> bool {
    let fits = |line: Span| line.len() <= WRAPPED_BYTES && width(text, line) <= wrap;
    !ends_sentence(line.of(text))
        && fits(line)
        && width(text, line) + first_word(text, next) >= wrap
        && fits(next)
        && follows(text, line, next)
}

/// The columns of the word that a line begins with.
fn first_word(text: &str, line: Span) -> usize {
    match line.of(text).bytes().take_while(u8::is_ascii_alphanumeric).count() {
        0 => WIDE_WORD,
        letters => letters + 1,
    }
}

/// True when `next` is in the very next line and is not set in as the first line of a paragraph is.
fn follows(text: &str, line: Span, next: Span) -> bool {
    let between = &text[line.end as usize..next.start as usize];
    let count = |breaks: &[u8]| between.as_bytes().windows(breaks.len()).filter(|bytes| *bytes == breaks).count();
    let breaks = (count(b"\n") + count(b"\\n")).max(count(b"\r"));
    breaks == 1 && !between.ends_with([' ', '\u{3000}', '\u{A0}', '\t'])
}

/// The columns that a line takes, with the blanks it is set in by.
fn width(text: &str, line: Span) -> usize {
    let start = text[..line.start as usize].rfind(['\n', '\r']).map_or(0, |at| at + 1);
    text[start..line.end as usize].chars().map(|c| if (c as u32) < 0x1100 { 1 } else { 2 }).sum()
}

fn ends_sentence(line: &str) -> bool {
    let others = ['；', '.', '：', ':', '）', ')', '>'];
    line.ends_with(|c| is_sentence_end(c) || is_closing_quote(c) || others.contains(&c))
}

/// Hash of a line's units, with every number taken as the same number.
pub(super) fn line_key(ids: &[u32]) -> u64 {
    if ids.len() > SHORT || !ids.iter().any(|&id| is_figure(id)) {
        return xxh3_64(bytemuck::cast_slice(ids));
    }
    let mut masked = [0u32; SHORT];
    for (slot, &id) in masked.iter_mut().zip(ids) {
        *slot = if is_figure(id) { 0 } else { id };
    }
    xxh3_64(bytemuck::cast_slice(&masked[..ids.len()]))
}
