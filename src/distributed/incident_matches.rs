//! What the matches of a page show together: passages that belong to a third text, pages put together from several.

use super::rows::{Key, broken};
use crate::candidates::Pair;
use crate::cluster::compilation;
use crate::cluster::coverage::Coverage;
use crate::error::Result;
use crate::records::share;
use crate::storage::Scratch;
use crate::types::DocId;
use crate::verify::{Kind, Match, Matches, Spread, SpreadSide};
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};
use serde_bytes::ByteBuf;
use xxhash_rust::xxh3::xxh3_64;

/// A match of a page, seen from it. An article goes by the least of its pages.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct IncidentRow {
    pub key: Key,
    other: Key,
    article: Key,
    other_article: Key,
    matched: ByteBuf,
    turned: bool,
}

/// What the page `a` or `b` shows of a match; or with `place`, a page `b` that the compilation `a` draws on.
#[derive(Serialize, Deserialize)]
pub(super) struct SideRow {
    pub a: Key,
    pub b: Key,
    place: Option<u32>,
    is_of_b: bool,
    matched: ByteBuf,
    spread: SpreadSide,
    compilation: bool,
    turned: bool,
}

/// What the matches of one page show of it.
pub(super) fn star(incidents: Vec<IncidentRow>) -> Result<Vec<SideRow>> {
    let order = incidents[0].key;
    let found = of_page(order.0, &incidents)?;
    let sources = found.sources.iter().flatten().zip(0..).map(|(&source, place)| SideRow {
        a: order,
        b: Key(source),
        place: Some(place),
        is_of_b: false,
        matched: ByteBuf::new(),
        spread: SpreadSide::default(),
        compilation: true,
        turned: false,
    });
    let sides = incidents.into_iter().zip(found.spread).map(|(incident, spread)| SideRow {
        a: order.min(incident.other),
        b: order.max(incident.other),
        place: None,
        is_of_b: order > incident.other,
        matched: incident.matched,
        spread,
        compilation: found.sources.is_some(),
        turned: incident.turned,
    });
    Ok(sides.chain(sources).collect())
}

/// What the matches of a page show of it.
struct IncidentMatches {
    /// For every match how much of this page other articles have too.
    spread: Vec<SpreadSide>,
    /// If the page is a compilation, the pages that it draws on.
    sources: Option<Vec<u64>>,
}

/// Looks at all matches of the page of an order.
fn of_page(order: u64, incidents: &[IncidentRow]) -> Result<IncidentMatches> {
    let mut orders: Vec<u64> = incidents.iter().map(|incident| incident.other.0).chain([order]).collect();
    let mut articles: Vec<u64> =
        incidents.iter().flat_map(|incident| [incident.article.0, incident.other_article.0]).collect();
    for list in [&mut orders, &mut articles] {
        list.sort_unstable();
        list.dedup();
    }
    let place = |list: &[u64], number: u64| list.partition_point(|&held| held < number) as u32;
    let doc = DocId(place(&orders, order));
    let mut article_of = vec![0; orders.len()];
    let mut found = Vec::with_capacity(incidents.len());
    for incident in incidents {
        let other = DocId(place(&orders, incident.other.0));
        article_of[doc.index()] = place(&articles, incident.article.0);
        article_of[other.index()] = place(&articles, incident.other_article.0);
        let pair = Pair::new(doc, other);
        found.push(Match::from_bytes(pair, &incident.matched).ok_or_else(|| broken("a match", &"too short"))?);
    }
    let mine = article_of[doc.index()];
    let is_apart = |m: &Match| article_of[m.other(doc).index()] != mine;
    let scratch = Scratch::default();
    let coverage = Coverage::new(&Matches::gather(found.iter().cloned(), &scratch)?, &article_of, &scratch)?;
    // Of the other pages not all matches are known here.
    let spread_of = |m: &Match| coverage.spread(m, is_apart(m)).0[m.side(doc)];
    let spread: Vec<SpreadSide> = found.iter().map(spread_of).collect();
    for (m, of_page) in found.iter_mut().zip(&spread) {
        m.spread.0[m.side(doc)] = *of_page;
    }
    let matches = Matches::gather(found.into_iter(), &scratch)?;
    let found = compilation::find(&matches, &article_of, &|doc: DocId| orders[doc.index()], &scratch)?;
    let sources = found.into_iter().find(|found| found.doc == doc).map(|found| found.sources);
    let sources = sources.map(|sources| sources.into_iter().map(|doc| orders[doc.index()]).collect());
    Ok(IncidentMatches { spread, sources })
}

/// What a match amounts to. The spread is in the order of the record.
#[derive(Serialize, Deserialize)]
pub(super) struct DecidedRow {
    a: Key,
    b: Key,
    kind: Kind,
    probability: f64,
    spread: Vec<SpreadSide>,
    /// It may make the two pages members of one set: the one carries the article of the other, or a part of it. A compilation
    /// is a member of none.
    joins: bool,
    matched: ByteBuf,
}

