//! How fast each stage goes through a corpus, compared with the least that could be done with the same bytes. The command
//! `tonggao bench` and the benches of the repository print this same table.

mod floors;

use crate::config::Config;
use crate::corpus::Corpus;
use crate::error::{Error, Result};
use crate::output_folder::VERSION;
use crate::pipeline::{self, Observer, StageTime};
use crate::report;
use crate::types::DocId;
use serde::Serialize;
use std::borrow::Cow;
use std::fmt::Write;
use std::path::PathBuf;
use std::time::Instant;

/// Text that floors and single steps go through at most: the stages take the whole corpus.
const MOST_TEXT: usize = 256 << 20;
/// Times that floors and single steps are run; the fastest counts. Stages are run once.
const RUNS: usize = 3;

/// What a row times.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RowGroup {
    /// The least that could be done with the bytes of the files.
    FileFloor,
    /// The least that could be done with the texts.
    TextFloor,
    /// A step on the texts alone.
    Step,
    /// A stage of `detect`, with all that it reads and decodes.
    Stage,
}

/// One row: something done with some bytes.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct BenchRow {
    /// What kind of thing.
    pub group: RowGroup,
    /// What was done.
    pub name: Cow<'static, str>,
    /// Bytes of input that it went through.
    pub bytes: u64,
    /// Records in them.
    pub records: u64,
    /// Wall time.
    pub seconds: f64,
    /// The floor that it is compared with.
    pub floor: Option<&'static str>,
    /// How many times as long as the floor it took for a byte.
    pub times_floor: Option<f64>,
}

/// All rows on one number of threads.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct BenchRun {
    /// Threads.
    pub threads: usize,
    /// The rows, in the order of the table.
    pub rows: Vec<BenchRow>,
}

/// The whole table.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct BenchTable {
    /// Version of the program.
    pub version: &'static str,
    /// Records of the corpus.
    pub records: u64,
    /// Bytes of its files.
    pub bytes: u64,
    /// Bytes of text that floors and steps went through.
    pub text_bytes: u64,
    /// Records in that.
    pub text_records: u64,
    /// One run for each number of threads, as they were asked for.
    pub runs: Vec<BenchRun>,
}

/// Runs everything on each of some numbers of threads. The corpus is opened anew each time; detection writes to a
/// temporary folder. Keeps up to 256 MB of text and its units in memory, in addition to what `detect` needs.
pub fn measure(inputs: &[PathBuf], config: &Config, threads: &[usize], observer: &dyn Observer) -> Result<BenchTable> {
    let corpus = pipeline::open(inputs, config, None)?;
    let texts = some_texts(&corpus);
    let text_bytes = texts.iter().map(|text| text.len() as u64).sum();
    let mut table = BenchTable {
        version: VERSION,
        records: corpus.len() as u64,
        bytes: corpus.bytes,
        text_bytes,
        text_records: texts.len() as u64,
        runs: Vec::new(),
    };
    for &threads in threads {
        let config = Config { threads, ..config.clone() };
        let rows = config.on_threads(|| rows(&corpus, &texts, &table, inputs, &config, observer))?;
        table.runs.push(BenchRun { threads, rows });
    }
    Ok(table)
}

fn some_texts(corpus: &Corpus) -> Vec<String> {
    let mut left = MOST_TEXT;
    let texts = (0..corpus.len() as u32).map(|doc| corpus.text(DocId(doc)).into_owned());
    let enough = |text: &String| {
        let fits = left > 0;
        left = left.saturating_sub(text.len());
        fits
    };
    texts.take_while(enough).collect()
}

const COPY: &str = "copy memory";
const UTF8: &str = "check UTF-8";
const JSON: &str = "parse records";
const FOLD: &str = "fold";
const HASH: &str = "hash 5-grams";

fn rows(
    corpus: &Corpus,
    texts: &[String],
    table: &BenchTable,
    inputs: &[PathBuf],
    config: &Config,
    observer: &dyn Observer,
) -> Result<Vec<BenchRow>> {
    observer.begin("floors", 0);
    let bytes = file_bytes(corpus)?;
    let bodies = floors::bodies(texts);
    let (files, all) = (bytes.iter().map(|b| b.len() as u64).sum(), (table.bytes, table.records));
    let read = (table.text_bytes, table.text_records);
    let each = |with: fn(&[u8])| best(|| bytes.iter().for_each(|bytes| with(bytes)));
    let mut rows = vec![
        row(RowGroup::FileFloor, COPY, (files, table.records), each(floors::copy_memory), None),
        row(RowGroup::FileFloor, UTF8, (files, table.records), each(floors::check_utf8), None),
        row(RowGroup::FileFloor, JSON, (files, table.records), best(|| floors::parse_records(corpus)), None),
        row(RowGroup::TextFloor, FOLD, read, best(|| floors::fold(texts)), None),
        row(RowGroup::TextFloor, HASH, read, best(|| floors::hash_shingles(&bodies)), None),
        row(RowGroup::Step, "clean", read, best(|| floors::clean(texts)), Some(FOLD)),
        row(RowGroup::Step, "clean, attribute", read, best(|| floors::clean_and_attribute(texts)), Some(FOLD)),
        row(RowGroup::Step, "sign", read, best(|| floors::sign_bodies(&bodies)), Some(HASH)),
    ];
    for StageTime { stage, seconds } in stages(inputs, config, observer)? {
        rows.push(row(RowGroup::Stage, stage, all, seconds, floor_of(stage)));
    }
    let whole = rows.iter().filter(|row| row.group == RowGroup::Stage).map(|row| row.seconds).sum();
    rows.push(row(RowGroup::Stage, "all of detect", all, whole, Some(JSON)));
    hold_against_floors(&mut rows);
    Ok(rows)
}

