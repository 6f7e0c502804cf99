//! The names of people behind a label or role, with or without anything between them.

use super::names::{
    is_full_name, is_latin_name, is_nobody, is_of_pictures, is_person, is_place, is_relative, is_vague, place_at_end,
};
use super::person::{names_at, sounds_like_a_name};
use super::ranges::{begins_han, cut_at, is_bracket, is_han, trimmed};
use super::values::before_words;
use crate::lexicon::{KNOWN_OUTLETS, PLACES, ROLES, SPEAKING, TAILS};
use std::ops::Range;

/// What may be between two names.
const BETWEEN: [char; 12] = [' ', '\t', '、', ',', '/', ';', '&', '|', '_', '\u{a0}', '\\', '╱'];
/// A word of at most so many characters behind a label, and not all names, is a pen name.
const PEN_NAME: usize = 6;
/// What reporters' names are marked with when no word announces them.
pub(super) const NAME_MARKS: [char; 10] = ['□', '■', '◎', '●', '○', '▲', '◆', '◇', '▪', '☐'];

/// How surely the words before a name announce one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Announced {
    /// By a label with its colon: `作者:`. Pen names and bodies are taken as well.
    Label,
    /// By a word: `记者 `. Only people.
    Word,
    /// By nothing but its place, or by a word that runs on: only names that begin with a family name.
    Place,
}

/// The names in `range` of a readable line. Stops at the first word that is no name; a blank inside a name of two
/// characters (`王 芳`) is bridged. Nothing for photographers (`冯凯 摄`), for 佚名, and for speakers (`冯凯:`).
pub(super) fn people(line: &str, range: Range<usize>, announced: Announced) -> Vec<Range<usize>> {
    let range = without_end(line, range);
    if is_of_pictures(&line[range.clone()]) && !line[range.clone()].contains("/文") {
        return Vec::new();
    }
    let range = before_words(line, cut_at(line, range, is_bracket));
    // `冯凯蒋丽/文高文博/制表`: who wrote comes first.
    let written =
        ["/文", "文/图", "文图", "图文", "文/摄"].iter().filter_map(|word| line[range.clone()].find(word)).min();
    let range = written.filter(|&at| at > 3).map_or(range.clone(), |at| range.start..range.start + at);
    if announced == Announced::Label && !begins_han(&line[range.clone()]) {
        let names = latin_people(line, range.clone());
        return if names.is_empty() { latin_pen_name(line, range).into_iter().collect() } else { names };
    }
    let mut list = List { line, announced, names: Vec::new() };
    let mut at = range.start;
    while let Some(token) = next_token(line, at, range.end) {
        at = token.end;
        let is_first = list.names.is_empty() && announced != Announced::Place && at < range.end;
        if is_first && ROLES.suffix(&line[token.clone()]).is_some() {
            continue;
        }
        if !list.take(token) {
            break;
        }
    }
    let after = list.names.last().map_or("", |last| line[last.end..].trim_start_matches([' ', '/', '、', '╱']));
    let speaks = announced != Announced::Label && after.starts_with(':');
    let word = after.split([' ', ',', ')', '。', '(', '/']).next().unwrap_or_default();
    if speaks || (word.chars().count() <= 6 && is_of_pictures(word)) || word.starts_with('摄') {
        return Vec::new();
    }
    if list.names.is_empty() && announced == Announced::Label {
        list.names.extend(pen_name(line, range));
    }
    list.names
}

/// A list of names while it is read.
struct List<'l> {
    line: &'l str,
    announced: Announced,
    names: Vec<Range<usize>>,
}

