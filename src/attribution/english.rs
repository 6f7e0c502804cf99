//! The English forms: `By Jane Roe, Daily Post`, `LONDON, May 6 (Reuters) -`, `Daily Post's Jane Roe contributed to this
//! report`, `This story was originally published by Daily Post.`

use super::names::{is_full_name, is_latin_name};
use super::ranges::trimmed;
use super::source_form::SourceForm;
use super::time;
use crate::lexicon::{AGENCIES, BYLINE_CONTROLS, ENGLISH_OUTLETS, ENGLISH_TITLES};
use aho_corasick::packed::Searcher;
use std::ops::Range;
use std::sync::LazyLock;

/// What an English line states, as bytes of the line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct English {
    /// Writers and who contributed.
    pub authors: Vec<Range<usize>>,
    /// Editors.
    pub editors: Vec<Range<usize>>,
    /// The outlet of a byline or a notice.
    pub source: Option<Range<usize>>,
    /// How it states the outlet.
    pub form: SourceForm,
    /// The agency of a dateline.
    pub agency: Option<Range<usize>>,
    /// The place of a dateline.
    pub place: Option<Range<usize>>,
    /// The day of a dateline.
    pub date: Option<Range<usize>>,
    /// A sentence that says the text was reprinted.
    pub notice: Option<Range<usize>>,
}

impl English {
    fn new(form: SourceForm) -> Self {
        English {
            authors: Vec::new(),
            editors: Vec::new(),
            source: None,
            form,
            agency: None,
            place: None,
            date: None,
            notice: None,
        }
    }

    fn says_something(self) -> Option<Self> {
        let something =
            !self.authors.is_empty() || self.source.is_some() || self.agency.is_some() || self.notice.is_some();
        something.then_some(self)
    }
}

/// Words that announce where a text was published first.
const NOTICES: [&str; 10] = [
    "originally published",
    "originally appeared",
    "originally ran",
    "first appeared",
    "first published",
    "column appeared",
    "article appeared",
    "republished from",
    "reprinted from",
    "reprinted with permission from",
];

/// A byline of more bytes is a sentence.
const BYLINE: usize = 160;
/// Longer lines are no closing credits, in bytes.
pub(super) const CLOSING: usize = 700;

/// True for a line that is written in Latin letters: hardly one byte in eight is none of ASCII.
pub(super) fn is_english(raw: &str) -> bool {
    raw.starts_with(|c: char| c.is_ascii() || matches!(c, '—' | '–' | '•' | '“'))
        && raw.bytes().filter(|b| !b.is_ascii()).count() * 8 <= raw.len()
}

/// A whole line above the article: `By Jane Roe and John Doe, Daily Post`, `Jane Roe | Daily Post`, `Authored by Jane
/// Roe via Daily Post`, `Daily Post Published 5:57 a.m. ET`.
pub(super) fn byline(line: &str) -> Option<English> {
    if line.len() > BYLINE {
        return None;
    }
    let mut found = English::new(SourceForm::Byline);
    if let Some(at) = line.find(" Published ").filter(|at| line[at + 11..].starts_with(|c: char| c.is_ascii_digit())) {
        let name = trimmed(line, 0..at);
        found.source = is_outlet(&line[name.clone()]).then_some(name);
        return found.says_something();
    }
    if let Some((before, after)) = line.split_once(" | ")
        && is_name(before)
        && is_outlet(after)
    {
        found.authors.push(0..before.len());
        found.source = Some(line.len() - after.len()..line.len());
        return Some(found);
    }
    if let Some((agency, place)) = line.split_once(", ")
        && AGENCIES.contains(agency)
        && place.chars().all(|c| c.is_ascii_uppercase() || matches!(c, ' ' | '-' | '.'))
    {
        found.source = Some(0..agency.len());
        found.place = Some(line.len() - place.len()..line.len());
        return Some(found);
    }
    if let Some(agency) = line.strip_prefix("Staff writer, with ").filter(|agency| AGENCIES.contains(agency)) {
        found.source = Some(line.len() - agency.len()..line.len());
        return Some(found);
    }
    if line.split(". ").skip(1).any(|part| part.len() > 24) {
        return None;
    }
    let by = ["By ", "BY ", "by ", "Authored by ", "Written by ", "Posted by "];
    let rest = by.iter().find_map(|by| line.strip_prefix(by))?;
    let start = line.len() - rest.len();
    let rest = without_time(without_controls(rest));
    let (list, via) = rest.split_once(" via ").map_or((rest, None), |(list, via)| (list, Some(via)));
    credits(line, start..start + list.len(), &mut found);
    if let Some(via) = via.filter(|via| is_outlet(via)) {
        let end = start + rest.len();
        found.source = Some(end - via.len()..end);
    }
    found.says_something()
}

