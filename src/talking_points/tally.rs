//! One vote for each reprint set and each outlet.

use super::bursts::{Burst, Calendar};
use super::occurrences::Holder;
use super::quotes::{Quote, Quotes};
use super::{Carrier, CommonSource, UNKNOWN_OUTLET, Voter, speaker_rank};
use crate::types::{DocId, Timestamp};
use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

/// A corpus of fewer reprint sets than this is small: two sets and two outlets make a point there.
const SMALL: usize = 20;
/// In a corpus of fewer outlets than this two of them make a point: of three dailies, hardly anything is said by all.
const FEW_OUTLETS: u32 = 10;
/// An outlet of this many pages has word chains of its own; fewer would explain anything by themselves.
const MANY: usize = 20;
/// Days since 1970 that a clock may tell (1900 to 2200); others are no dates.
const SANE_DAYS: std::ops::Range<i64> = -25_567..84_006;

/// Who votes and when.
pub(super) struct Ballot {
    /// The pages by the place of their set's speaker, which is their set's number here, then by `order`.
    pub voters: Vec<Voter>,
    /// The page that speaks for each reprint set: the longest, of equal ones the first by `order`.
    pub speakers: Vec<DocId>,
    /// Speakers (by place) of outlets that have many, outlet by outlet, and all others together.
    pub groups: Vec<Vec<u32>>,
    /// Reprint sets that make a point.
    pub least: u32,
    /// Outlets that make a point.
    least_outlets: u32,
    calendar: Calendar,
    quotes: Quotes,
}

/// How a wording did.
#[derive(Clone, Debug)]
pub(super) struct Tally {
    /// Reprint sets that hold it.
    pub sets: u32,
    /// Those of them that hold it outside of quotes.
    pub own: u32,
    /// Outlets that hold it, those included that only a shared template, or a page of its own, stands for.
    pub outlets: u32,
    /// Those of them that are known.
    pub known_outlets: u32,
    /// Pages that hold it and are of no known outlet.
    pub of_unknown_outlet: u32,
    /// Pages that hold it.
    pub documents: u32,
    /// How formulaic the pages that speak for its sets are, on average, 0..1.
    pub formulaic: f64,
    /// Share of its pages that put it in quotation marks.
    pub quoted: f64,
    /// Known outlets that put it in quotation marks.
    pub quoting_outlets: u32,
    /// Share of its pages where no sentence follows it.
    pub trailing: f64,
    /// First and last time it was seen.
    pub seen: Option<(Timestamp, Timestamp)>,
    /// Its burst, if it is dated.
    pub burst: Option<Burst>,
}

impl Ballot {
    /// Reads the voters once.
    pub fn new(mut voters: Vec<Voter>, quotes: Vec<Quote>) -> Self {
        let mut sets: FxHashMap<u32, (&Voter, Option<i32>)> = FxHashMap::default();
        for voter in &voters {
            let day = voter.published.and_then(day_of);
            let known = sets.entry(voter.set).or_insert((voter, day));
            let rank = |voter: &Voter| speaker_rank(voter.units, voter.order);
            if rank(voter) < rank(known.0) {
                known.0 = voter;
            }
            known.1 = known.1.into_iter().chain(day).min();
        }
        let mut speakers: Vec<&Voter> = sets.values().map(|&(speaker, _)| speaker).collect();
        speakers.sort_unstable_by_key(|speaker| (speaker.order, speaker.doc));
        let groups = group_by_outlet(&speakers);
        let numbers: FxHashMap<u32, u32> = speakers.iter().zip(0..).map(|(speaker, at)| (speaker.set, at)).collect();
        let days: Vec<i32> = sets.values().filter_map(|&(_, day)| day).collect();
        let least = if sets.len() < SMALL { 2 } else { 3 };
        let least_outlets = if count_outlets(voters.iter(), false) < FEW_OUTLETS { 2 } else { least };
        let speakers = speakers.into_iter().map(|speaker| speaker.doc).collect();
        voters.iter_mut().for_each(|voter| voter.set = numbers[&voter.set]);
        voters.par_sort_unstable_by_key(|voter| (voter.set, voter.order, voter.doc));
        let (calendar, quotes) = (Calendar::new(&days), Quotes::new(&voters, quotes));
        Ballot { voters, least, least_outlets, groups, speakers, calendar, quotes }
    }

