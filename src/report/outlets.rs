//! Who runs whose copy: outlets, and pairs of them.

use crate::origin::CreditGiven;
use crate::outfolder::records::{OutletPairRecord, OutletRecord, rounded};
use crate::pipeline::Findings;
use crate::talking_points::company::{Bearer, Company, company};
use crate::talking_points::significance::{false_discovery, poisson_tail};
use crate::talking_points::{Carrier, TalkingPoint};
use crate::types::{DocId, Timestamp};
use rustc_hash::FxHashMap;

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
    let mut outlets: Vec<OutletRecord> = tallies.iter().map(|(&o, t)| record(pages.outlets.name(o), t)).collect();
    outlets.sort_by(|x, y| x.outlet.cmp(&y.outlet));
    (outlets, pairs(findings, arrows))
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

/// Share of false finds among the pairs that are listed for their talking points alone.
const FALSE_FINDS: f64 = 0.05;

/// Who takes up whose wording, by (from, to); an outlet that nothing tells has no name to list.
fn companies(findings: &Findings) -> FxHashMap<(u32, u32), Company> {
    let bearer = |carrier: &Carrier| {
        let outlet = findings.pages.outlet(carrier.doc)?.outlet;
        Some(Bearer { outlet, set: carrier.set, day: carrier.published.map(Timestamp::day) })
    };
    let bearers = |point: &TalkingPoint| point.carriers.iter().filter_map(bearer).collect();
    let points: Vec<Vec<Bearer>> = findings.points.iter().map(bearers).collect();
    company(&points).into_iter().map(|pair| ((pair.from, pair.to), pair)).collect()
}

/// Pairs with at least one reprint, and those that run with each other's talking points. `expected` is what the
/// volumes of both explain, if who copies and who is copied were independent; the q-value (Benjamini and Hochberg
/// 1995) comes from the Poisson tail above it.
fn pairs(findings: &Findings, mut arrows: FxHashMap<(u32, u32), (u32, Vec<i64>)>) -> Vec<OutletPairRecord> {
    let companies = companies(findings);
    let all: f64 = arrows.values().map(|a| f64::from(a.0)).sum();
    let (mut gives, mut takes): (FxHashMap<u32, f64>, FxHashMap<u32, f64>) = Default::default();
    for (&(from, to), &(count, _)) in &arrows {
        *gives.entry(from).or_default() += f64::from(count);
        *takes.entry(to).or_default() += f64::from(count);
    }
    companies.iter().filter(|(_, company)| company.q_value <= FALSE_FINDS).for_each(|(&pair, _)| {
        arrows.entry(pair).or_default();
    });
    let tested = arrows.values().filter(|arrow| arrow.0 > 0).count() as u64;
    let name = |o: u32| findings.outlets().name(o).to_owned();
    let mut pairs: Vec<OutletPairRecord> = arrows
        .into_iter()
        .map(|((from, to), (reprints, lags))| {
            let volume = |of: &FxHashMap<u32, f64>, outlet: u32| of.get(&outlet).copied().unwrap_or(0.0);
            let expected = if all > 0.0 { volume(&gives, from) * volume(&takes, to) / all } else { 0.0 };
            let company = companies.get(&(from, to));
            OutletPairRecord {
                from: name(from),
                to: name(to),
                reprints,
                talking_points: company.map_or(0, |company| company.shared),
                expected: rounded(expected, 3),
                q_value: poisson_tail(reprints, expected, false),
                median_lag_minutes: median(lags),
                talking_points_soon: company.map_or(0, |company| company.soon),
                talking_points_expected: rounded(company.map_or(0.0, |company| company.expected), 3),
                talking_points_q_value: rounded(company.map_or(1.0, |company| company.q_value), 6),
            }
        })
        .collect();
    pairs.sort_by(|x, y| (&x.from, &x.to).cmp(&(&y.from, &y.to)));
    let chances: Vec<f64> = pairs.iter().map(|pair| pair.q_value).collect();
    let shares = false_discovery(&chances, tested);
    pairs.iter_mut().zip(shares).for_each(|(pair, share)| pair.q_value = rounded(share.min(1.0), 6));
    pairs
}
