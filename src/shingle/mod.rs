//! Units to hashed n-grams (shingles) that know where they are.

use xxhash_rust::xxh3::{xxh3_64, xxh3_64_with_seed};

/// Units in a shingle. Five Han characters are about two and a half words; five Latin words are a phrase.
pub const WIDTH: usize = 5;

/// Calls `with(hash, first_unit)` for every shingle of a text: T − 5 + 1 of them for T units.
///
/// The hash is xxh3-64 over the five units as little-endian words, so it is stable across runs and machines of
/// one byte order. A text of 1 to 4 units has one shingle, salted with its length: it meets equal texts and
/// nothing else. A text without units has none. No allocation.
#[inline]
pub fn for_each_shingle(units: &[u32], mut with: impl FnMut(u64, u32)) {
    if units.len() < WIDTH {
        if !units.is_empty() {
            with(xxh3_64_with_seed(bytemuck::cast_slice(units), units.len() as u64), 0);
        }
        return;
    }
    for (at, window) in units.windows(WIDTH).enumerate() {
        with(xxh3_64(bytemuck::cast_slice(window)), at as u32);
    }
}

/// How many shingles a text of `units` units has.
pub fn shingle_count(units: usize) -> usize {
    if units == 0 { 0 } else { units.saturating_sub(WIDTH - 1).max(1) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(units: &[u32]) -> Vec<(u64, u32)> {
        let mut out = Vec::new();
        for_each_shingle(units, |hash, at| out.push((hash, at)));
        out
    }

    #[test]
    fn counts_and_places() {
        let units: Vec<u32> = (0..9).collect();
        let shingles = all(&units);
        assert_eq!(shingles.len(), 5);
        assert_eq!(shingles[4].1, 4);
        for n in 0..12 {
            assert_eq!(all(&vec![7; n]).len(), shingle_count(n), "{n} units");
        }
    }

    #[test]
    fn short_texts_never_collapse() {
        assert!(all(&[]).is_empty());
        let hashes: Vec<u64> =
            [&[1u32][..], &[2], &[1, 2], &[2, 1], &[0], &[0, 0]].iter().map(|u| all(u)[0].0).collect();
        for (k, hash) in hashes.iter().enumerate() {
            assert!(!hashes[..k].contains(hash), "text {k} met another");
        }
    }
}
