//! The article's own first words.

use super::inline_credits::is_end;
use super::labels::pieces;
use super::lead::{
    Opening, after_note, later_dateline, later_lead, opening, outlet_before_reporter, outlet_in_brackets, quoted_outlet,
};
use super::names::{ends_as_outlet, is_full_name};
use super::people::NAME_MARKS;
use super::person::names_at;
use super::reader::Reader;
use super::source_form::SourceForm;
use super::time::parse_time;
use super::{SourcePlace, english, english_closing, values};
use crate::lexicon::Label;
use crate::types::{Precision, Span};
use memchr::memmem;
use std::ops::Range;

/// Characters of an article's head that are looked at.
const HEAD_CHARS: usize = 200;
/// Characters in which a lead-in is looked for that other words precede.
const DEEP_CHARS: usize = 500;
/// Most bytes between two labels of one row of credits.
const CHAINED: usize = 90;

impl Reader<'_> {
    /// Reads the first words of the article. Of its second line (`later`) only a dateline and bylines count, since a
    /// site may set a paragraph of its own before it.
    pub fn opening_line(&mut self, span: Span, later: bool) {
        let raw = span.of(self.text);
        if later {
            if self.signed_line(span) {
                return;
            }
            if !may_be_dateline(raw) {
                self.deep_lead(span);
                return;
            }
        }
        let is_english = english::is_english(raw);
        self.fill_head(span);
        if raw.starts_with(|c: char| c.is_ascii_uppercase() || c == '(')
            && let Some(found) = english::dateline(&self.line.text)
        {
            self.english(found, SourcePlace::Opening);
        }
        if is_english {
            self.english_head(span, later);
            return;
        }
        let start = if later { 0 } else { self.head_end() };
        let leads = self.lead_ins(start, later);
        if leads.is_empty() {
            if later {
                self.later_outlet();
                return;
            }
            self.outlet_at_head();
        }
        for after in leads.iter().copied().take(2).chain(leads.is_empty().then_some(start)) {
            self.opening_reporters(after);
        }
        if !later {
            self.marked_name();
            self.deep_lead(span);
        }
    }

    /// `Editor's note: This column first appeared in Daily Post`, before the text.
    pub fn english_head(&mut self, span: Span, later: bool) {
        if !later && english_closing::may_close(span.of(self.text)) {
            self.line.fill(self.text, span);
            if let Some(found) = english_closing::notice(&self.line.text) {
                self.english(found, SourcePlace::Opening);
            }
        }
    }

    /// Takes the first characters of a line as the line to read.
    fn fill_head(&mut self, span: Span) {
        let raw = span.of(self.text);
        let length = raw.char_indices().nth(HEAD_CHARS).map_or(raw.len(), |(at, _)| at);
        self.line.fill(self.text, Span::new(span.start as usize, span.start as usize + length));
    }

    /// Where the text begins behind a headline, a time and labels that are on its line, as when a page lost its line
    /// breaks; the labels are read.
    fn head_end(&mut self) -> usize {
        let labels = self.opening_labels();
        let text = &self.line.text;
        labels.max(after_clock(text)).max(after_note(text))
    }

    /// Reads the time between a headline and the text where a page lost its line breaks.
    pub fn time_in_opening(&mut self, span: Span) {
        if self.out.published.is_some() {
            return;
        }
        self.fill_head(span);
        let head = &self.line.text[..after_clock(&self.line.text)];
        self.out.published = parse_time(head, self.zone).filter(|time| time.precision != Precision::Day);
    }

    /// `◎ 冯凯今天的渡口……`: a mark and a name before the text, on its line.
    fn marked_name(&mut self) {
        let text = &self.line.text;
        let rest = text.trim_start_matches(NAME_MARKS);
        let marked = rest.len() < text.len();
        let start = text.len() - rest.trim_start().len();
        if marked && self.out.authors.is_empty() && !rest.is_empty() {
            let name = names_at(&text[start..], false).into_iter().next();
            let name = name.map(|name| start + name.start..start + name.end);
            let name = name.filter(|name| is_full_name(&text[name.clone()]));
            self.people(name.as_slice(), Label::Author);
        }
    }

    /// Reads one lead-in after the other: `墨川网讯 远川社北京5月6日电`, the copy's words, then those of its original.
    /// Returns where each ends.
    fn lead_ins(&mut self, start: usize, later: bool) -> Vec<usize> {
        let mut ends = Vec::new();
        let mut after = start;
        let mut last: Option<Opening> = None;
        while let Some(found) = opening(&self.line.text, after, last.as_ref()) {
            after = found.end;
            ends.push(after);
            let quoted = last.as_ref().is_some_and(|last| last.agency.is_some());
            let range = found.source.clone().filter(|name| !later || self.is_own_lead(name, found.end));
            if let Some(range) = range {
                self.source(range, SourcePlace::Opening, if quoted { SourceForm::Quoted } else { SourceForm::Lead });
            }
            self.people(found.reporter.as_slice(), Label::Author);
            self.dateline(found.agency.clone(), found.place.clone(), found.date.clone());
            last = Some(found);
        }
        ends
    }

    /// `【墨川网】`, `墨川晚报(记者冯凯)`, and lead-ins that captions or a headline precede on the same line.
    fn outlet_at_head(&mut self) {
        let text = &self.line.text;
        if let Some(range) = outlet_in_brackets(text) {
            self.source(range, SourcePlace::Opening, SourceForm::Lead);
        } else if let Some(range) = outlet_before_reporter(text) {
            self.source(range, SourcePlace::Opening, SourceForm::Byline);
        } else if let Some(range) = quoted_outlet(text) {
            self.source(range, SourcePlace::Opening, SourceForm::Lead);
        } else if let Some(range) = later_lead(text) {
            self.source(range, SourcePlace::Opening, SourceForm::Lead);
        } else if let Some((agency, end)) = later_dateline(text) {
            self.dateline(Some(agency), None, None);
            self.opening_reporters(end);
        }
    }

    /// A lead-in deep in a line, behind a post or a caption that a page without line breaks set before it.
    fn deep_lead(&mut self, span: Span) {
        if self.out.source.is_some() {
            return;
        }
        let raw = span.of(self.text);
        let deep = raw.char_indices().nth(DEEP_CHARS).map_or(raw.len(), |(at, _)| at);
        let says = ["讯 ", "讯（", "訊 ", "讯\u{3000}"]
            .iter()
            .any(|lead| memmem::find(&raw.as_bytes()[..deep], lead.as_bytes()).is_some());
        if says {
            self.line.fill(self.text, Span::new(span.start as usize, span.start as usize + deep));
            let found = later_lead(&self.line.text);
            self.source_if(found, SourcePlace::Opening, SourceForm::Lead);
        }
    }

    /// `墨川网讯` at the head of a later line, when nothing before it names a source: what the line reports of others is
    /// the article's own sourcing.
    fn is_own_lead(&self, name: &Range<usize>, end: usize) -> bool {
        let text = &self.line.text;
        self.out.source.is_none()
            && text[..end].ends_with('讯')
            && name.start == 0
            && ends_as_outlet(&text[name.clone()])
    }

    /// A lead-in that other words precede, on one of the next lines, when nothing else names a source.
    fn later_outlet(&mut self) {
        let found = if self.out.source.is_none() { later_lead(&self.line.text) } else { None };
        self.source_if(found, SourcePlace::Opening, SourceForm::Lead);
    }

    /// Reporters after a lead-in that ends at `after`: `(记者 冯凯 通讯员 蒋丽)`, `记者冯凯 报道`; names alone only
    /// in a bracket right after one.
    fn opening_reporters(&mut self, after: usize) {
        let text = &self.line.text;
        let rest = text[after..].trim_start_matches([' ', '】', ']', '〕', ',', ':']);
        let start = text.len() - rest.len();
        let brackets: Vec<(usize, Range<usize>)> = brackets(rest)
            .take_while(|(open, _)| *open <= 240)
            .map(|(open, inside)| (open, start + inside.start..start + inside.end))
            .collect();
        for (open, inside) in brackets {
            if self.slash_byline(inside.clone()) {
                return;
            }
            if open <= 120 {
                self.credits_in(inside, after > 0 && open == 0, SourcePlace::Opening);
            }
        }
        let text = &self.line.text;
        let rest = &text[start..];
        let length = rest.find([',', '。', ';', '!', '?', '“', ':', '(']).unwrap_or(rest.len());
        if rest[..length].find("记者").or_else(|| rest[..length].find("通讯员")).is_none_or(|at| at > 48) {
            return;
        }
        self.credits_in(start..start + length, false, SourcePlace::Opening);
    }

    /// Labels at the head of a page that lost its line breaks: `原标题:……来源:墨川日报作者:冯凯`, each right after the
    /// one before it, the first at the beginning, after a sentence or after a time.
    fn opening_labels(&mut self) -> usize {
        let mut found = std::mem::take(&mut self.pieces);
        pieces(&self.line.text, &mut found);
        let mut chained = false;
        let mut end = 0;
        for piece in &found {
            let text = &self.line.text;
            let before = text[..piece.word.start].trim_end();
            let apart = !piece.bare && text[..piece.word.start].ends_with(' ');
            let lead = piece.is_role(text) && before.ends_with('讯');
            let script = !piece.bare && before.ends_with(|c: char| c.is_ascii_alphabetic());
            let first =
                before.is_empty() || before.ends_with(is_end) || ends_as_time(before) || apart || script || lead;
            let enclosed =
                before.ends_with('(') && (before.len() == 1 || before[..before.len() - 1].trim_end().ends_with(is_end));
            let near = piece.word.start <= 30 && !piece.bare;
            chained = (first && !piece.weak) || near || enclosed || (chained && !before.ends_with([',', '、']));
            let from = before.is_empty() && matches!(piece.label, Label::Source | Label::Author);
            let signed = piece.outlet.is_some() && text[piece.word.end..].starts_with(' ');
            chained |= signed;
            let labelled = !piece.bare || from || piece.label == Label::OriginalTitle || piece.is_role(text);
            if chained && labelled && piece.label != Label::OriginalUrl {
                if !self.has_text_in_name(piece) {
                    self.piece(piece, SourcePlace::Opening);
                }
                if piece.label == Label::Source {
                    end = values::source(&self.line.text, piece.value.clone()).end;
                }
            }
            chained &= piece.value.len() <= CHAINED || piece.label == Label::OriginalTitle;
        }
        self.pieces = found;
        end
    }
}

