//! Write what was found; decide nothing.

mod documents;
mod headline;
mod partition;
mod summary;
mod tables;

pub(crate) use partition::part;
pub(crate) use summary::shortened;
pub use summary::summary;
pub(crate) use tables::{match_records, outlet_pair_record, outlet_record, point_record, point_records};

use crate::candidates::SOURCES;
use crate::clean::{FurnitureGroup, FurnitureLine};
use crate::error::{Error, Result};
use crate::origin::{Lineage, Source};
use crate::output_folder::OutFolder;
use crate::pipeline::{Conclusions, Findings, conclude};
use crate::records::{self, CandidatesRecord, CountsRecord, FORMAT_VERSION, Json, LeftOutRecord, RunRecord, VERSION};
use crate::storage::folder::{Content, Folder};
use crate::storage::memory;
use crate::types::DocId;
use crate::view;
use serde_json::json;
use std::collections::BTreeMap;
use std::path::Path;
use std::time::Instant;
use tables::Numbering;

/// The file that people read.
const REPORT: &str = "report.html";

/// What was written, for those who show it to a person.
pub struct WrittenReport {
    /// The largest reprint sets, the largest first.
    pub(crate) largest: Vec<records::ClusterRecord>,
    /// Talking points, the strongest first.
    pub(crate) points: Vec<records::PointRecord>,
    /// Counts as in `run.json`.
    pub(crate) counts: records::CountsRecord,
    /// False when the run was asked for no report.
    pub(crate) has_report: bool,
}

/// Checks, before a long run, that `out` may be written: it does not exist yet, or `force` allows to replace it and it
/// contains nothing but an earlier output of `detect`.
pub fn check(out: &Path, force: bool) -> Result<()> {
    crate::storage::folder::check(out, force, Content::Findings)
}

/// Writes the output folder: every file of the contract, whole or not at all, on as many threads as the run.
pub fn write(findings: &Findings, out: &Path) -> Result<WrittenReport> {
    findings.config.on_threads(|| write_folder(findings, out))
}

fn write_folder(findings: &Findings, out: &Path) -> Result<WrittenReport> {
    let started = Instant::now();
    if findings.drafts.is_empty() {
        return Err(Error::Conflict {
            settings: ["Job::detect", "output::write"],
            reason: "what is found for a deduplication has no records of the pages",
        });
    }
    let folder = Folder::stage(out, Content::Findings)?;
    let Conclusions { removed, outlets } = conclude(findings)?;
    let numbering = Numbering::new(findings, &removed);
    let points = tables::point_records(findings.pages.corpus, &findings.points);
    // Documents are copied in order by one thread; the other tables are written meanwhile.
    let (documents, others) = rayon::join(
        || documents::write(findings, &numbering, &folder),
        || {
            let numbers: Vec<u32> = numbering.numbers().collect();
            folder.many_lines("clusters.jsonl", &numbers, |&number| tables::cluster(findings, &numbering, number))?;
            if findings.config.no_matches { Ok(()) } else { tables::matches(findings, &numbering, &folder) }
        },
    );
    let starts = documents?;
    others?;
    folder.lines("talking_points.jsonl", &points)?;
    folder.lines("outlets.jsonl", outlets.outlets.into_iter().map(outlet_record))?;
    folder.lines("outlet_pairs.jsonl", outlets.pairs.into_iter().map(outlet_pair_record))?;
    folder.file("furniture.json", |writer| {
        Ok(serde_json::to_writer_pretty(writer, findings.furniture().groups.as_slice())?)
    })?;
    let largest = tables::largest(findings, &numbering, summary::SHOWN).into_iter();
    let largest = largest.map(|number| tables::cluster(findings, &numbering, number)).collect();
    let (counts, has_report) = (counts(findings, points.len()), !findings.config.no_report);
    let written = WrittenReport { counts, largest, points, has_report };
    let mut run = run_record(findings, &written, started);
    run.files = Json(folder.sums());
    if !findings.config.no_report {
        // The report is made from the folder, as `tonggao report` makes it again.
        folder.file("run.json", |writer| Ok(serde_json::to_writer_pretty(writer, &run)?))?;
        let out = OutFolder::just_written(folder.staged())?;
        let index = view::FolderIndex::of_run(out, starts, documents::indexed(findings, &numbering))?;
        folder.result_file(REPORT, |writer| view::write_file(&index, findings.pages.corpus, None, writer))?;
    }
    add_time(&mut run, findings, started);
    folder.file("run.json", |writer| Ok(serde_json::to_writer_pretty(writer, &run)?))?;
    folder.publish()?;
    Ok(written)
}

