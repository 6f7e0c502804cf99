//! Where lists go that may be longer than memory. A [`Column`](super::Column) is written once and then read like a
//! slice: in memory while it is short, else in a temporary file that is mapped. A [`Sorter`](super::Sorter) sorts what does not fit:
//! sorted runs go to a temporary file and are read back side by side. Both give the same rows whatever memory they may
//! use.

use std::path::PathBuf;

/// Where temporary files go, and how much of a list may stay in memory.
#[derive(Clone, Debug)]
pub struct Scratch {
    pub(super) folder: PathBuf,
    /// The most bytes of one list in memory.
    pub(super) share: usize,
}

/// No list keeps less than this in memory: below, files would be written in crumbs.
const LEAST_SHARE: usize = 1 << 14;

impl Scratch {
    /// Lists of more than `share` bytes go to temporary files in `folder`, which is made when it is needed. The files
    /// have no name: they are gone with the lists, and with the process, however it ends.
    pub fn new(folder: PathBuf, share: usize) -> Self {
        Scratch { folder, share: share.max(LEAST_SHARE) }
    }

    /// The same for one of `parts` lists that are filled side by side.
    pub fn part(&self, parts: usize) -> Self {
        Scratch::new(self.folder.clone(), self.share / parts)
    }

    /// How many rows of a list stay in memory.
    pub fn room<T>(&self) -> usize {
        (self.share / size_of::<T>()).max(1)
    }

    /// Room for about so many rows, if they may stay in memory: growing would copy them several times.
    pub(super) fn vector<T>(&self, rows: usize) -> Vec<T> {
        Vec::with_capacity(if rows <= self.room::<T>() { rows } else { 0 })
    }
}

/// All in memory, for tests and for corpora of few pages.
impl Default for Scratch {
    fn default() -> Self {
        Scratch::new(std::env::temp_dir(), usize::MAX)
    }
}
