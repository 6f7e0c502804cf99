//! Outlets whose reporters speak in an article's text: `墨川晚报记者了解到`, `他告诉墨川晚报`, `told the Daily Post`. An
//! article speaks so of the outlet that wrote it, wherever it is run.

use super::names::ends_as_outlet;
use super::{Found, Outlets};
use crate::clean::{CleanDoc, Readable, Region};
use crate::lexicon::{
    ClassedWords, ENGLISH_CUES, FINDING_CUES, NAME_BOUNDARIES, OTHERS_REPORT, REPORTER_CUES, REPORTER_KINDS,
    SPOKEN_TO_CUES,
};
use crate::types::Span;
use serde::{Deserialize, Serialize};
use std::ops::Range;
use std::sync::LazyLock;

/// An outlet whose reporters speak in a text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reporting {
    /// Its name, and where the text first writes it so.
    pub outlet: Found,
    /// How many times they speak.
    pub times: u32,
}

/// Outlets of one page that are kept, those that speak most often.
const MOST: usize = 3;

/// What is next to the name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum ReporterCue {
    /// `墨川晚报记者`: the name is before it.
    Reporter,
    /// `告诉墨川晚报`: the name is after it.
    SpokenTo,
    /// `墨川晚报注意到`: the name is before it and begins its clause.
    Finds,
    /// `told the Daily Post`.
    SpokenToInEnglish,
}

static CUES: LazyLock<ClassedWords<ReporterCue>> = LazyLock::new(|| {
    ClassedWords::new([
        (&REPORTER_CUES, ReporterCue::Reporter),
        (&SPOKEN_TO_CUES, ReporterCue::SpokenTo),
        (&FINDING_CUES, ReporterCue::Finds),
        (&ENGLISH_CUES, ReporterCue::SpokenToInEnglish),
    ])
});

/// Bytes of the page before and after a cue that are looked at.
const WINDOW: usize = 90;
/// Characters that a name may have where nothing else marks it.
const LENGTH: std::ops::RangeInclusive<usize> = 3..=10;
/// Characters of a name in title marks: `《墨川周刊》`.
const QUOTED: std::ops::RangeInclusive<usize> = 2..=12;

/// Characters after 记者 in which that is looked for.
const SIGNED: usize = 14;

/// The outlets whose reporters speak in the body of a page, those that speak most often first. Linear in its length.
pub(crate) fn reporters(text: &str, clean: &CleanDoc, outlets: &Outlets) -> Vec<Reporting> {
    let mut found: Vec<Reporting> = Vec::new();
    let mut line = Readable::default();
    for body in clean.lines_of(Region::Body) {
        let raw = body.span.of(text);
        for (hit, cue) in CUES.find_iter(raw) {
            let from = floor(raw, hit.start.saturating_sub(WINDOW));
            let to = floor(raw, (hit.end + WINDOW).min(raw.len()));
            let start = body.span.start as usize;
            line.fill(text, Span::new(start + from, start + to));
            // The same place in the readable text, which may be shorter.
            let at = Readable::new(text, Span::new(start + from, start + hit.start)).text.len();
            let Some(range) = name_at(&line.text, at, cue, outlets) else { continue };
            note(&mut found, &line, text, range);
        }
        if let Some(range) = asking(raw, text, body.span, &mut line) {
            note(&mut found, &line, text, range);
        }
    }
    found.sort_by(|x, y| y.times.cmp(&x.times).then(x.outlet.at.start.cmp(&y.outlet.at.start)));
    found.truncate(MOST);
    found
}

fn floor(text: &str, at: usize) -> usize {
    (0..=at).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0)
}

fn note(found: &mut Vec<Reporting>, line: &Readable, text: &str, range: Range<usize>) {
    let name = &line.text[range.clone()];
    let known =
        |held: &&mut Reporting| held.outlet.value == name || super::folded(&held.outlet.value) == super::folded(name);
    match found.iter_mut().find(known) {
        Some(held) => held.times += 1,
        None => {
            let value = line.written(text, range.start, range.end);
            found.push(Reporting { outlet: Found { value, at: line.raw(text, range.start, range.end) }, times: 1 });
        }
    }
}

