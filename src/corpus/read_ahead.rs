//! Records that are asked for in the order of their file are read many at a time.

use std::io;
use std::ops::Range;

/// Bytes of a file that one thread has read, from one place on.
#[derive(Default)]
pub(super) struct ReadAhead {
    /// The number of the file.
    file: u64,
    start: u64,
    bytes: Vec<u8>,
    /// How many of `bytes` were read.
    filled: usize,
    /// Where the record that was asked for last ends.
    last: u64,
}

/// Bytes that are read at once when records are asked for in order.
const AHEAD: usize = 64 << 10;
/// Records that follow each other at most so far apart are in order: of pages that are left out less is read than asked for.
const APART: u64 = 16 << 10;
/// A longer buffer is given back.
const LONGEST_BUFFER: usize = 1 << 20;

impl ReadAhead {
    /// The bytes of a record of the file with this number, which `read_at` reads from a place on as far as they go; `None`
    /// when the file no longer has them. What was read before is used for what comes behind it alone, so a further pass over
    /// the records reads them anew and sees a change.
    pub(super) fn read(
        &mut self,
        file: u64,
        record: Range<u64>,
        read_at: impl FnOnce(u64, &mut [u8]) -> io::Result<usize>,
    ) -> Option<&[u8]> {
        let Range { start, end } = record;
        let length = usize::try_from(end.checked_sub(start)?).ok()?;
        let is_next = self.file == file && (self.last..=self.last.saturating_add(APART)).contains(&start);
        if !is_next || end > self.start + self.filled as u64 {
            let wanted = if is_next { length.max(AHEAD) } else { length };
            if self.bytes.len() < wanted {
                self.bytes.resize(wanted, 0);
            }
            (self.file, self.start, self.filled) = (file, start, 0);
            self.filled = read_at(start, &mut self.bytes[..wanted]).ok()?;
        }
        self.last = end;
        let from = (start - self.start) as usize;
        self.bytes[..self.filled].get(from..from + length)
    }

    /// True when the buffer is short enough to be kept.
    pub(super) fn is_short(&self) -> bool {
        self.bytes.len() <= LONGEST_BUFFER
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs::File;
    use std::io::{Read, Seek};

    fn read_some(mut file: &File, from: u64, into: &mut [u8]) -> io::Result<usize> {
        file.seek(io::SeekFrom::Start(from))?;
        let mut read = Vec::new();
        file.take(into.len() as u64).read_to_end(&mut read)?;
        into[..read.len()].copy_from_slice(&read);
        Ok(read.len())
    }

    #[test]
    fn records_are_the_same_in_whatever_order_they_are_asked_for() {
        let bytes: Vec<u8> = (0..3 * AHEAD as u32).flat_map(|k| k.wrapping_mul(0x9E37_79B9).to_le_bytes()).collect();
        let mut file = tempfile::NamedTempFile::new().unwrap();
        std::io::Write::write_all(&mut file, &bytes).unwrap();
        let read_at = |from, into: &mut [u8]| read_some(file.as_file(), from, into);
        let mut ahead = ReadAhead::default();
        let forward = (0..9000).map(|k| (k * 83, 80));
        let back = (0..100).rev().map(|k| (k * 83, 80));
        let apart = (0..40).map(|k| (k * 19_000, 700));
        let long = [(5, 2 * AHEAD), (2 * AHEAD + 9, 80), (bytes.len() - 80, 80), (bytes.len() - 10, 10)];
        for (start, length) in forward.chain(back).chain(apart).chain(long) {
            let read = ahead.read(1, start as u64..(start + length) as u64, read_at);
            assert!(read == Some(&bytes[start..start + length]), "{start}");
        }
        let end = bytes.len() as u64;
        assert_eq!(ahead.read(1, end - 10..end + 1, read_at), None);
        assert_eq!(ahead.read(1, end + 90..end + 99, read_at), None);
    }

    #[test]
    fn a_second_pass_sees_that_the_file_is_shorter() {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        std::io::Write::write_all(&mut file, &[7; 40]).unwrap();
        let read_at = |from, into: &mut [u8]| read_some(file.as_file(), from, into);
        let mut ahead = ReadAhead::default();
        let mut pass = || (0..4).map(|k| ahead.read(1, 10 * k..10 * k + 10, read_at).is_some()).collect::<Vec<_>>();
        assert_eq!(pass(), [true; 4]);
        file.as_file().set_len(5).unwrap();
        assert_eq!(pass(), [false; 4]);
    }
}
