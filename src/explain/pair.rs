//! Two pages against each other.

use super::Answer;
use super::words::{Sheet, count, excerpt, percent, shortened};
use crate::candidates::Pair;
use crate::error::Result;
use crate::output_folder::Reread;
use crate::output_folder::{Document, Pairing};
use crate::output_folder::{OutFolder, written};
use crate::pages::Pages;
use crate::pipeline;
use crate::types::{DocId, Span};
use crate::verify::{Kind, Match, Passage, Reason, Thresholds, reason};

/// Passages that are shown, the longest.
const PASSAGES: usize = 12;
/// Other pages with the same passage that are named.
const OTHERS: usize = 5;

pub(super) fn explain(out: &OutFolder, a: &str, b: &str) -> Result<Answer> {
    if a == b {
        return Ok(Answer::Nothing(format!("{a:?} twice: a page is no copy of itself; give two ids")));
    }
    let mut found = out.documents(&[a, b])?;
    if let Some(missing) = [a, b].into_iter().find(|id| found.iter().all(|d| d.id != *id)) {
        return Ok(Answer::no_page(out, missing));
    }
    // In the order of the question, whatever the order of the file.
    found.sort_by_key(|document| document.id != a);
    let documents = [&found[0], &found[1]];
    let reread = Reread::new(out, &documents)?;
    let mut pages = reread.pages(out)?;
    let measured = pipeline::compare(&mut pages, Pair::new(DocId(0), DocId(1)))?;
    let told = Told::read(out, a, b)?;
    let mut sheet = Sheet::default();
    introduce(&mut sheet, documents, measured.as_ref());
    judge(&mut sheet, documents, measured.as_ref(), &told);
    if let Some(found) = &measured {
        overlap(&mut sheet, found);
        passages(&mut sheet, found, &pages);
        common_source(&mut sheet, &told);
        thresholds(&mut sheet);
    }
    Ok(Answer::Text(sheet.done()))
}

/// What the run has written of the two pages.
#[derive(Default)]
struct Told {
    /// Their own match.
    pair: Option<Pairing>,
    /// Other pages that share text with one of them which the two share with each other.
    others: Vec<String>,
}

impl Told {
    /// Reads `matches.jsonl` once.
    fn read(out: &OutFolder, a: &str, b: &str) -> Result<Self> {
        let (a_written, b_written) = (written(a), written(b));
        let mut near: Vec<Pairing> = Vec::new();
        let mut told = Told::default();
        out.each_line("matches.jsonl", |line, at| {
            if [&a_written, &b_written].iter().any(|id| memchr::memmem::find(line, id).is_some()) {
                let pairing: Pairing = out.parse("matches.jsonl", line, at)?;
                let is = |x: &str, y: &str| pairing.a == x && pairing.b == y;
                if is(a, b) || is(b, a) {
                    told.pair = Some(pairing);
                } else if [a, b].contains(&pairing.a.as_str()) || [a, b].contains(&pairing.b.as_str()) {
                    near.push(pairing);
                }
            }
            Ok(true)
        })?;
        if let Some(pair) = told.pair.as_ref().filter(|pair| pair.kind == Kind::CommonSource) {
            told.others = sharers(pair, &near);
        }
        Ok(told)
    }
}

/// Pages that hold most of a passage that the pair shares.
fn sharers(pair: &Pairing, near: &[Pairing]) -> Vec<String> {
    let overlaps = |x: [u32; 2], y: [u32; 2]| 2 * x[1].min(y[1]).saturating_sub(x[0].max(y[0])) >= x[1] - x[0];
    let mut others = Vec::new();
    for other in near {
        let shares = pair.passages.iter().any(|mine| {
            other.passages.iter().any(|theirs| {
                let sides = [(&other.a, theirs.a), (&other.b, theirs.b)];
                sides
                    .iter()
                    .any(|&(id, at)| *id == pair.a && overlaps(mine.a, at) || *id == pair.b && overlaps(mine.b, at))
            })
        });
        let id = if other.a == pair.a || other.a == pair.b { &other.b } else { &other.a };
        if shares && !others.contains(id) {
            others.push(id.clone());
        }
    }
    others
}

