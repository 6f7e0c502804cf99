//! Talking points, step by step: one task looks for wordings in one page a set, every task lets its pages vote on these,
//! one task weighs the votes, and what the points rest on is read where the pages are.

use super::model::Model;
use super::partition::{PartRow, Partition, Standing};
use super::rows::{Key, WithRecord, broken, span_bytes, spans_of, value};
use crate::candidates::Pair;
use crate::corpus::Corpus;
use crate::error::Result;
use crate::outlets::{self, Adoption, OutletTables, Traffic, TrafficCounter};
use crate::records::CharOffsets;
use crate::report;
use crate::storage::Scratch;
use crate::talking_points::aggregation;
use crate::talking_points::co_adoption::Company;
use crate::talking_points::spread::{self, Search, Sought, Wording};
use crate::talking_points::{Article, Articles, Draft, Quote, Voter, speaker_rank};
use crate::types::{DocId, Span};
use crate::verify::Match;
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};
use serde_bytes::ByteBuf;

impl Articles for Partition {
    fn article(&self, doc: DocId, with: &mut dyn FnMut(&Article)) {
        let (headline, body) = (self.bodies.headline(doc), self.bodies.of(doc));
        with(&Article { text: &self.corpus.text(doc), headline, body });
    }
}

/// A page that may vote, with its set, or itself.
#[derive(Serialize, Deserialize)]
pub(super) struct VoterRow {
    key: Key,
    pub set: Key,
    vote: Standing,
    is_compilation: bool,
}

/// A page that votes, and whether it speaks for its set.
#[derive(Serialize, Deserialize)]
pub(super) struct SpeakerRow {
    key: Key,
    set: Key,
    vote: Standing,
    speaks: bool,
}

/// The pages of a set that vote, and which of them speaks for it. Compilations do not: they are copies in parts.
pub(super) fn speak(rows: Vec<VoterRow>) -> Result<Vec<SpeakerRow>> {
    let voting = || rows.iter().filter(|row| !row.is_compilation);
    let speaker = voting().min_by_key(|row| speaker_rank(row.vote.units, row.key.0)).map(|row| row.key);
    let row = |&VoterRow { key, set, vote, .. }: &VoterRow| SpeakerRow { key, set, vote, speaks: Some(key) == speaker };
    Ok(voting().map(row).collect())
}

/// A wording by its place among all, how formulaic a page is, 0..1, or how many different n-grams were looked at.
#[derive(Default, Serialize, Deserialize)]
pub(super) struct WordingRow {
    place: u32,
    wording: Option<Wording>,
    page: Option<Key>,
    formulaic: Option<f32>,
    tested: Option<u64>,
}

/// Looks for wordings in the pages that speak for their sets, each of another set.
pub(super) fn search(rows: Vec<PartRow>, model: &Model) -> Result<Vec<WordingRow>> {
    let (part, voters) = texts(rows, model)?;
    let found = spread::search(voters, &part, &Scratch::default())?;
    let wordings = (0..).zip(found.wordings).map(|(place, wording)| WordingRow {
        place,
        wording: Some(wording),
        ..WordingRow::default()
    });
    let pages = found.formulaic.iter().map(|&(doc, share)| WordingRow {
        page: Some(Key(part.order(doc))),
        formulaic: Some(share),
        ..WordingRow::default()
    });
    let tested = WordingRow { tested: Some(found.tested), ..WordingRow::default() };
    Ok(wordings.chain(pages).chain([tested]).collect())
}

/// Pages with their votes.
fn texts(rows: Vec<PartRow>, model: &Model) -> Result<(Partition, Vec<Voter>)> {
    let part = Partition::new(rows, model)?;
    part.check_records()?;
    let known = part.docs().filter_map(|doc| {
        let PartRow { a, set, vote, .. } = part.row(doc);
        Some((a, set?, vote?))
    });
    let voters = numbered(known);
    Ok((part, voters))
}

