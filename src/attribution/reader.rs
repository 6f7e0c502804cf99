//! What has been read of a page, and how a labelled piece of a line becomes a value of it.

use super::credits::Piece;
use super::english::English;
use super::names::{is_full_name, is_named, is_outlet, is_vague};
use super::values::{self, Announced, people};
use super::{Attribution, Dateline, Found, SourcePlace};
use crate::clean::{Label, Readable};
use std::ops::Range;

/// What has been read so far, and the memory that every line uses again.
pub(super) struct Reader<'t> {
    /// The page's text.
    pub text: &'t str,
    /// The zone of its clocks.
    pub zone: i32,
    /// The line at hand; all ranges below are of its readable form.
    pub line: Readable,
    /// The labelled pieces of the line at hand.
    pub pieces: Vec<Piece>,
    /// The label that ended the line before without its value.
    pub open_label: Option<Label>,
    /// A name beside the time, which counts when no source is stated.
    pub beside: Option<Found>,
    /// What the page states.
    pub out: Attribution,
}

impl<'t> Reader<'t> {
    pub fn new(text: &'t str, zone: i32) -> Self {
        Reader {
            text,
            zone,
            line: Readable::default(),
            pieces: Vec::new(),
            open_label: None,
            beside: None,
            out: Attribution::default(),
        }
    }

    /// What the page states, all in all.
    pub fn finish(self) -> Attribution {
        let mut out = self.out;
        out.source = out.source.or_else(|| self.beside.map(|found| (found, SourcePlace::Head)));
        out
    }

    /// Takes what one labelled piece states.
    pub fn piece(&mut self, piece: &Piece, place: SourcePlace) {
        let text = &self.line.text;
        match piece.label {
            Label::Source if !line_holds_address(text, piece) => self.source_piece(piece, place),
            Label::Author | Label::Correspondent | Label::Editor => self.people_piece(piece),
            Label::OriginalUrl | Label::Source => {
                let found = values::address(text, piece.value.clone()).map(|range| self.found(range));
                self.out.original_url = self.out.original_url.take().or(found);
            }
            Label::OriginalTitle => {
                let found = values::headline(text, piece).map(|range| self.found(range));
                self.out.original_title = self.out.original_title.take().or(found);
            }
            Label::Time | Label::Photo => {}
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
        } else if is_outlet(name) && (!piece.bare || is_named(name) || name.contains(' ')) {
            self.source(range, place);
        } else if is_vague(name) && !name.is_empty() && self.out.reprint_notice.is_none() {
            self.out.reprint_notice = Some(self.found(piece.word.start..range.end));
        }
    }

    fn people_piece(&mut self, piece: &Piece) {
        let text = &self.line.text;
        let word = &text[piece.word.clone()];
        // 记者 announces people and nothing else, whatever follows it.
        let reporter = ["记者", "通讯员", "实习生"].iter().any(|role| word.ends_with(role));
        let announced = match (piece.bare, text[piece.word.end..].starts_with([' ', '\t'])) {
            (false, _) if !reporter => Announced::Label,
            (true, false) => Announced::Place,
            _ => Announced::Word,
        };
        let names = people(text, piece.value.clone(), announced);
        self.people(&names, piece.label);
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
        if let Some(range) = found.source {
            self.source(range, place);
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

    /// Keeps the source that stands best: above the article, then below it, then in its first words.
    pub fn source(&mut self, range: Range<usize>, place: SourcePlace) {
        let better = self.out.source.as_ref().is_none_or(|(_, held)| rank(place) < rank(*held));
        if better {
            self.out.source = Some((self.found(range), place));
        }
    }

    /// The words in `range` as the page writes them; the blank inside a name of two Han characters left out.
    pub fn found(&self, range: Range<usize>) -> Found {
        let mut value = self.line.written(self.text, range.start, range.end);
        if !value.is_ascii() && value.chars().count() == 3 {
            value.retain(|c| c != ' ' && c != '\u{3000}');
        }
        Found { value, at: self.line.raw(self.text, range.start, range.end) }
    }
}

/// `来源:https://…` states an address, not a name.
fn line_holds_address(line: &str, piece: &Piece) -> bool {
    line[piece.value.clone()].starts_with("http")
}

fn rank(place: SourcePlace) -> u8 {
    match place {
        SourcePlace::Head => 0,
        SourcePlace::Tail => 1,
        SourcePlace::Opening => 2,
    }
}

fn push_new(list: &mut Vec<Found>, found: Found) {
    if !list.iter().any(|held| held.value == found.value) {
        list.push(found);
    }
}
