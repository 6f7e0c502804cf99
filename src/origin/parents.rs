//! Who copied from whom: a maximum arborescence over the members of a cluster with a root outside it.

use super::evidence::{Candidate, Verdict, credit_given};
use super::order::{Common, Order, View};
use super::{Copy, Relation, arborescence, weights};
use crate::origin::names::Entity;

/// Hints for an arrow from a parent to a copy; weights in [`super::ARROW_WEIGHTS`] in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hint {
    /// The copy credits the parent.
    CreditsParent,
    /// The copy links to the parent's site.
    LinksParent,
    /// Probability that the parent is the origin.
    ParentIsOrigin,
    /// The parent is certainly later.
    ParentLater,
    /// The times are too close to tell.
    ParentTied,
    /// Both are of one outlet.
    SameOutlet,
    /// How much less the two resemble each other than the copy and the page it resembles most.
    Unlike,
    /// Share of the copy's text that the parent lacks, less that of the page that lacks least.
    Added,
    /// The two were never measured against each other.
    Unmeasured,
    /// Another page is as like the copy, and the copy credits that one.
    CreditsAnother,
    /// The arrow comes from outside although the origin is inside.
    OutsideAnyway,
    /// The arrow comes from outside, as the origin does.
    Outside,
    /// And the copy names that outside source.
    CreditsOutside,
}

/// How many hints there are.
pub const HINTS: usize = 13;

/// One arrow's hints, by [`Hint`].
pub type Hints = [f64; HINTS];

/// Clusters up to this size are solved exactly; in larger ones every page takes its best earlier page.
const EXACT: usize = 128;

/// For every member its parent, or none, and the probability of that.
pub(super) struct Tree {
    parents: Vec<(Option<usize>, f64)>,
}

/// Finds the likeliest tree of copying.
pub(super) fn tree(view: &View, verdict: &Verdict) -> Tree {
    let n = view.len();
    // The likeliest origin, named or not: a tree has a root all the same.
    let origin = verdict.candidates[0].candidate;
    // Node 0 stands for the outside, member k for node k + 1.
    let scores: Vec<Vec<f64>> = (0..n).map(|child| scores(view, verdict, origin, child)).collect();
    let parents = if n <= EXACT {
        arborescence::maximum(&scores)
    } else {
        scores.iter().enumerate().map(|(child, row)| best_earlier(view, child, row)).collect()
    };
    let settled = parents.iter().enumerate().map(|(child, &p)| (p.checked_sub(1), probability(&scores[child], p)));
    Tree { parents: settled.collect() }
}

/// Log-odds of every arrow into `child`: from the outside first, then from every member.
fn scores(view: &View, verdict: &Verdict, origin: Candidate, child: usize) -> Vec<f64> {
    if origin == Candidate::Member(child) {
        let from = |k: usize| if k == 0 { 0.0 } else { f64::NEG_INFINITY };
        return (0..=view.len()).map(from).collect();
    }
    let score = |hints: Option<Hints>| {
        let Some(hints) = hints else { return f64::NEG_INFINITY };
        hints.iter().zip(weights::ARROW_WEIGHTS).map(|(value, (_, weight))| value * weight).sum()
    };
    hints(view, verdict, origin, child).into_iter().map(score).collect()
}

/// The hints of every arrow into `child`: from the outside first, then from every member but itself.
pub(super) fn hints(view: &View, verdict: &Verdict, origin: Candidate, child: usize) -> Vec<Option<Hints>> {
    let common: Vec<_> = (0..view.len()).map(|k| view.common(child, k).filter(|_| k != child)).collect();
    let best = |of: fn(&Common) -> f32| common.iter().flatten().map(of).fold(0.0, f32::max);
    let (likest, fullest) = (best(|c| c.jaccard), best(|c| c.mine));
    let named = view.credit(child).filter(|&e| view.entity(child) != Some(e));
    let names_member = named.is_some_and(|e| view.has_page(e));
    let arrow = |parent: usize| {
        let mut hints = [0.0; HINTS];
        let mut set = |hint: Hint, value: f64| hints[hint as usize] = value;
        set(Hint::ParentIsOrigin, verdict.member_probability(parent));
        let entity = view.entity(parent);
        let credited = named.is_some() && entity == named;
        set(Hint::CreditsParent, f64::from(u8::from(credited)));
        set(Hint::CreditsAnother, f64::from(u8::from(names_member && !credited)));
        let linked = view.pages[child].stated.original_url.as_ref().and_then(|u| view.names.host_of(&u.value));
        set(Hint::LinksParent, f64::from(u8::from(linked.is_some() && linked == entity)));
        set(Hint::SameOutlet, f64::from(u8::from(entity.is_some() && entity == view.entity(child))));
        let order = view.order(parent, child);
        set(Hint::ParentLater, f64::from(u8::from(order == Order::After)));
        set(Hint::ParentTied, f64::from(u8::from(order == Order::Tied)));
        match common[parent] {
            Some(c) => {
                set(Hint::Unlike, f64::from(likest - c.jaccard));
                set(Hint::Added, f64::from(fullest - c.mine));
            }
            None => set(Hint::Unmeasured, 1.0),
        }
        hints
    };
    let mut row = vec![Some(from_outside(view, origin, child))];
    row.extend((0..view.len()).map(|parent| (parent != child).then(|| arrow(parent))));
    row
}

fn from_outside(view: &View, origin: Candidate, child: usize) -> Hints {
    let mut hints = [0.0; HINTS];
    match origin {
        Candidate::Member(_) => hints[Hint::OutsideAnyway as usize] = 1.0,
        Candidate::Outside(e) => {
            hints[Hint::Outside as usize] = 1.0;
            hints[Hint::CreditsOutside as usize] = f64::from(u8::from(names(view, child, e)));
        }
        Candidate::Unknown => hints[Hint::Outside as usize] = 1.0,
    }
    hints
}

fn names(view: &View, k: usize, entity: Entity) -> bool {
    view.credit(k) == Some(entity) || view.agency(k) == Some(entity)
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

/// What member `k` has in common with the member it resembles most.
fn likest(view: &View, k: usize) -> Option<Common> {
    let others = (0..view.len()).filter(|&m| m != k);
    others.filter_map(|m| view.common(k, m)).max_by(|x, y| x.jaccard.total_cmp(&y.jaccard))
}

impl Tree {
    /// Member `k` as the report tells of it.
    pub(super) fn copy(&self, view: &View, k: usize, origin: Candidate) -> Copy {
        let (parent, parent_probability) = self.parents[k];
        let is_origin = origin == Candidate::Member(k);
        let common = match parent {
            Some(parent) => view.common(k, parent),
            None => likest(view, k),
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
}
