//! What dictionaries know of the words that candidates are made of: how common they are in Chinese or English at
//! large, and whether they are names, figures or words that only join others.

use super::token::{BREAK, units_of, word_of};
use crate::clean::{self, FurnitureModel, GroupKeys, is_figure, stands_alone};
use jieba_rs::Jieba;
use rustc_hash::{FxHashMap, FxHashSet};
use std::sync::LazyLock;

/// Sum of all frequencies of jieba-rs 0.11's dictionary.
const DICTIONARY_TOTAL: f64 = 60_101_964.0;
/// Frequency of a word that the dictionary does not hold.
const UNSEEN: f64 = 0.5;
/// Share of running text that any one number takes.
const FIGURE_SHARE: f64 = 1e-5;
/// Share of English text that a word takes that is not in `english_words.tsv`, whose rarest words take four times that.
const UNSEEN_ENGLISH: f64 = 5e-7;

/// English words that only join others, and no clause begins with.
const ENGLISH_JOINTS: &str = "And or but of that which as than said.";
/// English words that a clause may begin with, though they say nothing at another border.
const ENGLISH_OPENINGS: &str = "A an the to in on at by for with from who is are was were be been has have had its it \
    their his her this these those not he she they we will would.";
/// What names of bodies and meetings end with.
const BODIES: &[&str] = &[
    "会议",
    "大会",
    "论坛",
    "峰会",
    "博览会",
    "运动会",
    "委员会",
    "有限公司",
    "公司",
    "集团",
    "大学",
    "学院",
    "医院",
    "法院",
    "检察院",
    "银行",
    "协会",
    "学会",
    "政府",
    "办公室",
    "指挥部",
    "省",
    "市",
    "县",
    "局",
    "厅",
    "署",
    "部",
];

/// What share of a wording counts as a name when it ends as names of bodies and meetings do.
const BODY: f64 = 0.7;

/// Words that add nothing to a wording they stand at the border of.
#[derive(Debug, Default)]
pub(super) struct Glue {
    /// Particles and conjunctions: no wording begins with one.
    pub at_start: FxHashSet<u32>,
    /// Particles, conjunctions and prepositions: no wording ends with one.
    pub at_end: FxHashSet<u32>,
    /// Those of the first that a clause may begin with.
    pub opening: FxHashSet<u32>,
}

impl Glue {
    /// The glue among all single characters, by the dictionary's own tags.
    pub fn of(jieba: &Jieba) -> Glue {
        let mut glue = Glue::default();
        let mut text = String::new();
        for c in '\u{4E00}'..='\u{9FFF}' {
            text.clear();
            text.push(c);
            let Some(class) = jieba.tag(&text, false).first().map(|tag| Class::of_tag(tag.tag)) else { continue };
            if matches!(class, Class::Particle | Class::Conjunction) {
                glue.at_start.insert(word_of(&[c as u32]));
            }
            if matches!(class, Class::Particle | Class::Conjunction | Class::Preposition) {
                glue.at_end.insert(word_of(&[c as u32]));
            }
        }
        let words = |text: &str| english(text).into_iter().map(|unit| word_of(&[unit]));
        glue.opening.extend(words(ENGLISH_OPENINGS));
        glue.at_start.extend(glue.opening.iter().copied().chain(words(ENGLISH_JOINTS)));
        glue.at_end.extend(glue.opening.iter().copied().chain(words(ENGLISH_JOINTS)));
        glue
    }
}

/// The units of English words: runs of letters are known by a hash that only the cleaner makes.
fn english(words: &str) -> Vec<u32> {
    clean::clean(words, None, &FurnitureModel::default(), GroupKeys::default()).body.ids
}

/// The units of English words with the share of running text that each takes: read when the first English word is looked up.
static ENGLISH_SHARES: LazyLock<FxHashMap<u32, f64>> = LazyLock::new(|| {
    let table = include_str!("english_words.tsv").lines().filter(|line| !line.starts_with('#'));
    let groups = table.filter_map(|line| line.split_once('\t'));
    groups
        .flat_map(|(tenths, words)| {
            let share = tenths.parse().map_or(UNSEEN_ENGLISH, |tenths: f64| 10f64.powf(-tenths / 10.0));
            english(words).into_iter().map(move |unit| (unit, share))
        })
        .collect()
});

