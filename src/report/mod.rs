//! Write what was found; decide nothing.

mod documents;
mod partition;
mod summary;
mod tables;

pub(crate) use partition::part;
pub(crate) use summary::shortened;
pub use summary::summary;
pub(crate) use tables::{match_records, point_record};

use crate::candidates::ROADS;
use crate::clean::FurnitureGroup;
use crate::error::Result;
use crate::outlets;
use crate::output_folder::{FORMAT_VERSION, OutFolder, VERSION};
use crate::pipeline::Findings;
use crate::records;
use crate::storage::folder::{Content, Folder};
use crate::storage::memory;
use crate::view;
use serde_json::json;
use std::path::Path;
use std::time::Instant;
use tables::Numbering;

/// What was written, for those who tell a person of it.
pub struct Written {
    /// The largest reprint sets, the largest first.
    pub(crate) largest: Vec<records::ClusterRecord>,
    /// Talking points, the strongest first.
    pub(crate) points: Vec<records::PointRecord>,
    /// Counts as in `run.json`.
    pub(crate) counts: Counts,
}

/// How much of what there is.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Counts {
    /// Records read.
    pub documents: usize,
    /// Records left out.
    pub skipped: usize,
    /// Records whose id was taken and got a suffix.
    pub repeated_ids: u64,
    /// Bytes of all input files.
    pub bytes: u64,
    /// Outlets known.
    pub outlets: usize,
    /// Reprint sets.
    pub clusters: usize,
    /// Pages in reprint sets.
    pub clustered: usize,
    /// Pages put together from several articles.
    pub compilations: usize,
    /// Pairs with something in common.
    pub matches: usize,
    /// Talking points.
    pub talking_points: usize,
}

/// Checks, before a long run, that `out` may be written: it does not exist yet, or `force` allows to replace it and it
/// contains nothing but an earlier output of `detect`.
pub fn check(out: &Path, force: bool) -> Result<()> {
    crate::storage::folder::check(out, force, Content::Findings)
}

/// Writes the output folder: every file of the contract, whole or not at all, on as many threads as the run.
pub fn write(findings: &Findings, out: &Path) -> Result<Written> {
    findings.config.on_threads(|| write_folder(findings, out))
}

fn write_folder(findings: &Findings, out: &Path) -> Result<Written> {
    let started = Instant::now();
    let folder = Folder::stage(out, Content::Findings)?;
    let numbering = Numbering::new(findings)?;
    let points = tables::points(findings);
    // Documents are copied in order by one thread; the other tables are written meanwhile.
    let (documents, others) = rayon::join(
        || documents::write(findings, &numbering, &folder),
        || {
            let numbers: Vec<u32> = numbering.numbers().collect();
            folder.many_lines("clusters.jsonl", &numbers, |&number| tables::cluster(findings, &numbering, number))?;
            tables::matches(findings, &numbering, &folder)
        },
    );
    documents.and(others)?;
    folder.lines("talking_points.jsonl", &points)?;
    let (outlets, pairs) = outlets::tables(findings);
    folder.lines("outlets.jsonl", &outlets)?;
    folder.lines("outlet_pairs.jsonl", &pairs)?;
    folder.file("furniture.json", |writer| Ok(serde_json::to_writer_pretty(writer, &findings.furniture().groups)?))?;
    let largest = tables::largest(findings, &numbering, summary::SHOWN).into_iter();
    let largest = largest.map(|number| tables::cluster(findings, &numbering, number)).collect();
    let written = Written { counts: counts(findings, points.len()), largest, points };
    let mut run = run_record(findings, &written, started);
    run["files"] = json!(folder.sums());
    // The report is made from the folder, as `tonggao report` makes it again.
    folder.file("run.json", |writer| Ok(serde_json::to_writer_pretty(writer, &run)?))?;
    let index = view::Index::build(OutFolder::open(folder.staged())?)?;
    folder.result_file("report.html", |writer| view::write_file(&index, findings.pages.corpus, None, writer))?;
    add_time(&mut run, findings, started);
    folder.file("run.json", |writer| Ok(serde_json::to_writer_pretty(writer, &run)?))?;
    folder.publish()?;
    Ok(written)
}

fn counts(findings: &Findings, talking_points: usize) -> Counts {
    let corpus = findings.pages.corpus;
    Counts {
        documents: corpus.len(),
        skipped: corpus.skipped.len(),
        repeated_ids: corpus.repeated_ids,
        bytes: corpus.bytes,
        outlets: findings.pages.outlet_count(),
        clusters: findings.clusters.list.len(),
        clustered: findings.clusters.list.iter().map(|c| c.members.len()).sum(),
        compilations: findings.clusters.compilations.len(),
        matches: findings.matches.len(),
        talking_points,
    }
}

fn run_record(findings: &Findings, written: &Written, started: Instant) -> serde_json::Value {
    let roads: serde_json::Map<String, serde_json::Value> = ROADS
        .iter()
        .zip(&findings.roads)
        .map(|(road, count)| (format!("{road:?}").to_lowercase(), json!(count)))
        .collect();
    let (masked, left_out) = strongest_furniture(&findings.furniture().groups);
    json!({
        "version": VERSION,
        "format_version": FORMAT_VERSION,
        "config": findings.config,
        "input_hash": format!("{:016x}", findings.pages.corpus.input_hash()),
        "furniture_hash": format!("{:016x}", findings.furniture().fingerprint()),
        "counts": written.counts,
        "inputs": findings.pages.corpus.kinds(),
        "page_encodings": findings.pages.corpus.page_encodings,
        "passed_over": findings.pages.corpus.passed,
        "candidates": { "roads": roads, "verified": findings.verified },
        "stages": findings.stages,
        "report_seconds": started.elapsed().as_secs_f64(),
        "peak_memory_bytes": findings.memory.peak(),
        "peak_resident_bytes": memory::peak_resident(),
        "origin_note": "An origin is a guess from evidence, not a finding of fact.",
        "furniture": masked,
        "furniture_left_out": left_out,
        "skipped": findings.pages.corpus.skipped,
    })
}

/// Outlets and hosts whose furniture `run.json` lists, and lines of each; `furniture.json` has all.
const FURNITURE_GROUPS: usize = 500;
const FURNITURE_LINES: usize = 20;

/// The lines that were learnt, by outlet or host: of those with most pages of different articles, the strongest
/// first, and how many were left out.
fn strongest_furniture(groups: &[FurnitureGroup]) -> (serde_json::Map<String, serde_json::Value>, serde_json::Value) {
    let mut strongest: Vec<&FurnitureGroup> = groups.iter().collect();
    strongest.sort_by_key(|group| std::cmp::Reverse(group.lines.first().map_or(0, |line| line.articles)));
    strongest.truncate(FURNITURE_GROUPS);
    strongest.sort_by(|a, b| a.group.cmp(&b.group));
    let listed = |group: &FurnitureGroup| group.lines.len().min(FURNITURE_LINES);
    let lines: usize = groups.iter().map(|group| group.lines.len()).sum();
    let shown: usize = strongest.iter().map(|group| listed(group)).sum();
    let left_out = json!({"groups": groups.len() - strongest.len(), "lines": lines - shown});
    let masked = strongest.iter().map(|group| (group.group.clone(), json!(group.lines[..listed(group)]))).collect();
    (masked, left_out)
}

fn add_time(run: &mut serde_json::Value, findings: &Findings, started: Instant) {
    run["report_seconds"] = json!(started.elapsed().as_secs_f64());
    run["peak_memory_bytes"] = json!(findings.memory.peak());
    run["peak_resident_bytes"] = json!(memory::peak_resident());
}
