//! Who copied from whom: a maximum arborescence over the members of a cluster with a root outside it.

use super::candidate::{Candidate, Verdict};
use super::hint::{HINTS, Hint, Hints};
use super::names::Entity;
use super::shortlist::Shortlist;
use super::timeline::Order;
use super::view::View;
use super::{arborescence, weights};
use rayon::prelude::*;

/// Clusters up to this size are solved exactly; in larger ones every page takes its best earlier page from a short list.
const EXACT: usize = 128;

/// A member's parent, or none, and the probability of that.
pub(super) type Parent = (Option<usize>, f64);

/// The parent of every member in the likeliest tree of copying. Cost: linear in the cluster, but for sorting.
pub(super) fn parents(view: &View, verdict: &Verdict) -> Vec<Parent> {
    if view.len() <= EXACT { exact(view, verdict) } else { from_shortlists(view, verdict) }
}

/// The maximum arborescence over all arrows.
fn exact(view: &View, verdict: &Verdict) -> Vec<Parent> {
    // Node 0 stands for the outside, member k for node k + 1.
    let scores: Vec<Vec<f64>> = (0..view.len()).map(|child| all_scores(view, verdict, child)).collect();
    let parents = arborescence::maximum(&scores);
    parents.iter().zip(&scores).map(|(&p, row)| (p.checked_sub(1), probability(row, p, 0.0))).collect()
}

/// Log-odds of every arrow into `child`: from the outside first, then from every member.
fn all_scores(view: &View, verdict: &Verdict, child: usize) -> Vec<f64> {
    if verdict.origin() == Candidate::Member(child) {
        let from = |k: usize| if k == 0 { 0.0 } else { f64::NEG_INFINITY };
        return (0..=view.len()).map(from).collect();
    }
    let score = |hints: Option<Hints>| hints.map_or(f64::NEG_INFINITY, |hints| score(&hints));
    hints(view, verdict, child).into_iter().map(score).collect()
}

fn score(hints: &Hints) -> f64 {
    Hint::ALL.iter().zip(hints).map(|(&hint, value)| value * weights::of_arrow(hint)).sum()
}

/// Every page's best arrow from a page of its short list, all of which are certainly earlier, or from the outside. Such
/// arrows cannot close a circle.
fn from_shortlists(view: &View, verdict: &Verdict) -> Vec<Parent> {
    let shortlist = Shortlist::new(view, verdict);
    let best = |child: usize| {
        if verdict.origin() == Candidate::Member(child) {
            return (None, 1.0);
        }
        let arrows = Arrows::into(view, verdict, child);
        let listed = shortlist.of(view, child);
        let mut row = vec![score(&arrows.outside())];
        row.extend(listed.iter().map(|&parent| score(&arrows.arrow(parent))));
        let chosen = (0..row.len()).max_by(|&x, &y| row[x].total_cmp(&row[y])).unwrap_or(0);
        let rest = arrows.rest(&listed);
        (chosen.checked_sub(1).map(|at| listed[at]), probability(&row, chosen, rest))
    };
    (0..view.len()).into_par_iter().map(best).collect()
}

/// The hints of every arrow into `child`: from the outside first, then from every member but itself.
pub(super) fn hints(view: &View, verdict: &Verdict, child: usize) -> Vec<Option<Hints>> {
    let arrows = Arrows::into(view, verdict, child);
    let mut row = vec![Some(arrows.outside())];
    row.extend((0..view.len()).map(|parent| (parent != child).then(|| arrows.arrow(parent))));
    row
}

/// The arrows into one member.
struct Arrows<'v, 'a> {
    view: &'v View<'a>,
    verdict: &'v Verdict,
    child: usize,
    /// The entity that it credits, if that is another one than its own.
    named: Option<Entity>,
    names_member: bool,
    linked: Option<Entity>,
    /// The greatest resemblance to another member, and the greatest share of its text that another has.
    likest: f32,
    fullest: f32,
}

