//! Whose text it is that pages of several articles quote.

use crate::attribution::issuer_near;
use crate::corpus::Corpus;
use crate::types::{DocId, Span};
use crate::verify::{Kind, Match};
use rayon::prelude::*;
use rustc_hash::FxHashMap;

/// Who issued the texts that some matches have in common, as the words just before a passage or at its end say, by page
/// and passage. Many pages share one quotation, and each is asked once.
#[derive(Default)]
pub(crate) struct Issuers(FxHashMap<PassagePlace, Issued>);

/// Who issued a text, as a page says.
pub(crate) struct Issued {
    pub issuer: String,
    /// The words that say so.
    pub quote: String,
    /// The page that has them.
    pub doc: DocId,
}

/// A page and a passage of it.
type PassagePlace = (DocId, Span);

impl Issuers {
    /// Asks the pages of matches that share a text of somebody else: the one of the lesser id first, the other where that
    /// one names nobody. Reads each page at most twice, in parallel.
    pub(crate) fn of<'m>(corpus: &Corpus, matches: impl Iterator<Item = Match<'m>> + Clone) -> Self {
        let mut issuers = Issuers::default();
        for side in 0..2 {
            let in_doubt = |m: &Match| (0..side).all(|earlier| issuers.on_side(corpus, m, earlier).is_none());
            let asked = matches.clone().filter(|m| m.kind == Kind::CommonSource).filter(in_doubt);
            let mut asked: Vec<PassagePlace> =
                asked.flat_map(|m| places(corpus, &m, side).collect::<Vec<_>>()).collect();
            asked.par_sort_unstable();
            asked.dedup();
            let of_pages = asked.par_chunk_by(|x, y| x.0 == y.0);
            let told: Vec<(PassagePlace, Issued)> = of_pages.flat_map_iter(|places| on_page(corpus, places)).collect();
            issuers.0.extend(told);
        }
        issuers
    }

    /// Who issued the text that the two pages of a match have in common, if it is somebody else's.
    pub(crate) fn of_match(&self, corpus: &Corpus, m: &Match) -> Option<&Issued> {
        let is_common = m.kind == Kind::CommonSource;
        if is_common { (0..2).find_map(|side| self.on_side(corpus, m, side)) } else { None }
    }

    /// Who issued it by what one of the pages says.
    fn on_side(&self, corpus: &Corpus, m: &Match, side: usize) -> Option<&Issued> {
        places(corpus, m, side).find_map(|place| self.0.get(&place))
    }
}

/// The passages of a match as they are in its page of the lesser id, 0, or in the other one, 1.
fn places(corpus: &Corpus, m: &Match, side: usize) -> impl Iterator<Item = PassagePlace> {
    let is_b = (side == 1) != is_turned(corpus, m);
    m.passages.iter().map(move |p| if is_b { (m.pair.b, p.b) } else { (m.pair.a, p.a) })
}

/// True when the id of the second page of a match comes first.
pub(crate) fn is_turned(corpus: &Corpus, m: &Match) -> bool {
    corpus.id(m.pair.b) < corpus.id(m.pair.a)
}

/// What one page says of some passages of it.
fn on_page(corpus: &Corpus, places: &[PassagePlace]) -> Vec<(PassagePlace, Issued)> {
    let doc = places[0].0;
    let text = corpus.text(doc);
    let told = places.iter().filter_map(|&(_, passage)| {
        let found = issuer_near(&text, passage)?;
        let quote = found.at.of(&text).to_owned();
        Some(((doc, passage), Issued { issuer: found.value, quote, doc }))
    });
    told.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cluster;
    use crate::corpus::FieldNames;
    use crate::types::UnitRange;
    use crate::verify::Passage;

    const FERRY: &str = "自3日起，桥头渡口停航，恢复的时间另行通告，请市民绕行南桥，由此带来的不便敬请谅解。";
    const ROAD: &str = "河堤路将分段封闭施工，每段大约十天，沿线商铺照常营业，公交车改走北环路和学府街。";

    /// A match of two pages that share some texts.
    fn shared(texts: &[String], pair: [u32; 2], passages: &[&str], kind: Kind) -> Match<'static> {
        let at = |doc: u32, passage: &str| {
            let start = texts[doc as usize].find(passage).unwrap();
            Span::new(start, start + passage.len())
        };
        let units = UnitRange { start: 0, end: 30 };
        let passage = |text: &&str| {
            let (a, b) = (at(pair[0], text), at(pair[1], text));
            Passage { a, b, a_units: units, b_units: units, matched: 30 }
        };
        let passages = passages.iter().map(passage).collect();
        Match { kind, ..cluster::tests::shared(pair[0], pair[1], [300; 2], passages) }
    }

    #[test]
    fn the_first_passage_that_names_somebody_tells_and_the_page_of_the_lesser_id_is_asked_first() {
        let texts = [
            format!("船工把船拖上了岸。{FERRY}店主在门口摆了水。{ROAD}"),
            format!("据苇城警方通报，{FERRY}他说。\n{}据墨川交通局通报，{ROAD}", "街坊们都来看。".repeat(12)),
            format!("夜里下了雨。{ROAD}"),
        ];
        let lines: Vec<String> =
            (0..).zip(&texts).map(|(id, text)| serde_json::json!({"id": id, "text": text}).to_string()).collect();
        let corpus = Corpus::of_lines(lines.iter().map(String::as_str), &FieldNames::default());
        let matches = [
            shared(&texts, [0, 1], &[FERRY, ROAD], Kind::CommonSource),
            shared(&texts, [1, 2], &[ROAD], Kind::CommonSource),
            shared(&texts, [0, 2], &[ROAD], Kind::CommonSource),
            shared(&texts, [1, 2], &[ROAD], Kind::Passage),
        ];
        let issuers = Issuers::of(&corpus, matches.iter().cloned());
        let told = |m: &Match| issuers.of_match(&corpus, m).map(|issued| issued.issuer.clone());
        let told: Vec<Option<String>> = matches.iter().map(told).collect();
        let told: Vec<Option<&str>> = told.iter().map(Option::as_deref).collect();
        assert_eq!(told, [Some("苇城警方"), Some("墨川交通局"), None, None]);
    }
}
