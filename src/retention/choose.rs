//! Goes through every reprint set in the order of the policy: a page that repeats one that stays is removed, any
//! other stays.

use super::ReprintSets;
use super::policy::{PageRank, Policy};
use crate::candidates::Pair;
use crate::cluster::Cluster;
use crate::error::Result;
use crate::types::DocId;
use crate::verify::{Kind, Match, Matches};
use rayon::prelude::*;
use rustc_hash::FxHashMap;
use serde::Serialize;

/// Why a page was removed: what it is to its twin.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RemovalReason {
    /// The bodies are equal, unit for unit: letters, digits and Han in one width, case and script.
    Exact,
    /// The same article.
    Reprint,
    /// A part of the article of the kept page: a page of an article split over several, an excerpt.
    Part,
}

/// A page that repeats one that stays.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Removed {
    /// The page.
    pub doc: DocId,
    /// The page it repeats, which stays.
    pub twin: DocId,
    /// Why.
    pub reason: RemovalReason,
    /// Share of the shorter of the two that is in the other, in 0..1.
    pub score: f32,
}

/// A page that is lost for good is worth this many repeats that stay. So where a set joins pages from the odds of
/// `--same-article` on, a removal takes this many times the odds: by default a probability of 6/7.
const COST_OF_WRONG_REMOVAL: f32 = 6.0;

/// So many pages of a set that stay are measured against all that may repeat them. It bounds the time of a set of which
/// most pages stay: behind them a page repeats one only if the run itself has compared the two, or two of their bodies.
const MEASURED: usize = 16;

/// Says which pages a dedup run removes, by page. Pages of which `is_old` is true stay, whatever they repeat, and
/// others are removed if they repeat one of them.
///
/// Only pages of one reprint set are repeats, so round-ups, and articles that share no more than a passage, stay. A
/// page repeats another when the two are almost surely the same article (see [`COST_OF_WRONG_REMOVAL`]), or the page a
/// part of it: a page that is neither to any page that stays, stays too, and so does an article of which a part stays.
/// Equal bodies are not compared; of other pairs one is measured for each two bodies that `sets.matches` does not tell
/// of, for the first [`MEASURED`] pages of a set that stay. Each of these costs one pass over the set and its matches, and all
/// behind them cost another.
pub(crate) fn choose(
    sets: &ReprintSets,
    policy: &Policy,
    is_old: &(dyn Fn(DocId) -> bool + Sync),
) -> Result<Vec<Removed>> {
    let chooser = RepeatFinder { sets, policy, is_old };
    let numbered = sets.clusters.list.par_iter().enumerate();
    let mut waiting: Vec<Queue> = numbered.filter_map(|(number, cluster)| chooser.queue(number, cluster)).collect();
    let mut removed = Vec::new();
    while !waiting.is_empty() {
        let known: Vec<KnownOverlaps> = waiting.par_iter().map(|queue| chooser.known(queue)).collect();
        let mut missing: Vec<Pair> = known.iter().flat_map(|known| &known.asked).copied().collect();
        missing.par_sort_unstable();
        let measured = (sets.measure)(&missing)?;
        let settled: Vec<(Option<Queue>, Vec<Removed>)> = waiting
            .into_par_iter()
            .zip(known)
            .map(|(queue, known)| chooser.settle(queue, known.with(&measured, sets)))
            .collect();
        waiting = Vec::new();
        for (queue, gone) in settled {
            waiting.extend(queue);
            removed.extend(gone);
        }
    }
    removed.sort_unstable_by_key(|r| r.doc);
    Ok(removed)
}

/// The pages of a set that nothing is decided of yet, the next that stays first.
struct Queue<'f> {
    cluster: &'f Cluster,
    queue: Vec<DocId>,
    /// How many pages of the set stay already.
    staying: usize,
}

/// A body: its hash and how many units it has.
type Body = (u64, u32);

/// What the first of a queue and another body of its set have in common.
#[derive(Clone, Copy, PartialEq, PartialOrd)]
struct Overlap {
    /// They carry the same article, almost surely.
    is_repeat: bool,
    /// Share of the shorter that is in the other.
    containment: f32,
    kind: Kind,
    /// The first of the queue is the shorter one.
    first_is_shorter: bool,
}

