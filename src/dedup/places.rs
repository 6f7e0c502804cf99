//! Where each file of the input goes below the output folder.

use crate::corpus::Shard;
use crate::error::{Error, Result};
use rustc_hash::FxHashMap;
use std::path::{Path, PathBuf};

/// What a run writes next to the records that it keeps.
pub(super) const REMOVED: &str = "removed.jsonl";
pub(super) const RUN: &str = "run.json";

/// The path of every file below the output folder: its path relative to the input that named it. Where two would be
/// the same, all of them begin with the name of the folder that they come from. Files that are the same even so, and
/// those that would lie where this program writes something of its own, are errors.
pub(super) fn places(shards: &[Shard], inputs: &[PathBuf]) -> Result<Vec<String>> {
    let plain: Vec<String> = shards.iter().map(plain_name).collect();
    let told_apart = || shards.iter().map(|shard| told_apart(shard, &inputs[shard.input])).collect();
    let names = if clash(&plain).is_some() { told_apart() } else { plain };
    if let Some((one, other)) = clash(&names) {
        return Err(taken(shards[other].path, shards[one].path.display().to_string(), &names[other]));
    }
    if let Some(k) = names.iter().position(|name| name == REMOVED || name == RUN) {
        return Err(taken(shards[k].path, "the list of removed pages or the record of the run".to_owned(), &names[k]));
    }
    Ok(names)
}

fn taken(path: &Path, other: String, name: &str) -> Error {
    Error::NameTaken { path: path.display().to_string(), other, name: name.to_owned() }
}

fn plain_name(shard: &Shard) -> String {
    if shard.name == "-" { "stdin.jsonl".to_owned() } else { shard.name.to_owned() }
}

/// The name behind that of the folder that was given, or that has the file that was given.
fn told_apart(shard: &Shard, input: &Path) -> String {
    let resolved = input.canonicalize().unwrap_or_else(|_| input.to_owned());
    let folder = if resolved.is_dir() { Some(resolved.as_path()) } else { resolved.parent() };
    match folder.and_then(Path::file_name) {
        Some(folder) => format!("{}/{}", folder.to_string_lossy(), plain_name(shard)),
        None => plain_name(shard),
    }
}

/// Two files that cannot both be there: they have one name, or one is a folder on the way to the other.
fn clash(names: &[String]) -> Option<(usize, usize)> {
    let mut seen: FxHashMap<&str, usize> = FxHashMap::default();
    for (k, name) in names.iter().enumerate() {
        if let Some(earlier) = seen.insert(name, k) {
            return Some((earlier, k));
        }
    }
    let folders = |name: &'_ str| -> Vec<usize> { name.match_indices('/').map(|(at, _)| at).collect() };
    let under = |(k, name): (usize, &String)| {
        folders(name).into_iter().find_map(|at| seen.get(&name[..at]).map(|&file| (file, k)))
    };
    names.iter().enumerate().find_map(under)
}

#[cfg(test)]
mod tests {
    #[test]
    fn files_clash_by_name_and_by_folder() {
        let clash = |names: &[&str]| super::clash(&names.iter().map(|n| (*n).to_owned()).collect::<Vec<_>>());
        assert_eq!(clash(&["a.jsonl", "b/a.jsonl", "c"]), None);
        assert_eq!(clash(&["a.jsonl", "b.jsonl", "a.jsonl"]), Some((0, 2)));
        assert_eq!(clash(&["b/c/a.jsonl", "b/c"]), Some((1, 0)));
    }
}
