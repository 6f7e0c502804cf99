//! The file that marks an output folder: what wrote it, and which files it lists. Nothing else is ever replaced.

use serde::{Deserialize, Serialize};
use std::fs;
use std::path::Path;
use walkdir::WalkDir;

/// The file by which a folder is known for ours.
pub(crate) const MARKER: &str = ".tonggao";

/// What a folder is made of. It is replaced by its own kind only.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Content {
    /// What `detect` found.
    Findings,
    /// A corpus that `dedup` wrote again.
    Corpus,
    /// Exported tables.
    Tables,
}

impl Content {
    fn name(self) -> &'static str {
        match self {
            Content::Findings => "findings of detect",
            Content::Corpus => "a corpus written by dedup",
            Content::Tables => "exported tables",
        }
    }
}

/// What the marker says.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Marker {
    pub content: Content,
    /// False while the folder is being written.
    pub complete: bool,
    /// Its files, by their paths in it.
    pub files: Vec<String>,
}

impl Marker {
    /// The marker of a folder; `None` when it has none that can be read.
    pub fn read(folder: &Path) -> Option<Marker> {
        serde_json::from_slice(&fs::read(folder.join(MARKER)).ok()?).ok()
    }
}

/// Why a folder is not to be replaced, if it is not.
pub(super) fn may_replace(out: &Path, content: Content) -> std::result::Result<(), String> {
    if !fs::symlink_metadata(out).is_ok_and(|kind| kind.is_dir()) {
        return Err("is not a folder".to_owned());
    }
    if is_empty(out) {
        return Ok(());
    }
    let Some(marker) = Marker::read(out) else {
        return Err(format!("has no {MARKER} file by which tonggao marks its folders (run.json is not enough)"));
    };
    if marker.content != content {
        return Err(format!("contains {}", marker.content.name()));
    }
    match foreign_file(out, &marker) {
        Some(foreign) => Err(format!("contains {foreign}, which tonggao did not write; move it away")),
        None => Ok(()),
    }
}

fn is_empty(folder: &Path) -> bool {
    fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_none())
}

/// The path of a file in the folder that its marker does not list, if there is one.
fn foreign_file(folder: &Path, marker: &Marker) -> Option<String> {
    let listed: std::collections::HashSet<&str> = marker.files.iter().map(String::as_str).collect();
    let entries = WalkDir::new(folder).min_depth(1).sort_by_file_name().into_iter();
    let name = |entry: walkdir::Result<walkdir::DirEntry>| match entry {
        Ok(entry) if entry.file_type().is_dir() => None,
        Ok(entry) => Some(relative(folder, entry.path())),
        Err(error) => Some(error.path().map_or_else(String::new, |path| relative(folder, path))),
    };
    entries.filter_map(name).find(|name| name != MARKER && !listed.contains(name.as_str()))
}

fn relative(folder: &Path, path: &Path) -> String {
    let parts = path.strip_prefix(folder).unwrap_or(path).components();
    parts.map(|part| part.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/")
}

/// Removes the files that the marker of a folder lists, and what is then empty.
pub(super) fn remove_listed(folder: &Path, marker: &Marker) {
    // What cannot be removed stays, and is looked at again by the next run.
    marker.files.iter().for_each(|name| _ = fs::remove_file(folder.join(name)));
    let folders = WalkDir::new(folder).min_depth(1).contents_first(true).into_iter().flatten();
    folders.filter(|entry| entry.file_type().is_dir()).for_each(|entry| _ = fs::remove_dir(entry.path()));
    if fs::read_dir(folder).is_ok_and(|entries| entries.flatten().all(|entry| entry.file_name() == MARKER)) {
        _ = fs::remove_dir_all(folder);
    }
}
