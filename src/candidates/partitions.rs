//! The same sources where no one place sees the whole corpus: buckets come one by one, and what else is to be known of a
//! pair has been brought to it. Documents go by their order here, a number that does not depend on any input.

pub use super::buckets::first_slots;
use super::buckets::{self, CLOSEST, Key, MANY_PARTNERS, SMALL, pairs_of};
use super::{PROBABLY_COPIED, bands, hamming, sampled_shingles};
use crate::signature::{MinHash, Signatures, agreement};

/// Pages of one story that a page may be paired with before its pairs are bounded, and how many closest are kept then.
pub const BOUND: (usize, usize) = (MANY_PARTNERS, CLOSEST);

/// Fewer shared shingles than this make no pair.
pub const FEWEST_SHARED: u32 = sampled_shingles::FEWEST;

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
    let long = signatures.units(doc) > hamming::SHORT;
    let blocks = (0..if long { hamming::BLOCKS } else { 0 }).map(block);
    (0..bands::BANDS).map(band).chain(blocks).chain(signatures.sample(doc).iter().map(shingle)).collect()
}

/// Groups of buckets: those of one band, of one block of simhashes, or of one part of the sampled shingles.
pub(crate) const GROUPS: usize = bands::BANDS + hamming::BLOCKS as usize + sampled_shingles::PARTS;
/// The groups of sampled shingles.
pub(crate) const SHINGLE_GROUPS: std::ops::Range<usize> = GROUPS - sampled_shingles::PARTS..GROUPS;

/// True for the group of a band of MinHash.
pub(crate) fn is_band(group: usize) -> bool {
    group < bands::BANDS
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
        pairs_of(kind, places.collect(), &sort_key, propose);
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
        let band = meeting.band && agreement >= bands::LEAST_AGREEMENT;
        Proposal { meeting: Meeting { band, ..meeting }, agreement, samples }
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

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::candidates::buckets::{BucketContext, BucketRank};
    use crate::candidates::equal;
    use crate::signature::signed;
    use crate::storage::Scratch;
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

    #[test]
    fn buckets_one_by_one_propose_what_the_sources_propose() {
        let signatures = signed(bodies());
        let (count, scratch) = (signatures.len() as u32, Scratch::default());
        let rank = BucketRank::new(&signatures, &|doc| doc.0.into(), &scratch).unwrap();
        let (_, is_representative) = equal::pairs(&signatures, &rank, &scratch).unwrap();
        let mut buckets: BTreeMap<u64, Vec<BucketMember>> = BTreeMap::new();
        for doc in (0..count).filter(|&doc| is_representative[doc as usize]) {
            let slots = first_slots(signatures.minhash(doc));
            let (units, simhash) = (signatures.units(doc), signatures.simhash(doc));
            for key in keys(&signatures, doc) {
                buckets.entry(key).or_default().push(BucketMember { order: doc.into(), units, slots, simhash });
            }
        }
        assert!(buckets.values().any(|members| members.len() > SMALL));
        let mut met: BTreeMap<[u32; 2], Meeting> = BTreeMap::new();
        for (&key, members) in &mut buckets {
            pairs_of_bucket(key, members, |x, y, meeting| {
                let pair = [x.order.min(y.order) as u32, x.order.max(y.order) as u32];
                let all = met.entry(pair).or_default();
                (all.band, all.near) = (all.band | meeting.band, all.near | meeting.near);
                all.shared += meeting.shared;
            });
        }
        let (mut alike, mut enough) = (BTreeSet::new(), BTreeSet::new());
        for (pair, meeting) in met {
            let proposal = Proposal::new(
                meeting,
                pair.map(|doc| signatures.minhash(doc)),
                pair.map(|doc| signatures.sample(doc).len() as u32),
            );
            alike.extend(proposal.is_alike().then_some(pair));
            enough.extend(proposal.shares_enough().then_some(pair));
        }
        let each = |packed: &u64| [(packed >> 32) as u32, *packed as u32];
        let mut signatures = signatures;
        let (is_representative, rank, scratch) = (&is_representative[..], &rank, &scratch);
        let corpus = BucketContext { signatures: &signatures, is_representative, rank, scratch };
        let (bands, near) = (bands::pairs(&corpus).unwrap(), hamming::pairs(&corpus).unwrap());
        assert_eq!(alike, bands.iter().chain(near.iter()).map(each).collect());
        let samples = sampled_shingles::Samples::take(&mut signatures, is_representative, scratch).unwrap();
        let corpus = BucketContext { signatures: &signatures, is_representative, rank, scratch };
        // Of one story, so that no pair shares a passage only.
        let rare = sampled_shingles::pairs(samples, &corpus, &vec![0; count as usize]).unwrap();
        assert_eq!(enough, rare.iter().map(each).collect());
        assert!(alike.len() > 100 && enough.len() > 100);
    }
}
