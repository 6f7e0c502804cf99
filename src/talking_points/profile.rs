//! What a wording is like, in numbers: where pages put it, which words it is made of, how it spread. The classes of
//! points are decided by these.

use super::chance::Chance;
use super::lexicon::{Lexicon, Speech, WordInfo};
use super::spelling::SpeltCandidates;
use super::subject::OnSubjects;
use super::surroundings::{Surroundings, SurroundingsReader, Uses};
use super::tally::Tally;
use super::token::{BREAK, units_of};
use super::words::Tokens;
use crate::attribution::name_likeness;
use crate::clean::stands_alone;
use crate::error::Result;
use crate::lexicon::NAME_ENDINGS;
use crate::storage::{Column, Scratch};
use bytemuck::{Pod, Zeroable};
use rayon::prelude::*;
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};
use std::sync::OnceLock;

/// Names of what is known of a wording before pages vote.
const BEFORE: usize = 50;

/// Names of the features, in order: those of a [`Profile`], then those of its votes.
pub(super) const FEATURES: [&str; 55] = [
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
    "in_quotation",
    "opens_quotation",
    "exclaimed",
    "after_colon",
    "same_clause_before",
    "same_clause_after",
    "subject_and_verb",
    "parallel",
    "repeated",
    "ends_in_person",
    "begins_clause",
    "ends_clause",
    "list_before",
    "list_after",
    "quoted",
    "ln_sets",
    "burst",
    "formulaic",
    "common_source",
];

/// The place of the feature of this name among those that are known before pages vote: found while compiling, for relations
/// between wordings ask for features millions of times.
const fn place(name: &str) -> usize {
    let mut at = 0;
    while at < BEFORE {
        if is_same(FEATURES[at].as_bytes(), name.as_bytes()) {
            return at;
        }
        at += 1;
    }
    panic!("no feature has this name")
}

const fn is_same(one: &[u8], other: &[u8]) -> bool {
    let mut at = 0;
    while at < one.len() && at < other.len() && one[at] == other[at] {
        at += 1;
    }
    at == one.len() && at == other.len()
}

/// What is known of a wording before pages vote: as numbers, the first of [`FEATURES`].
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, Pod, Zeroable)]
#[repr(C)]
pub(super) struct Profile {
    numbers: [[f32; 10]; BEFORE / 10],
    /// Bits: [`DEPENDENT`], [`ADDRESS`].
    marks: u32,
}

/// Its first word goes on with what a clause before it began.
const DEPENDENT: u32 = 1;
/// It is part of an address on the web.
const ADDRESS: u32 = 2;

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

/// True when a noun, a name or a pronoun is before the first verb.
fn has_subject_and_verb(words: &[(usize, WordInfo)]) -> bool {
    let is_subject = |speech| matches!(speech, Speech::Noun | Speech::Name | Speech::Pronoun);
    let verb = words.iter().position(|(_, word)| word.speech == Speech::Verb);
    verb.is_some_and(|verb| words[..verb].iter().any(|(_, word)| is_subject(word.speech)))
}

/// True for several clauses of equal length, as in couplets and slogans.
fn is_parallel(words: &[u32]) -> bool {
    let mut lengths = words.split(|&word| word == BREAK).map(|clause| clause.iter().map(|&word| units_of(word)).sum());
    let first: Option<usize> = lengths.next();
    let mut others = lengths.peekable();
    others.peek().is_some() && others.all(|length| Some(length) == first)
}

/// The share of units that are in a wording more than once.
fn repeated(units: &[u32]) -> f32 {
    let mut sorted = units.to_vec();
    sorted.sort_unstable();
    let again: usize = sorted.chunk_by(|a, b| a == b).filter(|run| run.len() > 1).map(<[u32]>::len).sum();
    again as f32 / units.len().max(1) as f32
}

/// True when the last two or three characters look like the name of a person, and something is before them.
fn ends_in_person(units: &[u32]) -> bool {
    let name = |length: usize| -> Option<String> {
        let start = units.len().checked_sub(length).filter(|&start| start > 0)?;
        units[start..].iter().map(|&unit| char::from_u32(unit).filter(|&c| stands_alone(c as u32))).collect()
    };
    [2, 3].into_iter().filter_map(name).any(|name| name_likeness(&name).is_some_and(|likeness| likeness > 0))
}

/// Profiles made at a time, so that only these stay in memory.
const BATCH: usize = 1 << 14;

