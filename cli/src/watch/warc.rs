//! Pages that were fetched, kept as a WARC file.

use super::http::Answer;
use anyhow::{Context, Result};
use jiff::Timestamp;
use std::collections::hash_map::RandomState;
use std::fs;
use std::hash::BuildHasher;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use tempfile::NamedTempFile;

/// A WARC file that gets its name when it is whole.
pub(super) struct WarcFile {
    path: PathBuf,
    file: BufWriter<NamedTempFile>,
}

impl WarcFile {
    /// Begins a file in a folder, named after the time.
    pub(super) fn create(folder: &Path) -> Result<Self> {
        let path = folder.join(Timestamp::now().strftime("%Y%m%dT%H%M%S%6fZ.warc").to_string());
        let create = || {
            fs::create_dir_all(folder)?;
            tempfile::Builder::new().prefix(".fetched-").tempfile_in(folder)
        };
        let file = create().with_context(|| format!("cannot write {}", path.display()))?;
        Ok(WarcFile { path, file: BufWriter::new(file) })
    }

    /// Adds a page.
    pub(super) fn add(&mut self, page: &Answer) -> Result<()> {
        let head = format!("HTTP/1.1 200 OK\r\nContent-Type: {}\r\n\r\n", page.content_type);
        let date = Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ");
        let mut write = || {
            write!(
                self.file,
                "WARC/1.0\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:{}>\r\nWARC-Target-URI: {}\r\n\
                 WARC-Date: {date}\r\nContent-Type: application/http; msgtype=response\r\nContent-Length: {}\r\n\r\n{head}",
                random_uuid(),
                page.url,
                head.len() + page.body.len(),
            )?;
            self.file.write_all(&page.body)?;
            self.file.write_all(b"\r\n\r\n")
        };
        write().with_context(|| format!("cannot write {}", self.path.display()))
    }

    /// Ends the file and returns its path.
    pub(super) fn finish(self) -> Result<PathBuf> {
        let WarcFile { path, file } = self;
        let finish = || -> Result<()> {
            let file = file.into_inner()?;
            file.as_file().sync_all()?;
            file.persist_noclobber(&path)?;
            Ok(())
        };
        finish().with_context(|| format!("cannot write {}", path.display()))?;
        Ok(path)
    }
}

/// A UUID of version 4.
fn random_uuid() -> String {
    let random = || RandomState::new().hash_one(0_u8);
    let (high, low) = (random(), random());
    let version = high & !0xF000 | 0x4000;
    let variant = low & !(0b11 << 62) | 0b10 << 62;
    format!(
        "{:08x}-{:04x}-{:04x}-{:04x}-{:012x}",
        version >> 32,
        version >> 16 & 0xFFFF,
        version & 0xFFFF,
        variant >> 48,
        variant & 0xFFFF_FFFF_FFFF
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_differ_and_have_the_form_of_uuids() {
        let ids: Vec<String> = (0..8).map(|_| random_uuid()).collect();
        for id in &ids {
            let lengths: Vec<usize> = id.split('-').map(str::len).collect();
            assert_eq!(lengths, [8, 4, 4, 4, 12], "{id}");
            assert!(id[14..].starts_with('4') && ["8", "9", "a", "b"].contains(&&id[19..20]), "{id}");
        }
        let mut distinct = ids.clone();
        distinct.sort();
        distinct.dedup();
        assert_eq!(distinct.len(), ids.len());
    }
}
