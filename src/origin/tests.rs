//! What is looked up in tables, computed the slow plain way: over all pairs of pages.

use super::candidate::Candidate;
use super::evidence::{Evidence, evidence};
use super::evidence_kind::EvidenceKind;
use super::habits::Habits;
use super::mentions::bare_url;
use super::names::Entity;
use super::view::View;
use super::*;
use crate::attribution::SeenNames;
use crate::candidates::Pair;
use crate::storage::{Scratch, processor_seconds};
use crate::types::{Precision, UnitRange};
use crate::verify::{Kind, Passage};

/// A page of which nothing is known.
pub(super) fn page(doc: u32) -> PageFacts {
    PageFacts {
        doc: DocId(doc),
        order: u64::from(doc).wrapping_mul(0x9E37_79B9_7F4A_7C15),
        outlet: None,
        masthead: Vec::new(),
        stated: Rare::default(),
        marks: Rare::default(),
        reporters: Vec::new(),
        url: None,
        title: None,
        title_from_text: false,
        paragraphs: 1,
        half_width: 0.0,
        time: None,
        body_hash: u64::from(doc),
        units: 500,
    }
}

/// Numbers that follow from a seed.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (self.0 >> 33) % bound
    }

    /// One case in `many`.
    fn one_in(&mut self, many: u64) -> bool {
        self.below(many) == 0
    }
}

const NAMES: [&str; 5] = ["江畔日报", "河西晚报", "山南网", "海东时报", "湖北角通讯社"];

fn outlets() -> Outlets {
    let mut seen = SeenNames::default();
    for (number, name) in NAMES[..3].iter().enumerate() {
        seen.note(Some(name), Some(&format!("http://site{number}.cn/1")), None);
    }
    Outlets::learn(&seen, Roles::load(None).unwrap().aliases())
}

/// Pages that name each other, link to each other and state each other's titles, at random.
fn tangle(seed: u64, count: u32) -> Vec<PageFacts> {
    let mut random = Random(seed);
    let at = Span { start: 3, end: 9 };
    let found = |value: String| Found { value, at };
    (0..count)
        .map(|doc| {
            let mut some = page(doc);
            some.outlet = (!random.one_in(3)).then(|| random.below(3) as u32);
            let name = |random: &mut Random| NAMES[random.below(5) as usize].to_owned();
            some.stated.source = random.one_in(2).then(|| found(name(&mut random)));
            some.stated.agency = random.one_in(3).then(|| found(name(&mut random)));
            let address = |random: &mut Random| format!("http://site{}.cn/{}", random.below(3), random.below(3));
            some.url = random.one_in(2).then(|| address(&mut random));
            some.stated.original_url = random.one_in(2).then(|| found(address(&mut random)));
            some.title = Some(format!("标题{}", random.below(4)));
            some.stated.original_title = random.one_in(2).then(|| found(format!("标题{}", random.below(4))));
            some.marks.claims = (0..random.below(3)).map(|_| (random.below(3) as u32, at)).collect();
            some.body_hash = random.below(u64::from(count) / 2 + 1);
            some.half_width = random.below(11) as f32 / 10.0;
            some.paragraphs = random.below(5) as u32;
            let time = |random: &mut Random| Timestamp {
                seconds: random.below(400_000) as i64,
                zone: 0,
                precision: [Precision::Second, Precision::Minute, Precision::Day][random.below(3) as usize],
            };
            some.time = (!random.one_in(4)).then(|| time(&mut random));
            let speaking =
                |random: &mut Random| Reporting { outlet: found(name(random)), times: 1 + random.below(4) as u32 };
            some.reporters = (0..random.below(3)).map(|_| speaking(&mut random)).collect();
            some
        })
        .collect()
}

/// Measurements of some pairs of pages.
fn measured(seed: u64, pages: &[PageFacts]) -> Matches {
    let mut random = Random(seed);
    let mut found = Vec::new();
    for a in 0..pages.len() as u32 {
        for b in a + 1..pages.len() as u32 {
            if random.one_in(3) {
                let stretch = |random: &mut Random| {
                    let (start, length) = (random.below(300) as u32, 20 + random.below(180) as u32);
                    UnitRange { start, end: start + length }
                };
                let (a_units, b_units) = (stretch(&mut random), stretch(&mut random));
                let whole = Span { start: 0, end: 1200 };
                let passage = Passage { a: whole, b: whole, a_units, b_units, matched: 20 };
                found.push(Match {
                    pair: Pair { a: DocId(a), b: DocId(b) },
                    jaccard: random.below(100) as f32 / 100.0,
                    containment: [0.8, 0.8],
                    aligned: [random.below(101) as f32 / 100.0, random.below(101) as f32 / 100.0],
                    figures_kept: 0,
                    figures_changed: 0,
                    replaced: 0,
                    replaced_words: 0,
                    longest_run: 400,
                    units: [500, 500],
                    words: [0, 0],
                    title_outside: 0.5,
                    same_title: false,
                    refilled_title: false,
                    passages: vec![passage].into(),
                    spread: Default::default(),
                    probability: 0.9,
                    kind: Kind::Reprint,
                });
            }
        }
    }
    Matches::gather(found.into_iter(), &Scratch::default()).unwrap()
}

