//! Who runs whose copy: outlets, and pairs of them. What is counted adds up, so that it may be counted part by part.

mod issuers;
mod uptake;

pub(crate) use issuers::{Issued, Issuers, is_turned};
pub use uptake::Adoption;
pub(crate) use uptake::Uptake;

use crate::origin::{Copy, CreditGiven, Lineage};
use crate::pages::Pages;
use crate::talking_points::co_adoption::{Bearer, Company, company};
use crate::talking_points::significance::{false_discovery, poisson_tail};
use crate::talking_points::{Carrier, TalkingPoint};
use crate::types::{DocId, Timestamp};
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use uptake::UptakeCounter;

/// What is counted of pages and copies.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Traffic {
    outlets: Vec<(u32, OutletTally)>,
    arrows: Vec<([u32; 2], PairTally)>,
}

/// What one outlet runs.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct OutletTally {
    pages: u32,
    originals: u32,
    copies: u32,
    credited: u32,
    uncredited: u32,
    lags: Lags,
}

/// What one outlet has from another.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct PairTally {
    reprints: u32,
    lags: Lags,
}

/// Minutes from a page to its copy, and how many copies took so long.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct Lags(BTreeMap<i64, u32>);

impl Lags {
    fn note(&mut self, minutes: Option<i64>) {
        minutes.into_iter().for_each(|minutes| *self.0.entry(minutes).or_default() += 1);
    }

    fn add(&mut self, other: Lags) {
        other.0.into_iter().for_each(|(minutes, copies)| *self.0.entry(minutes).or_default() += copies);
    }

    /// The median; of an even number the later of the two in the middle.
    fn median(&self) -> Option<i64> {
        let mut before = self.0.values().map(|&copies| u64::from(copies)).sum::<u64>() / 2;
        let stands = |(&minutes, &copies): (&i64, &u32)| match before.checked_sub(u64::from(copies)) {
            Some(left) => {
                before = left;
                None
            }
            None => Some(minutes),
        };
        self.0.iter().find_map(stands)
    }
}

impl OutletTally {
    fn add(&mut self, other: OutletTally) {
        self.pages += other.pages;
        self.originals += other.originals;
        self.copies += other.copies;
        self.credited += other.credited;
        self.uncredited += other.uncredited;
        self.lags.add(other.lags);
    }
}

/// Traffic while it is counted.
#[derive(Default)]
pub struct TrafficCounter {
    outlets: FxHashMap<u32, OutletTally>,
    arrows: FxHashMap<[u32; 2], PairTally>,
}

impl TrafficCounter {
    /// Counts pages of an outlet.
    pub fn pages(&mut self, outlet: u32, pages: u32) {
        self.outlets.entry(outlet).or_default().pages += pages;
    }

    /// Counts what was counted elsewhere.
    pub fn add(&mut self, traffic: Traffic) {
        traffic.outlets.into_iter().for_each(|(outlet, tally)| self.outlets.entry(outlet).or_default().add(tally));
        for (pair, arrow) in traffic.arrows {
            let held = self.arrows.entry(pair).or_default();
            held.reprints += arrow.reprints;
            held.lags.add(arrow.lags);
        }
    }

    /// Counts the copies of sets; `outlet` and `time` are those of a page.
    pub(crate) fn copies<'l>(
        &mut self,
        outlet: &impl Fn(DocId) -> Option<u32>,
        time: &impl Fn(DocId) -> Option<Timestamp>,
        lineages: impl IntoIterator<Item = &'l Lineage>,
    ) {
        lineages.into_iter().flat_map(|lineage| &lineage.copies).for_each(|copy| self.copy(outlet, time, copy));
    }

    fn copy(
        &mut self,
        outlet: &impl Fn(DocId) -> Option<u32>,
        time: &impl Fn(DocId) -> Option<Timestamp>,
        copy: &Copy,
    ) {
        let Some(to) = outlet(copy.doc) else { return };
        let tally = self.outlets.entry(to).or_default();
        match copy.credit {
            None => tally.originals += 1,
            Some((CreditGiven::Given, _)) => (tally.copies, tally.credited) = (tally.copies + 1, tally.credited + 1),
            Some(_) => (tally.copies, tally.uncredited) = (tally.copies + 1, tally.uncredited + 1),
        }
        let Some(parent) = copy.parent else { return };
        let seconds = |doc: DocId| time(doc).map(|time| time.seconds);
        let minutes = seconds(copy.doc).zip(seconds(parent)).map(|(later, first)| (later - first) / 60);
        tally.lags.note(minutes);
        if let Some(from) = outlet(parent).filter(|&from| from != to) {
            let arrow = self.arrows.entry([from, to]).or_default();
            arrow.reprints += 1;
            arrow.lags.note(minutes);
        }
    }

    /// What was counted.
    pub fn finish(self) -> Traffic {
        Traffic { outlets: self.outlets.into_iter().collect(), arrows: self.arrows.into_iter().collect() }
    }
}

