//! What a commit changed in the reprint sets. Sets keep their numbers as long as they go on.

use crate::talking_points::PointClass;
use rustc_hash::{FxHashMap, FxHashSet};
use serde::{Deserialize, Serialize};
use std::cmp::Reverse;

/// What happened to a reprint set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EventKind {
    /// A new set, of `pages`.
    Appeared,
    /// `pages`, which were in no set, joined this one.
    Joined,
    /// The set `from` ended, and `pages` of it joined this one.
    Merged,
    /// `pages` of the set `from`, which goes on, joined this one.
    Moved,
    /// `pages` left this set and are in none.
    Left,
    /// The set has no pages any more.
    Ended,
    /// The answer to where the text came from changed.
    OriginChanged,
    /// A compaction found a talking point that the one before did not find in any form.
    NewPoint,
}

/// An event: a line of `events.jsonl`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// Its number, from 1 and without gaps.
    pub seq: u64,
    /// The commit that it came with.
    pub commit: u64,
    /// What happened.
    pub event: EventKind,
    /// The number of the set; none where the event is about no set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cluster: Option<u32>,
    /// The other set of a merger or a move.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<u32>,
    /// Ids of the pages concerned.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pages: Vec<String>,
    /// The answer now, after a change of origin.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub origin: Option<EventOrigin>,
    /// The talking point, where it is about one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub point: Option<EventPoint>,
}

/// A talking point.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EventPoint {
    /// The wording in its commonest form.
    pub text: String,
    /// Saying, term or formula.
    pub class: PointClass,
    /// Known outlets that use it.
    pub outlets: u32,
    /// Articles that have it; a reprint set counts once.
    pub clusters: u32,
}

/// Where a text came from, as far as the pages tell.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EventOrigin {
    /// Id of the page; null when the answer is not a page.
    pub document: Option<String>,
    /// The outlet; null when it is unknown.
    pub outlet: Option<String>,
    /// Probability of the answer, in 0..1.
    pub probability: f64,
}

/// What happened, before it has a number; pages by number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Change {
    pub event: EventKind,
    pub cluster: u32,
    pub from: Option<u32>,
    pub pages: Vec<u32>,
}

/// In no set.
pub(super) const NONE: u32 = u32::MAX;

/// Gives numbers to sets, each a list of pages. `before` has the number of the set that each page was in, for the pages
/// that there were; new sets are numbered from `next` on. A set takes the number that most of its pages had, if no other
/// set has more pages of that number; of equals, the lesser number, then the set that comes first.
pub(super) fn numbered(before: &[u32], sets: &[Vec<u32>], next: &mut u32) -> Vec<u32> {
    let mut shares: Vec<(Reverse<usize>, u32, usize)> = Vec::new();
    for (place, pages) in sets.iter().enumerate() {
        let mut counts: FxHashMap<u32, usize> = FxHashMap::default();
        for number in pages.iter().filter_map(|&page| before.get(page as usize)).filter(|&&number| number != NONE) {
            *counts.entry(*number).or_default() += 1;
        }
        shares.extend(counts.into_iter().map(|(number, count)| (Reverse(count), number, place)));
    }
    shares.sort_unstable();
    let (mut numbers, mut taken) = (vec![NONE; sets.len()], FxHashMap::default());
    for (_, number, place) in shares {
        if numbers[place] == NONE && !taken.contains_key(&number) {
            numbers[place] = number;
            taken.insert(number, place);
        }
    }
    for number in numbers.iter_mut().filter(|number| **number == NONE) {
        *number = *next;
        *next += 1;
    }
    numbers
}

/// The numbers, in order, of the sets that pages were in and that do not go on under `numbers`.
pub(super) fn ended(before: &[u32], numbers: &[u32]) -> Vec<u32> {
    let goes_on: FxHashSet<u32> = numbers.iter().copied().chain([NONE]).collect();
    let mut ended: Vec<u32> = before.iter().copied().filter(|number| !goes_on.contains(number)).collect();
    ended.sort_unstable();
    ended.dedup();
    ended
}