/// Voters, of the pages, sets and votes of all of them in order.
fn numbered(pages: impl Iterator<Item = (Key, Key, Standing)>) -> Vec<Voter> {
    let mut sets: FxHashMap<Key, u32> = FxHashMap::default();
    let voter = |(doc, (page, set, standing)): (u32, (Key, Key, Standing))| {
        let next = sets.len() as u32;
        standing.voter(DocId(doc), *sets.entry(set).or_insert(next), page.0)
    };
    (0..).zip(pages).map(voter).collect()
}

/// A page that has a wording.
#[derive(Clone, Copy, Serialize, Deserialize)]
pub(super) struct VoteRow {
    page: Key,
    /// The place of the wording among all.
    place: u32,
    /// Where on the page.
    start: u32,
    /// How it reads there.
    manner: u32,
}

/// Pages that vote at a time, so that no more are in memory.
const VOTING: usize = 8192;

struct Vote {
    model: Model,
    part: i64,
    wordings: Vec<Wording>,
    sought: Option<Sought>,
    pages: Vec<PartRow>,
}

impl Vote {
    fn new(model: Model) -> Self {
        Vote { model, part: -1, wordings: Vec::new(), sought: None, pages: Vec::new() }
    }

    fn add(&mut self, rows: Vec<PartRow>) -> Result<Vec<VoteRow>> {
        let mut made = Vec::new();
        for mut row in rows {
            if row.part != self.part {
                made.extend(self.vote()?);
                (self.part, self.sought) = (row.part, None);
            }
            match row.wording.take() {
                Some(wording) => self.wordings.push(wording),
                None => self.pages.push(row),
            }
            if self.pages.len() == VOTING {
                made.extend(self.vote()?);
            }
        }
        Ok(made)
    }

    fn vote(&mut self) -> Result<Vec<VoteRow>> {
        let (part, voters) = texts(std::mem::take(&mut self.pages), &self.model)?;
        let wordings = std::mem::take(&mut self.wordings);
        let votes = self.sought.get_or_insert_with(|| Sought::new(&wordings)).vote(&voters, &part)?;
        let row = |v: &spread::Vote| VoteRow {
            page: Key(part.order(v.doc)),
            place: v.wording,
            start: v.start,
            manner: v.manner,
        };
        Ok(votes.iter().map(row).collect())
    }
}

/// Lets the pages of each part vote, for rows sorted by part, the wordings in their order first.
pub(super) fn vote(model: Model) -> impl FnMut(Option<Vec<PartRow>>) -> Result<Vec<VoteRow>> + Send {
    let mut vote = Vote::new(model);
    move |rows| match rows {
        Some(rows) => vote.add(rows),
        None => vote.vote(),
    }
}

/// A match.
#[derive(Serialize, Deserialize)]
pub(super) struct QuotingRow {
    a: Key,
    b: Key,
    matched: ByteBuf,
}

/// A passage of a page that it has from a text which several articles quote.
#[derive(Serialize, Deserialize)]
pub(super) struct QuoteRow {
    page: Key,
    start: u32,
    end: u32,
}

/// The passages of both pages of matches that they have from a text which several articles quote.
pub(super) fn quotes(rows: Vec<QuotingRow>) -> Result<Vec<QuoteRow>> {
    let mut made = Vec::new();
    for row in rows {
        let docs = Pair { a: DocId(0), b: DocId(1) };
        let m = Match::from_bytes(docs, &row.matched).ok_or_else(|| broken("a match", &"too short"))?;
        let quote =
            |Quote { doc, span: Span { start, end } }| QuoteRow { page: [row.a, row.b][doc.index()], start, end };
        made.extend(aggregation::quotes(&m).into_iter().map(quote));
    }
    Ok(made)
}

/// What is weighed: wordings and what was found with them, voters with their sets, votes, quotes. No text.
#[derive(Serialize, Deserialize)]
pub(super) struct WeighedRow {
    place: Option<u32>,
    wording: Option<Wording>,
    formulaic: Option<f32>,
    tested: Option<u64>,
    page: Option<Key>,
    set: Option<Key>,
    vote: Option<Standing>,
    start: Option<u32>,
    end: Option<u32>,
    manner: Option<u32>,
}

