//! The record of a page as far as it is known from the page alone.

use crate::pages::{PageRead, Pages};
use crate::records::{AttributionRecord, DocumentRecord, offsets, sha256, time};
use crate::storage::TempRecordsPart;

/// Adds to `part` the record of the next page as far as it is known from the page alone: a line without its closing brace.
pub(crate) fn draft(part: &mut TempRecordsPart, pages: &Pages, page: PageRead) {
    let PageRead { doc, raw, clean, attribution, published } = page;
    let corpus = pages.corpus;
    let outlet = pages.outlet(doc);
    let (file, offset, bytes) = corpus.place(doc);
    let record = DocumentRecord {
        id: corpus.id(doc),
        file: file.to_string_lossy(),
        offset,
        bytes,
        title: raw.title.as_deref(),
        outlet: outlet.map(|o| pages.outlets.name(o.outlet)),
        outlet_from: outlet.map(|o| o.from),
        published: published.and_then(time::written),
        published_precision: published.into(),
        url: raw.url.as_deref(),
        sha256: sha256(&raw.text),
        attribution: AttributionRecord::from(attribution),
        furniture: offsets::char_spans(&raw.text, &clean.furniture_spans()),
        repairs: clean.repairs,
        fields: raw.has_others.then(|| corpus.unknown_fields(doc)).flatten(),
    };
    part.push_open(&record);
}