/// The name next to the cue that is at `at`.
fn name_at(line: &str, at: usize, cue: ReporterCue, outlets: &Outlets) -> Option<Range<usize>> {
    let word = |cues: &[&str]| cues.iter().find(|cue| line[at..].starts_with(**cue)).map_or(0, |cue| cue.len());
    match cue {
        ReporterCue::Reporter => {
            let after = at + word(&["记者"]);
            let end = REPORTER_KINDS.iter().fold(at, |end, kind| line[..end].strip_suffix(kind).map_or(end, str::len));
            let signed: String = line[after..].chars().take(SIGNED).take_while(|c| !matches!(c, ',' | '。')).collect();
            (after > at && !OTHERS_REPORT.iter().any(|word| signed.contains(word)))
                .then(|| name_before(line, end, outlets))?
        }
        ReporterCue::Finds => {
            // What the text itself has learnt, not somebody in it.
            let clause = line[..at]
                .rfind(['。', ',', ';', '!', '?', ':', '\n'])
                .map_or(0, |end| end + line[end..].chars().next().map_or(0, char::len_utf8));
            let range = name_before_verb(line, clause, at, outlets)?;
            (range.start == clause).then_some(range)
        }
        ReporterCue::SpokenTo => {
            let start = at + word(&["告诉", "接受了", "接受"]);
            name_after(line, start, line[at..].starts_with("接受"), outlets)
        }
        ReporterCue::SpokenToInEnglish => {
            let cue = word(&["told ", "interview with ", "statement to ", "obtained by ", "spoke to "]);
            english_after(line, at + cue, outlets)
        }
    }
}

fn is_known(name: &str, outlets: &Outlets) -> bool {
    outlets.knows(name)
}

/// The name that ends at `end`: in title marks, or the longest known one, or what looks like one after a boundary.
fn name_before(line: &str, end: usize, outlets: &Outlets) -> Option<Range<usize>> {
    let text = &line[..end];
    if let Some(inside) = text.strip_suffix('》') {
        let open = inside.rfind('《')? + '《'.len_utf8();
        let is_sourced = text[..open - '《'.len_utf8()].ends_with('据');
        return (QUOTED.contains(&inside[open..].chars().count()) && !is_sourced).then_some(open..inside.len());
    }
    let run = text.trim_end_matches(|c: char| c.is_alphanumeric()).len();
    let starts = || text[run..].char_indices().map(|(at, _)| run + at);
    let known = starts().find(|&at| text[at..].chars().count() >= 2 && is_known(&text[at..], outlets));
    if let Some(start) = known {
        return (!text[..start].ends_with('据')).then_some(start..end);
    }
    let bounds = NAME_BOUNDARIES.iter().filter_map(|word| text[run..].rfind(word).map(|at| run + at + word.len()));
    let start = bounds.max().unwrap_or(run);
    let name = &text[start..];
    let is_name = LENGTH.contains(&name.chars().count()) && ends_as_outlet(name);
    (is_name && !name.starts_with(['据', '某', '该', '本', '多', '各']) && !text[..start].ends_with('据'))
        .then_some(start..end)
}

/// `墨川晚报注意到`, `墨川晚报从市交通局获悉`: the name at the beginning of a clause.
fn name_before_verb(line: &str, clause: usize, end: usize, outlets: &Outlets) -> Option<Range<usize>> {
    let said = &line[clause..end];
    let stop = said.find(['从', '(', ' ']).unwrap_or(said.len());
    let name = said[..stop].trim_end_matches("记者");
    let is_name = (is_known(name, outlets) && name.chars().count() >= 2)
        || (LENGTH.contains(&name.chars().count()) && ends_as_outlet(name));
    (is_name && name.len() == said[..stop].len()).then_some(clause..clause + name.len())
}

/// What follows the name of somebody who interviews.
const INTERVIEWS: [&str; 5] = ["专访", "独家", "采访", "的采访", "电话"];
/// What follows the name of somebody who was told something.
const GOES_ON: [&str; 5] = ["表示", ",", "。", "(", ":"];

/// The name that begins at `start` and after which somebody speaks: `告诉墨川晚报,`, `接受《墨川周刊》采访`. What people
/// accept without an interview (`is_interview`) is no outlet: `接受医学观察`.
fn name_after(line: &str, start: usize, is_interview: bool, outlets: &Outlets) -> Option<Range<usize>> {
    let rest = &line[start..];
    if let Some(inside) = rest.strip_prefix('《') {
        let length = inside.find('》')?;
        let open = start + '《'.len_utf8();
        // With 记者 after it the other cue counts it.
        let after = &inside[length + '》'.len_utf8()..];
        let counted =
            REPORTER_KINDS.iter().find_map(|kind| after.strip_prefix(kind)).unwrap_or(after).starts_with("记者");
        return (QUOTED.contains(&inside[..length].chars().count()) && !counted).then_some(open..open + length);
    }
    let ends = rest.char_indices().map(|(at, c)| at + c.len_utf8()).take(*LENGTH.end());
    let run = rest.find(|c: char| !c.is_alphanumeric()).unwrap_or(rest.len());
    let is_name = |&end: &usize| {
        let name = &rest[..end];
        let goes_on = |words: &[&str]| words.iter().any(|word| rest[end..].starts_with(word));
        let closed = goes_on(&INTERVIEWS) || !is_interview && (end == run || goes_on(&GOES_ON));
        closed
            && name.chars().count() >= 2
            && (is_known(name, outlets) || name.chars().count() > 2 && ends_as_outlet(name))
    };
    ends.take_while(|&end| end <= run).filter(is_name).last().map(|end| start..start + end)
}

