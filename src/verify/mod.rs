//! Replace the estimate by a measured fact: exact overlap of two texts and the passages they share.

mod align;
mod kind;
mod prepared;

pub use align::Passage;
pub use kind::{Kind, Reason, Thresholds, reason};

use crate::candidates::Pair;
use crate::clean::Units;
use crate::types::{DocId, Span};
use align::Comparison;
use prepared::Prepared;
use rayon::iter::Either;
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
    /// Figures that the shared passages have in common; not counted when the bodies are equal.
    pub figures_kept: u32,
    /// Figures that stand at the same place of a passage and differ.
    pub figures_changed: u32,
    /// Units of `a`, and of `b`.
    pub units: [u32; 2],
    /// The passages of at least twenty units.
    pub passages: Box<[Passage]>,
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

    /// The side with fewer units; when they are equal, the one of which more stands in the other.
    pub fn shorter(&self) -> usize {
        let [a, b] = [0, 1].map(|side| (self.units[side], -self.aligned[side]));
        usize::from(b < a)
    }

    /// The same match measured from the other side.
    fn turned(mut self) -> Self {
        self.containment.reverse();
        self.aligned.reverse();
        self.units.reverse();
        self.passages = self.passages.into_iter().map(Passage::turned).collect();
        self
    }

    /// Share of the shorter text that the longer one holds, by aligned passages, in 0..1.
    pub fn held(&self) -> f32 {
        self.aligned[self.shorter()]
    }
}

/// What verification asks of a corpus.
pub trait Bodies: Sync {
    /// Fills `units` with the units of a page's body.
    fn body(&self, doc: DocId, units: &mut Units);
    /// The units that two pages consist of when their bodies are equal, with the bytes of each.
    fn equal(&self, pair: Pair) -> Option<Equal>;
    /// The story of a page: probable copies have the same number. Pairs are worked through story by story, so that
    /// a page is read about once.
    fn story(&self, doc: DocId) -> u32;
    /// A number of the page that does not depend on its place in the input. Of two pages the one with the lesser
    /// number is read against the other, whichever comes first.
    fn order(&self, doc: DocId) -> u64;
}

/// Two bodies that are equal, unit for unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Equal {
    /// How many units each has.
    pub units: u32,
    /// The bytes of the two.
    pub spans: [Span; 2],
}

/// Pages that one thread keeps at hand, some 30 KB each.
const KEPT_PAGES: usize = 512;
/// Pairs in one task.
const TASK: usize = 1024;

/// Measures every pair that has something in common. Pairs that share no passage of twenty units and no tenth
/// of their shingles come to nothing and are left out. The result is in the order of `pairs`, which are sorted.
///
/// `progress` is told how many pairs are done.
pub fn verify(pairs: &[Pair], bodies: &impl Bodies, progress: impl Fn(usize) + Sync) -> Vec<Match> {
    let (mut found, differing): (Vec<Match>, Vec<Pair>) =
        pairs.par_iter().partition_map(|&pair| match bodies.equal(pair) {
            Some(equal) => Either::Left(match_of_equals(pair, equal)),
            None => Either::Right(pair),
        });
    progress(found.len());
    let by_story = order_by_story(&differing, bodies);
    drop(differing);
    let measured: Vec<Vec<Match>> = by_story
        .par_chunks(TASK)
        .map_init(Desk::default, |desk, task| {
            let found = task.iter().filter_map(|&(_, pair)| desk.measure(pair, bodies)).collect();
            progress(task.len());
            found
        })
        .collect();
    drop(by_story);
    found.reserve_exact(measured.iter().map(Vec::len).sum());
    measured.into_iter().for_each(|part| found.extend(part));
    found.par_sort_unstable_by_key(|m| m.pair);
    found
}

/// Pairs in an order in which pages come close together: story by story, pairs of two stories with the one that
/// has less to do with others. The pages of stories that many others share a passage with come up again and
/// again, and stay at hand.
fn order_by_story(pairs: &[Pair], bodies: &impl Bodies) -> Vec<((u32, u32), Pair)> {
    let stories = |p: Pair| (bodies.story(p.a), bodies.story(p.b));
    let mut others: FxHashMap<u32, u32> = FxHashMap::default();
    for (a, b) in pairs.iter().map(|&p| stories(p)).filter(|(a, b)| a != b) {
        *others.entry(a).or_default() += 1;
        *others.entry(b).or_default() += 1;
    }
    let rank = |story: u32| (others.get(&story).copied().unwrap_or(0), story);
    let key = |(a, b): (u32, u32)| if rank(a) <= rank(b) { (a, b) } else { (b, a) };
    let mut keyed: Vec<((u32, u32), Pair)> = pairs.par_iter().map(|&p| (key(stories(p)), p)).collect();
    keyed.par_sort_unstable();
    keyed
}

