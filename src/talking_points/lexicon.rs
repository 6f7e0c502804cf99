//! What the dictionary knows of the words that candidates are made of: how common they are in Chinese at
//! large, and whether they are names, figures or words that only join others.

use super::words::{BREAK, units_of, word_of};
use crate::clean::{is_figure, stands_alone};
use jieba_rs::Jieba;
use rustc_hash::{FxHashMap, FxHashSet};

/// Sum of all frequencies of jieba-rs 0.11's dictionary.
const DICTIONARY_TOTAL: f64 = 60_101_964.0;
/// Frequency of a word that the dictionary does not hold.
const UNSEEN: f64 = 0.5;
/// Share of running text taken by any one number or foreign word.
const RUN_SHARE: f64 = 1e-5;

/// Words that add nothing to a wording they stand at the border of.
#[derive(Debug, Default)]
pub(super) struct Glue {
    /// Particles and conjunctions: no wording begins with one.
    pub at_start: FxHashSet<u32>,
    /// Particles, conjunctions and prepositions: no wording ends with one.
    pub at_end: FxHashSet<u32>,
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
        glue
    }
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
pub(super) struct Known {
    /// Share of running text that it takes.
    pub share: f64,
    /// What kind of word it is.
    pub class: Class,
}

/// The words of the candidates.
#[derive(Debug, Default)]
pub(super) struct Lexicon {
    known: FxHashMap<u32, Known>,
}

impl Lexicon {
    /// Looks up the words that `units` spell, one after the other; `words` are their numbers.
    pub fn learn(&mut self, words: &[u32], units: &[u32], jieba: &Jieba) {
        let mut at = 0;
        for &word in words.iter().filter(|&&word| word != BREAK) {
            let spelt = &units[at..at + units_of(word)];
            at += spelt.len();
            self.known.entry(word).or_insert_with(|| look_up(spelt, jieba));
        }
    }

    /// What is known of `word`; a word never learnt is as rare as an unseen one.
    pub fn get(&self, word: u32) -> Known {
        let unseen = Known { share: UNSEEN / DICTIONARY_TOTAL, class: Class::Plain };
        self.known.get(&word).copied().unwrap_or(unseen)
    }
}

fn look_up(units: &[u32], jieba: &Jieba) -> Known {
    if !stands_alone(units[0]) {
        let class = if is_figure(units[0]) { Class::Figure } else { Class::Plain };
        return Known { share: RUN_SHARE, class };
    }
    let text: String = units.iter().filter_map(|&unit| char::from_u32(unit)).collect();
    let seen = if jieba.has_word(&text) { jieba.suggest_freq(&text) as f64 } else { UNSEEN };
    let class = jieba.tag(&text, false).first().map_or(Class::Plain, |tag| Class::of_tag(tag.tag));
    Known { share: seen / DICTIONARY_TOTAL, class }
}