/// A byline without the controls that a site sets behind it: `Jane Roe Follow`.
fn without_controls(byline: &str) -> &str {
    let control = BYLINE_CONTROLS.iter().find_map(|word| byline.strip_suffix(word)?.strip_suffix(' '));
    control.map_or(byline, str::trim_end)
}

/// A byline without the time behind it: `Jane Roe - 11/18/19 11:04 PM`, `Jane Roe May 6, 2023 7:18 pm`.
fn without_time(byline: &str) -> &str {
    let Some(figure) = byline.find(|c: char| c.is_ascii_digit()) else { return byline };
    let before = byline[..figure].trim_end_matches([' ', '-', '–', '—', '|', '•', '·', ',']);
    let (names, month) = before.rsplit_once(' ').unwrap_or(("", before));
    let names = if time::is_month(month) {
        names.trim_end_matches([' ', '-', '–', '—', '|', '•', '·', ','])
    } else {
        before
    };
    if names.is_empty() { byline } else { names }
}

/// Reads a list of names, each with an outlet or a title after a comma: `Jane Roe and John Doe, Daily Post; The
/// Associated Press`. An agency alone is a source, when nobody is named.
fn credits(line: &str, list: Range<usize>, found: &mut English) {
    let mut from = list.start;
    let ends: Vec<(usize, usize)> = ends(&line[list.clone()]).map(|(at, length)| (list.start + at, length)).collect();
    for (end, length) in ends.into_iter().chain([(list.end, 0)]) {
        let part = trimmed(line, from..end);
        from = end + length;
        let text = &line[part.clone()];
        if AGENCIES.contains(text.trim_end_matches('.')) || (!found.authors.is_empty() && is_outlet(text)) {
            found.source.get_or_insert(part);
        } else if let Some(outlet) = title_of(text).filter(|_| !found.authors.is_empty()) {
            found.source = found.source.take().or((!outlet.is_empty()).then(|| part.start..part.start + outlet.len()));
        } else {
            let name = person(line, part, found);
            found.authors.extend(name);
        }
    }
}

/// Where the parts of a list end, and how long what separates them is.
fn ends(list: &str) -> impl Iterator<Item = (usize, usize)> {
    let separators = ["; ", ", and ", " and ", ", ", "/", " & "];
    let mut ends: Vec<(usize, usize)> = Vec::new();
    for separator in separators {
        for (at, _) in list.match_indices(separator) {
            if !ends
                .iter()
                .any(|(end, length)| (*end..end + length).contains(&at) || (at..at + separator.len()).contains(end))
            {
                ends.push((at, separator.len()));
            }
        }
    }
    // `John Doeand Jane Roe`, where a blank was lost.
    for (at, _) in list.match_indices("and ") {
        let lost = list[..at].ends_with(|c: char| c.is_ascii_lowercase())
            && list[at + 4..].starts_with(|c: char| c.is_ascii_uppercase());
        let words = list[..at].rsplit([',', ';']).next().map_or(0, |part| part.split_whitespace().count());
        let after = list[at + 4..].split([',', ';']).next().map_or(0, |part| part.split_whitespace().count());
        if lost && words >= 2 && after >= 2 {
            ends.push((at, 4));
        }
    }
    ends.sort_unstable();
    ends.into_iter()
}

