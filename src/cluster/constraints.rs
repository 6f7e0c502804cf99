//! Verdicts of people on groups: two pages that carry the same article are of one group, two that do not are of two.

use super::Group;
use crate::candidates::Pair;
use crate::types::DocId;
use crate::verify::Matches;
use rustc_hash::FxHashMap;

/// Makes groups obey verdicts on pairs: first those that join, then those that part.
pub(super) fn obey(
    groups: &mut Vec<Group>,
    verdicts: &FxHashMap<Pair, bool>,
    matches: &Matches,
    order: &(dyn Fn(DocId) -> u64 + Sync),
) {
    for Pair { a, b } in sorted(verdicts, true, order) {
        join(groups, if order(a) < order(b) { [a, b] } else { [b, a] });
    }
    for pair in sorted(verdicts, false, order) {
        let Some(at) = groups.iter().position(|g| holds(g, pair.a) && holds(g, pair.b)) else { continue };
        let leaver = leaver(&groups[at], pair, matches, order);
        let stays = if leaver == pair.a { pair.b } else { pair.a };
        let goes_along = |doc: DocId| {
            doc == leaver || doc != stays && verdicts.get(&Pair::new(doc, leaver)).is_some_and(|&same| same)
        };
        let (leave, stay): (Vec<DocId>, Vec<DocId>) =
            groups[at].members.iter().copied().partition(|&doc| goes_along(doc));
        let medoid = if stay.binary_search(&groups[at].medoid).is_ok() { groups[at].medoid } else { stays };
        groups[at] = Group { members: stay, medoid };
        groups.push(Group { members: leave, medoid: leaver });
        groups.retain(|group| group.members.len() > 1);
    }
}

/// The pairs of one verdict, in an order that does not depend on the order of the input.
fn sorted(verdicts: &FxHashMap<Pair, bool>, same: bool, order: &(dyn Fn(DocId) -> u64 + Sync)) -> Vec<Pair> {
    let mut pairs: Vec<Pair> =
        verdicts.iter().filter(|(_, verdict)| **verdict == same).map(|(&pair, _)| pair).collect();
    pairs.sort_unstable_by_key(|pair| {
        let (a, b) = (order(pair.a), order(pair.b));
        (a.min(b), a.max(b))
    });
    pairs
}

fn holds(group: &Group, doc: DocId) -> bool {
    group.members.binary_search(&doc).is_ok()
}

/// Makes one group of those of two documents, of which the first one is the medoid if both are alone.
fn join(groups: &mut Vec<Group>, [first, second]: [DocId; 2]) {
    let mut take = |doc: DocId| {
        let at = groups.iter().position(|group| holds(group, doc));
        at.map_or(Group { members: vec![doc], medoid: doc }, |at| groups.remove(at))
    };
    let mut group = take(first);
    if !holds(&group, second) {
        let other = take(second);
        if other.members.len() > group.members.len() {
            group.medoid = other.medoid;
        }
        group.members.extend(other.members);
        group.members.sort_unstable();
    }
    groups.push(group);
}

/// Which of two documents leaves their group: the one that fewer members carry the same article as; never the medoid.
fn leaver(group: &Group, pair: Pair, matches: &Matches, order: &(dyn Fn(DocId) -> u64 + Sync)) -> DocId {
    let agreeing = |doc: DocId| {
        let others = group.members.iter().filter(|&&other| other != doc);
        others.filter(|&&other| matches.of(Pair::new(doc, other)).is_some_and(|m| m.is_same_article())).count()
    };
    let rank = |doc: DocId| (doc == group.medoid, agreeing(doc), order(doc));
    if rank(pair.a) < rank(pair.b) { pair.a } else { pair.b }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cluster::tests::{passage, shared};
    use crate::storage::Scratch;
    use crate::verify::{Kind, Match};

    fn obeyed(groups: &[&[u32]], verdicts: &[(u32, u32, bool)]) -> Vec<Vec<u32>> {
        let all: Vec<Match> = [(0, 1), (0, 2), (1, 2)]
            .iter()
            .map(|&(a, b)| Match { kind: Kind::Reprint, ..shared(a, b, [100, 100], vec![passage(0..90, 0..90)]) })
            .collect();
        let matches = Matches::gather(all.into_iter(), &Scratch::default()).unwrap();
        let group = |members: &&[u32]| Group {
            members: members.iter().map(|&doc| DocId(doc)).collect(),
            medoid: DocId(members[0]),
        };
        let mut groups: Vec<Group> = groups.iter().map(group).collect();
        let verdicts = verdicts.iter().map(|&(a, b, same)| (Pair::new(DocId(a), DocId(b)), same)).collect();
        obey(&mut groups, &verdicts, &matches, &|doc| doc.0.into());
        groups.iter().map(|group| group.members.iter().map(|doc| doc.0).collect()).collect()
    }

    #[test]
    fn two_pages_of_one_article_are_brought_together() {
        assert_eq!(obeyed(&[&[0, 1, 2], &[3, 4]], &[(2, 4, true)]), [[0, 1, 2, 3, 4]]);
        assert_eq!(obeyed(&[], &[(5, 6, true)]), [[5, 6]]);
    }

    #[test]
    fn of_two_articles_the_page_that_fewer_members_agree_with_leaves() {
        assert_eq!(obeyed(&[&[0, 1, 2, 3]], &[(1, 3, false)]), [[0, 1, 2]]);
        assert_eq!(obeyed(&[&[0, 1, 2, 3, 4]], &[(1, 3, false), (3, 4, true)]), [vec![0, 1, 2], vec![3, 4]]);
    }
}
