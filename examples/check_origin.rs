//! Measures the origin stage on simulated histories: how often it is right, compared with simple rules, and how well its
//! probabilities are calibrated.
//!
//!     cargo run --release --example check_origin -- DIR...
//!
//! Every DIR has `corpus.jsonl` (pages) and `truth.jsonl`, a line a page: `id`, `story`, `parent` (id or null), `relation`
//! (`original` for the first page of a story), `origin_names` (every name of the outlet that wrote it), and `origin_named`:
//! whether some page of the story names it.

mod histories;

use histories::{Truth, Truths, read_truth};
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use tonggao::Config;
use tonggao::Corpus;
use tonggao::DocId;
use tonggao::stages::origin::{Lineage, Source};
use tonggao::stages::pipeline;

/// Right and all of what can be right.
#[derive(Clone, Copy, Default)]
struct Share {
    right: usize,
    all: usize,
}

impl Share {
    fn add(&mut self, right: bool) {
        self.right += usize::from(right);
        self.all += 1;
    }
}

impl std::fmt::Display for Share {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        let share = self.right as f64 / self.all.max(1) as f64;
        f.pad(&format!("{share:.3} ({})", self.all))
    }
}

/// What was measured on one corpus.
#[derive(Default)]
struct Measured {
    /// The origin, where it is in the corpus.
    inside: Share,
    /// The same by taking the page with the earliest time.
    earliest: Share,
    /// The outlet, where the origin is not in the corpus and some page names it.
    outside: Share,
    /// "Unknown", where the origin is not in the corpus and no page names it.
    unnamed: Share,
    /// The parent, of pages that have one.
    parents: Share,
    /// The same by taking the inferred origin as everybody's parent.
    origin_as_parent: Share,
    /// Each verdict's probability and whether it was right.
    verdicts: Vec<(f64, bool)>,
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut verdicts = Vec::new();
    println!(
        "{:14} {:>14} {:>14} {:>14} {:>14} {:>14} {:>14} {:>6} {:>6}",
        "corpus", "origin", "by clock", "outside", "unnamed", "parent", "by origin", "skill", "ece"
    );
    for folder in std::env::args().skip(1).map(PathBuf::from) {
        let measured = measure(&folder)?;
        let m = &measured;
        println!(
            "{:14} {:>14} {:>14} {:>14} {:>14} {:>14} {:>14} {:>6.3} {:>6.3}",
            folder.file_name().unwrap_or_default().to_string_lossy(),
            m.inside,
            m.earliest,
            m.outside,
            m.unnamed,
            m.parents,
            m.origin_as_parent,
            skill(&m.verdicts),
            calibration_error(&m.verdicts)
        );
        verdicts.extend(measured.verdicts);
    }
    print_curve(&verdicts);
    Ok(())
}

fn measure(folder: &Path) -> Result<Measured, Box<dyn std::error::Error>> {
    let truth = read_truth(folder)?;
    let config = Config::default();
    let corpus = Corpus::open(&[folder.join("corpus.jsonl")], &config)?;
    let cases = pipeline::cases(&corpus, &config)?;
    let lineages = cases.lineages(&cases.facts);
    let mut measured = Measured::default();
    for (story, docs) in stories(&corpus, &truth) {
        let pages: Vec<(DocId, &Truth)> = docs.iter().map(|&doc| (doc, &truth[corpus.id(doc)])).collect();
        if pages.len() > 1 && !story.is_empty() {
            let set = of_most(&lineages, &docs);
            judge(&mut measured, &pages, set.map(|set| &lineages[set]));
        }
    }
    let parent_of: HashMap<DocId, (Option<DocId>, Option<DocId>)> = lineages.iter().flat_map(parents).collect();
    for doc in (0..corpus.len() as u32).map(DocId) {
        if let Some(parent) = truth.get(corpus.id(doc)).and_then(|t| t.parent.as_deref()) {
            let (found, origin) = parent_of.get(&doc).copied().unwrap_or_default();
            measured.parents.add(found.is_some_and(|found| corpus.id(found) == parent));
            measured.origin_as_parent.add(origin.is_some_and(|origin| corpus.id(origin) == parent));
        }
    }
    Ok(measured)
}

