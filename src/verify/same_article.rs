//! Do two pages carry the same article, and if not, what are they to each other?

use super::features::{FEATURES, features, uncommon_share_of_longer};
use super::matches::{Kind, Match};
use super::spread::{Spread, SpreadSide};
pub use crate::config::SAME_ARTICLE;
use crate::model::{self, Logistic};
use std::sync::LazyLock;

/// The fitted model; `training/README.md` says how it was fitted and how to fit it again.
static MODEL: LazyLock<Logistic> = LazyLock::new(|| {
    let read = Logistic::read(include_str!("same_article.json"), &FEATURES);
    read.expect("same_article.json lists a weight for each feature, which a test checks")
});

/// A part makes up less than this share of the longer text, with common text and without, ...
const PART: f32 = 0.5;
/// ... and this share of it, or more, is there. So it does of a text that a longer article contains.
const NEARLY_ALL: f32 = 0.7;
/// A part begins or ends within this share of the longer text's beginning or end.
const EDGE: f32 = 0.1;
/// A template's fillings share this much of the shorter text, ...
const FRAME: f32 = 0.5;
/// ... in which so many figures and names differ.
const FILLED_IN: u32 = 2;

/// The log-odds that the two pages of a match carry the same article, by the fitted model. Equal bodies are certain.
pub fn log_odds(found: &Match) -> f64 {
    if found.is_equal() { f64::INFINITY } else { MODEL.log_odds(&features(found)) }
}

/// What each of [`FEATURES`] adds to the log-odds, with its value, and the log-odds that all start with.
pub fn contributions(found: &Match) -> (Vec<(&'static str, f64, f64)>, f64) {
    let values = features(found);
    let added = MODEL.contributions(&values);
    let each = FEATURES.into_iter().zip(values).zip(added).map(|((name, value), added)| (name, value, added));
    (each.collect(), MODEL.intercept())
}

/// The probability that the two pages of a match carry the same article, in 0..=1.
pub fn probability(found: &Match) -> f32 {
    model::probability(log_odds(found)) as f32
}

/// What a match amounts to, when pages of this probability or more carry the same article.
pub fn kind(found: &Match, same_article: f32) -> Kind {
    let (shorter, longer) = (found.aligned[found.shorter()], found.aligned[1 - found.shorter()]);
    if found.probability >= same_article {
        let makes_up = longer.max(uncommon_share_of_longer(found));
        if shorter < NEARLY_ALL || makes_up >= PART {
            return Kind::Reprint;
        }
        // A page of a split article begins or ends where the article does; what is in the middle is quoted.
        return if found.same_title || is_at_an_edge(found) { Kind::Part } else { Kind::Contained };
    }
    let filled_in = found.figures_changed.max(found.replaced_words);
    if shorter >= FRAME && longer >= PART && filled_in >= FILLED_IN {
        Kind::Template
    } else if shorter >= NEARLY_ALL {
        Kind::Contained
    } else if is_common(found) {
        Kind::CommonSource
    } else {
        Kind::Passage
    }
}

impl Match<'_> {
    /// The same with its probability and kind decided: pages of the probability `same_article` or more carry the same
    /// article.
    pub(crate) fn judged(mut self, same_article: f32) -> Self {
        self.probability = probability(&self);
        self.kind = kind(&self, same_article);
        self
    }

    /// True when the shorter text is a part of the longer one, by what is known of the longer one: what other articles share
    /// of the passages counts for both, and what they share of the rest of the shorter text is left out.
    pub(crate) fn is_part_by_longer(&self) -> bool {
        let longer = 1 - self.shorter();
        if self.aligned[1 - longer] < NEARLY_ALL || self.aligned[longer] >= PART {
            return false;
        }
        let known = self.spread.0[longer];
        let mut spread = Spread([SpreadSide { rest_with_two: 0, ..known }; 2]);
        spread.0[longer] = known;
        Match { spread, ..self.clone() }.judged(SAME_ARTICLE).kind == Kind::Part
    }
}

/// True when the passages begin or end near an end of the longer text.
fn is_at_an_edge(found: &Match) -> bool {
    let longer = 1 - found.shorter();
    let (units, edge) = (found.units[longer], (EDGE * found.units[longer] as f32) as u32);
    let mut at = found.passages.iter().map(|p| p.units(longer));
    at.any(|p| p.start <= edge || p.end + edge >= units)
}

