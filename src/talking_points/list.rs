//! Writes the points down, strongest first, each with its forms and where it stands.

use super::articles::Articles;
use super::forms::{self, Forms};
use super::judge::Judged;
use super::spelling::Spelt;
use super::tally::Ballot;
use super::votes::Votes;
use super::{PointKind, TalkingPoint};
use rayon::prelude::*;
use std::ops::Range;

/// The points: for every wording that stands for itself in `roots` and is beyond chance, one.
pub(super) fn write(
    spelt: &Spelt,
    judged: &[Judged],
    roots: &[Option<u32>],
    votes: &Votes,
    ballot: &Ballot,
    articles: &impl Articles,
) -> Vec<TalkingPoint> {
    let mut listed: Vec<u32> =
        (0..judged.len() as u32).filter(|&at| roots[at as usize] == Some(at) && judged[at as usize].is_point).collect();
    let score = |at: u32| judged[at as usize].score;
    listed.sort_unstable_by(|&a, &b| score(b).total_cmp(&score(a)).then(a.cmp(&b)));
    let members = members(roots, judged);
    let all_forms =
        forms::read(&members.iter().map(|&(_, at)| at).collect::<Vec<u32>>(), votes, &ballot.voters, articles);
    listed
        .into_par_iter()
        .map(|root| {
            let own = run_of(&members, root);
            let (text, variants) = named(root, &members[own.clone()], &all_forms[own], judged);
            let Judged { tally, chance, q_value, score, .. } = &judged[root as usize];
            let holders = votes.of(root as usize);
            TalkingPoint {
                text,
                kind: if spelt.is_passage(root as usize) { PointKind::Passage } else { PointKind::Phrase },
                variants,
                outlets: tally.outlets,
                sets: tally.sets,
                documents: tally.documents,
                seen: tally.seen,
                burst: tally.burst.clone().filter(|burst| burst.ln_chance < 0.0),
                quoted: tally.quoted,
                common_source: ballot.common_source(tally, &holders),
                expected: chance.elsewhere,
                score: *score,
                q_value: *q_value,
                examples: forms::examples(&holders, &ballot.voters),
                carriers: ballot.carriers(&holders),
            }
        })
        .collect()
}

/// The wordings that are forms of listed points, as (point, wording), in order.
fn members(roots: &[Option<u32>], judged: &[Judged]) -> Vec<(u32, u32)> {
    let mut members: Vec<(u32, u32)> = (0u32..)
        .zip(roots)
        .filter_map(|(at, root)| root.map(|root| (root, at)))
        .filter(|&(root, _)| judged[root as usize].is_point)
        .collect();
    members.sort_unstable();
    members
}

fn run_of(members: &[(u32, u32)], root: u32) -> Range<usize> {
    members.partition_point(|&(of, _)| of < root)..members.partition_point(|&(of, _)| of <= root)
}

/// A point's best form, and all forms: its own as pages write them, then each other wording in its best form.
fn named(root: u32, members: &[(u32, u32)], forms: &[Forms], judged: &[Judged]) -> (String, Vec<(String, u32)>) {
    let mut own: Forms = Vec::new();
    let mut others: Vec<(String, u32)> = Vec::new();
    for (&(_, at), forms) in members.iter().zip(forms) {
        match forms.first() {
            _ if at == root => own = forms.clone(),
            Some((text, _)) => others.push((text.clone(), judged[at as usize].tally.documents)),
            None => {}
        }
    }
    others.sort_unstable_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    let text = own.first().map(|(text, _)| text.clone()).unwrap_or_default();
    own.extend(others);
    (text, own)
}