/// Gathers what is weighed: some 50 bytes a voter and 24 a vote.
#[derive(Default)]
pub(super) struct Scales {
    wordings: Vec<(u32, Wording)>,
    formulaic: Vec<(Key, f32)>,
    tested: u64,
    voters: Vec<(Key, Key, Standing)>,
    votes: Vec<VoteRow>,
    quotes: Vec<(Key, Span)>,
}

/// A point without its texts, by rank; a page that points rest on, with its number and the places that are wanted; or what
/// is known of how points spread among outlets.
#[derive(Default, Serialize, Deserialize)]
pub(super) struct PointRow {
    rank: Option<u32>,
    draft: Option<Draft>,
    page: Option<Key>,
    number: Option<u32>,
    spans: Option<ByteBuf>,
    adoption: Option<AdoptionRow>,
}

impl Scales {
    /// Takes rows.
    pub(super) fn add(&mut self, rows: Vec<WeighedRow>) -> Result<()> {
        for row in rows {
            self.tested += row.tested.unwrap_or_default();
            self.wordings.extend(row.place.zip(row.wording));
            let Some(page) = row.page else { continue };
            self.formulaic.extend(row.formulaic.map(|share| (page, share)));
            self.voters.extend(row.set.zip(row.vote).map(|(set, vote)| (page, set, vote)));
            let start = row.start.unwrap_or_default();
            self.quotes.extend(row.end.map(|end| (page, Span { start, end })));
            let vote = row.place.zip(row.manner);
            self.votes.extend(vote.map(|(place, manner)| VoteRow { page, place, start, manner }));
        }
        Ok(())
    }

    /// Weighs all. Pages are numbered by their orders.
    pub(super) fn finish(mut self) -> Result<Vec<PointRow>> {
        self.wordings.sort_unstable_by_key(|&(place, _)| place);
        self.voters.sort_unstable_by_key(|&(page, ..)| page);
        let pages: Vec<Key> = self.voters.iter().map(|&(page, ..)| page).collect();
        // A page that does not vote, a round-up, has no number.
        let known = |page: Key| pages.binary_search(&page).ok().map(|at| DocId(at as u32));
        let doc = |page: Key| known(page).ok_or_else(|| broken("a list of voters", &"a page is missing"));
        let voters = numbered(self.voters.iter().copied());
        let formulaic = self.formulaic.into_iter().map(|(page, share)| Ok((doc(page)?, share)));
        let search = Search {
            wordings: self.wordings.into_iter().map(|(_, wording)| wording).collect(),
            formulaic: formulaic.collect::<Result<_>>()?,
            tested: self.tested,
        };
        let quotes = self.quotes.into_iter().filter_map(|(page, span)| Some(Quote { doc: known(page)?, span }));
        let votes = self.votes.into_iter().map(|vote| {
            let VoteRow { page, place, start, manner } = vote;
            Ok(spread::Vote { wording: place, doc: doc(page)?, start, manner })
        });
        let drafts = spread::weigh(search, voters, quotes.collect(), votes.collect::<Result<_>>()?);
        let outlet = |doc: DocId| self.voters[doc.index()].2.outlet;
        let adoptions = outlets::adoptions(drafts.iter().map(Draft::point), &outlet);
        let wanted = wanted(&drafts).into_iter().map(|(doc, spans)| PointRow {
            page: Some(pages[doc.index()]),
            number: Some(doc.0),
            spans: Some(span_bytes(&spans)),
            ..PointRow::default()
        });
        let points = (0..).zip(drafts).map(|(rank, draft)| PointRow {
            rank: Some(rank),
            draft: Some(draft),
            ..PointRow::default()
        });
        let adoption = |adoption| PointRow { adoption: Some(adoption), ..PointRow::default() };
        Ok(wanted.chain(points).chain(AdoptionRow::counted(adoptions).into_iter().map(adoption)).collect())
    }
}

