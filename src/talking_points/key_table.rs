//! Keys numbered in the order in which they come. To look one up takes one read of memory as a rule, where a filter and a
//! hash map take three; no branch waits for it, so look-ups that follow each other are made at once.

/// The number in a slot without a key.
const NONE: u32 = u32::MAX;
/// Odd, with its bits mixed: the high bits of a product with it depend on all lower bits of a key.
const MIX: u64 = 0x9E37_79B9_7F4A_7C15;

/// A hash table with open addressing and linear probing, of which at least half is empty.
#[derive(Debug)]
pub(super) struct KeyTable<K> {
    slots: Vec<(K, u32)>,
    len: u32,
    /// By how many bits a hash is shifted to give a slot.
    shift: u32,
}

impl<K: Copy + Default + Eq + Into<u64>> KeyTable<K> {
    /// A table without a key.
    pub fn new() -> Self {
        KeyTable::of_size(1 << 8)
    }

    fn of_size(slots: usize) -> Self {
        KeyTable { slots: vec![(K::default(), NONE); slots], len: 0, shift: 64 - slots.trailing_zeros() }
    }

    /// How many keys there are.
    pub fn len(&self) -> usize {
        self.len as usize
    }

    /// The number of a key, if it is there.
    #[inline]
    pub fn get(&self, key: K) -> Option<u32> {
        let (_, number) = self.slots[self.slot(key)];
        (number != NONE).then_some(number)
    }

    /// The number of a key, which is the next one if it is new.
    pub fn number(&mut self, key: K) -> u32 {
        let mut slot = self.slot(key);
        if self.slots[slot].1 != NONE {
            return self.slots[slot].1;
        }
        if 2 * (self.len() + 1) > self.slots.len() {
            self.grow();
            slot = self.slot(key);
        }
        self.slots[slot] = (key, self.len);
        self.len += 1;
        self.len - 1
    }

    /// All keys with their numbers, in no order.
    pub fn iter(&self) -> impl Iterator<Item = (K, u32)> {
        self.slots.iter().copied().filter(|&(_, number)| number != NONE)
    }

    /// The slot of a key, or the empty one where it would be.
    #[inline]
    fn slot(&self, key: K) -> usize {
        let mut slot = (key.into().wrapping_mul(MIX) >> self.shift) as usize;
        loop {
            let (other, number) = self.slots[slot];
            if (number == NONE) | (other == key) {
                return slot;
            }
            slot = (slot + 1) & (self.slots.len() - 1);
        }
    }

    fn grow(&mut self) {
        let mut larger = KeyTable::of_size(2 * self.slots.len());
        for (key, number) in self.iter() {
            let slot = larger.slot(key);
            larger.slots[slot] = (key, number);
        }
        *self = KeyTable { len: self.len, ..larger };
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rustc_hash::FxHashMap;

    proptest! {
        #[test]
        fn numbers_are_those_of_a_hash_map(keys in prop::collection::vec(0u64..700, 0..3000), others in prop::collection::vec(any::<u64>(), 0..50)) {
            let (mut table, mut map) = (KeyTable::new(), FxHashMap::default());
            for &key in &keys {
                let next = map.len() as u32;
                prop_assert_eq!(table.number(key), *map.entry(key).or_insert(next));
            }
            prop_assert_eq!(table.len(), map.len());
            prop_assert!(table.iter().all(|(key, number)| map[&key] == number));
            prop_assert_eq!(table.iter().count(), map.len());
            prop_assert!(keys.iter().chain(&others).all(|key| table.get(*key) == map.get(key).copied()));
        }
    }
}
