//! The judgement of a cluster: the probability of every candidate, and which one is named.

use super::candidate::{Candidate, Verdict, Weighed};
use super::evidence::{Evidence, evidence};
use super::habits::Habits;
use super::view::View;
use rayon::prelude::*;

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
