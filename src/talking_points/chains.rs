//! How often a wording would stand in the corpus if every outlet only chained tokens that it has chained before:
//! what pairs of neighbours explain is no proof that anybody repeats a wording. The wording's own places are among
//! those counted, so a chain of rare words that never branches explains itself in full, as it should: where words
//! follow one another of necessity, they come back together by chance as well.

use rayon::prelude::*;
use rustc_hash::FxHashMap;
use xxhash_rust::xxh3::xxh3_64;

/// Wordings as sequences of tokens (words or units), and the pairs of neighbours they are made of.
pub(super) struct Chains {
    /// For every wording the places of its pairs and of its inner tokens in the counts below.
    links: Vec<u32>,
    starts: Vec<u32>,
    pairs: FxHashMap<(u32, u32), u32>,
    singles: FxHashMap<u32, u32>,
    /// Wordings by their first pair.
    by_head: Vec<Vec<u32>>,
}

/// Counts of one outlet, by place.
#[derive(Default)]
struct Counts {
    pairs: Vec<u32>,
    singles: Vec<u32>,
    seen: Vec<u32>,
}

impl Chains {
    /// Takes wordings of at least two tokens.
    pub fn new<W: Iterator<Item = u32>>(wordings: impl Iterator<Item = W>) -> Chains {
        let mut made = Chains {
            links: Vec::new(),
            starts: vec![0],
            pairs: FxHashMap::default(),
            singles: FxHashMap::default(),
            by_head: Vec::new(),
        };
        for (at, wording) in wordings.enumerate() {
            let wording: Vec<u32> = wording.collect();
            for (place, pair) in wording.windows(2).enumerate() {
                let next = made.pairs.len() as u32;
                let link = *made.pairs.entry((pair[0], pair[1])).or_insert(next);
                made.by_head.resize_with(made.pairs.len(), Vec::new);
                if place == 0 {
                    made.by_head[link as usize].push(at as u32);
                }
                made.links.push(link);
            }
            for token in &wording[1..wording.len() - 1] {
                let next = made.singles.len() as u32;
                made.links.push(*made.singles.entry(*token).or_insert(next));
            }
            made.starts.push(made.links.len() as u32);
        }
        made
    }

    /// For each wording the sum over `groups` of Π c(tᵢ tᵢ₊₁) / Π c(tᵢ) over its inner tokens, the counts being the
    /// group's own: the maximum-likelihood Markov chain of first order (Anderson and Goodman 1957). `read` calls
    /// its argument on each text of a group. Linear in the tokens; two counters for every pair of the wordings
    /// and thread.
    pub fn expected<G: Sync>(&self, groups: &[G], read: impl Fn(&G, &mut dyn FnMut(&[u32])) + Sync) -> Vec<f64> {
        let by_group: Vec<Vec<(u32, f64)>> = groups
            .par_iter()
            .map_init(Counts::default, |counts, group| {
                self.count(counts, |tokens| read(group, tokens));
                self.in_group(counts)
            })
            .collect();
        let mut sums = vec![0.0; self.starts.len() - 1];
        for (at, times) in by_group.into_iter().flatten() {
            sums[at as usize] += times;
        }
        sums
    }

    fn count(&self, counts: &mut Counts, read: impl FnOnce(&mut dyn FnMut(&[u32]))) {
        counts.pairs.clear();
        counts.pairs.resize(self.pairs.len(), 0);
        counts.singles.clear();
        counts.singles.resize(self.singles.len(), 0);
        counts.seen.clear();
        read(&mut |tokens| {
            for token in tokens {
                if let Some(&place) = self.singles.get(token) {
                    counts.singles[place as usize] += 1;
                }
            }
            for pair in tokens.windows(2) {
                if let Some(&place) = self.pairs.get(&(pair[0], pair[1])) {
                    if counts.pairs[place as usize] == 0 {
                        counts.seen.push(place);
                    }
                    counts.pairs[place as usize] += 1;
                }
            }
        });
    }

    fn in_group(&self, counts: &Counts) -> Vec<(u32, f64)> {
        let wordings = counts.seen.iter().flat_map(|&head| &self.by_head[head as usize]);
        wordings
            .filter_map(|&at| {
                let links = &self.links[self.starts[at as usize] as usize..self.starts[at as usize + 1] as usize];
                let (pairs, singles) = links.split_at(links.len() / 2 + 1);
                let above: f64 = pairs.iter().map(|&pair| f64::from(counts.pairs[pair as usize]).ln()).sum();
                let below: f64 = singles.iter().map(|&one| f64::from(counts.singles[one as usize]).ln()).sum();
                (above > f64::NEG_INFINITY).then(|| (at, (above - below).exp()))
            })
            .collect()
    }
}

/// Every two neighbouring tokens as one: a chain of these is one of second order.
pub(super) fn couples(tokens: &[u32]) -> impl Iterator<Item = u32> {
    tokens.windows(2).map(|two| xxh3_64(bytemuck::cast_slice(two)) as u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chain_that_never_branches_explains_itself() {
        let texts = [vec![1, 2, 3, 9, 1, 2, 3], vec![1, 2, 3]];
        let chains = Chains::new([[1, 2, 3].into_iter()].into_iter());
        let expected = chains.expected(&[0], |_, read| texts.iter().for_each(|text| read(text)));
        assert!((expected[0] - 3.0).abs() < 1e-9);
    }

    #[test]
    fn every_group_is_held_against_its_own_counts() {
        // Apart: 2·2/2 and 0. Together the twos of the second group would halve it.
        let texts = [vec![1, 2, 3, 1, 2, 3], vec![5, 2, 6, 5, 2, 6]];
        let chains = Chains::new([[1, 2, 3].into_iter()].into_iter());
        let apart = chains.expected(&[0, 1], |&at, read| read(&texts[at]));
        let together = chains.expected(&[0], |_, read| texts.iter().for_each(|text| read(text)));
        assert!((apart[0] - 2.0).abs() < 1e-9 && (together[0] - 1.0).abs() < 1e-9);
    }
}
