//! A file whose records stay in it: JSON Lines in UTF-8. Each is copied out whenever it is asked for.
//!
//! An input is never mapped. Another process may shorten or rewrite it while a run reads it; a mapping would then end the
//! process (SIGBUS), or change bytes that have been checked. A copy cannot change, and a hash of every record tells whether
//! it is still the one that was indexed ([`super::changed`]). Reading a page of 2 KB takes about a microsecond more.

use super::read_ahead::ReadAhead;
use crate::storage::read_at;
use std::borrow::Cow;
use std::cell::RefCell;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use xxhash_rust::xxh3::xxh3_64;

/// Where the lines of a file are.
#[derive(Debug)]
pub(super) enum LinesSource {
    /// In the file. It is kept open, or opened anew for each record when many files are read.
    File { path: PathBuf, file: Option<File>, number: u64 },
    /// In memory.
    Memory(Arc<[u8]>),
}

impl LinesSource {
    /// The lines of the file at `path`.
    pub(super) fn open(path: &Path) -> io::Result<Self> {
        Ok(LinesSource::of_file(path.to_owned(), Some(File::open(path)?)))
    }

    /// The lines of the file at `path`, which is open or will be opened for each record.
    pub(super) fn of_file(path: PathBuf, file: Option<File>) -> Self {
        static NUMBERS: AtomicU64 = AtomicU64::new(1);
        LinesSource::File { path, file, number: NUMBERS.fetch_add(1, Ordering::Relaxed) }
    }

    /// Closes the file until a record is asked for.
    pub(super) fn close(&mut self) {
        if let LinesSource::File { file, .. } = self {
            *file = None;
        }
    }

    /// The bytes of a record; `None` when the file no longer has them.
    pub(super) fn read(&self, start: u64, length: usize) -> Option<Cow<'_, [u8]>> {
        match self {
            LinesSource::Memory(bytes) => {
                let start = usize::try_from(start).ok()?;
                bytes.get(start..start.checked_add(length)?).map(Cow::Borrowed)
            }
            LinesSource::File { .. } => {
                let mut bytes = vec![0; length];
                let read = self.read_at(start, &mut bytes).ok()?;
                (read == length).then_some(Cow::Owned(bytes))
            }
        }
    }

    /// Calls `with` on the bytes of a record, or on `None` when the file no longer has them. Records that a thread asks for in
    /// their order are read many at a time.
    pub(super) fn with<R>(&self, start: u64, length: usize, with: impl FnOnce(Option<&[u8]>) -> R) -> R {
        thread_local! {
            static AHEAD: RefCell<ReadAhead> = RefCell::default();
        }
        match self {
            LinesSource::Memory(_) => with(self.read(start, length).as_deref()),
            LinesSource::File { number, .. } => {
                // Taken out while in use, so that a record may be read while another one is.
                let mut ahead = AHEAD.take();
                let record = start..start.saturating_add(length as u64);
                let result = with(ahead.read(*number, record, |from, into| self.read_at(from, into)));
                if ahead.is_short() {
                    AHEAD.set(ahead);
                }
                result
            }
        }
    }

    /// Reads as many bytes as there are, `into.len()` at most.
    fn read_at(&self, start: u64, into: &mut [u8]) -> io::Result<usize> {
        match self {
            LinesSource::Memory(bytes) => {
                let rest = bytes.get(usize::try_from(start).unwrap_or(usize::MAX)..).unwrap_or_default();
                let length = rest.len().min(into.len());
                into[..length].copy_from_slice(&rest[..length]);
                Ok(length)
            }
            LinesSource::File { file: Some(file), .. } => read_at(file, start, into),
            LinesSource::File { path, file: None, .. } => read_at(&File::open(path)?, start, into),
        }
    }

    /// The bytes from `start` on, as a stream.
    pub(super) fn from(&self, start: u64) -> impl Read + Send + '_ {
        From { source: self, at: start }
    }
}

/// A source from one place on.
struct From<'s> {
    source: &'s LinesSource,
    at: u64,
}

impl Read for From<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.source.read_at(self.at, into)?;
        self.at += read as u64;
        Ok(read)
    }
}

/// By what a record is known again: a part of the hash of its bytes.
pub(super) fn sum(bytes: &[u8]) -> u32 {
    xxh3_64(bytes) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_are_the_same_from_a_file_and_from_memory() {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        std::io::Write::write_all(&mut file, b"0123456789").unwrap();
        let mut closed = LinesSource::open(file.path()).unwrap();
        closed.close();
        for source in
            [LinesSource::open(file.path()).unwrap(), closed, LinesSource::Memory(b"0123456789".as_slice().into())]
        {
            assert_eq!(source.read(3, 4).unwrap(), &b"3456"[..]);
            assert_eq!(source.read(8, 3), None);
            assert_eq!(source.read(80, 3), None);
            let mut rest = String::new();
            source.from(6).read_to_string(&mut rest).unwrap();
            assert_eq!(rest, "6789");
        }
        let cut = LinesSource::open(file.path()).unwrap();
        file.as_file().set_len(5).unwrap();
        assert_eq!(cut.read(3, 4), None);
    }
}
