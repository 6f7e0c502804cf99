//! `tonggao detect` from files to an output folder, in bytes of input per second.

#[path = "corpus.rs"]
mod corpus;

use divan::Bencher;
use divan::counter::BytesCount;
use std::path::PathBuf;
use tempfile::TempDir;
use tonggao::{Config, Only};
use tonggao::{Corpus, Unobserved, output};

/// Always the same corpus: see `corpus.rs`.
const SEED: u64 = 1;
const STORIES: usize = 2500;

fn main() {
    divan::main();
}

/// The corpus on disk, where the program finds one.
struct OnDisk {
    folder: TempDir,
    bytes: usize,
}

impl OnDisk {
    fn new() -> Self {
        let folder = TempDir::new().expect("a temporary folder can be made");
        let lines = corpus::jsonl(SEED, STORIES);
        std::fs::write(folder.path().join("made.jsonl"), &lines).expect("a temporary file can be written");
        OnDisk { folder, bytes: lines.len() }
    }

    /// One whole run into a folder that is not there yet.
    fn detect(&self, config: &Config, out: PathBuf) {
        let inputs = [self.folder.path().join("made.jsonl")];
        let corpus = Corpus::open_for(&inputs, config, &out).expect("the corpus can be read");
        let findings = tonggao::detect(&corpus, config, &Unobserved).expect("the run ends well");
        output::write(&findings, &out).expect("the output can be written");
    }
}

/// Every run with one thread and with one a processor (0).
#[divan::bench(args = [(Only::Clusters, 1), (Only::Clusters, 0), (Only::Everything, 1), (Only::Everything, 0)], sample_count = 3, sample_size = 1)]
fn detect(bencher: Bencher, (only, threads): (Only, usize)) {
    let input = OnDisk::new();
    let config = Config { only, threads, ..Config::default() };
    bencher
        .counter(BytesCount::new(input.bytes))
        .with_inputs(|| TempDir::new().expect("a temporary folder can be made"))
        .bench_local_refs(|place| input.detect(&config, place.path().join("out")));
}
