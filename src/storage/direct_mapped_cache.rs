//! Answers kept for questions that recur, in bounded memory.

/// The last answer at each slot, questions being known by a hash of 64 bits. One value serves one thread.
#[derive(Debug)]
pub(crate) struct DirectMappedCache<T> {
    /// Hash and answer; a hash of 0 stands for no question.
    slots: Vec<(u64, T)>,
}

/// Answers that are kept.
const SLOTS: usize = 1 << 15;

impl<T> Default for DirectMappedCache<T> {
    fn default() -> Self {
        DirectMappedCache { slots: Vec::new() }
    }
}

impl<T: Copy + Default> DirectMappedCache<T> {
    /// The answer, if it is still kept.
    pub(crate) fn get(&self, hash: u64) -> Option<T> {
        let (asked, answer) = self.slots.get(hash as usize % SLOTS)?;
        (*asked == hash.max(1)).then_some(*answer)
    }

    /// Keeps an answer, in place of what its slot had.
    pub(crate) fn put(&mut self, hash: u64, answer: T) {
        self.slots.resize(SLOTS, (0, T::default()));
        self.slots[hash as usize % SLOTS] = (hash.max(1), answer);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_kept_until_its_slot_is_wanted() {
        let mut cache = DirectMappedCache::default();
        assert_eq!(cache.get(7), None);
        cache.put(7, 'a');
        cache.put(8, 'b');
        assert_eq!((cache.get(7), cache.get(8), cache.get(0)), (Some('a'), Some('b'), None));
        cache.put(7 + SLOTS as u64, 'c');
        assert_eq!((cache.get(7), cache.get(7 + SLOTS as u64)), (None, Some('c')));
    }
}
