//! The published weights: what each kind of evidence adds to the log-odds of a candidate.

use super::EvidenceKind;
use super::parents::{HINTS, Hint};
use EvidenceKind::*;

/// Weight of one unit of each kind of evidence, in natural log-odds.
pub const WEIGHTS: &[(EvidenceKind, f64)] = &[
    (CreditedByOthers, 2.80),
    (CreditsItself, 1.23),
    (CreditsAnother, -2.24),
    (LinkedByOthers, 2.73),
    (LinksElsewhere, -0.87),
    (HostLinked, 2.42),
    (OwnDateline, 2.20),
    (ForeignDateline, -0.79),
    (DatelineElsewhere, 1.44),
    (Earliest, 1.11),
    (TiedEarliest, 0.78),
    (Later, -1.97),
    (Undated, 0.0),
    (MissingText, -3.18),
    (ExtraText, -0.30),
    (RoleOriginates, 0.3),
    (RoleCopies, -1.34),
    (Habit, 1.41),
    (OriginalTitle, 1.5),
    (NamedOutside, 0.98),
    (OutsideBias, 1.76),
    (UnknownBias, -0.39),
];

/// Weight of each hint for an arrow from a parent to a copy, in natural log-odds, in the order of [`Hint`].
pub const ARROW_WEIGHTS: [(Hint, f64); HINTS] = [
    (Hint::CreditsParent, 3.87),
    (Hint::LinksParent, 0.14),
    (Hint::ParentIsOrigin, 2.65),
    (Hint::ParentLater, -3.10),
    (Hint::ParentTied, -0.23),
    (Hint::SameOutlet, -2.47),
    (Hint::Unlike, -5.67),
    (Hint::Added, -2.66),
    (Hint::Unmeasured, -2.82),
    (Hint::CreditsAnother, 0.82),
    (Hint::OutsideAnyway, -1.85),
    (Hint::Outside, 1.87),
    (Hint::CreditsOutside, 1.01),
];

/// The weight of one kind.
pub(super) fn of(kind: EvidenceKind) -> f64 {
    WEIGHTS.iter().find(|w| w.0 == kind).map_or(0.0, |w| w.1)
}