impl List<'_> {
    /// Takes the name or names that a word has; false when the list ends here.
    fn take(&mut self, token: Range<usize>) -> bool {
        let token = self.without_role(token);
        let whole = &self.line[token.clone()];
        if whole.contains(' ') {
            let squeezed = whole.replace(' ', "");
            let fits = is_full_name(&squeezed) || (self.announced != Announced::Place && is_person(&squeezed));
            self.names.extend(fits.then_some(token));
            return fits;
        }
        if let Some(place) = place_at_end(whole).filter(|&place| is_full_name(&whole[..place])) {
            self.names.push(token.start..token.start + place);
            return true;
        }
        if TAILS
            .suffix(whole)
            .filter(|tail| tail.len() > 3)
            .is_some_and(|tail| !names_at(&whole[..whole.len() - tail.len()], true).is_empty())
        {
            self.before_rest(token);
            return false;
        }
        let parts = names_at(whole, true);
        if parts.last().is_some_and(|last| last.end == whole.len())
            && parts.iter().all(|part| is_full_name(&whole[part.clone()]))
        {
            self.push(token.start, parts);
            return true;
        }
        // A name that does not look like one is taken as the first, and in a list with commas.
        let listed = self.names.is_empty() || self.line[..token.start].trim_end().ends_with(['、', ',', '/', '&']);
        let sounds = self.announced == Announced::Label || !whole.contains(is_han) || sounds_like_a_name(whole);
        let fits = self.announced != Announced::Place && listed && sounds && is_person(whole) && !is_of_pictures(whole);
        let goes_on = whole.chars().count() > 3 && (TAILS.suffix(whole).is_some() || whole.ends_with("并摄"));
        if fits && !goes_on {
            self.names.push(token);
            return true;
        }
        self.before_rest(token);
        false
    }

    fn push(&mut self, start: usize, parts: Vec<Range<usize>>) {
        self.names.extend(parts.into_iter().map(|part| start + part.start..start + part.end));
    }

    /// `墨川大学教授冯凯`, `实习生蒋丽`: what somebody is goes before the name.
    fn without_role(&self, token: Range<usize>) -> Range<usize> {
        let word = &self.line[token.clone()];
        let role = ROLES.iter().filter_map(|role| word.rfind(role).map(|at| at + role.len())).max();
        let rest = role.filter(|&at| at < word.len() && is_full_name(&word[at..]));
        rest.map_or(token.clone(), |at| token.start + at..token.end)
    }

    fn ends_at_border(&self, at: usize) -> bool {
        !self.line[at..].starts_with(char::is_alphanumeric)
    }

    /// Names that other words follow: `冯凯报道`, `冯凯苇城报道`, `冯凯并摄`, and text where blanks were lost.
    fn before_rest(&mut self, token: Range<usize>) {
        let word = &self.line[token.clone()];
        let tail = TAILS.suffix(word).and_then(|tail| word.strip_suffix(tail)).or_else(|| word.strip_suffix("并摄"));
        if let Some(rest) = tail {
            let parts = names_at(rest, true);
            let all = parts.last().is_some_and(|last| last.end == rest.len());
            match name_before_place(rest) {
                _ if all => self.push(token.start, parts),
                Some(end) => self.names.push(token.start..token.start + end),
                None => {}
            }
            return;
        }
        if self.announced == Announced::Place {
            return;
        }
        let alone = word.chars().count() <= PEN_NAME && self.ends_at_border(token.end);
        if self.announced == Announced::Label && alone && self.names.is_empty() {
            return; // a pen name
        }
        let named = word.trim_end_matches(|c: char| c.is_ascii_alphanumeric());
        if self.announced == Announced::Label && named.len() < word.len() && is_full_name(named) {
            self.names.push(token); // an editor's number: `冯凯SN222`
            return;
        }
        let parts = before_known(word, names_at(word, false));
        let rest = parts.last().map_or(word, |last| &word[last.end..]);
        if SPEAKING.prefix(rest).is_none() {
            self.push(token.start, parts);
        }
    }
}

/// The last of some names ends earlier when a place or a well-known outlet begins with its last character:
/// `冯凯北|京商报` is `冯凯|北京商报`.
fn before_known(word: &str, mut names: Vec<Range<usize>>) -> Vec<Range<usize>> {
    if let Some(last) = names.last_mut()
        && let Some((at, _)) = word[last.clone()].char_indices().next_back()
    {
        let rest = &word[last.start + at..];
        let known = PLACES.prefix(rest).or_else(|| KNOWN_OUTLETS.prefix(rest)).is_some();
        if known && is_full_name(&word[last.start..last.start + at]) {
            last.end = last.start + at;
        }
    }
    names
}

