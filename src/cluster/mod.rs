//! Group copies without chaining strangers.

pub(crate) mod common_source;
pub(crate) mod compilation;
pub(crate) mod forms;

pub use compilation::Compilation;

use crate::candidates::Pair;
use crate::error::Result;
use crate::storage::UnionFind;
use crate::storage::{Column, Scratch};
use crate::types::DocId;
use crate::verify::{Kind, Match, Matches};
use rayon::prelude::*;

/// A set of reprints of one article.
#[derive(Clone, Debug, PartialEq)]
pub struct Cluster {
    /// Its members by document.
    pub members: Vec<DocId>,
    /// The member that the others hold to best.
    pub medoid: DocId,
    /// The least share that a member and the medoid have in common, of the shorter of the two, in 0..1.
    pub least_held: f32,
    /// The mean of that share over the members that are not the medoid.
    pub mean_held: f32,
}

/// The clusters of a corpus and what else the matches tell.
#[derive(Clone, Debug, Default)]
pub struct Clusters {
    /// In an order that does not depend on the order of the input; the report numbers them by their least id.
    pub list: Vec<Cluster>,
    /// Pages put together from pieces of several articles, by document.
    pub compilations: Vec<Compilation>,
}

/// The least share of the shorter text that a member and its medoid must have in common.
pub(crate) const HOLDS: f32 = 0.35;

/// Groups documents by their reprint matches. `matches` is sorted by pair and comes back sorted, with fillings of
/// one form and matches that share nothing but a third text marked as such, and with those that had to be measured
/// on the way.
///
/// A member must hold to its cluster's medoid: connected components are only a start, since one stray edge
/// joins strangers. In every component the member that others hold to best becomes the medoid; those that hold
/// to it stay, and the rest is grouped again among themselves. Pages put together from several articles are
/// members of none.
pub fn cluster(
    matches: &mut Matches,
    documents: usize,
    order: &(dyn Fn(DocId) -> u64 + Sync),
    scratch: &Scratch,
    measure: &dyn Fn(&[Pair]) -> Result<Matches>,
) -> Result<Clusters> {
    forms::mark(matches, scratch)?;
    let articles = numbered_by_order(common_source::mark(matches, documents, scratch)?, order);
    let compilations = compilation::find(matches, &articles, order, scratch)?;
    let list = group(matches, &compilations, documents, order, scratch, measure)?;
    Ok(Clusters { list, compilations })
}

/// The second half of [`cluster`], when the matches are marked and the compilations known.
pub(crate) fn group(
    matches: &mut Matches,
    compilations: &[Compilation],
    documents: usize,
    order: &(dyn Fn(DocId) -> u64 + Sync),
    scratch: &Scratch,
    measure: &dyn Fn(&[Pair]) -> Result<Matches>,
) -> Result<Vec<Cluster>> {
    let mut is_compilation = vec![false; documents];
    compilations.iter().for_each(|c| is_compilation[c.doc.index()] = true);
    let mut pending = components(matches, documents, &is_compilation);
    let mut done = Vec::new();
    let places = Places::new(matches, documents, scratch)?;
    let graph = Graph { matches, places: &places, measured: &Matches::default() };
    // What had to be measured tells of medoids and their members alone, so no later round asks for it.
    let mut measured = Vec::new();
    while !pending.is_empty() {
        let with_medoid = |members: Vec<DocId>| {
            let medoid = graph.medoid(&members, order);
            (members, medoid)
        };
        let chosen: Vec<(Vec<DocId>, DocId)> = pending.into_par_iter().map(with_medoid).collect();
        let missing = graph.missing(&chosen);
        let found = if missing.is_empty() { Matches::default() } else { measure(&missing)? };
        let graph = Graph { measured: &found, ..graph };
        let settle = |(members, medoid): (Vec<DocId>, DocId)| {
            let (stay, rest): (Vec<DocId>, Vec<DocId>) =
                members.into_iter().partition(|&doc| doc == medoid || graph.held(medoid, doc) >= HOLDS);
            ((stay.len() > 1).then(|| graph.describe(stay, medoid)), graph.components_within(&rest))
        };
        let settled: Vec<(Option<Cluster>, Vec<Vec<DocId>>)> = chosen.into_par_iter().map(settle).collect();
        pending = Vec::new();
        for (cluster, rest) in settled {
            done.extend(cluster);
            pending.extend(rest);
        }
        measured.push(found);
    }
    if measured.iter().any(|found| !found.is_empty()) {
        let measured = Matches::gather(measured.iter().flat_map(Matches::iter), scratch)?;
        *matches = matches.merged(&measured, scratch)?;
    }
    done.sort_unstable_by_key(|cluster: &Cluster| cluster.members.iter().map(|&doc| order(doc)).min());
    Ok(done)
}

