//! The article's own last words.

use super::inline_credits::{CREDITS, is_end};
use super::labels::{Piece, pieces, refers_to_itself};
use super::lead::opening;
use super::names::{is_full_name, is_named};
use super::people::{Announced, people};
use super::ranges::is_han;
use super::reader::Reader;
use super::source_form::SourceForm;
use super::{SourcePlace, english, english_closing, values};
use crate::lexicon::Label;
use crate::types::Span;
use std::ops::Range;

/// Characters of an article's tail that are looked at.
const TAIL_CHARS: usize = 300;
/// The same of the tail of a page that lost its line breaks, where what follows an article is part of its line.
const FLAT_TAIL_CHARS: usize = 900;
/// A source that ends a page has at most so many characters.
const LAST_SOURCE: usize = 20;

impl Reader<'_> {
    /// True for a line that is most of its page.
    fn is_flat(&self, span: Span) -> bool {
        2 * span.len() > self.text.len()
    }

    /// Reads the last words of the article: what brackets at its end have, and labels after its last sentence.
    pub fn closing_line(&mut self, span: Span) {
        let raw = span.of(self.text);
        if english::is_english(raw) {
            if english_closing::may_close(raw) {
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
