//! Pairs for hand coding, and what the coded pairs say of a run: [`draw`] and [`estimate`].
//!
//! The population is the pairs of `matches.jsonl`: those that were compared and share a passage or a tenth of their
//! shingles, reprints and near misses alike. Of pages with equal bodies one is compared with the rest, so they make one
//! pair each, not one with every other. What was never compared, or shares less, is outside: recall is of the pairs
//! that could have been found among these.

mod estimate;
mod sheet;
mod strata;

pub use crate::verdicts::PairLabel;
pub use estimate::{CodedTally, Share};
pub use sheet::{PairRow, write_csv, write_jsonl};
pub use strata::Stratum;

use crate::error::{Error, Result};
use crate::output_folder::{Document, OutFolder, Reread};
use crate::types::DocId;
use rustc_hash::FxHashMap;
use serde::Serialize;
use std::fmt::Write;
use std::path::Path;
use strata::{Pile, Scored};

/// What to draw.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Draw {
    /// Pairs in all.
    pub pairs: usize,
    /// Another seed draws other pairs; the same seed the same ones, in whatever order the input was.
    pub seed: u64,
    /// Characters shown of each text, from its beginning.
    pub characters: usize,
}

/// What a labelled sheet must be.
const SHEET: &str = "the sheet drawn from this run, with each pair once";

/// Draws pairs from all strata, in random order, with the texts of both pages. Records are read again from their
/// files. Fewer pairs than strata need (two each), and a folder without pairs, are errors.
pub fn draw(out: &OutFolder, wanted: Draw) -> Result<Vec<PairRow>> {
    let piles = strata::piles(out, wanted.seed, wanted.pairs)?;
    let populations: Vec<u64> = piles.values().map(|pile| pile.population).collect();
    if populations.is_empty() {
        return Err(Error::NoPairs { path: out.path("matches.jsonl") });
    }
    let Some(counts) = strata::allocate(&populations, wanted.pairs) else {
        let least: u64 = populations.iter().map(|&all| all.min(2)).sum();
        return Err(Error::TooFewPairs { pairs: wanted.pairs, strata: populations.len(), least });
    };
    let mut drawn: Vec<(u64, Scored, Stratum, u64, usize)> = Vec::new();
    for ((stratum, Pile { population, drawn: lots }), count) in piles.into_iter().zip(counts) {
        let some = lots.into_iter().take(count);
        drawn.extend(some.map(|((lot, ..), pair)| (lot, pair, stratum, population, count)));
    }
    drawn.sort_by(|x, y| (x.0, &x.1.a, &x.1.b).cmp(&(y.0, &y.1.a, &y.1.b)));
    let pages = Shown::read(out, drawn.iter().flat_map(|(_, pair, ..)| [&pair.a, &pair.b]), wanted.characters)?;
    let row = |(k, (_, pair, stratum, population, sampled)): (usize, (u64, Scored, Stratum, u64, usize))| {
        let [a, b] = [&pair.a, &pair.b].map(|id| pages.get(id));
        PairRow {
            pair: k + 1,
            label: None,
            title_a: a.document.title.clone(),
            title_b: b.document.title.clone(),
            text_a: a.text.clone(),
            text_b: b.text.clone(),
            outlet_a: a.document.outlet.clone(),
            outlet_b: b.document.outlet.clone(),
            published_a: a.document.published.clone(),
            published_b: b.document.published.clone(),
            kind: pair.kind.name().to_owned(),
            score: pair.score(),
            jaccard: pair.jaccard,
            stratum: stratum.name(),
            population,
            sampled,
            weight: population as f64 / sampled as f64,
            a: pair.a,
            b: pair.b,
        }
    };
    Ok(drawn.into_iter().enumerate().map(row).collect())
}

/// A page as a coder sees it.
struct CodingSheet {
    document: Document,
    text: String,
}

/// Pages by id.
struct Shown(FxHashMap<String, CodingSheet>);

impl Shown {
    fn read<'i>(out: &OutFolder, ids: impl Iterator<Item = &'i String>, characters: usize) -> Result<Self> {
        let wanted: rustc_hash::FxHashSet<&String> = ids.collect();
        let mut documents: Vec<Document> = Vec::new();
        out.each_line("documents.jsonl", |line, at| {
            #[derive(serde::Deserialize)]
            struct NamedStratum {
                id: String,
            }
            let NamedStratum { id } = out.parse("documents.jsonl", line, at)?;
            if wanted.contains(&id) {
                documents.push(out.parse("documents.jsonl", line, at)?);
            }
            Ok(documents.len() < wanted.len())
        })?;
        if documents.len() < wanted.len() {
            return Err(Error::Invalid {
                path: out.path("matches.jsonl"),
                place: None,
                reason: "it names pages that documents.jsonl does not contain".to_owned(),
                expected: "the tables of one run",
            });
        }
        let reread = Reread::new(out, &documents.iter().collect::<Vec<_>>())?;
        let pages = reread.pages(out)?;
        let texts = (0..documents.len() as u32).map(|k| excerpt(&pages.corpus.text(DocId(k)), characters));
        let texts: Vec<String> = texts.collect();
        let shown = documents
            .into_iter()
            .zip(texts)
            .map(|(document, text)| (document.id.clone(), CodingSheet { document, text }));
        Ok(Shown(shown.collect()))
    }

    fn get(&self, id: &str) -> &CodingSheet {
        &self.0[id]
    }
}

