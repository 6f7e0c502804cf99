//! The report of a folder, one answer at a time, for a server.

use super::FolderIndex;
use super::catalog::Query;
use super::shell::{Mode, Shell};
use super::texts::FromFolder;
use crate::error::Result;
use crate::output_folder::OutFolder;
use crate::types::Language;
use serde::Serialize;

/// The most rows in one answer.
pub(crate) const ROWS: usize = 5_000;

/// The page of a report, and what it asks for as JSON. Everything is named by numbers and ids, never by paths.
pub trait Report: Send + Sync {
    /// The HTML page.
    fn page(&self) -> Vec<u8>;

    /// The overview.
    fn overview(&self) -> Result<Vec<u8>>;

    /// The reprint sets that a query asks for, at most 5,000.
    fn sets(&self, query: Query) -> Result<Vec<u8>>;

    /// One reprint set by number; `None` when there is none.
    fn set(&self, number: u32) -> Result<Option<Vec<u8>>>;

    /// The texts of pages by id, `null` where one cannot be read.
    fn texts(&self, ids: &[&str]) -> Result<Vec<u8>>;

    /// One talking point by number; `None` when there is none.
    fn point(&self, number: u32) -> Result<Option<Vec<u8>>>;
}

/// The content security policy of the page of a [`Report`]: its own script and style, and questions to its own server.
pub fn policy() -> String {
    Shell::policy(Mode::Serve)
}

/// The report of an output folder. Reads single lines of the tables and never writes.
pub struct LiveReport {
    index: FolderIndex,
    page: Vec<u8>,
}

impl LiveReport {
    /// Reads the tables once, to know where their lines begin (some 24 bytes a page and 40 a reprint set stay in memory). The page opens in
    /// the language of its reader unless `lang` says otherwise.
    pub fn open(out: OutFolder, lang: Option<Language>) -> Result<LiveReport> {
        let page = page(lang, &out.run_json()?);
        Ok(LiveReport { index: FolderIndex::build(out)?, page })
    }
}

impl Report for LiveReport {
    fn page(&self) -> Vec<u8> {
        self.page.clone()
    }

    fn overview(&self) -> Result<Vec<u8>> {
        Ok(json(&self.index.overview()?))
    }

    fn sets(&self, query: Query) -> Result<Vec<u8>> {
        Ok(json(&self.index.search(&Query { take: query.take.min(ROWS), ..query })?))
    }

    fn set(&self, number: u32) -> Result<Option<Vec<u8>>> {
        Ok(self.index.set(number)?.as_ref().map(json))
    }

    fn texts(&self, ids: &[&str]) -> Result<Vec<u8>> {
        Ok(json(&self.index.page_texts(ids, &FromFolder(self.index.out()))?))
    }

    fn point(&self, number: u32) -> Result<Option<Vec<u8>>> {
        let points = self.index.points(number..number.saturating_add(1), &FromFolder(self.index.out()))?;
        Ok(points.last().map(json))
    }
}

/// The page that asks its server; `run` is what `run.json` says.
pub(crate) fn page(lang: Option<Language>, run: &serde_json::Value) -> Vec<u8> {
    let mut page = Vec::new();
    // Memory takes whatever is written to it.
    let _ = Shell::of_server(lang.map(Language::code), run).write(&mut page);
    page
}

/// Plain values always serialise.
pub(crate) fn json(value: &impl Serialize) -> Vec<u8> {
    serde_json::to_vec(value).unwrap_or_default()
}
