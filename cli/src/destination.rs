//! Where a command writes.

use anyhow::{Context, Result};
use clap::Args;
use std::io::Write;
use std::path::{Path, PathBuf};
use tonggao::output::write_file;

/// A file, or standard output.
#[derive(Args)]
pub(super) struct Destination {
    /// The file to write [default: standard output]
    #[arg(short, long, value_name = "FILE")]
    out: Option<PathBuf>,

    /// Replace an existing file
    #[arg(long)]
    force: bool,
}

impl Destination {
    pub(super) fn new(out: PathBuf, force: bool) -> Self {
        Destination { out: Some(out), force }
    }

    /// The path; `None` for standard output.
    pub(super) fn path(&self) -> Option<&Path> {
        self.out.as_deref().filter(|path| path.as_os_str() != "-")
    }

    /// True when what exists may be replaced.
    pub(super) fn force(&self) -> bool {
        self.force
    }

    /// Writes the file, whole or not at all, or to standard output.
    pub(super) fn write(&self, with: impl FnOnce(&mut dyn Write, &Path) -> tonggao::Result<()>) -> Result<()> {
        if let Some(path) = self.path() {
            return Ok(write_file(path, self.force, |writer, path| with(writer, path))?);
        }
        let mut writer = crate::terminal::output();
        with(&mut writer, Path::new("standard output"))?;
        writer.flush().context("cannot write to standard output")
    }
}
