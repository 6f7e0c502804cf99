//! Pages that an engine has brought together, as a corpus of their own.

use super::model::Model;
use crate::candidates::Pair;
use crate::cluster::articles;
use crate::corpus::Corpus;
use crate::error::{Error, Result};
use crate::origin;
use crate::origin::facts;
use crate::pages::{BodyPart, BodySpans, BodyWriter, Pages};
use crate::pipeline::Compared;
use crate::report;
use crate::signature::{SignaturePart, SignatureWriter, Signatures};
use crate::storage::Scratch;
use crate::storage::UnionFind;
use crate::types::{DocId, Span};
use crate::verdicts::Resolved;
use crate::verify::{self, Match, Matches};
use rayon::prelude::*;

/// A page as later rounds want it.
#[derive(Clone, Debug, PartialEq)]
pub struct SketchedPage {
    /// Hash of its id.
    pub order: u64,
    /// Its record, a line of JSON. A round that reads no texts may be given none.
    pub line: String,
    /// Hash of its body, and units of it.
    pub body_hash: u64,
    /// See `body_hash`.
    pub units: u32,
    /// Where in its text its headline is, or nothing, then the stretches of its body.
    pub spans: Vec<Span>,
    /// What its history may turn on, as [`super::sketch`] wrote it.
    pub facts: Vec<u8>,
}

/// Something that an earlier round wrote cannot be read.
pub(super) fn broken(what: &'static str, error: &dyn std::fmt::Display) -> Error {
    Error::Exchange { what, reason: error.to_string() }
}

/// A record as JSON. Numbers and texts always serialise.
pub(super) fn json(record: &impl serde::Serialize) -> String {
    serde_json::to_string(record).unwrap_or_default()
}

/// Pages by order, each once.
pub(super) struct Partition {
    pub corpus: Corpus,
    pub signatures: Signatures,
    pub bodies: BodySpans,
    orders: Vec<u64>,
    facts: Vec<Vec<u8>>,
}

impl Partition {
    pub(super) fn new(mut pages: Vec<SketchedPage>, model: &Model) -> Result<Self> {
        pages.sort_by_key(|page| page.order);
        pages.dedup_by_key(|page| page.order);
        let corpus = Corpus::of_lines(pages.iter().map(|page| page.line.as_str()), &model.names);
        let (mut signatures, mut bodies) = (SignaturePart::default(), BodyPart::default());
        for page in &pages {
            signatures.push_known(page.body_hash, page.units);
            bodies.push_known(&page.spans);
        }
        let scratch = Scratch::default();
        let (mut signed, mut written) =
            (SignatureWriter::new(pages.len(), &scratch), BodyWriter::new(pages.len(), &scratch));
        signed.append(&signatures)?;
        written.append(&bodies)?;
        Ok(Partition {
            corpus,
            signatures: signed.finish()?,
            bodies: written.finish()?,
            orders: pages.iter().map(|page| page.order).collect(),
            facts: pages.into_iter().map(|page| page.facts).collect(),
        })
    }

    /// What people say of these pages, which must have come with their records.
    pub(super) fn verdicts(&self, model: &Model) -> Resolved {
        model.verdicts.resolve(&self.corpus)
    }

    pub(super) fn len(&self) -> usize {
        self.orders.len()
    }

    pub(super) fn order(&self, doc: DocId) -> u64 {
        self.orders[doc.index()]
    }

    /// The page of an order. It must have been brought.
    pub(super) fn doc(&self, order: u64) -> Result<DocId> {
        let found = self.orders.binary_search(&order);
        found.map(|at| DocId(at as u32)).map_err(|_| broken("a list of pages", &"a page is missing"))
    }

    pub(super) fn pair(&self, pair: [u64; 2]) -> Result<Pair> {
        Ok(Pair::new(self.doc(pair[0])?, self.doc(pair[1])?))
    }

    /// The facts of a page, under the number that it has here.
    pub(super) fn facts(&self, doc: DocId) -> Result<origin::PageFacts> {
        let page = facts::read(&self.facts[doc.index()])?;
        Ok(facts::complete(origin::PageFacts { doc, ..page }, &self.signatures))
    }

    /// Every page must have come with its record.
    pub(super) fn check_records(&self) -> Result<()> {
        if self.corpus.len() == self.len() { Ok(()) } else { Err(broken("a page", &"its record is missing")) }
    }

    /// The pages as a corpus of their own, with bodies. Every one must have come with its record.
    pub(super) fn pages(&self, bodies: BodySpans, model: &Model) -> Result<Pages<'_>> {
        self.check_records()?;
        let mut pages = Pages::of_part(&self.corpus, model.config.timezone, &model.outlets, &model.furniture);
        pages.bodies = bodies;
        Ok(pages)
    }
}

/// A match of two pages, the one of lesser order first.
#[derive(Clone, Debug)]
pub struct MeasuredPair {
    /// Orders of the two.
    pub pair: [u64; 2],
    /// The match, for later rounds.
    pub bytes: Vec<u8>,
    /// Its record in the output, a JSON object.
    pub record: String,
    /// The two are surely copies of one article.
    pub one_article: bool,
}

/// Measures pairs of pages, each pair given by the orders of the two; `pages` has all that they speak of. A pair
/// without anything in common gives none.
pub fn measure(pages: Vec<SketchedPage>, pairs: &[[u64; 2]], model: &Model) -> Result<Vec<MeasuredPair>> {
    let mut part = Partition::new(pages, model)?;
    let bodies = std::mem::take(&mut part.bodies);
    let pages = part.pages(bodies, model)?;
    let mut pairs: Vec<Pair> = pairs.iter().map(|&pair| part.pair(pair)).collect::<Result<_>>()?;
    pairs.sort_unstable();
    pairs.dedup();
    // Which pages come close together decides how often a page is read, and nothing else.
    let mut near = UnionFind::new(part.len());
    pairs.iter().for_each(|pair| near.join(pair.a.0, pair.b.0));
    let stories: Vec<u32> = (0..part.len() as u32).map(|doc| near.root(doc)).collect();
    let compared = Compared::new(&pages, &part.signatures, &stories);
    let found = verify::verify(&pairs, &compared, &Scratch::default(), |_| Ok(()))?;
    let all: Vec<Match> = found.iter().collect();
    Ok(written(&part, &all, &part.verdicts(model)))
}

/// Matches as they are handed on.
pub(super) fn written(part: &Partition, found: &[Match], verdicts: &Resolved) -> Vec<MeasuredPair> {
    let records = report::match_records(&part.corpus, found, &verdicts.pairs);
    let each = found.par_iter().zip(records).map(|(m, record)| MeasuredPair {
        pair: [part.order(m.pair.a), part.order(m.pair.b)],
        bytes: m.to_bytes(),
        record: json(&record),
        one_article: articles::is_one_article(m),
    });
    each.collect()
}

/// The matches that other rounds handed on.
pub(super) fn read(part: &Partition, matches: &[([u64; 2], Vec<u8>)]) -> Result<Matches> {
    let read = |(pair, bytes): &([u64; 2], Vec<u8>)| {
        Match::from_bytes(part.pair(*pair)?, bytes).ok_or_else(|| broken("a match", &"too short"))
    };
    let read: Vec<Match> = matches.iter().map(read).collect::<Result<_>>()?;
    Matches::gather(read.into_iter(), &Scratch::default())
}
