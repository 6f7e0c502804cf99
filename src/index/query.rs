//! One page against the index: which set it belongs to, what it shares with which pages, where its text came from.
//!
//! Nothing that grows with the index is read whole: the keys of the page's buckets are looked up in the sorted keys of each
//! segment, and the texts of the closest pages are read from their files.

use super::Index;
use super::lanes;
use super::reader::{SomePages, known};
use super::segment::FACTS_ALONE;
use super::state::StoredCluster;
use crate::attribution::OutletKeys;
use crate::candidates::Pair;
use crate::candidates::partitions::{self, Meeting, Proposal, SHINGLE_GROUPS};
use crate::cluster::coverage::Coverage;
use crate::cluster::{Cluster, Clusters};
use crate::corpus::{Corpus, InputRecord};
use crate::error::Result;
use crate::origin::{self, HabitCounts, Lineage, Names, Overlaps, PageFacts, Source, facts};
use crate::pages::{self, BodySpans, Pages};
use crate::pipeline::{Compared, Findings, SketchPart, sketch_page};
use crate::records::{ClusterRecord, MemberRecord, OriginRecord, Time, share, time};
use crate::report;
use crate::signature::{SignatureWriter, Signatures};
use crate::storage::Scratch;
use crate::types::{DocId, Span, Timestamp};
use crate::verify::{self, Kind, Match, Matches};
use rustc_hash::{FxHashMap, FxHashSet};
use serde::Serialize;

/// Pages that a page is compared with, those that are closest by signature.
const COMPARED: usize = 40;
/// The most pages of a bucket that are looked at.
const BUCKET: usize = 512;
/// Pages of equal bodies that are looked at.
const EQUAL: usize = 8;
/// Members of a set that an origin is judged among, with the page that is asked about, and that the answer lists.
const JUDGED: usize = 48;
/// Members that the record of a set lists; of larger ones it has the first.
pub(super) const LISTED: usize = 2000;

/// What an index knows of a page.
#[derive(Debug, Serialize)]
pub struct QueryAnswer {
    /// The commit of the index that the answer is of.
    pub commit: u64,
    /// The page as it was read.
    pub page: QueryPage,
    /// The number of the reprint set that it belongs to; null when it belongs to none of the index.
    pub cluster: Option<u32>,
    /// Its place in the history of the set: the page that it was most likely copied from, with the probability; null
    /// without a set.
    pub place: Option<MemberRecord>,
    /// Where the text came from, judged with this page among the pages of the set; null without a set. Its documents are ids
    /// of the index, and the id of this page.
    pub origin: Option<OriginRecord>,
    /// The set as the index has it, null without one. Of a set of more than 48 pages, the members are those that the page
    /// was judged among; [`Index::cluster`] gives more.
    pub set: Option<IndexedCluster>,
    /// The pages that share text with it, the likeliest to be the same article first.
    pub closest: Vec<ClosePage>,
}

/// A reprint set as an index has it.
#[derive(Clone, Debug, Serialize)]
pub struct IndexedCluster {
    /// Its record, as a line of `clusters.jsonl` has it.
    #[serde(flatten)]
    pub record: ClusterRecord,
    /// Outlet and time of its pages by id.
    #[serde(skip)]
    pub(super) pages: KnownPages,
}

impl IndexedCluster {
    /// The outlet of a page of the set, if the index knows it.
    pub fn outlet_of(&self, id: &str) -> Option<&str> {
        self.pages.get(id)?.0.as_deref()
    }
}

/// A page that was asked about.
#[derive(Debug, Serialize)]
pub struct QueryPage {
    /// Its id.
    pub id: String,
    /// Its headline.
    pub title: Option<String>,
    /// Its outlet, if the index knows it.
    pub outlet: Option<String>,
    /// When it was published.
    pub published: Option<Time>,
    /// Units of its body: Han characters, and runs of letters or digits. 0 when no article was found on it.
    pub units: u32,
}