/// What the first of a queue shares with other bodies of its set.
#[derive(Default)]
struct KnownOverlaps {
    first: Body,
    overlaps: FxHashMap<Body, Option<Overlap>>,
    asked: Vec<Pair>,
}

impl KnownOverlaps {
    fn note(&mut self, m: &Match, sets: &ReprintSets) {
        let [a, b] = [m.pair.a, m.pair.b].map(|doc| sets.body(doc));
        if (a == self.first) != (b == self.first) {
            let other = if a == self.first { b } else { a };
            let shorter = if m.shorter() == 0 { a } else { b };
            let is_repeat = m.is_same_article() && is_certain(m.probability, sets.same_article);
            let (containment, kind) = (m.containment_of_shorter(), m.kind);
            let overlap = Some(Overlap { is_repeat, containment, kind, first_is_shorter: shorter == self.first });
            // Of several pairs of the same two bodies the one that says most, whichever page was read first.
            let best = self.overlaps.entry(other).or_default();
            if overlap > *best {
                *best = overlap;
            }
        }
    }

    /// The same with what was measured of the pairs asked for; a pair that is not in `measured` shares nothing.
    fn with(mut self, measured: &Matches, sets: &ReprintSets) -> Self {
        for pair in std::mem::take(&mut self.asked) {
            if let Some(found) = measured.of(pair) {
                self.note(&found, sets);
            }
        }
        self
    }
}

/// True when two pages of this probability are the same article surely enough to remove one of them, where sets join pages
/// from the probability `same_article` on.
fn is_certain(probability: f32, same_article: f32) -> bool {
    probability * (1.0 - same_article) >= COST_OF_WRONG_REMOVAL * same_article * (1.0 - probability)
}

struct RepeatFinder<'f, 'c> {
    sets: &'f ReprintSets<'f, 'c>,
    policy: &'f Policy,
    is_old: &'f (dyn Fn(DocId) -> bool + Sync),
}

