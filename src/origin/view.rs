//! A cluster as the judges see it: who was before whom, who has whose text, who names whom.

use super::candidate::Candidate;
use super::mentions::Mentions;
use super::names::{Entity, Names};
use super::overlap::{Common, MemberOverlap, Similarity};
use super::timeline::{Order, TimeCounts, Timeline, end, order};
use super::{Overlaps, PageFacts, Source};

pub(super) struct View<'a> {
    pub pages: &'a [PageFacts],
    pub names: &'a Names,
    pub similarity: Similarity,
    pub mentions: Mentions<'a>,
    timeline: Timeline,
    best_coverage: f64,
    entities: Vec<Option<Entity>>,
    only_outlet: Option<Entity>,
    credits: Vec<Option<Entity>>,
    agencies: Vec<Option<Entity>>,
}

impl<'a> View<'a> {
    /// Cost: linear in pages and matches, but for sorting the times.
    pub(super) fn new(pages: &'a [PageFacts], overlaps: &Overlaps, names: &'a Names) -> Self {
        let credit = |p: &PageFacts| p.stated.source.as_ref().and_then(|found| names.named(&found.value));
        let agency = |p: &PageFacts| p.stated.agency.as_ref().and_then(|found| names.named(&found.value));
        let entities: Vec<Option<Entity>> = pages.iter().map(|p| names.publisher(p)).collect();
        let credits: Vec<Option<Entity>> = pages.iter().map(credit).collect();
        let agencies: Vec<Option<Entity>> = pages.iter().map(agency).collect();
        let similarity = Similarity::new(pages, overlaps);
        let coverage = (0..pages.len()).filter_map(|k| similarity.member_overlap(k).coverage());
        View {
            pages,
            names,
            best_coverage: coverage.fold(0.0, f64::max),
            similarity,
            mentions: Mentions::new(pages, names, [&entities, &credits, &agencies]),
            timeline: Timeline::new(pages),
            only_outlet: entities.first().copied().flatten().filter(|&e| entities.iter().all(|&of| of == Some(e))),
            entities,
            credits,
            agencies,
        }
    }

    /// How much of the others' text member `k` has, on average over those it was measured against.
    pub(super) fn coverage(&self, k: usize) -> Option<f64> {
        self.member_overlap(k).coverage()
    }

    /// The most of the others' text that any member has.
    pub(super) fn best_coverage(&self) -> f64 {
        self.best_coverage
    }

    /// The text of member `k` among those of the members it was measured against.
    pub(super) fn member_overlap(&self, k: usize) -> &MemberOverlap {
        self.similarity.member_overlap(k)
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

    /// The outlet behind a candidate, if known: that of a page by its own name, another by the name that pages give it.
    pub(super) fn outlet(&self, candidate: Candidate) -> Option<String> {
        match candidate {
            Candidate::Member(k) => match self.pages[k].outlet {
                Some(outlet) => Some(self.names.outlet_name(outlet).to_owned()),
                None => self.entity(k).map(|entity| self.names.show(entity).to_owned()),
            },
            Candidate::Outside(entity) => Some(self.names.show(entity).to_owned()),
            Candidate::Unknown => None,
        }
    }

    /// True when all members are of this outlet.
    pub(super) fn is_only_outlet(&self, entity: Entity) -> bool {
        self.only_outlet == Some(entity)
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

    /// The entity to whose site a member links as the original.
    pub(super) fn linked(&self, k: usize) -> Option<Entity> {
        self.pages[k].stated.original_url.as_ref().and_then(|url| self.names.host_of(&url.value))
    }

    /// What members `x` and `y` have in common, if it was measured.
    pub(super) fn common(&self, x: usize, y: usize) -> Option<Common> {
        self.similarity.common(x, y)
    }

    /// How the times of two members relate to each other.
    pub(super) fn order(&self, x: usize, y: usize) -> Order {
        order(self.pages[x].time, self.pages[y].time)
    }

    /// How many other members are certainly before, certainly after and tied with member `k`: none if it has no time.
    pub(super) fn counts(&self, k: usize) -> TimeCounts {
        self.pages[k].time.map_or_else(TimeCounts::default, |time| self.timeline.counts(time))
    }

    /// The member with the earliest time; of equals the one of least order. None when no time is known.
    pub(super) fn first_seen(&self) -> Option<usize> {
        (0..self.len())
            .filter(|&k| self.pages[k].time.is_some())
            .min_by_key(|&k| (self.pages[k].time.map(end), self.pages[k].order))
    }
}
