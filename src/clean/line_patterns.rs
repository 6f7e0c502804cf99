//! What a short line is by its own words: labels and notices in use on very many unrelated sites. Everything
//! that belongs to one site is learnt from the corpus instead (furniture.rs).

use crate::lexicon::{
    Bare, CAPTIONS, LABELS, LIST_HEADERS, Label, MACHINERY, MACHINERY_ANYWHERE, PICTURE_CREDITS, SITE_MACHINERY, TOOLS,
};
use aho_corasick::{AhoCorasick, AhoCorasickKind, Anchored, Input, MatchKind, StartKind};
use std::sync::LazyLock;

/// What a short line says of itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cue {
    /// A credit, with the label found first.
    Credit(Label),
    /// A line of the site's machinery.
    Machinery,
    /// The header of a list of links.
    ListHeader,
    /// A picture's caption or file name.
    Caption,
}

struct Patterns {
    labels: AhoCorasick,
    machinery: AhoCorasick,
    /// [`PICTURE_CREDITS`], then [`MACHINERY_ANYWHERE`].
    anywhere: AhoCorasick,
    lists: AhoCorasick,
    captions: AhoCorasick,
}

static PATTERNS: LazyLock<Patterns> = LazyLock::new(|| Patterns {
    labels: prefixes(LABELS.iter().map(|label| label.word)),
    machinery: prefixes(MACHINERY.iter().chain(SITE_MACHINERY.iter())),
    anywhere: AhoCorasick::builder()
        .kind(Some(AhoCorasickKind::DFA))
        .ascii_case_insensitive(true)
        .build(PICTURE_CREDITS.iter().chain(MACHINERY_ANYWHERE.iter()))
        .unwrap_or_else(|e| unreachable!("{e}")),
    lists: prefixes(LIST_HEADERS.iter()),
    captions: prefixes(CAPTIONS.iter()),
});

fn prefixes<'a>(words: impl Iterator<Item = &'a str>) -> AhoCorasick {
    AhoCorasick::builder()
        .kind(Some(AhoCorasickKind::DFA))
        .match_kind(MatchKind::LeftmostLongest)
        .start_kind(StartKind::Anchored)
        .ascii_case_insensitive(true)
        .build(words)
        .unwrap_or_else(|e| unreachable!("a table of a few dozen words builds: {e}"))
}

fn begins(patterns: &AhoCorasick, text: &str) -> Option<(usize, usize)> {
    patterns.find(Input::new(text).anchored(Anchored::Yes)).map(|m| (m.pattern().as_usize(), m.end()))
}

/// What may be before a label: blanks, brackets and bullets.
const OPENERS: &[char] =
    &[' ', '\t', '(', '[', '【', '〔', '<', '《', '·', '•', '■', '▲', '●', '*', '-', '—', '|', '/'];
/// What may be between a label and its value.
const SEPARATORS: &[char] = &[':', '∶', '丨', '|', '/', '│', '∣', '︱', '→', '►', '▶'];

/// The label that `text` begins with and where its value begins; the rule is that of a label without a separator.
fn label(text: &str) -> Option<(Label, usize, Option<Bare>)> {
    let head = text.trim_start_matches(OPENERS);
    let skipped = text.len() - head.len();
    let (which, end) = begins(&PATTERNS.labels, head)?;
    let found = LABELS[which];
    match head[end..].trim_start().strip_prefix(SEPARATORS) {
        Some(after) => Some((found.label, text.len() - after.len(), None)),
        None => Some((found.label, skipped + end, Some(found.bare))),
    }
}

/// What a short line, as [`super::Readable`] shows it, says of itself; `None` for lines that say nothing.
/// Meant for lines of at most some sixty characters. Linear in the line.
pub fn cue(line: &str) -> Option<Cue> {
    let line = line.trim();
    let opened = line.trim_start_matches(OPENERS);
    let header = begins(&PATTERNS.lists, opened).map(|(_, end)| &opened[end..]);
    if header.is_some_and(|rest| !rest.contains(char::is_alphanumeric)) {
        return Some(Cue::ListHeader);
    }
    let (mut pictured, mut sited) = (false, false);
    for found in PATTERNS.anywhere.find_iter(line) {
        let picture = found.pattern().as_usize() < PICTURE_CREDITS.iter().count();
        (pictured, sited) = (pictured || picture, sited || !picture);
    }
    if pictured || begins(&PATTERNS.captions, line).is_some() {
        return Some(Cue::Caption);
    }
    let is_link = header.is_some_and(|rest| rest.starts_with([':', ' ', '|', '>', '】', ']']));
    if sited || is_link || begins(&PATTERNS.machinery, line).is_some() || is_image_name(line) || is_toolbar(line) {
        return Some(Cue::Machinery);
    }
    credit(line).map(Cue::Credit)
}

