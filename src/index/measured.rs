//! What pairs of pages came to, so that no pair is measured twice: a match depends on its two bodies alone, which do not
//! change under one boilerplate model.
//!
//! ```text
//! matches-COMMIT.pack
//!   pairs    lesser page: u32 in the upper half, greater page: u32 in the lower half; in order
//!   matches  packed lists of bytes, 64 together: the match of each pair, or nothing when the two have nothing in common
//!            match = row, passage*: 36 bytes each, both as the version of the program has them in memory; the manifest's
//!            `method` tells whether this is that version
//! ```

use super::manifest::Manifest;
use super::pack::{Pack, PackWriter, PackedBlock, PackedLists, Section, damaged};
use super::tiers;
use crate::candidates::Pair;
use crate::error::Result;
use crate::storage::Scratch;
use crate::types::DocId;
use crate::verify::{Match, MatchWriter, Matches};
use rayon::prelude::*;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Matches that were measured for one commit, mapped.
struct Measured {
    path: PathBuf,
    pack: Arc<Pack>,
    pairs: Section<u64>,
    matches: PackedLists,
}

/// What is known of a pair: its match, or that the two have nothing in common.
type Known = Option<Match<'static>>;

impl Measured {
    fn open(path: PathBuf) -> Result<Self> {
        let pack = Pack::open(&path)?;
        let (pairs, matches) = (pack.section("pairs")?, PackedLists::open(&pack, "matches", TOGETHER)?);
        Ok(Measured { path, pairs, matches, pack })
    }

    /// Finds out about those of some pairs of which nothing is known yet.
    fn look_up(&self, pairs: &[Pair], known: &mut [Option<Known>]) -> Result<()> {
        let mut last = None;
        for (known, &pair) in known.iter_mut().zip(pairs).filter(|(known, _)| known.is_none()) {
            if let Some(at) = self.pairs.find(packed(pair))? {
                *known = Some(self.read(pair, at, &mut last)?);
            }
        }
        Ok(())
    }

    /// Adds the matches among some pages, which are in order.
    fn among(&self, docs: &[DocId], found: &mut Vec<Match<'static>>) -> Result<()> {
        let mut last = None;
        for (k, &a) in docs.iter().enumerate() {
            let start = self.first_of(a)?;
            let end = self.first_of(DocId(a.0.saturating_add(1)))?;
            // Both the partners of a page and the pages are in order.
            let mut others = docs[k + 1..].iter().peekable();
            for (at, &row) in (start..).zip(self.pairs.slice(start..end)?) {
                let b = DocId(row as u32);
                while others.next_if(|other| **other < b).is_some() {}
                if others.peek() == Some(&&b) {
                    found.extend(self.read(Pair::new(a, b), at, &mut last)?);
                }
            }
        }
        Ok(())
    }

    /// Where the pairs begin whose lesser page is this one, or a later one.
    fn first_of(&self, doc: DocId) -> Result<usize> {
        self.pairs.partition_point(0..self.pairs.len(), |&row| row >> 32 < u64::from(doc.0))
    }

    fn read(&self, pair: Pair, at: usize, last: &mut Option<PackedBlock>) -> Result<Known> {
        let read = |bytes: &[u8]| if bytes.is_empty() { Some(None) } else { Match::from_bytes(pair, bytes).map(Some) };
        self.matches.with(at, last, read)?.ok_or_else(|| damaged(&self.path, "a match is damaged"))
    }
}

/// Matches that are packed together.
const TOGETHER: usize = 64;
/// Pairs that one task looks up.
const TASK: usize = 4096;
/// Pairs that are looked up in one go.
const STRETCH: usize = 1 << 16;

fn packed(pair: Pair) -> u64 {
    u64::from(pair.a.0) << 32 | u64::from(pair.b.0)
}

/// All pairs that were measured, and those that are being measured now.
#[derive(Default)]
pub(super) struct MeasuredPairs {
    commits: Vec<Measured>,
    new: Mutex<Vec<Batch>>,
}

/// Pairs that were measured together, in order, and the matches that they came to.
struct Batch {
    pairs: Vec<Pair>,
    matches: Matches,
}

impl Batch {
    fn of(&self, pair: Pair) -> Option<Known> {
        self.pairs.binary_search(&pair).ok().map(|_| self.matches.of(pair).map(Match::into_owned))
    }
}

