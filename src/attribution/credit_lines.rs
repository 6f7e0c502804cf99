//! Lines above and below the article: credits, notices, times.

use super::labels::{Piece, pieces};
use super::lead::opening;
use super::names::{is_full_name, is_named, is_person, outlet_before_place};
use super::people::{Announced, NAME_MARKS, people};
use super::ranges::{is_bracket, trimmed};
use super::reader::Reader;
use super::source_form::SourceForm;
use super::time::parse_time;
use super::unlabelled_byline::unlabelled_byline;
use super::{SourcePlace, english, english_closing, notice};
use crate::clean::{Line, Region};
use crate::lexicon::{CREDITED, Label, SIGNED};
use crate::storage::DirectMappedCache;
use crate::types::{Precision, Span};
use std::cell::RefCell;
use std::ops::Range;
use xxhash_rust::xxh3::xxh3_64;

/// Lines of more bytes are no credit lines, unless they have an address.
const CREDIT_LINE: usize = 200;
/// Lines of more bytes are not looked through for a notice.
const NOTICE_LINE: usize = 900;

impl Reader<'_> {
    /// Reads a whole line above (`Head`) or below (`Tail`) the article.
    pub fn edge_line(&mut self, line: &Line, place: SourcePlace) {
        let span = line.span;
        let raw = span.of(self.text);
        let hash = xxh3_64(raw.as_bytes());
        if self.open_label.is_none() && MUTE.with_borrow(|mute| mute.get(hash)).is_some() {
            return;
        }
        let may_notice = self.out.reprint_notice.is_none() && span.len() <= NOTICE_LINE;
        let has_notice = may_notice && notice::may_hold(raw);
        let is_short = may_be_credit(raw);
        if !is_short {
            self.open_label = None;
        }
        if is_short || has_notice {
            self.line.fill(self.text, span);
        }
        if is_short {
            let says_nothing = self.credit_line(line.region, place);
            if says_nothing && may_notice && !has_notice && !english::is_english(raw) {
                MUTE.with_borrow_mut(|mute| mute.put(hash, ()));
            }
        }
        if has_notice && let Some(range) = notice::notice(&self.line.text) {
            self.out.reprint_notice = Some(self.found(range));
        }
        if has_notice && !is_short && place == SourcePlace::Tail {
            self.closing_line(span);
        }
        if english::is_english(raw) && english_closing::may_close(raw) {
            self.english_notice(span, place);
        }
    }

    /// Reads the time that a line above or below the article prints, and nothing else.
    pub fn time_on_edge_line(&mut self, line: &Line, place: SourcePlace) {
        if self.out.published.is_some() || !may_be_credit(line.span.of(self.text)) {
            return;
        }
        self.line.fill(self.text, line.span);
        if !has_digit(&self.line.text) {
            return;
        }
        let mut found = std::mem::take(&mut self.pieces);
        pieces(&self.line.text, &mut found);
        found.retain(|piece| !piece.weak);
        self.time(&found, line.region, place);
        self.pieces = found;
    }

    /// Reads a line that was taken for the headline and may be a byline: nothing but roles with their names.
    pub fn headline_byline(&mut self, line: &Line) {
        let raw = line.span.of(self.text);
        if english::is_english(raw) {
            self.english_head(line.span, false);
            return;
        }
        if self.signed_line(line.span) || raw.len() > CREDIT_LINE || !CREDITED.within(raw) {
            return;
        }
        self.line.fill(self.text, line.span);
        let mut found = std::mem::take(&mut self.pieces);
        pieces(&self.line.text, &mut found);
        let text = &self.line.text;
        let named = |piece: &Piece| {
            let names = people(text, piece.value.clone(), Announced::Place);
            names.last().is_some_and(|last| last.end == piece.value.end)
        };
        let first = found.first().filter(|piece| piece.word.start == 0);
        if first.is_some_and(|piece| piece.is_role(text)) && found.iter().all(named) {
            found.iter().for_each(|piece| self.piece(piece, SourcePlace::Head));
        } else if let Some(piece) = first.filter(|piece| piece.label == Label::Source && piece.word.len() >= 9) {
            self.piece(piece, SourcePlace::Head);
        }
        self.pieces = found;
    }

    /// Reads a short line; true when it says nothing, wherever it is.
    fn credit_line(&mut self, region: Region, place: SourcePlace) -> bool {
        let mut found = std::mem::take(&mut self.pieces);
        pieces(&self.line.text, &mut found);
        found.retain(|piece| !piece.weak);
        self.time(&found, region, place);
        let open = self.open_label.take();
        let says_nothing = found.is_empty() && open.is_none() && is_mute(&self.line.text);
        for piece in &found {
            if place == SourcePlace::Head || !is_of_dateline(&self.line.text, piece) {
                self.piece(piece, place);
            }
        }
        // `墨川网[整理] 3`: a label whose value is no name.
        let names_nobody = |piece: &Piece| !self.line.text[piece.value.clone()].chars().any(char::is_alphabetic);
        if place == SourcePlace::Head && found.iter().all(|piece| piece.label == Label::Time || names_nobody(piece)) {
            self.next_to_time(place);
        }
        match (found.last(), open) {
            (Some(last), _) => self.open_label = Some(last.label).filter(|_| last.value.is_empty() && !last.bare),
            (None, Some(label)) => self.value_of_open_label(label, place),
            (None, None) => self.unlabelled(place),
        }
        self.pieces = found;
        says_nothing
    }

    fn next_to_time(&mut self, place: SourcePlace) {
        let Some(found) = unlabelled_byline(&self.line.text) else { return };
        self.people(found.author.as_slice(), Label::Author);
        if let Some(range) = found.source {
            self.source(range, place, SourceForm::Unlabelled);
        }
    }

    /// The time that a credit line above the article prints, or one that a label names; among the site's own
    /// lines only one with a clock, for `今天是…` is the reader's day.
    fn time(&mut self, pieces: &[Piece], region: Region, place: SourcePlace) {
        let text = &self.line.text;
        let labelled = pieces.iter().any(|piece| piece.label == Label::Time);
        let is_english_date = text.len() <= 40 && text.is_ascii();
        let above = place == SourcePlace::Head && (region != Region::Body || is_english_date) && !text.contains("http");
        if !(labelled || above) || self.out.published.is_some() || !has_digit(text) {
            return;
        }
        let day_counts = labelled || region != Region::Furniture;
        let found = parse_time(text, self.zone);
        self.out.published = found.filter(|time| day_counts || time.precision != Precision::Day);
    }

    /// `来源:` on one line, its value on the next.
    fn value_of_open_label(&mut self, label: Label, place: SourcePlace) {
        let text = &self.line.text;
        let fits = match label {
            Label::OriginalUrl => true,
            _ if text.chars().count() > 24 => false,
            Label::Source => is_named(text),
            Label::Author | Label::Correspondent | Label::Editor => text.split(' ').all(is_person),
            _ => true,
        };
        if fits {
            self.piece(
                &Piece { label, word: 0..0, value: 0..text.len(), bare: false, outlet: None, weak: false },
                place,
            );
        }
    }

    /// A line that carries no label: `□ 冯凯`, `据墨川日报报道`, `By Jane Roe`.
    fn unlabelled(&mut self, place: SourcePlace) {
        if self.slash_byline(trimmed(&self.line.text, 0..self.line.text.len())) {
            return;
        }
        if place == SourcePlace::Head && english::byline(&self.line.text).is_none() && self.named_line(place) {
            return;
        }
        let text = &self.line.text;
        let marked = text.len() - text.trim_start_matches(NAME_MARKS).len();
        if marked > 0 {
            let names = people(text, marked..text.len(), Announced::Place);
            self.people(&names, Label::Author);
        } else if let Some(found) = english::byline(text) {
            self.english(found, place);
        } else if let Some(name) = SIGNED.strip_suffix(text).filter(|_| !is_report(text)) {
            self.signed(0..name.len(), place);
        } else if place == SourcePlace::Tail {
            self.unlabelled_below();
        }
    }

    /// A line above the text that is nothing but the name of somebody whom the text does not speak of, or in English of
    /// somebody or an outlet.
    fn named_line(&mut self, place: SourcePlace) -> bool {
        let text = &self.line.text;
        let whole = trimmed(text, 0..text.len());
        let names = if text.is_ascii() { english::names_alone(text) } else { Vec::new() };
        if is_full_name(&text[whole.clone()]) && self.occurrences(&whole) == 1 {
            self.people(&[whole], Label::Author);
        } else if !names.is_empty() && names.iter().all(|name| self.occurrences(name) == 1) {
            self.english_names = names.into_iter().map(|name| self.found(name)).collect();
        } else if english::outlet_alone(text) {
            self.outlet_line(whole, place);
        } else {
            return false;
        }
        true
    }

    /// `Jane Roe` and `Daily Post` on two lines: the one says that the other is its writer.
    fn outlet_line(&mut self, whole: Range<usize>, place: SourcePlace) {
        if !self.english_names.is_empty() {
            self.out.authors.append(&mut self.english_names);
            self.source(whole, place, SourceForm::Byline);
        }
    }

    /// How often the page's text has the words in `range`.
    fn occurrences(&self, range: &Range<usize>) -> usize {
        let words = self.line.written(self.text, range.start, range.end);
        memchr::memmem::find_iter(self.text.as_bytes(), words.as_bytes()).take(3).count()
    }

    /// Reads a line that is signed and nothing else, wherever it is above the text; true when it is one.
    pub fn signed_line(&mut self, span: Span) -> bool {
        let is_one = is_signed(span.of(self.text));
        if is_one {
            self.line.fill(self.text, span);
            self.unlabelled(SourcePlace::Head);
        }
        is_one
    }

    /// `冯凯/文`, `墨川网冯凯/文`.
    fn signed(&mut self, name: Range<usize>, place: SourcePlace) {
        let text = &self.line.text;
        let outlet = outlet_before_place(&text[name.clone()]);
        let outlet = if is_named(&text[..outlet]) { outlet } else { 0 };
        let names = people(text, outlet..name.end, Announced::Place);
        self.people(&names, Label::Author);
        if outlet > 0 && !names.is_empty() {
            self.source(0..outlet, place, SourceForm::Byline);
        }
    }

    /// Below the article, a line may be a lead-in or a bracket and nothing else.
    fn unlabelled_below(&mut self) {
        self.paper_page();
        let text = &self.line.text;
        let inside = text.trim_matches(is_bracket);
        let enclosed = text.starts_with(is_bracket) && text.ends_with(is_bracket) && !inside.contains(is_bracket);
        let start = text.len() - text.trim_start_matches(is_bracket).len();
        let inside = start..start + inside.len();
        if is_report(text) {
            self.report_alone();
        }
        if enclosed {
            self.name_alone(inside, SourcePlace::Tail);
        }
    }

    /// `据墨川日报报道` with nothing else on the line.
    fn report_alone(&mut self) {
        let text = self.line.text.trim_end_matches([')', ']', '】', '。', ' ']);
        let found = opening(text, 0, None).filter(|found| found.end == text.len());
        if let Some(range) = found.and_then(|found| found.source) {
            self.source(range, SourcePlace::Tail, SourceForm::Closing);
        }
    }

    /// `This story was originally published by …`, who contributed, and other closing credits in English.
    pub fn english_notice(&mut self, span: Span, place: SourcePlace) {
        self.line.fill(self.text, span);
        if let Some(found) = english_closing::closing(&self.line.text) {
            self.english(found, place);
        }
    }
}

