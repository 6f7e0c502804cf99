//! Which lines of a page are the article, with its headline and credits.
//!
//! Two opinions on the block that holds it: Readability's (dom_smoothie), and the smallest block that holds most of
//! the page's sentences outside links. Then the lines in it and around it are told apart one by one.

use super::lines::{Line, Lines};
use super::words::{is_asking, is_control, is_credit, is_dated, is_labelled, is_list_head};
use dom_query::Document;
use dom_smoothie::{Config, Readability};
use rustc_hash::FxHashSet;
use std::ops::Range;

/// The lines that are kept.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Chosen {
    /// The headline's line.
    pub headline: Option<usize>,
    /// Credit lines between headline and article.
    pub head: Vec<usize>,
    /// The article.
    pub body: Vec<usize>,
    /// Credit lines after it.
    pub tail: Vec<usize>,
    /// First line of the article in the page; where there is none, 0.
    pub start: usize,
}

/// A block that holds this share of the sentences of the block around it holds the article alone.
const MOST: f64 = 0.8;
/// So many characters of sentences are an article, whatever longer text follows.
const SHORT_ARTICLE: usize = 150;
/// Lines between headline and article that are looked at.
const HEAD: usize = 40;
/// Lines after the article that are looked at for credits.
const TAIL: usize = 25;

/// Chooses the lines of the article. `titles` are what the page's head calls it, the likeliest first.
pub(super) fn choose(page: &Lines, document: Document, titles: &[String]) -> Chosen {
    let weights = weights(page);
    let Some(block) = block(page, &weights, document, titles) else { return Chosen::default() };
    let block = page.blocks[block].first..page.blocks[block].end;
    let core = core(page, &weights, block.clone(), titles);
    let headline = headline(page, titles, core.start);
    let mut out = Chosen { headline, start: core.start, ..Chosen::default() };
    out.head = head(page, &block, headline, core.start);
    out.body = body(page, core.clone());
    out.tail = tail(page, &block, core.end);
    out
}

/// Characters of sentences outside links that each line holds. A page whose lines all stand beside an article by the
/// names of their elements, or hold no sentence, is weighed without regard to that.
fn weights(page: &Lines) -> Vec<usize> {
    let sentences = |line: &Line| if is_sentence(line) { line.chars - line.linked } else { 0 };
    let beside: usize = page.lines.iter().filter(|line| line.aside).map(sentences).sum();
    let all: usize = page.lines.iter().map(sentences).sum();
    if all == 0 {
        return page.lines.iter().map(|line| if is_linked(line) { 0 } else { line.chars }).collect();
    }
    let trust = beside * 5 < all * 4;
    page.lines.iter().map(|line| if trust && line.aside { 0 } else { sentences(line) }).collect()
}

/// True for a line that reads as text: long enough, with marks of a sentence, mostly outside links.
fn is_sentence(line: &Line) -> bool {
    if is_linked(line) || line.chars < 10 {
        return false;
    }
    let marks =
        || line.text.matches(['。', '，', '！', '？', '；', '、', '：', '”', '…', ',', '.', '!', '?', ';']).count();
    line.chars >= 40 || marks() >= 1
}

/// True for a line that is half links or more; a whole sentence in a link is text.
fn is_linked(line: &Line) -> bool {
    let sentence = line.chars >= 60 && line.text.contains('。');
    line.linked * 2 >= line.chars && !sentence
}

/// The block that holds the article: Readability's, or the densest where it finds none. When sentences stand between
/// the headline and that block, the block was one of comments, and the article is what stands between.
fn block(page: &Lines, weights: &[usize], document: Document, titles: &[String]) -> Option<usize> {
    if weights.iter().all(|&weight| weight == 0) {
        return None;
    }
    let found = readable(page, weights, document).unwrap_or_else(|| densest(page, weights));
    let first = page.blocks[found].first;
    let Some(headline) = (0..first).rev().find(|&at| is_headline(&page.lines[at], titles)) else { return Some(found) };
    let between: Vec<usize> = weights
        .iter()
        .enumerate()
        .map(|(at, &weight)| if (headline + 1..first).contains(&at) { weight } else { 0 })
        .collect();
    let sentences: usize = between.iter().sum();
    Some(if sentences >= SHORT_ARTICLE { densest(page, &between) } else { found })
}

