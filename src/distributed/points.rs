//! Talking points, step by step: one task looks for wordings in one page a set, every task lets its pages vote on these,
//! one task weighs the votes, and what the points rest on is read where the pages are.

use super::model::Model;
use super::partition::{Partition, SketchedPage, broken, json};
use crate::candidates::Pair;
use crate::corpus::Corpus;
use crate::error::Result;
use crate::outlets::{self, OutletTables};
use crate::pages::Pages;
use crate::records::CharOffsets;
use crate::report;
use crate::storage::Scratch;
use crate::talking_points::aggregation::{self, Houses};
use crate::talking_points::spread::{self, Search, Wording};
use crate::talking_points::{Article, Articles, Draft, Quote, Voter, speaker_rank};
use crate::types::{DocId, Span, Timestamp};
use crate::verify::Match;
use rustc_hash::FxHashMap;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// What a page's vote hangs on.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(super) struct Standing {
    house: u64,
    outlet: Option<u32>,
    units: u32,
    published: Option<Timestamp>,
}

impl Standing {
    pub(super) fn of(pages: &Pages, houses: &Houses, doc: DocId, units: u32, published: Option<Timestamp>) -> Self {
        let outlet = pages.outlet(doc).map(|known| known.outlet);
        Standing { house: houses.of(pages, doc), outlet, units, published }
    }

    fn voter(self, doc: DocId, set: u32, order: u64) -> Voter {
        Voter { doc, set, outlet: self.house, units: self.units, published: self.published, order }
    }
}

fn read<T: DeserializeOwned>(what: &'static str, json: &str) -> Result<T> {
    serde_json::from_str(json).map_err(|error| broken(what, &error))
}

fn standing(json: &str) -> Result<Standing> {
    read("a vote", json)
}

impl Articles for Partition {
    fn article(&self, doc: DocId, with: &mut dyn FnMut(&Article)) {
        let (headline, body) = (self.bodies.headline(doc), self.bodies.of(doc));
        with(&Article { text: &self.corpus.text(doc), headline, body });
    }
}

/// A page that votes.
#[derive(Clone, Debug)]
pub struct VotingPage {
    /// The page.
    pub page: SketchedPage,
    /// Its set, by the order of the set's first member, or its own.
    pub set: u64,
    /// What [`super::Sketch`] has of its vote.
    pub vote: String,
}

/// What is known of a page before it is known whether it votes.
#[derive(Clone, Debug, Default)]
pub struct MayVote {
    /// What [`super::Sketch`] has of its vote.
    pub vote: String,
    /// Units of its body.
    pub units: u32,
    /// Its set, if it is of one.
    pub set: Option<u64>,
    /// It is a compilation.
    pub is_compilation: bool,
}

impl MayVote {
    /// The set for which the page of an order votes, itself if it is of none. Compilations do not vote: they are copies in parts.
    pub fn votes_for(&self, order: u64) -> Option<u64> {
        (!self.is_compilation).then(|| self.set.unwrap_or(order))
    }
}

/// The place of the page that speaks for its set among some pages of it, given by units and order.
pub fn speaker(pages: impl Iterator<Item = (u32, u64)>) -> Option<usize> {
    let ranked = pages.enumerate().min_by_key(|&(_, (units, order))| speaker_rank(units, order));
    ranked.map(|(place, _)| place)
}

/// What the pages that represent their sets show.
#[derive(Clone, Debug, Default)]
pub struct Searched {
    /// Wordings, in their order.
    pub wordings: Vec<String>,
    /// The order of each page, and how formulaic it is, 0..1.
    pub formulaic: Vec<(u64, f32)>,
    /// Different n-grams that were looked at.
    pub tested: u64,
}

/// Looks for wordings in the pages that speak for their sets, each of another set.
pub fn search(speakers: Vec<VotingPage>, model: &Model) -> Result<Searched> {
    let (part, voters) = voters(speakers, model)?;
    let found = spread::search(voters, &part, &Scratch::default())?;
    Ok(Searched {
        wordings: found.wordings.iter().map(json).collect(),
        formulaic: found.formulaic.iter().map(|&(doc, share)| (part.order(doc), share)).collect(),
        tested: found.tested,
    })
}

/// Pages with their votes, set by set.
fn voters(mut pages: Vec<VotingPage>, model: &Model) -> Result<(Partition, Vec<Voter>)> {
    pages.sort_by_key(|page| (page.set, page.page.order));
    let mut votes = Vec::with_capacity(pages.len());
    for (number, of_one) in (0u32..).zip(pages.chunk_by(|x, y| x.set == y.set)) {
        for page in of_one {
            votes.push((number, page.page.order, standing(&page.vote)?));
        }
    }
    let part = Partition::new(pages.into_iter().map(|page| page.page).collect(), model)?;
    part.check_records()?;
    let voter = |(set, order, standing): (u32, u64, Standing)| Ok(standing.voter(part.doc(order)?, set, order));
    let voters = votes.into_iter().map(voter).collect::<Result<Vec<Voter>>>()?;
    Ok((part, voters))
}

