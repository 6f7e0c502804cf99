//! A piece of evidence as a person would say it.

use super::words::shortened;
use crate::origin::EvidenceKind::{self, *};
use crate::report::records::EvidenceRecord;

/// Characters of a quote that are shown.
const QUOTE: usize = 40;

/// Who a verdict is about, which decides the grammar.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum About {
    /// A page of the set.
    Page,
    /// An outlet without a page in it.
    Outside,
    /// The answer "unknown".
    Unknown,
}

/// One piece of evidence in words, with the words of the page quoted and the page named.
pub(super) fn sentence(piece: &EvidenceRecord, about: About) -> String {
    let claim = claim(piece.kind, about);
    let on = piece.document.as_ref().map(|id| format!(" on {id}"));
    match (&piece.quote, piece.kind) {
        (Some(time), Earliest | TiedEarliest | Later) => format!("{claim} (it is of {time})"),
        (Some(quote), _) => format!("{claim}: “{}”{}", shortened(quote, QUOTE), on.unwrap_or_default()),
        (None, _) => claim.to_owned(),
    }
}

/// What a kind of evidence says of its candidate.
pub(super) fn claim(kind: EvidenceKind, about: About) -> &'static str {
    match kind {
        CreditedByOthers => "pages of other outlets credit it",
        CreditsItself => "it credits its own outlet",
        CreditsAnother => "it credits somebody else",
        LinkedByOthers => "another page links to it as the original",
        LinksElsewhere => "it links to another page as the original",
        HostLinked => "another page links to its site as the original",
        OwnDateline => "its dateline names its own house",
        ForeignDateline => "its dateline names another house",
        DatelineElsewhere if about == About::Page => "datelines on other pages name its house",
        DatelineElsewhere => "datelines name it",
        Earliest => "most other pages are certainly later",
        TiedEarliest => "it may be as early as the earliest, as far as the clocks tell",
        Later => "other pages are certainly earlier",
        Undated => "it has no time, while others have",
        MissingText => "it lacks text that other pages have",
        ExtraText => "it has text that no other page has",
        RoleOriginates => "its kind of outlet mostly writes for itself",
        RoleCopies => "its kind of outlet mostly republishes",
        Habit => "how often its outlet was the origin in other sets of this corpus",
        HeadlineFromText => "its headline stands word for word in its text, as a copying desk makes headlines",
        LostWidth => "it has half-width punctuation where a page of the same text has full width",
        JoinedParagraphs => "a page of the same text has more paragraphs",
        Bylined => "it names its writer",
        OriginalTitle => "another page states its title as the original one",
        NamedOutside => "pages credit it, and it has no page here",
        OutsideBias => "what every outlet that is credited without a page here starts with",
        UnknownBias => "what the answer “unknown” starts with",
    }
}

/// True for what a candidate starts with, whatever the pages say.
pub(super) fn is_bias(piece: &EvidenceRecord) -> bool {
    matches!(piece.kind, OutsideBias | UnknownBias)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn evidence_quotes_the_words_and_names_the_page() {
        let piece = |kind, quote: Option<&str>| EvidenceRecord {
            kind,
            weight: 1.0,
            quote: quote.map(str::to_owned),
            document: Some("p7".to_owned()),
        };
        let credit = piece(CreditedByOthers, Some("墨川日报"));
        assert_eq!(sentence(&credit, About::Page), "pages of other outlets credit it: “墨川日报” on p7");
        let clock = piece(Earliest, Some("2024-01-02"));
        assert_eq!(sentence(&clock, About::Page), "most other pages are certainly later (it is of 2024-01-02)");
        assert_eq!(sentence(&piece(ExtraText, None), About::Page), "it has text that no other page has");
    }
}
