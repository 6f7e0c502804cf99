//! Fits the weights of the origin stage on simulated histories, and prints them as `src/origin/weights.rs` has them.
//!
//!     cargo run --release --example fit_origin -- DIR... [--check DIR...]
//!
//! Every DIR holds `corpus.jsonl` (pages) and `truth.jsonl`, a line a page: `id`, `story`, `parent` (id or null),
//! `relation` (`original` for the first page of a story) and `origin_names` (every name of the outlet that wrote
//! it). Both models are conditional logits (McFadden 1974): among the candidates of one cluster, or the arrows
//! into one page, the true one is chosen with a probability proportional to the exponential of its weighted
//! evidence. The likelihood is concave; it is climbed by gradient steps with a small penalty on the weights.
//! The corpora after `--check` are not fitted on: how often the fitted weights are right there is printed too.

mod histories;

use histories::{Choice, Truths, origin_choice, probabilities, read_truth, story};
use std::collections::HashMap;
use std::path::Path;
use tonggao::Config;
use tonggao::Corpus;
use tonggao::stages::origin::{ARROW_WEIGHTS, EvidenceKind, Grounds, HINTS, WEIGHTS};
use tonggao::stages::pipeline;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folders: Vec<String> = std::env::args().skip(1).collect();
    let (to_fit, to_check) = match folders.iter().position(|folder| folder == "--check") {
        Some(at) => (&folders[..at], &folders[at + 1..]),
        None => (&folders[..], &[][..]),
    };
    let (origins, arrows) = choices(to_fit)?;
    let (checked_origins, checked_arrows) = choices(to_check)?;
    let kinds: Vec<EvidenceKind> = WEIGHTS.iter().map(|w| w.0).collect();
    let start: Vec<f64> = WEIGHTS.iter().map(|w| w.1).collect();
    let fitted = fit(&origins, &start);
    say("clusters", &origins, &checked_origins, &fitted);
    kinds.iter().zip(&fitted).for_each(|(kind, weight)| println!("    ({kind:?}, {weight:.2}),"));
    let start: Vec<f64> = ARROW_WEIGHTS.iter().map(|w| w.1).collect();
    let fitted = fit(&arrows, &start);
    say("arrows", &arrows, &checked_arrows, &fitted);
    ARROW_WEIGHTS.iter().zip(&fitted).for_each(|((hint, _), weight)| println!("    (Hint::{hint:?}, {weight:.2}),"));
    Ok(())
}

/// The choices of origins and of parents in some corpora.
fn choices(folders: &[String]) -> Result<(Vec<Choice>, Vec<Choice>), Box<dyn std::error::Error>> {
    let (mut origins, mut arrows) = (Vec::new(), Vec::new());
    for folder in folders.iter().map(Path::new) {
        let truth = read_truth(folder)?;
        let config = Config::default();
        let corpus = Corpus::open(&[folder.join("corpus.jsonl")], &config)?;
        for grounds in pipeline::cases(&corpus, &config)?.grounds() {
            origins.extend(origin_choice(&grounds, &corpus, &truth));
            arrows.extend(arrow_choices(&grounds, &corpus, &truth));
        }
    }
    Ok((origins, arrows))
}

fn say(what: &str, fitted_on: &[Choice], checked_on: &[Choice], weights: &[f64]) {
    println!("// {} {what}, {:.3} right", fitted_on.len(), accuracy(fitted_on, weights));
    if !checked_on.is_empty() {
        println!("// checked on {} other {what}: {:.3} right", checked_on.len(), accuracy(checked_on, weights));
    }
}

fn arrow_choices(grounds: &Grounds, corpus: &Corpus, truth: &Truths) -> Vec<Choice> {
    let Some(story) = story(grounds, corpus, truth) else { return Vec::new() };
    let place: HashMap<&str, usize> = grounds.members.iter().enumerate().map(|(k, &d)| (corpus.id(d), k)).collect();
    let mut choices = Vec::new();
    for (child, &doc) in grounds.members.iter().enumerate() {
        let Some(told) = truth.get(corpus.id(doc)).filter(|t| t.story == story && !t.original) else { continue };
        let parent = match &told.parent {
            Some(parent) => match place.get(parent.as_str()) {
                Some(&k) => k + 1,
                None => continue,
            },
            None => 0,
        };
        let row = &grounds.arrows[child];
        let kept: Vec<usize> = (0..row.len()).filter(|&k| row[k].is_some()).collect();
        let Some(right) = kept.iter().position(|&k| k == parent) else { continue };
        let options = kept.iter().filter_map(|&k| row[k]).map(|hints: [f64; HINTS]| hints.to_vec()).collect();
        choices.push(Choice { options, right });
    }
    choices
}

/// Climbs the penalised likelihood (Adam, Kingma and Ba 2015).
fn fit(choices: &[Choice], start: &[f64]) -> Vec<f64> {
    const STEPS: i32 = 3000;
    const RATE: f64 = 0.02;
    const PENALTY: f64 = 0.0005;
    let mut weights = start.to_vec();
    let (mut first, mut second) = (vec![0.0; weights.len()], vec![0.0; weights.len()]);
    for step in 1..=STEPS {
        let mut slope: Vec<f64> = weights.iter().map(|w| -PENALTY * w).collect();
        for choice in choices {
            let p = probabilities(choice, &weights);
            for (k, option) in choice.options.iter().enumerate() {
                let pull = f64::from(u8::from(k == choice.right)) - p[k];
                slope.iter_mut().zip(option).for_each(|(s, v)| *s += pull * v / choices.len() as f64);
            }
        }
        for k in 0..weights.len() {
            first[k] = 0.9 * first[k] + 0.1 * slope[k];
            second[k] = 0.999 * second[k] + 0.001 * slope[k] * slope[k];
            let (m, v) = (first[k] / (1.0 - 0.9f64.powi(step)), second[k] / (1.0 - 0.999f64.powi(step)));
            weights[k] += RATE * m / (v.sqrt() + 1e-8);
        }
    }
    weights
}

fn accuracy(choices: &[Choice], weights: &[f64]) -> f64 {
    let right = choices.iter().filter(|c| {
        let p = probabilities(c, weights);
        (0..p.len()).all(|k| p[k] <= p[c.right])
    });
    right.count() as f64 / choices.len().max(1) as f64
}
