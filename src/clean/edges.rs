//! The lines near both ends of pages, from which boilerplate is learnt. They depend on the page alone, so no page is split
//! twice for them.

use super::site_descriptions::{self, Lone};
use super::split::{self, SplitLine, SplitText};
use crate::types::{DocId, Span};
use rayon::prelude::*;
use rustc_hash::FxHashMap;
use std::sync::{Arc, PoisonError, RwLock};

/// Lines at either end that a page gives to the model.
const EDGE: usize = 14;
/// The outermost lines of a page, which belong to its template if anything does.
const OUTERMOST: usize = 5;
/// Pages whose edges are kept, of some 900 bytes each.
const KEPT: usize = 1 << 15;

/// The groups that a page belongs to: its outlet and the host of its address, as hashes. 0 stands for unknown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct GroupKeys {
    /// xxh3-64 of the outlet field, or of the site that the title names.
    pub outlet: u64,
    /// xxh3-64 of the address's host.
    pub host: u64,
}

impl GroupKeys {
    /// The groups to learn under: those known, or the one of all pages that belong to none.
    pub(crate) fn each(self) -> impl Iterator<Item = u64> {
        let none = self.outlet == 0 && self.host == 0;
        [self.outlet, self.host].into_iter().filter(|&k| k != 0).chain(none.then_some(0))
    }
}

/// What the learner asks of a corpus: the texts with their groups. `order` is a number of the record that does
/// not depend on where it is (a hash of its id), so that the sample is the same in any order.
pub trait BoilerplatePages: Sync {
    /// How many pages there are.
    fn len(&self) -> usize;
    /// True for no pages.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }
    /// Calls `with` on a page's text and on its title, by its field.
    fn read(&self, doc: DocId, with: &mut dyn FnMut(&str, Option<&str>));
    /// True for a page that nothing is learnt from.
    fn is_gone(&self, _doc: DocId) -> bool {
        false
    }
    /// A page's groups by hash, and the order it is sampled in.
    fn keys(&self, doc: DocId) -> (GroupKeys, u64);
    /// The name behind one of a page's groups.
    fn group_name(&self, doc: DocId, group: u64) -> String;
}

/// A page's edge lines, where the rest of the page is only known by its longest lines.
#[derive(Debug)]
pub(super) struct PageEdges {
    /// The lines at either end, each once.
    pub lines: Vec<EdgeLine>,
    /// The outermost of them in the order of the page.
    outermost: Vec<EdgeLine>,
    /// The page has no article.
    pub lone: Option<Arc<Lone>>,
}

/// A line near either end of a page.
#[derive(Clone, Copy, Debug)]
pub(super) struct EdgeLine {
    /// Recognises the line on other pages.
    pub key: u64,
    pub units: u16,
    /// It is one of the very first or last lines.
    pub outermost: bool,
    /// Where it is.
    pub at: Span,
}

impl PageEdges {
    fn read(pages: &impl BoilerplatePages, doc: DocId, split: &mut SplitText) -> Self {
        let mut lone = None;
        pages.read(doc, &mut |text, title| {
            split::split(text, split);
            lone = title.and_then(|title| site_descriptions::lone(doc, split, title)).map(Arc::new);
        });
        PageEdges { lines: edge_lines(split), outermost: lines_near(split, OUTERMOST), lone }
    }

    /// The `count` first and last lines, up to five at either end.
    pub(super) fn ends(&self, count: usize) -> impl Iterator<Item = &EdgeLine> {
        let last = self.outermost.len().saturating_sub(count);
        let ends = self.outermost.iter().enumerate().filter(move |&(k, _)| k < count || k >= last);
        ends.map(|(_, line)| line)
    }
}

/// The lines that are at most so far from an end, in the order of the page.
fn lines_near(split: &SplitText, distance: usize) -> Vec<EdgeLine> {
    let all = split.lines.len();
    let from_end = |k: usize| k.min(all - 1 - k);
    let near = (0..all.min(distance)).chain(all.saturating_sub(distance).max(distance)..all);
    let line = |k: usize| {
        let SplitLine { span, key, ref units } = split.lines[k];
        let units = units.len().min(u16::MAX.into()) as u16;
        EdgeLine { key, units, outermost: from_end(k) < OUTERMOST, at: span }
    };
    // Thousands of pages are in memory at once, so their lists are no longer than they must be.
    let mut lines = Vec::with_capacity(all.min(2 * distance));
    lines.extend(near.map(line));
    lines
}

fn edge_lines(split: &SplitText) -> Vec<EdgeLine> {
    let mut lines = lines_near(split, EDGE);
    lines.sort_unstable_by_key(|line| (line.key, line.units, line.outermost, line.at.start));
    lines.dedup_by_key(|line| line.key);
    lines
}

/// The keys of a text's first and last lines, which belong to its template if any do.
pub fn outermost_lines(text: &str) -> Vec<u64> {
    let mut split = SplitText::default();
    split::split(text, &mut split);
    lines_near(&split, OUTERMOST).into_iter().map(|line| line.key).collect()
}

/// The edges of pages that were read, of so many pages at most.
#[derive(Debug, Default)]
pub struct EdgeCache(RwLock<FxHashMap<DocId, Arc<PageEdges>>>);

impl EdgeCache {
    /// The edges of some pages, by page. Those that are not kept are read, and kept while there is room.
    pub(super) fn of(
        &self,
        pages: &impl BoilerplatePages,
        docs: impl Iterator<Item = DocId>,
    ) -> Vec<(DocId, Arc<PageEdges>)> {
        let mut docs: Vec<DocId> = docs.collect();
        docs.sort_unstable();
        docs.dedup();
        let known: Vec<(DocId, Option<Arc<PageEdges>>)> = {
            let kept = self.0.read().unwrap_or_else(PoisonError::into_inner);
            docs.into_iter().map(|doc| (doc, kept.get(&doc).cloned())).collect()
        };
        let read = |split: &mut SplitText, (doc, known): (DocId, Option<Arc<PageEdges>>)| {
            (doc, known.unwrap_or_else(|| Arc::new(PageEdges::read(pages, doc, split))))
        };
        let edges: Vec<(DocId, Arc<PageEdges>)> = known.into_par_iter().map_init(SplitText::default, read).collect();
        let mut kept = self.0.write().unwrap_or_else(PoisonError::into_inner);
        for (doc, edges) in &edges {
            if kept.len() < KEPT {
                kept.entry(*doc).or_insert_with(|| edges.clone());
            }
        }
        edges
    }

    /// Gives back what is kept of pages that no one will ask for any more.
    pub(crate) fn forget(&self, is_gone: impl Fn(DocId) -> bool) {
        self.0.write().unwrap_or_else(PoisonError::into_inner).retain(|&doc, _| !is_gone(doc));
    }

    /// The keys of the outermost lines of a page, if they are kept.
    pub(crate) fn outermost(&self, doc: DocId) -> Option<Vec<u64>> {
        let kept = self.0.read().unwrap_or_else(PoisonError::into_inner);
        kept.get(&doc).map(|edges| edges.outermost.iter().map(|line| line.key).collect())
    }
}
