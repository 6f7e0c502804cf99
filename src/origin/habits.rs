//! What the clusters of a corpus teach about each other: how often each outlet originates what it runs, and what origins
//! look like compared with copies. Nothing of this is known beforehand, for it differs from corpus to corpus.

use super::candidate::{Candidate, Verdict};
use super::names::{Entity, Names};
use super::view::View;
use serde::{Deserialize, Serialize};

/// What a page looks like, as far as copying changes it.
pub(super) const TRAITS: usize = 3;

/// Which of these are true of member `k`: its headline is in its own text word for word, as headlines do that a copying
/// desk takes from there; its commas are half width; another page has the same text in more paragraphs.
pub(super) fn traits(view: &View, k: usize) -> [bool; TRAITS] {
    let page = &view.pages[k];
    [page.title_from_text, page.half_width > 0.8, view.member_overlap(k).paragraphs > page.paragraphs]
}

/// Clusters of the mean that are added to what is counted of an outlet.
const CLUSTERS: f64 = 4.0;
/// Pages of the mean that are added to what is counted of a trait.
const PAGES: f64 = 6.0;

/// Where hardly any cluster has its origin here, as many as this share of them is taken for the mean.
const LEAST: f64 = 0.02;

/// What was learnt.
pub(super) struct Habits {
    /// How often each entity with a page in a cluster was its origin, against the mean of all: log ratio.
    log_ratio: Vec<f64>,
    /// For each trait, without it and with it: how much more often origins are so than copies, log ratio.
    traits: [[f64; 2]; TRAITS],
}

impl Habits {
    /// What is known before any cluster was judged.
    pub(super) fn unknown() -> Self {
        Habits { log_ratio: Vec::new(), traits: [[0.0; 2]; TRAITS] }
    }

    /// Ratios of what was counted, each with some cases of the mean added.
    pub(super) fn learn(counts: &HabitCounts) -> Self {
        let present = counts.present.iter().map(|&n| n as f64);
        let originated = counts.originated.iter().map(|&p| p as f64 / ONE);
        let mean = (originated.clone().sum::<f64>() / present.clone().sum::<f64>().max(1.0)).max(LEAST);
        let ratio = |(o, p): (f64, f64)| ((o + CLUSTERS * mean) / (p + CLUSTERS) / mean).ln().clamp(-2.0, 2.0);
        Habits {
            log_ratio: originated.zip(present).map(ratio).collect(),
            traits: std::array::from_fn(|at| counts.trait_ratios(at)),
        }
    }

    pub(super) fn of(&self, entity: Entity) -> f64 {
        self.log_ratio.get(entity.0 as usize).copied().unwrap_or(0.0)
    }

    pub(super) fn of_traits(&self, traits: [bool; TRAITS]) -> f64 {
        self.traits.iter().zip(traits).map(|(ratios, held)| ratios[usize::from(held)]).sum()
    }
}

/// A probability of 1 as it is counted. Whole numbers add up to the same in any order.
const ONE: f64 = 4_294_967_296.0;

fn whole(probability: f64) -> u64 {
    (probability * ONE).round() as u64
}

/// What habits are learnt from. Counts of parts of a corpus can be added up.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct HabitCounts {
    /// By entity: clusters in which it has a page.
    present: Vec<u64>,
    /// By entity: probabilities that it originated them, each of [`ONE`].
    originated: Vec<u64>,
    /// Of the members of clusters in which a page states where its text is from: probabilities that they are copies, and
    /// that they are the origin, ...
    members: [u64; 2],
    /// ... and the same of those with each trait.
    with_trait: [[u64; 2]; TRAITS],
}

impl HabitCounts {
    pub(super) fn none(names: &Names) -> Self {
        HabitCounts { present: vec![0; names.len()], originated: vec![0; names.len()], ..HabitCounts::default() }
    }

    /// Counts a cluster that was judged without habits.
    pub(super) fn count(&mut self, view: &View, verdict: &Verdict) {
        let outlet = |k: usize| view.pages[k].outlet.map(|outlet| view.names.outlet(outlet));
        let mut here: Vec<Entity> = (0..view.len()).filter_map(outlet).collect();
        here.sort_unstable();
        here.dedup();
        here.iter().for_each(|entity| self.present[entity.0 as usize] += 1);
        if let Candidate::Member(k) = verdict.origin()
            && let Some(entity) = outlet(k)
        {
            self.originated[entity.0 as usize] += whole(verdict.member_probability(k));
        }
        if view.mentions.named() > 0 {
            (0..view.len()).for_each(|k| self.count_member(traits(view, k), whole(verdict.member_probability(k))));
        }
    }

