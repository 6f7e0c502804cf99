//! Credits within a line: in brackets, as bylines with a slash, as names alone.

use super::labels::{Piece, pieces};
use super::names::{ends_as_outlet, is_named};
use super::people::{Announced, people};
use super::person::sounds_like_a_name;
use super::ranges::is_han;
use super::reader::Reader;
use super::slash_byline::slash_byline;
use super::source_form::SourceForm;
use super::{SourcePlace, values};
use crate::lexicon::{CAPTIONS, Label, is_closing_quote, is_sentence_end};
use crate::types::Span;
use memchr::memmem;
use std::ops::Range;

/// What a bracket or a closing line can have of credits, in bytes.
pub(super) const CREDITS: usize = 240;

/// True for a mark that a sentence ends with.
pub(super) fn is_end(c: char) -> bool {
    is_sentence_end(c) || is_closing_quote(c)
}

impl Reader<'_> {
    pub(super) fn source_if(&mut self, range: Option<Range<usize>>, place: SourcePlace, form: SourceForm) {
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
    pub(super) fn credits_in(&mut self, inside: Range<usize>, alone: bool, place: SourcePlace) {
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

    /// True for a source whose name text may run on from: a clause follows, and nothing says where the name ends.
    pub(super) fn has_text_in_name(&self, piece: &Piece) -> bool {
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
