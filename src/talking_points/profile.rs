//! What a wording is like, in numbers: where pages put it, which words it is made of, how it spread. The classes of
//! points are decided by these.

use super::chance::Chance;
use super::lexicon::{Lexicon, Speech, WordInfo};
use super::spelling::SpeltCandidates;
use super::subject::OnSubjects;
use super::surroundings::{Surroundings, surroundings};
use super::tally::Tally;
use super::token::{BREAK, units_of};
use super::words::Tokens;
use crate::clean::stands_alone;
use crate::error::Result;
use crate::lexicon::NAME_ENDINGS;
use crate::storage::Scratch;
use rayon::prelude::*;
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};
use std::sync::OnceLock;

/// Names of what is known of a wording before pages vote.
const BEFORE: usize = 36;

/// Names of the features, in order: those of a [`Profile`], then those of its votes.
pub(super) const FEATURES: [&str; 41] = [
    "begins",
    "ends",
    "is_whole",
    "same_before",
    "same_after",
    "opens_body",
    "same_line",
    "in_headline",
    "ln_words",
    "ln_units",
    "function_words",
    "pronouns",
    "verbs",
    "figures",
    "rarity",
    "short_words",
    "names",
    "ends_in_noun",
    "adverbs",
    "begins_with_verb",
    "idioms",
    "capitals",
    "inflected",
    "english",
    "closes_body",
    "one_subject",
    "rarest",
    "all_rarity",
    "surprise",
    "chained",
    "titled",
    "speech_like",
    "ends_as_names_do",
    "after_comma",
    "before_comma",
    "several_clauses",
    "quoted",
    "ln_sets",
    "burst",
    "formulaic",
    "common_source",
];

/// What is known of a wording before pages vote: as numbers, the first of [`FEATURES`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Profile {
    numbers: Vec<f32>,
    /// Shares of its pages where the commonest clause before (and after) it is there.
    same_clause: [f32; 2],
}

/// How much likelier the characters of a wording are in quotations than elsewhere: the mean of logarithms.
fn speech_like(units: &[u32]) -> f32 {
    static TABLE: OnceLock<FxHashMap<u32, f32>> = OnceLock::new();
    let table = TABLE.get_or_init(|| {
        let rows = include_str!("quoted_characters.tsv").lines().filter(|line| !line.starts_with('#'));
        rows.filter_map(|line| {
            let (character, value) = line.split_once('\t')?;
            Some((character.chars().next()? as u32, value.parse::<f32>().ok()? / 100.0))
        })
        .collect()
    });
    let (mut sum, mut count) = (0.0, 0u16);
    for unit in units.iter().filter(|&&unit| stands_alone(unit)) {
        sum += table.get(unit).copied().unwrap_or(0.0);
        count += 1;
    }
    sum / f32::from(count.max(1))
}

fn ends_as_names_do(units: &[u32]) -> bool {
    let text: String = units.iter().map(|&unit| char::from_u32(unit).unwrap_or(char::REPLACEMENT_CHARACTER)).collect();
    NAME_ENDINGS.iter().any(|ending| text.len() > ending.len() && text.ends_with(ending))
}

/// The profile of every candidate, and what is on its subject. Reads the words of all pages once.
pub(super) fn profiles(
    (spelt, lexicon): (&SpeltCandidates, &Lexicon),
    chances: &[Chance],
    words: &Tokens,
    counts: &FxHashMap<u32, u32>,
    scratch: &Scratch,
) -> Result<(Vec<Profile>, OnSubjects)> {
    let (around, on_subject) = surroundings((spelt, lexicon), words, counts, scratch)?;
    let profile = |(at, around)| Profile::new(spelt, at, around, chances[at], lexicon);
    Ok((around.into_par_iter().enumerate().map(profile).collect(), on_subject))
}

/// Bits beyond which a wording is no more surprising.
const MOST_BITS: f64 = 60.0;

