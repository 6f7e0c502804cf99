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
use tonggao::Config;
use tonggao::Corpus;
use tonggao::stages::origin::{Lineage, Names, Page, Source};
use tonggao::stages::pipeline;

/// What the answer without a page's words is to them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Outcome {
    Agrees,
    Contradicts,
    Silent,
}

/// What the other pages of the set state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Others {
    TheSame,
    OtherSources,
    Nothing,
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let inputs: Vec<PathBuf> = std::env::args().skip(1).map(PathBuf::from).collect();
    let config = Config::default();
    let corpus = Corpus::open(&inputs, &config)?;
    let cases = pipeline::cases(&corpus, &config)?;
    let names = Names::resolve(&cases.facts, &cases.findings.pages.outlets, &cases.roles);
    let mut counts: BTreeMap<(Others, Outcome), usize> = BTreeMap::new();
    let mut facts = cases.facts.clone();
    for set in 0..facts.len() {
        for place in 0..facts[set].len() {
            let Some(stated) = facts[set][place].stated.source.clone() else { continue };
            let whole = facts[set][place].stated.clone();
            // A dateline and a link say the same thing once more, so they are hidden with the source.
            let page = &mut facts[set][place].stated;
            (page.source, page.agency, page.original_url) = (None, None, None);
            let lineage = &cases.lineages(&facts)[set];
            let outcome = hold(lineage, &facts[set], &names, &stated.value);
            *counts.entry((others(&facts[set], &names, &stated.value), outcome)).or_default() += 1;
            facts[set][place].stated = whole;
        }
    }
    print(&counts);
    Ok(())
}

fn print(counts: &BTreeMap<(Others, Outcome), usize>) {
    let outcomes = [Outcome::Agrees, Outcome::Contradicts, Outcome::Silent];
    println!(
        "{:36} {:>6} {:>12} {:>12} {:>12}",
        "other pages of the set state", "pages", "agrees", "contradicts", "silent"
    );
    let groups = [
        ("the same source", &[Others::TheSame][..]),
        ("other sources only", &[Others::OtherSources]),
        ("nothing", &[Others::Nothing]),
        ("all", &[Others::TheSame, Others::OtherSources, Others::Nothing]),
    ];
    for (name, group) in groups {
        let of = |outcome| group.iter().filter_map(|others| counts.get(&(*others, outcome))).sum::<usize>();
        let all: usize = outcomes.iter().map(|&outcome| of(outcome)).sum();
        let shares = outcomes.map(|outcome| format!("{} ({:.2})", of(outcome), of(outcome) as f64 / all.max(1) as f64));
        println!("{name:36} {all:>6} {:>12} {:>12} {:>12}", shares[0], shares[1], shares[2]);
    }
}

/// What the pages of a set state, as against a name that one of them has stated.
fn others(pages: &[Page], names: &Names, stated: &str) -> Others {
    let sources = || pages.iter().filter_map(|page| page.stated.source.as_ref()).map(|found| &found.value);
    if sources().any(|name| names.named(name) == names.named(stated)) {
        Others::TheSame
    } else if sources().next().is_some() {
        Others::OtherSources
    } else {
        Others::Nothing
    }
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
