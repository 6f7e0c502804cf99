//! Pages put together from several articles: round-ups, morning papers, live blogs.

use crate::error::Result;
use crate::storage::Scratch;
use crate::types::{DocId, UnitRange};
use crate::verify::Matches;
use bytemuck::{Pod, Zeroable};

/// A page put together from pieces of several articles.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Compilation {
    /// The page.
    pub doc: DocId,
    /// Pages that have its pieces, one for each article that it draws on, in the order of the pieces.
    pub sources: Vec<DocId>,
}

/// Different articles that a compilation draws on at least.
const ARTICLES: usize = 3;
/// The most of the page that one article may make up.
const MOST_OF_ONE: f32 = 0.45;
/// The least of the page that all of them make up together.
const LEAST_OF_ALL: f32 = 0.5;
/// A piece is taken from the beginning of its article, up to this many units into it, ...
const BEGINNING: u32 = 30;
/// ... unless this much of the article was taken.
const WHOLE: f32 = 0.8;
/// Pieces that overlap by more units than this are one.
const OVERLAP: u32 = 8;

/// A page is no compilation when it has one article whole, and one only, that makes up so much of it: the beginnings of
/// others around it are teasers.
const ARTICLE_OF_PAGE: f32 = 0.3;

/// A stretch of a page that is in another article.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Pod, Zeroable)]
#[repr(C)]
struct Piece {
    doc: DocId,
    at: UnitRange,
    article: u32,
    /// A number of the source that does not depend on where it is in the input: upper and lower half.
    order: [u32; 2],
    source: DocId,
    /// Units of the page.
    units: u32,
    /// 1 when the page has nearly all of the source.
    whole: u32,
}

/// Finds pages that are put together from at least three articles, none of which makes up half of the page.
///
/// A round-up takes the beginnings of articles, or short ones whole. That tells it from an article whose paragraphs
/// others quote, and from one that quotes a text which many quote: such passages are in the middle of the others.
/// The whole of an article that another page has in parts is none: its pieces are of one article.
/// `articles` numbers the article of every document, copies alike; `order` decides between copies of a source.
pub(crate) fn find(
    matches: &Matches,
    articles: &[u32],
    order: &(dyn Fn(DocId) -> u64 + Sync),
    scratch: &Scratch,
) -> Result<Vec<Compilation>> {
    let is_article = articles_of_their_own(matches, articles.len());
    let mut pieces = scratch.sorter();
    for m in matches.iter() {
        for (side, doc) in [m.pair.a, m.pair.b].into_iter().enumerate().filter(|(_, doc)| !is_article[doc.index()]) {
            let source = m.other(doc);
            let (article, units) = (articles[source.index()], m.units[side]);
            let place = order(source);
            let order = [(place >> 32) as u32, place as u32];
            let whole = m.aligned[1 - side] >= WHOLE;
            let piece = |at: UnitRange| Piece { doc, at, article, order, source, units, whole: whole.into() };
            let mut taken = m.passages.iter().filter(|p| whole || p.units(1 - side).start <= BEGINNING);
            taken.try_for_each(|p| pieces.push(piece(p.units(side))))?;
        }
    }
    let mut found = Vec::new();
    pieces.finish()?.batches(
        |piece| piece.doc,
        |pieces| {
            found.extend(pieces.chunk_by(|x, y| x.doc == y.doc).filter_map(compilation));
            Ok(())
        },
    )?;
    Ok(found)
}

/// True of documents that are no compilations whatever pieces they have: one that another has in parts, and one that is, for
/// the greater part, a copy of another.
fn articles_of_their_own(matches: &Matches, documents: usize) -> Vec<bool> {
    let mut is_article = vec![false; documents];
    for m in matches.iter() {
        if m.is_part_by_longer() {
            is_article[m.doc(1 - m.shorter()).index()] = true;
        }
        for (side, doc) in [m.pair.a, m.pair.b].into_iter().enumerate() {
            is_article[doc.index()] |= m.aligned[side] > MOST_OF_ONE;
        }
    }
    is_article
}

