//! What was read of each page, for those who use the reader alone: the main text of saved pages, who and when, and which
//! stretches of a text are the site's.

mod write;

pub use write::write_jsonl;
#[cfg(feature = "parquet")]
pub use write::write_parquet;

use crate::clean::FurnitureModel;
use crate::config::Config;
use crate::corpus::Corpus;
use crate::error::Result;
use crate::origin::Roles;
use crate::pages::Pages;
use crate::records::{AttributionRecord, ExtractedRecord, offsets, time};
use crate::types::DocId;
use crate::verdicts::Verdicts;
use rayon::prelude::*;

/// Pages that are read before they are handed on, in parallel.
const BATCH: usize = 1024;

/// Calls `with` on every page of a corpus, in its order. What a site repeats is learnt from the corpus first, or taken
/// from `config.furniture`. Reads every page twice; keeps some thousand.
pub fn extract(corpus: &Corpus, config: &Config, with: impl FnMut(ExtractedRecord) -> Result<()> + Send) -> Result<()> {
    config.on_threads(|| each_page(corpus, config, with))
}

fn each_page(corpus: &Corpus, config: &Config, mut with: impl FnMut(ExtractedRecord) -> Result<()>) -> Result<()> {
    let roles = Roles::of_run(config)?;
    let mut pages = Pages::new(corpus, config.timezone, roles.aliases());
    pages.furnish(FurnitureModel::of_run(config)?, &Verdicts::of_run(config)?.lines);
    for first in (0..corpus.len()).step_by(BATCH) {
        let batch = first..(first + BATCH).min(corpus.len());
        let records: Vec<ExtractedRecord> = batch.into_par_iter().map(|at| record(&pages, DocId(at as u32))).collect();
        records.into_iter().try_for_each(&mut with)?;
    }
    Ok(())
}

fn record(pages: &Pages, doc: DocId) -> ExtractedRecord {
    pages.read(doc, |raw, clean| {
        let attribution = pages.attribution(raw, clean);
        let published = pages.published(raw, || attribution.published);
        let outlet = pages.outlet(doc);
        let owned = |value: &Option<std::borrow::Cow<str>>| value.as_deref().map(str::to_owned);
        ExtractedRecord {
            id: pages.corpus.id(doc).to_owned(),
            url: owned(&raw.url),
            title: owned(&raw.title),
            outlet: outlet.map(|outlet| pages.outlets.name(outlet.outlet).to_owned()),
            outlet_from: outlet.map(|outlet| outlet.from),
            published: published.and_then(time::written),
            published_precision: published.into(),
            attribution: AttributionRecord::from(attribution),
            text: raw.text.to_string(),
            boilerplate: offsets::char_spans(&raw.text, &clean.furniture_spans()),
        }
    })
}
