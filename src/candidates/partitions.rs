//! The same sources where no one place sees the whole corpus: buckets come one by one, and what else is to be known of a
//! pair has been brought to it. Documents go by their order here, a number that does not depend on any input.

pub use super::buckets::first_slots;
use super::buckets::{self, Key, SMALL, is_crowded, needed, pairs_of};
use super::{PROBABLY_COPIED, bands, hamming, sampled_shingles};
use crate::signature::{MinHash, Signatures, agreement};
use rustc_hash::FxHashMap;
use std::cmp::Reverse;

const HAMMING: u64 = 1 << 60;
const RARE: u64 = 2 << 60;

/// The keys of the buckets that a document belongs to, each source's in a range of its own. Empty bodies have none.
pub fn keys(signatures: &Signatures, doc: u32) -> Vec<u64> {
    if signatures.units(doc) == 0 {
        return Vec::new();
    }
    let (minhash, simhash) = (signatures.minhash(doc), signatures.simhash(doc));
    let band = |band: usize| (band as u64) << 32 | u64::from(bands::key(minhash, band));
    let block = |block: u32| HAMMING | u64::from(block) << 16 | u64::from(hamming::key(simhash, block));
    let shingle = |&hash: &u64| {
        let [part, key] = sampled_shingles::key(hash);
        RARE | u64::from(part) << 32 | u64::from(key)
    };
    let blocks = (0..if has_blocks(signatures.units(doc)) { hamming::BLOCKS } else { 0 }).map(block);
    (0..bands::BANDS).map(band).chain(blocks).chain(signatures.sample(doc).iter().map(shingle)).collect()
}

/// Groups of buckets: those of one band, of one block of simhashes, or of one part of the sampled shingles.
const GROUPS: usize = BANDS + BLOCKS + sampled_shingles::PARTS;
/// The groups of sampled shingles.
pub(crate) const SHINGLE_GROUPS: std::ops::Range<usize> = GROUPS - sampled_shingles::PARTS..GROUPS;

/// Groups of bands, which come first, and of blocks of simhashes, which come next.
pub(crate) const BANDS: usize = bands::BANDS;
pub(crate) const BLOCKS: usize = hamming::BLOCKS as usize;

/// True for the group of a band of MinHash.
pub(crate) fn is_band(group: usize) -> bool {
    group < BANDS
}

/// What is left of the key of a band in its group.
pub(crate) fn band_key(minhash: &MinHash, band: usize) -> u32 {
    bands::key(minhash, band)
}

/// What is left of the key of a block of a simhash in its group.
pub(crate) fn block_key(simhash: u64, block: usize) -> u32 {
    hamming::key(simhash, block as u32)
}

/// True for documents of so many units that have blocks of simhashes.
pub(crate) fn has_blocks(units: u32) -> bool {
    units > hamming::SHORT
}

/// The group of a key, and what is left of the key in it.
pub(crate) fn group(key: u64) -> (usize, u32) {
    match key {
        RARE.. => (SHINGLE_GROUPS.start + ((key - RARE) >> 32) as usize, key as u32),
        HAMMING.. => (bands::BANDS + ((key - HAMMING) >> 16) as usize, key as u32 & 0xFFFF),
        _ => ((key >> 32) as usize, key as u32),
    }
}

/// A hash of a sampled shingle, by its group and key: as much of it as candidates are found by.
pub(crate) fn sampled_hash(group: usize, key: u32) -> u64 {
    ((group - SHINGLE_GROUPS.start) as u64) << 60 | u64::from(key) << 28
}

/// True for simhashes that propose a pair.
pub(crate) fn are_near(x: u64, y: u64) -> bool {
    hamming::are_near(x, y)
}

/// A document of a bucket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BucketMember {
    /// Its order.
    pub order: u64,
    /// Units of its body.
    pub units: u32,
    /// See [`first_slots`].
    pub slots: [u32; 2],
    /// Its simhash.
    pub simhash: u64,
}

/// By what two documents of a bucket meet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Meeting {
    /// A band is equal.
    pub band: bool,
    /// The simhashes are near.
    pub near: bool,
    /// How many rare shingles they share.
    pub shared: u32,
}

impl Meeting {
    /// Adds what other buckets say of the same two.
    pub fn add(&mut self, more: Meeting) {
        self.band |= more.band;
        self.near |= more.near;
        self.shared += more.shared;
    }

    /// False for two that share too little for a proposal, whatever their signatures are.
    pub fn may_propose(&self) -> bool {
        self.band || self.near || self.shared >= sampled_shingles::FEWEST
    }
}

