//! The whole method, one stage a line.

use crate::attribution::Outlets;
use crate::candidates::{self, Pair, RoadCount};
use crate::clean::{self, FurnitureModel};
use crate::cluster::{self, Clusters};
use crate::config::{Config, Only};
use crate::corpus::{Corpus, CorpusConfig};
use crate::error::Result;
use crate::facts;
use crate::origin::{self, Lineage, Overlaps, Page};
use crate::pages::Pages;
use crate::signature::{Signature, Signatures, agreement, sign};
use crate::talking_points::{self, TalkingPoint, Voter};
use crate::types::DocId;
use crate::verify::{self, Match};
use rayon::prelude::*;
use std::path::{Path, PathBuf};
use std::time::Instant;

/// Is told how a run goes. All calls come from worker threads; the defaults do nothing.
pub trait Observer: Sync {
    /// A stage begins; `total` counts what it will go through, 0 when that is not known.
    fn begin(&self, stage: &'static str, total: u64) {
        let _ = (stage, total);
    }
    /// Some of it is done.
    fn advance(&self, done: u64) {
        let _ = done;
    }
}

/// Watches nothing.
pub struct Unobserved;

impl Observer for Unobserved {}

/// How long a stage took.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct StageTime {
    /// The stage.
    pub stage: &'static str,
    /// Wall time in seconds.
    pub seconds: f64,
}

/// Everything a run found, ready to be written.
pub struct Findings<'c> {
    /// The records, with furniture and outlets.
    pub pages: Pages<'c>,
    /// The settings.
    pub config: Config,
    /// What each road to candidates brought.
    pub roads: [RoadCount; 4],
    /// Pairs measured.
    pub verified: u64,
    /// All matches, sorted by pair.
    pub matches: Vec<Match>,
    /// Reprint sets and compilations.
    pub clusters: Clusters,
    /// One a cluster, in the same order; empty when origins were not asked for.
    pub lineages: Vec<Lineage>,
    /// The strongest first; empty when they were not asked for.
    pub points: Vec<TalkingPoint>,
    /// How long each stage took.
    pub stages: Vec<StageTime>,
}

/// Opens the inputs with the settings of a run. `out` is never read.
pub fn open(inputs: &[PathBuf], config: &Config, out: Option<&Path>) -> Result<Corpus> {
    let reading = CorpusConfig { names: config.names()?, map: !config.no_mmap, out: out.map(Path::to_owned) };
    Corpus::open(inputs, &reading)
}

/// Estimated resemblance above which two pages are verified in one go.
const PROBABLY_COPIED: f32 = 0.3;

/// Finds reprints, their origins, and talking points in a corpus.
pub fn detect<'c>(corpus: &'c Corpus, config: &Config, observer: &dyn Observer) -> Result<Findings<'c>> {
    let mut clock = Clock::new(observer);
    let count = corpus.len() as u64;

    clock.stage("furniture", 0);
    let mut pages = Pages::new(corpus, config.timezone);
    pages.furniture = config.furniture_model()?.unwrap_or_else(|| clean::learn(&pages));

    clock.stage("signatures", count);
    let signatures = Signatures::build(corpus.len(), |doc| sketch(&pages, DocId(doc)), |n| observer.advance(n as u64));

    clock.stage("candidates", 0);
    let order = |doc: DocId| corpus.order(doc);
    let proposed = candidates::propose(&signatures, &order);

    clock.stage("verify", proposed.pairs.len() as u64);
    let near = |pair: Pair| agreement(signatures.minhash(pair.a.0), signatures.minhash(pair.b.0)) > PROBABLY_COPIED;
    let mut matches = verify::verify(&proposed.pairs, &near, &pages, |n| observer.advance(n as u64));

    clock.stage("cluster", 0);
    let measure = |pairs: &[Pair]| verify::verify(pairs, &near, &pages, |_| {});
    let clusters = cluster::cluster(&mut matches, corpus.len(), &order, &measure);

    clock.stage("origin", clusters.list.len() as u64);
    let lineages = if config.only.origin() { trace(&pages, &signatures, &clusters, &matches) } else { Vec::new() };

    clock.stage("talking_points", 0);
    let points = if config.only.talking_points() { find_points(&pages, &signatures, &clusters) } else { Vec::new() };

    let stages = clock.finish();
    let verified = proposed.pairs.len() as u64;
    let roads = proposed.roads;
    Ok(Findings { pages, config: config.clone(), roads, verified, matches, clusters, lineages, points, stages })
}

