//! Pages that an engine has brought together, as a corpus of their own.

use super::incident_matches::is_turned;
use super::model::Model;
use super::rows::{Key, WithRecord, broken, spans_of, value};
use crate::candidates::Pair;
use crate::cluster::articles;
use crate::corpus::Corpus;
use crate::error::Result;
use crate::origin::{PageFacts, facts};
use crate::pages::{BodyPart, BodySpans, BodyWriter, Pages};
use crate::pipeline::Compared;
use crate::report;
use crate::signature::{SignaturePart, SignatureWriter, Signatures};
use crate::storage::Scratch;
use crate::storage::UnionFind;
use crate::talking_points::Voter;
use crate::talking_points::aggregation::Houses;
use crate::talking_points::spread::Wording;
use crate::types::{DocId, Timestamp};
use crate::verdicts::Resolved;
use crate::verify::{self, Match, Matches};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use serde_bytes::ByteBuf;

/// What a page's vote hangs on.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(super) struct Standing {
    house: u64,
    pub outlet: Option<u32>,
    pub units: u32,
    published: Option<Timestamp>,
}

impl Standing {
    pub(super) fn of(pages: &Pages, houses: &Houses, doc: DocId, units: u32, published: Option<Timestamp>) -> Self {
        let outlet = pages.outlet(doc).map(|known| known.outlet);
        Standing { house: houses.of(pages, doc), outlet, units, published }
    }

    pub(super) fn voter(self, doc: DocId, set: u32, order: u64) -> Voter {
        Voter { doc, set, outlet: self.house, units: self.units, published: self.published, order }
    }
}

/// A page of a part; with `b` a pair of two of its pages, with their match where it is known; or with `wording` a wording that
/// is looked for in the pages. What is not wanted may be missing.
#[derive(Clone, Default, Serialize, Deserialize)]
pub(super) struct PartRow {
    pub part: i64,
    /// The page, by the hash of its id.
    pub a: Key,
    pub b: Option<Key>,
    pub body_hash: Option<u64>,
    pub units: Option<u32>,
    /// Its record, a line of JSON.
    pub line: Option<String>,
    /// Where in its text its headline is, or nothing, then the stretches of its body.
    pub spans: Option<ByteBuf>,
    /// What its history may turn on.
    pub facts: Option<PageFacts>,
    pub vote: Option<Standing>,
    pub set: Option<Key>,
    /// It is the medoid of its set; before there are sets, that it is a compilation.
    pub medoid: Option<bool>,
    pub matched: Option<ByteBuf>,
    /// The place of the wording among all.
    pub place: Option<u32>,
    pub wording: Option<Wording>,
}

/// The pages and the pairs of a part.
pub(super) fn pages_and_pairs(rows: Vec<PartRow>) -> (Vec<PartRow>, Vec<PartRow>) {
    rows.into_iter().partition(|row| row.b.is_none())
}

/// Pages by order, each once.
pub(super) struct Partition {
    pub corpus: Corpus,
    pub signatures: Signatures,
    pub bodies: BodySpans,
    /// The pages as they came, without their records.
    rows: Vec<PartRow>,
}

impl Partition {
    /// A step that reads no texts may be given pages without records.
    pub(super) fn new(mut rows: Vec<PartRow>, model: &Model) -> Result<Self> {
        rows.sort_by_key(|page| page.a);
        rows.dedup_by_key(|page| page.a);
        let lines = rows.iter().map(|page| page.line.as_deref().unwrap_or_default());
        let corpus = Corpus::of_lines(lines, &model.names);
        let (mut signatures, mut bodies) = (SignaturePart::default(), BodyPart::default());
        for page in &mut rows {
            page.line = None;
            signatures.push_known(page.body_hash.unwrap_or_default(), page.units.unwrap_or_default());
            bodies.push_known(&spans_of(page.spans.as_deref().map_or(&[], |spans| spans)));
        }
        let scratch = Scratch::default();
        let (mut signed, mut written) =
            (SignatureWriter::new(rows.len(), &scratch), BodyWriter::new(rows.len(), &scratch));
        signed.append(&signatures)?;
        written.append(&bodies)?;
        Ok(Partition { corpus, signatures: signed.finish()?, bodies: written.finish()?, rows })
    }