/// Goes down from the page to the block that holds most of the sentences, as long as there is one.
fn densest(page: &Lines, weights: &[usize]) -> usize {
    let mut sums = vec![0; weights.len() + 1];
    for (k, weight) in weights.iter().enumerate() {
        sums[k + 1] = sums[k] + weight;
    }
    let weight = |block: usize| sums[page.blocks[block].end] - sums[page.blocks[block].first];
    let mut at = 0;
    // Blocks stand in document order: children come after their parent.
    for child in 1..page.blocks.len() {
        let block = page.blocks[child];
        if block.parent == at && !block.is_paragraph && weight(child) as f64 >= MOST * weight(at) as f64 {
            at = child;
        }
    }
    at
}

/// The smallest block that holds what Readability takes for the article; `None` when it finds nothing.
fn readable(page: &Lines, weights: &[usize], document: Document) -> Option<usize> {
    let config = Config { char_threshold: 200, ..Config::default() };
    let article = Readability::with_document(document, None, Some(config)).ok()?.parse().ok()?;
    let found = super::lines::lines(&Document::from(article.content));
    let kept: FxHashSet<&str> = found.lines.iter().map(|line| line.text.as_str()).collect();
    let kept: Vec<usize> = page
        .lines
        .iter()
        .zip(weights)
        .map(|(line, &weight)| if kept.contains(line.text.as_str()) { weight } else { 0 })
        .collect();
    kept.iter().any(|&weight| weight > 0).then(|| densest(page, &kept))
}

/// From the first line of text in `block`, below the headline if that stands in it, to the last before other articles
/// are listed.
fn core(page: &Lines, weights: &[usize], block: Range<usize>, titles: &[String]) -> Range<usize> {
    let total: usize = weights[block.clone()].iter().sum();
    let around = |at: usize| page.blocks[page.lines[at].block].parent;
    let mut before = 0;
    let mut last = None;
    let (mut start, mut end) = (block.start, block.end);
    for at in block.clone() {
        let line = &page.lines[at];
        if before * 3 < total && start == block.start && is_headline(line, titles) {
            start = at + 1;
        }
        if is_list_head(&line.text) && line.chars <= 60 {
            // A list inside an article is followed by more of its paragraphs.
            let next = (at + 1..block.end).find(|&at| weights[at] > 0);
            let goes_on = next.zip(last).is_some_and(|(next, last)| around(next) == around(last));
            if before * 2 >= total || (before >= SHORT_ARTICLE && !goes_on) {
                end = at;
                break;
            }
        }
        before += weights[at];
        if weights[at] > 0 {
            last = Some(at);
        }
    }
    let is_text = |at: &usize| weights[*at] > 0 && !is_bare_credit(&page.lines[*at]) && !is_call(&page.lines[*at]);
    let first = (start..end).find(is_text).unwrap_or(start);
    let last = (start..end).rev().find(is_text).unwrap_or(end.saturating_sub(1));
    first..(last + 1).max(first)
}

/// A line that sends the reader elsewhere: a link in it, and words that ask to follow it.
fn is_call(line: &Line) -> bool {
    line.linked > 0 && line.chars <= 160 && is_asking(&line.text)
}

/// A short line that credits or dates and does not end as a sentence does.
fn is_bare_credit(line: &Line) -> bool {
    line.chars <= 60 && is_credit(&line.text) && !line.text.trim_end().ends_with(['。', '！', '？', '”', '…'])
}

/// The line that repeats what the page's head calls it, nearest to the article; of its repeats close by the first, for
/// credits may stand between. Else the nearest heading above, else the line above the date.
fn headline(page: &Lines, titles: &[String], core: usize) -> Option<usize> {
    let above = || (core.saturating_sub(HEAD * 2)..core).rev();
    let matches = |at: &usize| is_headline(&page.lines[*at], titles);
    let repeated = above().find(matches).map(|near| (near.saturating_sub(8)..=near).find(matches).unwrap_or(near));
    repeated
        .or_else(|| {
            let dated = (core.saturating_sub(12)..core).find(|&at| is_dated(&page.lines[at].text))?;
            let line = &page.lines[dated.checked_sub(1)?];
            ((8..=60).contains(&line.chars) && !is_linked(line) && !is_credit(&line.text)).then_some(dated - 1)
        })
        .or_else(|| above().take(HEAD).find(|&at| page.lines[at].is_heading && page.lines[at].chars >= 6))
}

