//! Who runs with whom: outlets that take up the same wording, soon after one another, more often than the number of
//! points that each takes up explains.

use super::significance::{false_discovery, poisson_tail};
use rayon::prelude::*;
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

/// One outlet that carries a point.
#[derive(Clone, Copy, Debug)]
pub struct Bearer {
    /// The outlet.
    pub outlet: u32,
    /// The reprint set of its first page that holds the point.
    pub set: u32,
    /// The day of that page, since 1970, if known.
    pub day: Option<i64>,
}

/// How often one outlet takes up what another carries.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Company {
    /// The outlet that had the points first, or on the same day.
    pub from: u32,
    /// The outlet that had them next.
    pub to: u32,
    /// Points that both carry, in articles of their own, whenever.
    pub shared: u32,
    /// Different pairs of articles in which `to` took up a point at most [`SOON`] days after `from`: two articles on
    /// one matter share many points, and that is one occasion.
    pub soon: u32,
    /// `soon` as the number of points that each carries explains it.
    pub expected: f64,
    /// Share of false finds among the pairs at least this sure (Benjamini and Hochberg 1995).
    pub q_value: f64,
}

/// Days within which an outlet that takes a point up runs with the one before it.
pub const SOON: i64 = 3;
/// Points that more outlets carry are common talk: they say little of a pair, and their pairs are many.
const COMMON: usize = 100;

/// What two outlets share: points, and the pairs of reprint sets in which one took up a point soon after the other.
#[derive(Default)]
struct Together {
    shared: u32,
    occasions: Vec<(u32, u32)>,
}

/// All ordered pairs of outlets that share a point, by outlet numbers. Outlets that have a point in the same
/// reprint set share the article and not the point.
///
/// The expected count is the configuration model's (Newman, Strogatz and Watts 2001) on soon pairs: if x carries
/// dₓ of the M places where some outlet carries some point, and S ordered pairs of places are soon, then dₓ d_y S / M²
/// of them are x before y. Quadratic in the outlets of a point, of which at most 100 are looked at.
pub fn company(points: &[Vec<Bearer>]) -> Vec<Company> {
    let mut carried: FxHashMap<u32, f64> = FxHashMap::default();
    let mut pairs: FxHashMap<(u32, u32), Together> = FxHashMap::default();
    let mut places = 0.0;
    for bearers in points.iter().filter(|bearers| (2..=COMMON).contains(&bearers.len())) {
        for from in bearers {
            *carried.entry(from.outlet).or_default() += 1.0;
            places += 1.0;
            for to in bearers.iter().filter(|to| to.outlet != from.outlet && to.set != from.set) {
                let soon = from.day.zip(to.day).is_some_and(|(first, next)| (0..=SOON).contains(&(next - first)));
                let pair = pairs.entry((from.outlet, to.outlet)).or_default();
                pair.shared += 1;
                pair.occasions.extend(soon.then_some((from.set, to.set)));
            }
        }
    }
    pairs.par_iter_mut().for_each(|(_, pair)| {
        pair.occasions.sort_unstable();
        pair.occasions.dedup();
    });
    let all_soon = pairs.values().map(|pair| pair.occasions.len()).sum::<usize>() as f64;
    let mut found: Vec<Company> = pairs
        .into_iter()
        .map(|((from, to), Together { shared, occasions })| {
            let soon = occasions.len() as u32;
            let expected = carried[&from] * carried[&to] * all_soon / (places * places);
            Company { from, to, shared, soon, expected, q_value: poisson_tail(soon, expected, false) }
        })
        .collect();
    found.sort_unstable_by_key(|pair| (pair.from, pair.to));
    let chances: Vec<f64> = found.iter().map(|pair| pair.q_value).collect();
    let tested = carried.len() as u64 * (carried.len() as u64).saturating_sub(1);
    let shares = false_discovery(&chances, tested);
    found.iter_mut().zip(shares).for_each(|(pair, share)| pair.q_value = share);
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Points as lists of (outlet, day), every page a set of its own.
    fn found(points: &[Vec<(u32, i64)>]) -> Vec<Company> {
        let set = |outlet: u32, day: i64| outlet << 16 | day as u32;
        let bearer = |&(outlet, day): &(u32, i64)| Bearer { outlet, set: set(outlet, day), day: Some(day) };
        company(&points.iter().map(|point| point.iter().map(bearer).collect()).collect::<Vec<_>>())
    }

    fn pair(found: &[Company], from: u32, to: u32) -> Company {
        found.iter().copied().find(|pair| (pair.from, pair.to) == (from, to)).unwrap()
    }

    #[test]
    fn one_that_always_follows_the_other_stands_out() {
        // Outlets 1 and 2 share 12 points within a day; the others carry theirs months apart.
        let mut points: Vec<Vec<(u32, i64)>> = (0..12).map(|k| vec![(1, k * 50), (2, k * 50 + 1)]).collect();
        points.extend((0..60u32).map(|k| vec![(3 + k % 7, i64::from(k) * 10), (10 + k % 5, i64::from(k) * 10 + 40)]));
        points.extend((0..20u32).map(|k| vec![(3 + k % 3, i64::from(k)), (10 + k % 4, i64::from(k) + 2)]));
        let found = found(&points);
        let pair_12 = pair(&found, 1, 2);
        assert_eq!((pair_12.shared, pair_12.soon), (12, 12));
        assert!(pair_12.expected < 2.0 && pair_12.q_value < 0.01);
        let back = pair(&found, 2, 1);
        assert_eq!((back.shared, back.soon, back.q_value), (12, 0, 1.0));
        assert!(found.iter().filter(|pair| pair.q_value < 0.01).count() == 1);
        let expected: f64 = found.iter().map(|pair| pair.expected).sum();
        assert!(expected <= 32.0, "no more than there are soon pairs");
    }

    #[test]
    fn two_articles_that_share_many_points_are_one_occasion() {
        let found = found(&vec![vec![(1, 5), (2, 6)]; 9]);
        assert_eq!((pair(&found, 1, 2).shared, pair(&found, 1, 2).soon), (9, 1));
    }

    #[test]
    fn one_article_in_both_is_no_shared_point() {
        let bearer = |outlet| Bearer { outlet, set: 7, day: Some(1) };
        assert!(company(&[vec![bearer(1), bearer(2)]]).is_empty());
        assert!(company(&[]).is_empty());
    }

    #[test]
    fn undated_pages_share_but_are_never_soon() {
        let bearer = |outlet, day| Bearer { outlet, set: outlet, day };
        let found = company(&[vec![bearer(1, None), bearer(2, Some(3))]]);
        assert_eq!(found.iter().map(|pair| (pair.shared, pair.soon)).collect::<Vec<_>>(), [(1, 0), (1, 0)]);
    }
}