/// What happened between two states, in the order of the sets' numbers: applied one after the other to the former, the
/// changes give the latter. `numbers` are those of `sets`, `ended` is what
/// [`ended`] gives.
pub(super) fn changes(before: &[u32], sets: &[Vec<u32>], numbers: &[u32], ended: &[u32]) -> Vec<Change> {
    let was = |page: u32| before.get(page as usize).copied().unwrap_or(NONE);
    let mut existed: Vec<u32> = before.iter().copied().filter(|&number| number != NONE).collect();
    existed.sort_unstable();
    existed.dedup();
    let mut goes_on: Vec<u32> = numbers.to_vec();
    goes_on.sort_unstable();
    let mut changes = Vec::new();
    let mut is_in_one = vec![false; before.len()];
    let mut in_order: Vec<usize> = (0..sets.len()).collect();
    in_order.sort_unstable_by_key(|&place| numbers[place]);
    for place in in_order {
        let (pages, cluster) = (&sets[place], numbers[place]);
        pages.iter().filter(|&&page| (page as usize) < before.len()).for_each(|&page| is_in_one[page as usize] = true);
        let mut came: Vec<(u32, u32)> =
            pages.iter().map(|&page| (was(page), page)).filter(|c| c.0 != cluster).collect();
        // Those that were in no set come first.
        came.sort_unstable_by_key(|&(from, page)| (from != NONE, from, page));
        let is_new = existed.binary_search(&cluster).is_err();
        if is_new && came.first().is_some_and(|&(from, _)| from != NONE) {
            changes.push(Change { event: EventKind::Appeared, cluster, from: None, pages: Vec::new() });
        }
        for of_one in came.chunk_by(|x, y| x.0 == y.0) {
            let from = Some(of_one[0].0).filter(|&from| from != NONE);
            let event = match from {
                None if is_new => EventKind::Appeared,
                None => EventKind::Joined,
                Some(from) if goes_on.binary_search(&from).is_ok() => EventKind::Moved,
                Some(_) => EventKind::Merged,
            };
            changes.push(Change { event, cluster, from, pages: of_one.iter().map(|&(_, page)| page).collect() });
        }
    }
    let mut left: Vec<(u32, u32)> = (0u32..)
        .zip(before)
        .filter(|&(page, &number)| number != NONE && !is_in_one[page as usize])
        .map(|(page, &number)| (number, page))
        .collect();
    left.sort_unstable();
    for of_one in left.chunk_by(|x, y| x.0 == y.0) {
        let pages = of_one.iter().map(|&(_, page)| page).collect();
        changes.push(Change { event: EventKind::Left, cluster: of_one[0].0, from: None, pages });
    }
    changes.extend(ended.iter().map(|&cluster| Change {
        event: EventKind::Ended,
        cluster,
        from: None,
        pages: Vec::new(),
    }));
    changes
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    /// The sets after some changes, as a reader of events follows them.
    fn replayed(before: &[u32], changes: &[Change]) -> BTreeMap<u32, Vec<u32>> {
        let mut sets: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
        for (page, &number) in (0u32..).zip(before).filter(|(_, number)| **number != NONE) {
            sets.entry(number).or_default().push(page);
        }
        for Change { event, cluster, from, pages } in changes {
            match event {
                EventKind::Appeared => assert!(sets.insert(*cluster, pages.clone()).is_none()),
                EventKind::Joined => sets.get_mut(cluster).unwrap().extend(pages),
                EventKind::Merged | EventKind::Moved => {
                    sets.get_mut(&from.unwrap()).unwrap().retain(|page| !pages.contains(page));
                    sets.get_mut(cluster).unwrap().extend(pages);
                }
                EventKind::Left => sets.get_mut(cluster).unwrap().retain(|page| !pages.contains(page)),
                EventKind::Ended => assert_eq!(sets.remove(cluster), Some(Vec::new())),
                EventKind::OriginChanged | EventKind::NewPoint => {}
            }
        }
        sets.values_mut().for_each(|pages| pages.sort_unstable());
        sets
    }

    fn sets_of(labels: &[u32]) -> Vec<Vec<u32>> {
        let mut sets: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
        (0u32..).zip(labels).filter(|(_, label)| **label > 0).for_each(|(page, label)| {
            sets.entry(*label).or_default().push(page);
        });
        sets.into_values().filter(|pages| pages.len() > 1).collect()
    }

    proptest! {
        #[test]
        fn events_lead_from_one_state_to_the_next(
            before in proptest::collection::vec(0u32..6, 0..24),
            after in proptest::collection::vec(0u32..6, 24..30),
        ) {
            let (old, new) = (sets_of(&before), sets_of(&after));
            let mut next = 0;
            let mut state = vec![NONE; before.len()];
            for (set, number) in old.iter().zip(numbered(&[], &old, &mut next)) {
                set.iter().for_each(|&page| state[page as usize] = number);
            }
            let numbers = numbered(&state, &new, &mut next);
            let found = replayed(&state, &changes(&state, &new, &numbers, &ended(&state, &numbers)));
            let expected: BTreeMap<u32, Vec<u32>> = numbers.into_iter().zip(new).collect();
            prop_assert_eq!(found, expected);
        }
    }

    #[test]
    fn a_set_keeps_the_number_that_most_of_its_pages_had() {
        let before = [3, 3, 5, 5, 5, NONE];
        let mut next = 9;
        assert_eq!(numbered(&before, &[vec![0, 1, 2, 3, 4]], &mut next), [5]);
        assert_eq!(numbered(&before, &[vec![2, 5], vec![3, 4, 6]], &mut next), [9, 5]);
        assert_eq!(next, 10);
        let changes = changes(&before, &[vec![0, 1, 2, 3, 4, 5]], &[5], &ended(&before, &[5]));
        let told: Vec<_> = changes.iter().map(|c| (c.event, c.cluster, c.from)).collect();
        assert_eq!(told, [(EventKind::Joined, 5, None), (EventKind::Merged, 5, Some(3)), (EventKind::Ended, 3, None)]);
    }
}
