//! The bytes of a file, mapped or read. The one file of the crate with `unsafe` in it.
#![allow(unsafe_code)]

use memmap2::Mmap;
use std::fs::File;
use std::io;
use std::ops::Deref;
use std::path::Path;

/// A file's bytes.
#[derive(Debug)]
pub enum Bytes {
    /// Mapped: pages come from the file as they are touched and cost no memory of our own.
    Mapped(Mmap),
    /// Read into memory.
    Owned(Vec<u8>),
}

impl Bytes {
    /// Maps the file at `path`. An empty file gives no bytes (it cannot be mapped).
    pub fn map(path: &Path) -> io::Result<Self> {
        Bytes::map_file(&File::open(path)?)
    }

    /// Maps an open file, which stays mapped when it is closed.
    pub fn map_file(file: &File) -> io::Result<Self> {
        if file.metadata()?.len() == 0 {
            return Ok(Bytes::Owned(Vec::new()));
        }
        // SAFETY: a mapping is sound as long as nobody shortens or rewrites the file while we read it. We open
        // inputs for reading only and never write to them, nor to a temporary file of our own once it is mapped;
        // the bytes are checked as UTF-8 each time a record is taken from them, and no reference outlives the
        // mapping, which lives as long as the corpus. What stays outside our hands is another process changing
        // the file during a run: then a record may read differently from one pass to the next, or the system may
        // end the process. `--no-mmap` reads files into memory for those who must expect that.
        let map = unsafe { Mmap::map(file)? };
        Ok(Bytes::Mapped(map))
    }

    /// Reads the file at `path` into memory.
    pub fn read(path: &Path) -> io::Result<Self> {
        Ok(Bytes::Owned(std::fs::read(path)?))
    }
}

impl Deref for Bytes {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        match self {
            Bytes::Mapped(map) => map,
            Bytes::Owned(bytes) => bytes,
        }
    }
}
