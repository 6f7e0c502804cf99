//! How much memory a run may use, and how it is divided.

use crate::config::Config;
use crate::corpus::Corpus;
use crate::error::{Error, Result};
use crate::storage::Scratch;
use crate::storage::memory::half_of_the_machine;

/// What a run takes whatever it reads: code's tables, buffers, the pages at work.
const FIXED: u64 = 64 << 20;
/// The same with the dictionary and the language model of talking points.
const FIXED_WITH_WORDS: u64 = 288 << 20;
/// Numbers that are kept in memory for every page: groups, time, rank, story, article, cluster, place.
const PER_PAGE: u64 = 112;
/// A page's counters in every thread.
const PER_PAGE_AND_THREAD: u64 = 4;
/// Lists that may be in memory at the same time, each with a share of what is left.
const SHARES: u64 = 12;

/// Where a run keeps what grows with the corpus, so that it stays within its limit. Without a limit of its own a run
/// takes up to half of the machine's memory. An error says the least that works.
pub(crate) fn scratch(corpus: &Corpus, config: &Config) -> Result<Scratch> {
    let pages = corpus.len();
    let fixed = if config.only.talking_points() { FIXED_WITH_WORDS } else { FIXED };
    let per_page = PER_PAGE + PER_PAGE_AND_THREAD * rayon::current_num_threads() as u64;
    let least = fixed + corpus.memory() + per_page * pages as u64;
    if config.memory != 0 && config.memory < least {
        return Err(Error::Memory { limit: config.memory, pages, least });
    }
    let limit = if config.memory != 0 { config.memory } else { half_of_the_machine() };
    let share = limit.saturating_sub(least) / SHARES;
    Ok(Scratch::new(corpus.scratch().to_owned(), usize::try_from(share).unwrap_or(usize::MAX)))
}
