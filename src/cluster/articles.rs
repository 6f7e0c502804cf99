//! Which documents are one article, as far as articles are counted: surely copies of each other.

use crate::storage::UnionFind;
use crate::verify::{Match, Matches};

/// From this much of both texts on two documents count as one article when articles are counted. Under one title the share
/// of the shorter text is enough: it is a page of an article split over several.
const SHARED_OF_SHORTER: f32 = 0.75;
const SHARED_OF_LONGER: f32 = 0.5;
/// Two texts in which so many figures differ, and so large a share of those at corresponding places, are no copies.
const CHANGED_FIGURES: u32 = 3;
const CHANGED_SHARE: f32 = 0.3;

/// For every document the number of its article: documents that are surely copies have the same.
pub(super) fn articles(matches: &Matches, documents: usize) -> Vec<u32> {
    let mut articles = UnionFind::new(documents);
    for m in matches.iter().filter(is_one_article) {
        articles.join(m.pair.a.0, m.pair.b.0);
    }
    (0..documents as u32).map(|doc| articles.root(doc)).collect()
}

/// True when two documents are surely copies, and count as one article.
pub(crate) fn is_one_article(m: &Match) -> bool {
    let figures = (m.figures_changed + m.figures_kept) as f32;
    let is_form = m.figures_changed >= CHANGED_FIGURES && m.figures_changed as f32 >= CHANGED_SHARE * figures;
    let is_part = m.same_title || m.aligned[1 - m.shorter()] >= SHARED_OF_LONGER;
    !is_form && is_part && m.containment_of_shorter() >= SHARED_OF_SHORTER
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cluster::tests::{passage, shared};

    #[test]
    fn a_page_of_a_split_article_counts_with_the_whole() {
        let part = shared(0, 1, [300, 900], vec![passage(0..300, 300..600)]);
        assert!(!is_one_article(&part), "a text inside a longer one may be anything");
        assert!(is_one_article(&Match { same_title: true, ..part }));
    }
}
