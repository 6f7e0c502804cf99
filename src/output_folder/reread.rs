//! Records read again from the files that the run has read, as a small corpus of their own.

use super::Document;
use super::folder::OutFolder;
use crate::attribution::Aliases;
use crate::config::Config;
use crate::corpus::{Corpus, CorpusConfig, Format, read_again};
use crate::error::{Error, Result};
use crate::pages::Pages;
use crate::records::sha256;
use crate::types::DocId;
use std::path::{Path, PathBuf};

/// A few records of a run, in the order they were asked for. The files that have them are gone with this value.
pub(crate) struct Reread {
    corpus: Corpus,
    /// The outlet whose site furniture a page shows, where the run knew the outlet by that.
    templates: Vec<Option<String>>,
    /// Whether the offset of each record counts rows.
    by_rows: Vec<bool>,
    _copies: tempfile::TempDir,
}

impl Reread {
    /// Reads each record from its file and makes sure that its text is the one the run has seen.
    pub(crate) fn new(out: &OutFolder, documents: &[&Document]) -> Result<Self> {
        let copies = tempfile::tempdir().map_err(|source| Error::Write { path: std::env::temp_dir(), source })?;
        // Where the run kept its temporary files may be gone.
        let config = Config { temp: None, ..out.config().clone() };
        let reading = config.reading(None)?;
        let mut inputs = Vec::new();
        let (lines, by_rows) = lines_of(documents, &reading)?;
        for (place, line) in lines.into_iter().enumerate() {
            let path = copies.path().join(format!("{place}.jsonl"));
            std::fs::write(&path, line).map_err(|source| Error::Write { path: path.clone(), source })?;
            inputs.push(path);
        }
        let copied = CorpusConfig { format: Some(Format::JsonLines), map: false, ..reading };
        let corpus = Corpus::read(&inputs, &copied).map_err(|_| changed(documents[0]))?;
        for (place, document) in documents.iter().enumerate() {
            let same = place < corpus.len() && sha256(&corpus.doc(DocId(place as u32)).text) == document.sha256;
            if !same {
                return Err(changed(document));
            }
        }
        let template = |document: &&Document| {
            document.outlet.clone().filter(|_| document.outlet_from.as_deref() == Some("template"))
        };
        let templates = documents.iter().map(template).collect();
        Ok(Reread { corpus, templates, by_rows, _copies: copies })
    }

    /// The text of the record that was asked for at this place.
    pub(crate) fn text(&self, place: usize) -> String {
        self.corpus.text(DocId(place as u32)).into_owned()
    }

    /// What the offset of the record that was asked for at this place counts.
    pub(crate) fn unit(&self, place: usize) -> &'static str {
        crate::types::unit(self.by_rows[place])
    }

    /// The records with what the run knew of their furniture: only the corpus as a whole shows that.
    pub(crate) fn pages(&self, out: &OutFolder) -> Result<Pages<'_>> {
        let mut pages = Pages::new(&self.corpus, out.config().timezone, &Aliases::default());
        pages.furniture = out.furniture()?;
        for (doc, outlet) in (0..).map(DocId).zip(&self.templates) {
            outlet.iter().for_each(|outlet| pages.recall_template(doc, outlet));
        }
        Ok(pages)
    }
}

/// The records as JSON lines, and whether the offset of each counts rows. Each file is read once.
fn lines_of(documents: &[&Document], reading: &CorpusConfig) -> Result<(Vec<String>, Vec<bool>)> {
    let mut lines: Vec<Option<String>> = vec![None; documents.len()];
    let mut by_rows = vec![false; documents.len()];
    for first in 0..documents.len() {
        if lines[first].is_some() {
            continue;
        }
        let file = &documents[first].file;
        let of_file: Vec<usize> = (first..documents.len()).filter(|k| documents[*k].file == *file).collect();
        let offsets: Vec<u64> = of_file.iter().map(|k| documents[*k].offset).collect();
        let found = read_again(Path::new(file), &offsets, reading)?.map_err(|why| gone(documents[first], &why))?;
        for (place, line) in of_file.into_iter().zip(found.lines) {
            by_rows[place] = found.by_rows;
            lines[place] = Some(line.ok_or_else(|| changed(documents[place]))?);
        }
    }
    Ok((lines.into_iter().flatten().collect(), by_rows))
}

fn changed(document: &Document) -> Error {
    gone(document, "its text has changed since the run")
}

fn gone(document: &Document, reason: &str) -> Error {
    Error::Record {
        id: document.id.clone(),
        path: PathBuf::from(&document.file),
        offset: document.offset,
        reason: reason.to_owned(),
    }
}
