//! Who runs whose copy: outlets, and pairs of them.

use super::records::{OutletPairRecord, OutletRecord, rounded};
use crate::origin::CreditGiven;
use crate::pipeline::Findings;
use crate::talking_points::significance::false_discovery;
use crate::types::DocId;
use rustc_hash::{FxHashMap, FxHashSet};

#[derive(Default)]
struct Tally {
    pages: u32,
    originals: u32,
    copies: u32,
    credited: u32,
    uncredited: u32,
    lags: Vec<i64>,
}

/// Tables of outlets and of pairs, by name.
pub(super) fn tables(findings: &Findings) -> (Vec<OutletRecord>, Vec<OutletPairRecord>) {
    let pages = &findings.pages;
    let outlet = |doc: DocId| pages.outlet(doc).map(|o| o.outlet);
    let lag = |from: DocId, to: DocId| {
        Some((findings.times[to.index()]?.seconds - findings.times[from.index()]?.seconds) / 60)
    };
    let mut tallies: FxHashMap<u32, Tally> = FxHashMap::default();
    for doc in (0..pages.corpus.len() as u32).map(DocId) {
        if let Some(o) = outlet(doc) {
            tallies.entry(o).or_default().pages += 1;
        }
    }
    let mut arrows: FxHashMap<(u32, u32), (u32, Vec<i64>)> = FxHashMap::default();
    for copy in findings.lineages.iter().flat_map(|l| &l.copies) {
        let Some(to) = outlet(copy.doc) else { continue };
        let tally = tallies.entry(to).or_default();
        match copy.credit {
            None => tally.originals += 1,
            Some((CreditGiven::Given, _)) => (tally.copies, tally.credited) = (tally.copies + 1, tally.credited + 1),
            Some(_) => (tally.copies, tally.uncredited) = (tally.copies + 1, tally.uncredited + 1),
        }
        if let Some(parent) = copy.parent {
            let minutes = lag(parent, copy.doc);
            tally.lags.extend(minutes);
            if let Some(from) = outlet(parent).filter(|&from| from != to) {
                let arrow = arrows.entry((from, to)).or_default();
                arrow.0 += 1;
                arrow.1.extend(minutes);
            }
        }
    }
    let shared = shared_points(findings);
    let mut outlets: Vec<OutletRecord> = tallies.iter().map(|(&o, t)| record(pages.outlets.name(o), t)).collect();
    outlets.sort_by(|x, y| x.outlet.cmp(&y.outlet));
    (outlets, pairs(findings, arrows, &shared))
}

fn record(name: &str, tally: &Tally) -> OutletRecord {
    OutletRecord {
        outlet: name.to_owned(),
        pages: tally.pages,
        originals: tally.originals,
        copies: tally.copies,
        credited: tally.credited,
        uncredited: tally.uncredited,
        median_lag_minutes: median(tally.lags.clone()),
    }
}

fn median(mut values: Vec<i64>) -> Option<i64> {
    values.sort_unstable();
    values.get(values.len() / 2).copied()
}

/// How many talking points two outlets share, the lesser number first, as far as the examples show.
fn shared_points(findings: &Findings) -> FxHashMap<(u32, u32), u32> {
    let mut shared = FxHashMap::default();
    for point in &findings.points {
        let outlets: FxHashSet<u32> =
            point.examples.iter().filter_map(|&(doc, _)| findings.pages.outlet(doc)).map(|o| o.outlet).collect();
        let mut outlets: Vec<u32> = outlets.into_iter().collect();
        outlets.sort_unstable();
        for (k, &y) in outlets.iter().enumerate() {
            outlets[..k].iter().for_each(|&x| *shared.entry((x, y)).or_default() += 1);
        }
    }
    shared
}

/// Pairs with at least one reprint. `expected` is what the volumes of both explain, if who copies and who is
/// copied were independent; the q-value (Benjamini and Hochberg 1995) comes from the Poisson tail above it.
fn pairs(
    findings: &Findings,
    arrows: FxHashMap<(u32, u32), (u32, Vec<i64>)>,
    shared: &FxHashMap<(u32, u32), u32>,
) -> Vec<OutletPairRecord> {
    let all: f64 = arrows.values().map(|a| f64::from(a.0)).sum();
    let (mut gives, mut takes): (FxHashMap<u32, f64>, FxHashMap<u32, f64>) = Default::default();
    for (&(from, to), &(count, _)) in &arrows {
        *gives.entry(from).or_default() += f64::from(count);
        *takes.entry(to).or_default() += f64::from(count);
    }
    let name = |o: u32| findings.outlets().name(o).to_owned();
    let mut pairs: Vec<OutletPairRecord> = arrows
        .into_iter()
        .map(|((from, to), (reprints, lags))| {
            let expected = gives[&from] * takes[&to] / all;
            OutletPairRecord {
                from: name(from),
                to: name(to),
                reprints,
                talking_points: shared.get(&(from.min(to), from.max(to))).copied().unwrap_or(0),
                expected: rounded(expected, 3),
                q_value: poisson_tail(reprints, expected),
                median_lag_minutes: median(lags),
            }
        })
        .collect();
    pairs.sort_by(|x, y| (&x.from, &x.to).cmp(&(&y.from, &y.to)));
    let chances: Vec<f64> = pairs.iter().map(|pair| pair.q_value).collect();
    let shares = false_discovery(&chances, chances.len() as u64);
    pairs.iter_mut().zip(shares).for_each(|(pair, share)| pair.q_value = rounded(share, 6));
    pairs
}

/// The chance of `count` or more when `expected` are expected.
fn poisson_tail(count: u32, expected: f64) -> f64 {
    let mut term = (-expected).exp();
    let mut below = 0.0;
    for k in 0..count {
        below += term;
        term *= expected / f64::from(k + 1);
    }
    (1.0 - below).clamp(0.0, 1.0)
}
