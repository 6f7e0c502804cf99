//! Joins the parts of an article (a page of an article split over several, an excerpt) to the whole.
//!
//! A part joins one group only and never makes one of two: of the groups whose texts it is in, the one that most of
//! its matches speak for.

use super::Group;
use super::numbers::Numbers;
use crate::candidates::Pair;
use crate::types::DocId;
use crate::verify::{Kind, Match, Matches};
use rustc_hash::FxHashMap;
use std::cmp::Reverse;

/// What the matches between two groups say.
#[derive(Clone, Copy, Default)]
struct Tie {
    /// Probabilities, in thousandths, of the matches by which the first group is a part of the second.
    weight: u64,
    /// Matches between the two groups that are one article, and others.
    yes: u32,
    no: u32,
}

/// Ties by the numbers of part and whole.
type Ties = FxHashMap<(u32, u32), Tie>;

/// Joins parts to wholes. `left_out` belong to no group.
pub(super) fn join(
    groups: &mut Vec<Group>,
    matches: &Matches,
    left_out: &[bool],
    order: &(dyn Fn(DocId) -> u64 + Sync),
) {
    let numbers = Numbers::of(groups, left_out);
    let ties = ties(matches, &numbers);
    let mut chosen = chosen(&ties, &numbers, groups, order);
    chosen.sort_unstable_by_key(|&(part, whole)| {
        let least = |group| order(numbers.medoid(group, groups));
        (Reverse(ties[&(part, whole)].weight), least(part), least(whole))
    });
    let mut wholes: FxHashMap<u32, u32> = FxHashMap::default();
    for (part, whole) in chosen {
        if root(&wholes, whole) != part {
            wholes.insert(part, whole);
        }
    }
    let mut joined: Vec<(u32, u32)> = wholes.keys().map(|&part| (root(&wholes, part), part)).collect();
    joined.sort_unstable();
    let is_denied = |(whole, part): &(u32, u32)| {
        let pair = Pair::new(numbers.medoid(*whole, groups), numbers.medoid(*part, groups));
        matches.of(pair).is_some_and(|m| !m.is_same_article())
    };
    joined.retain(|ends| !is_denied(ends));
    merge(groups, &joined, &numbers);
}

/// The two groups of a match, that of the shorter text first; `None` within a group.
fn ends(m: &Match, numbers: &Numbers) -> Option<(u32, u32)> {
    let [a, b] = [m.pair.a, m.pair.b].map(|doc| numbers.get(doc));
    let ends = if m.shorter() == 0 { (a, b) } else { (b, a) };
    (a != b && a != Numbers::NONE && b != Numbers::NONE).then_some(ends)
}

fn ties(matches: &Matches, numbers: &Numbers) -> Ties {
    let mut ties = Ties::default();
    for m in matches.iter().filter(|m| m.kind == Kind::Part) {
        if let Some(ends) = ends(&m, numbers) {
            ties.entry(ends).or_default().weight += (m.probability * 1000.0) as u64;
        }
    }
    if ties.is_empty() {
        return ties;
    }
    for m in matches.iter() {
        let Some((x, y)) = ends(&m, numbers) else { continue };
        for ends in [(x, y), (y, x)] {
            if let Some(tie) = ties.get_mut(&ends) {
                tie.yes += u32::from(m.is_same_article());
                tie.no += u32::from(!m.is_same_article());
            }
        }
    }
    ties
}

/// For every group that is a part of others the one that it joins.
fn chosen(ties: &Ties, numbers: &Numbers, groups: &[Group], order: &(dyn Fn(DocId) -> u64 + Sync)) -> Vec<(u32, u32)> {
    let weight = |ends: (u32, u32)| ties.get(&ends).map_or(0, |tie| tie.weight);
    let mut best: FxHashMap<u32, (u64, u64, u32)> = FxHashMap::default();
    for (&(part, whole), tie) in ties {
        if tie.yes <= tie.no || tie.weight <= weight((whole, part)) {
            continue;
        }
        let this = (tie.weight, order(numbers.medoid(whole, groups)), whole);
        let held = best.entry(part).or_insert(this);
        *held = this.max(*held);
    }
    best.into_iter().map(|(part, (_, _, whole))| (part, whole)).collect()
}

/// The group that a group belongs to in the end.
fn root(wholes: &FxHashMap<u32, u32>, mut group: u32) -> u32 {
    while let Some(&whole) = wholes.get(&group) {
        group = whole;
    }
    group
}

