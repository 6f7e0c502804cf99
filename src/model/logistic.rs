//! Logistic regression.

use super::check_names;
use serde::Deserialize;

/// Weights of a logistic regression: the log-odds of a yes are `intercept + Σ weights[k] * features[k]`.
///
/// As a file: `{"features": ["name", ...], "intercept": -1.5, "weights": [0.25, ...]}`.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Logistic {
    features: Vec<String>,
    intercept: f64,
    weights: Vec<f64>,
}

impl Logistic {
    /// Reads a model file for `features`, in this order. The error says in words what is wrong with the file.
    pub fn read(json: &str, features: &[&str]) -> Result<Self, String> {
        let model: Logistic = serde_json::from_str(json).map_err(|error| error.to_string())?;
        check_names(&model.features, features)?;
        if model.weights.len() != features.len() {
            return Err(format!("{} weights for {} features", model.weights.len(), features.len()));
        }
        Ok(model)
    }

    /// The log-odds of a yes. `features` has one value per feature.
    pub fn log_odds(&self, features: &[f64]) -> f64 {
        self.contributions(features).fold(self.intercept, |sum, added| sum + added)
    }

    /// What each feature adds to the log-odds, in the order of the features.
    pub fn contributions<'a>(&'a self, features: &'a [f64]) -> impl Iterator<Item = f64> + 'a {
        debug_assert_eq!(features.len(), self.weights.len());
        self.weights.iter().zip(features).map(|(weight, value)| weight * value)
    }

    /// The weights, in the order of the features.
    pub fn weights(&self) -> &[f64] {
        &self.weights
    }

    /// The log-odds when all features are 0.
    pub fn intercept(&self) -> f64 {
        self.intercept
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = r#"{"features": ["share", "length"], "intercept": -1.0, "weights": [4.0, 0.5]}"#;

    #[test]
    fn log_odds_are_the_weighted_sum() {
        let model = Logistic::read(FILE, &["share", "length"]).unwrap();
        assert_eq!(model.log_odds(&[0.5, 2.0]), 2.0);
        assert_eq!(model.contributions(&[0.5, 2.0]).collect::<Vec<_>>(), [2.0, 1.0]);
        assert_eq!(model.log_odds(&[0.0, 0.0]), model.intercept());
    }

    #[test]
    fn a_file_for_other_features_is_refused() {
        assert!(Logistic::read(FILE, &["length", "share"]).is_err());
        assert!(Logistic::read(FILE, &["share"]).is_err());
        assert!(Logistic::read(&FILE.replace(", 0.5", ""), &["share", "length"]).is_err());
        assert!(Logistic::read("{}", &[]).is_err());
    }
}
