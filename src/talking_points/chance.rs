//! How many reprint sets would hold a wording if words were drawn from a background.
//!
//! The background is a word-bigram model with Dirichlet smoothing at both levels (MacKay and Peto 1995):
//!
//! - P(w) = (c(w) + μ D(w)) / (N + μ), where D is the dictionary's share of w,
//! - P(w | v) = (c(v w) + α P(w)) / (c(v) + α),
//! - P(w₁ … wₙ) = P(w₁) Π P(wᵢ | wᵢ₋₁).

use super::lexicon::Lexicon;

/// Words of running text that the dictionary's shares weigh as much as.
const MU: f64 = 5000.0;
/// Followers of a word that the shares of single words weigh as much as.
const ALPHA: f64 = 4.0;

/// What chance explains of a wording, in reprint sets.
#[derive(Clone, Copy, Debug)]
pub(super) struct Chance {
    /// Sets that would hold it if words were drawn from the background: the reference, or the corpus without the
    /// sets that hold it.
    pub elsewhere: f64,
    /// Sets that would hold it if every outlet only chained words, each by the word before it, or only
    /// characters, each by the two before it, as it has chained them before, this wording among them.
    pub chained: f64,
}

impl Chance {
    /// Bits by which `sets` are more than is expected from elsewhere; 0 when they are not.
    pub fn bits(&self, sets: u32) -> f64 {
        (f64::from(sets) / self.elsewhere.max(1e-30)).log2().max(0.0)
    }

    /// The most that chance explains.
    pub fn most(&self) -> f64 {
        self.elsewhere.max(self.chained)
    }
}

/// Counts of words that a wording's chance is reckoned from.
pub(super) trait WordCounts {
    /// All words.
    fn total(&self) -> f64;
    /// How often the wording's word at place `at` stands.
    fn single(&self, at: usize) -> f64;
    /// How often the words at places `at - 1` and `at` stand together.
    fn pair(&self, at: usize) -> f64;
}

/// How many of `sets` sets of `length` words would hold `wording` by the model at the head of this file.
pub(super) fn expected(counts: &impl WordCounts, wording: &[u32], lexicon: &Lexicon, sets: f64, length: f64) -> f64 {
    let share = |at: usize| (counts.single(at) + MU * lexicon.get(wording[at]).share) / (counts.total() + MU);
    let mut log = share(0).ln();
    for at in 1..wording.len() {
        log += ((counts.pair(at) + ALPHA * share(at)) / (counts.single(at - 1) + ALPHA)).ln();
    }
    let per_set = (log + length.ln()).exp();
    sets * -(-per_set).exp_m1()
}
