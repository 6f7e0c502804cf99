//! The output folder: written beside its place and named last, so that it appears whole or not at all.

use crate::error::{Error, Result};
use rayon::prelude::*;
use serde::Serialize;
use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

/// Records made in one go.
const BATCH: usize = 16_384;

/// What files of a folder are written through.
pub(crate) type FileWriter = BufWriter<File>;

/// A folder being written.
pub(crate) struct Folder {
    place: PathBuf,
    staged: PathBuf,
    done: bool,
}

/// Checks, before a long run, that `out` may be written: it is not there yet, or `force` allows to replace it
/// and it is an output folder.
pub fn check(out: &Path, force: bool) -> Result<()> {
    match fs::symlink_metadata(out) {
        Err(_) => {}
        Ok(_) if !force => return Err(Error::OutExists { path: out.to_owned() }),
        Ok(kind) if kind.is_dir() && (out.join("run.json").exists() || is_empty(out)) => {}
        Ok(_) => return Err(Error::OutForeign { path: out.to_owned() }),
    }
    let parent = parent_of(out);
    fs::create_dir_all(&parent).map_err(|source| Error::Write { path: parent.clone(), source })?;
    // The surest way to know that a folder can be made here is to make one.
    tempfile::tempdir_in(&parent).map(drop).map_err(|source| Error::Write { path: out.to_owned(), source })
}

fn is_empty(folder: &Path) -> bool {
    fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_none())
}

fn parent_of(out: &Path) -> PathBuf {
    out.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new(".")).to_owned()
}

impl Folder {
    /// Starts a folder that will be `out`.
    pub(crate) fn stage(out: &Path) -> Result<Self> {
        let name = out.file_name().map_or_else(|| "out".into(), |n| n.to_string_lossy().into_owned());
        let staged = parent_of(out).join(format!(".{name}.{}.partial", std::process::id()));
        fs::create_dir_all(&staged).map_err(|source| Error::Write { path: staged.clone(), source })?;
        Ok(Folder { place: out.to_owned(), staged, done: false })
    }

    /// Where it lies until it has its name.
    pub(crate) fn staged(&self) -> &Path {
        &self.staged
    }

    /// Writes one file by way of `with`, which has errors of its own.
    pub(crate) fn result_file(&self, name: &str, with: impl FnOnce(&mut dyn Write) -> Result<()>) -> Result<()> {
        let mut made = Ok(());
        self.file(name, |writer| {
            made = with(writer);
            Ok(())
        })?;
        made
    }

    /// Writes one file by way of `with`. Folders in its name are made.
    pub(crate) fn file(&self, name: &str, with: impl FnOnce(&mut dyn Write) -> std::io::Result<()>) -> Result<()> {
        self.file_at(name, |writer, path| with(writer).map_err(|source| Error::Write { path: path.to_owned(), source }))
    }

    /// The same for work that has errors of its own; it is told the path that the file will have.
    pub(crate) fn file_at(&self, name: &str, with: impl FnOnce(&mut FileWriter, &Path) -> Result<()>) -> Result<()> {
        let (staged, path) = (self.staged.join(name), self.place.join(name));
        let failed = |source| Error::Write { path: path.clone(), source };
        staged.parent().map_or(Ok(()), fs::create_dir_all).map_err(failed)?;
        let mut writer = BufWriter::with_capacity(1 << 20, File::create(&staged).map_err(failed)?);
        with(&mut writer, &path)?;
        writer.flush().map_err(failed)
    }

    /// Writes records as JSON Lines.
    pub(crate) fn lines<T: Serialize>(&self, name: &str, records: impl IntoIterator<Item = T>) -> Result<()> {
        self.file(name, |writer| {
            for record in records {
                serde_json::to_writer(&mut *writer, &record)?;
                writer.write_all(b"\n")?;
            }
            Ok(())
        })
    }

    /// Writes one record for each of `items`, made and serialised in parallel.
    pub(crate) fn many_lines<I: Sync, T: Serialize>(
        &self,
        name: &str,
        items: &[I],
        record: impl Fn(&I) -> T + Sync,
    ) -> Result<()> {
        let mut table = self.table(name)?;
        table.add(items, record)?;
        table.finish()
    }

    /// Begins a file of records that come in batches.
    pub(crate) fn table(&self, name: &str) -> Result<Table> {
        let place = self.place.join(name);
        let file =
            File::create(self.staged.join(name)).map_err(|source| Error::Write { path: place.clone(), source })?;
        Ok(Table { writer: BufWriter::with_capacity(1 << 20, file), place })
    }

    /// Gives the folder its name, in place of an earlier one.
    pub(crate) fn publish(mut self) -> Result<()> {
        let write = |source| Error::Write { path: self.place.clone(), source };
        let old = self.staged.with_extension("old");
        let replaces = self.place.exists();
        if replaces {
            fs::rename(&self.place, &old).map_err(write)?;
        }
        fs::rename(&self.staged, &self.place).map_err(write)?;
        self.done = true;
        if replaces {
            fs::remove_dir_all(&old).map_err(write)?;
        }
        Ok(())
    }
}

/// A file of records being written.
pub(crate) struct Table {
    writer: BufWriter<File>,
    place: PathBuf,
}

impl Table {
    /// Adds one record for each of `items`, made and serialised in parallel.
    pub(crate) fn add<I: Sync, T: Serialize>(&mut self, items: &[I], record: impl Fn(&I) -> T + Sync) -> Result<()> {
        let lines = |items: &[I]| -> std::io::Result<Vec<u8>> {
            let mut lines = Vec::with_capacity(256 * items.len());
            for item in items {
                serde_json::to_writer(&mut lines, &record(item))?;
                lines.push(b'\n');
            }
            Ok(lines)
        };
        let write = |writer: &mut BufWriter<File>| -> std::io::Result<()> {
            for batch in items.chunks(BATCH) {
                let parts: Vec<_> = batch.par_chunks(BATCH / 16).map(lines).collect();
                parts.into_iter().try_for_each(|part| writer.write_all(&part?))?;
            }
            Ok(())
        };
        write(&mut self.writer).map_err(|source| Error::Write { path: self.place.clone(), source })
    }

    /// Ends the file.
    pub(crate) fn finish(mut self) -> Result<()> {
        self.writer.flush().map_err(|source| Error::Write { path: self.place, source })
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if !self.done {
            // Nothing to tell anyone: the error that brought us here is on its way already.
            let _ = fs::remove_dir_all(&self.staged);
        }
    }
}
