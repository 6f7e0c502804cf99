//! Where a key is among keys in order that are spread as hashes are.

use crate::error::Result;
use std::ops::Range;

/// Places that are too few to guess among.
const FEW: usize = 8;

/// A search for the first place of a range whose key is not less than `key`. The keys of places are in order and at most
/// `most`; to look at one is what costs. Three steps of four look where the key would be if keys were spread evenly
/// (interpolation search), the fourth halves what is left: some six steps among 131,072 hashes, where halving alone takes
/// seventeen, and at most four times as many as halving takes whatever the keys are.
pub(super) struct Search {
    low: usize,
    high: usize,
    key: u64,
    /// The keys at the ends of what is left.
    least: u64,
    greatest: u64,
    steps: u32,
}

impl Search {
    pub(super) fn new(within: Range<usize>, key: u64, most: u64) -> Self {
        Search { low: within.start, high: within.end, key, least: 0, greatest: most, steps: 0 }
    }

    /// The place to look at next; none when the search is over, which `low` is then the answer of.
    fn next(&self) -> Option<usize> {
        let left = self.high - self.low;
        let share = || (self.key - self.least) as f64 / self.greatest.saturating_sub(self.least).max(1) as f64;
        let halves = self.steps % 4 == 3 || left < FEW;
        let step = if halves { left / 2 } else { ((left as f64 * share()) as usize).min(left - 1) };
        (left > 0).then_some(self.low + step)
    }

    /// Takes the key of that place.
    fn take(&mut self, place: usize, found: u64) {
        if found < self.key {
            (self.low, self.least) = (place + 1, found);
        } else {
            (self.high, self.greatest) = (place, found);
        }
        self.steps += 1;
    }
}

/// A place that one of some searches looks at.
pub(super) struct Look {
    /// The number of the search.
    pub search: usize,
    pub place: usize,
}

/// The answers of some searches, which go on side by side: memory is slow to answer, but answers many questions at once.
/// `keys` gives the keys of some places.
pub(super) fn lower_bounds(
    mut searches: Vec<Search>,
    mut keys: impl FnMut(&[Look], &mut Vec<u64>) -> Result<()>,
) -> Result<Vec<usize>> {
    let (mut looks, mut found) = (Vec::with_capacity(searches.len()), Vec::with_capacity(searches.len()));
    loop {
        looks.clear();
        let places = searches.iter().enumerate();
        looks.extend(places.filter_map(|(search, at)| Some(Look { search, place: at.next()? })));
        if looks.is_empty() {
            return Ok(searches.iter().map(|search| search.low).collect());
        }
        found.clear();
        keys(&looks, &mut found)?;
        for (&Look { search, place }, &key) in looks.iter().zip(&found) {
            searches[search].take(place, key);
        }
    }
}

/// The answer of one search.
pub(super) fn lower_bound(mut search: Search, key_at: impl Fn(usize) -> Result<u64>) -> Result<usize> {
    while let Some(place) = search.next() {
        search.take(place, key_at(place)?);
    }
    Ok(search.low)
}

/// The places at the beginning of a range that have a key; no later place has it.
pub(super) fn run_from(
    within: Range<usize>,
    key: u64,
    most: u64,
    key_at: impl Fn(usize) -> Result<u64>,
) -> Result<Range<usize>> {
    let Range { start, end: last } = within;
    // Most keys are absent, and most others have few places: steps grow from one.
    let (mut end, mut step) = (start, 1);
    while end < last && key_at((end + step).min(last) - 1)? == key {
        end = (end + step).min(last);
        step *= 2;
    }
    let rest = end..(end + step - 1).min(last);
    Ok(start..lower_bound(Search::new(rest, key + 1, most), &key_at)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::Cell;
    use xxhash_rust::xxh3::xxh3_64;

    fn run(within: Range<usize>, key: u64, most: u64, keys: &[u64]) -> Range<usize> {
        let key_at = |at: usize| Ok(keys[at]);
        let start = lower_bound(Search::new(within.clone(), key, most), key_at).unwrap();
        run_from(start..within.end, key, most, key_at).unwrap()
    }

    fn hashes(count: u64) -> Vec<u64> {
        let mut keys: Vec<u64> = (0..count).map(|k| xxh3_64(&k.to_le_bytes()) >> 32).collect();
        keys.sort_unstable();
        keys
    }

    #[test]
    fn runs_are_those_that_a_look_at_every_key_finds() {
        let most = u64::from(u32::MAX);
        let lists = [vec![], vec![0], vec![most; 9], vec![0, 0, 0, 7, 7, most], hashes(500)];
        let clumps = hashes(60).into_iter().flat_map(|key| vec![key; 1 + (key % 40) as usize]).collect();
        for keys in lists.into_iter().chain([clumps]) {
            let asked = keys.iter().flat_map(|&key| [key.saturating_sub(1), key, key + 1]).chain([0, 5, most]);
            for key in asked {
                let expected = keys.partition_point(|&k| k < key)..keys.partition_point(|&k| k <= key);
                assert_eq!(run(0..keys.len(), key, most, &keys), expected, "{key} in {keys:?}");
                let (from, to) = (keys.len() / 3, keys.len() / 2);
                let expected = expected.start.clamp(from, to)..expected.end.clamp(from, to);
                assert_eq!(run(from..to, key, most, &keys), expected, "{key} in a part");
            }
        }
    }

    #[test]
    fn searches_side_by_side_find_what_each_finds_alone() {
        let lists = [hashes(1), hashes(3), hashes(5_000), vec![7; 90], vec![]];
        let asked = [0, 7, 8, 1 << 20, 1 << 31, u64::from(u32::MAX)];
        let searches = || lists.iter().flat_map(|list| asked.map(|key| (list, key)));
        let started = searches().map(|(list, key)| Search::new(0..list.len(), key, u32::MAX.into())).collect();
        let of_search = |look: &Look| lists[look.search / asked.len()][look.place];
        let found = lower_bounds(started, |looks, keys| {
            keys.extend(looks.iter().map(of_search));
            Ok(())
        });
        let alone: Vec<usize> = searches().map(|(list, key)| list.partition_point(|&k| k < key)).collect();
        assert_eq!(found.unwrap(), alone);
    }

    #[test]
    fn a_hash_is_found_in_few_steps() {
        let (keys, steps) = (hashes(131_072), Cell::new(0));
        let key_at = |at: usize| {
            steps.set(steps.get() + 1);
            Ok(keys[at])
        };
        for key in hashes(1_000).iter().map(|key| key ^ 1) {
            lower_bound(Search::new(0..keys.len(), key, u64::from(u32::MAX)), key_at).unwrap();
        }
        assert!(steps.get() < 8_000, "{} steps for 1,000 keys", steps.get());
        // The worst case: all keys but one are equal.
        steps.set(0);
        let skewed = |at: usize| {
            steps.set(steps.get() + 1);
            Ok(u64::from(at == 131_071))
        };
        assert_eq!(lower_bound(Search::new(0..131_072, 1, u64::from(u32::MAX)), skewed).unwrap(), 131_071);
        assert!(steps.get() <= 72, "{}", steps.get());
    }
}
