//! Sentences that say of the text itself that it was reprinted: `本文来源于网络转载`, `文章转载自墨川日报`.

use super::ranges::trimmed;
use crate::lexicon::{FROM_ELSEWHERE, REPRINT_TRIGGERS, RULES_FOR_OTHERS, SELF_REFERENCES};
use aho_corasick::packed::Searcher;
use std::ops::Range;
use std::sync::LazyLock;

/// [`REPRINT_TRIGGERS`], to be found many bytes at a time; nothing on processors that cannot.
static FINDER: LazyLock<Option<Searcher>> = LazyLock::new(|| Searcher::new(REPRINT_TRIGGERS.iter()));

/// True when a raw line may have a notice. One pass over its bytes.
pub(super) fn may_hold(raw: &str) -> bool {
    FINDER.as_ref().is_none_or(|words| words.find(raw).is_some())
}

/// The sentence of a readable line that says so.
pub(super) fn notice(line: &str) -> Option<Range<usize>> {
    let mut start = 0;
    while start < line.len() {
        let end = line[start..].find(['。', ';', '!', '\n']).map_or(line.len(), |k| start + k);
        let sentence = &line[start..end];
        if SELF_REFERENCES.within(sentence) && FROM_ELSEWHERE.within(sentence) && !RULES_FOR_OTHERS.within(sentence) {
            return Some(from_self(line, start..end));
        }
        start = end + line[end..].chars().next().map_or(1, char::len_utf8);
    }
    None
}

/// From the word that names the text on: `[免责声明] 本文…` begins at 本文.
fn from_self(line: &str, sentence: Range<usize>) -> Range<usize> {
    let text = &line[sentence.clone()];
    let start = SELF_REFERENCES.iter().filter_map(|word| text.find(word)).min().unwrap_or(0);
    trimmed(line, sentence.start + start..sentence.end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn about_the_text_itself() {
        for (line, want) in [
            ("[声明] 本文来自网络,仅供参考。版权归作者。", "本文来自网络,仅供参考"),
            ("文章转载自墨川日报", "文章转载自墨川日报"),
            ("谢谢。此文系转载,与本站无关。", "此文系转载,与本站无关"),
        ] {
            assert_eq!(&line[notice(line).unwrap()], want);
        }
    }

    #[test]
    fn rules_for_others_are_none() {
        for line in [
            "本文为原创,转载请注明出处。",
            "凡本网转载的文章均注明来源。",
            "未经许可,文章不得转载。",
            "网络的力量",
            "本站部分文章来自网络。",
        ] {
            assert_eq!(notice(line), None, "{line}");
        }
    }
}
