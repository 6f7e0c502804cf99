//! What a run over all records of a corpus knows of its pages, for a run over some of them.

use super::findings::Findings;
use super::sketch::SketchPart;
use crate::candidates::Pair;
use crate::clean::Units;
use crate::config::Only;
use crate::pages::Pages;
use crate::types::DocId;
use crate::verify::{Match, SAME_ARTICLE, Spread};
use rayon::prelude::*;
use std::cell::RefCell;

/// A run over the same corpus, of which more records are left out now.
pub(super) struct EarlierRun<'f, 'c> {
    findings: &'f Findings<'c>,
    /// True of the pages that are cleaned as they were.
    is_same: Vec<bool>,
}

impl<'f, 'c> EarlierRun<'f, 'c> {
    /// What that run found. `pages` have the furniture of this one.
    pub(super) fn new(findings: &'f Findings<'c>, pages: &Pages) -> Self {
        let changed = pages.furniture.change_from(&findings.pages.furniture);
        let is_same = |doc: usize| {
            let lines = findings.lines.of(doc);
            pages.is_cleaned_as(&findings.pages, &changed, DocId(doc as u32), lines)
        };
        EarlierRun { findings, is_same: (0..pages.corpus.len()).into_par_iter().map(is_same).collect() }
    }

    /// Adds a page that is left out, or that has the body and the time that it had; false for others, and for all that stay
    /// when the origin stage asks for more.
    pub(super) fn take(&self, pages: &Pages, doc: DocId, part: &mut SketchPart) -> bool {
        let wants_facts = self.findings.config.only.origin();
        if pages.is_gone(doc) {
            leave_out(wants_facts, part);
            return true;
        }
        let is_known = !wants_facts && self.is_same[doc.index()];
        if is_known {
            self.sketch_again(doc, part);
        }
        is_known
    }

    /// What a pair came to in that run, if it was measured there and both pages have the bodies that they had.
    pub(super) fn measured(&self, pair: Pair) -> Option<Option<Match<'static>>> {
        if !self.is_same[pair.a.index()] || !self.is_same[pair.b.index()] {
            return None;
        }
        match self.findings.matches.of(pair) {
            Some(found) => {
                // As it was measured, before anything was known of other articles.
                let measured = Match { spread: Spread::default(), ..found.into_owned() };
                Some(Some(measured.judged(SAME_ARTICLE)))
            }
            None => self.findings.pairs.binary_search(&pair).is_ok().then_some(None),
        }
    }

    /// Adds a page that has the body and the time that it had. Its body alone is read, and not even that when its sketch is
    /// kept, or when only equal bodies are looked for.
    fn sketch_again(&self, doc: DocId, part: &mut SketchPart) {
        thread_local! {
            static BODY: RefCell<Units> = RefCell::default();
        }
        let signatures = &self.findings.signatures;
        if self.findings.config.only == Only::Equal {
            let (hash, units) = self.findings.body(doc);
            part.signatures.push_known(hash, units);
        } else if signatures.has_sketches() {
            part.signatures.push_signed(signatures, doc.0);
        } else {
            BODY.with_borrow_mut(|body| {
                self.findings.pages.body(doc, body);
                part.signatures.sign(&body.ids);
            });
        }
        part.bodies.push_known(&self.findings.pages.bodies.known(doc));
        part.times.push(self.findings.times[doc.index()]);
    }
}

/// Adds a page that is not there.
fn leave_out(wants_facts: bool, part: &mut SketchPart) {
    part.signatures.sign(&[]);
    part.bodies.push_known(&[]);
    part.times.push(None);
    if wants_facts {
        part.facts.push(&[]);
    }
}