    /// Counts the votes of the pages that hold a wording, which are in the order of the voters; `formulaic` is known
    /// of each speaker.
    pub fn tally(&self, holders: &[Holder], formulaic: &[f32]) -> Tally {
        let voter = |holder: &Holder| &self.voters[holder.voter as usize];
        let mut outlets: Vec<u64> = holders.iter().map(|holder| voter(holder).outlet).collect();
        outlets.sort_unstable();
        outlets.dedup();
        let known_outlets = outlets.iter().filter(|&outlet| outlet & UNKNOWN_OUTLET == 0).count();
        let of_unknown_outlet = holders.iter().filter(|holder| !voter(holder).has_known_outlet()).count();
        let mut days: Vec<i32> = Vec::new();
        let (mut sets, mut own, mut sum) = (0, 0, 0.0);
        for set in holders.chunk_by(|a, b| voter(a).set == voter(b).set) {
            sets += 1;
            own += u32::from(!set.iter().any(|holder| self.quotes.hold(holder.voter, holder.span())));
            sum += f64::from(formulaic[voter(&set[0]).set as usize]);
            days.extend(set.iter().filter_map(|holder| voter(holder).published.and_then(day_of)).min());
        }
        days.sort_unstable();
        let times = || holders.iter().filter_map(|holder| voter(holder).published);
        let first = times().min_by_key(|time| (time.seconds, time.precision, time.zone));
        let last = times().max_by_key(|time| (time.seconds, time.precision, time.zone));
        Tally {
            sets,
            own,
            outlets: outlets.len() as u32,
            known_outlets: known_outlets as u32,
            of_unknown_outlet: of_unknown_outlet as u32,
            documents: holders.len() as u32,
            formulaic: sum / f64::from(sets.max(1)),
            quoted: share_of(holders, Holder::is_quoted),
            quoting_outlets: count_outlets(holders.iter().filter(|holder| holder.is_quoted()).map(voter), true),
            trailing: share_of(holders, Holder::is_trailing),
            seen: first.zip(last),
            burst: self.calendar.burst(&days),
        }
    }

    /// What part of a wording's sets have it from a text that several quote, and the earliest page that does.
    pub fn common_source(&self, tally: &Tally, holders: &[Holder]) -> Option<CommonSource> {
        let quoting = holders.iter().filter(|holder| self.quotes.hold(holder.voter, holder.span()));
        let first = quoting.map(|holder| &self.voters[holder.voter as usize]).min_by_key(|voter| earliest(voter))?;
        Some(CommonSource { sets: tally.sets - tally.own, doc: first.doc }).filter(|source| source.sets > 0)
    }

    /// The earliest page of each outlet among the pages that hold a wording, in order of time.
    pub fn carriers(&self, holders: &[Holder]) -> Vec<Carrier> {
        let mut voters: Vec<&Voter> = holders.iter().map(|holder| &self.voters[holder.voter as usize]).collect();
        voters.sort_unstable_by_key(|voter| (voter.outlet, earliest(voter)));
        voters.dedup_by_key(|voter| voter.outlet);
        voters.sort_unstable_by_key(|voter| earliest(voter));
        voters.iter().map(|v| Carrier { doc: v.doc, set: v.set, published: v.published }).collect()
    }

    /// True for a corpus too small to tell a chain of words from a wording.
    pub fn is_small(&self) -> bool {
        self.speakers.len() < SMALL
    }

    /// True for a wording of enough sets that do not have it from a text that others quote too.
    pub fn is_own(&self, tally: &Tally) -> bool {
        tally.own >= self.least
    }

    /// True for a wording of enough sets and outlets.
    pub fn is_shared(&self, tally: &Tally) -> bool {
        tally.sets >= self.least && tally.outlets >= self.least_outlets
    }

