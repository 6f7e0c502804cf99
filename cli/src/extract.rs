//! `tonggao extract`.

use crate::settings::{Settings, introduce};
use anyhow::Result;
use clap::Args;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use tonggao::{Config, Corpus, extract, output};

#[derive(Args)]
#[command(after_help = "\
Examples:
  tonggao extract saved/ -o pages.jsonl          articles of a folder of saved web pages
  tonggao extract crawl.warc.gz -o pages.parquet
  tonggao extract page.html -o - | jq .text

A line (or row) has id, url, title, outlet, outlet_from, published, published_precision, attribution, text, and
boilerplate: the ranges of text, in characters, that belong to the site and not to the article. What a site repeats
is learnt from all inputs together; of a single page only common labels are known.

Exit codes: 0 success; 2 error.")]
pub(super) struct Extract {
    /// Files, folders and patterns to read, as for `detect`; - for standard input
    #[arg(required = true, value_name = "INPUT")]
    inputs: Vec<PathBuf>,

    /// The file to write: .parquet for Parquet, anything else for JSON Lines; - for JSON Lines on standard output
    #[arg(short, long, value_name = "FILE")]
    out: PathBuf,

    /// Replace an existing file
    #[arg(long)]
    force: bool,

    #[command(flatten)]
    settings: Settings,

    /// Print errors only
    #[arg(short, long)]
    quiet: bool,
}

impl Extract {
    pub(super) fn run(self) -> Result<ExitCode> {
        let config = &self.settings.config()?;
        let to_stdout = self.out == Path::new("-");
        let corpus = match to_stdout {
            true => Corpus::open(&self.inputs, config)?,
            false => Corpus::open_for(&self.inputs, config, &self.out)?,
        };
        if !self.quiet {
            introduce(&corpus);
        }
        if to_stdout {
            let mut writer = std::io::BufWriter::new(std::io::stdout());
            extract::write_jsonl(&corpus, config, &mut writer, &self.out)?;
            writer.flush()?;
        } else {
            output::write_file(&self.out, self.force, |writer, path| write(&corpus, config, writer, path))?;
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn write(corpus: &Corpus, config: &Config, writer: &mut (dyn Write + Send), path: &Path) -> tonggao::Result<()> {
    #[cfg(feature = "parquet")]
    if path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("parquet")) {
        return extract::write_parquet(corpus, config, writer, path);
    }
    extract::write_jsonl(corpus, config, writer, path)
}
