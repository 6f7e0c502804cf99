//! How often a wording would stand in the corpus if every outlet only chained tokens that it has chained before:
//! what pairs of neighbours explain is no proof that anybody repeats a wording. The wording's own places are among
//! those counted, so a chain of rare words that never branches explains itself in full, as it should: where words
//! follow one another of necessity, they come back together by chance as well.

use super::key_table::KeyTable;
use rayon::prelude::*;
use std::sync::atomic::{AtomicU32, Ordering};
use xxhash_rust::xxh3::xxh3_64;

/// Wordings as sequences of tokens (words or units), and the pairs of neighbours they are made of.
pub(super) struct Chains {
    /// For every wording the places of its pairs and of its inner tokens in the counts of an outlet.
    links: Vec<u32>,
    starts: Vec<u32>,
    /// Pairs by their two tokens.
    pairs: KeyTable<u64>,
    singles: KeyTable<u32>,
    /// Wordings by their first pair, and where those of each pair begin.
    by_head: Vec<u32>,
    head_starts: Vec<u32>,
}

/// Counts of one outlet, or of all texts, by place.
pub(super) struct ChainCounts {
    pairs: Vec<AtomicU32>,
    singles: Vec<AtomicU32>,
}

impl ChainCounts {
    fn new(pairs: usize, singles: usize) -> ChainCounts {
        let zeros = |length| (0..length).map(|_| AtomicU32::new(0)).collect();
        ChainCounts { pairs: zeros(pairs), singles: zeros(singles) }
    }

    /// Takes away those of a group that has `seen`.
    fn subtract(&mut self, group: &ChainCounts, seen: &Seen) {
        let subtract = |all: &mut [AtomicU32], counts: &[AtomicU32], seen: &[u32]| {
            seen.iter()
                .for_each(|&place| *all[place as usize].get_mut() -= counts[place as usize].load(Ordering::Relaxed));
        };
        subtract(&mut self.pairs, &group.pairs, &seen.pairs);
        subtract(&mut self.singles, &group.singles, &seen.singles);
    }

    /// Makes the counts of what a group has zero again.
    fn clear(&self, seen: &Seen) {
        let clear = |counts: &[AtomicU32], seen: &[u32]| {
            seen.iter().for_each(|&place| counts[place as usize].store(0, Ordering::Relaxed));
        };
        clear(&self.pairs, &seen.pairs);
        clear(&self.singles, &seen.singles);
    }
}

/// The places of the counts that some texts of a group were the first to raise.
#[derive(Default)]
struct Seen {
    pairs: Vec<u32>,
    singles: Vec<u32>,
    /// The places of the tokens of one text, and of its pairs: the lists keep their memory.
    known: Vec<Option<u32>>,
    known_pairs: Vec<Option<u32>>,
}

impl Seen {
    fn and(mut self, other: Seen) -> Seen {
        self.pairs.extend(other.pairs);
        self.singles.extend(other.singles);
        self
    }
}

impl Chains {
    /// Takes wordings of at least two tokens.
    pub fn new<W: Iterator<Item = u32>>(wordings: impl Iterator<Item = W>) -> Chains {
        let mut made = Chains {
            links: Vec::new(),
            starts: vec![0],
            pairs: KeyTable::new(),
            singles: KeyTable::new(),
            by_head: Vec::new(),
            head_starts: Vec::new(),
        };
        for wording in wordings {
            let wording: Vec<u32> = wording.collect();
            for pair in wording.windows(2) {
                made.links.push(made.pairs.number(joined(pair[0], pair[1])));
            }
            for (place, token) in wording.iter().enumerate() {
                let link = made.singles.number(*token);
                made.links.extend((place > 0 && place + 1 < wording.len()).then_some(link));
            }
            made.starts.push(made.links.len() as u32);
        }
        made.sort_by_head();
        made
    }

