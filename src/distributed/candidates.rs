//! From buckets to pairs.

use super::forest::Forest;
use super::rows::{Key, broken};
use crate::candidates::partitions::{
    self, BucketMember, Meeting, NearPair, PassagePartner, Proposal, StoryPair, pairs_of_bucket,
};
use crate::error::Result;
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};
use serde_bytes::ByteBuf;

/// A page with its body and buckets.
#[derive(Serialize, Deserialize)]
pub(super) struct BodyRow {
    key: Key,
    body_hash: u64,
    units: u32,
    slots: u64,
    simhash: u64,
    buckets: Vec<u64>,
}

/// A page that represents its body, with its buckets; or with `b`, another page that has it.
#[derive(Serialize, Deserialize)]
pub(super) struct RepresentativeRow {
    a: Key,
    b: Option<Key>,
    units: u32,
    slots: u64,
    simhash: u64,
    buckets: Vec<u64>,
}

/// The first page of each body represents it, for rows sorted by body and page. Empty bodies give nothing.
pub(super) fn represent() -> impl FnMut(Vec<BodyRow>) -> Result<Vec<RepresentativeRow>> {
    let mut first: Option<(u64, Key)> = None;
    move |rows| {
        let representative = |row: BodyRow| {
            let BodyRow { key, body_hash, units, slots, simhash, buckets } = row;
            match first.filter(|(body, _)| *body == body_hash) {
                Some((_, a)) => RepresentativeRow { a, b: Some(key), units, slots, simhash, buckets: Vec::new() },
                None => {
                    first = Some((body_hash, key));
                    RepresentativeRow { a: key, b: None, units, slots, simhash, buckets }
                }
            }
        };
        Ok(rows.into_iter().filter(|row| row.units > 0).map(representative).collect())
    }
}

/// A page of a bucket.
#[derive(Serialize, Deserialize)]
pub(super) struct BucketRow {
    bucket: u64,
    key: Key,
    units: u32,
    slots: u64,
    simhash: u64,
}

/// Two pages that meet, and what some buckets say of them.
#[derive(Serialize, Deserialize)]
pub(super) struct MeetingRow {
    a: Key,
    b: Key,
    band: bool,
    near: bool,
    shared: u32,
}

/// Pairs that meet, bucket by bucket, for rows sorted by bucket and page.
#[derive(Default)]
pub(super) struct Meet {
    bucket: u64,
    members: Vec<BucketMember>,
    met: FxHashMap<[u64; 2], Meeting>,
}

/// Pairs that are counted before they are handed on.
const COUNTED: usize = 1 << 20;

impl Meet {
    fn add(&mut self, row: &BucketRow) {
        if row.bucket != self.bucket {
            self.end_bucket();
            self.bucket = row.bucket;
        }
        let slots = [(row.slots >> 32) as u32, row.slots as u32];
        self.members.push(BucketMember { order: row.key.0, units: row.units, slots, simhash: row.simhash });
    }

    fn end_bucket(&mut self) {
        let Meet { bucket, members, met } = self;
        if members.len() > 1 {
            pairs_of_bucket(*bucket, members, |x, y, meeting| {
                met.entry([x.order.min(y.order), x.order.max(y.order)]).or_default().add(meeting);
            });
        }
        members.clear();
    }

    fn hand_on(&mut self) -> Vec<MeetingRow> {
        let row = |([a, b], meeting): ([u64; 2], Meeting)| {
            let Meeting { band, near, shared } = meeting;
            MeetingRow { a: Key(a), b: Key(b), band, near, shared }
        };
        self.met.drain().map(row).collect()
    }
}

/// Pairs that meet, for rows sorted by bucket and page.
pub(super) fn meet() -> impl FnMut(Option<Vec<BucketRow>>) -> Result<Vec<MeetingRow>> + Send {
    let mut meet = Meet::default();
    move |rows| {
        let is_end = rows.is_none();
        rows.into_iter().flatten().for_each(|row| meet.add(&row));
        if is_end {
            meet.end_bucket();
        }
        Ok(if is_end || meet.met.len() > COUNTED { meet.hand_on() } else { Vec::new() })
    }
}

