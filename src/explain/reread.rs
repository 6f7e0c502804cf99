//! Records read again from the files that the run has read, as a small corpus of their own.

use super::folder::OutFolder;
use super::records::Document;
use crate::corpus::{Corpus, CorpusConfig};
use crate::error::{Error, Result};
use crate::pages::Pages;
use crate::types::DocId;
use sha2::{Digest, Sha256};
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::PathBuf;

/// A few records of a run, in the order they were asked for. The files that hold them are gone with this value.
pub(super) struct Reread {
    corpus: Corpus,
    /// The outlet whose site furniture a page shows, where the run knew the outlet by that.
    templates: Vec<Option<String>>,
    _copies: tempfile::TempDir,
}

const REMEDY: &str = "Paths are as they were given to `detect`: run this from the same folder, with the same files; \
                      after changes, and for records from standard input, run `detect` on a file again";

impl Reread {
    /// Reads the bytes of each record from its file and makes sure that its text is the one the run has seen.
    pub(super) fn new(out: &OutFolder, documents: &[&Document]) -> Result<Self> {
        let copies = tempfile::tempdir().map_err(|source| Error::Write { path: std::env::temp_dir(), source })?;
        let mut inputs = Vec::new();
        for (place, document) in documents.iter().enumerate() {
            let bytes = bytes_of(document)?;
            let kind = if is_object(&bytes) { "jsonl" } else { "txt" };
            let path = copies.path().join(format!("{place}.{kind}"));
            std::fs::write(&path, &bytes).map_err(|source| Error::Write { path: path.clone(), source })?;
            inputs.push(path);
        }
        let reading = CorpusConfig { names: out.config().names()?, map: false, out: None };
        let corpus = Corpus::open(&inputs, &reading).map_err(|_| changed(documents[0]))?;
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
        Ok(Reread { corpus, templates, _copies: copies })
    }

    /// The records with what the run knew of their furniture: only the corpus as a whole can tell that.
    pub(super) fn pages(&self, out: &OutFolder) -> Result<Pages<'_>> {
        let mut pages = Pages::new(&self.corpus, out.config().timezone);
        pages.furniture = out.furniture()?;
        for (doc, outlet) in (0..).map(DocId).zip(&self.templates) {
            outlet.iter().for_each(|outlet| pages.recall_template(doc, outlet));
        }
        Ok(pages)
    }
}

fn bytes_of(document: &Document) -> Result<Vec<u8>> {
    let path = PathBuf::from(&document.file);
    let read = || -> std::io::Result<Vec<u8>> {
        let mut file = File::open(&path)?;
        file.seek(SeekFrom::Start(document.offset))?;
        let mut bytes = vec![0; document.bytes as usize];
        file.read_exact(&mut bytes)?;
        Ok(bytes)
    };
    read().map_err(|error| gone(document, &error.to_string()))
}

/// True for a JSON object; a text file is a record as it is.
fn is_object(bytes: &[u8]) -> bool {
    serde_json::from_slice::<serde_json::Map<String, serde_json::Value>>(bytes).is_ok()
}

fn sha256(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

fn changed(document: &Document) -> Error {
    gone(document, "its text is not the one that the run has seen")
}

fn gone(document: &Document, reason: &str) -> Error {
    Error::Record {
        id: document.id.clone(),
        path: PathBuf::from(&document.file),
        offset: document.offset,
        reason: reason.to_owned(),
        remedy: REMEDY,
    }
}
