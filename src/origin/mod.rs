//! Who wrote it first, who copied from whom, and when we cannot tell. Three answers are kept apart: the ultimate
//! origin, which may lie outside the corpus; the likeliest parent of every copy; and the page seen first.

mod arborescence;
mod candidate;
mod common;
mod evidence;
mod evidence_kind;
pub(crate) mod facts;
mod habits;
mod hint;
mod lineage;
mod mentions;
mod names;
mod overlap;
mod parents;
mod rare;
mod roles;
mod shortlist;
mod timeline;
mod verdict;
mod view;
mod weights;

#[cfg(test)]
mod tests;

pub use common::CommonText;
pub use evidence::Evidence;
pub use evidence_kind::EvidenceKind;
pub use habits::HabitCounts;
pub use hint::{HINTS, Hint, Hints};
pub use names::{NameCounts, Names};
pub use rare::Rare;
pub use roles::{Role, Roles};
pub use weights::{arrow_weights, evidence_weights};

use crate::attribution::{Attribution, Found, Marks, Outlets, Reporting};
use crate::types::{DocId, Span, Timestamp};
use crate::verify::{Match, Matches};
use habits::Habits;
use rare::Nothing;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

/// What is known of one page of a cluster.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PageFacts {
    /// The page.
    pub doc: DocId,
    /// A number of it that does not depend on input order; breaks ties.
    pub order: u64,
    /// Its outlet, if known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outlet: Option<u32>,
    /// Its first lines that belong to the site, folded: where a site writes its name.
    #[serde(default)]
    pub masthead: Vec<String>,
    /// What it states of where its text is from.
    #[serde(default)]
    pub stated: Rare<Stated>,
    /// Marks of publishers in it.
    #[serde(default)]
    pub marks: Rare<Marks>,
    /// Outlets whose reporters speak in its text.
    #[serde(default)]
    pub reporters: Vec<Reporting>,
    /// Its address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Its title, folded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Its body contains its title word for word: a headline that somebody took from the text.
    #[serde(default)]
    pub title_from_text: bool,
    /// Body lines: copies join paragraphs.
    #[serde(default)]
    pub paragraphs: u32,
    /// Share of the commas between Chinese words that are half width: copies lose the full width.
    #[serde(default)]
    pub half_width: f32,
    /// When it was published, by the best of field, page and address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time: Option<Timestamp>,
    /// Hash of its body: equal bodies have equal hashes.
    #[serde(default)]
    pub body_hash: u64,
    /// Units of its body.
    #[serde(default)]
    pub units: u32,
}

/// What of a page's attribution speaks of its origin.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stated {
    /// The source that a credit line or an opening states.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<Found>,
    /// The agency in its dateline.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub agency: Option<Found>,
    /// Where it names its first writer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub byline: Option<Span>,
    /// The address of the original.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub original_url: Option<Found>,
    /// The original headline.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub original_title: Option<Found>,
}

impl Nothing for Stated {
    const NOTHING: &'static Self =
        &Stated { source: None, agency: None, byline: None, original_url: None, original_title: None };
}

impl Nothing for Marks {
    const NOTHING: &'static Self = &Marks { voice: None, claims: Vec::new(), printed: None, issuer: None };
}

impl From<Attribution> for Stated {
    fn from(all: Attribution) -> Self {
        Stated {
            source: all.source.map(|(found, _)| found),
            agency: all.dateline.and_then(|dateline| dateline.agency),
            byline: all.authors.first().map(|found| found.at),
            original_url: all.original_url,
            original_title: all.original_title,
        }
    }
}

/// Where a cluster's text came from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Source {
    /// A page of the corpus.
    Document(DocId),
    /// An outlet that has no page in the cluster, by the name that pages give it.
    Outside(String),
    /// The evidence is inconclusive.
    Unknown,
}

