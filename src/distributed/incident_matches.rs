//! What the matches of a page tell together: passages that belong to a third text, pages put together from several.

use super::partition::broken;
use crate::candidates::Pair;
use crate::cluster::{common_source, compilation, forms};
use crate::error::Result;
use crate::storage::Scratch;
use crate::types::DocId;
use crate::verify::{Kind, Match, Matches};

/// Other pages that must fill the form of both pages of a match, by matches that fill one, before a match that may be
/// a filling is one.
pub const OTHER_FORMS: u32 = forms::OTHERS as u32;

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

/// What the matches of a page tell of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Star {
    /// For every match which of its passages stand in enough other articles, as far as this page tells.
    pub common: Vec<Vec<bool>>,
    /// If the page is a compilation, the pages that it draws on.
    pub sources: Option<Vec<u64>>,
}

/// Looks at all matches of the page of an order.
pub fn star(order: u64, incidents: &[Incident]) -> Result<Star> {
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
    let passages = found.iter().flat_map(|m| {
        let theirs = Some(article_of[m.other(doc).index()]).filter(|&theirs| theirs != mine);
        m.passages.iter().map(move |passage| (passage.units(m.side(doc)), theirs))
    });
    let mut common = common_source::common_passages(&passages.collect::<Vec<_>>()).into_iter();
    let common = found.iter().map(|m| common.by_ref().take(m.passages.len()).collect()).collect();
    let scratch = Scratch::default();
    let matches = Matches::gather(found.into_iter(), &scratch)?;
    let found = compilation::find(&matches, &article_of, &|doc: DocId| orders[doc.index()], &scratch)?;
    let sources = found.into_iter().find(|found| found.doc == doc).map(|found| found.sources);
    let sources = sources.map(|sources| sources.into_iter().map(|doc| orders[doc.index()]).collect());
    Ok(Star { common, sources })
}

/// Decides anew what a match amounts to, and gives it back with that kind: of two pages that are of different articles
/// (`apart`) or not, fill a known form or not, and of which either tells which passages are common.
pub fn decide(bytes: &[u8], apart: bool, form: bool, common: [&[bool]; 2]) -> Result<(Kind, Vec<u8>)> {
    let pair = Pair { a: DocId(0), b: DocId(1) };
    let m = Match::from_bytes(pair, bytes).ok_or_else(|| broken("a match", &"too short"))?;
    let mut either = common[0].iter().zip(common[1]).map(|(a, b)| a | b);
    let kind = apart.then(|| common_source::kind_in_common(&m, |_| either.next().unwrap_or(false))).flatten();
    let kind = kind.unwrap_or(if form { Kind::Passage } else { m.kind });
    let decided = Match { kind, ..m };
    Ok((decided.kind, decided.to_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cluster;
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
        let measure = |pairs: &[Pair]| verify::verify(pairs, &texts, &scratch, |_| Ok(()));
        let clusters = cluster::cluster(&mut whole, docs as usize, &order, &scratch, &measure).unwrap();
        let mut articles = UnionFind::new(docs as usize);
        found.iter().filter(common_source::is_one_article).for_each(|m| articles.join(m.pair.a.0, m.pair.b.0));
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
        let common = |doc: DocId, pair: Pair| {
            let (pairs, star) = &stars[doc.index()];
            &star.common[pairs.iter().position(|&held| held == pair).unwrap()]
        };
        let mut kinds = [0; 4];
        for m in found.iter() {
            let both: [&[bool]; 2] = [common(m.pair.a, m.pair), common(m.pair.b, m.pair)];
            let apart = article(m.pair.a) != article(m.pair.b);
            let (kind, bytes) = decide(&m.to_bytes(), apart, false, both).unwrap();
            assert_eq!(kind, whole.of(m.pair).unwrap().kind, "{:?}", m.pair);
            assert_eq!(Match::from_bytes(m.pair, &bytes).unwrap(), Match { kind, ..m });
            kinds[kind as usize] += 1;
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
