//! Gathers the forms of one point: a graph of near containment, in the manner of MemeTracker (Leskovec,
//! Backstrom and Kleinberg 2009), where every form keeps its best edge and a point is a tree of forms.

use super::votes::Wordings;
use rustc_hash::FxHashMap;
use xxhash_rust::xxh3::xxh3_64;

/// A wording is a near form of another when the shorter makes up at least this share of the longer.
const NEAR: f64 = 0.6;
/// A longer wording around a stronger one is a form of it when that makes up at least this share of it.
const AROUND: f64 = 0.5;
/// A shorter wording is known only as part of a longer one when it stands in at most this many times its sets …
const EXPLAINED: f64 = 1.25;
/// … and at most this many times as often.
const EXPLAINED_TIMES: f64 = 1.6;
/// Most words in a row that a form may have beyond another, inside.
const INSERTED: usize = 2;
/// Two wordings that share a run of this many units overlap.
const OVERLAP: usize = 8;
/// A piece of a stronger wording stands in at most this many times its sets.
const JOINED: f64 = 1.5;
/// A wording of which others have this share already is told by them.
const TOLD: f64 = 0.4;

/// What gathering looks at, by wording.
pub(super) struct Forms<'a> {
    /// The wordings.
    pub wordings: &'a Wordings,
    /// Reprint sets that hold each; those of 0 take no part.
    pub sets: &'a [u32],
    /// How often each stands on the pages that speak for the sets.
    pub times: &'a [u32],
    /// The lengths of each one's words, in units.
    pub words: &'a [Vec<u8>],
    /// How strong each is.
    pub strengths: &'a [f64],
}

