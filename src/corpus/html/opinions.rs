//! What others say of the lines of a page: Readability (dom_smoothie), the page's own JSON-LD, its description and its
//! title, and which blocks contain most of the text.

use super::lines::{Lines, PageLine, lines};
use super::meta::Meta;
use super::titles::{is_headline, plain};
use dom_query::Document;
use dom_smoothie::{Config, Readability};
use rustc_hash::FxHashSet;
use std::ops::Range;

/// Opinions on the lines of one page.
#[derive(Clone, Debug, Default)]
pub(super) struct Opinions {
    /// Lines that Readability takes for the article.
    pub readable: Vec<bool>,
    /// The smallest block that contains most of them.
    pub readable_block: Range<usize>,
    /// The smallest block that contains most of the page's sentences.
    pub dense_block: Range<usize>,
    /// Lines that are in the text that the page declares to be its article, if it declares one.
    pub declared: Option<Vec<bool>>,
    /// Lines that the page's description repeats.
    pub described: Vec<bool>,
    /// Lines that repeat the page's title.
    pub titles: Vec<bool>,
    /// Characters of sentences outside links that each line has.
    pub weights: Vec<usize>,
}

/// A block with this share of the sentences of the block around it contains nothing but the article.
const MOST: f64 = 0.8;
/// A declared article or Readability's of fewer characters is a summary.
const LEAST: usize = 200;

impl Opinions {
    /// Asks everybody. `titles` are what the page's head calls it.
    pub(super) fn of(page: &Lines, document: Document, meta: &Meta, titles: &[String]) -> Opinions {
        let readable = readable(page, document);
        let weights = weights(page);
        let kept: Vec<usize> =
            weights.iter().zip(&readable).map(|(&weight, &kept)| if kept { weight } else { 0 }).collect();
        let description = meta.description.as_deref();
        Opinions {
            readable_block: densest(page, &kept),
            dense_block: densest(page, &weights),
            declared: meta.body.as_deref().filter(|body| body.chars().count() >= LEAST).map(|body| within(page, body)),
            described: page.lines.iter().map(|line| description.is_some_and(|text| repeats(line, text))).collect(),
            titles: page.lines.iter().map(|line| is_headline(line, titles)).collect(),
            readable,
            weights,
        }
    }
}

/// Lines that Readability takes for the article; none where it finds nothing.
fn readable(page: &Lines, document: Document) -> Vec<bool> {
    let config = Config { char_threshold: LEAST, ..Config::default() };
    let article =
        Readability::with_document(document, None, Some(config)).ok().and_then(|mut reader| reader.parse().ok());
    let found = article.map_or_else(Lines::default, |article| lines(&Document::from(article.content)));
    let kept: FxHashSet<String> = found.lines.iter().map(|line| plain(&line.text)).collect();
    page.lines.iter().map(|line| kept.contains(&plain(&line.text))).collect()
}

/// Lines whose words are in `text`; those of a few letters only where they are a line of it.
fn within(page: &Lines, text: &str) -> Vec<bool> {
    /// Bytes of letters that are hardly in a text by chance.
    const SURE: usize = 24;
    let whole = plain(text);
    let own: FxHashSet<String> = text.lines().map(plain).collect();
    let is_within = |line: &PageLine| {
        let line = plain(&line.text);
        !line.is_empty() && if line.len() >= SURE { whole.contains(&line) } else { own.contains(&line) }
    };
    page.lines.iter().map(is_within).collect()
}

/// True for a line that the page's description begins with, or that contains the whole description.
fn repeats(line: &PageLine, description: &str) -> bool {
    let shown = description.trim_end_matches(['.', '…']);
    line.chars >= 20 && (description.contains(line.text.as_str()) || line.text.contains(shown))
}

/// Characters of sentences outside links in each line. A page whose lines are all outside the article by the
/// names of their elements, or have no sentence, is weighed without regard to that.
fn weights(page: &Lines) -> Vec<usize> {
    let sentences = |line: &PageLine| if is_sentence(line) { line.chars - line.linked } else { 0 };
    let outside: usize = page.lines.iter().filter(|line| line.is_aside()).map(sentences).sum();
    let all: usize = page.lines.iter().map(sentences).sum();
    if all == 0 {
        return page.lines.iter().map(|line| if line.is_linked() { 0 } else { line.chars }).collect();
    }
    let trust = outside * 5 < all * 4;
    page.lines.iter().map(|line| if trust && line.is_aside() { 0 } else { sentences(line) }).collect()
}

/// True for a line that reads as text: long enough, with marks of a sentence, mostly outside links.
fn is_sentence(line: &PageLine) -> bool {
    if line.is_linked() || line.chars < 10 {
        return false;
    }
    let has_mark = || line.text.contains(['。', '，', '！', '？', '；', '、', '：', '”', '…', ',', '.', '!', '?', ';']);
    line.chars >= 40 || has_mark()
}

/// Goes down from the page to the block that contains most of the weight, as long as there is one: its lines. Empty where
/// nothing has any weight.
fn densest(page: &Lines, weights: &[usize]) -> Range<usize> {
    let mut sums = vec![0; weights.len() + 1];
    for (k, weight) in weights.iter().enumerate() {
        sums[k + 1] = sums[k] + weight;
    }
    if sums[weights.len()] == 0 {
        return 0..0;
    }
    let weight = |block: usize| sums[page.blocks[block].end] - sums[page.blocks[block].first];
    let mut at = 0;
    // Blocks are in document order: children come after their parent.
    for child in 1..page.blocks.len() {
        let block = page.blocks[child];
        if block.parent == at && !block.tag.is_paragraph() && weight(child) as f64 >= MOST * weight(at) as f64 {
            at = child;
        }
    }
    page.blocks[at].first..page.blocks[at].end
}
