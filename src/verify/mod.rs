//! Replace the estimate by a measured fact: exact overlap of two texts and the passages they share.

mod align;
mod kind;
mod prepared;

pub use align::Passage;
pub use kind::{Kind, Thresholds};

use crate::candidates::Pair;
use crate::clean::Texts;
use crate::types::DocId;
use prepared::Prepared;
use rayon::prelude::*;
use rustc_hash::FxHashMap;

/// What two documents have in common, measured on their bodies.
#[derive(Clone, Debug, PartialEq)]
pub struct Match {
    /// The documents.
    pub pair: Pair,
    /// Shingles of both over shingles of either, as sets (Broder 1997), in 0..1.
    pub jaccard: f32,
    /// Shingles of both over shingles of `a`, and of `b`.
    pub containment: [f32; 2],
    /// Share of the units of `a`, and of `b`, that stand in shared passages.
    pub aligned: [f32; 2],
    /// Share of the figures of `a`, and of `b`, that the shared passages keep; `None` with fewer than four.
    pub figures: [Option<f32>; 2],
    /// Units of `a`, and of `b`.
    pub units: [u32; 2],
    /// The passages of at least twenty units, in the order of `b`.
    pub passages: Vec<Passage>,
    /// What it amounts to.
    pub kind: Kind,
}

impl Match {
    /// The place of `doc` in the pair: 0 or 1. `doc` must be one of the two.
    pub fn side(&self, doc: DocId) -> usize {
        usize::from(self.pair.b == doc)
    }

    /// The other document of the pair.
    pub fn other(&self, doc: DocId) -> DocId {
        if self.pair.a == doc { self.pair.b } else { self.pair.a }
    }

    /// The side with fewer units; `a` when they are equal.
    pub fn shorter(&self) -> usize {
        usize::from(self.units[1] < self.units[0])
    }

    /// Share of the shorter text that the longer one holds, by aligned passages, in 0..1.
    pub fn held(&self) -> f32 {
        self.aligned[self.shorter()]
    }
}

/// Pages kept cleaned by one task before it starts afresh: a bound on memory for very large components.
const KEPT_PAGES: usize = 2048;

/// Measures every pair that has something in common. Pairs that share no passage of twenty units and no tenth
/// of their shingles come to nothing and are left out. The result is in the order of `pairs`, which are sorted.
///
/// Pairs are worked through by connected component, so that a page is cleaned about once. About 10 µs a pair of
/// pages of 700 units. `progress` is told how many pairs are done.
pub fn verify(pairs: &[Pair], texts: &impl Texts, progress: impl Fn(usize) + Sync) -> Vec<Match> {
    let mut groups = components(pairs);
    groups.par_iter_mut().for_each(|group| group.sort_unstable());
    let mut found: Vec<Match> = groups
        .into_par_iter()
        .flat_map_iter(|group| {
            let mut pages: FxHashMap<DocId, Prepared> = FxHashMap::default();
            let mut found = Vec::new();
            for pair in &group {
                if pages.len() > KEPT_PAGES {
                    pages.clear();
                }
                for doc in [pair.a, pair.b] {
                    pages.entry(doc).or_insert_with(|| Prepared::read(doc, texts));
                }
                found.extend(measure(*pair, &pages[&pair.a], &pages[&pair.b]));
            }
            progress(group.len());
            found
        })
        .collect();
    found.par_sort_unstable_by_key(|m| m.pair);
    found
}

/// Measures one pair; `None` when it comes to nothing.
fn measure(pair: Pair, a: &Prepared, b: &Prepared) -> Option<Match> {
    let shared = a.shared_shingles(b);
    let runs = align::common_runs(a, b);
    let passages = align::passages(&runs, a, b);
    let covered = align::covered(&passages.runs, a, b);
    let containment = [share(shared, a.distinct), share(shared, b.distinct)];
    if passages.list.is_empty() && containment[0].max(containment[1]) < 0.1 {
        return None;
    }
    let mut found = Match {
        pair,
        jaccard: share(shared, a.distinct + b.distinct - shared),
        containment,
        aligned: covered.units,
        figures: covered.figures,
        units: [a.ids.len() as u32, b.ids.len() as u32],
        passages: passages.list,
        kind: Kind::Passage,
    };
    found.kind = kind::of(&found, &Thresholds::default());
    Some(found)
}

