//! How many pages there are, and how much was found.

use super::rows::Key;
use crate::error::Result;
use rustc_hash::FxHashSet;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A page, or why a line is none.
#[derive(Serialize, Deserialize)]
pub(super) struct CountedRow {
    key: Option<Key>,
    id: String,
    skipped: Option<String>,
}

/// How many pages and skipped lines a task has seen, and how many pages have an id that another one has.
#[derive(Default, Serialize, Deserialize)]
pub(super) struct PageCountRow {
    documents: u64,
    skipped: u64,
    repeated: u64,
    /// Why some lines were skipped, and some of the repeated ids.
    reasons: Vec<String>,
    ids: Vec<String>,
}

/// Examples that errors give.
const EXAMPLES: usize = 3;

/// Counts pages, of which those of one id come to one task.
#[derive(Default)]
pub(super) struct PageCounter {
    seen: FxHashSet<Key>,
    counts: PageCountRow,
}

impl PageCounter {
    pub(super) fn add(&mut self, rows: Vec<CountedRow>) -> Result<()> {
        let PageCounter { seen, counts } = self;
        for row in rows {
            match row.key {
                None => {
                    counts.skipped += 1;
                    counts.reasons.extend(row.skipped.filter(|_| counts.skipped <= EXAMPLES as u64));
                }
                Some(key) => {
                    counts.documents += 1;
                    if !seen.insert(key) {
                        counts.repeated += 1;
                        counts.ids.extend(Some(row.id).filter(|_| counts.repeated <= EXAMPLES as u64));
                    }
                }
            }
        }
        Ok(())
    }

    pub(super) fn finish(self) -> Result<Vec<PageCountRow>> {
        Ok(vec![self.counts])
    }
}

/// How many pages the corpus has, how many parts they make, and why the run cannot go on, if so.
#[derive(Serialize)]
pub(super) struct Totals {
    documents: u64,
    skipped: u64,
    parts: u64,
    refused: Option<String>,
}

/// Adds up what all tasks have counted.
pub(super) fn totals(rows: Vec<PageCountRow>, pages_per_part: u64) -> Totals {
    let mut all = PageCountRow::default();
    for row in rows {
        all.documents += row.documents;
        all.skipped += row.skipped;
        all.repeated += row.repeated;
        all.reasons.extend(row.reasons);
        all.ids.extend(row.ids);
    }
    let PageCountRow { documents, skipped, repeated, .. } = all;
    let some = |mut list: Vec<String>| {
        list.sort_unstable();
        list.truncate(EXAMPLES);
        list.join(", ")
    };
    let refused = match (documents, repeated) {
        (0, _) => Some(format!("no records in the input ({skipped} skipped: {})", some(all.reasons))),
        (_, 0) => None,
        _ => Some(format!("{repeated} pages have an id that another one has ({}); give each its own", some(all.ids))),
    };
    Totals { documents, skipped, parts: documents.div_ceil(pages_per_part.max(1)), refused }
}

/// How much of something was found.
#[derive(Serialize, Deserialize)]
pub(super) struct FoundRow {
    clusters: Option<u64>,
    clustered: Option<u64>,
    matches: Option<u64>,
    talking_points: Option<u64>,
    outlets: Option<u64>,
    verdicts: Option<u64>,
}

/// How much was found, by name.
pub(super) fn found(rows: Vec<FoundRow>) -> BTreeMap<&'static str, u64> {
    let named = |row: FoundRow| {
        [
            ("clusters", row.clusters),
            ("clustered", row.clustered),
            ("matches", row.matches),
            ("talking_points", row.talking_points),
            ("outlets", row.outlets),
            ("verdicts", row.verdicts),
        ]
    };
    rows.into_iter().flat_map(named).filter_map(|(name, number)| Some((name, number?))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counted(ids: &[&str]) -> Vec<CountedRow> {
        let key = |id: &&str| id.bytes().map(u64::from).sum::<u64>();
        ids.iter().map(|id| CountedRow { key: Some(Key(key(id))), id: (*id).to_owned(), skipped: None }).collect()
    }

    #[test]
    fn a_corpus_with_a_repeated_id_or_without_pages_is_refused() {
        let skipped = |why: &str| CountedRow { key: None, id: String::new(), skipped: Some(why.to_owned()) };
        let total = |tasks: [Vec<CountedRow>; 2]| {
            let counts = tasks.map(|rows| {
                let mut counter = PageCounter::default();
                counter.add(rows).unwrap();
                counter.finish().unwrap()
            });
            totals(counts.into_iter().flatten().collect(), 2)
        };
        let fine = total([counted(&["a", "b"]), counted(&["c"])]);
        assert_eq!((fine.documents, fine.skipped, fine.parts, fine.refused), (3, 0, 2, None));
        let repeated = total([counted(&["a", "b", "a"]), vec![skipped("no text")]]);
        assert_eq!((repeated.documents, repeated.skipped), (3, 1));
        assert!(repeated.refused.unwrap().starts_with("1 pages have an id that another one has (a)"));
        let none = total([vec![skipped("no text")], Vec::new()]);
        assert_eq!(none.refused.unwrap(), "no records in the input (1 skipped: no text)");
    }
}
