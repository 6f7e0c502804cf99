//! The whole method, one stage a line.

use super::checkpoint::{Checkpoint, SIGNATURE, TALKING_POINTS, VERIFY};
use super::compare::Compared;
use super::earlier_run::EarlierRun;
use super::findings::Findings;
use super::memory_budget;
use super::progress::{Observer, StageTimer, stop_if_cancelled};
use super::sketch::{SketchPart, Sketches, Wanted, sketch};
use crate::candidates::{self, Candidates, Pair};
use crate::clean::FurnitureModel;
use crate::cluster::{self, Cluster, Clusters, Setting};
use crate::config::{Config, Only, OutletTable};
use crate::corpus::Corpus;
use crate::error::{Error, Result};
use crate::origin::Roles;
use crate::origin::{self, Lineage, Overlaps, PageFacts, Source, facts};
use crate::pages::Pages;
use crate::signature::Signatures;
use crate::storage::memory::Watch;
use crate::storage::stage_files::{StageReader, StageWriter};
use crate::storage::{Column, TempRecords};
use crate::talking_points::{self, Carrier, TalkingPoint, aggregation};
use crate::types::DocId;
use crate::verdicts::Resolved;
use crate::verdicts::Verdicts;
use crate::verify::{self, Matches};
use rayon::prelude::*;
use std::ops::Range;
use std::path::{Path, PathBuf};

impl Corpus {
    /// Opens the inputs with the settings of a run: files, folders and patterns, or `-` for standard input. Bad records are
    /// skipped and listed; an input that does not exist, and inputs without a single record, are errors. One pass over the
    /// bytes.
    pub fn open(inputs: &[PathBuf], config: &Config) -> Result<Corpus> {
        open(inputs, config, None)
    }

    /// The same for a run that writes the folder `out`: temporary files go next to it, and an input in it is an error, since
    /// the run would replace it.
    pub fn open_for(inputs: &[PathBuf], config: &Config, out: &Path) -> Result<Corpus> {
        open(inputs, config, Some(out))
    }
}

/// Opens the inputs with the settings of a run. `out` is never read: an input in it, or a file that the settings name,
/// is an error, since the run would replace it.
pub(crate) fn open(inputs: &[PathBuf], config: &Config, out: Option<&Path>) -> Result<Corpus> {
    if let Some((out, resolved)) = out.and_then(|out| Some((out, out.canonicalize().ok()?))) {
        let outlets = config.outlets.as_ref().map(OutletTable::path);
        let mut named = config.furniture.iter().chain(outlets).chain(&config.verdicts).chain(&config.background);
        let lies_in_out = |input: &&PathBuf| input.canonicalize().is_ok_and(|input| input.starts_with(&resolved));
        if let Some(input) = named.find(lies_in_out) {
            return Err(Error::InputInOut { input: input.clone(), out: out.to_owned() });
        }
    }
    let reading = config.reading(out.map(Path::to_owned))?;
    config.on_threads(|| {
        let corpus = Corpus::read(inputs, &reading)?;
        corpus.check_mappings()?;
        Ok(corpus)
    })
}

/// Finds reprints, their origins, and talking points in a corpus, on as many threads as `config` asks for.
pub fn detect<'c>(corpus: &'c Corpus, config: &Config, observer: &dyn Observer) -> Result<Findings<'c>> {
    Checkpoint::none(corpus, config).detect(observer)
}

impl<'c> Checkpoint<'c> {
    /// As [`detect`], but reads back the stages that are finished, and keeps the results of others.
    pub fn detect(&mut self, observer: &dyn Observer) -> Result<Findings<'c>> {
        let config = self.config.clone();
        config.on_threads(|| run(self, Asked::Records, observer))
    }
}

/// The same without the records of the pages, for those who write none: what pages state is read only where an answer
/// depends on it.
pub(crate) fn judge<'c>(corpus: &'c Corpus, config: &Config, observer: &dyn Observer) -> Result<Findings<'c>> {
    config.on_threads(|| run(&mut Checkpoint::none(corpus, config), Asked::Sets, observer))
}

/// What [`judge`] would find if the records `gone` were not in the corpus. Pages that are cleaned as they were for `earlier`,
/// the findings of [`judge`] on all of it, are not cleaned again.
pub(crate) fn judge_without<'c>(
    gone: &[DocId],
    earlier: &Findings<'c>,
    observer: &dyn Observer,
) -> Result<Findings<'c>> {
    let corpus = earlier.pages.corpus;
    let mut is_gone = vec![false; corpus.len()];
    gone.iter().for_each(|doc| is_gone[doc.index()] = true);
    let config = &earlier.config;
    let asked = Asked::SetsWithout(is_gone, earlier);
    config.on_threads(|| run(&mut Checkpoint::none(corpus, config), asked, observer))
}

