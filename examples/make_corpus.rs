//! Writes a made corpus of any size to standard output, for measuring: the pages of `benches/corpus.rs`, story by
//! story, so that it takes no memory to speak of. The same seed and count give the same bytes everywhere.
//!
//! ```text
//! cargo run --release --example make_corpus -- 1000000 7 > made.jsonl      # a million pages, seed 7
//! cargo run --release --example make_corpus -- 1000000 7 3 > made.jsonl    # the same, articles of three paragraphs
//! ```

#[path = "../benches/corpus.rs"]
mod corpus;

use std::io::{BufWriter, Write};
use std::process::ExitCode;

fn main() -> ExitCode {
    let mut numbers = std::env::args().skip(1).map(|argument| argument.parse::<u64>());
    let (Some(Ok(pages)), Some(Ok(seed)), paragraphs @ (None | Some(Ok(3..=100)))) =
        (numbers.next(), numbers.next(), numbers.next())
    else {
        eprintln!(
            "make_corpus: give the number of pages, a seed, and if you like the most paragraphs of an article (3 to \
             100, else 8), as in: make_corpus 1000000 7 3"
        );
        return ExitCode::from(2);
    };
    let paragraphs = paragraphs.and_then(Result::ok).unwrap_or(8);
    match write(pages as usize, seed, paragraphs as usize) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("make_corpus: {error}. Check that the disk is not full");
            ExitCode::from(1)
        }
    }
}

fn write(pages: usize, seed: u64, paragraphs: usize) -> std::io::Result<()> {
    let mut out = BufWriter::with_capacity(1 << 20, std::io::stdout().lock());
    corpus::large(seed, pages, paragraphs, |line| out.write_all(line.as_bytes()))?;
    out.flush()
}
