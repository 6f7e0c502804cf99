//! `tonggao dedup`.

use crate::progress::Bar;
use crate::reading::{Reading, introduce};
use anyhow::Result;
use clap::{Args, ValueEnum};
use std::path::PathBuf;
use std::process::ExitCode;
use tonggao::config::Config;
use tonggao::dedup::{self, Among, Job, Keep, Policy};
use tonggao::pipeline;

#[derive(Args)]
#[command(after_help = "\
Examples:
  tonggao dedup news/ -o kept                          one page of every reprint set, the earliest
  tonggao dedup news/ -o kept --keep longest           ... the one with the longest body
  tonggao dedup news/ -o kept --exact                  only pages whose bodies are the same, unit for unit
  tonggao dedup 2024-06/ -o new --against kept/        drop what an earlier corpus has; that one is not touched
  tonggao dedup news/ --dry-run                        say how much would go; with -o DIR, list it there
  tonggao dedup news/ -o kept --across                 an outlet may repeat itself, but not another outlet

DIR holds the inputs' files again, in their folders, under their names and in their formats, without the records
that repeat another one; what stays is the same byte for byte (of Parquet: value for value, in the same schema,
compression and row groups; of a WARC packed record by record: member for member). DIR/removed.jsonl tells of every record that
went: {id, file, offset, twin, reason, score}, where twin is the page that stays for it, and score the share of
the shorter of the two that stands in the other. DIR/run.json tells of the run, and of the records that could
not be read, which are in neither.

Round-ups, pieces that stand inside a longer article of its own, and articles that share a passage stay.")]
pub(super) struct Dedup {
    /// Files, folders, pipes and patterns to read: JSON (.jsonl, .ndjson, .json), tables (.csv, .tsv, .parquet), plain text
    /// (.txt), saved pages (.html, .htm) and web archives (.warc, .wet, .arc, .wacz), as they are, packed with gzip, zstd,
    /// bzip2, xz or lz4, or in a zip or tar; - for standard input, in JSON Lines
    #[arg(required = true, value_name = "INPUT")]
    inputs: Vec<PathBuf>,

    /// The folder to write; may be left out of a dry run
    #[arg(short, long, value_name = "DIR", required_unless_present = "dry_run")]
    out: Option<PathBuf>,

    /// Replace an output folder that exists
    #[arg(long)]
    force: bool,

    /// The page of a set that stays
    #[arg(long, value_enum, default_value = "earliest")]
    keep: KeepArg,

    /// Count pages as repeats only when their bodies are the same, unit for unit: letters, digits and Han in one width,
    /// case and script, site furniture left aside
    #[arg(long)]
    exact: bool,

    /// Count pages as repeats only when they are of one outlet; a page of unknown outlet repeats none
    #[arg(long, conflicts_with = "across")]
    within_outlet: bool,

    /// Count pages as repeats only when they are of two outlets; a page of unknown outlet repeats none
    #[arg(long)]
    across: bool,

    /// An earlier corpus (a file or folder): pages of INPUT that repeat one of its pages go, and it is left as it is;
    /// may be repeated
    #[arg(long, value_name = "OLD")]
    against: Vec<PathBuf>,

    /// Write no records: only say what would go, and list it if there is an output folder
    #[arg(long)]
    dry_run: bool,

    #[command(flatten)]
    reading: Reading,

    /// End with exit code 2 if a record was skipped
    #[arg(long)]
    strict: bool,

    /// Print nothing but errors
    #[arg(short, long)]
    quiet: bool,
}

#[derive(Clone, Copy, ValueEnum)]
enum KeepArg {
    /// The one that was surely published first; of undated ones the longest
    Earliest,
    /// The one with the longest body, site furniture not counted
    Longest,
    /// The origin where it is a page of the corpus, else the earliest that was copied from none here
    Origin,
    /// The one that is read first
    First,
}

impl Dedup {
    fn job(&self) -> Job {
        let keep = match self.keep {
            KeepArg::Earliest => Keep::Earliest,
            KeepArg::Longest => Keep::Longest,
            KeepArg::Origin => Keep::Origin,
            KeepArg::First => Keep::First,
        };
        let among = match (self.within_outlet, self.across) {
            (true, _) => Among::WithinOutlet,
            (_, true) => Among::Across,
            _ => Among::All,
        };
        let policy = Policy { keep, among };
        Job { inputs: self.inputs.clone(), against: self.against.clone(), policy, dry_run: self.dry_run }
    }

    pub(super) fn run(self) -> Result<ExitCode> {
        let job = self.job();
        let only = job.only(self.exact)?;
        if let Some(out) = &self.out {
            dedup::check(out, self.force)?;
        }
        let config = Config { only, ..self.reading.config() };
        self.dedup(&job, &config)
    }

    fn dedup(&self, job: &Job, config: &Config) -> Result<ExitCode> {
        let out = self.out.as_deref();
        let corpus = job.open(config, out)?;
        if !self.quiet {
            introduce(&corpus);
        }
        let bar = Bar::new();
        let findings = pipeline::detect(&corpus, config, &bar)?;
        let counts = dedup::write(&findings, job, out, &bar)?;
        bar.clear();
        if !self.quiet {
            crate::print(&dedup::summary(&counts, job, out))?;
        }
        Ok(ExitCode::from(if self.strict && !corpus.skipped.is_empty() { 2 } else { 0 }))
    }
}
