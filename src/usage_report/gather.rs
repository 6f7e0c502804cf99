//! From an output folder to the use of one outlet's articles.

use super::{CopyOf, OutletArticle, OutletPage, UseSheet};
use crate::error::Result;
use crate::output_folder::{OutFolder, Pairing};
use crate::records::{ClusterRecord, MemberRecord};
use crate::storage::UnionFind;
use crate::verify::Kind;
use rustc_hash::{FxHashMap, FxHashSet};
use std::cmp::Reverse;

/// Gathers the sheet of `outlet`, a name that the run knows.
pub(super) fn sheet(out: &OutFolder, outlet: String) -> Result<UseSheet> {
    let ours = pages(out, |page| page.outlet.as_deref() == Some(&outlet))?;
    let sets = sets(out, &outlet, &ours)?;
    let overlaps = CopyOverlaps::read(out, &sets, &ours)?;
    let mut wanted: FxHashSet<&str> = sets.iter().flat_map(|set| &set.members).map(|m| m.id.as_str()).collect();
    wanted.extend(overlaps.inside.iter().map(|inside| inside.page.as_str()));
    let others = pages(out, |page| wanted.contains(page.id.as_str()))?;
    let gatherer = Gatherer { outlet: &outlet, ours: &ours, others: &others, overlaps: &overlaps };
    let (mut own, mut passed_on) = (Vec::new(), Vec::new());
    for set in &sets {
        if gatherer.began_here(set) { own.push(gatherer.own(set)) } else { passed_on.extend(gatherer.passed_on(set)) }
    }
    let inside = gatherer.inside();
    let [own, passed_on, inside] = [own, passed_on, inside].map(in_order);
    Ok(UseSheet { outlet, run: out.run().clone(), own, passed_on, inside })
}

/// The pages that `wanted` says, by id.
fn pages(out: &OutFolder, wanted: impl Fn(&OutletPage) -> bool) -> Result<FxHashMap<String, OutletPage>> {
    let mut found = FxHashMap::default();
    out.each_line("documents.jsonl", |line, at| {
        let page: OutletPage = out.parse("documents.jsonl", line, at)?;
        if wanted(&page) {
            found.insert(page.id.clone(), page);
        }
        Ok(true)
    })?;
    Ok(found)
}

/// The reprint sets that began with the outlet, or that it has a page in.
fn sets(out: &OutFolder, outlet: &str, ours: &FxHashMap<String, OutletPage>) -> Result<Vec<ClusterRecord>> {
    let mut sets = Vec::new();
    out.each_line("clusters.jsonl", |line, at| {
        let set: ClusterRecord = out.parse("clusters.jsonl", line, at)?;
        let began = set.origin.as_ref().is_some_and(|origin| origin.outlet.as_deref() == Some(outlet));
        if began || set.members.iter().any(|member| ours.contains_key(&member.id)) {
            sets.push(set);
        }
        Ok(true)
    })?;
    Ok(sets)
}

/// An article of the outlet inside a longer one.
struct Inside {
    article: String,
    page: String,
    share: f64,
}

/// How much pages of the sets have of one another. Of pages with equal bodies a run measures one against the rest, so
/// pages are looked up by their body.
struct CopyOverlaps {
    numbers: FxHashMap<String, u32>,
    bodies: Vec<u32>,
    /// Share of the first body that is in the second.
    shares: FxHashMap<(u32, u32), f64>,
    inside: Vec<Inside>,
}

impl CopyOverlaps {
    fn read(out: &OutFolder, sets: &[ClusterRecord], ours: &FxHashMap<String, OutletPage>) -> Result<Self> {
        let mut numbers: FxHashMap<String, u32> = FxHashMap::default();
        for member in sets.iter().flat_map(|set| &set.members) {
            let number = numbers.len() as u32;
            numbers.entry(member.id.clone()).or_insert(number);
        }
        let mut union = UnionFind::new(numbers.len());
        let (mut measured, mut inside) = (Vec::new(), Vec::new());
        out.each_line("matches.jsonl", |line, at| {
            let pair: Pairing = out.parse("matches.jsonl", line, at)?;
            if let (Some(&a), Some(&b)) = (numbers.get(&pair.a), numbers.get(&pair.b)) {
                if pair.containment_a == 1.0 && pair.containment_b == 1.0 {
                    union.join(a, b);
                }
                measured.push((a, b, pair.containment_a, pair.containment_b));
            }
            if pair.kind == Kind::Contained {
                inside.extend(contained(pair, ours));
            }
            Ok(true)
        })?;
        let bodies: Vec<u32> = (0..numbers.len() as u32).map(|number| union.root(number)).collect();
        let mut shares = FxHashMap::default();
        for (a, b, in_b, in_a) in measured {
            let (a, b) = (bodies[a as usize], bodies[b as usize]);
            shares.insert((a, b), in_b);
            shares.insert((b, a), in_a);
        }
        Ok(CopyOverlaps { numbers, bodies, shares, inside })
    }

