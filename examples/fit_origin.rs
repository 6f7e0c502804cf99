//! Fits the weights of the origin stage on simulated histories, and prints them as `src/origin/weights.rs` has them.
//!
//!     cargo run --release --example fit_origin -- DIR...
//!
//! Every DIR holds `corpus.jsonl` (pages) and `truth.jsonl`, a line a page: `id`, `story`, `parent` (id or null),
//! `relation` (`original` for the first page of a story) and `origin_names` (every name of the outlet that wrote
//! it). Both models are conditional logits (McFadden 1974): among the candidates of one cluster, or the arrows
//! into one page, the true one is chosen with a probability proportional to the exponential of its weighted
//! evidence. The likelihood is concave; it is climbed by gradient steps with a small penalty on the weights.

use std::collections::{HashMap, HashSet};
use std::path::PathBuf;
use tonggao::corpus::Corpus;
use tonggao::origin::{ARROW_WEIGHTS, EvidenceKind, Grounds, HINTS, Source, WEIGHTS};
use tonggao::{config::Config, pipeline};

/// What really happened to one page.
struct Truth {
    story: String,
    parent: Option<String>,
    original: bool,
    origin_names: Vec<String>,
}

/// One choice: the features of every option, and which was right.
struct Choice {
    options: Vec<Vec<f64>>,
    right: usize,
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (mut origins, mut arrows) = (Vec::new(), Vec::new());
    for folder in std::env::args().skip(1).map(PathBuf::from) {
        let truth = read_truth(&std::fs::read_to_string(folder.join("truth.jsonl"))?)?;
        let config = Config::default();
        let corpus = pipeline::open(&[folder.join("corpus.jsonl")], &config, None)?;
        for grounds in pipeline::cases(&corpus, &config)?.grounds() {
            origins.extend(origin_choice(&grounds, &corpus, &truth));
            arrows.extend(arrow_choices(&grounds, &corpus, &truth));
        }
    }
    let kinds: Vec<EvidenceKind> = WEIGHTS.iter().map(|w| w.0).collect();
    let start: Vec<f64> = WEIGHTS.iter().map(|w| w.1).collect();
    let fitted = fit(&origins, &start);
    println!("// {} clusters, {:.3} right", origins.len(), accuracy(&origins, &fitted));
    kinds.iter().zip(&fitted).for_each(|(kind, weight)| println!("    ({kind:?}, {weight:.2}),"));
    let start: Vec<f64> = ARROW_WEIGHTS.iter().map(|w| w.1).collect();
    let fitted = fit(&arrows, &start);
    println!("// {} arrows, {:.3} right", arrows.len(), accuracy(&arrows, &fitted));
    ARROW_WEIGHTS.iter().zip(&fitted).for_each(|((hint, _), weight)| println!("    (Hint::{hint:?}, {weight:.2}),"));
    Ok(())
}

fn read_truth(text: &str) -> Result<HashMap<String, Truth>, Box<dyn std::error::Error>> {
    let mut truth = HashMap::new();
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        let row: serde_json::Value = serde_json::from_str(line)?;
        let text = |name: &str| row[name].as_str().map(str::to_owned);
        let names = row["origin_names"].as_array().into_iter().flatten().filter_map(|n| n.as_str().map(str::to_owned));
        truth.insert(
            text("id").ok_or("a line without id")?,
            Truth {
                story: text("story").unwrap_or_default(),
                parent: text("parent"),
                original: row["relation"] == "original",
                origin_names: names.collect(),
            },
        );
    }
    Ok(truth)
}

/// The story of most members, if it is a story of several pages.
fn story<'t>(grounds: &Grounds, corpus: &Corpus, truth: &'t HashMap<String, Truth>) -> Option<&'t str> {
    let mut counts: HashMap<&str, usize> = HashMap::new();
    for &doc in &grounds.members {
        *counts.entry(&truth.get(corpus.id(doc))?.story).or_default() += 1;
    }
    let (story, pages) = counts.into_iter().max_by_key(|&(story, n)| (n, story))?;
    (pages > 1).then_some(story)
}

fn origin_choice(grounds: &Grounds, corpus: &Corpus, truth: &HashMap<String, Truth>) -> Option<Choice> {
    let story = story(grounds, corpus, truth)?;
    let of = |doc| truth.get(corpus.id(doc)).filter(|t: &&Truth| t.story == story);
    let names: HashSet<&str> =
        grounds.members.iter().filter_map(|&d| of(d)).flat_map(|t| t.origin_names.iter().map(String::as_str)).collect();
    let inside = truth.values().any(|t| t.story == story && t.original);
    let is_right = |source: &Source| match source {
        Source::Document(doc) => of(*doc).is_some_and(|t| t.original),
        Source::Outside(name) => !inside && names.contains(name.as_str()),
        Source::Unknown => false,
    };
    let unknown = grounds.candidates.iter().position(|c| c.0 == Source::Unknown);
    let found = grounds.candidates.iter().position(|c| is_right(&c.0));
    // An original that the cluster misses is nobody's fault here; one outside that no page names is unknown.
    let right = if inside { found? } else { found.or(unknown)? };
    let options = grounds.candidates.iter().map(|(_, evidence)| {
        WEIGHTS.iter().map(|(kind, _)| evidence.iter().filter(|e| e.kind == *kind).map(|e| e.value).sum()).collect()
    });
    Some(Choice { options: options.collect(), right })
}

fn arrow_choices(grounds: &Grounds, corpus: &Corpus, truth: &HashMap<String, Truth>) -> Vec<Choice> {
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

fn probabilities(choice: &Choice, weights: &[f64]) -> Vec<f64> {
    let scores: Vec<f64> = choice.options.iter().map(|x| x.iter().zip(weights).map(|(v, w)| v * w).sum()).collect();
    let best = scores.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let all: f64 = scores.iter().map(|s| (s - best).exp()).sum();
    scores.iter().map(|s| (s - best).exp() / all).collect()
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