/// A page with its signature; or with `other`, a pair of it, what buckets say of the pair, and once the lesser page was
/// met, its signature.
#[derive(Default, Serialize, Deserialize)]
pub(super) struct PairRow {
    pub page: Key,
    other: Option<Key>,
    minhash: Option<ByteBuf>,
    samples: Option<u32>,
    units: Option<u32>,
    band: Option<bool>,
    near: Option<bool>,
    shared: Option<u32>,
}

impl PairRow {
    fn meeting(&self) -> Meeting {
        Meeting {
            band: self.band.unwrap_or_default(),
            near: self.near.unwrap_or_default(),
            shared: self.shared.unwrap_or_default(),
        }
    }
}

/// The page that all rows are of, and its pairs.
fn page_and_pairs(rows: Vec<PairRow>) -> Result<(PairRow, Vec<PairRow>)> {
    let (pages, pairs): (Vec<PairRow>, Vec<PairRow>) = rows.into_iter().partition(|row| row.other.is_none());
    let page = pages.into_iter().next().ok_or_else(|| broken("a pair", &"its page is missing"))?;
    Ok((page, pairs))
}

/// Adds up what buckets say of the pairs of their lesser page, and hands those that may be proposed to the greater page.
pub(super) fn add_up(rows: Vec<PairRow>) -> Result<Vec<PairRow>> {
    let (page, mut pairs) = page_and_pairs(rows)?;
    pairs.sort_unstable_by_key(|pair| pair.other);
    let sums = pairs.chunk_by(|x, y| x.other == y.other).map(|of_one| {
        let mut all = Meeting::default();
        of_one.iter().for_each(|pair| all.add(pair.meeting()));
        (of_one[0].other.unwrap_or_default(), all)
    });
    let row = |(other, Meeting { band, near, shared })| PairRow {
        page: other,
        other: Some(page.page),
        minhash: page.minhash.clone(),
        samples: page.samples,
        units: page.units,
        band: Some(band),
        near: Some(near),
        shared: Some(shared),
    };
    Ok(sums.filter(|(_, all)| all.may_propose()).map(row).collect())
}

/// A pair that is proposed.
#[derive(Serialize, Deserialize)]
pub(super) struct ProposalRow {
    a: Key,
    b: Key,
    alike: bool,
    copy: bool,
    enough: bool,
    passage: bool,
    shared: u32,
    apart: u32,
    units_a: u32,
    units_b: u32,
}

/// Proposals among the pairs of their greater page.
pub(super) fn propose(rows: Vec<PairRow>) -> Result<Vec<ProposalRow>> {
    let (page, pairs) = page_and_pairs(rows)?;
    let mut made = Vec::new();
    for pair in pairs {
        let sides = [&pair, &page];
        let minhash = |at: usize| {
            let bytes = sides[at].minhash.as_deref().map_or(&[][..], |bytes| bytes);
            bytemuck::try_pod_read_unaligned(bytes).map_err(|error| broken("a MinHash", &error))
        };
        let (minhashes, samples) = ([minhash(0)?, minhash(1)?], sides.map(|side| side.samples.unwrap_or_default()));
        let [units_a, units_b] = sides.map(|side| side.units.unwrap_or_default());
        let proposal = Proposal::new(pair.meeting(), [&minhashes[0], &minhashes[1]], samples);
        let row = ProposalRow {
            a: pair.other.unwrap_or_default(),
            b: page.page,
            alike: proposal.is_alike(),
            copy: proposal.is_copy(),
            enough: proposal.shares_enough(),
            passage: proposal.is_passage(),
            shared: proposal.meeting.shared,
            apart: proposal.apart(),
            units_a,
            units_b,
        };
        made.extend((row.alike || row.enough).then_some(row));
    }
    Ok(made)
}

/// An edge of a graph; of a forest, from every page to the least of its component.
#[derive(Serialize, Deserialize)]
pub(super) struct EdgeRow {
    page: Key,
    label: Key,
}

/// Adds edges to a forest.
pub(super) fn join(forest: &mut Forest, rows: Vec<EdgeRow>) -> Result<()> {
    rows.iter().for_each(|row| forest.join(row.page.0, row.label.0));
    Ok(())
}

/// The edges of a forest.
pub(super) fn edges(forest: Forest) -> Result<Vec<EdgeRow>> {
    Ok(forest.edges().into_iter().map(|[page, label]| EdgeRow { page: Key(page), label: Key(label) }).collect())
}

