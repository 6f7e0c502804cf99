//! Copied, or a common source? A passage that stands in three or more otherwise different articles belongs to
//! a third text (a bulletin, a speech): it makes no reprint of them.

use crate::error::Result;
use crate::storage::Scratch;
use crate::storage::UnionFind;
use crate::types::{DocId, UnitRange};
use crate::verify::{Kind, Match, Matches, Passage};
use bytemuck::{Pod, Zeroable};

/// From this much of both texts on two documents count as one article when articles are counted.
const SAME_HELD: f32 = 0.75;
const SAME_MADE_UP: f32 = 0.5;
/// Articles that a passage must stand in to be nobody's own.
const ARTICLES: usize = 3;
/// How much of a passage another must cover to be the same passage.
const SAME_PASSAGE: f32 = 0.7;
/// Matches that hold more of the shorter text than this, and of the longer than that, are copies, whoever else
/// quotes the text.
const SURELY_COPIED: (f32, f32) = (0.8, 0.3);
/// A text of which this much stands in a longer one is contained there, whoever else quotes it.
const SURELY_HELD: f32 = 0.7;
/// So are those that hold more than this of both.
const MOSTLY_COPIED: f32 = 0.5;

/// One passage seen from one of its documents: where, and in which other article.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Pod, Zeroable)]
#[repr(C)]
struct Seen {
    doc: DocId,
    at: UnitRange,
    article: u32,
}

/// Marks matches as [`Kind::CommonSource`] when most of what they share stands in three articles or more. Where
/// that is nearly all of the shorter text, the shorter is the third text itself, or all but a line of it: the longer
/// one contains it, and is not the rest of an article of which the shorter is the first page.
/// Returns, for every document, the number of its article: documents that are surely copies have the same.
pub(super) fn mark(matches: &mut Matches, documents: usize, scratch: &Scratch) -> Result<Vec<u32>> {
    let mut articles = UnionFind::new(documents);
    for m in matches.iter().filter(is_one_article) {
        articles.join(m.pair.a.0, m.pair.b.0);
    }
    let mut seen = scratch.sorter();
    for m in matches.iter() {
        let (a, b) = (articles.root(m.pair.a.0), articles.root(m.pair.b.0));
        if a != b {
            for p in m.passages.iter() {
                seen.push(Seen { doc: m.pair.a, at: p.a_units, article: b })?;
                seen.push(Seen { doc: m.pair.b, at: p.b_units, article: a })?;
            }
        }
    }
    let seen = seen.finish()?.column()?;
    for at in 0..matches.len() {
        let m = matches.get(at);
        let common = |p: &Passage| {
            stands_in(of_doc(&seen, m.pair.a), p.a_units) || stands_in(of_doc(&seen, m.pair.b), p.b_units)
        };
        let apart = articles.root(m.pair.a.0) != articles.root(m.pair.b.0);
        if let Some(kind) = apart.then(|| kind_in_common(&m, common)).flatten() {
            matches.set_kind(at, kind);
        }
    }
    Ok((0..documents as u32).map(|doc| articles.root(doc)).collect())
}

/// True when two documents are surely copies, and count as one article.
pub(crate) fn is_one_article(m: &Match) -> bool {
    m.kind == Kind::Reprint && m.held() >= SAME_HELD && m.aligned[1 - m.shorter()] >= SAME_MADE_UP
}

/// What a match of two articles amounts to when `common` passages belong to a third text; `None` when they do not
/// decide it.
pub(crate) fn kind_in_common(m: &Match, mut common: impl FnMut(&Passage) -> bool) -> Option<Kind> {
    let (held, made_up) = (m.held(), m.aligned[1 - m.shorter()]);
    if held >= SURELY_COPIED.0 && made_up >= SURELY_COPIED.1 || held.min(made_up) >= MOSTLY_COPIED {
        return None;
    }
    let all: u32 = m.passages.iter().map(|p| p.matched).sum();
    let shared: u32 = m.passages.iter().filter(|p| common(p)).map(|p| p.matched).sum();
    (shared * 2 > all).then_some(if held >= SURELY_HELD { Kind::Contained } else { Kind::CommonSource })
}

/// Which passages of a document's matches stand in enough articles, as far as this document tells: `passages` are
/// where they stand in it, each with the other document's article, or none where that is its own.
pub(crate) fn common_passages(passages: &[(UnitRange, Option<u32>)]) -> Vec<bool> {
    let doc = DocId(0);
    let seen = passages.iter().filter_map(|&(at, article)| Some(Seen { doc, at, article: article? }));
    let mut seen: Vec<Seen> = seen.collect();
    seen.sort_unstable();
    passages.iter().map(|&(at, article)| article.is_some() && stands_in(&seen, at)).collect()
}

fn of_doc(seen: &[Seen], doc: DocId) -> &[Seen] {
    let from = seen.partition_point(|s| s.doc < doc);
    &seen[from..from + seen[from..].partition_point(|s| s.doc == doc)]
}

/// True when the passage at `at` of a document stands in enough articles, its own included. `mine` is what is seen
/// from that document.
fn stands_in(mine: &[Seen], at: UnitRange) -> bool {
    let same = |s: &&Seen| {
        let overlap = s.at.end.min(at.end).saturating_sub(s.at.start.max(at.start)) as f32;
        overlap >= SAME_PASSAGE * at.len() as f32 && overlap >= SAME_PASSAGE * s.at.len() as f32
    };
    let mut others: Vec<u32> = mine.iter().filter(same).map(|s| s.article).collect();
    others.sort_unstable();
    others.dedup();
    others.len() + 1 >= ARTICLES
}