/// The name that `part` is: without the outlet whose it is (`CNN's`), a title (`AP writer`) or a place after it.
fn person(line: &str, part: Range<usize>, found: &mut English) -> Option<Range<usize>> {
    let mut name = part;
    let text = &line[name.clone()];
    for mark in ["'s ", "’s ", "' ", "’ "] {
        if let Some((outlet, _)) = text.split_once(mark)
            && is_capital(outlet)
        {
            let bare = outlet.trim_start_matches("and ");
            let start = name.start + outlet.len() - bare.len();
            found.source.get_or_insert(start..name.start + outlet.len());
            name.start += outlet.len() + mark.len();
            break;
        }
    }
    for word in ["and ", "The ", "the "] {
        name.start += line[name.clone()].strip_prefix(word).map_or(0, |_| word.len());
    }
    for place in [" in ", " at ", " from ", " on ", ", who ", " of "] {
        name.end = line[name.clone()].find(place).map_or(name.end, |at| name.start + at);
    }
    // `AP Polling Editor Jane Roe`
    let text = &line[name.clone()];
    let title = ENGLISH_TITLES.iter().filter_map(|title| text.find(title).map(|at| at + title.len())).max();
    if let Some(after) = title.filter(|after| *after < text.len()) {
        let rest = text[after..].trim_start_matches('s').trim_start();
        name.start = name.end - rest.len();
    }
    is_name(&line[name.clone()]).then_some(name)
}

/// The outlet before a title: `CNN` of `CNN Chief Washington Correspondent`, nothing of `Staff Writer`.
fn title_of(text: &str) -> Option<&str> {
    ENGLISH_TITLES.within(text).then(|| {
        text.split(' ')
            .next()
            .filter(|word| word.len() >= 2 && word.chars().all(|c| c.is_ascii_uppercase()))
            .unwrap_or_default()
    })
}

/// Two to four words as names have them, or a Chinese name.
fn is_name(text: &str) -> bool {
    let text = text.trim();
    let ended = !text.ends_with('.') || text.ends_with("Jr.") || text.ends_with("Sr.");
    let begins = !["By ", "The ", "In ", "On ", "At ", "A "].iter().any(|word| text.starts_with(word));
    let latin = text.contains(' ') && is_latin_name(text) && ended && begins;
    (latin && !AGENCIES.contains(text) && !is_outlet(text)) || is_full_name(text)
}

/// Capitalised words, as outlets before a possessive have them.
fn is_capital(text: &str) -> bool {
    let text = text.trim_start_matches(['-', '—', '–', '•', ' ', '*']);
    text.len() <= 40
        && text.split(' ').count() <= 5
        && text.split(' ').all(|word| {
            word.starts_with(|c: char| c.is_uppercase() || c.is_ascii_digit()) || matches!(word, "and" | "the" | "of")
        })
}

/// Capitalised words that a person's name would not have.
fn is_outlet(text: &str) -> bool {
    let text = text.trim().trim_end_matches('.');
    AGENCIES.contains(text)
        || (text.len() <= 60
            && text.starts_with(|c: char| c.is_uppercase() || c.is_ascii_digit())
            && !ENGLISH_TITLES.iter().any(|title| text.ends_with(title))
            && text.split(' ').all(|word| {
                word.starts_with(|c: char| c.is_uppercase() || c.is_ascii_digit())
                    || matches!(word, "of" | "the" | "and" | "for" | "in" | "&" | "|")
            })
            && text.split([' ', '.']).any(|word| ENGLISH_OUTLETS.contains(word) || word == "com"))
}

/// True for a line that is nothing but an outlet's name.
pub(super) fn outlet_alone(line: &str) -> bool {
    line.len() <= 40 && is_outlet(line)
}

/// The names of a line that is nothing but them: `Jane Roe and John Doe`.
pub(super) fn names_alone(line: &str) -> Vec<Range<usize>> {
    let mut from = 0;
    let parts: Vec<Range<usize>> = ends(line)
        .chain([(line.len(), 0)])
        .map(|(end, length)| {
            let part = trimmed(line, from..end);
            from = end + length;
            part
        })
        .collect();
    let all = line.len() <= BYLINE && !line.ends_with('.') && parts.iter().all(|part| is_name(&line[part.clone()]));
    if all { parts } else { Vec::new() }
}

