//! Who copied from whom: a maximum arborescence over the members of a cluster with a root outside it.

use super::evidence::{Candidate, Verdict, credit_given};
use super::order::{Order, View};
use super::{Copy, Relation, arborescence};
use crate::origin::names::Entity;

/// What a hint adds to the log-odds of an arrow.
const CREDITS_PARENT: f64 = 2.0;
const LINKS_PARENT: f64 = 1.5;
const PARENT_IS_ORIGIN: f64 = 2.0;
const PARENT_LATER: f64 = -6.0;
const PARENT_TIED: f64 = -0.5;
const SAME_OUTLET: f64 = -2.0;
/// For each share of resemblance that the two lack.
const UNLIKE: f64 = -9.0;
/// For each share of the copy's text that the parent lacks.
const ADDED: f64 = -3.0;
const UNMEASURED: f64 = -6.0;
/// An arrow from outside, when the origin is inside and when it is not.
const FROM_OUTSIDE_ANYWAY: f64 = -4.0;
const FROM_OUTSIDE: f64 = 0.0;
const CREDITS_OUTSIDE: f64 = 1.5;

/// Clusters up to this size are solved exactly; in larger ones every page takes its best earlier page.
const EXACT: usize = 128;

/// For every member its parent, or none, and the probability of that.
pub(super) struct Tree {
    parents: Vec<(Option<usize>, f64)>,
}

/// Finds the likeliest tree of copying.
pub(super) fn tree(view: &View, verdict: &Verdict) -> Tree {
    let n = view.len();
    let origin = verdict.candidates[0].candidate;
    // Node 0 stands for the outside, member k for node k + 1.
    let scores: Vec<Vec<f64>> = (0..n).map(|child| arrows(view, verdict, origin, child)).collect();
    let parents = if n <= EXACT {
        arborescence::maximum(&scores)
    } else {
        scores.iter().enumerate().map(|(child, row)| best_earlier(view, child, row)).collect()
    };
    let settled = parents.iter().enumerate().map(|(child, &p)| (p.checked_sub(1), probability(&scores[child], p)));
    Tree { parents: settled.collect() }
}

/// Log-odds of every arrow into `child`: from the outside first, then from every member.
fn arrows(view: &View, verdict: &Verdict, origin: Candidate, child: usize) -> Vec<f64> {
    let mut row = Vec::with_capacity(view.len() + 1);
    row.push(from_outside(view, origin, child));
    row.extend((0..view.len()).map(|parent| {
        if parent == child || origin == Candidate::Member(child) {
            f64::NEG_INFINITY
        } else {
            arrow(view, verdict, parent, child)
        }
    }));
    row
}

fn from_outside(view: &View, origin: Candidate, child: usize) -> f64 {
    match origin {
        Candidate::Member(k) if k == child => 0.0,
        Candidate::Member(_) => FROM_OUTSIDE_ANYWAY,
        Candidate::Outside(e) if names(view, child, e) => FROM_OUTSIDE + CREDITS_OUTSIDE,
        Candidate::Outside(_) | Candidate::Unknown => FROM_OUTSIDE,
    }
}

fn names(view: &View, k: usize, entity: Entity) -> bool {
    view.credit(k) == Some(entity) || view.agency(k) == Some(entity)
}

fn arrow(view: &View, verdict: &Verdict, parent: usize, child: usize) -> f64 {
    let mut score = PARENT_IS_ORIGIN * verdict.member_probability(parent);
    if let Some(entity) = view.entity(parent) {
        score +=
            if view.credit(child) == Some(entity) && view.entity(child) != Some(entity) { CREDITS_PARENT } else { 0.0 };
        score += if view.entity(child) == Some(entity) { SAME_OUTLET } else { 0.0 };
        let linked = view.pages[child].attribution.original_url.as_ref();
        let linked = linked.and_then(|u| view.names.host_of(&u.value));
        score += if linked == Some(entity) { LINKS_PARENT } else { 0.0 };
    }
    score += match view.order(parent, child) {
        Order::Before | Order::Unknown => 0.0,
        Order::Tied => PARENT_TIED,
        Order::After => PARENT_LATER,
    };
    score
        + view
            .common(child, parent)
            .map_or(UNMEASURED, |c| UNLIKE * f64::from(1.0 - c.jaccard) + ADDED * f64::from(1.0 - c.mine))
}

/// In a large cluster: the best arrow from a page that is certainly earlier, or from the outside. Such arrows
/// cannot close a circle.
fn best_earlier(view: &View, child: usize, row: &[f64]) -> usize {
    let earlier = |p: usize| p == 0 || view.order(p - 1, child) == Order::Before;
    (0..row.len()).filter(|&p| earlier(p)).max_by(|&x, &y| row[x].total_cmp(&row[y])).unwrap_or(0)
}

/// The share of one arrow among all into the same page.
fn probability(row: &[f64], chosen: usize) -> f64 {
    let best = row.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let all: f64 = row.iter().map(|s| (s - best).exp()).sum();
    (row[chosen] - best).exp() / all
}

/// From this share of text on that only one of two texts has, it was cut or added.
const CUT: f32 = 0.1;
/// Up to this share of difference the text is the same.
const SAME: f32 = 0.005;

impl Tree {
    /// Member `k` as the report tells of it.
    pub(super) fn copy(&self, view: &View, k: usize, origin: Candidate) -> Copy {
        let (parent, parent_probability) = self.parents[k];
        let is_origin = origin == Candidate::Member(k);
        let medoid = view.pages.iter().position(|p| p.doc == view.cluster.medoid).filter(|&m| m != k);
        let common = parent.or(medoid).and_then(|other| view.common(k, other));
        let relation = match common {
            _ if is_origin => Relation::Original,
            None => Relation::Edited,
            Some(c) => {
                let (added, cut) = (1.0 - c.mine, 1.0 - c.yours);
                if added.max(cut) <= SAME && c.jaccard > 0.985 {
                    Relation::Verbatim
                } else if cut >= CUT && cut >= added {
                    Relation::Shortened
                } else if added >= CUT {
                    Relation::Expanded
                } else {
                    Relation::Edited
                }
            }
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
}
