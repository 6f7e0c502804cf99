//! Writes the points down, strongest first, each with its forms and where it stands. Which forms it has is decided
//! before any page is read for their wording: so the pages need not be where the votes are.

use super::articles::Articles;
use super::class::PointClass;
use super::judge::Judged;
use super::occurrences::Holder;
use super::profile::Profile;
use super::spelling::SpeltCandidates;
use super::subject::{OnSubjects, SubjectSizes};
use super::tally::Ballot;
use super::templates::{self, PhraseForm};
use super::{PointKind, TalkingPoint};
use crate::types::{DocId, Span};
use rayon::prelude::*;
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};
use std::ops::Range;

/// A point whose forms have yet to be read from the pages that show them.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Draft {
    /// All else of it.
    point: TalkingPoint,
    /// Where its own forms stand.
    own: Vec<PhraseForm>,
    /// Each other wording that it stands for: where its forms are, and how many pages hold it.
    others: Vec<(Vec<PhraseForm>, u32)>,
}

/// The points: sayings, then all others, the strongest first; in a small corpus, where classes are unsure, all by their
/// scores. For every wording that stands for itself in `roots` and is beyond chance, one.
pub(super) fn drafts(
    (spelt, profiles, on_subject): (&SpeltCandidates, &[Profile], &OnSubjects),
    judged: &[Judged],
    roots: &[Option<u32>],
    holders: &(impl Fn(usize) -> Vec<Holder> + Sync),
    ballot: &Ballot,
) -> Vec<Draft> {
    let mut listed: Vec<u32> =
        (0..judged.len() as u32).filter(|&at| roots[at as usize] == Some(at) && judged[at as usize].is_point).collect();
    let is_other = |at: u32| !ballot.is_small() && judged[at as usize].class != PointClass::Saying;
    let score = |at: u32| judged[at as usize].score;
    listed.sort_unstable_by(|&a, &b| is_other(a).cmp(&is_other(b)).then(score(b).total_cmp(&score(a))).then(a.cmp(&b)));
    let members = members(roots, judged);
    listed
        .into_par_iter()
        .map_init(SubjectSizes::default, |sizes, root| {
            let (mut own, mut others) = (Vec::new(), Vec::new());
            for &(_, at) in &members[run_of(&members, root)] {
                let forms = templates::of(holders(at as usize), &ballot.voters);
                if at == root {
                    own = forms;
                } else {
                    others.push((forms, judged[at as usize].tally.documents));
                }
            }
            let Judged { tally, chance, q_value, score, class, .. } = &judged[root as usize];
            let holders = holders(root as usize);
            let point = TalkingPoint {
                text: String::new(),
                kind: if spelt.is_passage(root as usize) { PointKind::Passage } else { PointKind::Phrase },
                class: *class,
                features: profiles[root as usize].with(tally).to_vec(),
                variants: Vec::new(),
                outlets: tally.known_outlets,
                of_unknown_outlet: tally.of_unknown_outlet,
                sets: tally.sets,
                documents: tally.documents,
                seen: tally.seen,
                burst: tally.burst.clone().filter(|burst| burst.ln_chance < 0.0),
                quoted: tally.quoted,
                common_source: ballot.common_source(tally, &holders),
                on_subject: on_subject.of(root as usize, &spelt.words[root as usize], sizes),
                expected: chance.elsewhere,
                score: *score,
                q_value: *q_value,
                examples: templates::examples(&holders, &ballot.voters),
                carriers: ballot.carriers(&holders),
            };
            Draft { point, own, others }
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

impl Draft {
    /// Where its forms stand.
    pub fn forms(&self) -> impl Iterator<Item = (DocId, Span)> {
        let others = self.others.iter().flat_map(|(forms, _)| forms);
        self.own.iter().chain(others).map(|form| (form.doc, form.span))
    }

    /// The point as far as it is known without the wording of its forms.
    pub fn point(&self) -> &TalkingPoint {
        &self.point
    }

    /// The point in its best form, with all forms: its own as pages write them, then each other wording in its best
    /// form. `text` gives what stands in a place of a page.
    pub fn finish(self, text: &impl Fn(DocId, Span) -> String) -> TalkingPoint {
        let mut variants = templates::read(&self.own, text);
        let best = |(forms, documents): &(Vec<PhraseForm>, u32)| {
            let best = templates::read(forms, text).into_iter().next();
            best.map(|(text, _)| (text, *documents))
        };
        let mut others: Vec<(String, u32)> = self.others.iter().filter_map(best).collect();
        others.sort_unstable_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        let name = variants.first().map(|(text, _)| text.clone()).unwrap_or_default();
        variants.extend(others);
        TalkingPoint { text: name, variants, ..self.point }
    }
}

/// What stands in the places of all forms. Reads each page that is the first to show some form, once, in parallel.
pub(super) fn texts(drafts: &[Draft], articles: &impl Articles) -> FxHashMap<(DocId, Span), String> {
    let mut places: Vec<(DocId, Span)> = drafts.iter().flat_map(Draft::forms).collect();
    places.par_sort_unstable();
    places.dedup();
    let pages: Vec<&[(DocId, Span)]> = places.chunk_by(|a, b| a.0 == b.0).collect();
    let read = |page: &&[(DocId, Span)]| {
        let mut found = Vec::with_capacity(page.len());
        articles.article(page[0].0, &mut |article| {
            found = page.iter().map(|&(doc, span)| ((doc, span), span.of(article.text).to_owned())).collect();
        });
        found
    };
    pages.par_iter().flat_map_iter(read).collect()
}
