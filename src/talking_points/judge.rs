//! Which wordings are worth counting on every page, and how they did.

use super::bursts::Burst;
use super::chance::Chance;
use super::class::{Likeness, PointClass};
use super::occurrences::Holder;
use super::profile::Profile;
use super::rank::{ScoreInput, saying_score, score, small_score, strength};
use super::significance::{both, false_discovery, poisson_tail};
use super::spelling::SpeltCandidates;
use super::tally::{Ballot, Tally};
use super::token::CandidateGram;
use rayon::prelude::*;

/// Bits by which a wording must be more frequent than chance to be counted at all, and to be listed when its
/// count is not significant. In a small corpus the dictionary says most of what is expected, and less is asked.
const COUNTED_BITS: f64 = 14.0;
const LISTED_BITS: f64 = 20.0;
const SMALL_BITS: f64 = 8.0;
/// A count this unlikely is worth a look whatever its bits.
const UNLIKELY: f64 = 1e-3;
/// What stands after the last sentence on this share of its pages is the sites' own.
const FURNITURE: f64 = 0.5;
/// In a corpus of more articles a wording is listed only for its significance.
const FEW_ARTICLES: usize = 100;
/// Share of false finds among the wordings listed for their significance.
const FALSE_FINDS: f64 = 0.05;

/// A wording's votes and what they are worth.
pub(super) struct Judged {
    /// Its votes.
    pub tally: Tally,
    /// What chance explains.
    pub chance: Chance,
    /// Share of false finds among the wordings at least this sure.
    pub q_value: f64,
    /// What decides between two forms of one point.
    pub strength: f64,
    /// What the list is ranked by; 0 for what is no point.
    pub score: f64,
    /// What kind of wording it is, if it is a point.
    pub class: PointClass,
    /// Enough sets and outlets hold it, in their articles.
    pub is_shared: bool,
    /// It is shared, beyond chance, and no quotation.
    pub is_point: bool,
}

/// What a wording looks like.
#[derive(Clone, Copy)]
struct Looks {
    likeness: Likeness,
    class: PointClass,
}

impl Looks {
    fn of(profile: &Profile, tally: &Tally) -> Looks {
        let likeness = Likeness::of(&profile.with(tally));
        Looks { likeness, class: likeness.class(profile) }
    }
}

/// Drops the wordings that chance explains.
pub(super) fn keep_unlikely(
    spelt: SpeltCandidates,
    chances: Vec<Chance>,
    small: bool,
) -> (SpeltCandidates, Vec<Chance>) {
    let keep = |(candidate, chance): (&CandidateGram, &Chance)| is_unlikely(candidate.sets, chance, small);
    let keep: Vec<bool> = spelt.candidates.par_iter().zip(&chances).map(keep).collect();
    let kept = chances.into_iter().zip(&keep).filter_map(|(chance, &keep)| keep.then_some(chance)).collect();
    (spelt.retain(&keep), kept)
}

/// True for a wording that chance does not explain. The more chains of words explain, the fewer are left.
pub(super) fn is_unlikely(sets: u32, chance: &Chance, small: bool) -> bool {
    let enough = if small { SMALL_BITS } else { COUNTED_BITS };
    chance.bits(sets) >= enough || poisson_tail(sets, chance.most(), true) <= UNLIKELY
}

/// Tallies the votes for every wording and judges them; `tested` wordings were looked at in all.
pub(super) fn judge(
    spelt: &SpeltCandidates,
    (chances, profiles): (&[Chance], &[Profile]),
    holders: &(impl Fn(usize) -> Vec<Holder> + Sync),
    ballot: &Ballot,
    formulaic: &[f32],
    tested: u64,
) -> Vec<Judged> {
    let tallies: Vec<Tally> =
        (0..chances.len()).into_par_iter().map(|at| ballot.tally(&holders(at), formulaic)).collect();
    let p: Vec<f64> = (0..chances.len())
        .into_par_iter()
        .map(|at| {
            let expected = explained(chances[at], &tallies[at], &profiles[at], ballot);
            improbability(spelt.candidates[at].sets, expected, tallies[at].burst.as_ref())
        })
        .collect();
    let q = false_discovery(&p, tested);
    let one = |(at, tally): (usize, Tally)| {
        let chance = chances[at];
        let evidence = ScoreInput {
            tally: &tally,
            chance,
            is_passage: spelt.is_passage(at),
            named: spelt.named[at],
            small: ballot.is_small(),
        };
        let strength = strength(&evidence);
        let enough = if ballot.is_small() { SMALL_BITS } else { LISTED_BITS };
        let profile = &profiles[at];
        let is_furniture =
            tally.trailing >= FURNITURE || profile.is_address() || (!ballot.is_small() && profile.is_furniture());
        let is_shared = ballot.is_shared(&tally) && !is_furniture;
        let is_beyond_chance =
            q[at] <= FALSE_FINDS || (ballot.speakers.len() <= FEW_ARTICLES && chance.bits(tally.sets) >= enough);
        let is_point = is_shared && ballot.is_own(&tally) && is_beyond_chance;
        let (class, score) = if is_point { ranked(&evidence, profile, ballot) } else { (PointClass::Formula, 0.0) };
        Judged { tally, chance, q_value: q[at], strength, score, class, is_shared, is_point }
    };
    tallies.into_par_iter().enumerate().map(one).collect()
}

/// The class of a point, and what it is ranked by.
fn ranked(evidence: &ScoreInput, profile: &Profile, ballot: &Ballot) -> (PointClass, f64) {
    let Looks { likeness, class } = Looks::of(profile, evidence.tally);
    let score = if ballot.is_small() {
        small_score(&likeness, evidence.tally, profile)
    } else if class == PointClass::Saying {
        saying_score(&likeness, evidence.tally)
    } else {
        score(evidence)
    };
    (class, score)
}

/// How many sets chance explains. Chains of words explain nothing of a saying that enough outlets for a point put in
/// quotation marks: they say themselves that it is somebody's words.
fn explained(chance: Chance, tally: &Tally, profile: &Profile, ballot: &Ballot) -> f64 {
    let is_saying = || Looks::of(profile, tally).class == PointClass::Saying;
    if ballot.is_quoted(tally) && is_saying() { chance.elsewhere } else { chance.most() }
}

/// The chance of as many sets, and of so sudden a spread, where chance explains `expected` sets. Wordings are
/// looked at because they stand somewhere, so the count is judged given that it is not 0.
fn improbability(sets: u32, expected: f64, burst: Option<&Burst>) -> f64 {
    let count = poisson_tail(sets, expected, true);
    burst.map_or(count, |burst| both(count.max(f64::MIN_POSITIVE).ln(), burst.ln_chance))
}
