//! Precision and recall from coded pairs.
//!
//! Stratum h has N_h pairs, of which n_h are coded and x_h of those are one article; p_h = x_h / n_h. P are the strata
//! of pairs in one reprint set, Q the others.
//!
//! - precision = Σ_P N_h p_h / Σ_P N_h, the stratified estimator of a proportion, with the variance
//!   Σ_P W_h² (1 − n_h/N_h) p_h (1 − p_h) / (n_h − 1), W_h = N_h / Σ_P N_h (Cochran 1977, chapter 5);
//! - missed = the same over Q;
//! - recall = T / (T + F), T = Σ_P N_h p_h, F = Σ_Q N_h p_h.
//!
//! The interval of a proportion p is Wilson's (1927) for n = p (1 − p) / variance, the simple random sample that would
//! tell as much (Korn and Graubard 1998), at most Σ n_h; where p is 0 or 1 and the variance nothing, n = 1 / Σ (W_h² /
//! n_h) (Kish 1965). Recall has no variance of that form: its interval joins the worst and the best ends of the
//! intervals of precision and missed at 97.5 % each, so that it is valid at 95 % (Bonferroni), if not narrowly.

use super::sheet::Coded;
use crate::talking_points::significance::{NORMAL_95, wilson};
use crate::verdicts::PairLabel;

/// 95 % of a normal law lie within so many deviations, and 97.5 %.
const Z_95: f64 = NORMAL_95;
const Z_975: f64 = 2.241_403;

/// A share in 0..1 and the ends of its 95 % interval.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize)]
pub struct Share {
    /// The estimate.
    pub value: f64,
    /// The lower end.
    pub low: f64,
    /// The upper end.
    pub high: f64,
}

/// What was coded of one stratum.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct CodedTally {
    /// Its name.
    pub stratum: String,
    /// The two pages of its pairs are of different sets.
    pub apart: bool,
    /// Its pairs.
    pub population: u64,
    /// Those that were coded one way or the other.
    pub coded: u64,
    /// Those that are one article.
    pub same: u64,
}

impl CodedTally {
    fn share(&self) -> f64 {
        self.same as f64 / self.coded as f64
    }

    pub(super) fn count(&mut self, coded: &Coded) {
        self.coded += u64::from(matches!(coded.label, PairLabel::Same | PairLabel::Different));
        self.same += u64::from(coded.label == PairLabel::Same);
    }
}

/// Precision and recall of one-set decisions. `None` where no pair of the kind was coded.
pub(super) fn shares(tallies: &[CodedTally]) -> (Option<Share>, Option<Share>) {
    let of = |apart: bool| tallies.iter().filter(move |t| t.apart == apart && t.coded > 0).collect::<Vec<_>>();
    let (joined, apart) = (of(false), of(true));
    let precision = proportion(&joined, Z_95);
    let recall = proportion(&joined, Z_975).and_then(|joined_share| {
        let [inside, outside] = [&joined, &apart].map(|some| some.iter().map(|t| t.population as f64).sum::<f64>());
        let missed = proportion(&apart, Z_975).unwrap_or(Share { value: 0.0, low: 0.0, high: 0.0 });
        let recall = |found: f64, missed: f64| {
            let (found, missed) = (inside * found, outside * missed);
            (found + missed > 0.0).then(|| found / (found + missed))
        };
        let value = recall(joined_share.value, missed.value)?;
        let low = recall(joined_share.low, missed.high).unwrap_or(0.0);
        let high = recall(joined_share.high, missed.low).unwrap_or(1.0);
        Some(Share { value, low, high })
    });
    (precision, recall)
}

