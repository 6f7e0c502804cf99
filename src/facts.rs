//! What the origin stage wants to know of a page.

use crate::clean::{CleanDoc, Region, fold};
use crate::origin::Page;
use crate::pages::Pages;
use crate::signature::Signatures;
use crate::types::DocId;

/// The least characters of a headline that its text can hold by more than chance.
const HEADLINE: usize = 6;

/// Reads and cleans a page once for everything that its cluster's history may turn on.
pub(crate) fn of_page(pages: &Pages, signatures: &Signatures, doc: DocId) -> Page {
    pages.read(doc, |raw, clean| {
        let attribution = pages.attribution(raw, clean);
        let headline = clean.lines_of(Region::Headline).next().map(|line| line.span.of(&raw.text));
        let title = raw.title.as_deref().or(headline).map(folded);
        Page {
            doc,
            order: pages.corpus.order(doc),
            outlet: pages.outlet(doc).map(|o| o.outlet),
            // Nothing else is asked of the masthead than the outlet.
            masthead: if pages.outlet(doc).is_none() { masthead(&raw.text, clean) } else { Vec::new() },
            time: pages.published(raw, &attribution),
            attribution,
            url: raw.url.as_deref().map(str::to_owned),
            title_from_text: title.as_deref().is_some_and(|title| body_holds(&raw.text, clean, title)),
            title,
            paragraphs: clean.lines_of(Region::Body).count() as u32,
            half_width: half_width_share(&raw.text, clean),
            body_hash: signatures.body_hash(doc.0),
            units: signatures.units(doc.0),
        }
    })
}

/// Lines at the top in which a site may write its name.
const MASTHEAD: usize = 4;

fn masthead(text: &str, clean: &CleanDoc) -> Vec<String> {
    let top = clean.lines.iter().take(MASTHEAD).filter(|line| line.region == Region::Furniture);
    top.map(|line| folded(line.span.of(text))).collect()
}

fn folded(text: &str) -> String {
    text.chars().filter_map(fold).collect()
}

fn body_holds(text: &str, clean: &CleanDoc, title: &str) -> bool {
    title.chars().count() >= HEADLINE
        && clean.lines_of(Region::Body).any(|line| folded(line.span.of(text)).contains(title))
}

/// Share of the body's commas that are half width.
fn half_width_share(text: &str, clean: &CleanDoc) -> f32 {
    let commas =
        |comma: &str| clean.lines_of(Region::Body).map(|line| line.span.of(text).matches(comma).count()).sum::<usize>();
    let (half, full) = (commas(",") as f32, commas("，") as f32);
    half / (half + full).max(1.0)
}
