//! Sampled shingles and the pages that have them, in few bits: postings in the order of the hashes, 128 in a block, each the
//! difference from the hash before and the page, in as many bits as the block needs.
//!
//! ```text
//! shingles.heads  a row a block, 16 bytes: hash of its first posting in the lower 56 bits, bits of a difference in the upper
//!                 8; place of its first word
//! shingles        words of 64 bits, filled from the lowest bit: page, then difference, posting after posting
//! ```

use super::pack::{Pack, PackWriter, Section};
use super::sorted::{self, Search};
use crate::error::Result;
use bytemuck::{Pod, Zeroable};
use std::sync::Arc;

/// Postings of a block.
const BLOCK: usize = 128;
/// Where the bits of a difference begin in a head.
const BITS_AT: u32 = 56;

/// The greatest hash: of a sampled shingle the upper 36 bits are kept.
const GREATEST: u64 = (1 << 36) - 1;

/// A hash of a shingle and a page that has it.
pub(super) type Posting = (u64, u32);

#[derive(Clone, Copy, Pod, Zeroable)]
#[repr(C)]
struct Head {
    hash: u64,
    word: u64,
}

impl Head {
    fn hash(&self) -> u64 {
        self.hash & ((1 << BITS_AT) - 1)
    }
}

/// Postings, mapped.
pub(super) struct Postings {
    heads: Section<Head>,
    words: Section<u64>,
    /// How many there are, and bits of a page.
    len: usize,
    page_bits: u32,
}

/// Bits that a number below `count` takes.
fn bits_of(count: u64) -> u32 {
    u64::BITS - count.saturating_sub(1).leading_zeros()
}

impl Postings {
    /// The postings of so many pages.
    pub(super) fn open(pack: &Arc<Pack>, len: usize, pages: usize) -> Result<Self> {
        let (heads, words) = (pack.section("shingles.heads")?, pack.section("shingles")?);
        Ok(Postings { heads, words, len, page_bits: bits_of(pages as u64) })
    }

    /// How many blocks the postings take, if they are all there.
    pub(super) fn is_whole(&self) -> bool {
        self.heads.len() == self.len.div_ceil(BLOCK)
    }

    /// The postings of a block.
    fn block(&self, block: usize) -> Result<impl Iterator<Item = Posting>> {
        let head = self.heads.get(block)?;
        let (page_bits, bits) = (self.page_bits, (head.hash >> BITS_AT) as u32 + self.page_bits);
        let count = BLOCK.min(self.len - block * BLOCK);
        let first = head.word as usize;
        let words = self.words.slice(first..first.saturating_add((count * bits as usize).div_ceil(64)))?;
        let mut hash = head.hash();
        Ok((0..count).map(move |k| {
            let value = bits_at(words, k * bits as usize, bits);
            hash += value >> page_bits;
            (hash, (value & ((1 << page_bits) - 1)) as u32)
        }))
    }

    /// Calls `with` on the pages that have each of some shingles, in order.
    pub(super) fn pages(&self, hashes: &[u64], mut with: impl FnMut(&[u32])) -> Result<()> {
        let searches = hashes.iter().map(|&hash| Search::new(0..self.heads.len(), hash, GREATEST)).collect();
        let firsts = sorted::lower_bounds(searches, |looks, keys| {
            for look in looks {
                keys.push(self.heads.at(look.place)?.hash());
            }
            Ok(())
        })?;
        let mut pages = Vec::new();
        for (&hash, first) in hashes.iter().zip(firsts) {
            pages.clear();
            for block in first.saturating_sub(1)..self.heads.len() {
                if self.heads.at(block)?.hash() > hash {
                    break;
                }
                let until = self.block(block)?.take_while(|(found, _)| *found <= hash);
                pages.extend(until.filter(|(found, _)| *found == hash).map(|(_, page)| page));
            }
            with(&pages);
        }
        Ok(())
    }

    /// Calls `with` on all postings, in order.
    pub(super) fn each(&self, mut with: impl FnMut(Posting)) -> Result<()> {
        (0..self.heads.len()).try_for_each(|block| {
            self.block(block)?.for_each(&mut with);
            Ok(())
        })
    }

    /// Calls `with` on the postings from the hash `least` on, in order, as long as it is true.
    pub(super) fn each_from(&self, least: u64, mut with: impl FnMut(Posting) -> bool) -> Result<()> {
        let first = self.heads.partition_point(0..self.heads.len(), |head| head.hash() < least)?;
        for block in first.saturating_sub(1)..self.heads.len() {
            let mut postings = self.block(block)?.skip_while(|(hash, _)| *hash < least);
            if !postings.all(&mut with) {
                break;
            }
        }
        Ok(())
    }
}

/// So many bits of a list of words, at most 64.
fn bits_at(words: &[u64], at: usize, bits: u32) -> u64 {
    if bits == 0 {
        return 0;
    }
    let (word, shift) = (at / 64, (at % 64) as u32);
    let low = words[word] >> shift;
    let high = if shift + bits > 64 { words[word + 1] << (64 - shift) } else { 0 };
    (low | high) & (u64::MAX >> (64 - bits))
}

