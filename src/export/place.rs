//! Where exports go: written beside their place and named last, so that they appear whole or not at all.

use crate::error::{Error, Result};
use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

/// Bytes written at a time.
const BUFFER: usize = 1 << 18;

/// Writes one file by way of `with`, which is told the path for its errors. A file that exists is replaced with
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
    let done = write_through(&staged, path, with).and_then(|()| rename(&staged, path));
    done.inspect_err(|_| {
        // What went wrong is on its way already; a file that was never made cannot be removed either.
        let _ = fs::remove_file(&staged);
    })
}

fn write_through(
    file: &Path,
    named: &Path,
    with: impl FnOnce(&mut (dyn Write + Send), &Path) -> Result<()>,
) -> Result<()> {
    let failed = |source| Error::Write { path: named.to_owned(), source };
    let mut writer = BufWriter::with_capacity(BUFFER, File::create(file).map_err(failed)?);
    with(&mut writer, named)?;
    writer.flush().map_err(failed)
}

fn rename(from: &Path, to: &Path) -> Result<()> {
    fs::rename(from, to).map_err(|source| Error::Write { path: to.to_owned(), source })
}

/// A place beside `path` that nobody takes for finished work.
fn staged(path: &Path) -> PathBuf {
    let name = path.file_name().map_or_else(|| "out".into(), |name| name.to_string_lossy());
    path.with_file_name(format!(".{name}.{}.partial", std::process::id()))
}

/// A folder of tables on its way.
#[cfg(feature = "parquet")]
pub(super) struct TablesFolder {
    place: PathBuf,
    staged: PathBuf,
}

#[cfg(feature = "parquet")]
impl TablesFolder {
    /// Starts a folder that will be `place` and hold files of these names.
    pub(super) fn stage(place: &Path, names: &[String], replace: bool) -> Result<Self> {
        match fs::read_dir(place) {
            Ok(entries) => {
                let files: Vec<_> = entries.flatten().map(|entry| entry.file_name()).collect();
                let is_ours = |file: &std::ffi::OsString| names.iter().any(|name| file == name.as_str());
                if !files.is_empty() && !replace {
                    return Err(Error::OutExists { path: place.to_owned() });
                }
                if !files.iter().all(is_ours) {
                    return Err(Error::ExportForeign { path: place.to_owned() });
                }
            }
            Err(_) if place.exists() => return Err(Error::ExportForeign { path: place.to_owned() }),
            Err(_) => {}
        }
        let staged = staged(place);
        fs::create_dir_all(&staged).map_err(|source| Error::Write { path: place.to_owned(), source })?;
        Ok(TablesFolder { place: place.to_owned(), staged })
    }

    /// Writes one file of it.
    pub(super) fn file(
        &self,
        name: &str,
        with: impl FnOnce(&mut (dyn Write + Send), &Path) -> Result<()>,
    ) -> Result<()> {
        write_through(&self.staged.join(name), &self.place.join(name), with)
    }

    /// Gives the folder its name.
    pub(super) fn publish(self) -> Result<()> {
        if self.place.exists() {
            // It is empty, or holds what an earlier export left: `stage` has looked.
            fs::remove_dir_all(&self.place).map_err(|source| Error::Write { path: self.place.clone(), source })?;
        }
        rename(&self.staged, &self.place)
    }
}

#[cfg(feature = "parquet")]
impl Drop for TablesFolder {
    fn drop(&mut self) {
        // Once published there is nothing of that name; before, the error that brought us here is on its way.
        let _ = fs::remove_dir_all(&self.staged);
    }
}
