//! The published weights: what each kind of evidence adds to the log-odds of a candidate.

use super::EvidenceKind;
use super::parents::{HINTS, Hint};
use EvidenceKind::*;

/// Weight of one unit of each kind of evidence, in natural log-odds.
pub const WEIGHTS: &[(EvidenceKind, f64)] = &[
    (CreditedByOthers, 2.31),
    (CreditsItself, 1.62),
    (CreditsAnother, -2.04),
    (LinkedByOthers, 2.09),
    (LinksElsewhere, -0.60),
    (HostLinked, 2.15),
    (OwnDateline, 1.96),
    (ForeignDateline, -0.98),
    (DatelineElsewhere, 1.09),
    (Earliest, 0.73),
    (TiedEarliest, 0.59),
    (Later, -2.72),
    (Undated, 0.0),
    (MissingText, -3.66),
    (ExtraText, -1.35),
    (RoleOriginates, 0.48),
    (RoleCopies, -1.88),
    (Habit, 1.00),
    (HeadlineFromText, -1.96),
    (LostWidth, -1.51),
    (JoinedParagraphs, -2.48),
    (HalfWidth, -1.94),
    (Bylined, 1.28),
    (OriginalTitle, 0.75),
    (ForeignHouse, -2.88),
    (ClaimedElsewhere, 1.71),
    (AfterLinkDate, -0.15),
    (NamedOutside, 0.80),
    (NoneWhole, 0.58),
    (Silent, 0.26),
    (OutsideBias, 2.07),
    (UnknownBias, -0.39),
];

/// Weight of each hint for an arrow from a parent to a copy, in natural log-odds, in the order of [`Hint`].
pub const ARROW_WEIGHTS: [(Hint, f64); HINTS] = [
    (Hint::CreditsParent, 3.81),
    (Hint::LinksParent, 0.26),
    (Hint::ParentIsOrigin, 2.66),
    (Hint::ParentLater, -3.12),
    (Hint::ParentTied, -0.26),
    (Hint::SameOutlet, -2.34),
    (Hint::Unlike, -5.11),
    (Hint::Added, -2.57),
    (Hint::Unmeasured, -2.48),
    (Hint::CreditsAnother, 0.72),
    (Hint::OutsideAnyway, -1.57),
    (Hint::Outside, 2.46),
    (Hint::CreditsOutside, 0.79),
];

/// The weight of one kind.
pub(super) fn of(kind: EvidenceKind) -> f64 {
    WEIGHTS.iter().find(|w| w.0 == kind).map_or(0.0, |w| w.1)
}

/// The weight of one hint.
pub(super) fn of_arrow(hint: Hint) -> f64 {
    ARROW_WEIGHTS[hint as usize].1
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The rows of a table of the method page whose first cell is `name`: (name, weight).
    fn published(heading: &str) -> Vec<(String, f64)> {
        let page = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/origin.md")).unwrap();
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
