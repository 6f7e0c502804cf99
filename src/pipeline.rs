//! The whole method, one stage a line.

use crate::aside::{Aside, AsidePart};
use crate::attribution::Outlets;
use crate::candidates::{self, Pair, RoadCount};
use crate::clean::{FurnitureModel, Units};
use crate::cluster::{self, Clusters};
use crate::config::{Config, Only};
use crate::corpus::Corpus;
use crate::error::{Error, Result};
use crate::facts;
use crate::memory::{self, Watch};
use crate::origin::{self, Lineage, Overlaps, Page, Roles};
use crate::pages::{BodyPart, BodySpans, BodyWriter, Pages};
use crate::report::draft;
use crate::signature::{SignaturePart, SignatureWriter, Signatures};
use crate::spill::Scratch;
use crate::talking_points::{self, TalkingPoint};
use crate::types::{DocId, Timestamp};
use crate::verify::{self, Bodies, Equal, Match, Matches};
use crate::voting;
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
    /// True when the run is to stop: asked between stages, and between parts of the longest ones. It then ends with
    /// [`Error::Cancelled`].
    fn cancelled(&self) -> bool {
        false
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
    /// When each page was published.
    pub times: Vec<Option<Timestamp>>,
    /// The record of each page, as far as it is known from the page alone.
    pub(crate) drafts: Aside,
    /// The settings.
    pub config: Config,
    /// What each road to candidates brought.
    pub roads: [RoadCount; 4],
    /// Pairs measured.
    pub verified: u64,
    /// All matches, sorted by pair.
    pub matches: Matches,
    /// Reprint sets and compilations.
    pub clusters: Clusters,
    /// One a cluster, in the same order; empty when origins were not asked for.
    pub lineages: Vec<Lineage>,
    /// The strongest first; empty when they were not asked for.
    pub points: Vec<TalkingPoint>,
    /// How long each stage took.
    pub stages: Vec<StageTime>,
    /// Without MinHashes and samples.
    signatures: Signatures,
    stories: Vec<u32>,
    /// Where lists go that are too long for memory.
    pub(crate) scratch: Scratch,
    pub(crate) memory: Watch,
}

/// Opens the inputs with the settings of a run. `out` is never read.
pub fn open(inputs: &[PathBuf], config: &Config, out: Option<&Path>) -> Result<Corpus> {
    Corpus::open(inputs, &config.reading(out.map(Path::to_owned))?)
}

/// Finds reprints, their origins, and talking points in a corpus.
pub fn detect<'c>(corpus: &'c Corpus, config: &Config, observer: &dyn Observer) -> Result<Findings<'c>> {
    let memory = Watch::start();
    let mut clock = Clock::new(observer);
    let roles = config.roles()?;
    let archive = if config.only.talking_points() { voting::Archive::open(config)? } else { None };
    let scratch = memory::scratch(corpus, config)?;
    let count = corpus.len() as u64;

    clock.stage("furniture", 0)?;
    let mut pages = Pages::new(corpus, config.timezone, roles.aliases());
    pages.furnish(config.furniture_model()?);

    clock.stage("signatures", count)?;
    let Sketches { mut signatures, bodies, times, drafts, facts } =
        sketch(&pages, config.only.origin(), &scratch, observer)?;
    pages.bodies = bodies;

    clock.stage("candidates", 0)?;
    let order = |doc: DocId| corpus.order(doc);
    let proposed = match config.only {
        Only::Equal => candidates::propose_equal(&signatures, &order, &scratch)?,
        _ => candidates::propose(&mut signatures, &order, &scratch)?,
    };
    signatures.forget_sketches();

    clock.stage("verify", proposed.pairs.len() as u64)?;
    let bodies = Compared { pages: &pages, signatures: &signatures, stories: &proposed.stories };
    let goes_on = |done: usize| {
        observer.advance(done as u64);
        stop_if_told(observer)
    };
    let mut matches = verify::verify(&proposed.pairs, &bodies, &scratch, goes_on)?;

    clock.stage("cluster", 0)?;
    let measure = |pairs: &[Pair]| verify::verify(pairs, &bodies, &scratch, |_| Ok(()));
    let clusters = cluster::cluster(&mut matches, corpus.len(), &order, &scratch, &measure)?;

    clock.stage("origin", clusters.list.len() as u64)?;
    let lineages = if config.only.origin() {
        let facts = member_facts(&facts, &signatures, &clusters)?;
        origin::lineages(&facts, &Overlaps::new(&matches), &pages.outlets, &roles)
    } else {
        Vec::new()
    };

    clock.stage("talking_points", 0)?;
    let points = if config.only.talking_points() {
        let (voters, quotes) = voting::ballot(&pages, &signatures, &times, &clusters, &matches, &roles);
        let cleaned = archive.as_ref().map(|archive| archive.pages(config)).transpose()?;
        talking_points::find(voters, quotes, &pages, cleaned.as_ref().map(|cleaned| cleaned.background()))
    } else {
        Vec::new()
    };

    let stages = clock.finish()?;
    let verified = proposed.pairs.len() as u64;
    let (roads, stories) = (proposed.roads, proposed.stories);
    Ok(Findings {
        pages,
        times,
        drafts,
        config: config.clone(),
        roads,
        verified,
        matches,
        clusters,
        lineages,
        points,
        stages,
        signatures,
        stories,
        scratch,
        memory,
    })
}