/// Adds each part of `joined` to its whole, which it is behind.
fn merge(groups: &mut Vec<Group>, joined: &[(u32, u32)], numbers: &Numbers) {
    let mut gone = vec![false; groups.len()];
    for ends in joined.chunk_by(|x, y| x.0 == y.0) {
        let whole = ends[0].0;
        let mut members = Vec::new();
        for &(_, part) in ends {
            // By number, not by length: groups are added on the way, and numbers of lone documents begin where those end
            // that were found.
            if part < numbers.found {
                gone[part as usize] = true;
                members.append(&mut groups[part as usize].members);
            } else {
                members.push(DocId(part - numbers.found));
            }
        }
        if whole >= numbers.found {
            let medoid = DocId(whole - numbers.found);
            groups.push(Group { members: vec![medoid], medoid });
            gone.push(false);
        }
        let at = if whole < numbers.found { whole as usize } else { groups.len() - 1 };
        groups[at].members.append(&mut members);
        groups[at].members.sort_unstable();
    }
    let mut gone = gone.into_iter();
    groups.retain(|_| !gone.next().unwrap_or(false));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cluster::tests::{passage, shared};
    use crate::storage::Scratch;

    /// Document `short` of so many units is in `long`, which comes after it, from `at` on.
    fn part(short: u32, long: u32, units: [u32; 2], at: u32) -> Match<'static> {
        let m = shared(short, long, units, vec![passage(0..units[0], at..at + units[0])]);
        Match { kind: Kind::Part, probability: 0.9, ..m }
    }

    fn joined(found: &[Match], groups: &[&[u32]], documents: usize) -> Vec<Vec<u32>> {
        let scratch = Scratch::default();
        let matches = Matches::gather(found.iter().cloned(), &scratch).unwrap();
        let group = |members: &&[u32]| Group {
            members: members.iter().map(|&doc| DocId(doc)).collect(),
            medoid: DocId(members[0]),
        };
        let mut groups: Vec<Group> = groups.iter().map(group).collect();
        join(&mut groups, &matches, &vec![false; documents], &|doc| doc.0.into());
        groups.iter().map(|group| group.members.iter().map(|doc| doc.0).collect()).collect()
    }

    #[test]
    fn pages_of_a_split_article_join_the_whole() {
        // Document 2 is the whole of which 0 and 1 are pages.
        let found = [part(0, 2, [300, 900], 0), part(1, 2, [400, 900], 300)];
        assert_eq!(joined(&found, &[], 3), [[0, 1, 2]]);
    }

    #[test]
    fn parts_of_several_lone_wholes_join_their_own() {
        let found = [part(1, 3, [300, 900], 0), part(0, 4, [300, 900], 0), part(2, 5, [300, 900], 0)];
        assert_eq!(joined(&found, &[], 6), [[1, 3], [0, 4], [2, 5]]);
        let found = [part(0, 5, [300, 900], 0), part(1, 6, [300, 900], 0)];
        assert_eq!(joined(&found, &[&[2, 3]], 7), [vec![2, 3], vec![0, 5], vec![1, 6]]);
    }

    #[test]
    fn a_part_of_two_articles_joins_one_and_does_not_make_them_one() {
        let found = [part(0, 1, [300, 900], 0), part(0, 2, [300, 900], 0), part(0, 3, [300, 900], 0)];
        assert_eq!(joined(&found, &[&[1], &[2, 3]], 4), [vec![1], vec![0, 2, 3]]);
    }

    #[test]
    fn what_most_members_do_not_contain_is_no_part() {
        let other = |doc: u32| Match { kind: Kind::Contained, probability: 0.1, ..part(0, doc, [300, 900], 0) };
        let found = [part(0, 1, [300, 900], 0), other(2), other(3)];
        assert_eq!(joined(&found, &[&[1, 2, 3]], 4), [[1, 2, 3]]);
        let found = [part(0, 1, [300, 900], 0), other(2)];
        assert_eq!(joined(&found, &[&[1, 2]], 3), [[1, 2]], "half the members are not most");
        let found = [part(0, 1, [300, 900], 0), part(0, 2, [300, 900], 0), other(3)];
        assert_eq!(joined(&found, &[&[1, 2, 3]], 4), [[0, 1, 2, 3]]);
    }
}
