//! `tonggao sample`.

use crate::terminal;
use anyhow::{Context, Result, bail};
use clap::Args;
use std::fs::File;
use std::io::BufWriter;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use tonggao::output_folder::OutFolder;
use tonggao::sample::{self, Draw, Row};

#[derive(Args)]
#[command(after_help = "\
Examples:
  tonggao sample out --pairs 100 -o pairs.csv       pairs to be coded by hand, for a spreadsheet
  tonggao sample out --pairs 300 --seed 2 -o pairs.jsonl
  tonggao sample out --coded pairs.csv              precision and recall, when the column `label` is filled in

Write 1 into `label` where the two pages carry the same article, 0 where they do not, ? where you cannot tell
(yes, no, 是, 否 will do as well). The columns behind the texts tell what the run thinks: hide them to code blind.

The population is the pairs of OUT/matches.jsonl, reprints and near misses: compared pairs that share a passage or
a tenth of their shingles. They are drawn by stratum (in one reprint set or not, kind of match, score), and
`weight` says how many pairs each one stands for.")]
pub(super) struct Sample {
    /// An output folder of `tonggao detect`
    #[arg(value_name = "OUT")]
    out: PathBuf,

    /// Pairs to draw
    #[arg(long, value_name = "N", required_unless_present = "coded", conflicts_with = "coded")]
    pairs: Option<usize>,

    /// Draw other pairs
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,

    /// Characters to show of each text; a spreadsheet's cell holds 32767 at most
    #[arg(long, value_name = "N", default_value_t = 3000, value_parser = clap::value_parser!(u64).range(1..=32_000))]
    characters: u64,

    /// The file to write: .jsonl for JSON Lines, anything else for CSV
    #[arg(short = 'o', long = "output", value_name = "FILE", required_unless_present = "coded")]
    file: Option<PathBuf>,

    /// Replace a file that exists
    #[arg(long)]
    force: bool,

    /// Estimate precision and recall from this sheet
    #[arg(long, value_name = "FILE")]
    coded: Option<PathBuf>,

    /// Write the estimate as JSON
    #[arg(long, requires = "coded")]
    json: bool,
}

impl Sample {
    pub(super) fn run(self) -> Result<ExitCode> {
        let out = OutFolder::open(&self.out)?;
        match (&self.coded, self.pairs, &self.file) {
            (Some(coded), ..) => self.estimate(&out, coded)?,
            (None, Some(pairs), Some(file)) => self.draw(&out, pairs, file)?,
            (None, ..) => bail!("give --pairs and -o, or --coded"),
        }
        Ok(ExitCode::SUCCESS)
    }

    fn estimate(&self, out: &OutFolder, coded: &Path) -> Result<()> {
        let estimate = sample::estimate(out, coded)?;
        let text = if self.json { serde_json::to_string_pretty(&estimate)? + "\n" } else { estimate.text() };
        crate::print(&text)?;
        Ok(())
    }

    fn draw(&self, out: &OutFolder, pairs: usize, file: &Path) -> Result<()> {
        if file.exists() && !self.force {
            // A sheet may hold a day's work.
            bail!("{} exists already. Choose another file with -o, or replace it with --force", file.display());
        }
        let wanted = Draw { pairs, seed: self.seed, characters: self.characters as usize };
        let rows = sample::draw(out, wanted)?;
        write(&rows, file).with_context(|| {
            format!("cannot write {}: check that the folder is there and may be written", file.display())
        })?;
        terminal::say(&format!("{} pairs in {}", rows.len(), file.display()));
        Ok(())
    }
}

/// Writes beside the file and names it last, so that it appears whole or not at all.
fn write(rows: &[Row], file: &Path) -> std::io::Result<()> {
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    let staged = file.with_file_name(format!(".{name}.{}.partial", std::process::id()));
    let written = || {
        let writer = BufWriter::new(File::create(&staged)?);
        match file.extension().is_some_and(|e| e == "jsonl" || e == "ndjson") {
            true => sample::write_jsonl(rows, writer)?,
            false => sample::write_csv(rows, writer)?,
        }
        std::fs::rename(&staged, file)
    };
    written().inspect_err(|_| {
        // What went wrong is on its way already; a file that was never made cannot be removed either.
        let _ = std::fs::remove_file(&staged);
    })
}
