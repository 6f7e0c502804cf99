//! Gathers the forms of one point: a graph of near containment, in the manner of MemeTracker (Leskovec,
//! Backstrom and Kleinberg 2009), where every form keeps its best edge and a point is a tree of forms.

use super::judge::Judged;
use super::profile::Profile;
use super::spelling::SpeltCandidates;
use rayon::prelude::*;
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
/// A wording that is cut at a border is a form of a longer one that is in at least this share of its sets.
const CUT: f64 = 0.5;
/// Most words in a row that a form may have beyond another, inside.
const INSERTED: usize = 2;
/// Two wordings that share a run of this many units overlap.
const OVERLAP: usize = 8;
/// A piece of a stronger wording stands in at most this many times its sets.
const JOINED: f64 = 1.5;
/// A wording of which others have this share already is a form of them.
const TOLD: f64 = 0.4;
/// Two wordings of at least this many units that are the same are one in another order of clauses.
const TURNED: usize = 6;
/// A wording that this share of its pages puts in quotation marks is a saying: pages themselves mark its borders.
const SAYING: f64 = 0.5;

/// The wordings and how they did.
pub(super) struct Relations<'a> {
    /// The wordings.
    pub spelt: &'a SpeltCandidates,
    /// What they are like.
    pub profiles: &'a [Profile],
    /// What they are worth; those that are not shared take no part.
    pub judged: &'a [Judged],
}

