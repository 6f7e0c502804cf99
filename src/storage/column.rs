//! A list that is written once and read like a slice.

use super::Scratch;
use super::temp_file::SpillFile;
use crate::error::Result;
use crate::storage::Bytes;
use bytemuck::Pod;
use rayon::prelude::*;
use std::marker::PhantomData;
use std::ops::Deref;

/// Rows in memory or in a mapped temporary file, which derefs to a slice of them either way.
#[derive(Debug)]
pub enum Column<T> {
    /// In memory.
    Memory(Vec<T>),
    /// In a temporary file.
    File(Bytes, PhantomData<T>),
}

impl Scratch {
    /// A list to be filled.
    pub fn column<T: Pod>(&self) -> ColumnWriter<T> {
        ColumnWriter::new(self.clone(), 0)
    }

    /// A list to be filled with about so many rows.
    pub fn column_of<T: Pod>(&self, rows: usize) -> ColumnWriter<T> {
        ColumnWriter::new(self.clone(), rows)
    }
}

impl<T> Default for Column<T> {
    fn default() -> Self {
        Column::Memory(Vec::new())
    }
}

impl<T: Pod> Deref for Column<T> {
    type Target = [T];

    #[inline]
    fn deref(&self) -> &[T] {
        match self {
            Column::Memory(rows) => rows,
            // Files are mapped at the start of a page, and have whole rows only.
            Column::File(bytes, _) => bytemuck::cast_slice(bytes),
        }
    }
}

/// Rows of a file that are read in one go.
const AT_ONCE: usize = 1 << 16;

impl<T: Pod + Send + Sync> Column<T> {
    /// The rows as `update` leaves them: in their place in memory, or in another file.
    pub(crate) fn updated(self, scratch: &Scratch, update: impl Fn(&mut T) + Sync + Send) -> Result<Self> {
        let mut rows = match self {
            Column::Memory(mut rows) => {
                rows.par_iter_mut().for_each(update);
                return Ok(Column::Memory(rows));
            }
            Column::File(..) => scratch.column_of(self.len()),
        };
        for some in self.chunks(AT_ONCE) {
            let mut some = some.to_vec();
            some.par_iter_mut().for_each(&update);
            rows.extend(&some)?;
        }
        rows.finish()
    }

    /// These rows and `more` after them.
    pub(crate) fn followed_by(self, more: &[T], scratch: &Scratch) -> Result<Self> {
        let count = self.len() + more.len();
        match self {
            Column::Memory(mut rows) if count <= scratch.room::<T>() => {
                rows.extend_from_slice(more);
                Ok(Column::Memory(rows))
            }
            rows => {
                let mut writer = scratch.column_of(count);
                rows.chunks(AT_ONCE).chain(more.chunks(AT_ONCE)).try_for_each(|some| writer.extend(some))?;
                writer.finish()
            }
        }
    }

    /// These rows and `more`, of other keys, in the order of their keys, in which both are. In memory the greatest rows are
    /// moved first, to the end, so that no row needs another place meanwhile.
    pub(crate) fn merged<K: Ord>(self, more: &[T], key: impl Fn(&T) -> K, scratch: &Scratch) -> Result<Self> {
        let count = self.len() + more.len();
        match self {
            Column::Memory(mut rows) if count <= scratch.room::<T>() => {
                let (mut mine, mut others) = (rows.len(), more.len());
                rows.extend_from_slice(more);
                while others > 0 {
                    let is_mine = mine > 0 && key(&rows[mine - 1]) > key(&more[others - 1]);
                    let greatest = if is_mine { rows[mine - 1] } else { more[others - 1] };
                    rows[mine + others - 1] = greatest;
                    if is_mine { mine -= 1 } else { others -= 1 }
                }
                Ok(Column::Memory(rows))
            }
            rows => {
                let mut writer = scratch.column_of(count);
                let (mut mine, mut others) = (rows.iter().peekable(), more.iter().peekable());
                while let Some(other) = others.peek() {
                    let next = mine.next_if(|row| key(row) < key(other)).or_else(|| others.next());
                    next.into_iter().try_for_each(|row| writer.push(*row))?;
                }
                mine.try_for_each(|row| writer.push(*row))?;
                writer.finish()
            }
        }
    }
}

/// A column being filled.
#[derive(Debug)]
pub struct ColumnWriter<T> {
    scratch: Scratch,
    rows: Vec<T>,
    file: Option<SpillFile>,
    written: usize,
}

/// Bytes gathered for one write.
const BLOCK: usize = 1 << 20;