    fn sort_by_head(&mut self) {
        let head = |at: &u32| self.links[self.starts[*at as usize] as usize];
        let mut sorted: Vec<u32> = (0..self.starts.len() as u32 - 1).collect();
        sorted.sort_unstable_by_key(|at| (head(at), *at));
        let mut starts = Vec::with_capacity(self.pairs.len() + 1);
        let mut start = 0;
        for pair in 0..=self.pairs.len() as u32 {
            start += sorted[start..].iter().take_while(|at| head(at) < pair).count();
            starts.push(start as u32);
        }
        (self.by_head, self.head_starts) = (sorted, starts);
    }

    /// The wordings that begin with a pair.
    fn of_head(&self, pair: u32) -> &[u32] {
        &self.by_head[self.head_starts[pair as usize] as usize..self.head_starts[pair as usize + 1] as usize]
    }

    /// The counts of all texts, where it is known how often each token and each pair of neighbours stands in them.
    pub fn counts(&self, single: impl Fn(u32) -> u32, pair: impl Fn([u32; 2]) -> u32) -> ChainCounts {
        let mut counts = ChainCounts::new(self.pairs.len(), self.singles.len());
        for (tokens, at) in self.pairs.iter() {
            *counts.pairs[at as usize].get_mut() = pair([(tokens >> 32) as u32, tokens as u32]);
        }
        self.singles.iter().for_each(|(token, at)| *counts.singles[at as usize].get_mut() = single(token));
        counts
    }

    /// For each wording the sum over `groups` of Π c(tᵢ tᵢ₊₁) / Π c(tᵢ) over its inner tokens, the counts being the
    /// group's own: the maximum-likelihood Markov chain of first order (Anderson and Goodman 1957). `read` calls
    /// its last argument on the text of one member of a group, and may keep lists in the one before. With the counts
    /// `of_all` texts, those of the last group, the largest of most corpora, are what the others leave: it is not read.
    /// Linear in the tokens; a counter or two for every pair and token of the wordings.
    pub fn expected<S: Default + Send>(
        &self,
        groups: &[Vec<u32>],
        mut of_all: Option<ChainCounts>,
        read: impl Fn(u32, &mut S, &mut dyn FnMut(&[u32])) + Sync,
    ) -> Vec<f64> {
        let counts = ChainCounts::new(self.pairs.len(), self.singles.len());
        let mut sums = vec![0.0; self.starts.len() - 1];
        let mut add = |begun: &[u32], counts: &ChainCounts| {
            let times: Vec<f64> = begun.par_iter().map(|&at| self.times(at as usize, counts)).collect();
            begun.iter().zip(times).for_each(|(&at, times)| sums[at as usize] += times);
        };
        let groups = if of_all.is_some() { groups.split_last().map_or(groups, |(_, others)| others) } else { groups };
        for group in groups {
            let count = |(mut seen, mut scratch): (Seen, S), &member: &u32| {
                read(member, &mut scratch, &mut |tokens| self.count(&counts, tokens, &mut seen));
                (seen, scratch)
            };
            let seen = group.par_iter().fold(Default::default, count).map(|(seen, _)| seen);
            let seen = seen.reduce(Seen::default, Seen::and);
            add(&seen.pairs.iter().flat_map(|&pair| self.of_head(pair)).copied().collect::<Vec<u32>>(), &counts);
            of_all.iter_mut().for_each(|all| all.subtract(&counts, &seen));
            counts.clear(&seen);
        }
        if let Some(of_last) = of_all {
            add(&self.by_head, &of_last);
        }
        sums
    }

