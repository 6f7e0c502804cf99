//! What the members of a cluster have in common. Members with equal bodies form a group, which is measured once;
//! everything here costs time and memory in proportion to members and matches.

use super::{Overlaps, PageFacts};
use crate::types::{DocId, UnitRange, covered_by};
use rustc_hash::FxHashMap;

/// What two members have in common, from the first one's side.
#[derive(Clone, Copy, Debug)]
pub(super) struct Common {
    pub jaccard: f32,
    /// Share of the first one's text that the second has.
    pub mine: f32,
    /// Share of the second one's text that the first has.
    pub yours: f32,
    /// What they share is one stretch without a difference in it.
    pub unbroken: bool,
}

impl Common {
    /// What equal bodies have in common.
    const EQUAL: Common = Common { jaccard: 1.0, mine: 1.0, yours: 1.0, unbroken: true };

    fn reversed(self) -> Self {
        Common { mine: self.yours, yours: self.mine, ..self }
    }
}

/// A member's text among those of the members it was measured against.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct MemberOverlap {
    measured: u32,
    sum_yours: f64,
    /// The greatest share of its text that another member has.
    pub most_mine: f32,
    /// The share of its text that the other members have together.
    pub shared: f32,
    /// What it has in common with the member it resembles most.
    pub likest: Option<Common>,
    /// The most paragraphs of a member with the same text that is not longer.
    pub paragraphs: u32,
}

impl MemberOverlap {
    /// The mean share of the others' text that it has; none without others.
    pub(super) fn coverage(&self) -> Option<f64> {
        (self.measured > 0).then(|| self.sum_yours / f64::from(self.measured))
    }

    /// Adds `count` members that have `common` with a text of `units` units.
    fn add(&mut self, common: Common, count: u32, layout: &Layout, units: u32) {
        if count == 0 {
            return;
        }
        self.measured += count;
        self.sum_yours += f64::from(common.yours) * f64::from(count);
        self.most_mine = self.most_mine.max(common.mine);
        if self.likest.is_none_or(|likest| common.jaccard >= likest.jaccard) {
            self.likest = Some(common);
        }
        if common.mine > SAME_TEXT && layout.units <= units + units / 20 {
            self.paragraphs = self.paragraphs.max(layout.paragraphs);
        }
    }
}

/// Above this share of its text another member has the same text.
const SAME_TEXT: f32 = 0.95;

/// How equal bodies are set.
#[derive(Clone, Copy)]
struct Layout {
    units: u32,
    paragraphs: u32,
}

impl Layout {
    fn of(page: &PageFacts) -> Self {
        Layout { units: page.units, paragraphs: page.paragraphs }
    }

    fn join(self, other: Layout) -> Self {
        Layout { paragraphs: self.paragraphs.max(other.paragraphs), ..self }
    }
}

/// The overlaps within one cluster.
pub(super) struct Similarity {
    /// Every member's group.
    group: Vec<u32>,
    /// The members of every group, in order.
    members: Vec<Vec<u32>>,
    /// The member of every group that was measured for all of it: the one of least order (see candidates).
    measured_for: Vec<u32>,
    /// Every group's neighbours: groups it was measured against.
    neighbours: Vec<Vec<(u32, Common)>>,
    /// Every member's measurements of its own, where its group has none.
    own: Vec<Vec<(u32, Common)>>,
    /// What pairs of members that were measured have in common, from the side of the first.
    measured: FxHashMap<(u32, u32), Common>,
    member_overlaps: Vec<MemberOverlap>,
}

impl Similarity {
    pub(super) fn new(pages: &[PageFacts], overlaps: &Overlaps) -> Self {
        let mut all = Similarity::grouped(pages);
        let shared = all.measure(pages, overlaps);
        all.sort_out();
        all.member_overlaps = all.all_member_overlaps(pages, shared);
        all
    }

    fn grouped(pages: &[PageFacts]) -> Self {
        let mut numbers: FxHashMap<(u64, u32), u32> = FxHashMap::default();
        let mut members: Vec<Vec<u32>> = Vec::new();
        let mut group = Vec::with_capacity(pages.len());
        for (k, page) in (0..).zip(pages) {
            let number = *numbers.entry((page.body_hash, page.units)).or_insert(members.len() as u32);
            if number as usize == members.len() {
                members.push(Vec::new());
            }
            members[number as usize].push(k);
            group.push(number);
        }
        let least = |of_group: &Vec<u32>| {
            of_group.iter().copied().min_by_key(|&k| pages[k as usize].order).unwrap_or(of_group[0])
        };
        let measured_for = members.iter().map(least).collect();
        let neighbours = vec![Vec::new(); members.len()];
        let own = vec![Vec::new(); pages.len()];
        let (measured, member_overlaps) = (FxHashMap::default(), Vec::new());
        Similarity { group, members, measured_for, neighbours, own, measured, member_overlaps }
    }

