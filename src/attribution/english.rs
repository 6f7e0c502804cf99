//! The English forms: `By Jane Roe, Daily Post`, `LONDON, May 6 (Reuters) -`, `This story was originally
//! published by Daily Post.`

use super::credits::trimmed;
use super::names::{is_full_name, is_latin_name};
use crate::lexicon::AGENCIES;
use memchr::memmem;
use std::ops::Range;

/// What an English line states, as bytes of the line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct English {
    /// Writers.
    pub authors: Vec<Range<usize>>,
    /// The outlet of a byline or a notice.
    pub source: Option<Range<usize>>,
    /// The agency of a dateline.
    pub agency: Option<Range<usize>>,
    /// The place of a dateline.
    pub place: Option<Range<usize>>,
    /// The day of a dateline.
    pub date: Option<Range<usize>>,
    /// A sentence that says the text was reprinted.
    pub notice: Option<Range<usize>>,
}

/// Words that announce where a text was published first.
const NOTICES: [&str; 7] = [
    "originally published",
    "originally appeared",
    "first appeared",
    "first published",
    "republished from",
    "reprinted from",
    "reprinted with permission from",
];

/// True for a line that is written in Latin letters: hardly one byte in eight is none of ASCII.
pub(super) fn is_english(raw: &str) -> bool {
    raw.starts_with(|c: char| c.is_ascii()) && raw.bytes().filter(|b| !b.is_ascii()).count() * 8 <= raw.len()
}

/// `By Jane Roe and John Doe, Daily Post`: names first, an outlet after a comma; an agency alone is a source.
/// Only for a whole line.
pub(super) fn byline(line: &str) -> Option<English> {
    let rest = line.strip_prefix("By ").or_else(|| line.strip_prefix("BY ")).or_else(|| line.strip_prefix("by "))?;
    if line.len() > 120 || rest.contains(". ") {
        return None;
    }
    let mut found = English::default();
    let mut at = line.len() - rest.len();
    for part in rest.split(", ") {
        for name in part.split(" and ") {
            let range = trimmed(line, at..at + name.len());
            let shown = &line[range.clone()];
            if AGENCIES.contains(shown) || (!found.authors.is_empty() && found.source.is_none() && is_title(shown)) {
                found.source = Some(range);
            } else if found.source.is_none() && (is_latin_name(shown) || is_full_name(shown)) {
                found.authors.push(range);
            }
            at += name.len() + " and ".len();
        }
        at -= " and ".len();
        at += ", ".len();
    }
    (!found.authors.is_empty() || found.source.is_some()).then_some(found)
}

/// Capitalised words that a person's name would not hold.
fn is_title(text: &str) -> bool {
    let outlet =
        ["News", "Times", "Post", "Press", "Journal", "Daily", "Herald", "Tribune", "Today", "Writer", "Service"];
    text.starts_with(char::is_uppercase)
        && outlet.iter().any(|word| text.ends_with(word) || text.contains(&format!("{word} ")))
        && !text.ends_with("Writer")
}

/// `LONDON, May 6 (Reuters) -`, `NEW YORK (AP) —`, `(AP)` at the head of a text.
pub(super) fn dateline(line: &str) -> Option<English> {
    let open = line.get(..60.min(line.len())).unwrap_or(line).find('(')?;
    let close = open + line[open..].find(')')?;
    let inside = trimmed(line, open + 1..close);
    let agency = inside.start..inside.start + line[inside.clone()].split(['/', ',']).next().map_or(0, str::len);
    let rest = line[close + 1..].trim_start();
    if !AGENCIES.contains(&line[agency.clone()]) || !(rest.starts_with(['-', '–', '—']) || open == 0) {
        return None;
    }
    let mut found = English { agency: Some(agency), ..English::default() };
    let before = trimmed(line, 0..open);
    let lead = &line[before.clone()];
    let caps = lead.find([',', '.']).unwrap_or(lead.len());
    if lead[..caps].chars().any(char::is_alphabetic) && !lead[..caps].chars().any(char::is_lowercase) {
        found.place = Some(before.start..before.start + caps);
    }
    if let Some(day) = lead.rfind(|c: char| !c.is_ascii_digit()).filter(|&k| k + 1 < lead.len()) {
        let start = lead[..day].trim_end_matches(|c: char| c.is_alphabetic() || c == '.').len();
        found.date = Some(trimmed(line, before.start + start..before.end));
    }
    Some(found)
}

