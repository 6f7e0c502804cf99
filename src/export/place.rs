//! Where exports go. A file is written next to its place and named last, so that it appears whole or not at all.

use crate::error::{Error, Result};
use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

/// Bytes written at a time.
const BUFFER: usize = 1 << 18;

/// Writes one file by way of `with`, which gets the path for its errors. A file that exists is replaced with
/// `replace` only.
pub fn write_file(
    path: &Path,
    replace: bool,
    with: impl FnOnce(&mut (dyn Write + Send), &Path) -> Result<()>,
) -> Result<()> {
    if path.exists() && (!replace || path.is_dir()) {
        return Err(Error::OutExists { path: path.to_owned() });
    }
    let staged = staged(path);
    let failed = |source| Error::Write { path: path.to_owned(), source };
    let written = || -> Result<()> {
        let mut writer = BufWriter::with_capacity(BUFFER, File::create(&staged).map_err(failed)?);
        with(&mut writer, path)?;
        writer.flush().map_err(failed)?;
        fs::rename(&staged, path).map_err(failed)
    };
    written().inspect_err(|_| {
        // What went wrong is on its way already; a file that was never made cannot be removed either.
        let _ = fs::remove_file(&staged);
    })
}

/// A place next to `path` that nobody takes for finished work.
fn staged(path: &Path) -> PathBuf {
    let name = path.file_name().map_or_else(|| "out".into(), |name| name.to_string_lossy());
    path.with_file_name(format!(".{name}.{}.partial", std::process::id()))
}