/// A page of the index that shares text with the page that was asked about.
#[derive(Debug, Serialize)]
pub struct ClosePage {
    /// Its id.
    pub id: String,
    /// The number of its set; null for none.
    pub cluster: Option<u32>,
    /// Its file.
    pub file: String,
    /// Its headline.
    pub title: Option<String>,
    /// Its address.
    pub url: Option<String>,
    /// Its outlet.
    pub outlet: Option<String>,
    /// When it was published.
    pub published: Option<Time>,
    /// What the two are to each other.
    pub kind: Kind,
    /// The probability that both carry the same article, in 0..1.
    pub probability: f64,
    /// Resemblance of the bodies, in 0..1.
    pub jaccard: f64,
    /// Share of the page that was asked about which is in this one, in 0..1.
    pub containment: f64,
    /// Share of this page that is in the one that was asked about, in 0..1.
    pub containment_of_other: f64,
    /// The shared passages.
    pub passages: Vec<SharedPassage>,
}

/// A passage that two pages share.
#[derive(Debug, Serialize)]
pub struct SharedPassage {
    /// Where it is in the page that was asked about, in characters.
    pub page: [u32; 2],
    /// Where it is in the other page.
    pub other: [u32; 2],
    /// The words, as the page that was asked about has them.
    pub text: String,
}

/// A page that was asked about, cleaned and signed.
struct Asked {
    record: InputRecord,
    keys: OutletKeys,
    signatures: Signatures,
    spans: Vec<Span>,
    time: Option<Timestamp>,
    facts: PageFacts,
    outlet: Option<String>,
}

/// A page of the index that may share text with the one that was asked about.
struct Found {
    doc: DocId,
    /// How much the signatures have in common; greater is closer.
    rank: f32,
}

impl Index {
    /// Looks a page up. `id` of the record names it in the answer.
    pub fn query(&self, record: InputRecord) -> Result<QueryAnswer> {
        super::until_source_changed(|| lanes::alone(|| self.answer(record)))
    }

    /// A reprint set by the number that it keeps; none when no set has it.
    pub fn cluster(&self, number: u32) -> Result<Option<IndexedCluster>> {
        super::until_source_changed(|| lanes::alone(|| self.cluster_record(number)))
    }

    fn answer(&self, record: InputRecord) -> Result<QueryAnswer> {
        let asked = self.read(record)?;
        let mut found = self.candidates(&asked.signatures)?;
        found.truncate(COMPARED);
        let mut docs: Vec<DocId> = found.iter().map(|found| found.doc).collect();
        docs.sort_unstable();
        let (measured, cluster, closest) = self.beside(&asked, &docs, |beside| {
            let measured = beside.measure(0..docs.len() as u32)?;
            let compared = self.decided(&docs, &measured)?;
            let cluster = self.set_of(&asked, &docs, &compared)?;
            Ok((measured, cluster, self.closest(&beside, &compared)?))
        })?;
        let (place, origin, set) = match cluster {
            Some(number) => self.judge(&asked, number, &docs, &measured)?,
            None => (None, None, None),
        };
        let InputRecord { id, title, .. } = asked.record;
        let page = QueryPage {
            id: id.unwrap_or_default(),
            title,
            outlet: asked.outlet,
            published: asked.time.and_then(time::written),
            units: asked.signatures.units(0),
        };
        Ok(QueryAnswer { commit: self.commit(), page, cluster, place, origin, set, closest })
    }

    /// Cleans and signs a page as the index has done with its own.
    fn read(&self, record: InputRecord) -> Result<Asked> {
        let record = InputRecord { id: record.id.filter(|id| !id.is_empty()).or(Some("page".into())), ..record };
        let corpus = Corpus::from_records([record.clone()])?;
        let (mut keys, _) = pages::names(&corpus);
        pages::recognise_templates(&corpus, 0, &mut keys, &self.at.model.furniture, &self.at.model.houses);
        let key = keys[0];
        let pages = known(&corpus, &self.at, keys, BodySpans::default());
        let mut part = SketchPart::default();
        sketch_page(&pages, DocId(0), FACTS_ALONE, &mut part);
        let mut writer = SignatureWriter::new(1, &Scratch::default());
        writer.append(&part.signatures)?;
        let facts = part.facts.each().next().map(facts::read).transpose()?;
        let outlet = pages.outlet(DocId(0)).map(|known| pages.outlets.name(known.outlet).to_owned());
        Ok(Asked {
            keys: key,
            signatures: writer.finish()?,
            spans: part.bodies.each().next().unwrap_or_default(),
            time: part.times[0],
            facts: facts.ok_or_else(|| super::pack::damaged(&self.at.folder, "a page has no facts"))?,
            outlet,
            record,
        })
    }

