//! Credit lines as labelled pieces: `2024-05-06 10:30 来源:墨川日报 记者 王芳` has a source and an author.

use super::names::{ends_as_outlet, is_full_name, is_named};
use super::person::names_at;
use super::ranges::{is_han, trimmed};
use crate::lexicon::{
    Bare, KNOWN_OUTLETS, LABEL_HEADS, LABELS, Label, MOMENTS, PLACES, QUALIFIERS, ROLE_ENDINGS, SHORT_NAMES, SPEAKING,
    is_sentence_end,
};
use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};
use std::ops::Range;
use std::sync::LazyLock;

/// One labelled piece of a line. All ranges are bytes of the readable line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Piece {
    /// What the label names.
    pub label: Label,
    /// The label with what belongs to it (`墨川日报记者`).
    pub word: Range<usize>,
    /// What it names, up to the next label; blanks at both ends left out.
    pub value: Range<usize>,
    /// The label has no colon, bar or slash after it, so the value must prove itself.
    pub bare: bool,
    /// The outlet before a role: `墨川日报` of `墨川日报见习记者`.
    pub outlet: Option<Range<usize>>,
    /// Text runs on to the label without a border, so it counts only next to other labels and at the end of a page.
    pub weak: bool,
}

impl Piece {
    /// True for 记者 and its like: roles, which announce people whatever is between.
    pub fn is_role(&self, line: &str) -> bool {
        ends_as_role(&line[self.word.clone()])
    }
}

fn ends_as_role(word: &str) -> bool {
    ROLE_ENDINGS.suffix(word).is_some()
}

static WORDS: LazyLock<AhoCorasick> = LazyLock::new(|| {
    AhoCorasick::builder()
        .kind(Some(AhoCorasickKind::DFA))
        .match_kind(MatchKind::LeftmostLongest)
        .ascii_case_insensitive(true)
        .build(LABELS.iter().map(|label| label.word))
        .unwrap_or_else(|e| unreachable!("a table of a few dozen words builds: {e}"))
});

/// What may be between a label and its value.
const SEPARATORS: [char; 13] = [':', '∶', '丨', '|', '/', '│', '∣', '︱', '→', '►', '▶', '╱', '︰'];
/// The same after labels of two characters and more, which words of other meaning do not precede.
const LOOSE: [char; 4] = ['—', '-', '·', '•'];

/// The labelled pieces of a readable line, in order, into `pieces`. Nothing for lines without a label.
pub(super) fn pieces(line: &str, pieces: &mut Vec<Piece>) {
    pieces.clear();
    let mut spaced = spaced_labels(line).peekable();
    for found in WORDS.find_iter(line) {
        while let Some((label, word)) = spaced.next_if(|(_, word)| word.end <= found.start()) {
            push_spaced(line, label, word, pieces);
        }
        if spaced.next_if(|(_, word)| word.start < found.end()).is_some_and(|(label, word)| {
            push_spaced(line, label, word, pieces);
            true
        }) {
            continue;
        }
        let label = LABELS[found.pattern().as_usize()];
        let Some(piece) = accept(line, (label.label, label.bare), found.range(), pieces.last()) else { continue };
        push(line, piece, pieces);
    }
    spaced.for_each(|(label, word)| push_spaced(line, label, word, pieces));
}

/// Ends the value of the piece before where a new one begins.
fn push(line: &str, piece: Piece, pieces: &mut Vec<Piece>) {
    if let Some(last) = pieces.last_mut() {
        last.value = trimmed(line, last.value.start.min(piece.word.start)..piece.word.start);
    }
    pieces.push(piece);
}

/// Labels of two characters that are set wide, `编 辑:`, or whose blank was lost to a wrong encoding, `编 ? 辑:`.
fn spaced_labels(line: &str) -> impl Iterator<Item = (Label, Range<usize>)> {
    line.match_indices([':', '|', '/']).filter_map(|(colon, _)| {
        let before = line[..colon].trim_end();
        let mut letters = before.char_indices().rev();
        let (second_at, second) = letters.next().filter(|(_, c)| is_han(*c))?;
        let gap = before[..second_at].trim_end_matches([' ', '?', '\u{a0}']);
        let (first_at, first) = gap.char_indices().next_back().filter(|(_, c)| is_han(*c))?;
        if gap.len() == second_at {
            return None;
        }
        let word: String = [first, second].into_iter().collect();
        let label = LABELS.iter().find(|label| label.word == word)?;
        Some((label.label, first_at..colon + 1))
    })
}

fn push_spaced(line: &str, label: Label, word: Range<usize>, pieces: &mut Vec<Piece>) {
    let value = trimmed(line, word.end..line.len());
    push(line, Piece { label, word, value, bare: false, outlet: None, weak: false }, pieces);
}

