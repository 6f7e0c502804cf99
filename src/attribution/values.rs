//! The values behind labels: names of people, a source, an address, a headline.

use super::credits::{Piece, begins_han, cut_at, is_bracket, trimmed};
use super::names::{
    is_full_name, is_han, is_nobody, is_person, is_place, is_relative, is_vague, place_at_end, split_run,
};
use crate::lexicon::{ROLES, TAILS};
use aho_corasick::AhoCorasick;
use std::ops::Range;
use std::sync::LazyLock;

/// What may stand between two names.
const BETWEEN: [char; 11] = [' ', '\t', '、', ',', '/', ';', '&', '|', '_', '\u{a0}', '\\'];
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

/// The names in `range` of a readable line. Stops at the first word that is no name; blank inside
/// a name of two characters (`王 芳`) is bridged. Nothing for photographers (`冯凯 摄`) and for 佚名.
pub(super) fn people(line: &str, range: Range<usize>, announced: Announced) -> Vec<Range<usize>> {
    let mut names = Vec::new();
    let range = without_end(line, range);
    if is_of_pictures(&line[range.clone()]) {
        return names;
    }
    let range = before_words(line, cut_at(line, range, is_bracket));
    if announced == Announced::Label && !begins_han(&line[range.clone()]) {
        latin_people(line, range, &mut names);
        return names;
    }
    let mut at = range.start;
    while let Some(token) = next_token(line, at, range.end) {
        at = token.end;
        let is_first = names.is_empty() && announced == Announced::Label && at < range.end;
        if is_first && ROLES.suffix(&line[token.clone()]).is_some() {
            continue;
        }
        if !take(line, token, announced, &mut names) {
            break;
        }
    }
    if names.is_empty() && announced == Announced::Label {
        names.extend(pen_name(line, range));
    }
    names.iter_mut().for_each(|name| *name = without_code(line, name.clone()));
    names
}

/// Sites set an editor's number after the name: `冯凯SN222`.
fn without_code(line: &str, name: Range<usize>) -> Range<usize> {
    let shown = &line[name.clone()];
    let bare = shown.trim_end_matches(|c: char| c.is_ascii_alphanumeric());
    if is_full_name(bare) { name.start..name.start + bare.len() } else { name }
}

/// Closing marks do not belong to a value.
fn without_end(line: &str, range: Range<usize>) -> Range<usize> {
    let part = line[range.clone()].trim_end_matches(['。', ')', ']', '】', '〕', ' ', '-']);
    trimmed(line, range.start..range.start + part.len())
}

fn is_of_pictures(text: &str) -> bool {
    let text = text.trim_end_matches([' ', '/']);
    (text.ends_with('摄') && !text.ends_with("并摄"))
        || ["供图", "摄影", "制图", "制作", "/图", " 图"]
            .iter()
            .any(|end| text.ends_with(end) && !text.ends_with("文/图"))
}

/// The next word of a list of names; two single characters with one blank between are one name.
fn next_token(line: &str, at: usize, end: usize) -> Option<Range<usize>> {
    let from = at + (line[at..end].len() - line[at..end].trim_start_matches(BETWEEN).len());
    if from >= end {
        return None;
    }
    let stop = line[from..end].find(BETWEEN).map_or(end, |k| from + k);
    let single = |part: &str| part.chars().count() == 1 && part.chars().all(is_han);
    if single(&line[from..stop]) {
        let rest = line[stop..end].trim_start_matches([' ', '\u{a0}']);
        let next = end - rest.len();
        let stop_next = rest.find(BETWEEN).map_or(end, |k| next + k);
        if next > stop && single(&line[next..stop_next]) {
            return Some(from..stop_next);
        }
    }
    Some(from..stop)
}

