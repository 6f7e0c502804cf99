//! What a run over all records of a corpus knows of its pages, for a run over some of them.

use super::findings::Findings;
use super::sketch::SketchPart;
use crate::clean::{FurnitureChange, Units};
use crate::config::Only;
use crate::pages::Pages;
use crate::types::DocId;
use std::cell::RefCell;

/// A run over the same corpus, of which more records are left out now.
pub(super) struct EarlierRun<'f, 'c> {
    findings: &'f Findings<'c>,
    changed: FurnitureChange,
}

impl<'f, 'c> EarlierRun<'f, 'c> {
    /// What that run found. `pages` have the furniture of this one.
    pub(super) fn new(findings: &'f Findings<'c>, pages: &Pages) -> Self {
        EarlierRun { findings, changed: pages.furniture.change_from(&findings.pages.furniture) }
    }

    /// Adds a page that is left out, or that has the body and the time that it had; false for others, and for all that stay
    /// when the origin stage asks for more.
    pub(super) fn take(&self, pages: &Pages, doc: DocId, part: &mut SketchPart) -> bool {
        let wants_facts = self.findings.config.only.origin();
        if pages.is_gone(doc) {
            leave_out(wants_facts, part);
            return true;
        }
        let is_known = !wants_facts && self.knows(pages, doc);
        if is_known {
            self.sketch_again(doc, part);
        }
        is_known
    }

    fn knows(&self, pages: &Pages, doc: DocId) -> bool {
        let lines = self.findings.lines.of(doc.index());
        pages.is_cleaned_as(&self.findings.pages, &self.changed, doc, lines)
    }

    /// Adds a page that has the body and the time that it had. Its body alone is read, and not even that when only equal
    /// bodies are looked for.
    fn sketch_again(&self, doc: DocId, part: &mut SketchPart) {
        thread_local! {
            static BODY: RefCell<Units> = RefCell::default();
        }
        let (hash, units) = self.findings.body(doc);
        if self.findings.config.only == Only::Equal {
            part.signatures.push_known(hash, units);
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
