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

#[cfg(test)]
mod tests {
    use super::*;

    /// The rows of a table of the method page whose first cell is `name`: (name, weight).
    fn published(heading: &str) -> Vec<(String, f64)> {
        let page = include_str!("../../docs/origin.md");
        let table = page.lines().skip_while(|line| !line.starts_with(heading)).skip(2);
        let rows = table.take_while(|line| line.starts_with('|'));
        rows.map(|row| {
            let cells: Vec<&str> = row.split('|').map(str::trim).collect();
            (cells[1].trim_matches('`').to_owned(), cells[2].parse().unwrap())
        })
        .collect()
    }

    #[test]
    fn the_method_page_publishes_the_weights_in_use() {
        let in_use = WEIGHTS.iter().map(|(kind, weight)| {
            let name = serde_json::to_value(kind).unwrap();
            (name.as_str().unwrap().to_owned(), *weight)
        });
        assert_eq!(published("| kind |"), in_use.collect::<Vec<_>>());
    }

    #[test]
    fn the_method_page_publishes_the_weights_of_arrows() {
        let snake = |name: String| {
            let mut out = String::new();
            for c in name.chars() {
                if c.is_ascii_uppercase() && !out.is_empty() {
                    out.push('_');
                }
                out.push(c.to_ascii_lowercase());
            }
            out
        };
        let in_use = ARROW_WEIGHTS.iter().map(|(hint, weight)| (snake(format!("{hint:?}")), *weight));
        assert_eq!(published("| hint |"), in_use.collect::<Vec<_>>());
    }
}
