//! An index that grows: pages come day by day, and a page can be looked up in milliseconds.
//!
//! An index is a folder of files that are never written to again, and a manifest that lists them. A commit adds files and
//! renames a new manifest into its place, so that readers see all of it or none; they map what they read. One process
//! writes at a time. `docs/index-format.md` has the bytes.
//!
//! Under one boilerplate model any sequence of adds gives the sets that one run over all pages gives, by construction: a
//! page is cleaned alone, with the model; signatures and measured pairs are kept; candidates come from the signatures of all
//! pages, and the stages of a run group those that candidate pairs connect to what changed, see `components.rs`. A compaction reads all pages again and learns the model anew.

mod bands;
mod commit;
mod components;
mod durable;
mod events;
mod lanes;
mod learnt;
mod manifest;
mod measured;
mod model;
mod pack;
mod points;
mod posted;
mod postings;
mod query;
mod reader;
mod report;
mod segment;
mod sorted;
mod state;
mod tiers;
mod verdicts;
mod words;
mod writer;

pub use commit::Commit;
pub use events::{Event, EventKind, EventOrigin, EventPoint};
pub use manifest::FORMAT;
pub use query::{ClosePage, IndexedCluster, QueryAnswer, QueryPage, SharedPassage};
pub use report::IndexReport;

use crate::config::Config;
use crate::corpus::{Corpus, InputRecord, until_changed};
use crate::error::{Error, Result};
use crate::origin::{HabitCounts, Names};
use crate::pipeline::Observer;
use crate::types::DocId;
use reader::Snapshot;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

/// An index as of its latest commit when it was opened. Others may write to it meanwhile.
///
/// ```no_run
/// use tonggao::{Config, Index, Unobserved};
///
/// # fn main() -> tonggao::Result<()> {
/// Index::create("week", &["monday/".into()], &Config::default(), &Unobserved)?;
/// let commit = Index::add("week", &["tuesday/".into()], &Config::default(), &Unobserved)?;
/// for event in &commit.events {
///     println!("{:?} {:?}", event.event, event.cluster);
/// }
/// println!("{} pages", Index::open("week")?.len());
/// # Ok(())
/// # }
/// ```
pub struct Index {
    at: Snapshot,
    /// What origins are judged by.
    judging: OnceLock<(Names, HabitCounts)>,
}

impl Index {
    /// Makes an index in `folder`, which must not exist or be empty, of the pages of `inputs`, if there are any. The settings
    /// hold for all pages that come later; the boilerplate model is the one that they name, or is learnt from these pages.
    pub fn create(
        folder: impl AsRef<Path>,
        inputs: &[PathBuf],
        config: &Config,
        observer: &dyn Observer,
    ) -> Result<Commit> {
        let folder = folder.as_ref();
        on_threads(config, || writer::create(folder, inputs, config, observer))
    }

    /// Adds pages. A page that the index has already, in the same file at the same place, is left out, so a file that has
    /// grown may be added again. Of `run` only verdicts, threads, memory and the folder for temporary files count. Texts stay where
    /// they are: an old page whose file is missing or changed is an error when a new page must be compared with it. Verdicts
    /// that `run` names stay in the index: this commit and all later ones obey them.
    pub fn add(folder: impl AsRef<Path>, inputs: &[PathBuf], run: &Config, observer: &dyn Observer) -> Result<Commit> {
        let folder = folder.as_ref();
        on_threads(run, || writer::add(folder, inputs, run, observer))
    }

    /// Adds pages that are in no file of the caller's: the records on lines of JSON, which a file of the index keeps. A record
    /// that the index has from an earlier call, byte for byte, is left out, so a call whose end is unknown may be repeated.
    pub fn add_records(
        folder: impl AsRef<Path>,
        records: &str,
        run: &Config,
        observer: &dyn Observer,
    ) -> Result<Commit> {
        let folder = folder.as_ref();
        on_threads(run, || writer::add_records(folder, records, run, observer))
    }

    /// Reads all pages again, learns the boilerplate model anew (or takes the one that `run` names) and writes all of the
    /// index as one segment. Pages that are no longer in their files are an error, or are left out with `drop_missing`.
    /// Sets keep their numbers. Unless `run.only` leaves them out, talking points are found in all pages and kept in the index;
    /// those that the last compaction did not find are events.
    pub fn compact(
        folder: impl AsRef<Path>,
        drop_missing: bool,
        run: &Config,
        observer: &dyn Observer,
    ) -> Result<Commit> {
        let folder = folder.as_ref();
        on_threads(run, || writer::compact(folder, drop_missing, run, observer))
    }

