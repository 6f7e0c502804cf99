//! Who uses given phrases, when, and in what words.

use super::Findings;
use crate::records::Time;
use crate::records::offsets::char_offsets;
use crate::records::time;
use crate::talking_points::{Traced, trace};
use crate::types::{DocId, Span};
use rayon::prelude::*;
use serde::Serialize;

/// Characters of context on either side.
const AROUND: usize = 30;

/// A page that uses a phrase.
#[derive(Clone, Debug, Serialize)]
pub struct PhraseUse {
    /// The phrase, in the first of its forms.
    pub phrase: String,
    /// The words of the page.
    pub words: String,
    /// True when quotation marks are right before and after.
    pub quoted: bool,
    /// Up to 30 characters before, within the paragraph.
    pub before: String,
    /// Up to 30 characters after, within the paragraph.
    pub after: String,
    /// Id of the page.
    pub id: String,
    /// Its outlet, if known.
    pub outlet: Option<String>,
    /// When it was published, if known.
    pub published: Option<Time>,
    /// Its reprint set, if it belongs to one.
    pub cluster: Option<u32>,
    /// First character of the words in the text of the page.
    pub start: u32,
    /// One past the last.
    pub end: u32,
}

impl Findings<'_> {
    /// The pages that use some phrases, phrase by phrase, the earliest page first and pages without a time last; of each
    /// page the first place. Each phrase is given by its forms. Reads every article once, in parallel.
    pub fn phrase_uses(&self, phrases: &[Vec<String>]) -> Vec<PhraseUse> {
        let corpus = self.pages.corpus;
        let docs: Vec<DocId> = corpus.docs().collect();
        let mut traced = trace(phrases, &docs, &self.pages);
        traced.sort_by_key(|t| {
            let seconds = self.times[t.doc.index()].map_or(i64::MAX, |time| time.seconds);
            (t.phrase, seconds, corpus.order(t.doc))
        });
        let mut sets = vec![None; corpus.len()];
        for (number, set) in (0u32..).zip(&self.clusters.list) {
            set.members.iter().for_each(|doc| sets[doc.index()] = Some(number));
        }
        let spans: Vec<(DocId, Span)> = traced.iter().map(|t| (t.doc, t.span)).collect();
        let places = char_offsets(corpus, &spans);
        let one = |(t, [start, end]): (&Traced, [u32; 2])| {
            let text = corpus.text(t.doc);
            let (before, after) = around(&text, t.span);
            PhraseUse {
                phrase: phrases[t.phrase].first().cloned().unwrap_or_default(),
                words: t.span.of(&text).to_owned(),
                quoted: t.is_quoted,
                before,
                after,
                id: corpus.id(t.doc).to_owned(),
                outlet: self.pages.outlet(t.doc).map(|known| self.pages.outlets.name(known.outlet).to_owned()),
                published: self.times[t.doc.index()].and_then(time::written),
                cluster: sets[t.doc.index()],
                start,
                end,
            }
        };
        traced.iter().zip(places).map(one).collect()
    }
}

/// The characters before and after a place, within its paragraph.
fn around(text: &str, span: Span) -> (String, String) {
    let (before, after) = (&text[..span.start as usize], &text[span.end as usize..]);
    let line_end = |c: &char| *c != '\n';
    let mut last: Vec<char> = before.chars().rev().take_while(line_end).take(AROUND).collect();
    last.reverse();
    (last.into_iter().collect(), after.chars().take_while(line_end).take(AROUND).collect())
}
