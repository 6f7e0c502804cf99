//! What was said and seen so far, kept in the folder of the index: a watch that is ended and begun again says nothing twice and
//! misses nothing.

use super::http::Validators;
use super::notices::Notice;
use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// The file, next to those of the index.
const FILE: &str = "watch.json";

#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Memory {
    #[serde(skip)]
    path: PathBuf,
    /// The next event to look at.
    pub since: u64,
    /// What was said, by rule, set and page.
    said: BTreeSet<String>,
    /// By phrase: the outlets that use it, each with the page where it was first seen.
    phrases: BTreeMap<String, BTreeMap<String, String>>,
    /// By address of a feed: which version of it was taken in.
    #[serde(default)]
    pub feeds: BTreeMap<String, Validators>,
    /// Addresses of pages that were fetched.
    #[serde(default)]
    pub pages: BTreeSet<String>,
}

impl Memory {
    /// Reads it; `since` is the next event where nobody has watched before.
    pub(super) fn open(index: &Path, since: impl FnOnce() -> Result<u64>) -> Result<Self> {
        let path = index.join(FILE);
        let memory = match fs::read(&path) {
            Ok(bytes) => serde_json::from_slice(&bytes).with_context(|| path.display().to_string())?,
            Err(error) if error.kind() == ErrorKind::NotFound => Memory { since: since()?, ..Memory::default() },
            Err(error) => return Err(error).with_context(|| path.display().to_string()),
        };
        Ok(Memory { path, ..memory })
    }

    /// Writes it, whole or not at all.
    pub(super) fn save(&self) -> Result<()> {
        let next = self.path.with_extension("json.next");
        let write = || {
            fs::write(&next, serde_json::to_vec(self)?)?;
            fs::rename(&next, &self.path)
        };
        write().with_context(|| format!("cannot write {}", self.path.display()))
    }

    /// A notice without the pages of which it was said before; `None` when nothing of it is new.
    pub(super) fn unsaid(&self, mut notice: Notice) -> Option<Notice> {
        let is_new: Vec<bool> = notice.keys.iter().map(|key| !self.said.contains(key)).collect();
        if notice.keys.len() == notice.pages.len() {
            let mut new = is_new.iter();
            notice.pages.retain(|_| new.next() == Some(&true));
        }
        let mut new = is_new.iter();
        notice.keys.retain(|_| new.next() == Some(&true));
        (!notice.keys.is_empty()).then_some(notice)
    }

    /// Notes that a notice was given.
    pub(super) fn say(&mut self, notice: &Notice) {
        self.said.extend(notice.keys.iter().cloned());
    }

    /// Notes that a page uses a phrase. Pages of unknown outlets do not count.
    pub(super) fn note(&mut self, phrase: &str, outlet: Option<&str>, page: &str) {
        let Some(outlet) = outlet else { return };
        let users = self.phrases.entry(phrase.to_owned()).or_default();
        users.entry(outlet.to_owned()).or_insert_with(|| page.to_owned());
    }

    /// The outlets that use a phrase, with a page of each.
    pub(super) fn users(&self, phrase: &str) -> Option<&BTreeMap<String, String>> {
        self.phrases.get(phrase)
    }
}
