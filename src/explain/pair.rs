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
use crate::verify::{self, Kind, Match, Passage};

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
    let explanation = PairExplanation::read(out, a, b)?;
    let measured = measured.map(|found| explanation.decided(found, a));
    let mut sheet = Sheet::default();
    introduce(&mut sheet, documents, measured.as_ref());
    judge(&mut sheet, documents, measured.as_ref(), &explanation);
    if let Some(found) = &measured {
        overlap(&mut sheet, found);
        passages(&mut sheet, found, &pages);
        common_source(&mut sheet, &explanation);
        features(&mut sheet, found);
    }
    Ok(Answer::Text(sheet.done()))
}

/// What the run has written of the two pages.
#[derive(Default)]
struct PairExplanation {
    /// From this probability on the run took two pages for the same article.
    same_article: f32,
    /// Their own match.
    pair: Option<Pairing>,
    /// Other pages that share text with one of them which the two share with each other.
    others: Vec<String>,
}

impl PairExplanation {
    /// Reads `matches.jsonl` once.
    fn read(out: &OutFolder, a: &str, b: &str) -> Result<Self> {
        let (a_written, b_written) = (written(a), written(b));
        let mut near: Vec<Pairing> = Vec::new();
        let mut explanation = PairExplanation { same_article: out.config().same_article, ..PairExplanation::default() };
        out.each_line("matches.jsonl", |line, at| {
            if [&a_written, &b_written].iter().any(|id| memchr::memmem::find(line, id).is_some()) {
                let pairing: Pairing = out.parse("matches.jsonl", line, at)?;
                let is = |x: &str, y: &str| pairing.a == x && pairing.b == y;
                if is(a, b) || is(b, a) {
                    explanation.pair = Some(pairing);
                } else if [a, b].contains(&pairing.a.as_str()) || [a, b].contains(&pairing.b.as_str()) {
                    near.push(pairing);
                }
            }
            Ok(true)
        })?;
        if let Some(pair) = explanation.pair.as_ref().filter(|pair| pair.kind == Kind::CommonSource) {
            explanation.others = sharers(pair, &near);
        }
        Ok(explanation)
    }
}

impl PairExplanation {
    /// The match of the two, of which `a` is the first, decided with what the run knew of other articles.
    fn decided(&self, found: Match<'static>, a: &str) -> Match<'static> {
        let spread = self
            .pair
            .as_ref()
            .map_or(found.spread, |pair| if pair.a == a { pair.spread } else { pair.spread.turned() });
        Match { spread, ..found }.judged(self.same_article)
    }
}

/// Pages that have most of a passage that the pair shares.
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

fn judge(sheet: &mut Sheet, documents: [&Document; 2], measured: Option<&Match>, explanation: &PairExplanation) {
    let Some(found) = measured else {
        sheet.heading("Verdict: nothing in common");
        sheet.line(2, "No passage of twenty units is in both, nor a tenth of either one's shingles.");
        return;
    };
    let kind = explanation.pair.as_ref().map_or(found.kind, |pair| pair.kind);
    sheet.heading(match kind {
        Kind::Reprint => "Verdict: reprint, the same article",
        Kind::Part => "Verdict: part, the shorter one is a part of the longer: one of its pages, or an excerpt",
        Kind::Contained => "Verdict: contained, a piece inside a longer article of its own",
        Kind::Template => "Verdict: template, one form filled in twice",
        Kind::CommonSource => "Verdict: common source, both quote a third text",
        Kind::Passage => "Verdict: passage, two articles that share some wording",
    });
    let shorter = found.shorter();
    let (short, long) = (["A", "B"][shorter], ["A", "B"][1 - shorter]);
    let (shared, made_up) = (percent(found.aligned[shorter]), percent(found.aligned[1 - shorter]));
    sheet.line(
        2,
        &format!(
            "{shared} of {short}, the shorter one, is in {long} and makes up {made_up} of it. The probability that \
             both carry the same article is {:.3}; {:.2} or more joins them.",
            found.probability, explanation.same_article
        ),
    );
    if let Some(same) = explanation.pair.as_ref().and_then(|pair| pair.verdict) {
        let said = if same { "that they do" } else { "that they do not" };
        sheet.line(2, &format!("A person says {said}, which decides it."));
    }
    if explanation.pair.is_none() {
        sheet.line(
            2,
            "The run did not compare these two: no source of candidates proposed them. They were measured now.",
        );
    }
    sheet.line(2, &same_set(documents, kind));
}

fn same_set(documents: [&Document; 2], kind: Kind) -> String {
    match (documents[0].cluster, documents[1].cluster, kind) {
        (Some(x), Some(y), Kind::Reprint | Kind::Part) if x == y => format!("Both are members of reprint set {x}."),
        (Some(x), Some(y), _) if x == y => {
            format!(
                "Both are members of reprint set {x} all the same: each matches its medoid or several of its members."
            )
        }
        (x, y, kind) => {
            let of = |set: Option<u32>| set.map_or("in no reprint set".to_owned(), |n| format!("in reprint set {n}"));
            let why = if kind == Kind::Reprint {
                ": a member must match the medoid of its set or several members, and a round-up belongs to none"
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
    sheet.line(2, &format!("aligned text   {} (units in the passages below)", both(found.aligned)));
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

fn common_source(sheet: &mut Sheet, explanation: &PairExplanation) {
    if let Some(issued) = explanation.pair.as_ref().and_then(|pair| pair.common_source.as_ref()) {
        sheet.heading("Whose text it is");
        let name = issued.issuer.as_deref().unwrap_or("not named");
        sheet.line(2, &format!("{name} (“{}” on {})", issued.quote, issued.document));
    }
    if !explanation.others.is_empty() {
        let named: Vec<&str> = explanation.others.iter().take(OTHERS).map(String::as_str).collect();
        let more = explanation.others.len().saturating_sub(OTHERS);
        let rest = if more > 0 { format!(" and {more} more") } else { String::new() };
        sheet.heading("Also on");
        sheet.line(2, &format!("{}{rest}", named.join(", ")));
    }
}

/// Features that add less than this to the log-odds are left out.
const LEAST_ADDED: f64 = 0.005;

/// What the same-article model sees and what each of its features adds, the weightiest first.
fn features(sheet: &mut Sheet, found: &Match) {
    sheet.heading("What decides: features, their values, and what each adds to the log-odds");
    if found.probability == 1.0 {
        sheet.line(2, "The two bodies are equal, unit for unit.");
        return;
    }
    let (mut each, start) = verify::contributions(found);
    each.sort_by(|x, y| y.2.abs().total_cmp(&x.2.abs()));
    for (name, value, added) in each.iter().filter(|(_, _, added)| added.abs() >= LEAST_ADDED) {
        sheet.line(2, &format!("{name:28} {value:8.2} {added:+8.2}"));
    }
    sheet.line(2, &format!("{:28} {:8} {start:+8.2}", "every pair starts with", ""));
    sheet.line(2, &format!("{:28} {:8} {:+8.2}", "sum", "", verify::log_odds(found)));
}
