//! What the list is ranked by.

use super::bursts::Window;
use super::lexicon::{Class, Lexicon};
use super::words::{BREAK, units_of};

/// Bits of surprise at which half of the most is reached.
const HALF_BITS: f64 = 16.0;
/// Digits of improbability from which a burst counts in full.
const SURE_BURST: f64 = 6.0;
/// How much a full burst adds.
const BURST: f64 = 4.0;
/// What is left of the score of a wording that is all names and figures.
const NAMES_LEFT: f64 = 0.2;

/// What the score is made of.
pub(super) struct Evidence<'a> {
    /// Reprint sets that hold the wording.
    pub sets: u32,
    /// Outlets that hold it.
    pub outlets: u32,
    /// Sets that would hold it by chance.
    pub expected: f64,
    /// Its burst.
    pub burst: Option<&'a Window>,
    /// Share of it that is names and figures, 0..1.
    pub named: f64,
}

/// surprise × reach × suddenness × plainness:
///
/// - surprise: b / (b + 16), where b = log₂(sets / expected) bits;
/// - reach: log₂(1 + the lesser of outlets and sets);
/// - suddenness: 1 + 4 · excess · min(1, d / 6), where excess is the share of its sets that fall into its burst
///   beyond the share of all sets that do, and d the digits of the burst's improbability;
/// - plainness: 1 − 0.8 · the share of names and figures among its characters.
///
/// No factor is unbounded but reach, so no one kind of evidence makes a point alone. 0 for a wording that is no
/// more frequent than chance.
pub(super) fn score(evidence: &Evidence) -> f64 {
    let bits = (f64::from(evidence.sets) / evidence.expected.max(1e-30)).log2().max(0.0);
    let reach = f64::from(1 + evidence.outlets.min(evidence.sets)).log2();
    let sudden = evidence.burst.map_or(0.0, |burst| {
        let digits = -burst.ln_chance / std::f64::consts::LN_10;
        burst.excess.max(0.0) * (digits / SURE_BURST).min(1.0)
    });
    let plain = 1.0 - (1.0 - NAMES_LEFT) * evidence.named;
    bits / (bits + HALF_BITS) * reach * (1.0 + BURST * sudden) * plain
}

/// The share of names and figures among the units of a wording.
pub(super) fn named_share(words: &[u32], lexicon: &Lexicon) -> f64 {
    let (mut named, mut all) = (0, 0);
    for &word in words.iter().filter(|&&word| word != BREAK) {
        let units = units_of(word);
        all += units;
        if matches!(lexicon.get(word).class, Class::Name | Class::Figure) {
            named += units;
        }
    }
    f64::from(named as u32) / f64::from(all.max(1) as u32)
}
