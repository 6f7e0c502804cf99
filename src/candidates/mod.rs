//! Propose pairs worth checking: texts that are equal, share a band of MinHash, differ in few simhash bits, or
//! share several rare sampled shingles. A proposal is no verdict; only `verify` makes an edge.

mod bands;
mod buckets;
mod equal;
mod hamming;
pub mod partitions;
mod sampled_shingles;
mod shared;

use crate::error::Result;
use crate::signature::Signatures;
use crate::storage::UnionFind;
use crate::storage::stage_files::{StageReader, StageWriter};
use crate::storage::{Column, Scratch};
use crate::types::DocId;
use buckets::{AlikePairs, BucketContext, BucketRank, FEW};
use bytemuck::{Pod, Zeroable};
use rayon::prelude::*;
pub(crate) use sampled_shingles::KeptSamples;
use serde::Serialize;

/// A pair of documents, the lesser first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Pod, Zeroable)]
#[repr(C)]
pub struct Pair {
    /// The lesser document.
    pub a: DocId,
    /// The greater document.
    pub b: DocId,
}

impl Pair {
    /// The pair of two different documents, in either order.
    pub fn new(x: DocId, y: DocId) -> Self {
        debug_assert_ne!(x, y);
        if x < y { Pair { a: x, b: y } } else { Pair { a: y, b: x } }
    }

    fn packed(self) -> u64 {
        pack(self.a.0, self.b.0)
    }

    fn unpacked(packed: u64) -> Self {
        Pair { a: DocId((packed >> 32) as u32), b: DocId(packed as u32) }
    }
}

/// A pair of documents, the lesser first, in one number.
fn pack(a: u32, b: u32) -> u64 {
    u64::from(a) << 32 | u64::from(b)
}

/// The sources of candidate pairs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CandidateSource {
    /// The bodies are equal, unit for unit.
    Equal,
    /// A band of MinHash is equal.
    Bands,
    /// The simhashes differ in at most three bits.
    Hamming,
    /// Several rare sampled shingles are shared.
    Rare,
}

/// All sources, in the order in which they are asked.
pub const SOURCES: [CandidateSource; 4] =
    [CandidateSource::Equal, CandidateSource::Bands, CandidateSource::Hamming, CandidateSource::Rare];

/// What one source found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct SourceCount {
    /// Pairs it proposed.
    pub proposed: u64,
    /// Pairs that no other source proposed.
    pub only: u64,
}

/// Pairs to verify, sorted and without repeats, and what each source proposed.
#[derive(Debug, Default)]
pub struct Candidates {
    /// The pairs, in order.
    pub pairs: Column<Pair>,
    /// The story of each document: documents that are probably copies of one text have the same number.
    pub stories: Vec<u32>,
    /// By source, in the order of [`SOURCES`].
    pub sources: [SourceCount; 4],
    /// Pairs proposed but left out because both their documents have closer partners enough.
    pub bounded: u64,
}

impl Candidates {
    /// Writes all pairs to the file of a stage.
    pub(crate) fn save(&self, to: &mut StageWriter) -> Result<()> {
        to.column(&self.pairs)?;
        to.column(&self.stories)?;
        to.column(&self.sources.map(|count| [count.proposed, count.only]))?;
        to.number(self.bounded)
    }

    /// Reads what [`Candidates::save`] wrote.
    pub(crate) fn load(from: &mut StageReader) -> Result<Self> {
        let (pairs, stories) = (from.column()?, from.column::<u32>()?.to_vec());
        let counts = from.column::<[u64; 2]>()?;
        let mut sources = [SourceCount::default(); 4];
        sources.iter_mut().zip(&*counts).for_each(|(count, &[proposed, only])| *count = SourceCount { proposed, only });
        Ok(Candidates { pairs, stories, sources, bounded: from.number()? })
    }
}

/// Proposes the pairs of a corpus. `order` gives each document a number that does not depend on its place in
/// the input, so that the pairs are the same in any order.
///
/// Documents of equal bodies are represented by one of them in the other sources. Buckets of up to twelve propose all
/// their pairs; larger ones (much reprinted stories, templates) pair every member with two centres and its two nearest
/// neighbours by signature, so cost grows with the bucket, not with its square. Those of shingles pair every member
/// with the two shortest texts as well, which others may contain whole.
/// Memory: some 17 bytes a document, and lists of 8 bytes for each band and each sampled shingle of a document and
/// for each proposal, and of 4 bytes for each that bands make, of which one share each is in memory and the rest on disk.
pub fn propose(
    signatures: &mut Signatures,
    order: &(dyn Fn(DocId) -> u64 + Sync),
    scratch: &Scratch,
) -> Result<Candidates> {
    propose_by(signatures, order, scratch, |signatures, known| {
        let samples = sampled_shingles::Samples::take(signatures, known.is_representative, scratch)?;
        sampled_shingles::pairs(samples, &known.corpus(signatures), known.stories)
    })
}