/// Closing marks do not belong to a value.
fn without_end(line: &str, range: Range<usize>) -> Range<usize> {
    let part = line[range.clone()].trim_end_matches(['。', ')', ']', '】', '〕', ' ', '-']);
    trimmed(line, range.start..range.start + part.len())
}

/// The next word of a list of names; two single characters with one blank between are one name.
fn next_token(line: &str, at: usize, end: usize) -> Option<Range<usize>> {
    let from = at + (line[at..end].len() - line[at..end].trim_start_matches(BETWEEN).len());
    if from >= end {
        return None;
    }
    let stop = line[from..end].find(|c| BETWEEN.contains(&c) || "“”\"《。!?".contains(c)).map_or(end, |k| from + k);
    if stop == from {
        return None;
    }
    let single = |part: &str| part.chars().count() == 1 && part.chars().all(is_han);
    if single(&line[from..stop]) {
        let rest = line[stop..end].trim_start_matches([' ', '\u{a0}']);
        let next = end - rest.len();
        let stop_next = rest.find(BETWEEN).map_or(end, |k| next + k);
        if next > stop && single(&line[next..stop_next]) {
            return Some(from..stop_next);
        }
    }
    // `冯凯Facebook`: a name ends where the script changes.
    let first_han = line[from..stop].starts_with(is_han);
    let foreign = |c: char| c.is_ascii_digit() || c.is_alphabetic() && !is_han(c);
    let length = line[from..stop].find(foreign).filter(|&at| first_han && at > 3);
    let code = |at: usize| {
        line[from + at..stop].chars().all(|c| c.is_ascii_alphanumeric())
            && line[from + at..stop].contains(|c: char| c.is_ascii_digit())
    };
    Some(from..length.filter(|&at| !code(at)).map_or(stop, |at| from + at))
}

/// Where the name ends in `冯凯苇城`: the rest is a well-known place, or the name is as long as is usual for
/// so many characters in all.
pub(super) fn name_before_place(text: &str) -> Option<usize> {
    if let Some(place) = place_at_end(text).filter(|&place| is_full_name(&text[..place])) {
        return Some(place);
    }
    let length = match text.chars().count() {
        4 => 2,
        5 | 6 => 3,
        _ => return None,
    };
    let end = text.char_indices().nth(length).map_or(text.len(), |(at, _)| at);
    is_full_name(&text[..end]).then_some(end)
}

/// `Li Ming, Jane Roe and John Doe`.
pub(super) fn latin_people(line: &str, range: Range<usize>) -> Vec<Range<usize>> {
    let mut names = Vec::new();
    let mut from = range.start;
    while from < range.end {
        let rest = &line[from..range.end];
        let comma = rest.find([',', ';', '/', '、', '|']).map(|k| (k, 1));
        let and = rest.find(" and ").map(|k| (k, 5));
        let (length, skip) = [comma, and].into_iter().flatten().min().unwrap_or((rest.len(), 0));
        let part = trimmed(line, from..from + length);
        let skipped = line[part.clone()].strip_prefix("and ").map_or(0, |_| 4);
        let part = part.start + skipped..part.end;
        let name = &line[part.clone()];
        if !is_latin_name(name) || is_nobody(name) {
            break;
        }
        names.push(part);
        from += length + skip.max(1);
        while from < range.end && !line.is_char_boundary(from) {
            from += 1;
        }
    }
    names
}

/// A pen name in Latin letters behind a label, whatever its case: `文/mochuan`.
fn latin_pen_name(line: &str, range: Range<usize>) -> Option<Range<usize>> {
    let text = &line[range.clone()];
    let name = &text[..text.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(text.len())];
    let fits =
        (3..=16).contains(&name.len()) && name.starts_with(|c: char| c.is_ascii_alphabetic()) && !is_nobody(name);
    let alone = !text[name.len()..].starts_with([' ', '.', '@', '-']) || text[name.len()..].trim().is_empty();
    let code = name.contains(|c: char| c.is_ascii_digit()) && !name.contains(|c: char| c.is_ascii_lowercase());
    (fits && alone && !code && !name.starts_with("http")).then(|| range.start..range.start + name.len())
}

