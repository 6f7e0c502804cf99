//! Simulated histories: what really happened.

use std::collections::HashMap;
use std::path::Path;

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
