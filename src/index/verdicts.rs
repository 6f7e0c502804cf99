//! Verdicts of people that an index keeps: every commit obeys those on its pages, whenever the pages come. A line of boilerplate
//! counts when the boilerplate model is made.
//!
//! ```text
//! verdicts-COMMIT.jsonl = (verdict "\n")*    as `detect --verdicts` reads them, the latest last
//! ```

use super::manifest::{self, Manifest};
use crate::config::Config;
use crate::error::{Error, Result};
use crate::verdicts::Verdicts;
use rustc_hash::FxHashSet;
use std::path::Path;

/// The verdicts of an index, and whether they are not written yet.
#[derive(Default)]
pub(super) struct KeptVerdicts {
    lines: String,
    pub verdicts: Verdicts,
    pub are_new: bool,
}

impl KeptVerdicts {
    /// Reads those of an index.
    pub(super) fn read(folder: &Path, manifest: &Manifest) -> Result<Self> {
        let Some(name) = &manifest.verdicts else { return Ok(KeptVerdicts::default()) };
        let lines = String::from_utf8_lossy(&manifest::read(folder, manifest, name)?).into_owned();
        let verdicts = Verdicts::of_text(&lines, &folder.join(name))?;
        Ok(KeptVerdicts { lines, verdicts, are_new: false })
    }

    /// Adds those that a run brings. Of two on the same pages the later one counts; a line that comes again is a later one.
    pub(super) fn with(self, run: &Config) -> Result<Self> {
        let Some(path) = &run.verdicts else { return Ok(self) };
        let new = std::fs::read_to_string(path).map_err(|source| Error::Read { path: path.clone(), source })?;
        Verdicts::of_text(&new, path)?;
        let brought: Vec<&str> = new.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
        let comes_again: FxHashSet<&str> = brought.iter().copied().collect();
        let stay = self.lines.lines().filter(|line| !comes_again.contains(line));
        let lines: String = stay.chain(brought).flat_map(|line| [line, "\n"]).collect();
        let verdicts = Verdicts::of_text(&lines, path)?;
        Ok(KeptVerdicts { are_new: self.are_new || lines != self.lines, lines, verdicts })
    }

    /// Writes them in place of those before, if they are new.
    pub(super) fn write(&self, folder: &Path, manifest: &mut Manifest) -> Result<()> {
        if !self.are_new {
            return Ok(());
        }
        let name = format!("verdicts-{}.jsonl", manifest.commit);
        manifest::write(folder, &name, self.lines.as_bytes())?;
        if let Some(before) = manifest.verdicts.replace(name.clone()) {
            manifest.files.remove(&before);
        }
        manifest.take(folder, &name)
    }
}