/// About how many bytes the sketch of a page takes, which is kept for a further run as long as all have room.
type Sketch = [u8; 1 << 11];

/// What a run is asked for.
enum Asked<'f, 'c> {
    /// Everything that the records of pages and sets are written from.
    Records,
    /// Reprint sets.
    Sets,
    /// Reprint sets without the pages that this is true of, after a run over all pages.
    SetsWithout(Vec<bool>, &'f Findings<'c>),
}

impl<'f, 'c> Asked<'f, 'c> {
    /// What is kept of every page, the pages that are left out, and the earlier run over all of them.
    fn parts(self, corpus: &Corpus) -> (Wanted, Vec<bool>, Option<&'f Findings<'c>>) {
        match self {
            Asked::Records => (Wanted { records: true, ..Wanted::default() }, Vec::new(), None),
            Asked::Sets => {
                // For a further run without some records, in this corpus.
                let lines = corpus.is_read_alike_without_some();
                (Wanted { lines, ..Wanted::default() }, Vec::new(), None)
            }
            Asked::SetsWithout(gone, earlier) => (Wanted::default(), gone, Some(earlier)),
        }
    }
}

/// The figure, one stage a line.
fn run<'c>(checkpoint: &mut Checkpoint<'c>, asked: Asked<'_, 'c>, observer: &dyn Observer) -> Result<Findings<'c>> {
    let (corpus, config) = (checkpoint.corpus, &checkpoint.config.clone());
    // A run over some records is watched by the one over all of them.
    let memory = if matches!(asked, Asked::SetsWithout(..)) { Watch::idle() } else { Watch::start() };
    let mut clock = StageTimer::new(observer);
    let roles = Roles::of_run(config)?;
    let background = if config.only.talking_points() { aggregation::BackgroundCorpus::open(config)? } else { None };
    let scratch = memory_budget::scratch(corpus, config)?;
    let count = corpus.len() as u64;

    clock.stage("clean", 0)?;
    let (wanted, gone, earlier) = asked.parts(corpus);
    let wanted = Wanted { facts: config.only.origin(), hash_alone: config.only == Only::Equal, ..wanted };
    let verdicts = Verdicts::of_run(config)?;
    let mut pages = match earlier {
        Some(earlier) => earlier.pages.without(gone, roles.aliases()),
        None => Pages::new(corpus, config.timezone, roles.aliases()),
    };
    let kept = checkpoint.read(SIGNATURE, &scratch, |from| load_sketches(&pages, from))?;
    let (furniture, sketches) = kept.unzip();
    match furniture {
        Some(furniture) => pages.furnish(Some(furniture), &[]),
        None => pages.furnish(FurnitureModel::of_run(config)?, &verdicts.lines),
    }
    if !wanted.lines {
        pages.forget_edges();
    }
    let verdicts = verdicts.resolve(corpus);

    clock.stage("signature", count)?;
    let earlier = earlier.map(|findings| EarlierRun::new(findings, &pages));
    let take =
        |doc: DocId, part: &mut SketchPart| earlier.as_ref().is_some_and(|earlier| earlier.take(&pages, doc, part));
    let sketches = match sketches {
        Some(sketches) => sketches,
        None => {
            let sketches = sketch(&pages, wanted, Some(&take), &scratch, observer)?;
            checkpoint.keep(SIGNATURE, |to| save_sketches(&pages, &sketches, to));
            sketches
        }
    };
    let Sketches { mut signatures, bodies, times, drafts, facts, lines } = sketches;
    pages.bodies = bodies;
    if wanted.lines && corpus.len() <= scratch.room::<Sketch>() {
        signatures.keep_sketches();
    }

    clock.stage("candidates", 0)?;
    let order = |doc: DocId| corpus.order(doc);
    let kept = checkpoint.read(VERIFY, &scratch, |from| Ok((Candidates::load(from)?, Matches::load(from)?)))?;
    let (proposed, matches) = kept.unzip();
    let proposed = match (proposed, config.only) {
        (Some(proposed), _) => proposed,
        (None, Only::Equal) => candidates::propose_equal(&signatures, &order, &scratch)?,
        (None, _) => candidates::propose(&mut signatures, &order, &scratch)?,
    };
    signatures.forget_sketches();

    clock.stage("verify", proposed.pairs.len() as u64)?;
    let known = |pair: Pair| earlier.as_ref().and_then(|earlier| earlier.measured(pair));
    let bodies = Compared { pages: &pages, signatures: &signatures, stories: &proposed.stories, known: &known };
    let goes_on = |done: usize| {
        observer.advance(done as u64);
        stop_if_cancelled(observer)
    };
    let mut matches = match matches {
        Some(matches) => matches,
        None => {
            let matches = verify::verify(&proposed.pairs, &bodies, &scratch, goes_on)?;
            checkpoint.keep(VERIFY, |to| proposed.save(to).and_then(|()| matches.save(to)));
            matches
        }
    };

    clock.stage("cluster", 0)?;
    let setting = Setting {
        documents: corpus.len(),
        order: &order,
        same_article: config.same_article,
        verdicts: &verdicts.pairs,
        measure: &|pairs: &[Pair]| verify::verify(pairs, &bodies, &scratch, |_| Ok(())),
        scratch: &scratch,
    };
    let clusters = cluster::cluster(&mut matches, &setting)?;

    clock.stage("origin", clusters.list.len() as u64)?;
    let mut lineages = if config.only.origin() {
        let facts = member_facts(&facts, &signatures, &clusters)?;
        origin::lineages(&facts, &Overlaps::new(&matches), &pages.outlets, &roles)
    } else {
        Vec::new()
    };
    obey_origins(&mut lineages, &clusters.list, &verdicts, &pages);

    clock.stage("talking_points", 0)?;
    let reference = background.as_ref().map_or(0, aggregation::BackgroundCorpus::hash);
    let kept = checkpoint.read(TALKING_POINTS, &scratch, |from| load_points(reference, from))?;
    let points = match kept.flatten() {
        Some(points) => points,
        None if config.only.talking_points() => {
            let (voters, quotes) = aggregation::input(&pages, &signatures, &times, &clusters, &matches, &roles);
            let cleaned = background.as_ref().map(|background| background.pages(config)).transpose()?;
            let background = cleaned.as_ref().map(|cleaned| cleaned.background());
            let points = talking_points::find(voters, quotes, &pages, background, &scratch)?;
            checkpoint.keep(TALKING_POINTS, |to| save_points(reference, &points, to));
            points
        }
        None => Vec::new(),
    };

    let stages = clock.finish()?;
    let verified = proposed.pairs.len() as u64;
    let (sources, stories) = (proposed.sources, proposed.stories);
    let pairs = if wanted.lines { proposed.pairs } else { Column::default() };
    Ok(Findings {
        pages,
        times,
        drafts,
        config: config.clone(),
        sources,
        verified,
        matches,
        clusters,
        lineages,
        points,
        verdicts,
        stages,
        signatures,
        stories,
        pairs,
        lines,
        scratch,
        memory,
    })
}

