//! `tonggao detect`.

use crate::progress::Bar;
use crate::reading::{Reading, introduce};
use anyhow::Result;
use clap::{Args, ValueEnum};
use std::path::PathBuf;
use std::process::ExitCode;
use tonggao::config::{Config, Only};
use tonggao::{pipeline, report};

#[derive(Args)]
#[command(after_help = "\
Examples:
  tonggao detect news/ -o out                      a folder of .jsonl, .csv, .html and .txt files, some in .gz
  tonggao detect 'dump/*.jsonl.zst' -o out         all files that a pattern matches
  tonggao detect a.jsonl b.jsonl -o out --force    replace an earlier output
  tonggao detect dump.jsonl -o out --field text=body --field outlet=media
  some-scraper | tonggao detect - -o out --only clusters
  tonggao detect crawl/ -o out --only clusters --memory 4G

An output folder holds documents.jsonl, clusters.jsonl, matches.jsonl, talking_points.jsonl, outlets.jsonl,
outlet_pairs.jsonl, furniture.json, run.json and report.html.")]
pub(super) struct Detect {
    /// Files, folders, pipes and patterns to read: JSON (.jsonl, .ndjson, .json), tables (.csv, .tsv, .parquet), plain text
    /// (.txt), saved pages (.html, .htm) and web archives (.warc, .wet, .arc, .wacz), as they are, packed with gzip, zstd,
    /// bzip2, xz or lz4, or in a zip or tar; - for standard input
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

    #[command(flatten)]
    reading: Reading,

    /// Judge talking points against these pages (files and folders, as for the input; may be repeated): wording that
    /// is everyday there is no point. Without it the corpus without the articles that hold a wording is the measure
    #[arg(long, value_name = "INPUT")]
    background: Vec<PathBuf>,

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

impl Detect {
    fn config(&self) -> Config {
        let only = match self.only {
            Some(OnlyArg::Clusters) => Only::Clusters,
            Some(OnlyArg::Origin) => Only::Origin,
            Some(OnlyArg::TalkingPoints) => Only::TalkingPoints,
            None => Only::Everything,
        };
        Config { only, background: self.background.clone(), ..self.reading.config() }
    }

    pub(super) fn run(self) -> Result<ExitCode> {
        let config = self.config();
        report::check(&self.out, self.force)?;
        self.detect(&config)
    }

    fn detect(&self, config: &Config) -> Result<ExitCode> {
        let corpus = pipeline::open(&self.inputs, config, Some(&self.out))?;
        if !self.quiet {
            introduce(&corpus);
        }
        let bar = Bar::new();
        let findings = pipeline::detect(&corpus, config, &bar)?;
        bar.clear();
        let written = report::write(&findings, &self.out)?;
        if !self.quiet {
            crate::print(&report::summary(&written, &self.out))?;
        }
        Ok(ExitCode::from(if self.strict && !corpus.skipped.is_empty() { 2 } else { 0 }))
    }
}