impl<'f> RepeatFinder<'f, '_> {
    /// The members of a set in the order of the policy, old ones before all others; `None` when none can go.
    fn queue(&self, number: usize, cluster: &'f Cluster) -> Option<Queue<'f>> {
        let lineage = self.sets.lineages.get(number);
        let of_policy = self.policy.rank(self.sets, lineage);
        let rank = |&doc: &DocId| -> (bool, PageRank) { (!(self.is_old)(doc), of_policy(doc)) };
        let mut queue = cluster.members.clone();
        queue.sort_by_cached_key(rank);
        self.may_go(&queue).then_some(Queue { cluster, queue, staying: 0 })
    }

    /// True when a page behind the first is not old.
    fn may_go(&self, queue: &[DocId]) -> bool {
        queue.len() > 1 && queue.last().is_some_and(|&last| !(self.is_old)(last))
    }

    /// The pages that may be repeats of the first of their queue.
    fn eligible<'q>(&'q self, queue: &'q [DocId]) -> impl Iterator<Item = DocId> + 'q {
        let (first, rest) = (queue[0], &queue[1..]);
        rest.iter().copied().filter(move |&doc| self.may_repeat(doc, first))
    }

    fn may_repeat(&self, doc: DocId, first: DocId) -> bool {
        !(self.is_old)(doc) && self.policy.allows(self.sets, doc, first)
    }

    /// What the run has measured of the first of a queue, and which pairs it has yet to measure.
    fn known(&self, waiting: &Queue) -> KnownOverlaps {
        let Queue { cluster, queue, .. } = waiting;
        let mut known = KnownOverlaps { first: self.sets.body(queue[0]), ..KnownOverlaps::default() };
        self.matches_within(cluster).for_each(|at| known.note(&self.sets.matches.get(at), self.sets));
        let mut asked: FxHashMap<Body, Pair> = FxHashMap::default();
        for doc in self.eligible(queue) {
            let body = self.sets.body(doc);
            if body != known.first && !known.overlaps.contains_key(&body) {
                asked.entry(body).or_insert(Pair::new(queue[0], doc));
            }
        }
        known.asked = asked.into_values().collect();
        known
    }

    /// Where the matches of pairs of a set are.
    fn matches_within<'q>(&'q self, cluster: &'q Cluster) -> impl Iterator<Item = usize> + 'q {
        let matches = self.sets.matches;
        let is_within = |&at: &usize| cluster.members.binary_search(&matches.pair(at).b).is_ok();
        cluster.members.iter().flat_map(|&doc| matches.from(doc)).filter(is_within)
    }

    /// Keeps the first of a queue and removes its repeats; what is left waits on, or is settled too.
    fn settle(&self, waiting: Queue<'f>, known: KnownOverlaps) -> (Option<Queue<'f>>, Vec<Removed>) {
        let Queue { cluster, mut queue, staying } = waiting;
        let twin = queue[0];
        let mut removed = Vec::new();
        queue.retain(|&doc| self.stays_waiting(doc, twin, &known, &mut removed));
        let waiting = Queue { cluster, queue, staying: staying + 1 };
        if !self.may_go(&waiting.queue) {
            return (None, removed);
        }
        if waiting.staying == MEASURED {
            removed.extend(self.settle_unmeasured(&waiting));
            return (None, removed);
        }
        (Some(waiting), removed)
    }

    /// The repeats of every page of a queue that stays, by what the run has measured. One pass over the matches of the set.
    fn settle_unmeasured(&self, waiting: &Queue) -> Vec<Removed> {
        let matches = self.sets.matches;
        let mut compared: FxHashMap<Body, Vec<usize>> = FxHashMap::default();
        for at in self.matches_within(waiting.cluster) {
            let Pair { a, b } = matches.pair(at);
            for doc in [a, b] {
                compared.entry(self.sets.body(doc)).or_default().push(at);
            }
        }
        let mut undecided: FxHashMap<Body, Vec<DocId>> = FxHashMap::default();
        for &doc in &waiting.queue {
            undecided.entry(self.sets.body(doc)).or_default().push(doc);
        }
        let mut removed = Vec::new();
        for &twin in &waiting.queue {
            let first = self.sets.body(twin);
            // The first of the undecided pages of its body is the next in the queue; any other has been removed.
            if undecided.get(&first).and_then(|pages| pages.first()) != Some(&twin) {
                continue;
            }
            let mut known = KnownOverlaps { first, ..KnownOverlaps::default() };
            compared.get(&first).into_iter().flatten().for_each(|&at| known.note(&matches.get(at), self.sets));
            for body in known.overlaps.keys().chain([&first]) {
                let Some(pages) = undecided.get_mut(body) else { continue };
                pages.retain(|&doc| self.stays_waiting(doc, twin, &known, &mut removed));
            }
        }
        removed
    }

    /// False for the page that stays, and for a repeat of it, which is removed.
    fn stays_waiting(&self, doc: DocId, twin: DocId, known: &KnownOverlaps, removed: &mut Vec<Removed>) -> bool {
        let repeat = (doc != twin).then(|| self.repeat(doc, twin, known)).flatten();
        removed.extend(repeat.map(|(reason, score)| Removed { doc, twin, reason, score }));
        doc != twin && repeat.is_none()
    }

    /// Why `doc` is a repeat of the page that stays, if it is one.
    fn repeat(&self, doc: DocId, twin: DocId, known: &KnownOverlaps) -> Option<(RemovalReason, f32)> {
        if !self.may_repeat(doc, twin) {
            return None;
        }
        let verdict = self.sets.verdicts.get(&Pair::new(doc, twin));
        if verdict == Some(&false) {
            return None;
        }
        let body = self.sets.body(doc);
        if body == known.first {
            return Some((RemovalReason::Exact, 1.0));
        }
        let overlap = known.overlaps.get(&body).copied().flatten().filter(|overlap| overlap.is_repeat)?;
        match overlap.kind {
            Kind::Part if overlap.first_is_shorter => None,
            Kind::Part => Some((RemovalReason::Part, overlap.containment)),
            _ => Some((RemovalReason::Reprint, overlap.containment)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::SAME_ARTICLE;

    #[test]
    fn a_removal_takes_more_certainty_than_a_set() {
        assert!(!is_certain(0.85, SAME_ARTICLE));
        assert!(is_certain(0.86, SAME_ARTICLE));
        assert!(is_certain(0.61, 0.2), "a laxer run removes more");
        assert!(!is_certain(0.95, 0.8), "a stricter one removes less");
        assert!(is_certain(1.0, 1.0), "people are obeyed");
    }
}