/// Keeps the boilerplate, with the lines that people named, and what the one pass over the pages left.
fn save_sketches(pages: &Pages, sketches: &Sketches, to: &mut StageWriter) -> Result<()> {
    to.list(&pages.furniture.groups)?;
    sketches.save(to)
}

fn load_sketches(pages: &Pages, from: &mut StageReader) -> Result<(FurnitureModel, Sketches)> {
    Ok((FurnitureModel::from_groups(from.list()?), Sketches::load(pages, from)?))
}

/// Keeps the talking points, which depend on the background too, whole.
fn save_points(background: u64, points: &[TalkingPoint], to: &mut StageWriter) -> Result<()> {
    to.number(background)?;
    let whole = |point: &TalkingPoint| (point.clone(), point.carriers.clone(), point.features.clone());
    to.list(&points.iter().map(whole).collect::<Vec<_>>())
}

/// `None` for points against another background.
fn load_points(background: u64, from: &mut StageReader) -> Result<Option<Vec<TalkingPoint>>> {
    if from.number()? != background {
        return Ok(None);
    }
    let points: Vec<(TalkingPoint, Vec<Carrier>, Vec<f64>)> = from.list()?;
    let whole = |(point, carriers, features)| TalkingPoint { carriers, features, ..point };
    Ok(Some(points.into_iter().map(whole).collect()))
}

/// Gives the sets of pages whose origin people know that origin.
pub(crate) fn obey_origins(lineages: &mut [Lineage], sets: &[Cluster], verdicts: &Resolved, pages: &Pages) {
    for (page, origin) in &verdicts.origins {
        let of_page = |cluster: &Cluster| cluster.members.binary_search(page).is_ok();
        let place = sets.iter().position(of_page);
        let Some(lineage) = place.and_then(|place| lineages.get_mut(place)) else { continue };
        (lineage.origin, lineage.outlet) = match origin {
            Ok(doc) => (Source::Document(*doc), pages.outlet(*doc).map(|o| pages.outlets.name(o.outlet).to_owned())),
            Err(name) => (Source::Outside(name.clone()), Some(name.clone())),
        };
        (lineage.probability, lineage.runner_up) = (1.0, None);
        lineage.evidence.clear();
    }
}

