//! Simhash (Charikar 2002): bit k is set when more than half of the shingle hashes have it set. Texts that
//! share most shingles differ in few bits.

/// Counts bits in bit-sliced form: plane p holds bit p of all 64 counters, so adding a hash is a ripple of
/// carries, two steps on average, instead of 64 additions.
pub(super) struct SimHashBuilder {
    planes: [u64; 32],
    added: u32,
}

impl SimHashBuilder {
    pub(super) fn new() -> Self {
        SimHashBuilder { planes: [0; 32], added: 0 }
    }

    #[inline]
    pub(super) fn add(&mut self, hash: u64) {
        self.added += 1;
        let mut carry = hash;
        for plane in &mut self.planes {
            let next = *plane & carry;
            *plane ^= carry;
            carry = next;
            if carry == 0 {
                break;
            }
        }
    }

    /// The simhash; 0 when nothing was added.
    pub(super) fn finish(&self) -> u64 {
        let count = |bit: u32| (0..32).fold(0u64, |sum, p| sum | (self.planes[p] >> bit & 1) << p);
        (0..64).filter(|&bit| count(bit) * 2 > u64::from(self.added)).fold(0, |hash, bit| hash | 1 << bit)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn equals_the_plain_count(hashes in prop::collection::vec(any::<u64>(), 0..200)) {
            let mut builder = SimHashBuilder::new();
            hashes.iter().for_each(|&h| builder.add(h));
            let plain = (0..64).filter(|bit| 2 * hashes.iter().filter(|&&h| h >> bit & 1 == 1).count() > hashes.len())
                .fold(0u64, |s, bit| s | 1 << bit);
            prop_assert_eq!(builder.finish(), plain);
        }
    }
}