fn stop_if_told(observer: &dyn Observer) -> Result<()> {
    if observer.cancelled() { Err(Error::Cancelled) } else { Ok(()) }
}

/// What one pass over the pages leaves of them.
struct Sketches {
    signatures: Signatures,
    bodies: BodySpans,
    times: Vec<Option<Timestamp>>,
    drafts: Aside,
    /// What the origin stage will want to know of each page; none when it is not asked for.
    facts: Aside,
}

/// The same of some pages that follow each other.
#[derive(Default)]
pub(crate) struct SketchPart {
    pub signatures: SignaturePart,
    pub bodies: BodyPart,
    pub times: Vec<Option<Timestamp>>,
    pub draft: AsidePart,
    pub facts: AsidePart,
}

/// Pages that one task sketches.
const PART: usize = 256;
/// Parts for each thread that are sketched before they are gathered.
const PARTS_AT_ONCE: usize = 16;

/// Cleans every page once: signs its body, keeps where it stands, reads what the page states about itself, and
/// puts its record aside.
fn sketch(pages: &Pages, with_facts: bool, scratch: &Scratch, observer: &dyn Observer) -> Result<Sketches> {
    let (drafts, facts) = (Aside::create(pages.corpus.scratch())?, Aside::create(pages.corpus.scratch())?);
    let count = pages.corpus.len();
    let part = |&first: &usize| {
        stop_if_told(observer)?;
        let mut part = SketchPart::default();
        let range = first..(first + PART).min(count);
        range.clone().for_each(|doc| sketch_page(pages, DocId(doc as u32), with_facts, &mut part));
        part.draft = drafts.put(part.draft)?;
        part.facts = facts.put(part.facts)?;
        observer.advance(range.len() as u64);
        Ok(part)
    };
    let firsts: Vec<usize> = (0..count).step_by(PART).collect();
    let mut gathered = Gathered::new(count, scratch);
    let mut ready = Vec::new();
    for some in firsts.chunks(PARTS_AT_ONCE * rayon::current_num_threads()) {
        // While some pages are sketched, what was made of those before them is gathered.
        let sketched = || some.par_iter().map(part).collect::<Result<Vec<SketchPart>>>();
        let (added, made) = rayon::join(|| gathered.add(ready), sketched);
        added?;
        ready = made?;
    }
    gathered.add(ready)?;
    gathered.finish(drafts, facts)
}

/// Parts put together in the order of the pages.
struct Gathered {
    signatures: SignatureWriter,
    bodies: BodyWriter,
    times: Vec<Option<Timestamp>>,
    drafts: Vec<AsidePart>,
    facts: Vec<AsidePart>,
}

impl Gathered {
    fn new(pages: usize, scratch: &Scratch) -> Self {
        Gathered {
            signatures: SignatureWriter::new(pages, scratch),
            bodies: BodyWriter::new(scratch),
            times: Vec::with_capacity(pages),
            drafts: Vec::new(),
            facts: Vec::new(),
        }
    }

    fn add(&mut self, parts: Vec<SketchPart>) -> Result<()> {
        for part in parts {
            self.signatures.append(&part.signatures)?;
            self.bodies.append(&part.bodies)?;
            self.times.extend(part.times);
            self.drafts.push(part.draft);
            self.facts.push(part.facts);
        }
        Ok(())
    }

    fn finish(self, drafts: Aside, facts: Aside) -> Result<Sketches> {
        Ok(Sketches {
            signatures: self.signatures.finish()?,
            bodies: self.bodies.finish()?,
            times: self.times,
            drafts: drafts.in_order(self.drafts),
            facts: facts.in_order(self.facts),
        })
    }
}

