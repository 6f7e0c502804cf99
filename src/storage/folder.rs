//! An output folder: written next to its place and named last, so that it appears whole or not at all.
//!
//! A folder is known for ours by the file `.tonggao` in it, which says what wrote it and which files. Nothing else is ever
//! replaced: not a folder without this file, nor one that has other files in it.

use super::cleanup::{Unfinished, make_parents};
use super::file_sum::Summed;
use super::marker::{Marker, may_replace, remove_listed};
use crate::error::{Error, Result};
use rayon::prelude::*;
use serde::Serialize;
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{BufWriter, Seek, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use walkdir::WalkDir;

pub use super::file_sum::FileSum;
pub use super::marker::Content;
pub(crate) use super::marker::MARKER;

/// Records made in one go: few, so that the memory of those written before is used again.
const BATCH: usize = 4_096;

/// What files of a folder are written through.
pub(crate) type FileWriter = BufWriter<Summed<File>>;

/// The files written so far, by their paths in the folder.
type Sums = Arc<Mutex<BTreeMap<String, FileSum>>>;

/// Ends a file and keeps its sum.
fn close(writer: FileWriter, name: &str, sums: &Sums) -> std::io::Result<()> {
    let file = writer.into_inner()?;
    sums.lock().unwrap_or_else(PoisonError::into_inner).insert(name.to_owned(), file.sum());
    Ok(())
}

/// Checks, before a long run, that `out` may be written: it is not there yet, or `force` allows to replace it
/// and it has nothing but an earlier output of the same kind.
pub fn check(out: &Path, force: bool, content: Content) -> Result<()> {
    match fs::symlink_metadata(out) {
        Err(_) => {}
        Ok(_) if !force => return Err(Error::OutExists { path: out.to_owned() }),
        Ok(_) => may_replace(out, content).map_err(|why| Error::OutForeign { path: out.to_owned(), why })?,
    }
    let parent = parent_of(out);
    fs::create_dir_all(&parent).map_err(|source| Error::Write { path: parent.clone(), source })?;
    // The surest way to know that a folder can be made here is to make one.
    tempfile::tempdir_in(&parent).map(drop).map_err(|source| Error::Write { path: out.to_owned(), source })
}

fn parent_of(out: &Path) -> PathBuf {
    out.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new(".")).to_owned()
}

/// Removes what processes that are no more left of folders that were to be `out`. A process that lives has its marker
/// locked.
fn clear_left_overs(out: &Path) {
    let (start, end) = (format!(".{}.", file_name(out)), ".partial");
    let Ok(entries) = fs::read_dir(parent_of(out)) else { return };
    for entry in entries.flatten().filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir())) {
        let name = entry.file_name().to_string_lossy().into_owned();
        if !(name.starts_with(&start) && name.ends_with(end)) {
            continue;
        }
        let folder = entry.path();
        match File::open(folder.join(MARKER)) {
            Ok(marker) if marker.try_lock().is_err() => {}
            Ok(_) => match Marker::read(&folder) {
                Some(marker) if marker.complete => remove_listed(&folder, &marker),
                Some(_) => _ = fs::remove_dir_all(&folder),
                None => remove_unmarked(&folder),
            },
            Err(_) => remove_unmarked(&folder),
        }
    }
}

/// Removes a folder whose process was ended before it had written its marker. One that lives is quicker than a minute.
fn remove_unmarked(folder: &Path) {
    let age = fs::metadata(folder).and_then(|kind| kind.modified()).ok().and_then(|at| at.elapsed().ok());
    if age.is_none_or(|age| age < Duration::from_secs(60)) {
        return;
    }
    let marker = folder.join(MARKER);
    if fs::metadata(&marker).is_ok_and(|kind| kind.len() == 0) {
        _ = fs::remove_file(marker);
    }
    _ = fs::remove_dir(folder);
}