/// The stratified estimator of a proportion with its interval.
fn proportion(strata: &[&CodedTally], z: f64) -> Option<Share> {
    let all: f64 = strata.iter().map(|t| t.population as f64).sum();
    if all == 0.0 {
        return None;
    }
    let weight = |t: &CodedTally| t.population as f64 / all;
    let p: f64 = strata.iter().map(|t| weight(t) * t.share()).sum();
    if strata.iter().all(|t| t.coded >= t.population) {
        // All were coded: there is nothing left to guess.
        return Some(Share { value: p, low: p, high: p });
    }
    let variance: f64 = strata
        .iter()
        .map(|t| {
            let (n, share) = (t.coded as f64, t.share());
            let unseen = (1.0 - n / t.population as f64).max(0.0);
            weight(t).powi(2) * unseen * share * (1.0 - share) / (n - 1.0).max(1.0)
        })
        .sum();
    let coded: f64 = strata.iter().map(|t| t.coded as f64).sum();
    let as_good_as = if variance > 0.0 {
        p * (1.0 - p) / variance
    } else {
        1.0 / strata.iter().map(|t| weight(t).powi(2) / t.coded as f64).sum::<f64>()
    };
    let (low, high) = wilson(p, as_good_as.min(coded), z);
    Some(Share { value: p, low, high })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tally(apart: bool, population: u64, coded: u64, same: u64) -> CodedTally {
        CodedTally { stratum: String::new(), apart, population, coded, same }
    }

    fn close(x: f64, y: f64) -> bool {
        (x - y).abs() < 5e-4
    }

    #[test]
    fn wilson_as_in_the_tables() {
        // 8 of 10, and 0 of 10.
        let (low, high) = wilson(0.8, 10.0, Z_95);
        assert!(close(low, 0.4902) && close(high, 0.9433), "{low} {high}");
        let (low, high) = wilson(0.0, 10.0, Z_95);
        assert!(low == 0.0 && close(high, 0.2775), "{low} {high}");
    }

    #[test]
    fn strata_weigh_by_their_populations() {
        // .9 of 900 pairs and .5 of 100: .86, though the sample alone would say .7.
        let strata = [tally(false, 900, 20, 18), tally(false, 100, 20, 10)];
        let (precision, recall) = shares(&strata);
        let precision = precision.unwrap();
        assert!(close(precision.value, 0.86), "{precision:?}");
        // The variance by hand: .81 · (1 − 20/900) · .09/19 + .01 · .8 · .25/19.
        let variance: f64 = 0.81 * (1.0 - 20.0 / 900.0) * 0.09 / 19.0 + 0.01 * 0.8 * 0.25 / 19.0;
        let (low, high) = wilson(0.86, 0.86 * 0.14 / variance, Z_95);
        assert!(close(precision.low, low) && close(precision.high, high), "{precision:?}");
        assert!(close(recall.unwrap().value, 1.0), "nothing is apart, so nothing is missed");
    }

    #[test]
    fn one_article_in_two_sets_is_missed() {
        let strata = [tally(false, 800, 40, 40), tally(true, 1000, 50, 10)];
        let (precision, recall) = shares(&strata);
        assert!(close(precision.unwrap().value, 1.0) && precision.unwrap().low > 0.9);
        let recall = recall.unwrap();
        assert!(close(recall.value, 0.8), "800 of 1000: {recall:?}");
        assert!(recall.low < 0.75 && recall.high > 0.85 && recall.high < 1.0, "{recall:?}");
    }

    #[test]
    fn nothing_coded_tells_nothing_and_everything_coded_tells_all() {
        assert_eq!(shares(&[tally(false, 10, 0, 0), tally(true, 10, 0, 0)]), (None, None));
        let (precision, recall) = shares(&[tally(false, 10, 10, 9), tally(true, 10, 10, 1)]);
        assert_eq!(precision, Some(Share { value: 0.9, low: 0.9, high: 0.9 }));
        assert_eq!(recall, Some(Share { value: 0.9, low: 0.9, high: 0.9 }));
    }

    /// Draws again and again from a population that is known, and counts how often the interval contains the truth.
    #[test]
    fn intervals_hold_the_truth_as_often_as_they_say() {
        let population = [(3000u64, 0.98, 40u64), (400, 0.7, 20), (100, 0.4, 10)];
        let truth: f64 = population.iter().map(|&(n, p, _)| n as f64 * p).sum::<f64>() / 3500.0;
        let mut state = 7u64;
        let mut roll = || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            (state >> 11) as f64 / (1u64 << 53) as f64
        };
        let held = (0..2000).filter(|_| {
            let draw = |&(n, p, coded): &(u64, f64, u64)| {
                let same = (0..coded).filter(|_| roll() < p).count() as u64;
                tally(false, n, coded, same)
            };
            let strata: Vec<CodedTally> = population.iter().map(draw).collect();
            let share = shares(&strata).0.unwrap();
            share.low <= truth && truth <= share.high
        });
        let share = held.count() as f64 / 2000.0;
        assert!(share > 0.93, "{share}");
    }
}
