//! A cluster as the judges see it: who was before whom, who holds whose text, who names whom.

use super::evidence::Candidate;
use super::names::{Entity, Names};
use super::{Overlaps, Page, Source};
use crate::types::{DocId, Precision, Timestamp};
use rustc_hash::FxHashMap;

/// How two times stand to each other, given how finely each is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Order {
    Before,
    After,
    /// Too close for their precision to tell.
    Tied,
    /// One of them has no time.
    Unknown,
}

/// What two members have in common, from the first one's side.
#[derive(Clone, Copy, Debug)]
pub(super) struct Common {
    pub jaccard: f32,
    /// Share of the first one's text that the second holds.
    pub mine: f32,
    /// Share of the second one's text that the first holds.
    pub yours: f32,
    /// What they share is one stretch without a difference in it.
    pub unbroken: bool,
}

pub(super) struct View<'a> {
    pub pages: &'a [Page],
    pub names: &'a Names,
    /// For every member the one of equal body that was measured.
    twin: Vec<usize>,
    /// What pairs of members that were measured have in common, from the side of the first.
    measured: FxHashMap<(u32, u32), Common>,
    /// For every member how much of the others' text it holds, on average over those it was measured against.
    coverage: Vec<Option<f64>>,
    entities: Vec<Option<Entity>>,
    credits: Vec<Option<Entity>>,
    agencies: Vec<Option<Entity>>,
}

impl<'a> View<'a> {
    pub(super) fn new(pages: &'a [Page], overlaps: &'a Overlaps<'a>, names: &'a Names) -> Self {
        // Of equal bodies the one of least order was measured against the others (see candidates).
        let mut least: FxHashMap<(u64, u32), usize> = FxHashMap::default();
        for (k, page) in pages.iter().enumerate() {
            let held = least.entry((page.body_hash, page.units)).or_insert(k);
            *held = if page.order < pages[*held].order { k } else { *held };
        }
        let twin = pages.iter().map(|p| least[&(p.body_hash, p.units)]).collect();
        let credit = |p: &Page| p.stated.source.as_ref().and_then(|found| names.named(&found.value));
        let agency = |p: &Page| p.stated.agency.as_ref().and_then(|found| names.named(&found.value));
        let mut view = View {
            pages,
            names,
            twin,
            measured: measured(pages, overlaps),
            coverage: Vec::new(),
            entities: pages.iter().map(|p| names.house(p)).collect(),
            credits: pages.iter().map(credit).collect(),
            agencies: pages.iter().map(agency).collect(),
        };
        view.coverage = (0..pages.len()).map(|k| view.mean_held(k)).collect();
        view
    }

    fn mean_held(&self, k: usize) -> Option<f64> {
        let others = (0..self.len()).filter(|&m| m != k).filter_map(|m| self.common(k, m));
        let (sum, count) = others.fold((0.0, 0u32), |(sum, count), c| (sum + f64::from(c.yours), count + 1));
        (count > 0).then(|| sum / f64::from(count))
    }

    /// How much of the others' text member `k` holds, on average over those it was measured against.
    pub(super) fn coverage(&self, k: usize) -> Option<f64> {
        self.coverage[k]
    }

    /// The most of the others' text that any member holds.
    pub(super) fn best_coverage(&self) -> f64 {
        self.coverage.iter().flatten().copied().fold(0.0, f64::max)
    }

    pub(super) fn len(&self) -> usize {
        self.pages.len()
    }

    /// A candidate as the outside knows it.
    pub(super) fn source(&self, candidate: Candidate) -> Source {
        match candidate {
            Candidate::Member(k) => Source::Document(self.pages[k].doc),
            Candidate::Outside(e) => Source::Outside(self.names.show(e).to_owned()),
            Candidate::Unknown => Source::Unknown,
        }
    }

    /// The outlet behind a candidate, if known, by the name that pages give it.
    pub(super) fn outlet(&self, candidate: Candidate) -> Option<String> {
        let entity = match candidate {
            Candidate::Member(k) => self.entity(k)?,
            Candidate::Outside(e) => e,
            Candidate::Unknown => return None,
        };
        Some(self.names.show(entity).to_owned())
    }

    /// The entity behind a member's outlet.
    pub(super) fn entity(&self, k: usize) -> Option<Entity> {
        self.entities[k]
    }

    /// The entity that a member's credit line names.
    pub(super) fn credit(&self, k: usize) -> Option<Entity> {
        self.credits[k]
    }

    /// The entity that a member's dateline names.
    pub(super) fn agency(&self, k: usize) -> Option<Entity> {
        self.agencies[k]
    }

    /// The entities that have a page here.
    pub(super) fn has_page(&self, entity: Entity) -> bool {
        self.entities.contains(&Some(entity))
    }

    /// What members `x` and `y` have in common, if it was measured.
    pub(super) fn common(&self, x: usize, y: usize) -> Option<Common> {
        if self.twin[x] == self.twin[y] {
            return Some(Common { jaccard: 1.0, mine: 1.0, yours: 1.0, unbroken: true });
        }
        let found = |x: usize, y: usize| self.measured.get(&(x as u32, y as u32)).copied();
        found(self.twin[x], self.twin[y]).or_else(|| found(x, y))
    }

    /// How the times of two members stand to each other.
    pub(super) fn order(&self, x: usize, y: usize) -> Order {
        let (Some(a), Some(b)) = (self.pages[x].time, self.pages[y].time) else { return Order::Unknown };
        let (a_end, b_end) = (a.seconds + width(a), b.seconds + width(b));
        if a_end <= b.seconds {
            Order::Before
        } else if b_end <= a.seconds {
            Order::After
        } else if a.precision != Precision::Day && b.precision != Precision::Day && a.seconds != b.seconds {
            if a.seconds < b.seconds { Order::Before } else { Order::After }
        } else {
            Order::Tied
        }
    }

    /// The member with the earliest time; of equals the one of least order. None when no time is known.
    pub(super) fn first_seen(&self) -> Option<usize> {
        (0..self.len())
            .filter(|&k| self.pages[k].time.is_some())
            .min_by_key(|&k| (self.pages[k].time.map(|t| t.seconds + width(t) - 1), self.pages[k].order))
    }
}

/// Seconds in which a time of this precision may really lie.
fn width(time: Timestamp) -> i64 {
    match time.precision {
        Precision::Second => 1,
        Precision::Minute => 60,
        Precision::Day => 86_400,
    }
}

/// What the members that were measured against each other have in common, both ways.
fn measured(pages: &[Page], overlaps: &Overlaps) -> FxHashMap<(u32, u32), Common> {
    let place: FxHashMap<DocId, u32> = pages.iter().enumerate().map(|(k, p)| (p.doc, k as u32)).collect();
    let mut found = FxHashMap::default();
    for (x, page) in pages.iter().enumerate() {
        for m in overlaps.from(page.doc) {
            let Some(&y) = place.get(&m.pair.b) else { continue };
            let unbroken = m.passages.len() == 1 && m.passages[0].identity() == 1.0;
            let mine = Common { jaccard: m.jaccard, mine: m.aligned[0], yours: m.aligned[1], unbroken };
            let yours = Common { mine: m.aligned[1], yours: m.aligned[0], ..mine };
            found.insert((x as u32, y), mine);
            found.insert((y, x as u32), yours);
        }
    }
    found
}