/// The share of the rarest part of a word of letters: `don't` is as common as `don`.
fn english_share(units: &[u32]) -> f64 {
    let shares = units.iter().map(|unit| ENGLISH_SHARES.get(unit).copied().unwrap_or(UNSEEN_ENGLISH));
    shares.fold(1.0, f64::min)
}

fn english_glue() -> Vec<u32> {
    [ENGLISH_JOINTS, ENGLISH_OPENINGS].into_iter().flat_map(english).collect()
}

/// What kind of word it is, as far as talking points care.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class {
    /// A person, place or body.
    Name,
    /// A number, date or measure.
    Figure,
    /// 的, 了, 着 …
    Particle,
    /// 和, 与, 以及 …
    Conjunction,
    /// 在, 把, 对 …
    Preposition,
    /// Any other word.
    Plain,
}

/// What part of speech it is, as far as classes of points care.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Speech {
    /// Names of persons, places, bodies and works.
    Name,
    /// Nouns and words used as such.
    Noun,
    /// Verbs, auxiliaries among them.
    Verb,
    /// Adverbs.
    Adverb,
    /// Pronouns.
    Pronoun,
    /// Numbers, measures and times.
    Figure,
    /// Particles, prepositions, conjunctions, articles.
    Function,
    /// Set phrases and idioms.
    Idiom,
    /// Others.
    Other,
}

impl Speech {
    fn of_tag(tag: &str) -> Speech {
        match tag {
            "nr" | "nrt" | "nrfg" | "ns" | "nt" | "nz" => Speech::Name,
            "vn" | "an" => Speech::Noun,
            "d" | "ad" => Speech::Adverb,
            "i" | "l" => Speech::Idiom,
            "m" | "mq" | "mg" | "t" | "tg" | "q" => Speech::Figure,
            "p" | "c" | "y" | "e" => Speech::Function,
            _ if tag.starts_with('n') => Speech::Noun,
            _ if tag.starts_with('v') => Speech::Verb,
            _ if tag.starts_with('r') => Speech::Pronoun,
            _ if tag.starts_with('u') => Speech::Function,
            _ => Speech::Other,
        }
    }
}

/// English words by part of speech; others are not known.
const ENGLISH_SPEECH: [(Speech, &str); 4] = [
    (
        Speech::Function,
        "A an the and or but of to in on at by for with from as that than into over under about after before if",
    ),
    (
        Speech::Pronoun,
        "I me my we us our you your he him his she her it its they them their who whom whose what why how this these those here there.",
    ),
    (
        Speech::Verb,
        "Is are was were am be been being has have had do does did will would can could shall should may might must let make makes made \
        get gets go goes going come comes want wants need needs know think believe say says take takes give keep see stop.",
    ),
    (Speech::Adverb, "Not never ever only just also still again always now very too more most."),
];
/// What follows the apostrophe of a shortened verb.
const ENGLISH_SHORTENED: &str = "They t re ll ve m d.";

/// What a clause without a subject begins with when it goes on with the clause before it.
const HAN_CONTINUING: &[&str] = &[
    "也", "更", "更是", "还", "还是", "就", "就是", "又", "却", "才", "则", "都", "并", "并且", "而", "而且", "但",
    "是",
];
const ENGLISH_CONTINUING: &str = "Is are was were be been has had will would could can should may might must.";

impl Class {
    fn of_tag(tag: &str) -> Class {
        match tag {
            "nr" | "nrt" | "nrfg" | "ns" | "nt" => Class::Name,
            "m" | "mq" | "mg" | "t" | "tg" | "q" => Class::Figure,
            "c" => Class::Conjunction,
            "p" => Class::Preposition,
            "y" | "e" => Class::Particle,
            _ if tag.starts_with('u') => Class::Particle,
            _ => Class::Plain,
        }
    }
}

