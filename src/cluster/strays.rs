//! Joins pages that were left alone to the group several members of which they are copies of.
//!
//! A page that was cut and reworked may miss the medoid of its article, though it is surely a copy of other members.
//! Each match with a member is taken as one more chance that the page carries the article: the page joins when all of
//! these chances together fail with a probability of a tenth at most (noisy or, Pearl 1988). Groups do not join each
//! other so: between groups one such match makes two articles one more often than it brings the pages of one together.

use super::Group;
use super::numbers::Numbers;
use crate::types::DocId;
use crate::verify::Matches;
use rustc_hash::FxHashMap;

/// The least log-odds of failure, -ln(1 - .9), in thousandths.
const ENOUGH: u64 = 2303;
/// The most that one match counts for: probabilities above .999 are not told apart.
const MOST_OF_ONE: f32 = 0.999;

/// Joins lone pages to groups. `left_out` belong to no group.
pub(super) fn join(groups: &mut [Group], matches: &Matches, left_out: &[bool], order: &(dyn Fn(DocId) -> u64 + Sync)) {
    let numbers = Numbers::of(groups, left_out);
    // In whole numbers, so that the sums do not depend on the order of the matches.
    let mut chances: FxHashMap<(DocId, u32), u64> = FxHashMap::default();
    for m in matches.iter().filter(|m| m.is_same_article()) {
        for (page, member) in [(m.pair.a, m.pair.b), (m.pair.b, m.pair.a)] {
            if let (true, Some(group)) = (numbers.is_alone(page), numbers.group(member)) {
                let chance = -(1.0 - m.probability.min(MOST_OF_ONE)).ln();
                *chances.entry((page, group)).or_default() += (chance * 1000.0) as u64;
            }
        }
    }
    let mut best: FxHashMap<DocId, (u64, u64, u32)> = FxHashMap::default();
    for ((page, group), chance) in chances.into_iter().filter(|&(_, chance)| chance >= ENOUGH) {
        let this = (chance, order(groups[group as usize].medoid), group);
        let kept = best.entry(page).or_insert(this);
        *kept = this.max(*kept);
    }
    for (page, (_, _, group)) in best {
        groups[group as usize].members.push(page);
    }
    groups.iter_mut().for_each(|group| group.members.sort_unstable());
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cluster::tests::{passage, shared};
    use crate::storage::Scratch;
    use crate::verify::{Kind, Match};

    /// Members of the groups {0, 1, 2} and {3, 4} after document 5, alone, met them with these probabilities.
    fn joined(found: &[(u32, f32)]) -> Vec<Vec<u32>> {
        let found = found.iter().map(|&(member, probability)| Match {
            kind: if probability >= 0.5 { Kind::Reprint } else { Kind::Passage },
            probability,
            ..shared(member, 5, [100, 100], vec![passage(0..60, 0..60)])
        });
        let matches = Matches::gather(found, &Scratch::default()).unwrap();
        let group = |members: &[u32]| Group {
            members: members.iter().map(|&doc| DocId(doc)).collect(),
            medoid: DocId(members[0]),
        };
        let mut groups = vec![group(&[0, 1, 2]), group(&[3, 4])];
        join(&mut groups, &matches, &[false; 6], &|doc| doc.0.into());
        groups.iter().map(|group| group.members.iter().map(|doc| doc.0).collect()).collect()
    }

    #[test]
    fn a_page_that_misses_the_medoid_joins_by_other_members() {
        assert_eq!(joined(&[(0, 0.3), (1, 0.95)]), [vec![0, 1, 2, 5], vec![3, 4]]);
        assert_eq!(joined(&[(0, 0.3), (1, 0.7), (2, 0.7)]), [vec![0, 1, 2, 5], vec![3, 4]], "two doubtful ones");
        assert_eq!(joined(&[(0, 0.3), (1, 0.7)]), [vec![0, 1, 2], vec![3, 4]], "one doubtful one");
    }

    #[test]
    fn of_two_groups_a_page_joins_the_likelier_one() {
        assert_eq!(joined(&[(1, 0.95), (4, 0.99)]), [vec![0, 1, 2], vec![3, 4, 5]]);
    }
}