/// `This story was originally published by Daily Post on May 6.`: the sentence, and the name after `by`, `in`,
/// `on` or `from` when it begins with a capital.
pub(super) fn notice(line: &str) -> Option<English> {
    if !["published", "appeared", "printed"].iter().any(|word| memmem::find(line.as_bytes(), word.as_bytes()).is_some())
    {
        return None;
    }
    let lower = line.to_ascii_lowercase();
    let (at, words) = NOTICES.iter().filter_map(|words| lower.find(words).map(|at| (at, words))).min()?;
    let start = line[..at].rfind(['.', '!', '\n']).map_or(0, |k| k + 1);
    let mut rest = at + words.len();
    if !words.ends_with("from") {
        let after = line[rest..].trim_start();
        let preposition = ["by ", "in ", "on ", "at ", "with "].iter().find(|word| after.starts_with(**word));
        rest = line.len() - after.len() + preposition.map_or(0, |word| word.len());
    }
    let end = line[rest..].find(['.', '!', ';']).map_or(line.len(), |k| rest + k);
    let mut found = English { notice: Some(trimmed(line, start..end)), ..English::default() };
    let mut name = trimmed(line, rest..end);
    for stop in [" on ", " and ", ", ", " under ", " in ", "("] {
        name.end = line[name.clone()].find(stop).map_or(name.end, |k| name.start + k);
    }
    let name = trimmed(line, name);
    let shown = &line[name.clone()];
    let after_the = shown.strip_prefix("the ").or_else(|| shown.strip_prefix("The ")).unwrap_or(shown);
    if after_the.starts_with(char::is_uppercase) && shown.len() <= 60 {
        found.source = Some(name);
    }
    Some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(line: &str, range: &Option<Range<usize>>) -> String {
        range.clone().map_or(String::new(), |r| line[r].to_owned())
    }

    #[test]
    fn bylines() {
        for (line, authors, source) in [
            ("By Jane Roe", vec!["Jane Roe"], ""),
            ("By Jane Roe and John Doe, Daily Post", vec!["Jane Roe", "John Doe"], "Daily Post"),
            ("By Jane Roe, Reuters", vec!["Jane Roe"], "Reuters"),
            ("By Reuters", vec![], "Reuters"),
        ] {
            let found = byline(line).unwrap();
            assert_eq!(found.authors.iter().map(|r| &line[r.clone()]).collect::<Vec<_>>(), authors);
            assert_eq!(shown(line, &found.source), source, "{line}");
        }
        assert_eq!(byline("By the sea we walked. It rained."), None);
        assert_eq!(byline("By noon everyone knew"), None);
    }

    #[test]
    fn datelines() {
        let line = "LONDON, May 6 (Reuters) - Prices";
        let found = dateline(line).unwrap();
        assert_eq!(
            [shown(line, &found.agency), shown(line, &found.place), shown(line, &found.date)],
            ["Reuters", "LONDON", "May 6"]
        );
        let line = "NEW YORK (AP) — Prices";
        assert_eq!(shown(line, &dateline(line).unwrap().place), "NEW YORK");
        assert_eq!(dateline("The Treaty (AP) said"), None);
    }

    #[test]
    fn notices() {
        let line = "Thanks. This story was originally published by Daily Post on May 6.";
        let found = notice(line).unwrap();
        assert_eq!(shown(line, &found.source), "Daily Post");
        assert_eq!(shown(line, &found.notice), "This story was originally published by Daily Post on May 6");
        assert_eq!(notice("A story that was published"), None);
    }
}