impl Relations<'_> {
    /// For each wording the point whose form it is (itself, when it is the best-known form), or `None` when it is
    /// no point and no near form of one. A wording belongs to
    ///
    /// 1. a longer one that holds it, when it hardly ever stands outside, or when it is cut where that goes on; but what is put in quotation marks is no
    ///    piece of wording of like length around it: that is a form of the saying;
    /// 2. a stronger one that holds it, or that it holds, or that it is but for a word or two inside;
    /// 3. a stronger one that overlaps it, or that is the same in another order: pieces of one passage are one point.
    ///
    /// Edges of the first two kinds are followed to their end; those of the third join ends only, the strongest
    /// first, so nothing is chained. Linear in the units of all wordings and in the pairs where one holds another.
    pub fn gather(&self) -> Vec<Option<u32>> {
        let inside = self.containments();
        let mut best: Vec<Option<u32>> = vec![None; self.judged.len()];
        for &(long, short) in &inside {
            if self.is_saying_in(short, long) {
                self.keep_better(&mut best[long as usize], short);
            } else if self.known_only_inside(short, long) || self.is_cut_from(short, long) {
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
        let mut roots: Vec<u32> = (0..self.judged.len() as u32).map(|at| self.end_of(at, &best)).collect();
        let told = self.told_by_stronger(&roots);
        roots.iter_mut().for_each(|root| *root = told.get(root).copied().unwrap_or(*root));
        (0u32..)
            .zip(roots)
            .map(|(at, root)| Some(root).filter(|&root| self.judged[at as usize].is_shared && self.near(at, root)))
            .collect()
    }

    fn of(&self, at: u32) -> &[u32] {
        self.spelt.wordings.of(at as usize)
    }

    fn sets(&self, at: u32) -> f64 {
        f64::from(self.judged[at as usize].tally.sets)
    }

    fn times(&self, at: u32) -> f64 {
        f64::from(self.spelt.candidates[at as usize].times)
    }

    /// True when two wordings are forms of each other: of like length, most of the shorter in the longer.
    fn near(&self, one: u32, other: u32) -> bool {
        if one == other || self.share(one, other) < NEAR {
            return one == other;
        }
        let (one, other) = (self.of(one), self.of(other));
        let (short, long) = if one.len() <= other.len() { (one, other) } else { (other, one) };
        let found = short.windows(2).filter(|pair| long.windows(2).any(|other| *pair == other)).count();
        found as f64 >= NEAR * (short.len() - 1) as f64
    }

    /// What share of the longer the shorter makes up.
    fn share(&self, one: u32, other: u32) -> f64 {
        let (one, other) = (self.of(one).len(), self.of(other).len());
        one.min(other) as f64 / one.max(other) as f64
    }

    fn known_only_inside(&self, short: u32, long: u32) -> bool {
        self.sets(short) <= EXPLAINED * self.sets(long) && self.times(short) <= EXPLAINED_TIMES * self.times(long)
    }

    /// True when pages quote the shorter wording, not the little more around it.
    fn is_saying_in(&self, short: u32, long: u32) -> bool {
        let is_saying = |at: u32| self.judged[at as usize].tally.quoted >= SAYING;
        is_saying(short) && !is_saying(long) && self.share(short, long) >= NEAR
    }

    /// True when the shorter wording is cut on a side where the longer one goes on, in most of its sets.
    fn is_cut_from(&self, short: u32, long: u32) -> bool {
        let (part, whole) = (self.of(short), self.of(long));
        let goes_on = [!whole.starts_with(part), !whole.ends_with(part)];
        let profile = &self.profiles[short as usize];
        let is_cut = |side: usize| goes_on[side] && (!profile.is_free(side) || profile.is_part_of_sentence(side));
        (is_cut(0) || is_cut(1))
            && self.free_sides(long) >= self.free_sides(short)
            && self.sets(long) >= CUT * self.sets(short)
    }

    /// On how many sides a wording is not cut.
    fn free_sides(&self, at: u32) -> usize {
        [0, 1].into_iter().filter(|&side| self.profiles[at as usize].is_free(side)).count()
    }

    /// True when the same sets hold the shorter wording more often, so in other surroundings.
    fn known_in_more_ways(&self, short: u32, long: u32) -> bool {
        self.sets(short) <= EXPLAINED * self.sets(long) && self.times(short) > EXPLAINED_TIMES * self.times(long)
    }

    /// What decides between two forms; no two wordings are equally strong.
    fn strength(&self, at: u32) -> (u64, std::cmp::Reverse<u32>) {
        (self.judged[at as usize].strength.max(0.0).to_bits(), std::cmp::Reverse(at))
    }

    /// What decides between two wordings that another one belongs to: the one that is not cut, then the stronger one.
    fn rank(&self, at: u32) -> impl Ord + use<> {
        (self.free_sides(at), self.strength(at))
    }

    fn keep_better(&self, best: &mut Option<u32>, found: u32) {
        if best.is_none_or(|known| self.rank(found) > self.rank(known)) {
            *best = Some(found);
        }
    }

    /// Where the edges from `at` lead; where they lead in a ring, its strongest.
    fn end_of(&self, at: u32, best: &[Option<u32>]) -> u32 {
        let mut path = vec![at];
        let mut end = at;
        while let Some(next) = best[end as usize] {
            if let Some(ring) = path.iter().position(|&passed| passed == next) {
                return path[ring..].iter().copied().max_by_key(|&at| self.rank(at)).unwrap_or(next);
            }
            path.push(next);
            end = next;
        }
        end
    }

    fn alive(&self) -> impl Iterator<Item = u32> {
        (0..self.judged.len() as u32).filter(|&at| self.judged[at as usize].is_shared)
    }

    /// For ends that stronger ones have already, the stronger one; in the order of strength.
    fn told_by_stronger(&self, roots: &[u32]) -> FxHashMap<u32, u32> {
        let mut ends: Vec<u32> = self.alive().filter(|&at| roots[at as usize] == at).collect();
        ends.sort_unstable_by_key(|&at| std::cmp::Reverse(self.rank(at)));
        let mut teller: FxHashMap<u64, u32> = FxHashMap::default();
        let mut told: FxHashMap<u32, u32> = FxHashMap::default();
        let mut same_units: FxHashMap<u64, u32> = FxHashMap::default();
        for end in ends {
            let mut sorted = self.of(end).to_vec();
            sorted.sort_unstable();
            let stronger = *same_units.entry(hash(&sorted)).or_insert(end);
            if stronger != end && self.of(end).len() >= TURNED {
                told.insert(end, stronger);
                continue;
            }
            let runs = || self.of(end).windows(OVERLAP).map(hash);
            // What is far better known than a stronger wording around it is no piece of that.
            let known = |&stronger: &u32| self.sets(end) <= JOINED * self.sets(stronger);
            let tellers: Vec<u32> = runs().filter_map(|run| teller.get(&run).copied()).filter(known).collect();
            match tellers.first() {
                Some(&stronger) if tellers.len() as f64 >= TOLD * runs().len() as f64 => {
                    told.insert(end, stronger);
                }
                _ => runs().for_each(|run| {
                    teller.entry(run).or_insert(end);
                }),
            }
        }
        told
    }

    /// Pairs (long, short) where the long wording holds the short one.
    fn containments(&self) -> Vec<(u32, u32)> {
        let held = |long: u32| {
            let (units, mut pairs) = (self.of(long), Vec::new());
            for at in 0..units.len() {
                self.spelt.wordings.each_at_start(&units[at..], |short| {
                    if short != long && self.judged[short as usize].is_shared {
                        pairs.push((long, short));
                    }
                });
            }
            pairs
        };
        self.alive().collect::<Vec<u32>>().into_par_iter().flat_map_iter(held).collect()
    }

    /// Pairs (long, short) where the long wording is the short one with a word or two inserted.
    fn inserted(&self) -> Vec<(u32, u32)> {
        let alive: Vec<u32> = self.alive().collect();
        let known: FxHashMap<u64, u32> = alive.iter().map(|&at| (hash(self.of(at)), at)).collect();
        alive.into_par_iter().flat_map_iter(|long| self.without_inner_words(long, &known)).collect()
    }

    /// The pairs of one long wording.
    fn without_inner_words(&self, long: u32, known: &FxHashMap<u64, u32>) -> Vec<(u32, u32)> {
        let (units, mut ends) = (self.of(long), vec![0]);
        self.spelt.lengths(long as usize).for_each(|length| ends.push(ends[ends.len() - 1] + length));
        let (words, mut shorter, mut pairs) = (ends.len() - 1, Vec::new(), Vec::new());
        for first in 1..words {
            for last in first + 1..(first + 1 + INSERTED).min(words) {
                shorter.clear();
                shorter.extend_from_slice(&units[..ends[first]]);
                shorter.extend_from_slice(&units[ends[last]..]);
                if let Some(&short) = known.get(&hash(&shorter)) {
                    pairs.push((long, short));
                }
            }
        }
        pairs
    }
}

fn hash(units: &[u32]) -> u64 {
    xxh3_64(bytemuck::cast_slice(units))
}

#[cfg(test)]
mod tests {
    use super::super::chance::Chance;
    use super::super::class::PointClass;
    use super::super::occurrences::Wordings;
    use super::super::places::Places;
    use super::super::spelling::Letters;
    use super::super::tally::Tally;
    use super::super::token::CandidateGram;
    use super::*;

    /// The point of each wording, given as (text, sets, times, strength), every character a word.
    fn points(wordings: &[(&'static str, u32, u32, f64)]) -> Vec<(&'static str, Option<&'static str>)> {
        points_with_saying(wordings, None)
    }

    /// The same when every page puts `saying` in quotation marks.
    fn points_with_saying(
        wordings: &[(&'static str, u32, u32, f64)],
        saying: Option<&str>,
    ) -> Vec<(&'static str, Option<&'static str>)> {
        let units = |text: &str| text.chars().map(|c| c as u32).collect::<Vec<u32>>();
        let mut sorted = wordings.to_vec();
        sorted.sort_by_key(|&(text, ..)| units(text));
        let spelt_out: Vec<Vec<u32>> = sorted.iter().map(|&(text, ..)| units(text)).collect();
        let spelt = SpeltCandidates {
            wordings: Wordings::new(spelt_out.iter().map(|units| units.as_slice())),
            candidates: sorted
                .iter()
                .map(|&(_, sets, times, _)| CandidateGram { first: 0, words: 0, sets, times, whole: [false; 2] })
                .collect(),
            words: spelt_out.iter().map(|units| units.iter().map(|unit| 1 << 28 | unit).collect()).collect(),
            named: vec![0.0; sorted.len()],
            letters: vec![Letters::default(); sorted.len()],
            places: Places::default(),
        };
        let judge = |&(text, sets, _, strength): &(&str, u32, u32, f64)| Judged {
            tally: Tally {
                sets,
                own: sets,
                outlets: sets,
                known_outlets: sets,
                of_unknown_outlet: 0,
                documents: sets,
                formulaic: 0.0,
                quoted: if saying == Some(text) { 1.0 } else { 0.0 },
                quoting_outlets: 0,
                trailing: 0.0,
                seen: None,
                burst: None,
            },
            chance: Chance { elsewhere: 1e-6, chained: 1e-6 },
            q_value: 0.0,
            strength,
            score: strength,
            class: PointClass::Saying,
            is_shared: true,
            is_point: true,
        };
        let judged: Vec<Judged> = sorted.iter().map(judge).collect();
        let profiles = vec![Profile::unknown(); sorted.len()];
        let roots = Relations { spelt: &spelt, profiles: &profiles, judged: &judged }.gather();
        sorted.iter().zip(roots).map(|(one, root)| (one.0, root.map(|root| sorted[root as usize].0))).collect()
    }

    #[test]
    fn additions_at_either_end_and_inside_are_forms() {
        let found = points(&[
            ("灯火照亮归途", 20, 20, 5.0),
            ("让灯火照亮归途", 6, 6, 2.0),
            ("灯火照亮归途的", 7, 7, 2.0),
            ("灯火温暖照亮归途", 4, 4, 1.0),
        ]);
        assert!(found.iter().all(|&(_, point)| point == Some("灯火照亮归途")), "{found:?}");
    }

    #[test]
    fn a_part_never_seen_alone_is_no_point_but_one_seen_elsewhere_is() {
        let found = points(&[("村口灯火照亮归途人心", 10, 10, 4.0), ("灯火照亮", 11, 11, 5.0)]);
        assert_eq!(found[0], ("村口灯火照亮归途人心", Some("村口灯火照亮归途人心")));
        assert_eq!(found[1], ("灯火照亮", None));
        let found = points(&[("村口灯火照亮归途人心", 10, 10, 4.0), ("灯火照亮", 40, 60, 3.0)]);
        assert_eq!(found[1], ("灯火照亮", Some("灯火照亮")));
    }

    #[test]
    fn pieces_of_one_passage_are_one_point() {
        let found = points(&[("甲乙丙丁戊己庚辛壬癸子丑寅卯", 9, 9, 4.0), ("戊己庚辛壬癸子丑寅卯辰巳午未", 9, 9, 3.0)]);
        assert_eq!(found.iter().filter(|(text, point)| *point == Some(*text)).count(), 1);
    }

    #[test]
    fn clauses_in_another_order_are_one_point() {
        let found = points(&[("灯火归途人间烟火", 9, 9, 4.0), ("人间烟火灯火归途", 4, 4, 3.0)]);
        assert!(found.iter().all(|&(_, point)| point == Some("灯火归途人间烟火")), "{found:?}");
    }

    #[test]
    fn a_saying_is_known_by_its_own_words() {
        let wordings = [("灯火归途故事", 6, 6, 5.0), ("灯火归途", 6, 6, 4.0)];
        let named =
            |saying| points_with_saying(&wordings, saying).into_iter().map(|(_, point)| point).collect::<Vec<_>>();
        assert_eq!(named(Some("灯火归途")), [Some("灯火归途"), Some("灯火归途")]);
        assert_eq!(named(None), [Some("灯火归途故事"), Some("灯火归途故事")]);
    }

    #[test]
    fn a_wording_better_known_than_a_longer_strong_one_stands_for_itself() {
        let found = points(&[("对灯火照亮归途并不感到陌生", 3, 3, 6.0), ("灯火照亮归途", 20, 20, 5.0)]);
        assert!(found.contains(&("灯火照亮归途", Some("灯火照亮归途"))));
    }
}
