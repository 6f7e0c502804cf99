//! Every change that a writer makes to the files of an index goes through here: files begun, written, cut and brought to the
//! disk, names given and taken. So a test can stop a writer at each of these steps, see [`stops`].

use crate::storage::folder;
use std::fs::{self, File};
use std::io::{self, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

/// A file being written.
pub(super) struct DurableFile {
    file: File,
    path: PathBuf,
}

impl DurableFile {
    /// Begins a file, which must not exist.
    pub(super) fn create_new(path: &Path) -> io::Result<Self> {
        step(path)?;
        let file = File::options().write(true).create_new(true).open(path)?;
        Ok(DurableFile { file, path: path.to_owned() })
    }

    /// Begins a file, in place of one of this name.
    pub(super) fn create(path: &Path) -> io::Result<Self> {
        step(path)?;
        Ok(DurableFile { file: File::create(path)?, path: path.to_owned() })
    }

    /// Opens a file, which is made where there is none.
    pub(super) fn open(path: &Path) -> io::Result<Self> {
        step(path)?;
        let file = File::options().create(true).truncate(false).write(true).open(path)?;
        Ok(DurableFile { file, path: path.to_owned() })
    }

    /// Goes on at a byte.
    pub(super) fn seek(&mut self, byte: u64) -> io::Result<()> {
        self.file.seek(SeekFrom::Start(byte)).map(drop)
    }

    /// Cuts the file to so many bytes, if it has more.
    pub(super) fn cut(&mut self, bytes: u64) -> io::Result<()> {
        if self.file.metadata()?.len() <= bytes {
            return Ok(());
        }
        step(&self.path)?;
        self.file.set_len(bytes)
    }

    /// Brings the file to the disk.
    pub(super) fn sync(&self) -> io::Result<()> {
        step(&self.path)?;
        self.file.sync_all()?;
        #[cfg(test)]
        stops::synced(&self.path);
        Ok(())
    }

    /// The file itself, for its lock.
    pub(super) fn into_inner(self) -> File {
        self.file
    }
}

impl Write for DurableFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if let Err(stop) = step(&self.path) {
            // A process may be ended in the middle of a call.
            self.file.write_all(&bytes[..bytes.len() / 2])?;
            return Err(stop);
        }
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// Gives a file another name, in place of what has it.
pub(super) fn rename(from: &Path, to: &Path) -> io::Result<()> {
    step(from)?;
    fs::rename(from, to)
}

/// Removes a file.
pub(super) fn remove(path: &Path) -> io::Result<()> {
    step(path)?;
    fs::remove_file(path)
}

/// Brings the names in a folder to the disk.
pub(super) fn sync_names(folder: &Path) -> io::Result<()> {
    step(&folder.join("."))?;
    folder::sync(folder)
}

/// Where a test may stop a writer.
#[cfg(test)]
fn step(path: &Path) -> io::Result<()> {
    stops::step(path)
}

#[cfg(not(test))]
#[expect(clippy::unnecessary_wraps, reason = "a test may stop here")]
fn step(_: &Path) -> io::Result<()> {
    Ok(())
}

/// A writer that is ended at a step: this step and all later ones in the folder fail, as nothing comes of them in a process that is
/// no more.
#[cfg(test)]
pub(super) mod stops {
    use super::*;
    use std::collections::BTreeMap;
    use std::sync::{Mutex, MutexGuard, PoisonError};

    /// What is known of a folder in which a writer is to be stopped.
    #[derive(Default)]
    struct Stop {
        /// Steps that are still done.
        left: usize,
        /// A step was not done.
        stopped: bool,
        /// How much of each file that was touched is surely on the disk.
        synced: BTreeMap<PathBuf, u64>,
    }

    static STOPS: Mutex<BTreeMap<PathBuf, Stop>> = Mutex::new(BTreeMap::new());

    fn stops() -> MutexGuard<'static, BTreeMap<PathBuf, Stop>> {
        STOPS.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn length(path: &Path) -> u64 {
        fs::metadata(path).map_or(0, |file| file.len())
    }

    pub(super) fn step(path: &Path) -> io::Result<()> {
        let mut stops = stops();
        let Some(stop) = path.parent().and_then(|folder| stops.get_mut(folder)) else { return Ok(()) };
        if stop.left == 0 {
            stop.stopped = true;
            return Err(io::Error::other("stopped"));
        }
        stop.left -= 1;
        if !path.ends_with(".") {
            stop.synced.entry(path.to_owned()).or_insert_with(|| length(path));
        }
        Ok(())
    }

    pub(super) fn synced(path: &Path) {
        let (mut stops, folder) = (stops(), path.parent());
        if let Some(stop) = folder.and_then(|folder| stops.get_mut(folder)) {
            stop.synced.insert(path.to_owned(), length(path));
        }
    }

    /// Does `work`, of which so many steps in a folder are done. True when it was stopped. With `power_is_cut` what was not
    /// brought to the disk is lost.
    pub(in crate::index) fn stopped_after(
        steps: usize,
        folder: &Path,
        power_is_cut: bool,
        work: impl FnOnce(),
    ) -> bool {
        stops().insert(folder.to_owned(), Stop { left: steps, ..Stop::default() });
        work();
        let stop = stops().remove(folder).unwrap();
        for (path, bytes) in stop.synced.iter().filter(|_| stop.stopped && power_is_cut) {
            if length(path) > *bytes {
                File::options().write(true).open(path).unwrap().set_len(*bytes).unwrap();
            }
        }
        stop.stopped
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What changes files in the standard library.
    const CHANGES: [&str; 8] = [
        "File::create",
        "File::options",
        "OpenOptions",
        "fs::write",
        "fs::rename",
        "fs::remove",
        "set_len",
        "sync_all",
    ];

    #[test]
    fn the_index_changes_its_files_here_only() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/index");
        let mut read = 0;
        for path in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            let text = fs::read_to_string(&path).unwrap();
            let code = text.split("#[cfg(test)]\nmod tests").next().unwrap().replace("DurableFile::", "");
            let found = CHANGES.iter().find(|change| code.contains(*change));
            assert_eq!(found.is_some(), path.ends_with("durable.rs"), "{}: {found:?}", path.display());
            read += 1;
        }
        assert!(read > 10);
    }
}