/// The beginning of a text, and how much is left.
fn excerpt(text: &str, characters: usize) -> String {
    let text = text.trim();
    match text.char_indices().nth(characters) {
        None => text.to_owned(),
        Some((end, _)) => format!("{} … [{} more]", &text[..end], text[end..].chars().count()),
    }
}

/// What a coded sheet says of a run.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Estimate {
    /// Of the pairs in one reprint set, the share that is one article.
    pub precision: Option<Share>,
    /// Of the pairs that are one article, the share in one reprint set.
    pub recall: Option<Share>,
    /// Every stratum of the run.
    pub strata: Vec<CodedTally>,
    /// Pairs coded as undecided: left out.
    pub undecided: usize,
    /// Pairs without a label: left out.
    pub blank: usize,
}

/// Estimates precision and recall of a run from the sheet that was drawn from it and coded. The strata and their sizes
/// are read from the run again; a sheet of another run, and a label that is none, are errors.
pub fn estimate(out: &OutFolder, coded: &Path) -> Result<Estimate> {
    let piles = strata::piles(out, 0, 0)?;
    let tally = |(stratum, pile): (&Stratum, &Pile)| CodedTally {
        stratum: stratum.name(),
        apart: stratum.apart,
        population: pile.population,
        coded: 0,
        same: 0,
    };
    let mut strata: Vec<CodedTally> = piles.iter().map(tally).collect();
    let rows = sheet::read(coded)?;
    for row in &rows {
        let Some(tally) = strata.iter_mut().find(|tally| tally.stratum == row.stratum) else {
            return Err(Error::Invalid {
                path: coded.to_owned(),
                place: None,
                reason: format!("the run has no pair in the stratum {:?}", row.stratum),
                expected: SHEET,
            });
        };
        tally.count(row);
    }
    if let Some(over) = strata.iter().find(|tally| tally.coded > tally.population) {
        return Err(Error::Invalid {
            path: coded.to_owned(),
            place: None,
            reason: format!("{} pairs of {:?}, of which the run has {}", over.coded, over.stratum, over.population),
            expected: SHEET,
        });
    }
    let (precision, recall) = estimate::shares(&strata);
    let count = |label: PairLabel| rows.iter().filter(|row| row.label == label).count();
    Ok(Estimate { precision, recall, undecided: count(PairLabel::Undecided), blank: count(PairLabel::Blank), strata })
}

impl Estimate {
    /// The estimate in words, with the numbers it rests on. Ends with a line break.
    pub fn text(&self) -> String {
        let mut text = format!("{:36} {:>10} {:>7} {:>12}\n", "stratum", "pairs", "coded", "one article");
        for t in &self.strata {
            let _ = writeln!(text, "{:36} {:>10} {:>7} {:>12}", t.stratum, t.population, t.coded, t.same);
        }
        let left_out = self.undecided + self.blank;
        if left_out > 0 {
            let _ = writeln!(text, "{} undecided and {} without a label, left out", self.undecided, self.blank);
        }
        let unseen: u64 = self.strata.iter().filter(|t| t.coded == 0).map(|t| t.population).sum();
        if unseen > 0 {
            let _ = writeln!(text, "{unseen} pairs are in strata of which none was coded: nothing is said of them");
        }
        let mut say = |name: &str, share: Option<Share>, what: &str| {
            let _ = match share {
                Some(Share { value, low, high }) => {
                    writeln!(text, "{name:10} {value:.3}  (95 % interval {low:.3} to {high:.3})  {what}")
                }
                None => writeln!(text, "{name:10} unknown: no pair of that kind was coded"),
            };
        };
        say("precision", self.precision, "of the pairs in one set, one article");
        say("recall", self.recall, "of the pairs that are one article, in one set");
        text.push_str(
            "\nOf the pairs in matches.jsonl: pairs that share no passage were never in question. Stratified estimator\n\
             (Cochran 1977), Wilson intervals at the effective sample size (Korn and Graubard 1998); that of recall joins\n\
             the ends of two such intervals at 97.5 % each.\n",
        );
        text
    }
}
