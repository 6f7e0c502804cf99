//! What pairs of pages came to, so that no pair is measured twice: a match depends on its two bodies alone, which do not
//! change under one boilerplate model.
//!
//! ```text
//! matches-COMMIT.pack
//!   pairs    lesser page: u32 in the upper half, greater page: u32 in the lower half; in order
//!   matches  lists of bytes: the match of each pair, or nothing when the two have nothing in common
//!            match = row, passage*: 36 bytes each, both as the version of the program has them in memory; the manifest's
//!            `method` tells whether this is that version
//! ```

use super::pack::{Lists, Pack, PackWriter, Section, damaged};
use crate::candidates::Pair;
use crate::error::Result;
use crate::storage::Scratch;
use crate::types::DocId;
use crate::verify::{Match, Matches};
use rayon::prelude::*;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Matches that were measured for one commit, mapped.
struct Measured {
    path: PathBuf,
    pack: Arc<Pack>,
    pairs: Section<u64>,
    matches: Lists<u8>,
}

/// What is known of a pair: its match, or that the two have nothing in common.
type Known = Option<Match<'static>>;

impl Measured {
    fn open(path: PathBuf) -> Result<Self> {
        let pack = Pack::open(&path)?;
        let (pairs, matches) = (pack.section("pairs")?, Lists::open(&pack, "matches")?);
        Ok(Measured { path, pairs, matches, pack })
    }

    fn of(&self, pair: Pair) -> Result<Option<Known>> {
        let Some(at) = self.pairs.find(packed(pair))? else { return Ok(None) };
        let bytes = self.matches.get(at)?;
        if bytes.is_empty() {
            return Ok(Some(None));
        }
        let found = Match::from_bytes(pair, bytes).ok_or_else(|| damaged(&self.path, "a match is damaged"))?;
        Ok(Some(Some(found)))
    }
}

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

    /// What earlier commits know of a pair. The latest are asked first: most pairs are of pages that came lately.
    fn committed(&self, pair: Pair) -> Result<Option<Known>> {
        self.commits.iter().rev().find_map(|commit| commit.of(pair).transpose()).transpose()
    }

    /// The matches of some sorted pairs; those that nobody has measured are measured by `measure`.
    pub(super) fn matches(
        &self,
        pairs: &[Pair],
        scratch: &Scratch,
        measure: impl FnOnce(&[Pair]) -> Result<Matches>,
    ) -> Result<Matches> {
        let batches = self.new_batches();
        let mut known: Vec<Option<Known>> =
            pairs.par_iter().map(|&pair| self.committed(pair)).collect::<Result<_>>()?;
        for (known, &pair) in known.iter_mut().zip(pairs).filter(|(known, _)| known.is_none()) {
            *known = batches.iter().find_map(|batch| batch.of(pair));
        }
        drop(batches);
        let missing: Vec<Pair> =
            pairs.iter().zip(&known).filter(|(_, known)| known.is_none()).map(|(&pair, _)| pair).collect();
        let known = Matches::gather(known.into_iter().flatten().flatten(), scratch)?;
        if missing.is_empty() {
            return Ok(known);
        }
        let measured = measure(&missing)?;
        let all = known.merged(&measured, scratch)?;
        self.new_batches().push(Batch { pairs: missing, matches: measured });
        Ok(all)
    }

    /// Writes what was measured now.
    pub(super) fn write(&self, path: &Path) -> Result<()> {
        let batches = self.new_batches();
        let mut pairs: Vec<(Pair, usize)> =
            batches.iter().enumerate().flat_map(|(k, batch)| batch.pairs.iter().map(move |&pair| (pair, k))).collect();
        pairs.par_sort_unstable();
        let bytes =
            |&(pair, k): &(Pair, usize)| batches[k].matches.of(pair).map_or_else(Vec::new, |found| found.to_bytes());
        let mut writer = PackWriter::create(path)?;
        writer.section("pairs", &pairs.iter().map(|&(pair, _)| packed(pair)).collect::<Vec<_>>())?;
        writer.lists("matches", pairs.iter().map(bytes))?;
        writer.finish()
    }

    /// How many pairs were measured now.
    pub(super) fn new_pairs(&self) -> usize {
        self.new_batches().iter().map(|batch| batch.pairs.len()).sum()
    }

    /// The matches among some pages, which are in order, as far as they were measured.
    pub(super) fn among(&self, docs: &[DocId]) -> Result<Vec<Match<'static>>> {
        let others = |k: usize| docs[k + 1..].iter().map(move |&b| Pair::new(docs[k], b));
        let pairs: Vec<Pair> = (0..docs.len()).flat_map(others).collect();
        let known: Vec<Option<Known>> = pairs.par_iter().map(|&pair| self.committed(pair)).collect::<Result<_>>()?;
        Ok(known.into_iter().flatten().flatten().collect())
    }
}
