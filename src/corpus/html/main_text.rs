//! Which lines of a page are the article, with its headline and credits.
//!
//! A model of boosted trees (`main_text.json`, fitted by `training/main_text.py` on pages whose articles are known) weighs
//! for every line what Readability, JSON-LD and the page's own build say of it (`features.rs`). Lines that are more likely
//! than not are the article; credit lines above, within and below it are kept, for attribution reads them.

use super::data_tables::enclosed_rows;
use super::elements::Part;
use super::features::{FEATURES, features};
use super::lines::{Lines, PageLine, Tag};
use super::opinions::Opinions;
use super::titles::{is_breadcrumb, is_headline};
use super::words::{is_asking, is_comments_head, is_control, is_credit, is_dated, is_labelled, is_list_head};
use crate::model::BoostedTrees;
use std::ops::Range;
use std::sync::LazyLock;

/// The lines that are kept.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Chosen {
    /// The headline's line.
    pub headline: Option<usize>,
    /// Credit lines between headline and article.
    pub head: Vec<usize>,
    /// The article.
    pub body: Vec<usize>,
    /// Those lines of it that are one row of a table, sorted.
    pub rows: Vec<Range<usize>>,
    /// Credit lines after it.
    pub tail: Vec<usize>,
    /// First line of the article in the page; where there is none, 0.
    pub start: usize,
}

/// So many characters of sentences are an article without its captions.
const SHORT_ARTICLE: usize = 150;
/// Lines between headline and article that are looked at.
const HEAD: usize = 40;
/// Lines after the article that are looked at for credits.
const TAIL: usize = 25;

static MODEL: LazyLock<BoostedTrees> = LazyLock::new(|| {
    BoostedTrees::read(include_str!("main_text.json"), &FEATURES)
        .unwrap_or_else(|e| unreachable!("the model is read: {e}"))
});

/// Chooses the lines of the article. `titles` are what the page's head calls it, the likeliest first.
pub(super) fn choose(page: &Lines, opinions: &Opinions, titles: &[String]) -> Chosen {
    let mut article = article(page, opinions);
    if article.is_empty() {
        article = opinions.dense_block.clone().filter(|&at| opinions.weights[at] > 0).collect();
    }
    let (Some(&start), Some(&last)) = (article.first(), article.last()) else { return Chosen::default() };
    let headline = headline(page, titles, start);
    let block = around(page, start..last + 1);
    let head = head(page, &block, headline, start);
    let tail = tail(page, &block, last + 1);
    let rows = enclosed_rows(page, &article);
    article.extend(rows.iter().cloned().flatten());
    article.sort_unstable();
    article.dedup();
    Chosen { headline, head, body: with_credits(page, &article), rows, tail, start }
}

/// The likeliest lines that make up this share of the text say how likely a line of this article is, ...
const LIKELIEST: f64 = 0.2;
/// ... and lines whose log-odds are lower by so much are of another text.
const FAR_BELOW: f64 = 4.0;

/// Lines that the model takes for the article. What is written under pictures is left out where there is text besides.
fn article(page: &Lines, opinions: &Opinions) -> Vec<usize> {
    let rows = features(page, opinions);
    let rows = rows.iter().filter(|(at, _)| !opinions.titles[*at]);
    let likely: Vec<(usize, f64)> =
        rows.map(|(at, row)| (*at, MODEL.log_odds(row))).filter(|line| line.1 > 0.0).collect();
    let likely = above_comments(page, &likely);
    let least = likeliest(page, likely) - FAR_BELOW;
    let likely: Vec<usize> = likely.iter().filter(|line| line.1 > least).map(|line| line.0).collect();
    let (captions, text): (Vec<usize>, Vec<usize>) = likely.iter().partition(|&&at| is_caption(page, at));
    let chars: usize = text.iter().map(|&at| page.lines[at].chars).sum();
    if captions.is_empty() || chars < SHORT_ARTICLE { likely } else { text }
}

/// The lines above the head of a list of comments, if there are enough of them for an article.
fn above_comments<'l>(page: &Lines, likely: &'l [(usize, f64)]) -> &'l [(usize, f64)] {
    let mut chars = 0;
    for (k, &(at, _)) in likely.iter().enumerate() {
        let from = k.checked_sub(1).map_or(at, |before| likely[before].0 + 1);
        if chars >= SHORT_ARTICLE && page.lines[from..=at].iter().any(|line| is_comments_head(&line.text)) {
            return &likely[..k];
        }
        chars += page.lines[at].chars;
    }
    likely
}

/// The log-odds that the likeliest lines have at least.
fn likeliest(page: &Lines, likely: &[(usize, f64)]) -> f64 {
    let chars = |at: usize| page.lines[at].chars as f64;
    let share = LIKELIEST * likely.iter().map(|line| chars(line.0)).sum::<f64>();
    let mut sorted = likely.to_vec();
    sorted.sort_by(|a, b| b.1.total_cmp(&a.1));
    let mut sum = 0.0;
    let reaches = |line: &&(usize, f64)| {
        sum += chars(line.0);
        sum >= share
    };
    sorted.iter().find(reaches).map_or(0.0, |line| line.1)
}

