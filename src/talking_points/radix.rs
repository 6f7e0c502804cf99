//! Places sorted by half a hash: divided by the first bits of their hashes, then each of these parts by the others, in
//! counting passes (LSD radix sort). Half the time of a sort that compares, and parts are sorted side by side.

/// Parts that places are divided into.
pub(super) const BUCKETS: usize = 1 << BUCKET_BITS;
const BUCKET_BITS: u32 = 6;
/// Bits that one pass sorts by; three passes are enough for the rest of half a hash.
const PASS_BITS: u32 = 9;
const PASSES: u32 = (32 - BUCKET_BITS).div_ceil(PASS_BITS);

/// Places that follow each other, by the first bits of their hashes.
pub(super) struct HashedPlaces {
    /// Bucket after bucket: the upper half of a hash, then the place.
    rows: Vec<u64>,
    ends: [u32; BUCKETS],
}

impl HashedPlaces {
    /// Divides up to `most` places, in ascending order, by the bits of their hashes below bit `top`.
    pub fn of(most: usize, places: impl Iterator<Item = (u64, u32)>, top: u32) -> HashedPlaces {
        let bucket = |hash: u64| (hash >> (top - BUCKET_BITS)) as usize % BUCKETS;
        let mut unsorted: Vec<u64> = Vec::with_capacity(most);
        let (mut buckets, mut ends) = (Vec::with_capacity(most), [0u32; BUCKETS]);
        for (hash, place) in places {
            unsorted.push(hash >> 32 << 32 | u64::from(place));
            buckets.push(bucket(hash) as u8);
            ends[bucket(hash)] += 1;
        }
        let mut next = starts(&mut ends);
        let mut rows = vec![0; unsorted.len()];
        for (row, bucket) in unsorted.into_iter().zip(buckets) {
            let at = &mut next[usize::from(bucket)];
            rows[*at as usize] = row;
            *at += 1;
        }
        HashedPlaces { rows, ends }
    }

    /// Those of one bucket.
    pub fn bucket(&self, bucket: usize) -> &[u64] {
        let start = if bucket == 0 { 0 } else { self.ends[bucket - 1] };
        &self.rows[start as usize..self.ends[bucket] as usize]
    }
}

/// Makes counts to ends, and returns where each begins.
fn starts<const N: usize>(counts: &mut [u32; N]) -> [u32; N] {
    let (mut starts, mut end) = ([0; N], 0);
    for (start, count) in starts.iter_mut().zip(counts) {
        *start = end;
        end += *count;
        *count = end;
    }
    starts
}

/// Sorts one bucket after the other; its lists keep their memory.
#[derive(Default)]
pub(super) struct RadixSorter {
    rows: Vec<u64>,
    other: Vec<u64>,
}

impl RadixSorter {
    /// The rows of a bucket by half a hash, those of one hash by place. The lists come in the order of their places.
    pub fn sorted<'a>(&mut self, lists: impl Iterator<Item = &'a [u64]>) -> &[u64] {
        self.rows.clear();
        lists.for_each(|list| self.rows.extend_from_slice(list));
        self.other.resize(self.rows.len(), 0);
        for pass in 0..PASSES {
            let digit = |row: u64| (row >> (32 + pass * PASS_BITS)) as usize % (1 << PASS_BITS);
            let mut ends = [0u32; 1 << PASS_BITS];
            self.rows.iter().for_each(|&row| ends[digit(row)] += 1);
            let mut next = starts(&mut ends);
            for &row in &self.rows {
                let at = &mut next[digit(row)];
                self.other[*at as usize] = row;
                *at += 1;
            }
            std::mem::swap(&mut self.rows, &mut self.other);
        }
        &self.rows
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn places_are_sorted_by_half_their_hashes(hashes in prop::collection::vec(any::<u64>(), 0..2000), parts in 0u32..3) {
            // Of several parts, the first: hashes that begin with zeros.
            let hashes: Vec<u64> = hashes.into_iter().map(|hash| hash >> parts).collect();
            let rows = || hashes.iter().copied().zip(0u32..);
            let mut plainly: Vec<u64> = rows().map(|(hash, at)| hash >> 32 << 32 | u64::from(at)).collect();
            plainly.sort_unstable();
            let of = |range: std::ops::Range<usize>| {
                HashedPlaces::of(range.len(), rows().skip(range.start).take(range.len()), 64 - parts)
            };
            let lists = [of(0..hashes.len() / 3), of(hashes.len() / 3..hashes.len())];
            let mut sorter = RadixSorter::default();
            let mut sorted = Vec::new();
            for bucket in 0..BUCKETS {
                sorted.extend_from_slice(sorter.sorted(lists.iter().map(|list| list.bucket(bucket))));
            }
            prop_assert_eq!(sorted, plainly);
        }
    }
}
