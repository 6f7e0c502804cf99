//! What has been read of a page, and how a labelled piece of a line becomes a value of it.

use super::english::English;
use super::labels::Piece;
use super::names::{is_full_name, is_named, is_outlet, is_vague};
use super::people::{Announced, people};
use super::ranges::is_han;
use super::source_form::SourceForm;
use super::{Attribution, Dateline, Found, SourcePlace, values};
use crate::clean::{Label, Readable};
use crate::types::Span;
use memchr::memmem;
use std::ops::Range;

/// What has been read so far, and the memory that every line uses again.
pub(super) struct Reader<'t> {
    /// The page's text.
    pub text: &'t str,
    /// The zone of its clocks.
    pub zone: i32,
    /// The title of the record, in readable form.
    pub title: String,
    /// The line at hand; all ranges below are of its readable form.
    pub line: Readable,
    /// The labelled pieces of the line at hand.
    pub pieces: Vec<Piece>,
    /// The label that ended the line before without its value.
    pub open_label: Option<Label>,
    /// Names on a line of their own, in English, which may be the writers'.
    pub english_names: Vec<Found>,
    /// How the source was stated.
    source_form: SourceForm,
    /// What the page states.
    pub out: Attribution,
}

impl<'t> Reader<'t> {
    pub fn new(text: &'t str, title: Option<&str>, zone: i32) -> Self {
        Reader {
            text,
            zone,
            title: title.map(|title| Readable::new(title, Span::new(0, title.len())).text).unwrap_or_default(),
            line: Readable::default(),
            pieces: Vec::new(),
            open_label: None,
            english_names: Vec::new(),
            source_form: SourceForm::Rights,
            out: Attribution::default(),
        }
    }

    /// Takes what one labelled piece states.
    pub fn piece(&mut self, piece: &Piece, place: SourcePlace) {
        let text = &self.line.text;
        match piece.label {
            Label::Source if !line_holds_address(text, piece) => self.source_piece(piece, place),
            Label::Author | Label::Correspondent | Label::Editor => self.people_piece(piece, place),
            Label::OriginalUrl | Label::Source => {
                let found = values::address(text, piece.value.clone()).map(|range| self.found(range));
                self.out.original_url = self.out.original_url.take().or(found);
            }
            Label::OriginalTitle => {
                let found = values::headline(text, piece, &self.title).map(|range| self.found(range));
                self.out.original_title = self.out.original_title.take().or(found);
            }
            Label::Time | Label::Photo | Label::Staff => {}
        }
    }

    /// A source, if the value can name one; a notice, if it says 网络 or the like. `供稿:X` says who sent the text
    /// in: an author when X is a person, else nobody we ask for.
    pub fn source_piece(&mut self, piece: &Piece, place: SourcePlace) {
        let text = &self.line.text;
        let range = values::source(text, piece.value.clone());
        let name = &text[range.clone()];
        if text[piece.word.clone()].starts_with("供稿") {
            if is_full_name(name) {
                let found = self.found(range);
                push_new(&mut self.out.authors, found);
            }
        } else if is_outlet(name)
            && (!piece.bare
                || text[piece.value.clone()].starts_with('《')
                || is_named(name)
                || name.contains(' ')
                || values::is_blog(name))
        {
            self.source(range, place, if place == SourcePlace::Tail { SourceForm::Closing } else { SourceForm::Label });
        } else if is_vague(name) && !name.is_empty() && self.out.reprint_notice.is_none() {
            self.out.reprint_notice = Some(self.found(piece.word.start..range.end));
        }
    }

    fn people_piece(&mut self, piece: &Piece, place: SourcePlace) {
        let text = &self.line.text;
        // 记者 announces people and nothing else, whatever follows it.
        let announced = match (piece.bare, text[piece.word.end..].starts_with([' ', '\t'])) {
            (false, _) if !piece.is_role(text) => Announced::Label,
            (true, false) if !piece.is_role(text) => Announced::Place,
            _ => Announced::Word,
        };
        let names = people(text, piece.value.clone(), announced);
        self.people(&names, piece.label);
        if let Some(outlet) = piece.outlet.clone().filter(|_| !names.is_empty()) {
            self.source(outlet, place, SourceForm::Byline);
        }
    }

