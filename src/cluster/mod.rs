//! Group copies without chaining strangers.

pub(crate) mod articles;
pub(crate) mod compilation;
mod constraints;
pub(crate) mod coverage;
mod numbers;
mod parts;
mod strays;

pub use compilation::Compilation;

use crate::candidates::Pair;
use crate::error::Result;
use crate::storage::UnionFind;
use crate::storage::{Column, Scratch};
use crate::types::DocId;
use crate::verify::{Kind, Match, Matches};
use coverage::Coverage;
use rayon::prelude::*;
use rustc_hash::FxHashMap;

/// A set of reprints of one article.
#[derive(Clone, Debug, PartialEq)]
pub struct Cluster {
    /// Its members by document.
    pub members: Vec<DocId>,
    /// The member that shares most with the others.
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

/// Documents grouped under one of them.
pub(crate) struct Group {
    /// By document.
    pub members: Vec<DocId>,
    /// The member that the others are compared with.
    pub medoid: DocId,
}

/// What grouping asks of a corpus and a run.
pub(crate) struct Setting<'s> {
    /// How many documents there are.
    pub documents: usize,
    /// A number of a document that does not depend on its place in the input.
    pub order: &'s (dyn Fn(DocId) -> u64 + Sync),
    /// From this probability on two documents carry the same article.
    pub same_article: f32,
    /// What people say of pairs: whether the two carry the same article.
    pub verdicts: &'s FxHashMap<Pair, bool>,
    /// Measures pairs that nobody has measured yet.
    pub measure: &'s dyn Fn(&[Pair]) -> Result<Matches>,
    pub scratch: &'s Scratch,
}

/// Groups documents by their matches. `matches` is sorted by pair and comes back sorted and decided anew, for whether two
/// pages carry the same article depends on how many other articles share their passages; with those that had to be
/// measured on the way.
///
/// A member must more likely than not carry the same article as its cluster's medoid, and as most members that it was
/// compared with: connected components are only a start, since one stray edge joins strangers. In every component the
/// member that others share most with becomes the medoid; those that belong to it stay, and the rest is grouped again
/// among themselves. Then parts join the wholes, and lone pages the group of which they are copies of several members.
/// Pages put together from several articles are members of none.
pub(crate) fn cluster(matches: &mut Matches, setting: &Setting) -> Result<Clusters> {
    measure_verdicts(matches, setting)?;
    let articles = articles::articles(matches, setting.documents);
    let coverage = Coverage::new(matches, &articles, setting.scratch)?;
    let (same_article, verdicts) = (setting.same_article, setting.verdicts);
    *matches = std::mem::take(matches).decided(setting.scratch, |m| {
        let apart = articles[m.pair.a.index()] != articles[m.pair.b.index()];
        let (spread, verdict) = (coverage.spread(&m, apart), verdicts.get(&m.pair));
        Match { spread, ..m }.judged(same_article).obeying(verdict)
    })?;
    let articles = numbered_by_order(articles, setting.order);
    let compilations = compilation::find(matches, &articles, setting.order, setting.scratch)?;
    let list = group(matches, &compilations, setting)?;
    Ok(Clusters { list, compilations })
}

/// Measures the pairs that people judged and no road to candidates proposed.
fn measure_verdicts(matches: &mut Matches, setting: &Setting) -> Result<()> {
    let mut missing: Vec<Pair> = setting.verdicts.keys().copied().filter(|&pair| matches.of(pair).is_none()).collect();
    if missing.is_empty() {
        return Ok(());
    }
    missing.sort_unstable();
    *matches = std::mem::take(matches).merged(&(setting.measure)(&missing)?, setting.scratch)?;
    Ok(())
}

/// The second half of [`cluster`], when the matches are decided and the compilations known.
pub(crate) fn group(matches: &mut Matches, compilations: &[Compilation], setting: &Setting) -> Result<Vec<Cluster>> {
    let Setting { documents, order, same_article, verdicts, scratch, .. } = *setting;
    let mut is_compilation = vec![false; documents];
    compilations.iter().for_each(|c| is_compilation[c.doc.index()] = true);
    let measure = |pairs: &[Pair]| {
        let found = if pairs.is_empty() { Matches::default() } else { (setting.measure)(pairs)? };
        found.decided(scratch, |m| {
            let verdict = verdicts.get(&m.pair);
            m.judged(same_article).obeying(verdict)
        })
    };
    let (mut groups, measured) = wholes(matches, &is_compilation, setting, &measure)?;
    parts::join(&mut groups, matches, &is_compilation, order);
    strays::join(&mut groups, matches, &is_compilation, order);
    constraints::obey(&mut groups, verdicts, matches, order);
    if measured.iter().any(|found| !found.is_empty()) {
        let measured = Matches::gather(measured.iter().flat_map(Matches::iter), scratch)?;
        *matches = std::mem::take(matches).merged(&measured, scratch)?;
    }
    groups.sort_by_cached_key(|group| group.members.iter().map(|&doc| order(doc)).min());
    Ok(described(matches, groups))
}

