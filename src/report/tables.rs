//! From findings to the records of the other tables.

use super::headline;
use crate::candidates::Pair;
use crate::corpus::Corpus;
use crate::error::Result;
use crate::origin::{CommonText, Copy, Evidence, EvidenceKind, Lineage, Source};
use crate::outlets::{Issued, Issuers, is_turned};
use crate::outlets::{Outlet, OutletPair, Uptake};
use crate::pipeline::Findings;
use crate::records::offsets::{CharOffsets, char_offsets};
use crate::records::time;
use crate::records::*;
use crate::retention::Removed;
use crate::storage::folder::Folder;
use crate::talking_points::significance::{NORMAL_95, wilson};
use crate::talking_points::{Burst, OnSubject, TalkingPoint};
use crate::types::{DocId, Span};
use crate::verify::{Match, Spread, SpreadSide};
use rayon::prelude::*;
use rustc_hash::FxHashMap;

/// Cluster numbers, which follow the least id of the members, and where each page is.
pub(super) struct Numbering {
    /// By number: the cluster's place in the findings.
    places: Vec<usize>,
    /// By document: its cluster's number, or none.
    of_doc: Vec<u32>,
    /// By document: its place in the history of its cluster, if there is one.
    copies: Vec<u32>,
    /// By document: its place in the order of ids.
    by_id: Vec<u32>,
    /// By document: true for pages that a dedup run removes.
    is_removed: Vec<bool>,
}

const NONE: u32 = u32::MAX;

impl Numbering {
    pub(super) fn new(findings: &Findings, removed: &[Removed]) -> Self {
        let corpus = findings.pages.corpus;
        let list = &findings.clusters.list;
        let by_id = places_by_id(corpus);
        let least = |k: usize| list[k].members.iter().map(|doc| by_id[doc.index()]).min();
        let mut places: Vec<usize> = (0..list.len()).collect();
        places.par_sort_by_cached_key(|&k| least(k));
        let mut of_doc = vec![NONE; corpus.len()];
        for (number, &place) in places.iter().enumerate() {
            list[place].members.iter().for_each(|doc| of_doc[doc.index()] = number as u32);
        }
        let mut copies = vec![NONE; corpus.len()];
        for lineage in &findings.lineages {
            (0..).zip(&lineage.copies).for_each(|(place, copy)| copies[copy.doc.index()] = place);
        }
        let mut is_removed = vec![false; corpus.len()];
        removed.iter().for_each(|removed| is_removed[removed.doc.index()] = true);
        Numbering { places, of_doc, copies, by_id, is_removed }
    }

    /// The numbers of all clusters.
    pub(super) fn numbers(&self) -> std::ops::Range<u32> {
        0..self.places.len() as u32
    }

    /// The first member of a cluster.
    pub(super) fn first(&self, findings: &Findings, number: u32) -> DocId {
        findings.clusters.list[self.places[number as usize]].members[0]
    }

    /// A page's cluster.
    pub(super) fn of(&self, doc: DocId) -> Option<u32> {
        Some(self.of_doc[doc.index()]).filter(|&n| n != NONE)
    }

    /// A page's place in the history of its cluster, if there is one.
    pub(super) fn copy<'f>(&self, findings: &'f Findings, doc: DocId) -> Option<&'f Copy> {
        let place = self.places[self.of(doc)? as usize];
        findings.lineages.get(place)?.copies.get(self.copies[doc.index()] as usize)
    }

    /// True for pages that a dedup run with the default policy keeps.
    pub(super) fn kept(&self, doc: DocId) -> bool {
        !self.is_removed[doc.index()]
    }
}

fn places_by_id(corpus: &Corpus) -> Vec<u32> {
    let mut docs: Vec<DocId> = (0..corpus.len() as u32).map(DocId).collect();
    docs.par_sort_unstable_by_key(|&doc| corpus.id(doc));
    let mut places = vec![0; docs.len()];
    (0..).zip(&docs).for_each(|(place, doc)| places[doc.index()] = place);
    places
}

/// The numbers of the `most` largest clusters, the largest first.
pub(super) fn largest(findings: &Findings, numbering: &Numbering, most: usize) -> Vec<u32> {
    let size = |number: u32| findings.clusters.list[numbering.places[number as usize]].members.len();
    let mut numbers: Vec<u32> = numbering.numbers().collect();
    numbers.sort_unstable_by_key(|&number| (std::cmp::Reverse(size(number)), number));
    numbers.truncate(most);
    numbers
}

