//! The report of a folder, one answer at a time, for a server.

use super::FolderIndex;
use super::overview::Query;
use super::shell::{Mode, Shell};
use super::texts::FromFolder;
use crate::error::Result;
use crate::output_folder::OutFolder;
use crate::types::Language;
use serde::Serialize;

/// The most rows in one answer.
const ROWS: usize = 5_000;

/// The page of a report, and what it asks for as JSON. Reads single lines of the tables and never writes; everything is
/// named by numbers and ids, never by paths.
pub struct LiveReport {
    index: FolderIndex,
    page: Vec<u8>,
}

impl LiveReport {
    /// Reads the tables once, to know where their lines begin (some 24 bytes a page and 40 a reprint set stay in memory). The page opens in
    /// the language of its reader unless `lang` says otherwise.
    pub fn open(out: OutFolder, lang: Option<Language>) -> Result<LiveReport> {
        let mut page = Vec::new();
        let shell = Shell::of_server(lang.map(Language::code), &out.run_json()?);
        // Memory takes whatever is written to it.
        let _ = shell.write(&mut page);
        Ok(LiveReport { index: FolderIndex::build(out)?, page })
    }

    /// The HTML page.
    pub fn page(&self) -> &[u8] {
        &self.page
    }

    /// The content security policy of the page: its own script and style, and questions to its own server.
    pub fn policy() -> String {
        Shell::policy(Mode::Serve)
    }

    /// The overview.
    pub fn overview(&self) -> Result<Vec<u8>> {
        Ok(json(&self.index.overview()?))
    }

    /// The reprint sets that a query asks for, at most 5,000.
    pub fn sets(&self, query: Query) -> Result<Vec<u8>> {
        Ok(json(&self.index.search(&Query { take: query.take.min(ROWS), ..query })?))
    }

    /// One reprint set by number; `None` when there is none.
    pub fn set(&self, number: u32) -> Result<Option<Vec<u8>>> {
        Ok(self.index.set(number)?.as_ref().map(json))
    }

    /// The texts of pages by id, `null` where one cannot be read.
    pub fn texts(&self, ids: &[&str]) -> Result<Vec<u8>> {
        Ok(json(&self.index.page_texts(ids, &FromFolder(self.index.out()))?))
    }

    /// One talking point by number; `None` when there is none.
    pub fn point(&self, number: u32) -> Result<Option<Vec<u8>>> {
        let points = self.index.points(number..number.saturating_add(1), &FromFolder(self.index.out()))?;
        Ok(points.last().map(json))
    }
}

/// Plain values always serialise.
fn json(value: &impl Serialize) -> Vec<u8> {
    serde_json::to_vec(value).unwrap_or_default()
}
