//! A list for every page, end to end.

use super::stage_files::{StageReader, StageWriter};
use super::{Column, ColumnWriter, Scratch};
use crate::error::Result;
use bytemuck::Pod;

/// A list for every page, in the order of the pages. 8 bytes a page besides the items.
#[derive(Debug)]
pub struct ListColumn<T> {
    items: Column<T>,
    ends: Column<u64>,
}

/// The lists of some pages that follow each other.
#[derive(Debug)]
pub struct ListPart<T> {
    items: Vec<T>,
    counts: Vec<u32>,
}

/// Lists being gathered, part by part in the order of the pages.
pub struct ListWriter<T> {
    /// How many pages there will be.
    pages: usize,
    items: ColumnWriter<T>,
    ends: ColumnWriter<u64>,
}

impl<T> Default for ListColumn<T> {
    fn default() -> Self {
        ListColumn { items: Column::default(), ends: Column::default() }
    }
}

impl<T> Default for ListPart<T> {
    fn default() -> Self {
        ListPart { items: Vec::new(), counts: Vec::new() }
    }
}

impl<T: Pod> ListColumn<T> {
    /// The list of a page.
    pub fn of(&self, page: usize) -> &[T] {
        let start = if page == 0 { 0 } else { self.ends[page - 1] };
        &self.items[start as usize..self.ends[page] as usize]
    }

    /// Writes all lists to the file of a stage.
    pub(crate) fn save(&self, to: &mut StageWriter) -> Result<()> {
        to.column(&self.items)?;
        to.column(&self.ends)
    }

    /// Reads what [`ListColumn::save`] wrote.
    pub(crate) fn load(from: &mut StageReader) -> Result<Self> {
        Ok(ListColumn { items: from.column()?, ends: from.column()? })
    }
}

impl<T: Pod> ListPart<T> {
    /// Adds the list of the next page.
    pub fn push(&mut self, items: impl IntoIterator<Item = T>) {
        let before = self.items.len();
        self.items.extend(items);
        self.counts.push((self.items.len() - before) as u32);
    }

    /// The lists, in order.
    pub fn each(&self) -> impl Iterator<Item = &[T]> {
        self.counts.iter().scan(0, |end, &count| {
            let start = *end;
            *end += count as usize;
            Some(&self.items[start..*end])
        })
    }
}

impl<T: Pod> ListWriter<T> {
    /// No lists yet, of `pages` that there will be.
    pub fn new(pages: usize, scratch: &Scratch) -> Self {
        ListWriter { pages, items: scratch.column(), ends: scratch.column_of(pages) }
    }

    /// Adds the lists of the next pages.
    pub fn append(&mut self, part: &ListPart<T>) -> Result<()> {
        self.items.expect_like(part.items.len(), part.counts.len(), self.pages);
        let mut end = self.items.len() as u64;
        for &count in &part.counts {
            end += u64::from(count);
            self.ends.push(end)?;
        }
        self.items.extend(&part.items)
    }

    /// The lists of all pages.
    pub fn finish(self) -> Result<ListColumn<T>> {
        Ok(ListColumn { items: self.items.finish()?, ends: self.ends.finish()? })
    }
}