/// The cluster of a number.
pub(super) fn cluster(findings: &Findings, numbering: &Numbering, number: u32) -> ClusterRecord {
    let place = numbering.places[number as usize];
    let pages = &findings.pages;
    let corpus = pages.corpus;
    let cluster = &findings.clusters.list[place];
    let lineage = findings.lineages.get(place);
    let dated = || cluster.members.iter().filter_map(|doc| findings.times[doc.index()]);
    let mut outlets: Vec<Option<u32>> = cluster.members.iter().map(|&d| pages.outlet(d).map(|o| o.outlet)).collect();
    outlets.sort_unstable();
    outlets.dedup();
    let mut members: Vec<MemberRecord> = match lineage {
        Some(lineage) => lineage.copies.iter().map(|copy| member(findings, copy)).collect(),
        None => cluster.members.iter().map(|&doc| bare_member(findings, doc)).collect(),
    };
    members.sort_by(|x, y| x.id.cmp(&y.id));
    let first = dated().min_by_key(|t| t.seconds);
    let last = dated().max_by_key(|t| t.seconds);
    ClusterRecord {
        cluster: number,
        size: cluster.members.len(),
        outlets: outlets.iter().flatten().count(),
        first_published: first.and_then(time::written),
        last_published: last.and_then(time::written),
        title: headline::of_set(findings, cluster, lineage),
        representative: corpus.id(cluster.medoid).to_owned(),
        cohesion: Cohesion { min: share(cluster.least_held), mean: share(cluster.mean_held) },
        origin: lineage.map(|lineage| origin_of(findings, lineage)),
        runner_up: lineage
            .and_then(|l| l.runner_up.as_ref())
            .map(|r| origin(findings, &r.source, r.outlet.as_ref(), r.probability, &r.evidence)),
        origin_verdict: findings.verdicts.origins.iter().any(|(doc, _)| cluster.members.binary_search(doc).is_ok()),
        common_source: lineage.and_then(|l| l.common.as_ref()).and_then(|common| {
            let CommonText { issuer, document, at } = common;
            let (quote, document) = (quoted(corpus, *document, *at)?, corpus.id(*document).to_owned());
            Some(IssuedRecord { issuer: issuer.clone(), quote, document })
        }),
        first_seen: FirstSeen { document: lineage.and_then(|l| l.first_seen).map(|doc| corpus.id(doc).to_owned()) },
        members,
    }
}

/// Where the text of a set came from.
pub(super) fn origin_of(findings: &Findings, lineage: &Lineage) -> OriginRecord {
    let Lineage { origin: source, outlet, probability, evidence, .. } = lineage;
    origin(findings, source, outlet.as_ref(), *probability, evidence)
}

fn origin(
    findings: &Findings,
    source: &Source,
    outlet: Option<&String>,
    probability: f64,
    pieces: &[Evidence],
) -> OriginRecord {
    let corpus = findings.pages.corpus;
    OriginRecord {
        document: match source {
            Source::Document(doc) => Some(corpus.id(*doc).to_owned()),
            _ => None,
        },
        outlet: outlet.cloned(),
        probability: rounded(probability, 4),
        evidence: pieces.iter().map(|e| evidence(findings, e)).collect(),
    }
}

fn evidence(findings: &Findings, evidence: &Evidence) -> EvidenceRecord {
    let corpus = findings.pages.corpus;
    let words = evidence.document.zip(evidence.at).and_then(|(doc, at)| quoted(corpus, doc, at));
    let clock = || match evidence.kind {
        EvidenceKind::Earliest | EvidenceKind::TiedEarliest | EvidenceKind::Later => {
            evidence.document.and_then(|doc| findings.times[doc.index()]).and_then(time::written)
        }
        _ => None,
    };
    EvidenceRecord {
        kind: evidence.kind,
        weight: rounded(evidence.weight, 3),
        quote: words.or_else(|| clock().map(|time| time.to_string())),
        document: evidence.document.map(|doc| corpus.id(doc).to_owned()),
    }
}

/// Words of a page, unless it is gone.
fn quoted(corpus: &Corpus, doc: DocId, at: Span) -> Option<String> {
    (!corpus.is_gone(doc)).then(|| corpus.with_text(doc, |text| at.of(text).to_owned()))
}

pub(super) fn member(findings: &Findings, copy: &Copy) -> MemberRecord {
    let corpus = findings.pages.corpus;
    let quote = |at: Option<Span>| at.and_then(|at| quoted(corpus, copy.doc, at));
    MemberRecord {
        id: corpus.id(copy.doc).to_owned(),
        parent: copy.parent.map(|doc| corpus.id(doc).to_owned()),
        parent_probability: copy.parent.map(|_| rounded(copy.parent_probability, 4)),
        relation: Some(copy.relation),
        jaccard: copy.overlap.map(|(jaccard, _)| share(jaccard)),
        containment: copy.overlap.map(|(_, contained)| share(contained)),
        credit: copy.credit.map(|(status, at)| CreditRecord { status, quote: quote(at) }),
    }
}

