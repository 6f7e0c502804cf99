//! Records of a file of another format than JSON Lines, as far as they were read again.

use super::CorpusConfig;
use rustc_hash::FxHashMap;
use std::sync::{Arc, PoisonError, RwLock};

/// The records, and how they are read.
pub(super) struct RereadRecords {
    pub(super) reading: Arc<CorpusConfig>,
    /// JSON lines by offset.
    lines: RwLock<FxHashMap<u64, Arc<str>>>,
}

impl RereadRecords {
    pub(super) fn new(reading: Arc<CorpusConfig>) -> Self {
        RereadRecords { reading, lines: RwLock::default() }
    }

    /// The record at an offset, if it was read.
    pub(super) fn known(&self, offset: u64) -> Option<Arc<str>> {
        self.lines.read().unwrap_or_else(PoisonError::into_inner).get(&offset).cloned()
    }

    /// Keeps a record.
    pub(super) fn keep(&self, offset: u64, line: String) {
        self.lines.write().unwrap_or_else(PoisonError::into_inner).insert(offset, line.into());
    }
}
