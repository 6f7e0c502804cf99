//! `tonggao detect`.

use crate::progress::Bar;
use crate::settings::{Answers, Settings, introduce};
use anyhow::Result;
use clap::Args;
use std::path::PathBuf;
use std::process::ExitCode;
use tonggao::{Corpus, detect, output};

#[derive(Args)]
#[command(after_help = "\
Examples:
  tonggao detect news/ -o out                        a folder of JSON Lines, CSV, HTML and text files
  tonggao detect 'dump/*.jsonl.zst' -o out           all files that match a pattern
  tonggao detect a.jsonl b.jsonl -o out --force      replace an earlier output
  tonggao detect dump.jsonl -o out --field text=body --field outlet=media
  some-scraper | tonggao detect - -o out --only clusters
  tonggao detect crawl/ -o out --only clusters --memory 4G
  tonggao detect news/ -o out --config tonggao.toml

OUT gets documents.jsonl, clusters.jsonl, matches.jsonl, talking_points.jsonl, outlets.jsonl, outlet_pairs.jsonl,
furniture.json, run.json and report.html. Start with report.html. --no-report and --no-matches leave out these two.

Exit codes: 0 success; 2 error, or a record was skipped under --strict.")]
pub(super) struct Detect {
    /// Files, folders, pipes and patterns to read; - for standard input. Formats: JSON (.jsonl, .ndjson, .json), tables (.csv,
    /// .tsv, .parquet), plain text (.txt), HTML (.html, .htm) and web archives (.warc, .wet, .arc, .wacz), optionally
    /// compressed with gzip, zstd, bzip2, xz or lz4, or in a zip or tar archive
    #[arg(required = true, value_name = "INPUT")]
    inputs: Vec<PathBuf>,

    /// The folder to write
    #[arg(short, long, value_name = "OUT")]
    out: PathBuf,

    /// Replace an existing output folder
    #[arg(long)]
    force: bool,

    /// Exit with code 2 if a record was skipped
    #[arg(long)]
    strict: bool,

    /// Print errors only
    #[arg(short, long)]
    quiet: bool,

    #[command(flatten)]
    answers: Answers,

    #[command(flatten)]
    settings: Settings,
}

impl Detect {
    pub(super) fn run(self) -> Result<ExitCode> {
        let config = self.answers.over(self.settings.config()?);
        output::check(&self.out, self.force)?;
        let corpus = Corpus::open_for(&self.inputs, &config, &self.out)?;
        if !self.quiet {
            introduce(&corpus);
        }
        let bar = Bar::new();
        let findings = detect(&corpus, &config, &bar)?;
        bar.clear();
        let written = output::write(&findings, &self.out)?;
        if !self.quiet {
            crate::print(&output::summary(&written, &self.out))?;
        }
        Ok(ExitCode::from(if self.strict && !corpus.skipped.is_empty() { 2 } else { 0 }))
    }
}
