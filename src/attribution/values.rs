//! The values behind labels: a source, an address, a headline.

use super::labels::Piece;
use super::names::{ends_as_outlet, is_nobody, is_of_pictures, is_place, is_relative, is_vague};
use super::ranges::{begins_han, cut_at, is_bracket, is_han, trimmed};
use crate::lexicon::{CONTINUATIONS, KNOWN_OUTLETS, LIST_HEADERS, MACHINERY, MOMENTS, NO_PEOPLE, OUTLET_ENDINGS};
use aho_corasick::AhoCorasick;
use std::ops::Range;
use std::sync::LazyLock;

/// Where the name of a source ends: at a blank (names in Han have none), a bracket, a bar, a date or a stop.
pub(super) fn source(line: &str, range: Range<usize>) -> Range<usize> {
    let mut range = trimmed(line, range);
    for prefix in ["综合自", "综合", "微信公众号", "公众号", "微信号", "@"] {
        let rest = line[range.clone()].strip_prefix(prefix).map(|rest| rest.trim_start_matches([':', ' ']));
        if let Some(rest) = rest.filter(|rest| rest.chars().count() >= 2) {
            range.start = range.end - rest.len();
        }
    }
    if let Some(title) = line[range.clone()].strip_prefix('《').and_then(|rest| rest.find('》')) {
        let after = &line[range.start + 6 + title..range.end];
        if after.is_empty() || after.starts_with(|c: char| !c.is_alphanumeric()) || after.starts_with('的') {
            return range.start + 3..range.start + 3 + title;
        }
    }
    let open = line[range.clone()].trim_start_matches(|c: char| is_bracket(c) || matches!(c, '“' | '"' | '|' | '/'));
    range.start = range.end - open.len();
    let han = begins_han(&line[range.clone()]);
    let mut ended = cut_at(line, range.clone(), |c| {
        is_bracket(c)
            || is_mark(c)
            || matches!(c, '|' | '丨' | '。' | '、' | ';' | '\t' | '”' | '"' | '\\' | '#')
            || (matches!(c, ',' | ':') && han)
    });
    if han {
        ended = cut_at(line, ended, |c| c == ' ' || c == '\u{a0}' || c == '/');
    } else if let Some(gap) = line[ended.clone()].find("  ") {
        ended.end = ended.start + gap;
    }
    let dated = before_day(line, before_date(line, ended.clone()));
    let runs_on = dated.end < ended.end
        || line[ended.end..].starts_with(',')
        || line[dated.clone()].chars().count() > LONGEST_NAME;
    ended = before_words(line, dated);
    if runs_on {
        ended.end = before_moment(line, ended.clone());
    }
    if let Some(length) = outlet_before_text(&line[ended.clone()]).filter(|_| han) {
        let rest = &line[ended.start + length..];
        let name = &line[ended.start..ended.start + length];
        let another =
            || rest.starts_with(name) || (KNOWN_OUTLETS.prefix(rest).is_some() && rest.contains(['讯', '电']));
        if runs_on || MOMENTS.prefix(rest).is_some() || rest.starts_with("记者") || another() {
            ended.end = ended.start + length;
        }
    }

    for tail in ["综合", "供稿"] {
        let rest = line[ended.clone()].strip_suffix(tail).filter(|rest| rest.chars().count() >= 3);
        ended.end = rest.map_or(ended.end, |rest| ended.start + rest.len());
    }
    let plain = line[ended.clone()].trim_end_matches([':', '-', '.', ',', '·', '!', '—']);
    trimmed(line, ended.start..ended.start + plain.len())
}

/// Words that pages hang on a name without a blank: their own machinery, and rules for others.
static HUNG_ON: LazyLock<AhoCorasick> = LazyLock::new(|| {
    let rules = ["请长按", "责任编辑", "发布时间", "返回", "更多", "未经", "不得", "转载请", "版权", "如需"];
    let long = |word: &&str| word.chars().count() >= 2 && !word.is_ascii();
    let words = MACHINERY.iter().chain(LIST_HEADERS.iter()).filter(long).chain(rules);
    AhoCorasick::new(words).unwrap_or_else(|e| unreachable!("some hundred words build: {e}"))
});