    /// The pages that meet a page in its buckets, the closest by signature first.
    fn candidates(&self, asked: &Signatures) -> Result<Vec<Found>> {
        if asked.units(0) == 0 {
            return Ok(Vec::new());
        }
        let keys = partitions::keys(asked, 0);
        let mut found: Vec<Found> = Vec::new();
        for segment in &self.at.segments {
            let mut met: FxHashMap<u32, Meeting> = FxHashMap::default();
            for page in segment.equal(asked.body_hash(0))?.into_iter().take(EQUAL) {
                let is_equal = segment.pages.get(page as usize)?.body_hash == asked.body_hash(0);
                if is_equal {
                    let doc = DocId(segment.first + page);
                    found.push(Found { doc, rank: 2.0 });
                }
            }
            // Of a crowded bucket some pages stand for all: their set is found by any of them.
            segment.buckets(&keys, BUCKET, |group, page| {
                let meeting = met.entry(page).or_default();
                match group {
                    group if SHINGLE_GROUPS.contains(&group) => meeting.shared += 1,
                    group if partitions::is_band(group) => meeting.band = true,
                    _ => meeting.near = true,
                }
            })?;
            for (page, mut meeting) in met {
                // Most pages share one shingle, or a quarter of a simhash, by chance: their signatures are not looked at.
                if !meeting.may_propose() {
                    continue;
                }
                let row = segment.pages.at(page as usize)?;
                meeting.near = meeting.near && partitions::are_near(row.simhash, asked.simhash(0));
                if !meeting.may_propose() {
                    continue;
                }
                let minhash = segment.minhashes.at(page as usize)?;
                let samples = [asked.sample(0).len() as u32, row.samples];
                let proposal = Proposal::new(meeting, [asked.minhash(0), minhash], samples);
                if proposal.is_alike() || proposal.shares_enough() {
                    let shared = meeting.shared as f32 / samples[0].min(samples[1]).max(1) as f32;
                    found.push(Found {
                        doc: DocId(segment.first + page),
                        rank: proposal.agreement.max(shared.min(1.0)),
                    });
                }
            }
        }
        found.sort_unstable_by(|x, y| y.rank.total_cmp(&x.rank).then(x.doc.cmp(&y.doc)));
        let mut seen = FxHashSet::default();
        found.retain(|found| seen.insert(found.doc));
        Ok(found)
    }

