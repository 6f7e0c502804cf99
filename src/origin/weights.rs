//! The published weights: what each kind of evidence adds to the log-odds of a candidate.

use super::EvidenceKind;
use super::parents::{HINTS, Hint};
use EvidenceKind::*;

/// Weight of one unit of each kind of evidence, in natural log-odds.
pub const WEIGHTS: &[(EvidenceKind, f64)] = &[
    (CreditedByOthers, 2.72),
    (CreditsItself, 1.14),
    (CreditsAnother, -1.90),
    (LinkedByOthers, 2.47),
    (LinksElsewhere, -0.55),
    (HostLinked, 2.37),
    (OwnDateline, 1.80),
    (ForeignDateline, -0.91),
    (DatelineElsewhere, 1.55),
    (Earliest, 0.85),
    (TiedEarliest, 0.72),
    (Later, -2.04),
    (Undated, 0.0),
    (MissingText, -3.10),
    (ExtraText, -0.49),
    (RoleOriginates, 0.3),
    (RoleCopies, -1.12),
    (Habit, 1.50),
    (HeadlineFromText, -2.08),
    (LostWidth, -2.15),
    (JoinedParagraphs, -1.56),
    (Bylined, 0.91),
    (OriginalTitle, 1.5),
    (NamedOutside, 0.99),
    (OutsideBias, 1.52),
    (UnknownBias, -0.63),
];

/// Weight of each hint for an arrow from a parent to a copy, in natural log-odds, in the order of [`Hint`].
pub const ARROW_WEIGHTS: [(Hint, f64); HINTS] = [
    (Hint::CreditsParent, 3.85),
    (Hint::LinksParent, 0.12),
    (Hint::ParentIsOrigin, 2.65),
    (Hint::ParentLater, -3.09),
    (Hint::ParentTied, -0.22),
    (Hint::SameOutlet, -2.42),
    (Hint::Unlike, -5.57),
    (Hint::Added, -2.52),
    (Hint::Unmeasured, -2.77),
    (Hint::CreditsAnother, 0.80),
    (Hint::OutsideAnyway, -1.94),
    (Hint::Outside, 1.86),
    (Hint::CreditsOutside, 1.06),
];

/// The weight of one kind.
pub(super) fn of(kind: EvidenceKind) -> f64 {
    WEIGHTS.iter().find(|w| w.0 == kind).map_or(0.0, |w| w.1)
}
