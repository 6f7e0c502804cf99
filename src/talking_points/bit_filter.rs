//! A set of hashes as bits: it says of most others that they are not in it, at the cost of one read.

/// Sixteen bits or more for each hash. A bit may belong to several hashes: what is in the set is never denied.
#[derive(Debug, Default)]
pub(super) struct BitFilter {
    blocks: Vec<u64>,
}

impl BitFilter {
    /// A filter for so many hashes.
    pub fn for_hashes(count: usize) -> BitFilter {
        BitFilter { blocks: vec![0; (count / 4).next_power_of_two()] }
    }

    /// Puts in a hash, whose low bits must be mixed.
    pub fn insert(&mut self, hash: u64) {
        let (block, bit) = self.place(hash);
        self.blocks[block] |= bit;
    }

    /// False for a hash that is not in it; for some of these, true.
    pub fn may_have(&self, hash: u64) -> bool {
        let (block, bit) = self.place(hash);
        self.blocks[block] & bit != 0
    }

    fn place(&self, hash: u64) -> (usize, u64) {
        ((hash >> 6) as usize & (self.blocks.len() - 1), 1 << (hash & 63))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_put_in_is_never_denied_and_most_else_is() {
        let mix = |n: u64| n.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 26;
        let mut filter = BitFilter::for_hashes(1000);
        (0..1000).for_each(|n| filter.insert(mix(n)));
        assert!((0..1000).all(|n| filter.may_have(mix(n))));
        assert!((1000..11_000).filter(|&n| filter.may_have(mix(n))).count() < 1500);
    }
}