/// Two equal bodies need no measuring: they are one passage from end to end.
fn match_of_equals(pair: Pair, equal: Equal) -> Match {
    let passage = Passage {
        a: equal.spans[0],
        b: equal.spans[1],
        a_units: 0..equal.units,
        b_units: 0..equal.units,
        matched: equal.units,
    };
    Match {
        pair,
        jaccard: 1.0,
        containment: [1.0; 2],
        aligned: [1.0; 2],
        figures_changed: 0,
        figures_kept: 0,
        units: [equal.units; 2],
        passages: Box::new([passage]),
        kind: Kind::Reprint,
    }
}

/// What one thread works with: the pages it has read, and room for a comparison.
#[derive(Default)]
struct Desk {
    pages: Vec<Prepared>,
    /// Which document each page is, and whether it was asked for since the hand went by.
    docs: Vec<(DocId, bool)>,
    places: FxHashMap<DocId, usize>,
    hand: usize,
    comparison: Comparison,
}

impl Desk {
    /// Measures one pair; `None` when it comes to nothing.
    fn measure(&mut self, pair: Pair, bodies: &impl Bodies) -> Option<Match> {
        let turned = bodies.order(pair.b) < bodies.order(pair.a);
        let [x, y] = if turned { [pair.b, pair.a] } else { [pair.a, pair.b] }.map(|doc| self.page(doc, bodies));
        let (a, b) = (&self.pages[x], &self.pages[y]);
        self.comparison.of(a, b);
        let found = matched(pair, &self.comparison, a, b)?;
        let found = if turned { found.turned() } else { found };
        Some(Match { kind: kind::of(&found, &Thresholds::default()), ..found })
    }

    /// Where a page lies, which is read if it is not there yet. The page asked for last stays where it is.
    fn page(&mut self, doc: DocId, bodies: &impl Bodies) -> usize {
        if let Some(&place) = self.places.get(&doc) {
            self.docs[place].1 = true;
            return place;
        }
        let place = self.make_room(doc);
        self.pages[place].read(doc, bodies);
        self.places.insert(doc, place);
        place
    }

    /// A place for one more page: a new one, or that of a page which was not asked for lately (the clock
    /// algorithm, Corbató 1968).
    fn make_room(&mut self, doc: DocId) -> usize {
        if self.pages.len() < KEPT_PAGES {
            self.pages.push(Prepared::default());
            self.docs.push((doc, true));
            return self.pages.len() - 1;
        }
        while std::mem::take(&mut self.docs[self.hand].1) {
            self.hand = (self.hand + 1) % KEPT_PAGES;
        }
        let place = self.hand;
        self.hand = (self.hand + 1) % KEPT_PAGES;
        self.places.remove(&self.docs[place].0);
        self.docs[place] = (doc, true);
        place
    }
}

/// The match that a comparison of `a` and `b` comes to, its kind not yet decided.
fn matched(pair: Pair, compared: &Comparison, a: &Prepared, b: &Prepared) -> Option<Match> {
    let shared = compared.shared;
    let containment = [share(shared, a.distinct), share(shared, b.distinct)];
    if compared.passages.is_empty() && containment[0].max(containment[1]) < 0.1 {
        return None;
    }
    Some(Match {
        pair,
        jaccard: share(shared, a.distinct + b.distinct - shared),
        containment,
        aligned: compared.covered.units,
        figures_kept: compared.covered.figures_kept,
        figures_changed: compared.covered.figures_changed,
        units: [a.ids().len() as u32, b.ids().len() as u32],
        passages: compared.passages.as_slice().into(),
        kind: Kind::Passage,
    })
}

fn share(part: u32, whole: u32) -> f32 {
    if whole == 0 { 0.0 } else { part as f32 / whole as f32 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clean::{FurnitureModel, GroupKeys, clean};

    struct Pages(Vec<String>);

    impl Bodies for Pages {
        fn body(&self, doc: DocId, units: &mut Units) {
            let text = &self.0[doc.index()];
            *units = clean(text, None, &FurnitureModel::default(), GroupKeys::default()).body;
        }

        fn equal(&self, _: Pair) -> Option<Equal> {
            None
        }

        fn story(&self, _: DocId) -> u32 {
            0
        }

        fn order(&self, doc: DocId) -> u64 {
            doc.0.into()
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