/// The pages that points rest on, each with the places that are wanted of it; for its id alone, none.
fn wanted(drafts: &[Draft]) -> Vec<(DocId, Vec<Span>)> {
    let places = drafts.iter().flat_map(|draft| draft.forms().chain(draft.point().examples.iter().copied()));
    let mut places: Vec<(DocId, Option<Span>)> = places.map(|(doc, span)| (doc, Some(span))).collect();
    places.extend(drafts.iter().filter_map(|draft| Some((draft.point().common_source?.doc, None))));
    places.sort_unstable();
    places.dedup();
    let of_page =
        |of_one: &[(DocId, Option<Span>)]| (of_one[0].0, of_one.iter().filter_map(|&(_, span)| span).collect());
    places.chunk_by(|x, y| x.0 == y.0).map(of_page).collect()
}

/// A page, by its number, of which places are wanted.
#[derive(Serialize, Deserialize)]
pub(super) struct WantedRow {
    number: u32,
    spans: ByteBuf,
    line: String,
}

/// What is in a place that is wanted, and its ends in characters.
#[derive(Serialize, Deserialize)]
struct Place {
    span: Span,
    text: String,
    chars: [u32; 2],
}

/// What is in the places that are wanted of a page.
#[derive(Serialize, Deserialize)]
pub(super) struct PlacesRow {
    number: u32,
    id: String,
    places: Vec<Place>,
}

/// Reads the places that are wanted of some pages.
pub(super) fn places(rows: Vec<WantedRow>, model: &Model) -> Result<Vec<PlacesRow>> {
    let corpus = Corpus::of_lines(rows.iter().map(|row| row.line.as_str()), &model.names);
    if corpus.len() != rows.len() {
        return Err(broken("a page", &"its record is missing"));
    }
    let spans: Vec<Vec<Span>> = rows.iter().map(|row| spans_of(&row.spans)).collect();
    let all = (0u32..).zip(&spans).flat_map(|(at, spans)| spans.iter().map(move |&span| (DocId(at), span)));
    let offsets = CharOffsets::resolve(&corpus, all);
    let page = |(at, (row, spans)): (u32, (&WantedRow, &Vec<Span>))| {
        let (at, text) = (DocId(at), corpus.text(DocId(at)));
        let place = |&span: &Span| Place { span, text: span.of(&text).to_owned(), chars: offsets.of(at, span) };
        PlacesRow { number: row.number, id: corpus.id(at).to_owned(), places: spans.iter().map(place).collect() }
    };
    Ok((0u32..).zip(rows.iter().zip(&spans)).map(page).collect())
}

/// A point without its texts, or what is in places of a page.
#[derive(Serialize, Deserialize)]
pub(super) struct QuotedRow {
    rank: Option<u32>,
    draft: Option<Draft>,
    number: Option<u32>,
    id: Option<String>,
    places: Option<Vec<Place>>,
}

/// A row that has nothing but a record.
#[derive(Serialize, Deserialize)]
pub(super) struct RecordRow {
    rank: u32,
}

/// The records of talking points, the strongest first, from what [`places`] read of their pages.
pub(super) fn points(rows: Vec<QuotedRow>) -> Result<Vec<WithRecord<RecordRow>>> {
    let (mut drafts, mut ids, mut texts) = (Vec::new(), FxHashMap::default(), FxHashMap::default());
    for row in rows {
        drafts.extend(row.rank.zip(row.draft));
        let Some(doc) = row.number.map(DocId) else { continue };
        ids.extend(row.id.map(|id| (doc, id)));
        let places = row.places.into_iter().flatten();
        texts.extend(places.map(|place| ((doc, place.span), (place.text, place.chars))));
    }
    drafts.sort_unstable_by_key(|&(rank, _)| rank);
    let text = |doc: DocId, span: Span| texts.get(&(doc, span)).map(|(text, _)| text.clone()).unwrap_or_default();
    let chars = |doc: DocId, span: Span| texts.get(&(doc, span)).map(|&(_, chars)| chars).unwrap_or_default();
    let id = |doc: DocId| ids.get(&doc).cloned().unwrap_or_default();
    let record = |(rank, draft): (u32, Draft)| {
        let record = value(&report::point_record(&draft.finish(&text), &id, &chars))?;
        Ok(WithRecord { row: RecordRow { rank }, record: Some(record) })
    };
    drafts.into_iter().map(record).collect()
}

