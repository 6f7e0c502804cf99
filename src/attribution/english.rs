//! The English forms: `By Jane Roe, Daily Post`, `LONDON, May 6 (Reuters) -`, `Daily Post's Jane Roe contributed to this
//! report`, `This story was originally published by Daily Post.`

use super::names::{is_full_name, is_latin_name};
use super::ranges::trimmed;
use super::source_form::SourceForm;
use super::time;
use crate::lexicon::{AGENCIES, BYLINE_CONTROLS, ENGLISH_OUTLETS, ENGLISH_TITLES};
use std::ops::Range;

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
    pub(super) fn new(form: SourceForm) -> Self {
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

    pub(super) fn says_something(self) -> Option<Self> {
        let something =
            !self.authors.is_empty() || self.source.is_some() || self.agency.is_some() || self.notice.is_some();
        something.then_some(self)
    }
}

/// A byline of more bytes is a sentence.
const BYLINE: usize = 160;
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
    let bare = |text: &str| text.trim_end_matches([' ', '-', '–', '—', '|', '•', '·', ',']).len();
    let before = &byline[..bare(&byline[..figure])];
    let (names, month) = before.rsplit_once(' ').unwrap_or(("", before));
    let names = if time::is_month(month) { &names[..bare(names)] } else { before };
    if names.is_empty() { byline } else { names }
}

/// Reads a list of names, each with an outlet or a title after a comma: `Jane Roe and John Doe, Daily Post; The
/// Associated Press`. An agency alone is a source, when nobody is named.
pub(super) fn credits(line: &str, list: Range<usize>, found: &mut English) {
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
pub(super) fn ends(list: &str) -> impl Iterator<Item = (usize, usize)> {
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
pub(super) fn person(line: &str, part: Range<usize>, found: &mut English) -> Option<Range<usize>> {
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
pub(super) fn is_name(text: &str) -> bool {
    let text = text.trim();
    let ended = !text.ends_with('.') || text.ends_with("Jr.") || text.ends_with("Sr.");
    let begins = !["By ", "The ", "In ", "On ", "At ", "A "].iter().any(|word| text.starts_with(word));
    let latin = text.contains(' ') && is_latin_name(text) && ended && begins;
    (latin && !AGENCIES.contains(text) && !is_outlet(text)) || is_full_name(text)
}

/// Capitalised words, as outlets before a possessive have them.
pub(super) fn is_capital(text: &str) -> bool {
    let text = text.trim_start_matches(['-', '—', '–', '•', ' ', '*']);
    text.len() <= 40
        && text.split(' ').count() <= 5
        && text.split(' ').all(|word| {
            word.starts_with(|c: char| c.is_uppercase() || c.is_ascii_digit()) || matches!(word, "and" | "the" | "of")
        })
}

/// Capitalised words that a person's name would not have.
pub(super) fn is_outlet(text: &str) -> bool {
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

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) fn shown<'l>(line: &'l str, range: &Option<Range<usize>>) -> &'l str {
        range.clone().map_or("", |range| &line[range])
    }

    pub(crate) fn names<'l>(line: &'l str, ranges: &[Range<usize>]) -> Vec<&'l str> {
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
}
