//! Where everything of an output folder is, and the few numbers by which it is sorted and filtered.

use super::lines::LineIndex;
use crate::error::Result;
use crate::output_folder::OutFolder;
use rustc_hash::{FxHashMap, FxHashSet};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::collections::hash_map::Entry;
use xxhash_rust::xxh3::xxh3_64;

/// An output folder of which any part can be read alone. Holds 24 bytes a page, 40 a reprint set, 8 for each outlet
/// of a set, and the names of the outlets: some 3 GB for a hundred million pages, 2 MB for a hundred thousand.
pub struct FolderIndex {
    pub(super) out: OutFolder,
    pub(super) pages: LineIndex,
    /// Hash of an id and the line of its page, in order.
    by_id: Vec<(u64, u32)>,
    pub(super) sets: LineIndex,
    pub(super) shapes: Vec<Shape>,
    /// A set and an outlet that ran it, in order, each once.
    ran: Vec<(u32, u32)>,
    pub(super) outlets: OutletNames,
    pub(super) points: LineIndex,
    pub(super) days: Days,
}

/// What sets are sorted and filtered by.
#[derive(Clone, Copy, Debug)]
pub(super) struct Shape {
    pub size: u32,
    pub outlets: u32,
    /// First and last day as numbers, `20240131`; 0 when no page has a time.
    pub days: [u32; 2],
    /// Probability of the origin; 0 without one.
    pub probability: f32,
}

/// Outlets by the number that rows name them by.
#[derive(Default)]
pub(super) struct OutletNames {
    pub names: Vec<String>,
    numbers: FxHashMap<String, u32>,
}

impl OutletNames {
    fn number(&mut self, name: String) -> u32 {
        match self.numbers.entry(name) {
            Entry::Occupied(known) => *known.get(),
            Entry::Vacant(new) => {
                let number = self.names.len() as u32;
                self.names.push(new.key().clone());
                *new.insert(number)
            }
        }
    }

    pub(super) fn find(&self, name: &str) -> Option<u32> {
        self.numbers.get(name).copied()
    }
}

/// Pages by the day they were published.
#[derive(Default)]
pub(super) struct Days {
    /// Pages of a day, and how many of them repeat another page of the corpus, wherever their origin is.
    pub dated: BTreeMap<String, [u32; 2]>,
    /// The same for pages without a time.
    pub undated: [u32; 2],
}

/// What the index wants of a page.
#[derive(Deserialize)]
struct PageLine {
    id: String,
    outlet: Option<String>,
    published: Option<String>,
    cluster: Option<u32>,
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
        let pages = LineIndex::records(&out, "documents.jsonl", |number, page: PageLine| {
            let id = xxh3_64(page.id.as_bytes());
            by_id.push((id, number));
            let repeats = page.cluster.is_some() && !repeated.contains(&id);
            let outlet = page.outlet.map(|name| outlets.number(name));
            ran.extend(page.cluster.zip(outlet));
            let day = page.published.and_then(|time| Some(time.get(..10)?.to_owned()));
            let tally = day.map_or(&mut days.undated, |day| days.dated.entry(day).or_default());
            *tally = [tally[0] + 1, tally[1] + u32::from(repeats)];
        })?;
        by_id.sort_unstable();
        ran.sort_unstable();
        ran.dedup();
        let points = LineIndex::read(&out, "talking_points.jsonl", |_, _, _| Ok(()))?;
        Ok(FolderIndex { out, pages, by_id, sets, shapes, ran, outlets, points, days })
    }

    /// The folder.
    pub fn out(&self) -> &OutFolder {
        &self.out
    }

    /// The outlets that ran a set, by number.
    pub(super) fn outlets_of(&self, set: u32) -> impl Iterator<Item = u32> + '_ {
        let from = self.ran.partition_point(|&(of, _)| of < set);
        self.ran[from..].iter().take_while(move |&&(of, _)| of == set).map(|&(_, outlet)| outlet)
    }

    /// The lines of the pages that may have this id: one, unless hashes collide.
    pub(super) fn lines_of(&self, id: &str) -> impl Iterator<Item = u32> + '_ {
        let hash = xxh3_64(id.as_bytes());
        let from = self.by_id.partition_point(|&(of, _)| of < hash);
        self.by_id[from..].iter().take_while(move |&&(of, _)| of == hash).map(|&(_, line)| line)
    }

    /// The sets, the largest first.
    pub(super) fn by_size(&self) -> Vec<u32> {
        let mut order: Vec<u32> = (0..self.shapes.len() as u32).collect();
        order.sort_by_key(|&set| std::cmp::Reverse(self.shapes[set as usize].size));
        order
    }
}

/// `2024-01-31…` as 20240131.
pub(super) fn day_number(time: &str) -> Option<u32> {
    let digits: String = time.get(..10)?.split('-').collect();
    digits.parse().ok().filter(|_| digits.len() == 8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_numbers() {
        assert_eq!(day_number("2024-01-31T08:00:00+08:00"), Some(20_240_131));
        assert_eq!(day_number("2024-01-31"), Some(20_240_131));
        assert_eq!(day_number("2024"), None);
        assert_eq!(day_number("二〇二四年一月"), None);
    }
}
