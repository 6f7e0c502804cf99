//! The pairs of an output folder, sorted into strata.

use crate::error::Result;
use crate::output_folder::OutFolder;
use crate::verify::Kind;
use rustc_hash::FxHashMap;
use serde::Deserialize;
use std::collections::BTreeMap;
use xxhash_rust::xxh3::{xxh3_64, xxh3_64_with_seed};

/// Where the bands of scores begin. A score is the containment of the page that has less of its own: the greater of
/// the two.
const BANDS: [f64; 4] = [0.0, 0.5, 0.8, 0.95];

/// Pairs that are alike to the run: in one reprint set or not, of one kind, and of similar scores.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Stratum {
    /// The two pages are of different sets, or of none.
    pub apart: bool,
    /// The kind of the match.
    pub kind: Kind,
    band: usize,
}

impl Stratum {
    fn of(pair: &Scored, same_set: bool) -> Self {
        let band = BANDS.iter().rposition(|&from| pair.score() >= from).unwrap_or(0);
        Stratum { apart: !same_set, kind: pair.kind, band }
    }

    /// A name that people can read, and that tells strata apart: `one set/reprint/0.80-0.95`.
    pub fn name(self) -> String {
        let sets = if self.apart { "apart" } else { "one set" };
        let to = BANDS.get(self.band + 1).unwrap_or(&1.0);
        format!("{sets}/{}/{:.2}-{to:.2}", self.kind.name(), BANDS[self.band])
    }
}

/// What sampling wants of a line of `matches.jsonl`.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Scored {
    pub a: String,
    pub b: String,
    pub jaccard: f64,
    containment_a: f64,
    containment_b: f64,
    pub kind: Kind,
}

impl Scored {
    pub fn score(&self) -> f64 {
        self.containment_a.max(self.containment_b)
    }

    /// A number by which pairs are drawn: it depends on the seed and on the two ids, and on nothing else.
    fn lot(&self, seed: u64) -> u64 {
        xxh3_64_with_seed(self.b.as_bytes(), xxh3_64_with_seed(self.a.as_bytes(), seed))
    }
}

/// The pairs of one stratum: how many there are, and those with the least lots, by lot.
#[derive(Default)]
pub(super) struct Pile {
    pub population: u64,
    pub drawn: BTreeMap<(u64, String, String), Scored>,
}

/// Sorts all pairs of `matches.jsonl` into strata, and keeps of each the `most` that are drawn first. Reads two files
/// once; keeps 12 bytes for every page of a set.
pub(super) fn piles(out: &OutFolder, seed: u64, most: usize) -> Result<BTreeMap<Stratum, Pile>> {
    let sets = sets(out)?;
    let mut piles: BTreeMap<Stratum, Pile> = BTreeMap::new();
    out.each_line("matches.jsonl", |line, at| {
        let pair: Scored = out.parse("matches.jsonl", line, at)?;
        let set = |id: &str| sets.get(&xxh3_64(id.as_bytes()));
        let same_set = set(&pair.a).is_some() && set(&pair.a) == set(&pair.b);
        let pile = piles.entry(Stratum::of(&pair, same_set)).or_default();
        pile.population += 1;
        pile.drawn.insert((pair.lot(seed), pair.a.clone(), pair.b.clone()), pair);
        if pile.drawn.len() > most {
            pile.drawn.pop_last();
        }
        Ok(true)
    })?;
    Ok(piles)
}

/// The set of every page that has one, by the hash of its id.
fn sets(out: &OutFolder) -> Result<FxHashMap<u64, u32>> {
    #[derive(Deserialize)]
    struct Placed {
        id: String,
        cluster: Option<u32>,
    }
    let mut sets = FxHashMap::default();
    out.each_line("documents.jsonl", |line, at| {
        let page: Placed = out.parse("documents.jsonl", line, at)?;
        sets.extend(page.cluster.map(|cluster| (xxh3_64(page.id.as_bytes()), cluster)));
        Ok(true)
    })?;
    Ok(sets)
}

/// How many pairs to draw from each stratum: `pairs` in all, in the proportion of the square roots of the
/// populations (power allocation, Bankier 1988), and two of each at least, so that a small stratum that decides
/// much is seen and every one has a variance. `None` when that needs more than `pairs`.
pub(super) fn allocate(populations: &[u64], pairs: usize) -> Option<Vec<usize>> {
    let mut drawn: Vec<usize> = populations.iter().map(|&all| all.min(2) as usize).collect();
    let mut left = pairs.checked_sub(drawn.iter().sum())?;
    while left > 0 {
        let worth = |k: usize| (populations[k] as f64).sqrt() / (drawn[k] + 1) as f64;
        let open = (0..drawn.len()).filter(|&k| (drawn[k] as u64) < populations[k]);
        let Some(next) = open.max_by(|&x, &y| worth(x).total_cmp(&worth(y)).then(y.cmp(&x))) else { break };
        drawn[next] += 1;
        left -= 1;
    }
    Some(drawn)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_stratum_is_seen_and_none_is_overdrawn() {
        assert_eq!(allocate(&[10_000, 100, 1, 2], 60), Some(vec![52, 5, 1, 2]));
        assert_eq!(allocate(&[3, 4], 100), Some(vec![3, 4]));
        assert_eq!(allocate(&[5, 5, 5], 5), None);
        assert_eq!(allocate(&[5, 5, 5], 6), Some(vec![2, 2, 2]));
    }

    #[test]
    fn a_stratum_tells_its_sets_its_kind_and_its_band() {
        let pair = |a, b| Scored {
            a: "a".into(),
            b: "b".into(),
            jaccard: 0.1,
            containment_a: a,
            containment_b: b,
            kind: Kind::CommonSource,
        };
        assert_eq!(Stratum::of(&pair(0.2, 0.94), true).name(), "one set/common_source/0.80-0.95");
        assert_eq!(Stratum::of(&pair(1.0, 0.1), false).name(), "apart/common_source/0.95-1.00");
        assert_eq!(Stratum::of(&pair(0.0, 0.0), false).name(), "apart/common_source/0.00-0.50");
    }
}
