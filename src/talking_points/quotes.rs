//! Which stretches of pages come from a text that several articles quote.

use super::Voter;
use crate::types::{DocId, Span};
use rustc_hash::FxHashMap;

/// A passage of a page that it has from a text which several articles quote (a bulletin, a speech).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Quote {
    /// The page.
    pub doc: DocId,
    /// Its bytes in the page's text.
    pub span: Span,
}

/// The quotes of every voter, in order; those that overlap are one.
pub(super) struct Quotes {
    spans: Vec<Span>,
    ends: Vec<u32>,
}

impl Quotes {
    /// Sorts `quotes` to the voters.
    pub fn new(voters: &[Voter], mut quotes: Vec<Quote>) -> Quotes {
        quotes.sort_unstable();
        let mut joined: Vec<Quote> = Vec::new();
        for quote in quotes {
            match joined.last_mut() {
                Some(last) if last.doc == quote.doc && quote.span.start <= last.span.end => {
                    last.span.end = last.span.end.max(quote.span.end);
                }
                _ => joined.push(quote),
            }
        }
        let of_page: FxHashMap<DocId, &[Quote]> =
            joined.chunk_by(|a, b| a.doc == b.doc).map(|quotes| (quotes[0].doc, quotes)).collect();
        let mut made = Quotes { spans: Vec::with_capacity(joined.len()), ends: Vec::with_capacity(voters.len()) };
        for voter in voters {
            made.spans.extend(of_page.get(&voter.doc).into_iter().copied().flatten().map(|quote| quote.span));
            made.ends.push(made.spans.len() as u32);
        }
        made
    }

    /// True when a stretch of a voter's page stands within a quote.
    pub fn hold(&self, voter: u32, span: Span) -> bool {
        let start = if voter == 0 { 0 } else { self.ends[voter as usize - 1] };
        let quotes = &self.spans[start as usize..self.ends[voter as usize] as usize];
        quotes.iter().any(|quote| quote.start <= span.start && span.end <= quote.end)
    }
}
