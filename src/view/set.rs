//! A reprint set in full: the verdict and what it rests on, every member with its page, and their texts.

use super::{FolderIndex, Texts};
use crate::error::Result;
use crate::output_folder::Argument;
use crate::output_folder::Document;
use crate::records::{
    ClusterRecord, Cohesion, FirstSeen, IssuedRecord, MemberRecord, OriginRecord, PublishedPrecision, Time,
};
use rayon::prelude::*;
use serde::Serialize;

/// Members shown of one set, the earliest.
const MEMBERS: usize = 2_000;

/// A set as its view shows it.
#[derive(Serialize)]
pub(crate) struct SetView {
    set: u32,
    /// The numbers of the sets before and after it.
    previous: Option<u32>,
    next: Option<u32>,
    title: Option<String>,
    size: usize,
    outlets: usize,
    first: Option<Time>,
    last: Option<Time>,
    representative: String,
    cohesion: Cohesion,
    origin: Option<VerdictView>,
    origin_verdict: bool,
    runner_up: Option<VerdictView>,
    first_seen: FirstSeen,
    common_source: Option<IssuedRecord>,
    /// Members by time, those without a time last; at most two thousand.
    members: Vec<MemberView>,
}

/// A candidate for the origin and what speaks for and against it.
#[derive(Serialize)]
struct VerdictView {
    document: Option<String>,
    outlet: Option<String>,
    probability: f64,
    argument: serde_json::Value,
}

/// A member with what its page says of itself.
#[derive(Serialize)]
struct MemberView {
    #[serde(flatten)]
    member: MemberRecord,
    /// Share of its parent that it kept.
    kept: Option<f64>,
    title: Option<String>,
    outlet: Option<String>,
    published: Option<String>,
    precision: PublishedPrecision,
    url: Option<String>,
    sha256: String,
    source: Option<String>,
    #[serde(flatten)]
    text: Option<PageText>,
}

/// The words of a page.
#[derive(Serialize)]
pub(crate) struct PageText {
    /// The text as read; null where its file has gone or changed since.
    pub text: Option<String>,
    /// What of it was taken for the site's furniture, in characters.
    pub furniture: Vec<[u32; 2]>,
}

/// A set as it was read: its line, and its members by time with the lines of their pages.
struct ReadSet {
    set: ClusterRecord,
    members: Vec<(u32, Document, MemberRecord)>,
    /// The numbers of the sets before and after it.
    neighbours: [Option<u32>; 2],
}

impl FolderIndex {
    /// A set in full, without texts; `None` when there is no set with this number.
    pub(super) fn set(&self, number: u32) -> Result<Option<SetView>> {
        if number as usize >= self.sets.len() {
            return Ok(None);
        }
        Ok(Some(self.read_set(number)?.view(Vec::new())))
    }

    /// Some sets in full, each with the texts of its first `most` members. All texts are asked for at once: a file
    /// that can only be read from its beginning is read once.
    pub(super) fn sets_with_texts(&self, sets: &[u32], texts: &dyn Texts, most: usize) -> Result<Vec<SetView>> {
        let read: Vec<ReadSet> = sets.par_iter().map(|&set| self.read_set(set)).collect::<Result<_>>()?;
        let wanted: Vec<(u32, &Document)> =
            read.iter().flat_map(|read| read.members.iter().take(most).map(|(line, page, _)| (*line, page))).collect();
        let mut found = texts.texts(&wanted).into_iter();
        let with_texts = |read: ReadSet| {
            let of_set = read.members.len().min(most);
            let texts = found.by_ref().take(of_set).collect();
            read.view(texts)
        };
        Ok(read.into_iter().map(with_texts).collect())
    }

    fn read_set(&self, number: u32) -> Result<ReadSet> {
        let mut set: ClusterRecord = self.sets.open()?.record(&self.out, number)?;
        let mut pages = self.pages.open()?;
        let mut members = Vec::with_capacity(set.members.len());
        for member in std::mem::take(&mut set.members) {
            for line in self.lines_of(&member.id) {
                let document: Document = pages.record(&self.out, line)?;
                if document.id == member.id {
                    members.push((line, document, member));
                    break;
                }
            }
        }
        members.sort_by(|(_, x, _), (_, y, _)| by_time(x).cmp(&by_time(y)));
        members.truncate(MEMBERS);
        let neighbours = [number.checked_sub(1), Some(number + 1).filter(|&next| (next as usize) < self.sets.len())];
        Ok(ReadSet { set, members, neighbours })
    }

