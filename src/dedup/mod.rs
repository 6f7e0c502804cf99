//! A corpus without repeats: which pages go ([`dedup()`]), and every file of the input written again without them
//! ([`write()`]). What stays is the same byte for byte, under the same name and in the same format.

mod archive;
mod places;
mod rewrite;
#[cfg(feature = "parquet")]
mod rows;
mod settle;

pub use crate::retention::{Among, Keep, Policy, RemovalReason, Removed};

use crate::config::{Config, Only};
use crate::corpus::{Corpus, Shard};
use crate::error::{Error, Result};
use crate::output_folder::{FORMAT_VERSION, VERSION};
use crate::pipeline::{self, Findings, Observer};
use crate::records::{RemovedRecord, share};
use crate::storage::folder::{Content, Folder};
use crate::storage::memory;
use crate::types::DocId;
use places::{REMOVED, RUN, places};
use rayon::prelude::*;
use serde::Serialize;
use serde_json::json;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The pages of a corpus that repeat another page, in the order of the corpus, each with the page that is kept for it.
pub fn dedup(findings: &Findings, policy: &Policy) -> Result<Vec<Removed>> {
    findings.config.on_threads(|| findings.repeats(policy, &|_| false))
}

/// What a dedup run reads and what it is to do.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Job {
    /// The files and folders that are written again.
    pub inputs: Vec<PathBuf>,
    /// An earlier corpus, which is only read: pages of `inputs` that repeat one of its pages go.
    pub against: Vec<PathBuf>,
    /// What stays.
    #[serde(flatten)]
    pub policy: Policy,
    /// Write no records.
    pub dry_run: bool,
}

/// What became of the records, for those who show it to a person.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct DedupCounts {
    /// Records of the inputs.
    pub documents: usize,
    /// Those that stay.
    pub kept: usize,
    /// Those that go, by reason.
    pub removed: BTreeMap<RemovalReason, usize>,
    /// Of those that go, the ones that repeat a page of the earlier corpus.
    pub removed_against: usize,
    /// Records of the earlier corpus.
    pub against: usize,
    /// Records that could not be read, in neither the output nor the list of those that go.
    pub skipped: usize,
}

/// What a dedup run did.
#[derive(Clone, Debug)]
pub struct Written {
    /// What became of the records.
    pub counts: DedupCounts,
    /// The records that go, by record.
    pub removed: Vec<Removed>,
}

impl Job {
    /// Which answers of [`pipeline::detect`] the policy needs; with `exact`, equal bodies alone count as repeats, and
    /// no origins are found: to ask for both is an error.
    pub fn only(&self, exact: bool) -> Result<Only> {
        match self.policy.keep {
            Keep::Origin if exact => Err(Error::Conflict {
                settings: ["exact", "keep=origin"],
                reason: "origins are not computed for identical bodies",
            }),
            Keep::Origin => Ok(Only::Origin),
            _ if exact => Ok(Only::Equal),
            _ => Ok(Only::Clusters),
        }
    }

    /// Opens the inputs and the earlier corpus as one corpus, the earlier one behind. `out` is never read. A file
    /// that is both an input and of the earlier corpus, or that lies in `out`, is an error, and so are inputs
    /// without a record.
    pub fn open(&self, config: &Config, out: Option<&Path>) -> Result<Corpus> {
        let all = [&self.inputs[..], &self.against].concat();
        let corpus = pipeline::open(&all, config, out)?;
        self.check(&corpus.shards())?;
        if self.first_old(&corpus) == DocId(0) {
            let (inputs, skipped) = (self.inputs.clone(), corpus.skipped.len());
            return Err(Error::NoRecords { inputs, skipped, first: None });
        }
        Ok(corpus)
    }

