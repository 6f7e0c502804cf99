//! The verdict on a cluster and the tree of its copies, put into findings.

use super::candidate::{Candidate, Verdict};
use super::common::common_text;
use super::evidence::{Evidence, evidence};
use super::habits::Habits;
use super::mentions::{agency_span, source_span};
use super::names::Entity;
use super::overlap::Common;
use super::parents::Parent;
use super::view::View;
use super::{Copy, CreditGiven, Lineage, Relation, RunnerUp, Source};
use crate::types::Span;

/// The verdict on a cluster and the parents of its members, as findings.
pub(super) fn lineage(view: &View, habits: &Habits, verdict: &Verdict, parents: &[Parent]) -> Lineage {
    let evidence = |candidate: Candidate| weightiest_first(evidence(view, habits, candidate));
    let best = &verdict.candidates[verdict.named];
    let origin = view.source(best.candidate);
    let not_a_member: f64 =
        verdict.candidates.iter().filter(|c| !matches!(c.candidate, Candidate::Member(_))).map(|c| c.probability).sum();
    let probability = if origin == Source::Unknown { not_a_member } else { best.probability };
    let copies = (0..view.len()).map(|k| copy(view, k, parents[k], best.candidate)).collect::<Vec<Copy>>();
    Lineage {
        origin,
        outlet: view.outlet(best.candidate),
        probability,
        evidence: evidence(best.candidate),
        runner_up: verdict.candidates.get(usize::from(verdict.named == 0)).map(|second| RunnerUp {
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

fn weightiest_first(mut evidence: Vec<Evidence>) -> Vec<Evidence> {
    evidence.sort_by(|x, y| y.weight.abs().total_cmp(&x.weight.abs()).then(x.kind.cmp(&y.kind)));
    evidence
}

/// Member `k` as a copy of its parent.
fn copy(view: &View, k: usize, (parent, parent_probability): Parent, origin: Candidate) -> Copy {
    let is_origin = origin == Candidate::Member(k);
    let common = match parent {
        Some(parent) => view.common(k, parent),
        None => view.member_overlap(k).likest,
    };
    let relation = match common {
        _ if is_origin => Relation::Original,
        Some(common) => relation(common, view.pages[k].units),
        None => Relation::Edited,
    };
    Copy {
        doc: view.pages[k].doc,
        parent: parent.map(|p| view.pages[p].doc),
        parent_probability,
        relation,
        overlap: common.map(|c| (c.jaccard, c.mine)),
        credit: (!is_origin).then(|| credit_given(view, k, parent, origin)),
    }
}

/// How much greater the share of text that only one of two texts has must be than the other's for it to be cut
/// or added; below, the difference is rewording.
const CUT: f32 = 0.08;
/// Up to this many units may be missing at the ends of a verbatim copy: a dateline, a closing credit.
const ENDS: f32 = 30.0;

/// What a copy of `units` units is to a text it has this in common with.
fn relation(common: Common, units: u32) -> Relation {
    let (added, cut) = (1.0 - common.mine, 1.0 - common.yours);
    if common.unbroken && added.max(cut) * units as f32 <= ENDS {
        Relation::Verbatim
    } else if cut - added >= CUT {
        Relation::Shortened
    } else if added - cut >= CUT {
        Relation::Expanded
    } else {
        Relation::Edited
    }
}

/// Whether member `k` credits the origin or its parent.
fn credit_given(view: &View, k: usize, parent: Option<usize>, origin: Candidate) -> (CreditGiven, Option<Span>) {
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
