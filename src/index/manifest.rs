//! What an index consists of at a commit. The manifest is written last and renamed into its place, so that a reader sees
//! all of a commit or none of it.
//!
//! ```text
//! manifest.json = manifest "\n" seal "\n"
//! manifest      = JSON, see [`Manifest`]
//! seal          = {"xxh3": XXH3 of the first line, 16 hexadecimal digits}
//! ```

use super::durable::{self, DurableFile};
use super::pack::damaged;
use crate::config::Config;
use crate::error::{Error, Result};
use crate::storage::folder::FileSum;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use xxhash_rust::xxh3::xxh3_64;

/// The version of the format. A reader refuses others.
pub const FORMAT: u32 = 2;

/// The file that says what an index consists of.
const MANIFEST: &str = "manifest.json";
/// The file that a writer locks.
const LOCK: &str = "lock";
/// What happened to clusters, a line an event. It grows at its end; a commit says how much of it counts.
pub(super) const EVENTS: &str = "events.jsonl";

/// How the names of files with posted pages begin and end.
pub(super) const POSTED: (&str, &str) = ("posted-", ".jsonl");

/// What an index consists of.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Manifest {
    /// [`FORMAT`].
    pub format: u32,
    /// The version of the program that made the signatures.
    pub version: String,
    /// Hash of what a fixed page comes to: other versions of the program may clean and sign pages in another way.
    pub method: String,
    /// Hash of `method`, the settings that change answers, and the boilerplate model.
    pub fingerprint: String,
    /// Commits so far.
    pub commit: u64,
    /// Pages.
    pub documents: u64,
    /// Reprint sets.
    pub clusters: u64,
    /// The number that the next new cluster gets.
    pub next_cluster: u32,
    /// The number that the next event gets.
    pub next_event: u64,
    /// The settings.
    pub settings: Config,
    /// The boilerplate model.
    pub furniture: String,
    /// The outlets that the groups of the model belong to.
    pub names: String,
    /// The text of the table of outlets, if one was given.
    pub outlets: Option<String>,
    /// Segments of pages, in the order of the pages.
    pub segments: Vec<String>,
    /// What pairs of pages came to.
    pub matches: Vec<String>,
    /// The clusters: of a set that several have, the last one counts.
    pub state: Vec<String>,
    /// The verdicts of people.
    #[serde(default)]
    pub verdicts: Option<String>,
    /// The talking points that the last compaction found.
    #[serde(default)]
    pub points: Option<String>,
    /// The hashes of the components of candidate pairs.
    #[serde(default)]
    pub components: Option<String>,
    /// Every file with its size and hash; of the events the part that counts.
    pub files: BTreeMap<String, FileSum>,
}

#[derive(Serialize, Deserialize)]
struct Seal {
    xxh3: String,
}

/// The settings of an index as its manifest has them: without what concerns one run.
pub(super) fn lasting(config: &Config) -> Config {
    Config {
        field: config.field.clone(),
        format: config.format,
        timezone: config.timezone,
        same_article: config.same_article,
        ..Config::default()
    }
}

/// True when a folder has a manifest.
pub(super) fn exists(folder: &Path) -> bool {
    folder.join(MANIFEST).is_file()
}

impl Manifest {
    /// Reads the manifest of an index. Damage, and a format of a later version, are errors.
    pub(super) fn read(folder: &Path) -> Result<Manifest> {
        let path = folder.join(MANIFEST);
        let bytes = fs::read(&path).map_err(|source| Error::Read { path: path.clone(), source })?;
        let (manifest, rest) = split(&bytes).ok_or_else(|| damaged(&path, "it does not have two lines"))?;
        let seal: Option<Seal> = serde_json::from_slice(rest).ok();
        if seal.is_none_or(|seal| seal.xxh3 != format!("{:016x}", xxh3_64(manifest))) {
            return Err(damaged(&path, "it does not have the hash that was written with it"));
        }
        let version = |format: u32| {
            let other = format!("its format is version {format}, and this program reads version {FORMAT}");
            damaged(&path, &format!("{other}: create the index again from its pages, or use the program that made it"))
        };
        let format = |value: serde_json::Value| value["format"].as_u64().and_then(|number| u32::try_from(number).ok());
        match serde_json::from_slice(manifest).ok().and_then(format) {
            Some(FORMAT) => {}
            other => return Err(version(other.unwrap_or(0))),
        }
        serde_json::from_slice(manifest).map_err(|error| damaged(&path, &error.to_string()))
    }

    /// Makes this manifest that of the index, at once.
    pub(super) fn commit(&self, folder: &Path) -> Result<()> {
        let path = folder.join(MANIFEST);
        let line = serde_json::to_string(self).unwrap_or_default();
        let seal = Seal { xxh3: format!("{:016x}", xxh3_64(line.as_bytes())) };
        let text = format!("{line}\n{}\n", serde_json::to_string(&seal).unwrap_or_default());
        let write = || {
            // Names of the files that were written before must be on the disk before the manifest that lists them.
            durable::sync_names(folder)?;
            let next = folder.join(format!("{MANIFEST}.next"));
            let mut file = DurableFile::create(&next)?;
            file.write_all(text.as_bytes())?;
            file.sync()?;
            durable::rename(&next, &path)?;
            durable::sync_names(folder)
        };
        write().map_err(|source| Error::Write { path: path.clone(), source })
    }

