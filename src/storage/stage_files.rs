//! Results of finished stages in a folder, from which a run that was ended goes on.
//!
//! Every stage has one file. `checkpoint.json` says what run they belong to and lists their sizes and hashes. It is
//! renamed into its place after the file of a stage is complete, so a stage is there whole or not at all, and a file that is
//! not as it is listed is not read.

use super::file_sum::{FileSum, Summed};
use super::folder::file_name;
use super::{Column, Scratch};
use crate::error::{Error, Result};
use bytemuck::Pod;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, BufReader, BufWriter, Read, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// What the results depend on, by name.
pub(crate) type Identity = BTreeMap<String, Value>;

const MANIFEST: &str = "checkpoint.json";
const NEW_MANIFEST: &str = "checkpoint.json.new";
/// What the names of the files of stages end with.
const STAGE: &str = "stage";
/// Locked while a run uses the folder.
const LOCK: &str = "lock";
/// Bytes of rows that are read in one go.
const BLOCK: usize = 1 << 20;

/// What `checkpoint.json` says.
#[derive(Debug, Serialize, Deserialize)]
struct Manifest {
    identity: Identity,
    stages: BTreeMap<String, FileSum>,
}

/// The folder, locked.
#[derive(Debug)]
pub(crate) struct StageFiles {
    folder: PathBuf,
    _lock: File,
    manifest: Manifest,
}

/// Why a folder of stages cannot be used.
pub(crate) enum Unusable {
    /// It is not there, or was not made by a run.
    Absent,
    /// Another process uses it.
    Locked,
}

impl StageFiles {
    /// The folder of a run that writes `out`.
    pub fn place(out: &Path) -> PathBuf {
        out.with_file_name(format!(".{}.checkpoint", file_name(out)))
    }

    /// Opens what an earlier run left. Stages whose files are not as they were written count as not finished.
    pub fn open(folder: &Path) -> std::result::Result<StageFiles, Unusable> {
        let lock = File::open(folder.join(LOCK)).map_err(|_| Unusable::Absent)?;
        if !is_locked(&lock) {
            return Err(Unusable::Locked);
        }
        let manifest = fs::read(folder.join(MANIFEST)).ok().and_then(|text| serde_json::from_slice(&text).ok());
        let mut manifest: Manifest = manifest.ok_or(Unusable::Absent)?;
        manifest.stages.retain(|name, sum| FileSum::of(&stage_file(folder, name)).is_ok_and(|found| found == *sum));
        Ok(StageFiles { folder: folder.to_owned(), _lock: lock, manifest })
    }

    /// True when an earlier run left something to go on from.
    pub fn are_left(folder: &Path) -> bool {
        folder.join(MANIFEST).is_file()
    }

    /// Begins a folder, in place of what an earlier run left; `None` when another process uses it, or when something else
    /// has its name.
    pub fn create(folder: &Path, identity: Identity) -> io::Result<Option<StageFiles>> {
        match fs::create_dir(folder) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
            Err(_) if !folder.join(LOCK).is_file() => return Ok(None),
            _ => {}
        }
        let lock = File::options().write(true).create(true).truncate(false).open(folder.join(LOCK))?;
        if !is_locked(&lock) {
            return Ok(None);
        }
        remove_stages(folder);
        let manifest = Manifest { identity, stages: BTreeMap::new() };
        let files = StageFiles { folder: folder.to_owned(), _lock: lock, manifest };
        files.write_manifest()?;
        Ok(Some(files))
    }

    /// What the results depend on.
    pub fn identity(&self) -> &Identity {
        &self.manifest.identity
    }

    /// True for a stage that is finished.
    pub fn has(&self, stage: &str) -> bool {
        self.manifest.stages.contains_key(stage)
    }

    /// Writes what a stage gave.
    pub fn write(&mut self, stage: &str, with: impl FnOnce(&mut StageWriter) -> Result<()>) -> Result<()> {
        let path = stage_file(&self.folder, stage);
        let failed = |source| Error::Write { path: path.clone(), source };
        let write = || -> Result<FileSum> {
            let file = BufWriter::with_capacity(BLOCK, Summed::new(File::create(&path).map_err(failed)?));
            let mut writer = StageWriter { file, path: path.clone() };
            with(&mut writer)?;
            Ok(writer.file.into_inner().map_err(|error| failed(error.into_error()))?.sum())
        };
        // A disk that is full has no room for half a stage.
        let sum = write().inspect_err(|_| _ = fs::remove_file(&path))?;
        self.manifest.stages.insert(stage.to_owned(), sum);
        self.write_manifest().map_err(failed)
    }

    /// Reads what a stage gave; `None` when it is not finished. Lists go where `scratch` says.
    pub fn read<T>(
        &self,
        stage: &str,
        scratch: &Scratch,
        with: impl FnOnce(&mut StageReader) -> Result<T>,
    ) -> Result<Option<T>> {
        if !self.has(stage) {
            return Ok(None);
        }
        let path = stage_file(&self.folder, stage);
        let file = File::open(&path).map_err(|source| Error::Read { path: path.clone(), source })?;
        let file = BufReader::with_capacity(BLOCK, file);
        with(&mut StageReader { file, path, scratch: scratch.clone() }).map(Some)
    }

    fn write_manifest(&self) -> io::Result<()> {
        let new = self.folder.join(NEW_MANIFEST);
        fs::write(&new, serde_json::to_vec_pretty(&self.manifest)?)?;
        fs::rename(&new, self.folder.join(MANIFEST))
    }

    /// Removes the folder; files that no run wrote stay.
    pub fn remove(self) {
        remove_stages(&self.folder);
        [MANIFEST, NEW_MANIFEST, LOCK].iter().for_each(|name| _ = fs::remove_file(self.folder.join(name)));
        _ = fs::remove_dir(&self.folder);
    }

    /// The same of what an earlier run left, unless a process uses it.
    pub fn remove_left(folder: &Path) {
        if let Ok(lock) = File::open(folder.join(LOCK))
            && is_locked(&lock)
        {
            let manifest = Manifest { identity: Identity::new(), stages: BTreeMap::new() };
            StageFiles { folder: folder.to_owned(), _lock: lock, manifest }.remove();
        }
    }
}

