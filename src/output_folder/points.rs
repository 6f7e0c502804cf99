//! Talking points of an output folder, as somebody asks for them.

use super::OutFolder;
use crate::error::Result;
use crate::records::carriers;
use crate::talking_points::PointClass;
use rustc_hash::{FxHashMap, FxHashSet};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Which talking points are wanted.
#[derive(Clone, Debug, Default)]
pub struct PointQuery {
    /// Words that one of the forms contains, whatever their case.
    pub search: String,
    /// The class; any without one.
    pub class: Option<PointClass>,
    /// An outlet of one of the earliest pages.
    pub outlet: Option<String>,
    /// A day, YYYY-MM-DD, on or after which the point was first seen.
    pub since: Option<String>,
    /// At most so many.
    pub limit: usize,
}

/// A talking point that a query found.
#[derive(Clone, Debug, Serialize)]
pub struct FoundPoint {
    /// Its line in `talking_points.jsonl`, counted from 0.
    pub number: u32,
    /// Outlets of its earliest pages, in order of time.
    pub first_outlets: Vec<String>,
    /// The line.
    #[serde(flatten)]
    pub point: Value,
}

impl FoundPoint {
    /// Who uses it, in words: `3 outlets and 2 pages of unknown ones`.
    pub fn carriers(&self) -> String {
        let count = |field: &str| self.point[field].as_u64().unwrap_or(0);
        carriers(count("outlets"), count("of_unknown_outlet"))
    }
}

/// What a query looks at.
#[derive(Deserialize)]
struct Line {
    text: String,
    /// Runs before 0.2 write no class.
    #[serde(default)]
    class: Option<PointClass>,
    #[serde(default)]
    variants: Vec<Variant>,
    first_seen: Option<String>,
    examples: Vec<Example>,
}

#[derive(Deserialize)]
struct Variant {
    text: String,
}

#[derive(Deserialize)]
struct Example {
    id: String,
}

#[derive(Deserialize)]
struct PageOutlet {
    id: String,
    outlet: Option<String>,
}

impl OutFolder {
    /// The talking points that a query asks for, the strongest first. Reads `talking_points.jsonl` and, for the outlets,
    /// `documents.jsonl` once.
    pub fn points(&self, query: &PointQuery) -> Result<Vec<FoundPoint>> {
        let mut found: Vec<(u32, Vec<String>, Value)> = Vec::new();
        let mut number = 0;
        self.each_line("talking_points.jsonl", |line, at| {
            let looked: Line = self.parse("talking_points.jsonl", line, at)?;
            if looked.fits(query) {
                let ids = looked.examples.into_iter().map(|example| example.id).collect();
                found.push((number, ids, self.parse("talking_points.jsonl", line, at)?));
            }
            number += 1;
            Ok(query.outlet.is_some() || found.len() < query.limit)
        })?;
        let outlets = self.outlets_of(found.iter().flat_map(|(_, ids, _)| ids))?;
        let with_outlets = |(number, ids, point): (u32, Vec<String>, Value)| {
            let first_outlets = ids.iter().filter_map(|id| outlets.get(id).cloned()).collect();
            FoundPoint { number, first_outlets, point }
        };
        let of_outlet =
            |found: &FoundPoint| query.outlet.as_ref().is_none_or(|name| found.first_outlets.contains(name));
        Ok(found.into_iter().map(with_outlets).filter(of_outlet).take(query.limit).collect())
    }

    fn outlets_of<'i>(&self, ids: impl Iterator<Item = &'i String>) -> Result<FxHashMap<String, String>> {
        let wanted: FxHashSet<&str> = ids.map(String::as_str).collect();
        let mut outlets = FxHashMap::default();
        self.each_line("documents.jsonl", |line, at| {
            let page: PageOutlet = self.parse("documents.jsonl", line, at)?;
            if let (true, Some(outlet)) = (wanted.contains(page.id.as_str()), page.outlet) {
                outlets.insert(page.id, outlet);
            }
            Ok(true)
        })?;
        Ok(outlets)
    }
}

impl Line {
    fn fits(&self, query: &PointQuery) -> bool {
        let words = query.search.to_lowercase();
        let contains = |text: &str| text.to_lowercase().contains(&words);
        let has_words = contains(&self.text) || self.variants.iter().any(|variant| contains(&variant.text));
        let has_class = query.class.is_none() || self.class.is_none() || self.class == query.class;
        let is_late = query.since.as_ref().is_none_or(|day| self.first_seen.as_ref().is_some_and(|seen| seen >= day));
        has_words && has_class && is_late
    }
}