fn share(part: u32, whole: u32) -> f32 {
    if whole == 0 { 0.0 } else { part as f32 / whole as f32 }
}

/// Groups pairs by connected component, components in the order of their first pair. Components are cut into
/// runs of bounded length so that a giant one still spreads over threads.
fn components(pairs: &[Pair]) -> Vec<Vec<Pair>> {
    const LONGEST: usize = 4096;
    let mut roots: FxHashMap<u32, u32> = FxHashMap::default();
    fn root(roots: &mut FxHashMap<u32, u32>, mut x: u32) -> u32 {
        loop {
            let up = *roots.entry(x).or_insert(x);
            if up == x {
                return x;
            }
            let above = roots[&up];
            roots.insert(x, above);
            x = above;
        }
    }
    for pair in pairs {
        let (a, b) = (root(&mut roots, pair.a.0), root(&mut roots, pair.b.0));
        roots.insert(a.max(b), a.min(b));
    }
    let mut keyed: Vec<(u32, Pair)> = pairs.iter().map(|p| (root(&mut roots, p.a.0), *p)).collect();
    keyed.sort_unstable();
    let groups = keyed.chunk_by(|x, y| x.0 == y.0);
    groups.flat_map(|g| g.chunks(LONGEST)).map(|g| g.iter().map(|&(_, p)| p).collect()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clean::{CleanDoc, FurnitureModel, GroupKeys, clean};

    struct Pages(Vec<String>);

    impl Texts for Pages {
        fn with(&self, doc: DocId, with: &mut dyn FnMut(&str, &CleanDoc)) {
            let text = &self.0[doc.index()];
            with(text, &clean(text, None, &FurnitureModel::default(), GroupKeys::default()));
        }
    }

    /// Text that repeats nothing: every character is determined by its place and the seed.
    fn prose(seed: u32, length: u32) -> String {
        let sentence = |s: u32| -> String {
            (0..24).map(|k| char::from_u32(0x4E00 + (s * 131 + k * 37 + seed * 4099) % 6000).unwrap()).collect()
        };
        (0..length / 24).map(|s| sentence(s) + "。").collect()
    }

    fn only(texts: &[&str]) -> Match {
        let pages = Pages(texts.iter().map(|t| (*t).to_owned()).collect());
        let mut found = verify(&[Pair::new(DocId(0), DocId(1))], &pages, |_| {});
        assert_eq!(found.len(), 1);
        found.remove(0)
    }

    #[test]
    fn equal_texts_are_one_passage() {
        let text = prose(1, 480);
        let found = only(&[&text, &text]);
        assert_eq!((found.jaccard, found.aligned), (1.0, [1.0, 1.0]));
        assert_eq!(found.passages.len(), 1);
        assert_eq!(found.passages[0].identity(), 1.0);
        assert_eq!(found.kind, Kind::Reprint);
    }

    #[test]
    fn a_passage_knows_both_places() {
        let (shared, mine, yours) = (prose(1, 240), prose(2, 480), prose(3, 720));
        let (a, b) = (format!("{mine}{shared}"), format!("{shared}{yours}"));
        let found = only(&[&a, &b]);
        assert_eq!(found.passages.len(), 1);
        let passage = &found.passages[0];
        assert_eq!(passage.a.of(&a).trim_end_matches('。'), shared.trim_end_matches('。'));
        assert_eq!(passage.b.of(&b).trim_end_matches('。'), shared.trim_end_matches('。'));
        assert_eq!(found.kind, Kind::Passage);
    }

    #[test]
    fn strangers_come_to_nothing() {
        let pages = Pages(vec![prose(1, 480), prose(2, 480)]);
        assert!(verify(&[Pair::new(DocId(0), DocId(1))], &pages, |_| {}).is_empty());
    }

    #[test]
    fn a_moved_paragraph_is_a_passage_of_its_own() {
        let (x, y) = (prose(1, 240), prose(5, 240));
        let found = only(&[&format!("{x}{y}"), &format!("{y}{x}")]);
        assert_eq!(found.passages.len(), 2);
        assert!(found.aligned[0] > 0.95);
    }
}