/// Adds what is to be kept of one page.
pub(crate) fn sketch_page(pages: &Pages, doc: DocId, with_facts: bool, part: &mut SketchPart) {
    pages.read(doc, |raw, clean| {
        part.signatures.sign(&clean.body.ids);
        part.bodies.push(clean);
        let attribution = pages.attribution(raw, clean);
        let published = pages.published(raw, &attribution);
        if with_facts {
            let page = facts::of_page(pages, doc, raw, clean, attribution.clone(), published);
            part.facts.push(&facts::line(&page));
        }
        draft(&mut part.draft, pages, doc, raw, clean, attribution, published);
        part.times.push(published);
    });
}

/// The pages as verification asks for them.
pub(crate) struct Compared<'p, 'c> {
    pub pages: &'p Pages<'c>,
    pub signatures: &'p Signatures,
    pub stories: &'p [u32],
}

impl Bodies for Compared<'_, '_> {
    fn body(&self, doc: DocId, units: &mut Units) {
        self.pages.body(doc, units);
    }

    fn equal(&self, pair: Pair) -> Option<Equal> {
        let [a, b] = [pair.a, pair.b].map(|doc| (self.signatures.body_hash(doc.0), self.signatures.units(doc.0)));
        if a != b {
            return None;
        }
        let spans = [self.pages.bodies.whole(pair.a)?, self.pages.bodies.whole(pair.b)?];
        Some(Equal { units: a.1, spans })
    }

    fn story(&self, doc: DocId) -> u32 {
        self.stories[doc.index()]
    }

    fn order(&self, doc: DocId) -> u64 {
        self.pages.corpus.order(doc)
    }
}

/// Measures two pages of a corpus against each other as a run does; `None` when they have nothing in common. Signs
/// every page of the corpus, so it is meant for one of few pages.
pub fn compare(pages: &mut Pages, pair: Pair) -> Result<Option<Match<'static>>> {
    let scratch = Scratch::default();
    let Sketches { signatures, bodies, .. } = sketch(pages, false, &scratch, &Unobserved)?;
    pages.bodies = bodies;
    let stories = vec![0; signatures.len()];
    let bodies = Compared { pages, signatures: &signatures, stories: &stories };
    let found = verify::verify(&[pair], &bodies, &scratch, |_| Ok(()))?;
    Ok(found.iter().next().map(Match::into_owned))
}

/// The facts of the members of every cluster.
fn member_facts(facts: &Aside, signatures: &Signatures, clusters: &Clusters) -> Result<Vec<Vec<Page>>> {
    let mut cluster_of: Vec<u32> = vec![u32::MAX; signatures.len()];
    for (number, cluster) in clusters.list.iter().enumerate() {
        cluster.members.iter().for_each(|doc| cluster_of[doc.index()] = number as u32);
    }
    let mut lines: Vec<(u32, Vec<u8>)> = Vec::new();
    facts.read_back(|doc, line| {
        lines.extend((cluster_of[doc] != u32::MAX).then(|| (cluster_of[doc], line.to_vec())));
        Ok(())
    })?;
    let read = |(number, line): (u32, Vec<u8>)| Ok((number, facts::complete(facts::read(&line)?, signatures)));
    let pages: Vec<(u32, Page)> = lines.into_par_iter().map(read).collect::<Result<_>>()?;
    let mut members: Vec<Vec<Page>> = clusters.list.iter().map(|c| Vec::with_capacity(c.members.len())).collect();
    pages.into_iter().for_each(|(number, page)| members[number as usize].push(page));
    // Which page is quoted for all, or how a name is shown, must not depend on where records stand.
    members.par_iter_mut().for_each(|members| members.sort_unstable_by_key(|page| page.order));
    Ok(members)
}

/// The reprint sets of a corpus with the facts that their histories turn on, for fitting weights and for
/// experiments that change the facts.
pub struct Cases<'c> {
    /// The reprint sets, without histories and talking points.
    pub findings: Findings<'c>,
    /// The facts of their members, set by set.
    pub facts: Vec<Vec<Page>>,
    /// The roles of outlets.
    pub roles: Roles,
}

/// Detects reprint sets and gathers the facts of their members.
pub fn cases<'c>(corpus: &'c Corpus, config: &Config) -> Result<Cases<'c>> {
    let config = Config { only: Only::Clusters, ..config.clone() };
    let findings = detect(corpus, &config, &Unobserved)?;
    let Sketches { signatures, facts, .. } = sketch(&findings.pages, true, &findings.scratch, &Unobserved)?;
    let facts = member_facts(&facts, &signatures, &findings.clusters)?;
    Ok(Cases { findings, facts, roles: config.roles()? })
}

