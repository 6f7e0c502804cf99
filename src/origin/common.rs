//! A text of somebody else that all pages of a cluster print: a notice, a speech, a statement.

use super::PageFacts;
use crate::attribution::folded;
use crate::types::{DocId, Span};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The text that the pages of a cluster print, as they say themselves.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CommonText {
    /// Who issued it, by the name that most pages give; `None` when none does.
    pub issuer: Option<String>,
    /// A page that says so.
    pub document: DocId,
    /// Its words.
    pub at: Span,
}

/// What half of the pages at least say that they print. The page quoted is the one of least order, of those that name
/// the issuer if there are any.
pub(super) fn common_text(pages: &[PageFacts]) -> Option<CommonText> {
    let saying: Vec<&PageFacts> = pages.iter().filter(|page| page.marks.printed.is_some()).collect();
    if 2 * saying.len() < pages.len() {
        return None;
    }
    let mut issuers: BTreeMap<String, Vec<&PageFacts>> = BTreeMap::new();
    for page in pages {
        if let Some(issuer) = &page.marks.issuer {
            issuers.entry(folded(&issuer.value)).or_default().push(page);
        }
    }
    // Of equally many the last in order: any rule will do that does not turn on where records are.
    let named = issuers.values().max_by_key(|pages| pages.len()).and_then(|pages| first(pages));
    if let Some(page) = named
        && let Some(issuer) = &page.marks.issuer
    {
        return Some(CommonText { issuer: Some(issuer.value.clone()), document: page.doc, at: issuer.at });
    }
    let page = first(&saying)?;
    page.marks.printed.as_ref().map(|said| CommonText { issuer: None, document: page.doc, at: said.at })
}

fn first<'p>(pages: &[&'p PageFacts]) -> Option<&'p PageFacts> {
    pages.iter().copied().min_by_key(|page| page.order)
}
