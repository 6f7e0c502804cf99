//! Who may be the origin of a cluster, and what came of weighing them.

use super::names::Entity;

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
    pub of_members: Vec<f64>,
    /// The place of the one that is named: the likeliest, or "unknown" where nothing speaks for that one.
    pub named: usize,
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
}