/// The name of an output folder.
pub(super) fn file_name(path: &Path) -> String {
    path.file_name().map_or_else(|| "out".into(), |name| name.to_string_lossy().into_owned())
}

/// A folder being written.
pub(crate) struct Folder {
    place: PathBuf,
    staged: PathBuf,
    content: Content,
    /// Locked as long as the folder is being written.
    marker: File,
    sums: Sums,
    unfinished: Option<Unfinished>,
}

impl Folder {
    /// Starts a folder that will be `out`. Clears up what earlier processes left of it.
    pub(crate) fn stage(out: &Path, content: Content) -> Result<Self> {
        clear_left_overs(out);
        let unfinished = Unfinished::folder(|| make_staged(out));
        let unfinished = unfinished.map_err(|source| Error::Write { path: out.to_owned(), source })?;
        let staged = unfinished.path().to_owned();
        let failed = |source| Error::Write { path: staged.clone(), source };
        let mut options = File::options();
        let marker = options.read(true).write(true).create_new(true).open(staged.join(MARKER)).map_err(failed)?;
        marker.lock().map_err(failed)?;
        let mut folder = Folder {
            place: out.to_owned(),
            staged,
            content,
            marker,
            sums: Sums::default(),
            unfinished: Some(unfinished),
        };
        folder.mark(false)?;
        Ok(folder)
    }

    /// Writes the marker.
    fn mark(&mut self, complete: bool) -> Result<()> {
        let files = if complete { self.sums().into_keys().collect() } else { Vec::new() };
        let text = serde_json::to_string(&Marker { content: self.content, complete, files }).unwrap_or_default() + "\n";
        let mut write = || {
            self.marker.set_len(0)?;
            self.marker.rewind()?;
            self.marker.write_all(text.as_bytes())
        };
        write().map_err(|source| Error::Write { path: self.place.join(MARKER), source })
    }

    /// Where it lies until it has its name.
    pub(crate) fn staged(&self) -> &Path {
        &self.staged
    }