/// Whether a copy says where it has its text from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CreditGiven {
    /// It names the origin or its parent.
    Given,
    /// It names nobody.
    Withheld,
    /// It names somebody else.
    Wrong,
}

/// What a copy is to its parent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Relation {
    /// Where the text began, as far as the corpus goes.
    Original,
    /// The same text.
    Verbatim,
    /// The same text with small changes.
    Edited,
    /// Less of it.
    Shortened,
    /// More than it.
    Expanded,
    /// Put together from several articles.
    Compilation,
}

/// One member's place in its cluster.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Copy {
    /// The page.
    pub doc: DocId,
    /// The page it was most likely copied from; none for the first one, and for copies of an outside text.
    pub parent: Option<DocId>,
    /// Probability of that parent among the members and the outside.
    pub parent_probability: f64,
    /// What it is to its parent, or to the medoid without one.
    pub relation: Relation,
    /// Resemblance to and containment in the parent (or the medoid), from this member's side.
    pub overlap: Option<(f32, f32)>,
    /// Whether it credits whom it should; none for the origin.
    pub credit: Option<(CreditGiven, Option<Span>)>,
}

/// A candidate that was not chosen, though nearest to it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RunnerUp {
    /// Who it is.
    pub source: Source,
    /// Its outlet, if known.
    pub outlet: Option<String>,
    /// Its probability; for `Unknown`, that of this answer alone.
    pub probability: f64,
    /// What speaks for it and against it, the weightiest first.
    pub evidence: Vec<Evidence>,
}

/// The verdict on one cluster.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Lineage {
    /// Where the text came from.
    pub origin: Source,
    /// The outlet of the origin, if known.
    pub outlet: Option<String>,
    /// Probability of that verdict; for `Unknown`, that no page of the cluster is the origin.
    pub probability: f64,
    /// What speaks for it and against it, the weightiest first.
    pub evidence: Vec<Evidence>,
    /// The likeliest of the answers that are not given.
    pub runner_up: Option<RunnerUp>,
    /// The page with the earliest time; not a claim of origin.
    pub first_seen: Option<DocId>,
    /// Every member, in the order of the cluster.
    pub copies: Vec<Copy>,
    /// The text of somebody else that the pages print, if they say so.
    pub common: Option<CommonText>,
}

impl Lineage {
    /// The same with pages under other numbers. A page that `number` does not know is left out.
    pub(crate) fn renumbered(self, number: &dyn Fn(DocId) -> Option<DocId>) -> Self {
        let evidence = |pieces: Vec<Evidence>| {
            let renumber = |piece: Evidence| {
                let document = piece.document.and_then(number);
                Evidence { document, at: piece.at.filter(|_| document.is_some()), ..piece }
            };
            pieces.into_iter().map(renumber).collect::<Vec<_>>()
        };
        let source = |source: Source| match source {
            Source::Document(doc) => number(doc).map_or(Source::Unknown, Source::Document),
            other => other,
        };
        let copy = |copy: Copy| Some(Copy { doc: number(copy.doc)?, parent: copy.parent.and_then(number), ..copy });
        let runner_up = |second: RunnerUp| RunnerUp {
            source: source(second.source),
            evidence: evidence(second.evidence),
            ..second
        };
        Lineage {
            origin: source(self.origin),
            evidence: evidence(self.evidence),
            runner_up: self.runner_up.map(runner_up),
            first_seen: self.first_seen.and_then(number),
            copies: self.copies.into_iter().filter_map(copy).collect(),
            common: self.common.and_then(|common| Some(CommonText { document: number(common.document)?, ..common })),
            ..self
        }
    }
}

/// Overlap of the pages of a cluster, looked up by pair.
pub struct Overlaps<'m> {
    matches: &'m Matches,
}

impl<'m> Overlaps<'m> {
    /// Matches sorted by pair.
    pub fn new(matches: &'m Matches) -> Self {
        Overlaps { matches }
    }