    /// Counts the tokens of one text; `seen` is given those, and the pairs, that no text of the group held before.
    fn count(&self, counts: &ChainCounts, tokens: &[u32], seen: &mut Seen) {
        let is_first = |count: &AtomicU32| count.fetch_add(1, Ordering::Relaxed) == 0;
        let Seen { pairs, singles, known, known_pairs } = seen;
        // All look-ups first: none waits for what another one found, so the processor makes several at once.
        known.clear();
        known.extend(tokens.iter().map(|&token| self.singles.get(token)));
        known_pairs.clear();
        let neighbours = tokens.windows(2).zip(known.windows(2));
        let both = neighbours.filter(|(_, known)| known.iter().all(Option::is_some));
        known_pairs.extend(both.map(|(tokens, _)| self.pairs.get(joined(tokens[0], tokens[1]))));
        singles.extend(known.iter().flatten().filter(|&&place| is_first(&counts.singles[place as usize])));
        pairs.extend(known_pairs.iter().flatten().filter(|&&place| is_first(&counts.pairs[place as usize])));
    }

    /// What chains make of one wording in one group. Every pair is at most as frequent as its tokens, so the
    /// product only falls.
    fn times(&self, at: usize, counts: &ChainCounts) -> f64 {
        let links = &self.links[self.starts[at] as usize..self.starts[at + 1] as usize];
        let (pairs, inner) = links.split_at(links.len() / 2 + 1);
        let count = |counts: &[AtomicU32], at: u32| f64::from(counts[at as usize].load(Ordering::Relaxed));
        let mut times = count(&counts.pairs, pairs[0]);
        for (&pair, &token) in pairs[1..].iter().zip(inner) {
            let together = count(&counts.pairs, pair);
            if together == 0.0 {
                return 0.0;
            }
            times *= together / count(&counts.singles, token);
        }
        times
    }
}

fn joined(first: u32, second: u32) -> u64 {
    u64::from(first) << 32 | u64::from(second)
}

/// Every two neighbouring tokens as one: a chain of these is one of second order.
pub(super) fn couples(tokens: &[u32]) -> impl Iterator<Item = u32> {
    tokens.windows(2).map(|two| xxh3_64(bytemuck::bytes_of(&[two[0], two[1]])) as u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chain_that_never_branches_explains_itself() {
        let texts = [vec![1, 2, 3, 9, 1, 2, 3], vec![1, 2, 3]];
        let chains = Chains::new([[1, 2, 3].into_iter()].into_iter());
        let expected = chains.expected(&[vec![0, 1]], None, |at, _: &mut (), read| read(&texts[at as usize]));
        assert!((expected[0] - 3.0).abs() < 1e-9);
    }

    #[test]
    fn every_group_is_held_against_its_own_counts() {
        // Apart: 2·2/2 and 0. Together the twos of the second group would halve it.
        let texts = [vec![1, 2, 3, 1, 2, 3], vec![5, 2, 6, 5, 2, 6]];
        let chains = Chains::new([[1, 2, 3].into_iter()].into_iter());
        let expected =
            |groups: &[Vec<u32>]| chains.expected(groups, None, |at, _: &mut (), read| read(&texts[at as usize]));
        let (apart, together) = (expected(&[vec![0], vec![1]]), expected(&[vec![0, 1]]));
        assert!((apart[0] - 2.0).abs() < 1e-9 && (together[0] - 1.0).abs() < 1e-9);
    }

    #[test]
    fn counts_of_all_texts_stand_for_reading_the_last_group() {
        let texts = [vec![1, 2, 3, 1, 2, 4], vec![1, 2, 3, 5, 2, 3], vec![1, 2, 3]];
        let all = || texts.iter().flatten();
        let single = |token: u32| all().filter(|&&other| other == token).count() as u32;
        let pair =
            |pair: [u32; 2]| texts.iter().flat_map(|text| text.windows(2)).filter(|two| **two == pair).count() as u32;
        let chains = Chains::new([[1, 2, 3].into_iter()].into_iter());
        let expected = |of_all| {
            let read = |at: u32, _: &mut (), read: &mut dyn FnMut(&[u32])| read(&texts[at as usize]);
            chains.expected(&[vec![0], vec![1, 2]], of_all, read)
        };
        assert_eq!(expected(Some(chains.counts(single, pair))), expected(None));
        // 2·1/2, and 2·3/3.
        assert_eq!(expected(None), [3.0]);
    }
}
