//! The published weights: what each kind of evidence adds to the log-odds of a candidate, and each hint to those of an
//! arrow. They are fitted by `training/fit_origin.py` and read from the two files next to this one.

use super::evidence_kind::EvidenceKind;
use super::hint::Hint;
use crate::model::Logistic;
use serde::Serialize;
use std::sync::LazyLock;

static OF_EVIDENCE: LazyLock<Logistic> =
    LazyLock::new(|| read(include_str!("origin_weights.json"), &EvidenceKind::ALL));
static OF_ARROWS: LazyLock<Logistic> = LazyLock::new(|| read(include_str!("parent_weights.json"), &Hint::ALL));

fn read(file: &str, kinds: &[impl Serialize]) -> Logistic {
    let names: Vec<String> = kinds.iter().map(name).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    Logistic::read(file, &names).unwrap_or_else(|error| unreachable!("a file of the program: {error}"))
}

/// What a kind is called in files.
fn name(kind: &impl Serialize) -> String {
    let name = serde_json::to_value(kind).ok();
    name.as_ref().and_then(|name| name.as_str()).unwrap_or_default().to_owned()
}

/// Weight of one unit of each kind of evidence, in natural log-odds.
pub fn evidence_weights() -> impl Iterator<Item = (EvidenceKind, f64)> {
    EvidenceKind::ALL.into_iter().zip(OF_EVIDENCE.weights().iter().copied())
}

/// Weight of each hint for an arrow from a parent to a copy, in natural log-odds.
pub fn arrow_weights() -> impl Iterator<Item = (Hint, f64)> {
    Hint::ALL.into_iter().zip(OF_ARROWS.weights().iter().copied())
}

/// The weight of one kind.
pub(super) fn of(kind: EvidenceKind) -> f64 {
    OF_EVIDENCE.weights()[kind as usize]
}

/// The weight of one hint.
pub(super) fn of_arrow(hint: Hint) -> f64 {
    OF_ARROWS.weights()[hint as usize]
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
    fn every_kind_has_its_own_weight() {
        assert!(EvidenceKind::ALL.iter().enumerate().all(|(place, kind)| *kind as usize == place));
        assert!(Hint::ALL.iter().enumerate().all(|(place, hint)| *hint as usize == place));
    }

    #[test]
    fn the_method_page_publishes_the_weights_in_use() {
        let in_use: Vec<(String, f64)> = evidence_weights().map(|(kind, weight)| (name(&kind), weight)).collect();
        assert_eq!(published("| kind |"), in_use);
    }

    #[test]
    fn the_method_page_publishes_the_weights_of_arrows() {
        let in_use: Vec<(String, f64)> = arrow_weights().map(|(hint, weight)| (name(&hint), weight)).collect();
        assert_eq!(published("| hint |"), in_use);
    }
}