    /// Opens an index to be read. Sizes of all files are compared with the manifest; hashes are compared block by block,
    /// when a block is first looked at.
    pub fn open(folder: impl AsRef<Path>) -> Result<Index> {
        Ok(Index { at: Snapshot::open(folder.as_ref())?, judging: OnceLock::new() })
    }

    /// Reads all of an index and compares it with the hashes that were written. Damage is an error that names the file.
    pub fn check(folder: impl AsRef<Path>) -> Result<Index> {
        Ok(Index { at: reader::check(folder.as_ref())?, judging: OnceLock::new() })
    }

    /// True for the folder of an index.
    pub fn is_index(folder: impl AsRef<Path>) -> bool {
        manifest::exists(folder.as_ref())
    }

    /// False when a later commit has come since this one was opened.
    pub fn is_latest(&self) -> Result<bool> {
        Ok(manifest::Manifest::read(&self.at.folder)?.commit == self.commit())
    }

    /// Pages in it.
    pub fn len(&self) -> usize {
        self.at.len()
    }

    /// True for an index without pages.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The number of its commit.
    pub fn commit(&self) -> u64 {
        self.at.manifest.commit
    }

    /// The numbers of all reprint sets, in order.
    pub fn clusters(&self) -> Result<&[u32]> {
        Ok(self.at.state.numbers())
    }

    /// The ids of the pages of a reprint set, in the order in which they came; none when no set has this number.
    pub fn members(&self, cluster: u32) -> Result<Vec<String>> {
        let members = self.at.state.cluster(cluster)?.map_or_else(Vec::new, |set| set.members);
        members.into_iter().map(|doc| self.at.id(doc)).collect()
    }

    /// A page to ask about: a JSON object with the fields of a record under the names that the index knows, or a text.
    pub fn page(&self, text: &str) -> Result<InputRecord> {
        if !text.trim_start().starts_with('{') {
            return Ok(InputRecord { text: text.to_owned(), ..InputRecord::default() });
        }
        let names = self.at.manifest.settings.names()?;
        InputRecord::from_line(text.trim(), &names).map_err(|reason| no_record("page", text, &reason))
    }

    /// Counts the records on lines of JSON. A line that is no record is an error that names it.
    pub fn count_records(&self, lines: &str) -> Result<usize> {
        let names = self.at.manifest.settings.names()?;
        let mut count = 0;
        for (number, line) in (1..).zip(posted::lines(lines)) {
            let read = InputRecord::from_line(line, &names);
            read.map_err(|reason| no_record(&format!("record {number}"), line, &reason))?;
            count += 1;
        }
        Ok(count)
    }

    /// Reads pages to ask about, with the settings of the index: files, folders and patterns, or `-` for standard input.
    pub fn pages(&self, inputs: &[PathBuf]) -> Result<Vec<InputRecord>> {
        let read = || {
            let corpus = Corpus::read(inputs, &self.at.reading(None)?)?;
            let page = |doc: DocId| InputRecord::of(corpus.doc(doc), Some(corpus.id(doc).to_owned()));
            Ok((0..corpus.len() as u32).map(DocId).map(page).collect())
        };
        until_changed(read)
    }

    /// The events from number `since` on.
    pub fn events(&self, since: u64) -> Result<Vec<Event>> {
        let lines = manifest::read(&self.at.folder, &self.at.manifest, manifest::EVENTS)?;
        let path = self.at.folder.join(manifest::EVENTS);
        let lines = lines.split(|&byte| byte == b'\n').filter(|line| !line.is_empty());
        let events = lines.map(|line| segment::json::<Event>(&path, line));
        events.filter(|event| event.as_ref().map_or(true, |event| event.seq >= since)).collect()
    }
}

fn no_record(name: &str, text: &str, reason: &str) -> Error {
    let value = text.chars().take(40).collect();
    Error::Setting { name: name.to_owned(), value, expected: format!("a record ({reason})") }
}

/// Does work on as many threads as are asked for. A file that is not as it was when its pages were added ends it.
fn on_threads<T: Send>(config: &Config, work: impl FnOnce() -> Result<T> + Send) -> Result<T> {
    config.on_threads(work).map_err(source_changed)
}

/// The same on the threads of the caller.
fn until_source_changed<T>(work: impl FnOnce() -> Result<T>) -> Result<T> {
    until_changed(work).map_err(source_changed)
}