/// A label counts when it is at a border and a separator follows; some do with less.
fn accept(line: &str, (label, bare): (Label, Bare), word: Range<usize>, last: Option<&Piece>) -> Option<Piece> {
    let (start, end) = (word.start, word.end);
    let word = &line[start..end];
    let before = line[..start].chars().next_back();
    let rest = line[end..].trim_start();
    // `【来源】墨川日报`
    let enclosed = word != "转载" && matches!(before, Some('【' | '[')) && rest.starts_with(['】', ']']);
    let loose = word.chars().count() >= 2 && rest.starts_with(LOOSE) && !ends_as_role(word);
    let separated = rest.starts_with(SEPARATORS) || enclosed || loose;
    // A written-out line break (`\n`) is a border as well.
    let at_border = before.is_none_or(|c| !c.is_alphanumeric() && !matches!(c, '“' | '"' | '「' | '‘'))
        || line[..start].ends_with("\\n")
        // `Mochuan文/冯凯`: the script changes.
        || (separated && before.is_some_and(|c| c.is_ascii_alphabetic()));
    // `凡注明来源:墨川网的稿件` is a rule for others.
    if !word.is_ascii() && last_words(line, start).contains("注明") {
        return None;
    }
    // `图片/来自网络` is one label.
    let of_pictures = last.is_some_and(|last| last.label == Label::Photo && last.value.start >= start);
    if of_pictures && label == Label::Source {
        return None;
    }
    let mut piece = Piece {
        label,
        word: start..end,
        value: trimmed(line, end..line.len()),
        bare: !separated,
        outlet: None,
        weak: false,
    };
    if separated {
        let closed = rest.trim_start_matches(['】', ']']).trim_start();
        let after = line.len() - closed.trim_start_matches(SEPARATORS).trim_start_matches(LOOSE).len();
        piece.value = trimmed(line, after..line.len());
    }
    if word.is_ascii() {
        return (separated && at_border).then_some(piece);
    }
    if ends_as_role(word) {
        return role(line, piece, word, last);
    }
    let fits = match (separated, at_border) {
        (true, true) => true,
        (true, false) => fits_inside(line, word, last, &mut piece),
        (false, true) => does_without_colon(bare, &line[end..]),
        (false, false) => fits_unmarked(&line[end..], word, label, last),
    };
    fits.then_some(piece)
}

/// True for a label with a separator that counts inside a line, behind other text.
fn fits_inside(line: &str, word: &str, last: Option<&Piece>, piece: &mut Piece) -> bool {
    let Range { start, end } = piece.word;
    runs_on(word, line[..start].chars().next_back(), last)
        || follows_names(line, start, last)
        || is_picture_noun(line, start, piece)
        || is_compound(line, word, piece)
        || closes_text(line, start, word)
        || (piece.label == Label::OriginalUrl && line[piece.value.clone()].starts_with("http"))
        || is_weak(word, line[end..].trim_start(), piece)
}

/// True for a label that counts with neither a border before it nor a separator behind: `来源:墨川日报作者冯凯`, where a scraper
/// lost the blanks.
fn fits_unmarked(rest: &str, word: &str, label: Label, last: Option<&Piece>) -> bool {
    let is_role = matches!(word, "作者" | "编辑" | "责编" | "责任编辑" | "校对");
    refers_to_itself(word)
        || (is_role && last.is_some_and(|last| !last.bare) && names_follow(rest))
        || (label == Label::Source && rest.trim_start().len() < rest.len() && last.is_some_and(is_title))
}

/// True for labels that speak of the text: `本文转自`.
pub(super) fn refers_to_itself(word: &str) -> bool {
    ["本文", "文章", "以上内容", "原文"].iter().any(|own| word.starts_with(own)) && word.ends_with(['自', '于'])
}

fn is_title(piece: &Piece) -> bool {
    piece.label == Label::OriginalTitle
}

