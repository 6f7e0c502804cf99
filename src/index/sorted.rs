//! Where a key is among keys in order that are spread as hashes are.

use crate::error::Result;
use std::ops::Range;

/// Places that are too few to guess among.
const FEW: usize = 8;

/// The first place of a range whose key is not less than `key`. The keys of places are in order and at most `most`; `key_at`
/// gives that of a place, and is what costs. Every other step looks where the key would be if keys were spread evenly
/// (interpolation search), those between halve what is left: some eight steps among 131,072 hashes, where halving alone takes
/// seventeen, and at most twice as many as halving takes whatever the keys are.
pub(super) fn lower_bound(
    within: Range<usize>,
    key: u64,
    most: u64,
    key_at: impl Fn(usize) -> Result<u64>,
) -> Result<usize> {
    let Range { start: mut low, end: mut high } = within;
    // The keys at the ends of what is left.
    let (mut least, mut greatest) = (0, most);
    let mut halves = false;
    while low < high {
        let left = high - low;
        let share = (key - least) as f64 / greatest.saturating_sub(least).max(1) as f64;
        let step = if halves || left < FEW { left / 2 } else { ((left as f64 * share) as usize).min(left - 1) };
        let found = key_at(low + step)?;
        if found < key {
            (low, least) = (low + step + 1, found);
        } else {
            (high, greatest) = (low + step, found);
        }
        halves = !halves;
    }
    Ok(low)
}

/// The places of a range that have a key.
pub(super) fn run(
    within: Range<usize>,
    key: u64,
    most: u64,
    key_at: impl Fn(usize) -> Result<u64>,
) -> Result<Range<usize>> {
    let start = lower_bound(within.clone(), key, most, &key_at)?;
    // Most keys are absent, and most others have few places: steps grow from one.
    let (mut end, mut step) = (start, 1);
    while end < within.end && key_at((end + step).min(within.end) - 1)? == key {
        end = (end + step).min(within.end);
        step *= 2;
    }
    let last = (end + step).min(within.end);
    Ok(start..lower_bound(end..last, key + 1, most, &key_at)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::Cell;
    use xxhash_rust::xxh3::xxh3_64;

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
                assert_eq!(run(0..keys.len(), key, most, |at| Ok(keys[at])).unwrap(), expected, "{key} in {keys:?}");
                let (from, to) = (keys.len() / 3, keys.len() / 2);
                let expected = expected.start.clamp(from, to)..expected.end.clamp(from, to);
                assert_eq!(run(from..to, key, most, |at| Ok(keys[at])).unwrap(), expected, "{key} in a part");
            }
        }
    }

    #[test]
    fn a_hash_is_found_in_few_steps() {
        let (keys, steps) = (hashes(131_072), Cell::new(0));
        let key_at = |at: usize| {
            steps.set(steps.get() + 1);
            Ok(keys[at])
        };
        for key in hashes(1_000).iter().map(|key| key ^ 1) {
            lower_bound(0..keys.len(), key, u64::from(u32::MAX), key_at).unwrap();
        }
        assert!(steps.get() < 10_000, "{} steps for 1,000 keys", steps.get());
        // The worst case: all keys but one are equal.
        steps.set(0);
        let skewed = |at: usize| {
            steps.set(steps.get() + 1);
            Ok(u64::from(at == 131_071))
        };
        assert_eq!(lower_bound(0..131_072, 1, u64::from(u32::MAX), skewed).unwrap(), 131_071);
        assert!(steps.get() <= 36, "{}", steps.get());
    }
}
