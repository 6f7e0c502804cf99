//! `tonggao dedup`.

use crate::progress::Bar;
use crate::settings::{Settings, introduce};
use anyhow::Result;
use clap::{Args, ValueEnum};
use std::path::PathBuf;
use std::process::ExitCode;
use tonggao::Config;
use tonggao::dedup::{Among, Job, Keep, Policy, check, summary, write};

#[derive(Args)]
#[command(after_help = "\
Examples:
  tonggao dedup news/ -o kept                     keep one page of every reprint set, the earliest
  tonggao dedup news/ -o kept --keep longest      ... the one with the longest body
  tonggao dedup news/ -o kept --exact             remove only pages with identical bodies
  tonggao dedup 2024-06/ -o new --against kept/   remove what an earlier corpus already has, and leave that one as it is
  tonggao dedup news/ --dry-run                   print how much would be removed; with -o, list it there
  tonggao dedup news/ -o kept --across            keep repeats within an outlet

OUT gets the input files in their folders, under their names and in their formats, without the records that repeat
another one. The remaining records are the same byte for byte (in Parquet: the same values, schema, compression and
row groups; in a WARC file compressed record by record: the same gzip members). OUT/removed.jsonl lists every removed
record: {id, file, offset, twin, reason, score}, where twin is the page kept in its place, and score the share of the
shorter page that is found in the other. OUT/run.json lists the records that could not be read, which are in neither.

Round-ups, pieces quoted whole in a longer article, and articles that share a passage are kept. So are doubtful repeats:
removing a page takes six times the odds that put it into a set (a probability of 0.86 where --same-article is 0.5).

Exit codes: 0 success; 2 error, or a record was skipped under --strict.")]
pub(super) struct Dedup {
    /// Files, folders and patterns to read, as for `detect`; - for standard input in JSON Lines
    #[arg(required = true, value_name = "INPUT")]
    inputs: Vec<PathBuf>,

    /// The folder to write; optional in a dry run
    #[arg(short, long, value_name = "OUT", required_unless_present = "dry_run")]
    out: Option<PathBuf>,

    /// Replace an existing output folder
    #[arg(long)]
    force: bool,

    /// Which page of a set to keep
    #[arg(long, value_enum, default_value = "earliest")]
    keep: KeepArg,

    /// Remove only pages with identical bodies: the same letters, digits and Han characters, whatever their width, case and
    /// script, without boilerplate
    #[arg(long)]
    exact: bool,

    /// Remove only repeats within one outlet; pages of unknown outlet are kept
    #[arg(long, conflicts_with = "across")]
    within_outlet: bool,

    /// Remove only repeats across outlets; pages of unknown outlet are kept
    #[arg(long)]
    across: bool,

    /// Also remove pages that repeat a page of this earlier corpus (a file or folder), which is not changed; repeatable
    #[arg(long, value_name = "INPUT")]
    against: Vec<PathBuf>,

    /// Write no records; only report what would be removed
    #[arg(long)]
    dry_run: bool,

    /// Exit with code 2 if a record was skipped
    #[arg(long)]
    strict: bool,

    /// Print errors only
    #[arg(short, long)]
    quiet: bool,

    #[command(flatten)]
    settings: Settings,
}

#[derive(Clone, Copy, ValueEnum)]
enum KeepArg {
    /// The page known to be published first; the longest if none is dated
    Earliest,
    /// The page with the longest body, without boilerplate
    Longest,
    /// The origin if it is a page of the corpus, else the earliest page that is not a copy of another
    Origin,
    /// The page that is read first
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
        let config = Config { only: job.only(self.exact)?, ..self.settings.config()? };
        let out = self.out.as_deref();
        out.map_or(Ok(()), |out| check(out, self.force))?;
        let corpus = job.open(&config, out)?;
        if !self.quiet {
            introduce(&corpus);
        }
        let bar = Bar::new();
        let findings = job.detect(&corpus, &config, &bar)?;
        let counts = write(&findings, &job, out, &bar)?.counts;
        bar.clear();
        if !self.quiet {
            crate::print(&summary(&counts, &job, out))?;
        }
        Ok(ExitCode::from(if self.strict && !corpus.skipped.is_empty() { 2 } else { 0 }))
    }
}