/// A page that has a wording.
#[derive(Clone, Copy, Debug)]
pub struct PhraseVote {
    /// The place of the wording among all.
    pub wording: u32,
    /// Order of the page.
    pub order: u64,
    /// Where on the page.
    pub start: u32,
    /// How it reads there.
    pub manner: u32,
}

/// Wordings that pages vote on.
pub struct SoughtPhrases(spread::Sought);

impl SoughtPhrases {
    /// Takes all wordings, in their order.
    pub fn new<'w>(wordings: impl Iterator<Item = &'w str>) -> Result<Self> {
        let wordings = wordings.map(|json| read("a wording", json)).collect::<Result<Vec<Wording>>>()?;
        Ok(SoughtPhrases(spread::Sought::new(&wordings)))
    }

    /// Lets some pages vote.
    pub fn vote(&self, pages: Vec<VotingPage>, model: &Model) -> Result<Vec<PhraseVote>> {
        let (part, voters) = voters(pages, model)?;
        let votes = self.0.vote(&voters, &part)?;
        let vote = |v: &spread::Vote| PhraseVote {
            wording: v.wording,
            order: part.order(v.doc),
            start: v.start,
            manner: v.manner,
        };
        Ok(votes.iter().map(vote).collect())
    }
}

/// The passages of the pages of a match that they have from a text which several articles quote: order and place.
pub fn quotes(pair: [u64; 2], bytes: &[u8]) -> Result<Vec<(u64, Span)>> {
    let docs = Pair { a: DocId(0), b: DocId(1) };
    let m = Match::from_bytes(docs, bytes).ok_or_else(|| broken("a match", &"too short"))?;
    Ok(aggregation::quotes(&m).into_iter().map(|quote| (pair[quote.doc.index()], quote.span)).collect())
}

/// Gathers what is weighed: all voters, no text of theirs. Some 50 bytes a voter and 24 a vote.
#[derive(Default)]
pub struct Scales {
    wordings: Vec<(u32, Wording)>,
    formulaic: Vec<(u64, f32)>,
    tested: u64,
    voters: Vec<(u64, u64, Standing)>,
    votes: Vec<PhraseVote>,
    quotes: Vec<(u64, Span)>,
}

/// Points, and what they rest on.
#[derive(Clone, Debug, Default)]
pub struct WeighedPoints {
    /// Points without their texts, the strongest first.
    pub drafts: Vec<String>,
    /// Pages that points rest on: order, number, and the places that are wanted.
    pub pages: Vec<(u64, u32, Vec<Span>)>,
    /// Outlets that run with each other.
    pub companies: Vec<String>,
}

impl Scales {
    /// Takes a wording with its place among all.
    pub fn wording(&mut self, place: u32, json: &str) -> Result<()> {
        self.wordings.push((place, read("a wording", json)?));
        Ok(())
    }

    /// Takes how formulaic the page of an order is.
    pub fn formulaic(&mut self, order: u64, share: f32) {
        self.formulaic.push((order, share));
    }

    /// Takes how many n-grams were looked at.
    pub fn tested(&mut self, tested: u64) {
        self.tested += tested;
    }

    /// Takes a voter: its order, its set, and its vote.
    pub fn voter(&mut self, order: u64, set: u64, vote: &str) -> Result<()> {
        self.voters.push((order, set, standing(vote)?));
        Ok(())
    }

    /// Takes a vote.
    pub fn vote(&mut self, vote: PhraseVote) {
        self.votes.push(vote);
    }

    /// Takes a quote.
    pub fn quote(&mut self, order: u64, span: Span) {
        self.quotes.push((order, span));
    }