/// The clusters of these members and medoids, which were found before: how well they hold together.
pub(crate) fn described(
    matches: &Matches,
    found: Vec<(Vec<DocId>, DocId)>,
    documents: usize,
    scratch: &Scratch,
) -> Result<Vec<Cluster>> {
    let places = Places::new(matches, documents, scratch)?;
    let graph = Graph { matches, places: &places, measured: &Matches::default() };
    Ok(found.into_iter().map(|(members, medoid)| graph.describe(members, medoid)).collect())
}

/// The same articles under numbers that do not depend on where their documents stand in the input.
fn numbered_by_order(articles: Vec<u32>, order: &(dyn Fn(DocId) -> u64 + Sync)) -> Vec<u32> {
    let mut least = vec![u64::MAX; articles.len()];
    for (doc, &article) in (0..).map(DocId).zip(&articles) {
        least[article as usize] = least[article as usize].min(order(doc));
    }
    let mut in_order: Vec<u32> = (0..articles.len() as u32).collect();
    in_order.sort_unstable_by_key(|&article| least[article as usize]);
    let mut numbers = vec![0; articles.len()];
    (0..).zip(in_order).for_each(|(number, article)| numbers[article as usize] = number);
    articles.into_iter().map(|article| numbers[article as usize]).collect()
}

/// Connected components of two members or more over reprint matches.
fn components(matches: &Matches, documents: usize, left_out: &[bool]) -> Vec<Vec<DocId>> {
    let mut union = UnionFind::new(documents);
    let joins = |m: &Match| m.kind == Kind::Reprint && !left_out[m.pair.a.index()] && !left_out[m.pair.b.index()];
    for m in matches.iter().filter(joins) {
        union.join(m.pair.a.0, m.pair.b.0);
    }
    union.groups()
}

/// Where the reprint matches of each document are.
struct Places {
    /// Places of matches, document by document.
    places: Column<u32>,
    /// Where each document's end.
    ends: Vec<u64>,
}

impl Places {
    fn new(matches: &Matches, documents: usize, scratch: &Scratch) -> Result<Self> {
        let mut of_docs = scratch.sorter::<[u32; 2]>();
        for (at, place) in (0..matches.len()).zip(0..).filter(|&(at, _)| matches.kind(at) == Kind::Reprint) {
            let pair = matches.pair(at);
            of_docs.push([pair.a.0, place])?;
            of_docs.push([pair.b.0, place])?;
        }
        let mut ends = vec![0u64; documents];
        let mut places = scratch.column();
        of_docs.finish()?.batches(
            |row| *row,
            |batch| {
                for &[doc, place] in batch {
                    places.push(place)?;
                    ends[doc as usize] = places.len() as u64;
                }
                Ok(())
            },
        )?;
        // A document without matches ends where the one before it does.
        let mut last = 0;
        for end in &mut ends {
            last = last.max(*end);
            *end = last;
        }
        Ok(Places { places: places.finish()?, ends })
    }

    fn of(&self, doc: DocId) -> &[u32] {
        let start = if doc.0 == 0 { 0 } else { self.ends[doc.index() - 1] };
        &self.places[start as usize..self.ends[doc.index()] as usize]
    }
}

/// Matches by document.
#[derive(Clone, Copy)]
struct Graph<'m> {
    matches: &'m Matches,
    places: &'m Places,
    /// Matches of medoids and members that were measured for this round.
    measured: &'m Matches,
}