/// True when most of what two pages share is in a third article, or more.
fn is_common(found: &Match) -> bool {
    let matched: u32 = found.passages.iter().map(|p| p.matched).sum();
    found.spread.0.iter().any(|side| 2 * side.shared_with_one > matched)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cluster::tests::{passage, shared};

    fn judged(found: Match) -> Match {
        Match { probability: probability(&found), ..found }
    }

    #[test]
    fn the_weights_are_those_of_the_features() {
        assert_eq!(Logistic::read(include_str!("same_article.json"), &FEATURES), Ok(MODEL.clone()));
    }

    #[test]
    fn a_copy_with_its_end_cut_is_a_reprint_and_a_quoted_paragraph_is_none() {
        let cut = judged(shared(0, 1, [900, 700], vec![passage(0..700, 0..700)]));
        assert_eq!(kind(&cut, SAME_ARTICLE), Kind::Reprint, "{}", cut.probability);
        let quoted = judged(shared(0, 1, [900, 700], vec![passage(300..420, 300..420)]));
        assert_eq!(kind(&quoted, SAME_ARTICLE), Kind::Passage, "{}", quoted.probability);
    }

    #[test]
    fn a_page_of_a_split_article_is_a_part() {
        let first = shared(0, 1, [1500, 700], vec![passage(0..700, 0..700)]);
        let found = judged(Match { longest_run: 700, ..first });
        assert_eq!(kind(&found, SAME_ARTICLE), Kind::Part, "{}", found.probability);
    }

    #[test]
    fn a_text_in_the_middle_of_a_longer_one_is_contained() {
        let middle = shared(0, 1, [1500, 700], vec![passage(400..1100, 0..700)]);
        let found = judged(Match { longest_run: 700, ..middle });
        assert_eq!(kind(&found, SAME_ARTICLE), Kind::Contained, "{}", found.probability);
    }

    #[test]
    fn a_page_from_the_middle_of_a_split_article_is_a_part() {
        let middle = shared(0, 1, [1500, 700], vec![passage(400..1100, 0..700)]);
        let found = judged(Match { longest_run: 700, same_title: true, ..middle });
        assert_eq!(kind(&found, SAME_ARTICLE), Kind::Part, "{}", found.probability);
    }

    #[test]
    fn what_the_titles_say_nothing_of_is_evidence_against_a_copy() {
        let half = shared(0, 1, [1000, 900], vec![passage(0..600, 0..600)]);
        let of = |title_outside: f32| probability(&Match { title_outside, ..half.clone() });
        assert!(of(1.0) < of(0.5) && of(0.5) < of(0.0));
    }

    #[test]
    fn text_in_many_articles_is_evidence_against_a_copy() {
        let captions = shared(0, 1, [1000, 900], vec![passage(100..600, 100..600)]);
        let side = SpreadSide { shared_with_one: 500, shared_with_two: 500, rest_with_two: 0 };
        let alone = probability(&captions);
        let spread = judged(Match { spread: Spread([side; 2]), ..captions });
        assert!(spread.probability < alone);
        assert_eq!(kind(&spread, SAME_ARTICLE), Kind::CommonSource, "{} {alone}", spread.probability);
    }

    #[test]
    fn figures_that_differ_make_a_template() {
        let notice = shared(0, 1, [100, 100], vec![passage(0..90, 0..90)]);
        let found = judged(Match { figures_changed: 6, figures_kept: 1, replaced_words: 6, replaced: 6, ..notice });
        assert_eq!(kind(&found, SAME_ARTICLE), Kind::Template, "{}", found.probability);
    }

    #[test]
    fn titles_that_differ_in_figures_alone_are_evidence_against_a_copy() {
        let form = shared(0, 1, [100, 100], vec![passage(0..70, 0..70)]);
        assert!(probability(&Match { refilled_title: true, ..form.clone() }) < probability(&form));
    }

    #[test]
    fn contributions_add_up() {
        let found = shared(0, 1, [1000, 900], vec![passage(100..600, 100..600)]);
        let (each, start) = contributions(&found);
        let sum = start + each.iter().map(|(_, _, added)| added).sum::<f64>();
        assert!((sum - log_odds(&found)).abs() < 1e-9);
    }
}
