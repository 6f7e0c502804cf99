//! The sets of a report by the few numbers that they are sorted and filtered by, and the outlets and days of all pages.

use crate::error::Result;
use rustc_hash::FxHashMap;
use serde::Deserialize;
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// What lists of sets, outlets and days are made of. Sets are known by their places.
pub(crate) struct Catalog {
    pub shapes: Vec<Shape>,
    /// A set and an outlet that ran it, in order, each once.
    ran: Vec<(u32, u32)>,
    pub outlets: OutletNames,
    pub days: Days,
}

/// What sets are sorted and filtered by.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Shape {
    pub size: u32,
    pub outlets: u32,
    /// First and last day as numbers, `20240131`; 0 when no page has a time.
    pub days: [u32; 2],
    /// Probability of the origin; 0 without one.
    pub probability: f32,
}

/// Outlets by the number that rows name them by.
#[derive(Default)]
pub(crate) struct OutletNames {
    pub names: Vec<String>,
    numbers: FxHashMap<String, u32>,
}

impl OutletNames {
    pub(crate) fn of(names: &[String]) -> Self {
        let numbers = names.iter().cloned().zip(0..).collect();
        OutletNames { names: names.to_vec(), numbers }
    }

    pub(super) fn number(&mut self, name: &str) -> u32 {
        self.find(name).unwrap_or_else(|| {
            let number = self.names.len() as u32;
            self.names.push(name.to_owned());
            self.numbers.insert(name.to_owned(), number);
            number
        })
    }

    fn find(&self, name: &str) -> Option<u32> {
        self.numbers.get(name).copied()
    }
}

/// Pages by the day they were published.
#[derive(Default)]
pub(crate) struct Days {
    /// Pages of a day, and how many of them repeat another page of the corpus, wherever their origin is.
    pub dated: BTreeMap<String, [u32; 2]>,
    /// The same for pages without a time.
    pub undated: [u32; 2],
}

impl Days {
    /// Counts a page by its day, if it has one.
    pub(crate) fn count(&mut self, day: Option<&str>, repeats: bool) {
        let tally = day.map_or(&mut self.undated, |day| self.dated.entry(day.to_owned()).or_default());
        *tally = [tally[0] + 1, tally[1] + u32::from(repeats)];
    }
}

/// Which sets are listed, and in what order.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Query {
    /// Words that the title has, whatever their case.
    pub q: String,
    /// An outlet that ran it.
    pub outlet: String,
    /// Another outlet that ran it too.
    pub with: String,
    /// A day on or after the first and before or on the last of which it was seen, `2024-01-31`.
    pub from: String,
    /// The day at which that stretch ends.
    pub to: String,
    /// The order.
    pub sort: Sort,
    /// Rows passed over.
    pub skip: usize,
    /// Rows given.
    pub take: usize,
}

/// An order of sets.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sort {
    /// The most pages first.
    #[default]
    Size,
    /// The most outlets first.
    Outlets,
    /// The earliest first.
    Earliest,
    /// The latest first.
    Latest,
    /// The least sure origin first.
    Doubt,
}

impl Catalog {
    /// `ran` has a set and an outlet for each of its pages whose outlet is known, in any order.
    pub(crate) fn new(shapes: Vec<Shape>, mut ran: Vec<(u32, u32)>, outlets: OutletNames, days: Days) -> Self {
        ran.sort_unstable();
        ran.dedup();
        Catalog { shapes, ran, outlets, days }
    }

    /// The outlets that ran a set, by number.
    pub(crate) fn outlets_of(&self, set: u32) -> impl Iterator<Item = u32> + '_ {
        let from = self.ran.partition_point(|&(of, _)| of < set);
        self.ran[from..].iter().take_while(move |&&(of, _)| of == set).map(|&(_, outlet)| outlet)
    }

    /// The sets, the largest first.
    pub(super) fn by_size(&self) -> Vec<u32> {
        let mut order: Vec<u32> = (0..self.shapes.len() as u32).collect();
        order.sort_by_key(|&set| Reverse(self.shapes[set as usize].size));
        order
    }

    /// The sets that a query is for, in its order, however many it asks for. `titled` leaves those of some sets whose titles
    /// have all words, which are in lower case; it is called only when words are sought.
    pub(crate) fn found(
        &self,
        query: &Query,
        titled: impl FnOnce(Vec<u32>, &str) -> Result<Vec<u32>>,
    ) -> Result<Vec<u32>> {
        let mut sets: Vec<u32> = (0..self.shapes.len() as u32).filter(|&set| self.fits(set, query)).collect();
        let words = query.q.to_lowercase();
        if !words.trim().is_empty() {
            sets = titled(sets, &words)?;
        }
        let shape = |&set: &u32| self.shapes[set as usize];
        let undated_last = |day: u32| (day == 0, day);
        match query.sort {
            Sort::Size => sets.sort_by_key(|set| Reverse(shape(set).size)),
            Sort::Outlets => sets.sort_by_key(|set| Reverse(shape(set).outlets)),
            Sort::Earliest => sets.sort_by_key(|set| undated_last(shape(set).days[0])),
            Sort::Latest => sets.sort_by_key(|set| Reverse(shape(set).days[1])),
            Sort::Doubt => sets.sort_by(|x, y| shape(x).probability.total_cmp(&shape(y).probability)),
        }
        Ok(sets)
    }

    fn fits(&self, set: u32, query: &Query) -> bool {
        let [first, last] = self.shapes[set as usize].days;
        let from = day_number(&query.from).unwrap_or(0);
        let to = day_number(&query.to).unwrap_or(u32::MAX);
        let in_time = query.from.is_empty() && query.to.is_empty() || first != 0 && last >= from && first <= to;
        let ran = |name: &str| {
            name.is_empty() || self.outlets.find(name).is_some_and(|outlet| self.outlets_of(set).any(|o| o == outlet))
        };
        in_time && ran(&query.outlet) && ran(&query.with)
    }
}

/// True when the text has every word; `words` are in lower case.
pub(crate) fn has_all(text: &str, words: &str) -> bool {
    let text = text.to_lowercase();
    words.split_whitespace().all(|word| text.contains(word))
}

/// `2024-01-31…` as 20240131.
pub(crate) fn day_number(time: &str) -> Option<u32> {
    let digits: String = time.get(..10)?.split('-').collect();
    digits.parse().ok().filter(|_| digits.len() == 8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_numbers() {
        assert_eq!(day_number("2024-01-31T08:00:00+08:00"), Some(20_240_131));
        assert_eq!(day_number("2024-01-31"), Some(20_240_131));
        assert_eq!(day_number("2024"), None);
        assert_eq!(day_number("二〇二四年一月"), None);
    }
}