fn source_changed(error: Error) -> Error {
    match error {
        Error::InputChanged { path } => Error::IndexSource { path },
        error => error,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pipeline::Unobserved;
    use std::collections::{BTreeMap, BTreeSet};
    use std::fs;

    const DAYS: [&str; 2] = ["wire.jsonl", "portals.jsonl"];

    fn day(name: &str) -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus-samples/news").join(name)
    }

    fn copied(from: &Path, to: &Path) {
        fs::create_dir_all(to).unwrap();
        for file in fs::read_dir(from).unwrap().map(|entry| entry.unwrap().path()) {
            fs::copy(&file, to.join(file.file_name().unwrap())).unwrap();
        }
    }

    fn sets(index: &Index) -> BTreeSet<Vec<String>> {
        index.clusters().unwrap().iter().map(|&number| index.members(number).unwrap()).collect()
    }

    /// The sets as events alone give them.
    fn replayed(index: &Index) -> BTreeSet<BTreeSet<String>> {
        let mut sets: BTreeMap<u32, BTreeSet<String>> = BTreeMap::new();
        for (seq, event) in (1..).zip(index.events(1).unwrap()) {
            assert_eq!(event.seq, seq);
            sets.values_mut().for_each(|pages| pages.retain(|page| !event.pages.contains(page)));
            if let Some(cluster) = event.cluster.filter(|_| !matches!(event.event, EventKind::Left | EventKind::Ended))
            {
                sets.entry(cluster).or_default().extend(event.pages);
            }
        }
        sets.into_values().filter(|pages| !pages.is_empty()).collect()
    }

    /// Stops `work` on a copy of the index in `before` at every step that changes a file; with `power_is_cut` what was not
    /// brought to the disk is lost. Whenever it is stopped, the index opens and is whole, has all of the work or nothing, and the work can be
    /// done then. Returns at how many steps it was stopped.
    fn stopped_everywhere(before: &Path, power_is_cut: bool, work: &dyn Fn(&Path) -> Result<Commit>) -> usize {
        let state = |index: &Index| (index.commit(), sets(index), replayed(index), index.len());
        let root = tempfile::tempdir().unwrap();
        let done = root.path().canonicalize().unwrap().join("done");
        copied(before, &done);
        work(&done).unwrap();
        let allowed = [state(&Index::check(before).unwrap()), state(&Index::check(&done).unwrap())];
        assert_ne!(allowed[0].0, allowed[1].0);
        for steps in 0.. {
            let index = done.with_file_name(steps.to_string());
            copied(before, &index);
            let stopped = durable::stops::stopped_after(steps, &index, power_is_cut, || _ = work(&index));
            let found = state(&Index::check(&index).unwrap());
            assert!(allowed.contains(&found), "stopped after {steps} steps: {found:?}");
            if found == allowed[0] {
                work(&index).unwrap();
                assert_eq!(state(&Index::check(&index).unwrap()), allowed[1], "stopped after {steps} steps");
            }
            if !stopped {
                return steps;
            }
        }
        unreachable!("work ends")
    }

    #[test]
    fn a_writer_that_is_stopped_at_any_step_leaves_all_or_nothing() {
        let root = tempfile::tempdir().unwrap();
        let index = root.path().canonicalize().unwrap().join("index");
        Index::create(&index, &[day(DAYS[0])], &Config::default(), &Unobserved).unwrap();
        let config = Config { threads: 1, ..Config::default() };
        let add = |at: &Path| Index::add(at, &[day(DAYS[1])], &config, &Unobserved);
        let steps = stopped_everywhere(&index, false, &add);
        // Files are begun, written and brought to the disk: segment, matches, sets, components; then events and manifest.
        assert!(steps >= 20, "{steps}");
        let records = fs::read_to_string(day(DAYS[1])).unwrap();
        stopped_everywhere(&index, true, &|at| Index::add_records(at, &records, &config, &Unobserved));
        add(&index).unwrap();
        stopped_everywhere(&index, true, &|at| Index::compact(at, false, &config, &Unobserved));
    }

    #[test]
    fn an_index_whose_making_is_stopped_at_any_step_can_be_made() {
        let root = tempfile::tempdir().unwrap();
        let root = root.path().canonicalize().unwrap();
        let make = |at: &Path| Index::create(at, &[day(DAYS[0])], &Config::default(), &Unobserved);
        for steps in 0.. {
            let index = root.join(steps.to_string());
            if !durable::stops::stopped_after(steps, &index, true, || _ = make(&index)) {
                return;
            }
            if !Index::is_index(&index) {
                make(&index).unwrap();
            }
            assert_eq!(Index::check(&index).unwrap().len(), 12, "stopped after {steps} steps");
        }
    }
}