impl Cases<'_> {
    /// The history of every set if `facts` were the facts.
    pub fn lineages(&self, facts: &[Vec<Page>]) -> Vec<Lineage> {
        let Findings { matches, pages, .. } = &self.findings;
        origin::lineages(facts, &Overlaps::new(matches), &pages.outlets, &self.roles)
    }

    /// What the judgement of every set rests on.
    pub fn grounds(&self) -> Vec<origin::Grounds> {
        let Findings { matches, pages, .. } = &self.findings;
        origin::grounds(&self.facts, &Overlaps::new(matches), &pages.outlets, &self.roles)
    }
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

    fn stage(&mut self, stage: &'static str, total: u64) -> Result<()> {
        self.stop()?;
        self.observer.begin(stage, total);
        self.running = Some((stage, Instant::now()));
        Ok(())
    }

    /// The running stage is done, or was broken off.
    fn stop(&mut self) -> Result<()> {
        if let Some((stage, since)) = self.running.take() {
            self.done.push(StageTime { stage, seconds: since.elapsed().as_secs_f64() });
        }
        stop_if_told(self.observer)
    }

    fn finish(mut self) -> Result<Vec<StageTime>> {
        self.stop()?;
        Ok(self.done)
    }
}

impl<'c> Findings<'c> {
    /// The findings of a part of a corpus that were made elsewhere, without drafts, counts and talking points.
    pub(crate) fn of_part(
        pages: Pages<'c>,
        signatures: Signatures,
        times: Vec<Option<Timestamp>>,
        matches: Matches,
        clusters: Clusters,
        lineages: Vec<Lineage>,
        config: &Config,
    ) -> Result<Self> {
        Ok(Findings {
            drafts: Aside::create(pages.corpus.scratch())?,
            stories: vec![0; signatures.len()],
            pages,
            times,
            config: config.clone(),
            roads: Default::default(),
            verified: 0,
            matches,
            clusters,
            lineages,
            points: Vec::new(),
            stages: Vec::new(),
            signatures,
            scratch: Scratch::default(),
            memory: Watch::start(),
        })
    }
}

/// The outlets of a run, for those who have the findings only.
impl Findings<'_> {
    /// Names of outlets by number.
    pub fn outlets(&self) -> &Outlets {
        &self.pages.outlets
    }

    /// Measures more pairs, as those in `matches` were measured. Sorted pairs give sorted matches; pairs without
    /// anything in common give none.
    pub fn measure(&self, pairs: &[Pair]) -> Result<Matches> {
        let bodies = Compared { pages: &self.pages, signatures: &self.signatures, stories: &self.stories };
        verify::verify(pairs, &bodies, &self.scratch, |_| Ok(()))
    }

    /// A page's body by hash and by how many units it has: the same for pages of equal bodies.
    pub fn body(&self, doc: DocId) -> (u64, u32) {
        (self.signatures.body_hash(doc.0), self.signatures.units(doc.0))
    }

    /// What was masked, per outlet or host.
    pub fn furniture(&self) -> &FurnitureModel {
        &self.pages.furniture
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Mutex;

    /// Stops a run when a stage begins.
    struct StopAt(&'static str, Mutex<&'static str>);

    impl Observer for StopAt {
        fn begin(&self, stage: &'static str, _: u64) {
            *self.1.lock().unwrap() = stage;
        }

        fn cancelled(&self) -> bool {
            *self.1.lock().unwrap() == self.0
        }
    }

    #[test]
    fn a_run_stops_in_any_stage_when_told() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("pages.jsonl");
        let text = "山坳里的小站一天只停一趟车，站长却把候车室收拾得像自己家的堂屋，窗台上摆着野菊花。";
        std::fs::write(&path, format!("{{\"text\":\"{text}\"}}\n").repeat(3)).unwrap();
        let config = Config::default();
        let corpus = open(&[path], &config, None).unwrap();
        for stage in ["furniture", "signatures", "candidates", "verify", "cluster", "origin", "talking_points"] {
            let stopped = detect(&corpus, &config, &StopAt(stage, Mutex::new("")));
            assert!(matches!(stopped, Err(Error::Cancelled)), "{stage}");
        }
        assert_eq!(detect(&corpus, &config, &StopAt("never", Mutex::new(""))).unwrap().clusters.list.len(), 1);
    }
}
