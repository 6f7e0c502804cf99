//! When small packs are put together. Packs come commit by commit; without merging, an index that grows page by page would
//! have thousands. Each pack is at least twice as large as what comes after it, so that there are no more than the logarithm
//! of the index, and a row is written again no more often than that.

/// How many of the last packs, whose sizes are given in order, are to be put together into one; 1 when the last one stays.
/// No merged pack is larger than `most`.
pub(super) fn merged(sizes: &[usize], most: usize) -> usize {
    let Some((&last, before)) = sizes.split_last() else { return 0 };
    let (mut count, mut total) = (1, last);
    for &size in before.iter().rev() {
        if size > 2 * total || size + total > most {
            break;
        }
        total += size;
        count += 1;
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packs_that_come_one_by_one_stay_few_and_are_written_seldom() {
        let (mut sizes, mut written) = (Vec::new(), 0);
        for _ in 0..10_000 {
            sizes.push(1);
            let count = merged(&sizes, usize::MAX);
            let total: usize = sizes.drain(sizes.len() - count..).sum();
            written += total;
            sizes.push(total);
            assert!(sizes.len() <= 14, "{sizes:?}");
        }
        assert_eq!(sizes.iter().sum::<usize>(), 10_000);
        assert!(written < 10_000 * 14, "{written} rows written");
    }

    #[test]
    fn a_large_pack_is_left_alone() {
        assert_eq!(merged(&[1000, 10], usize::MAX), 1);
        assert_eq!(merged(&[1000, 400, 200, 10, 6, 4], usize::MAX), 3);
        assert_eq!(merged(&[60, 50], 100), 1);
        assert_eq!(merged(&[], 100), 0);
    }
}
