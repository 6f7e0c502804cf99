//! Corrections by people, which a run obeys: whether two pages carry the same article, where the text of a page's set
//! comes from, which lines are boilerplate.
//!
//! A file of verdicts is JSON Lines. Each line is one of
//!
//! - `{"a": id, "b": id, "same_article": true}`: the two pages carry the same article; `false`: they do not;
//! - `{"page": id, "origin": name}`: the set of this page has its text from the outlet of this name, or from the page of
//!   this id;
//! - `{"line": text, "boilerplate": true}`: this line belongs to sites, not to articles;
//! - a line of a sheet of `tonggao sample` with its `label` filled in.

mod label;

pub use label::PairLabel;

use crate::candidates::Pair;
use crate::config::Config;
use crate::corpus::Corpus;
use crate::error::{Error, Place, Result};
use crate::types::DocId;
use rustc_hash::{FxHashMap, FxHashSet};
use serde::{Deserialize, Serialize};
use std::path::Path;
use xxhash_rust::xxh3::xxh3_64;

/// Verdicts as they were read, pages by id.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verdicts {
    pairs: Vec<(String, String, bool)>,
    origins: Vec<(String, String)>,
    /// Lines that are boilerplate.
    pub lines: Vec<String>,
}

/// A line of the file.
#[derive(Deserialize)]
struct VerdictLine {
    a: Option<String>,
    b: Option<String>,
    same_article: Option<bool>,
    label: Option<String>,
    page: Option<String>,
    origin: Option<String>,
    line: Option<String>,
    boilerplate: Option<bool>,
}

impl Verdicts {
    /// The corrections that the settings of a run name; none without a file of them.
    pub(crate) fn of_run(config: &Config) -> Result<Verdicts> {
        config.verdicts.as_deref().map_or(Ok(Verdicts::default()), Verdicts::read)
    }

    /// Reads a file. A line that is no verdict is an error that names it.
    pub fn read(path: &Path) -> Result<Self> {
        let text = std::fs::read_to_string(path).map_err(|source| Error::Read { path: path.to_owned(), source })?;
        Verdicts::of_text(&text, path)
    }

    /// The verdicts on the lines of a file.
    pub(crate) fn of_text(text: &str, path: &Path) -> Result<Self> {
        let mut verdicts = Verdicts::default();
        for (number, line) in (1..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty()) {
            verdicts.add(line).map_err(|reason| Error::Invalid {
                path: path.to_owned(),
                place: Some(Place::Line(number)),
                reason,
                expected: "a verdict: a JSON object with `a`, `b` and `same_article`, `page` and `origin`, or `line` and `boilerplate`",
            })?;
        }
        Ok(verdicts)
    }

    fn add(&mut self, line: &str) -> std::result::Result<(), String> {
        let line: VerdictLine = serde_json::from_str(line).map_err(|error| error.to_string())?;
        match line {
            VerdictLine { a: Some(a), b: Some(b), same_article: Some(same), .. } => self.pairs.push((a, b, same)),
            VerdictLine { a: Some(a), b: Some(b), label, .. } => match label.as_deref().map(PairLabel::read) {
                Some(Some(PairLabel::Same)) => self.pairs.push((a, b, true)),
                Some(Some(PairLabel::Different)) => self.pairs.push((a, b, false)),
                Some(None) => return Err(format!("{:?} is not a label", label.unwrap_or_default())),
                _ => {}
            },
            VerdictLine { page: Some(page), origin: Some(origin), .. } => self.origins.push((page, origin)),
            VerdictLine { line: Some(line), boilerplate: Some(true), .. } => self.lines.push(line),
            _ => return Err("neither a pair, an origin, nor a line of boilerplate".to_owned()),
        }
        Ok(())
    }

    /// What is said of pairs, each by the orders of its pages (hashes of their ids), the lesser first.
    pub(crate) fn pairs_by_order(&self) -> FxHashMap<[u64; 2], bool> {
        let order = |id: &String| xxh3_64(id.as_bytes());
        let pairs = self.pairs.iter().filter(|(a, b, _)| a != b);
        pairs.map(|(a, b, same)| ([order(a).min(order(b)), order(a).max(order(b))], *same)).collect()
    }