/// The profile of every candidate, and what is on its subject. Reads the words of all pages once.
pub(super) fn profiles(
    spelt: &SpeltCandidates,
    chances: &[Chance],
    words: &Tokens,
    counts: &FxHashMap<u32, u32>,
    lexicon: &Lexicon,
    scratch: &Scratch,
) -> Result<(Column<Profile>, OnSubjects)> {
    let reader = SurroundingsReader::new(spelt, words, counts, lexicon);
    let profile = |uses: &mut Uses, at: usize| {
        let (around, pages) = reader.around(at, uses);
        (Profile::new(spelt, at, around, chances[at], lexicon), pages)
    };
    let (mut profiles, mut users) = (scratch.column_of(chances.len()), Vec::with_capacity(chances.len()));
    for first in (0..chances.len()).step_by(BATCH) {
        let batch = first..chances.len().min(first + BATCH);
        let (made, pages): (Vec<Profile>, Vec<Box<[u32]>>) =
            batch.into_par_iter().map_init(Uses::default, profile).unzip();
        profiles.extend(&made)?;
        users.extend(pages);
    }
    Ok((profiles.finish()?, OnSubjects::Findable(reader.into_subjects(), users)))
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
        let rarities = || words.iter().map(|(_, word)| word.rarity());
        let rarity: f64 = rarities().sum();
        let sets = spelt.candidates[at].sets;
        let chained = (f64::from(sets) / chance.chained.max(1e-30)).log2().clamp(0.0, MOST_BITS);
        let per_run = |count: u16| f32::from(count) / f32::from(letters.runs.max(1));
        let numbers: [f32; BEFORE] = [
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
            around.in_quotation,
            around.opens_quotation,
            around.exclaimed,
            around.after_colon,
            around.same_clause_before,
            around.same_clause_after,
            f32::from(has_subject_and_verb(&words)),
            f32::from(is_parallel(&spelt.words[at])),
            repeated(spelt.wordings.of(at)),
            f32::from(ends_in_person(spelt.wordings.of(at))),
            around.begins_clause,
            around.ends_clause,
            around.list_before,
            around.list_after,
        ];
        let is_dependent = words.len() > 1 && lexicon.continues(spelt.words[at][0]);
        let mark = |is: bool, bit: u32| if is { bit } else { 0 };
        let marks = mark(is_dependent, DEPENDENT) | mark(letters.is_address, ADDRESS);
        let mut profile = Profile { marks, ..Profile::zeroed() };
        profile.numbers.as_flattened_mut().copy_from_slice(&numbers);
        profile
    }

    /// A profile of which nothing is known.
    #[cfg(test)]
    pub fn unknown() -> Profile {
        Profile::zeroed()
    }

    /// The share that this feature is, is at least a half.
    fn is_often(&self, feature: usize) -> bool {
        self.numbers.as_flattened()[feature] >= 0.5
    }

    /// A clause begins (or ends) with it, or various words come before (or after) it: it is not cut there.
    pub fn is_free(&self, side: usize) -> bool {
        const BORDER: [usize; 2] = [place("begins"), place("ends")];
        const SAME: [usize; 2] = [place("same_before"), place("same_after")];
        self.is_often(BORDER[side]) || !self.is_often(SAME[side])
    }

    /// In most of its places the sentence goes on before (or after) it, with the same clause.
    pub fn is_part_of_sentence(&self, side: usize) -> bool {
        const CLAUSE: [usize; 2] = [place("same_clause_before"), place("same_clause_after")];
        const COMMA: [usize; 2] = [place("after_comma"), place("before_comma")];
        self.is_often(CLAUSE[side]) && self.is_often(COMMA[side])
    }

    /// In most of its places it is an item of a list that goes on before (or after) it.
    pub fn is_part_of_list(&self, side: usize) -> bool {
        const LIST: [usize; 2] = [place("list_before"), place("list_after")];
        self.is_often(LIST[side])
    }

    /// It lacks its subject, which is before a comma or in the clause that it is a part of; in English also before a
    /// quotation mark. A question is whole.
    pub fn lacks_subject(&self) -> bool {
        const COMMA: usize = place("after_comma");
        const BEGINS: usize = place("begins");
        const ENGLISH: usize = place("english");
        const EXCLAIMED: usize = place("exclaimed");
        let goes_on = || self.is_often(COMMA) || !self.is_often(BEGINS) || self.is_often(ENGLISH);
        self.marks & DEPENDENT != 0 && goes_on() && !self.is_often(EXCLAIMED)
    }

    /// Digits of the chance of its words in the dictionary: the sum of −log₁₀ of their shares.
    pub fn rarity(&self) -> f64 {
        const RARITY: usize = place("all_rarity");
        10.0 * f64::from(self.numbers.as_flattened()[RARITY])
    }

    /// Most pages have it in the first or the last words of the body, where sites keep labels and notices.
    pub fn is_furniture(&self) -> bool {
        const OPENS: usize = place("opens_body");
        const CLOSES: usize = place("closes_body");
        self.is_often(OPENS) || self.is_often(CLOSES)
    }

    /// Pages write an address on the web.
    pub fn is_address(&self) -> bool {
        self.marks & ADDRESS != 0
    }

    /// All features of a wording with its votes.
    pub fn with(&self, tally: &Tally) -> [f64; FEATURES.len()] {
        let mut all = [0.0; FEATURES.len()];
        all.iter_mut().zip(self.numbers.as_flattened()).for_each(|(value, &known)| *value = f64::from(known));
        let sets = f64::from(tally.sets.max(1));
        let burst =
            tally.burst.as_ref().map_or(0.0, |burst| burst.excess.max(0.0) * (-burst.ln_chance / 14.0).min(1.0));
        let votes = [tally.quoted, sets.ln(), burst, tally.formulaic, 1.0 - f64::from(tally.own) / sets];
        all[BEFORE..].copy_from_slice(&votes);
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn units(text: &str) -> Vec<u32> {
        text.chars().map(|c| c as u32).collect()
    }

    #[test]
    fn couplets_have_clauses_of_equal_length() {
        let word = |units: u32| units << 28 | units;
        assert!(is_parallel(&[word(2), word(3), BREAK, word(4), word(1)]));
        assert!(!is_parallel(&[word(2), word(3), BREAK, word(4)]));
        assert!(!is_parallel(&[word(2), word(3)]));
    }

    #[test]
    fn characters_that_come_again_are_counted() {
        assert_eq!(repeated(&units("有水有桥")), 0.5);
        assert_eq!(repeated(&units("水渠")), 0.0);
    }

    #[test]
    fn a_name_after_an_office_is_recognized() {
        assert!(ends_in_person(&units("镇长王建国")) && !ends_in_person(&units("王建国")));
        assert!(!ends_in_person(&units("村口的水渠")));
    }
}