/// The brackets of a text: where each opens, and the range inside it.
fn brackets(text: &str) -> impl Iterator<Item = (usize, Range<usize>)> {
    let pairs = [('(', ')'), ('〔', '〕'), ('[', ']'), ('【', '】')];
    text.char_indices().filter_map(move |(at, c)| {
        let (open, close) = pairs.iter().find(|(open, _)| *open == c)?;
        let from = at + open.len_utf8();
        Some((at, from..from + text[from..].find(*close)?))
    })
}

/// Bytes of a line in which a dateline ends.
const DATELINE: usize = 90;

/// True for a line whose first words may be those of a wire story.
fn may_be_dateline(raw: &str) -> bool {
    let head = &raw.as_bytes()[..raw.len().min(DATELINE)];
    ["电", "電", "讯", "訊", "消息"].iter().any(|verb| memmem::find(head, verb.as_bytes()).is_some())
}

/// Where a clock that text follows ends, at the head of a line: `渡口停了2023-05-06 07:08今天……`. 0 without one.
fn after_clock(text: &str) -> usize {
    let figures = |text: &str| text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let clock = text.match_indices(':').find_map(|(at, _)| {
        let day = text[..at].trim_end_matches(|c: char| c.is_ascii_digit()).trim_end();
        let minutes = figures(&text[at + 1..]);
        let dated = day.ends_with('日') || day.ends_with(|c: char| c.is_ascii_digit());
        (dated && minutes == 2 && text[..at].len() > day.len()).then_some(at + 1 + minutes)
    });
    let Some(end) = clock else { return 0 };
    let seconds = text[end..].strip_prefix(':').map_or(0, |rest| 1 + figures(rest).min(2));
    end + seconds
}

/// True for words that end with a clock or a day.
fn ends_as_time(text: &str) -> bool {
    text.ends_with(|c: char| c.is_ascii_digit() || matches!(c, '日' | '时' | '分'))
        && text.chars().rev().take(18).filter(char::is_ascii_digit).count() >= 3
}