    /// The matches in which `doc` is the lesser document.
    fn from(&self, doc: DocId) -> impl Iterator<Item = Match<'m>> + use<'m> {
        let matches = self.matches;
        matches.from(doc).map(|at| matches.get(at))
    }
}

/// Infers the history of every cluster. `pages` are the members' facts, cluster by cluster; within a cluster in
/// any order that does not depend on the input's.
///
/// Names are resolved over the whole corpus first; then every cluster is judged alone, in parallel, twice: the
/// second time with what the first taught about how often each outlet originates what it runs. Cost: n log n in
/// the size of a cluster.
pub fn lineages(pages: &[Vec<PageFacts>], overlaps: &Overlaps, outlets: &Outlets, roles: &Roles) -> Vec<Lineage> {
    let names = Names::resolve(pages, outlets, roles);
    judge(pages, overlaps, &names, &habits(pages, overlaps, &names))
}

/// The history of every cluster, when the names are resolved and the habits known.
pub(crate) fn judge(
    pages: &[Vec<PageFacts>],
    overlaps: &Overlaps,
    names: &Names,
    habits: &HabitCounts,
) -> Vec<Lineage> {
    let habits = Habits::learn(habits);
    let judge = |pages: &Vec<PageFacts>| {
        let view = view::View::new(pages, overlaps, names);
        let verdict = verdict::weigh(&view, &habits);
        let parents = parents::parents(&view, &verdict);
        lineage::lineage(&view, &habits, &verdict, &parents)
    };
    pages.par_iter().map(judge).collect()
}

/// How often each outlet originates what it runs, and what origins look like, judged without knowing either.
pub(crate) fn habits(pages: &[Vec<PageFacts>], overlaps: &Overlaps, names: &Names) -> HabitCounts {
    let unknown = Habits::unknown();
    let count = |mut counts: HabitCounts, pages: &Vec<PageFacts>| {
        let view = view::View::new(pages, overlaps, names);
        counts.count(&view, &verdict::weigh(&view, &unknown));
        counts
    };
    let sum = |mut sum: HabitCounts, part: HabitCounts| {
        sum.add(&part);
        sum
    };
    let none = || HabitCounts::none(names);
    pages.par_iter().with_min_len(CLUSTERS).fold(none, count).reduce(none, sum)
}

/// Clusters that one task counts at least: every task has counts for all names.
const CLUSTERS: usize = 512;

/// What the judgement of one cluster rests on, for fitting the weights.
#[derive(Clone, Debug)]
pub struct Grounds {
    /// The pages of the cluster.
    pub members: Vec<DocId>,
    /// Every candidate for the origin with its outlet, if known, and its evidence.
    pub candidates: Vec<(Source, Option<String>, Vec<Evidence>)>,
    /// For every member the hints of each arrow into it: from the outside first, then from every member; none
    /// from itself.
    pub arrows: Vec<Vec<Option<Hints>>>,
}

/// The grounds of every cluster, as [`lineages`] weighs them.
pub fn grounds(pages: &[Vec<PageFacts>], overlaps: &Overlaps, outlets: &Outlets, roles: &Roles) -> Vec<Grounds> {
    let names = Names::resolve(pages, outlets, roles);
    let habits = Habits::learn(&habits(pages, overlaps, &names));
    let of_cluster = |pages: &Vec<PageFacts>| {
        let view = view::View::new(pages, overlaps, &names);
        let verdict = verdict::weigh(&view, &habits);
        let arrows = (0..pages.len()).map(|k| parents::hints(&view, &verdict, k)).collect();
        let of = |&candidate::Weighed { candidate, .. }: &candidate::Weighed| {
            (view.source(candidate), view.outlet(candidate), evidence::evidence(&view, &habits, candidate))
        };
        let candidates = verdict.candidates.iter().map(of).collect();
        Grounds { members: pages.iter().map(|p| p.doc).collect(), candidates, arrows }
    };
    pages.par_iter().map(of_cluster).collect()
}