/// One kind of [`Adoption`], and how often it comes.
#[derive(Default, Serialize, Deserialize)]
struct AdoptionRow {
    times: u32,
    pair: Option<Company>,
    outlet: Option<u32>,
    days: Option<i64>,
    outlets: Option<u32>,
}

impl AdoptionRow {
    /// Uses and points, of which many are alike, are counted.
    fn counted(adoptions: Vec<Adoption>) -> Vec<Self> {
        type Alike = (Option<u32>, Option<i64>, Option<u32>);
        let mut rows = Vec::new();
        let mut times: FxHashMap<Alike, u32> = FxHashMap::default();
        for adoption in adoptions {
            let alike = match adoption {
                Adoption::Pair(company) => {
                    rows.push(AdoptionRow { times: 1, pair: Some(company), ..AdoptionRow::default() });
                    continue;
                }
                Adoption::Use { outlet, days } => (Some(outlet), days, None),
                Adoption::Point { outlets } => (None, None, Some(outlets)),
            };
            *times.entry(alike).or_default() += 1;
        }
        let row = |((outlet, days, outlets), times)| AdoptionRow { times, pair: None, outlet, days, outlets };
        rows.extend(times.into_iter().map(row));
        rows
    }

    fn adoptions(self) -> impl Iterator<Item = Adoption> {
        let of_outlet = self.outlet.map(|outlet| Adoption::Use { outlet, days: self.days });
        let of_point = self.outlets.map(|outlets| Adoption::Point { outlets });
        let adoption = self.pair.map(Adoption::Pair).or(of_outlet).or(of_point);
        adoption.into_iter().flat_map(move |adoption| std::iter::repeat_n(adoption, self.times as usize))
    }
}

/// How many pages an outlet has, who runs whose copy, or what is known of how points spread.
#[derive(Serialize, Deserialize)]
pub(super) struct CountRow {
    outlet: Option<u32>,
    pages: Option<i64>,
    traffic: Option<Traffic>,
    adoption: Option<AdoptionRow>,
}

/// The outlets and their pairs by name.
pub(super) fn outlet_tables(rows: Vec<CountRow>, model: &Model) -> Result<OutletTables> {
    let (mut counter, mut adoptions) = (TrafficCounter::default(), Vec::new());
    for row in rows {
        row.outlet.zip(row.pages).into_iter().for_each(|(outlet, pages)| counter.pages(outlet, pages as u32));
        row.traffic.into_iter().for_each(|traffic| counter.add(traffic));
        adoptions.extend(row.adoption.into_iter().flat_map(AdoptionRow::adoptions));
    }
    Ok(outlets::named(counter.finish(), adoptions, model.outlets.names()))
}

/// Records, in their order.
pub(super) fn record_rows<R: Serialize>(records: impl Iterator<Item = R>) -> Result<Vec<WithRecord<RecordRow>>> {
    let row = |(rank, record): (u32, R)| Ok(WithRecord { row: RecordRow { rank }, record: Some(value(&record)?) });
    (0..).zip(records).map(row).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn adoptions_that_are_alike_are_one_row_and_come_back_as_often_as_they_were() {
        let company = Company { from: 1, to: 2, shared: 3, soon: 2, expected: 0.5, q_value: 0.25 };
        let kinds = [
            Adoption::Pair(company),
            Adoption::Use { outlet: 1, days: Some(0) },
            Adoption::Use { outlet: 1, days: None },
            Adoption::Point { outlets: 1 },
        ];
        let all: Vec<Adoption> = (0..12).map(|at| kinds[at % 7 % 4]).collect();
        let rows = AdoptionRow::counted(all.clone());
        let pairs = all.iter().filter(|adoption| matches!(adoption, Adoption::Pair(_))).count();
        assert_eq!(rows.len(), pairs + 3);
        let found: Vec<Adoption> = rows.into_iter().flat_map(AdoptionRow::adoptions).collect();
        let times = |list: &[Adoption], kind: &Adoption| list.iter().filter(|adoption| *adoption == kind).count();
        for kind in &kinds {
            assert_eq!(times(&found, kind), times(&all, kind));
        }
        assert_eq!(found.len(), all.len());
    }
}