/// The records of a place in the history of a set, and of its origin, whose pages are those of some findings.
pub(crate) fn place_records(
    findings: &Findings,
    lineage: &Lineage,
    doc: DocId,
) -> (Option<records::MemberRecord>, records::OriginRecord) {
    let place = lineage.copies.iter().find(|copy| copy.doc == doc).map(|copy| tables::member(findings, copy));
    (place, tables::origin_of(findings, lineage))
}

/// The record of the only set of some findings.
pub(crate) fn set_record(findings: &Findings) -> records::ClusterRecord {
    tables::cluster(findings, &Numbering::new(findings, &[]), 0)
}

/// The headline of the only set of some findings. `of_origin` asks for that of the page which is its origin alone.
pub(crate) fn set_title(findings: &Findings, of_origin: bool) -> Option<String> {
    let (set, lineage) = (findings.clusters.list.first()?, findings.lineages.first());
    match lineage.map(|lineage| &lineage.origin) {
        Some(&Source::Document(origin)) if of_origin => headline::of_page(findings, origin),
        _ if of_origin => None,
        _ => headline::of_set(findings, set, lineage),
    }
}

fn counts(findings: &Findings, talking_points: usize) -> CountsRecord {
    let corpus = findings.pages.corpus;
    CountsRecord {
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

fn run_record<'f>(findings: &'f Findings, written: &WrittenReport, started: Instant) -> RunRecord<'f> {
    let corpus = findings.pages.corpus;
    let sources = SOURCES
        .iter()
        .zip(&findings.sources)
        .map(|(source, count)| (format!("{source:?}").to_lowercase(), json!(count)));
    let (furniture, furniture_left_out) = strongest_furniture(&findings.furniture().groups);
    RunRecord {
        version: VERSION,
        format_version: FORMAT_VERSION,
        config: Json(&findings.config),
        input_hash: format!("{:016x}", corpus.input_hash()),
        furniture_hash: format!("{:016x}", findings.furniture().fingerprint()),
        counts: written.counts.clone(),
        inputs: Json(corpus.kinds()),
        page_encodings: Json(&corpus.page_encodings),
        verdicts: Json(findings.verdicts.counts),
        passed_over: Json(&corpus.passed),
        candidates: CandidatesRecord { sources: Json(sources.collect()), verified: findings.verified },
        stages: &findings.stages,
        report_seconds: started.elapsed().as_secs_f64(),
        peak_memory_bytes: findings.memory.peak(),
        peak_resident_bytes: memory::peak_resident(),
        origin_note: "An origin is a guess from evidence, not a finding of fact.",
        furniture,
        furniture_left_out,
        skipped: Json(&corpus.skipped),
        files: Json(BTreeMap::new()),
    }
}

/// Outlets and hosts whose furniture `run.json` lists, and lines of each; `furniture.json` has all.
const FURNITURE_GROUPS: usize = 500;
const FURNITURE_LINES: usize = 20;

/// The lines that were learnt, by outlet or host: of those with most pages of different articles, the strongest
/// first, and how many were left out.
fn strongest_furniture(groups: &[FurnitureGroup]) -> (Json<BTreeMap<&str, &[FurnitureLine]>>, LeftOutRecord) {
    let mut strongest: Vec<&FurnitureGroup> = groups.iter().collect();
    strongest.sort_by_key(|group| std::cmp::Reverse(group.lines.first().map_or(0, |line| line.articles)));
    strongest.truncate(FURNITURE_GROUPS);
    let listed = |group: &FurnitureGroup| group.lines.len().min(FURNITURE_LINES);
    let lines: usize = groups.iter().map(|group| group.lines.len()).sum();
    let shown: usize = strongest.iter().map(|group| listed(group)).sum();
    let left_out = LeftOutRecord { groups: groups.len() - strongest.len(), lines: lines - shown };
    let masked = strongest.iter().map(|group| (group.group.as_str(), &group.lines[..listed(group)])).collect();
    (Json(masked), left_out)
}

fn add_time(run: &mut RunRecord, findings: &Findings, started: Instant) {
    run.report_seconds = started.elapsed().as_secs_f64();
    run.peak_memory_bytes = findings.memory.peak();
    run.peak_resident_bytes = memory::peak_resident();
}