/// Calls `with` on pairs of the documents of one bucket, each once; the key shows the source. A document that is there
/// twice counts once; the same are side by side.
pub fn pairs_of_bucket(
    key: u64,
    members: &mut Vec<BucketMember>,
    mut with: impl FnMut(&BucketMember, &BucketMember, Meeting),
) {
    members.dedup_by_key(|member| member.order);
    let (kind, small, meeting) = match key {
        RARE.. => (Key::Shingle, SMALL, Meeting { shared: 1, ..Meeting::default() }),
        HAMMING.. => (Key::Signature, hamming::HUGE, Meeting { near: true, ..Meeting::default() }),
        _ => (Key::Signature, SMALL, Meeting { band: true, ..Meeting::default() }),
    };
    let mut propose = |x: u32, y: u32| {
        let (x, y) = (&members[x as usize], &members[y as usize]);
        if !meeting.near || hamming::are_near(x.simhash, y.simhash) {
            with(x, y, meeting);
        }
    };
    let places = 0..members.len() as u32;
    if members.len() > small {
        let sort_key = |place: u32| {
            let BucketMember { order, units, slots, .. } = members[place as usize];
            (slots, (u32::MAX - units, order))
        };
        pairs_of(kind, places, &sort_key, propose);
    } else {
        places.for_each(|y| (0..y).for_each(|x| propose(x, y)));
    }
}

/// What all buckets together say of a pair.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Proposal {
    /// By what the two meet.
    pub meeting: Meeting,
    /// In how much of their MinHashes they agree.
    pub agreement: f32,
    /// How many sampled shingles each has.
    pub samples: [u32; 2],
}

impl Proposal {
    /// The proposal of two documents that meet.
    pub fn new(meeting: Meeting, minhashes: [&MinHash; 2], samples: [u32; 2]) -> Self {
        let agreement = agreement(minhashes[0], minhashes[1]);
        let agrees = agreement >= bands::LEAST_AGREEMENT;
        let (band, near) = (meeting.band && agrees, meeting.near && agrees);
        Proposal { meeting: Meeting { band, near, ..meeting }, agreement, samples }
    }

    /// True when the signatures as wholes propose the pair.
    pub fn is_alike(&self) -> bool {
        self.meeting.band || self.meeting.near
    }

    /// True when the two are probably copies, and so of one story.
    pub fn is_copy(&self) -> bool {
        self.is_alike() && self.agreement > PROBABLY_COPIED
    }

    /// True when enough rare shingles are shared.
    pub fn shares_enough(&self) -> bool {
        sampled_shingles::is_enough(self.meeting.shared, self.samples)
    }

    /// True when the shared shingles are those of a passage at most, if the two are of different stories.
    pub fn is_passage(&self) -> bool {
        sampled_shingles::is_passage(self.meeting.shared, self.samples)
    }

    /// How much the signatures differ, in thousandths.
    pub fn apart(&self) -> u32 {
        buckets::apart(self.agreement)
    }
}

/// A proposal of two documents, when the story of each is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StoryPair {
    /// The signatures as wholes propose it.
    pub alike: bool,
    /// Enough rare shingles are shared.
    pub enough: bool,
    /// Those of a passage at most, if the two are of different stories.
    pub passage: bool,
    /// The two are of one story.
    pub one_story: bool,
}

impl StoryPair {
    /// True when the two share a passage only: each needs its closest in every other story, see [`closest`].
    pub fn is_passage_only(&self) -> bool {
        self.enough && self.passage && !self.one_story
    }

    /// True when the pair counts whatever other pairs there are of the two; if they are of one story, see [`bounded`].
    pub fn is_sure(&self) -> bool {
        self.alike || self.enough && !self.is_passage_only()
    }
}

/// A document that shares a passage with the one in question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PassagePartner {
    /// Its order.
    pub order: u64,
    /// Its story.
    pub story: u64,
    /// Units of its body.
    pub units: u32,
    /// How many rare shingles the two share.
    pub shared: u32,
}

/// Of the partners of one document the closest of each story: the one that shares most, of equal ones the longest.
pub fn closest(partners: &mut [PassagePartner]) -> impl Iterator<Item = &PassagePartner> {
    partners.sort_unstable_by_key(|p| (p.story, Reverse(p.shared), Reverse(p.units), p.order));
    sampled_shingles::first_of_each(partners, |p| p.story)
}

/// A proposal of two documents of one story.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NearPair {
    /// The orders of the two.
    pub pair: [u64; 2],
    /// Units of their bodies.
    pub units: [u32; 2],
    /// How much their signatures differ, see [`Proposal::apart`].
    pub apart: u32,
}