fn introduce(sheet: &mut Sheet, documents: [&Document; 2], measured: Option<&Match>) {
    for (side, document) in documents.into_iter().enumerate() {
        let name = ["A", "B"][side];
        let mut line = format!("{name}  {}", document.id);
        for part in [document.outlet.as_deref(), document.published.as_deref()].into_iter().flatten() {
            line += &format!("  {part}");
        }
        if let Some(found) = measured {
            line += &format!("  {} units of text", found.units[side]);
        }
        sheet.hanging(0, 3, &line);
        if let Some(title) = &document.title {
            sheet.line(3, &shortened(title, 60));
        }
    }
}

fn judge(sheet: &mut Sheet, documents: [&Document; 2], measured: Option<&Match>, told: &Told) {
    let Some(found) = measured else {
        sheet.heading("Verdict: nothing in common");
        sheet.line(2, "No passage of twenty units stands in both, nor a tenth of either one's shingles.");
        return;
    };
    let kind = told.pair.as_ref().map_or(found.kind, |pair| pair.kind);
    sheet.heading(match kind {
        Kind::Reprint => "Verdict: reprint, the same article",
        Kind::Contained => "Verdict: contained, a piece that stands inside a longer article of its own",
        Kind::CommonSource => "Verdict: common source, both quote a third text",
        Kind::Passage => "Verdict: passage, two articles that share some wording",
    });
    sheet.line(
        2,
        &match (kind, found.kind) {
            (Kind::CommonSource, _) => {
                "Most of what they share stands in three or more otherwise different articles, so \
                                        it belongs to none of them."
                    .to_owned()
            }
            (Kind::Contained, Kind::Reprint | Kind::Passage) => {
                "What stands in both stands in three or more otherwise \
                                                                 different articles: the longer one quotes it."
                    .to_owned()
            }
            (Kind::Passage, Kind::Reprint) => format!(
                "Other pages fill the same form, and {} figures at corresponding places differ.",
                found.figures_changed
            ),
            _ => in_words(found),
        },
    );
    if told.pair.is_none() {
        sheet.line(
            2,
            "The run did not compare these two: none of its roads to candidates proposed them. They were measured now.",
        );
    }
    sheet.line(2, &same_set(documents, kind));
}

/// The reason of a kind with the numbers that it rests on.
fn in_words(found: &Match) -> String {
    let at = Thresholds::default();
    let shorter = found.shorter();
    let (short, long) = (["A", "B"][shorter], ["A", "B"][1 - shorter]);
    let (held, made_up) = (percent(found.aligned[shorter]), percent(found.aligned[1 - shorter]));
    let have = format!("{held} of {short}, the shorter one, stands in {long} and makes up {made_up} of it");
    match reason(found, &at) {
        Reason::TooShort => {
            format!("{short} has fewer than {} units and is not equal to {long}: too short to tell.", at.least_units)
        }
        Reason::OneForm => format!(
            "One form filled in twice: of the figures at corresponding places {} differ and {} agree.",
            found.figures_changed, found.figures_kept
        ),
        Reason::TooLittle => format!("{have}; less than {} of the shorter one is too little.", percent(at.held)),
        Reason::OneArticle => {
            format!("{have}; the limits are {} and {}.", percent(at.held), percent(at.made_up))
        }
        Reason::FirstPage => {
            format!("{have}, and both begin with it: {short} is the first page of {long}, or breaks off early.")
        }
        Reason::Embedded => format!(
            "{have}; from {} on it is surely the same text, but it makes up less than {} of {long} or stands far \
             behind other text there.",
            percent(at.surely),
            percent(at.made_up)
        ),
        Reason::Between => format!(
            "{have}; that is more than {}, but it makes up less than {} of {long}, or stands near the beginning of \
             neither, and it is neither nearly all of {short} ({}) nor most of both ({}).",
            percent(at.held),
            percent(at.made_up),
            percent(at.surely),
            percent(at.most_of_both)
        ),
    }
}

