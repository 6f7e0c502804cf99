//! English closing credits: who contributed, who reported, who owns the rights, where a text appeared first, and the biography
//! of its writer.

use super::english::{English, credits, ends, is_capital, is_name, person};

use super::ranges::trimmed;
use super::source_form::SourceForm;
use super::time;
use crate::lexicon::{CLOSING_TRIGGERS, ENGLISH_NOTICES, ENGLISH_TITLES, ENGLISH_WRITERS};
use aho_corasick::packed::Searcher;
use std::ops::Range;
use std::sync::LazyLock;

/// Longer lines are no closing credits, in bytes.
const CLOSING: usize = 700;

static FINDER: LazyLock<Option<Searcher>> = LazyLock::new(|| Searcher::new(CLOSING_TRIGGERS.iter()));

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
        if !read && found.notice.is_none() && ENGLISH_NOTICES.iter().any(|words| contains_ignoring_case(text, words)) {
            notice_in(line, sentence, &mut found);
        }
    }
    found.says_something()
}

/// Where a text appeared first, as a line before it says.
pub(super) fn notice(line: &str) -> Option<English> {
    let mut found = English::new(SourceForm::Closing);
    let says = |sentence: &Range<usize>| {
        ENGLISH_NOTICES.iter().any(|words| contains_ignoring_case(&line[sentence.clone()], words))
    };
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
    let writes = what.by_ref().take(10).any(|word| ENGLISH_TITLES.contains(word) || ENGLISH_WRITERS.contains(word));
    if writes && is_name(&line[name.clone()]) {
        found.authors.push(name);
        return true;
    }
    false
}

/// `This story was originally published by Daily Post on May 6`: the sentence, and the name after the preposition when
/// it begins with a capital.
fn notice_in(line: &str, sentence: Range<usize>, found: &mut English) {
    let text = &line[sentence.clone()];
    let lower = text.to_ascii_lowercase();
    let Some((at, words)) = ENGLISH_NOTICES.iter().filter_map(|words| lower.find(words).map(|at| (at, words))).min()
    else {
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
    let date = time::is_month(after_the.split(' ').next().unwrap_or_default());
    if after_the.starts_with(|c: char| c.is_uppercase()) && shown.len() <= 60 && !date {
        found.source = Some(name);
        found.form = SourceForm::Closing;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::attribution::english::tests::{names, shown};

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
