//! Replace the estimate by a measured fact: exact overlap of two texts and the passages they share.

mod align;
mod features;
mod matches;
mod prepared;
mod same_article;
mod spread;
mod title;

pub use align::Passage;
pub use features::{FEATURES, features};
pub(crate) use matches::MATCH_BYTES;
pub use matches::{Kind, Match, Matches};
pub use same_article::{SAME_ARTICLE, contributions, kind, log_odds, probability};
pub use spread::{Spread, SpreadSide};

use crate::candidates::Pair;
use crate::clean::Units;
use crate::error::Result;
use crate::storage::{Scratch, Sorted};
use crate::types::{DocId, Span, UnitRange};
use align::Comparison;
use bytemuck::{Pod, Zeroable};
use matches::MatchPart;
pub(crate) use matches::MatchWriter;
use prepared::Prepared;
use rayon::prelude::*;
use rustc_hash::FxHashMap;
use std::sync::{Mutex, PoisonError};

/// What verification asks of a corpus.
pub trait Bodies: Sync {
    /// Fills two lists with the units of a page's body and of its title; the second stays empty for a page without one.
    fn read(&self, doc: DocId, body: &mut Units, title: &mut Units);
    /// The units that two pages consist of when their bodies are equal, with the bytes of each.
    fn equal(&self, pair: Pair) -> Option<Equal>;
    /// What the pair came to when it was measured before; `None` for one that was not.
    fn known(&self, _pair: Pair) -> Option<Option<Match<'static>>> {
        None
    }
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

/// Pages that one thread keeps at hand, some 50 KB each: few enough that they are found in the caches.
const KEPT_PAGES: usize = 256;
/// Bytes that they take at most, two pages at work apart: of long pages fewer are kept.
const KEPT_BYTES: usize = 24 << 20;
/// Pairs in one task.
const TASK: usize = 1024;

/// About how many bytes the matches of one pair take while they are gathered.
type Gathered = [u64; 24];

/// Measures every pair that has something in common. Pairs that share no passage of twenty units and no tenth
/// of their shingles come to nothing and are left out. The result is in the order of `pairs`, which are sorted.
///
/// `progress` receives how many pairs are done; an error of it ends the work.
pub fn verify(
    pairs: &[Pair],
    bodies: &impl Bodies,
    scratch: &Scratch,
    progress: impl Fn(usize) -> Result<()> + Sync,
) -> Result<Matches> {
    let (mut found, mut differing) = (MatchWriter::new(pairs.len(), scratch), scratch.sorter_of(pairs.len()));
    let at_once = scratch.room::<Gathered>();
    let ties = Ties::of(pairs, bodies);
    for some in pairs.chunks(at_once) {
        let settle = |pairs: &[Pair]| -> Result<(MatchPart, Vec<Task>)> {
            let (mut part, mut others) = (MatchPart::default(), Vec::new());
            for &pair in pairs {
                match settled(pair, bodies) {
                    Some(settled) => part.extend(settled),
                    None => others.push(ties.task(pair, bodies)),
                }
            }
            progress(pairs.len() - others.len())?;
            Ok((part, others))
        };
        let settled: Vec<(MatchPart, Vec<Task>)> = some.par_chunks(TASK).map(settle).collect::<Result<_>>()?;
        for (part, others) in settled {
            found.append(part)?;
            differing.extend(&others)?;
        }
    }
    let differing: Sorted<Task> = differing.finish()?;
    let workers = Workers::default();
    differing.batches(
        |task| *task,
        |batch| {
            for some in batch.chunks(at_once) {
                let measure = |tasks: &[Task]| -> Result<MatchPart> {
                    progress(tasks.len())?;
                    let mut part = MatchPart::default();
                    workers.with_one(|worker| {
                        part.extend(tasks.iter().filter_map(|task| worker.measure(task.pair, bodies)));
                    });
                    Ok(part)
                };
                let measured: Vec<MatchPart> = some.par_chunks(TASK).map(measure).collect::<Result<_>>()?;
                measured.into_iter().try_for_each(|part| found.append(part))?;
            }
            Ok(())
        },
    )?;
    found.finish()
}

/// A pair in an order in which pages come close together: story by story, pairs of two stories with the one that
/// has less to do with others, and those that have least to do with others first. The pages of stories that many
/// others share a passage with come up again and again, and stay at hand.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Pod, Zeroable)]
#[repr(C)]
struct Task {
    /// With how many pairs of other stories each of the two has to do, and its number.
    stories: [[u32; 2]; 2],
    pair: Pair,
}