    /// The same verdicts by the numbers of a corpus. Reads the id of every page, if there are any verdicts.
    pub(crate) fn resolve(&self, corpus: &Corpus) -> Resolved {
        let ids = self.pairs.iter().flat_map(|(a, b, _)| [a, b]).chain(self.origins.iter().flat_map(|(p, o)| [p, o]));
        let wanted: FxHashSet<&str> = ids.map(String::as_str).collect();
        let mut docs: FxHashMap<&str, DocId> = FxHashMap::default();
        if !wanted.is_empty() {
            let all = (0..corpus.len() as u32).map(DocId);
            docs.extend(all.map(|doc| (corpus.id(doc), doc)).filter(|(id, _)| wanted.contains(id)));
        }
        let doc = |id: &str| docs.get(id).copied();
        let mut resolved = Resolved::default();
        for (a, b, same) in &self.pairs {
            match (doc(a), doc(b)) {
                (Some(a), Some(b)) if a != b => {
                    resolved.pairs.insert(Pair::new(a, b), *same);
                }
                _ => resolved.counts.unknown_pages += 1,
            }
        }
        for (page, origin) in &self.origins {
            match doc(page) {
                Some(page) => resolved.origins.push((page, doc(origin).ok_or_else(|| origin.clone()))),
                None => resolved.counts.unknown_pages += 1,
            }
        }
        resolved.counts.pairs = resolved.pairs.len();
        resolved.counts.origins = resolved.origins.len();
        resolved.counts.lines = self.lines.len();
        resolved
    }
}

/// Verdicts on the pages of a corpus.
#[derive(Clone, Debug, Default)]
pub(crate) struct Resolved {
    /// Whether two pages carry the same article.
    pub pairs: FxHashMap<Pair, bool>,
    /// Where the text of the set of a page comes from: a page, or an outlet by its name.
    pub origins: Vec<(DocId, std::result::Result<DocId, String>)>,
    /// How many there are.
    pub counts: Counts,
}

impl Resolved {
    /// The pages that they are about.
    pub(crate) fn pages(&self) -> impl Iterator<Item = DocId> {
        self.pairs.keys().flat_map(|pair| [pair.a, pair.b]).chain(self.origins.iter().map(|(page, _)| *page))
    }
}

/// How many verdicts a run obeyed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Pairs of pages.
    pub pairs: usize,
    /// Origins.
    pub origins: usize,
    /// Lines of boilerplate.
    pub lines: usize,
    /// Verdicts that name a page which the corpus does not have: they are left out.
    pub unknown_pages: usize,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> std::result::Result<Verdicts, String> {
        let mut verdicts = Verdicts::default();
        text.lines().try_for_each(|line| verdicts.add(line)).map(|()| verdicts)
    }

    #[test]
    fn every_kind_of_verdict_is_read() {
        let verdicts = read(
            r#"{"a": "x", "b": "y", "same_article": false}
{"a": "x", "b": "z", "label": "1", "title_a": "墨川"}
{"a": "x", "b": "w", "label": "?"}
{"page": "x", "origin": "墨川晚报"}
{"line": "本网站版权所有", "boilerplate": true}"#,
        )
        .unwrap();
        let pair = |a: &str, b: &str, same| (a.to_owned(), b.to_owned(), same);
        assert_eq!(verdicts.pairs, [pair("x", "y", false), pair("x", "z", true)]);
        assert_eq!(verdicts.origins, [("x".to_owned(), "墨川晚报".to_owned())]);
        assert_eq!(verdicts.lines, ["本网站版权所有"]);
    }

    #[test]
    fn what_is_no_verdict_is_an_error() {
        assert!(read(r#"{"a": "x", "same_article": true}"#).is_err());
        assert!(read(r#"{"a": "x", "b": "y", "label": "perhaps"}"#).is_err());
        assert!(read("x y same").is_err());
    }
}
