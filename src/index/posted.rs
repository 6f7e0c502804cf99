//! Pages that come without a file of their own, over HTTP or from memory: a commit keeps their records in a file of the index,
//! so that they are read again like all others.
//!
//! ```text
//! posted-COMMIT.jsonl = (record "\n")*    a JSON object each
//! ```

use super::manifest::{self, POSTED};
use super::reader::Snapshot;
use crate::corpus::StoredRecord;
use crate::error::Result;
use rustc_hash::FxHashSet;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;
use xxhash_rust::xxh3::xxh3_64;

/// True for the name of such a file.
pub(super) fn is_one(name: &str) -> bool {
    name.starts_with(POSTED.0) && name.ends_with(POSTED.1)
}

/// The records on some lines.
pub(super) fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.trim_start_matches('\u{feff}').lines().map(str::trim).filter(|line| !line.is_empty())
}

/// Keeps records in a file of the index. Returns its name.
pub(super) fn write(folder: &Path, commit: u64, records: &[&str]) -> Result<String> {
    let name = format!("{}{commit}{}", POSTED.0, POSTED.1);
    let mut text = records.join("\n");
    text.push('\n');
    manifest::write(folder, &name, text.as_bytes())?;
    Ok(name)
}

/// The records that are not kept yet, each once, and how many others there are.
pub(super) fn unknown<'t>(at: &Snapshot, text: &'t str) -> Result<(Vec<&'t str>, usize)> {
    let hashed = |line: &str| (xxh3_64(line.as_bytes()) as u32, line.len() as u32);
    let wanted: FxHashSet<(u32, u32)> = lines(text).map(hashed).collect();
    let mut seen: FxHashSet<String> = kept(at, &wanted)?;
    let mut count = 0;
    let mut new = Vec::new();
    for line in lines(text) {
        count += 1;
        if seen.insert(line.to_owned()) {
            new.push(line);
        }
    }
    let known = count - new.len();
    Ok((new, known))
}

/// The kept records that have these hashes and lengths.
fn kept(at: &Snapshot, wanted: &FxHashSet<(u32, u32)>) -> Result<FxHashSet<String>> {
    let mut found = FxHashSet::default();
    for segment in &at.segments {
        let is_posted: Vec<bool> = segment.files().iter().map(|file| file.path.to_str().is_some_and(is_one)).collect();
        if !is_posted.contains(&true) {
            continue;
        }
        for row in segment.pages.all()? {
            let StoredRecord { file, offset, length, sum } = row.record();
            if is_posted.get(file as usize) == Some(&true) && wanted.contains(&(sum, length)) {
                let path = segment.file(&at.folder, file)?.path;
                // What cannot be read is not known: the record comes again.
                found.extend(read(&path, offset, length).ok());
            }
        }
    }
    Ok(found)
}

fn read(path: &Path, offset: u64, length: u32) -> std::io::Result<String> {
    let mut file = File::open(path)?;
    file.seek(SeekFrom::Start(offset))?;
    let mut text = String::new();
    file.take(u64::from(length)).read_to_string(&mut text)?;
    Ok(text)
}