/// The floor of a stage: what it cannot do without for every page.
fn floor_of(stage: &str) -> Option<&'static str> {
    match stage {
        "open" | "clean" => Some(JSON),
        "signature" => Some(FOLD),
        "candidates" | "verify" => Some(HASH),
        _ => None,
    }
}

fn file_bytes(corpus: &Corpus) -> Result<Vec<Vec<u8>>> {
    let read = |shard: &crate::corpus::Shard| {
        corpus.shard_bytes(shard).map_err(|source| Error::Read { path: shard.path.to_owned(), source })
    };
    corpus.shards().iter().map(read).collect()
}

/// Every stage of a run of `detect`, from opening the files to the output folder.
fn stages(inputs: &[PathBuf], config: &Config, observer: &dyn Observer) -> Result<Vec<StageTime>> {
    let place = tempfile::tempdir().map_err(|source| Error::Write { path: std::env::temp_dir(), source })?;
    let out = place.path().join("out");
    let started = Instant::now();
    let corpus = pipeline::open(inputs, config, Some(&out))?;
    let mut stages = vec![StageTime { stage: "open", seconds: started.elapsed().as_secs_f64() }];
    let findings = pipeline::detect(&corpus, config, observer)?;
    let detected = Instant::now();
    observer.begin("report", 0);
    report::write(&findings, &out)?;
    stages.extend(findings.stages);
    stages.push(StageTime { stage: "report", seconds: detected.elapsed().as_secs_f64() });
    Ok(stages)
}

/// The least seconds of some runs.
fn best(work: impl Fn()) -> f64 {
    let once = |_| {
        let started = Instant::now();
        work();
        started.elapsed().as_secs_f64()
    };
    (0..RUNS).map(once).fold(f64::INFINITY, f64::min)
}

fn row(
    group: RowGroup,
    name: &'static str,
    (bytes, records): (u64, u64),
    seconds: f64,
    floor: Option<&'static str>,
) -> BenchRow {
    BenchRow { group, name: name.into(), bytes, records, seconds, floor, times_floor: None }
}

fn hold_against_floors(rows: &mut [BenchRow]) {
    // Per record: files and texts have the same records in different numbers of bytes.
    let per_record = |row: &BenchRow| row.seconds / row.records.max(1) as f64;
    let floors: Vec<(Cow<'static, str>, f64)> = rows.iter().map(|row| (row.name.clone(), per_record(row))).collect();
    for row in rows {
        let floor = row.floor.and_then(|floor| floors.iter().find(|(name, _)| name == floor));
        row.times_floor = floor.map(|(_, seconds)| per_record(row) / seconds);
    }
}

impl BenchTable {
    /// The table for a terminal. Ends with a line break.
    pub fn text(&self) -> String {
        let megabytes = |bytes: u64| bytes as f64 / 1e6;
        let mut text = format!(
            "tonggao {}: {} records, {:.1} MB in files; floors of texts and steps on the first {}, {:.1} MB of text\n",
            self.version,
            self.records,
            megabytes(self.bytes),
            self.text_records,
            megabytes(self.text_bytes)
        );
        let mut heading = format!("\n{:20}", "");
        for run in &self.runs {
            let threads = format!("{} thread{}", run.threads, if run.threads == 1 { "" } else { "s" });
            let _ = write!(heading, " | {threads:^41}");
        }
        let _ = write!(heading, "\n{:20}", "");
        for _ in &self.runs {
            let _ = write!(heading, " | {:>9} {:>9} {:>11} {:>9}", "seconds", "MB/s", "records/s", "x floor");
        }
        text.push_str(heading.trim_end());
        text.push('\n');
        let first = self.runs.first().map_or(&[][..], |run| &run.rows);
        let mut group = None;
        for (k, row) in first.iter().enumerate() {
            if group.replace(row.group) != Some(row.group) {
                let _ = writeln!(text, "{}", title(row.group));
            }
            let _ = write!(text, "  {:18}", row.name);
            for run in &self.runs {
                let BenchRow { seconds, bytes, records, times_floor, .. } = &run.rows[k];
                let times = times_floor.map_or(String::new(), |times| format!("{times:.1}"));
                let speed = |amount: f64| amount / seconds.max(1e-9);
                let (bytes, records) = (speed(megabytes(*bytes)), speed(*records as f64));
                let _ = write!(text, " | {seconds:>9.3} {bytes:>9.1} {records:>11.0} {times:>9}");
            }
            let _ = writeln!(text, "{}", row.floor.map_or(String::new(), |floor| format!("  of {floor}")));
        }
        text
    }
}

fn title(group: RowGroup) -> &'static str {
    match group {
        RowGroup::FileFloor => "Floors, on the bytes of the files",
        RowGroup::TextFloor => "Floors, on the texts",
        RowGroup::Step => "Steps, on the texts",
        RowGroup::Stage => "Stages of detect, on the bytes of the files",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stage_is_held_against_its_floor_record_for_record() {
        let mut rows = vec![
            row(RowGroup::TextFloor, FOLD, (1000, 8), 1.0, None),
            row(RowGroup::Stage, "signature", (4000, 16), 6.0, Some(FOLD)),
            row(RowGroup::Stage, "cluster", (4000, 16), 6.0, None),
        ];
        hold_against_floors(&mut rows);
        assert_eq!(rows.iter().map(|row| row.times_floor).collect::<Vec<_>>(), [None, Some(3.0), None]);
    }
}
