//! What a run keeps of its finished stages, so that another one can go on from them.

use crate::config::{Config, OutletTable};
use crate::corpus::Corpus;
use crate::error::{Error, Result};
use crate::records::VERSION;
use crate::storage::Scratch;
use crate::storage::folder::FileSum;
use crate::storage::stage_files::{Identity, StageFiles, StageReader, StageWriter, Unusable};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// Stages whose results are kept, under the names of their files.
pub(super) const SIGNATURE: &str = "signature";
pub(super) const VERIFY: &str = "verify";
pub(super) const TALKING_POINTS: &str = "talking_points";

/// A result that took less time is not kept, unless it is asked for: writing it costs some seconds a million pages.
const WORTH_KEEPING: Duration = Duration::from_secs(30);

/// Settings on which no result depends.
const WITHOUT_EFFECT: [&str; 6] = ["threads", "memory", "temp", "no-mmap", "no-report", "no-matches"];

/// A run and what is kept of its finished stages, in the folder `.OUT.checkpoint` next to the output: the pages as they are
/// cleaned and signed, the pairs as they are measured, the talking points. Some 3 KB a page on disk, no memory.
///
/// Results are known by what they depend on: the program, the settings, and the bytes of all inputs and of the files that the
/// settings name. Others are refused, with an error that says what differs. A file that is not as it was written is not
/// used, and its stage is done again.
pub struct Checkpoint<'c> {
    pub(super) corpus: &'c Corpus,
    pub(super) config: Config,
    /// None for a run that keeps nothing.
    folder: Option<PathBuf>,
    /// Hashes of the files that the settings name.
    named: Identity,
    files: Option<StageFiles>,
    /// The least time that makes a result worth keeping.
    least: Duration,
    /// When the last of these stages ended.
    since: Instant,
}

impl<'c> Checkpoint<'c> {
    /// Of a run that keeps nothing.
    pub(super) fn none(corpus: &'c Corpus, config: &Config) -> Self {
        let (folder, named, files) = Default::default();
        let config = config.clone();
        Checkpoint { corpus, config, folder, named, files, least: WORTH_KEEPING, since: Instant::now() }
    }

    /// Of a run that writes `out`, and keeps results that took half a minute or longer. With `resume` it goes on from what an
    /// earlier run of the same kept, if there is anything, and keeps all results.
    pub fn open(corpus: &'c Corpus, config: &Config, out: &Path, resume: bool) -> Result<Self> {
        let folder = StageFiles::place(out);
        let none = Checkpoint::none(corpus, config);
        let mut checkpoint = Checkpoint { named: files_named(config)?, folder: Some(folder.clone()), ..none };
        if !resume {
            return Ok(checkpoint);
        }
        checkpoint.least = Duration::ZERO;
        match StageFiles::open(&folder) {
            Err(Unusable::Absent) => {}
            Err(Unusable::Locked) => {
                return Err(Error::Resume { folder, reason: "another process uses it".to_owned() });
            }
            Ok(files) => match difference(files.identity(), &checkpoint.identity()?) {
                None => checkpoint.files = Some(files),
                Some(reason) => return Err(Error::Resume { folder, reason }),
            },
        }
        Ok(checkpoint)
    }

    /// The folder of the results; none for a run that keeps nothing.
    pub fn folder(&self) -> Option<&Path> {
        self.folder.as_deref()
    }

    /// The stages whose results the run reads back.
    pub fn finished(&self) -> Vec<&str> {
        let files = self.files.as_ref();
        [SIGNATURE, VERIFY, TALKING_POINTS].into_iter().filter(|stage| files.is_some_and(|f| f.has(stage))).collect()
    }

    /// True when results are there that this run does not use.
    pub fn is_left(&self) -> bool {
        self.files.is_none() && self.folder().is_some_and(StageFiles::are_left)
    }

    /// Removes all results, when the output is written.
    pub fn clear(self) {
        match (self.files, &self.folder) {
            (Some(files), _) => files.remove(),
            (None, Some(folder)) => StageFiles::remove_left(folder),
            (None, None) => {}
        }
    }

