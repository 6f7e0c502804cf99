//! An experiment on real pages: hides the source that one page states, infers the origin of its set from all the
//! rest, and holds the answer against the words that were hidden. Pages whose set has a source to hide are taken
//! one at a time.
//!
//!     cargo run --release --example hide_source -- CORPUS.jsonl
//!
//! The answer *agrees* when its outlet is the hidden one; it *contradicts* when it is another outlet; it is
//! *silent* when it is unknown, or a page of which nobody knows the outlet.

use std::collections::BTreeMap;
use std::path::PathBuf;
use tonggao::origin::{Lineage, Names, Page, Source};
use tonggao::{config::Config, pipeline};

/// What the answer without a page's words is to them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Outcome {
    Agrees,
    Contradicts,
    Silent,
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let inputs: Vec<PathBuf> = std::env::args().skip(1).map(PathBuf::from).collect();
    let config = Config::default();
    let corpus = pipeline::open(&inputs, &config, None)?;
    let cases = pipeline::cases(&corpus, &config)?;
    let outlets = &cases.findings.pages.outlets;
    let names = Names::resolve(&cases.facts, outlets, &cases.roles);
    let mut facts = cases.facts.clone();
    let mut counts: BTreeMap<(bool, Outcome), usize> = BTreeMap::new();
    let mut of_unknown_outlet = 0;
    for set in 0..facts.len() {
        for place in 0..facts[set].len() {
            let page = &mut facts[set][place];
            // A dateline says the same thing once more, so it is hidden with the source.
            let hidden = (page.attribution.source.take(), page.attribution.dateline.take());
            let Some((stated, _)) = hidden.0.clone() else {
                (page.attribution.source, page.attribution.dateline) = hidden;
                continue;
            };
            let others_state = facts[set].iter().any(|page| page.attribution.source.is_some());
            let lineage = &cases.lineages(&facts)[set];
            let page = &mut facts[set][place];
            (page.attribution.source, page.attribution.dateline) = hidden;
            let outcome = hold(lineage, &facts[set], &names, &stated.value);
            *counts.entry((others_state, outcome)).or_default() += 1;
            let nobodys = lineage.outlet.is_none() && lineage.origin != Source::Unknown;
            of_unknown_outlet += usize::from(nobodys);
        }
    }
    for others_state in [true, false] {
        let of = |outcome| counts.get(&(others_state, outcome)).copied().unwrap_or_default();
        let parts = [Outcome::Agrees, Outcome::Contradicts, Outcome::Silent].map(|outcome| (outcome, of(outcome)));
        let all: usize = parts.iter().map(|part| part.1).sum();
        println!(
            "{} ({all} pages)",
            if others_state { "Another page of the set states a source" } else { "No other page states one" }
        );
        for (outcome, count) in parts {
            println!(
                "  {:12} {count:>5}  {:.3}",
                format!("{outcome:?}").to_lowercase(),
                count as f64 / all.max(1) as f64
            );
        }
    }
    println!("Answers that are a page of unknown outlet, counted as silent: {of_unknown_outlet}");
    Ok(())
}

/// Holds an answer against the name that was hidden.
fn hold(lineage: &Lineage, pages: &[Page], names: &Names, stated: &str) -> Outcome {
    let by_page = |doc| pages.iter().find(|page: &&Page| page.doc == doc)?.outlet.map(|outlet| names.outlet(outlet));
    let answer = match &lineage.origin {
        Source::Document(doc) => by_page(*doc),
        Source::Outside(name) => names.named(name),
        Source::Unknown => None,
    };
    match answer {
        None => Outcome::Silent,
        Some(entity) if names.named(stated) == Some(entity) => Outcome::Agrees,
        Some(_) => Outcome::Contradicts,
    }
}
