//! An output folder, read line by line.

use super::Document;
use super::FORMAT_VERSION;
use crate::clean::FurnitureModel;
use crate::config::Config;
use crate::error::{Error, Place, Result};
use crate::storage::folder::{Content, FileSum, Folder, MARKER, check};
use rayon::prelude::*;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};

/// The folder that a run has written.
pub struct OutFolder {
    folder: PathBuf,
    run: Run,
}

/// What `run.json` says that is needed again.
#[derive(Clone, Debug, Deserialize)]
pub struct Run {
    /// The version that made the run.
    pub version: String,
    /// Its settings.
    pub config: Config,
    /// What tells its input from others, in hexadecimal.
    pub input_hash: String,
    /// The version of its tables.
    format_version: Option<u32>,
    /// Its tables as they were written.
    #[serde(default)]
    files: BTreeMap<String, FileSum>,
}

/// The table of pairs of pages.
const MATCHES: &str = "matches.jsonl";

const EXPECTED: &str = "an output folder written by `tonggao detect`";

impl OutFolder {
    /// Opens a folder and reads the settings of its run. An error is a folder without a readable `run.json`, one of
    /// another version of the format, and one whose tables are not those that the run wrote: all are read for that.
    pub fn open(folder: &Path) -> Result<Self> {
        let out = OutFolder::just_written(folder)?;
        out.run.files.par_iter().try_for_each(|(name, written)| out.check(name, *written))?;
        Ok(out)
    }

    /// The same for a folder that this process has just written, whose tables are not read again.
    pub(crate) fn just_written(folder: &Path) -> Result<Self> {
        let path = folder.join("run.json");
        let text = std::fs::read_to_string(&path).map_err(|source| Error::Read { path: path.clone(), source })?;
        let run: Run = serde_json::from_str(&text).map_err(|error| invalid(&path, None, error.to_string()))?;
        if run.format_version != Some(FORMAT_VERSION) {
            let theirs = run.format_version.map_or_else(|| "none".to_owned(), |version| version.to_string());
            let reason =
                format!("tonggao {} wrote format {theirs}, and this one reads format {FORMAT_VERSION}", run.version);
            return Err(invalid(&path, None, reason));
        }
        Ok(OutFolder { folder: folder.to_owned(), run })
    }

    /// Makes sure that a file is the one that the run wrote.
    fn check(&self, name: &str, written: FileSum) -> Result<()> {
        let path = self.path(name);
        let failed = |source| Error::Read { path: path.clone(), source };
        let bytes = std::fs::metadata(&path).map_err(failed)?.len();
        if bytes != written.bytes {
            return Err(invalid(&path, None, format!("it has {bytes} bytes, and the run wrote {}", written.bytes)));
        }
        if FileSum::of(&path).map_err(failed)? != written {
            return Err(invalid(&path, None, "it was changed after the run had written it".to_owned()));
        }
        Ok(())
    }

    /// All that `run.json` says of the run.
    pub(crate) fn run_json(&self) -> Result<serde_json::Value> {
        let path = self.path("run.json");
        let text = std::fs::read(&path).map_err(|source| Error::Read { path: path.clone(), source })?;
        serde_json::from_slice(&text).map_err(|error| invalid(&path, None, error.to_string()))
    }

    /// Where a file of the folder lies.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// Copies every file of the folder to `place`, whole or not at all. An output folder that is there is replaced
    /// with `replace` only; anything else never is.
    pub fn copy_to(&self, place: &Path, replace: bool) -> Result<()> {
        check(place, replace, Content::Findings)?;
        let staged = Folder::stage(place, Content::Findings)?;
        let failed = |source| Error::Read { path: self.folder.clone(), source };
        for entry in std::fs::read_dir(&self.folder).map_err(failed)? {
            let entry = entry.map_err(failed)?;
            if entry.file_name() == MARKER {
                continue;
            }
            let mut file = File::open(entry.path()).map_err(|source| Error::Read { path: entry.path(), source })?;
            staged.file(&entry.file_name().to_string_lossy(), |writer| std::io::copy(&mut file, writer).map(drop))?;
        }
        staged.publish()
    }

    /// Version, settings and input of the run.
    pub fn run(&self) -> &Run {
        &self.run
    }

    /// The settings of the run.
    pub fn config(&self) -> &Config {
        &self.run.config
    }

    /// The furniture that the run masked.
    pub(crate) fn furniture(&self) -> Result<FurnitureModel> {
        FurnitureModel::read(&self.path("furniture.json"))
    }

    /// True for a table that the run was asked not to write.
    pub(crate) fn left_out(&self, name: &str) -> bool {
        self.config().no_matches && name == MATCHES
    }

    /// Calls `with` on every line of a JSON Lines file with the place of its first byte, until it says false.
    pub(crate) fn each_line(&self, name: &str, mut with: impl FnMut(&[u8], u64) -> Result<bool>) -> Result<()> {
        let path = self.path(name);
        if self.left_out(name) {
            let source = std::io::Error::other("the run was asked not to write it (no-matches)");
            return Err(Error::Read { path, source });
        }
        let failed = |source| Error::Read { path: path.clone(), source };
        let mut reader = BufReader::with_capacity(1 << 18, File::open(&path).map_err(failed)?);
        let (mut line, mut at) = (Vec::new(), 0);
        loop {
            line.clear();
            let read = reader.read_until(b'\n', &mut line).map_err(failed)? as u64;
            if read == 0 || !with(&line, at)? {
                return Ok(());
            }
            at += read;
        }
    }

    /// A line as a record. `at` is its place in the file.
    pub(crate) fn parse<T: DeserializeOwned>(&self, name: &str, line: &[u8], at: u64) -> Result<T> {
        serde_json::from_slice(line)
            .map_err(|error| invalid(&self.path(name), Some(Place::Byte(at)), error.to_string()))
    }

    /// The records of the pages with these ids, in the order of the file.
    pub(crate) fn documents(&self, ids: &[&str]) -> Result<Vec<Document>> {
        let wanted: Vec<Vec<u8>> = ids.iter().map(|id| written(id)).collect();
        let mut found = Vec::new();
        self.each_line("documents.jsonl", |line, at| {
            // A cheap test first: most lines are of other pages.
            if wanted.iter().any(|id| memchr::memmem::find(line, id).is_some()) {
                let document: Document = self.parse("documents.jsonl", line, at)?;
                if ids.contains(&document.id.as_str()) {
                    found.push(document);
                }
            }
            Ok(found.len() < ids.len())
        })?;
        Ok(found)
    }
}

/// A string as the output writes it.
pub(crate) fn written(text: &str) -> Vec<u8> {
    serde_json::to_vec(text).unwrap_or_default()
}

fn invalid(path: &Path, place: Option<Place>, reason: String) -> Error {
    Error::Invalid { path: path.to_owned(), place, reason, expected: EXPECTED }
}