    /// The files that were written, with their sizes and hashes.
    pub(crate) fn sums(&self) -> BTreeMap<String, FileSum> {
        self.sums.lock().unwrap_or_else(PoisonError::into_inner).clone()
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

    /// The same for work that has errors of its own; it gets the path that the file will have.
    pub(crate) fn file_at(&self, name: &str, with: impl FnOnce(&mut FileWriter, &Path) -> Result<()>) -> Result<()> {
        let (staged, path) = (self.staged.join(name), self.place.join(name));
        let failed = |source| Error::Write { path: path.clone(), source };
        make_parents(&self.staged, name).map_err(failed)?;
        let mut writer = BufWriter::with_capacity(1 << 20, Summed::new(File::create(&staged).map_err(failed)?));
        with(&mut writer, &path)?;
        close(writer, name, &self.sums).map_err(failed)
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
    pub(crate) fn table(&self, name: &str) -> Result<TableWriter> {
        let place = self.place.join(name);
        let file =
            File::create(self.staged.join(name)).map_err(|source| Error::Write { path: place.clone(), source })?;
        let writer = BufWriter::with_capacity(1 << 20, Summed::new(file));
        Ok(TableWriter { writer, place, name: name.to_owned(), sums: Arc::clone(&self.sums) })
    }

    /// Gives the folder its name, in place of an earlier one: all of it is on the disk before, and no moment passes in
    /// which neither is there (on systems that can exchange two names).
    pub(crate) fn publish(mut self) -> Result<()> {
        self.mark(true)?;
        let write = |source| Error::Write { path: self.place.clone(), source };
        if fs::symlink_metadata(&self.place).is_ok() {
            // What has been put there since the run began is not ours to remove.
            may_replace(&self.place, self.content)
                .map_err(|why| Error::OutForeign { path: self.place.clone(), why })?;
        }
        sync_all(&self.staged).map_err(write)?;
        let name = || -> std::io::Result<bool> {
            let replaced = put(&self.staged, &self.place)?;
            sync(&parent_of(&self.place))?;
            Ok(replaced)
        };
        let replaced = self.unfinished.take().map_or_else(name, |unfinished| unfinished.finish(name)).map_err(write)?;
        if replaced && let Some(old) = Marker::read(&self.staged) {
            remove_listed(&self.staged, &old);
        } else if replaced {
            // It was empty.
            _ = fs::remove_dir(&self.staged);
        }
        Ok(())
    }
}

/// Makes a folder next to `out`, under a name that nobody takes for finished work.
fn make_staged(out: &Path) -> std::io::Result<PathBuf> {
    let (parent, name) = (parent_of(out), file_name(out));
    fs::create_dir_all(&parent)?;
    let mut number = 0;
    loop {
        let staged = parent.join(format!(".{name}.{}-{number}.partial", std::process::id()));
        match fs::create_dir(&staged) {
            Ok(()) => return Ok(staged),
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists && number < 1000 => number += 1,
            Err(error) => return Err(error),
        }
    }
}

/// Gives `staged` the name `place`; what had it before has then the name `staged`. True when something had.
fn put(staged: &Path, place: &Path) -> std::io::Result<bool> {
    if fs::symlink_metadata(place).is_err() {
        return fs::rename(staged, place).map(|()| false);
    }
    if exchange(staged, place).is_ok() {
        return Ok(true);
    }
    let old = staged.with_extension("old.partial");
    fs::rename(place, &old)?;
    fs::rename(staged, place).inspect_err(|_| _ = fs::rename(&old, place))?;
    fs::rename(&old, staged).map(|()| true)
}

#[cfg(target_os = "linux")]
fn exchange(one: &Path, other: &Path) -> std::io::Result<()> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    Ok(renameat_with(CWD, one, CWD, other, RenameFlags::EXCHANGE)?)
}

#[cfg(not(target_os = "linux"))]
fn exchange(_: &Path, _: &Path) -> std::io::Result<()> {
    Err(std::io::ErrorKind::Unsupported.into())
}

/// A folder of more files is brought to the disk in one go, where the system can do that.
#[cfg(target_os = "linux")]
const FILES_ALONE: usize = 64;

/// Brings all of a folder to the disk.
fn sync_all(folder: &Path) -> std::io::Result<()> {
    #[cfg(target_os = "linux")]
    if WalkDir::new(folder).into_iter().nth(FILES_ALONE).is_some() {
        return Ok(rustix::fs::syncfs(File::open(folder)?)?);
    }
    WalkDir::new(folder).contents_first(true).into_iter().try_for_each(|entry| sync(entry?.path()))
}

/// Brings a file, or the names in a folder, to the disk.
pub(crate) fn sync(path: &Path) -> std::io::Result<()> {
    if cfg!(unix) || !path.is_dir() { File::open(path)?.sync_all() } else { Ok(()) }
}

/// A file of records being written.
pub(crate) struct TableWriter {
    writer: FileWriter,
    place: PathBuf,
    name: String,
    sums: Sums,
}

impl TableWriter {
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
        let write = |writer: &mut FileWriter| -> std::io::Result<()> {
            for batch in items.chunks(BATCH) {
                let parts: Vec<_> = batch.par_chunks(BATCH / 16).map(lines).collect();
                parts.into_iter().try_for_each(|part| writer.write_all(&part?))?;
            }
            Ok(())
        };
        write(&mut self.writer).map_err(|source| Error::Write { path: self.place.clone(), source })
    }