    /// Takes in the measurements between members of different groups. Returns the stretches of every member that others were
    /// found to have.
    fn measure(&mut self, pages: &[PageFacts], overlaps: &Overlaps) -> Vec<Vec<UnitRange>> {
        let mut shared = vec![Vec::new(); pages.len()];
        let place: FxHashMap<DocId, u32> = (0..).zip(pages).map(|(k, page)| (page.doc, k)).collect();
        for (x, page) in (0..).zip(pages) {
            for m in overlaps.from(page.doc) {
                let Some(&y) = place.get(&m.pair.b) else { continue };
                if self.group[x as usize] != self.group[y as usize] {
                    let unbroken = m.passages.len() == 1 && m.passages[0].identity() == 1.0;
                    let common = Common { jaccard: m.jaccard, mine: m.aligned[0], yours: m.aligned[1], unbroken };
                    self.measured.insert((x, y), common);
                    self.measured.insert((y, x), common.reversed());
                    shared[x as usize].extend(m.passages.iter().map(|p| p.a_units));
                    shared[y as usize].extend(m.passages.iter().map(|p| p.b_units));
                }
            }
        }
        shared
    }

    /// Hands every measurement to the groups, or to the members where the groups have none.
    fn sort_out(&mut self) {
        for (&(x, y), &common) in &self.measured {
            let groups = [x, y].map(|k| self.group[k as usize]);
            let [a, b] = groups.map(|group| self.measured_for[group as usize]);
            if (a, b) == (x, y) {
                self.neighbours[groups[0] as usize].push((groups[1], common));
            } else if !self.measured.contains_key(&(a, b)) {
                self.own[x as usize].push((y, common));
            }
        }
        self.neighbours.iter_mut().chain(&mut self.own).for_each(|list| list.sort_unstable_by_key(|near| near.0));
    }

    fn all_member_overlaps(&self, pages: &[PageFacts], shared: Vec<Vec<UnitRange>>) -> Vec<MemberOverlap> {
        let layout = |k: &u32| Layout::of(&pages[*k as usize]);
        let layouts: Vec<Layout> = (self.members.iter())
            .map(|members| members[1..].iter().map(layout).fold(layout(&members[0]), Layout::join))
            .collect();
        let of_group = |group: usize| {
            let mut around = MemberOverlap::default();
            let units = layouts[group].units;
            for &(near, common) in &self.neighbours[group] {
                around.add(common, self.members[near as usize].len() as u32, &layouts[near as usize], units);
            }
            around.add(Common::EQUAL, self.members[group].len() as u32 - 1, &layouts[group], units);
            around
        };
        let groups: Vec<MemberOverlap> = (0..self.members.len()).map(of_group).collect();
        let of_member = |((k, page), shared): ((usize, &PageFacts), Vec<UnitRange>)| {
            let mut around = groups[self.group[k] as usize];
            for (other, common) in &self.own[k] {
                around.add(*common, 1, &layout(other), page.units);
            }
            around.shared = around.most_mine.max(share_of(shared, page.units));
            around
        };
        pages.iter().enumerate().zip(shared).map(of_member).collect()
    }

    /// What members `x` and `y` have in common, if it was measured.
    pub(super) fn common(&self, x: usize, y: usize) -> Option<Common> {
        let groups = [x, y].map(|k| self.group[k]);
        if groups[0] == groups[1] {
            return Some(Common::EQUAL);
        }
        let [a, b] = groups.map(|group| self.measured_for[group as usize]);
        self.measured.get(&(a, b)).or_else(|| self.measured.get(&(x as u32, y as u32))).copied()
    }

    /// Member `k` among the members it was measured against.
    pub(super) fn member_overlap(&self, k: usize) -> &MemberOverlap {
        &self.member_overlaps[k]
    }

    /// The number of member `k`'s group.
    pub(super) fn group(&self, k: usize) -> usize {
        self.group[k] as usize
    }

    /// The members of every group.
    pub(super) fn groups(&self) -> &[Vec<u32>] {
        &self.members
    }

    /// The groups that a group was measured against, with what they have in common.
    pub(super) fn neighbours(&self, group: usize) -> &[(u32, Common)] {
        &self.neighbours[group]
    }

    /// The members that member `k` was measured against by itself.
    pub(super) fn measured_alone(&self, k: usize) -> &[(u32, Common)] {
        &self.own[k]
    }
}

/// The share of `units` units that the stretches cover together.
fn share_of(mut stretches: Vec<UnitRange>, units: u32) -> f32 {
    stretches.sort_unstable();
    covered_by(stretches.iter().map(|stretch| stretch.start as usize..stretch.end as usize)) as f32
        / units.max(1) as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stretches_that_overlap_count_once() {
        let stretch = |start, end| UnitRange { start, end };
        assert_eq!(share_of(vec![stretch(40, 60), stretch(0, 20), stretch(10, 30), stretch(45, 50)], 100), 0.5);
        assert_eq!(share_of(Vec::new(), 100), 0.0);
    }
}
