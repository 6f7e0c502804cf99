//! Write what was found; decide nothing.

pub(crate) mod claims;
mod documents;
mod html;
mod offsets;
mod outlets;
pub(crate) mod records;
mod summary;
mod tables;
pub(crate) mod time;

pub use crate::folder::check;
pub(crate) use documents::draft;
pub use summary::summary;

use crate::candidates::ROADS;
use crate::error::Result;
use crate::folder::Folder;
use crate::pipeline::Findings;
use serde_json::json;
use std::path::Path;
use std::time::Instant;
use tables::Numbering;

/// The version written into every output.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// What was written, for those who tell a person of it.
pub struct Written {
    /// Reprint sets by number.
    pub(crate) clusters: Vec<records::ClusterRecord>,
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

/// Writes the output folder: every file of the contract, whole or not at all.
pub fn write(findings: &Findings, out: &Path) -> Result<Written> {
    let started = Instant::now();
    let folder = Folder::stage(out)?;
    let numbering = Numbering::new(findings);
    // Documents are copied in order by one thread; the other tables are made meanwhile.
    let (documents, (offsets, clusters, points)) = rayon::join(
        || documents::write(findings, &numbering, &folder),
        || {
            let offsets = tables::char_offsets(findings);
            let points = tables::points(findings, &offsets);
            (offsets, tables::clusters(findings, &numbering), points)
        },
    );
    documents?;
    folder.lines("clusters.jsonl", &clusters)?;
    let record = |&k: &u32| tables::match_record(findings, &numbering, &offsets, &findings.matches[k as usize]);
    folder.many_lines("matches.jsonl", &tables::match_order(findings, &numbering), record)?;
    folder.lines("talking_points.jsonl", &points)?;
    let (outlets, pairs) = outlets::tables(findings);
    folder.lines("outlets.jsonl", &outlets)?;
    folder.lines("outlet_pairs.jsonl", &pairs)?;
    folder.file("furniture.json", |writer| Ok(serde_json::to_writer_pretty(writer, &findings.furniture().groups)?))?;
    let written = Written { counts: counts(findings, &clusters, points.len()), clusters, points };
    let mut run = run_record(findings, &written, started);
    folder.file("report.html", |writer| html::write(writer, findings, &written, &outlets, &run))?;
    add_time(&mut run, started);
    folder.file("run.json", |writer| Ok(serde_json::to_writer_pretty(writer, &run)?))?;
    folder.publish()?;
    Ok(written)
}

fn counts(findings: &Findings, clusters: &[records::ClusterRecord], talking_points: usize) -> Counts {
    let corpus = findings.pages.corpus;
    Counts {
        documents: corpus.len(),
        skipped: corpus.skipped.len(),
        repeated_ids: corpus.repeated_ids,
        bytes: corpus.bytes,
        outlets: findings.pages.outlet_count(),
        clusters: clusters.len(),
        clustered: clusters.iter().map(|c| c.size).sum(),
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
    let masked: serde_json::Map<String, serde_json::Value> =
        findings.furniture().groups.iter().map(|g| (g.group.clone(), json!(g.lines))).collect();
    json!({
        "version": VERSION,
        "config": findings.config,
        "input_hash": format!("{:016x}", findings.pages.corpus.input_hash()),
        "furniture_hash": format!("{:016x}", findings.furniture().fingerprint()),
        "counts": written.counts,
        "inputs": findings.pages.corpus.kinds(),
        "candidates": { "roads": roads, "verified": findings.verified },
        "stages": findings.stages,
        "report_seconds": started.elapsed().as_secs_f64(),
        "peak_memory_bytes": peak_memory(),
        "origin_note": "An origin is a guess from evidence, not a finding of fact.",
        "furniture": masked,
        "skipped": findings.pages.corpus.skipped,
    })
}

fn add_time(run: &mut serde_json::Value, started: Instant) {
    run["report_seconds"] = json!(started.elapsed().as_secs_f64());
    run["peak_memory_bytes"] = json!(peak_memory());
}

/// The most memory this process has held, mapped files included, where the system tells (Linux).
pub fn peak_memory() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok().map(|kb| kb * 1024)
}
