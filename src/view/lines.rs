//! A JSON Lines table of which any line can be read alone.

use crate::error::{Error, Result};
use crate::output_folder::OutFolder;
use crate::storage::read_at;
use rayon::prelude::*;
use serde::de::DeserializeOwned;
use std::fs::File;
use std::ops::Range;
use std::path::PathBuf;

/// Bytes of lines that are read as records together.
const TOGETHER: usize = 4 << 20;

/// Where the lines of a table are. 8 bytes a line.
pub(super) struct LineIndex {
    name: &'static str,
    path: PathBuf,
    /// First byte of every line, and the end of the last.
    starts: Vec<u64>,
}

impl LineIndex {
    /// Goes through a table once and calls `with` on every line with its number.
    pub(super) fn read(
        out: &OutFolder,
        name: &'static str,
        mut with: impl FnMut(u32, &[u8], u64) -> Result<()>,
    ) -> Result<LineIndex> {
        let mut starts = vec![0];
        out.each_line(name, |line, at| {
            with(starts.len() as u32 - 1, line, at)?;
            starts.push(at + line.len() as u64);
            Ok(true)
        })?;
        Ok(LineIndex { name, path: out.path(name), starts })
    }

    /// The same for records, which are read from their lines in parallel.
    pub(super) fn records<T: DeserializeOwned + Send>(
        out: &OutFolder,
        name: &'static str,
        mut with: impl FnMut(u32, T),
    ) -> Result<LineIndex> {
        let (mut bytes, mut places) = (Vec::new(), Vec::new());
        let mut parse = |bytes: &mut Vec<u8>, places: &mut Vec<(u32, u64, Range<usize>)>| -> Result<()> {
            let record = |(_, at, line): &(u32, u64, Range<usize>)| out.parse(name, &bytes[line.clone()], *at);
            let records: Vec<T> = places.par_iter().map(record).collect::<Result<_>>()?;
            places.drain(..).zip(records).for_each(|((number, ..), record)| with(number, record));
            bytes.clear();
            Ok(())
        };
        let lines = LineIndex::read(out, name, |number, line, at| {
            places.push((number, at, bytes.len()..bytes.len() + line.len()));
            bytes.extend_from_slice(line);
            if bytes.len() >= TOGETHER { parse(&mut bytes, &mut places) } else { Ok(()) }
        })?;
        parse(&mut bytes, &mut places)?;
        Ok(lines)
    }

    /// The lines of a table of which it is known where each begins, and where the last ends.
    pub(super) fn known(out: &OutFolder, name: &'static str, starts: Vec<u64>) -> LineIndex {
        LineIndex { name, path: out.path(name), starts }
    }

    /// How many lines there are.
    pub(super) fn len(&self) -> usize {
        self.starts.len() - 1
    }

    /// Opens the table for reading lines of it.
    pub(super) fn open(&self) -> Result<LineReader<'_>> {
        let file = File::open(&self.path).map_err(|source| Error::Read { path: self.path.clone(), source })?;
        Ok(LineReader { lines: self, file, line: Vec::new() })
    }
}

/// A table at hand.
pub(super) struct LineReader<'l> {
    lines: &'l LineIndex,
    file: File,
    line: Vec<u8>,
}

impl LineReader<'_> {
    /// Line `number` as a record; it must be less than [`LineIndex::len`]. One read.
    pub(super) fn record<T: DeserializeOwned>(&mut self, out: &OutFolder, number: u32) -> Result<T> {
        let [start, end] = [0, 1].map(|k| self.lines.starts[number as usize + k]);
        self.line.resize((end - start) as usize, 0);
        let read = read_at(&self.file, start, &mut self.line);
        let read = read.map_err(|source| Error::Read { path: self.lines.path.clone(), source })?;
        self.line.truncate(read);
        out.parse(self.lines.name, &self.line, start)
    }
}