/// With how many pairs of other stories each story has to do.
struct Ties(FxHashMap<u32, u32>);

impl Ties {
    fn of(pairs: &[Pair], bodies: &impl Bodies) -> Self {
        let mut others: FxHashMap<u32, u32> = FxHashMap::default();
        for pair in pairs {
            let (a, b) = (bodies.story(pair.a), bodies.story(pair.b));
            if a != b && bodies.equal(*pair).is_none() {
                *others.entry(a).or_default() += 1;
                *others.entry(b).or_default() += 1;
            }
        }
        Ties(others)
    }

    fn task(&self, pair: Pair, bodies: &impl Bodies) -> Task {
        let rank = |doc: DocId| {
            let story = bodies.story(doc);
            [self.0.get(&story).copied().unwrap_or(0), story]
        };
        let (a, b) = (rank(pair.a), rank(pair.b));
        Task { stories: [a.min(b), a.max(b)], pair }
    }
}

/// What a pair comes to that need not be measured.
fn settled(pair: Pair, bodies: &impl Bodies) -> Option<Option<Match<'static>>> {
    match bodies.equal(pair) {
        Some(equal) => Some(Some(match_of_equals(pair, equal))),
        None => bodies.known(pair),
    }
}

/// Two equal bodies need no measuring: they are one passage from end to end.
fn match_of_equals(pair: Pair, equal: Equal) -> Match<'static> {
    let passage = Passage {
        a: equal.spans[0],
        b: equal.spans[1],
        a_units: UnitRange { start: 0, end: equal.units },
        b_units: UnitRange { start: 0, end: equal.units },
        matched: equal.units,
    };
    Match {
        pair,
        jaccard: 1.0,
        containment: [1.0; 2],
        aligned: [1.0; 2],
        figures_changed: 0,
        figures_kept: 0,
        replaced: 0,
        replaced_words: 0,
        longest_run: equal.units,
        units: [equal.units; 2],
        words: [0; 2],
        title_outside: 0.0,
        same_title: false,
        refilled_title: false,
        passages: vec![passage].into(),
        spread: Spread::default(),
        probability: 1.0,
        kind: Kind::Reprint,
    }
}

/// The workers of the threads, which keep their pages from one task to the next.
#[derive(Default)]
struct Workers(Mutex<Vec<Worker>>);

impl Workers {
    /// Works with a worker that is free.
    fn with_one<R>(&self, work: impl FnOnce(&mut Worker) -> R) -> R {
        let free = || self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut worker = free().pop().unwrap_or_default();
        let result = work(&mut worker);
        free().push(worker);
        result
    }
}

/// What one thread works with: the pages it has read, and room for a comparison.
#[derive(Default)]
struct Worker {
    pages: Vec<Prepared>,
    /// Which document each page is, if any, and whether it was asked for since the hand went by.
    docs: Vec<(Option<DocId>, bool)>,
    places: FxHashMap<DocId, usize>,
    /// Places without a page.
    empty: Vec<usize>,
    /// Bytes that the pages take.
    bytes: usize,
    hand: usize,
    comparison: Comparison,
}

