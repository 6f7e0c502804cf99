//! Where the bodies of pages are in their texts.

use crate::clean::CleanDoc;
use crate::error::Result;
use crate::storage::{Column, ColumnWriter, Scratch};
use crate::types::{DocId, Span};

/// Where the body of every page is in its text, and its headline. 16 bytes a page and 8 for each stretch of a
/// body, of which most pages have one or two.
#[derive(Debug, Default)]
pub struct BodySpans {
    headlines: Column<Span>,
    spans: Column<Span>,
    ends: Column<u64>,
}

/// The same of some pages that follow each other.
#[derive(Debug, Default)]
pub struct BodyPart {
    headlines: Vec<Span>,
    spans: Vec<Span>,
    counts: Vec<u32>,
}

impl BodyPart {
    /// Adds the next page.
    pub fn push(&mut self, clean: &CleanDoc) {
        let before = self.spans.len();
        self.headlines.push(clean.headline_before_body().unwrap_or(Span { start: 0, end: 0 }));
        self.spans.extend(clean.body_spans());
        self.counts.push((self.spans.len() - before) as u32);
    }

    /// Adds the next page as another run left it: its headline, then the stretches of its body.
    pub(crate) fn push_known(&mut self, spans: &[Span]) {
        let (headline, body) = spans.split_first().map_or((Span { start: 0, end: 0 }, spans), |(h, body)| (*h, body));
        self.headlines.push(headline);
        self.spans.extend_from_slice(body);
        self.counts.push(body.len() as u32);
    }

    /// What [`BodyPart::push_known`] takes, of every page.
    pub(crate) fn each(&self) -> impl Iterator<Item = Vec<Span>> {
        let starts = self.counts.iter().scan(0, |end, &count| {
            *end += count as usize;
            Some(*end - count as usize..*end)
        });
        self.headlines.iter().zip(starts).map(|(headline, of_page)| {
            let mut spans = vec![*headline];
            spans.extend_from_slice(&self.spans[of_page]);
            spans
        })
    }
}

/// Body spans being gathered, part by part in the order of the pages.
pub struct BodyWriter {
    headlines: ColumnWriter<Span>,
    spans: ColumnWriter<Span>,
    ends: ColumnWriter<u64>,
}

impl BodyWriter {
    /// No pages yet.
    pub fn new(scratch: &Scratch) -> Self {
        BodyWriter { headlines: scratch.column(), spans: scratch.column(), ends: scratch.column() }
    }

    /// Adds the next pages.
    pub fn append(&mut self, part: &BodyPart) -> Result<()> {
        let mut end = self.spans.len() as u64;
        for &count in &part.counts {
            end += u64::from(count);
            self.ends.push(end)?;
        }
        self.headlines.extend(&part.headlines)?;
        self.spans.extend(&part.spans)
    }

    /// The spans of all pages.
    pub fn finish(self) -> Result<BodySpans> {
        Ok(BodySpans { headlines: self.headlines.finish()?, spans: self.spans.finish()?, ends: self.ends.finish()? })
    }
}

impl BodySpans {
    /// The headline of one page, when it is before the body.
    pub fn headline(&self, doc: DocId) -> Option<Span> {
        Some(self.headlines[doc.index()]).filter(|span| !span.is_empty())
    }

    /// The stretches of one page, in order.
    pub fn of(&self, doc: DocId) -> &[Span] {
        let start = if doc.0 == 0 { 0 } else { self.ends[doc.index() - 1] };
        &self.spans[start as usize..self.ends[doc.index()] as usize]
    }

    /// From the first byte of a body to the end of its last unit; `None` when it has no units.
    pub fn whole(&self, doc: DocId) -> Option<Span> {
        let spans = self.of(doc);
        Some(Span { start: spans.first()?.start, end: spans.last()?.end })
    }
}