/// The share of page `k`'s text in passages with pages of another body, unit by unit.
fn covered(pages: &[PageFacts], matches: &Matches, k: usize) -> f32 {
    let mut units = vec![false; pages[k].units as usize];
    for m in matches.iter() {
        let [a, b] = [m.pair.a, m.pair.b].map(DocId::index);
        if pages[a].body_hash == pages[b].body_hash || (a != k && b != k) {
            continue;
        }
        for passage in m.passages.iter() {
            let at = if a == k { passage.a_units } else { passage.b_units };
            units[at.start as usize..at.end as usize].fill(true);
        }
    }
    units.iter().filter(|&&covered| covered).count() as f32 / units.len() as f32
}

/// The kinds of evidence that other pages give, with their values and the page quoted, by looking at every other page.
fn plainly(view: &View, matches: &Matches, k: usize) -> Vec<(EvidenceKind, f64, Option<DocId>)> {
    use EvidenceKind::*;
    let pages = view.pages;
    let me = view.entity(k);
    let others =
        |test: &dyn Fn(usize) -> bool| -> Vec<usize> { (0..pages.len()).filter(|&m| m != k && test(m)).collect() };
    let foreign = |m: usize| me.is_some() && view.entity(m) != me;
    let link = |m: usize| pages[m].stated.original_url.as_ref().map(|url| url.value.as_str());
    let exact = |m: usize| {
        pages[k].url.as_deref().is_some_and(|mine| link(m).is_some_and(|url| bare_url(url) == bare_url(mine)))
    };
    let titled = |m: usize| {
        let stated = pages[m].stated.original_title.as_ref();
        stated.is_some_and(|t| Some(crate::attribution::folded(&t.value)) == pages[k].title)
    };
    let claims = |m: usize| pages[m].marks.claims.iter().any(|&(outlet, _)| Some(view.names.outlet(outlet)) == me);
    let mut counted = vec![
        (CreditedByOthers, others(&|m| foreign(m) && view.credit(m) == me)),
        (LinkedByOthers, others(&exact)),
        (HostLinked, others(&|m| !exact(m) && foreign(m) && view.linked(m) == me)),
        (ClaimedElsewhere, others(&|m| foreign(m) && claims(m))),
        (OriginalTitle, others(&titled)),
    ];
    if view.agency(k).is_none() {
        counted.push((DatelineElsewhere, others(&|m| foreign(m) && view.agency(m) == me)));
    }
    let mut found: Vec<_> = (counted.into_iter().filter(|(_, pages)| !pages.is_empty()))
        .map(|(kind, m)| (kind, (1.0 + m.len() as f64).log2(), Some(pages[m[0]].doc)))
        .collect();
    if let Some(me) = me {
        let names = |found: &Option<Found>| found.as_ref().and_then(|found| view.names.named(&found.value));
        let named = |m: usize| -> Vec<Entity> {
            let stated = [names(&pages[m].stated.source), names(&pages[m].stated.agency)];
            let speaking = pages[m].reporters.iter().filter_map(|r| view.names.named(&r.outlet.value));
            stated.into_iter().flatten().chain(speaking).collect()
        };
        let naming = (0..pages.len()).filter(|&m| named(m).contains(&me)).count();
        found.push((NamedByPages, naming as f64 / pages.len() as f64, None));
        let others = (0..pages.len()).flat_map(named).any(|entity| entity != me);
        found.push((Uncontested, f64::from(u8::from(naming > 0 && !others)), None));
        let times = |m: usize| -> u32 {
            let own = pages[m].reporters.iter().filter(|r| view.names.named(&r.outlet.value) == Some(me));
            own.map(|r| r.times).sum()
        };
        let most = (0..pages.len()).map(times).max().unwrap_or(0);
        let first = (0..pages.len()).find(|&m| times(m) == most);
        found.push((ReportersSpeak, (1.0 + f64::from(most)).log2(), first.map(|m| pages[m].doc)));
        let sole = (0..pages.len()).all(|m| view.entity(m) == Some(me));
        found.push((SoleOutlet, f64::from(u8::from(sole)), None));
    }
    let commons = (0..pages.len()).filter(|&m| m != k).filter_map(|m| Some((m, view.common(k, m)?)));
    if commons.clone().next().is_some() {
        let most = commons.map(|(_, c)| c.mine).fold(0.0, f32::max);
        let of_others = most.max(covered(pages, matches, k));
        found.push((ExtraText, f64::from(1.0 - of_others), Some(pages[k].doc)));
    }
    found.retain(|(_, value, _)| value.abs() > 1e-9);
    found.sort_by_key(|found| found.0);
    found
}