impl Worker {
    /// Measures one pair; `None` when it comes to nothing.
    fn measure(&mut self, pair: Pair, bodies: &impl Bodies) -> Option<Match<'static>> {
        let x = self.page(pair.a, None, bodies);
        let y = self.page(pair.b, Some(x), bodies);
        let turned = self.pages[y].order < self.pages[x].order;
        let [a, b] = if turned { [y, x] } else { [x, y] }.map(|place| &self.pages[place]);
        self.comparison.of(a, b);
        let found = matched(pair, &self.comparison, a, b)?;
        let found = if turned { found.turned() } else { found };
        Some(found.judged(SAME_ARTICLE))
    }

    /// Where a page lies, which is read if it is not there yet. The page at `kept` stays where it is.
    fn page(&mut self, doc: DocId, kept: Option<usize>, bodies: &impl Bodies) -> usize {
        if let Some(&place) = self.places.get(&doc) {
            self.docs[place].1 = true;
            return place;
        }
        let place = self.make_room(kept);
        let before = self.pages[place].room();
        self.pages[place].read(doc, bodies);
        self.bytes = self.bytes - before + self.pages[place].room();
        self.docs[place] = (Some(doc), true);
        self.places.insert(doc, place);
        while self.bytes > KEPT_BYTES && self.places.len() > 2 {
            let long = self.leave([Some(place), kept]);
            self.bytes -= std::mem::take(&mut self.pages[long]).room();
            self.empty.push(long);
        }
        place
    }

    /// A place for one more page, but for that at `kept`: an empty one, a new one, or that of another page.
    fn make_room(&mut self, kept: Option<usize>) -> usize {
        if let Some(place) = self.empty.pop() {
            return place;
        }
        if self.pages.len() < KEPT_PAGES {
            self.pages.push(Prepared::default());
            self.docs.push((None, false));
            return self.pages.len() - 1;
        }
        self.leave([kept, None])
    }

    /// The place of a page that was not asked for lately (the clock algorithm, Corbató 1968) and no longer counts as kept.
    fn leave(&mut self, but: [Option<usize>; 2]) -> usize {
        loop {
            let place = self.hand;
            self.hand = (self.hand + 1) % self.pages.len();
            let (doc, was_asked_for) = &mut self.docs[place];
            if but.contains(&Some(place)) || std::mem::take(was_asked_for) {
                continue;
            }
            if let Some(doc) = doc.take() {
                self.places.remove(&doc);
                return place;
            }
        }
    }
}

/// The match that a comparison of `a` and `b` comes to, its kind not yet decided.
fn matched(pair: Pair, compared: &Comparison, a: &Prepared, b: &Prepared) -> Option<Match<'static>> {
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
        replaced: compared.covered.replaced,
        replaced_words: compared.covered.replaced_words,
        longest_run: compared.covered.longest_run,
        words: [a.words, b.words],
        title_outside: compared.title_outside,
        same_title: a.title.is(&b.title),
        refilled_title: a.title.is_refilled(&b.title),
        units: [a.ids().len() as u32, b.ids().len() as u32],
        passages: compared.passages.clone().into(),
        spread: Spread::default(),
        probability: 0.0,
        kind: Kind::Passage,
    })
}

