//! Files and folders that must not outlive the process: a signal that ends it removes them first.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

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
    paths.iter().for_each(|path| remove(path));
    end(&paths);
}

/// Looks at a folder that is not gone at once.
const LOOKS: usize = 100;

/// Removes a file or folder. Other threads may add files to a folder while it is removed: then again. The process ends
/// either way; the next run clears up what cannot be removed now.
fn remove(path: &Path) {
    for _ in 0..LOOKS {
        let removed = if path.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) };
        if removed.is_ok() || !path.exists() {
            return;
        }
        std::thread::sleep(Duration::from_millis(1));
    }
}