impl Forms<'_> {
    /// For each wording the one that stands for it: itself, when it is the best-known form. A wording belongs to
    ///
    /// 1. a longer one that holds it, when it hardly ever stands outside;
    /// 2. a stronger one that holds it, or that it holds, or that it is but for a word or two inside;
    /// 3. a stronger one that overlaps it: pieces of one passage are one point.
    ///
    /// Edges of the first two kinds are followed to their end; those of the third join ends only, the strongest
    /// first, so nothing is chained. Linear in the units of all wordings
    /// and in the pairs where one holds another.
    pub fn gather(&self) -> Vec<u32> {
        let inside = self.containments();
        let mut best: Vec<Option<u32>> = vec![None; self.sets.len()];
        for &(long, short) in &inside {
            if self.known_only_inside(short, long) {
                self.keep_better(&mut best[short as usize], long);
            }
        }
        let free: Vec<bool> = best.iter().map(Option::is_none).collect();
        for (long, short) in inside.into_iter().chain(self.inserted()) {
            let both_free = free[short as usize] && free[long as usize];
            let share = self.share(short, long);
            if !both_free || share < AROUND {
                continue;
            }
            if self.strength(short) > self.strength(long) || self.known_in_more_ways(short, long) {
                self.keep_better(&mut best[long as usize], short);
            } else if share >= NEAR {
                self.keep_better(&mut best[short as usize], long);
            }
        }
        let mut roots: Vec<u32> = (0..self.sets.len() as u32).map(|at| follow(at, &best)).collect();
        self.join_overlapping(&mut roots);
        roots
    }

    /// True when two wordings are forms of each other by length.
    pub fn near(&self, one: u32, other: u32) -> bool {
        self.share(one, other) >= NEAR
    }

    /// What share of the longer the shorter makes up.
    fn share(&self, one: u32, other: u32) -> f64 {
        let (one, other) = (self.wordings.of(one as usize).len(), self.wordings.of(other as usize).len());
        one.min(other) as f64 / one.max(other) as f64
    }

    fn known_only_inside(&self, short: u32, long: u32) -> bool {
        let times = |of: &[u32]| f64::from(of[short as usize]) / f64::from(of[long as usize]);
        times(self.sets) <= EXPLAINED && times(self.times) <= EXPLAINED_TIMES
    }

    /// True when the same sets hold the shorter wording more often, so in other surroundings.
    fn known_in_more_ways(&self, short: u32, long: u32) -> bool {
        let times = |of: &[u32]| f64::from(of[short as usize]) / f64::from(of[long as usize]);
        times(self.sets) <= EXPLAINED && times(self.times) > EXPLAINED_TIMES
    }

    /// What decides between two forms; no two wordings are equally strong.
    fn strength(&self, at: u32) -> (u64, std::cmp::Reverse<u32>) {
        (self.strengths[at as usize].max(0.0).to_bits(), std::cmp::Reverse(at))
    }

    fn keep_better(&self, best: &mut Option<u32>, found: u32) {
        if best.is_none_or(|known| self.strength(found) > self.strength(known)) {
            *best = Some(found);
        }
    }

    fn alive(&self) -> impl Iterator<Item = u32> {
        (0..self.sets.len() as u32).filter(|&at| self.sets[at as usize] > 0)
    }

    /// Sends ends that are told by stronger ones to the strongest that they overlap.
    fn join_overlapping(&self, roots: &mut [u32]) {
        let mut ends: Vec<u32> = self.alive().filter(|&at| roots[at as usize] == at).collect();
        ends.sort_unstable_by_key(|&at| std::cmp::Reverse(self.strength(at)));
        let mut told_by: FxHashMap<u64, u32> = FxHashMap::default();
        let mut joined: FxHashMap<u32, u32> = FxHashMap::default();
        for end in ends {
            let units = self.wordings.of(end as usize);
            // What is far better known than a stronger wording around it is no piece of that.
            let known = |&stronger: &u32| {
                f64::from(self.sets[end as usize]) <= JOINED * f64::from(self.sets[stronger as usize])
            };
            let mut told = units.windows(OVERLAP).filter_map(|run| told_by.get(&hash(run)).copied()).filter(known);
            let first = told.next();
            let share = (1 + told.count()) as f64 / units.len().saturating_sub(OVERLAP - 1).max(1) as f64;
            match first.filter(|_| share >= TOLD) {
                Some(stronger) => {
                    joined.insert(end, stronger);
                }
                None => units.windows(OVERLAP).for_each(|run| {
                    told_by.entry(hash(run)).or_insert(end);
                }),
            }
        }
        for root in roots {
            *root = joined.get(root).copied().unwrap_or(*root);
        }
    }

    /// Pairs (long, short) where the long wording holds the short one.
    fn containments(&self) -> Vec<(u32, u32)> {
        let mut pairs = Vec::new();
        for long in self.alive() {
            let units = self.wordings.of(long as usize);
            for at in 0..units.len() {
                self.wordings.each_at_start(&units[at..], |short| {
                    if short != long && self.sets[short as usize] > 0 {
                        pairs.push((long, short));
                    }
                });
            }
        }
        pairs
    }

    /// Pairs (long, short) where the long wording is the short one with a word or two inserted.
    fn inserted(&self) -> Vec<(u32, u32)> {
        let of = |at: u32| self.wordings.of(at as usize);
        let known: FxHashMap<u64, u32> = self.alive().map(|at| (hash(of(at)), at)).collect();
        let mut pairs = Vec::new();
        let mut shorter = Vec::new();
        for long in self.alive() {
            let (units, words) = (of(long), &self.words[long as usize]);
            let ends: Vec<usize> = std::iter::once(0)
                .chain(words.iter().scan(0, |end, &length| {
                    *end += usize::from(length);
                    Some(*end)
                }))
                .collect();
            for first in 1..words.len() {
                for last in first + 1..(first + 1 + INSERTED).min(words.len()) {
                    shorter.clear();
                    shorter.extend_from_slice(&units[..ends[first]]);
                    shorter.extend_from_slice(&units[ends[last]..]);
                    if let Some(&short) = known.get(&hash(&shorter)) {
                        pairs.push((long, short));
                    }
                }
            }
        }
        pairs
    }
}

fn follow(mut at: u32, best: &[Option<u32>]) -> u32 {
    // Edges cannot form a ring, but a bound costs nothing.
    for _ in 0..best.len() {
        match best[at as usize] {
            Some(next) => at = next,
            None => break,
        }
    }
    at
}

fn hash(units: &[u32]) -> u64 {
    xxh3_64(bytemuck::cast_slice(units))
}
