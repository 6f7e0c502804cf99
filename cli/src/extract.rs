//! `tonggao extract`.

use crate::reading::{Reading, introduce};
use anyhow::Result;
use clap::Args;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use tonggao::config::Config;
use tonggao::corpus::Corpus;
use tonggao::{export, extract, pipeline};

#[derive(Args)]
#[command(after_help = "\
Examples:
  tonggao extract saved/ -o pages.jsonl          articles of a folder of saved web pages
  tonggao extract crawl.warc.gz -o pages.parquet
  tonggao extract page.html -o - | jq .text

A line (or row) has id, url, title, outlet, outlet_from, published, published_precision, attribution, text, and
boilerplate: the ranges of text, in characters, that belong to the site and not to the article. What a site repeats
is learnt from all inputs together; of a single page only what common labels tell is known.")]
pub(super) struct Extract {
    /// Files, folders and patterns to read, as for `detect`; - for standard input
    #[arg(required = true, value_name = "INPUT")]
    inputs: Vec<PathBuf>,

    /// The file to write: .parquet for Parquet, anything else for JSON Lines; - for JSON Lines on standard output
    #[arg(short, long, value_name = "FILE")]
    out: PathBuf,

    /// Replace a file that exists
    #[arg(long)]
    force: bool,

    #[command(flatten)]
    reading: Reading,

    /// Print nothing but errors
    #[arg(short, long)]
    quiet: bool,
}

impl Extract {
    pub(super) fn run(self) -> Result<ExitCode> {
        let config = &self.reading.config();
        let to_stdout = self.out == Path::new("-");
        let corpus = pipeline::open(&self.inputs, config, (!to_stdout).then_some(self.out.as_path()))?;
        if !self.quiet {
            introduce(&corpus);
        }
        if to_stdout {
            let mut writer = std::io::BufWriter::new(std::io::stdout());
            extract::write_jsonl(&corpus, config, &mut writer, &self.out)?;
            writer.flush()?;
        } else {
            export::write_file(&self.out, self.force, |writer, path| write(&corpus, config, writer, path))?;
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn write(corpus: &Corpus, config: &Config, writer: &mut (dyn Write + Send), path: &Path) -> tonggao::error::Result<()> {
    #[cfg(feature = "parquet")]
    if path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("parquet")) {
        return extract::write_parquet(corpus, config, writer, path);
    }
    extract::write_jsonl(corpus, config, writer, path)
}
