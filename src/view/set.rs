//! A reprint set in full: the verdict and what it rests on, every member with its page, and their texts.

use super::{Index, Texts};
use crate::error::Result;
use crate::explain::records::Document;
use crate::report::argument::Argument;
use crate::report::records::{ClusterRecord, Cohesion, FirstSeen, MemberRecord, OriginRecord};
use serde::Serialize;

/// Members told of one set, the earliest.
const MEMBERS: usize = 2_000;

/// A set as its view shows it.
#[derive(Serialize)]
pub(crate) struct SetView {
    set: u32,
    title: Option<String>,
    size: usize,
    outlets: usize,
    first: Option<String>,
    last: Option<String>,
    representative: String,
    cohesion: Cohesion,
    origin: Option<Verdict>,
    runner_up: Option<Verdict>,
    first_seen: FirstSeen,
    /// Members by time, those without a time last; at most two thousand.
    members: Vec<MemberView>,
}

/// A candidate for the origin and what speaks for and against it.
#[derive(Serialize)]
struct Verdict {
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
    precision: String,
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
    text: Option<String>,
    /// What of it was taken for the site's furniture, in characters.
    furniture: Vec<[u32; 2]>,
}

impl Index {
    /// A set in full, with the texts of its first `texts.1` members if they are wanted; `None` when there is no set
    /// with this number.
    pub(crate) fn set(&self, number: u32, texts: Option<(&dyn Texts, usize)>) -> Result<Option<SetView>> {
        if number as usize >= self.sets.len() {
            return Ok(None);
        }
        let set: ClusterRecord = self.sets.open()?.record(&self.out, number)?;
        let mut pages = self.pages.open()?;
        let mut members = Vec::with_capacity(set.members.len());
        for member in set.members {
            for line in self.lines_of(&member.id) {
                let document: Document = pages.record(&self.out, line)?;
                if document.id == member.id {
                    members.push((line, document, member));
                    break;
                }
            }
        }
        members.sort_by(|(_, x, _), (_, y, _)| {
            (x.published.is_none(), &x.published, &x.id).cmp(&(y.published.is_none(), &y.published, &y.id))
        });
        members.truncate(MEMBERS);
        let mut read: Vec<Option<PageText>> = texts.map_or(Vec::new(), |(texts, most)| {
            let wanted: Vec<(u32, &Document)> =
                members.iter().take(most).map(|(line, page, _)| (*line, page)).collect();
            let found = texts.texts(&wanted);
            found.into_iter().zip(wanted).map(|(text, (_, page))| Some(PageText::new(text, page))).collect()
        });
        read.resize_with(members.len(), || None);
        Ok(Some(SetView {
            set: set.cluster,
            title: set.title,
            size: set.size,
            outlets: set.outlets,
            first: set.first_published,
            last: set.last_published,
            representative: set.representative,
            cohesion: set.cohesion,
            origin: set.origin.map(verdict),
            runner_up: set.runner_up.map(verdict),
            first_seen: set.first_seen,
            members: members.into_iter().zip(read).map(|((_, page, member), text)| view(page, member, text)).collect(),
        }))
    }

    /// The texts of some pages; null where there is no page with the id.
    pub(crate) fn page_texts(&self, ids: &[&str], texts: &dyn Texts) -> Result<Vec<Option<PageText>>> {
        let mut found = Vec::with_capacity(ids.len());
        for id in ids {
            found.push(self.page(id)?);
        }
        let text = |(line, page): &(u32, Document)| {
            let text = texts.texts(&[(*line, page)]).into_iter().next().flatten();
            PageText::new(text, page)
        };
        Ok(found.iter().map(|page| page.as_ref().map(text)).collect())
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

impl PageText {
    fn new(text: Option<String>, page: &Document) -> Self {
        PageText { text, furniture: page.furniture.clone() }
    }
}

fn verdict(origin: OriginRecord) -> Verdict {
    // Plain values always serialise.
    let argument = serde_json::to_value(Argument::of(&origin)).unwrap_or_default();
    Verdict { document: origin.document, outlet: origin.outlet, probability: origin.probability, argument }
}

fn view(page: Document, member: MemberRecord, text: Option<PageText>) -> MemberView {
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
        text,
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