/// A pen name or body behind a label, as one value: at most twelve characters without a stop.
fn pen_name(line: &str, range: Range<usize>) -> Option<Range<usize>> {
    let range = cut_at(line, range, |c| matches!(c, ' ' | '\t' | '-' | '_' | '|'));
    let name = &line[range.clone()];
    let count = name.chars().count();
    let plain = !name.contains(['。', ',', ';', '!', '?', '"', '“', ':', '、']) && name.chars().any(is_han);
    let refused = is_nobody(name)
        || is_relative(name)
        || is_vague(name)
        || is_place(name)
        || name.starts_with(['系', '为', '是', '返']);
    ((2..=12).contains(&count) && plain && !refused).then_some(range)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(text: &str, announced: Announced) -> Vec<&str> {
        people(text, 0..text.len(), announced).into_iter().map(|range| &text[range]).collect()
    }

    #[test]
    fn lists_of_people() {
        for (text, want) in [
            ("冯凯 蒋丽", vec!["冯凯", "蒋丽"]),
            ("冯凯、蒋丽,高文博", vec!["冯凯", "蒋丽", "高文博"]),
            ("冯凯/蒋丽", vec!["冯凯", "蒋丽"]),
            ("蒋 丽", vec!["蒋 丽"]),
            ("冯凯蒋丽", vec!["冯凯", "蒋丽"]),
            ("冯凯高文博吴晓丹王煜", vec!["冯凯", "高文博", "吴晓丹", "王煜"]),
            ("蒋丽 苇城报道", vec!["蒋丽"]),
            ("高文博杭州报道", vec!["高文博"]),
            ("冯凯报道", vec!["冯凯"]),
            ("冯凯“渡口停了。”老船工说", vec!["冯凯"]),
            ("冯凯 北京 报道", vec!["冯凯"]),
            ("阿依古丽", vec!["阿依古丽"]),
            ("冯凯北京商报讯", vec!["冯凯"]),
            ("冯凯王友文", vec!["冯凯", "王友文"]),
            ("高文博今日上午来到渡口", vec!["高文博"]),
            ("冯凯 文/图", vec!["冯凯"]),
            ("蒋丽并摄", vec!["蒋丽"]),
            ("墨川大学教授高文博", vec!["高文博"]),
            ("冯凯蒋丽/文高文博/制表", vec!["冯凯", "蒋丽"]),
            ("高文博文/图", vec!["高文博"]),
            ("冯凯 摄", vec![]),
            ("冯凯/摄影", vec![]),
            ("高文博:请您谈谈", vec![]),
            ("从现场了解到", vec![]),
        ] {
            assert_eq!(named(text, Announced::Word), want, "{text}");
        }
        assert_eq!(named("了解到", Announced::Place), Vec::<&str>::new());
    }

    #[test]
    fn pen_names_need_a_label() {
        assert_eq!(named("老街坊茶话会", Announced::Label), ["老街坊茶话会"]);
        assert_eq!(named("老街坊茶话会", Announced::Word), Vec::<&str>::new());
        assert_eq!(named("佚名", Announced::Label), Vec::<&str>::new());
        assert_eq!(named("冯凯返回首页,查看更多", Announced::Label), ["冯凯"]);
        assert_eq!(named("冯凯SN222", Announced::Label), ["冯凯SN222"]);
        assert_eq!(named("冯凯Mochuan公司今天", Announced::Label), ["冯凯"]);
        assert_eq!(named("冯凯36街获悉", Announced::Label), ["冯凯"]);
        assert_eq!(named("mochuan", Announced::Label), ["mochuan"]);
        assert_eq!(named("老街坊/高小飞刀", Announced::Label), ["老街坊", "高小飞刀"]);
        assert_eq!(named("HN666", Announced::Label), Vec::<&str>::new());
        assert_eq!(named("Li Ming and Jane Roe", Announced::Label), ["Li Ming", "Jane Roe"]);
    }
}
