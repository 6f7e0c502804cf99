//! What the sets of an index teach about names and habits of outlets, kept up to date: what a set that changed taught before
//! is taken off, and what it teaches now is added. A run learns the same from all sets at once; only sets that changed are
//! judged anew by it, so that the cost of a commit is that of what it changed.

use crate::attribution::Outlets;
use crate::origin::{self, HabitCounts, NameCounts, Names, Overlaps, PageFacts, Roles};

/// What names and habits are counted.
pub(super) struct Learnt {
    pub names: NameCounts,
    pub habits: HabitCounts,
}

impl Learnt {
    /// What some sets teach, and the names as they are resolved by it.
    pub(super) fn of(facts: &[Vec<PageFacts>], overlaps: &Overlaps, outlets: &Outlets, roles: &Roles) -> (Self, Names) {
        let counts = NameCounts::gather(facts);
        let names = Names::from_counts(&counts, outlets, roles);
        let habits = origin::habits(facts, overlaps, &names);
        (Learnt { names: counts, habits }, names)
    }

    /// The same after some sets changed. `known` are the outlets by whose numbers it was counted; `sets` are what the pages
    /// of those sets state, as they were grouped before and as they are now.
    pub(super) fn updated(
        self,
        known: &Outlets,
        sets: [&[Vec<PageFacts>]; 2],
        overlaps: &Overlaps,
        outlets: &Outlets,
        roles: &Roles,
    ) -> (Self, Names) {
        let entities = Names::from_counts(&self.names, known, roles);
        let mut counts = self.names.renumbered(|outlet| outlets.find(known.names().get(outlet as usize)?));
        let [before, now] = sets;
        counts.remove(&NameCounts::gather(before));
        counts.add(NameCounts::gather(now));
        let names = Names::from_counts(&counts, outlets, roles);
        let mut habits = self.habits.renumbered(&entities, &names);
        habits.remove(&origin::habits(before, overlaps, &names));
        habits.add(&origin::habits(now, overlaps, &names));
        (Learnt { names: counts, habits }, names)
    }
}