/// Writes postings, which are in order, of so many pages.
pub(super) fn write(writer: &mut PackWriter, postings: &[Posting], pages: usize) -> Result<()> {
    let page_bits = bits_of(pages as u64);
    let (mut heads, mut words) = (Vec::new(), Vec::new());
    for block in postings.chunks(BLOCK) {
        let differences = || block.iter().zip(block.iter().skip(1)).map(|(x, y)| y.0 - x.0);
        let bits = bits_of(differences().max().unwrap_or(0) + 1);
        heads.push(Head { hash: u64::from(bits) << BITS_AT | block[0].0, word: words.len() as u64 });
        let mut packer = Packer { words: &mut words, used: 64 };
        for (difference, &(_, page)) in std::iter::once(0).chain(differences()).zip(block) {
            packer.push(difference << page_bits | u64::from(page), bits + page_bits);
        }
    }
    writer.section("shingles.heads", &heads)?;
    writer.section("shingles", &words)
}

/// Fills words with bits.
struct Packer<'w> {
    words: &'w mut Vec<u64>,
    /// Bits of the last word that are used.
    used: u32,
}

impl Packer<'_> {
    fn push(&mut self, value: u64, bits: u32) {
        if bits == 0 {
            return;
        }
        if self.used == 64 {
            self.words.push(0);
            self.used = 0;
        }
        let last = self.words.len() - 1;
        self.words[last] |= value << self.used;
        let room = 64 - self.used;
        if bits > room {
            self.words.push(value >> room);
            self.used = bits - room;
        } else {
            self.used += bits;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(folder: &std::path::Path, postings: &[Posting], pages: usize) -> Postings {
        let path = folder.join(format!("{}-{pages}.pack", postings.len()));
        let mut writer = PackWriter::create(&path).unwrap();
        write(&mut writer, postings, pages).unwrap();
        writer.finish().unwrap();
        Postings::open(&Pack::open(&path).unwrap(), postings.len(), pages).unwrap()
    }

    #[test]
    fn postings_come_back_and_are_found_by_their_hash() {
        let folder = tempfile::tempdir().unwrap();
        let mut state = 9u64;
        let mut next = |below: u64| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 20) % below
        };
        for (count, pages, hashes) in [(0, 5, 9), (1, 1, 1 << 36), (700, 3, 40), (5000, 100_000, 1 << 36), (300, 1, 2)]
        {
            let mut postings: Vec<Posting> = (0..count).map(|_| (next(hashes), next(pages as u64) as u32)).collect();
            postings.sort_unstable();
            let read = written(folder.path(), &postings, pages);
            assert!(read.is_whole());
            let mut all = Vec::new();
            read.each(|posting| all.push(posting)).unwrap();
            assert_eq!(all, postings);
            for (least, greatest) in [(0, hashes / 2), (hashes / 3, hashes / 2), (hashes, hashes)] {
                let mut some = Vec::new();
                let taken = |posting: Posting| {
                    let is_within = posting.0 <= greatest;
                    some.extend(is_within.then_some(posting));
                    is_within
                };
                read.each_from(least, taken).unwrap();
                let expected = postings.iter().copied().filter(|(hash, _)| (least..=greatest).contains(hash));
                assert_eq!(some, expected.collect::<Vec<_>>());
            }
            let asked: Vec<u64> = postings.iter().step_by(7).map(|p| p.0).chain([u64::MAX >> 8]).collect();
            let with_hash = |hash: u64| postings.iter().filter(move |p| p.0 == hash).map(|p| p.1).collect();
            let expected: Vec<Vec<u32>> = asked.iter().map(|&hash| with_hash(hash)).collect();
            let mut found = Vec::new();
            read.pages(&asked, |pages| found.push(pages.to_vec())).unwrap();
            assert_eq!(found, expected);
        }
    }

    #[test]
    fn the_bits_are_those_of_the_format_page() {
        let folder = tempfile::tempdir().unwrap();
        let read = written(folder.path(), &[(5, 1), (9, 0)], 2);
        let head = read.heads.get(0).unwrap();
        assert_eq!((head.hash, head.word, read.heads.len()), (3 << 56 | 5, 0, 1));
        // A bit for the page and three for the difference: page 1, difference 0, then page 0, difference 4.
        assert_eq!(read.words.all().unwrap(), [0x81]);
    }

    #[test]
    fn a_posting_takes_few_bits() {
        let folder = tempfile::tempdir().unwrap();
        let postings: Vec<Posting> = (0..100_000u64).map(|k| (k * 30_000, (k * 7919 % 50_000) as u32)).collect();
        let read = written(folder.path(), &postings, 50_000);
        // 16 bits a page, 15 a difference.
        assert!(8 * read.words.len() < 4 * postings.len());
    }
}
