//! What the list is ranked by.

use super::chance::Chance;
use super::class::Likeness;
use super::profile::Profile;
use super::tally::Tally;

/// Bits of surprise at which half of the most is reached.
const HALF_BITS: f64 = 16.0;
/// The same in a small corpus, where the dictionary says most of what is expected.
const HALF_BITS_SMALL: f64 = 6.0;
/// Digits of improbability from which a burst counts in full.
const SURE_BURST: f64 = 6.0;
/// How much a full burst adds.
const BURST: f64 = 4.0;
/// How much of the score a wording of names alone, or of formulaic pages alone, loses.
const MOST_LOST: f64 = 0.8;
/// Pages of recurring runs of words: the share from which they count as formulaic, and as nothing else.
const FORMULAIC: (f64, f64) = (0.4, 0.7);
/// What is left of the score of a passage.
const PASSAGE: f64 = 0.5;
/// How much quotation marks on every page add.
const QUOTED: f64 = 0.5;
/// Bits beyond outlets' own chains that count in full, and what share of the score hangs on them.
const TIED_BITS: f64 = 6.0;
const TIED: f64 = 0.4;

/// In a small corpus: what any class is worth.
const UNSURE: f64 = 0.1;

/// What the score is made of.
pub(super) struct ScoreInput<'a> {
    /// The votes.
    pub tally: &'a Tally,
    /// What chance explains.
    pub chance: Chance,
    /// Longer than a phrase.
    pub is_passage: bool,
    /// Share of it that is names and figures, 0..1.
    pub named: f64,
    /// The corpus is small.
    pub small: bool,
}

/// surprise × reach × suddenness × plainness, each in its own bounds, so that no one kind of evidence makes a
/// point alone:
///
/// - surprise: b / (b + 16), where b = log₂(sets / expected) bits (6 for 16 in a small corpus);
/// - reach: ln of the lesser of outlets and sets, the only factor without a bound;
/// - suddenness: 1 + 4 · excess · min(1, d / 6), where excess is the share of its sets that fall into its burst
///   beyond the share of all sets that do, and d the digits of the burst's improbability;
/// - plainness: what is left after names and figures (1 − 0.8 · their share of its characters), formulaic pages
///   (1 − 0.8 · how far the mean share of recurring runs on its pages is from 0.4 to 0.7) and length (half for
///   a passage, which is as often a common source); half as much again for what pages put in quotation marks.
///
/// 0 for a wording that is no more frequent than chance.
pub(super) fn strength(evidence: &ScoreInput) -> f64 {
    let tally = evidence.tally;
    let bits = evidence.chance.bits(tally.sets);
    let surprise = bits / (bits + if evidence.small { HALF_BITS_SMALL } else { HALF_BITS });
    let reach = f64::from(tally.outlets.min(tally.sets)).ln();
    let sudden = tally.burst.as_ref().map_or(0.0, |burst| {
        let digits = -burst.ln_chance / std::f64::consts::LN_10;
        burst.excess.max(0.0) * (digits / SURE_BURST).min(1.0)
    });
    let named = 1.0 - MOST_LOST * evidence.named;
    let own = 1.0 - MOST_LOST * ((tally.formulaic - FORMULAIC.0) / (FORMULAIC.1 - FORMULAIC.0)).clamp(0.0, 1.0);
    let length = if evidence.is_passage { PASSAGE } else { 1.0 };
    surprise * reach * (1.0 + BURST * sudden) * named * own * length * (1.0 + QUOTED * tally.quoted)
}

/// What sayings are ranked by: p · (1 + ln n), where p is the probability that it is a saying and n the lesser of its
/// outlets and sets.
pub(super) fn saying_score(likeness: &Likeness, tally: &Tally) -> f64 {
    likeness.saying * (1.0 + f64::from(tally.outlets.min(tally.sets).max(1)).ln())
}

/// What all points of a small corpus are ranked by, where a set more weighs most and classes are unsure:
/// (p + 0.1) · (n − 1) · √d, where d are the digits of the chance of its words in the dictionary: Σ −log₁₀ of their shares.
pub(super) fn small_score(likeness: &Likeness, tally: &Tally, profile: &Profile) -> f64 {
    let sets = tally.outlets.min(tally.sets).max(1);
    (likeness.saying + UNSURE) * f64::from(sets - 1) * profile.rarity().sqrt()
}

/// What terms and formulas are ranked by: [`strength`] · (0.6 + 0.4 · min(1, t / 6)), where t = log₂(sets / chained) are the
/// bits that outlets' own chains of words leave unexplained (0 for two words). 1 for the factor in a small corpus.
pub(super) fn score(evidence: &ScoreInput) -> f64 {
    let tied = (f64::from(evidence.tally.sets) / evidence.chance.chained.max(1e-30)).log2();
    let tied = if evidence.small { 1.0 } else { (tied / TIED_BITS).clamp(0.0, 1.0) };
    strength(evidence) * (1.0 - TIED + TIED * tied)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::talking_points::Burst;

    fn tally(sets: u32, outlets: u32) -> Tally {
        Tally {
            sets,
            own: sets,
            outlets,
            known_outlets: outlets,
            of_unknown_outlet: 0,
            documents: sets,
            formulaic: 0.1,
            quoted: 0.0,
            quoting_outlets: 0,
            trailing: 0.0,
            seen: None,
            burst: None,
        }
    }

    fn scored(tally: &Tally, elsewhere: f64, chained: f64) -> f64 {
        let chance = Chance { elsewhere, chained };
        score(&ScoreInput { tally, chance, is_passage: false, named: 0.0, small: false })
    }

    #[test]
    fn every_kind_of_evidence_counts() {
        let plain = scored(&tally(10, 8), 1e-6, 1.0);
        let burst = Some(Burst { days: 0..21, sets: 10, excess: 0.95, ln_chance: -30.0 });
        assert!(scored(&tally(20, 16), 1e-6, 1.0) > plain);
        assert!(scored(&tally(10, 8), 1e-12, 1.0) > plain);
        assert!(scored(&tally(10, 8), 1e-6, 0.01) > plain);
        assert!(scored(&Tally { burst, ..tally(10, 8) }, 1e-6, 1.0) > 4.0 * plain);
        assert!(scored(&Tally { quoted: 1.0, ..tally(10, 8) }, 1e-6, 1.0) > plain);
        assert!(scored(&Tally { formulaic: 0.9, ..tally(10, 8) }, 1e-6, 1.0) < plain / 2.0);
    }

    #[test]
    fn one_outlet_or_no_surprise_is_worth_nothing() {
        assert_eq!(scored(&tally(10, 1), 1e-6, 1.0), 0.0);
        assert_eq!(scored(&tally(10, 8), 12.0, 12.0), 0.0);
    }
}
