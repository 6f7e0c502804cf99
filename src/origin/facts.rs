//! What the origin stage wants to know of a page.

use crate::attribution::{Marks, Reporting, folded, is_han, marks, reporters};
use crate::clean::{self, CleanDoc, Region, Units};
use crate::error::{Error, Result};
use crate::origin::{PageFacts, Rare, Stated};
use crate::pages::{PageRead, Pages};
use crate::signature::Signatures;
use crate::types::{DocId, Span, Timestamp};
use memchr::memmem;
use serde::Serialize;

/// The least units of a headline that is in its text by more than chance.
const HEADLINE: usize = 6;

/// Everything of a page that its cluster's history may turn on, as far as it is known from the page alone; the body's hash
/// and length are in its signature ([`complete`]).
pub(crate) fn of_page(pages: &Pages, page: &PageRead) -> PageFacts {
    let &PageRead { doc, raw, clean, ref attribution, published } = page;
    let headline = clean.lines_of(Region::Headline).next().map(|line| line.span.of(&raw.text));
    let title = raw.title.as_deref().or(headline);
    let outlet = pages.outlet(doc).map(|o| o.outlet);
    PageFacts {
        doc,
        order: pages.corpus.order(doc),
        outlet,
        // Nothing else is asked of the masthead than the outlet.
        masthead: if outlet.is_none() { masthead(&raw.text, clean) } else { Vec::new() },
        marks: marks(&raw.text, clean, &pages.outlets).into(),
        reporters: reporters(&raw.text, clean, &pages.outlets),
        time: published,
        stated: Stated::from(attribution.clone()).into(),
        url: raw.url.as_deref().map(str::to_owned),
        title_from_text: title.is_some_and(|title| body_holds(clean, title)),
        title: title.map(folded),
        paragraphs: clean.lines_of(Region::Body).count() as u32,
        half_width: half_width_share(&raw.text, clean),
        body_hash: 0,
        units: 0,
    }
}

/// The facts of a page as they are kept: most pages state next to nothing, and what they do not state is left out.
#[derive(Serialize)]
#[serde(remote = "PageFacts")]
struct KeptFacts {
    doc: DocId,
    order: u64,
    #[serde(skip_serializing_if = "is_nothing")]
    outlet: Option<u32>,
    #[serde(skip_serializing_if = "is_nothing")]
    masthead: Vec<String>,
    #[serde(skip_serializing_if = "is_nothing")]
    stated: Rare<Stated>,
    #[serde(skip_serializing_if = "is_nothing")]
    marks: Rare<Marks>,
    #[serde(skip_serializing_if = "is_nothing")]
    reporters: Vec<Reporting>,
    #[serde(skip_serializing_if = "is_nothing")]
    url: Option<String>,
    #[serde(skip_serializing_if = "is_nothing")]
    title: Option<String>,
    #[serde(skip_serializing_if = "is_nothing")]
    title_from_text: bool,
    paragraphs: u32,
    #[serde(skip_serializing_if = "is_nothing")]
    half_width: f32,
    #[serde(skip_serializing_if = "is_nothing")]
    time: Option<Timestamp>,
    #[serde(skip_serializing_if = "is_nothing")]
    body_hash: u64,
    #[serde(skip_serializing_if = "is_nothing")]
    units: u32,
}

fn is_nothing<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

/// The facts as a line to keep for later.
pub(crate) fn line(page: &PageFacts) -> Vec<u8> {
    let mut line = Vec::with_capacity(128);
    // Strings and numbers always serialise, and memory takes whatever is written to it.
    let _ = KeptFacts::serialize(page, &mut serde_json::Serializer::new(&mut line));
    line
}

/// The facts on a line.
pub(crate) fn read(line: &[u8]) -> Result<PageFacts> {
    serde_json::from_slice(line)
        .map_err(|error| Error::Read { path: "the temporary file of facts".into(), source: error.into() })
}

/// Adds to the facts of a page what its signature knows.
pub(crate) fn complete(page: PageFacts, signatures: &Signatures) -> PageFacts {
    let doc = page.doc.0;
    PageFacts { body_hash: signatures.body_hash(doc), units: signatures.units(doc), ..page }
}

/// Lines at the top in which a site may write its name.
const MASTHEAD: usize = 4;

fn masthead(text: &str, clean: &CleanDoc) -> Vec<String> {
    let top = clean.lines.iter().take(MASTHEAD).filter(|line| line.region == Region::Furniture);
    top.map(|line| folded(line.span.of(text))).collect()
}

/// True when the body contains the title word for word.
fn body_holds(clean: &CleanDoc, title: &str) -> bool {
    let mut units = Units::default();
    clean::scan_spans(title, &[Span::new(0, title.len())], &mut units);
    let bytes = |ids: &[u32]| ids.iter().flat_map(|id| id.to_le_bytes()).collect::<Vec<u8>>();
    if units.len() < HEADLINE || units.len() > clean.body.ids.len() {
        return false;
    }
    // Linear, whatever the two repeat; a find between two units is none.
    let (body, title) = (bytes(&clean.body.ids), bytes(&units.ids));
    memmem::find_iter(&body, &title).any(|at| at % size_of::<u32>() == 0)
}

/// Share of the commas between Chinese words that are half width: other scripts write no other commas.
fn half_width_share(text: &str, clean: &CleanDoc) -> f32 {
    let (mut half, mut full) = (0u32, 0u32);
    for line in clean.lines_of(Region::Body) {
        let mut before = ' ';
        for c in line.span.of(text).chars() {
            half += u32::from(c == ',' && is_han(before));
            full += u32::from(c == '，');
            before = c;
        }
    }
    half as f32 / (half + full).max(1) as f32
}
