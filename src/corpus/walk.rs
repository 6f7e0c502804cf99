//! From the inputs as given to the files to read, in path order.

use super::Skipped;
use crate::error::{Error, Result};
use std::path::{Path, PathBuf};
use walkdir::WalkDir;

/// How a file is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// One JSON object a line.
    JsonLines,
    /// One record, its text the whole file.
    PlainText,
}

/// A file to read.
#[derive(Clone, Debug)]
pub(super) struct Listed {
    /// Where it is.
    pub path: PathBuf,
    /// Its path relative to the argument that named it; the file's name when the argument is the file.
    pub name: String,
    /// How it is read.
    pub format: Format,
    /// Which input named it, from 0.
    pub input: usize,
}

/// Lists the files of all inputs: folders are walked in path order, `out` and what is in it is never read,
/// hidden files are passed over, files of unknown kind are listed in `skipped`.
pub(super) fn list(inputs: &[PathBuf], out: Option<&Path>, skipped: &mut Vec<Skipped>) -> Result<Vec<Listed>> {
    let out = out.and_then(|out| out.canonicalize().ok());
    let mut files = Vec::new();
    for (number, input) in inputs.iter().enumerate() {
        let kind = std::fs::metadata(input).map_err(|source| Error::Read { path: input.clone(), source })?;
        if kind.is_dir() {
            list_folder(number, input, out.as_deref(), &mut files, skipped);
        } else {
            let name =
                input.file_name().map_or_else(|| input.display().to_string(), |n| n.to_string_lossy().into_owned());
            let format = by_extension(input).or_else(|| sniff(input)).unwrap_or(Format::PlainText);
            files.push(Listed { path: input.clone(), name, format, input: number });
        }
    }
    Ok(files)
}

fn list_folder(input: usize, folder: &Path, out: Option<&Path>, files: &mut Vec<Listed>, skipped: &mut Vec<Skipped>) {
    let hidden = |name: &std::ffi::OsStr| name.to_string_lossy().starts_with('.');
    let walk = WalkDir::new(folder).sort_by_file_name().into_iter().filter_entry(|entry| {
        let is_out = out.is_some_and(|out| entry.path().canonicalize().is_ok_and(|path| path == out));
        !is_out && (entry.depth() == 0 || !hidden(entry.file_name()))
    });
    for entry in walk {
        let entry = match entry {
            Ok(entry) => entry,
            Err(error) => {
                let path = error.path().unwrap_or(folder).display().to_string();
                skipped.push(Skipped::new(path, 0, format!("cannot be read: {error}; check its permissions")));
                continue;
            }
        };
        if !entry.file_type().is_file() || is_record_of_dedup(entry.path()) {
            continue;
        }
        let name = relative(folder, entry.path());
        match by_extension(entry.path()) {
            Some(format) => files.push(Listed { path: entry.into_path(), name, format, input }),
            None => skipped.push(Skipped::new(
                entry.path().display().to_string(),
                0,
                "not a kind of file that is read (.jsonl, .ndjson, .json, .txt); name it as an input to read it all the same".into(),
            )),
        }
    }
}

/// True for what `dedup` tells of its run beside the records that it kept: such a folder is read again as a corpus.
fn is_record_of_dedup(path: &Path) -> bool {
    let own = ["removed.jsonl", "run.json"];
    own.iter().any(|name| path.ends_with(name)) && own.iter().all(|name| path.with_file_name(name).is_file())
}

fn relative(folder: &Path, path: &Path) -> String {
    let parts = path.strip_prefix(folder).unwrap_or(path).components();
    parts.map(|part| part.as_os_str().to_string_lossy().into_owned()).collect::<Vec<_>>().join("/")
}

fn by_extension(path: &Path) -> Option<Format> {
    match path.extension()?.to_string_lossy().to_ascii_lowercase().as_str() {
        "jsonl" | "ndjson" | "json" => Some(Format::JsonLines),
        "txt" | "text" => Some(Format::PlainText),
        _ => None,
    }
}

/// Tells JSON Lines from text by the first byte that is no blank.
fn sniff(path: &Path) -> Option<Format> {
    use std::io::Read;
    let mut head = [0u8; 512];
    let read = std::fs::File::open(path).ok()?.read(&mut head).ok()?;
    let first = head[..read].iter().find(|b| !b.is_ascii_whitespace())?;
    (*first == b'{').then_some(Format::JsonLines)
}
