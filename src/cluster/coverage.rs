//! How many other articles share each stretch of a page. Text that many otherwise different pages share (captions,
//! teasers, a statement that all quote) is no evidence that two of them are copies.

use super::carry_on;
use crate::error::Result;
use crate::storage::{Column, Scratch};
use crate::types::{DocId, UnitRange};
use crate::verify::{Match, Matches, Spread, SpreadSide};
use bytemuck::{Pod, Zeroable};
use std::ops::Range;

/// One passage seen from one of its documents: where, and in which other article.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Pod, Zeroable)]
#[repr(C)]
struct Seen {
    doc: DocId,
    article: u32,
    at: UnitRange,
}

/// From `start` to the next stretch of the document, so many other articles have the text of the document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Pod, Zeroable)]
#[repr(C)]
struct Stretch {
    start: u32,
    articles: u32,
}

/// The stretches of all documents, in order. 8 bytes a stretch, of which a document has at most two for each passage, and 8
/// bytes a document.
pub(crate) struct Coverage {
    stretches: Column<Stretch>,
    /// Where those of each document end.
    ends: Vec<u64>,
}

impl Coverage {
    /// Counts the articles on every stretch. `articles` numbers the article of every document, copies alike.
    pub(crate) fn new(matches: &Matches, articles: &[u32], scratch: &Scratch) -> Result<Self> {
        let mut seen = scratch.sorter();
        for m in matches.iter() {
            let [a, b] = [m.pair.a, m.pair.b].map(|doc| articles[doc.index()]);
            for p in m.passages.iter().filter(|_| a != b) {
                seen.push(Seen { doc: m.pair.a, article: b, at: p.a_units })?;
                seen.push(Seen { doc: m.pair.b, article: a, at: p.b_units })?;
            }
        }
        let mut stretches = scratch.column();
        let mut ends = vec![0; articles.len()];
        seen.finish()?.batches(
            |seen| seen.doc,
            |batch| {
                batch.chunk_by(|x, y| x.doc == y.doc).try_for_each(|of_doc| {
                    stretches.extend(&stretches_of(of_doc))?;
                    ends[of_doc[0].doc.index()] = stretches.len() as u64;
                    Ok(())
                })
            },
        )?;
        carry_on(&mut ends);
        Ok(Coverage { stretches: stretches.finish()?, ends })
    }

    fn of(&self, doc: DocId) -> &[Stretch] {
        let start = if doc.0 == 0 { 0 } else { self.ends[doc.index() - 1] };
        &self.stretches[start as usize..self.ends[doc.index()] as usize]
    }

    /// How the text of a match is spread over other articles. `apart`: the two documents are of different articles.
    pub(crate) fn spread(&self, m: &Match, apart: bool) -> Spread {
        Spread([m.pair.a, m.pair.b].map(|doc| spread_of(self.of(doc), m, doc, apart)))
    }
}

/// The stretches of one document, from the passages of all its matches with other articles, in order.
fn stretches_of(seen: &[Seen]) -> Vec<Stretch> {
    let mut changes: Vec<(u32, i32)> = Vec::with_capacity(2 * seen.len());
    for of_article in seen.chunk_by(|x, y| x.article == y.article) {
        // An article counts once, however many of its passages and pages overlap.
        let mut reached = 0;
        for at in of_article.iter().map(|s| s.at) {
            let start = at.start.max(reached);
            if start < at.end {
                changes.extend([(start, 1), (at.end, -1)]);
                reached = at.end;
            }
        }
    }
    changes.sort_unstable();
    let mut articles = 0;
    let mut stretches = Vec::new();
    for at in changes.chunk_by(|x, y| x.0 == y.0) {
        let before = articles;
        articles += at.iter().map(|change| change.1).sum::<i32>();
        if articles != before {
            stretches.push(Stretch { start: at[0].0, articles: articles as u32 });
        }
    }
    stretches
}