/// Outlets, and pairs of them, by name.
pub(crate) struct OutletTables {
    pub outlets: Vec<Outlet>,
    pub pairs: Vec<OutletPair>,
}

/// What an outlet runs.
pub(crate) struct Outlet {
    pub name: String,
    pub pages: u32,
    pub originals: u32,
    pub copies: u32,
    pub credited: u32,
    pub uncredited: u32,
    pub median_lag_minutes: Option<i64>,
    pub uptake: Uptake,
}

/// What one outlet has from another.
pub(crate) struct OutletPair {
    pub from: String,
    pub to: String,
    pub reprints: u32,
    /// Reprints that the volumes of both explain.
    pub expected: f64,
    pub q_value: f64,
    pub median_lag_minutes: Option<i64>,
    /// Who takes up whose wording, when that was asked.
    pub adoption: Option<Company>,
}

/// Counts the pages and copies of a run.
pub(crate) fn tables(
    pages: &Pages,
    times: &[Option<Timestamp>],
    lineages: &[Lineage],
    points: &[TalkingPoint],
) -> OutletTables {
    let outlet = |doc: DocId| pages.outlet(doc).map(|o| o.outlet);
    let mut counter = TrafficCounter::default();
    let docs = (0..pages.corpus.len() as u32).map(DocId);
    docs.filter_map(outlet).for_each(|outlet| counter.pages(outlet, 1));
    counter.copies(&outlet, &|doc| times[doc.index()], lineages);
    named(counter.finish(), adoptions(points, &outlet), pages.outlets.names())
}

/// Who takes up which wording, and whose; an unknown outlet has no name to list.
pub(crate) fn adoptions<'p>(
    points: impl IntoIterator<Item = &'p TalkingPoint> + Clone,
    outlet: &impl Fn(DocId) -> Option<u32>,
) -> Vec<Adoption> {
    let bearer = |carrier: &Carrier| {
        let day = carrier.published.map(Timestamp::day);
        Some(Bearer { outlet: outlet(carrier.doc)?, set: carrier.set, day })
    };
    let bearers = |point: &TalkingPoint| point.carriers.iter().filter_map(bearer).collect();
    let pairs = company(&points.clone().into_iter().map(bearers).collect::<Vec<Vec<Bearer>>>());
    let uses = points.into_iter().flat_map(|point| uptake::uses(point, outlet));
    pairs.into_iter().map(Adoption::Pair).chain(uses).collect()
}

/// Outlets and pairs by name; `names` are those of the outlets, by number.
pub(crate) fn named(traffic: Traffic, adoptions: Vec<Adoption>, names: &[String]) -> OutletTables {
    let mut counter = UptakeCounter::default();
    let companies = adoptions.into_iter().filter_map(|adoption| counter.count(adoption)).collect();
    let pages: f64 = traffic.outlets.iter().map(|(_, tally)| f64::from(tally.pages)).sum();
    let outlet = |(outlet, tally): &(u32, OutletTally)| Outlet {
        name: names[*outlet as usize].clone(),
        pages: tally.pages,
        originals: tally.originals,
        copies: tally.copies,
        credited: tally.credited,
        uncredited: tally.uncredited,
        median_lag_minutes: tally.lags.median(),
        uptake: counter.of(*outlet, f64::from(tally.pages) / pages.max(1.0)),
    };
    let mut outlets: Vec<Outlet> = traffic.outlets.iter().map(outlet).collect();
    outlets.sort_by(|x, y| x.name.cmp(&y.name));
    OutletTables { outlets, pairs: pairs(traffic.arrows, companies, names) }
}

