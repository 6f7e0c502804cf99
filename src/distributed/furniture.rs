//! Outlets, and which pages the furniture is learnt from: the same that one machine would take.

use super::rows::Key;
use super::sketches::LineRow;
use crate::attribution::SeenNames;
use crate::clean::{self, EdgeCache, FurnitureGroup, LEAST_PAGES, PAGES_OF_NOBODY, PAGES_PER_GROUP};
use crate::config::Config;
use crate::corpus::Corpus;
use crate::error::Result;
use crate::origin::Roles;
use crate::pages::Pages;
use crate::types::DocId;
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};
use std::collections::BinaryHeap;
use std::sync::Arc;

/// The pages of a group that are looked at.
fn most(group: u64) -> usize {
    if group == 0 { PAGES_OF_NOBODY } else { PAGES_PER_GROUP }
}

/// The least numbers met so far, so many at most.
#[derive(Default)]
struct Least(BinaryHeap<u64>);

impl Least {
    fn add(&mut self, number: u64, most: usize) {
        if self.0.len() < most {
            self.0.push(number);
        } else if self.0.peek().is_some_and(|&greatest| number < greatest) {
            self.0.pop();
            self.0.push(number);
        }
    }
}

/// What one pass over a part of the pages shows of outlets, and which of them may be looked at for furniture. Keeps
/// what the groups have, not the pages.
#[derive(Default)]
pub(super) struct Survey {
    seen: SeenNames,
    samples: FxHashMap<u64, Least>,
}

/// A name, whether it is a host, or with `named` how many records give that host this name; or a page of a group.
#[derive(Default, Serialize, Deserialize)]
pub(super) struct SurveyRow {
    name: Option<String>,
    is_host: bool,
    host: Option<u64>,
    named: Option<u64>,
    records: u64,
    publisher: Option<u64>,
    page: Option<Key>,
}

impl Survey {
    /// Notes the pages on some lines.
    pub(super) fn add(&mut self, rows: &[LineRow], config: &Config) -> Result<()> {
        let corpus = corpus_of(rows, config)?;
        let pages = Pages::new(&corpus, config.timezone, Roles::of_run(config)?.aliases());
        for doc in (0..corpus.len() as u32).map(DocId) {
            for group in pages.furniture_groups(doc) {
                self.samples.entry(group).or_default().add(corpus.order(doc), most(group));
            }
        }
        self.seen.add(pages.seen().clone());
        Ok(())
    }

    /// What was noted.
    pub(super) fn finish(&self) -> Vec<SurveyRow> {
        let names = self.seen.names().map(|(name, is_host)| SurveyRow {
            name: Some(name.to_owned()),
            is_host,
            ..SurveyRow::default()
        });
        let votes = self.seen.votes().map(|[host, named, records]| SurveyRow {
            host: Some(host),
            named: Some(named),
            records,
            ..SurveyRow::default()
        });
        let of_group = |(&group, least): (&u64, &Least)| {
            let page =
                |&order: &u64| SurveyRow { publisher: Some(group), page: Some(Key(order)), ..SurveyRow::default() };
            least.0.iter().map(page).collect::<Vec<_>>()
        };
        names.chain(votes).chain(self.samples.iter().flat_map(of_group)).collect()
    }
}

fn corpus_of(rows: &[LineRow], config: &Config) -> Result<Corpus> {
    Ok(Corpus::of_lines(rows.iter().map(|row| row.line.as_str()), &config.names()?))
}

/// A page of a group that may be learnt from.
#[derive(Serialize, Deserialize)]
pub(super) struct SampleRow {
    publisher: u64,
    page: Key,
}

/// A page that is learnt from.
#[derive(Serialize, Deserialize)]
pub(super) struct ChosenRow {
    key: Key,
}

/// Chooses from samples, of which those of a group come together.
pub(super) fn choose(mut rows: Vec<SampleRow>) -> Result<Vec<ChosenRow>> {
    rows.sort_unstable_by_key(|row| (row.publisher, row.page));
    let mut chosen = BoilerplateSample::default();
    rows.iter().for_each(|row| chosen.add(row.publisher, row.page.0));
    Ok(chosen.finish().into_iter().map(|order| ChosenRow { key: Key(order) }).collect())
}

/// Chooses from the samples of all parts, which come group by group, the least first.
#[derive(Default)]
struct BoilerplateSample {
    group: u64,
    /// How many of the group were met.
    met: usize,
    /// The first of the group, as long as it is too small to be learnt from.
    waiting: Vec<u64>,
    /// Pages of small groups.
    few: Least,
    chosen: Vec<u64>,
}

impl BoilerplateSample {
    /// Takes the next page of a sample.
    fn add(&mut self, group: u64, order: u64) {
        if group != self.group {
            self.end_group();
            (self.group, self.met) = (group, 0);
        }
        self.met += 1;
        if self.met < LEAST_PAGES {
            self.waiting.push(order);
        } else if self.met <= most(group) {
            self.chosen.append(&mut self.waiting);
            self.chosen.push(order);
        }
    }

    fn end_group(&mut self) {
        let BoilerplateSample { waiting, few, .. } = self;
        waiting.drain(..).for_each(|order| few.add(order, PAGES_OF_NOBODY));
    }

    /// The pages to learn from, by order; one that stands for two groups comes twice.
    fn finish(mut self) -> Vec<u64> {
        self.end_group();
        self.chosen.extend(self.few.0);
        self.chosen
    }
}

/// A record with the key of its page.
#[derive(Serialize, Deserialize)]
pub(super) struct KeyedRow {
    key: Key,
    line: String,
}

/// The records on some lines with their keys; what is no record is left out.
pub(super) fn keyed(rows: &[LineRow], config: &Config) -> Result<Vec<KeyedRow>> {
    let corpus = corpus_of(rows, config)?;
    let row = |doc| KeyedRow { key: Key(corpus.order(doc)), line: corpus.json(doc).into_owned() };
    Ok((0..corpus.len() as u32).map(DocId).map(row).collect())
}

/// Learns the furniture from the pages chosen.
pub(super) fn learn(rows: &[LineRow], config: &Config) -> Result<Vec<FurnitureGroup>> {
    let corpus = corpus_of(rows, config)?;
    let learnt =
        clean::learn(&Pages::new(&corpus, config.timezone, Roles::of_run(config)?.aliases()), &EdgeCache::default());
    Ok(Arc::unwrap_or_clone(learnt.groups))
}
