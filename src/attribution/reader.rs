//! Reads the lines at a page's edges into an [`Attribution`].

use super::credits::{Piece, is_bracket, pieces};
use super::english::{self, English};
use super::names::{ends_as_outlet, is_full_name, is_named, is_outlet, is_person, is_vague};
use super::opening::{Opening, opening, outlet_in_brackets};
use super::values::{self, Announced, people};
use super::{Attribution, Dateline, Found, SourcePlace, notice};
use crate::attribution::time::parse_time;
use crate::clean::{Label, Readable};
use crate::types::Span;
use std::ops::Range;

/// Lines of more bytes are no credit lines.
const CREDIT_LINE: usize = 200;
/// Lines of more bytes are not looked through for a notice.
const NOTICE_LINE: usize = 900;
/// Characters of an article's head and tail that are looked at.
const EDGE_CHARS: usize = 90;

/// What has been read so far, and the memory that every line uses again.
pub(super) struct Reader<'t> {
    text: &'t str,
    zone: i32,
    line: Readable,
    pieces: Vec<Piece>,
    names: Vec<Range<usize>>,
    /// The line before was a label without its value.
    open_label: Option<(Label, SourcePlace)>,
    out: Attribution,
}

impl<'t> Reader<'t> {
    pub(super) fn new(text: &'t str, zone: i32) -> Self {
        Reader {
            text,
            zone,
            line: Readable::default(),
            pieces: Vec::new(),
            names: Vec::new(),
            open_label: None,
            out: Attribution::default(),
        }
    }

    pub(super) fn finish(self) -> Attribution {
        self.out
    }

    /// A whole line above or below the article.
    pub(super) fn edge_line(&mut self, span: Span, place: SourcePlace) {
        let raw = span.of(self.text);
        let has_notice = span.len() <= NOTICE_LINE && self.out.reprint_notice.is_none() && notice::may_hold(raw);
        let is_short = span.len() <= CREDIT_LINE || (span.len() <= 2 * CREDIT_LINE && raw.contains("http"));
        if !is_short && !has_notice {
            self.open_label = None;
            if raw.is_ascii() {
                self.english_notice(span, place);
            }
            return;
        }
        self.line.fill(self.text, span);
        if is_short {
            self.credit_line(place);
        }
        if has_notice && let Some(range) = notice::notice(&self.line.text) {
            self.out.reprint_notice = Some(self.found(range));
        }
    }

    fn credit_line(&mut self, place: SourcePlace) {
        let line = std::mem::take(&mut self.line);
        let mut pieces_found = std::mem::take(&mut self.pieces);
        pieces(&line.text, &mut pieces_found);
        self.line = line;
        if self.out.published.is_none() {
            self.time(&pieces_found, place);
        }
        let open = self.open_label.take();
        for piece in &pieces_found {
            self.piece(piece, place);
        }
        if let Some(last) = pieces_found.last() {
            if last.value.is_empty() && !last.bare {
                self.open_label = Some((last.label, place));
            }
        } else if let Some((label, place)) = open {
            self.value_of_open_label(label, place);
        } else {
            self.unlabelled(place);
        }
        self.pieces = pieces_found;
    }

    /// The time that a line above the article prints, or one that a label below it names.
    fn time(&mut self, pieces: &[Piece], place: SourcePlace) {
        let labelled = pieces.iter().any(|piece| piece.label == Label::Time);
        let bytes = self.line.text.as_bytes();
        let has_year = memchr::memmem::find(bytes, b"20").is_some() || memchr::memmem::find(bytes, b"19").is_some();
        if has_year && (place == SourcePlace::Head || labelled) {
            self.out.published = parse_time(&self.line.text, self.zone);
        }
    }

    /// What one labelled piece states.
    fn piece(&mut self, piece: &Piece, place: SourcePlace) {
        let text = &self.line.text;
        match piece.label {
            Label::Source => self.source_piece(piece, place),
            Label::Author | Label::Correspondent | Label::Editor => self.people_piece(piece),
            Label::OriginalUrl => {
                if let Some(range) = values::address(text, piece.value.clone()) {
                    let found = self.found(range);
                    self.out.original_url.get_or_insert(found);
                }
            }
            Label::OriginalTitle => {
                if let Some(range) = values::headline(text, piece) {
                    let found = self.found(range);
                    self.out.original_title.get_or_insert(found);
                }
            }
            Label::Time | Label::Photo => {}
        }
    }

