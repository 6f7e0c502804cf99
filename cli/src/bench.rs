//! `tonggao bench`.

use crate::progress::Bar;
use crate::reading::{Reading, introduce};
use anyhow::Result;
use clap::Args;
use std::path::PathBuf;
use std::process::ExitCode;
use tonggao::bench;
use tonggao::pipeline;

#[derive(Args)]
#[command(after_help = "\
Examples:
  tonggao bench news.jsonl                  one thread, and one a processor
  tonggao bench news/ --threads 4           one thread, and four
  tonggao bench news/ --json > speed.json

Times every stage of `detect` on your own files, beside floors: the least that could be done with the same bytes
(copying them, checking that they are UTF-8, parsing the records, folding the texts, hashing their 5-grams). Floors
and single steps are run three times, and the fastest counts; `detect` is run once for each number of threads. MB are
10^6 bytes. `x floor` says how many times as long as its floor a row took for a record. A busy machine makes every
figure look bad: compare figures of one run.")]
pub(super) struct Bench {
    /// Files and folders to read, as for `detect`; not standard input
    #[arg(required = true, value_name = "INPUT")]
    inputs: Vec<PathBuf>,

    #[command(flatten)]
    reading: Reading,

    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl Bench {
    pub(super) fn run(self) -> Result<ExitCode> {
        if self.inputs.iter().any(|input| input.as_os_str() == "-") {
            anyhow::bail!("standard input can be read only once, and every run reads anew: give a file");
        }
        let config = self.reading.config();
        let all = match self.reading.threads {
            0 => std::thread::available_parallelism().map_or(1, usize::from),
            threads => threads,
        };
        let threads: Vec<usize> = if all == 1 { vec![1] } else { vec![1, all] };
        introduce(&pipeline::open(&self.inputs, &config, None)?);
        let bar = Bar::new();
        let table = bench::measure(&self.inputs, &config, &threads, &bar)?;
        bar.clear();
        let text = if self.json { serde_json::to_string_pretty(&table)? + "\n" } else { table.text() };
        crate::print(&text)?;
        Ok(ExitCode::SUCCESS)
    }
}