/// How one document of a match is spread: `stretches` are those of the document.
fn spread_of(stretches: &[Stretch], m: &Match, doc: DocId, apart: bool) -> SpreadSide {
    let side = m.side(doc);
    let mut at: Vec<UnitRange> = m.passages.iter().map(|p| p.units(side)).collect();
    at.sort_unstable();
    // The other document of the pair is of one of the articles that have the passage.
    let itself = u32::from(apart);
    let (mut found, mut reached) = (SpreadSide::default(), 0);
    for range in at {
        found.rest_with_two += units_in(stretches, reached..range.start, 2);
        let new = range.start.max(reached)..range.end;
        found.shared_with_one += units_in(stretches, new.clone(), 1 + itself);
        found.shared_with_two += units_in(stretches, new, 2 + itself);
        reached = reached.max(range.end);
    }
    found.rest_with_two += units_in(stretches, reached..m.units[side], 2);
    found
}

/// Units of a range that are in so many articles.
fn units_in(stretches: &[Stretch], range: Range<u32>, least: u32) -> u32 {
    let from = stretches.partition_point(|s| s.start <= range.start).saturating_sub(1);
    let ends = stretches[from..].iter().skip(1).map(|s| s.start).chain([u32::MAX]);
    let inside = stretches[from..].iter().zip(ends).take_while(|(s, _)| s.start < range.end);
    let units = |start: u32, end: u32| end.min(range.end).saturating_sub(start.max(range.start));
    inside.filter(|(s, _)| s.articles >= least).map(|(s, end)| units(s.start, end)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cluster::tests::{passage, shared};

    /// Documents 0 and 1 share units 0..100; the first 60 of them are in 2 and 3 too, and 0 has 40 more with 2 and 3.
    fn spread() -> Spread {
        let caption = |b: u32| shared(0, b, [300, 300], vec![passage(0..60, 10..70), passage(200..240, 100..140)]);
        let of_b = |b: u32| shared(1, b, [200, 300], vec![passage(50..110, 10..70)]);
        let pair = shared(0, 1, [300, 200], vec![passage(0..100, 50..150)]);
        let all = [pair.clone(), caption(2), caption(3), of_b(2), of_b(3)];
        let scratch = Scratch::default();
        let matches = Matches::gather(all.into_iter(), &scratch).unwrap();
        Coverage::new(&matches, &[0, 1, 2, 3], &scratch).unwrap().spread(&pair, true)
    }

    #[test]
    fn text_in_other_articles_is_counted_inside_and_outside_of_the_passages() {
        let [a, b] = spread().0;
        assert_eq!(a, SpreadSide { shared_with_one: 60, shared_with_two: 60, rest_with_two: 40 });
        assert_eq!(b, SpreadSide { shared_with_one: 60, shared_with_two: 60, rest_with_two: 0 });
    }

    #[test]
    fn an_article_counts_once_and_copies_do_not_count() {
        let m = |b: u32| shared(0, b, [100, 100], vec![passage(0..50, 0..50), passage(30..80, 50..100)]);
        let scratch = Scratch::default();
        let matches = Matches::gather([m(1), m(2), m(3)].into_iter(), &scratch).unwrap();
        let spread = |articles: &[u32]| {
            let apart = articles[0] != articles[1];
            Coverage::new(&matches, articles, &scratch).unwrap().spread(&matches.get(0), apart).0[0]
        };
        // 1, 2 and 3 are copies of each other: nothing but the article of 1 has the text.
        assert_eq!(spread(&[0, 1, 1, 1]), SpreadSide::default());
        assert_eq!(spread(&[0, 1, 2, 2]), SpreadSide { shared_with_one: 80, ..SpreadSide::default() });
        // 1 is a copy of 0, and 2 and 3 are other articles.
        assert_eq!(spread(&[0, 0, 2, 3]), SpreadSide { shared_with_one: 80, shared_with_two: 80, rest_with_two: 0 });
    }
}
