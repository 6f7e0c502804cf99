//! Sentences that say of the text itself that it was reprinted: `本文来源于网络转载`, `文章转载自墨川日报`.

use super::labels::trimmed;
use aho_corasick::packed::Searcher;
use std::ops::Range;
use std::sync::LazyLock;

/// Words of reprinting, in both scripts: they are looked for in the raw line, before anything is converted.
const TRIGGERS: [&str; 12] =
    ["转载", "轉載", "转自", "轉自", "网络", "網絡", "網路", "互联网", "互聯網", "摘自", "摘编自", "援引自"];

/// [`TRIGGERS`], to be found many bytes at a time; nothing on processors that cannot.
static FINDER: LazyLock<Option<Searcher>> = LazyLock::new(|| Searcher::new(TRIGGERS));

/// True when a raw line may hold a notice. One pass over its bytes.
pub(super) fn may_hold(raw: &str) -> bool {
    FINDER.as_ref().is_none_or(|words| words.find(raw).is_some())
}

/// What the text calls itself.
const SELF: [&str; 11] =
    ["本文", "此文", "该文", "文章", "以上内容", "本篇", "该稿", "此稿", "稿件", "本稿", "以上信息"];
/// What says: from elsewhere.
const ELSEWHERE: [&str; 18] = [
    "转载自",
    "转自",
    "转载于",
    "转载",
    "摘自",
    "摘编自",
    "援引自",
    "来源于网络",
    "来源网络",
    "来自网络",
    "来源:网络",
    "来自于网络",
    "来源于互联网",
    "来源互联网",
    "来自互联网",
    "来自于互联网",
    "来源:互联网",
    "取自网络",
];
/// What makes the sentence a rule for others, or one about all of the site's texts.
const RULES: [&str; 26] = [
    "请注明",
    "须注明",
    "注明来源",
    "注明出处",
    "注明为",
    "注明“",
    "如需",
    "转载请",
    "未经",
    "禁止",
    "不得",
    "谢绝",
    "欢迎转载",
    "授权",
    "凡",
    "部分",
    "均为",
    "均转",
    "均来",
    "所有",
    "如有转载",
    "若转载",
    "首发",
    "转载须",
    "转载时",
    "原创",
];

/// The sentence of a readable line that says so.
pub(super) fn notice(line: &str) -> Option<Range<usize>> {
    let mut start = 0;
    while start < line.len() {
        let end = line[start..].find(['。', ';', '!', '\n']).map_or(line.len(), |k| start + k);
        let sentence = &line[start..end];
        let about_itself = SELF.iter().any(|word| sentence.contains(word));
        if about_itself
            && ELSEWHERE.iter().any(|word| sentence.contains(word))
            && !RULES.iter().any(|word| sentence.contains(word))
        {
            return Some(from_self(line, start..end));
        }
        start = end + line[end..].chars().next().map_or(1, char::len_utf8);
    }
    None
}

/// From the word that names the text on: `[免责声明] 本文…` begins at 本文.
fn from_self(line: &str, sentence: Range<usize>) -> Range<usize> {
    let text = &line[sentence.clone()];
    let start = SELF.iter().filter_map(|word| text.find(word)).min().unwrap_or(0);
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