fn bare_member(findings: &Findings, doc: DocId) -> MemberRecord {
    MemberRecord {
        id: findings.pages.corpus.id(doc).to_owned(),
        parent: None,
        parent_probability: None,
        relation: None,
        jaccard: None,
        containment: None,
        credit: None,
    }
}

/// Bytes that a match takes while it is written, its record and its offsets.
type MatchBytes = [u64; 64];

/// Writes the matches in the order of ids, the lesser id first.
pub(super) fn matches(findings: &Findings, numbering: &Numbering, folder: &Folder) -> Result<()> {
    let matches = &findings.matches;
    let mut order = findings.scratch.sorter::<[u32; 3]>();
    for at in 0..matches.len() {
        let pair = matches.pair(at);
        let (a, b) = (numbering.by_id[pair.a.index()], numbering.by_id[pair.b.index()]);
        order.push([a.min(b), a.max(b), at as u32])?;
    }
    let mut table = folder.table("matches.jsonl")?;
    order.finish()?.batches(
        |row| *row,
        |batch| {
            for rows in batch.chunks(findings.scratch.room::<MatchBytes>()) {
                let some = rows.iter().map(|row| matches.get(row[2] as usize));
                let measured = MatchTexts::of(findings.pages.corpus, some, &findings.verdicts.pairs);
                let places: Vec<usize> = (0..rows.len()).collect();
                table.add(&places, |&place| measured.record(place, &matches.get(rows[place][2] as usize)))?;
            }
            Ok(())
        },
    )?;
    table.finish()
}

/// The records of some matches, as [`matches`] writes them.
pub(crate) fn match_records<'c>(
    corpus: &'c Corpus,
    found: &[Match],
    verdicts: &FxHashMap<Pair, bool>,
) -> Vec<MatchRecord<'c>> {
    let all = found.iter().map(|m| Match { passages: m.passages.as_ref().into(), ..*m });
    let measured = MatchTexts::of(corpus, all, verdicts);
    found.iter().enumerate().map(|(place, m)| measured.record(place, m)).collect()
}

/// What the records of some matches take from the texts of their pages.
struct MatchTexts<'c, 'v> {
    corpus: &'c Corpus,
    /// What people say of pairs.
    verdicts: &'v FxHashMap<Pair, bool>,
    /// The places of each passage in both pages, in characters, match after match.
    passages: Vec<[u32; 2]>,
    /// Where those of each match begin.
    starts: Vec<usize>,
    issuers: Issuers,
}

impl<'c, 'v> MatchTexts<'c, 'v> {
    fn of<'m>(
        corpus: &'c Corpus,
        matches: impl Iterator<Item = Match<'m>> + Clone,
        verdicts: &'v FxHashMap<Pair, bool>,
    ) -> Self {
        let (mut ends, mut starts) = (Vec::new(), Vec::new());
        for m in matches.clone() {
            starts.push(ends.len());
            ends.extend(m.passages.iter().flat_map(|p| [(m.pair.a, p.a), (m.pair.b, p.b)]));
        }
        let passages = char_offsets(corpus, &ends);
        MatchTexts { corpus, verdicts, passages, starts, issuers: Issuers::of(corpus, matches) }
    }

    /// The match at `place` as it is written: turned when the id of its second page comes first.
    fn record(&self, place: usize, m: &Match) -> MatchRecord<'c> {
        let first = usize::from(is_turned(self.corpus, m));
        let docs = [m.pair.a, m.pair.b];
        let both = self.passages[self.starts[place]..].chunks_exact(2);
        let passage = |(both, identity): (&[[u32; 2]], f32)| PassageRecord {
            a: both[first],
            b: both[1 - first],
            identity: share(identity),
        };
        let mut passages: Vec<PassageRecord> = both.zip(m.passages.iter().map(|p| p.identity())).map(passage).collect();
        passages.sort_unstable_by_key(|p| (p.a, p.b));
        MatchRecord {
            a: self.corpus.id(docs[first]),
            b: self.corpus.id(docs[1 - first]),
            jaccard: share(m.jaccard),
            containment_a: share(m.containment[first]),
            containment_b: share(m.containment[1 - first]),
            kind: m.kind,
            probability: share(m.probability),
            verdict: self.verdicts.get(&m.pair).copied(),
            spread: spread_record(if first == 0 { m.spread } else { m.spread.turned() }),
            common_source: self.issuers.of_match(self.corpus, m).map(|issued| issued_record(self.corpus, issued)),
            passages,
        }
    }
}

