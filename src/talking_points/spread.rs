//! The stage in steps, for pages that are spread over machines: what goes into each step and comes out of it. The steps
//! are those of [`super::find`], which has all pages at hand.
//!
//! | step | in | out |
//! | --- | --- | --- |
//! | [`search`] | the articles that speak for the sets | wordings that chance does not explain, and how formulaic each article is |
//! | [`Sought::vote`] | any pages of voters | which of them hold which wording, and where |
//! | [`weigh`] | all voters and votes, no article | points, and where their forms stand |
//! | [`Draft::finish`] | what stands in these places | points |

use super::articles::Articles;
use super::chance::Chance;
use super::list::Draft;
use super::occurrences::{Holder, Votes, Wordings};
use super::places::Places;
use super::profile::Profile;
use super::spelling::SpeltCandidates;
use super::subject::{OnSubject, OnSubjects, SubjectSizes};
use super::tally::Ballot;
use super::token::{BREAK, CandidateGram};
use super::{Quote, Unlikely, Voter, judged};
use crate::error::Result;
use crate::storage::{Column, Scratch};
use crate::types::DocId;
use rayon::prelude::*;
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

/// A wording that chance does not explain.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Wording {
    units: Vec<u32>,
    words: Vec<u32>,
    sets: u32,
    times: u32,
    named: f64,
    elsewhere: f64,
    chained: f64,
    profile: Profile,
    on_subject: OnSubject,
}

/// What the articles that speak for the sets tell.
#[derive(Clone, Debug, Default)]
pub struct Search {
    /// Wordings, in ascending order of their units.
    pub wordings: Vec<Wording>,
    /// For each article the share of it that is made of recurring runs of words.
    pub formulaic: Vec<(DocId, f32)>,
    /// Different n-grams that were looked at.
    pub tested: u64,
}

/// Looks for wordings in the articles that speak for the sets: each a voter, one a set.
pub fn search(speakers: Vec<Voter>, articles: &impl Articles, scratch: &Scratch) -> Result<Search> {
    let ballot = Ballot::new(speakers, Vec::new());
    let Unlikely { spelt, chances, profiles, on_subject, formulaic, tested } =
        super::search(&ballot, articles, None, scratch)?;
    let wording = |sizes: &mut SubjectSizes, at: usize| Wording {
        units: spelt.wordings.of(at).to_vec(),
        words: spelt.words[at].to_vec(),
        sets: spelt.candidates[at].sets,
        times: spelt.candidates[at].times,
        named: spelt.named[at],
        elsewhere: chances[at].elsewhere,
        chained: chances[at].chained,
        profile: profiles[at],
        on_subject: on_subject.of(at, &spelt.words[at], sizes),
    };
    Ok(Search {
        wordings: (0..chances.len()).into_par_iter().map_init(SubjectSizes::default, wording).collect(),
        formulaic: ballot.speakers.iter().copied().zip(formulaic).collect(),
        tested,
    })
}

/// A page that holds a wording, and where.
#[derive(Clone, Copy, Debug)]
pub struct Vote {
    /// The wording, by its place among all.
    pub wording: u32,
    /// The page.
    pub doc: DocId,
    /// First byte of the wording's first place on the page.
    pub start: u32,
    /// How it stands there, and how it is written: of no use to others.
    pub manner: u32,
}

/// Wordings to look for.
pub struct Sought(Wordings, Vec<bool>);

impl Sought {
    /// Takes all wordings, in the order in which [`search`] gave them.
    pub fn new(wordings: &[Wording]) -> Self {
        let joined = wordings.iter().map(|wording| wording.words.contains(&BREAK)).collect();
        Sought(Wordings::new(wordings.iter().map(|wording| &wording.units[..])), joined)
    }

    /// The votes of some pages. Those of one set should follow one another: what they share is searched once.
    pub fn vote(&self, voters: &[Voter], articles: &impl Articles) -> Result<Vec<Vote>> {
        let votes = Votes::count(&self.0, &self.1, voters, articles, &Scratch::default())?;
        let vote = |(wording, holder): (u32, Holder)| Vote {
            wording,
            doc: voters[holder.voter as usize].doc,
            start: holder.start,
            manner: holder.manner(),
        };
        Ok(votes.all().map(vote).collect())
    }
}

/// Judges the wordings by all votes, and drafts the points, the strongest first.
pub fn weigh(search: Search, voters: Vec<Voter>, quotes: Vec<Quote>, votes: Vec<Vote>) -> Vec<Draft> {
    let ballot = Ballot::new(voters, quotes);
    let known: FxHashMap<DocId, f32> = search.formulaic.into_iter().collect();
    let formulaic = ballot.speakers.iter().map(|doc| known.get(doc).copied().unwrap_or(0.0)).collect();
    let wordings = search.wordings;
    let chance = |wording: &Wording| Chance { elsewhere: wording.elsewhere, chained: wording.chained };
    let candidate = |w: &Wording| {
        let (words, whole) = (w.words.len() as u32, [false; 2]);
        CandidateGram { first: 0, words, sets: w.sets, times: w.times, whole }
    };
    let found = Unlikely {
        chances: wordings.iter().map(chance).collect(),
        profiles: Column::Memory(wordings.iter().map(|wording| wording.profile).collect()),
        on_subject: OnSubjects::Known(wordings.iter().map(|wording| wording.on_subject).collect()),
        spelt: SpeltCandidates {
            wordings: Wordings::new(wordings.iter().map(|wording| &wording.units[..])),
            candidates: wordings.iter().map(candidate).collect(),
            named: wordings.iter().map(|wording| wording.named).collect(),
            letters: Vec::new(),
            places: Places::default(),
            words: wordings.into_iter().map(|wording| wording.words.into()).collect(),
        },
        formulaic,
        tested: search.tested,
    };
    let mut places = vec![u32::MAX; ballot.voters.iter().map(|voter| voter.doc.index() + 1).max().unwrap_or(0)];
    (0u32..).zip(&ballot.voters).for_each(|(place, voter)| places[voter.doc.index()] = place);
    let mut holders: Vec<Vec<Holder>> = vec![Vec::new(); found.chances.len()];
    for vote in votes {
        let holder = Holder::new(places[vote.doc.index()], vote.start, vote.manner);
        holders[vote.wording as usize].push(holder);
    }
    holders.iter_mut().for_each(|holders| holders.sort_unstable_by_key(|holder| holder.voter));
    judged(&found, &ballot, &|at| holders[at].clone())
}
