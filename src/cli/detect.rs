//! `tonggao detect`.

use super::progress::Bar;
use crate::config::{Config, Only, parse_zone};
use crate::{pipeline, report};
use anyhow::{Context, Result};
use clap::{Args, ValueEnum};
use std::path::PathBuf;
use std::process::ExitCode;

#[derive(Args)]
#[command(after_help = "\
Examples:
  tonggao detect news/ -o out                      a folder of .jsonl and .txt files
  tonggao detect a.jsonl b.jsonl -o out --force    replace an earlier output
  tonggao detect dump.jsonl -o out --field text=body --field outlet=media
  zcat dump.jsonl.gz | tonggao detect - -o out --only clusters

An output folder holds documents.jsonl, clusters.jsonl, matches.jsonl, talking_points.jsonl, outlets.jsonl,
outlet_pairs.jsonl, furniture.json, run.json and report.html.")]
pub(super) struct Detect {
    /// Files and folders to read: JSON Lines (.jsonl, .ndjson, .json) and plain text (.txt); - for standard input
    #[arg(required = true, value_name = "INPUT")]
    inputs: Vec<PathBuf>,

    /// The folder to write
    #[arg(short, long, value_name = "OUT")]
    out: PathBuf,

    /// Replace an output folder that exists
    #[arg(long)]
    force: bool,

    /// Give only some answers, which is faster
    #[arg(long, value_enum)]
    only: Option<OnlyArg>,

    /// Read a role from a field of this name; may be repeated. Roles: text, id, title, url, outlet, published
    #[arg(long, value_name = "ROLE=NAME")]
    field: Vec<String>,

    /// The zone of times that state none
    #[arg(long, value_name = "ZONE", default_value = "+08:00", value_parser = parse_zone, allow_hyphen_values = true)]
    timezone: i32,

    /// Use this furniture model (a furniture.json, edited if you like) instead of learning one
    #[arg(long, value_name = "FILE")]
    furniture: Option<PathBuf>,

    /// Use this table of outlets over the built-in one: a name (or * and how names end), a tab, and its role
    /// (agency, paper, broadcaster, government, portal, aggregator, unknown); then, if you like, a tab and its owner
    #[arg(long, value_name = "FILE")]
    outlets: Option<PathBuf>,

    /// Threads to use; 0 for one a processor
    #[arg(long, default_value_t = 0)]
    threads: usize,

    /// Read files into memory instead of mapping them (for inputs that change during the run)
    #[arg(long)]
    no_mmap: bool,

    /// End with exit code 2 if a record was skipped
    #[arg(long)]
    strict: bool,

    /// Print nothing but errors
    #[arg(short, long)]
    quiet: bool,
}

#[derive(Clone, Copy, ValueEnum)]
enum OnlyArg {
    /// Reprint sets
    Clusters,
    /// Reprint sets and their origins
    Origin,
    /// Reprint sets and talking points
    TalkingPoints,
}

/// Skipped records that are named on the screen; run.json lists all.
const NAMED: usize = 5;

impl Detect {
    fn config(&self) -> Config {
        Config {
            field: self.field.clone(),
            timezone: self.timezone,
            only: match self.only {
                Some(OnlyArg::Clusters) => Only::Clusters,
                Some(OnlyArg::Origin) => Only::Origin,
                Some(OnlyArg::TalkingPoints) => Only::TalkingPoints,
                None => Only::Everything,
            },
            furniture: self.furniture.clone(),
            outlets: self.outlets.clone(),
            no_mmap: self.no_mmap,
            threads: self.threads,
        }
    }

    pub(super) fn run(self) -> Result<ExitCode> {
        let config = self.config();
        report::check(&self.out, self.force)?;
        let pool = rayon::ThreadPoolBuilder::new().num_threads(self.threads).build().context("cannot start threads")?;
        pool.install(|| self.detect(&config))
    }

    fn detect(&self, config: &Config) -> Result<ExitCode> {
        let corpus = pipeline::open(&self.inputs, config, Some(&self.out))?;
        if !self.quiet {
            eprintln!("Reading {} records from {}", corpus.len(), corpus.summary());
            corpus
                .skipped
                .iter()
                .take(NAMED)
                .for_each(|s| eprintln!("skipped {} at byte {}: {}", s.file, s.offset, s.reason));
            if corpus.skipped.len() > NAMED {
                eprintln!("… {} more skipped; run.json lists all", corpus.skipped.len() - NAMED);
            }
        }
        let bar = Bar::new();
        let findings = pipeline::detect(&corpus, config, &bar)?;
        bar.clear();
        let written = report::write(&findings, &self.out)?;
        if !self.quiet {
            super::print(&report::summary(&written, &self.out));
        }
        Ok(ExitCode::from(if self.strict && !corpus.skipped.is_empty() { 2 } else { 0 }))
    }
}