impl<T: Pod> ColumnWriter<T> {
    pub(super) fn new(scratch: Scratch, rows: usize) -> Self {
        ColumnWriter { rows: scratch.vector(rows), scratch, file: None, written: 0 }
    }

    /// Makes room for the rows of all pages when the first of them come: the others will have about as many, and growing
    /// would copy them all several times.
    pub fn expect_like(&mut self, rows: usize, of_pages: usize, pages: usize) {
        if self.is_empty() {
            self.expect(rows * pages / of_pages.max(1) * 5 / 4);
        }
    }

    /// Makes room for as many rows as there will be about.
    fn expect(&mut self, rows: usize) {
        if rows <= self.scratch.room::<T>() && self.file.is_none() {
            self.rows.reserve(rows.saturating_sub(self.rows.len()));
        }
    }

    /// Adds a row.
    #[inline]
    pub fn push(&mut self, row: T) -> Result<()> {
        self.rows.push(row);
        self.relieve()
    }

    /// Adds some rows.
    pub fn extend(&mut self, rows: &[T]) -> Result<()> {
        self.rows.extend_from_slice(rows);
        self.relieve()
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.written + self.rows.len()
    }

    /// True for no rows.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Moves the rows to the file when they have outgrown their share.
    #[inline]
    fn relieve(&mut self) -> Result<()> {
        let share = self.scratch.share;
        let limit = if self.file.is_some() { share.min(BLOCK) } else { share };
        if size_of_val(self.rows.as_slice()) > limit { self.write() } else { Ok(()) }
    }

    fn write(&mut self) -> Result<()> {
        if self.file.is_none() {
            self.file = Some(SpillFile::create(&self.scratch.folder)?);
        }
        if let Some(file) = &mut self.file {
            file.write(bytemuck::cast_slice(&self.rows))?;
        }
        self.written += self.rows.len();
        if size_of_val(self.rows.as_slice()) > 2 * BLOCK {
            self.rows = Vec::new()
        } else {
            self.rows.clear()
        }
        Ok(())
    }

    /// The rows, to be read.
    pub fn finish(mut self) -> Result<Column<T>> {
        if self.file.is_some() {
            self.write()?;
        }
        match self.file {
            Some(file) => Ok(Column::File(file.map()?, PhantomData)),
            None => Ok(Column::Memory(self.rows)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_read_back_the_same_from_memory_and_from_a_file() {
        let folder = tempfile::tempdir().unwrap();
        let rows: Vec<[u32; 3]> = (0..50_000).map(|k| [k, k / 7, k % 11]).collect();
        for (share, in_memory) in [(usize::MAX, true), (1, false)] {
            let mut writer = Scratch::new(folder.path().join("made"), share).column();
            writer.extend(&rows[..20_000]).unwrap();
            rows[20_000..].iter().for_each(|&row| writer.push(row).unwrap());
            assert_eq!(writer.len(), rows.len());
            let column = writer.finish().unwrap();
            assert_eq!(matches!(column, Column::Memory(_)), in_memory);
            assert!(*column == *rows);
            let scratch = Scratch::new(folder.path().join("updated"), share);
            let updated = column.updated(&scratch, |row| row[0] += row[2]).unwrap();
            assert!(updated.iter().zip(&rows).all(|(updated, row)| *updated == [row[0] + row[2], row[1], row[2]]));
        }
    }

    #[test]
    fn more_rows_come_after_the_others_or_between_them() {
        let folder = tempfile::tempdir().unwrap();
        let (some, more): (Vec<u32>, Vec<u32>) = (0..30_000).partition(|k| k % 7 != 0 && k % 11 != 0);
        for (some, more) in [(&some, &more), (&more, &some), (&vec![], &some), (&some, &vec![])] {
            for share in [usize::MAX, 1 << 15] {
                let scratch = Scratch::new(folder.path().join("made"), share);
                let column = || {
                    let mut writer = scratch.column();
                    some.chunks(1000).for_each(|some| writer.extend(some).unwrap());
                    writer.finish().unwrap()
                };
                assert_eq!(*column().followed_by(more, &scratch).unwrap(), *[some.as_slice(), more].concat());
                let mut sorted = [some.as_slice(), more].concat();
                sorted.sort_unstable();
                assert_eq!(*column().merged(more, |row| *row, &scratch).unwrap(), *sorted);
            }
        }
    }

    #[test]
    fn a_column_of_nothing_is_empty() {
        let writer: ColumnWriter<u64> = Scratch::default().column();
        assert!(writer.is_empty());
        assert!(writer.finish().unwrap().is_empty());
    }
}
