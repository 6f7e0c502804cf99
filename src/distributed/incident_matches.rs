//! What the matches of a page show together: passages that belong to a third text, pages put together from several.

use super::partition::broken;
use crate::candidates::Pair;
use crate::cluster::compilation;
use crate::cluster::coverage::{Seen, spread_of, stretches_of};
use crate::error::Result;
use crate::records::share;
use crate::storage::Scratch;
use crate::types::DocId;
use crate::verify::{Kind, Match, Matches, Spread, SpreadSide};
use xxhash_rust::xxh3::xxh3_64;

/// A match of a page, seen from it.
#[derive(Clone, Debug)]
pub struct Incident {
    /// Order of the other page.
    pub other: u64,
    /// Article of this page, and of the other: the least order of its pages.
    pub articles: [u64; 2],
    /// The match, as [`super::measure`] wrote it.
    pub bytes: Vec<u8>,
}

/// What the matches of a page show of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IncidentMatches {
    /// For every match how much of this page other articles have too.
    pub spread: Vec<SpreadSide>,
    /// If the page is a compilation, the pages that it draws on.
    pub sources: Option<Vec<u64>>,
}

/// Looks at all matches of the page of an order.
pub fn star(order: u64, incidents: &[Incident]) -> Result<IncidentMatches> {
    let mut orders: Vec<u64> = incidents.iter().map(|incident| incident.other).chain([order]).collect();
    let mut articles: Vec<u64> = incidents.iter().flat_map(|incident| incident.articles).collect();
    for list in [&mut orders, &mut articles] {
        list.sort_unstable();
        list.dedup();
    }
    let place = |list: &[u64], number: u64| list.partition_point(|&held| held < number) as u32;
    let doc = DocId(place(&orders, order));
    let mut article_of = vec![0; orders.len()];
    let mut found = Vec::with_capacity(incidents.len());
    for Incident { other, articles: [mine, theirs], bytes } in incidents {
        let other = DocId(place(&orders, *other));
        article_of[doc.index()] = place(&articles, *mine);
        article_of[other.index()] = place(&articles, *theirs);
        let pair = Pair::new(doc, other);
        found.push(Match::from_bytes(pair, bytes).ok_or_else(|| broken("a match", &"too short"))?);
    }
    let mine = article_of[doc.index()];
    let is_apart = |m: &Match| article_of[m.other(doc).index()] != mine;
    let passages = found.iter().filter(|m| is_apart(m)).flat_map(|m| {
        let article = article_of[m.other(doc).index()];
        m.passages.iter().map(move |passage| Seen { doc, article, at: passage.units(m.side(doc)) })
    });
    let mut seen: Vec<Seen> = passages.collect();
    seen.sort_unstable();
    let stretches = stretches_of(&seen);
    let spread: Vec<SpreadSide> = found.iter().map(|m| spread_of(&stretches, m, doc, is_apart(m))).collect();
    for (m, of_page) in found.iter_mut().zip(&spread) {
        m.spread.0[m.side(doc)] = *of_page;
    }
    let scratch = Scratch::default();
    let matches = Matches::gather(found.into_iter(), &scratch)?;
    let found = compilation::find(&matches, &article_of, &|doc: DocId| orders[doc.index()], &scratch)?;
    let sources = found.into_iter().find(|found| found.doc == doc).map(|found| found.sources);
    let sources = sources.map(|sources| sources.into_iter().map(|doc| orders[doc.index()]).collect());
    Ok(IncidentMatches { spread, sources })
}

/// What a match amounts to.
pub struct Decided {
    /// A JSON object of the fields of its record that were decided: kind, probability, and spread, that of the page of the
    /// lesser order first.
    pub record: String,
    /// It may make the two pages members of one set: the one carries the article of the other, or a part of it. A compilation
    /// is a member of none.
    pub joins: bool,
    /// The match, for later rounds.
    pub bytes: Vec<u8>,
}

/// What one page shows of a match.
#[derive(Clone, Copy, Debug)]
pub struct MatchSide {
    /// How much of the page other articles have too.
    pub spread: SpreadSide,
    /// The page is a compilation.
    pub is_compilation: bool,
}

/// Decides anew what a match amounts to, from what both pages show of it, and from what people say, if they do.
pub fn decide(bytes: &[u8], sides: [MatchSide; 2], same_article: f32, verdict: Option<bool>) -> Result<Decided> {
    let pair = Pair { a: DocId(0), b: DocId(1) };
    let m = Match::from_bytes(pair, bytes).ok_or_else(|| broken("a match", &"too short"))?;
    let m = Match { spread: Spread(sides.map(|side| side.spread)), ..m }.judged(same_article);
    let m = match verdict {
        Some(same_article) => m.called(same_article),
        None => m,
    };
    let record = serde_json::json!({ "kind": m.kind, "probability": share(m.probability), "spread": m.spread });
    let joins = matches!(m.kind, Kind::Reprint | Kind::Part) && !sides.iter().any(|side| side.is_compilation);
    Ok(Decided { record: record.to_string(), joins, bytes: m.to_bytes() })
}

/// True when the record of a match, whose pages are in the order of their ids `a` and `b`, has the page of the greater
/// order first.
pub fn is_turned(a: &str, b: &str) -> bool {
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
        let mut article = |doc: DocId| u64::from(articles.root(doc.0));
        let mut stars = Vec::new();
        for doc in (0..docs).map(DocId) {
            let of_doc: Vec<Match> = found.iter().filter(|m| m.pair.a == doc || m.pair.b == doc).collect();
            let incident = |m: &Match| Incident {
                other: order(m.other(doc)),
                articles: [article(doc), article(m.other(doc))],
                bytes: m.to_bytes(),
            };
            let incidents: Vec<Incident> = of_doc.iter().map(incident).collect();
            stars.push((of_doc.iter().map(|m| m.pair).collect::<Vec<_>>(), star(order(doc), &incidents).unwrap()));
        }
        let spread = |doc: DocId, pair: Pair| {
            let (pairs, star) = &stars[doc.index()];
            let spread = star.spread[pairs.iter().position(|&held| held == pair).unwrap()];
            MatchSide { spread, is_compilation: star.sources.is_some() }
        };
        let mut kinds = [0; 6];
        for m in found.iter() {
            let both = [spread(m.pair.a, m.pair), spread(m.pair.b, m.pair)];
            let decided = Match::from_bytes(m.pair, &decide(&m.to_bytes(), both, 0.5, None).unwrap().bytes).unwrap();
            assert_eq!(decided, whole.of(m.pair).unwrap());
            kinds[decided.kind as usize] += 1;
        }
        assert!(kinds[Kind::Reprint as usize] >= 4 && kinds[Kind::CommonSource as usize] > 0, "{kinds:?}");
        let drawn: Vec<(DocId, Vec<u64>)> =
            (0..).map(DocId).zip(stars).filter_map(|(doc, (_, star))| Some((doc, star.sources?))).collect();
        let sources = |sources: &[DocId]| sources.iter().map(|&doc| order(doc)).collect::<Vec<u64>>();
        let expected: Vec<_> = clusters.compilations.iter().map(|c| (c.doc, sources(&c.sources))).collect();
        assert_eq!(drawn, expected);
        assert_eq!(drawn.len(), 1, "the round-up");
    }
}
