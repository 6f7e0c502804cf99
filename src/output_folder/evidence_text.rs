//! What the kinds of evidence are called where people read of them.

use crate::origin::EvidenceKind::{self, *};
use crate::records::OriginRecord;

/// Who a verdict is about, which decides the grammar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum About {
    /// A page of the set.
    Page,
    /// An outlet without a page in it.
    Outside,
    /// The answer "unknown".
    Unknown,
}

impl About {
    /// Who an origin's record is about.
    pub(crate) fn of(origin: &OriginRecord) -> About {
        match (&origin.document, &origin.outlet) {
            (Some(_), _) => About::Page,
            (None, Some(_)) => About::Outside,
            (None, None) => About::Unknown,
        }
    }
}

/// What a kind of evidence says of its candidate.
pub(crate) fn claim(kind: EvidenceKind, about: About) -> &'static str {
    match kind {
        CreditedByOthers => "pages of other outlets credit it",
        CreditsItself => "it credits its own outlet",
        CreditsAnother => "it credits somebody else",
        LinkedByOthers => "another page links to it as the original",
        LinksElsewhere => "it links to another page as the original",
        HostLinked => "another page links to its site as the original",
        OwnDateline => "its dateline names its own outlet",
        ForeignDateline => "its dateline names another outlet",
        DatelineElsewhere if about == About::Page => "datelines on other pages name its outlet",
        DatelineElsewhere => "datelines name it",
        Earliest => "most other pages are certainly later",
        TiedEarliest => "it may be as early as the earliest, as far as the clocks tell",
        Later => "other pages are certainly earlier",
        MissingText => "it lacks text that other pages have",
        ExtraText => "it has text that no other page has",
        RoleOriginates => "its kind of outlet mostly writes for itself",
        RoleCopies => "its kind of outlet mostly republishes",
        Habit => "how often its outlet was the origin in other sets of this corpus",
        ReportersSpeak => "its reporters speak in the text",
        NamedByPages => "pages here name it as their source, in a dateline, or as that of the reporters",
        Uncontested => "the pages name no other outlet",
        SoleOutlet => "all pages here are of its outlet",
        UnknownOutlet => "its outlet is unknown",
        MakeUp => "its headline, commas and paragraphs, compared with those of origins and copies in this corpus",
        Bylined => "it names its writer",
        OriginalTitle => "another page states its title as the original one",
        ForeignHouse => "it bears marks of another outlet",
        ClaimedElsewhere => "claims of rights on pages of other outlets name it",
        NoneWhole => "no page here has all that the pages have in common",
        NamedOutside => "pages credit it, and it has no page here",
        OutsideBias => "what every outlet that is credited without a page here starts with",
        UnknownBias => "what the answer “unknown” starts with",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::origin::EvidenceKind;

    #[test]
    fn the_report_says_of_evidence_what_the_terminal_says() {
        let words: serde_json::Value = serde_json::from_str(include_str!("../../web/src/lang/en.json")).unwrap();
        for kind in &EvidenceKind::ALL {
            let name = serde_json::to_value(kind).unwrap();
            let key = format!("claim.{}", name.as_str().unwrap());
            assert_eq!(words[&key], claim(*kind, About::Outside), "{key}");
            let of_page = words.get(format!("{key}.page")).unwrap_or(&words[&key]);
            assert_eq!(*of_page, claim(*kind, About::Page), "{key}");
        }
    }
}