impl MeasuredPairs {
    /// Opens what commits have measured; nothing of it counts where another version has measured in another way.
    pub(super) fn open(folder: &Path, names: &[String], is_readable: bool) -> Result<Self> {
        let names = if is_readable { names } else { &[] };
        let commits = names.iter().map(|name| Measured::open(folder.join(name))).collect::<Result<_>>()?;
        Ok(MeasuredPairs { commits, new: Mutex::default() })
    }

    pub(super) fn check(&self) -> Result<()> {
        self.commits.iter().try_for_each(|commit| commit.pack.check())
    }

    fn new_batches(&self) -> MutexGuard<'_, Vec<Batch>> {
        self.new.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What is known of some pairs. The latest are asked first: most pairs are of pages that came lately.
    fn known(&self, pairs: &[Pair]) -> Result<Vec<Option<Known>>> {
        let mut known = vec![None; pairs.len()];
        for commit in self.commits.iter().rev() {
            let tasks = known.par_chunks_mut(TASK).zip(pairs.par_chunks(TASK));
            tasks.try_for_each(|(known, pairs)| commit.look_up(pairs, known))?;
        }
        let batches = self.new_batches();
        for (known, &pair) in known.iter_mut().zip(pairs).filter(|(known, _)| known.is_none()) {
            *known = batches.iter().find_map(|batch| batch.of(pair));
        }
        Ok(known)
    }

    /// The matches of some sorted pairs; those that nobody has measured are measured by `measure`.
    pub(super) fn matches(
        &self,
        pairs: &[Pair],
        scratch: &Scratch,
        measure: impl FnOnce(&[Pair]) -> Result<Matches>,
    ) -> Result<Matches> {
        let (mut known, mut missing) = (MatchWriter::new(pairs.len(), scratch), Vec::new());
        for some in pairs.chunks(STRETCH) {
            for (&pair, found) in some.iter().zip(self.known(some)?) {
                match found {
                    Some(Some(found)) => known.push(&found)?,
                    Some(None) => {}
                    None => missing.push(pair),
                }
            }
        }
        let known = known.finish()?;
        if missing.is_empty() {
            return Ok(known);
        }
        let measured = measure(&missing)?;
        let all = known.merged(&measured, scratch)?;
        self.new_batches().push(Batch { pairs: missing, matches: measured });
        Ok(all)
    }

    /// Writes what was measured now, with what the last packs have if these are small.
    pub(super) fn write(&self, folder: &Path, manifest: &mut Manifest) -> Result<()> {
        let batches = self.new_batches();
        let of_batch = |batch: &Batch| -> Vec<(u64, Vec<u8>)> {
            let bytes = |pair| batch.matches.of(pair).map_or_else(Vec::new, |found| found.to_bytes());
            batch.pairs.iter().map(|&pair| (packed(pair), bytes(pair))).collect()
        };
        let mut rows: Vec<(u64, Vec<u8>)> = batches.iter().flat_map(of_batch).collect();
        let sizes: Vec<usize> = self.commits.iter().map(|commit| commit.pairs.len()).chain([rows.len()]).collect();
        let stay = sizes.len() - tiers::merged(&sizes, usize::MAX);
        for commit in &self.commits[stay..] {
            let mut last = None;
            for (at, &pair) in commit.pairs.all()?.iter().enumerate() {
                rows.push((pair, commit.matches.with(at, &mut last, <[u8]>::to_vec)?));
            }
        }
        rows.par_sort_unstable();
        let name = format!("matches-{}.pack", manifest.commit);
        let mut writer = PackWriter::create(&folder.join(&name))?;
        writer.section("pairs", &rows.iter().map(|(pair, _)| *pair).collect::<Vec<_>>())?;
        writer.packed_lists("matches", TOGETHER, &rows.into_iter().map(|(_, bytes)| bytes).collect::<Vec<_>>())?;
        writer.finish()?;
        // Packs of another version of the program were not opened.
        let stay = manifest.matches.len() - (self.commits.len() - stay);
        for merged in manifest.matches.drain(stay..) {
            manifest.files.remove(&merged);
        }
        manifest.take(folder, &name)?;
        manifest.matches.push(name);
        Ok(())
    }

    /// How many pairs were measured now.
    pub(super) fn new_pairs(&self) -> usize {
        self.new_batches().iter().map(|batch| batch.pairs.len()).sum()
    }

    /// The matches among some pages, which are in order, as far as they were measured; in order.
    pub(super) fn among(&self, docs: &[DocId]) -> Result<Vec<Match<'static>>> {
        let mut found = Vec::new();
        self.commits.iter().try_for_each(|commit| commit.among(docs, &mut found))?;
        found.sort_unstable_by_key(|found| found.pair);
        Ok(found)
    }
}