    /// A page as it came.
    pub(super) fn row(&self, doc: DocId) -> PartRow {
        PartRow { line: Some(self.corpus.json(doc).into_owned()), ..self.rows[doc.index()].clone() }
    }

    pub(super) fn docs(&self) -> impl Iterator<Item = DocId> {
        (0..self.rows.len() as u32).map(DocId)
    }

    /// What people say of these pages, which must have come with their records.
    pub(super) fn verdicts(&self, model: &Model) -> Resolved {
        model.verdicts.resolve(&self.corpus)
    }

    pub(super) fn len(&self) -> usize {
        self.rows.len()
    }

    pub(super) fn order(&self, doc: DocId) -> u64 {
        self.rows[doc.index()].a.0
    }

    /// The page of an order. It must have been brought.
    pub(super) fn doc(&self, order: u64) -> Result<DocId> {
        let found = self.rows.binary_search_by_key(&Key(order), |page| page.a);
        found.map(|at| DocId(at as u32)).map_err(|_| broken("a list of pages", &"a page is missing"))
    }

    fn pair(&self, row: &PartRow) -> Result<Pair> {
        Ok(Pair::new(self.doc(row.a.0)?, self.doc(row.b.unwrap_or_default().0)?))
    }

    /// The facts of a page, under the number that it has here.
    pub(super) fn facts(&self, doc: DocId) -> Result<PageFacts> {
        let page = self.rows[doc.index()].facts.clone().ok_or_else(|| broken("a page", &"its facts are missing"))?;
        Ok(facts::complete(PageFacts { doc, ..page }, &self.signatures))
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
#[derive(Serialize, Deserialize)]
pub(super) struct MatchRow {
    pub a: Key,
    pub b: Key,
    pub matched: ByteBuf,
    /// The two are surely copies of one article.
    pub one_article: bool,
    /// Its record has the page of the greater order first.
    pub turned: bool,
}

/// Measures the pairs of a part, each with its record. A pair without anything in common gives none.
pub(super) fn measure(rows: Vec<PartRow>, model: &Model) -> Result<Vec<WithRecord<MatchRow>>> {
    let (pages, pairs) = pages_and_pairs(rows);
    let mut part = Partition::new(pages, model)?;
    let bodies = std::mem::take(&mut part.bodies);
    let pages = part.pages(bodies, model)?;
    let mut pairs: Vec<Pair> = pairs.iter().map(|pair| part.pair(pair)).collect::<Result<_>>()?;
    pairs.sort_unstable();
    pairs.dedup();
    // Which pages come close together decides how often a page is read, and nothing else.
    let mut near = UnionFind::new(part.len());
    pairs.iter().for_each(|pair| near.join(pair.a.0, pair.b.0));
    let stories: Vec<u32> = (0..part.len() as u32).map(|doc| near.root(doc)).collect();
    let compared = Compared::new(&pages, &part.signatures, &stories);
    let found = verify::verify(&pairs, &compared, &Scratch::default(), |_| Ok(()))?;
    let all: Vec<Match> = found.iter().collect();
    written(&part, &all, &part.verdicts(model))
}

/// Matches with their records.
pub(super) fn written(part: &Partition, found: &[Match], verdicts: &Resolved) -> Result<Vec<WithRecord<MatchRow>>> {
    let records = report::match_records(&part.corpus, found, &verdicts.pairs);
    let each = found.par_iter().zip(records).map(|(m, record)| {
        let row = MatchRow {
            a: Key(part.order(m.pair.a)),
            b: Key(part.order(m.pair.b)),
            matched: ByteBuf::from(m.to_bytes()),
            one_article: articles::is_one_article(m),
            turned: is_turned(record.a, record.b),
        };
        Ok(WithRecord { row, record: Some(value(&record)?) })
    });
    each.collect()
}

/// The matches of some pairs.
pub(super) fn read(part: &Partition, pairs: &[PartRow]) -> Result<Matches> {
    let read = |row: &PartRow| {
        let bytes = row.matched.as_deref().map_or(&[][..], |bytes| bytes);
        Match::from_bytes(part.pair(row)?, bytes).ok_or_else(|| broken("a match", &"too short"))
    };
    let read: Vec<Match> = pairs.iter().map(read).collect::<Result<_>>()?;
    Matches::gather(read.into_iter(), &Scratch::default())
}
