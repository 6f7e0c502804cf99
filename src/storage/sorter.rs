//! Sorting more than fits into memory (Knuth, volume 3, 5.4): sorted runs, then all runs side by side.

use super::temp_file::SpillFile;
use super::{Column, Scratch};
use crate::error::Result;
use bytemuck::Pod;
use rayon::prelude::*;
use std::marker::PhantomData;

/// Rows on their way into order.
#[derive(Debug)]
pub struct Sorter<T> {
    scratch: Scratch,
    rows: Vec<T>,
    file: Option<SpillFile>,
    /// Where each run ends in the file, in rows.
    ends: Vec<usize>,
}

impl Scratch {
    /// Rows to be sorted.
    pub fn sorter<T: Pod + Ord + Send + Sync>(&self) -> Sorter<T> {
        Sorter::new(self.clone(), 0)
    }

    /// About so many rows to be sorted.
    pub fn sorter_of<T: Pod + Ord + Send + Sync>(&self, rows: usize) -> Sorter<T> {
        Sorter::new(self.clone(), rows)
    }
}

impl<T: Pod + Ord + Send + Sync> Sorter<T> {
    pub(super) fn new(scratch: Scratch, rows: usize) -> Self {
        Sorter { rows: scratch.vector(rows), scratch, file: None, ends: Vec::new() }
    }

    /// Adds a row.
    #[inline]
    pub fn push(&mut self, row: T) -> Result<()> {
        self.rows.push(row);
        if self.rows.len() >= self.scratch.room::<T>() { self.write_run() } else { Ok(()) }
    }

    /// Adds some rows.
    pub fn extend(&mut self, rows: &[T]) -> Result<()> {
        let room = self.scratch.room::<T>();
        for rows in rows.chunks(room) {
            if self.rows.len() + rows.len() > room {
                self.write_run()?;
            }
            self.rows.extend_from_slice(rows);
        }
        Ok(())
    }

    fn write_run(&mut self) -> Result<()> {
        if self.rows.is_empty() {
            return Ok(());
        }
        self.rows.par_sort_unstable();
        let mut file = match self.file.take() {
            Some(file) => file,
            None => SpillFile::create(&self.scratch.folder)?,
        };
        file.write(bytemuck::cast_slice(&self.rows))?;
        self.file = Some(file);
        self.ends.push(self.ends.last().unwrap_or(&0) + self.rows.len());
        self.rows.clear();
        Ok(())
    }

    /// The rows in order.
    pub fn finish(mut self) -> Result<Sorted<T>> {
        if self.file.is_some() {
            self.write_run()?;
        }
        match self.file {
            Some(file) => {
                let runs = Column::File(file.map()?, PhantomData);
                Ok(Sorted { runs, ends: self.ends, scratch: self.scratch })
            }
            None => {
                self.rows.par_sort_unstable();
                let ends = vec![self.rows.len()];
                Ok(Sorted { runs: Column::Memory(self.rows), ends, scratch: self.scratch })
            }
        }
    }
}

/// Rows in order, in one run or several.
#[derive(Debug)]
pub struct Sorted<T> {
    runs: Column<T>,
    ends: Vec<usize>,
    scratch: Scratch,
}

impl<T: Pod + Ord + Send + Sync> Sorted<T> {
    /// Calls `with` on all rows in order, in batches of about one share of memory; rows of one key are never parted.
    /// Keys must be in the order of the rows.
    pub fn batches<K: Ord>(&self, key: impl Fn(&T) -> K, mut with: impl FnMut(&[T]) -> Result<()>) -> Result<()> {
        if let [_] = *self.ends {
            return with(&self.runs);
        }
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        let mut runs: Vec<&[T]> = starts.zip(&self.ends).map(|(from, &to)| &self.runs[from..to]).collect();
        let mut batch = Vec::new();
        while !runs.is_empty() {
            let quota = (self.scratch.room::<T>() / runs.len()).max(1);
            let last = runs.iter().filter_map(|run| run.get(quota)).map(&key).min();
            batch.clear();
            for run in &mut runs {
                let count = last.as_ref().map_or(run.len(), |last| run.partition_point(|row| key(row) <= *last));
                batch.extend_from_slice(&run[..count]);
                *run = &run[count..];
            }
            runs.retain(|run| !run.is_empty());
            // The standard library's stable sort finds the runs that are sorted already and merges them.
            batch.sort();
            with(&batch)?;
        }
        Ok(())
    }