/// A word as the dictionary knows it.
#[derive(Clone, Copy, Debug)]
pub(super) struct WordInfo {
    /// Share of running text that it takes.
    pub share: f64,
    /// What kind of word it is.
    pub class: Class,
    /// What part of speech it is.
    pub speech: Speech,
    /// True for a run of letters or digits.
    pub is_run: bool,
}

impl WordInfo {
    /// How rare it is, minus the decimal logarithm of its share; 0 for a number in digits.
    pub fn rarity(&self) -> f64 {
        if self.is_run && self.class == Class::Figure { 0.0 } else { -self.share.log10() }
    }
}

/// The words of the candidates.
#[derive(Debug)]
pub(super) struct Lexicon {
    known: FxHashMap<u32, WordInfo>,
    english_glue: FxHashSet<u32>,
    english_speech: FxHashMap<u32, Speech>,
    english_shortened: FxHashSet<u32>,
    articles: FxHashSet<u32>,
    continuing: FxHashSet<u32>,
    bodies: FxHashSet<u32>,
}

impl Lexicon {
    /// A lexicon that knows no word yet.
    pub fn new() -> Lexicon {
        let units = |name: &&str| word_of(&name.chars().map(|c| c as u32).collect::<Vec<u32>>());
        Lexicon {
            known: FxHashMap::default(),
            english_glue: english_glue().into_iter().collect(),
            english_speech: ENGLISH_SPEECH
                .iter()
                .flat_map(|&(speech, words)| english(words).into_iter().map(move |unit| (unit, speech)))
                .collect(),
            english_shortened: english(ENGLISH_SHORTENED).into_iter().skip(1).collect(),
            articles: english("The a an").into_iter().map(|unit| word_of(&[unit])).collect(),
            continuing: HAN_CONTINUING
                .iter()
                .map(units)
                .chain(english(ENGLISH_CONTINUING).into_iter().map(|unit| word_of(&[unit])))
                .collect(),
            bodies: BODIES.iter().map(units).collect(),
        }
    }

    /// Looks up the words that `units` spell, one after the other; `words` are their numbers.
    pub fn learn(&mut self, words: &[u32], units: &[u32], jieba: &Jieba) {
        let mut at = 0;
        for &word in words.iter().filter(|&&word| word != BREAK) {
            let spelt = &units[at..at + units_of(word)];
            at += spelt.len();
            if !self.known.contains_key(&word) {
                let known = self.look_up(spelt, jieba);
                self.known.insert(word, known);
            }
        }
    }

    fn look_up(&self, units: &[u32], jieba: &Jieba) -> WordInfo {
        if stands_alone(units[0]) {
            return look_up(units, jieba);
        }
        let figure = is_figure(units[0]);
        let class = match units {
            [unit] if self.english_glue.contains(unit) => Class::Particle,
            _ if figure => Class::Figure,
            _ => Class::Plain,
        };
        let speech = match units {
            [unit] if self.english_speech.contains_key(unit) => self.english_speech[unit],
            [_, unit] if self.english_shortened.contains(unit) => Speech::Verb,
            _ if figure => Speech::Figure,
            _ => Speech::Other,
        };
        let share = if figure { FIGURE_SHARE } else { english_share(units) };
        WordInfo { share, class, speech, is_run: true }
    }

    /// True for an English article.
    pub fn is_article(&self, word: u32) -> bool {
        self.articles.contains(&word)
    }

    /// True for a word that a clause begins with when it goes on with the one before it: 也, 更, 是 …, was, will …
    pub fn continues(&self, word: u32) -> bool {
        self.continuing.contains(&word)
    }

    /// True for a word that names of bodies and meetings end with.
    pub fn ends_a_name(&self, word: u32) -> bool {
        self.bodies.contains(&word)
    }

    /// What is known of `word`; a word never learnt is as rare as an unseen one.
    pub fn get(&self, word: u32) -> WordInfo {
        let share = UNSEEN / DICTIONARY_TOTAL;
        let unseen = WordInfo { share, class: Class::Plain, speech: Speech::Other, is_run: false };
        self.known.get(&word).copied().unwrap_or(unseen)
    }
}