impl<'v, 'a> Arrows<'v, 'a> {
    fn into(view: &'v View<'a>, verdict: &'v Verdict, child: usize) -> Self {
        let named = view.credit(child).filter(|&e| view.entity(child) != Some(e));
        let around = view.member_overlap(child);
        Arrows {
            view,
            verdict,
            child,
            named,
            names_member: named.is_some_and(|e| view.mentions.has_page(e)),
            linked: view.linked(child),
            likest: around.likest.map_or(0.0, |likest| likest.jaccard),
            fullest: around.most_mine,
        }
    }

    fn arrow(&self, parent: usize) -> Hints {
        let (view, child) = (self.view, self.child);
        let mut hints = [0.0; HINTS];
        let mut set = |hint: Hint, value: f64| hints[hint as usize] = value;
        set(Hint::ParentIsOrigin, self.verdict.member_probability(parent));
        let entity = view.entity(parent);
        let credited = self.named.is_some() && entity == self.named;
        set(Hint::CreditsParent, f64::from(u8::from(credited)));
        set(Hint::CreditsAnother, f64::from(u8::from(self.names_member && !credited)));
        set(Hint::LinksParent, f64::from(u8::from(self.linked.is_some() && self.linked == entity)));
        set(Hint::SameOutlet, f64::from(u8::from(entity.is_some() && entity == view.entity(child))));
        let order = view.order(parent, child);
        set(Hint::ParentLater, f64::from(u8::from(order == Order::After)));
        set(Hint::ParentTied, f64::from(u8::from(order == Order::Tied)));
        match view.common(child, parent) {
            Some(c) => {
                set(Hint::Unlike, f64::from(self.likest - c.jaccard));
                set(Hint::Added, f64::from(self.fullest - c.mine));
            }
            None => set(Hint::Unmeasured, 1.0),
        }
        hints
    }

    fn outside(&self) -> Hints {
        let mut hints = [0.0; HINTS];
        match self.verdict.origin() {
            Candidate::Member(_) => hints[Hint::OutsideAnyway as usize] = 1.0,
            Candidate::Outside(e) => {
                hints[Hint::Outside as usize] = 1.0;
                hints[Hint::CreditsOutside as usize] = f64::from(u8::from(names(self.view, self.child, e)));
            }
            Candidate::Unknown => hints[Hint::Outside as usize] = 1.0,
        }
        hints
    }

    /// The odds of all members that are not on the short list, each taken for a page that has nothing to show but its
    /// text and time: as a copy of the same body, or as one that was not measured.
    fn rest(&self, listed: &[usize]) -> f64 {
        let similarity = &self.view.similarity;
        let group = similarity.group(self.child);
        let listed_equals = listed.iter().filter(|&&k| similarity.group(k) == group).count();
        let equals = similarity.groups()[group].len() - 1 - listed_equals;
        let others = self.view.len() - 1 - listed.len() - equals;
        let counts = self.view.counts(self.child);
        let all = (self.view.len() - 1) as f64;
        let (later, tied) = (counts.after as f64 / all, counts.tied as f64 / all);
        let odds = |hint: Hint| weights::of_arrow(hint).exp();
        let by_time = later * odds(Hint::ParentLater) + tied * odds(Hint::ParentTied) + (1.0 - later - tied);
        let by_credit = if self.names_member { odds(Hint::CreditsAnother) } else { 1.0 };
        by_time * by_credit * (equals as f64 + others as f64 * odds(Hint::Unmeasured))
    }
}

fn names(view: &View, k: usize, entity: Entity) -> bool {
    view.credit(k) == Some(entity) || view.agency(k) == Some(entity)
}

/// The share of one arrow among all into the same page; `rest` are the odds of those that are not in the row.
fn probability(row: &[f64], chosen: usize, rest: f64) -> f64 {
    let best = row.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let all: f64 = row.iter().map(|s| (s - best).exp()).sum::<f64>() + rest * (-best).exp();
    (row[chosen] - best).exp() / all
}