    /// All rows in order as a column.
    pub fn column(self) -> Result<Column<T>> {
        if self.ends.len() == 1 {
            return Ok(self.runs);
        }
        let mut rows = self.scratch.column();
        self.batches(|row| *row, |batch| rows.extend(batch))?;
        rows.finish()
    }

    /// All different rows in order as a column.
    pub fn unique(self) -> Result<Column<T>> {
        match self.runs {
            Column::Memory(mut rows) => {
                rows.dedup();
                Ok(Column::Memory(rows))
            }
            Column::File(..) => {
                let mut rows = self.scratch.column();
                self.batches(|row| *row, |batch| batch.chunk_by(T::eq).try_for_each(|same| rows.push(same[0])))?;
                rows.finish()
            }
        }
    }
}

/// Cuts rows into about `parts` parts for as many tasks; rows that are the `same` are never parted.
pub fn split<T>(rows: &[T], parts: usize, same: impl Fn(&T, &T) -> bool) -> Vec<&[T]> {
    let size = rows.len().div_ceil(parts).max(1);
    let mut cut = Vec::with_capacity(parts);
    let mut rest = rows;
    while !rest.is_empty() {
        let mut at = size.min(rest.len());
        while at < rest.len() && same(&rest[at - 1], &rest[at]) {
            at += 1;
        }
        let (part, others) = rest.split_at(at);
        cut.push(part);
        rest = others;
    }
    cut
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn sorted(rows: &[u64], share: usize, folder: &std::path::Path) -> Sorted<u64> {
        let mut sorter = Scratch::new(folder.to_owned(), share).sorter();
        let (some, others) = rows.split_at(rows.len() / 3);
        sorter.extend(some).unwrap();
        others.iter().for_each(|&row| sorter.push(row).unwrap());
        sorter.finish().unwrap()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]
        #[test]
        fn runs_on_disk_give_what_memory_gives(rows in prop::collection::vec(0..3000u64, 0..20_000)) {
            let folder = tempfile::tempdir().unwrap();
            let mut plain = rows.clone();
            plain.sort_unstable();
            let mut different = plain.clone();
            different.dedup();
            for share in [usize::MAX, 1] {
                let made = || sorted(&rows, share, folder.path());
                prop_assert!(*made().column().unwrap() == *plain);
                prop_assert!(*made().unique().unwrap() == *different);
                let mut seen = Vec::new();
                made().batches(|row| row / 10, |batch| {
                    let parted = seen.last().is_some_and(|last| last / 10 == batch[0] / 10);
                    assert!(!parted, "a key was parted");
                    seen.extend_from_slice(batch);
                    Ok(())
                }).unwrap_or(());
                prop_assert!(seen == plain);
            }
        }
    }

    #[test]
    fn parts_are_whole_and_keys_stay_together() {
        let rows = [1, 1, 2, 2, 2, 3, 4, 4];
        let parts = split(&rows, 4, |x, y| x == y);
        assert_eq!(parts.concat(), rows);
        assert!(parts.windows(2).all(|two| two[0].last() != two[1].first()));
        assert!(split(&[0u8; 0], 4, |x, y| x == y).is_empty());
    }

    #[test]
    fn a_folder_that_cannot_be_made_is_named() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("file"), "x").unwrap();
        let mut sorter = Scratch::new(folder.path().join("file"), 1).sorter();
        let error = (0..100_000u64).find_map(|row| sorter.push(row).err()).unwrap().to_string();
        assert!(error.contains("temporary files"), "{error}");
    }
}