    /// What a stage gave in an earlier run; `None` when it must be done.
    pub(super) fn read<T>(
        &mut self,
        stage: &str,
        scratch: &Scratch,
        with: impl FnOnce(&mut StageReader) -> Result<T>,
    ) -> Result<Option<T>> {
        let Some(files) = &self.files else { return Ok(None) };
        let read = files.read(stage, scratch, with)?;
        self.since = Instant::now();
        Ok(read)
    }

    /// Keeps what a stage gave. A run that cannot, for lack of room or rights, goes on without.
    pub(super) fn keep(&mut self, stage: &str, with: impl FnOnce(&mut StageWriter) -> Result<()>) {
        if self.since.elapsed() >= self.least && !self.write(stage, with).unwrap_or(false) {
            self.folder = None;
        }
        self.since = Instant::now();
    }

    /// False when there is no place for it.
    fn write(&mut self, stage: &str, with: impl FnOnce(&mut StageWriter) -> Result<()>) -> Result<bool> {
        let Some(folder) = &self.folder else { return Ok(false) };
        if self.files.is_none() {
            let failed = |source| Error::Write { path: folder.clone(), source };
            self.files = StageFiles::create(folder, self.identity()?).map_err(failed)?;
        }
        let Some(files) = &mut self.files else { return Ok(false) };
        files.write(stage, with).map(|()| true)
    }

    /// What all results depend on.
    fn identity(&self) -> Result<Identity> {
        let mut identity = self.named.clone();
        identity.insert("program".to_owned(), program()?.into());
        identity.insert("inputs".to_owned(), hexadecimal(self.corpus.identity()));
        identity.insert("records".to_owned(), self.corpus.len().into());
        let settings = match serde_json::to_value(&self.config) {
            Ok(Value::Object(settings)) => settings,
            _ => serde_json::Map::new(),
        };
        identity.extend(settings.into_iter().filter(|(name, _)| !WITHOUT_EFFECT.contains(&name.as_str())));
        Ok(identity)
    }
}

fn hexadecimal(hash: u64) -> Value {
    format!("{hash:016x}").into()
}

/// The version, and a hash of the program itself: versions under way have one number.
fn program() -> Result<String> {
    let failed = |source| Error::Read { path: "the program itself".into(), source };
    let sum = std::env::current_exe().and_then(|path| FileSum::of(&path)).map_err(failed)?;
    Ok(format!("{VERSION} ({:016x})", sum.xxh3))
}

/// Hashes of the files that settings name, but for those of the background, which is read as a corpus.
fn files_named(config: &Config) -> Result<Identity> {
    let outlets = config.outlets.as_ref().map(OutletTable::path);
    let named =
        [("furniture", config.furniture.as_ref()), ("outlets", outlets), ("verdicts", config.verdicts.as_ref())];
    let files = named.into_iter().filter_map(|(name, path)| Some((name, path?)));
    let hashed = |(name, path): (&str, &PathBuf)| {
        let sum = FileSum::of(path).map_err(|source| Error::Read { path: path.clone(), source })?;
        Ok((format!("{name} file"), hexadecimal(sum.xxh3)))
    };
    files.map(hashed).collect()
}