/// Takes the name or names that a word holds; false when the list ends here.
fn take(line: &str, token: Range<usize>, announced: Announced, names: &mut Vec<Range<usize>>) -> bool {
    let whole = &line[token.clone()];
    let squeezed: String;
    let shown = if whole.contains(' ') {
        squeezed = whole.replace(' ', "");
        &squeezed
    } else {
        whole
    };
    let count = shown.chars().count();
    if count >= 4
        && let Some(parts) = split_run(shown).filter(|parts| parts.len() > 1)
    {
        names.extend(parts.into_iter().map(|p| token.start + p.start..token.start + p.end));
        return true;
    }
    let certain = is_full_name(shown);
    let fits = match announced {
        Announced::Place => certain,
        // 向, 于 and their like are family names as well as words that bylines go on with.
        Announced::Word => is_person(shown) || (certain && !names.is_empty()),
        Announced::Label => is_person(shown) || certain,
    };
    let goes_on = count > 3 && (TAILS.suffix(shown).is_some() || shown.ends_with("并摄"));
    if fits && !goes_on {
        names.push(token);
        return true;
    }
    if names.is_empty() {
        names.extend(name_before_tail(line, token));
    }
    false
}

/// `冯凯报道`, `冯凯墨川报道`, `冯凯并摄`: the name, when what is left after it can be a place.
fn name_before_tail(line: &str, token: Range<usize>) -> Option<Range<usize>> {
    let word = &line[token.clone()];
    let rest = TAILS.suffix(word).and_then(|tail| word.strip_suffix(tail)).or_else(|| word.strip_suffix("并摄"))?;
    if is_full_name(rest) {
        return Some(token.start..token.start + rest.len());
    }
    name_before_place(rest).map(|end| token.start..token.start + end)
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
fn latin_people(line: &str, range: Range<usize>, names: &mut Vec<Range<usize>>) {
    let mut from = range.start;
    while from < range.end {
        let rest = &line[from..range.end];
        let comma = rest.find([',', ';', '/', '、', '|']).map(|k| (k, 1));
        let and = rest.find(" and ").map(|k| (k, 5));
        let (length, skip) = [comma, and].into_iter().flatten().min().unwrap_or((rest.len(), 0));
        let part = trimmed(line, from..from + length);
        let name = &line[part.clone()];
        if !super::names::is_latin_name(name) || is_nobody(name) {
            break;
        }
        names.push(part);
        from += length + skip.max(1);
        while from < range.end && !line.is_char_boundary(from) {
            from += 1;
        }
    }
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

/// Where the name of a source ends: at a blank (Han names hold none), a bracket, a bar, a date or a stop.
pub(super) fn source(line: &str, range: Range<usize>) -> Range<usize> {
    let mut range = trimmed(line, range);
    for prefix in ["综合自", "综合", "微信公众号", "公众号", "微信号", "@"] {
        let rest = line[range.clone()].strip_prefix(prefix).map(|rest| rest.trim_start_matches([':', ' ']));
        if let Some(rest) = rest.filter(|rest| rest.chars().count() >= 2) {
            range.start = range.end - rest.len();
        }
    }
    let open = line[range.clone()].trim_start_matches(|c: char| is_bracket(c) || matches!(c, '“' | '"' | '|' | '/'));
    range.start = range.end - open.len();
    let han = begins_han(&line[range.clone()]);
    let mut ended = cut_at(line, range.clone(), |c| {
        is_bracket(c)
            || matches!(c, '|' | '丨' | '。' | '、' | ';' | '\t' | '”' | '"' | '\\' | '#')
            || (matches!(c, ',' | ':') && han)
    });
    if han {
        ended = cut_at(line, ended, |c| c == ' ' || c == '\u{a0}' || c == '/');
    } else if let Some(gap) = line[ended.clone()].find("  ") {
        ended.end = ended.start + gap;
    }
    ended = before_words(line, before_date(line, ended));
    for tail in ["综合", "供稿"] {
        let rest = line[ended.clone()].strip_suffix(tail).filter(|rest| rest.chars().count() >= 3);
        ended.end = rest.map_or(ended.end, |rest| ended.start + rest.len());
    }
    let plain = line[ended.clone()].trim_end_matches([':', '-', '.', ',', '·', '!', '—']);
    trimmed(line, ended.start..ended.start + plain.len())
}

/// Words that pages hang on a name without a blank.
static HUNG_ON: LazyLock<AhoCorasick> = LazyLock::new(|| {
    let words =
        ["点击", "长按", "请长按", "扫描", "扫码", "责任编辑", "发布时间", "返回", "更多", "相关新闻", "相关阅读"];
    AhoCorasick::new(words).unwrap_or_else(|e| unreachable!("eleven words build: {e}"))
});

/// Cut before such words: `墨川日报点击进入专题`, `冯凯返回首页`.
fn before_words(line: &str, range: Range<usize>) -> Range<usize> {
    let end = HUNG_ON.find(&line[range.clone()]).map(|found| found.start()).filter(|&at| at > 3);
    range.start..end.map_or(range.end, |at| range.start + at)
}

/// Cut before `2023年`, `2023-05`, which sites set after the name.
fn before_date(line: &str, range: Range<usize>) -> Range<usize> {
    let part = &line[range.clone()];
    let bytes = part.as_bytes();
    let year = |at: usize| {
        bytes[at..].len() > 4
            && matches!(&bytes[at..at + 2], b"19" | b"20")
            && bytes[at + 2..at + 4].iter().all(u8::is_ascii_digit)
            && ["年", "-", "/", "."].iter().any(|mark| part[at + 4..].starts_with(mark))
    };
    match memchr::memchr2_iter(b'1', b'2', bytes).find(|&at| at > 0 && year(at)) {
        Some(at) => trimmed(line, range.start..range.start + at),
        None => range,
    }
}

/// The address in `range`, if it begins with one.
pub(super) fn address(line: &str, range: Range<usize>) -> Option<Range<usize>> {
    let skipped = line[range.clone()].find("http")?;
    if skipped > 3 {
        return None;
    }
    let start = range.start + skipped;
    let inside = |c: char| c.is_ascii_graphic() && !matches!(c, '"' | '<' | '>' | '\'' | '`' | '\\');
    let length = line[start..].find(|c| !inside(c)).unwrap_or(line.len() - start);
    let address = line[start..start + length].trim_end_matches(['(', ')', '[', ']', ',', '.', ';']);
    (address.len() > 10 && address.contains("://")).then(|| start..start + address.len())
}

/// The headline in `range`: to the bracket that closes the piece, or to the end.
pub(super) fn headline(line: &str, piece: &Piece) -> Option<Range<usize>> {
    let opener = line[..piece.word.start].chars().next_back();
    let closer = match opener {
        Some('(') => ')',
        Some('[') => ']',
        Some('【') => '】',
        _ => '\0',
    };
    let mut depth = 0;
    let mut end = piece.value.end;
    for (at, c) in line[piece.value.start..].char_indices() {
        if Some(c) == opener && closer != '\0' {
            depth += 1;
        } else if c == closer {
            if depth == 0 {
                end = piece.value.start + at;
                break;
            }
            depth -= 1;
        }
    }
    let range = trimmed(line, piece.value.start..end);
    (line[range.clone()].chars().count() >= 4).then_some(range)
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
            ("蒋丽 苇城报道", vec!["蒋丽"]),
            ("高文博杭州报道", vec!["高文博"]),
            ("冯凯报道", vec!["冯凯"]),
            ("冯凯 北京 报道", vec!["冯凯"]),
            ("阿依古丽", vec!["阿依古丽"]),
            ("冯凯 文/图", vec!["冯凯"]),
            ("蒋丽并摄", vec!["蒋丽"]),
            ("冯凯 摄", vec![]),
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
        assert_eq!(named("冯凯SN222", Announced::Label), ["冯凯"]);
        assert_eq!(named("Li Ming and Jane Roe", Announced::Label), ["Li Ming", "Jane Roe"]);
    }

    #[test]
    fn a_source_ends() {
        for (text, want) in [
            ("墨川日报 字号", "墨川日报"),
            ("墨川日报(记者 冯凯)", "墨川日报"),
            ("墨川日报 | 冯凯", "墨川日报"),
            ("墨川日报2023年05月06日", "墨川日报"),
            ("墨川网、苇城网", "墨川网"),
            ("《读城》", "《读城》"),
            ("墨川日报点击进入专题", "墨川日报"),
            ("微信公众号“墨川夜谈”", "墨川夜谈"),
            ("综合墨川网,苇城网", "墨川网"),
            ("墨川晚报综合", "墨川晚报"),
            ("FM99墨川广播", "FM99墨川广播"),
            ("The Daily Post  2023-05-06", "The Daily Post"),
        ] {
            assert_eq!(&text[source(text, 0..text.len())], want, "{text}");
        }
    }

    #[test]
    fn an_address_ends() {
        let text = "https://a.example/1.html(转载请保留)";
        assert_eq!(&text[address(text, 0..text.len()).unwrap()], "https://a.example/1.html");
        assert_eq!(address("查看", 0..6), None);
    }
}
