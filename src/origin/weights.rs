//! The published weights: what each kind of evidence adds to the log-odds of a candidate.

use super::EvidenceKind;
use EvidenceKind::*;

/// Weight of one unit of each kind of evidence, in natural log-odds.
pub const WEIGHTS: &[(EvidenceKind, f64)] = &[
    (CreditedByOthers, 1.6),
    (CreditsItself, 0.7),
    (CreditsAnother, -1.9),
    (LinkedByOthers, 4.5),
    (LinksElsewhere, -3.0),
    (HostLinked, 2.5),
    (OwnDateline, 2.2),
    (ForeignDateline, -2.2),
    (DatelineElsewhere, 1.2),
    (Earliest, 2.0),
    (TiedEarliest, 0.6),
    (Later, -2.2),
    (Undated, -0.4),
    (MissingText, -6.0),
    (ExtraText, -3.0),
    (RoleOriginates, 1.0),
    (RoleCopies, -1.2),
    (Habit, 1.0),
    (OriginalTitle, 1.5),
    (NamedOutside, 1.3),
    (OutsideBias, -1.0),
    (UnknownBias, -1.5),
];

/// The weight of one kind.
pub(super) fn of(kind: EvidenceKind) -> f64 {
    WEIGHTS.iter().find(|w| w.0 == kind).map_or(0.0, |w| w.1)
}