    /// Some pages of the index, which are in order, with the page that was asked about after them.
    fn beside<R>(&self, asked: &Asked, docs: &[DocId], with: impl FnOnce(Beside<'_>) -> Result<R>) -> Result<R> {
        let SomePages { records, mut keys, mut times, mut signatures, mut bodies } = self.at.some(docs)?;
        let corpus = Corpus::from_records([asked.record.clone()])?;
        let corpus = corpus.with_stored_before(records, &self.at.reading(None)?).reading_once();
        corpus.read_ahead((0..docs.len() as u32).map(DocId))?;
        keys.push(asked.keys);
        times.push(asked.time);
        signatures.push_known(asked.signatures.body_hash(0), asked.signatures.units(0));
        bodies.push_known(&asked.spans);
        let (signatures, bodies) = super::reader::finished(&signatures, &bodies, docs.len() + 1)?;
        with(Beside { docs, pages: known(&corpus, &self.at, keys, bodies), signatures, times })
    }

    /// The matches that the index has among some pages, which are in order, by their places there.
    fn among(&self, docs: &[DocId], scratch: &Scratch) -> Result<Matches> {
        let found = self.at.measured.among(docs)?.into_iter().filter_map(|found| {
            let pair = Pair::new(local(docs, found.pair.a)?, local(docs, found.pair.b)?);
            Some(Match { pair, ..found })
        });
        Matches::gather(found, scratch)
    }

    /// What these matches amount to: text that others of the pages have too is less evidence of one article.
    fn decided(&self, docs: &[DocId], measured: &[Match]) -> Result<Vec<Match<'static>>> {
        let last = DocId(docs.len() as u32);
        let scratch = Scratch::default();
        let found = Matches::gather(measured.iter().cloned(), &scratch)?;
        let others = self.among(docs, &scratch)?;
        let mut articles: Vec<u32> = Vec::new();
        for (place, &doc) in docs.iter().enumerate() {
            articles.push(self.at.state.of(doc).unwrap_or(u32::MAX - 1 - place as u32));
        }
        let nearest =
            found.iter().filter(Match::is_same_article).max_by(|x, y| x.probability.total_cmp(&y.probability));
        articles.push(nearest.map_or(u32::MAX, |nearest| articles[nearest.other(last).index()]));
        let coverage = Coverage::new(&others.merged(&found, &scratch)?, &articles, &scratch)?;
        let same_article = self.at.manifest.settings.same_article;
        let decided = found.iter().map(|m| {
            let apart = articles[m.pair.a.index()] != articles[m.pair.b.index()];
            let spread = coverage.spread(&m, apart);
            Match { spread, ..m.into_owned() }.judged(same_article)
        });
        Ok(decided.collect())
    }

    /// The set of the pages that carry the same article as the page: of the sets that most of the pages compared agree
    /// with, the one with the likeliest page.
    fn set_of(&self, asked: &Asked, docs: &[DocId], compared: &[Match]) -> Result<Option<u32>> {
        let last = DocId(docs.len() as u32);
        let mut votes: FxHashMap<u32, (i32, f32)> = FxHashMap::default();
        for found in compared {
            let doc = docs[found.other(last).index()];
            let Some(number) = self.at.state.of(doc) else { continue };
            let is_equal = self.at.row(doc)?.body_hash == asked.signatures.body_hash(0);
            let vote = votes.entry(number).or_default();
            // A page that is equal to a member belongs where that one does.
            vote.0 += if is_equal {
                JUDGED as i32
            } else if found.is_same_article() {
                1
            } else {
                -1
            };
            vote.1 = if found.is_same_article() { vote.1.max(found.probability) } else { vote.1 };
        }
        let agreed = votes.into_iter().filter(|(_, (votes, probability))| *votes >= 0 && *probability > 0.0);
        let best = agreed.max_by(|x, y| x.1.1.total_cmp(&y.1.1).then(x.1.0.cmp(&y.1.0)).then(y.0.cmp(&x.0)));
        Ok(best.map(|(number, _)| number))
    }

    fn closest(&self, beside: &Beside, compared: &[Match]) -> Result<Vec<ClosePage>> {
        let Beside { docs, pages, times, .. } = beside;
        let last = beside.asked();
        let text = pages.corpus.text(last);
        let starts: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
        let records = report::match_records(pages.corpus, compared, &Default::default());
        let mut closest = Vec::new();
        for (found, record) in compared.iter().zip(records) {
            let local = found.other(last);
            let doc = docs[local.index()];
            let raw = pages.corpus.doc(local);
            let side = found.side(last);
            let is_first = record.a == pages.corpus.id(last);
            let passage = |passage: &crate::records::PassageRecord| {
                let (page, other) = if is_first { (passage.a, passage.b) } else { (passage.b, passage.a) };
                let words = text[starts[page[0] as usize]..starts[page[1] as usize]].to_owned();
                SharedPassage { page, other, text: words }
            };
            closest.push(ClosePage {
                id: pages.corpus.id(local).to_owned(),
                cluster: self.at.state.of(doc),
                file: pages.corpus.place(local).0.display().to_string(),
                title: raw.title.as_deref().map(str::to_owned),
                url: raw.url.as_deref().map(str::to_owned),
                outlet: pages.outlet(local).map(|known| pages.outlets.name(known.outlet).to_owned()),
                published: times[local.index()].and_then(time::written),
                kind: found.kind,
                probability: share(found.probability),
                jaccard: share(found.jaccard),
                containment: share(found.containment[side]),
                containment_of_other: share(found.containment[1 - side]),
                passages: record.passages.iter().map(passage).collect(),
            });
        }
        closest.sort_by(|x, y| {
            let rank = |page: &ClosePage| (page.probability, page.jaccard);
            rank(y).partial_cmp(&rank(x)).unwrap_or(std::cmp::Ordering::Equal).then(x.id.cmp(&y.id))
        });
        Ok(closest)
    }