    /// Finds the reprint sets of an opened corpus: [`crate::detect`] without what only its output folder is made of.
    pub fn detect<'c>(&self, corpus: &'c Corpus, config: &Config, observer: &dyn Observer) -> Result<Findings<'c>> {
        pipeline::judge(corpus, config, observer)
    }

    fn check(&self, shards: &[Shard]) -> Result<()> {
        let resolved = |path: &Path| path.canonicalize().ok();
        let mut rewritten: Vec<PathBuf> = Vec::new();
        for shard in shards {
            let named = shard.path.to_owned();
            if self.is_rewritten(shard) && !rewrite::can_copy(shard) {
                return Err(Error::NotRewritable { path: named, format: shard.kind.to_string() });
            }
            let Some(path) = resolved(shard.path) else { continue };
            if self.is_rewritten(shard) {
                rewritten.push(path);
            } else if rewritten.contains(&path) {
                return Err(Error::InputTwice { path: named });
            }
        }
        Ok(())
    }

    fn is_rewritten(&self, shard: &Shard) -> bool {
        shard.input < self.inputs.len()
    }

    /// The first record of the earlier corpus; one past the last record when there is none.
    fn first_old(&self, corpus: &Corpus) -> DocId {
        let old = corpus.shards().into_iter().find(|shard| !self.is_rewritten(shard));
        DocId(old.map_or(corpus.len() as u32, |shard| shard.docs.start))
    }

    /// The records of the inputs that go, by record: what stays is what another run with the same settings keeps. Reads
    /// and judges the pages that stay again, until none of them goes.
    pub fn removed(&self, findings: &Findings, observer: &dyn Observer) -> Result<Vec<Removed>> {
        settle::settled(findings, self, observer)
    }

    /// The records that a single pass removes.
    fn first_removed(&self, findings: &Findings) -> Result<Vec<Removed>> {
        let first_old = self.first_old(findings.pages.corpus);
        findings.repeats(&self.policy, &|doc| doc >= first_old)
    }
}

/// Checks, before a long run, that `out` may be written: it is not there yet, or `force` allows to replace it and it
/// has nothing but an earlier output of `dedup`.
pub fn check(out: &Path, force: bool) -> Result<()> {
    crate::storage::folder::check(out, force, Content::Corpus)
}

/// Writes the inputs without the records that go, `removed.jsonl` and `run.json` to the folder `out`: whole or not
/// at all. A dry run writes no records, and nothing at all without `out`. Every record of the inputs is then in the
/// output, in `removed.jsonl`, or among the skipped ones of `run.json`.
pub fn write(findings: &Findings, job: &Job, out: Option<&Path>, observer: &dyn Observer) -> Result<Written> {
    findings.config.on_threads(|| write_folder(findings, job, out, observer))
}

fn write_folder(findings: &Findings, job: &Job, out: Option<&Path>, observer: &dyn Observer) -> Result<Written> {
    let corpus = findings.pages.corpus;
    let removed = job.removed(findings, observer)?;
    let counts = job.counts(corpus, &removed);
    let Some(out) = out else { return Ok(Written { counts, removed }) };
    let mut shards = corpus.shards();
    shards.retain(|shard| job.is_rewritten(shard));
    let places = places(&shards, &job.inputs)?;
    observer.begin("write", counts.documents as u64);
    let folder = Folder::stage(out, Content::Corpus)?;
    let stays = |doc: DocId| removed.binary_search_by_key(&doc, |r| r.doc).is_err();
    if !job.dry_run {
        shards.par_iter().zip(&places).try_for_each(|(shard, place)| {
            observer.advance(shard.docs.len() as u64);
            if rewrite::is_one_record(shard.kind.format) && !shard.docs().any(stays) {
                return Ok(());
            }
            folder.file(place, |writer| rewrite::copy(corpus, shard, stays, writer))?;
            corpus.check_unchanged(shard)
        })?;
    }
    folder.lines(REMOVED, removed.iter().map(|r| removed_record(corpus, r)))?;
    let mut run = run_record(findings, job, &counts);
    // The kept records are the corpus itself: it may be edited, and its files may be a million.
    let listed = folder.sums().into_iter().filter(|(name, _)| name == REMOVED);
    run["files"] = json!(listed.collect::<BTreeMap<_, _>>());
    folder.file(RUN, |writer| Ok(serde_json::to_writer_pretty(writer, &run)?))?;
    folder.publish()?;
    Ok(Written { counts, removed })
}

