//! The words by which a coder labels a pair of pages.

/// What a coder has said of a pair.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PairLabel {
    /// The two carry the same article.
    Same,
    /// They do not.
    Different,
    /// The coder could not tell.
    Undecided,
    /// Nothing yet.
    Blank,
}

const SAME: &[&str] = &["1", "1.0", "y", "yes", "true", "same", "是", "同", "相同"];
const DIFFERENT: &[&str] = &["0", "0.0", "n", "no", "false", "different", "否", "不", "不同"];
const UNDECIDED: &[&str] = &["?", "？", "unsure", "undecided", "不确定", "不清楚"];

impl PairLabel {
    /// Reads what a coder has written; `None` when it is no label.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let text = text.trim().to_lowercase();
        let among = |words: &[&str]| words.contains(&text.as_str());
        match () {
            () if text.is_empty() => Some(PairLabel::Blank),
            () if among(SAME) => Some(PairLabel::Same),
            () if among(DIFFERENT) => Some(PairLabel::Different),
            () if among(UNDECIDED) => Some(PairLabel::Undecided),
            () => None,
        }
    }
}