/// A vote of a document for a doubtful partner; the closest sorts first.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct NearVote {
    doc: u64,
    apart: u32,
    rank: (Reverse<u32>, u64),
}

/// The pairs of one story without those that [`super::propose`] leaves out: both documents have many partners, and neither
/// needs the other. A pair may come twice.
pub fn bounded(pairs: &[NearPair]) -> Vec<[u64; 2]> {
    let mut partners: FxHashMap<u64, u32> = FxHashMap::default();
    pairs.iter().flat_map(|near| near.pair).for_each(|doc| *partners.entry(doc).or_default() += 1);
    let doubtful = |near: &&NearPair| near.pair.iter().all(|doc| is_crowded(partners[doc]));
    let (doubted, sure): (Vec<&NearPair>, Vec<&NearPair>) = pairs.iter().partition(doubtful);
    let vote = |near: &NearPair, of: usize| {
        let (doc, other) = (near.pair[of], 1 - of);
        NearVote { doc, apart: near.apart, rank: (Reverse(near.units[other]), near.pair[other]) }
    };
    let mut votes: Vec<NearVote> = doubted.into_iter().flat_map(|near| [vote(near, 0), vote(near, 1)]).collect();
    votes.sort_unstable();
    let voted = votes.chunk_by(|x, y| x.doc == y.doc).flat_map(|of_one| needed(of_one, |vote| vote.rank));
    let voted = voted.map(|vote| (vote.doc, vote.rank.1)).map(|(x, y)| [x.min(y), x.max(y)]);
    sure.into_iter().map(|near| near.pair).chain(voted).collect()
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::candidates::buckets::{BucketContext, BucketRank};
    use crate::candidates::{equal, propose};
    use crate::signature::signed;
    use crate::storage::{Scratch, UnionFind};
    use crate::types::DocId;
    use std::collections::{BTreeMap, BTreeSet};

    /// Stories of 40 pages and more that share passages, so that some buckets are large and some small.
    pub(in crate::candidates) fn bodies() -> Vec<Vec<u32>> {
        let word =
            |story: u32, at: u32| story.wrapping_mul(0x9E37_79B9).wrapping_add(at.wrapping_mul(0x85EB_CA6B)) >> 8;
        let copy = |k: u32| {
            let story = if k < 50 { 0 } else { 1 + k % 37 };
            let own = (0..150 + k % 90).map(move |at| if at % 97 == k % 97 { k } else { word(story, at) });
            let passage = (0..40 * u32::from(k.is_multiple_of(5))).map(|at| word(99, at));
            own.chain(passage).collect()
        };
        (0..240).map(copy).chain([Vec::new(), (0..6).collect(), (0..6).collect()]).collect()
    }

    /// What all buckets together say of each pair that meets.
    fn met(signatures: &Signatures, is_representative: &[bool]) -> BTreeMap<[u32; 2], Meeting> {
        let mut buckets: BTreeMap<u64, Vec<BucketMember>> = BTreeMap::new();
        for doc in (0..signatures.len() as u32).filter(|&doc| is_representative[doc as usize]) {
            let slots = first_slots(signatures.minhash(doc));
            let (units, simhash) = (signatures.units(doc), signatures.simhash(doc));
            for key in keys(signatures, doc) {
                buckets.entry(key).or_default().push(BucketMember { order: doc.into(), units, slots, simhash });
            }
        }
        assert!(buckets.values().any(|members| members.len() > SMALL));
        let mut met: BTreeMap<[u32; 2], Meeting> = BTreeMap::new();
        for (&key, members) in &mut buckets {
            pairs_of_bucket(key, members, |x, y, meeting| {
                let pair = [x.order.min(y.order) as u32, x.order.max(y.order) as u32];
                met.entry(pair).or_default().add(meeting);
            });
        }
        met
    }

    fn proposal(signatures: &Signatures, pair: [u32; 2], meeting: Meeting) -> Proposal {
        let samples = pair.map(|doc| signatures.sample(doc).len() as u32);
        Proposal::new(meeting, pair.map(|doc| signatures.minhash(doc)), samples)
    }

    #[test]
    fn story_by_story_and_page_by_page_the_pairs_are_those_of_the_whole_corpus() {
        // Six stories more, of two copies each, have a passage in common.
        let text = |seed: u32, units: u32| (0..units).map(move |at| (seed << 16 | at).wrapping_mul(0x9E37_79B9) >> 8);
        let quoting = |k: u32| -> Vec<u32> { text(200 + k / 2, 600).chain([k]).chain(text(300, 100)).collect() };
        let mut signatures = signed(bodies().into_iter().chain((0..12).map(quoting)));
        let (count, scratch) = (signatures.len() as u32, Scratch::default());
        let order = |doc: DocId| u64::from(doc.0);
        let rank = BucketRank::new(&signatures, &order, &scratch).unwrap();
        let (equal, is_representative) = equal::pairs(&signatures, &rank, &scratch).unwrap();
        let proposals: Vec<([u32; 2], Proposal)> = met(&signatures, &is_representative)
            .into_iter()
            .filter(|(_, meeting)| meeting.may_propose())
            .map(|(pair, meeting)| (pair, proposal(&signatures, pair, meeting)))
            .collect();
        let mut union = UnionFind::new(count as usize);
        proposals.iter().filter(|(_, p)| p.is_copy()).for_each(|([a, b], _)| union.join(*a, *b));
        let stories: Vec<u32> = (0..count).map(|doc| union.root(doc)).collect();
        let mut found: BTreeSet<[u64; 2]> = equal.iter().map(|&packed| [packed >> 32, packed & 0xFFFF_FFFF]).collect();
        let (mut near, mut passages): (BTreeMap<u32, Vec<NearPair>>, BTreeMap<u32, Vec<PassagePartner>>) =
            Default::default();
        for (pair, proposal) in &proposals {
            let [story, other_story] = pair.map(|doc| stories[doc as usize]);
            let (alike, enough, passage) = (proposal.is_alike(), proposal.shares_enough(), proposal.is_passage());
            let known = StoryPair { alike, enough, passage, one_story: story == other_story };
            let (orders, units) = (pair.map(u64::from), pair.map(|doc| signatures.units(doc)));
            match known.is_sure() {
                true if known.one_story => {
                    near.entry(story).or_default().push(NearPair { pair: orders, units, apart: proposal.apart() });
                }
                true => drop(found.insert(orders)),
                false => {}
            }
            if known.is_passage_only() {
                for (doc, other) in [(0, 1), (1, 0)] {
                    passages.entry(pair[doc]).or_default().push(PassagePartner {
                        order: orders[other],
                        story: stories[pair[other] as usize].into(),
                        units: units[other],
                        shared: proposal.meeting.shared,
                    });
                }
            }
        }
        let sorted = |x: u64, y: u64| [x.min(y), x.max(y)];
        assert!(near.values().any(|pairs| bounded(pairs).len() < pairs.len()));
        found.extend(near.values().flat_map(|pairs| bounded(pairs)));
        for (&page, partners) in &mut passages {
            found.extend(closest(partners).map(|partner| sorted(page.into(), partner.order)));
        }
        let expected = propose(&mut signatures, &order, &scratch).unwrap();
        assert!(expected.bounded > 0 && !passages.is_empty());
        let expected = expected.pairs.iter().map(|pair| [pair.a.0.into(), pair.b.0.into()]);
        assert_eq!(found, expected.collect());
    }

    #[test]
    fn buckets_one_by_one_propose_what_the_sources_propose() {
        let signatures = signed(bodies());
        let (count, scratch) = (signatures.len() as u32, Scratch::default());
        let rank = BucketRank::new(&signatures, &|doc| doc.0.into(), &scratch).unwrap();
        let (_, is_representative) = equal::pairs(&signatures, &rank, &scratch).unwrap();
        let (mut alike, mut enough) = (BTreeSet::new(), BTreeSet::new());
        for (pair, meeting) in met(&signatures, &is_representative) {
            let proposal = proposal(&signatures, pair, meeting);
            alike.extend(proposal.is_alike().then_some(pair));
            enough.extend(proposal.shares_enough().then_some(pair));
        }
        let each = |packed: &u64| [(packed >> 32) as u32, *packed as u32];
        let mut signatures = signatures;
        let (is_representative, rank, scratch) = (&is_representative[..], &rank, &scratch);
        let corpus = BucketContext { signatures: &signatures, is_representative, rank, scratch };
        let (bands, near) = (bands::pairs(&corpus).unwrap(), hamming::pairs(&corpus).unwrap());
        assert_eq!(alike, bands.pairs.iter().chain(near.iter()).map(each).collect());
        let samples = sampled_shingles::Samples::take(&mut signatures, is_representative, scratch).unwrap();
        let corpus = BucketContext { signatures: &signatures, is_representative, rank, scratch };
        // Of one story, so that no pair shares a passage only.
        let rare = sampled_shingles::pairs(samples, &corpus, &vec![0; count as usize]).unwrap();
        assert_eq!(enough, rare.iter().map(each).collect());
        assert!(alike.len() > 100 && enough.len() > 100);
    }
}