/// The same for signatures without samples, which are kept in the order of their hashes.
pub(crate) fn propose_by_kept(
    signatures: &mut Signatures,
    samples: &impl KeptSamples,
    order: &(dyn Fn(DocId) -> u64 + Sync),
    scratch: &Scratch,
) -> Result<Candidates> {
    propose_by(signatures, order, scratch, |signatures, known| {
        sampled_shingles::pairs_of_kept(samples, &known.corpus(signatures), known.stories)
    })
}

/// What is known when texts that share shingles are looked for.
struct Known<'k> {
    is_representative: &'k [bool],
    rank: &'k BucketRank,
    scratch: &'k Scratch,
    stories: &'k [u32],
}

impl Known<'_> {
    fn corpus<'c>(&'c self, signatures: &'c Signatures) -> BucketContext<'c> {
        let Known { is_representative, rank, scratch, .. } = *self;
        BucketContext { signatures, is_representative, rank, scratch }
    }
}

/// Proposes pairs; `rare` finds those that share sampled shingles.
fn propose_by(
    signatures: &mut Signatures,
    order: &(dyn Fn(DocId) -> u64 + Sync),
    scratch: &Scratch,
    rare: impl FnOnce(&mut Signatures, &Known) -> Result<Column<u64>>,
) -> Result<Candidates> {
    let rank = BucketRank::new(signatures, order, scratch)?;
    let (equal, is_representative) = equal::pairs(signatures, &rank, scratch)?;
    let corpus = BucketContext { signatures, is_representative: &is_representative, rank: &rank, scratch };
    let bands = bands::pairs(&corpus)?;
    let hamming = hamming::pairs(&corpus)?;
    let stories = stories(signatures, &bands, &hamming);
    let known = Known { is_representative: &is_representative, rank: &rank, scratch, stories: &stories };
    let rare = rare(signatures, &known)?;
    let corpus = known.corpus(signatures);
    let (all, sources) = merge([&equal, &bands.pairs, &hamming, &rare], scratch)?;
    drop((equal, hamming, rare));
    let pairs = buckets::bound_partners(&all, &corpus, (&stories, &bands))?;
    Ok(Candidates { bounded: (all.len() - pairs.len()) as u64, pairs, stories, sources })
}

/// Proposes pairs of equal bodies and nothing else, every one with the same document of its body.
pub fn propose_equal(
    signatures: &Signatures,
    order: &(dyn Fn(DocId) -> u64 + Sync),
    scratch: &Scratch,
) -> Result<Candidates> {
    let (equal, _) = equal::pairs(signatures, &BucketRank::new(signatures, order, scratch)?, scratch)?;
    let (all, sources) = merge([&equal, &[], &[], &[]], scratch)?;
    let mut pairs = scratch.column();
    all.iter().try_for_each(|&pair| pairs.push(Pair::unpacked(pair)))?;
    let stories = (0..signatures.len() as u32).collect();
    Ok(Candidates { pairs: pairs.finish()?, stories, sources, bounded: 0 })
}

/// Estimated resemblance above which two documents are probably copies.
const PROBABLY_COPIED: f32 = 0.3;

/// Pairs whose resemblance is estimated in one go.
const ESTIMATED: usize = 1 << 20;

/// What probable copies connect.
fn stories(signatures: &Signatures, bands: &AlikePairs, hamming: &[u64]) -> Vec<u32> {
    let mut union = UnionFind::new(signatures.len());
    let docs = |pair: u64| ((pair >> 32) as u32, pair as u32);
    for (&pair, _) in bands.pairs.iter().zip(&*bands.agreements).filter(|(_, agreement)| **agreement > PROBABLY_COPIED)
    {
        let (a, b) = docs(pair);
        union.join(a, b);
    }
    for some in hamming.chunks(ESTIMATED) {
        // Most are of one story already.
        let pairs: Vec<u64> = some.iter().copied().filter(|&pair| !union.joins(docs(pair))).collect();
        let copies = |few| {
            let alike = bands.around(few);
            few.iter().copied().filter(move |&pair| alike.agreement(pair, signatures) > PROBABLY_COPIED)
        };
        let pairs: Vec<u64> = pairs.par_chunks(FEW).flat_map_iter(copies).collect();
        pairs.into_iter().map(docs).for_each(|(a, b)| union.join(a, b));
    }
    (0..signatures.len() as u32).map(|doc| union.root(doc)).collect()
}