    /// Ends the file.
    pub(crate) fn finish(self) -> Result<()> {
        close(self.writer, &self.name, &self.sums).map_err(|source| Error::Write { path: self.place, source })
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if self.unfinished.take().is_some() {
            // Nothing to tell anyone: the error that brought us here is on its way already.
            let _ = fs::remove_dir_all(&self.staged);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn publish(out: &Path, text: &str) {
        let folder = Folder::stage(out, Content::Findings).unwrap();
        folder.file("a.txt", |writer| writer.write_all(text.as_bytes())).unwrap();
        folder.file("sub/b.txt", |writer| writer.write_all(b"b")).unwrap();
        folder.publish().unwrap();
    }

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<String> =
            fs::read_dir(folder).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[test]
    fn a_folder_replaces_its_own_kind_only_and_nothing_that_it_did_not_write() {
        let root = tempfile::tempdir().unwrap();
        let out = root.path().join("out");
        publish(&out, "first");
        assert!(matches!(check(&out, false, Content::Findings), Err(Error::OutExists { .. })));
        check(&out, true, Content::Findings).unwrap();
        assert!(matches!(check(&out, true, Content::Corpus), Err(Error::OutForeign { .. })));
        publish(&out, "second");
        assert_eq!(fs::read_to_string(out.join("a.txt")).unwrap(), "second");
        fs::write(out.join("sub/mine.txt"), "a day's work").unwrap();
        let refused = check(&out, true, Content::Findings).unwrap_err().to_string();
        assert!(refused.contains("sub/mine.txt"), "{refused}");
        assert_eq!(names(root.path()), ["out"]);
    }

    #[test]
    fn a_file_that_comes_while_a_run_works_is_kept() {
        let root = tempfile::tempdir().unwrap();
        let out = root.path().join("out");
        publish(&out, "first");
        let folder = Folder::stage(&out, Content::Findings).unwrap();
        fs::write(out.join("mine.txt"), "a day's work").unwrap();
        assert!(matches!(folder.publish(), Err(Error::OutForeign { .. })));
        assert_eq!(names(&out), [".tonggao", "a.txt", "mine.txt", "sub"]);
        assert_eq!(names(root.path()), ["out"]);
    }

    #[test]
    fn left_overs_are_cleared_unless_their_process_lives() {
        let root = tempfile::tempdir().unwrap();
        let out = root.path().join("out");
        let alive = Folder::stage(&out, Content::Findings).unwrap();
        let dead = root.path().join(".out.1-0.partial");
        fs::create_dir(&dead).unwrap();
        fs::write(dead.join(MARKER), r#"{"content":"findings","complete":false,"files":[]}"#).unwrap();
        fs::write(dead.join("documents.jsonl"), "half a").unwrap();
        let foreign = root.path().join(".out.work.partial");
        fs::create_dir(&foreign).unwrap();
        fs::write(foreign.join("mine.txt"), "a day's work").unwrap();
        let unmarked = [".out.2-0.partial", ".out.3-0.partial", ".out.4-0.partial"].map(|name| root.path().join(name));
        unmarked.iter().for_each(|folder| fs::create_dir(folder).unwrap());
        fs::write(unmarked[1].join(MARKER), "").unwrap();
        let hour = std::time::SystemTime::now() - Duration::from_secs(3600);
        unmarked[..2].iter().for_each(|folder| File::open(folder).unwrap().set_modified(hour).unwrap());
        publish(&out, "done");
        assert_eq!(unmarked.map(|folder| folder.exists()), [false, false, true]);
        assert!(!dead.exists() && foreign.join("mine.txt").exists() && alive.staged().exists());
    }

    #[test]
    fn sums_are_those_of_the_bytes_on_the_disk() {
        let root = tempfile::tempdir().unwrap();
        let folder = Folder::stage(&root.path().join("out"), Content::Findings).unwrap();
        folder.lines("a.jsonl", std::iter::repeat_n("x", 100_000)).unwrap();
        folder.many_lines("b.jsonl", &[1, 2, 3], |n| *n).unwrap();
        for (name, sum) in folder.sums() {
            assert_eq!(FileSum::of(&folder.staged().join(name)).unwrap(), sum);
        }
        assert_eq!(folder.sums().len(), 2);
    }
}