thread_local! {
    /// Short lines that say nothing: most of those that a site sets around its articles, page after page.
    static MUTE: RefCell<DirectMappedCache<()>> = RefCell::default();
}

/// True for a line short enough for a credit line; one with an address may be longer.
fn may_be_credit(raw: &str) -> bool {
    raw.len() <= CREDIT_LINE || (raw.len() <= 2 * CREDIT_LINE && raw.contains("http"))
}

/// Bytes of a line that is signed and nothing else.
const SIGNED_LINE: usize = 60;

/// True for a line of its own such as `冯凯/文`.
fn is_signed(raw: &str) -> bool {
    raw.len() <= SIGNED_LINE && raw.strip_suffix('文').is_some_and(|name| name.ends_with(['/', '／', '|', '｜', '丨']))
}

fn has_digit(line: &str) -> bool {
    line.bytes().any(|byte| byte.is_ascii_digit())
}

/// True for a line without a label that [`Reader::time`], [`Reader::next_to_time`] and [`Reader::unlabelled`] find
/// nothing in: one without figures that neither begins nor ends as lines that name somebody do.
fn is_mute(line: &str) -> bool {
    !has_digit(line)
        && !line.starts_with(NAME_MARKS)
        && english::byline(line).is_none()
        && SIGNED.suffix(line).is_none()
        && !is_report(line)
        && !line.starts_with(is_bracket)
        && !line.starts_with('《')
}

/// True for the reporter of a dateline, which below an article is another's: `墨川晚报5月6日电(记者 冯凯)`.
fn is_of_dateline(line: &str, piece: &Piece) -> bool {
    let before = line[..piece.word.start].strip_suffix('(').unwrap_or_default();
    piece.is_role(line) && before.ends_with(['电', '讯'])
}

/// True for lines that begin as `据墨川日报报道` does.
fn is_report(line: &str) -> bool {
    line.trim_start_matches(is_bracket).starts_with(['据', '综'])
}
