//! `tonggao bench`.

use crate::progress::Bar;
use crate::settings::{Settings, introduce};
use anyhow::Result;
use clap::Args;
use std::path::PathBuf;
use std::process::ExitCode;
use tonggao::Corpus;
use tonggao::bench;

#[derive(Args)]
#[command(after_help = "\
Examples:
  tonggao bench news.jsonl                  on one thread, and on one thread per processor
  tonggao bench news/ --threads 4           on one thread, and on four
  tonggao bench news/ --json > speed.json

Benchmarks every stage of `detect` on your own files against lower bounds: the least that could be done with the same
bytes (copying them, checking that they are UTF-8, parsing the records, folding the texts, hashing their 5-grams).
Bounds and single steps are run three times, and the fastest counts; `detect` is run once for each number of threads.
MB are 10^6 bytes. `x floor` is the time per record as a multiple of its lower bound. Other work on the machine slows
every row, so compare figures of one run only.

Exit codes: 0 success; 2 error.")]
pub(super) struct Bench {
    /// Files and folders to read, as for `detect`; not standard input
    #[arg(required = true, value_name = "INPUT")]
    inputs: Vec<PathBuf>,

    /// Print JSON
    #[arg(long)]
    json: bool,

    #[command(flatten)]
    settings: Settings,
}

impl Bench {
    pub(super) fn run(self) -> Result<ExitCode> {
        if self.inputs.iter().any(|input| input.as_os_str() == "-") {
            anyhow::bail!("standard input can be read only once, and every run reads the input again: give a file");
        }
        let config = self.settings.config()?;
        let all = match config.threads {
            0 => std::thread::available_parallelism().map_or(1, usize::from),
            threads => threads,
        };
        let threads: Vec<usize> = if all == 1 { vec![1] } else { vec![1, all] };
        introduce(&Corpus::open(&self.inputs, &config)?);
        let bar = Bar::new();
        let table = bench::measure(&self.inputs, &config, &threads, &bar)?;
        bar.clear();
        let text = if self.json { serde_json::to_string_pretty(&table)? + "\n" } else { table.text() };
        crate::print(&text)?;
        Ok(ExitCode::SUCCESS)
    }
}
