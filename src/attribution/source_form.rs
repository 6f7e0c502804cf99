//! How a page states its source.

/// The ways in which a page states its source, the surest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum SourceForm {
    /// By a label above the article: `来源:墨川日报`.
    Label,
    /// By a label or a bracket at the article's end.
    Closing,
    /// As quoted after a dateline: `远川社5月6日电 据墨川日报报道`.
    Quoted,
    /// By the first words: `据墨川日报报道`, `墨川日报讯`.
    Lead,
    /// Beside the time, without a label.
    Unlabelled,
    /// With the reporter's name: `墨川日报记者冯凯`.
    Byline,
    /// As owner of the text: `Copyright 2023 Daily Post`.
    Rights,
}
