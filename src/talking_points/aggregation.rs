//! Who votes for talking points, and what shows which wording is everyday.

use crate::attribution::Outlets;
use crate::clean::FurnitureModel;
use crate::cluster::Clusters;
use crate::config::Config;
use crate::corpus::Corpus;
use crate::error::Result;
use crate::origin::Roles;
use crate::pages::Pages;
use crate::signature::Signatures;
use crate::talking_points::{Article, Articles, Background, Quote, UNKNOWN_OUTLET, Voter};
use crate::types::{DocId, Timestamp};
use crate::verdicts::Verdicts;
use crate::verify::{Kind, Match, Matches, Passage};
use rayon::prelude::*;
use rustc_hash::FxHashMap;

/// The voters of a corpus, one vote a reprint set and a house, and the passages that pages have from a text which
/// several articles quote. Round-ups have no vote: they are copies in parts.
pub(crate) fn input(
    pages: &Pages,
    signatures: &Signatures,
    times: &[Option<Timestamp>],
    clusters: &Clusters,
    matches: &Matches,
    roles: &Roles,
) -> (Vec<Voter>, Vec<Quote>) {
    let corpus = pages.corpus;
    let mut sets: Vec<u32> = vec![u32::MAX; corpus.len()];
    for (number, cluster) in clusters.list.iter().enumerate() {
        cluster.members.iter().for_each(|doc| sets[doc.index()] = number as u32);
    }
    let alone = clusters.list.len() as u32;
    let houses = Houses::new(&pages.outlets, roles);
    let mut left_out = vec![false; corpus.len()];
    clusters.compilations.iter().for_each(|c| left_out[c.doc.index()] = true);
    let voters = corpus
        .docs()
        .filter(|doc| !left_out[doc.index()])
        .map(|doc| Voter {
            doc,
            set: if sets[doc.index()] == u32::MAX { alone + doc.0 } else { sets[doc.index()] },
            outlet: houses.of(pages, doc),
            units: signatures.units(doc.0),
            published: times[doc.index()],
            order: corpus.order(doc),
        })
        .collect();
    let quotes = matches.iter().flat_map(|m| quotes(&m)).collect();
    (voters, quotes)
}

/// The passages that the pages of a match have from a text which several articles quote, or from a form that both fill in.
pub(crate) fn quotes(m: &Match) -> Vec<Quote> {
    if !matches!(m.kind, Kind::CommonSource | Kind::Template) {
        return Vec::new();
    }
    let of_passage = |p: &Passage| [Quote { doc: m.pair.a, span: p.a }, Quote { doc: m.pair.b, span: p.b }];
    m.passages.iter().flat_map(of_passage).collect()
}

/// Whose vote a page is: its outlet's, or that of the house which owns the outlet; of an unknown outlet, that of the
/// pages which show the same template, or its own.
#[derive(Clone, Debug)]
pub(crate) struct Houses {
    /// By outlet, the first outlet of its house.
    owned: Vec<u32>,
}

impl Houses {
    pub fn new(outlets: &Outlets, roles: &Roles) -> Self {
        let mut first: FxHashMap<String, u32> = FxHashMap::default();
        let house = |(outlet, name): (u32, &String)| *first.entry(roles.publisher(name)).or_insert(outlet);
        Houses { owned: (0u32..).zip(outlets.names()).map(house).collect() }
    }

    /// A number that the pages of a house share: that of an outlet, or a hash with [`UNKNOWN_OUTLET`].
    pub fn of(&self, pages: &Pages, doc: DocId) -> u64 {
        match pages.outlet(doc) {
            Some(known) => self.owned[known.outlet as usize].into(),
            None => UNKNOWN_OUTLET | pages.unknown_site(doc).unwrap_or_else(|| pages.corpus.order(doc)),
        }
    }
}

/// The reference corpus of a run.
pub(crate) struct BackgroundCorpus(Corpus);

/// Its pages, cleaned when they are asked for.
pub(crate) struct Cleaned<'c>(Pages<'c>);

impl BackgroundCorpus {
    /// Opens what the settings name; `None` when they name nothing.
    pub fn open(config: &Config) -> Result<Option<BackgroundCorpus>> {
        if config.background.is_empty() {
            return Ok(None);
        }
        Corpus::read(&config.background, &config.reading(None)?).map(|corpus| Some(BackgroundCorpus(corpus)))
    }

    /// Hash of its files.
    pub fn hash(&self) -> u64 {
        self.0.input_hash()
    }

    /// Learns the furniture of its pages.
    pub fn pages(&self, config: &Config) -> Result<Cleaned<'_>> {
        let mut pages = Pages::new(&self.0, config.timezone, Roles::of_run(config)?.aliases());
        pages.furnish(FurnitureModel::of_run(config)?, &Verdicts::of_run(config)?.lines);
        Ok(Cleaned(pages))
    }
}

impl Cleaned<'_> {
    /// As talking points want it.
    pub fn background(&self) -> Background<'_> {
        Background { articles: self, pages: self.0.corpus.len() as u32 }
    }
}

impl Articles for Cleaned<'_> {
    fn article(&self, doc: DocId, with: &mut dyn FnMut(&Article)) {
        self.0.read(doc, |raw, clean| {
            with(&Article { text: &raw.text, headline: clean.headline_before_body(), body: &clean.body_spans() });
        });
    }
}
