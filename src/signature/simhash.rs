//! Simhash (Charikar 2002): bit k is set when more than half of the shingle hashes have it set. Texts that
//! share most shingles differ in few bits.

/// Hashes that are gathered before they are counted.
const BLOCK: usize = 8;

/// Counts bits in bit-sliced form: plane p is bit p of all 64 counters. Eight hashes are first added up among
/// themselves by carry-save adders (Harley and Seal; see Muła, Kurz, Lemire 2018), some five operations a hash
/// and no branch.
pub(super) struct SimHashBuilder {
    planes: [u64; 32],
    block: [u64; BLOCK],
    added: u32,
}

impl SimHashBuilder {
    pub(super) fn new() -> Self {
        SimHashBuilder { planes: [0; 32], block: [0; BLOCK], added: 0 }
    }

    #[inline]
    pub(super) fn add(&mut self, hash: u64) {
        let at = self.added as usize % BLOCK;
        self.block[at] = hash;
        self.added += 1;
        if at == BLOCK - 1 {
            self.count_block();
        }
    }

    fn count_block(&mut self) {
        let [h0, h1, h2, h3, h4, h5, h6, h7] = std::mem::take(&mut self.block);
        let [ones, twos, fours, ..] = &mut self.planes;
        let twos_a = add_two(ones, h0, h1);
        let twos_b = add_two(ones, h2, h3);
        let fours_a = add_two(twos, twos_a, twos_b);
        let twos_a = add_two(ones, h4, h5);
        let twos_b = add_two(ones, h6, h7);
        let fours_b = add_two(twos, twos_a, twos_b);
        let mut carry = add_two(fours, fours_a, fours_b);
        for plane in &mut self.planes[3..] {
            if carry == 0 {
                break;
            }
            let next = *plane & carry;
            *plane ^= carry;
            carry = next;
        }
    }

    /// The simhash; 0 when nothing was added.
    pub(super) fn finish(mut self) -> u64 {
        self.count_block();
        // Bit k of `more` or `same`: how counter k compares with half of what was added, from the upper bits down.
        let half = self.added / 2;
        let (mut more, mut same) = (0u64, u64::MAX);
        for p in (0..32).rev() {
            let bit = if half >> p & 1 == 1 { u64::MAX } else { 0 };
            more |= same & self.planes[p] & !bit;
            same &= !(self.planes[p] ^ bit);
        }
        more
    }
}

/// Adds two numbers of one bit to each counter of a plane; what is returned counts twice.
#[inline]
fn add_two(plane: &mut u64, a: u64, b: u64) -> u64 {
    let odd = *plane ^ a;
    let carry = *plane & a | odd & b;
    *plane = odd ^ b;
    carry
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
