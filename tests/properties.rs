//! What is true of every text and every corpus, on many that are drawn.

use crate::support::nothing_wrong;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use std::collections::{BTreeMap, BTreeSet};
use tonggao::findings::{Match, Span};
use tonggao::stages::clean::{FurnitureModel, GroupKeys, Readable, Units, clean, fold, readable, scan_spans};
use tonggao::{Config, Corpus, DocId, Findings, InputRecord, Unobserved, detect};

/// So many cases, the same in each run: a failure must be the doing of a change.
fn drawn(cases: u32) -> ProptestConfig {
    let seed = std::env::var("TONGGAO_SEED").map_or(21, |seed| seed.parse().expect("a number"));
    ProptestConfig { cases, rng_seed: RngSeed::Fixed(seed), failure_persistence: None, ..ProptestConfig::default() }
}

fn every_character() -> impl Iterator<Item = char> {
    (0..=0x10_FFFF).filter_map(char::from_u32)
}

#[test]
fn folding_twice_is_folding_once() {
    let again =
        every_character().filter_map(|c| Some((c, fold(c)?))).filter(|&(_, folded)| fold(folded) != Some(folded));
    nothing_wrong(again.map(|(c, folded)| format!("{c:?} {folded:?} {:?}", fold(folded))).collect());
    let shown = every_character().map(|c| (c, readable(c))).filter(|&(_, shown)| readable(shown) != shown);
    nothing_wrong(shown.map(|(c, shown)| format!("{c:?} {shown:?} {:?}", readable(shown))).collect());
}

/// Text with what repairs look for.
fn damaged_text() -> impl Strategy<Value = String> {
    let pieces = prop::sample::select(vec![
        "来源：霁江日报",
        "創(chuàng)新",
        "上?zhèn)黨委",
        "&nbsp;",
        "&#35760;",
        "&amp;lt;",
        "&",
        "<p>",
        "<a href=x>",
        "</",
        "\n",
        "\\n",
        "\u{feff}",
        "\u{200b}",
        "新 华 社",
        " a b c ",
        "ＡＢ１２",
        "　",
        "，",
        "？",
        "Ã©",
        "\u{fffd}",
        "😀",
        "e\u{301}",
        "(",
        "（",
        ">",
        ";",
        "the ferry ",
        "渡口停了十一年。",
    ]);
    prop_oneof![
        4 => prop::collection::vec(pieces, 0..24).prop_map(|pieces| pieces.concat()),
        1 => "\\PC{0,60}",
    ]
}

fn whole(text: &str) -> Span {
    Span { start: 0, end: text.len() as u32 }
}

/// The text of a span, which must begin and end between characters.
fn cut(text: &str, span: Span) -> &str {
    text.get(span.start as usize..span.end as usize).unwrap_or_else(|| panic!("{span:?} does not cut {text:?}"))
}

proptest! {
    #![proptest_config(drawn(400))]

    #[test]
    fn a_readable_line_leads_back_to_what_it_was_read_from(text in damaged_text()) {
        let line = Readable::new(&text, whole(&text));
        let borders: Vec<usize> =
            line.text.char_indices().map(|(at, _)| at).chain([line.text.len()]).collect();
        let mut last = 0;
        for ends in borders.windows(2) {
            let (start, end) = (ends[0], ends[1]);
            let raw = line.raw(&text, start, end);
            prop_assert!(raw.start >= last && !cut(&text, raw).is_empty(), "{:?}", raw);
            last = raw.end;
            let written = line.written(&text, start, end);
            prop_assert_eq!(written.chars().map(readable).collect::<String>(), &line.text[start..end]);
        }
        prop_assert_eq!(line.written(&text, 0, line.text.len()).chars().map(readable).collect::<String>(), line.text);
    }

    #[test]
    fn what_cleaning_finds_cuts_the_text_in_order(text in damaged_text()) {
        let doc = clean(&text, None, &FurnitureModel::default(), GroupKeys::default());
        for spans in [doc.lines.iter().map(|line| line.span).collect::<Vec<Span>>(), doc.body_spans()] {
            spans.iter().for_each(|&span| assert!(!cut(&text, span).is_empty()));
            prop_assert!(spans.windows(2).all(|pair| pair[0].end <= pair[1].start), "{:?}", spans);
        }
        let units: Vec<Span> = (0..doc.body.len()).map(|at| doc.body.span(at..at + 1)).collect();
        units.iter().for_each(|&span| assert!(!cut(&text, span).is_empty()));
        prop_assert!(units.windows(2).all(|pair| pair[0].start < pair[1].start), "{:?}", units);
    }
}