impl<'m> Graph<'m> {
    /// The reprint matches of a document.
    fn of(&self, doc: DocId) -> impl Iterator<Item = Match<'m>> {
        let matches = self.matches;
        self.places.of(doc).iter().map(move |&k| matches.get(k as usize))
    }

    fn between(&self, x: DocId, y: DocId) -> Option<Match<'m>> {
        let pair = Pair::new(x, y);
        self.matches.of(pair).or_else(|| self.measured.of(pair))
    }

    /// The share of the shorter text that two documents have in common; 0 when they were found strangers.
    fn held(&self, x: DocId, y: DocId) -> f32 {
        self.between(x, y).filter(|m| !matches!(m.kind, Kind::CommonSource)).map_or(0.0, |m| m.held())
    }

    /// The member whose reprint matches within the component weigh most.
    fn medoid(&self, members: &[DocId], order: &(dyn Fn(DocId) -> u64 + Sync)) -> DocId {
        let weight = |doc: DocId| -> u64 {
            let within = self.of(doc).filter(|m| members.binary_search(&m.other(doc)).is_ok());
            within.map(|m| (m.jaccard * 1000.0) as u64 + (m.held() * 1000.0) as u64).sum()
        };
        members.iter().copied().max_by_key(|&doc| (weight(doc), order(doc))).unwrap_or(members[0])
    }

    /// Pairs of a medoid and a member that nobody has measured yet.
    fn missing(&self, chosen: &[(Vec<DocId>, DocId)]) -> Vec<Pair> {
        let each = chosen.par_iter().flat_map_iter(|(members, medoid)| {
            let unmeasured = members.iter().filter(|&&doc| doc != *medoid && self.between(*medoid, doc).is_none());
            unmeasured.map(|&doc| Pair::new(*medoid, doc))
        });
        let mut pairs: Vec<Pair> = each.collect();
        pairs.par_sort_unstable();
        pairs
    }

    /// Connected components among some members.
    fn components_within(&self, members: &[DocId]) -> Vec<Vec<DocId>> {
        let place = |doc: DocId| members.binary_search(&doc).ok();
        let mut union = UnionFind::new(members.len());
        for &doc in members {
            for m in self.of(doc) {
                if let (Some(x), Some(y)) = (place(m.pair.a), place(m.pair.b)) {
                    union.join(x as u32, y as u32);
                }
            }
        }
        union.groups().into_iter().map(|group| group.into_iter().map(|k| members[k.index()]).collect()).collect()
    }

    fn describe(&self, members: Vec<DocId>, medoid: DocId) -> Cluster {
        let others = members.iter().filter(|&&doc| doc != medoid);
        let held: Vec<f32> = others.map(|&doc| self.held(medoid, doc)).collect();
        let mean = held.iter().sum::<f32>() / held.len() as f32;
        let least = held.iter().copied().fold(1.0, f32::min);
        Cluster { members, medoid, least_held: least, mean_held: mean }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::{Span, UnitRange};
    use crate::verify::Passage;
    use std::ops::Range;

    /// A passage of equal units.
    pub(super) fn passage(a_units: Range<u32>, b_units: Range<u32>) -> Passage {
        let matched = a_units.len() as u32;
        let [a_units, b_units] = [a_units, b_units].map(|units| UnitRange { start: units.start, end: units.end });
        Passage { a: Span { start: 0, end: 0 }, b: Span { start: 0, end: 0 }, a_units, b_units, matched }
    }

    /// Two documents of so many units that share `passages`.
    pub(super) fn shared(a: u32, b: u32, units: [u32; 2], passages: Vec<Passage>) -> Match<'static> {
        let matched: u32 = passages.iter().map(|p| p.matched).sum();
        let aligned = units.map(|units| matched as f32 / units as f32);
        Match {
            pair: Pair { a: DocId(a), b: DocId(b) },
            jaccard: 0.5,
            containment: aligned,
            aligned,
            figures_kept: 0,
            figures_changed: 0,
            units,
            passages: passages.into(),
            kind: Kind::Passage,
        }
    }

    #[test]
    fn a_text_that_many_quote_is_contained_in_those_that_quote_it() {
        // Document 3 is the text; 0, 1 and 2 are articles that quote it, each after words of its own.
        let quoted = |doc: u32| shared(doc, 3, [500, 100], vec![passage(100..190, 0..90)]);
        let both = |a: u32, b: u32| shared(a, b, [500, 500], vec![passage(100..190, 100..190)]);
        let all = [both(0, 1), both(0, 2), quoted(0), both(1, 2), quoted(1), quoted(2)];
        let scratch = Scratch::default();
        let mut matches = Matches::gather(all.into_iter(), &scratch).unwrap();
        common_source::mark(&mut matches, 4, &scratch).unwrap();
        let kinds: Vec<Kind> = matches.iter().map(|m| m.kind).collect();
        let (c, e) = (Kind::CommonSource, Kind::Contained);
        assert_eq!(kinds, [c, c, e, c, e, e]);
    }
}