    /// The place of the page in the history of a set, where the text came from, and the set: judged among the members that
    /// the page was compared with, and those that the history of the set turns on. `measured` are the matches of the page
    /// with those in `compared`, which are in order.
    fn judge(&self, asked: &Asked, number: u32, compared: &[DocId], measured: &[Match]) -> Result<Judged> {
        let Some(set) = self.at.state.recent(number)? else { return Ok((None, None, None)) };
        let docs = judges(&set, compared);
        let (names, habits) = self.names_and_habits()?;
        self.beside(asked, &docs, |beside| {
            let last = beside.asked();
            let mut facts = self.facts(&docs)?;
            let (body_hash, units) = (asked.signatures.body_hash(0), asked.signatures.units(0));
            facts.push(PageFacts { doc: last, body_hash, units, ..asked.facts.clone() });
            facts.sort_unstable_by_key(|page| page.order);
            let missing = (0u32..).zip(&docs).filter(|(_, doc)| compared.binary_search(doc).is_err());
            let more = beside.measure(missing.map(|(place, _)| place))?;
            let before = measured.iter().filter_map(|found| {
                let other = local(&docs, compared[found.pair.a.index()])?;
                Some(Match { pair: Pair::new(other, last), ..found.clone() })
            });
            let scratch = Scratch::default();
            let with_page = Matches::gather(sorted(before.chain(more)).into_iter(), &scratch)?;
            let matches = self.among(&docs, &scratch)?.merged(&with_page, &scratch)?;
            let mut lineage = origin::judge(&[facts], &Overlaps::new(&matches), names, habits).remove(0);
            let as_kept = set.lineage.clone().renumbered(&|doc| local(&docs, doc));
            if set.origin_verdict {
                let Lineage { origin, outlet, probability, .. } = as_kept.clone();
                lineage = Lineage { origin, outlet, probability, evidence: Vec::new(), runner_up: None, ..lineage };
            }
            let (extent, taken) = (self.extent(&set)?, beside.pages.corpus.id(last).to_owned());
            let (findings, pages) = self.findings(beside, &set, as_kept)?;
            let (place, mut origin) = report::place_records(&findings, &lineage, last);
            let name = asked.record.id.clone().unwrap_or_default();
            let original = |id: String| if id == taken { name.clone() } else { id };
            origin.document = origin.document.map(original);
            origin.evidence.iter_mut().for_each(|piece| piece.document = piece.document.take().map(original));
            let place = place.map(|place| MemberRecord { id: name.clone(), ..place });
            let set = IndexedCluster { record: extent.of(report::set_record(&findings), number), pages };
            Ok((place, Some(origin), Some(set)))
        })
    }

    /// What some pages state, whose numbers are their places in `docs`.
    fn facts(&self, docs: &[DocId]) -> Result<Vec<PageFacts>> {
        let mut facts = Vec::new();
        for segment in &self.at.segments {
            let pages: Vec<u32> = docs.iter().filter_map(|&doc| segment.place(doc)).collect();
            facts.extend(segment.facts(&pages, &self.at.outlets)?);
        }
        facts.iter_mut().zip(0..).for_each(|(page, place)| page.doc = DocId(place));
        Ok(facts)
    }

