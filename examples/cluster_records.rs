//! Clusters records in memory: `cargo run --example cluster_records --no-default-features`. Reads JSON Lines with the
//! fields `id` and `text` from standard input, and prints the ids of every set of copies on a line.

use std::io::BufRead;
use tonggao::{Config, Corpus, InputRecord, Only, Unobserved, detect};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut records = Vec::new();
    for line in std::io::stdin().lock().lines() {
        let record: serde_json::Value = serde_json::from_str(&line?)?;
        records.push(InputRecord {
            id: record["id"].as_str().map(str::to_owned),
            text: record["text"].as_str().unwrap_or_default().to_owned(),
            ..InputRecord::default()
        });
    }
    let corpus = Corpus::from_records(records)?;
    for skipped in &corpus.skipped {
        eprintln!("skipped {skipped}");
    }
    let config = Config { only: Only::Clusters, ..Config::default() };
    let findings = detect(&corpus, &config, &Unobserved)?;
    for ids in findings.sets() {
        println!("{}", ids.join(" "));
    }
    Ok(())
}
