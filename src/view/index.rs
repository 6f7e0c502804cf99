//! Where everything of an output folder is, and the few numbers by which it is sorted and filtered.

use super::catalog::{Catalog, Days, OutletNames, Shape, day_number};
use super::lines::LineIndex;
use crate::error::Result;
use crate::output_folder::OutFolder;
use rustc_hash::FxHashSet;
use serde::Deserialize;
use std::borrow::Cow;
use xxhash_rust::xxh3::xxh3_64;

/// An output folder of which any part can be read alone. Holds 24 bytes a page, 40 a reprint set, 8 for each outlet
/// of a set, and the names of the outlets: some 3 GB for a hundred million pages, 2 MB for a hundred thousand.
pub struct FolderIndex {
    pub(super) out: OutFolder,
    pub(super) pages: LineIndex,
    /// Hash of an id and the line of its page, in order.
    by_id: Vec<(u64, u32)>,
    pub(super) sets: LineIndex,
    pub(super) points: LineIndex,
    pub(super) catalog: Catalog,
}

const DOCUMENTS: &str = "documents.jsonl";

/// What the index wants of a page.
#[derive(Deserialize)]
pub(crate) struct IndexedPage<'p> {
    pub id: Cow<'p, str>,
    pub outlet: Option<Cow<'p, str>>,
    pub published: Option<Cow<'p, str>>,
    pub cluster: Option<u32>,
}

/// What the index wants of a set.
#[derive(Deserialize)]
struct SetLine {
    size: u32,
    outlets: u32,
    first_published: Option<String>,
    last_published: Option<String>,
    representative: String,
    first_seen: FirstPage,
    origin: Option<Origin>,
}

#[derive(Deserialize)]
struct FirstPage {
    document: Option<String>,
}

#[derive(Deserialize)]
struct Origin {
    document: Option<String>,
    probability: f32,
}

impl SetLine {
    /// The page that the others repeat: the origin, else the one that was seen first.
    fn repeated(&self) -> &str {
        let origin = self.origin.as_ref().and_then(|origin| origin.document.as_ref());
        origin.or(self.first_seen.document.as_ref()).unwrap_or(&self.representative)
    }
}

impl FolderIndex {
    /// Reads `clusters.jsonl`, `documents.jsonl` and `talking_points.jsonl` once.
    pub fn build(out: OutFolder) -> Result<FolderIndex> {
        FolderIndex::with_pages(out, |out, each| {
            LineIndex::records(out, DOCUMENTS, |number, page: IndexedPage| each(number, page))
        })
    }

    /// The same for a folder that a run has just written. The run still knows its `pages`, and where the line of each begins:
    /// `starts`, and the end of the last.
    pub(crate) fn of_run<'p>(
        out: OutFolder,
        starts: Vec<u64>,
        pages: impl Iterator<Item = IndexedPage<'p>>,
    ) -> Result<FolderIndex> {
        FolderIndex::with_pages(out, |out, each| {
            (0..).zip(pages).for_each(|(number, page)| each(number, page));
            Ok(LineIndex::known(out, DOCUMENTS, starts))
        })
    }

    /// The same for pages that `read` hands out one by one, in order.
    fn with_pages(
        out: OutFolder,
        read: impl FnOnce(&OutFolder, &mut dyn FnMut(u32, IndexedPage)) -> Result<LineIndex>,
    ) -> Result<FolderIndex> {
        let (mut shapes, mut repeated) = (Vec::new(), FxHashSet::default());
        let sets = LineIndex::read(&out, "clusters.jsonl", |_, line, at| {
            let set: SetLine = out.parse("clusters.jsonl", line, at)?;
            let ends = [&set.first_published, &set.last_published];
            repeated.insert(xxh3_64(set.repeated().as_bytes()));
            shapes.push(Shape {
                size: set.size,
                outlets: set.outlets,
                days: ends.map(|time| time.as_deref().and_then(day_number).unwrap_or(0)),
                probability: set.origin.map_or(0.0, |origin| origin.probability),
            });
            Ok(())
        })?;
        let (mut outlets, mut days) = (OutletNames::default(), Days::default());
        let (mut by_id, mut ran) = (Vec::new(), Vec::new());
        let pages = read(&out, &mut |number, page| {
            let id = xxh3_64(page.id.as_bytes());
            by_id.push((id, number));
            let repeats = page.cluster.is_some() && !repeated.contains(&id);
            let outlet = page.outlet.map(|name| outlets.number(&name));
            ran.extend(page.cluster.zip(outlet));
            days.count(page.published.as_deref().and_then(|time| time.get(..10)), repeats);
        })?;
        by_id.sort_unstable();
        let points = LineIndex::read(&out, "talking_points.jsonl", |_, _, _| Ok(()))?;
        Ok(FolderIndex { out, pages, by_id, sets, points, catalog: Catalog::new(shapes, ran, outlets, days) })
    }

    /// The folder.
    pub fn out(&self) -> &OutFolder {
        &self.out
    }

    /// The lines of the pages that may have this id: one, unless hashes collide.
    pub(super) fn lines_of(&self, id: &str) -> impl Iterator<Item = u32> + '_ {
        let hash = xxh3_64(id.as_bytes());
        let from = self.by_id.partition_point(|&(of, _)| of < hash);
        self.by_id[from..].iter().take_while(move |&&(of, _)| of == hash).map(|&(_, line)| line)
    }
}