/// Share of false finds among the pairs that are listed for their talking points alone.
const FALSE_FINDS: f64 = 0.05;

/// Pairs with at least one reprint, and those that run with each other's talking points. `expected` is what the
/// volumes of both explain, if who copies and who is copied were independent; the q-value (Benjamini and Hochberg
/// 1995) comes from the Poisson tail above it.
fn pairs(arrows: Vec<([u32; 2], PairTally)>, companies: Vec<Company>, names: &[String]) -> Vec<OutletPair> {
    let mut companies: FxHashMap<[u32; 2], Company> =
        companies.into_iter().map(|company| ([company.from, company.to], company)).collect();
    let mut arrows: FxHashMap<[u32; 2], PairTally> = arrows.into_iter().collect();
    let all: f64 = arrows.values().map(|arrow| f64::from(arrow.reprints)).sum();
    let (mut gives, mut takes): (FxHashMap<u32, f64>, FxHashMap<u32, f64>) = Default::default();
    for ([from, to], arrow) in &arrows {
        *gives.entry(*from).or_default() += f64::from(arrow.reprints);
        *takes.entry(*to).or_default() += f64::from(arrow.reprints);
    }
    companies.iter().filter(|(_, company)| company.q_value <= FALSE_FINDS).for_each(|(&pair, _)| {
        arrows.entry(pair).or_default();
    });
    let tested = arrows.values().filter(|arrow| arrow.reprints > 0).count() as u64;
    let name = |outlet: u32| names[outlet as usize].clone();
    let mut pairs: Vec<OutletPair> = arrows
        .into_iter()
        .map(|([from, to], PairTally { reprints, lags })| {
            let volume = |of: &FxHashMap<u32, f64>, outlet: u32| of.get(&outlet).copied().unwrap_or(0.0);
            let expected = if all > 0.0 { volume(&gives, from) * volume(&takes, to) / all } else { 0.0 };
            OutletPair {
                from: name(from),
                to: name(to),
                reprints,
                expected,
                q_value: poisson_tail(reprints, expected, false),
                median_lag_minutes: lags.median(),
                adoption: companies.remove(&[from, to]),
            }
        })
        .collect();
    pairs.sort_by(|x, y| (&x.from, &x.to).cmp(&(&y.from, &y.to)));
    let chances: Vec<f64> = pairs.iter().map(|pair| pair.q_value).collect();
    let shares = false_discovery(&chances, tested);
    pairs.iter_mut().zip(shares).for_each(|(pair, share)| pair.q_value = share.min(1.0));
    pairs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_that_of_the_sorted_list() {
        for list in [vec![], vec![7], vec![-3, 5], vec![5, 5, 9, 2], vec![1, 1, 1, 4, 80], (0..100).collect()] {
            let mut lags = Lags::default();
            list.iter().for_each(|&minutes| lags.note(Some(minutes)));
            let mut sorted = list.clone();
            sorted.sort_unstable();
            assert_eq!(lags.median(), sorted.get(sorted.len() / 2).copied(), "{list:?}");
        }
    }

    #[test]
    fn what_is_counted_in_parts_adds_up() {
        let part = |pages: u32, minutes: &[i64]| {
            let mut counter = TrafficCounter::default();
            counter.pages(1, pages);
            let arrow = counter.arrows.entry([0, 1]).or_default();
            minutes.iter().for_each(|&minutes| arrow.lags.note(Some(minutes)));
            arrow.reprints = minutes.len() as u32;
            counter.finish()
        };
        let mut counter = TrafficCounter::default();
        [part(3, &[10, 30]), part(4, &[20, 30, 40])].into_iter().for_each(|traffic| counter.add(traffic));
        let names = ["甲报", "乙网"].map(str::to_owned);
        let OutletTables { outlets, pairs } = named(counter.finish(), Vec::new(), &names);
        assert_eq!((outlets.len(), outlets[0].pages), (1, 7));
        assert_eq!((pairs[0].from.as_str(), pairs[0].reprints, pairs[0].median_lag_minutes), ("甲报", 5, Some(30)));
    }
}
