//! What kind of wording a point is, by models of its [`FEATURES`] that `training/point_class.py` fits on points which
//! people have read: boosted trees decide whether it is a saying, and others whether one that is none is a term.

use super::profile::{FEATURES, Profile};
use crate::model::{BoostedTrees, probability};
use serde::{Deserialize, Serialize};
use std::sync::OnceLock;

/// What kind of wording a point is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PointClass {
    /// A slogan, quotation, framing, claim or telling sentence.
    Saying,
    /// A name, office, law, disease, product or other technical term.
    Term,
    /// Everyday wording of journalists and officials, or a piece of a longer wording.
    Formula,
}

/// The probability from which on a wording is listed as a saying.
const SAYING: f64 = 0.5;

/// The probability that a wording is a saying, and that one which is none is a term.
#[derive(Clone, Copy, Debug)]
pub(super) struct Likeness {
    /// That it is a saying, in 0..1.
    pub saying: f64,
    /// That it is a term if it is no saying, in 0..1.
    pub term: f64,
}

impl Likeness {
    /// By the fitted weights.
    pub fn of(features: &[f64; FEATURES.len()]) -> Likeness {
        let Models { saying, term } = Models::get();
        Likeness { saying: probability(saying.log_odds(features)), term: probability(term.log_odds(features)) }
    }

    /// The likeliest class. What is cut, what lacks its subject, and a part of a list is no saying.
    pub fn class(&self, profile: &Profile) -> PointClass {
        let is_whole = |side| profile.is_free(side) && !profile.is_part_of_list(side);
        if self.saying >= SAYING && is_whole(0) && is_whole(1) && !profile.lacks_subject() {
            PointClass::Saying
        } else if self.term >= 0.5 {
            PointClass::Term
        } else {
            PointClass::Formula
        }
    }
}

struct Models {
    saying: BoostedTrees,
    term: BoostedTrees,
}

impl Models {
    fn get() -> &'static Models {
        static MODELS: OnceLock<Models> = OnceLock::new();
        MODELS.get_or_init(|| Models::read().expect("the weights are of these features; a test reads them"))
    }

    fn read() -> Result<Models, String> {
        Ok(Models {
            saying: BoostedTrees::read(include_str!("saying.json"), &FEATURES)?,
            term: BoostedTrees::read(include_str!("term.json"), &FEATURES)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_weights_are_those_of_the_features() {
        Models::read().unwrap();
    }
}
