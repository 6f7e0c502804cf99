//! From the inputs as given to the files to read, in path order.

use super::Corpus;
use super::kind::Format;
use super::pipes::is_pipe;
use crate::error::{Error, Result};
use crate::types::Skipped;
use rustc_hash::FxHashSet;
use std::cell::Cell;
use std::path::{Path, PathBuf};
use walkdir::{DirEntry, WalkDir};

/// A file to read.
#[derive(Clone, Debug)]
pub(super) struct Listed {
    /// Where it is.
    pub path: PathBuf,
    /// Its path relative to the argument that named it; the file's name when the argument is the file.
    pub name: String,
    /// What it is when neither its name nor its contents show it.
    pub otherwise: Option<Format>,
    /// It is what came from standard input.
    pub is_stdin: bool,
    /// Which input named it, from 0.
    pub input: usize,
}

/// Lists the files of all inputs: folders are walked in path order, `out` and what is in it is never read (to name it as
/// an input is an error), hidden files are passed over. An input that is not there is a pattern, if it has a `*`, `?` or `[` in it.
pub(super) fn list(inputs: &[PathBuf], out: Option<&Path>, corpus: &mut Corpus) -> Result<Vec<Listed>> {
    let out = out.and_then(|out| Some((out, out.canonicalize().ok()?)));
    let mut files = Vec::new();
    for (number, input) in inputs.iter().enumerate() {
        let mut listing =
            Listing { input: number, out: out.as_ref().map(|out| &*out.1), files: &mut files, corpus: &mut *corpus };
        let lies_in_out = |input: &Path| {
            out.as_ref().filter(|(_, out)| input.canonicalize().is_ok_and(|input| input.starts_with(out)))
        };
        let refuse_in_out = |place: &Path| match lies_in_out(place) {
            Some((out, _)) => Err(Error::InputInOut { input: input.clone(), out: (*out).to_owned() }),
            None => Ok(()),
        };
        match (std::fs::metadata(input), input.to_str()) {
            (Err(_), Some(pattern)) if pattern.contains(['*', '?', '[']) => {
                let fixed = fixed_part(input);
                refuse_in_out(&fixed)?;
                for path in matching(pattern)?.into_iter().filter(|path| lies_in_out(path).is_none()) {
                    listing.add(&path, relative(&fixed, &path))?;
                }
            }
            _ => {
                refuse_in_out(input)?;
                let name = input.file_name().map(|name| name.to_string_lossy().into_owned());
                listing.add(input, name.unwrap_or_else(|| input.display().to_string()))?;
            }
        }
    }
    Ok(files)
}

/// The files and folders that a pattern matches, in path order; an error when there are none.
fn matching(pattern: &str) -> Result<Vec<PathBuf>> {
    let wrong = |reason: String| Error::Pattern { pattern: pattern.to_owned(), reason };
    let paths = glob::glob(pattern).map_err(|error| wrong(format!("not a pattern of files: {error}")))?;
    let paths: Vec<PathBuf> = paths.flatten().collect();
    if paths.is_empty() {
        return Err(wrong("matches no file".into()));
    }
    Ok(paths)
}

/// The folders of a pattern before its first wildcard.
fn fixed_part(pattern: &Path) -> PathBuf {
    let folders = pattern.parent().unwrap_or(pattern).components();
    folders.take_while(|part| !part.as_os_str().to_string_lossy().contains(['*', '?', '['])).collect()
}

/// The files that one input names.
struct Listing<'l> {
    input: usize,
    out: Option<&'l Path>,
    files: &'l mut Vec<Listed>,
    /// Takes what is left out.
    corpus: &'l mut Corpus,
}