/// `LONDON, May 6 (Reuters) -`, `NEW YORK (AP) —`, `Cairo, Egypt (CNN) Prices`, `(AP)` at the head of a text.
pub(super) fn dateline(line: &str) -> Option<English> {
    let open = line.get(..60.min(line.len())).unwrap_or(line).find('(')?;
    let close = open + line[open..].find(')')?;
    let inside = trimmed(line, open + 1..close);
    let agency = inside.start..inside.start + line[inside.clone()].split(['/', ',']).next().map_or(0, str::len);
    let rest = line[close + 1..].trim_start();
    let before = trimmed(line, 0..open);
    let lead = &line[before.clone()];
    let dashed = rest.starts_with(['-', '–', '—']) || open == 0;
    let cities = (1..=4).contains(&lead.split(' ').count())
        && lead.split(' ').all(|word| word.starts_with(char::is_uppercase))
        && !["The", "A", "An", "In", "On", "At"].contains(&lead.split(' ').next().unwrap_or_default())
        && rest.starts_with(|c: char| c.is_uppercase() || matches!(c, '"' | '“' | '‘'));
    if !AGENCIES.contains(&line[agency.clone()]) || !(dashed || cities) {
        return None;
    }
    let mut found = English { agency: Some(agency), ..English::new(SourceForm::Lead) };
    let figures = lead.find(|c: char| c.is_ascii_digit());
    let caps = lead.find([',', '.']).unwrap_or(lead.len());
    if figures.is_none() && (cities || dashed && is_capital(lead)) && !lead.is_empty() {
        found.place = Some(before.clone());
    } else if lead[..caps].chars().any(char::is_alphabetic) && !lead[..caps].chars().any(char::is_lowercase) {
        found.place = Some(before.start..before.start + caps);
    }
    if let Some(day) = lead.rfind(|c: char| !c.is_ascii_digit()).filter(|&k| k + 1 < lead.len()) {
        let start = lead[..day].trim_end_matches(|c: char| c.is_alphabetic() || c == '.').len();
        found.date = Some(trimmed(line, before.start + start..before.end));
    }
    Some(found)
}

/// What a closing credit has one of, to be found many bytes at a time.
const TRIGGERS: [&str; 14] = [
    "ontribut",
    "eporting by",
    "reported from",
    "opyright",
    "OPYRIGHT",
    "more from",
    "published",
    "appeared",
    "printed",
    "originally ran",
    "ditorial Board",
    " is a",
    " is the ",
    " is senior ",
];

static FINDER: LazyLock<Option<Searcher>> = LazyLock::new(|| Searcher::new(TRIGGERS));

/// True when a line below the text may be a closing credit.
pub(super) fn may_close(raw: &str) -> bool {
    raw.len() <= CLOSING && FINDER.as_ref().is_none_or(|words| words.find(raw).is_some())
}

/// A line at the end of a text: who contributed, who reported, who owns the rights, where it appeared first, and the
/// biography of its writer.
pub(super) fn closing(line: &str) -> Option<English> {
    let mut found = English::new(SourceForm::Byline);
    for sentence in sentences(line) {
        let text = &line[sentence.clone()];
        let reads = [contributed, reporting, rights, more_from, decided_by, biography];
        let read = reads.iter().any(|read| read(line, sentence.clone(), &mut found));
        if !read && found.notice.is_none() && NOTICES.iter().any(|words| contains_ignoring_case(text, words)) {
            notice_in(line, sentence, &mut found);
        }
    }
    found.says_something()
}

/// Where a text appeared first, as a line before it says.
pub(super) fn notice(line: &str) -> Option<English> {
    let mut found = English::new(SourceForm::Closing);
    let says =
        |sentence: &Range<usize>| NOTICES.iter().any(|words| contains_ignoring_case(&line[sentence.clone()], words));
    if let Some(sentence) = sentences(line).into_iter().find(says) {
        notice_in(line, sentence, &mut found);
    }
    found.says_something()
}