/// Groups the documents that carry the same article whole, and what had to be measured for it.
fn wholes(
    matches: &Matches,
    is_compilation: &[bool],
    setting: &Setting,
    measure: &dyn Fn(&[Pair]) -> Result<Matches>,
) -> Result<(Vec<Group>, Vec<Matches>)> {
    let mut union = components(matches, setting.documents, is_compilation);
    let places = Places::new(matches, &mut union, setting)?;
    let mut pending = union.groups();
    let mut done = Vec::new();
    let representatives = places.representatives(matches, setting.documents);
    let (representatives, measured) = (representatives.as_slice(), &Matches::default());
    let graph = Graph { matches, places: &places, representatives, measured };
    // What had to be measured tells of medoids and their members alone, so no later round asks for it.
    let mut measured = Vec::new();
    while !pending.is_empty() {
        let with_medoid = |members: Vec<DocId>| {
            let medoid = graph.medoid(&members, setting.order);
            Group { members, medoid }
        };
        let chosen: Vec<Group> = pending.into_par_iter().map(with_medoid).collect();
        let found = measure(&graph.missing(&chosen))?;
        let graph = Graph { measured: &found, ..graph };
        let settled: Vec<(Option<Group>, Vec<Vec<DocId>>)> =
            chosen.into_par_iter().map(|group| graph.settle(group)).collect();
        pending = Vec::new();
        for (group, rest) in settled {
            done.extend(group);
            pending.extend(rest);
        }
        measured.push(found);
    }
    Ok((done, measured))
}

/// The clusters of these groups: how well they match.
pub(crate) fn described(matches: &Matches, groups: Vec<Group>) -> Vec<Cluster> {
    let describe = |Group { members, medoid }: Group| {
        let others = members.iter().filter(|&&doc| doc != medoid);
        let shared = |&doc: &DocId| matches.of(Pair::new(medoid, doc)).map_or(0.0, |m| m.containment_of_shorter());
        let shares: Vec<f32> = others.map(shared).collect();
        let mean = shares.iter().sum::<f32>() / shares.len() as f32;
        let least = shares.iter().copied().fold(1.0, f32::min);
        Cluster { members, medoid, least_held: least, mean_held: mean }
    };
    groups.into_par_iter().map(describe).collect()
}

/// The same articles under numbers that do not depend on where their documents are in the input.
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

/// Connected components over reprint matches.
fn components(matches: &Matches, documents: usize, left_out: &[bool]) -> UnionFind {
    let mut union = UnionFind::new(documents);
    let joins = |m: &Match| m.kind == Kind::Reprint && !left_out[m.pair.a.index()] && !left_out[m.pair.b.index()];
    for m in matches.iter().filter(joins) {
        union.join(m.pair.a.0, m.pair.b.0);
    }
    union
}

/// Where the matches of each document with others of its component are.
struct Places {
    /// Places of matches, document by document.
    places: Column<u32>,
    /// Where each document's end.
    ends: Vec<u64>,
}

impl Places {
    fn new(matches: &Matches, components: &mut UnionFind, setting: &Setting) -> Result<Self> {
        let scratch = setting.scratch;
        let mut of_docs = scratch.sorter::<[u32; 2]>();
        for (at, place) in (0..matches.len()).zip(0..) {
            let pair = matches.pair(at);
            if components.root(pair.a.0) == components.root(pair.b.0) {
                of_docs.push([pair.a.0, place])?;
                of_docs.push([pair.b.0, place])?;
            }
        }
        let mut ends = vec![0u64; setting.documents];
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
        carry_on(&mut ends);
        Ok(Places { places: places.finish()?, ends })
    }