    /// Takes a file into the manifest, as it is on the disk.
    pub(super) fn take(&mut self, folder: &Path, name: &str) -> Result<()> {
        let path = folder.join(name);
        let sum = FileSum::of(&path).map_err(|source| Error::Read { path, source })?;
        self.files.insert(name.to_owned(), sum);
        Ok(())
    }
}

/// The two lines of a manifest.
fn split(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let bytes = bytes.strip_suffix(b"\n")?;
    let at = bytes.iter().position(|&byte| byte == b'\n')?;
    let rest = &bytes[at + 1..];
    (!rest.contains(&b'\n')).then_some((&bytes[..at], rest))
}

/// The right to write to an index, which one process has at a time.
pub(super) struct WriteLock {
    folder: PathBuf,
    file: File,
}

impl Drop for WriteLock {
    fn drop(&mut self) {
        // Closing alone would leave the lock to a process that another thread has just forked.
        _ = self.file.unlock();
    }
}

impl WriteLock {
    /// Takes it, or says that another process has it.
    pub(super) fn take(folder: &Path) -> Result<Self> {
        let path = folder.join(LOCK);
        let failed = |source| Error::Write { path: path.clone(), source };
        let file = DurableFile::open(&path).map_err(failed)?.into_inner();
        match file.try_lock() {
            Ok(()) => Ok(WriteLock { folder: folder.to_owned(), file }),
            Err(fs::TryLockError::WouldBlock) => Err(Error::IndexLocked { path: folder.to_owned() }),
            Err(fs::TryLockError::Error(source)) => Err(failed(source)),
        }
    }

    /// Removes what a writer left that did not come to its commit, and what a compaction replaced.
    pub(super) fn clear(&self, manifest: &Manifest) -> Result<()> {
        let failed = |source| Error::Write { path: self.folder.clone(), source };
        for entry in fs::read_dir(&self.folder).map_err(failed)? {
            let name = entry.map_err(failed)?.file_name().to_string_lossy().into_owned();
            if comes_with_commits(&name) && !manifest.files.contains_key(&name) {
                // A file that a reader has mapped cannot be removed everywhere; the next writer tries again.
                _ = durable::remove(&self.folder.join(name));
            }
        }
        let events = self.folder.join(EVENTS);
        let counted = manifest.files.get(EVENTS).map_or(0, |sum| sum.bytes);
        let cut = DurableFile::open(&events).and_then(|mut file| file.cut(counted));
        cut.map_err(|source| Error::Write { path: events.clone(), source })
    }
}

/// How the names of files begin and end that come with commits.
const OURS: [(&str, &str); 11] = [
    POSTED,
    ("pages-", ".pack"),
    ("matches-", ".pack"),
    ("clusters-", ".pack"),
    ("components-", ".pack"),
    ("verdicts-", ".jsonl"),
    ("points-", ".jsonl"),
    ("furniture-", ".json"),
    ("names-", ".json"),
    ("outlets-", ".tsv"),
    ("manifest.json", ".next"),
];

fn comes_with_commits(name: &str) -> bool {
    OURS.iter().any(|(start, end)| name.starts_with(start) && name.ends_with(end))
}

/// True for a file that a process may have left which was ended before the first commit of an index.
pub(super) fn is_uncommitted(name: &str) -> bool {
    [LOCK, EVENTS].contains(&name) || comes_with_commits(name)
}

/// Writes a file of an index that is no pack, and brings it to the disk.
pub(super) fn write(folder: &Path, name: &str, bytes: &[u8]) -> Result<()> {
    let path = folder.join(name);
    let write = || {
        let mut file = DurableFile::create_new(&path)?;
        file.write_all(bytes)?;
        file.sync()
    };
    write().map_err(|source| Error::Write { path: path.clone(), source })
}

/// Reads a small file of an index; its size and hash must be those of the manifest.
pub(super) fn read(folder: &Path, manifest: &Manifest, name: &str) -> Result<Vec<u8>> {
    let path = folder.join(name);
    let mut bytes = fs::read(&path).map_err(|source| Error::Read { path: path.clone(), source })?;
    let sum = manifest.files.get(name).copied();
    bytes.truncate(sum.map_or(usize::MAX, |sum| sum.bytes as usize));
    let is_whole = sum.is_some_and(|sum| sum.bytes == bytes.len() as u64 && sum.xxh3 == xxh3_64(&bytes));
    if is_whole { Ok(bytes) } else { Err(damaged(&path, "it does not have the size and hash of the manifest")) }
}
