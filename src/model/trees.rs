//! Gradient-boosted decision trees (Friedman 2001).

use super::check_names;
use serde::Deserialize;

/// A sum of shallow decision trees that gives the log-odds of a yes.
///
/// As a file: `{"features": ["name", ...], "bias": -0.4, "trees": [[[0, 0.5, 1, 2, 0.0], [-1, 0, 0, 0, -0.2], ...], ...]}`.
/// A tree is a list of nodes, the root first. A node is `[feature, threshold, left, right, value]`: from an inner node the
/// way goes to the node `left` when the feature is at most `threshold`, else to `right`. Both come after it in the list.
/// A leaf has feature -1. `value` is what a leaf adds to the log-odds; for an inner node it is the mean of what the
/// training rows that passed it received, which [`BoostedTrees::contributions`] needs.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct BoostedTrees {
    features: Vec<String>,
    bias: f64,
    trees: Vec<Vec<Node>>,
}

/// `[feature, threshold, left, right, value]`.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
struct Node(i32, f64, u32, u32, f64);

impl Node {
    /// The feature that an inner node looks at; `None` for a leaf.
    fn feature(&self) -> Option<usize> {
        usize::try_from(self.0).ok()
    }

    fn next(&self, value: f64) -> usize {
        (if value <= self.1 { self.2 } else { self.3 }) as usize
    }
}

impl BoostedTrees {
    /// Reads a model file for `features`, in this order. The error says in words what is wrong with the file.
    pub fn read(json: &str, features: &[&str]) -> Result<Self, String> {
        let model: BoostedTrees = serde_json::from_str(json).map_err(|error| error.to_string())?;
        check_names(&model.features, features)?;
        model.trees.iter().enumerate().try_for_each(|(at, tree)| check(tree, at, features.len()))?;
        Ok(model)
    }

    /// The log-odds of a yes. `features` has one value per feature. Costs one walk down each tree.
    pub fn log_odds(&self, features: &[f64]) -> f64 {
        debug_assert_eq!(features.len(), self.features.len());
        self.trees.iter().fold(self.bias, |sum, tree| sum + leaf(tree, features))
    }

    /// What each feature adds to the log-odds, in the order of the features: on the way down a tree the value changes
    /// from node to node, and each change belongs to the feature that the upper node looks at (Saabas 2014). With
    /// [`BoostedTrees::baseline`] the contributions sum up to the log-odds.
    pub fn contributions(&self, features: &[f64]) -> Vec<f64> {
        let mut added = vec![0.0; features.len()];
        for tree in &self.trees {
            let mut node = &tree[0];
            while let Some(feature) = node.feature() {
                let next = &tree[node.next(features[feature])];
                added[feature] += next.4 - node.4;
                node = next;
            }
        }
        added
    }

    /// The log-odds before any feature is looked at.
    pub fn baseline(&self) -> f64 {
        self.trees.iter().fold(self.bias, |sum, tree| sum + tree[0].4)
    }
}

/// The value of the leaf that these features lead to.
fn leaf(tree: &[Node], features: &[f64]) -> f64 {
    let mut node = &tree[0];
    while let Some(feature) = node.feature() {
        node = &tree[node.next(features[feature])];
    }
    node.4
}

/// Checks that every walk down a tree ends.
fn check(tree: &[Node], number: usize, features: usize) -> Result<(), String> {
    if tree.is_empty() {
        return Err(format!("tree {number} has no node"));
    }
    let leads_on = |at: usize, next: u32| (at + 1..tree.len()).contains(&(next as usize));
    for (at, node) in tree.iter().enumerate() {
        let is_sound = node.feature().is_none_or(|k| k < features && leads_on(at, node.2) && leads_on(at, node.3));
        if !is_sound {
            return Err(format!("node {at} of tree {number} leads nowhere"));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = r#"{"features": ["share", "length"], "bias": -0.5, "trees": [
        [[0, 0.5, 1, 2, 0.25], [-1, 0, 0, 0, -1.0], [1, 10, 3, 4, 1.5], [-1, 0, 0, 0, 1.0], [-1, 0, 0, 0, 2.0]],
        [[1, 4, 1, 2, 0.0], [-1, 0, 0, 0, -0.5], [-1, 0, 0, 0, 0.5]]]}"#;

    fn model() -> BoostedTrees {
        BoostedTrees::read(FILE, &["share", "length"]).unwrap()
    }

    #[test]
    fn log_odds_are_the_sum_of_the_leaves() {
        assert_eq!(model().log_odds(&[0.5, 4.0]), -0.5 - 1.0 - 0.5);
        assert_eq!(model().log_odds(&[0.6, 10.0]), -0.5 + 1.0 + 0.5);
        assert_eq!(model().log_odds(&[0.6, 11.0]), -0.5 + 2.0 + 0.5);
    }

    #[test]
    fn contributions_and_baseline_sum_up_to_the_log_odds() {
        for features in [[0.1, 1.0], [0.9, 5.0], [0.9, 50.0]] {
            let sum = model().baseline() + model().contributions(&features).iter().sum::<f64>();
            assert!((sum - model().log_odds(&features)).abs() < 1e-12);
        }
        assert_eq!(model().contributions(&[0.9, 50.0]), [1.25, 0.5 + 0.5]);
    }

    #[test]
    fn broken_files_are_refused() {
        let read = |json: &str| BoostedTrees::read(json, &["share", "length"]);
        assert!(BoostedTrees::read(FILE, &["length", "share"]).is_err());
        assert!(read(&FILE.replace("[1, 10, 3, 4", "[1, 10, 2, 4")).is_err(), "a circle");
        assert!(read(&FILE.replace("[1, 10, 3, 4", "[1, 10, 3, 5")).is_err(), "past the end");
        assert!(read(&FILE.replace("[1, 10", "[2, 10")).is_err(), "a feature too many");
        assert!(read(r#"{"features": ["share", "length"], "bias": 0, "trees": [[]]}"#).is_err(), "no node");
    }
}