/// One page in few bytes.
fn sketch(pages: &Pages, doc: DocId) -> Signature {
    pages.read(doc, |_, clean| sign(&clean.body.ids))
}

/// Gathers the facts of all members and infers their history.
fn trace(pages: &Pages, signatures: &Signatures, clusters: &Clusters, matches: &[Match]) -> Vec<Lineage> {
    let facts = member_facts(pages, signatures, clusters);
    origin::lineages(&clusters.list, &facts, &Overlaps::new(matches), &pages.outlets)
}

fn member_facts(pages: &Pages, signatures: &Signatures, clusters: &Clusters) -> Vec<Vec<Page>> {
    let of_cluster = |cluster: &cluster::Cluster| -> Vec<Page> {
        let mut members: Vec<Page> =
            cluster.members.iter().map(|&doc| facts::of_page(pages, signatures, doc)).collect();
        // Which page is quoted for all, or how a name is shown, must not depend on where records stand.
        members.sort_unstable_by_key(|page| page.order);
        members
    };
    clusters.list.par_iter().map(of_cluster).collect()
}

/// What the judgement of every cluster rests on, for fitting weights: detects reprint sets and stops there.
pub fn grounds(corpus: &Corpus, config: &Config) -> Result<Vec<origin::Grounds>> {
    let config = Config { only: Only::Clusters, ..config.clone() };
    let findings = detect(corpus, &config, &Unobserved)?;
    let signatures = Signatures::build(corpus.len(), |doc| sketch(&findings.pages, DocId(doc)), |_| {});
    let facts = member_facts(&findings.pages, &signatures, &findings.clusters);
    let overlaps = Overlaps::new(&findings.matches);
    Ok(origin::grounds(&findings.clusters.list, &facts, &overlaps, &findings.pages.outlets))
}

/// Finds the talking points, one vote a reprint set and an outlet.
fn find_points(pages: &Pages, signatures: &Signatures, clusters: &Clusters) -> Vec<TalkingPoint> {
    let corpus = pages.corpus;
    let mut sets: Vec<u32> = vec![u32::MAX; corpus.len()];
    for (number, cluster) in clusters.list.iter().enumerate() {
        cluster.members.iter().for_each(|doc| sets[doc.index()] = number as u32);
    }
    let alone = clusters.list.len() as u32;
    let strangers = pages.outlets.names().len() as u32;
    let mut left_out = vec![false; corpus.len()];
    clusters.compilations.iter().for_each(|doc| left_out[doc.index()] = true);
    let voters: Vec<Voter> = corpus
        .docs()
        .filter(|doc| !left_out[doc.index()])
        .map(|doc| Voter {
            doc,
            set: if sets[doc.index()] == u32::MAX { alone + doc.0 } else { sets[doc.index()] },
            outlet: pages.outlet(doc).map_or(strangers + doc.0, |o| o.outlet),
            units: signatures.units(doc.0),
            published: pages.read(doc, |raw, clean| pages.published(raw, &pages.attribution(raw, clean))),
            order: corpus.order(doc),
        })
        .collect();
    talking_points::find(&voters, pages)
}

/// Times stages one after the other.
struct Clock<'o> {
    observer: &'o dyn Observer,
    running: Option<(&'static str, Instant)>,
    done: Vec<StageTime>,
}

impl<'o> Clock<'o> {
    fn new(observer: &'o dyn Observer) -> Self {
        Clock { observer, running: None, done: Vec::new() }
    }

    fn stage(&mut self, stage: &'static str, total: u64) {
        self.stop();
        self.observer.begin(stage, total);
        self.running = Some((stage, Instant::now()));
    }

    fn stop(&mut self) {
        if let Some((stage, since)) = self.running.take() {
            self.done.push(StageTime { stage, seconds: since.elapsed().as_secs_f64() });
        }
    }

    fn finish(mut self) -> Vec<StageTime> {
        self.stop();
        self.done
    }
}

/// The outlets of a run, for those who have the findings only.
impl Findings<'_> {
    /// Names of outlets by number.
    pub fn outlets(&self) -> &Outlets {
        &self.pages.outlets
    }

    /// What was masked, per outlet or host.
    pub fn furniture(&self) -> &FurnitureModel {
        &self.pages.furniture
    }
}