    /// Share of the text of `article` that is on `page`.
    fn share(&self, article: &str, page: &str) -> Option<f64> {
        let body = |id| Some(self.bodies[*self.numbers.get(id)? as usize]);
        let (article, page) = (body(article)?, body(page)?);
        if article == page { Some(1.0) } else { self.shares.get(&(article, page)).copied() }
    }
}

/// The shorter text of a pair, if it is an article of the outlet, inside the longer one, if that is not.
fn contained(pair: Pairing, ours: &FxHashMap<String, OutletPage>) -> Option<Inside> {
    let (article, page, share) = match pair.containment_a >= pair.containment_b {
        true => (pair.a, pair.b, pair.containment_a),
        false => (pair.b, pair.a, pair.containment_b),
    };
    let stands = ours.contains_key(&article) && !ours.contains_key(&page);
    stands.then_some(Inside { article, page, share })
}

/// What articles are put together from.
struct Gatherer<'d> {
    outlet: &'d str,
    ours: &'d FxHashMap<String, OutletPage>,
    others: &'d FxHashMap<String, OutletPage>,
    overlaps: &'d CopyOverlaps,
}

impl Gatherer<'_> {
    fn began_here(&self, set: &ClusterRecord) -> bool {
        set.origin.as_ref().is_some_and(|origin| match &origin.document {
            Some(id) => self.ours.contains_key(id),
            None => origin.outlet.as_deref() == Some(self.outlet),
        })
    }

    /// An article that began with the outlet: all others of its set are copies.
    fn own(&self, set: &ClusterRecord) -> OutletArticle {
        let origin = set.origin.as_ref();
        let page = origin.and_then(|origin| self.ours.get(origin.document.as_ref()?)).cloned();
        let copies = set.members.iter().filter_map(|member| self.copy(page.as_ref(), member)).collect();
        let title = page.as_ref().and_then(|page| page.title.clone()).or_else(|| set.title.clone());
        OutletArticle { page, title, probability: origin.map(|origin| origin.probability), copies }
    }

    /// An article that did not begin with the outlet: the copies whose line of parents leads to a page of it.
    fn passed_on(&self, set: &ClusterRecord) -> Vec<OutletArticle> {
        let parents: FxHashMap<&str, &str> =
            set.members.iter().filter_map(|m| Some((m.id.as_str(), m.parent.as_deref()?))).collect();
        let source = |member: &MemberRecord| {
            let line = std::iter::successors(member.parent.as_deref(), |id| parents.get(id).copied());
            line.take(set.members.len()).find_map(|id| self.ours.get(id))
        };
        let mut articles: FxHashMap<&str, OutletArticle> = FxHashMap::default();
        for member in &set.members {
            let Some(page) = source(member) else { continue };
            let Some(copy) = self.copy(Some(page), member) else { continue };
            let title = page.title.clone().or_else(|| set.title.clone());
            let article = OutletArticle { page: Some(page.clone()), title, probability: None, copies: Vec::new() };
            articles.entry(&page.id).or_insert(article).copies.push(copy);
        }
        articles.into_values().collect()
    }

    /// The articles of the outlet that are inside longer ones.
    fn inside(&self) -> Vec<OutletArticle> {
        let mut articles: FxHashMap<&str, OutletArticle> = FxHashMap::default();
        for Inside { article, page, share } in &self.overlaps.inside {
            let (Some(ours), Some(page)) = (self.ours.get(article), self.others.get(page)) else { continue };
            let (title, page) = (ours.title.clone(), page.clone());
            let copy = CopyOf { page, share: Some(*share), relation: None, parent_probability: None, credit: None };
            let article = OutletArticle { page: Some(ours.clone()), title, probability: None, copies: Vec::new() };
            articles.entry(&ours.id).or_insert(article).copies.push(copy);
        }
        articles.into_values().collect()
    }

    /// A member of a set as a copy of an article; none for the outlet's own pages.
    fn copy(&self, article: Option<&OutletPage>, member: &MemberRecord) -> Option<CopyOf> {
        let page = self.others.get(&member.id).filter(|page| !self.ours.contains_key(&page.id))?;
        Some(CopyOf {
            page: page.clone(),
            share: article.and_then(|article| self.overlaps.share(&article.id, &member.id)),
            relation: member.relation,
            parent_probability: member.parent_probability,
            credit: member.credit.clone(),
        })
    }
}

/// The most copied first; copies by their time as it is written. Articles that nobody else ran are left out.
fn in_order(mut articles: Vec<OutletArticle>) -> Vec<OutletArticle> {
    articles.retain(|article| !article.copies.is_empty());
    for article in &mut articles {
        let key = |copy: &CopyOf| (copy.page.published.is_none(), copy.page.published.clone(), copy.page.id.clone());
        article.copies.sort_by_cached_key(key);
    }
    let page = |article: &OutletArticle| article.page.as_ref().map(|page| page.id.clone());
    articles.sort_by_cached_key(|article| (Reverse(article.copies.len()), page(article), article.title.clone()));
    articles
}
