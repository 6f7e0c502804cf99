//! What the same-article model looks at: measures of the overlap of two texts.
//!
//! All are shares, or logarithms of lengths, so that they mean the same for a brief and for a long read. Lengths are in
//! characters; a word of letters counts for two, since an English word takes about as much text as two Han characters.
//! Text that two other articles have too is *common*: captions, teasers, a statement that all quote.

use super::align::Passage;
use super::matches::Match;
use super::spread::SpreadSide;
use std::cmp::Reverse;

/// The names of the features, in the order of [`features`].
pub const FEATURES: [&str; 20] = [
    "shared_of_shorter",
    "shared_of_longer",
    "resemblance",
    "different_openings",
    "different_endings",
    "own_opening",
    "out_of_order",
    "longest_passage",
    "changed_figures",
    "changed_figures_share",
    "replaced_words",
    "brief",
    "own_text_of_longer",
    "shared_of_uncommon_shorter",
    "shared_of_uncommon_longer",
    "excerpt",
    "opening_of_longer",
    "title_outside",
    "part_under_one_title",
    "refilled_title",
];

/// Passages that are looked at for their order; with more, nothing is said of it.
const MOST_ORDERED: usize = 64;
/// Texts of fewer characters than e to this power are briefs.
const BRIEF: f64 = 5.0;
/// From this share on nearly all of the shorter text is in the longer one.
const NEARLY_ALL: f64 = 0.8;

/// The features of a match, one for each of [`FEATURES`]. Takes a look at every passage.
pub fn features(found: &Match) -> [f64; FEATURES.len()] {
    let (s, l) = (found.shorter(), 1 - found.shorter());
    let sides = [Side::of(found, s), Side::of(found, l)];
    let [short, long] = &sides;
    let matched: u32 = found.passages.iter().map(|p| p.matched).sum();
    let longest = found.passages.iter().map(|p| p.matched).max().unwrap_or(0);
    let share = |part: u32, whole: u32| f64::from(part) / f64::from(whole.max(1));
    let common_to_one = short.shared_with_one.max(long.shared_with_one);
    let inside = (short.shared - NEARLY_ALL).max(0.0) / (1.0 - NEARLY_ALL) * (1.0 - long.shared);
    [
        short.shared,
        long.shared,
        f64::from(found.jaccard),
        short.head.min(long.head),
        short.tail.min(long.tail),
        short.opening.min(long.opening).ln_1p(),
        1.0 - in_order(found, matched),
        share(longest, matched),
        f64::from(found.figures_changed).ln_1p(),
        share(found.figures_changed, found.figures_changed + found.figures_kept),
        (100.0 * share(found.replaced_words, matched.max(20))).ln_1p(),
        (BRIEF - short.characters.max(1.0).ln()).max(0.0),
        long.own.ln_1p(),
        short.uncommon_shared,
        long.uncommon_shared,
        inside * share(found.longest_run, matched) * (1.0 - common_to_one),
        inside * (1.0 - 10.0 * long.head).max(0.0),
        f64::from(found.title_outside),
        if found.same_title { short.uncommon_shared * (1.0 - long.shared) } else { 0.0 },
        f64::from(u8::from(found.refilled_title)),
    ]
}

/// Share that the passages have of the longer text, common text left out of both.
pub(super) fn uncommon_share_of_longer(found: &Match) -> f32 {
    Side::of(found, 1 - found.shorter()).uncommon_shared as f32
}

/// One of the two texts.
struct Side {
    /// Share of the text that is in passages.
    shared: f64,
    /// Shares of the text before the first passage and behind the last.
    head: f64,
    tail: f64,
    /// Characters before the first passage.
    opening: f64,
    characters: f64,
    /// Characters that neither are in a passage nor are common.
    own: f64,
    /// Share of the passages that another article has too.
    shared_with_one: f64,
    /// Share that the passages have of the text, common text left out of both.
    uncommon_shared: f64,
}

