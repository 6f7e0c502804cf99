//! In a large cluster: the few members that may be the parent of another.

use super::candidate::{Candidate, Verdict};
use super::names::Entity;
use super::timeline::end;
use super::view::View;
use rustc_hash::FxHashMap;

/// Of the likeliest origins, ...
const LIKELIEST: usize = 8;
/// ... of the groups that a text resembles most, ...
const GROUPS: usize = 8;
/// ... and of the earliest pages of a group or outlet, and of the last ones before a page, this many are looked at.
const EARLIEST: usize = 3;
const LAST: usize = 3;

/// Members with a time, sorted by when it certainly lies in the past.
#[derive(Default)]
struct Dated(Vec<(i64, u32)>);

impl Dated {
    fn new(view: &View, members: impl Iterator<Item = usize>) -> Self {
        let mut dated: Vec<(i64, u32)> = members.filter_map(|k| Some((end(view.pages[k].time?), k as u32))).collect();
        dated.sort_unstable_by_key(|&(end, k)| (end, view.pages[k as usize].order));
        Dated(dated)
    }

    /// The earliest of those that certainly lie before `start`, and the last.
    fn before(&self, start: i64) -> impl Iterator<Item = usize> {
        let past = &self.0[..self.0.partition_point(|&(end, _)| end <= start)];
        let last = past.len().saturating_sub(LAST).max(EARLIEST.min(past.len()));
        past.iter().take(EARLIEST).chain(&past[last..]).map(|&(_, k)| k as usize)
    }
}

/// The members of a cluster as parents are looked for among them.
pub(super) struct Shortlist {
    likeliest: Vec<usize>,
    of_entity: FxHashMap<Entity, Dated>,
    of_group: Vec<Dated>,
    /// The groups that every group resembles most.
    nearest: Vec<Vec<usize>>,
}

impl Shortlist {
    pub(super) fn new(view: &View, verdict: &Verdict) -> Self {
        let member = |candidate: Candidate| match candidate {
            Candidate::Member(k) => Some(k),
            _ => None,
        };
        let likeliest = verdict.candidates.iter().filter_map(|c| member(c.candidate)).take(LIKELIEST).collect();
        let mut entities: FxHashMap<Entity, Vec<usize>> = FxHashMap::default();
        for k in 0..view.len() {
            view.entity(k).into_iter().for_each(|entity| entities.entry(entity).or_default().push(k));
        }
        let of_entity = entities.into_iter().map(|(e, members)| (e, Dated::new(view, members.into_iter()))).collect();
        let groups = view.similarity.groups();
        let of_group = groups.iter().map(|members| Dated::new(view, members.iter().map(|&k| k as usize))).collect();
        let nearest = |group: usize| {
            let mut near = view.similarity.neighbours(group).to_vec();
            near.sort_by(|x, y| y.1.jaccard.total_cmp(&x.1.jaccard));
            near.iter().take(GROUPS).map(|near| near.0 as usize).collect()
        };
        Shortlist { likeliest, of_entity, of_group, nearest: (0..groups.len()).map(nearest).collect() }
    }

    /// Members that are certainly earlier than `child` and may be its parent, in order: likely origins, pages of those
    /// it names, and pages of the same text or one like it, the earliest and the last before it.
    pub(super) fn of(&self, view: &View, child: usize) -> Vec<usize> {
        let Some(time) = view.pages[child].time else { return Vec::new() };
        let before = |dated: &Dated| dated.before(time.seconds).collect::<Vec<usize>>();
        let mut found = self.likeliest.clone();
        let named = [view.credit(child), view.linked(child)].into_iter().flatten();
        found.extend(named.filter_map(|entity| self.of_entity.get(&entity)).flat_map(before));
        let group = view.similarity.group(child);
        found.extend(before(&self.of_group[group]));
        found.extend(self.nearest[group].iter().flat_map(|&near| before(&self.of_group[near])));
        let alone = view.similarity.measured_alone(child).iter().take(GROUPS);
        found.extend(alone.map(|near| near.0 as usize));
        found.retain(|&k| k != child && view.order(k, child) == super::timeline::Order::Before);
        found.sort_unstable();
        found.dedup();
        found
    }
}
