//! Writes the numbers that the class of each talking point is told from, for `training/point_class.py`: first a JSON line
//! with their names, then one for every point, the strongest first.
//!
//!     cargo run --release --example point_features -- CORPUS.jsonl > features.jsonl

use serde_json::json;
use std::io::{BufWriter, Write};
use std::path::PathBuf;
use tonggao::stages::talking_points;
use tonggao::{Config, Corpus, Unobserved, detect};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let inputs: Vec<PathBuf> = std::env::args().skip(1).map(PathBuf::from).collect();
    let config = Config::default();
    let corpus = Corpus::open(&inputs, &config)?;
    let findings = detect(&corpus, &config, &Unobserved)?;
    let mut out = BufWriter::new(std::io::stdout().lock());
    writeln!(out, "{}", json!({ "names": talking_points::point_features() }))?;
    for point in &findings.points {
        let line = json!({ "text": point.text, "class": point.class, "sets": point.sets, "outlets": point.outlets,
            "score": point.score, "q_value": point.q_value, "features": point.features });
        writeln!(out, "{line}")?;
    }
    Ok(out.flush()?)
}