    /// What origins are judged by, which is made when it is first asked for.
    fn names_and_habits(&self) -> Result<&(Names, HabitCounts)> {
        if let Some(made) = self.judging.get() {
            return Ok(made);
        }
        let made = self.at.state.judging(&self.at.outlets, &self.at.model.roles)?;
        Ok(self.judging.get_or_init(|| made))
    }

    /// A set as the stages of a run would have found it, of those of its pages that are among some, and what is known of these
    /// by id.
    fn findings<'b>(
        &self,
        some: Beside<'b>,
        set: &StoredCluster,
        lineage: Lineage,
    ) -> Result<(Findings<'b>, KnownPages)> {
        let Beside { docs, pages, signatures, times } = some;
        let known = |(doc, time): (DocId, &Option<Timestamp>)| {
            let outlet = pages.outlet(doc).map(|known| pages.outlets.name(known.outlet).to_owned());
            (pages.corpus.id(doc).to_owned(), (outlet, time.and_then(time::written).map(|time| time.to_string())))
        };
        let known = (0..docs.len() as u32).map(DocId).zip(&times).map(known).collect();
        let medoid = local(docs, set.medoid).unwrap_or(DocId(0));
        let members = (0..docs.len() as u32).map(DocId).collect();
        let list = vec![Cluster { members, medoid, ..set.cluster() }];
        let clusters = Clusters { list, compilations: Vec::new() };
        let config = &self.at.manifest.settings;
        Ok((Findings::of_part(pages, signatures, times, Matches::default(), clusters, vec![lineage], config)?, known))
    }

    fn cluster_record(&self, number: u32) -> Result<Option<IndexedCluster>> {
        let Some(set) = self.at.state.recent(number)? else { return Ok(None) };
        let docs = &set.members[..set.members.len().min(LISTED)];
        self.set_findings(&set, docs, false, |findings, pages| {
            Ok(Some(IndexedCluster { record: self.extent(&set)?.of(report::set_record(&findings), number), pages }))
        })
    }

    /// Calls `with` on a set as the stages of a run would have found it, of some of its pages, which are in order.
    pub(super) fn set_findings<R>(
        &self,
        set: &StoredCluster,
        docs: &[DocId],
        passes_over_gone: bool,
        with: impl FnOnce(Findings, KnownPages) -> Result<R>,
    ) -> Result<R> {
        self.some(docs, passes_over_gone, |some| {
            let lineage = set.lineage.clone().renumbered(&|doc| local(docs, doc));
            let (findings, pages) = self.findings(some, set, lineage)?;
            with(findings, pages)
        })
    }

    /// Calls `with` on some pages, which are in order.
    fn some<R>(&self, docs: &[DocId], passes_over_gone: bool, with: impl FnOnce(Beside) -> Result<R>) -> Result<R> {
        let SomePages { records, keys, times, signatures, bodies } = self.at.some(docs)?;
        let corpus = Corpus::of_stored(records, &self.at.reading(None)?);
        let corpus = if passes_over_gone { corpus.passing_over_gone() } else { corpus.reading_once() };
        let (signatures, bodies) = super::reader::finished(&signatures, &bodies, docs.len())?;
        with(Beside { docs, pages: known(&corpus, &self.at, keys, bodies), signatures, times })
    }

    /// Calls `with` on some pages, which are in order, and their times; those that are gone are passed over.
    pub(super) fn passing_over_gone<R>(
        &self,
        docs: &[DocId],
        with: impl FnOnce(&Pages, &[Option<Timestamp>]) -> Result<R>,
    ) -> Result<R> {
        self.some(docs, true, |some| with(&some.pages, &some.times))
    }

    /// How far a set reaches; of a large one, its first members.
    pub(super) fn extent(&self, set: &StoredCluster) -> Result<Extent> {
        let (mut outlets, mut times) = (Vec::new(), Vec::new());
        for &doc in set.members.iter().take(LISTED) {
            let (segment, place) = self.at.place(doc)?;
            let row = segment.pages.get(place)?;
            outlets.extend(self.at.outlets.of_page(segment.keys(&row)?).map(|known| known.outlet));
            times.extend(row.time());
        }
        outlets.sort_unstable();
        outlets.dedup();
        let by_time = |time: &&Timestamp| time.seconds;
        Ok(Extent {
            size: set.members.len(),
            outlets: outlets.len(),
            first: times.iter().min_by_key(by_time).copied().and_then(time::written),
            last: times.iter().max_by_key(by_time).copied().and_then(time::written),
            origin_verdict: set.origin_verdict,
        })
    }
}