/// A proposal with the stories of both pages; of a pair of equal bodies nothing else is known.
#[derive(Serialize, Deserialize)]
pub(super) struct StoryPairRow {
    a: Key,
    b: Key,
    alike: Option<bool>,
    enough: Option<bool>,
    passage: Option<bool>,
    shared: Option<u32>,
    apart: Option<u32>,
    units_a: Option<u32>,
    units_b: Option<u32>,
    story_a: Key,
    story_b: Option<Key>,
}

/// What is still to be decided of a pair.
#[derive(Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Open {
    /// Nothing, it counts.
    Nothing,
    /// It counts unless both pages have many pairs in their story.
    Bound,
    /// It counts if it is the closest of its story to `page`.
    Closest,
}

/// A pair, sorted out. `story` is that of `a`.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct SortedPairRow {
    open: Open,
    a: Key,
    b: Key,
    pub story: Key,
    pub page: Option<Key>,
    other_story: Option<Key>,
    shared: u32,
    apart: u32,
    units_a: u32,
    units_b: u32,
}

/// Sorts pairs by what is still to be decided of them; of those that share a passage once for either page.
pub(super) fn sort_out(rows: Vec<StoryPairRow>) -> Result<Vec<SortedPairRow>> {
    let mut made = Vec::new();
    for row in rows {
        let sorted = SortedPairRow {
            open: Open::Nothing,
            a: row.a,
            b: row.b,
            story: row.story_a,
            page: None,
            other_story: None,
            shared: row.shared.unwrap_or_default(),
            apart: row.apart.unwrap_or_default(),
            units_a: row.units_a.unwrap_or_default(),
            units_b: row.units_b.unwrap_or_default(),
        };
        let (Some(alike), Some(enough), Some(passage)) = (row.alike, row.enough, row.passage) else {
            made.push(sorted);
            continue;
        };
        let pair = StoryPair { alike, enough, passage, one_story: row.story_b == Some(row.story_a) };
        if pair.is_sure() {
            made.push(SortedPairRow {
                open: if pair.one_story { Open::Bound } else { Open::Nothing },
                ..sorted.clone()
            });
        }
        if pair.is_passage_only() {
            let of = |page, other_story| SortedPairRow {
                open: Open::Closest,
                page: Some(page),
                other_story,
                ..sorted.clone()
            };
            made.extend([of(row.a, row.story_b), of(row.b, Some(row.story_a))]);
        }
    }
    Ok(made)
}

/// A pair to measure, with the story of its first page.
#[derive(Serialize, Deserialize)]
pub(super) struct MeasureRow {
    a: Key,
    b: Key,
    story: Key,
}

/// Of the pairs of one story those that are not left out.
pub(super) fn bound(rows: Vec<SortedPairRow>) -> Result<Vec<MeasureRow>> {
    let story = rows[0].story;
    let pair = |row: &SortedPairRow| NearPair {
        pair: [row.a.0, row.b.0],
        units: [row.units_a, row.units_b],
        apart: row.apart,
    };
    let pairs: Vec<NearPair> = rows.iter().map(pair).collect();
    Ok(partitions::bounded(&pairs).into_iter().map(|[a, b]| MeasureRow { a: Key(a), b: Key(b), story }).collect())
}

/// Of the pairs of one page by a passage those with the closest page of each story.
pub(super) fn closest(rows: Vec<SortedPairRow>) -> Result<Vec<MeasureRow>> {
    let page = rows[0].page.unwrap_or_default();
    let other = |row: &SortedPairRow| if page == row.a { (row.b, row.units_b) } else { (row.a, row.units_a) };
    let partner = |row: &SortedPairRow| PassagePartner {
        order: other(row).0.0,
        story: row.other_story.unwrap_or_default().0,
        units: other(row).1,
        shared: row.shared,
    };
    let stories: FxHashMap<u64, Key> = rows.iter().map(|row| (other(row).0.0, row.story)).collect();
    let mut partners: Vec<PassagePartner> = rows.iter().map(partner).collect();
    let pair = |partner: &PassagePartner| {
        let (other, story) = (Key(partner.order), stories[&partner.order]);
        MeasureRow { a: page.min(other), b: page.max(other), story }
    };
    Ok(partitions::closest(&mut partners).map(pair).collect())
}