/// A role with the words before it: `墨川日报见习记者`. They end at the names of the role before, which may run on.
fn role(line: &str, mut piece: Piece, word: &str, last: Option<&Piece>) -> Option<Piece> {
    let start = piece.word.start;
    let from = last.map_or(0, |last| last.value.start.min(start));
    let inside = |c: char| c.is_alphanumeric() || matches!(c, '·' | '》' | '-');
    let run = &line[from..start];
    let mut begins = from + run.trim_end_matches(inside).len();
    if line[begins..start].ends_with('》') {
        begins = line[..start].rfind('《').filter(|open| *open >= from)?;
    }
    if begins == from && last.is_some_and(|last| is_of_people(last.label)) {
        let names = names_at(&line[from..start], true);
        begins += names.last().map_or(0, |name| name.end);
    }
    let prefix = begins..start;
    if line[prefix.clone()].chars().count() > LONGEST_PREFIX {
        return None;
    }
    let known = qualifies(&line[prefix.clone()]);
    piece.outlet = outlet_before_role(line, prefix.clone());
    if !known && piece.outlet.is_none() && SPEAKING.suffix(&line[prefix.clone()]).is_some() {
        return None; // `他告诉记者`
    }
    let text = &line[prefix.clone()];
    piece.word.start = match &piece.outlet {
        _ if known || SPEAKING.suffix(text).is_some() => prefix.start,
        Some(outlet) => outlet.start,
        // Words of unknown meaning belong to the role on a line of their own, and to what is before it otherwise.
        None if begins == from => prefix.start,
        None => prefix.end - qualifiers(text),
    };
    let announces = !piece.bare || begins_name(line[piece.value.clone()].trim_start_matches(['(', ' ']));
    (announces || !word.is_empty() && piece.value.is_empty()).then_some(piece)
}

/// Characters before a role that can belong to it.
const LONGEST_PREFIX: usize = 18;

/// True for nothing but qualifiers: `特约`, `本报首席`.
fn qualifies(prefix: &str) -> bool {
    qualifiers(prefix) == prefix.len()
}

/// The bytes of the qualifiers that `prefix` ends with.
fn qualifiers(prefix: &str) -> usize {
    let mut rest = prefix;
    while let Some(word) = QUALIFIERS.suffix(rest) {
        rest = &rest[..rest.len() - word.len()];
    }
    prefix.len() - rest.trim_end().len()
}

fn is_of_people(label: Label) -> bool {
    matches!(label, Label::Author | Label::Correspondent | Label::Editor)
}

/// True for what can be the beginning of a name after a role: no verb.
fn begins_name(text: &str) -> bool {
    text.starts_with(char::is_alphabetic)
        && MOMENTS.prefix(text).is_none()
        && SPEAKING.prefix(text).is_none_or(|_| is_full_name(first_word(text)))
}

fn first_word(text: &str) -> &str {
    text.split(|c: char| !c.is_alphabetic()).next().unwrap_or_default()
}

/// The outlet in the words before a role, qualifiers left out: `墨川日报首席` names 墨川日报, `本报` nobody.
fn outlet_before_role(line: &str, prefix: Range<usize>) -> Option<Range<usize>> {
    let mut name = trimmed(line, prefix);
    loop {
        let text = &line[name.clone()];
        let cut = QUALIFIERS.suffix(text).or_else(|| text.ends_with('驻').then_some("驻"));
        let place = || PLACES.suffix(text).filter(|place| text[..text.len() - place.len()].ends_with('驻'));
        let Some(word) = cut.or_else(place) else { break };
        name.end -= word.len();
    }
    let text = &line[name.clone()];
    let title = text.strip_prefix('《').and_then(|rest| rest.strip_suffix('》'));
    if let Some(title) = title {
        name = name.start + 3..name.start + 3 + title.len();
    }
    if let Some(known) = KNOWN_OUTLETS.suffix(&line[name.clone()]) {
        name.start = name.end - known.len();
    }
    let text = &line[name.clone()];
    let fits = title.is_some() || SHORT_NAMES.contains(text) || ends_as_outlet(text);
    (fits && is_named(text) && !text.starts_with(['据', '对', '向'])).then_some(name)
}

/// `……。来源:` after a sentence without a blank, and `“……”来源:`.
fn closes_text(line: &str, start: usize, word: &str) -> bool {
    word.chars().count() >= 2 && line[..start].trim_end().ends_with(|c| is_sentence_end(c) || matches!(c, '”' | ')'))
}

/// The last few characters before `at`.
fn last_words(line: &str, at: usize) -> &str {
    let from = line[..at].char_indices().rev().nth(5).map_or(0, |(from, _)| from);
    &line[from..at]
}

/// `……步步高升来源:墨川网`: the commonest labels with their colon, where blanks and line breaks are lost.
fn is_weak(word: &str, rest: &str, piece: &mut Piece) -> bool {
    let common = matches!(
        word,
        "来源" | "文章来源" | "内容来源" | "作者" | "编辑" | "责编" | "责任编辑" | "图文编辑" | "值班编辑"
    );
    piece.weak = common && rest.starts_with(':');
    piece.weak
}

/// `记者 冯凯责任编辑:`: nothing but names is between the last label and this one.
fn follows_names(line: &str, start: usize, last: Option<&Piece>) -> bool {
    let value = last.filter(|last| is_of_people(last.label)).map(|last| last.value.start.min(start)..start);
    value.is_some_and(|value| {
        let names = names_at(&line[value.clone()], true);
        names.last().is_some_and(|name| value.start + name.end == start)
    })
}

