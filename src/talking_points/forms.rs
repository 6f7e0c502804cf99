//! Wordings as pages write them: the commonest form first, simplified script preferred, and where they stand.

use super::Voter;
use super::articles::Articles;
use super::votes::{Holder, Votes};
use crate::clean::{fold, stands_alone};
use crate::types::{DocId, Span};
use rayon::prelude::*;

/// Forms of one wording that are read and counted apart; the rarest of more are left out.
const FORMS: usize = 6;
/// Places shown of each wording.
const EXAMPLES: usize = 5;

/// How often pages write a wording in which way, best form first.
pub(super) type Forms = Vec<(String, u32)>;

/// A form to be read: where, of which wording, and how many pages write it so.
struct Wanted {
    holder: Holder,
    at: usize,
    pages: u32,
}

/// The forms of each of `wordings`: simplified script before others, then the commonest, then by the text.
/// Reads each page that is the first to show some form, once.
pub(super) fn read(wordings: &[u32], votes: &Votes, voters: &[Voter], articles: &impl Articles) -> Vec<Forms> {
    let wanted_of = |(at, &wording): (usize, &u32)| {
        let forms = by_form(votes.of(wording as usize), voters);
        forms.into_iter().map(move |(holder, pages)| Wanted { holder, at, pages })
    };
    let mut wanted: Vec<Wanted> = wordings.par_iter().enumerate().flat_map_iter(wanted_of).collect();
    wanted.par_sort_unstable_by_key(|wanted| (wanted.holder.voter, wanted.at, wanted.holder.form));
    let pages: Vec<&[Wanted]> = wanted.chunk_by(|a, b| a.holder.voter == b.holder.voter).collect();
    let read_page = |page: &&[Wanted]| {
        let mut found = Vec::with_capacity(page.len());
        articles.article(voters[page[0].holder.voter as usize].doc, &mut |article| {
            found = page.iter().map(|w| (w.at, w.holder.span().of(article.text).to_owned(), w.pages)).collect();
        });
        found
    };
    let read: Vec<(usize, String, u32)> = pages.par_iter().flat_map_iter(read_page).collect();
    let mut forms: Vec<Forms> = vec![Vec::new(); wordings.len()];
    for (at, text, count) in read {
        forms[at].push((text, count));
    }
    for forms in &mut forms {
        forms.sort_unstable_by(|a, b| is_folded(&b.0).cmp(&is_folded(&a.0)).then(b.1.cmp(&a.1)).then(a.0.cmp(&b.0)));
    }
    forms
}

/// Each form's first page by `order`, and how many pages write it so; the one of most reprint sets first.
fn by_form(mut holders: Vec<Holder>, voters: &[Voter]) -> Vec<(Holder, u32)> {
    let voter = |holder: &Holder| &voters[holder.voter as usize];
    holders.sort_unstable_by_key(|holder| (holder.form, holder.voter));
    let mut forms: Vec<(usize, Holder, u32)> = holders
        .chunk_by(|a, b| a.form == b.form)
        .filter_map(|pages| {
            let sets = pages.chunk_by(|a, b| voter(a).set == voter(b).set).count();
            let first = pages.iter().min_by_key(|holder| (voter(holder).order, holder.voter))?;
            Some((sets, *first, pages.len() as u32))
        })
        .collect();
    forms.sort_unstable_by_key(|&(sets, holder, pages)| (std::cmp::Reverse((sets, pages)), holder.form));
    forms.truncate(FORMS);
    forms.into_iter().map(|(_, holder, pages)| (holder, pages)).collect()
}

/// True when every Han character is the one that it folds to.
fn is_folded(text: &str) -> bool {
    text.chars().filter(|&c| stands_alone(c as u32)).all(|c| fold(c) == Some(c))
}

/// Where a wording stands: the earliest pages, of different outlets and sets as long as there are such.
pub(super) fn examples(holders: &[Holder], voters: &[Voter]) -> Vec<(DocId, Span)> {
    let mut by_time: Vec<&Holder> = holders.iter().collect();
    by_time.sort_unstable_by_key(|holder| {
        let voter = &voters[holder.voter as usize];
        (voter.published.map_or(i64::MAX, |time| time.seconds), voter.order, holder.voter)
    });
    let (mut sets, mut outlets, mut shown) = (Vec::new(), Vec::new(), Vec::new());
    for holder in by_time {
        let voter = &voters[holder.voter as usize];
        if !sets.contains(&voter.set) && !outlets.contains(&voter.outlet) {
            sets.push(voter.set);
            outlets.push(voter.outlet);
            shown.push((voter.doc, holder.span()));
            if shown.len() == EXAMPLES {
                break;
            }
        }
    }
    shown
}