    fn count_member(&mut self, traits: [bool; TRAITS], origin: u64) {
        let both = [whole(1.0) - origin, origin];
        let held = self.with_trait.iter_mut().zip(traits).filter(|(_, held)| *held).map(|(counts, _)| counts);
        for counts in held.chain([&mut self.members]) {
            counts.iter_mut().zip(both).for_each(|(count, more)| *count += more);
        }
    }

    /// How much more often origins lack a trait than copies do, and have it.
    fn trait_ratios(&self, at: usize) -> [f64; 2] {
        let pages = |counts: [u64; 2]| counts.map(|count| count as f64 / ONE);
        let (all, with) = (pages(self.members), pages(self.with_trait[at]));
        let mean = (with[0] + with[1] + 0.5) / (all[0] + all[1] + 1.0);
        let share = |is_origin: usize| (with[is_origin] + PAGES * mean) / (all[is_origin] + PAGES);
        [((1.0 - share(1)) / (1.0 - share(0))).ln(), (share(1) / share(0)).ln()]
    }

    /// Adds the counts of other clusters, made with the same names.
    pub fn add(&mut self, other: &HabitCounts) {
        let both = [(&mut self.present, &other.present), (&mut self.originated, &other.originated)];
        for (mine, theirs) in both {
            mine.resize(mine.len().max(theirs.len()), 0);
            mine.iter_mut().zip(theirs).for_each(|(mine, theirs)| *mine += theirs);
        }
        let (mine, theirs) = (self.with_trait.iter_mut(), other.with_trait.iter());
        let counts = mine.zip(theirs).chain([(&mut self.members, &other.members)]);
        counts.for_each(|(mine, theirs)| mine.iter_mut().zip(theirs).for_each(|(mine, theirs)| *mine += theirs));
    }

    /// Takes the counts of some clusters off, made with the same names.
    pub(crate) fn remove(&mut self, other: &HabitCounts) {
        let by_entity = [(&mut self.present, &other.present), (&mut self.originated, &other.originated)];
        let by_entity = by_entity.into_iter().flat_map(|(mine, theirs)| mine.iter_mut().zip(theirs));
        let traits = self.with_trait.iter_mut().zip(&other.with_trait).chain([(&mut self.members, &other.members)]);
        let traits = traits.flat_map(|(mine, theirs)| mine.iter_mut().zip(theirs));
        by_entity.chain(traits).for_each(|(mine, theirs)| *mine = mine.saturating_sub(*theirs));
    }

    /// The same for names that were resolved anew: what was counted of an entity goes to the one of its name.
    pub(crate) fn renumbered(self, before: &Names, now: &Names) -> Self {
        let mut counts = HabitCounts { members: self.members, with_trait: self.with_trait, ..HabitCounts::none(now) };
        for (entity, (present, originated)) in (0..).map(Entity).zip(self.present.iter().zip(&self.originated)) {
            if (entity.0 as usize) < before.len()
                && let Some(Entity(at)) = now.named(before.show(entity))
            {
                counts.present[at as usize] += present;
                counts.originated[at as usize] += originated;
            }
        }
        counts
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counted(pages: &[(bool, f64)]) -> HabitCounts {
        let mut counts = HabitCounts::default();
        pages.iter().for_each(|&(held, origin)| counts.count_member([held, false, true], whole(origin)));
        counts
    }

    #[test]
    fn a_trait_of_copies_speaks_against_a_page_and_its_absence_for_it() {
        let pages: Vec<(bool, f64)> = (0..90).map(|k| (k % 3 == 1, f64::from(u8::from(k % 3 == 0)))).collect();
        let habits = Habits::learn(&counted(&pages));
        let [without, with] = [false, true].map(|held| habits.of_traits([held, false, true]));
        assert!(with < -1.0 && without > 0.2, "{with} {without}");
    }

    #[test]
    fn what_all_pages_are_like_tells_nothing() {
        let pages: Vec<(bool, f64)> = (0..60).map(|k| (true, f64::from(u8::from(k % 2 == 0)))).collect();
        let habits = Habits::learn(&counted(&pages));
        assert!(habits.of_traits([true, false, true]).abs() < 0.05);
        assert_eq!(Habits::learn(&HabitCounts::default()).of_traits([true; TRAITS]), 0.0);
    }

    #[test]
    fn counts_of_parts_add_up() {
        let pages: Vec<(bool, f64)> = (0..40).map(|k| (k % 5 == 0, f64::from(k % 4) / 7.0)).collect();
        let mut sum = counted(&pages[..13]);
        sum.add(&counted(&pages[13..]));
        assert_eq!(sum, counted(&pages));
    }
}
