//! Wordings as pages write them: the commonest form first, simplified script preferred, and where they stand.

use super::Voter;
use super::occurrences::Holder;
use crate::clean::{fold, stands_alone};
use crate::types::{DocId, Span};
use serde::{Deserialize, Serialize};

/// Forms of one wording that are read and counted apart; the rarest of more are left out.
const FORMS: usize = 6;
/// Places shown of each wording.
const EXAMPLES: usize = 5;

/// A form of a wording: a page that writes it so, and how many do.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(super) struct PhraseForm {
    /// The first page by `order` that writes it so.
    pub doc: DocId,
    /// Where it stands there.
    pub span: Span,
    /// How many pages write it so.
    pages: u32,
}

/// Some forms of one wording with how many pages write each: simplified script before others, then the commonest, then
/// by the text, which `text` gives.
pub(super) fn read(forms: &[PhraseForm], text: &impl Fn(DocId, Span) -> String) -> Vec<(String, u32)> {
    let mut forms: Vec<(String, u32)> = forms.iter().map(|form| (text(form.doc, form.span), form.pages)).collect();
    forms.sort_unstable_by(|a, b| is_folded(&b.0).cmp(&is_folded(&a.0)).then(b.1.cmp(&a.1)).then(a.0.cmp(&b.0)));
    forms
}

/// The forms in which pages hold a wording: those of most reprint sets, each by its first page.
pub(super) fn of(mut holders: Vec<Holder>, voters: &[Voter]) -> Vec<PhraseForm> {
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
    let form =
        |(_, holder, pages): (usize, Holder, u32)| PhraseForm { doc: voter(&holder).doc, span: holder.span(), pages };
    forms.into_iter().map(form).collect()
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