    /// Weighs all. Pages are numbered by their orders.
    pub fn finish(mut self) -> Result<WeighedPoints> {
        self.wordings.sort_unstable_by_key(|&(place, _)| place);
        self.voters.sort_unstable_by_key(|&(order, ..)| order);
        let orders: Vec<u64> = self.voters.iter().map(|&(order, ..)| order).collect();
        // A page that does not vote, a round-up, has no number.
        let known = |order: u64| orders.binary_search(&order).ok().map(|at| DocId(at as u32));
        let doc = |order: u64| known(order).ok_or_else(|| broken("a list of voters", &"a page is missing"));
        let mut sets: FxHashMap<u64, u32> = FxHashMap::default();
        let voter = |(number, &(order, set, standing)): (u32, &(u64, u64, Standing))| {
            let next = sets.len() as u32;
            standing.voter(DocId(number), *sets.entry(set).or_insert(next), order)
        };
        let voters: Vec<Voter> = (0u32..).zip(&self.voters).map(voter).collect();
        let formulaic = self.formulaic.into_iter().map(|(order, share)| Ok((doc(order)?, share)));
        let search = Search {
            wordings: self.wordings.into_iter().map(|(_, wording)| wording).collect(),
            formulaic: formulaic.collect::<Result<_>>()?,
            tested: self.tested,
        };
        let quotes = self.quotes.into_iter().filter_map(|(order, span)| Some(Quote { doc: known(order)?, span }));
        let votes = self.votes.into_iter().map(|vote| {
            let PhraseVote { wording, order, start, manner } = vote;
            Ok(spread::Vote { wording, doc: doc(order)?, start, manner })
        });
        let drafts = spread::weigh(search, voters, quotes.collect(), votes.collect::<Result<_>>()?);
        let outlet = |doc: DocId| self.voters[doc.index()].2.outlet;
        let companies = outlets::adoptions(drafts.iter().map(Draft::point), &outlet);
        Ok(WeighedPoints {
            pages: wanted(&drafts).into_iter().map(|(doc, spans)| (orders[doc.index()], doc.0, spans)).collect(),
            drafts: drafts.iter().map(json).collect(),
            companies: companies.iter().map(json).collect(),
        })
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

/// What is in the places that are wanted of a page.
#[derive(Serialize, Deserialize)]
struct WantedPlaces {
    doc: DocId,
    id: String,
    /// Each with its text, and its ends in characters.
    texts: Vec<(Span, String, [u32; 2])>,
}

/// Reads the places that are wanted of some pages, each given by its number, the places and its record.
pub fn places(pages: &[(u32, Vec<Span>, String)], model: &Model) -> Result<Vec<String>> {
    let corpus = Corpus::of_lines(pages.iter().map(|(.., line)| line.as_str()), &model.names);
    if corpus.len() != pages.len() {
        return Err(broken("a page", &"its record is missing"));
    }
    let spans = (0u32..).zip(pages).flat_map(|(at, (_, spans, _))| spans.iter().map(move |&span| (DocId(at), span)));
    let offsets = CharOffsets::resolve(&corpus, spans);
    let read = |(at, (doc, spans, _)): (u32, &(u32, Vec<Span>, String))| {
        let at = DocId(at);
        let text = corpus.text(at);
        let texts = spans.iter().map(|&span| (span, span.of(&text).to_owned(), offsets.of(at, span))).collect();
        json(&WantedPlaces { doc: DocId(*doc), id: corpus.id(at).to_owned(), texts })
    };
    Ok((0u32..).zip(pages).map(read).collect())
}

/// The records of talking points, in the order of the drafts, from what [`places`] read of their pages.
pub fn points<'j>(drafts: impl Iterator<Item = &'j str>, places: impl Iterator<Item = &'j str>) -> Result<Vec<Value>> {
    let (mut ids, mut texts) = (FxHashMap::default(), FxHashMap::default());
    for json in places {
        let page: WantedPlaces = read("the places of a page", json)?;
        ids.insert(page.doc, page.id);
        texts.extend(page.texts.into_iter().map(|(span, text, chars)| ((page.doc, span), (text, chars))));
    }
    let text = |doc: DocId, span: Span| texts.get(&(doc, span)).map(|(text, _)| text.clone()).unwrap_or_default();
    let chars = |doc: DocId, span: Span| texts.get(&(doc, span)).map(|&(_, chars)| chars).unwrap_or_default();
    let id = |doc: DocId| ids.get(&doc).cloned().unwrap_or_default();
    let record = |json: &str| {
        let point = read::<Draft>("a talking point", json)?.finish(&text);
        value(&report::point_record(&point, &id, &chars))
    };
    drafts.map(record).collect()
}

fn value(record: &impl Serialize) -> Result<Value> {
    serde_json::to_value(record).map_err(|error| broken("a record", &error))
}

/// Counts outlets, from what all parts counted.
#[derive(Default)]
pub struct OutletCounter {
    counter: outlets::TrafficCounter,
    companies: Vec<outlets::Adoption>,
}

impl OutletCounter {
    /// Takes how many pages an outlet has.
    pub fn pages(&mut self, outlet: u32, pages: u32) {
        self.counter.pages(outlet, pages);
    }

    /// Takes what [`super::records`] counted.
    pub fn traffic(&mut self, json: &str) -> Result<()> {
        self.counter.add(read("the traffic of outlets", json)?);
        Ok(())
    }

    /// Takes a pair of outlets that run with each other.
    pub fn company(&mut self, json: &str) -> Result<()> {
        self.companies.push(read("the company of outlets", json)?);
        Ok(())
    }

    /// The records of outlets and of their pairs, by name.
    pub fn finish(self, model: &Model) -> Result<[Vec<Value>; 2]> {
        let OutletTables { outlets, pairs } =
            outlets::named(self.counter.finish(), self.companies, model.outlets.names());
        let outlets = outlets.into_iter().map(|outlet| value(&report::outlet_record(outlet))).collect::<Result<_>>()?;
        let pairs = pairs.into_iter().map(|pair| value(&report::outlet_pair_record(pair))).collect::<Result<_>>()?;
        Ok([outlets, pairs])
    }
}