/// The compilation that the pieces of a page make, if they do.
fn compilation(pieces: &[Piece]) -> Option<Compilation> {
    let units = pieces[0].units as f32;
    // Stretches that do not overlap, each with the piece met first in it.
    let mut blocks: Vec<(UnitRange, &Piece)> = Vec::new();
    for piece in pieces {
        match blocks.last_mut() {
            Some((last, _)) if piece.at.start + OVERLAP < last.end => last.end = last.end.max(piece.at.end),
            _ => blocks.push((piece.at, piece)),
        }
    }
    let all: u32 = blocks.iter().map(|(at, _)| at.len() as u32).sum();
    let longest = blocks.iter().map(|(at, _)| at.len() as u32).max().unwrap_or(0);
    let mut met: Vec<u32> = Vec::new();
    let mut sources = Vec::new();
    for (_, piece) in &blocks {
        if !met.contains(&piece.article) {
            met.push(piece.article);
            sources.push(piece.source);
        }
    }
    let of_whole = pieces.iter().filter(|piece| piece.whole == 1);
    let mut wholes: Vec<(u32, usize)> = of_whole.map(|piece| (piece.article, piece.at.len())).collect();
    wholes.sort_unstable();
    let is_one_article = wholes.first().map(|w| w.0) == wholes.last().map(|w| w.0);
    let longest_whole = wholes.iter().map(|w| w.1).max().unwrap_or(0) as f32;
    if is_one_article && longest_whole >= ARTICLE_OF_PAGE * units {
        return None;
    }
    let is_one = met.len() >= ARTICLES && longest as f32 <= MOST_OF_ONE * units && all as f32 >= LEAST_OF_ALL * units;
    is_one.then(|| Compilation { doc: pieces[0].doc, sources })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cluster::tests::{passage, shared};
    use crate::verify::Match;

    /// A page of 300 units, document 0, that takes 90 units of each of three articles of 500 units from `from` on.
    fn taken(from: u32) -> Vec<Match<'static>> {
        let part = |k: u32| passage(k * 100..k * 100 + 90, from..from + 90);
        (0..3).map(|k| shared(0, k + 1, [300, 500], vec![part(k)])).collect()
    }

    fn found(matches: &[Match]) -> Vec<Compilation> {
        let scratch = Scratch::default();
        let matches = Matches::gather(matches.iter().cloned(), &scratch).unwrap();
        find(&matches, &[0, 1, 2, 3], &|doc| doc.0.into(), &scratch).unwrap()
    }

    #[test]
    fn a_round_up_takes_the_beginnings_of_articles() {
        let sources = vec![DocId(1), DocId(2), DocId(3)];
        assert_eq!(found(&taken(10)), [Compilation { doc: DocId(0), sources }]);
    }

    #[test]
    fn an_article_with_teasers_around_it_is_none() {
        let piece = |of: u32, units: u32, at: [u32; 2], from: u32| {
            shared(0, of, [600, units], vec![passage(at[0]..at[1], from..from + at[1] - at[0])])
        };
        let mut matches = vec![piece(1, 500, [0, 90], 10), piece(2, 200, [150, 340], 0), piece(3, 500, [350, 450], 10)];
        assert_eq!(found(&matches), []);
        matches[2] = piece(3, 110, [350, 450], 0);
        assert_eq!(found(&matches).len(), 1, "two whole articles are a round-up");
    }

    #[test]
    fn the_whole_of_an_article_in_parts_is_none() {
        let part = |k: u32| shared(0, k + 1, [300, 90], vec![passage(k * 100..k * 100 + 90, 0..90)]);
        let parts = |same_title: bool| (0..3).map(|k| Match { same_title, ..part(k) }).collect::<Vec<_>>();
        assert_eq!(found(&parts(true)), []);
    }

    #[test]
    fn a_page_whose_paragraphs_others_quote_is_none() {
        assert_eq!(found(&taken(200)), []);
    }

    #[test]
    fn two_articles_make_none() {
        assert_eq!(found(&taken(10)[..2]), []);
    }
}
