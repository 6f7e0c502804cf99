//! Files that appear in folders. Folders are looked at again and again, which works on every file system.

use super::feeds;
use anyhow::{Context, Result};
use std::collections::BTreeMap;
use std::fs::{self, Metadata};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

/// A file that was written to so lately may not be whole yet.
const SETTLED: Duration = Duration::from_secs(2);

/// Length and time of a file.
type Stamp = (u64, Option<SystemTime>);

/// The files below some paths, and which of them were taken in as they are.
pub(super) struct Files {
    roots: Vec<PathBuf>,
    /// Not looked into: the index itself.
    without: PathBuf,
    taken: BTreeMap<PathBuf, Stamp>,
}

impl Files {
    pub(super) fn new(roots: Vec<PathBuf>, without: &Path) -> Self {
        let absolute = |path: &Path| std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        let roots = roots.iter().map(|root| absolute(root)).collect();
        Files { roots, without: absolute(without), taken: BTreeMap::new() }
    }

    /// Files that are new or have changed since they were taken, in order; those that are being written come later.
    pub(super) fn changed(&self) -> Result<Vec<(PathBuf, Stamp)>> {
        let mut found = Vec::new();
        for root in &self.roots {
            let metadata = fs::metadata(root).with_context(|| format!("cannot look at {}", root.display()))?;
            self.look(root, &metadata, &mut found);
        }
        found.retain(|(path, stamp)| self.taken.get(path) != Some(stamp) && is_settled(stamp));
        found.sort();
        found.dedup();
        Ok(found)
    }

    /// Adds what is below a path. What cannot be read or vanishes meanwhile is looked at again the next time.
    fn look(&self, path: &Path, metadata: &Metadata, found: &mut Vec<(PathBuf, Stamp)>) {
        if metadata.is_file() && (feeds::is_one(path) || is_of_pages(path)) {
            found.push((path.to_owned(), (metadata.len(), metadata.modified().ok())));
        }
        if !metadata.is_dir() || path == self.without {
            return;
        }
        for entry in fs::read_dir(path).into_iter().flatten().flatten() {
            let is_hidden = entry.file_name().to_string_lossy().starts_with('.');
            if let Some(metadata) = entry.metadata().ok().filter(|_| !is_hidden) {
                self.look(&entry.path(), &metadata, found);
            }
        }
    }

    /// Notes that a file was taken in.
    pub(super) fn take(&mut self, (path, stamp): (PathBuf, Stamp)) {
        self.taken.insert(path, stamp);
    }
}

/// True for a file whose name shows that it has pages; archives of files are not watched.
fn is_of_pages(path: &Path) -> bool {
    tonggao::stages::corpus::format_by_name(path).is_some()
}

fn is_settled(stamp: &Stamp) -> bool {
    let age = stamp.1.and_then(|time| time.elapsed().ok());
    age.is_none_or(|age| age >= SETTLED)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn age(path: &Path, seconds: u64) {
        let time = SystemTime::now() - Duration::from_secs(seconds);
        fs::File::options().write(true).open(path).unwrap().set_modified(time).unwrap();
    }

    #[test]
    fn files_come_once_when_they_are_whole_and_again_when_they_change() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        for name in ["monday/a.txt", "index/b.txt", ".hidden.txt", "readme.md", "c.txt"] {
            fs::create_dir_all(path(name).parent().unwrap()).unwrap();
            fs::write(path(name), "text").unwrap();
        }
        let mut files = Files::new(vec![folder.path().to_owned()], &path("index"));
        let names =
            |files: &Files| -> Vec<PathBuf> { files.changed().unwrap().into_iter().map(|file| file.0).collect() };
        assert!(names(&files).is_empty(), "they were written a moment ago");
        ["monday/a.txt", "index/b.txt", ".hidden.txt", "readme.md"].iter().for_each(|name| age(&path(name), 60));
        assert_eq!(names(&files), [path("monday/a.txt")]);
        files.changed().unwrap().into_iter().for_each(|file| files.take(file));
        assert!(names(&files).is_empty());
        fs::write(path("monday/a.txt"), "longer text").unwrap();
        age(&path("monday/a.txt"), 30);
        assert_eq!(names(&files), [path("monday/a.txt")]);
        assert!(Files::new(vec![path("absent")], &path("index")).changed().is_err());
    }
}
