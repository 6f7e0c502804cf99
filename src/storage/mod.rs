//! Data that may be longer than memory, and the files behind it: lists ([`Column`], [`Sorter`]), mapped files,
//! temporary files of records, output folders being written, how much memory a run may use, and the small containers
//! that several stages need.

pub mod cleanup;
mod column;
mod direct_mapped_cache;
mod file_sum;
pub(crate) mod folder;
mod list_column;
mod marker;
pub(crate) mod memory;
mod mmap;
#[cfg(test)]
mod processor_time;
mod read_at;
mod scratch;
mod sorter;
pub(crate) mod stage_files;
mod temp_file;
mod temp_records;
mod union_find;

pub use column::{Column, ColumnWriter};
pub(crate) use direct_mapped_cache::DirectMappedCache;
pub use list_column::{ListColumn, ListPart, ListWriter};
pub(crate) use mmap::Bytes;
#[cfg(test)]
pub(crate) use processor_time::processor_seconds;
pub(crate) use read_at::read_at;
pub use scratch::Scratch;
pub use sorter::{Sorted, Sorter, split};
pub use temp_records::{TempRecords, TempRecordsPart};
pub use union_find::UnionFind;