    fn source_piece(&mut self, piece: &Piece, place: SourcePlace) {
        let text = &self.line.text;
        let range = values::source(text, piece.value.clone());
        let name = &text[range.clone()];
        let word = &text[piece.word.clone()];
        if word == "供稿" && is_full_name(name) {
            let found = self.found(range);
            push_new(&mut self.out.authors, found);
        } else if is_outlet(name) && (!piece.bare || is_named(name) || name.contains(' ')) {
            self.source(range, place);
        } else if is_vague(name) && !name.is_empty() {
            let found = self.found(piece.word.start..range.end);
            self.out.reprint_notice.get_or_insert(found);
        }
    }

    fn people_piece(&mut self, piece: &Piece) {
        let text = &self.line.text;
        let spaced = text[piece.word.end..].starts_with([' ', '\t']);
        let announced = match (piece.bare, spaced) {
            (false, _) => Announced::Label,
            (true, true) => Announced::Word,
            (true, false) => Announced::Place,
        };
        // 记者 announces people and nothing else, whatever follows it.
        let word = &text[piece.word.clone()];
        let reporter = word.ends_with("记者") || word.ends_with("通讯员");
        let announced = if reporter && announced == Announced::Label { Announced::Word } else { announced };
        let mut names = std::mem::take(&mut self.names);
        people(text, piece.value.clone(), announced, &mut names);
        let founds: Vec<Found> = names.drain(..).map(|range| self.found(range)).collect();
        let list = match piece.label {
            Label::Correspondent => &mut self.out.correspondents,
            Label::Editor => &mut self.out.editors,
            _ => &mut self.out.authors,
        };
        for found in founds {
            push_new(list, found);
        }
        self.names = names;
    }

    /// `来源:` on one line, its value on the next.
    fn value_of_open_label(&mut self, label: Label, place: SourcePlace) {
        let text = &self.line.text;
        if text.chars().count() > 24 && label != Label::OriginalUrl {
            return;
        }
        let piece = Piece { label, word: 0..0, value: 0..text.len(), bare: false };
        match label {
            Label::Source if !is_named(text) => {}
            Label::Author | Label::Correspondent | Label::Editor if !text.split(' ').all(is_person) => {}
            _ => self.piece(&piece, place),
        }
    }

    /// A short line that carries no label: `□ 冯凯`, `据墨川日报报道`, `By Jane Roe`.
    fn unlabelled(&mut self, place: SourcePlace) {
        let text = &self.line.text;
        let bare = text.trim_start_matches(['□', '■', '◎', '●', '○', '▲', '◆', '◇', '▪', '☐']);
        if bare.len() < text.len() {
            self.marked_names(text.len() - bare.len());
        } else if bare.is_ascii() {
            self.english_byline(place);
            let span = self.line.raw(self.text, 0, self.line.text.len());
            self.english_notice(span, place);
        } else if place == SourcePlace::Tail {
            self.told_alone();
        }
    }

    fn marked_names(&mut self, start: usize) {
        let mut names = std::mem::take(&mut self.names);
        let end = self.line.text.len();
        people(&self.line.text, start..end, Announced::Place, &mut names);
        for range in names.drain(..) {
            let found = self.found(range);
            push_new(&mut self.out.authors, found);
        }
        self.names = names;
    }

    /// `据墨川日报报道` with nothing else on the line.
    fn told_alone(&mut self) {
        let text = self.line.text.trim_end_matches([')', ']', '】', '。', ' ']);
        if !text.trim_start_matches(is_bracket).starts_with(['据', '综']) {
            return;
        }
        if let Some(Opening { source: Some(range), end, .. }) = opening(text, 0)
            && end == text.len()
        {
            self.source(range, SourcePlace::Tail);
        }
    }

    /// The first words of the article's first line; of the second one (`later`) only a dateline counts, since a
    /// site's own paragraph may come before it.
    pub(super) fn opening_line(&mut self, span: Span, later: bool) {
        let end = span
            .of(self.text)
            .char_indices()
            .nth(EDGE_CHARS)
            .map_or(span.end as usize, |(at, _)| span.start as usize + at);
        self.line.fill(self.text, Span::new(span.start as usize, end));
        if self.line.text.starts_with(|c: char| c.is_ascii_uppercase() || c == '(')
            && let Some(found) = english::dateline(&self.line.text)
        {
            self.english(found, SourcePlace::Opening);
        }
        let mut after = 0;
        // `墨川网讯 远川社北京5月6日电`: the copy's words, then those of its original.
        while let Some(found) = opening(&self.line.text, after) {
            after = found.end;
            let source = found.source.clone().filter(|_| !later);
            self.apply_opening(Opening { source, ..found });
        }
        if later && self.out.dateline.is_none() {
            return;
        }
        if after == 0
            && let Some(range) = outlet_in_brackets(&self.line.text)
        {
            self.source(range, SourcePlace::Opening);
        }
        self.opening_reporters(after, after > 0);
    }

