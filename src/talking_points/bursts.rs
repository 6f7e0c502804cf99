//! How suddenly a wording came: the window of days that holds more of its sets than chance would put there.

use super::significance::binomial_bound;
use serde::{Deserialize, Serialize};
use std::ops::Range;

/// Lengths of the windows tried, in days.
const WINDOWS: [i32; 3] = [7, 21, 63];

/// All reprint sets by day.
#[derive(Debug)]
pub(super) struct Calendar {
    first: i32,
    /// Sets before each day.
    before: Vec<u32>,
}

/// A run of days in which a wording stood in more sets than chance would put there.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Burst {
    /// Days since 1970.
    pub days: Range<i32>,
    /// Sets that held the wording in these days.
    pub sets: u32,
    /// Share of the wording's sets in the window less the share of all sets in it.
    pub excess: f64,
    /// ln of (a bound on) the chance of any window like it.
    pub ln_chance: f64,
}

impl Calendar {
    /// The calendar of the days on which sets first ran, in any order.
    pub fn new(days: &[i32]) -> Calendar {
        let first = days.iter().copied().min().unwrap_or(0);
        let length = days.iter().map(|day| (day - first) as usize + 1).max().unwrap_or(0);
        let mut before = vec![0; length + 1];
        days.iter().for_each(|day| before[(day - first) as usize + 1] += 1);
        for at in 1..before.len() {
            before[at] += before[at - 1];
        }
        Calendar { first, before }
    }

    fn share(&self, days: &Range<i32>) -> f64 {
        let before = |day: i32| self.before[((day - self.first).max(0) as usize).min(self.before.len() - 1)];
        let all = self.before.last().copied().unwrap_or(0).max(1);
        f64::from(before(days.end) - before(days.start)) / f64::from(all)
    }

    /// The window that is least likely by chance for a wording that ran on `days` (sorted), or `None` when fewer
    /// than two sets are dated. A scan statistic (Naus 1965): given the first set in a window, the others fall
    /// into it with the share of all sets that it holds; the chance is corrected for all windows tried.
    pub fn burst(&self, days: &[i32]) -> Option<Burst> {
        if days.len() < 2 {
            return None;
        }
        let mut best: Option<Burst> = None;
        for length in WINDOWS {
            let mut end = 0;
            for (at, &day) in days.iter().enumerate() {
                let window = day..day + length;
                while end < days.len() && days[end] < window.end {
                    end += 1;
                }
                let others = (end - at - 1) as u32;
                let share = self.share(&window);
                let ln_chance = binomial_bound(others, days.len() as u32 - 1, share);
                if best.as_ref().is_none_or(|best| ln_chance < best.ln_chance) {
                    let excess = f64::from(others + 1) / days.len() as f64 - share;
                    best = Some(Burst { days: window, sets: others + 1, excess, ln_chance });
                }
            }
        }
        let tried = ((WINDOWS.len() * days.len()) as f64).ln();
        best.map(|best| Burst { ln_chance: (best.ln_chance + tried).min(0.0), ..best })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_weeks_in_three_years_are_a_burst() {
        let calendar = Calendar::new(&(0..1000).collect::<Vec<i32>>());
        let burst = calendar.burst(&[500, 505, 507, 511, 518]).unwrap();
        assert_eq!((burst.days, burst.sets), (500..521, 5));
        assert!(burst.ln_chance < -10.0 && burst.excess > 0.9);
    }

    #[test]
    fn an_even_spread_is_none() {
        let calendar = Calendar::new(&(0..1000).collect::<Vec<i32>>());
        let even: Vec<i32> = (0..20).map(|k| k * 50).collect();
        assert_eq!(calendar.burst(&even).unwrap().ln_chance, 0.0);
        assert!(calendar.burst(&[1]).is_none());
    }
}
