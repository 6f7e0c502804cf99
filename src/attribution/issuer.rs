//! Whose text an article prints when it is nobody's report: a notice with its signature, a speech or statement in full.

use super::ranges::{is_han, trimmed};
use crate::lexicon::{IN_FULL, ISSUER_ENDINGS, ISSUING_WORDS, Words};
use aho_corasick::{AhoCorasick, MatchKind};
use std::ops::Range;
use std::sync::LazyLock;

/// Characters that a signature may have.
const SIGNATURE: Range<usize> = 4..32;
/// Characters that an issuer named in a sentence may have.
const NAMED: Range<usize> = 2..21;

/// True for a name as those have it who issue notices: `苇城县公安局`, `墨川大学党委办公室`.
fn is_issuer(name: &str) -> bool {
    name.chars().all(|c| is_han(c) || matches!(c, '(' | ')' | '·')) && ISSUER_ENDINGS.suffix(name).is_some()
}

/// The issuer that a readable line is, when a line with nothing but a day follows: the signature of a notice.
pub(super) fn signature(line: &str, next: &str) -> Option<Range<usize>> {
    let range = trimmed(line, 0..line.len());
    let name = &line[range.clone()];
    (SIGNATURE.contains(&name.chars().count()) && is_issuer(name) && is_day(next)).then_some(range)
}

/// `2024年1月3日` and nothing else, in figures or in Han.
fn is_day(line: &str) -> bool {
    let line = line.trim_matches([' ', '(', ')']);
    let counts = |c: char| c.is_ascii_digit() || "〇零一二三四五六七八九十".contains(c);
    let parts = |mark: char| line.split(mark).next().is_some_and(|part| part.chars().next_back().is_some_and(counts));
    line.ends_with('日')
        && ['年', '月', '日'].iter().all(|mark| line.matches(*mark).count() == 1 && parts(*mark))
        && line.chars().all(|c| counts(c) || "年月日 ".contains(c))
}

static FULL: LazyLock<AhoCorasick> = LazyLock::new(|| build(&IN_FULL));

/// Where a readable line announces a text in full.
pub(super) fn in_full(line: &str) -> Option<Range<usize>> {
    FULL.find(line).map(|found| found.range())
}

static ISSUING: LazyLock<AhoCorasick> = LazyLock::new(|| build(&ISSUING_WORDS));

fn build(words: &Words) -> AhoCorasick {
    let words = AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(words.iter());
    words.unwrap_or_else(|e| unreachable!("a table of a dozen words builds: {e}"))
}

/// Who issued what a readable line reports: `据苇城警方通报，`, `苇城县公安局发布通报称`.
pub(super) fn issuer(line: &str) -> Option<Range<usize>> {
    ISSUING.find_iter(line).find_map(|found| {
        let before = &line[..found.start()];
        let clause = before
            .rfind([',', '。', ';', ':', '!', '?', '“', '"', '(', ' ', '\n'])
            .map_or(0, |at| at + before[at..].chars().next().map_or(1, char::len_utf8));
        let mut from = clause;
        // A day or a time is between the beginning of the sentence and the name.
        for end in ["据", "根据", "日", "晚", "时", "前", "分", "午"] {
            from = before[from..].rfind(end).map_or(from, |at| from + at + end.len());
        }
        let name = before[from..].trim_end_matches("官方");
        let fits = NAMED.contains(&name.chars().count()) && is_issuer(name);
        fits.then(|| from..from + name.len())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notices_are_signed_with_a_name_and_a_day() {
        for (line, next, signed) in [
            ("苇城县公安局", "2024年1月3日", true),
            ("  墨川大学党委办公室 ", "二〇二四年一月三日", true),
            ("苇城县公安局", "2024年1月3日,雨", false),
            ("苇城县公安局提醒市民注意", "2024年1月3日", false),
            ("冯凯", "2024年1月3日", false),
            ("苇城县公安局", "", false),
        ] {
            assert_eq!(signature(line, next).is_some(), signed, "{line} {next}");
        }
    }

    #[test]
    fn who_issued_what_a_sentence_tells() {
        for (line, name) in [
            ("据苇城警方通报,3日上午,一辆货车在桥头侧翻。", Some("苇城警方")),
            ("1月3日晚,墨川市交通运输局发布通报称,渡船停航。", Some("墨川市交通运输局")),
            ("1月3日墨川市交通运输局发布通告", Some("墨川市交通运输局")),
            ("会议通报了全年的情况。", None),
            ("他说:“这份通报我看过。”", None),
            ("有关情况将及时通报。", None),
        ] {
            assert_eq!(issuer(line).map(|range| &line[range]), name, "{line}");
        }
    }

    #[test]
    fn texts_in_full_are_announced() {
        assert!(in_full("现将有关情况通报如下:").is_some());
        assert!(in_full("在开学典礼上的致辞(全文)").is_none() && in_full("市长致辞全文").is_some());
        assert!(in_full("他把全文读了一遍").is_none());
    }
}