fn contains_ignoring_case(text: &str, words: &str) -> bool {
    text.as_bytes().windows(words.len()).any(|window| window.eq_ignore_ascii_case(words.as_bytes()))
}

/// The sentences of a line; a point after an initial, `Jr.` or inside an address ends none.
fn sentences(line: &str) -> Vec<Range<usize>> {
    let mut from = 0;
    let mut found = Vec::new();
    for (at, mark) in line.match_indices(['.', '!', '?', '\n']) {
        let word = line[from..at].rsplit([' ', '(']).next().unwrap_or_default();
        let initial = word.len() <= 2 && word.starts_with(|c: char| c.is_ascii_uppercase());
        let abbreviated = mark == "." && (initial || word.contains('.') || matches!(word, "Rep" | "Sen" | "Gov"));
        let next = &line[at + 1..];
        if !abbreviated && (next.is_empty() || next.starts_with([' ', '\n', ')', '"', '”'])) {
            found.push(trimmed(line, from..at));
            from = at + 1;
        }
    }
    found.push(trimmed(line, from..from + line[from..].trim_end_matches(['.', ' ']).len()));
    found.retain(|sentence| sentence.len() > 3);
    found
}

fn without_marks(line: &str, range: Range<usize>) -> Range<usize> {
    let text = &line[range.clone()];
    let bare = text.trim_start_matches(['-', '—', '–', '•', '*', '_', '(', ' ', '[']);
    range.end - bare.len()..range.end
}

/// `CNN's Jane Roe and John Doe contributed to this report`, `Contributing: Jane Roe, Daily Post`.
fn contributed(line: &str, sentence: Range<usize>, found: &mut English) -> bool {
    let text = &line[sentence.clone()];
    let subject = text
        .find(" contributed to this ")
        .or_else(|| text.find(" contributed to the report"))
        .or_else(|| text.find(" contributed reporting"))
        .or_else(|| text.find(" contributed from "))
        .or_else(|| text.strip_suffix(" contributed").map(str::len));
    let list = if let Some(end) = subject {
        without_marks(line, sentence.start..sentence.start + end)
    } else {
        let labels = [
            "Contributing to this report were ",
            "Contributing to this report: ",
            "Contributing: ",
            "Contributors: ",
            "CONTRIBUTING: ",
        ];
        let Some(rest) = labels.iter().find_map(|label| text.strip_prefix(label)) else { return false };
        sentence.end - rest.len()..sentence.end
    };
    let had = found.source.is_some();
    let mut read = English::new(SourceForm::Byline);
    credits(line, list, &mut read);
    // Agencies that helped are not where the text is from, nor is a contributor's own paper.
    let possessive = read
        .source
        .clone()
        .filter(|source| ["'s ", "’s ", "' ", "’ "].iter().any(|mark| line[source.end..].starts_with(mark)));
    found.authors.extend(read.authors);
    if !had && let Some(source) = possessive {
        found.source = Some(without_marks(line, source));
    }
    true
}

/// `(Reporting by Jane Roe; Editing by John Doe)`, `Additional reporting by`, `Jane Roe reported from London`.
fn reporting(line: &str, sentence: Range<usize>, found: &mut English) -> bool {
    let text = &line[sentence.clone()];
    let lower = ["Reporting by ", "reporting by "].iter().find_map(|words| text.find(words).map(|at| at + words.len()));
    if let Some(at) = lower {
        if at > 40 {
            return false;
        }
        let rest = &text[at..];
        let end = rest.find([')', ';']).unwrap_or(rest.len());
        list_of_people(line, sentence.start + at..sentence.start + at + end, &mut found.authors);
        let writing = rest.find("riting by ").map(|k| k + "riting by ".len());
        if let Some(from) = writing {
            let end = rest[from..].find([')', ';']).map_or(rest.len(), |k| from + k);
            list_of_people(line, sentence.start + at + from..sentence.start + at + end, &mut found.authors);
        }
        if let Some(from) = rest.find("diting by ").map(|k| k + "diting by ".len()) {
            let end = rest[from..].find([')', ';']).map_or(rest.len(), |k| from + k);
            list_of_people(line, sentence.start + at + from..sentence.start + at + end, &mut found.editors);
        }
        return true;
    }
    let mut any = false;
    let mut from = sentence.start;
    let parts: Vec<usize> = text.match_indices("; ").map(|(at, _)| sentence.start + at).chain([sentence.end]).collect();
    for end in parts {
        let part = trimmed(line, from..end);
        from = (end + 2).min(sentence.end);
        let says = [" reported from ", " wrote from ", " reported and wrote "];
        if let Some(at) = says.iter().find_map(|says| line[part.clone()].find(says)) {
            let mut read = English::new(SourceForm::Byline);
            credits(line, without_marks(line, part.start..part.start + at), &mut read);
            any |= !read.authors.is_empty();
            found.authors.extend(read.authors);
        }
    }
    any
}

