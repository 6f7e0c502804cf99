//! A temporary file that grows at its end and is then mapped.

use crate::error::{Error, Result};
use crate::storage::Bytes;
use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};

#[derive(Debug)]
pub(super) struct SpillFile {
    file: File,
    folder: PathBuf,
    bytes: u64,
}

impl SpillFile {
    pub(super) fn create(folder: &Path) -> Result<Self> {
        let open = || {
            std::fs::create_dir_all(folder)?;
            tempfile::tempfile_in(folder)
        };
        match open() {
            Ok(file) => Ok(SpillFile { file, folder: folder.to_owned(), bytes: 0 }),
            Err(source) => Err(Error::Spill { folder: folder.to_owned(), bytes: 0, source }),
        }
    }

    pub(super) fn write(&mut self, bytes: &[u8]) -> Result<()> {
        self.bytes += bytes.len() as u64;
        self.file.write_all(bytes).map_err(|source| self.failed(source))
    }

    /// The bytes written, as long as they are wanted.
    pub(super) fn map(self) -> Result<Bytes> {
        Bytes::map_file(&self.file).map_err(|source| self.failed(source))
    }

    fn failed(&self, source: std::io::Error) -> Error {
        Error::Spill { folder: self.folder.clone(), bytes: self.bytes, source }
    }
}
