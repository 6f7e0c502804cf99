//! Prints the features of the same-article model for every pair that a run compares, as JSON Lines without text:
//! `{"a": id, "b": id, "features": [...]}`, after a first line with the names of the features. `training/same_article.py`
//! fits the model on them.
//!
//! ```text
//! cargo run --release --example pair_features -- news.jsonl > features.jsonl
//! ```

use std::error::Error;
use std::io::{BufWriter, Write, stdout};
use std::path::PathBuf;
use tonggao::stages::verify::{FEATURES, features};
use tonggao::{Config, Corpus, Only, Unobserved, detect};

fn main() -> Result<(), Box<dyn Error>> {
    let inputs: Vec<PathBuf> = std::env::args_os().skip(1).map(PathBuf::from).collect();
    let config = Config { only: Only::Clusters, ..Config::default() };
    let corpus = Corpus::open(&inputs, &config)?;
    let findings = detect(&corpus, &config, &Unobserved)?;
    let mut out = BufWriter::new(stdout().lock());
    writeln!(out, "{}", serde_json::json!({ "names": FEATURES }))?;
    for m in findings.matches.iter() {
        let [a, b] = [m.pair.a, m.pair.b].map(|doc| corpus.id(doc));
        writeln!(out, "{}", serde_json::json!({ "a": a, "b": b, "features": features(&m) }))?;
    }
    Ok(())
}
