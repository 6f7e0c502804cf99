//! The oracle: exact overlap, the slow plain way. It shares no code with the program; the one thing it takes
//! from there is the table of script forms, read as data.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

const FOLD_TSV: &str = include_str!("../../src/clean/tables/fold.tsv");

static SIMPLIFIED: LazyLock<HashMap<char, char>> = LazyLock::new(|| {
    let rows = FOLD_TSV.lines().filter(|line| !line.starts_with('#'));
    rows.map(|row| {
        let (from, to) = row.split_once('\t').unwrap();
        (from.chars().next().unwrap(), to.chars().next().unwrap())
    })
    .collect()
});

/// Units in an n-gram.
const N: usize = 5;

/// A text with its units and the set of its n-grams.
pub struct Page {
    pub text: String,
    pub units: Vec<String>,
    pub grams: HashSet<String>,
}

impl Page {
    pub fn new(text: String) -> Self {
        let units = units(&text);
        let grams = grams(&units);
        Page { text, units, grams }
    }
}

/// A Han character, or a run of letters and digits: folded, in order, pinyin in brackets left out.
pub fn units(text: &str) -> Vec<String> {
    let mut units: Vec<String> = Vec::new();
    let mut in_run = false;
    for c in without_pinyin(text).into_iter().map(fold) {
        let han = matches!(c, '\u{3400}'..='\u{9FFF}' | '\u{20000}'..='\u{3FFFF}');
        if han {
            units.push(c.to_string());
        } else if c.is_alphanumeric() && in_run {
            units.last_mut().unwrap().push(c);
        } else if c.is_alphanumeric() {
            units.push(c.to_string());
        }
        in_run = !han && c.is_alphanumeric();
    }
    units
}

/// Full width to half, upper case to lower, traditional to simplified.
fn fold(c: char) -> char {
    let narrow = match c {
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(c as u32 - 0xFEE0).unwrap(),
        other => other,
    };
    let lower = narrow.to_lowercase().next().unwrap();
    SIMPLIFIED.get(&lower).copied().unwrap_or(lower)
}

/// Takes out bracketed syllables that carry a tone mark; one of the two brackets may be lost.
fn without_pinyin(text: &str) -> Vec<char> {
    let chars: Vec<char> = text.chars().collect();
    let mut kept = Vec::new();
    let mut at = 0;
    while at < chars.len() {
        let start = if "(（".contains(chars[at]) { at + 1 } else { at };
        let end = (start..chars.len()).find(|&k| !is_pinyin_letter(chars[k])).unwrap_or(chars.len());
        let word = &chars[start..end];
        let closed = chars.get(end).is_some_and(|c| ")）".contains(*c));
        let begins = !kept.last().is_some_and(|&c: &char| is_pinyin_letter(c));
        if begins && word.iter().any(|&c| has_tone(c)) && word.len() <= 6 && (start > at || closed) {
            at = if closed { end + 1 } else { end };
        } else {
            kept.push(chars[at]);
            at += 1;
        }
    }
    kept
}

fn has_tone(c: char) -> bool {
    "āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜńňǹ".contains(c)
}

fn is_pinyin_letter(c: char) -> bool {
    c.is_ascii_lowercase() || c == 'ü' || has_tone(c)
}

/// A text of fewer units than an n-gram has one n-gram: the whole of it.
fn grams(units: &[String]) -> HashSet<String> {
    if units.is_empty() {
        return HashSet::new();
    }
    units.windows(N.min(units.len())).map(|window| window.join(" ")).collect()
}

/// What two pages have in common.
#[derive(Debug)]
pub struct Overlap {
    pub shared: usize,
    pub jaccard: f64,
    pub of_a: f64,
    pub of_b: f64,
}

pub fn overlap(a: &Page, b: &Page) -> Overlap {
    let shared = a.grams.intersection(&b.grams).count();
    let share = |of: usize| if of == 0 { 0.0 } else { shared as f64 / of as f64 };
    Overlap {
        shared,
        jaccard: share(a.grams.len() + b.grams.len() - shared),
        of_a: share(a.grams.len()),
        of_b: share(b.grams.len()),
    }
}

/// The most units in a row that both pages hold, by the table of all pairs of places.
pub fn longest_run(a: &Page, b: &Page) -> usize {
    let mut longest = 0;
    let mut above = vec![0; b.units.len() + 1];
    for x in &a.units {
        let mut row = vec![0; b.units.len() + 1];
        for (k, y) in b.units.iter().enumerate() {
            row[k + 1] = if x == y { above[k] + 1 } else { 0 };
            longest = longest.max(row[k + 1]);
        }
        above = row;
    }
    longest
}

#[test]
fn the_oracle_folds_and_cuts_as_its_comments_say() {
    assert_eq!(units("創(chuàng)新，ＡＢ１2次！Big News"), ["创", "新", "ab12", "次", "big", "news"]);
    assert_eq!(units("鎮?zhèn)黨委(WTO)"), ["镇", "党", "委", "wto"]);
    let page = |text: &str| Page::new(text.to_owned());
    assert_eq!(page("一二三四五六").grams.len(), 2);
    assert_eq!(page("一二").grams.len(), 1);
    let found = overlap(&page("一二三四五六"), &page("二三四五六七八"));
    assert_eq!((found.shared, found.of_a), (1, 0.5));
    assert_eq!(longest_run(&page("一二三四五六"), &page("九二三四五六七八")), 5);
}
