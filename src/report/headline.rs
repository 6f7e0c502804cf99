//! The headline of a reprint set.

use crate::attribution::folded;
use crate::clean::Region;
use crate::cluster::Cluster;
use crate::origin::{Lineage, Source};
use crate::pipeline::Findings;
use crate::types::DocId;
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// Letters, digits and Han of a headline that says something.
const LEAST: usize = 4;
/// Members whose titles are compared.
const MEMBERS: usize = 64;
/// Characters of a first line that stands in for a headline.
const FIRST_LINE: usize = 60;

/// The best headline of a set: that of the page that is its origin, else the one that most members have, else a line of a
/// page that looks like one, else the article's first line. A site's name is no headline. `None` when no page has words.
pub(super) fn of_set(findings: &Findings, cluster: &Cluster, lineage: Option<&Lineage>) -> Option<String> {
    let origin = lineage.and_then(|lineage| match lineage.origin {
        Source::Document(doc) => Some(doc),
        Source::Outside(_) | Source::Unknown => None,
    });
    let first_seen = lineage.and_then(|lineage| lineage.first_seen);
    let is_there = |doc: &DocId| !findings.pages.corpus.is_gone(*doc);
    let medoid = [cluster.medoid].iter().chain(&cluster.members).copied().find(is_there);
    let nearest = || [origin, first_seen, medoid].into_iter().flatten();
    origin
        .and_then(|doc| of_page(findings, doc))
        .or_else(|| commonest(findings, &cluster.members))
        .or_else(|| nearest().find_map(|doc| line(findings, doc, Region::Headline)))
        .or_else(|| nearest().find_map(|doc| line(findings, doc, Region::Body)))
}

/// The headline of a page.
pub(super) fn of_page(findings: &Findings, doc: DocId) -> Option<String> {
    title(findings, doc).or_else(|| line(findings, doc, Region::Headline))
}

/// The title that most members have; of equals the one of the page of least order.
fn commonest(findings: &Findings, members: &[DocId]) -> Option<String> {
    let corpus = findings.pages.corpus;
    let mut members: Vec<DocId> = members.to_vec();
    members.sort_by_cached_key(|&doc| corpus.order(doc));
    let mut titles: BTreeMap<String, (usize, Reverse<usize>, String)> = BTreeMap::new();
    for (place, &doc) in members.iter().take(MEMBERS).enumerate() {
        if let Some(title) = title(findings, doc) {
            titles.entry(folded(&title)).or_insert((0, Reverse(place), title)).0 += 1;
        }
    }
    titles.into_values().max().map(|(.., title)| title)
}

/// A page's title, if it says something; none of a page that is gone.
fn title(findings: &Findings, doc: DocId) -> Option<String> {
    if findings.pages.corpus.is_gone(doc) {
        return None;
    }
    findings.pages.corpus.with_doc(doc, |raw| {
        let title = raw.title.as_deref()?;
        says_something(findings, title).then(|| title.trim().to_owned())
    })
}

/// A page's first line of a region that says something, cut where it is long.
fn line(findings: &Findings, doc: DocId, region: Region) -> Option<String> {
    if findings.pages.corpus.is_gone(doc) {
        return None;
    }
    findings.pages.read(doc, |raw, clean| {
        let lines = clean.lines_of(region).map(|line| line.span.of(&raw.text).trim());
        lines.into_iter().find(|line| says_something(findings, line)).map(|line| super::shortened(line, FIRST_LINE))
    })
}

fn says_something(findings: &Findings, title: &str) -> bool {
    let letters = folded(title);
    let long = letters.chars().count() >= LEAST && letters.chars().any(char::is_alphabetic);
    long && !findings.pages.outlets.knows(title)
}
