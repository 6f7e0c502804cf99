//! The pages of an output folder, set by set.

use super::Document;
use super::folder::OutFolder;
use crate::error::{Error, Result};
use crate::storage::read_at;
use rustc_hash::FxHashMap;
use std::fs::File;

/// Where the lines of the pages of each set are in `documents.jsonl`.
pub(crate) struct PagesBySet {
    /// (set, first byte of the line, its length), sorted.
    places: Vec<(u32, u32, u64)>,
    file: File,
}

impl PagesBySet {
    /// Reads `documents.jsonl` once.
    pub(crate) fn index(out: &OutFolder) -> Result<Self> {
        #[derive(serde::Deserialize)]
        struct InSet {
            cluster: Option<u32>,
        }
        let mut places = Vec::new();
        out.each_line("documents.jsonl", |line, at| {
            let InSet { cluster } = out.parse("documents.jsonl", line, at)?;
            places.extend(cluster.map(|set| (set, line.len() as u32, at)));
            Ok(true)
        })?;
        places.sort_unstable();
        let path = out.path("documents.jsonl");
        let file = File::open(&path).map_err(|source| Error::Read { path, source })?;
        Ok(PagesBySet { places, file })
    }

    /// The pages of one set by id.
    pub(crate) fn of(&self, out: &OutFolder, set: u32) -> Result<FxHashMap<String, Document>> {
        let from = self.places.partition_point(|place| place.0 < set);
        let mine = self.places[from..].iter().take_while(|place| place.0 == set);
        let mut found = FxHashMap::default();
        for &(_, length, at) in mine {
            let mut line = vec![0; length as usize];
            let read = read_at(&self.file, at, &mut line);
            let read = read.map_err(|source| Error::Read { path: out.path("documents.jsonl"), source })?;
            line.truncate(read);
            let document: Document = out.parse("documents.jsonl", &line, at)?;
            found.insert(document.id.clone(), document);
        }
        Ok(found)
    }
}