    fn apply_opening(&mut self, found: Opening) {
        if let Some(range) = found.source {
            self.source(range, SourcePlace::Opening);
        }
        if let Some(range) = found.reporter {
            let reporter = self.found(range);
            push_new(&mut self.out.authors, reporter);
        }
        if self.out.dateline.is_none() && (found.agency.is_some() || found.place.is_some() || found.date.is_some()) {
            let [agency, place, date] =
                [found.agency, found.place, found.date].map(|range| range.map(|range| self.found(range)));
            self.out.dateline = Some(Dateline { agency, place, date });
        }
    }

    /// Reporters after the lead-in: `(记者 冯凯 通讯员 蒋丽)`, `记者冯凯 报道`; names alone only right after it.
    fn opening_reporters(&mut self, after: usize, directly: bool) {
        let text = &self.line.text;
        let rest = text[after..].trim_start_matches([' ', '】', ']', '〕', ',', ':']);
        let start = text.len() - rest.len();
        if let Some(open) = rest.find('(').filter(|&k| k <= 60) {
            let Some(close) = rest[open..].find(')') else { return };
            let inside = start + open + 1..start + open + close;
            self.bracket(inside, directly && open == 0, SourcePlace::Opening);
        } else if ["记者", "通讯员", "本", "特约", "见习", "实习"].iter().any(|word| rest.starts_with(word))
        {
            let end = rest.find([',', '。', ';', '!', '?', '“', ':']).unwrap_or(rest.len());
            if end < CREDIT_LINE {
                self.bracket(start..start + end, false, SourcePlace::Opening);
            }
        }
    }

    /// The last words of the article: what brackets at its end hold, and labels after its last sentence.
    pub(super) fn closing_line(&mut self, span: Span) {
        let raw = span.of(self.text);
        let cut = raw.char_indices().rev().nth(EDGE_CHARS).map_or(0, |(at, _)| at);
        let tail = raw[cut..].trim_end_matches([' ', '\u{3000}']);
        let says =
            |words: [&str; 2]| words.iter().any(|w| memchr::memmem::find(tail.as_bytes(), w.as_bytes()).is_some());
        if ends_sentence(tail) && !tail.ends_with([')', '）']) && !says(["来源", "來源"]) {
            return;
        }
        self.line.fill(self.text, Span::new(span.start as usize + cut, span.start as usize + cut + tail.len()));
        let end = self.closing_brackets();
        self.closing_labels(end);
    }

    /// Reads up to three brackets at the end of the line, last one first; where the first of them begins.
    fn closing_brackets(&mut self) -> usize {
        let mut end = self.line.text.trim_end_matches(['。', ' ']).len();
        for _ in 0..3 {
            let text = &self.line.text[..end];
            let Some(open) = opener(text) else { break };
            let inside = open.end..end - text.chars().next_back().map_or(0, char::len_utf8);
            let before = text[..open.start].trim_end();
            let alone = before.is_empty() || ends_sentence(before) || before.ends_with([')', '▲', '■']);
            end = before.len();
            self.bracket(inside, alone, SourcePlace::Tail);
        }
        end
    }

    /// `……。来源:墨川日报 记者 冯凯` at the end of the last paragraph. Words without a colon count only after the
    /// last sentence; a source with one counts when another sentence follows, too.
    fn closing_labels(&mut self, end: usize) {
        let text = &self.line.text[..end];
        let last = after_sentence(text);
        if last > 0 && last < end {
            self.bracket(last..end, false, SourcePlace::Tail);
        }
        let text = &self.line.text[..end];
        let Some(at) = text.rfind("来源").filter(|&at| at < last) else { return };
        let start = after_sentence(&text[..at]);
        if start > 0 {
            let mut found = std::mem::take(&mut self.pieces);
            pieces(&text[..last], &mut found);
            if let Some(piece) = found.iter().find(|p| p.label == Label::Source && !p.bare && p.word.start >= start) {
                self.source_piece(piece, SourcePlace::Tail);
            }
            self.pieces = found;
        }
    }