/// True for a line whose own element is named after pictures.
fn is_caption(page: &Lines, at: usize) -> bool {
    let block = page.blocks[page.lines[at].block];
    block.parts.has(Part::Caption) || page.blocks[block.parent].parts.has(Part::Caption)
}

/// The lines of the article, and the credit lines between them.
fn with_credits(page: &Lines, article: &[usize]) -> Vec<usize> {
    let mut kept = Vec::with_capacity(article.len());
    for pair in article.windows(2) {
        kept.push(pair[0]);
        kept.extend((pair[0] + 1..pair[1]).filter(|&at| is_credit_line(&page.lines[at])));
    }
    kept.extend(article.last());
    kept
}

/// A short line outside links that begins with the label of a credit.
fn is_credit_line(line: &PageLine) -> bool {
    line.chars <= 80 && !line.is_linked() && !is_list_head(&line.text) && is_labelled(&line.text)
}

/// The lines of the smallest block that contains all of `range`.
fn around(page: &Lines, range: Range<usize>) -> Range<usize> {
    let mut at = page.lines[range.start].block;
    while page.blocks[at].end < range.end && at != page.blocks[at].parent {
        at = page.blocks[at].parent;
    }
    page.blocks[at].first..page.blocks[at].end
}

/// A line that sends the reader elsewhere: a link in it, and words that ask to follow it.
fn is_call(line: &PageLine) -> bool {
    line.linked > 0 && line.chars <= 160 && is_asking(&line.text)
}

/// The line that repeats what the page's head calls it, nearest to the article; of its repeats close by the first, for
/// credits may be between. Else the first heading of the page (`h1`) above, else the line above the date, else the
/// nearest heading above.
fn headline(page: &Lines, titles: &[String], core: usize) -> Option<usize> {
    let above = || (core.saturating_sub(HEAD * 2)..core).rev();
    let matches = |at: &usize| is_headline(&page.lines[*at], titles);
    let repeated = above().find(matches).map(|near| (near.saturating_sub(8)..=near).find(matches).unwrap_or(near));
    let is_first_heading = |at: &usize| {
        let line = &page.lines[*at];
        page.blocks[line.block].tag == Tag::FirstHeading && line.chars >= 6 && !line.is_linked()
    };
    let first_heading = || above().find(is_first_heading);
    repeated
        .or_else(first_heading)
        .or_else(|| {
            let dated = (core.saturating_sub(12)..core).find(|&at| is_dated(&page.lines[at].text))?;
            let line = &page.lines[dated.checked_sub(1)?];
            ((8..=60).contains(&line.chars) && !line.is_linked() && !is_credit(&line.text)).then_some(dated - 1)
        })
        .or_else(|| above().take(HEAD).find(|&at| page.lines[at].is_heading && page.lines[at].chars >= 6))
}

/// Longer lines above an article are none of its credits, unless they have their words.
const OWN: usize = 40;

/// Lines between headline and article: credits, names next to a date, and short ones of the article's own block that are
/// no controls.
fn head(page: &Lines, block: &Range<usize>, headline: Option<usize>, core: usize) -> Vec<usize> {
    let from = headline.map_or_else(|| block.start.max(core.saturating_sub(HEAD)), |at| at + 1);
    let from = from.max(core.saturating_sub(HEAD));
    let dated = |at: usize| is_dated(&page.lines[at].text);
    let mut kept: Vec<usize> = Vec::new();
    for at in from..core {
        let line = &page.lines[at];
        let text = &line.text;
        if line.chars > 120 || is_breadcrumb(text) || (is_control(text) && !dated(at)) {
            continue;
        }
        let near_date = (at > from && dated(at - 1)) || (at + 1 < core && dated(at + 1));
        let first = kept.is_empty() && headline.is_some_and(|headline| at <= headline + 2) && line.chars <= 16;
        let own = block.contains(&at)
            && line.chars <= OWN
            && !line.is_linked()
            && !line.is_aside()
            && !is_call(line)
            && !is_caption(page, at);
        if is_credit(text) || (near_date && line.chars <= 20) || first || own {
            kept.push(at);
        }
    }
    kept
}

/// Credit lines after the article, and short ones next to its last paragraph.
fn tail(page: &Lines, block: &Range<usize>, core: usize) -> Vec<usize> {
    let mut kept = Vec::new();
    let Some(last) = core.checked_sub(1) else { return kept };
    let around = page.blocks[page.lines[last].block].parent;
    let mut listed = false;
    for at in core..page.lines.len().min(core + TAIL) {
        let line = &page.lines[at];
        listed |= is_list_head(&line.text);
        let dated = at < core + 3 && line.chars <= 24 && is_dated(&line.text) && line.linked == 0;
        let adjacent = block.contains(&at)
            && !listed
            && line.chars <= OWN
            && page.blocks[line.block].parent == around
            && line.linked == 0
            && !is_control(&line.text);
        if is_credit_line(line) || dated || adjacent {
            kept.push(at);
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_model_knows_the_features() {
        assert_eq!(MODEL.contributions(&[0.0; FEATURES.len()]).len(), FEATURES.len());
    }
}