/// Cut before such words: `墨川日报点击进入专题`, `冯凯返回首页`.
pub(super) fn before_words(line: &str, range: Range<usize>) -> Range<usize> {
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

/// True for marks that pages set before labels: `墨川网▍编辑:`.
fn is_mark(c: char) -> bool {
    !c.is_alphanumeric() && !c.is_ascii() && !c.is_whitespace() && !"·—–-《》“”‘’、。,:…".contains(c)
}

/// Where a name ends that text follows: at a word that says when, or where Latin letters give way to Han.
fn before_moment(line: &str, range: Range<usize>) -> usize {
    let text = &line[range.clone()];
    let moments = MOMENTS.iter().filter(|word| word.len() > 3).filter_map(|word| text.find(word)).filter(|&at| at >= 6);
    let latin = text.starts_with(|c: char| c.is_ascii_alphabetic());
    let script = text.find(is_han).filter(|&at| latin && at >= 3);
    moments.chain(script).min().map_or(range.end, |at| range.start + at)
}

/// A name of more characters is likely to have text behind it.
const LONGEST_NAME: usize = 12;

/// Where the name of an outlet ends that text follows without a border: `墨川日报今天上午`. At the first ending of such
/// names, a longer one if the next word is another; `None` when there is no ending, or nothing follows.
fn outlet_before_text(text: &str) -> Option<usize> {
    if let Some(known) = KNOWN_OUTLETS.prefix(text) {
        return Some(known.len());
    }
    let ends = text.char_indices().map(|(at, _)| at).skip(2);
    let mut end = ends
        .filter_map(|at| Some(at + OUTLET_ENDINGS.prefix(&text[at..])?.len()))
        .find(|&end| ends_as_outlet(&text[..end]))?;
    while let Some(more) = OUTLET_ENDINGS.prefix(&text[end..]) {
        end += more.len();
    }
    (end < text.len()).then_some(end)
}

/// True for `……的博客` and its like, which name an account.
pub(super) fn is_blog(name: &str) -> bool {
    ["博客", "微博", "公众号", "公众账号", "空间"].iter().any(|end| name.ends_with(end)) && name.contains('的')
}

/// True for a name that nobody needs to have been born with: no place, no role, no word that closes a text.
pub(super) fn is_pen_name(name: &str) -> bool {
    !is_of_pictures(name)
        && !is_place(name)
        && !is_nobody(name)
        && !is_relative(name)
        && !is_vague(name)
        && !NO_PEOPLE.contains(name)
        && CONTINUATIONS.prefix(name).is_none()
}

/// Cut before `5月6日` behind a name, where a page lost its line breaks.
fn before_day(line: &str, range: Range<usize>) -> Range<usize> {
    let part = &line[range.clone()];
    let day = part.match_indices('月').find_map(|(at, _)| {
        let start = part[..at].trim_end_matches(|c: char| c.is_ascii_digit()).len();
        let after = part[at + 3..].trim_start_matches(|c: char| c.is_ascii_digit());
        (start > 3 && start < at && after.starts_with('日')).then_some(start)
    });
    day.map_or(range.clone(), |at| trimmed(line, range.start..range.start + at))
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
pub(super) fn headline(line: &str, piece: &Piece, title: &str) -> Option<Range<usize>> {
    // A bracket around the label may have words that look like other labels; one around more ends with the value.
    let around = line[..piece.word.start].ends_with(['(', '[', '【']);
    let closed = closing_bracket(&line[piece.value.start..]).map(|at| piece.value.start + at);
    let closed = closed.filter(|&at| around || at <= piece.value.end);
    let end = closed.unwrap_or(piece.value.end);
    let range = trimmed(line, piece.value.start..end);
    let range = if closed.is_some() { range } else { without_text(line, without_lead(line, range), title)? };
    let marked = line[range.clone()].strip_prefix('《').and_then(|rest| rest.strip_suffix('》'));
    let range = marked.map_or(range.clone(), |bare| range.start + 3..range.start + 3 + bare.len());
    (line[range.clone()].chars().count() >= 4).then_some(range)
}

/// Where the bracket closes that was open before `text`; brackets within it are passed by.
fn closing_bracket(text: &str) -> Option<usize> {
    let mut depth = 0;
    for (at, c) in text.char_indices() {
        match c {
            '(' | '[' | '【' => depth += 1,
            ')' | ']' | '】' if depth == 0 => return Some(at),
            ')' | ']' | '】' => depth -= 1,
            _ => {}
        }
    }
    None
}

/// The headline before a lead-in of a well-known outlet that runs on: `渡口停了中新网苇城5月6日电`.
fn without_lead(line: &str, range: Range<usize>) -> Range<usize> {
    let text = line[range.clone()].trim_end_matches(['(', ' ', '【', '[']);
    let verb = ["电", "讯"].iter().filter_map(|verb| text.find(verb)).find(|&at| {
        let from = text[..at].char_indices().rev().nth(16).map_or(0, |(at, _)| at);
        KNOWN_OUTLETS.iter().any(|outlet| text[from..at].contains(outlet))
    });
    let lead = verb.and_then(|at| {
        KNOWN_OUTLETS.iter().filter_map(|outlet| text[..at].rfind(outlet)).min_by_key(|found| at - found)
    });
    range.start..range.start + lead.filter(|&at| at >= 12).unwrap_or(text.len())
}

/// A headline has at most so many characters.
const HEADLINE: usize = 60;

/// The headline without the text that follows where a page lost its line breaks: what the page's own title repeats, or
/// the first sentence when it ends as headlines may. `None` when nothing says where it ends.
fn without_text(line: &str, range: Range<usize>, title: &str) -> Option<Range<usize>> {
    let text = &line[range.clone()];
    let repeated = text.char_indices().zip(title.chars()).take_while(|((_, a), b)| a == b).last();
    if let Some(((at, c), _)) = repeated.filter(|((at, _), _)| *at >= 24) {
        let end = at + c.len_utf8();
        let whole =
            text[end..].chars().next().is_none_or(|next| title.chars().nth(text[..end].chars().count()) != Some(next));
        if whole && text.chars().count() > HEADLINE {
            return Some(range.start..range.start + end);
        }
    }
    if text.chars().count() <= HEADLINE && !text.trim_end_matches('。').contains('。') {
        return Some(range);
    }
    let end = text.find(['!', '?', ' ']).filter(|&at| text[..at].chars().count() <= HEADLINE && at >= 18)?;
    (!text[..end].contains('。')).then(|| range.start..range.start + end + usize::from(!text[end..].starts_with(' ')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_ends() {
        for (text, want) in [
            ("墨川日报 字号", "墨川日报"),
            ("墨川日报(记者 冯凯)", "墨川日报"),
            ("墨川日报 | 冯凯", "墨川日报"),
            ("墨川日报2023年05月06日", "墨川日报"),
            ("墨川网、苇城网", "墨川网"),
            ("《读城》", "读城"),
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
