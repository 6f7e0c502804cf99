//! The kinds of evidence for an origin, each with the unit it is counted in.

use serde::{Deserialize, Serialize};

/// A kind of evidence. Each has a weight ([`super::evidence_weights`]); the unit it is counted in is said here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EvidenceKind {
    /// Pages of other outlets credit it: log2(1 + how many).
    CreditedByOthers,
    /// It credits itself.
    CreditsItself,
    /// It credits somebody else.
    CreditsAnother,
    /// Another page links to it as the original: log2(1 + how many).
    LinkedByOthers,
    /// It links to another page as the original.
    LinksElsewhere,
    /// Another page links to its site as the original: log2(1 + how many).
    HostLinked,
    /// Its dateline names its own outlet.
    OwnDateline,
    /// Its dateline names another outlet.
    ForeignDateline,
    /// Datelines on other pages name its outlet: log2(1 + how many).
    DatelineElsewhere,
    /// Its reporters speak in the text: log2(1 + how often, on the page where they do so most).
    ReportersSpeak,
    /// Share of the pages that name its outlet as source, in a dateline, or as that of the reporters.
    NamedByPages,
    /// The pages name no other outlet than its own.
    Uncontested,
    /// Share of the dated other pages that are certainly later.
    Earliest,
    /// It may be as early as the earliest, as far as precision allows.
    TiedEarliest,
    /// Share of the dated other pages that are certainly earlier.
    Later,
    /// Share of the common text that it lacks while another page has it.
    MissingText,
    /// Share of its text that no other page has.
    ExtraText,
    /// Its kind of outlet mostly writes for itself (agency 1; paper, broadcaster, government ½).
    RoleOriginates,
    /// Its kind of outlet mostly republishes (aggregator).
    RoleCopies,
    /// How much more often than others it was the origin in other clusters of this corpus (log ratio).
    Habit,
    /// Headline, commas and paragraphs: how much more often they are so on origins than on copies of this corpus (sum of
    /// log ratios).
    MakeUp,
    /// It names its writer.
    Bylined,
    /// Another page states its title as the original one.
    OriginalTitle,
    /// It bears marks of another publisher: it speaks as one of another kind (本报 on a portal), or a claim of rights in it
    /// names another outlet.
    ForeignHouse,
    /// Claims of rights on pages of other outlets name it: log2(1 + how many).
    ClaimedElsewhere,
    /// All pages are of its outlet.
    SoleOutlet,
    /// Nobody knows its outlet.
    UnknownOutlet,
    /// Pages credit it, and it has no page here: log2(1 + how many).
    NamedOutside,
    /// Share of what pages have in common that even the fullest of them lacks.
    NoneWhole,
    /// What every outside candidate starts with.
    OutsideBias,
    /// What the answer "unknown" starts with.
    UnknownBias,
}

use EvidenceKind::*;

impl EvidenceKind {
    /// All kinds, in the order of their weights.
    pub const ALL: [EvidenceKind; 31] = [
        CreditedByOthers,
        CreditsItself,
        CreditsAnother,
        LinkedByOthers,
        LinksElsewhere,
        HostLinked,
        OwnDateline,
        ForeignDateline,
        DatelineElsewhere,
        ReportersSpeak,
        NamedByPages,
        Uncontested,
        Earliest,
        TiedEarliest,
        Later,
        MissingText,
        ExtraText,
        RoleOriginates,
        RoleCopies,
        Habit,
        MakeUp,
        Bylined,
        OriginalTitle,
        ForeignHouse,
        ClaimedElsewhere,
        SoleOutlet,
        UnknownOutlet,
        NamedOutside,
        NoneWhole,
        OutsideBias,
        UnknownBias,
    ];

    /// True for what a page, or the clock, says for a candidate; what is known of its outlet at large, or of how pages
    /// look, does not name anybody by itself.
    pub(super) fn names_somebody(self) -> bool {
        matches!(
            self,
            CreditedByOthers
                | CreditsItself
                | LinkedByOthers
                | HostLinked
                | OwnDateline
                | DatelineElsewhere
                | ReportersSpeak
                | Earliest
                | Bylined
                | OriginalTitle
                | ClaimedElsewhere
                | SoleOutlet
        )
    }
}
