//! What the sets of an index teach about names and habits of outlets, kept up to date: what a set that changed taught before
//! is taken off, and what it teaches now is added. A run learns the same from all sets at once; only sets that changed are
//! judged anew by it, so that the cost of a commit is that of what it changed.

use crate::attribution::Outlets;
use crate::origin::{self, HabitCounts, NameCounts, Names, Overlaps, PageFacts, Roles};

/// What names and habits are counted.
pub(super) struct Learnt {
    pub names: NameCounts,
    pub habits: HabitCounts,
    /// The names as they are resolved by these counts.
    pub resolved: Names,
}

impl Learnt {
    /// What some sets teach.
    pub(super) fn of(facts: &[Vec<PageFacts>], overlaps: &Overlaps, outlets: &Outlets, roles: &Roles) -> Self {
        let names = NameCounts::gather(facts);
        let resolved = Names::from_counts(&names, outlets, roles);
        Learnt { habits: origin::habits(facts, overlaps, &resolved), names, resolved }
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
    ) -> Self {
        let mut counts = self.names.renumbered(|outlet| outlets.find(known.names().get(outlet as usize)?));
        let [before, now] = sets;
        counts.remove(&NameCounts::gather(before));
        counts.add(NameCounts::gather(now));
        let resolved = Names::from_counts(&counts, outlets, roles);
        let mut habits = self.habits.renumbered(&self.resolved, &resolved);
        habits.remove(&origin::habits(before, overlaps, &resolved));
        habits.add(&origin::habits(now, overlaps, &resolved));
        Learnt { names: counts, habits, resolved }
    }
}