#[test]
fn tables_give_what_a_look_at_every_page_gives() {
    let (outlets, roles) = (outlets(), Roles::load(None).unwrap());
    let mut seen = std::collections::BTreeSet::new();
    for seed in 1..=60 {
        let pages = tangle(seed, 24);
        let matches = measured(seed, &pages);
        let all = vec![pages];
        let names = Names::resolve(&all, &outlets, &roles);
        let view = View::new(&all[0], &Overlaps::new(&matches), &names);
        for k in 0..view.len() {
            let plain = plainly(&view, &matches, k);
            let kinds: Vec<EvidenceKind> = plain.iter().map(|found| found.0).collect();
            let mut looked_up: Vec<Evidence> = evidence(&view, &Habits::unknown(), Candidate::Member(k));
            let rare = [EvidenceKind::Uncontested, EvidenceKind::SoleOutlet];
            let by_others = |e: &Evidence| plainly_kinds().contains(&e.kind) || rare.contains(&e.kind);
            looked_up.retain(by_others);
            looked_up.sort_by_key(|e| e.kind);
            let looked_up: Vec<_> = looked_up.iter().map(|e| (e.kind, e.value, e.document)).collect();
            assert_eq!(looked_up, plain, "seed {seed}, page {k}");
            seen.extend(
                kinds.into_iter().filter(|kind| !matches!(kind, EvidenceKind::Uncontested | EvidenceKind::SoleOutlet)),
            );
        }
    }
    assert_eq!(seen.into_iter().collect::<Vec<_>>(), plainly_kinds(), "not every kind was met");
}

/// The kinds that [`plainly`] computes, in order.
fn plainly_kinds() -> Vec<EvidenceKind> {
    use EvidenceKind::*;
    let mut kinds = vec![
        CreditedByOthers,
        LinkedByOthers,
        HostLinked,
        ClaimedElsewhere,
        OriginalTitle,
        DatelineElsewhere,
        ExtraText,
        NamedByPages,
        ReportersSpeak,
    ];
    kinds.sort();
    kinds
}

/// So many scrapes of one page, each by an outlet of its own that credits another one.
fn scrapes(count: u32) -> Vec<PageFacts> {
    (0..count)
        .map(|doc| PageFacts {
            body_hash: u64::from(doc % 7),
            outlet: Some(doc % 3),
            time: Some(Timestamp { seconds: i64::from(doc) * 50, zone: 0, precision: Precision::Minute }),
            url: Some(format!("http://site.cn/{doc}")),
            stated: Stated {
                source: Some(Found { value: NAMES[doc as usize % 5].to_owned(), at: Span { start: 0, end: 3 } }),
                ..Stated::default()
            }
            .into(),
            ..page(doc)
        })
        .collect()
}

#[test]
fn the_cost_of_a_set_grows_as_its_size() {
    let (outlets, roles) = (outlets(), Roles::load(None).unwrap());
    let matches = Matches::default();
    let seconds = |count: u32| {
        let sets = vec![scrapes(count)];
        processor_seconds(|| {
            let found = lineages(&sets, &Overlaps::new(&matches), &outlets, &roles);
            assert_eq!(found[0].copies.len(), count as usize);
        })
    };
    let (small, large) = (seconds(1_000), seconds(16_000));
    // Quadratic work shows as 256 times.
    assert!(large < 64.0 * small, "16 times the pages took {:.0} times as long", large / small);
}

#[test]
fn in_a_large_set_the_parent_is_certainly_earlier_and_its_text_is_like() {
    let (outlets, roles) = (outlets(), Roles::load(None).unwrap());
    let sets = vec![scrapes(400)];
    let found = lineages(&sets, &Overlaps::new(&Matches::default()), &outlets, &roles);
    let by_doc = |doc: DocId| &sets[0][doc.index()];
    let parents: Vec<(&PageFacts, &PageFacts)> =
        found[0].copies.iter().filter_map(|copy| Some((by_doc(copy.doc), by_doc(copy.parent?)))).collect();
    assert!(parents.len() > 100, "{}", parents.len());
    for (copy, parent) in &parents {
        assert!(parent.time.unwrap().seconds < copy.time.unwrap().seconds);
    }
    let probabilities = found[0].copies.iter().map(|copy| copy.parent_probability);
    assert!(probabilities.clone().all(|p| (0.0..=1.0).contains(&p)));
}

#[test]
fn facts_come_back_from_their_lines_and_what_a_page_does_not_state_takes_no_room() {
    let value = |page: &PageFacts| serde_json::to_value(page).unwrap();
    for page in tangle(5, 60) {
        assert_eq!(value(&facts::read(&facts::line(&page)).unwrap()), value(&page));
        // As earlier versions wrote them: with all that is empty.
        assert_eq!(value(&facts::read(&serde_json::to_vec(&page).unwrap()).unwrap()), value(&page));
    }
    let silent = PageFacts { body_hash: 0, units: 0, ..page(7) };
    let line = String::from_utf8(facts::line(&silent)).unwrap();
    assert_eq!(line, format!("{{\"doc\":7,\"order\":{},\"paragraphs\":1}}", silent.order));
}