fn spread_record(Spread(sides): Spread) -> Vec<SpreadRecord> {
    let record = |side: SpreadSide| SpreadRecord {
        shared_with_one: side.shared_with_one,
        shared_with_two: side.shared_with_two,
        rest_with_two: side.rest_with_two,
    };
    sides.map(record).to_vec()
}

fn issued_record(corpus: &Corpus, issued: &Issued) -> IssuedRecord {
    IssuedRecord {
        issuer: Some(issued.issuer.clone()),
        quote: issued.quote.clone(),
        document: corpus.id(issued.doc).to_owned(),
    }
}

/// An outlet as it is written.
pub(crate) fn outlet_record(outlet: Outlet) -> OutletRecord {
    let Uptake { points, amplification, delay_days } = outlet.uptake;
    let times = |at: usize| amplification.map(|interval| rounded(interval[at], 3));
    let days = |at: usize| delay_days.map(|interval| interval[at]);
    OutletRecord {
        outlet: outlet.name,
        pages: outlet.pages,
        originals: outlet.originals,
        copies: outlet.copies,
        credited: outlet.credited,
        uncredited: outlet.uncredited,
        median_lag_minutes: outlet.median_lag_minutes,
        talking_points: points,
        amplification: times(0),
        amplification_low: times(1),
        amplification_high: times(2),
        median_delay_days: days(0),
        median_delay_days_low: days(1),
        median_delay_days_high: days(2),
    }
}

/// A pair of outlets as it is written.
pub(crate) fn outlet_pair_record(pair: OutletPair) -> OutletPairRecord {
    let adoption = pair.adoption.as_ref();
    OutletPairRecord {
        from: pair.from,
        to: pair.to,
        reprints: pair.reprints,
        talking_points: adoption.map_or(0, |adoption| adoption.shared),
        expected: rounded(pair.expected, 3),
        q_value: rounded(pair.q_value, 6),
        median_lag_minutes: pair.median_lag_minutes,
        talking_points_soon: adoption.map_or(0, |adoption| adoption.soon),
        talking_points_expected: rounded(adoption.map_or(0.0, |adoption| adoption.expected), 3),
        talking_points_q_value: rounded(adoption.map_or(1.0, |adoption| adoption.q_value), 6),
    }
}

/// The records of talking points, in their order.
pub(crate) fn point_records(corpus: &Corpus, points: &[TalkingPoint]) -> Vec<PointRecord> {
    let offsets = CharOffsets::resolve(corpus, points.iter().flat_map(|p| &p.examples).copied());
    let id = |doc: DocId| corpus.id(doc).to_owned();
    points.iter().map(|point| point_record(point, &id, &|doc, span| offsets.of(doc, span))).collect()
}

/// The record of a talking point: `id` gives the id of a page, `chars` a span of its text in characters.
pub(crate) fn point_record(
    point: &TalkingPoint,
    id: &impl Fn(DocId) -> String,
    chars: &impl Fn(DocId, Span) -> [u32; 2],
) -> PointRecord {
    let variant = |(text, count): &(String, u32)| VariantRecord { text: text.clone(), count: *count };
    let example = |&(doc, span): &(DocId, Span)| {
        let [start, end] = chars(doc, span);
        ExampleRecord { id: id(doc), start, end }
    };
    let OnSubject { sets, users } = point.on_subject;
    let uptake = (sets > 0).then(|| {
        let share = f64::from(users) / f64::from(sets);
        let (low, high) = wilson(share, f64::from(sets), NORMAL_95);
        [share, low, high]
    });
    PointRecord {
        text: point.text.clone(),
        kind: point.kind,
        class: point.class,
        variants: point.variants.iter().map(variant).collect(),
        outlets: point.outlets,
        of_unknown_outlet: point.of_unknown_outlet,
        clusters: point.sets,
        documents: point.documents,
        first_seen: point.seen.and_then(|s| time::written(s.0)),
        last_seen: point.seen.and_then(|s| time::written(s.1)),
        burst: point.burst.as_ref().map(burst),
        quoted: rounded(point.quoted, 4),
        common_source: point
            .common_source
            .map(|source| CommonSourceRecord { clusters: source.sets, document: id(source.doc) }),
        on_subject: uptake.map(|_| sets),
        on_subject_using: uptake.map(|_| users),
        uptake: uptake.map(|[share, ..]| rounded(share, 4)),
        uptake_low: uptake.map(|[_, low, _]| rounded(low, 4)),
        uptake_high: uptake.map(|[.., high]| rounded(high, 4)),
        expected: rounded(point.expected, 6),
        score: rounded(point.score, 4),
        q_value: point.q_value,
        examples: point.examples.iter().map(example).collect(),
    }
}

fn burst(burst: &Burst) -> BurstRecord {
    BurstRecord { start: time::day(burst.days.start), end: time::day(burst.days.end - 1), clusters: burst.sets }
}
