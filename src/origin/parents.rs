//! Who copied from whom: a maximum arborescence over the members of a cluster with a root outside it.

use super::names::Entity;
use super::overlap::Common;
use super::shortlist::Shortlist;
use super::timeline::Order;
use super::verdict::{Candidate, Verdict, credit_given};
use super::view::View;
use super::{Copy, Relation, arborescence, weights};
use rayon::prelude::*;

/// Hints for an arrow from a parent to a copy; weights in [`super::arrow_weights`] in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
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

impl Hint {
    /// All hints, in the order of [`Hints`].
    pub const ALL: [Hint; HINTS] = [
        Hint::CreditsParent,
        Hint::LinksParent,
        Hint::ParentIsOrigin,
        Hint::ParentLater,
        Hint::ParentTied,
        Hint::SameOutlet,
        Hint::Unlike,
        Hint::Added,
        Hint::Unmeasured,
        Hint::CreditsAnother,
        Hint::OutsideAnyway,
        Hint::Outside,
        Hint::CreditsOutside,
    ];
}

/// How many hints there are.
pub const HINTS: usize = 13;

/// One arrow's hints, by [`Hint`].
pub type Hints = [f64; HINTS];

/// Clusters up to this size are solved exactly; in larger ones every page takes its best earlier page from a short list.
const EXACT: usize = 128;

/// For every member its parent, or none, and the probability of that.
pub(super) struct Tree {
    parents: Vec<(Option<usize>, f64)>,
}

/// Finds the likeliest tree of copying. Cost: linear in the cluster, but for sorting.
pub(super) fn tree(view: &View, verdict: &Verdict) -> Tree {
    let parents = if view.len() <= EXACT { exact(view, verdict) } else { from_shortlists(view, verdict) };
    Tree { parents }
}

/// The maximum arborescence over all arrows.
fn exact(view: &View, verdict: &Verdict) -> Vec<(Option<usize>, f64)> {
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
fn from_shortlists(view: &View, verdict: &Verdict) -> Vec<(Option<usize>, f64)> {
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
        let around = view.surroundings(child);
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

impl Tree {
    /// Member `k` as the report tells of it.
    pub(super) fn copy(&self, view: &View, k: usize, origin: Candidate) -> Copy {
        let (parent, parent_probability) = self.parents[k];
        let is_origin = origin == Candidate::Member(k);
        let common = match parent {
            Some(parent) => view.common(k, parent),
            None => view.surroundings(k).likest,
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