/// Pages of a small corpus: each a list of numbered sentences, so that some share all, some or none.
fn pages() -> impl Strategy<Value = Vec<String>> {
    prop::collection::vec(prop::collection::vec(0..16usize, 1..9), 2..9).prop_map(|pages| {
        let sentence = |number: usize| -> String {
            let character =
                |k: usize| char::from_u32(0x4E00 + ((number * 7919 + k * 104_729 + k * k * 31) % 9000) as u32);
            (0..18 + number).map(|k| character(k).unwrap()).chain(['。']).collect()
        };
        pages.into_iter().map(|page| page.into_iter().map(sentence).collect()).collect()
    })
}

fn found<'c>(corpus: &'c Corpus) -> Findings<'c> {
    detect(corpus, &Config { threads: 1, ..Config::default() }, &Unobserved).unwrap()
}

fn corpus(pages: &[(usize, &String)]) -> Corpus {
    let record = |&(number, text): &(usize, &String)| InputRecord {
        id: Some(format!("p{number}")),
        text: text.as_str().into(),
        ..InputRecord::default()
    };
    Corpus::from_records(pages.iter().map(record)).unwrap()
}

/// The longest common subsequence of two lists.
fn common(a: &[u32], b: &[u32]) -> usize {
    let mut row = vec![0; b.len() + 1];
    for x in a {
        let mut diagonal = 0;
        for (at, y) in b.iter().enumerate() {
            let above = row[at + 1];
            row[at + 1] = if x == y { diagonal + 1 } else { above.max(row[at]) };
            diagonal = above;
        }
    }
    row[b.len()]
}

/// What a match says of its pair by the ids of the pages, the lesser first.
fn said(corpus: &Corpus, m: &Match) -> ((String, String), Vec<String>) {
    let [a, b] = [m.pair.a, m.pair.b].map(|doc| corpus.id(doc).to_owned());
    let sides = if a <= b { [0, 1] } else { [1, 0] };
    let of_sides: Vec<_> = sides.map(|side| (m.containment[side], m.aligned[side], m.units[side])).into();
    let numbers = vec![format!("{:?} {:.5} {:.5} {of_sides:?}", m.kind, m.jaccard, m.probability)];
    (if a <= b { (a, b) } else { (b, a) }, numbers)
}

proptest! {
    #![proptest_config(drawn(48))]

    #[test]
    fn passages_match_scores_have_bounds_and_sets_divide_the_pages(pages in pages()) {
        let numbered: Vec<(usize, &String)> = pages.iter().enumerate().collect();
        let records = corpus(&numbered);
        let findings = found(&records);
        for m in findings.matches.iter() {
            let shares = [m.jaccard, m.probability, m.title_outside].into_iter().chain(m.containment).chain(m.aligned);
            shares.for_each(|share| assert!((0.0..=1.0).contains(&share), "{m:?}"));
            for passage in m.passages.iter() {
                let units = [(m.pair.a, passage.a), (m.pair.b, passage.b)].map(|(doc, span)| {
                    cut(&pages[doc.0 as usize], span);
                    let mut units = Units::default();
                    scan_spans(&pages[doc.0 as usize], &[span], &mut units);
                    units.ids
                });
                prop_assert_eq!([units[0].len(), units[1].len()], [passage.a_units, passage.b_units].map(|range| range.len()));
                let matched = passage.matched as usize;
                // A shorter body is a passage when the other has it whole.
                prop_assert!(matched >= 20.min(m.units[m.shorter()] as usize), "{:?}", passage);
                prop_assert!(matched <= common(&units[0], &units[1]), "{:?}", passage);
            }
        }
        let mut seen = BTreeSet::new();
        for set in &findings.clusters.list {
            prop_assert!(set.members.len() > 1 && set.members.contains(&set.medoid));
            set.members.iter().for_each(|doc| assert!(seen.insert(*doc) && doc.0 < pages.len() as u32, "{doc:?} twice"));
            prop_assert!((0.0..=1.0).contains(&set.least_held) && set.least_held <= set.mean_held + 1e-6);
        }
        let compilations: BTreeSet<DocId> = findings.clusters.compilations.iter().map(|c| c.doc).collect();
        prop_assert!(compilations.is_disjoint(&seen));
    }

    #[test]
    fn the_order_of_the_pages_changes_nothing(pages in pages()) {
        let numbered: Vec<(usize, &String)> = pages.iter().enumerate().collect();
        let turned: Vec<(usize, &String)> = numbered.iter().rev().copied().collect();
        let [forth, back] = [numbered, turned].map(|pages| {
            let records = corpus(&pages);
            let findings = found(&records);
            let matches: BTreeMap<_, _> = findings.matches.iter().map(|m| said(&records, &m)).collect();
            let sets: BTreeSet<BTreeSet<String>> =
                findings.sets().map(|set| set.into_iter().map(str::to_owned).collect()).collect();
            (matches, sets)
        });
        prop_assert_eq!(forth, back);
    }
}
