//! Every stage next to its floor on a made corpus: the table that `tonggao bench` prints.

#[path = "corpus.rs"]
mod corpus;

use tonggao::Config;
use tonggao::{Unobserved, bench};

/// Always the same corpus: see `corpus.rs`.
const SEED: u64 = 1;
const STORIES: usize = 1000;

fn main() {
    let folder = tempfile::TempDir::new().expect("a temporary folder can be made");
    let file = folder.path().join("made.jsonl");
    std::fs::write(&file, corpus::jsonl(SEED, STORIES)).expect("a temporary file can be written");
    let all = std::thread::available_parallelism().map_or(1, usize::from);
    let table = bench::measure(&[file], &Config::default(), &[1, all], &Unobserved);
    print!("{}", table.expect("the run ends well").text());
}