    fn of(&self, doc: DocId) -> &[u32] {
        let start = if doc.0 == 0 { 0 } else { self.ends[doc.index() - 1] };
        &self.places[start as usize..self.ends[doc.index()] as usize]
    }

    /// For each document the one of equal body that was compared with others for it; most often the document itself.
    fn representatives(&self, matches: &Matches, documents: usize) -> Vec<DocId> {
        let of_doc = |doc: DocId| {
            let own = self.of(doc);
            let other = |at: usize| {
                let Pair { a, b } = matches.pair(at);
                if a == doc { b } else { a }
            };
            let mut equal = own.iter().map(|&at| at as usize).filter(|&at| matches.get(at).is_equal()).map(other);
            equal.find(|&other| self.of(other).len() > own.len()).unwrap_or(doc)
        };
        (0..documents as u32).into_par_iter().map(DocId).map(of_doc).collect()
    }
}

/// Lets the rows of a document that has none, whose end is 0, end where those of the one before it do.
fn carry_on(ends: &mut [u64]) {
    let mut last = 0;
    for end in ends {
        last = last.max(*end);
        *end = last;
    }
}

/// Matches by document.
#[derive(Clone, Copy)]
struct Graph<'m> {
    matches: &'m Matches,
    places: &'m Places,
    /// See [`Places::representatives`].
    representatives: &'m [DocId],
    /// Matches of medoids and members that were measured for this round.
    measured: &'m Matches,
}