fn look_up(units: &[u32], jieba: &Jieba) -> WordInfo {
    let text: String = units.iter().filter_map(|&unit| char::from_u32(unit)).collect();
    let seen = if jieba.has_word(&text) { jieba.suggest_freq(&text) as f64 } else { UNSEEN };
    let (class, speech) = jieba
        .tag(&text, false)
        .first()
        .map_or((Class::Plain, Speech::Other), |tag| (Class::of_tag(tag.tag), Speech::of_tag(tag.tag)));
    WordInfo { share: seen / DICTIONARY_TOTAL, class, speech, is_run: false }
}

/// The share of names and figures among the units of a wording; at least 0.7 for what ends as names of bodies and
/// meetings do.
pub(super) fn named_share(words: &[u32], lexicon: &Lexicon) -> f64 {
    let (mut named, mut all) = (0u32, 0u32);
    for &word in words.iter().filter(|&&word| word != BREAK) {
        let units = units_of(word) as u32;
        all += units;
        if matches!(lexicon.get(word).class, Class::Name | Class::Figure) {
            named += units;
        }
    }
    let body = words.last().is_some_and(|&word| lexicon.ends_a_name(word));
    let share = f64::from(named) / f64::from(all.max(1));
    if body { share.max(BODY) } else { share }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn word(text: &str) -> (u32, Vec<u32>) {
        let units: Vec<u32> = text.chars().map(|c| c as u32).collect();
        (word_of(&units), units)
    }

    #[test]
    fn the_dictionary_tells_glue_from_words() {
        let glue = Glue::of(&Jieba::new());
        for c in ["的", "了", "和"] {
            assert!(glue.at_start.contains(&word(c).0) && glue.at_end.contains(&word(c).0), "{c}");
        }
        assert!(glue.at_end.contains(&word("把").0) && !glue.at_start.contains(&word("把").0));
        assert!(!glue.at_end.contains(&word("桥").0));
        assert!(english_glue().len() > 40);
    }

    #[test]
    fn words_that_go_on_with_a_clause_are_known() {
        let lexicon = Lexicon::new();
        assert!(lexicon.continues(word("也").0) && !lexicon.continues(word("桥").0));
        let english = |text: &str| word_of(&english(text)[..1]);
        assert!(lexicon.continues(english("was built")) && !lexicon.continues(english("bridges")));
    }

    #[test]
    fn every_english_word_of_the_table_is_one_unit() {
        let lines = include_str!("english_words.tsv").lines().filter(|line| !line.starts_with('#'));
        let mut all = 0;
        for (_, words) in lines.filter_map(|line| line.split_once('\t')) {
            all += words.split(' ').count();
            assert_eq!(english(words).len(), words.split(' ').count(), "{words}");
        }
        assert_eq!(all, 20_000);
    }

    #[test]
    fn common_english_words_have_larger_shares() {
        let (jieba, mut lexicon) = (Jieba::new(), Lexicon::new());
        let mut share = |text: &str| {
            let units = english(text);
            let number = word_of(&units);
            lexicon.learn(&[number], &units, &jieba);
            lexicon.get(number).share
        };
        assert!(share("because") > 20.0 * share("catastrophe"));
        assert!(share("catastrophe") > 2.0 * share("qwzrtk"));
        assert_eq!(share("42"), FIGURE_SHARE);
    }

    #[test]
    fn common_words_have_larger_shares() {
        let (jieba, mut lexicon) = (Jieba::new(), Lexicon::new());
        let mut share = |text: &str| {
            let (number, units) = word(text);
            lexicon.learn(&[number], &units, &jieba);
            lexicon.get(number)
        };
        assert!(share("问题").share > 20.0 * share("板凳").share);
        assert!(share("板凳").share > share("栀蟾").share);
        assert_eq!(share("湖南").class, Class::Name);
        assert_eq!(share("以及").class, Class::Conjunction);
    }
}