    /// `冯凯:渡口的早晨`: the title of a text by somebody whom it does not speak of. Counts when no other is named.
    pub fn author_in_title(&mut self) {
        let Some((name, _)) = self.title.split_once(':').filter(|(name, _)| is_full_name(name)) else { return };
        if !self.out.authors.is_empty() || !self.out.correspondents.is_empty() {
            return;
        }
        let mut places = memmem::find_iter(self.text.as_bytes(), name.as_bytes());
        let first = places.next();
        let is_title = |at: usize| self.text[at + name.len()..].starts_with(['：', ':']);
        if let Some(at) = first.filter(|&at| is_title(at) && places.all(is_title)) {
            let value = name.to_owned();
            self.out.authors.push(Found { at: Span::new(at, at + value.len()), value });
        }
    }

    /// Takes names to the list that their label says.
    pub fn people(&mut self, names: &[Range<usize>], label: Label) {
        for range in names {
            let found = self.found(range.clone());
            let list = match label {
                Label::Correspondent => &mut self.out.correspondents,
                Label::Editor => &mut self.out.editors,
                _ => &mut self.out.authors,
            };
            push_new(list, found);
        }
    }

    /// Takes what an English form states.
    pub fn english(&mut self, found: English, place: SourcePlace) {
        self.people(&found.authors, Label::Author);
        self.people(&found.editors, Label::Editor);
        if let Some(range) = found.source {
            self.source(range, place, found.form);
        }
        if let Some(range) = found.notice.filter(|_| self.out.reprint_notice.is_none()) {
            self.out.reprint_notice = Some(self.found(range));
        }
        self.dateline(found.agency, found.place, found.date);
    }

    /// Keeps the first dateline that says anything.
    pub fn dateline(&mut self, agency: Option<Range<usize>>, place: Option<Range<usize>>, date: Option<Range<usize>>) {
        let says_something = agency.is_some() || place.is_some() || date.is_some();
        if says_something && self.out.dateline.is_none() {
            let [agency, place, date] = [agency, place, date].map(|range| range.map(|range| self.found(range)));
            self.out.dateline = Some(Dateline { agency, place, date });
        }
    }

    /// Keeps the source that is stated most surely; of two alike the first.
    pub fn source(&mut self, range: Range<usize>, place: SourcePlace, form: SourceForm) {
        let title = self.line.text[range.clone()].strip_prefix('《').and_then(|rest| rest.strip_suffix('》'));
        let range = title.map_or(range.clone(), |title| range.start + 3..range.start + 3 + title.len());
        if self.out.source.is_none() || form < self.source_form {
            self.out.source = Some((self.found(range), place));
            self.source_form = form;
        }
    }

    /// The words in `range` as the page writes them; the blank inside a name of two Han characters left out.
    pub fn found(&self, range: Range<usize>) -> Found {
        let mut value = self.line.written(self.text, range.start, range.end);
        let letters = value.chars().filter(|c| !c.is_whitespace()).count();
        let spread = value.chars().all(|c| c.is_whitespace() || is_han(c)) && letters <= 3;
        if spread {
            value.retain(|c| !c.is_whitespace());
        }
        Found { value, at: self.line.raw(self.text, range.start, range.end) }
    }
}

/// `来源:https://…` states an address, not a name.
fn line_holds_address(line: &str, piece: &Piece) -> bool {
    line[piece.value.clone()].starts_with("http")
}

fn push_new(list: &mut Vec<Found>, found: Found) {
    if !list.iter().any(|held| held.value == found.value) {
        list.push(found);
    }
}
