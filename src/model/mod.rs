//! Small fitted models, read from data files: logistic regression and gradient-boosted trees.
//!
//! A model file is JSON that lists the names of its features, so that a stage and its weights cannot drift apart:
//! reading fails unless the names are those that the stage computes, in the same order. Models are fitted by the
//! scripts in `training/`, and each file lies in the folder of the stage that uses it.
//!
//! Both models give the log-odds of a yes as a sum, and can say what each feature adds to it.

mod logistic;
mod trees;

pub use logistic::Logistic;
pub use trees::BoostedTrees;

/// The probability with these log-odds: `1 / (1 + e^-x)`, in 0..=1.
pub fn probability(log_odds: f64) -> f64 {
    1.0 / (1.0 + (-log_odds).exp())
}

/// The log-odds of a probability: `ln(p / (1 - p))`; infinite for 0 and 1.
pub fn log_odds(probability: f64) -> f64 {
    (probability / (1.0 - probability)).ln()
}

/// Checks that a model file is for these features.
fn check_names(found: &[String], expected: &[&str]) -> Result<(), String> {
    if found.iter().map(String::as_str).eq(expected.iter().copied()) {
        return Ok(());
    }
    Err(format!("the model file has the features {found:?}, the program computes {expected:?}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn log_odds_and_probability_are_inverse() {
        for p in [0.001, 0.3, 0.5, 0.999] {
            assert!((probability(log_odds(p)) - p).abs() < 1e-12);
        }
        assert_eq!(probability(f64::INFINITY), 1.0);
        assert_eq!(probability(f64::NEG_INFINITY), 0.0);
    }
}
