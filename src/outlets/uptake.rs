//! How readily, and how late, each outlet takes up talking points.

use crate::talking_points::co_adoption::Company;
use crate::talking_points::significance::NORMAL_95;
use crate::talking_points::{Carrier, TalkingPoint};
use crate::types::{DocId, Timestamp};
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What is known of how talking points spread among outlets.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum Adoption {
    /// How often one outlet takes up what another carries.
    Pair(Company),
    /// An outlet took up a point, so many days after its first use where both days are known.
    Use { outlet: u32, days: Option<i64> },
    /// A point of so many known outlets.
    Point { outlets: u32 },
}

/// A value with the ends of its 95 % interval.
pub(crate) type Interval<T> = [T; 3];

/// What one outlet takes up.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Uptake {
    /// Points that it uses.
    pub points: u32,
    /// These as a multiple of what its share of the pages explains; none where that is 0.
    pub amplification: Option<Interval<f64>>,
    /// Median of the days from the first use of a point by another outlet to its own.
    pub delay_days: Option<Interval<i64>>,
}

/// The uses of one point, and how many outlets they are.
pub(super) fn uses<'a>(
    point: &'a TalkingPoint,
    outlet: &'a impl Fn(DocId) -> Option<u32>,
) -> impl Iterator<Item = Adoption> + 'a {
    let day = |carrier: &Carrier| carrier.published.map(Timestamp::day);
    let first = point.carriers.first();
    let known = move |carrier: &Carrier| {
        let days = first.filter(|first| first.doc != carrier.doc).and_then(day).zip(day(carrier));
        Some(Adoption::Use { outlet: outlet(carrier.doc)?, days: days.map(|(first, own)| own - first) })
    };
    let outlets = point.carriers.iter().filter(|carrier| outlet(carrier.doc).is_some()).count() as u32;
    point.carriers.iter().filter_map(known).chain([Adoption::Point { outlets }])
}

/// Uses while they are counted.
#[derive(Default)]
pub(super) struct UptakeCounter {
    points: FxHashMap<u32, u32>,
    days: FxHashMap<u32, Vec<i64>>,
    /// By number of outlets: how many points have so many.
    reach: BTreeMap<u32, u32>,
}

impl UptakeCounter {
    /// Counts one use or point, and hands back what is about pairs.
    pub fn count(&mut self, adoption: Adoption) -> Option<Company> {
        match adoption {
            Adoption::Pair(company) => return Some(company),
            Adoption::Use { outlet, days } => {
                *self.points.entry(outlet).or_default() += 1;
                self.days.entry(outlet).or_default().extend(days);
            }
            Adoption::Point { outlets } => *self.reach.entry(outlets).or_default() += 1,
        }
        None
    }

    /// What an outlet that has this `share` of the pages takes up. If outlets were drawn by their pages, a point of n outlets would have
    /// it with the chance 1 − (1 − share)ⁿ. The interval of a count is Byar's approximation to the exact
    /// Poisson limits (Breslow and Day 1987), that of a median its order statistics (Conover 1999).
    pub fn of(&mut self, outlet: u32, share: f64) -> Uptake {
        let points = self.points.get(&outlet).copied().unwrap_or(0);
        let reached =
            |(&outlets, &points): (&u32, &u32)| f64::from(points) * (1.0 - (1.0 - share).powf(f64::from(outlets)));
        let expected: f64 = self.reach.iter().map(reached).sum();
        let times = |count: f64| count / expected;
        let amplification = (expected > 0.0).then(|| byar(points).map(times));
        Uptake { points, amplification, delay_days: median(self.days.remove(&outlet).unwrap_or_default()) }
    }
}

/// A count with its 95 % Poisson limits: k (1 − 1/9k ∓ z/3√k)³, of k + 1 at the upper end.
fn byar(count: u32) -> Interval<f64> {
    let (k, next) = (f64::from(count), f64::from(count) + 1.0);
    let limit = |k: f64, sign: f64| k * (1.0 - 1.0 / (9.0 * k) + sign * NORMAL_95 / (3.0 * k.sqrt())).max(0.0).powi(3);
    [k, if count == 0 { 0.0 } else { limit(k, -1.0) }, limit(next, 1.0)]
}

/// The median of the days and the order statistics around it: the later of two in the middle.
fn median(mut days: Vec<i64>) -> Option<Interval<i64>> {
    days.sort_unstable();
    let (all, half) = (days.len(), NORMAL_95 * (days.len() as f64).sqrt() / 2.0);
    let middle = all as f64 / 2.0;
    let low = (middle - half).floor().max(0.0) as usize;
    let high = ((middle + half).ceil() as usize).min(all.saturating_sub(1));
    Some([*days.get(all / 2)?, days[low], days[high]])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_are_those_of_the_poisson_tables() {
        // Exact: 0 has (0, 3.69), 10 has (4.80, 18.39), 100 has (81.4, 121.6).
        for (count, low, high) in [(0, 0.0, 3.69), (10, 4.80, 18.39), (100, 81.4, 121.6)] {
            let [k, from, to] = byar(count);
            assert!(k == f64::from(count) && (from - low).abs() < 0.1 && (to - high).abs() < 0.4, "{from} {to}");
        }
    }

    #[test]
    fn an_outlet_of_half_the_pages_that_uses_every_point_is_keen() {
        let mut counter = UptakeCounter::default();
        for days in 0..20 {
            counter.count(Adoption::Use { outlet: 7, days: Some(days) });
            counter.count(Adoption::Point { outlets: 1 });
        }
        let Uptake { points, amplification, delay_days } = counter.of(7, 0.5);
        let [times, low, high] = amplification.unwrap();
        assert_eq!((points, times), (20, 2.0));
        assert!(low > 1.2 && high < 3.2);
        let [middle, low, high] = delay_days.unwrap();
        assert_eq!((middle, low, high), (10, 5, 15));
        assert_eq!(counter.of(8, 0.5).points, 0);
    }

    #[test]
    fn days_of_one_use_say_little_and_those_of_none_nothing() {
        assert_eq!(median(vec![4]), Some([4, 4, 4]));
        assert_eq!(median(Vec::new()), None);
        assert_eq!(UptakeCounter::default().of(1, 0.1).amplification, None);
    }
}