/// True when nobody else has the file locked. A process that was killed keeps its locks until its memory is given back, and
/// one that is being started shares those of the process that starts it.
fn is_locked(lock: &File) -> bool {
    (0..60).any(|k| {
        std::thread::sleep(Duration::from_millis(if k == 0 { 0 } else { 50 }));
        lock.try_lock().is_ok()
    })
}

fn stage_file(folder: &Path, stage: &str) -> PathBuf {
    folder.join(format!("{stage}.{STAGE}"))
}

/// Removes the files of stages, complete or not. What cannot be removed stays, and the next run takes its place.
fn remove_stages(folder: &Path) {
    let files = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    let of_stages = files.filter(|path| path.extension().is_some_and(|ending| ending == STAGE));
    of_stages.for_each(|path| _ = fs::remove_file(path));
}

/// The file of a stage on its way.
pub(crate) struct StageWriter {
    file: BufWriter<Summed<File>>,
    path: PathBuf,
}

impl StageWriter {
    /// Adds bytes, of which the reader must know how many they are.
    pub fn bytes(&mut self, bytes: &[u8]) -> Result<()> {
        self.file.write_all(bytes).map_err(|source| Error::Write { path: self.path.clone(), source })
    }

    /// Adds a number.
    pub fn number(&mut self, number: u64) -> Result<()> {
        self.bytes(&number.to_le_bytes())
    }

    /// Adds rows.
    pub fn column<T: Pod>(&mut self, rows: &[T]) -> Result<()> {
        self.number(rows.len() as u64)?;
        self.bytes(bytemuck::cast_slice(rows))
    }

    /// Adds values as JSON.
    pub fn list<T: Serialize>(&mut self, items: &[T]) -> Result<()> {
        self.number(items.len() as u64)?;
        items.iter().try_for_each(|item| {
            let json = serde_json::to_vec(item).map_err(|error| self.failed(error))?;
            self.column(&json)
        })
    }

    fn failed(&self, error: serde_json::Error) -> Error {
        Error::Write { path: self.path.clone(), source: error.into() }
    }
}

/// The file of a stage being read, in the order in which it was written.
pub(crate) struct StageReader {
    file: BufReader<File>,
    path: PathBuf,
    scratch: Scratch,
}

impl StageReader {
    /// Fills `bytes`.
    pub fn bytes(&mut self, bytes: &mut [u8]) -> Result<()> {
        self.file.read_exact(bytes).map_err(|source| self.failed(source))
    }

    /// Reads a number.
    pub fn number(&mut self) -> Result<u64> {
        let mut bytes = [0; 8];
        self.bytes(&mut bytes)?;
        Ok(u64::from_le_bytes(bytes))
    }

    /// Reads rows.
    pub fn column<T: Pod>(&mut self) -> Result<Column<T>> {
        let mut left = self.number()? as usize;
        let mut rows = self.scratch.column_of(left);
        let mut some = vec![T::zeroed(); (BLOCK / size_of::<T>()).clamp(1, left.max(1))];
        while left > 0 {
            let next = left.min(some.len());
            self.bytes(bytemuck::cast_slice_mut(&mut some[..next]))?;
            rows.extend(&some[..next])?;
            left -= next;
        }
        rows.finish()
    }

