//! The bytes of a file of our own, mapped. The one file of the crate with `unsafe` in it.
#![allow(unsafe_code)]

use memmap2::Mmap;
use std::fs::File;
use std::io;
use std::ops::Deref;

/// A file's bytes.
#[derive(Debug)]
pub enum Bytes {
    /// Mapped: pages come from the file as they are touched and cost no memory of our own.
    Mapped(Mmap),
    /// Read into memory.
    Owned(Vec<u8>),
}

impl Bytes {
    /// Maps a temporary file without a name, or a file of an index, which stays mapped when it is closed. An empty file
    /// gives no bytes (it cannot be mapped).
    pub fn map_file(file: &File) -> io::Result<Self> {
        if file.metadata()?.len() == 0 {
            return Ok(Bytes::Owned(Vec::new()));
        }
        // SAFETY: a mapping is sound as long as nobody shortens or rewrites the file while we read it. Inputs are never
        // mapped: others may write to them, and a handler for the signal that follows could neither bring bytes back nor
        // undo a check that was made of them (see `corpus/source.rs`, which copies instead). What is mapped are
        // temporary files of our own: made without a name or unlinked at once, so that no other process can open them,
        // and never written to again once they are mapped. The files of an index have names, but nothing writes to them
        // once they are complete: a commit adds files and a compaction unlinks them, which leaves mappings as they are.
        // No reference outlives the mapping.
        let map = unsafe { Mmap::map(file)? };
        Ok(Bytes::Mapped(map))
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
