//! The article's own first and last words.

use super::credits::pieces;
use super::names::{ends_as_outlet, is_named};
use super::opening::{Opening, opening, outlet_in_brackets};
use super::reader::Reader;
use super::values::{Announced, people};
use super::{SourcePlace, english};
use crate::clean::Label;
use crate::types::Span;
use memchr::memmem;
use std::ops::Range;

/// Characters of an article's head and tail that are looked at.
const EDGE_CHARS: usize = 90;
/// What a bracket or a closing line can hold of credits, in bytes.
const CREDITS: usize = 200;
/// An English closing line of more bytes is no notice.
const ENGLISH_NOTICE: usize = 400;
/// What ends a sentence.
const ENDS: [char; 9] = ['。', '!', '?', '”', '…', '"', '！', '？', '」'];

impl Reader<'_> {
    /// Reads the first words of the article. Of its second line (`later`) only a dateline counts, since a site may
    /// set a paragraph of its own before it.
    pub fn opening_line(&mut self, span: Span, later: bool) {
        let raw = span.of(self.text);
        let length = raw.char_indices().nth(EDGE_CHARS).map_or(raw.len(), |(at, _)| at);
        self.line.fill(self.text, Span::new(span.start as usize, span.start as usize + length));
        if raw.starts_with(|c: char| c.is_ascii_uppercase() || c == '(')
            && let Some(found) = english::dateline(&self.line.text)
        {
            self.english(found, SourcePlace::Opening);
        }
        let mut after = 0;
        // `墨川网讯 远川社北京5月6日电`: the copy's words, then those of its original.
        while let Some(found) = opening(&self.line.text, after) {
            after = found.end;
            let source = found.source.clone().filter(|_| !later);
            self.lead_in(Opening { source, ..found });
        }
        if later && self.out.dateline.is_none() {
            return;
        }
        if let Some(range) = outlet_in_brackets(&self.line.text).filter(|_| after == 0) {
            self.source(range, SourcePlace::Opening);
        }
        self.opening_reporters(after);
    }

    fn lead_in(&mut self, found: Opening) {
        if let Some(range) = found.source {
            self.source(range, SourcePlace::Opening);
        }
        self.people(found.reporter.as_slice(), Label::Author);
        self.dateline(found.agency, found.place, found.date);
    }

    /// Reporters after a lead-in that ends at `after`: `(记者 冯凯 通讯员 蒋丽)`, `记者冯凯 报道`; names alone only
    /// in a bracket right after one.
    fn opening_reporters(&mut self, after: usize) {
        let text = &self.line.text;
        let rest = text[after..].trim_start_matches([' ', '】', ']', '〕', ',', ':']);
        let start = text.len() - rest.len();
        if let Some(open) = rest.find('(').filter(|&open| open <= 60) {
            let Some(length) = rest[open..].find(')') else { return };
            let inside = start + open + 1..start + open + length;
            self.credits_in(inside, after > 0 && open == 0, SourcePlace::Opening);
        } else {
            let length = rest.find([',', '。', ';', '!', '?', '“', ':']).unwrap_or(rest.len());
            if rest[..length].find("记者").or_else(|| rest[..length].find("通讯员")).is_none_or(|at| at > 48) {
                return;
            }
            self.credits_in(start..start + length, false, SourcePlace::Opening);
        }
    }

    /// Reads the last words of the article: what brackets at its end hold, and labels after its last sentence.
    pub fn closing_line(&mut self, span: Span) {
        let raw = span.of(self.text);
        if span.len() <= ENGLISH_NOTICE && self.out.reprint_notice.is_none() && english::is_english(raw) {
            self.english_notice(span, SourcePlace::Tail);
            return;
        }
        let cut = raw.char_indices().rev().nth(EDGE_CHARS).map_or(0, |(at, _)| at);
        let tail = raw[cut..].trim_end_matches([' ', '\u{3000}']);
        let says = |word: &str| memmem::find(tail.as_bytes(), word.as_bytes()).is_some();
        if tail.ends_with(ENDS) && !tail.ends_with(")。") && !tail.ends_with("）。") && !says("来源") && !says("來源")
        {
            return;
        }
        let start = span.start as usize + cut;
        self.line.fill(self.text, Span::new(start, start + tail.len()));
        let end = self.closing_brackets();
        self.closing_labels(end);
    }

    /// Reads up to three brackets at the end of the line, last one first; returns where the first of them begins.
    fn closing_brackets(&mut self) -> usize {
        let mut end = self.line.text.trim_end_matches(['。', ' ']).len();
        for _ in 0..3 {
            let text = &self.line.text[..end];
            let Some(open) = opener(text) else { break };
            let inside = open.end..end - text.chars().next_back().map_or(0, char::len_utf8);
            let before = text[..open.start].trim_end();
            let alone = before.is_empty() || before.ends_with(ENDS) || before.ends_with([')', '▲', '■']);
            end = before.len();
            self.credits_in(inside, alone, SourcePlace::Tail);
        }
        end
    }

    /// `……。来源:墨川日报 记者 冯凯` at the end of the last paragraph. Words without a colon count only after the
    /// last sentence; a source with one counts when another sentence follows, too.
    fn closing_labels(&mut self, end: usize) {
        let last = after_sentence(&self.line.text[..end]);
        if last > 0 && last < end {
            self.credits_in(last..end, false, SourcePlace::Tail);
        }
        let text = &self.line.text[..last];
        let Some(at) = text.rfind("来源") else { return };
        let start = after_sentence(&text[..at]);
        let mut found = std::mem::take(&mut self.pieces);
        pieces(text, &mut found);
        let source =
            found.iter().find(|piece| piece.label == Label::Source && !piece.bare && piece.word.start >= start);
        if let Some(piece) = source.filter(|_| start > 0) {
            self.source_piece(piece, SourcePlace::Tail);
        }
        self.pieces = found;
    }

    /// Credits within a line. `alone` says that even a name without a label is meant as one. A source in a bracket
    /// near an article's beginning is that of a picture or a film.
    fn credits_in(&mut self, inside: Range<usize>, alone: bool, place: SourcePlace) {
        if inside.len() > CREDITS {
            return;
        }
        let mut found = std::mem::take(&mut self.pieces);
        pieces(&self.line.text[inside.clone()], &mut found);
        for piece in &mut found {
            piece.word = inside.start + piece.word.start..inside.start + piece.word.end;
            piece.value = inside.start + piece.value.start..inside.start + piece.value.end;
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

    /// `(冯凯)`, `(墨川日报)`, `(据墨川日报报道)`.
    pub fn name_alone(&mut self, inside: Range<usize>, place: SourcePlace) {
        let name = &self.line.text[inside.clone()];
        let told = name.strip_prefix('据');
        let outlet = told.unwrap_or(name);
        let bare = ["报道", "消息"].iter().find_map(|verb| outlet.strip_suffix(verb)).unwrap_or(outlet);
        let is_told = told.is_some() && bare.len() < outlet.len();
        let is_credit = is_named(bare) && bare.chars().count() <= 14 && (is_told || ends_as_outlet(bare));
        if place == SourcePlace::Tail && is_credit {
            let start = inside.start + name.len() - outlet.len();
            self.source(start..start + bare.len(), place);
        } else if told.is_none() {
            let names = people(&self.line.text, inside.clone(), Announced::Place);
            if names.last().is_some_and(|last| last.end == inside.end) {
                self.people(&names, Label::Author);
            }
        }
    }
}

/// Where the words after the last full sentence of `text` begin; 0 when there is no full sentence.
fn after_sentence(text: &str) -> usize {
    let stop = text.rfind(['。', '!', '?', '”', '…']);
    stop.map_or(0, |stop| stop + text[stop..].chars().next().map_or(0, char::len_utf8))
}

/// The bracket that the one at the end of `text` closes, at most 60 characters before it.
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
    for (at, c) in text.char_indices().rev().take(60) {
        depth += i32::from(c == close) - i32::from(c == open);
        if depth == 0 {
            return Some(at..at + c.len_utf8());
        }
    }
    None
}