fn share(part: u32, whole: u32) -> f32 {
    if whole == 0 { 0.0 } else { part as f32 / whole as f32 }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::clean::{FurnitureModel, GroupKeys, clean};

    /// Texts as pages without furniture.
    pub(crate) struct Pages(pub(crate) Vec<String>);

    impl Bodies for Pages {
        fn read(&self, doc: DocId, body: &mut Units, title: &mut Units) {
            let text = &self.0[doc.index()];
            *title = Units::default();
            *body = clean(text, None, &FurnitureModel::default(), GroupKeys::default()).body;
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
    pub(crate) fn prose(seed: u32, length: u32) -> String {
        let sentence = |s: u32| -> String {
            (0..24).map(|k| char::from_u32(0x4E00 + (s * 131 + k * 37 + seed * 4099) % 6000).unwrap()).collect()
        };
        (0..length / 24).map(|s| sentence(s) + "。").collect()
    }

    fn only(texts: &[&str]) -> Matches {
        let pages = Pages(texts.iter().map(|t| (*t).to_owned()).collect());
        let found = verify(&[Pair::new(DocId(0), DocId(1))], &pages, &Scratch::default(), |_| Ok(())).unwrap();
        assert_eq!(found.len(), 1);
        found
    }

    #[test]
    fn equal_texts_are_one_passage() {
        let text = prose(1, 480);
        let all = only(&[&text, &text]);
        let found = all.get(0);
        assert_eq!((found.jaccard, found.aligned), (1.0, [1.0, 1.0]));
        assert_eq!(found.passages.len(), 1);
        assert_eq!(found.passages[0].identity(), 1.0);
        assert_eq!(found.kind, Kind::Reprint);
    }

    #[test]
    fn a_passage_knows_both_places() {
        let (shared, mine, yours) = (prose(1, 240), prose(2, 480), prose(3, 720));
        let (a, b) = (format!("{mine}{shared}"), format!("{shared}{yours}"));
        let all = only(&[&a, &b]);
        let found = all.get(0);
        assert_eq!(found.passages.len(), 1);
        let passage = &found.passages[0];
        assert_eq!(passage.a.of(&a).trim_end_matches('。'), shared.trim_end_matches('。'));
        assert_eq!(passage.b.of(&b).trim_end_matches('。'), shared.trim_end_matches('。'));
        assert_eq!(found.kind, Kind::Passage);
    }

    /// How much of the titles the passages of two pages leave outside, and whether the titles are the same.
    fn titled(titles: [&str; 2]) -> (f32, bool) {
        struct Titled<'t>([&'t str; 2]);
        impl Bodies for Titled<'_> {
            fn read(&self, doc: DocId, body: &mut Units, title: &mut Units) {
                let own = "清晨的薄雾还没有散开摆渡的老人已经解下缆绳";
                let text = format!("{}河堤上的早市热闹起来，{}", ["", own][doc.index()], prose(1, 240));
                crate::clean::scan_spans(&text, &[Span::new(0, text.len())], body);
                crate::clean::scan_title(self.0[doc.index()], title);
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
        let pair = [Pair::new(DocId(0), DocId(1))];
        let found = verify(&pair, &Titled(titles), &Scratch::default(), |_| Ok(())).unwrap();
        (found.get(0).title_outside, found.get(0).same_title)
    }

    #[test]
    fn passages_say_what_the_titles_say() {
        assert_eq!(titled(["河堤上的早市热闹起来", "河堤上的早市热闹起来(2)_墨川网"]), (0.0, true));
        assert_eq!(titled(["摆渡的老人解下缆绳", "河堤上的早市热闹起来"]), (0.0, false), "one of the two is enough");
        assert_eq!(titled(["摆渡的老人解下缆绳", "薄雾还没有散开"]), (1.0, false), "the text of one page alone");
        assert_eq!(titled(["", "早市"]), (0.5, false), "no title, and one too short to tell");
    }

    #[test]
    fn titles_that_differ_in_figures_alone_are_of_a_form() {
        let read = |title: &str| {
            let (mut units, mut read) = (Units::default(), title::Title::default());
            crate::clean::scan_title(title, &mut units);
            read.read(&units, &[]);
            read
        };
        let first = read("墨川港3月7日装卸情况");
        assert!(first.is_refilled(&read("墨川港3月14日装卸情况")));
        assert!(!first.is_refilled(&read("墨川港3月7日装卸情况(2)")), "another page of the same");
        assert!(!first.is_refilled(&read("墨川港3月7日进出情况")));
    }

    #[test]
    fn strangers_come_to_nothing() {
        let pages = Pages(vec![prose(1, 480), prose(2, 480)]);
        let pair = [Pair::new(DocId(0), DocId(1))];
        assert!(verify(&pair, &pages, &Scratch::default(), |_| Ok(())).unwrap().is_empty());
    }

    #[test]
    fn of_long_pages_few_are_kept() {
        let long = |k: u32| format!("{}{}", prose(k, 40_008), prose(k + 1, 40_008));
        let pages = Pages((0..16).map(long).collect());
        let pairs = (0..15).chain([0, 3]).map(|k| Pair::new(DocId(k), DocId(k + 1)));
        let mut worker = Worker::default();
        for pair in pairs {
            let found = worker.measure(pair, &pages).unwrap();
            let alone = Worker::default().measure(pair, &pages).unwrap();
            assert_eq!((found.pair, found.jaccard, &found.passages), (alone.pair, alone.jaccard, &alone.passages));
            assert_eq!(worker.bytes, worker.pages.iter().map(Prepared::room).sum::<usize>());
            assert!(worker.bytes <= KEPT_BYTES, "{}", worker.bytes);
        }
        assert!(worker.pages.len() < 16, "places are used again");
    }

    #[test]
    fn a_moved_paragraph_is_a_passage_of_its_own() {
        let (x, y) = (prose(1, 240), prose(5, 240));
        let all = only(&[&format!("{x}{y}"), &format!("{y}{x}")]);
        let found = all.get(0);
        assert_eq!(found.passages.len(), 2);
        assert!(found.aligned[0] > 0.95);
    }

    #[test]
    fn a_statement_retold_and_then_printed_stands_where_it_is_printed() {
        let (x, y) = (prose(1, 120), prose(4, 120));
        let brief = format!("{}{x}{y}{}", prose(2, 24), prose(5, 144));
        let report = format!("{}{y}{}{x}{}{x}{y}", prose(3, 72), prose(6, 48), prose(7, 168));
        for texts in [[&brief, &report], [&report, &brief]] {
            let all = only(&texts.map(String::as_str));
            assert_eq!(all.get(0).kind, Kind::Passage);
        }
    }
}
