//! Writes what the origin stage weighs, for `training/fit_origin.py`: a JSON line for every reprint set, with its members,
//! every candidate with the amount of each kind of evidence, and the hints of every arrow into every member.
//!
//!     cargo run --release --example origin_grounds -- CORPUS.jsonl > grounds.jsonl
//!
//! A table of outlets called `outlets.tsv` next to the corpus is taken as `--outlets` takes it.

use serde_json::{Map, Value, json};
use std::io::{BufWriter, Write};
use std::path::PathBuf;
use tonggao::Config;
use tonggao::Corpus;
use tonggao::stages::origin::{Evidence, Grounds, Source};
use tonggao::stages::pipeline;

/// Sets of more members are left without arrows: their number grows with the square.
const ARROWS: usize = 60;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let inputs: Vec<PathBuf> = std::env::args().skip(1).map(PathBuf::from).collect();
    let table = inputs.first().and_then(|path| path.parent()).map(|folder| folder.join("outlets.tsv"));
    let config = Config { outlets: table.filter(|path| path.exists()).map(Into::into), ..Config::default() };
    let corpus = Corpus::open(&inputs, &config)?;
    let cases = pipeline::cases(&corpus, &config)?;
    let mut out = BufWriter::new(std::io::stdout().lock());
    for grounds in cases.grounds() {
        writeln!(out, "{}", line(&grounds, &corpus))?;
    }
    Ok(out.flush()?)
}

fn line(grounds: &Grounds, corpus: &Corpus) -> Value {
    let candidates =
        grounds.candidates.iter().map(|(source, outlet, found)| candidate(source, outlet.as_deref(), found, corpus));
    let arrows = if grounds.members.len() > ARROWS { &[] } else { grounds.arrows.as_slice() };
    json!({
        "members": grounds.members.iter().map(|&doc| corpus.id(doc)).collect::<Vec<_>>(),
        "candidates": candidates.collect::<Vec<Value>>(),
        "arrows": arrows,
    })
}

fn candidate(source: &Source, outlet: Option<&str>, found: &[Evidence], corpus: &Corpus) -> Value {
    let mut amounts = Map::new();
    for piece in found {
        let kind = serde_json::to_value(piece.kind).unwrap_or_default();
        let held = amounts.entry(kind.as_str().unwrap_or_default()).or_insert(json!(0.0));
        *held = json!(held.as_f64().unwrap_or(0.0) + piece.value);
    }
    let document = match source {
        Source::Document(doc) => Some(corpus.id(*doc)),
        Source::Outside(_) | Source::Unknown => None,
    };
    json!({ "document": document, "outlet": outlet, "evidence": amounts })
}