/// The pages of every story.
fn stories<'t>(corpus: &Corpus, truth: &'t Truths) -> HashMap<&'t str, Vec<DocId>> {
    let mut stories: HashMap<&str, Vec<DocId>> = HashMap::new();
    for doc in (0..corpus.len() as u32).map(DocId) {
        if let Some(told) = truth.get(corpus.id(doc)).filter(|told| told.of_a_story) {
            stories.entry(&told.story).or_default().push(doc);
        }
    }
    stories
}

/// The set that most of some pages are in.
fn of_most(lineages: &[Lineage], docs: &[DocId]) -> Option<usize> {
    let held = |&set: &usize| lineages[set].copies.iter().filter(|copy| docs.contains(&copy.doc)).count();
    (0..lineages.len()).filter(|set| held(set) > 0).max_by_key(held)
}

/// Every page of a set with the parent that was found for it, and the inferred origin.
fn parents(lineage: &Lineage) -> impl Iterator<Item = (DocId, (Option<DocId>, Option<DocId>))> {
    let origin = match lineage.origin {
        Source::Document(doc) => Some(doc),
        _ => None,
    };
    lineage.copies.iter().map(move |copy| (copy.doc, (copy.parent, origin)))
}

/// Holds the verdict on one story against what happened.
fn judge(measured: &mut Measured, pages: &[(DocId, &Truth)], lineage: Option<&Lineage>) {
    let unknown = Source::Unknown;
    let origin = lineage.map_or(&unknown, |lineage| &lineage.origin);
    let probability = lineage.map_or(0.5, |lineage| lineage.probability);
    let original = pages.iter().find(|(_, told)| told.original).map(|(doc, _)| *doc);
    let names = &pages[0].1.origin_names;
    let no_page = !matches!(origin, Source::Document(_));
    let right = match original {
        Some(original) => {
            let right = *origin == Source::Document(original);
            measured.inside.add(right);
            measured.earliest.add(lineage.and_then(|l| l.first_seen) == Some(original));
            right
        }
        None if pages.iter().any(|(_, told)| told.origin_named) => {
            let right = matches!(origin, Source::Outside(outlet) if names.contains(outlet));
            measured.outside.add(right);
            right
        }
        None => {
            measured.unnamed.add(no_page);
            no_page
        }
    };
    let event = if *origin == unknown { original.is_none() } else { right };
    measured.verdicts.push((probability, event));
}

/// One less the Brier score over that of one constant probability.
fn skill(verdicts: &[(f64, bool)]) -> f64 {
    let all = verdicts.len().max(1) as f64;
    let brier: f64 = verdicts.iter().map(|&(p, right)| (p - f64::from(u8::from(right))).powi(2)).sum::<f64>() / all;
    let share = verdicts.iter().filter(|v| v.1).count() as f64 / all;
    1.0 - brier / (share * (1.0 - share)).max(0.01)
}

/// Verdicts by tenths of their probability: how many, their mean probability, the share that was right.
fn tenths(verdicts: &[(f64, bool)]) -> impl Iterator<Item = (usize, f64, f64)> {
    (0..10).filter_map(|tenth| {
        let mine: Vec<_> = verdicts.iter().filter(|(p, _)| (p.min(0.999) * 10.0) as usize == tenth).collect();
        let all = mine.len() as f64;
        let mean = mine.iter().map(|v| v.0).sum::<f64>() / all;
        let right = mine.iter().filter(|v| v.1).count() as f64 / all;
        (!mine.is_empty()).then_some((mine.len(), mean, right))
    })
}

fn calibration_error(verdicts: &[(f64, bool)]) -> f64 {
    let off: f64 = tenths(verdicts).map(|(n, mean, right)| n as f64 * (mean - right).abs()).sum();
    off / verdicts.len().max(1) as f64
}

fn print_curve(verdicts: &[(f64, bool)]) {
    println!("\nCalibration, all corpora: verdicts, mean probability, share right");
    tenths(verdicts).for_each(|(n, mean, right)| println!("{n:>7} {mean:>7.3} {right:>7.3}"));
}