/// True for a line of tools (`分享到: 微信 微博 QQ空间`, `大 中 小`) or the count of a gallery (`2/6`, `(2/6)`).
fn is_toolbar(line: &str) -> bool {
    let mut words = 0;
    let all_tools = line.split([' ', '|', '/', '·', '\t']).filter(|word| !word.is_empty()).all(|word| {
        words += 1;
        TOOLS.contains(&word.to_ascii_lowercase())
    });
    if all_tools && words >= 2 {
        return true;
    }
    let count = line.trim_start_matches(['(', '[']).trim_end_matches([')', ']']).split_once('/');
    let is_number = |part: &str| (1..=3).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
    count.is_some_and(|(at, of)| is_number(at.trim()) && is_number(of.trim()))
}

/// The label of a credit line: one at its head, or one after a blank, bracket or bar
/// (`2024-01-02 10:30  来源:墨川日报`, `墨川新闻 记者 张三`).
fn credit(line: &str) -> Option<Label> {
    if let Some(kind) = credit_at(line) {
        return Some(kind);
    }
    let mut from = 0;
    while let Some(gap) = line[from..].find([' ', '(', '[', '【', '|', '丨', '\t']) {
        let at = from + gap;
        let next = at + line[at..].chars().next().map_or(1, char::len_utf8);
        if let Some(kind) = credit_at(&line[next..]) {
            return Some(kind);
        }
        from = next;
    }
    None
}

/// The label that `text` begins with, when a separator follows it or it does without one.
fn credit_at(text: &str) -> Option<Label> {
    let (kind, value, bare) = label(text)?;
    let rest = &text[value..];
    let fits = match bare {
        None => true,
        Some(Bare::Always) => is_brief(rest),
        Some(Bare::Blank) => rest.starts_with([' ', '\t']) && is_brief(rest),
        Some(Bare::Address) => rest.trim_start().starts_with("http"),
        Some(Bare::Never) => false,
    };
    fits.then_some(kind)
}

/// True for a value that can be a name or two, not the rest of a sentence.
fn is_brief(value: &str) -> bool {
    value.chars().count() <= 24 && !value.contains(['。', ',', ';'])
}

/// True for a line that is nothing but the name of a picture file.
fn is_image_name(line: &str) -> bool {
    let Some((name, kind)) = line.rsplit_once('.') else { return false };
    !name.contains(' ') && ["jpg", "jpeg", "png", "gif", "webp"].iter().any(|end| kind.eq_ignore_ascii_case(end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credit_lines_of_many_shapes() {
        for (line, kind) in [
            ("来源:墨川日报", Label::Source),
            ("2024-01-02 10:30:00  来源:墨川日报", Label::Source),
            ("(来源:墨川日报)", Label::Source),
            ("转自墨川日报", Label::Source),
            ("本文转载自墨川日报", Label::Source),
            ("来源 | 墨川日报", Label::Source),
            ("作者: 张三", Label::Author),
            ("文/张三", Label::Author),
            ("文丨张三", Label::Author),
            ("记者 张三", Label::Author),
            ("[责编:李四]", Label::Editor),
            ("编辑 李四", Label::Editor),
            ("10:30  来源 墨川日报", Label::Source),
            ("墨川新闻 记者 张三 通讯员 李四 报道", Label::Author),
            ("阅读原文 https://x.example/1", Label::OriginalUrl),
            ("原文链接:https://x.example/1", Label::OriginalUrl),
            ("原标题:某事", Label::OriginalTitle),
            ("时间:2024-10-10 作者:佚名 来源:某部", Label::Time),
        ] {
            assert_eq!(cue(line), Some(Cue::Credit(kind)), "{line}");
        }
    }

    #[test]
    fn machinery_and_captions() {
        assert_eq!(cue("上一篇:某某"), Some(Cue::Machinery));
        assert_eq!(cue("某ICP备00000000号"), Some(Cue::Machinery));
        assert_eq!(cue("IMG_2024.jpg"), Some(Cue::Machinery));
        assert_eq!(cue("相关阅读:"), Some(Cue::ListHeader));
        assert_eq!(cue("图为施工现场。"), Some(Cue::Caption));
        for line in [
            "相关阅读:河堤上的早市",
            "分享到: 微信 微博 QQ空间",
            "大 中 小",
            "(2/6)",
            "3 / 12",
            "扫描二维码看直播",
            "订阅本报电子版",
        ] {
            assert_eq!(cue(line), Some(Cue::Machinery), "{line}");
        }
    }

    #[test]
    fn sentences_are_none_of_these() {
        for line in [
            "相关新闻发布会定在下周一",
            "2024/3/5",
            "大 雪",
            "微信里的家长群",
            "文化馆里人头攒动",
            "记者在现场看到，队伍很长。",
            "编辑部的故事",
            "他说:来源很多",
            "水 来源很多",
        ] {
            assert_eq!(cue(line), None, "{line}");
        }
    }
}