fn list_of_people(line: &str, list: Range<usize>, people: &mut Vec<Range<usize>>) {
    let mut read = English::new(SourceForm::Byline);
    let ends: Vec<(usize, usize)> = ends(&line[list.clone()]).collect();
    let mut from = list.start;
    for (end, length) in ends.into_iter().map(|(at, length)| (list.start + at, length)).chain([(list.end, 0)]) {
        let part = trimmed(line, from..end);
        from = end + length;
        people.extend(person(line, part, &mut read));
    }
}

/// `Copyright © 2023 Daily Post, LLC`, `Copyright 2023 by Daily Post`.
fn rights(line: &str, sentence: Range<usize>, found: &mut English) -> bool {
    let text = &line[sentence.clone()];
    let Some(rest) = ["Copyright ", "COPYRIGHT "].iter().find_map(|word| text.strip_prefix(word)) else { return false };
    let rest = rest.trim_start_matches(['©', '(', 'c', ')', ' ']);
    let after_year = rest.trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, '-' | '–' | ' ' | ','));
    if rest.len() - after_year.len() < 4 {
        return false;
    }
    let name = after_year.trim_start_matches("by ").trim_start_matches("By ");
    let end = name.find([',', '.', ';', '(']).unwrap_or(name.len());
    let end = name[..end].find(" All ").or_else(|| name[..end].find(" Inc")).unwrap_or(end);
    let start = sentence.end - name.len();
    let range = trimmed(line, start..start + end);
    if found.source.is_none() && is_capital(&line[range.clone()]) && range.len() >= 3 {
        found.source = Some(range);
        found.form = SourceForm::Rights;
    }
    true
}

/// `Click for more from Daily Post`.
fn more_from(line: &str, sentence: Range<usize>, found: &mut English) -> bool {
    let text = &line[sentence.clone()];
    let asks = ["Click for more from ", "Click here for more from ", "Read more from ", "Click to read more from "];
    let Some(rest) = asks.iter().find_map(|ask| text.strip_prefix(ask)) else { return false };
    let name = sentence.end - rest.len()..sentence.end;
    if name.len() <= 40 && is_capital(&line[name.clone()]) {
        found.source = Some(name);
        found.form = SourceForm::Closing;
    }
    true
}

/// `Daily Post's editorial opinions are decided by its Editorial Board`.
fn decided_by(line: &str, sentence: Range<usize>, found: &mut English) -> bool {
    let text = &line[sentence.clone()];
    let Some(at) =
        text.find("'s editorial").or_else(|| text.find("’s editorial")).filter(|_| text.contains("Editorial Board"))
    else {
        return false;
    };
    let name = sentence.start..sentence.start + at;
    if is_capital(&line[name.clone()]) {
        found.source = Some(name);
    }
    true
}

/// `Jane Roe is a columnist for Daily Post`: who a text is by, when its last lines say who somebody is.
fn biography(line: &str, sentence: Range<usize>, found: &mut English) -> bool {
    if sentence.start > 3 || !found.authors.is_empty() {
        return false;
    }
    let text = &line[sentence.clone()];
    let is = [" is a ", " is an ", " is the ", " is senior ", " is chief ", " is executive "];
    let Some((at, words)) = is.iter().filter_map(|is| text.find(is).map(|at| (at, is.len()))).min() else {
        return false;
    };
    let name = without_marks(line, sentence.start..sentence.start + at);
    let mut what = text[at + words..].split(|c: char| !c.is_alphabetic());
    let writes = what.by_ref().take(10).any(|word| ENGLISH_TITLES.contains(word) || BIOGRAPHY.contains(&word));
    if writes && is_name(&line[name.clone()]) {
        found.authors.push(name);
        return true;
    }
    false
}

