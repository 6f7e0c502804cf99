//! Outlets, and which pages the furniture is learnt from: the same that one machine would take.

use crate::attribution::SeenNames;
use crate::clean::{self, EdgeCache, FurnitureGroup, LEAST_PAGES, PAGES_OF_NOBODY, PAGES_PER_GROUP};
use crate::config::Config;
use crate::corpus::Corpus;
use crate::error::Result;
use crate::origin::Roles;
use crate::pages::Pages;
use crate::types::DocId;
use rustc_hash::FxHashMap;
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
pub struct Survey {
    seen: SeenNames,
    samples: FxHashMap<u64, Least>,
}

impl Survey {
    /// Notes the pages on some lines.
    pub fn add<'l>(&mut self, lines: impl Iterator<Item = &'l str>, config: &Config) -> Result<()> {
        let corpus = Corpus::of_lines(lines, &config.names()?);
        let pages = Pages::new(&corpus, config.timezone, Roles::of_run(config)?.aliases());
        for doc in (0..corpus.len() as u32).map(DocId) {
            for group in pages.furniture_groups(doc) {
                self.samples.entry(group).or_default().add(corpus.order(doc), most(group));
            }
        }
        self.seen.add(pages.seen().clone());
        Ok(())
    }

    /// Names of outlets, hosts and sites, each with whether it is a host.
    pub fn names(&self) -> impl Iterator<Item = (&str, bool)> {
        self.seen.names()
    }

    /// How many records give a host a name: the hashes of both, and the number.
    pub fn votes(&self) -> impl Iterator<Item = [u64; 3]> {
        self.seen.votes()
    }

    /// Pages of each group by order: its hash and theirs.
    pub fn samples(&self) -> impl Iterator<Item = [u64; 2]> {
        self.samples.iter().flat_map(|(&group, least)| least.0.iter().map(move |&order| [group, order]))
    }
}

/// Chooses from the samples of all parts, which come group by group, the least first.
#[derive(Default)]
pub struct BoilerplateSample {
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
    pub fn add(&mut self, group: u64, order: u64) {
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
    pub fn finish(mut self) -> Vec<u64> {
        self.end_group();
        self.chosen.extend(self.few.0);
        self.chosen
    }
}

/// The records on some lines with their orders; what is no record is left out.
pub fn orders<'l>(lines: impl Iterator<Item = &'l str>, config: &Config) -> Result<Vec<(u64, String)>> {
    let corpus = Corpus::of_lines(lines, &config.names()?);
    let docs = (0..corpus.len() as u32).map(DocId);
    Ok(docs.map(|doc| (corpus.order(doc), corpus.json(doc).into_owned())).collect())
}

/// Learns the furniture from the pages chosen.
pub fn learn<'l>(lines: impl Iterator<Item = &'l str>, config: &Config) -> Result<Vec<FurnitureGroup>> {
    let corpus = Corpus::of_lines(lines, &config.names()?);
    let learnt =
        clean::learn(&Pages::new(&corpus, config.timezone, Roles::of_run(config)?.aliases()), &EdgeCache::default());
    Ok(Arc::unwrap_or_clone(learnt.groups))
}
