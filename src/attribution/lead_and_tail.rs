//! The article's own first and last words.

use super::labels::{Piece, pieces, refers_to_itself};
use super::lead::{
    Opening, after_note, later_dateline, later_lead, opening, outlet_before_reporter, outlet_in_brackets, quoted_outlet,
};
use super::names::{ends_as_outlet, is_full_name, is_named};
use super::people::{Announced, NAME_MARKS, people};
use super::person::{names_at, sounds_like_a_name};
use super::ranges::is_han;
use super::reader::Reader;
use super::slash_byline::slash_byline;
use super::source_form::SourceForm;
use super::{SourcePlace, english, values};
use crate::lexicon::{CAPTIONS, Label, is_closing_quote, is_sentence_end};
use crate::types::Span;
use memchr::memmem;
use std::ops::Range;

/// Characters of an article's head that are looked at, and of its tail.
const HEAD_CHARS: usize = 200;
/// Characters in which a lead-in is looked for that other words precede.
const DEEP_CHARS: usize = 500;
const TAIL_CHARS: usize = 300;
/// The same of the tail of a page that lost its line breaks, where what follows an article is part of its line.
const FLAT_TAIL_CHARS: usize = 900;
/// What a bracket or a closing line can have of credits, in bytes.
const CREDITS: usize = 240;
/// Most bytes between two labels of one row of credits.
const CHAINED: usize = 90;
/// A source that ends a page has at most so many characters.
const LAST_SOURCE: usize = 20;

/// True for a mark that a sentence ends with.
fn is_end(c: char) -> bool {
    is_sentence_end(c) || is_closing_quote(c)
}