    /// The texts of some pages; null where there is no page with the id.
    pub(super) fn page_texts(&self, ids: &[&str], texts: &dyn Texts) -> Result<Vec<Option<PageText>>> {
        let found: Vec<Option<(u32, Document)>> = ids.iter().map(|id| self.page(id)).collect::<Result<_>>()?;
        let wanted: Vec<(u32, &Document)> = found.iter().flatten().map(|(line, page)| (*line, page)).collect();
        let mut read = texts.texts(&wanted).into_iter();
        let mut text = |(_, page): (u32, Document)| PageText { text: read.next().flatten(), furniture: page.furniture };
        Ok(found.into_iter().map(|page| page.map(&mut text)).collect())
    }

    /// A page by id with its line.
    pub(super) fn page(&self, id: &str) -> Result<Option<(u32, Document)>> {
        let mut pages = self.pages.open()?;
        for line in self.lines_of(id) {
            let document: Document = pages.record(&self.out, line)?;
            if document.id == id {
                return Ok(Some((line, document)));
            }
        }
        Ok(None)
    }
}

impl ReadSet {
    /// As the view shows it; the first members have their texts.
    fn view(self, texts: Vec<Option<String>>) -> SetView {
        let mut texts = texts.into_iter();
        let members = self.members.into_iter().map(|(_, page, member)| (page, member, texts.next())).collect();
        SetView::new(self.set, self.neighbours, members)
    }
}

/// Pages are shown by time, those without a time last.
fn by_time(page: &Document) -> impl Ord + use<'_> {
    (page.published.is_none(), &page.published, &page.id)
}

/// A member with its page and, where it was asked for, its text: `None` where that is not to be had any more.
pub(crate) type ReadMember = (Document, MemberRecord, Option<Option<String>>);

impl SetView {
    /// Of a record, the numbers of the sets before and after it, and its members by time.
    fn new(set: ClusterRecord, [previous, next]: [Option<u32>; 2], members: Vec<ReadMember>) -> SetView {
        SetView {
            set: set.cluster,
            previous,
            next,
            title: set.title,
            size: set.size,
            outlets: set.outlets,
            first: set.first_published,
            last: set.last_published,
            representative: set.representative,
            cohesion: set.cohesion,
            origin: set.origin.map(verdict),
            origin_verdict: set.origin_verdict,
            runner_up: set.runner_up.map(verdict),
            first_seen: set.first_seen,
            common_source: set.common_source,
            members: members.into_iter().map(|(page, member, text)| view(page, member, text)).collect(),
        }
    }

    /// The same with members in any order.
    pub(crate) fn of(set: ClusterRecord, neighbours: [Option<u32>; 2], mut members: Vec<ReadMember>) -> SetView {
        members.sort_by(|(x, ..), (y, ..)| by_time(x).cmp(&by_time(y)));
        members.truncate(MEMBERS);
        SetView::new(set, neighbours, members)
    }
}

fn verdict(origin: OriginRecord) -> VerdictView {
    // Plain values always serialise.
    let argument = serde_json::to_value(Argument::of(&origin)).unwrap_or_default();
    VerdictView { document: origin.document, outlet: origin.outlet, probability: origin.probability, argument }
}

/// `text` is nothing when none was asked for, and has nothing when it is not to be had.
fn view(page: Document, member: MemberRecord, text: Option<Option<String>>) -> MemberView {
    MemberView {
        kept: member.parent.as_ref().and(member.jaccard.zip(member.containment)).map(|(j, c)| kept(j, c)),
        title: page.title,
        outlet: page.outlet,
        published: page.published,
        precision: page.published_precision,
        url: page.url,
        sha256: page.sha256,
        source: page.attribution.source,
        member,
        text: text.map(|text| PageText { text, furniture: page.furniture }),
    }
}

/// The share of the parent's shingles that a copy has, from their resemblance `j` and the containment `c` of the copy
/// in its parent: both have `c · |copy|`, so that share is `1 / (1/j - 1/c + 1)`. 0 when they have nothing in common.
fn kept(j: f64, c: f64) -> f64 {
    if j <= 0.0 || c <= 0.0 { 0.0 } else { (1.0 / (1.0 / j - 1.0 / c + 1.0)).clamp(0.0, 1.0) }
}

#[cfg(test)]
mod tests {
    use super::kept;

    #[test]
    fn what_a_copy_kept_of_its_parent() {
        // 100 shingles, of which the copy has 40 and 10 of its own: j = 40 / 110, c = 40 / 50.
        assert!((kept(40.0 / 110.0, 0.8) - 0.4).abs() < 1e-9);
        assert_eq!(kept(1.0, 1.0), 1.0);
        assert_eq!(kept(0.0, 0.0), 0.0);
    }
}
