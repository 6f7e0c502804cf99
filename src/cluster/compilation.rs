//! Pages put together from several articles: round-ups, morning papers, live blogs.

use crate::types::DocId;
use crate::verify::{Kind, Match};
use std::ops::Range;

/// Different articles that a compilation draws on at least.
const ARTICLES: usize = 3;
/// The most of the page that one article may make up.
const MOST_OF_ONE: f32 = 0.45;
/// The least of the page that all of them make up together.
const LEAST_OF_ALL: f32 = 0.4;

/// A stretch of a page that stands in another article.
struct Part {
    doc: DocId,
    at: Range<u32>,
    article: u32,
    /// Units of the page.
    units: u32,
}

/// Finds documents that hold parts, other than official texts that many quote, of at least three articles, none of which makes up half of the page.
/// `articles` numbers the article of every document, copies alike.
pub(super) fn find(matches: &[Match], articles: &[u32]) -> Vec<DocId> {
    let mut parts: Vec<Part> = Vec::new();
    for m in matches.iter().filter(|m| m.kind != Kind::CommonSource) {
        for (side, doc) in [m.pair.a, m.pair.b].into_iter().enumerate() {
            let article = articles[m.other(doc).index()];
            let units = m.units[side];
            if m.aligned[side] > MOST_OF_ONE {
                // Whatever else it holds, this page is a copy of that one.
                parts.push(Part { doc, at: 0..units, article, units });
            } else {
                parts.extend(m.passages.iter().map(|p| Part { doc, at: p.units(side).clone(), article, units }));
            }
        }
    }
    parts.sort_unstable_by_key(|p| (p.doc, p.at.start, p.at.end, p.article));
    parts.chunk_by(|x, y| x.doc == y.doc).filter(|parts| is_compilation(parts)).map(|parts| parts[0].doc).collect()
}

fn is_compilation(parts: &[Part]) -> bool {
    let units = parts[0].units as f32;
    // Stretches that do not overlap, each with the article met first in it.
    let mut blocks: Vec<(Range<u32>, u32)> = Vec::new();
    for part in parts {
        match blocks.last_mut() {
            Some((last, _)) if part.at.start + 8 < last.end => last.end = last.end.max(part.at.end),
            _ => blocks.push((part.at.clone(), part.article)),
        }
    }
    let all: u32 = blocks.iter().map(|(at, _)| at.len() as u32).sum();
    let longest = blocks.iter().map(|(at, _)| at.len() as u32).max().unwrap_or(0);
    let mut articles: Vec<u32> = blocks.iter().map(|b| b.1).collect();
    articles.sort_unstable();
    articles.dedup();
    articles.len() >= ARTICLES && longest as f32 <= MOST_OF_ONE * units && all as f32 >= LEAST_OF_ALL * units
}