/// True for a line outside links that repeats one of the titles.
fn is_headline(line: &Line, titles: &[String]) -> bool {
    !is_linked(line) && titles.iter().any(|title| is_title(&line.text, title))
}

/// True when `line` is most of the title, or all of it with little besides.
fn is_title(line: &str, title: &str) -> bool {
    if is_labelled(line) || is_path(line) {
        return false;
    }
    let plain = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).collect::<String>();
    let (line, title) = (plain(line), plain(title));
    let (shorter, longer) = (line.chars().count(), title.chars().count());
    let within = shorter >= 10 || shorter * 2 >= longer;
    (shorter >= 4 && within && title.contains(&line))
        || (longer >= 8 && shorter <= longer + 10 && line.contains(&title))
}

/// The way from the front page to here: `首页 > 要闻 > 正文`.
fn is_path(line: &str) -> bool {
    line.chars().filter(|c| matches!(c, '>' | '＞' | '»' | '›')).count() >= 2
        || line.contains(">>")
        || line.contains("首页")
}

/// Lines between headline and article: credits, names beside a date, and those of the article's own block that are
/// no controls.
fn head(page: &Lines, block: &Range<usize>, headline: Option<usize>, core: usize) -> Vec<usize> {
    let from = headline.map_or_else(|| block.start.max(core.saturating_sub(HEAD)), |at| at + 1);
    let from = from.max(core.saturating_sub(HEAD));
    let dated = |at: usize| is_dated(&page.lines[at].text);
    let mut kept: Vec<usize> = Vec::new();
    for at in from..core {
        let line = &page.lines[at];
        let text = &line.text;
        if line.chars > 120 || is_path(text) || (is_control(text) && !dated(at)) {
            continue;
        }
        let near_date = (at > from && dated(at - 1)) || (at + 1 < core && dated(at + 1));
        let first = kept.is_empty() && headline.is_some_and(|headline| at <= headline + 2) && line.chars <= 16;
        let own = block.contains(&at) && !is_linked(line) && !line.aside && !is_call(line);
        if is_credit(text) || (near_date && line.chars <= 20) || first || own {
            kept.push(at);
        }
    }
    kept
}

/// Lines of the article's range that are text.
fn body(page: &Lines, core: Range<usize>) -> Vec<usize> {
    let mut kept = Vec::new();
    let mut in_list = false;
    for at in core {
        let line = &page.lines[at];
        in_list = is_linked(line) && in_list || is_list_head(&line.text) && line.chars <= 16;
        if !(in_list
            || is_control(&line.text) && line.chars > 2
            || is_linked(line) && line.linked > 3 && !is_credit(&line.text))
        {
            kept.push(at);
        }
    }
    kept
}

/// Credit lines after the article, and what else stands beside its last paragraph.
fn tail(page: &Lines, block: &Range<usize>, core: usize) -> Vec<usize> {
    let mut kept = Vec::new();
    let Some(last) = core.checked_sub(1) else { return kept };
    let around = page.blocks[page.lines[last].block].parent;
    let mut listed = false;
    for at in core..page.lines.len().min(core + TAIL) {
        let line = &page.lines[at];
        listed |= is_list_head(&line.text);
        let labelled = line.chars <= 80 && is_labelled(&line.text) && !is_linked(line);
        let credit = labelled || (at < core + 3 && line.chars <= 24 && is_dated(&line.text) && line.linked == 0);
        let beside = block.contains(&at)
            && !listed
            && page.blocks[line.block].parent == around
            && !is_linked(line)
            && !is_control(&line.text);
        if credit || beside {
            kept.push(at);
        }
    }
    kept
}
