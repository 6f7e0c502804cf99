//! How sure a count is: tails of the Poisson and binomial distributions, and the share of false finds.

/// P(X ≥ k) for a Poisson variable of mean `mean`, given that it is not 0 when `seen` is true. The series is
/// summed upwards from k, so small tails keep their precision; about √mean + 40 terms.
pub fn poisson_tail(k: u32, mean: f64, seen: bool) -> f64 {
    if k == 0 || (seen && k == 1) {
        return 1.0;
    }
    if mean <= 0.0 {
        return 0.0;
    }
    let k = f64::from(k);
    let tail = if mean >= k { 1.0 } else { (k * mean.ln() - mean - ln_factorial(k)).exp() * series(k, mean) };
    let given = if seen { -(-mean).exp_m1() } else { 1.0 };
    (tail / given).min(1.0)
}

/// 1 + m/(k+1) + m²/((k+1)(k+2)) + …, for m < k.
fn series(k: f64, mean: f64) -> f64 {
    let (mut sum, mut term, mut at) = (1.0, 1.0, k);
    while term > sum * 1e-12 {
        at += 1.0;
        term *= mean / at;
        sum += term;
    }
    sum
}

/// ln k!, by Stirling's series from 10 on.
fn ln_factorial(k: f64) -> f64 {
    if k < 10.0 {
        return (2..=k as u32).map(|i| f64::from(i).ln()).sum();
    }
    let x = k + 1.0;
    (x - 0.5) * x.ln() - x + 0.5 * std::f64::consts::TAU.ln() + 1.0 / (12.0 * x) - 1.0 / (360.0 * x.powi(3))
        + 1.0 / (1260.0 * x.powi(5))
}

/// ln of a bound on P(X ≥ hits) for a binomial variable of `trials` trials of chance `share`: −n KL(hits/n ‖ share)
/// (Chernoff 1952, Hoeffding 1963). 0 where there are no more hits than expected.
pub fn binomial_bound(hits: u32, trials: u32, share: f64) -> f64 {
    let (n, rate) = (f64::from(trials), f64::from(hits) / f64::from(trials));
    if hits == 0 || rate <= share {
        return 0.0;
    }
    let miss = if hits == trials { 0.0 } else { (1.0 - rate) * ((1.0 - rate) / (1.0 - share)).ln() };
    -n * (rate * (rate / share).ln() + miss)
}

/// One chance of two independent ones (Fisher 1925), both as logarithms: P(χ²₄ ≥ −2 (ln a + ln b)).
pub fn both(ln_a: f64, ln_b: f64) -> f64 {
    let sum = ln_a + ln_b;
    (sum.exp() * (1.0 - sum)).min(1.0)
}

/// The point of the normal distribution that a two-sided interval of 95 % ends at.
pub const NORMAL_95: f64 = 1.959_964;

/// Wilson's score interval (1927) of a proportion `p` seen in a sample of `n`.
pub fn wilson(p: f64, n: f64, z: f64) -> (f64, f64) {
    let z2 = z * z;
    let middle = (p + z2 / (2.0 * n)) / (1.0 + z2 / n);
    let half = z / (1.0 + z2 / n) * (p * (1.0 - p) / n + z2 / (4.0 * n * n)).sqrt();
    ((middle - half).max(0.0), (middle + half).min(1.0))
}

/// The share of false finds among those at least as sure as each, for the chances `p` of which `tested` were
/// tested in all (Benjamini and Hochberg 1995); those not in `p` count as chances of 1.
pub fn false_discovery(p: &[f64], tested: u64) -> Vec<f64> {
    let mut order: Vec<usize> = (0..p.len()).collect();
    order.sort_by(|&a, &b| p[a].total_cmp(&p[b]));
    let mut q = vec![1.0; p.len()];
    let mut least = 1.0f64;
    for (rank, &at) in order.iter().enumerate().rev() {
        least = least.min(p[at] * tested.max(p.len() as u64) as f64 / (rank + 1) as f64);
        q[at] = least;
    }
    q
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tails_agree_with_the_sum_written_out() {
        let exact = |k: u32, m: f64| {
            1.0 - (0..k).map(|i| m.powi(i as i32) / ln_factorial(f64::from(i)).exp()).sum::<f64>() * (-m).exp()
        };
        for (k, mean) in [(1, 0.3), (3, 0.5), (5, 2.0), (12, 9.5)] {
            assert!((poisson_tail(k, mean, false) / exact(k, mean) - 1.0).abs() < 1e-9, "{k} {mean}");
        }
        assert!((poisson_tail(3, 0.01, true) - 1.663e-5).abs() < 1e-8);
        assert_eq!(poisson_tail(3, 7.0, false), 1.0);
    }

    #[test]
    fn the_bound_is_no_smaller_than_the_tail() {
        // 3 of 3 in a tenth: exactly .001.
        assert!((binomial_bound(3, 3, 0.1).exp() - 0.001).abs() < 1e-12);
        assert_eq!(binomial_bound(1, 10, 0.1), 0.0);
    }

    #[test]
    fn false_discovery_grows_with_what_was_tested() {
        assert_eq!(false_discovery(&[0.01, 0.5], 2), [0.02, 0.5]);
        assert_eq!(false_discovery(&[0.5, 0.01], 4), [1.0, 0.04]);
    }
}
