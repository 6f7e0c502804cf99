//! What a run returns.

use super::compare::Compared;
use crate::attribution::Outlets;
use crate::candidates::{Pair, SourceCount};
use crate::clean::FurnitureModel;
use crate::cluster::Clusters;
use crate::config::Config;
use crate::error::Result;
use crate::origin::Lineage;
use crate::outlets::{self, OutletTables};
use crate::pages::Pages;
use crate::records::StageTime;
use crate::retention::{self, Policy, Removed};
use crate::signature::Signatures;
use crate::storage::memory::Watch;
use crate::storage::{Column, ListColumn, Scratch, TempRecords};
use crate::talking_points::TalkingPoint;
use crate::types::{DocId, Timestamp};
use crate::verdicts::Resolved;
use crate::verify::{self, Matches};

/// Everything a run found, ready to be written.
pub struct Findings<'c> {
    /// The records, with furniture and outlets.
    pub pages: Pages<'c>,
    /// When each page was published.
    pub times: Vec<Option<Timestamp>>,
    /// The record of each page, as far as it is known from the page alone; none after [`super::judge`].
    pub(crate) drafts: TempRecords,
    /// The settings.
    pub config: Config,
    /// What each source of candidates proposed.
    pub sources: [SourceCount; 4],
    /// Pairs measured.
    pub verified: u64,
    /// All matches, sorted by pair.
    pub matches: Matches,
    /// Reprint sets and compilations.
    pub clusters: Clusters,
    /// One a cluster, in the same order; empty when origins were not asked for.
    pub lineages: Vec<Lineage>,
    /// The strongest first; empty when they were not asked for.
    pub points: Vec<TalkingPoint>,
    /// The verdicts of people that were obeyed.
    pub(crate) verdicts: Resolved,
    /// How long each stage took.
    pub stages: Vec<StageTime>,
    /// Without MinHashes and samples.
    pub(super) signatures: Signatures,
    pub(super) stories: Vec<u32>,
    /// The pairs measured, for a further run over fewer pages; none after [`super::detect`].
    pub(super) pairs: Column<Pair>,
    /// The keys of the lines of every page, by which a further run over fewer pages knows which of them it cleans otherwise;
    /// none after [`super::detect`].
    pub(super) lines: ListColumn<u64>,
    /// Where lists go that are too long for memory.
    pub(crate) scratch: Scratch,
    pub(crate) memory: Watch,
}

impl<'c> Findings<'c> {
    /// The findings of a part of a corpus that were made elsewhere, without drafts, counts and talking points.
    pub(crate) fn of_part(
        pages: Pages<'c>,
        signatures: Signatures,
        times: Vec<Option<Timestamp>>,
        matches: Matches,
        clusters: Clusters,
        lineages: Vec<Lineage>,
        config: &Config,
    ) -> Result<Self> {
        Ok(Findings {
            drafts: TempRecords::none(),
            stories: vec![0; signatures.len()],
            lines: ListColumn::default(),
            pairs: Column::default(),
            pages,
            times,
            config: config.clone(),
            sources: Default::default(),
            verified: 0,
            matches,
            clusters,
            lineages,
            points: Vec::new(),
            verdicts: Resolved::default(),
            stages: Vec::new(),
            signatures,
            scratch: Scratch::default(),
            memory: Watch::idle(),
        })
    }
}

impl Findings<'_> {
    /// The ids of the pages of every reprint set, in the order of `clusters`.
    pub fn sets(&self) -> impl Iterator<Item = Vec<&str>> {
        let corpus = self.pages.corpus;
        self.clusters.list.iter().map(|set| set.members.iter().map(|&doc| corpus.id(doc)).collect())
    }

    /// Names of outlets by number.
    pub fn outlets(&self) -> &Outlets {
        &self.pages.outlets
    }

    /// True when the bodies of two pages are equal, unit for unit.
    pub(crate) fn have_equal_bodies(&self, a: DocId, b: DocId) -> bool {
        self.body(a) == self.body(b)
    }

    /// A page's body by hash and by how many units it has.
    pub(super) fn body(&self, doc: DocId) -> (u64, u32) {
        (self.signatures.body_hash(doc.0), self.signatures.units(doc.0))
    }

    /// Measures more pairs, as those in `matches` were measured. Sorted pairs give sorted matches; pairs without
    /// anything in common give none.
    pub fn measure(&self, pairs: &[Pair]) -> Result<Matches> {
        let bodies = Compared::new(&self.pages, &self.signatures, &self.stories);
        let measured = verify::verify(pairs, &bodies, &self.scratch, |_| Ok(()))?;
        measured.decided(&self.scratch, |m| {
            let verdict = self.verdicts.pairs.get(&m.pair);
            m.judged(self.config.same_article).obeying(verdict)
        })
    }

    /// The pages that repeat one that stays, by page. Pages of which `is_old` is true stay, whatever they repeat, and
    /// others are removed if they repeat one of them.
    pub fn repeats(&self, policy: &Policy, is_old: &(dyn Fn(DocId) -> bool + Sync)) -> Result<Vec<Removed>> {
        let sets = retention::ReprintSets {
            pages: &self.pages,
            times: &self.times,
            signatures: &self.signatures,
            clusters: &self.clusters,
            lineages: &self.lineages,
            matches: &self.matches,
            verdicts: &self.verdicts.pairs,
            same_article: self.config.same_article,
            measure: &|pairs| self.measure(pairs),
        };
        retention::choose(&sets, policy, is_old)
    }

    /// Who republishes whom.
    pub(crate) fn outlet_tables(&self) -> OutletTables {
        outlets::tables(&self.pages, &self.times, &self.lineages, &self.points)
    }

    /// What was masked, per outlet or host.
    pub fn furniture(&self) -> &FurnitureModel {
        &self.pages.furniture
    }
}
