//! Files and folders that must not outlive the process: a signal that ends it removes them first.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

static UNFINISHED: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

fn unfinished() -> MutexGuard<'static, Vec<PathBuf>> {
    UNFINISHED.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A file or folder that is removed if the process is asked to end while this value lives.
#[derive(Debug)]
pub(crate) struct Unfinished(PathBuf);

impl Unfinished {
    pub(crate) fn new(path: &Path) -> Self {
        unfinished().push(path.to_owned());
        Unfinished(path.to_owned())
    }

    /// Does the last step, by which the path gets its final name, without being interrupted.
    pub(crate) fn finish<T>(self, step: impl FnOnce() -> T) -> T {
        let mut paths = unfinished();
        let done = step();
        paths.retain(|path| *path != self.0);
        done
    }
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        unfinished().retain(|path| *path != self.0);
    }
}

/// Removes whatever is unfinished, and calls `end`, which must end the process: nothing is renamed meanwhile. It is given
/// what was removed.
pub fn abandon(end: impl FnOnce(&[PathBuf])) {
    let paths = unfinished();
    for path in paths.iter() {
        // The process ends either way; the next run clears up what cannot be removed now.
        let _ = if path.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) };
    }
    end(&paths);
}
