//! The judgement of a cluster: the probability of every candidate, and which one is named.

use super::common::common_text;
use super::evidence::{Evidence, evidence};
use super::habits::Habits;
use super::mentions::{agency_span, source_span};
use super::names::Entity;
use super::parents::Tree;
use super::view::View;
use super::{Copy, CreditGiven, Lineage, RunnerUp, Source};
use crate::types::Span;
use rayon::prelude::*;

/// Who may be the origin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Candidate {
    Member(usize),
    Outside(Entity),
    Unknown,
}

/// A candidate as it was weighed.
pub(super) struct Weighed {
    pub candidate: Candidate,
    pub score: f64,
    pub probability: f64,
}

/// The judgement of a cluster.
pub(super) struct Verdict {
    /// All candidates, the likeliest first.
    pub candidates: Vec<Weighed>,
    /// The probability of every member.
    of_members: Vec<f64>,
    /// The place of the one that is named: the likeliest, or "unknown" where nothing speaks for that one.
    named: usize,
}

/// Candidates that one task weighs.
const TASK: usize = 64;

/// Weighs all candidates of a cluster. Cost: linear in the cluster, but for sorting.
pub(super) fn weigh(view: &View, habits: &Habits) -> Verdict {
    let mut all: Vec<Candidate> = (0..view.len()).map(Candidate::Member).collect();
    all.extend(view.mentions.outside().into_iter().map(Candidate::Outside));
    all.push(Candidate::Unknown);
    let weigh = |candidate: Candidate| {
        let score = evidence(view, habits, candidate).iter().map(|e| e.weight).sum();
        Weighed { candidate, score, probability: 0.0 }
    };
    let mut candidates: Vec<Weighed> = all.into_par_iter().with_min_len(TASK).map(weigh).collect();
    let best = candidates.iter().map(|c| c.score).fold(f64::NEG_INFINITY, f64::max);
    let all: f64 = candidates.iter().map(|c| (c.score - best).exp()).sum();
    for c in &mut candidates {
        c.probability = (c.score - best).exp() / all;
    }
    let of_members = candidates[..view.len()].iter().map(|c| c.probability).collect();
    let tie = |c: &Weighed| match c.candidate {
        Candidate::Member(k) => (0, view.pages[k].order),
        Candidate::Outside(e) => (1, u64::from(e.0)),
        Candidate::Unknown => (2, 0),
    };
    candidates.sort_by(|x, y| y.score.total_cmp(&x.score).then_with(|| tie(x).cmp(&tie(y))));
    // What is known of outlets and looks alone names nobody: of two undated pages that name nobody either may be the copy.
    let speaks = |e: &Evidence| e.kind.names_somebody() && e.weight > 0.0;
    let best = candidates[0].candidate;
    let is_bare = matches!(best, Candidate::Member(_)) && !evidence(view, habits, best).iter().any(speaks);
    let unknown = || candidates.iter().position(|c| c.candidate == Candidate::Unknown);
    let named = if is_bare { unknown().unwrap_or(0) } else { 0 };
    Verdict { candidates, of_members, named }
}

fn weightiest_first(mut evidence: Vec<Evidence>) -> Vec<Evidence> {
    evidence.sort_by(|x, y| y.weight.abs().total_cmp(&x.weight.abs()).then(x.kind.cmp(&y.kind)));
    evidence
}

impl Verdict {
    /// The likeliest origin, named or not: a tree has a root all the same.
    pub(super) fn origin(&self) -> Candidate {
        self.candidates[0].candidate
    }

    /// The probability that member `k` is the origin.
    pub(super) fn member_probability(&self, k: usize) -> f64 {
        self.of_members[k]
    }

    /// Puts the verdict into words and numbers.
    pub(super) fn into_lineage(self, view: &View, habits: &Habits, tree: Tree) -> Lineage {
        let evidence = |candidate: Candidate| weightiest_first(evidence(view, habits, candidate));
        let best = &self.candidates[self.named];
        let origin = view.source(best.candidate);
        let not_a_member: f64 = self
            .candidates
            .iter()
            .filter(|c| !matches!(c.candidate, Candidate::Member(_)))
            .map(|c| c.probability)
            .sum();
        let probability = if origin == Source::Unknown { not_a_member } else { best.probability };
        let copies = (0..view.len()).map(|k| tree.copy(view, k, best.candidate)).collect::<Vec<Copy>>();
        Lineage {
            origin,
            outlet: view.outlet(best.candidate),
            probability,
            evidence: evidence(best.candidate),
            runner_up: self.candidates.get(usize::from(self.named == 0)).map(|second| RunnerUp {
                source: view.source(second.candidate),
                outlet: view.outlet(second.candidate),
                probability: second.probability,
                evidence: evidence(second.candidate),
            }),
            first_seen: view.first_seen().map(|k| view.pages[k].doc),
            copies,
            common: common_text(view.pages),
        }
    }
}

/// Whether member `k` credits the origin or its parent.
pub(super) fn credit_given(
    view: &View,
    k: usize,
    parent: Option<usize>,
    origin: Candidate,
) -> (CreditGiven, Option<Span>) {
    let page = &view.pages[k];
    let due = |e: Entity| {
        let of_origin = match origin {
            Candidate::Member(o) => view.entity(o) == Some(e),
            Candidate::Outside(o) => o == e,
            Candidate::Unknown => view.entity(k) != Some(e),
        };
        of_origin || parent.is_some_and(|p| view.entity(p) == Some(e))
    };
    let linked = page.stated.original_url.as_ref().and_then(|u| Some((view.names.host_of(&u.value)?, u.at)));
    let named = [
        view.credit(k).map(|e| (e, source_span(page))),
        view.agency(k).map(|e| (e, agency_span(page))),
        linked.map(|(e, at)| (e, Some(at))),
    ];
    let mut stated = named.into_iter().flatten();
    match stated.clone().find(|&(e, _)| due(e)) {
        Some((_, at)) => (CreditGiven::Given, at),
        None => stated.next().map_or((CreditGiven::Withheld, None), |(_, at)| (CreditGiven::Wrong, at)),
    }
}