/// What differs between two runs, if anything does.
fn difference(then: &Identity, now: &Identity) -> Option<String> {
    let shown = |value: Option<&Value>| value.map_or_else(|| "nothing".to_owned(), Value::to_string);
    let names: std::collections::BTreeSet<&String> = then.keys().chain(now.keys()).collect();
    let differs = names.into_iter().filter(|name| then.get(*name) != now.get(*name));
    let said: Vec<String> =
        differs.map(|name| format!("`{name}` was {} and is {}", shown(then.get(name)), shown(now.get(name)))).collect();
    (!said.is_empty()).then(|| said.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    use crate::error::Result;
    use crate::pipeline::{Findings, Observer, Unobserved};
    use std::collections::BTreeMap;

    fn samples() -> Vec<PathBuf> {
        vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus-samples/news")]
    }

    /// The tables of an output folder.
    fn tables(out: &Path) -> BTreeMap<String, String> {
        let entries = std::fs::read_dir(out).unwrap().map(|entry| entry.unwrap().path());
        let tables = entries.filter(|path| !["run.json", "report.html", ".tonggao"].iter().any(|n| path.ends_with(n)));
        tables.map(|path| (path.display().to_string(), std::fs::read_to_string(&path).unwrap())).collect()
    }

    /// Runs to the end and gives the tables, with the stages that were read back.
    fn finished(out: &Path, config: &Config, resume: bool) -> (BTreeMap<String, String>, Vec<String>) {
        let corpus = Corpus::open_for(&samples(), config, out).unwrap();
        let mut checkpoint = Checkpoint::open(&corpus, config, out, resume).unwrap();
        let read = checkpoint.finished().into_iter().map(str::to_owned).collect();
        let findings: Findings = checkpoint.detect(&Unobserved).unwrap();
        crate::report::write(&findings, out).unwrap();
        checkpoint.clear();
        let found = tables(out);
        std::fs::remove_dir_all(out).unwrap();
        assert_eq!(std::fs::read_dir(out.parent().unwrap()).unwrap().count(), 0, "something is left");
        (found, read)
    }

    /// Kills its process when a stage begins.
    #[cfg(unix)]
    struct KillAt(String);

    #[cfg(unix)]
    impl Observer for KillAt {
        fn begin(&self, stage: &'static str, _: u64) {
            if stage == self.0 {
                let me = std::process::id().to_string();
                std::process::Command::new("kill").args(["-KILL", &me]).status().unwrap();
                // The signal may take its time.
                std::thread::sleep(Duration::from_secs(60));
            }
        }
    }

    #[cfg(unix)]
    const KILLED_AT: &str = "TONGGAO_TEST_KILLED_AT";
    #[cfg(unix)]
    const KILLED_OUT: &str = "TONGGAO_TEST_KILLED_OUT";

    #[test]
    #[cfg(unix)]
    #[ignore = "the process that is killed by the test after it"]
    fn a_run_that_is_killed() {
        let [stage, out] = [KILLED_AT, KILLED_OUT].map(|name| std::env::var(name).unwrap());
        let config = Config::default();
        let corpus = Corpus::open_for(&samples(), &config, Path::new(&out)).unwrap();
        let mut checkpoint = Checkpoint::open(&corpus, &config, Path::new(&out), true).unwrap();
        let killer = KillAt(stage);
        checkpoint.detect(&killer).unwrap();
        // What follows the last stage is the output.
        killer.begin("output", 0);
    }

    /// Starts a run in a process of its own that is killed when a stage begins, and waits for its end.
    #[cfg(unix)]
    fn kill(stage: &str, out: &Path) {
        use std::os::unix::process::ExitStatusExt;
        let name = "pipeline::checkpoint::tests::a_run_that_is_killed";
        let mut run = std::process::Command::new(std::env::current_exe().unwrap());
        run.args(["--exact", name, "--ignored"]).env(KILLED_AT, stage).env(KILLED_OUT, out);
        assert_eq!(run.output().unwrap().status.signal(), Some(9), "not killed at {stage}");
    }

    #[test]
    #[cfg(unix)]
    fn a_run_that_was_killed_between_any_two_stages_goes_on_to_the_same_tables() {
        let root = tempfile::tempdir().unwrap();
        let out = root.path().join("out");
        let config = Config::default();
        let (whole, read) = finished(&out, &config, false);
        assert!(whole.len() >= 7 && read.is_empty(), "{:?}", whole.keys());
        let stages = ["clean", "signature", "candidates", "verify", "cluster", "origin", "talking_points", "output"];
        let kept = [0, 0, 1, 1, 2, 2, 2, 3];
        for (stage, kept) in stages.into_iter().zip(kept) {
            kill(stage, &out);
            // Threads and memory have no effect on what is found.
            let config = Config { threads: 1 + kept, memory: 600 << 20, ..config.clone() };
            let (resumed, read) = finished(&out, &config, true);
            assert_eq!(read, [SIGNATURE, VERIFY, TALKING_POINTS][..kept], "{stage}");
            assert!(resumed == whole, "killed at {stage}");
        }
    }

    #[test]
    #[cfg(unix)]
    fn damage_costs_time_and_no_answer() {
        let root = tempfile::tempdir().unwrap();
        let out = root.path().join("out");
        let config = Config::default();
        let (whole, _) = finished(&out, &config, false);
        for damaged in [&[SIGNATURE][..], &[VERIFY], &[TALKING_POINTS], &[SIGNATURE, VERIFY, TALKING_POINTS]] {
            kill("output", &out);
            for stage in damaged {
                let path = StageFiles::place(&out).join(format!("{stage}.stage"));
                let mut bytes = std::fs::read(&path).unwrap();
                let middle = bytes.len() / 2;
                bytes[middle] ^= 4;
                std::fs::write(path, bytes).unwrap();
            }
            let (resumed, read) = finished(&out, &config, true);
            assert!(resumed == whole && read.len() == 3 - damaged.len(), "{damaged:?} {read:?}");
        }
    }

    #[test]
    #[cfg(unix)]
    fn results_of_another_run_are_refused_and_an_ordinary_run_clears_them() {
        let root = tempfile::tempdir().unwrap();
        let out = root.path().join("out");
        kill("verify", &out);
        let refused = |inputs: &[PathBuf], config: &Config| -> String {
            let corpus = Corpus::open_for(inputs, config, &out).unwrap();
            let opened: Result<()> = Checkpoint::open(&corpus, config, &out, true).map(drop);
            opened.unwrap_err().to_string()
        };
        let other = Config { same_article: 0.75, ..Config::default() };
        let said = refused(&samples(), &other);
        assert!(said.contains(".out.checkpoint") && said.ends_with("`same-article` was 0.5 and is 0.75"), "{said}");
        let verdicts = root.path().join("verdicts.jsonl");
        std::fs::write(&verdicts, "").unwrap();
        let said = refused(&samples(), &Config { verdicts: Some(verdicts.clone()), ..Config::default() });
        assert!(said.contains("`verdicts` was null") && said.contains("`verdicts file` was nothing"), "{said}");
        std::fs::remove_file(verdicts).unwrap();
        let mut fewer: Vec<PathBuf> = std::fs::read_dir(&samples()[0]).unwrap().map(|e| e.unwrap().path()).collect();
        fewer.sort();
        let said = refused(&fewer[1..], &Config::default());
        assert!(said.contains("`inputs` was") && said.contains("`records` was"), "{said}");
        // The same files in another order have the same records under other numbers.
        fewer.reverse();
        let said = refused(&fewer, &Config::default());
        assert!(said.contains("`inputs` was") && !said.contains("`records`"), "{said}");
        assert!(finished(&out, &Config::default(), false).1.is_empty());
    }

    #[test]
    fn results_that_took_no_time_are_kept_for_those_who_ask() {
        let root = tempfile::tempdir().unwrap();
        let out = root.path().join("out");
        let config = Config { only: crate::config::Only::Clusters, ..Config::default() };
        let corpus = Corpus::open_for(&samples(), &config, &out).unwrap();
        for resume in [false, true] {
            let mut checkpoint = Checkpoint::open(&corpus, &config, &out, resume).unwrap();
            checkpoint.detect(&Unobserved).unwrap();
            assert_eq!(StageFiles::are_left(&StageFiles::place(&out)), resume);
        }
        // A run that takes long keeps its results unasked.
        let mut long = Checkpoint::open(&corpus, &config, &out, false).unwrap();
        assert!(long.is_left() && long.finished().is_empty());
        long.least = Duration::ZERO;
        long.detect(&Unobserved).unwrap();
        assert_eq!(long.finished(), [SIGNATURE, VERIFY]);
        let refused = Checkpoint::open(&corpus, &config, &out, true).map(drop).unwrap_err().to_string();
        assert!(refused.ends_with("another process uses it"), "{refused}");
        long.clear();
        assert_eq!(std::fs::read_dir(root.path()).unwrap().count(), 0);
    }

    #[test]
    fn a_difference_is_named() {
        let identity = |threshold: f64| -> Identity {
            [("inputs".to_owned(), "ab".into()), ("same-article".to_owned(), threshold.into())].into()
        };
        assert_eq!(difference(&identity(0.5), &identity(0.5)), None);
        assert_eq!(difference(&identity(0.5), &identity(0.6)).unwrap(), "`same-article` was 0.5 and is 0.6");
        assert_eq!(difference(&Identity::new(), &identity(0.5)).unwrap().matches("was nothing and is").count(), 2);
    }
}