    /// True for a wording that as many known outlets put in quotation marks.
    pub fn is_quoted(&self, tally: &Tally) -> bool {
        tally.quoting_outlets >= self.least_outlets
    }
}

fn count_outlets<'v>(voters: impl Iterator<Item = &'v Voter>, known: bool) -> u32 {
    let voters = voters.filter(|voter| !known || voter.has_known_outlet());
    voters.map(|voter| voter.outlet).collect::<FxHashSet<u64>>().len() as u32
}

/// Undated pages come last; ties fall by a hash.
fn earliest(voter: &Voter) -> (i64, u64) {
    (voter.published.map_or(i64::MAX, |time| time.seconds), voter.order)
}

fn share_of(holders: &[Holder], is: impl Fn(&Holder) -> bool) -> f64 {
    holders.iter().filter(|holder| is(holder)).count() as f64 / holders.len().max(1) as f64
}

/// The outlets in the order of their first speakers, so that sums over them do not depend on how they are numbered.
fn group_by_outlet(speakers: &[&Voter]) -> Vec<Vec<u32>> {
    let mut place: FxHashMap<u64, usize> = FxHashMap::default();
    let mut outlets: Vec<Vec<u32>> = Vec::new();
    for (at, speaker) in speakers.iter().enumerate() {
        let next = outlets.len();
        let place = *place.entry(speaker.outlet).or_insert(next);
        outlets.resize_with(outlets.len().max(place + 1), Vec::new);
        outlets[place].push(at as u32);
    }
    let (mut large, small): (Vec<_>, Vec<_>) = outlets.into_iter().partition(|outlet| outlet.len() >= MANY);
    large.push(small.into_iter().flatten().collect());
    large
}

fn day_of(time: Timestamp) -> Option<i32> {
    let day = time.day();
    SANE_DAYS.contains(&day).then_some(day as i32)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::{Precision, Span};

    fn voter(doc: u32, set: u32, outlet: u64, units: u32) -> Voter {
        let published = Some(Timestamp { seconds: i64::from(doc) * 86_400, zone: 0, precision: Precision::Day });
        Voter { doc: DocId(doc), set, outlet, units, published, order: u64::from(doc) }
    }

    #[test]
    fn the_longest_page_speaks_for_its_set() {
        let voters = [voter(0, 5, 0, 10), voter(1, 5, 1, 30), voter(2, 5, 2, 30), voter(3, 6, 0, 1)];
        let ballot = Ballot::new(voters.to_vec(), Vec::new());
        assert_eq!(ballot.speakers, [DocId(1), DocId(3)]);
        assert_eq!(ballot.least, 2);
    }

    #[test]
    fn sets_and_outlets_vote_once() {
        let voters = [voter(0, 5, 0, 10), voter(1, 5, 1, 30), voter(2, 6, 1, 30)];
        let ballot = Ballot::new(voters.to_vec(), Vec::new());
        let tally = ballot.tally(&[Holder::at(0), Holder::at(1), Holder::at(2)], &[0.0, 0.5]);
        assert_eq!((tally.sets, tally.outlets, tally.documents), (2, 2, 3));
        assert_eq!(tally.seen.map(|(first, last)| (first.seconds, last.seconds)), Some((0, 2 * 86_400)));
        assert_eq!(tally.formulaic, 0.25);
    }

    #[test]
    fn a_set_that_quotes_is_none_that_says_it_itself() {
        let voters = [voter(0, 5, 0, 10), voter(1, 6, 1, 10), voter(2, 7, 1, 10)];
        let quote = |doc, start, end| Quote { doc: DocId(doc), span: Span { start, end } };
        let ballot = Ballot::new(voters.to_vec(), vec![quote(1, 5, 20), quote(0, 0, 9), quote(0, 5, 30)]);
        let tally = ballot.tally(&[Holder::at(0), Holder::at(1), Holder::at(2)], &[0.0, 0.0, 0.0]);
        // Each stands at byte 0: in a quote of page 0 only.
        assert_eq!((tally.sets, tally.own), (3, 2));
        assert!(ballot.is_own(&tally));
    }
}
