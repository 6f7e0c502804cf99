//! Writes a made corpus of any size to standard output, for measuring: the pages of `benches/corpus.rs`, story by
//! story, so that it takes no memory to speak of. The same seed and count give the same bytes everywhere.
//!
//! ```text
//! cargo run --release --example make_corpus -- 1000000 7 > made.jsonl    # a million pages, seed 7
//! ```

#[path = "../benches/corpus.rs"]
mod corpus;

use std::io::{BufWriter, Write};
use std::process::ExitCode;

fn main() -> ExitCode {
    let mut numbers = std::env::args().skip(1).map(|argument| argument.parse::<u64>());
    let (Some(Ok(pages)), Some(Ok(seed)), None) = (numbers.next(), numbers.next(), numbers.next()) else {
        eprintln!("make_corpus: give the number of pages and a seed, as in: make_corpus 1000000 7");
        return ExitCode::from(2);
    };
    match write(pages as usize, seed) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("make_corpus: {error}. Check that the disk is not full");
            ExitCode::from(1)
        }
    }
}

fn write(pages: usize, seed: u64) -> std::io::Result<()> {
    let mut out = BufWriter::with_capacity(1 << 20, std::io::stdout().lock());
    corpus::large(seed, pages, |line| out.write_all(line.as_bytes()))?;
    out.flush()
}