/// Lines of facts that are read in one go: as many as stay near the processor until they are at their place.
const LINES: usize = 1 << 11;

/// The facts of the members of every cluster.
pub(super) fn member_facts(
    facts: &TempRecords,
    signatures: &Signatures,
    clusters: &Clusters,
) -> Result<Vec<Vec<PageFacts>>> {
    let mut cluster_of: Vec<u32> = vec![u32::MAX; signatures.len()];
    for (number, cluster) in clusters.list.iter().enumerate() {
        cluster.members.iter().for_each(|doc| cluster_of[doc.index()] = number as u32);
    }
    let mut members: Vec<Vec<PageFacts>> = clusters.list.iter().map(|c| Vec::with_capacity(c.members.len())).collect();
    let mut take = |lines: &mut Vec<u8>, places: &mut Vec<(u32, Range<usize>)>| -> Result<()> {
        let read =
            |(number, line): (u32, Range<usize>)| Ok((number, facts::complete(facts::read(&lines[line])?, signatures)));
        let pages: Vec<(u32, PageFacts)> = places.par_drain(..).map(read).collect::<Result<_>>()?;
        pages.into_iter().for_each(|(number, page)| members[number as usize].push(page));
        lines.clear();
        Ok(())
    };
    let (mut lines, mut places) = (Vec::new(), Vec::new());
    facts.read_back(|doc, line| {
        if cluster_of[doc] != u32::MAX {
            places.push((cluster_of[doc], lines.len()..lines.len() + line.len()));
            lines.extend_from_slice(line);
        }
        if places.len() < LINES { Ok(()) } else { take(&mut lines, &mut places).map_err(std::io::Error::other) }
    })?;
    take(&mut lines, &mut places)?;
    // Which page is quoted for all, or how a name is shown, must not depend on where records are.
    members.par_iter_mut().for_each(|members| members.sort_unstable_by_key(|page| page.order));
    Ok(members)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Error;
    use crate::verify::Match;
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

    /// Three copies of one page.
    fn copies() -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("pages.jsonl");
        let text = "山坳里的小站一天只停一趟车，站长却把候车室收拾得像自己家的堂屋，窗台上摆着野菊花。";
        std::fs::write(&path, format!("{{\"text\":\"{text}\"}}\n").repeat(3)).unwrap();
        (folder, path)
    }

    /// The numbers of threads that stages ran on.
    #[derive(Default)]
    struct Threads(Mutex<std::collections::BTreeSet<usize>>);

    impl Observer for Threads {
        fn begin(&self, _: &'static str, _: u64) {
            self.0.lock().unwrap().insert(rayon::current_num_threads());
        }
    }

    #[test]
    fn a_run_uses_as_many_threads_as_it_is_given() {
        let (_folder, path) = copies();
        let here = rayon::current_num_threads();
        for threads in [0, here + 3, 1] {
            let config = Config { threads, ..Config::default() };
            let seen = Threads::default();
            detect(&open(std::slice::from_ref(&path), &config, None).unwrap(), &config, &seen).unwrap();
            let expected = if threads == 0 { here } else { threads };
            assert_eq!(seen.0.into_inner().unwrap().into_iter().collect::<Vec<_>>(), [expected]);
        }
    }

    /// Another process that cuts a file, or writes over it, when a stage begins.
    struct Writer<'p> {
        path: &'p Path,
        stage: &'static str,
        cuts: bool,
    }

    impl Writer<'_> {
        fn write(&self) {
            let bytes = std::fs::read(self.path).unwrap();
            let changed = if self.cuts { bytes[..9].to_vec() } else { vec![b'x'; bytes.len()] };
            // In place, as a writer does that has the file open.
            let mut file = std::fs::OpenOptions::new().write(true).open(self.path).unwrap();
            file.set_len(changed.len() as u64).unwrap();
            std::io::Write::write_all(&mut file, &changed).unwrap();
        }
    }

    impl Observer for Writer<'_> {
        fn begin(&self, stage: &'static str, _: u64) {
            if stage == self.stage {
                self.write();
            }
        }
    }

    #[test]
    fn an_input_that_changes_under_the_run_ends_it_with_an_error_that_names_it() {
        let config = Config::default();
        let named = |done: Result<()>, path: &Path| match done {
            Err(Error::InputChanged { path: named }) => assert_eq!(named, path),
            other => panic!("{other:?}"),
        };
        for (stage, cuts) in [("clean", true), ("clean", false), ("signature", true), ("signature", false)] {
            let (_folder, path) = copies();
            let corpus = open(std::slice::from_ref(&path), &config, None).unwrap();
            let writer = Writer { path: &path, stage, cuts };
            named(detect(&corpus, &config, &writer).map(drop), &path);
        }
        let (folder, path) = copies();
        let corpus = open(std::slice::from_ref(&path), &config, None).unwrap();
        let findings = detect(&corpus, &config, &crate::pipeline::Unobserved).unwrap();
        Writer { path: &path, stage: "", cuts: true }.write();
        let out = folder.path().join("out");
        named(crate::report::write(&findings, &out).map(drop), &path);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "something is left of the output");
        let job = crate::dedup::Job { inputs: vec![path.clone()], ..Default::default() };
        named(crate::dedup::write(&findings, &job, Some(&out), &crate::pipeline::Unobserved).map(drop), &path);
    }

    #[test]
    fn without_some_records_a_run_finds_what_it_finds_in_a_corpus_of_the_others() {
        // Each outlet closes its pages with a line of its own; that of the first is on three articles only as long as all
        // three are there.
        let sentence = |seed: usize| -> String {
            (0..60).map(|k| char::from_u32(0x4E00 + ((seed * 7919 + k * 104_729) % 9000) as u32).unwrap()).collect()
        };
        let closing = [
            "本报的记者每天都在街口等着你来，把街坊邻里的事说给更多的人听。",
            "这里的编辑每天早上都去茶馆坐坐，听老人们讲河上的旧事和新闻。",
        ];
        let page = |outlet: usize, article: usize| {
            let text = format!("{}。\n{}。\n{}", sentence(article), sentence(article + 100), closing[outlet]);
            let outlet = ["甲报", "乙报"][outlet];
            serde_json::json!({ "id": format!("{outlet}{article}"), "outlet": outlet, "text": text }).to_string()
        };
        let pages: Vec<String> = (0..3).map(|k| page(0, k)).chain((2..9).map(|k| page(1, k))).collect();
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, lines: &[&String]| {
            let path = folder.path().join(name);
            std::fs::write(&path, lines.iter().map(|line| format!("{line}\n")).collect::<String>()).unwrap();
            path
        };
        let all: Vec<&String> = pages.iter().collect();
        let others: Vec<&String> = [&all[..2], &all[3..]].concat();
        for only in [Only::Equal, Only::Clusters, Only::Origin] {
            let config = Config { only, ..Config::default() };
            let [all, others] = [write("all.jsonl", &all), write("others.jsonl", &others)]
                .map(|path| open(&[path], &config, None).unwrap());
            let whole = judge(&all, &config, &crate::pipeline::Unobserved).unwrap();
            let without = judge_without(&[DocId(2)], &whole, &crate::pipeline::Unobserved).unwrap();
            let plain = judge(&others, &config, &crate::pipeline::Unobserved).unwrap();
            let number = |doc: u32| DocId(doc + u32::from(doc >= 2));
            for doc in 0..others.len() as u32 {
                assert_eq!(without.body(number(doc)), plain.body(DocId(doc)), "{only:?} {doc}");
                assert_eq!(without.times[number(doc).index()], plain.times[doc as usize]);
            }
            // Pairs that the whole run measured are not measured again, but are judged anew.
            let pairs = |findings: &Findings, number: &dyn Fn(DocId) -> DocId| -> Vec<Match<'static>> {
                let numbered =
                    |m: Match| Match { pair: Pair::new(number(m.pair.a), number(m.pair.b)), ..m.into_owned() };
                findings.matches.iter().map(numbered).collect()
            };
            assert_eq!(pairs(&without, &|doc| doc), pairs(&plain, &|doc| number(doc.0)));
            let changed = |doc: u32| whole.body(DocId(doc)) != without.body(DocId(doc));
            assert!(changed(0) && changed(1) && !(3..10).any(changed), "the furniture of one outlet changes");
        }
    }

    #[test]
    fn a_cancelled_run_stops_in_any_stage() {
        let (_folder, path) = copies();
        let config = Config::default();
        let corpus = open(&[path], &config, None).unwrap();
        for stage in ["clean", "signature", "candidates", "verify", "cluster", "origin", "talking_points"] {
            let stopped = detect(&corpus, &config, &StopAt(stage, Mutex::new("")));
            assert!(matches!(stopped, Err(Error::Cancelled)), "{stage}");
        }
        assert_eq!(detect(&corpus, &config, &StopAt("never", Mutex::new(""))).unwrap().clusters.list.len(), 1);
    }
}
