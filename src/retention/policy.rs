//! Which page of a reprint set stays, and which pages may count as repeats of each other.

use super::ReprintSets;
use crate::origin::{Lineage, Source};
use crate::types::{DocId, Precision, Timestamp};
use rustc_hash::FxHashSet;
use serde::{Deserialize, Serialize};

/// The page of a set that stays. Ties fall by time, then by length, then by the hash of the id: but for
/// [`Keep::First`], the choice does not depend on the order of the input.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Keep {
    /// The one that was surely published first: a page known to the day counts as of the end of the day, one without
    /// a time comes last.
    #[default]
    Earliest,
    /// The one with the longest body, site furniture not counted.
    Longest,
    /// The origin where it is a page of the corpus, else a page that was copied from none here, the earliest of
    /// them.
    Origin,
    /// The one that is read first.
    First,
}

/// Which pages may count as repeats of each other.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Among {
    /// All of a set.
    #[default]
    All,
    /// Only pages of one outlet. A page of unknown outlet repeats none.
    WithinOutlet,
    /// Only pages of two outlets. A page of unknown outlet repeats none.
    Across,
}

/// What a dedup run keeps.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", default)]
pub struct Policy {
    /// The page of a set that stays.
    pub keep: Keep,
    /// Which pages may count as repeats of each other.
    pub among: Among,
}

/// Pages with a lesser rank stay before others.
pub(super) type PageRank = (i64, i64, i64, u64);

impl Policy {
    /// What ranks the pages of a set.
    pub(super) fn rank<'s>(
        &'s self,
        sets: &'s ReprintSets,
        lineage: Option<&'s Lineage>,
    ) -> impl Fn(DocId) -> PageRank + 's {
        let generation = lineage.filter(|_| self.keep == Keep::Origin).map(generation);
        move |doc| {
            let time = sets.times[doc.index()].map_or(i64::MAX, surely_since);
            let shortness = -i64::from(sets.body(doc).1);
            let order = sets.pages.corpus.order(doc);
            match self.keep {
                Keep::Earliest => (time, shortness, 0, order),
                Keep::Longest => (shortness, time, 0, order),
                Keep::Origin => (generation.as_ref().map_or(0, |generation| generation(doc)), time, shortness, order),
                Keep::First => (i64::from(doc.0), 0, 0, 0),
            }
        }
    }

    /// True when `page` may count as a repeat of `other`.
    pub(super) fn allows(&self, sets: &ReprintSets, page: DocId, other: DocId) -> bool {
        let outlets = || {
            let [page, other] = [page, other].map(|doc| sets.pages.outlet(doc).map(|known| known.outlet));
            page.zip(other)
        };
        match self.among {
            Among::All => true,
            Among::WithinOutlet => outlets().is_some_and(|(page, other)| page == other),
            Among::Across => outlets().is_some_and(|(page, other)| page != other),
        }
    }
}

/// The last second at which a page may have come out, by its time.
fn surely_since(time: Timestamp) -> i64 {
    time.seconds
        + match time.precision {
            Precision::Second => 0,
            Precision::Minute => 59,
            Precision::Day => 86_399,
        }
}

/// 0 for the origin of a set, 1 for pages that were copied from none here, 2 for the rest.
fn generation(lineage: &Lineage) -> impl Fn(DocId) -> i64 {
    let copied = lineage.copies.iter().filter(|copy| copy.parent.is_some());
    let copied: FxHashSet<DocId> = copied.map(|copy| copy.doc).collect();
    move |doc| match lineage.origin {
        Source::Document(origin) if origin == doc => 0,
        _ => 1 + i64::from(copied.contains(&doc)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_counts_from_when_it_has_surely_come() {
        let at = |precision| surely_since(Timestamp { seconds: 86_400, zone: 0, precision });
        assert_eq!(at(Precision::Second), 86_400);
        assert_eq!(at(Precision::Minute), 86_459);
        assert_eq!(at(Precision::Day), 2 * 86_400 - 1);
    }
}
