//! Simulated histories: what really happened, and the choices that the origin stage has to make about it.

#![allow(dead_code, reason = "each example uses its part")]

use std::collections::{HashMap, HashSet};
use std::path::Path;
use tonggao::Corpus;
use tonggao::stages::origin::{Grounds, Source, WEIGHTS};

/// What really happened to one page.
pub struct Truth {
    /// The story that it carries.
    pub story: String,
    /// The page that it was copied from, if that is in the corpus.
    pub parent: Option<String>,
    /// It is the first page of its story.
    pub original: bool,
    /// It is a reprint or the original of one, not a page made to be mistaken for that.
    pub of_a_story: bool,
    /// Some page of the story names the origin.
    pub origin_named: bool,
    /// Every name of the outlet that wrote the story.
    pub origin_names: Vec<String>,
}

/// What really happened, by page.
pub type Truths = HashMap<String, Truth>;

/// One choice: the features of every option, and which was right.
pub struct Choice {
    pub options: Vec<Vec<f64>>,
    pub right: usize,
}

/// Reads `truth.jsonl` of a folder.
pub fn read_truth(folder: &Path) -> Result<Truths, Box<dyn std::error::Error>> {
    let text = std::fs::read_to_string(folder.join("truth.jsonl"))?;
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
                origin_named: row["origin_named"] == true,
                original: row["relation"] == "original",
                of_a_story: !["notice", "roundup", "followup"].contains(&row["relation"].as_str().unwrap_or_default()),
                origin_names: names.collect(),
            },
        );
    }
    Ok(truth)
}

/// The story of most members, if it is a story of several pages.
pub fn story<'t>(grounds: &Grounds, corpus: &Corpus, truth: &'t Truths) -> Option<&'t str> {
    let mut counts: HashMap<&str, usize> = HashMap::new();
    for &doc in &grounds.members {
        *counts.entry(&truth.get(corpus.id(doc))?.story).or_default() += 1;
    }
    let (story, pages) = counts.into_iter().max_by_key(|&(story, n)| (n, story))?;
    (pages > 1).then_some(story)
}

/// The choice among the candidates of one cluster, with the features by [`WEIGHTS`].
pub fn origin_choice(grounds: &Grounds, corpus: &Corpus, truth: &Truths) -> Option<Choice> {
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

/// The probability of every option (McFadden 1974).
pub fn probabilities(choice: &Choice, weights: &[f64]) -> Vec<f64> {
    let scores: Vec<f64> = choice.options.iter().map(|x| x.iter().zip(weights).map(|(v, w)| v * w).sum()).collect();
    let best = scores.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let all: f64 = scores.iter().map(|s| (s - best).exp()).sum();
    scores.iter().map(|s| (s - best).exp() / all).collect()
}
