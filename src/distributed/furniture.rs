//! Outlets, and which pages the furniture is learnt from: the same that one machine would take.

use super::rows::Key;
use super::sketches::LineRow;
use crate::attribution::SeenNames;
use crate::clean::{self, EdgeCache, FurnitureGroup};
use crate::config::Config;
use crate::corpus::Corpus;
use crate::error::Result;
use crate::origin::Roles;
use crate::pages::Pages;
use crate::types::DocId;
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::sync::Arc;

/// What one pass over a part of the pages shows of outlets, and which of them may be looked at for furniture. Keeps
/// what the groups have, not the pages.
#[derive(Default)]
pub(super) struct Survey {
    seen: SeenNames,
    /// The least orders of each group.
    samples: FxHashMap<u64, BTreeSet<u64>>,
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
                let least = self.samples.entry(group).or_default();
                least.insert(corpus.order(doc));
                if least.len() > clean::most(group) {
                    least.pop_last();
                }
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
        let of_group = |(&group, least): (&u64, &BTreeSet<u64>)| {
            let page =
                |&order: &u64| SurveyRow { publisher: Some(group), page: Some(Key(order)), ..SurveyRow::default() };
            least.iter().map(page).collect::<Vec<_>>()
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

/// Chooses from samples, of which those of a group come together. One that is of two groups comes twice.
pub(super) fn choose(rows: Vec<SampleRow>) -> Result<Vec<ChosenRow>> {
    let mut groups: FxHashMap<u64, Vec<Key>> = FxHashMap::default();
    rows.into_iter().for_each(|row| groups.entry(row.publisher).or_default().push(row.page));
    let few = clean::sample(&mut groups);
    Ok(groups.into_values().flatten().chain(few).map(|key| ChosenRow { key }).collect())
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