/// Decides anew what a match amounts to, from what both pages show of it, and from what people say, if they do.
pub(super) fn decide(
    mut sides: Vec<SideRow>,
    same_article: f32,
    verdicts: &FxHashMap<[u64; 2], bool>,
) -> Result<Vec<DecidedRow>> {
    sides.sort_by_key(|side| side.is_of_b);
    let [first, second] = &sides[..] else { return Err(broken("a match", &"it has one side only")) };
    let (pair, both) = (Pair { a: DocId(0), b: DocId(1) }, [first.spread, second.spread]);
    let m = Match::from_bytes(pair, &first.matched).ok_or_else(|| broken("a match", &"too short"))?;
    let verdict = verdicts.get(&[first.a.0, first.b.0]);
    let m = Match { spread: Spread(both), ..m }.judged(same_article).obeying(verdict);
    let spread = if first.turned { m.spread.turned() } else { m.spread };
    Ok(vec![DecidedRow {
        a: first.a,
        b: first.b,
        kind: m.kind,
        probability: share(m.probability),
        spread: spread.0.into(),
        joins: matches!(m.kind, Kind::Reprint | Kind::Part) && !first.compilation && !second.compilation,
        matched: ByteBuf::from(m.to_bytes()),
    }])
}

/// True when the record of a match, whose pages are in the order of their ids `a` and `b`, has the page of the greater
/// order first.
pub(super) fn is_turned(a: &str, b: &str) -> bool {
    let order = |id: &str| xxh3_64(id.as_bytes());
    order(b) < order(a)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cluster::{self, articles::is_one_article};
    use crate::storage::UnionFind;
    use crate::verify;
    use crate::verify::tests::{Pages, prose};

    #[test]
    fn page_by_page_the_matches_come_to_what_they_come_to_together() {
        let mut texts: Vec<String> = Vec::new();
        let bulletin = prose(1, 144);
        // Articles that quote a bulletin, two copies of each; a round-up of their beginnings; a stranger.
        for story in 2..6 {
            let article = prose(story, 240);
            texts.push(format!("{article}{bulletin}"));
            texts.push(format!("{}{article}{bulletin}", prose(50 + story, 24)));
        }
        texts.push((2..6).map(|story| prose(story, 72)).collect());
        texts.push(prose(6, 240));
        let texts = Pages(texts);
        let docs = texts.0.len() as u32;
        let pairs: Vec<Pair> =
            (0..docs).flat_map(|a| (a + 1..docs).map(move |b| Pair { a: DocId(a), b: DocId(b) })).collect();
        let scratch = Scratch::default();
        let found = verify::verify(&pairs, &texts, &scratch, |_| Ok(())).unwrap();
        let mut whole = Matches::gather(found.iter(), &scratch).unwrap();
        let order = |doc: DocId| u64::from(doc.0);
        let setting = cluster::Setting {
            documents: docs as usize,
            order: &order,
            same_article: 0.5,
            verdicts: &Default::default(),
            measure: &|pairs: &[Pair]| verify::verify(pairs, &texts, &scratch, |_| Ok(())),
            scratch: &scratch,
        };
        let clusters = cluster::cluster(&mut whole, &setting).unwrap();
        let mut articles = UnionFind::new(docs as usize);
        found.iter().filter(is_one_article).for_each(|m| articles.join(m.pair.a.0, m.pair.b.0));
        let mut article = |doc: DocId| Key(articles.root(doc.0).into());
        let key = |doc: DocId| Key(order(doc));
        let mut sides: Vec<SideRow> = Vec::new();
        for doc in (0..docs).map(DocId) {
            let of_doc = found.iter().filter(|m| m.pair.a == doc || m.pair.b == doc);
            let incident = |m: Match| IncidentRow {
                key: key(doc),
                other: key(m.other(doc)),
                article: article(doc),
                other_article: article(m.other(doc)),
                matched: ByteBuf::from(m.to_bytes()),
                turned: false,
            };
            let incidents: Vec<IncidentRow> = of_doc.map(incident).collect();
            sides.extend(if incidents.is_empty() { Vec::new() } else { star(incidents).unwrap() });
        }
        let (drawn, mut sides): (Vec<SideRow>, Vec<SideRow>) = sides.into_iter().partition(|side| side.place.is_some());
        sides.sort_by_key(|side| (side.a, side.b));
        let mut kinds = [0; 6];
        let mut decided = Vec::new();
        while !sides.is_empty() {
            let both = sides.drain(..2).collect();
            decided.extend(decide(both, 0.5, &FxHashMap::default()).unwrap());
        }
        assert_eq!(decided.len(), found.iter().count());
        for row in &decided {
            let pair = Pair { a: DocId(row.a.0 as u32), b: DocId(row.b.0 as u32) };
            let decided = Match::from_bytes(pair, &row.matched).unwrap();
            assert_eq!((decided, row.kind), (whole.of(pair).unwrap(), whole.of(pair).unwrap().kind));
            kinds[row.kind as usize] += 1;
        }
        assert!(kinds[Kind::Reprint as usize] >= 4 && kinds[Kind::CommonSource as usize] > 0, "{kinds:?}");
        let drawn: Vec<(DocId, DocId)> =
            drawn.iter().map(|side| (DocId(side.a.0 as u32), DocId(side.b.0 as u32))).collect();
        let expected = clusters.compilations.iter().flat_map(|c| c.sources.iter().map(|&source| (c.doc, source)));
        assert_eq!(drawn, expected.collect::<Vec<_>>());
        assert_eq!(clusters.compilations.len(), 1, "the round-up");
    }
}