    /// What stands in a bracket (or as if in one). `alone` says that a name without a label is meant as a credit.
    fn bracket(&mut self, inside: Range<usize>, alone: bool, place: SourcePlace) {
        let part = &self.line.text[inside.clone()];
        if part.len() > CREDIT_LINE {
            return;
        }
        let mut found = std::mem::take(&mut self.pieces);
        pieces(part, &mut found);
        for piece in &mut found {
            piece.word = piece.word.start + inside.start..piece.word.end + inside.start;
            piece.value = piece.value.start + inside.start..piece.value.end + inside.start;
        }
        for piece in &found {
            self.piece(piece, place);
        }
        let labelled = !found.is_empty();
        self.pieces = found;
        if alone && !labelled {
            self.name_alone(inside, place);
        }
    }

    /// `(冯凯)`, `(墨川日报)`, `(据墨川日报报道)`.
    fn name_alone(&mut self, inside: Range<usize>, place: SourcePlace) {
        let text = &self.line.text;
        let name = &text[inside.clone()];
        if let Some(rest) = name.strip_prefix('据') {
            let rest = rest.strip_suffix("报道").unwrap_or(rest);
            let range = inside.start + '据'.len_utf8()..inside.start + '据'.len_utf8() + rest.len();
            if is_named(rest) && ends_as_outlet(rest) {
                self.source(range, place);
            }
        } else if place == SourcePlace::Tail && ends_as_outlet(name) && is_named(name) && name.chars().count() <= 12 {
            self.source(inside, place);
        } else {
            let mut names = std::mem::take(&mut self.names);
            people(text, inside.clone(), Announced::Place, &mut names);
            let read = names.last().is_some_and(|last| last.end == inside.end);
            for range in names.drain(..).filter(|_| read) {
                let found = self.found(range);
                push_new(&mut self.out.authors, found);
            }
            self.names = names;
        }
    }

    fn english_byline(&mut self, place: SourcePlace) {
        if let Some(found) = english::byline(&self.line.text) {
            self.english(found, place);
        }
    }

    fn english_notice(&mut self, span: Span, place: SourcePlace) {
        self.line.fill(self.text, span);
        if let Some(found) = english::notice(&self.line.text) {
            self.english(found, place);
        }
    }

    fn english(&mut self, found: English, place: SourcePlace) {
        for range in found.authors {
            let author = self.found(range);
            push_new(&mut self.out.authors, author);
        }
        if let Some(range) = found.source {
            self.source(range, place);
        }
        if let Some(range) = found.notice {
            let notice = self.found(range);
            self.out.reprint_notice.get_or_insert(notice);
        }
        if found.agency.is_some() && self.out.dateline.is_none() {
            let [agency, place, date] =
                [found.agency, found.place, found.date].map(|range| range.map(|range| self.found(range)));
            self.out.dateline = Some(Dateline { agency, place, date });
        }
    }

    /// Keeps the source that stands best: above the article, then below it, then in its first words.
    fn source(&mut self, range: Range<usize>, place: SourcePlace) {
        let better = self.out.source.as_ref().is_none_or(|(_, held)| rank(place) < rank(*held));
        if better {
            self.out.source = Some((self.found(range), place));
        }
    }

    /// The words in `range` of the line at hand as the page writes them; blanks inside a Han name left out.
    fn found(&self, range: Range<usize>) -> Found {
        let mut value = self.line.written(self.text, range.start, range.end);
        if value.contains(' ') && !value.is_ascii() && value.chars().count() == 3 {
            value.retain(|c| c != ' ');
        }
        Found { value, at: self.line.raw(self.text, range.start, range.end) }
    }
}

fn ends_sentence(text: &str) -> bool {
    text.ends_with(['。', '!', '?', '”', '…', '"', '！', '？', '」'])
}

/// Where the words after the last full sentence of `text` begin; 0 when there is no full sentence.
fn after_sentence(text: &str) -> usize {
    let stop = text.rfind(['。', '!', '?', '”', '…']);
    stop.map_or(0, |stop| stop + text[stop..].chars().next().map_or(0, char::len_utf8))
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
        if c == close {
            depth += 1;
        } else if c == open {
            depth -= 1;
            if depth == 0 {
                return Some(at..at + c.len_utf8());
            }
        }
    }
    None
}
