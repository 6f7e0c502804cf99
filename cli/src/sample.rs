//! `tonggao sample`.

use crate::terminal;
use anyhow::{Context, Result, bail};
use clap::Args;
use std::fs::File;
use std::io::BufWriter;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use tonggao::output::OutFolder;
use tonggao::sample::{self, Draw, PairRow};

#[derive(Args)]
#[command(after_help = "\
Examples:
  tonggao sample out --pairs 100 -o pairs.csv             pairs to label by hand, for a spreadsheet
  tonggao sample out --pairs 300 --seed 2 -o pairs.jsonl  other pairs, as JSON Lines
  tonggao sample out --coded pairs.csv                    precision and recall, once the column `label` is filled in

In `label`, write 1 where the two pages carry the same article, 0 where they do not, ? where you cannot tell (yes, no,
是 and 否 work too). The columns after the texts show the verdict of the run: hide them to label blind.
A labelled .jsonl sheet is a file for `tonggao detect --verdicts`.

The population is the pairs of FOLDER/matches.jsonl, reprints and near misses: compared pairs that share a passage or
a tenth of their shingles. They are drawn by stratum (in one reprint set or not, kind of match, score), and `weight` is
the number of pairs that each one represents.

Exit codes: 0 success; 2 error.")]
pub(super) struct Sample {
    /// An output folder of `tonggao detect`
    #[arg(value_name = "FOLDER")]
    folder: PathBuf,

    /// Number of pairs to draw
    #[arg(long, value_name = "N", required_unless_present = "coded", conflicts_with = "coded")]
    pairs: Option<usize>,

    /// Seed of the draw
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,

    /// Length to which texts are cut, in characters; a spreadsheet cell takes at most 32767
    #[arg(long, value_name = "N", default_value_t = 3000, value_parser = clap::value_parser!(u64).range(1..=32_000))]
    characters: u64,

    /// The file to write: .jsonl for JSON Lines, anything else for CSV
    #[arg(short, long, value_name = "FILE", required_unless_present = "coded")]
    out: Option<PathBuf>,

    /// Replace an existing file
    #[arg(long)]
    force: bool,

    /// Estimate precision and recall from this labelled sheet
    #[arg(long, value_name = "FILE")]
    coded: Option<PathBuf>,

    /// Print the estimate as JSON
    #[arg(long, requires = "coded")]
    json: bool,
}

impl Sample {
    pub(super) fn run(self) -> Result<ExitCode> {
        let out = OutFolder::open(&self.folder)?;
        match (&self.coded, self.pairs, &self.out) {
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
            // A sheet may contain a day's work.
            return Err(tonggao::Error::OutExists { path: file.to_owned() }.into());
        }
        let wanted = Draw { pairs, seed: self.seed, characters: self.characters as usize };
        let rows = sample::draw(out, wanted)?;
        write(&rows, file).with_context(|| {
            format!("cannot write {}; check that the folder exists and is writable", file.display())
        })?;
        terminal::say(&format!("{} pairs in {}", rows.len(), file.display()));
        Ok(())
    }
}

/// Writes next to the file and names it last, so that it appears whole or not at all.
fn write(rows: &[PairRow], file: &Path) -> std::io::Result<()> {
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
