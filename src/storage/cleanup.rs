//! Folders that must not outlive the process: a signal that ends it removes them first.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::{fs, io};

static UNFINISHED: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

fn unfinished() -> MutexGuard<'static, Vec<PathBuf>> {
    UNFINISHED.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A folder that is removed if the process is asked to end while this value lives.
#[derive(Debug)]
pub(crate) struct Unfinished(PathBuf);

impl Unfinished {
    /// A folder that `make` makes. No signal comes between.
    pub(crate) fn folder(make: impl FnOnce() -> io::Result<PathBuf>) -> io::Result<Self> {
        let mut paths = unfinished();
        let path = make()?;
        paths.push(path.clone());
        Ok(Unfinished(path))
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
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

/// Removes a folder. Other threads may still write to it: without its name they can add nothing. The process ends either
/// way; the next run clears up what cannot be removed now.
fn remove(folder: &Path) {
    let away = folder.with_extension("removed.partial");
    let named = if fs::rename(folder, &away).is_ok() { &away } else { folder };
    _ = fs::remove_dir_all(named);
}

/// Makes the folders above the file `name` in `root`, but never `root`: what a signal has removed stays away.
pub(crate) fn make_parents(root: &Path, name: &str) -> io::Result<()> {
    let mut folder = root.to_owned();
    for part in Path::new(name).parent().into_iter().flat_map(Path::components) {
        folder.push(part);
        match fs::create_dir(&folder) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
            _ => {}
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_that_was_removed_is_not_made_again() {
        let root = tempfile::tempdir().unwrap();
        let folder = root.path().join(".out.1-0.partial");
        fs::create_dir(&folder).unwrap();
        make_parents(&folder, "a/b/c.txt").unwrap();
        make_parents(&folder, "a/b/d.txt").unwrap();
        fs::write(folder.join("a/b/c.txt"), "half").unwrap();
        remove(&folder);
        assert_eq!(make_parents(&folder, "a/e.txt").unwrap_err().kind(), io::ErrorKind::NotFound);
        assert!(fs::File::create(folder.join("f.txt")).is_err());
        assert_eq!(fs::read_dir(root.path()).unwrap().count(), 0);
    }
}