/// Scrapers lose blanks: `10:30来源:`, `作者:某某来源:`.
fn runs_on(word: &str, before: Option<char>, last: Option<&Piece>) -> bool {
    if matches!(word, "文" | "图") {
        return last.is_some_and(|last| !last.bare);
    }
    let after_figures = before.is_some_and(|c| c.is_ascii_digit() || matches!(c, '日' | '时' | '分' | '秒'));
    word.chars().count() >= 2 && (after_figures || last.is_some_and(|last| !last.bare))
}

/// True when all of `rest`, up to a blank or bracket, can be one name.
fn names_follow(rest: &str) -> bool {
    let name = rest.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
    is_full_name(name)
}

/// `视频来源:`, `数据来源:` credit something else than the article; taken as a credit of pictures.
fn is_picture_noun(line: &str, start: usize, piece: &mut Piece) -> bool {
    let of_pictures = line[..start].ends_with(['图', '片', '频', '据', '料', '表', '照', '材', '影', '画']);
    if of_pictures {
        piece.label = Label::Photo;
    }
    of_pictures
}

/// `原文出处:`, `本地作者:`: one to four characters before a label at a border, but not those of link lists.
fn is_compound(line: &str, word: &str, piece: &mut Piece) -> bool {
    let start = line[..piece.word.start].trim_end_matches(is_han).len();
    let prefix = &line[start..piece.word.start];
    let at_border = line[..start].chars().next_back().is_none_or(|c| !c.is_alphanumeric() && !matches!(c, '“' | '"'));
    let fits = at_border
        && LABEL_HEADS.contains(word)
        && (1..=4).contains(&prefix.chars().count())
        && !["相关", "延伸", "友情", "推荐", "更多"].contains(&prefix);
    if fits {
        piece.word.start = start;
    }
    fits
}

/// True when a label whose rule is `bare` names what follows without a colon.
fn does_without_colon(bare: Bare, rest: &str) -> bool {
    match bare {
        Bare::Always => true,
        Bare::Blank => rest.starts_with([' ', '\t']),
        Bare::Address => rest.trim_start().starts_with("http"),
        Bare::Never => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str) -> Vec<(Label, String)> {
        let mut found = Vec::new();
        pieces(line, &mut found);
        found.retain(|piece| !piece.weak);
        found.iter().map(|p| (p.label, line[p.value.clone()].to_owned())).collect()
    }

    #[test]
    fn several_labels_in_a_line() {
        assert_eq!(
            read("时间:2023-05-06 作者:佚名 来源:墨川日报"),
            [(Label::Time, "2023-05-06".into()), (Label::Author, "佚名".into()), (Label::Source, "墨川日报".into())]
        );
        assert_eq!(
            read("墨川新闻 记者 冯凯 通讯员 蒋丽 报道"),
            [(Label::Author, "冯凯".into()), (Label::Correspondent, "蒋丽 报道".into())]
        );
    }

    #[test]
    fn labels_without_a_colon() {
        assert_eq!(read("10:30  来源 墨川日报"), [(Label::Source, "墨川日报".into())]);
        assert_eq!(read("本文转载自墨川日报"), [(Label::Source, "墨川日报".into())]);
        assert_eq!(read("【来源】墨川日报"), [(Label::Source, "墨川日报".into())]);
        assert_eq!(read("原稿出处:墨川日报"), [(Label::Source, "墨川日报".into())]);
        assert_eq!(read("责任编辑冯凯"), [(Label::Editor, "冯凯".into())]);
        assert_eq!(read("墨川日报全媒体记者 冯凯"), [(Label::Author, "冯凯".into())]);
    }

    #[test]
    fn lost_blanks() {
        assert_eq!(
            read("2023年05月06日10:30来源:墨川日报作者:冯凯"),
            [(Label::Source, "墨川日报".into()), (Label::Author, "冯凯".into())]
        );
        assert_eq!(read("来源:墨川日报作者冯凯"), [(Label::Source, "墨川日报".into()), (Label::Author, "冯凯".into())]);
    }

    #[test]
    fn words_that_are_no_labels() {
        for line in
            ["收入来源很多", "相关链接:某事", "文化馆", "凡注明“来源:墨川日报”的稿件", "他的作者身份", "by the sea"]
        {
            assert_eq!(read(line), [], "{line}");
        }
        assert_eq!(read("图片/来自网络"), [(Label::Photo, "来自网络".into())]);
        assert_eq!(read("视频来源:墨川台"), [(Label::Photo, "墨川台".into())]);
    }
}
