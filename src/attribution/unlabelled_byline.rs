//! A name next to the time of a credit line, with no label: `墨川日报 2023-05-06 07:08`, `2023年5月6日 07:08 冯凯`,
//! `冯凯/墨川日报 2023-05-06 07:08`. Sites that collect others' articles set the source there.

use super::names::{ends_as_outlet, is_full_name, is_named};
use super::ranges::{is_bracket, trimmed};
use super::time::qualifies_clock;
use crate::lexicon::{BYLINE_MARKS, PAGE_CONTROLS, SITE_BADGES, SITE_PARTS};
use std::ops::Range;

/// What is next to a time, as bytes of the readable line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct UnlabelledByline {
    /// An outlet or account.
    pub source: Option<Range<usize>>,
    /// A person.
    pub author: Option<Range<usize>>,
}

/// Longer lines say more than a time and a name.
const LONGEST: usize = 160;
/// A time has so many digits at least.
const TIME_DIGITS: usize = 3;

/// Reads a line that has a date with a clock; of lines with a date alone only names that end as those of outlets do.
/// The word before the time goes before the one after it, unless only the latter can be a name.
pub(super) fn unlabelled_byline(line: &str) -> Option<UnlabelledByline> {
    if line.len() > LONGEST || digits(line) < TIME_DIGITS {
        return None;
    }
    let words: Vec<Range<usize>> = words(line).filter(|word| !BYLINE_MARKS.contains(&line[word.clone()])).collect();
    let first = words.iter().position(|word| is_time(&line[word.clone()]))?;
    let of_time = |word: &str| is_time(word) || qualifies_clock(word);
    let length = words[first..].iter().take_while(|word| of_time(&line[(*word).clone()])).count();
    let times = &words[first..first + length];
    let has = |marks: &[char]| times.iter().any(|word| line[word.clone()].contains(marks));
    if !has(&['-', '/', '年', '月']) {
        return None;
    }
    let clock = has(&[':', '时']);
    let before = first.checked_sub(1).and_then(|at| words.get(at));
    let after = words.get(first + length);
    [before, after].into_iter().flatten().find_map(|word| name(line, word.clone(), clock))
}

/// The parts of a line between blanks and bars.
fn words(line: &str) -> impl Iterator<Item = Range<usize>> {
    let mut from = 0;
    let ends = line.match_indices([' ', '\t', '\u{a0}', '|', '·', '丨']).map(|(at, mark)| (at, mark.len()));
    ends.chain([(line.len(), 0)]).filter_map(move |(end, length)| {
        let word = from..end;
        from = end + length;
        (!word.is_empty()).then_some(word)
    })
}

fn digits(text: &str) -> usize {
    text.bytes().filter(u8::is_ascii_digit).count()
}

/// `2023-05-06`, `07:08`, `2023年5月6日07:08`, `发布时间:05-06`.
fn is_time(word: &str) -> bool {
    let bare = word.rsplit_once("时间:").map_or(word, |(_, bare)| bare);
    let bare = bare.trim_start_matches("发布于").trim_start_matches("发表于");
    let inside =
        |c: char| c.is_ascii_digit() || matches!(c, '-' | '/' | ':' | '.' | '年' | '月' | '日' | '时' | '分' | '秒');
    let figures = |run: &&str| run.len() > 4 || (run.len() == 4 && !run.starts_with("19") && !run.starts_with("20"));
    digits(bare) >= TIME_DIGITS
        && bare.chars().all(inside)
        && !bare.split(|c: char| !c.is_ascii_digit()).any(|run| figures(&run))
        && bare.contains(['-', '/', ':', '年', '月', '时'])
}

fn name(line: &str, word: Range<usize>, clock: bool) -> Option<UnlabelledByline> {
    let length = line[word.clone()].find(is_bracket).unwrap_or(word.len());
    let word = trimmed(line, word.start..word.start + length);
    let shown = &line[word.clone()];
    // `冯凯/墨川日报`
    if let Some((person, outlet)) = shown.split_once('/')
        && is_full_name(person)
        && is_named(outlet)
    {
        let slash = word.start + person.len();
        return Some(UnlabelledByline { source: Some(slash + 1..word.end), author: Some(word.start..slash) });
    }
    let control = PAGE_CONTROLS.iter().any(|word| shown.starts_with(word) || shown.ends_with(word));
    let plain = !shown.contains(['/', ':', '>', '<', '、', '_', '+', '|']) && shown.chars().count() <= 16;
    let outlet = ends_as_outlet(shown);
    if !plain
        || !is_named(shown)
        || control
        || SITE_PARTS.contains(shown)
        || SITE_BADGES.contains(shown)
        || !(clock || outlet)
    {
        return None;
    }
    if is_full_name(shown) && !outlet {
        return Some(UnlabelledByline { source: None, author: Some(word) });
    }
    Some(UnlabelledByline { source: Some(word), author: None })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_next_to_times() {
        for (line, source, author) in [
            ("墨川日报 2023-05-06 07:08", "墨川日报", ""),
            ("2023年5月6日07:08 苇城科技 收藏本文", "苇城科技", ""),
            ("原创 第三只眼 2023-05-06 07:08:09", "第三只眼", ""),
            ("2023-05-06 07:08 游戏苇城[整理] 3", "游戏苇城", ""),
            ("第三只眼 发布时间:05-06 07:08", "第三只眼", ""),
            ("冯凯/墨川日报 2023-05-06 07:08", "墨川日报", "冯凯"),
            ("2023-05-06 07:08 冯凯", "", "冯凯"),
            ("2023-05-06 墨川网", "墨川网", ""),
            ("11/18/19 11:04 PM EST", "", ""),
            ("2019-11-18 11:04 p.m. CNN", "CNN", ""),
            ("2023-05-06 第三只眼", "", ""),
            ("首页 要闻 2023-05-06 07:08", "", ""),
            ("2023-05-06 07:08 浏览1203次", "", ""),
            ("2023-05-06 07:08", "", ""),
            ("墨川日报 07:08", "", ""),
            ("热线 0571-8123 墨川日报", "", ""),
            ("墨川日报2023年5月6日的一则消息说,", "", ""),
            ("", "", ""),
        ] {
            let found = unlabelled_byline(line).unwrap_or_default();
            let shown = |range: Option<Range<usize>>| range.map_or("", |range| &line[range]);
            assert_eq!((shown(found.source), shown(found.author)), (source, author), "{line}");
        }
    }
}