impl Listing<'_> {
    /// Adds a file under `name`, or what is in a folder.
    fn add(&mut self, path: &Path, name: String) -> Result<()> {
        let kind = std::fs::metadata(path).map_err(|source| Error::Read { path: path.to_owned(), source })?;
        if kind.is_dir() {
            self.add_folder(path);
        } else {
            let (path, otherwise) = (path.to_owned(), Some(Format::PlainText));
            self.files.push(Listed { path, name, otherwise, is_stdin: false, input: self.input });
        }
        Ok(())
    }

    /// Adds the files of a folder, those that links lead to, too. A file that is there under two paths is read once.
    fn add_folder(&mut self, folder: &Path) {
        let hidden = Cell::new(0);
        let walk = WalkDir::new(folder).follow_links(true).sort_by_file_name().into_iter().filter_entry(|entry| {
            let is_out = self.out.is_some_and(|out| entry.path().canonicalize().is_ok_and(|path| path == out));
            let is_hidden = entry.depth() > 0 && entry.file_name().to_string_lossy().starts_with('.');
            hidden.set(hidden.get() + usize::from(is_hidden));
            !is_out && !is_hidden
        });
        let (mut found, mut has_links) = (Vec::new(), false);
        for entry in walk {
            match entry {
                Ok(entry) => {
                    has_links |= entry.path_is_symlink() && entry.depth() > 0;
                    found.push(entry);
                }
                Err(error) => {
                    let path = error.path().unwrap_or(folder).display().to_string();
                    self.corpus.skipped.push(Skipped::new(path, 0, not_walked(&error)));
                }
            }
        }
        if has_links {
            self.pass_doubles(&mut found);
        }
        for entry in found.into_iter().filter(|entry| !entry.file_type().is_dir()) {
            if is_record_of_dedup(entry.path()) {
                self.pass("files in which dedup says what it did", 1);
            } else if is_pipe(entry.path()) {
                self.pass("pipes and devices in folders", 1);
            } else {
                let name = relative(folder, entry.path());
                self.files.push(Listed {
                    path: entry.into_path(),
                    name,
                    otherwise: None,
                    is_stdin: false,
                    input: self.input,
                });
            }
        }
        self.pass("hidden files and folders", hidden.get());
    }

    /// Leaves out files that a link leads to and that are found without it, or by a link before.
    fn pass_doubles(&mut self, found: &mut Vec<DirEntry>) {
        let real = |entry: &DirEntry| entry.path().canonicalize().unwrap_or_else(|_| entry.path().to_owned());
        let is_real = |entry: &DirEntry| {
            !entry.path_is_symlink() && entry.path().canonicalize().is_ok_and(|path| path.ends_with(entry.path()))
        };
        let mut seen: FxHashSet<PathBuf> = FxHashSet::default();
        let mut stays = vec![false; found.len()];
        let (first, then): (Vec<usize>, Vec<usize>) = (0..found.len()).partition(|&k| is_real(&found[k]));
        for k in first.into_iter().chain(then) {
            stays[k] = found[k].file_type().is_dir() || seen.insert(real(&found[k]));
        }
        let before = found.len();
        let mut stays = stays.into_iter();
        found.retain(|_| stays.next().unwrap_or(true));
        self.pass("links to files that are read already", before - found.len());
    }

    fn pass(&mut self, what: &'static str, count: usize) {
        if count > 0 {
            *self.corpus.passed.entry(what.into()).or_default() += count;
        }
    }
}

/// Why a file or folder is left out.
fn not_walked(error: &walkdir::Error) -> String {
    match (error.loop_ancestor(), error.io_error()) {
        (Some(folder), _) => format!("a link to {}, which it lies in; passed over", folder.display()),
        (_, Some(error)) if error.kind() == std::io::ErrorKind::NotFound => {
            "a link to something that is not there".into()
        }
        _ => format!("cannot be read: {error}; check its permissions"),
    }
}

/// True for what `dedup` writes about its run next to the records that it kept: such a folder is read again as a corpus.
fn is_record_of_dedup(path: &Path) -> bool {
    let own = ["removed.jsonl", "run.json"];
    own.iter().any(|name| path.ends_with(name)) && own.iter().all(|name| path.with_file_name(name).is_file())
}

fn relative(folder: &Path, path: &Path) -> String {
    let parts = path.strip_prefix(folder).unwrap_or(path).components();
    parts.map(|part| part.as_os_str().to_string_lossy().into_owned()).collect::<Vec<_>>().join("/")
}
