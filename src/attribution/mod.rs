//! Say who and when, and from which words: credit lines, bracketed tails, datelines, the first words.
//!
//! Only the edges of a page are read: the lines above the article, its first words, its last words and the lines
//! below it. What the middle of an article reports of others (`据X报道`) is its own sourcing.

mod credits;
mod edge;
mod english;
mod names;
mod notice;
mod opening;
mod prose;
mod reader;
mod time;
mod values;

pub use time::{date_in_url, parse_field_time, parse_time};

use crate::clean::{CleanDoc, Line, Region};
use crate::types::{Span, Timestamp};
use reader::Reader;

/// A value and the words of the page that it was read from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// The value as the page writes it, damage left out.
    pub value: String,
    /// The words it was read from: bytes of the record's text.
    pub at: Span,
}

/// Where a stated source stood, which says how much it is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SourcePlace {
    /// A credit line above the article.
    Head,
    /// The article's opening words (`据X报道，`, `X讯`).
    Opening,
    /// A credit line or bracket at the article's end.
    Tail,
}

/// The dateline of a wire story: `华闻社北京1月3日电`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Dateline {
    /// The agency.
    pub agency: Option<Found>,
    /// Where it was filed.
    pub place: Option<Found>,
    /// The day as written (`1月3日`).
    pub date: Option<Found>,
}

/// What a page states about where its text came from. Nothing is guessed: empty means that it states nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Attribution {
    /// The source that a credit line or an opening states, and where it stood.
    pub source: Option<(Found, SourcePlace)>,
    /// Writers and reporters; nobody for 佚名.
    pub authors: Vec<Found>,
    /// Correspondents (通讯员), often of a press office.
    pub correspondents: Vec<Found>,
    /// Editors and proof-readers.
    pub editors: Vec<Found>,
    /// The dateline.
    pub dateline: Option<Dateline>,
    /// The address of the original.
    pub original_url: Option<Found>,
    /// The original headline.
    pub original_title: Option<Found>,
    /// A sentence that says the text was reprinted.
    pub reprint_notice: Option<Found>,
    /// The time that the page prints.
    pub published: Option<Timestamp>,
}

/// The zone of pages that name none: +08:00.
const CHINA: i32 = 8 * 3600;

/// Reads what a cleaned text states; a time that names no zone is +08:00. Linear in its edge lines.
pub fn attribute(text: &str, clean: &CleanDoc) -> Attribution {
    attribute_in_zone(text, clean, CHINA)
}

/// As [`attribute`], for pages whose clocks show the time `zone_seconds` east of UTC.
pub fn attribute_in_zone(text: &str, clean: &CleanDoc, zone_seconds: i32) -> Attribution {
    let mut reader = Reader::new(text, zone_seconds);
    let edges = Edges::of(text, &clean.lines);
    for line in edges.above(&clean.lines) {
        reader.edge_line(line.span, SourcePlace::Head);
    }
    for line in edges.first_words(text, &clean.lines) {
        reader.opening_line(line.span, false);
    }
    if let Some(line) = edges.second_words(&clean.lines) {
        reader.opening_line(line.span, true);
    }
    for line in edges.last_words(&clean.lines) {
        reader.closing_line(line.span);
    }
    for line in edges.below(&clean.lines) {
        reader.edge_line(line.span, SourcePlace::Tail);
    }
    reader.out
}

/// A body line of fewer units is a byline, a caption or a subhead, not the article's text.
const TEXT: usize = 15;
/// From this many units on it is text, whatever it ends with.
const LONG: usize = 45;
/// A line of so many bytes is a paragraph, not a menu.
const LONG_BYTES: usize = 150;
/// Lines above the article, and below it, that are looked at.
const ABOVE: usize = 24;
const BELOW: usize = 30;

/// Where the article's text begins and ends among the lines.
struct Edges {
    first: usize,
    last: usize,
}

impl Edges {
    fn of(text: &str, lines: &[Line]) -> Self {
        let first = lines.iter().position(|line| is_text(text, line)).unwrap_or(lines.len());
        let last = lines.iter().rposition(|line| is_text(text, line)).unwrap_or(first);
        Edges { first, last }
    }

    fn above<'l>(&self, lines: &'l [Line]) -> impl Iterator<Item = &'l Line> {
        let near = (self.first + 2).min(lines.len());
        let above = lines[..self.first].iter().take(ABOVE).filter(|line| may_credit(line));
        above.chain(lines[self.first..near].iter().filter(|line| line.region == Region::Credit))
    }

    /// The article's first line of text; short ones just above it; long ones above it that are taken for the
    /// site's, for a much reprinted lead looks like that; and the next line of text when a credit comes between,
    /// for then the first was a headline.
    fn first_words<'l>(&self, text: &'l str, lines: &'l [Line]) -> impl Iterator<Item = &'l Line> {
        let end = (self.first + 1).min(lines.len());
        let leads = |line: &&Line| match line.region {
            Region::Body => true,
            Region::Furniture => line.span.len() >= LONG_BYTES,
            _ => false,
        };
        let credit_between = lines.get(end).is_some_and(|line| line.region == Region::Credit);
        let next = lines[end..].iter().take(4).find(|line| credit_between && is_text(text, line));
        lines[self.first.saturating_sub(5)..end].iter().filter(leads).chain(next)
    }

    /// The body line after the article's first.
    fn second_words<'l>(&self, lines: &'l [Line]) -> Option<&'l Line> {
        lines.get(self.first + 1..)?.iter().find(|line| line.region == Region::Body)
    }

    fn last_words<'l>(&self, lines: &'l [Line]) -> impl Iterator<Item = &'l Line> {
        let end = (self.last + 1).min(lines.len());
        lines[..end].iter().rev().filter(|line| line.region == Region::Body).take(2)
    }

    /// Lines below the article, and such as are none of its text in its second half, when other text follows.
    fn below<'l>(&self, lines: &'l [Line]) -> impl Iterator<Item = &'l Line> {
        let middle = self.first + (self.last - self.first).div_ceil(2).max(2);
        let inside =
            lines[middle.min(self.last)..self.last].iter().filter(|line| line.region == Region::Credit).take(BELOW);
        let after = lines.get(self.last + 1..).unwrap_or_default();
        inside.chain(after.iter().filter(|line| may_credit(line)).take(BELOW))
    }
}

/// True for a body line that is long, or long enough for a sentence and ended like one.
fn is_text(text: &str, line: &Line) -> bool {
    let units = line.units.len();
    let ended =
        || line.span.of(text).ends_with(['。', '！', '？', '”', '…', '；', '：', '.', '!', '?', ')', '）', '」', '"']);
    line.region == Region::Body && (units >= LONG || (units >= TEXT && ended()))
}

fn may_credit(line: &Line) -> bool {
    !matches!(line.region, Region::Headline | Region::Caption)
}
