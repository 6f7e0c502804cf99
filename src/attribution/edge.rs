//! Lines above and below the article: credits, notices, times.

use super::beside::beside;
use super::credits::{Piece, is_bracket, pieces};
use super::names::{is_named, is_person};
use super::opening::{Opening, opening};
use super::reader::Reader;
use super::time::parse_time;
use super::values::{Announced, people};
use super::{SourcePlace, english, notice};
use crate::clean::{Label, Line, Region};
use crate::storage::DirectMappedCache;
use crate::types::{Precision, Span};
use std::cell::RefCell;
use xxhash_rust::xxh3::xxh3_64;

/// Lines of more bytes are no credit lines, unless they hold an address.
const CREDIT_LINE: usize = 200;
/// Lines of more bytes are not looked through for a notice.
const NOTICE_LINE: usize = 900;
/// What a line of a reporter's name may end with.
const SIGNED: [&str; 6] = ["/文", "|文", "丨文", "/图文", " 文", "报道"];
/// What reporters' names are marked with when no word announces them.
const MARKS: [char; 10] = ['□', '■', '◎', '●', '○', '▲', '◆', '◇', '▪', '☐'];

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
        let is_short = span.len() <= CREDIT_LINE || (span.len() <= 2 * CREDIT_LINE && raw.contains("http"));
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
        if may_notice && english::is_english(raw) {
            self.english_notice(span, place);
        }
    }

    /// Reads a short line; true when it says nothing, wherever it stands.
    fn credit_line(&mut self, region: Region, place: SourcePlace) -> bool {
        let mut found = std::mem::take(&mut self.pieces);
        pieces(&self.line.text, &mut found);
        self.time(&found, region, place);
        let open = self.open_label.take();
        let says_nothing = found.is_empty() && open.is_none() && is_mute(&self.line.text);
        for piece in &found {
            self.piece(piece, place);
        }
        if place == SourcePlace::Head && self.beside.is_none() && found.iter().all(|piece| piece.label == Label::Time) {
            self.beside_time();
        }
        match (found.last(), open) {
            (Some(last), _) => self.open_label = Some(last.label).filter(|_| last.value.is_empty() && !last.bare),
            (None, Some(label)) => self.value_of_open_label(label, place),
            (None, None) => self.unlabelled(place),
        }
        self.pieces = found;
        says_nothing
    }

    fn beside_time(&mut self) {
        let Some(found) = beside(&self.line.text) else { return };
        self.people(found.author.as_slice(), Label::Author);
        self.beside = found.source.map(|range| self.found(range));
    }

    /// The time that a credit line above the article prints, or one that a label names; among the site's own
    /// lines only one with a clock, for `今天是…` is the reader's day.
    fn time(&mut self, pieces: &[Piece], region: Region, place: SourcePlace) {
        let text = &self.line.text;
        let labelled = pieces.iter().any(|piece| piece.label == Label::Time);
        let is_english_date = text.len() <= 40 && text.is_ascii();
        let above = place == SourcePlace::Head && (region != Region::Body || is_english_date) && !text.contains("http");
        if !(labelled || above) || self.out.published.is_some() || !text.bytes().any(|b| b.is_ascii_digit()) {
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
            self.piece(&Piece { label, word: 0..0, value: 0..text.len(), bare: false }, place);
        }
    }

    /// A line that carries no label: `□ 冯凯`, `据墨川日报报道`, `By Jane Roe`.
    fn unlabelled(&mut self, place: SourcePlace) {
        let text = &self.line.text;
        let marked = text.len() - text.trim_start_matches(MARKS).len();
        if marked > 0 {
            let names = people(text, marked..text.len(), Announced::Place);
            self.people(&names, Label::Author);
        } else if let Some(found) = english::byline(text) {
            self.english(found, place);
        } else if let Some(name) = SIGNED.iter().find_map(|end| text.strip_suffix(end)).filter(|_| !told(text)) {
            let names = people(text, 0..name.len(), Announced::Place);
            self.people(&names, Label::Author);
        } else if place == SourcePlace::Tail {
            self.unlabelled_below();
        }
    }

    /// Below the article, a line may be a lead-in or a bracket and nothing else.
    fn unlabelled_below(&mut self) {
        let text = &self.line.text;
        let inside = text.trim_matches(is_bracket);
        let enclosed = text.starts_with(is_bracket) && text.ends_with(is_bracket) && !inside.contains(is_bracket);
        let start = text.len() - text.trim_start_matches(is_bracket).len();
        let inside = start..start + inside.len();
        if told(text) {
            self.told_alone();
        }
        if enclosed {
            self.name_alone(inside, SourcePlace::Tail);
        }
    }

    /// `据墨川日报报道` with nothing else on the line.
    fn told_alone(&mut self) {
        let text = self.line.text.trim_end_matches([')', ']', '】', '。', ' ']);
        if let Some(Opening { source: Some(range), end, .. }) = opening(text, 0)
            && end == text.len()
        {
            self.source(range, SourcePlace::Tail);
        }
    }

    /// `This story was originally published by …`, as a line of its own or in one.
    pub fn english_notice(&mut self, span: Span, place: SourcePlace) {
        self.line.fill(self.text, span);
        if let Some(found) = english::notice(&self.line.text) {
            self.english(found, place);
        }
    }
}

thread_local! {
    /// Short lines that say nothing: most of those that a site sets around its articles, page after page.
    static MUTE: RefCell<DirectMappedCache<()>> = RefCell::default();
}

/// True for a line without a label that [`Reader::time`], [`Reader::beside_time`] and [`Reader::unlabelled`] find
/// nothing in: one without figures that neither begins nor ends as lines that name somebody do.
fn is_mute(line: &str) -> bool {
    !line.bytes().any(|byte| byte.is_ascii_digit())
        && !line.starts_with(MARKS)
        && english::byline(line).is_none()
        && !SIGNED.iter().any(|end| line.ends_with(end))
        && !told(line)
        && !line.starts_with(is_bracket)
}

/// True for lines that begin as `据墨川日报报道` does.
fn told(line: &str) -> bool {
    line.trim_start_matches(is_bracket).starts_with(['据', '综'])
}