impl Side {
    fn of(found: &Match, side: usize) -> Self {
        let units = f64::from(found.units[side].max(1));
        let characters = f64::from(found.units[side] + found.words[side]);
        let at = || found.passages.iter().map(|p| p.units(side));
        let start = at().map(|p| p.start).min().unwrap_or(found.units[side]);
        let end = at().map(|p| p.end).max().unwrap_or(0);
        let tail = f64::from(found.units[side].saturating_sub(end));
        let shared = f64::from(found.aligned[side]);
        let SpreadSide { shared_with_one, shared_with_two, rest_with_two } = found.spread.0[side];
        let uncommon = (units - f64::from(shared_with_two) - f64::from(rest_with_two)).max(1.0);
        let uncommon_shared = ((shared * units - f64::from(shared_with_two)).max(0.0) / uncommon).min(1.0);
        let scale = characters / units;
        Side {
            shared,
            head: f64::from(start) / units,
            tail: tail / units,
            opening: f64::from(start) * scale,
            characters,
            own: uncommon * (1.0 - uncommon_shared) * scale,
            shared_with_one: (f64::from(shared_with_one) / (shared * units).max(1.0)).min(1.0),
            uncommon_shared,
        }
    }
}

/// Share of the matched units in the heaviest chain of passages that follow each other in both texts.
fn in_order(found: &Match, matched: u32) -> f64 {
    if found.passages.len() < 2 || found.passages.len() > MOST_ORDERED {
        return 1.0;
    }
    let mut passages: Vec<_> = found.passages.iter().collect();
    passages.sort_unstable_by_key(|p| (p.b_units.start, p.a_units.start, Reverse(p.matched)));
    let mut chains: Vec<u32> = Vec::with_capacity(passages.len());
    for p in &passages {
        // Passages that begin together in either text do not follow each other, whichever text is the first.
        let follows = |q: &Passage| q.a_units.start < p.a_units.start && q.b_units.start < p.b_units.start;
        let before = passages.iter().zip(&chains).filter(|(q, _)| follows(q));
        chains.push(p.matched + before.map(|(_, &chain)| chain).max().unwrap_or(0));
    }
    f64::from(chains.into_iter().max().unwrap_or(0)) / f64::from(matched.max(1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cluster::tests::{passage, shared};
    use crate::verify::Spread;

    fn feature(found: &Match, name: &str) -> f64 {
        features(found)[FEATURES.iter().position(|&n| n == name).unwrap()]
    }

    #[test]
    fn a_text_inside_a_longer_one() {
        let found = shared(0, 1, [400, 100], vec![passage(300..400, 0..100)]);
        assert_eq!(feature(&found, "shared_of_shorter"), 1.0);
        assert_eq!(feature(&found, "shared_of_longer"), 0.25);
        assert_eq!(feature(&found, "opening_of_longer"), 0.0, "it stands at the end");
        assert!((feature(&found, "own_text_of_longer") - 301f64.ln()).abs() < 1e-9);
    }

    #[test]
    fn common_text_is_left_out_of_both_sides() {
        let side = SpreadSide { shared_with_one: 60, shared_with_two: 60, rest_with_two: 20 };
        let plain = shared(0, 1, [200, 100], vec![passage(0..80, 0..80)]);
        let found = Match { spread: Spread([side; 2]), ..plain };
        assert!((feature(&found, "shared_of_uncommon_longer") - 20.0 / 120.0).abs() < 1e-6);
        assert!((feature(&found, "shared_of_uncommon_shorter") - 1.0).abs() < 1e-6);
    }

    #[test]
    fn passages_that_change_places_are_out_of_order() {
        let swapped = vec![passage(100..160, 0..60), passage(0..40, 60..100)];
        assert!((feature(&shared(0, 1, [200, 200], swapped), "out_of_order") - 0.4).abs() < 1e-9);
        let kept = vec![passage(0..40, 0..40), passage(100..160, 60..120)];
        assert_eq!(feature(&shared(0, 1, [200, 200], kept), "out_of_order"), 0.0);
    }

    #[test]
    fn the_order_of_the_pair_does_not_matter() {
        let apart = vec![passage(10..90, 0..80), passage(120..200, 100..180)];
        let begin_together = vec![passage(10..90, 100..180), passage(120..200, 100..180)];
        for passages in [apart, begin_together] {
            let found = shared(0, 1, [300, 200], passages);
            let turned = found.clone().turned();
            assert_eq!(features(&found), features(&Match { pair: found.pair, ..turned }));
        }
    }
}
