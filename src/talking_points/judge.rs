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
    let small = ballot.is_small();
    let shared = |at: usize| {
        let (tally, profile) = (ballot.tally(&holders(at), formulaic), &profiles[at]);
        let is_furniture = tally.trailing >= FURNITURE || profile.is_address() || (!small && profile.is_furniture());
        Judged {
            chance: chances[at],
            q_value: 1.0,
            strength: strength(&evidence(spelt, at, chances[at], &tally, small)),
            score: 0.0,
            class: PointClass::Formula,
            is_shared: ballot.is_shared(&tally) && !is_furniture,
            is_point: false,
            tally,
        }
    };
    let mut judged: Vec<Judged> = (0..chances.len()).into_par_iter().map(shared).collect();
    let improbability = |(at, judged): (usize, &Judged)| {
        let expected = explained(judged.chance, &judged.tally, &profiles[at], ballot);
        improbability(spelt.candidates[at].sets, expected, judged.tally.burst.as_ref())
    };
    let p: Vec<f64> = judged.par_iter().enumerate().map(improbability).collect();
    let q = false_discovery(&p, tested);
    let enough = if small { SMALL_BITS } else { LISTED_BITS };
    judged.par_iter_mut().zip(q).enumerate().for_each(|(at, (judged, q_value))| {
        let has_bits = || judged.chance.bits(judged.tally.sets) >= enough;
        let is_beyond_chance = q_value <= FALSE_FINDS || (ballot.speakers.len() <= FEW_ARTICLES && has_bits());
        judged.q_value = q_value;
        judged.is_point = judged.is_shared && ballot.is_own(&judged.tally) && is_beyond_chance;
        if judged.is_point {
            (judged.class, judged.score) =
                ranked(&evidence(spelt, at, judged.chance, &judged.tally, small), &profiles[at], ballot);
        }
    });
    judged
}

fn evidence<'t>(spelt: &SpeltCandidates, at: usize, chance: Chance, tally: &'t Tally, small: bool) -> ScoreInput<'t> {
    ScoreInput { tally, chance, is_passage: spelt.is_passage(at), named: spelt.named[at], small }
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