fn removed_record<'c>(corpus: &'c Corpus, removed: &Removed) -> RemovedRecord<'c> {
    let place = |doc: DocId| {
        let (path, offset, _) = corpus.place(doc);
        (path.to_string_lossy(), offset)
    };
    let ((file, offset), (twin_file, twin_offset)) = (place(removed.doc), place(removed.twin));
    RemovedRecord {
        id: corpus.id(removed.doc),
        file,
        offset,
        twin: corpus.id(removed.twin),
        reason: removed.reason,
        score: share(removed.score),
        twin_file,
        twin_offset,
    }
}

fn run_record(findings: &Findings, job: &Job, counts: &DedupCounts) -> serde_json::Value {
    let corpus = findings.pages.corpus;
    json!({
        "version": VERSION,
        "format_version": FORMAT_VERSION,
        "command": "dedup",
        "config": findings.config,
        "dedup": job,
        "input_hash": format!("{:016x}", corpus.input_hash()),
        "furniture_hash": format!("{:016x}", findings.furniture().fingerprint()),
        "counts": counts,
        "stages": findings.stages,
        "peak_memory_bytes": findings.memory.peak(),
        "peak_resident_bytes": memory::peak_resident(),
        "skipped": corpus.skipped,
    })
}

impl Job {
    fn counts(&self, corpus: &Corpus, removed: &[Removed]) -> DedupCounts {
        let first_old = self.first_old(corpus);
        let mut by_reason = BTreeMap::new();
        removed.iter().for_each(|r| *by_reason.entry(r.reason).or_default() += 1);
        DedupCounts {
            documents: first_old.index(),
            kept: first_old.index() - removed.len(),
            removed: by_reason,
            removed_against: removed.iter().filter(|r| r.twin >= first_old).count(),
            against: corpus.len() - first_old.index(),
            skipped: corpus.skipped.len(),
        }
    }
}

/// A few lines on what went and what stays. Ends with a line break.
pub fn summary(counts: &DedupCounts, job: &Job, out: Option<&Path>) -> String {
    let gone = counts.documents - counts.kept;
    let share = 100.0 * gone as f64 / counts.documents.max(1) as f64;
    let would = if job.dry_run { "would be " } else { "" };
    let mut text = format!("{} pages: {} kept, {gone} {would}removed ({share:.1} %)\n", counts.documents, counts.kept);
    let mut say = |line: String| {
        text.push_str(&line);
        text.push('\n');
    };
    for (reason, count) in &counts.removed {
        say(format!("  {count:>8}  {}", meaning(*reason)));
    }
    if counts.against > 0 {
        say(format!("  {:>8}  of them repeat one of the {} earlier pages", counts.removed_against, counts.against));
    }
    if counts.skipped > 0 {
        say(format!("{} records or files skipped: they are in neither part (see run.json)", counts.skipped));
    }
    match out {
        Some(out) if job.dry_run => say(format!("What would go: {}", out.join(REMOVED).display())),
        Some(out) => say(format!("Kept pages: {}; what went and why: {}", out.display(), out.join(REMOVED).display())),
        None => say("Nothing was written; -o DIR lists what would go".to_owned()),
    }
    text
}

fn meaning(reason: RemovalReason) -> &'static str {
    match reason {
        RemovalReason::Exact => "exact: the body of the kept page, unit for unit",
        RemovalReason::Reprint => "reprint: the same article as the kept page",
        RemovalReason::Part => "part: a part of the article of the kept page",
    }
}