/// What writers of opinions are, besides what [`ENGLISH_TITLES`] has.
const BIOGRAPHY: [&str; 20] = [
    "host",
    "professor",
    "fellow",
    "author",
    "director",
    "president",
    "columnist",
    "contributor",
    "writer",
    "chairman",
    "founder",
    "analyst",
    "attorney",
    "historian",
    "journalist",
    "scholar",
    "economist",
    "novelist",
    "pastor",
    "strategist",
];

/// `This story was originally published by Daily Post on May 6`: the sentence, and the name after the preposition when
/// it begins with a capital.
fn notice_in(line: &str, sentence: Range<usize>, found: &mut English) {
    let text = &line[sentence.clone()];
    let lower = text.to_ascii_lowercase();
    let Some((at, words)) = NOTICES.iter().filter_map(|words| lower.find(words).map(|at| (at, words))).min() else {
        return;
    };
    // `it first appeared in May` is about something else.
    let about = ["this ", "the following ", "column", "article", "story", "piece", "essay", "post "];
    if !words.ends_with("from") && !about.iter().any(|word| lower[..at + words.len()].contains(word)) {
        return;
    }
    let mut rest = at + words.len();
    if !words.ends_with("from") {
        let after = text[rest..].trim_start();
        let preposition = ["by ", "in ", "on ", "at ", "with ", "for "].iter().find(|word| after.starts_with(**word));
        rest = text.len() - after.len() + preposition.map_or(0, |word| word.len());
    }
    found.notice = Some(sentence.clone());
    let mut name = trimmed(line, sentence.start + rest..sentence.end);
    for stop in [" on ", " and ", ", ", " under ", " in ", "(", " newspaper", " as part", " with ", " by ", ";"] {
        name.end = line[name.clone()].find(stop).map_or(name.end, |k| name.start + k);
    }
    let name = trimmed(line, name);
    let shown = &line[name.clone()];
    let after_the = shown.strip_prefix("the ").or_else(|| shown.strip_prefix("The ")).unwrap_or(shown);
    let month = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    let date = month.contains(&after_the.split(' ').next().unwrap_or_default());
    if after_the.starts_with(|c: char| c.is_uppercase()) && shown.len() <= 60 && !date {
        found.source = Some(name);
        found.form = SourceForm::Closing;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown<'l>(line: &'l str, range: &Option<Range<usize>>) -> &'l str {
        range.clone().map_or("", |range| &line[range])
    }

    fn names<'l>(line: &'l str, ranges: &[Range<usize>]) -> Vec<&'l str> {
        ranges.iter().map(|range| &line[range.clone()]).collect()
    }

    #[test]
    fn bylines() {
        for (line, authors, source) in [
            ("By Jane Roe", vec!["Jane Roe"], ""),
            ("By Jane Roe and John Doe, Daily Post", vec!["Jane Roe", "John Doe"], "Daily Post"),
            ("By Jane Roe, Reuters", vec!["Jane Roe"], "Reuters"),
            ("By Reuters", vec![], "Reuters"),
            ("By Jane Roe, CNN Chief City Correspondent", vec!["Jane Roe"], "CNN"),
            ("Jane Roe | Daily Post", vec!["Jane Roe"], "Daily Post"),
            ("Authored by Jane Roe via Daily Post", vec!["Jane Roe"], "Daily Post"),
            ("By Jane Roe Follow", vec!["Jane Roe"], ""),
            ("By Jane Roe - 11/18/23 11:04 PM EST", vec!["Jane Roe"], ""),
            ("By Ann \"Mae\" Poe May 6, 2023 7:18 pm", vec!["Ann \"Mae\" Poe"], ""),
            ("By Jane Roe, Ann del Valle and John Doe", vec!["Jane Roe", "Ann del Valle", "John Doe"], ""),
            ("AFP, LONDON", vec![], "AFP"),
            ("Staff writer, with Reuters", vec![], "Reuters"),
            ("Daily Post Published 5:57 a.m. ET May 6, 2023", vec![], "Daily Post"),
        ] {
            let found = byline(line).unwrap_or_else(|| panic!("{line}"));
            assert_eq!((names(line, &found.authors), shown(line, &found.source)), (authors, source), "{line}");
        }
        for line in [
            "By the sea we walked. It rained.",
            "By noon everyone knew",
            "Sales are to be raised by 2035.",
            "By early Tuesday evening, they left",
        ] {
            assert_eq!(byline(line), None, "{line}");
        }
    }

    #[test]
    fn datelines() {
        let line = "LONDON, May 6 (Reuters) - Prices";
        let found = dateline(line).unwrap();
        assert_eq!(
            [shown(line, &found.agency), shown(line, &found.place), shown(line, &found.date)],
            ["Reuters", "LONDON", "May 6"]
        );
        for (line, place) in [
            ("NEW YORK (AP) — Prices", "NEW YORK"),
            ("Cairo, Egypt (CNN) Prices rose", "Cairo, Egypt"),
            ("(CNN) Prices rose", ""),
        ] {
            assert_eq!(shown(line, &dateline(line).unwrap().place), place);
        }
        assert_eq!(dateline("The Treaty (AP) said"), None);
    }

    #[test]
    fn closing_credits() {
        for (line, authors, source) in [
            ("CNN's Jane Roe and John Doe contributed to this report.", vec!["Jane Roe", "John Doe"], "CNN"),
            ("• Jane R. Roe Jr. contributed to this report.", vec!["Jane R. Roe Jr."], ""),
            ("The Associated Press contributed to this report.", vec![], ""),
            (
                "Contributing: Jane Roe, John Doeand Ann Poe; The Associated Press",
                vec!["Jane Roe", "John Doe", "Ann Poe"],
                "",
            ),
            ("Contributing: Jane Roe, Daily Post", vec!["Jane Roe"], ""),
            ("AP City Editor Jane Roe in London contributed to this report.", vec!["Jane Roe"], ""),
            ("CNN's Jane Roe reported from Cairo; John Doe wrote from London.", vec!["Jane Roe", "John Doe"], ""),
            ("Additional reporting by Jane Roe and John Doe/London", vec!["Jane Roe", "John Doe"], ""),
            ("Copyright © 2023 The Daily Post, LLC. Click here for reprint permission.", vec![], "The Daily Post"),
            ("Copyright 2023 by Daily Post. All rights reserved.", vec![], "Daily Post"),
            ("Click for more from Daily Post.", vec![], "Daily Post"),
            ("Jane Roe is a columnist for Daily Post. Write to her.", vec!["Jane Roe"], ""),
            ("Daily Post's editorial opinions are decided by its Editorial Board.", vec![], "Daily Post"),
        ] {
            let found = closing(line).unwrap_or(English::new(SourceForm::Lead));
            assert_eq!((names(line, &found.authors), shown(line, &found.source)), (authors, source), "{line}");
        }
        let line = "(Reporting by Jane Roe and John Doe; Editing by Ann Poe)";
        let found = closing(line).unwrap();
        assert_eq!(
            (names(line, &found.authors), names(line, &found.editors)),
            (vec!["Jane Roe", "John Doe"], vec!["Ann Poe"])
        );
    }

    #[test]
    fn notices() {
        let line = "Thanks. This story was originally published by Daily Post on May 6.";
        let found = closing(line).unwrap();
        assert_eq!(shown(line, &found.source), "Daily Post");
        assert_eq!(shown(line, &found.notice), "This story was originally published by Daily Post on May 6");
        let line = "Editor's note: The following column appeared in The Post newspaper and on post.example.";
        assert_eq!(shown(line, &closing(line).unwrap().source), "The Post");
        assert_eq!(closing("A story that was published"), None);
        assert_eq!(closing("The animal first appeared in Europe"), None);
    }
}
