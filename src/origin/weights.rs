//! The published weights: what each kind of evidence adds to the log-odds of a candidate.

use super::EvidenceKind;
use super::parents::{HINTS, Hint};
use EvidenceKind::*;

/// Weight of one unit of each kind of evidence, in natural log-odds.
pub const WEIGHTS: &[(EvidenceKind, f64)] = &[
    (CreditedByOthers, 2.81),
    (CreditsItself, 1.31),
    (CreditsAnother, -2.19),
    (LinkedByOthers, 2.76),
    (LinksElsewhere, -0.82),
    (HostLinked, 2.45),
    (OwnDateline, 2.22),
    (ForeignDateline, -0.82),
    (DatelineElsewhere, 1.45),
    (Earliest, 1.07),
    (TiedEarliest, 0.70),
    (Later, -1.99),
    (Undated, 0.0),
    (MissingText, -3.15),
    (ExtraText, -0.34),
    (RoleOriginates, 0.3),
    (RoleCopies, -1.41),
    (Habit, 1.40),
    (OriginalTitle, 1.5),
    (NamedOutside, 0.98),
    (OutsideBias, 1.77),
    (UnknownBias, -0.32),
];

/// Weight of each hint for an arrow from a parent to a copy, in natural log-odds, in the order of [`Hint`].
pub const ARROW_WEIGHTS: [(Hint, f64); HINTS] = [
    (Hint::CreditsParent, 4.22),
    (Hint::LinksParent, 0.25),
    (Hint::ParentIsOrigin, 2.74),
    (Hint::ParentLater, -2.83),
    (Hint::ParentTied, -0.12),
    (Hint::SameOutlet, -2.62),
    (Hint::Unlike, -4.21),
    (Hint::Added, -2.49),
    (Hint::Unmeasured, -1.32),
    (Hint::CreditsAnother, 1.08),
    (Hint::OutsideAnyway, -0.74),
    (Hint::Outside, 2.10),
    (Hint::CreditsOutside, 1.01),
];

/// The weight of one kind.
pub(super) fn of(kind: EvidenceKind) -> f64 {
    WEIGHTS.iter().find(|w| w.0 == kind).map_or(0.0, |w| w.1)
}
