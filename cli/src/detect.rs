//! `tonggao detect`.

use crate::progress::Bar;
use crate::settings::{Answers, Settings, introduce};
use crate::{signals, terminal};
use anyhow::Result;
use clap::Args;
use std::path::PathBuf;
use std::process::ExitCode;
use tonggao::{Checkpoint, Config, Corpus, output};

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
  tonggao detect crawl/ -o out --resume              go on from what a run that was ended had finished

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

    /// Go on from the finished stages of a run that was ended before its output was written, if it had the same inputs and
    /// settings, and keep every stage of this one. Without this, stages that take half a minute or longer are kept. They
    /// are in .OUT.checkpoint next to OUT, some 3 KB a page, and are removed when OUT is complete
    #[arg(long)]
    resume: bool,

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
        let written = self.find(&corpus, &config).inspect_err(|_| {
            let kept = signals::resumption();
            kept.iter().for_each(|kept| terminal::say(&format!("tonggao: {kept}")));
        })?;
        if !self.quiet {
            crate::print(&output::summary(&written, &self.out))?;
        }
        Ok(ExitCode::from(if self.strict && !corpus.skipped.is_empty() { 2 } else { 0 }))
    }

    /// Runs all stages that are not finished, and writes the output.
    fn find(&self, corpus: &Corpus, config: &Config) -> tonggao::Result<output::WrittenReport> {
        let mut checkpoint = Checkpoint::open(corpus, config, &self.out, self.resume)?;
        if let Some(folder) = checkpoint.folder() {
            signals::name_checkpoint(folder);
        }
        if !self.quiet {
            introduce_checkpoint(&checkpoint, self.resume);
        }
        let bar = Bar::new();
        let findings = checkpoint.detect(&bar)?;
        bar.clear();
        let written = output::write(&findings, &self.out)?;
        checkpoint.clear();
        Ok(written)
    }
}

/// Says which stages are read back, or that some could be.
fn introduce_checkpoint(checkpoint: &Checkpoint, resume: bool) {
    let finished = checkpoint.finished();
    if !finished.is_empty() {
        terminal::say(&format!("resuming; finished: {}", finished.join(", ")));
    } else if resume {
        terminal::say("nothing to resume; starting with the first stage");
    } else if checkpoint.is_left() {
        terminal::say("an earlier run left finished stages, which this one does not use; --resume would");
    }
}