impl<'m> Graph<'m> {
    /// The matches of a document with others of its component.
    fn of(&self, doc: DocId) -> impl Iterator<Item = Match<'m>> {
        let matches = self.matches;
        self.places.of(doc).iter().map(move |&k| matches.get(k as usize))
    }

    fn between(&self, x: DocId, y: DocId) -> Option<Match<'m>> {
        let pair = Pair::new(x, y);
        self.matches.of(pair).or_else(|| self.measured.of(pair))
    }

    fn representative(&self, doc: DocId) -> DocId {
        self.representatives[doc.index()]
    }

    /// The members that belong to the medoid, if there are any but itself, and the others in components.
    fn settle(&self, Group { members, medoid }: Group) -> (Option<Group>, Vec<Vec<DocId>>) {
        // Found once: it takes a look at every match of the medoid, which may be a copy of all members.
        let centre = self.representative(medoid);
        let is_near = |doc: DocId| {
            let own = self.representative(doc);
            doc == medoid || own == centre || self.between(centre, own).is_some_and(|m| m.is_same_article())
        };
        let near: Vec<DocId> = members.iter().copied().filter(|&doc| is_near(doc)).collect();
        let stays = |doc: DocId| {
            let place = |doc: DocId| near.binary_search(&doc);
            place(doc).is_ok() && (doc == medoid || self.agrees(doc, &near))
        };
        let (stay, rest): (Vec<DocId>, Vec<DocId>) = members.into_iter().partition(|&doc| stays(doc));
        let rest = self.components_within(&rest);
        ((stay.len() > 1).then_some(Group { members: stay, medoid }), rest)
    }

    /// True when a document carries the same article as most of these members that it was compared with.
    fn agrees(&self, doc: DocId, members: &[DocId]) -> bool {
        let within = self.of(doc).filter(|m| members.binary_search(&m.other(doc)).is_ok());
        within.map(|m| if m.is_same_article() { 1 } else { -1 }).sum::<i32>() >= 0
    }

    /// The member whose reprint matches within the component weigh most.
    fn medoid(&self, members: &[DocId], order: &(dyn Fn(DocId) -> u64 + Sync)) -> DocId {
        let weight = |doc: DocId| -> u64 {
            let joins = |m: &Match| m.kind == Kind::Reprint && members.binary_search(&m.other(doc)).is_ok();
            let within = self.of(doc).filter(joins);
            within.map(|m| (m.jaccard * 1000.0) as u64 + (m.containment_of_shorter() * 1000.0) as u64).sum()
        };
        members.iter().copied().max_by_key(|&doc| (weight(doc), order(doc))).unwrap_or(members[0])
    }

    /// Pairs of a medoid and a member that nobody has measured yet.
    fn missing(&self, chosen: &[Group]) -> Vec<Pair> {
        let each = chosen.par_iter().flat_map_iter(|Group { members, medoid }| {
            let medoid = self.representative(*medoid);
            let others = members.iter().map(|&doc| self.representative(doc)).filter(move |&doc| doc != medoid);
            others.filter(move |&doc| self.between(medoid, doc).is_none()).map(move |doc| Pair::new(medoid, doc))
        });
        let mut pairs: Vec<Pair> = each.collect();
        pairs.par_sort_unstable();
        pairs.dedup();
        pairs
    }

    /// Connected components among some members.
    fn components_within(&self, members: &[DocId]) -> Vec<Vec<DocId>> {
        let place = |doc: DocId| members.binary_search(&doc).ok();
        let mut union = UnionFind::new(members.len());
        for &doc in members {
            for m in self.of(doc).filter(|m| m.kind == Kind::Reprint) {
                if let (Some(x), Some(y)) = (place(m.pair.a), place(m.pair.b)) {
                    union.join(x as u32, y as u32);
                }
            }
        }
        union.groups().into_iter().map(|group| group.into_iter().map(|k| members[k.index()]).collect()).collect()
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::types::{Span, UnitRange};
    use crate::verify::Passage;
    use std::ops::Range;

    /// A passage of equal units.
    pub(crate) fn passage(a_units: Range<u32>, b_units: Range<u32>) -> Passage {
        let matched = a_units.len() as u32;
        let [a_units, b_units] = [a_units, b_units].map(|units| UnitRange { start: units.start, end: units.end });
        Passage { a: Span { start: 0, end: 0 }, b: Span { start: 0, end: 0 }, a_units, b_units, matched }
    }

    /// Two documents of so many units that share `passages`.
    pub(crate) fn shared(a: u32, b: u32, units: [u32; 2], passages: Vec<Passage>) -> Match<'static> {
        let matched: u32 = passages.iter().map(|p| p.matched).sum();
        let aligned = units.map(|units| matched as f32 / units as f32);
        Match {
            pair: Pair { a: DocId(a), b: DocId(b) },
            jaccard: 0.5,
            containment: aligned,
            aligned,
            figures_kept: 0,
            figures_changed: 0,
            replaced: 0,
            replaced_words: 0,
            longest_run: 0,
            words: [0; 2],
            title_outside: 0.5,
            same_title: false,
            refilled_title: false,
            units,
            passages: passages.into(),
            spread: Default::default(),
            probability: 0.0,
            kind: Kind::Passage,
        }
    }

    /// The clusters of matches that are decided.
    fn grouped(found: &[Match], documents: usize) -> Vec<Vec<u32>> {
        let scratch = Scratch::default();
        let mut matches = Matches::gather(found.iter().cloned(), &scratch).unwrap();
        let setting = Setting {
            documents,
            order: &|doc| doc.0.into(),
            same_article: 0.5,
            verdicts: &FxHashMap::default(),
            measure: &|_| Ok(Matches::default()),
            scratch: &scratch,
        };
        let list = group(&mut matches, &[], &setting).unwrap();
        list.iter().map(|cluster| cluster.members.iter().map(|doc| doc.0).collect()).collect()
    }

    fn decided(a: u32, b: u32, kind: Kind) -> Match<'static> {
        let probability = if kind == Kind::Reprint { 0.9 } else { 0.1 };
        Match { kind, probability, ..shared(a, b, [100, 100], vec![passage(0..90, 0..90)]) }
    }

    #[test]
    fn a_stray_edge_does_not_join_two_articles() {
        // 2 is like 3, the medoid of the second; the others are like nobody of the other article.
        let copies = [(0, 1), (0, 2), (1, 2), (3, 4), (3, 5), (4, 5)];
        let mut found: Vec<Match> = copies.iter().map(|&(a, b)| decided(a, b, Kind::Reprint)).collect();
        found.push(decided(2, 3, Kind::Reprint));
        assert_eq!(grouped(&found, 6), [vec![0, 1], vec![2, 3, 4, 5]]);
    }

    #[test]
    fn a_member_must_agree_with_most_that_it_was_compared_with() {
        let copies = [(0, 1), (0, 2), (0, 3), (1, 2), (1, 3), (2, 3), (0, 4)];
        let mut found: Vec<Match> = copies.iter().map(|&(a, b)| decided(a, b, Kind::Reprint)).collect();
        found.extend([1, 2, 3].map(|doc| decided(doc, 4, Kind::Passage)));
        assert_eq!(grouped(&found, 5), [[0, 1, 2, 3]]);
    }
}