fn same_set(documents: [&Document; 2], kind: Kind) -> String {
    match (documents[0].cluster, documents[1].cluster, kind) {
        (Some(x), Some(y), Kind::Reprint) if x == y => format!("Both are members of reprint set {x}."),
        (Some(x), Some(y), _) if x == y => {
            format!("Both are members of reprint set {x} all the same: each holds to the page at its centre.")
        }
        (x, y, kind) => {
            let of = |set: Option<u32>| set.map_or("in no reprint set".to_owned(), |n| format!("in reprint set {n}"));
            let why = if kind == Kind::Reprint {
                ": a member must hold to the page at the centre of its set, and a round-up belongs to none"
            } else {
                ""
            };
            format!("A is {}, B is {}{why}.", of(x), of(y))
        }
    }
}

fn overlap(sheet: &mut Sheet, found: &Match) {
    sheet.heading("Overlap");
    sheet.line(
        2,
        &format!("resemblance    {:.2} (runs of five units that both have, of those that either has)", found.jaccard),
    );
    let both = |shares: [f32; 2]| format!("{} of A, {} of B", percent(shares[0]), percent(shares[1]));
    sheet.line(2, &format!("containment    {} (of the same runs)", both(found.containment)));
    sheet.line(2, &format!("aligned text   {} (units that stand in the passages below)", both(found.aligned)));
}

fn passages(sheet: &mut Sheet, found: &Match, pages: &Pages) {
    sheet.heading(&format!(
        "{}, longest first; ranges in characters of each text",
        count(found.passages.len(), "passage")
    ));
    let texts = [DocId(0), DocId(1)].map(|doc| pages.corpus.text(doc));
    let mut longest: Vec<&Passage> = found.passages.iter().collect();
    longest.sort_by_key(|p| (std::cmp::Reverse(p.matched), p.a.start));
    for passage in longest.iter().take(PASSAGES) {
        let [a, b] = [(passage.a, &texts[0]), (passage.b, &texts[1])].map(|(at, text)| range(text, at));
        sheet.line(2, &format!("A {a}   B {b}   identity {}", percent(passage.identity())));
        sheet.hanging(4, 7, &format!("A: {}", excerpt(passage.a.of(&texts[0]))));
        sheet.hanging(4, 7, &format!("B: {}", excerpt(passage.b.of(&texts[1]))));
    }
    if longest.len() > PASSAGES {
        sheet.line(2, &format!("and {} shorter ones", longest.len() - PASSAGES));
    }
}

fn range(text: &str, at: Span) -> String {
    let start = text[..at.start as usize].chars().count();
    format!("{start}–{}", start + at.of(text).chars().count())
}

fn common_source(sheet: &mut Sheet, told: &Told) {
    if let Some(issued) = told.pair.as_ref().and_then(|pair| pair.common_source.as_ref()) {
        sheet.heading("Whose text it is");
        let name = issued.issuer.as_deref().unwrap_or("not named");
        sheet.line(2, &format!("{name} (“{}” on {})", issued.quote, issued.document));
    }
    if !told.others.is_empty() {
        let named: Vec<&str> = told.others.iter().take(OTHERS).map(String::as_str).collect();
        let more = told.others.len().saturating_sub(OTHERS);
        let rest = if more > 0 { format!(" and {more} more") } else { String::new() };
        sheet.heading("Also on");
        sheet.line(2, &format!("{}{rest}", named.join(", ")));
    }
}

fn thresholds(sheet: &mut Sheet) {
    let at = Thresholds::default();
    sheet.heading("Thresholds (shares of aligned text)");
    for line in [
        format!(
            "reprint     {} of the shorter text and {} of the longer, unless it stands behind other text; below {} of \
             the shorter and {} of both also from near the beginning of one of them",
            percent(at.held),
            percent(at.made_up),
            percent(at.surely),
            percent(at.most_of_both)
        ),
        format!(
            "first page  {} of the shorter and {} of the longer, and both begin alike",
            percent(at.whole),
            percent(at.first_page)
        ),
        format!("contained   {} of the shorter, and no reprint", percent(at.surely)),
        format!(
            "one form    {} of the figures differ, {} or more of them",
            percent(at.figures_changed),
            at.least_changed
        ),
        format!("too short   fewer than {} units, unless equal", at.least_units),
    ] {
        sheet.hanging(2, 14, &line);
    }
}
