//! The published weights: what each kind of evidence adds to the log-odds of a candidate.

use super::EvidenceKind;
use super::parents::{HINTS, Hint};
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

/// Weight of each hint for an arrow from a parent to a copy, in natural log-odds, in the order of [`Hint`].
pub const ARROW_WEIGHTS: [(Hint, f64); HINTS] = [
    (Hint::CreditsParent, 2.0),
    (Hint::LinksParent, 1.5),
    (Hint::ParentIsOrigin, 2.0),
    (Hint::ParentLater, -6.0),
    (Hint::ParentTied, -0.5),
    (Hint::SameOutlet, -2.0),
    (Hint::Unlike, -9.0),
    (Hint::Added, -3.0),
    (Hint::Unmeasured, -6.0),
    (Hint::CreditsAnother, -0.5),
    (Hint::OutsideAnyway, -4.0),
    (Hint::Outside, 0.0),
    (Hint::CreditsOutside, 1.5),
];

/// The weight of one kind.
pub(super) fn of(kind: EvidenceKind) -> f64 {
    WEIGHTS.iter().find(|w| w.0 == kind).map_or(0.0, |w| w.1)
}