    /// Reads values that were written as JSON.
    pub fn list<T: DeserializeOwned>(&mut self) -> Result<Vec<T>> {
        let count = self.number()?;
        (0..count).map(|_| self.json()).collect()
    }

    fn json<T: DeserializeOwned>(&mut self) -> Result<T> {
        let mut json = vec![0; self.number()? as usize];
        self.bytes(&mut json)?;
        serde_json::from_slice(&json).map_err(|error| self.failed(error.into()))
    }

    fn failed(&self, source: io::Error) -> Error {
        Error::Read { path: self.path.clone(), source }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn identity(n: u32) -> Identity {
        [("run".to_owned(), n.into())].into()
    }

    /// A folder with one finished stage.
    fn made(folder: &Path) -> StageFiles {
        let mut files = StageFiles::create(folder, identity(1)).unwrap().unwrap();
        let rows: Vec<[u32; 3]> = (0..100_000).map(|k| [k, k / 7, k % 11]).collect();
        files
            .write("pages", |to| {
                to.number(7)?;
                to.column(&rows)?;
                to.list(&["一".to_owned(), "二\n三".to_owned()])
            })
            .unwrap();
        files
    }

    fn read(files: &StageFiles, share: usize, root: &Path) -> Option<(u64, Column<[u32; 3]>, Vec<String>)> {
        let scratch = Scratch::new(root.to_owned(), share);
        files.read("pages", &scratch, |from| Ok((from.number()?, from.column()?, from.list()?))).unwrap()
    }

    #[test]
    fn what_was_written_is_read_within_any_memory() {
        let root = tempfile::tempdir().unwrap();
        let folder = StageFiles::place(&root.path().join("out"));
        drop(made(&folder));
        let files = StageFiles::open(&folder).ok().unwrap();
        assert!(matches!(StageFiles::open(&folder), Err(Unusable::Locked)));
        assert!(files.identity() == &identity(1) && files.has("pages") && !files.has("pairs"));
        for share in [usize::MAX, 1] {
            let (number, rows, list) = read(&files, share, root.path()).unwrap();
            assert_eq!((number, rows.len(), rows[99_999]), (7, 100_000, [99_999, 14_285, 9]));
            assert_eq!(list, ["一", "二\n三"]);
        }
        StageFiles::remove_left(&folder);
        assert!(StageFiles::are_left(&folder), "a run uses it");
        files.remove();
        assert_eq!(fs::read_dir(root.path()).unwrap().count(), 0);
    }

    #[test]
    fn a_damaged_stage_is_not_finished_and_a_damaged_list_of_stages_is_no_checkpoint() {
        let root = tempfile::tempdir().unwrap();
        let folder = root.path().join("stages");
        drop(made(&folder));
        let whole = fs::read(stage_file(&folder, "pages")).unwrap();
        let mut flipped = whole.clone();
        flipped[whole.len() / 2] ^= 1;
        for damaged in [&flipped[..], &whole[..whole.len() - 1], &[]] {
            fs::write(stage_file(&folder, "pages"), damaged).unwrap();
            let files = StageFiles::open(&folder).ok().unwrap();
            assert!(read(&files, usize::MAX, root.path()).is_none());
        }
        fs::write(stage_file(&folder, "pages"), whole).unwrap();
        assert!(read(&StageFiles::open(&folder).ok().unwrap(), usize::MAX, root.path()).is_some());
        fs::write(folder.join(MANIFEST), "{").unwrap();
        assert!(matches!(StageFiles::open(&folder), Err(Unusable::Absent)));
    }

    #[test]
    fn a_folder_of_somebody_else_is_left_alone() {
        let root = tempfile::tempdir().unwrap();
        let folder = root.path().join("stages");
        fs::create_dir(&folder).unwrap();
        fs::write(folder.join("mine.txt"), "a day's work").unwrap();
        assert!(StageFiles::create(&folder, identity(1)).unwrap().is_none());
        assert!(matches!(StageFiles::open(&folder), Err(Unusable::Absent)));
        fs::write(folder.join(LOCK), "").unwrap();
        StageFiles::create(&folder, identity(1)).unwrap().unwrap().remove();
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 1);
    }

    #[test]
    fn a_new_run_takes_the_place_of_an_earlier_one() {
        let root = tempfile::tempdir().unwrap();
        let folder = root.path().join("stages");
        drop(made(&folder));
        StageFiles::remove_left(&folder);
        assert!(!folder.exists());
        drop(made(&folder));
        let files = StageFiles::create(&folder, identity(2)).unwrap().unwrap();
        assert!(read(&files, usize::MAX, root.path()).is_none());
        assert!(StageFiles::create(&folder, identity(3)).unwrap().is_none(), "another one uses it");
    }
}