/// The place of a page in the history of a set, where the text of the set came from, and the set.
type Judged = (Option<MemberRecord>, Option<OriginRecord>, Option<IndexedCluster>);

/// Outlet and time of pages by id.
pub(super) type KnownPages = FxHashMap<String, (Option<String>, Option<String>)>;

/// Some pages of an index, which are in order; after them, where one was asked about, that page.
struct Beside<'b> {
    docs: &'b [DocId],
    pages: Pages<'b>,
    signatures: Signatures,
    times: Vec<Option<Timestamp>>,
}

impl Beside<'_> {
    /// The page that was asked about.
    fn asked(&self) -> DocId {
        DocId(self.docs.len() as u32)
    }

    /// The matches of the page that was asked about with each of the others that are named by their places.
    fn measure(&self, places: impl Iterator<Item = u32>) -> Result<Vec<Match<'static>>> {
        let pairs: Vec<Pair> = places.map(|place| Pair::new(DocId(place), self.asked())).collect();
        let stories = vec![0; self.signatures.len()];
        let bodies = Compared::new(&self.pages, &self.signatures, &stories);
        let found = verify::verify(&pairs, &bodies, &Scratch::default(), |_| Ok(()))?;
        Ok(found.iter().map(Match::into_owned).collect())
    }
}

/// What of the record of a set depends on all of its pages.
pub(super) struct Extent {
    size: usize,
    outlets: usize,
    pub first: Option<Time>,
    pub last: Option<Time>,
    origin_verdict: bool,
}

impl Extent {
    /// The record of a set of which some pages are known, with this.
    pub(super) fn of(self, record: ClusterRecord, cluster: u32) -> ClusterRecord {
        let Extent { size, outlets, first: first_published, last: last_published, origin_verdict } = self;
        ClusterRecord { cluster, size, outlets, first_published, last_published, origin_verdict, ..record }
    }
}

/// The members of a set that an origin is judged among, in order: those that its history and the evidence
/// of it turn on, then those in `compared`.
fn judges(set: &StoredCluster, compared: &[DocId]) -> Vec<DocId> {
    let document = |source: &Source| match source {
        Source::Document(doc) => Some(*doc),
        Source::Outside(_) | Source::Unknown => None,
    };
    let Lineage { origin, evidence, runner_up, first_seen, common, .. } = &set.lineage;
    let second = runner_up.iter().flat_map(|second| document(&second.source));
    let evidence = evidence.iter().chain(runner_up.iter().flat_map(|second| &second.evidence));
    let turns = [Some(set.medoid), document(origin), *first_seen].into_iter().flatten().chain(second);
    let turns = turns.chain(common.as_ref().map(|text| text.document));
    let turns: FxHashSet<DocId> = turns.chain(evidence.filter_map(|piece| piece.document)).collect();
    let rank = |doc: &DocId| (!turns.contains(doc), compared.binary_search(doc).is_err(), *doc);
    let mut docs = set.members.clone();
    if docs.len() > JUDGED {
        docs.select_nth_unstable_by_key(JUDGED, rank);
        docs.truncate(JUDGED);
    }
    docs.sort_unstable();
    docs
}

/// Matches of one page, in order.
fn sorted<'m>(found: impl Iterator<Item = Match<'m>>) -> Vec<Match<'m>> {
    let mut found: Vec<Match> = found.collect();
    found.sort_unstable_by_key(|found| found.pair);
    found
}

/// A page by its place among some, which are in order.
fn local(docs: &[DocId], doc: DocId) -> Option<DocId> {
    docs.binary_search(&doc).ok().map(|place| DocId(place as u32))
}
