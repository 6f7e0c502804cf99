//! Where the bodies of pages are in their texts.

use crate::clean::CleanDoc;
use crate::error::Result;
use crate::storage::stage_files::{StageReader, StageWriter};
use crate::storage::{Column, ColumnWriter, ListColumn, ListPart, ListWriter, Scratch};
use crate::types::{DocId, Span};

/// Where the body of every page is in its text, and its headline. 16 bytes a page and 8 for each stretch of a
/// body, of which most pages have one or two.
#[derive(Debug, Default)]
pub struct BodySpans {
    headlines: Column<Span>,
    spans: ListColumn<Span>,
}

/// The same of some pages that follow each other.
#[derive(Debug, Default)]
pub struct BodyPart {
    headlines: Vec<Span>,
    spans: ListPart<Span>,
}

impl BodyPart {
    /// Adds the next page.
    pub fn push(&mut self, clean: &CleanDoc) {
        self.headlines.push(clean.headline_before_body().unwrap_or(Span { start: 0, end: 0 }));
        self.spans.push(clean.body_spans());
    }

    /// Adds the next page as another run left it: its headline, then the stretches of its body.
    pub(crate) fn push_known(&mut self, spans: &[Span]) {
        let (headline, body) = spans.split_first().map_or((Span { start: 0, end: 0 }, spans), |(h, body)| (*h, body));
        self.headlines.push(headline);
        self.spans.push(body.iter().copied());
    }

    /// What [`BodyPart::push_known`] takes, of every page.
    pub(crate) fn each(&self) -> impl Iterator<Item = Vec<Span>> {
        self.headlines.iter().zip(self.spans.each()).map(|(headline, body)| [&[*headline], body].concat())
    }
}

/// Body spans being gathered, part by part in the order of the pages.
pub struct BodyWriter {
    headlines: ColumnWriter<Span>,
    spans: ListWriter<Span>,
}

impl BodyWriter {
    /// No pages yet, of `pages` that there will be.
    pub fn new(pages: usize, scratch: &Scratch) -> Self {
        BodyWriter { headlines: scratch.column_of(pages), spans: ListWriter::new(pages, scratch) }
    }

    /// Adds the next pages.
    pub fn append(&mut self, part: &BodyPart) -> Result<()> {
        self.headlines.extend(&part.headlines)?;
        self.spans.append(&part.spans)
    }

    /// The spans of all pages.
    pub fn finish(self) -> Result<BodySpans> {
        Ok(BodySpans { headlines: self.headlines.finish()?, spans: self.spans.finish()? })
    }
}

impl BodySpans {
    /// The headline of one page, when it is before the body.
    pub fn headline(&self, doc: DocId) -> Option<Span> {
        Some(self.headlines[doc.index()]).filter(|span| !span.is_empty())
    }

    /// The stretches of one page, in order.
    pub fn of(&self, doc: DocId) -> &[Span] {
        self.spans.of(doc.index())
    }

    /// What [`BodyPart::push_known`] takes, of one page.
    pub(crate) fn known(&self, doc: DocId) -> Vec<Span> {
        [&[self.headlines[doc.index()]], self.of(doc)].concat()
    }

    /// Writes all spans to the file of a stage.
    pub(crate) fn save(&self, to: &mut StageWriter) -> Result<()> {
        to.column(&self.headlines)?;
        self.spans.save(to)
    }

    /// Reads what [`BodySpans::save`] wrote.
    pub(crate) fn load(from: &mut StageReader) -> Result<Self> {
        Ok(BodySpans { headlines: from.column()?, spans: ListColumn::load(from)? })
    }

    /// From the first byte of a body to the end of its last unit; `None` when it has no units.
    pub fn whole(&self, doc: DocId) -> Option<Span> {
        let spans = self.of(doc);
        Some(Span { start: spans.first()?.start, end: spans.last()?.end })
    }
}