impl Reader<'_> {
    /// Reads the first words of the article. Of its second line (`later`) only a dateline and bylines count, since a
    /// site may set a paragraph of its own before it.
    pub fn opening_line(&mut self, span: Span, later: bool) {
        let raw = span.of(self.text);
        if later && !may_be_dateline(raw) {
            return;
        }
        let length = raw.char_indices().nth(HEAD_CHARS).map_or(raw.len(), |(at, _)| at);
        let is_english = english::is_english(raw);
        self.line.fill(self.text, Span::new(span.start as usize, span.start as usize + length));
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

    /// True for a line that is most of its page.
    fn is_flat(&self, span: Span) -> bool {
        2 * span.len() > self.text.len()
    }

    /// `Editor's note: This column first appeared in Daily Post`, before the text.
    pub fn english_head(&mut self, span: Span, later: bool) {
        if !later && english::may_close(span.of(self.text)) {
            self.line.fill(self.text, span);
            if let Some(found) = english::notice(&self.line.text) {
                self.english(found, SourcePlace::Opening);
            }
        }
    }

    /// Where the text begins behind a headline, a time and labels that are on its line, as when a page lost its line
    /// breaks; the labels are read.
    fn head_end(&mut self) -> usize {
        let labels = self.opening_labels();
        let text = &self.line.text;
        labels.max(after_clock(text)).max(after_note(text))
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

    /// A lead-in deep in the first line, behind a post or a caption that a page without line breaks set before it.
    fn deep_lead(&mut self, span: Span) {
        let raw = span.of(self.text);
        let deep = raw.char_indices().nth(DEEP_CHARS).map_or(raw.len(), |(at, _)| at);
        let says = ["讯 ", "讯（", "訊 ", "讯\u{3000}"]
            .iter()
            .any(|lead| memmem::find(&raw.as_bytes()[..deep], lead.as_bytes()).is_some());
        if self.out.source.is_none() && says {
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

    /// True for a source whose name text may run on from: a clause follows, and nothing says where the name ends.
    fn has_text_in_name(&self, piece: &Piece) -> bool {
        let text = &self.line.text;
        let name = values::source(text, piece.value.clone());
        let clause = text[name.end..].starts_with(',') && text[name.end..].chars().take(12).count() == 12;
        let shown = &text[name];
        piece.label == Label::Source
            && !piece.bare
            && clause
            && !ends_as_outlet(shown)
            && !values::is_blog(shown)
            && !shown.ends_with('》')
    }

    /// Reads the last words of the article: what brackets at its end have, and labels after its last sentence.
    pub fn closing_line(&mut self, span: Span) {
        let raw = span.of(self.text);
        if english::is_english(raw) {
            if english::may_close(raw) {
                self.english_notice(span, SourcePlace::Tail);
            }
            return;
        }
        let length = if self.is_flat(span) { FLAT_TAIL_CHARS } else { TAIL_CHARS };
        let cut = raw.char_indices().rev().nth(length).map_or(0, |(at, _)| at);
        let tail = raw[cut..].trim_end_matches([' ', '\u{3000}']);
        let start = span.start as usize + cut;
        self.line.fill(self.text, Span::new(start, start + tail.len()));
        let ended = self.line.text.ends_with(is_end) && !self.line.text.ends_with(")。");
        let end = if ended { self.line.text.len() } else { self.closing_brackets() };
        self.closing_labels(end);
        self.bracket_before_caption();
        self.paper_page();
    }

    /// Reads up to three brackets at the end of the line, last one first; returns where the first of them begins.
    fn closing_brackets(&mut self) -> usize {
        let mut end = self.line.text.trim_end_matches(['。', ' ']).len();
        for _ in 0..3 {
            let text = &self.line.text[..end];
            let Some(open) = opener(text) else { break };
            let inside = open.end..end - text.chars().next_back().map_or(0, char::len_utf8);
            let before = text[..open.start].trim_end();
            let alone = before.is_empty() || before.ends_with(is_end) || before.ends_with([')', '▲', '■']);
            end = before.len();
            if !self.slash_byline(inside.clone()) {
                self.credits_in(inside, alone, SourcePlace::Tail);
            }
        }
        end
    }

    /// `《墨川日报》(2023年5月6日02版)`: where a text was printed.
    pub fn paper_page(&mut self) {
        let text = self.line.text.trim_end_matches(['。', ' ']);
        let Some(open) = text.rfind('《').filter(|_| text.ends_with("版)") || text.ends_with('版')) else { return };
        let Some(length) = text[open..].find('》') else { return };
        let name = open + 3..open + length;
        let rest = text[open + length + 3..].trim_start_matches([' ', '(']);
        let dated = rest.starts_with(|c: char| c.is_ascii_digit()) && rest.chars().count() <= 24;
        if dated && is_named(&text[name.clone()]) {
            self.source(name, SourcePlace::Tail, SourceForm::Closing);
        }
    }

    /// `……。(冯凯)` with the caption of a picture after it.
    fn bracket_before_caption(&mut self) {
        let text = &self.line.text;
        let from = text.char_indices().rev().nth(120).map_or(0, |(at, _)| at);
        let found = text[from..].match_indices(')').find_map(|(at, _)| {
            let open = opener(&text[..from + at + 1])?;
            let inside = open.end..from + at;
            let shown = &text[inside.clone()];
            let all = people(text, inside.clone(), Announced::Place);
            let named = all.last().is_some_and(|last| last.end == inside.end) && shown.chars().count() <= 16;
            (named && text[..open.start].trim_end().ends_with(['。', '!'])).then_some(all)
        });
        self.people(&found.unwrap_or_default(), Label::Author);
    }

    /// `……。来源:墨川日报 记者 冯凯` at the end of the text: labels that follow a sentence, a bracket or each other.
    fn closing_labels(&mut self, end: usize) {
        let mut found = std::mem::take(&mut self.pieces);
        pieces(&self.line.text[..end], &mut found);
        let mut chained = false;
        for (at, piece) in found.iter().enumerate() {
            let text = &self.line.text[..end];
            let before = text[..piece.word.start].trim_end();
            // A bracket of credits, wherever it is: `(转自墨川日报)`.
            let outside =
                before.strip_suffix(['(', '[', '【', '〔']).filter(|outside| !outside.ends_with(['电', '讯']));
            let enclosed = outside.is_some() && text[piece.value.start..].contains([')', ']', '】', '〕']);
            let apart = !piece.bare && text[..piece.word.start].ends_with(' ') && piece.label != Label::Source;
            let alone = before.is_empty() && self.line.text.len() < CREDITS;
            let follows = chained && !before.ends_with([',', '、']);
            let ends_short = text[piece.value.start..].chars().count() <= LAST_SOURCE && found.len() == at + 1;
            let ends_page = piece.label == Label::Source && !piece.bare && ends_short;
            let near_another = piece.weak
                && (follows
                    || found
                        .get(at + 1)
                        .is_some_and(|next| next.word.start - piece.value.end.min(next.word.start) <= 6));
            // `▍内容来源:`
            let marked = !piece.bare
                && !before.is_empty()
                && !before.ends_with(|c: char| c.is_alphanumeric() || ",、:;“《(".contains(c));
            let itself = refers_to_itself(&text[piece.word.clone()]);
            let titled = piece.label == Label::OriginalTitle && !piece.bare;
            let address = piece.label == Label::OriginalUrl && text[piece.value.clone()].starts_with("http");
            let ends_page = ends_page || piece.weak && ends_short;
            let ended = before.ends_with(is_end) || before.ends_with(')');
            let whole = alone && !piece.weak;
            chained = whole
                || ended
                || near_another
                || marked
                || enclosed
                || follows
                || apart
                || address
                || ends_page
                || itself
                || titled;
            if chained && self.closes(piece, found.get(at + 1), end, follows) && !self.has_text_in_name(piece) {
                self.piece(piece, SourcePlace::Tail);
            } else {
                chained = false;
            }
        }
        self.pieces = found;
        self.reported_at_end(end);
    }

    /// True when what a piece names ends where credits do: at the end, at the next label, or at a mark; for a piece
    /// without a colon, with nothing but names.
    fn closes(&self, piece: &Piece, next: Option<&Piece>, end: usize, follows: bool) -> bool {
        let text = &self.line.text[..end];
        let value = &text[values::before_words(text, piece.value.clone())];
        match piece.label {
            Label::Source => {
                value.chars().take(40).any(|c| matches!(c, ',' | '。' | ')' | ' ' | ';')) || value.chars().count() <= 40
            }
            _ if piece.bare => {
                let names = people(text, piece.value.clone(), Announced::Word);
                let end = piece.value.start + value.len();
                let rest = names.last().map_or(value, |last| text[last.end.min(end)..end].trim());
                let chained = follows || text[..piece.word.start].trim_end().ends_with(is_han);
                let goes_on = rest.is_empty()
                    || (chained && names.iter().all(|name| is_full_name(&text[name.clone()])))
                    || rest.starts_with([')', ' ', '。'])
                    || rest.chars().count() <= 6;
                !names.is_empty() && (goes_on || next.is_some_and(|next| next.word.start == piece.value.end))
            }
            _ => value.len() <= 2 * CREDITS,
        }
    }

    /// `……。据墨川日报报道`, at the end or before a label.
    fn reported_at_end(&mut self, end: usize) {
        let text = &self.line.text[..end];
        let Some(at) = text.rfind('据').filter(|&at| at > 0 && text[..at].trim_end().ends_with(is_end)) else {
            return;
        };
        let Some(found) = opening(text, at, None) else { return };
        let rest = text[found.end..].trim_start();
        let labelled = ["作者", "编辑", "责任编辑", "责编", "记者", "文/", "原文", "(", "["]
            .iter()
            .any(|label| rest.starts_with(label));
        if rest.is_empty() || labelled {
            self.source_if(found.source, SourcePlace::Tail, SourceForm::Closing);
        }
    }

    fn source_if(&mut self, range: Option<Range<usize>>, place: SourcePlace, form: SourceForm) {
        if let Some(range) = range {
            self.source(range, place, form);
        }
    }

    /// Reads the bracket of a byline with a slash; false when it is none.
    pub fn slash_byline(&mut self, inside: Range<usize>) -> bool {
        let Some(found) = slash_byline(&self.line.text, inside) else { return false };
        self.people(&found.authors, Label::Author);
        self.dateline(None, found.place, None);
        self.source_if(found.source, SourcePlace::Opening, SourceForm::Byline);
        true
    }

    /// Bylines with a slash anywhere in a line: captions may follow them.
    pub fn slash_bylines(&mut self, span: Span) {
        let raw = span.of(self.text);
        for at in memmem::find_iter(raw.as_bytes(), "報導") {
            let close = at + "報導".len();
            if !raw[close..].starts_with(['）', ')', '〕', '】', ']']) {
                continue;
            }
            let Some(open) =
                raw[..at].char_indices().rev().take(40).find(|(_, c)| matches!(c, '（' | '(' | '〔' | '【' | '['))
            else {
                continue;
            };
            let start = span.start as usize;
            self.line.fill(self.text, Span::new(start + open.0 + open.1.len_utf8(), start + close));
            if self.slash_byline(0..self.line.text.len()) {
                return;
            }
        }
    }

    /// Credits within a line. `alone` says that even a name without a label is meant as one. A source in a bracket
    /// near an article's beginning is that of a picture or a film.
    fn credits_in(&mut self, inside: Range<usize>, alone: bool, place: SourcePlace) {
        if inside.len() > CREDITS {
            return;
        }
        let mut found = std::mem::take(&mut self.pieces);
        pieces(&self.line.text[inside.clone()], &mut found);
        let shift = |range: &Range<usize>| inside.start + range.start..inside.start + range.end;
        for piece in &mut found {
            piece.word = shift(&piece.word);
            piece.value = shift(&piece.value);
            piece.outlet = piece.outlet.as_ref().map(shift);
        }
        for piece in &found {
            if place == SourcePlace::Tail || piece.label != Label::Source {
                self.piece(piece, place);
            }
        }
        if alone && found.is_empty() {
            self.name_alone(inside, place);
        }
        self.pieces = found;
    }

    /// `(冯凯)`, `(墨川日报)`, `(据墨川日报报道)`, `(冯凯/文)`.
    pub fn name_alone(&mut self, inside: Range<usize>, place: SourcePlace) {
        let name = &self.line.text[inside.clone()];
        let reported = name.strip_prefix('据');
        let outlet = reported.unwrap_or(name);
        let bare = ["报道", "消息"].iter().find_map(|verb| outlet.strip_suffix(verb)).unwrap_or(outlet);
        let is_reported = reported.is_some() && bare.len() < outlet.len();
        let is_credit = is_named(bare) && bare.chars().count() <= 14 && (is_reported || ends_as_outlet(bare));
        if place == SourcePlace::Tail && is_credit {
            let start = inside.start + name.len() - outlet.len();
            if !follows_caption(&self.line.text[..inside.start]) {
                self.source(start..start + bare.len(), place, SourceForm::Closing);
            }
        } else if reported.is_none() {
            let written = name.strip_suffix("/文").or_else(|| name.strip_suffix("文/")).unwrap_or(name);
            let end = inside.start + written.len();
            let announced = if written.len() < name.len() { Announced::Word } else { Announced::Place };
            let names = people(&self.line.text, inside.start..end, announced);
            if names.last().is_some_and(|last| last.end == end) {
                self.people(&names, Label::Author);
            } else if place == SourcePlace::Tail && is_sign_off(written) {
                self.people(&[inside], Label::Author);
            }
        }
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

/// True when the last sentence before a bracket describes a picture: `图为渡口。(远川社)` credits that.
fn follows_caption(before: &str) -> bool {
    let before = before.trim_end_matches(|c: char| c == '(' || is_end(c) || c == ' ');
    let sentence = before.rsplit(is_end).next().unwrap_or_default();
    CAPTIONS.prefix(sentence.trim()).is_some() || sentence.contains("图为") || sentence.contains("资料照")
}

/// A pen name that signs a text in a bracket of its own: `(威猛)`, `(double)`.
fn is_sign_off(name: &str) -> bool {
    let han = name.chars().all(is_han) && (2..=4).contains(&name.chars().count());
    let latin = name.chars().all(|c| c.is_ascii_alphabetic()) && (4..=12).contains(&name.len());
    (han && values::is_pen_name(name) && sounds_like_a_name(name))
        || (latin && !name.chars().all(|c| c.is_ascii_uppercase()))
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

/// The bracket that the one at the end of `text` closes, at most 80 characters before it.
fn opener(text: &str) -> Option<Range<usize>> {
    let close = text.chars().next_back()?;
    let open = match close {
        ')' => '(',
        ']' => '[',
        '】' => '【',
        '〕' => '〔',
        _ => return None,
    };
    let mut depth = 0;
    for (at, c) in text.char_indices().rev().take(80) {
        depth += i32::from(c == close) - i32::from(c == open);
        if depth == 0 {
            return Some(at..at + c.len_utf8());
        }
    }
    None
}
