//! How many reprint sets would hold a wording by chance: from the corpus without the sets that hold it, from a
//! reference corpus, and from chains of words.

use super::chance::{Chance, WordCounts, expected};
use super::grams::Grown;
use super::judge::is_unlikely;
use super::lexicon::Lexicon;
use super::markov_baseline::{Chains, couples};
use super::page_counts::{Held, PageCounts};
use super::reference::Reference;
use super::spelling::SpeltCandidates;
use super::tally::Ballot;
use super::token::{CandidateGram, key};
use super::words::Tokens;
use crate::error::Result;
use crate::storage::Scratch;
use rayon::prelude::*;

/// For each candidate what chance explains: of chains, those of words or of characters, whichever explain more. What
/// explains a candidate already saves the chains that come after it. Reads the words and the units of all pages.
pub(super) fn chances(
    (spelt, lexicon): (&SpeltCandidates, &Lexicon),
    words: &Tokens,
    grown: &Grown,
    reference: Option<&Reference>,
    ballot: &Ballot,
    scratch: &Scratch,
) -> Result<Vec<Chance>> {
    let mut chances = elsewhere((spelt, lexicon), words, grown, reference, scratch)?;
    let by_words = |left: &[usize]| by_words(left, spelt, words, grown, ballot);
    let by_units = |left: &[usize]| by_units(left, spelt, words, ballot);
    for chain in [&by_words as &dyn Fn(&[usize]) -> Vec<f64>, &by_units] {
        let is_left = |&at: &usize| is_unlikely(spelt.candidates[at].sets, &chances[at], ballot.is_small());
        let left: Vec<usize> = (0..chances.len()).filter(is_left).collect();
        for (&at, times) in left.iter().zip(chain(&left)) {
            let CandidateGram { sets, times: all, .. } = spelt.candidates[at];
            let chained = times * (f64::from(sets) / f64::from(all));
            chances[at].chained = chances[at].chained.max(chained);
        }
    }
    Ok(chances)
}

/// What words that are drawn from elsewhere explain of each candidate.
fn elsewhere(
    (spelt, lexicon): (&SpeltCandidates, &Lexicon),
    words: &Tokens,
    grown: &Grown,
    reference: Option<&Reference>,
    scratch: &Scratch,
) -> Result<Vec<Chance>> {
    let wording = |at: usize| words.of(&spelt.candidates[at]);
    let chance = |elsewhere: f64| Chance { elsewhere, chained: 0.0 };
    if let Some(reference) = reference {
        let of_one = |at: usize| chance(reference.elsewhere(at, wording(at), words, lexicon));
        return Ok((0..spelt.candidates.len()).into_par_iter().map(of_one).collect());
    }
    let counts = PageCounts::count(words, scratch)?;
    let of_one = |held: &mut Held, at: usize| {
        held.count(spelt.places.of(at), wording(at).len(), words, &counts);
        chance(Rest { held, words, grown, wording: wording(at) }.elsewhere(lexicon))
    };
    Ok((0..spelt.candidates.len()).into_par_iter().map_init(Held::default, of_one).collect())
}

/// How often chains of words make each of some candidates.
fn by_words(candidates: &[usize], spelt: &SpeltCandidates, words: &Tokens, grown: &Grown, ballot: &Ballot) -> Vec<f64> {
    let chains = Chains::new(candidates.iter().map(|&at| spelt.words[at].iter().copied()));
    let of_all = chains.counts(|word| grown.singles[&word], |pair| grown.pairs[&key(&pair)]);
    chains.expected(&ballot.groups, Some(of_all), |page, _: &mut (), read| read(words.page(page as usize)))
}

/// How often chains of characters do: where words end hangs on what follows, so words alone may look more tied than
/// they are.
fn by_units(candidates: &[usize], spelt: &SpeltCandidates, words: &Tokens, ballot: &Ballot) -> Vec<f64> {
    Chains::new(candidates.iter().map(|&at| couples(spelt.wordings.of(at)))).expected(
        &ballot.groups,
        None,
        |page, coupled: &mut Vec<u32>, read| {
            coupled.clear();
            coupled.extend(couples(words.units(page as usize)));
            read(coupled);
        },
    )
}

/// The corpus without the sets that hold a wording.
struct Rest<'a> {
    held: &'a Held,
    words: &'a Tokens,
    grown: &'a Grown,
    wording: &'a [u32],
}

impl Rest<'_> {
    fn elsewhere(&self, lexicon: &Lexicon) -> f64 {
        let sets = self.words.pages() as f64;
        expected(self, self.wording, lexicon, sets, self.words.ids.len() as f64 / sets)
    }

    fn less(count: Option<&u32>, held: u32) -> f64 {
        f64::from(count.copied().unwrap_or(0).saturating_sub(held))
    }
}

impl WordCounts for Rest<'_> {
    fn total(&self) -> f64 {
        self.words.ids.len() as f64 - f64::from(self.held.words)
    }

    fn single(&self, at: usize) -> f64 {
        Self::less(self.grown.singles.get(&self.wording[at]), self.held.singles[at])
    }

    fn pair(&self, at: usize) -> f64 {
        Self::less(self.grown.pairs.get(&key(&self.wording[at - 1..=at])), self.held.pairs[at - 1])
    }
}