/// `told the Daily Post`: the longest known name of up to four words.
fn english_after(line: &str, start: usize, outlets: &Outlets) -> Option<Range<usize>> {
    let rest = &line[start..];
    let skipped =
        ["the ", "The "].iter().find(|article| rest.starts_with(**article)).map_or(0, |article| article.len());
    let begins = [0, skipped].into_iter();
    let longest = |from: usize| {
        let name = &rest[from..];
        let stop =
            name.find(|c: char| !(c.is_alphanumeric() || matches!(c, ' ' | '-' | '&' | '.'))).unwrap_or(name.len());
        let ends = name[..stop].match_indices(' ').map(|(at, _)| at).chain([stop]).take(4);
        let known = |&end: &usize| {
            let name = name[..end].trim_end_matches('.');
            name.starts_with(|c: char| c.is_ascii_uppercase()) && is_known(name, outlets)
        };
        ends.filter(known).last().map(|end| start + from..start + from + name[..end].trim_end_matches('.').len())
    };
    begins.filter_map(longest).next_back()
}

/// Bytes in which a question names who asks.
const ASKS: usize = 40;

/// `墨川晚报：` at the beginning of a line of an interview.
fn asking(raw: &str, text: &str, span: Span, line: &mut Readable) -> Option<Range<usize>> {
    let colon = raw.char_indices().take_while(|(at, _)| *at < ASKS).find(|(_, c)| matches!(c, ':' | '：'))?.0;
    line.fill(text, Span::new(span.start as usize, span.start as usize + colon));
    let start = line.text.len() - line.text.trim_start_matches(|c: char| !c.is_alphanumeric()).len();
    let name = line.text[start..].trim_end();
    let end = start + name.len();
    let is_name = name.chars().all(char::is_alphanumeric) && LENGTH.contains(&name.chars().count());
    (is_name && ends_as_outlet(name)).then_some(start..end)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::attribution::{Aliases, SeenNames};
    use crate::clean::{FurnitureModel, GroupKeys, clean};

    fn read(text: &str) -> Vec<(String, u32)> {
        let mut seen = SeenNames::default();
        ["墨川视界", "Daily Post"].iter().for_each(|name| _ = seen.note(Some(name), None, None));
        let outlets = Outlets::learn(&seen, &Aliases::default());
        let page = clean(text, None, &FurnitureModel::default(), GroupKeys::default());
        reporters(text, &page, &outlets).into_iter().map(|found| (found.outlet.value, found.times)).collect()
    }

    /// What a page says whose text is of some length.
    fn said(words: &str) -> Vec<(String, u32)> {
        read(&format!("渡口停了\n老船工昨天把船拖上了岸，船舱里还留着半筐没有卖完的鱼。{words}\n桥那边的人都来看。"))
    }

    #[test]
    fn a_text_speaks_of_its_own_reporters() {
        for (words, name) in [
            ("他在接受苇城晚报记者采访时说，明年还来。", "苇城晚报"),
            ("近日，苇城晚报全媒体记者走访了三个渡口。", "苇城晚报"),
            ("老船工告诉《苇城周末》，他不卖船。", "苇城周末"),
            ("《苇城周末》记者看到，岸上站满了人。", "苇城周末"),
            ("苇城晚报注意到，去年也停过一次。", "苇城晚报"),
            ("苇城晚报从交通局获悉，明天恢复。", "苇城晚报"),
            ("昨天墨川视界记者致电交通局。", "墨川视界"),
            ("他告訴墨川視界，明年還來。", "墨川視界"),
            ("“I will not sell it,” he told the Daily Post on Monday.", "Daily Post"),
        ] {
            assert_eq!(said(words), [(name.to_owned(), 1)], "{words}");
        }
    }

    #[test]
    fn how_often_they_speak_is_counted() {
        let words =
            "苇城晚报记者看到，岸上站满了人。他告诉苇城晚报记者，明年还来。\n苇城晚报：你不卖船吗？\n老船工：不卖。";
        assert_eq!(said(words), [("苇城晚报".to_owned(), 3)]);
    }

    #[test]
    fn others_reporters_and_pictures_are_no_voice_of_the_text() {
        for words in [
            "据苇城晚报记者报道，渡口停了。",
            "苇城晚报记者冯凯爆料说，船要卖了。",
            "记者看到，岸上站满了人。",
            "本报记者看到，岸上站满了人。",
            "岸上站满了人。苇城晚报记者 冯凯 摄",
            "他告诉儿子，明年还来。",
            "he told Jane Roe on Monday.",
            "他接受了电网的检查。",
            "船员都在接受医学观察。",
            "这家厂接受社会监督观察，",
        ] {
            assert_eq!(said(words), [], "{words}");
        }
    }
}