impl Profile {
    fn new(spelt: &SpeltCandidates, at: usize, around: Surroundings, chance: Chance, lexicon: &Lexicon) -> Profile {
        let words: Vec<(usize, WordInfo)> = spelt.words[at]
            .iter()
            .filter(|&&word| word != BREAK)
            .map(|&word| (units_of(word), lexicon.get(word)))
            .collect();
        let units: usize = words.iter().map(|&(units, _)| units).sum();
        let share = |is: &dyn Fn(usize, &WordInfo) -> bool| {
            let found: usize = words.iter().filter(|(units, word)| is(*units, word)).map(|&(units, _)| units).sum();
            found as f32 / units.max(1) as f32
        };
        let of = |speech: Speech| share(&|_, word| word.speech == speech);
        let is = |word: Option<&(usize, WordInfo)>, kinds: &[Speech]| {
            f32::from(word.is_some_and(|(_, word)| !word.is_run && kinds.contains(&word.speech)))
        };
        let letters = spelt.letters[at];
        let verbs = words.iter().filter(|(_, word)| word.speech == Speech::Verb).count();
        let rarities = || words.iter().map(|(_, word)| if word.is_run { 0.0 } else { -word.share.log10() });
        let rarity: f64 = rarities().sum();
        let sets = spelt.candidates[at].sets;
        let chained = (f64::from(sets) / chance.chained.max(1e-30)).log2().clamp(0.0, MOST_BITS);
        let per_run = |count: u16| f32::from(count) / f32::from(letters.runs.max(1));
        let numbers = vec![
            around.begins,
            around.ends,
            around.is_whole,
            around.same_before,
            around.same_after,
            around.opens_body,
            around.same_line,
            around.in_headline,
            (words.len() as f32).ln(),
            (units as f32).ln(),
            of(Speech::Function),
            of(Speech::Pronoun),
            verbs.min(2) as f32 / 2.0,
            of(Speech::Figure),
            (rarity / words.len().max(1) as f64) as f32,
            share(&|units, word| units == 1 && !word.is_run),
            of(Speech::Name),
            is(words.last(), &[Speech::Noun, Speech::Name]),
            of(Speech::Adverb),
            is(words.first(), &[Speech::Verb]),
            of(Speech::Idiom),
            per_run(letters.capitals),
            per_run(letters.inflected),
            share(&|_, word| word.is_run),
            around.closes_body,
            around.one_subject,
            rarities().fold(0.0, f64::max) as f32,
            rarity as f32 / 10.0,
            (chance.bits(sets).min(MOST_BITS) / MOST_BITS) as f32,
            (chained / MOST_BITS) as f32,
            around.titled,
            speech_like(spelt.wordings.of(at)),
            f32::from(ends_as_names_do(spelt.wordings.of(at))),
            around.after_comma,
            around.before_comma,
            f32::from(spelt.words[at].contains(&BREAK)),
        ];
        let same_clause = [around.same_clause_before, around.same_clause_after];
        Profile { numbers, same_clause }
    }

    /// A profile of which nothing is known.
    #[cfg(test)]
    pub fn unknown() -> Profile {
        Profile { numbers: vec![0.0; BEFORE], same_clause: [0.0; 2] }
    }

    /// A clause begins (or ends) with it, or various words come before (or after) it: it is not cut there.
    pub fn is_free(&self, side: usize) -> bool {
        self.numbers[side] >= 0.5 || self.numbers[3 + side] < 0.5
    }

    /// In most of its places the sentence goes on before (or after) it, with the same clause.
    pub fn is_part_of_sentence(&self, side: usize) -> bool {
        self.same_clause[side] >= 0.5 && self.numbers[33 + side] >= 0.5
    }

    /// Digits of the mean rarity of its words in the dictionary.
    pub fn rarity(&self) -> f64 {
        f64::from(self.numbers[14])
    }

    /// Most pages have it in the first or the last words of the body, where sites keep labels and notices.
    pub fn is_furniture(&self) -> bool {
        self.numbers[5] >= 0.5 || self.numbers[24] >= 0.5
    }

    /// All features of a wording with its votes.
    pub fn with(&self, tally: &Tally) -> [f64; FEATURES.len()] {
        let mut all = [0.0; FEATURES.len()];
        all.iter_mut().zip(&self.numbers).for_each(|(value, &known)| *value = f64::from(known));
        let sets = f64::from(tally.sets.max(1));
        let burst =
            tally.burst.as_ref().map_or(0.0, |burst| burst.excess.max(0.0) * (-burst.ln_chance / 14.0).min(1.0));
        let votes = [tally.quoted, sets.ln(), burst, tally.formulaic, 1.0 - f64::from(tally.own) / sets];
        all[BEFORE..].copy_from_slice(&votes);
        all
    }
}