/// All pairs once, sorted, and what each source proposed and what it alone proposed. Every list is sorted and
/// without repeats.
fn merge(found: [&[u64]; 4], scratch: &Scratch) -> Result<(Column<u64>, [SourceCount; 4])> {
    let mut all = scratch.column_of(found.iter().map(|pairs| pairs.len()).sum());
    let mut sources = [SourceCount::default(); 4];
    let mut at = [0usize; 4];
    while let Some(next) = (0..4).filter_map(|r| found[r].get(at[r])).min().copied() {
        let has = |r: usize, at: &[usize; 4]| found[r].get(at[r]) == Some(&next);
        let alone = (0..4).filter(|&r| has(r, &at)).count() == 1;
        for source in 0..4 {
            if has(source, &at) {
                sources[source].proposed += 1;
                sources[source].only += u64::from(alone);
                at[source] += 1;
            }
        }
        all.push(next)?;
    }
    Ok((all.finish()?, sources))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::signature::signed;

    fn words(seed: u64, length: usize) -> Vec<u32> {
        let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
        (0..length)
            .map(|_| {
                state ^= state << 13;
                state ^= state >> 7;
                state ^= state << 17;
                0x4E00 + (state % 5000) as u32
            })
            .collect()
    }

    fn propose_texts(texts: &[Vec<u32>]) -> Candidates {
        propose_within(texts, usize::MAX)
    }

    fn propose_within(texts: &[Vec<u32>], share: usize) -> Candidates {
        let order = |doc: DocId| u64::from(doc.0).wrapping_mul(0x1234_5678_9ABC_DEF1);
        propose(&mut signed(texts.to_vec()), &order, &Scratch::new(std::env::temp_dir(), share)).unwrap()
    }

    #[test]
    fn the_same_pairs_are_found_within_any_memory() {
        let mut texts: Vec<Vec<u32>> = (0..400).map(|k| words(k / 5 + 1, 300 + (k % 7) as usize)).collect();
        texts.iter_mut().enumerate().for_each(|(k, text)| text[k % 250] = k as u32);
        texts.extend((0..40).map(|k| [words(k + 1, 90), words(k + 900, 200)].concat()));
        let (free, tight) = (propose_within(&texts, usize::MAX), propose_within(&texts, 1));
        assert!(*free.pairs == *tight.pairs && free.pairs.len() > 400);
        assert_eq!((free.stories, free.sources), (tight.stories, tight.sources));
    }

    /// The samples of every third document in a list.
    struct Lists(Vec<Vec<(u64, u32)>>, Vec<u32>);

    impl Lists {
        fn of(signatures: &Signatures) -> Self {
            let docs = || 0..signatures.len() as u32;
            let of_doc = |doc: u32| signatures.sample(doc).iter().map(move |&hash| (hash & !0xFFF_FFFF, doc));
            let list = |number: u32| {
                let mut list: Vec<(u64, u32)> = docs().filter(|doc| doc % 3 == number).flat_map(of_doc).collect();
                list.sort_unstable();
                list
            };
            Lists((0..3).map(list).collect(), docs().map(|doc| signatures.sample(doc).len() as u32).collect())
        }
    }

    impl KeptSamples for Lists {
        fn lists(&self) -> usize {
            self.0.len()
        }

        fn hashes(&self, list: usize, least: u64, mut with: impl FnMut(u64, u32) -> bool) -> Result<()> {
            self.0[list].iter().filter(|(hash, _)| *hash >= least).all(|&(hash, doc)| with(hash, doc));
            Ok(())
        }

        fn lengths(&self) -> Result<Vec<u32>> {
            Ok(self.1.clone())
        }
    }

    #[test]
    fn samples_that_are_kept_elsewhere_propose_the_same_pairs() {
        let bodies = partitions::tests::bodies();
        let order = |doc: DocId| u64::from(doc.0).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        for share in [usize::MAX, 1 << 12] {
            let scratch = Scratch::new(std::env::temp_dir(), share);
            let mut signatures = signed(bodies.clone());
            let lists = Lists::of(&signatures);
            let expected = propose(&mut signatures, &order, &scratch).unwrap();
            let found = propose_by_kept(&mut signatures, &lists, &order, &scratch).unwrap();
            assert!(*found.pairs == *expected.pairs && found.pairs.len() > 500);
            assert_eq!((found.stories, found.sources), (expected.stories, expected.sources));
        }
    }

    fn proposes(candidates: &Candidates, x: u32, y: u32) -> bool {
        candidates.pairs.contains(&Pair::new(DocId(x), DocId(y)))
    }

    #[test]
    fn equal_edited_and_contained_texts_are_proposed_and_strangers_are_not() {
        let story = words(1, 600);
        let mut edited = story.clone();
        edited[100] = 1;
        edited[400] = 2;
        let cut = story[50..250].to_vec();
        let mut host = words(2, 900);
        host.extend_from_slice(&story[..150]);
        let texts = vec![story.clone(), story, edited, cut, host, words(3, 600), vec![], vec![]];
        let found = propose_texts(&texts);
        assert!(proposes(&found, 0, 1) && (proposes(&found, 0, 2) || proposes(&found, 1, 2)));
        assert!(proposes(&found, 0, 3) || proposes(&found, 1, 3));
        assert!(proposes(&found, 0, 4) || proposes(&found, 1, 4));
        assert!(found.pairs.iter().all(|p| p.a.0 < 5 && p.b.0 < 5), "{:?}", found.pairs);
        assert_eq!(found.sources[0], SourceCount { proposed: 1, only: 1 });
    }

    #[test]
    fn the_pairs_are_the_same_in_whatever_order_the_documents_stand() {
        let bodies = partitions::tests::bodies();
        let last = bodies.len() as u32 - 1;
        let pairs = |bodies: Vec<Vec<u32>>, number: &(dyn Fn(u32) -> u32 + Sync)| -> std::collections::BTreeSet<Pair> {
            let order = |doc: DocId| u64::from(number(doc.0)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
            let found = propose(&mut signed(bodies), &order, &Scratch::default()).unwrap();
            found.pairs.iter().map(|p| Pair::new(DocId(number(p.a.0)), DocId(number(p.b.0)))).collect()
        };
        let forward = pairs(bodies.clone(), &|doc| doc);
        let backward = pairs(bodies.into_iter().rev().collect(), &|doc| last - doc);
        assert!(forward.len() > 500);
        assert_eq!(forward, backward);
    }

    #[test]
    fn a_much_reprinted_story_costs_its_length_not_its_square() {
        let story = words(9, 400);
        let texts: Vec<Vec<u32>> = (0..300)
            .map(|k| {
                let mut copy = story.clone();
                copy[k] = 7;
                copy.truncate(250 + k / 2);
                copy
            })
            .collect();
        let found = propose_texts(&texts);
        assert!(found.pairs.len() < 300 * 24, "{} pairs", found.pairs.len());
        let mut partners = vec![0; 300];
        found.pairs.iter().for_each(|p| {
            partners[p.a.index()] += 1;
            partners[p.b.index()] += 1;
        });
        assert!(partners.iter().all(|&n| n > 0), "a copy was lost");
    }

    #[test]
    fn a_text_in_dozens_of_articles_is_found_in_each_of_them() {
        let (official, brief) = (words(50, 200), words(51, 30));
        let mut texts: Vec<Vec<u32>> = (0..40).map(|k| [words(100 + k, 500), official.clone()].concat()).collect();
        texts.push([brief, official].concat());
        let found = propose_texts(&texts);
        assert!((0..40).all(|article| proposes(&found, article, 40)));
    }

    #[test]
    fn a_form_that_hundreds_fill_in_costs_its_number_not_its_square() {
        let form = words(60, 120);
        let texts: Vec<Vec<u32>> = (0..300).map(|k| [words(400 + k, 300), form.clone()].concat()).collect();
        assert!(propose_texts(&texts).pairs.len() < 300 * 12);
    }

    #[test]
    fn copies_cut_alike_keep_the_longest_text_of_their_story() {
        let story = words(9, 600);
        let changed = |k: usize, length: usize| {
            let mut copy = story[..length].to_vec();
            copy[k * 7 % 200] = 7;
            copy
        };
        let texts: Vec<Vec<u32>> = (0..30).map(|k| changed(k, if k < 15 { 600 } else { 330 })).collect();
        let found = propose_texts(&texts);
        let joined = |cut: u32| (0..15).any(|whole| proposes(&found, whole, cut));
        assert!((15..30).all(joined), "a cut copy lost the whole ones");
    }
}
