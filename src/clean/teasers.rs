//! Lists of teasers on pages that lost their line breaks: a header of a list, then titles with the first words of their
//! articles, each of which breaks off in an ellipsis.

use super::readable::Readable;
use crate::lexicon::LIST_HEADERS;
use crate::types::Span;
use memchr::memmem::Finder;
use std::sync::LazyLock;

/// What a teaser breaks off in. Two of them together are an author's.
const ELLIPSIS: char = '…';
/// Every line of every page is searched: much faster than by single bytes, which quotation marks have too.
static FIND_ELLIPSIS: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new("…"));
/// Characters of a teaser at most.
const TEASER: usize = 160;
/// Teasers that make a list.
const LEAST: usize = 2;

/// The line `text[span]` in pieces, if it has such a list: what is before it, its header, every teaser, what is behind.
pub(super) fn pieces(text: &str, span: Span) -> Option<Vec<Span>> {
    ellipses(span.of(text)).nth(LEAST - 1)?;
    let line = Readable::new(text, span);
    let mut headers: Vec<Span> = LIST_HEADERS
        .iter()
        .flat_map(|word| line.text.match_indices(word).map(|(at, word)| line.raw(text, at, at + word.len())))
        .collect();
    headers.sort_unstable_by_key(|header| (header.start, header.end));
    headers.into_iter().find_map(|header| {
        let teasers = teasers(text, Span { start: header.end, end: span.end });
        let end = teasers.last()?.end;
        let list = [Span { start: span.start, end: header.start }, header].into_iter().chain(teasers.iter().copied());
        let all = list.chain([Span { start: end, end: span.end }]).map(|piece| trimmed(text, piece));
        (teasers.len() >= LEAST).then(|| all.filter(|piece| !piece.is_empty()).collect())
    })
}

/// The teasers that `text[span]` begins with.
fn teasers(text: &str, span: Span) -> Vec<Span> {
    let mut start = span.start as usize;
    let ends = ellipses(span.of(text)).map(|at| span.start as usize + at + ELLIPSIS.len_utf8());
    let teaser = |end: usize| {
        let teaser = Span::new(start, end);
        start = end;
        (teaser.of(text).chars().count() <= TEASER).then_some(teaser)
    };
    ends.map_while(teaser).collect()
}

/// Where single ellipses are.
fn ellipses(line: &str) -> impl Iterator<Item = usize> {
    let is_single =
        |at: usize| !line[..at].ends_with(ELLIPSIS) && !line[at + ELLIPSIS.len_utf8()..].starts_with(ELLIPSIS);
    FIND_ELLIPSIS.find_iter(line.as_bytes()).filter(move |&at| is_single(at))
}

fn trimmed(text: &str, span: Span) -> Span {
    let raw = span.of(text);
    let start = span.start as usize + raw.len() - raw.trim_start().len();
    Span::new(start, start + raw.trim().len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(line: &str) -> Option<Vec<&str>> {
        Some(pieces(line, Span::new(0, line.len()))?.into_iter().map(|piece| piece.of(line)).collect())
    }

    #[test]
    fn a_list_without_line_breaks_comes_apart() {
        let line = "河堤修好了，桥也通了。 相關新聞：早市搬家 老街的早市搬到了… 口袋公园开放 本市第三座口袋公园…回首页";
        let list = [
            "河堤修好了，桥也通了。",
            "相關新聞",
            "：早市搬家 老街的早市搬到了…",
            "口袋公园开放 本市第三座口袋公园…",
            "回首页",
        ];
        assert_eq!(found(line), Some(list.to_vec()));
    }

    #[test]
    fn prose_does_not() {
        assert_eq!(found("相关新闻传开以后，他想了又想……她也没有说话……"), None);
        assert_eq!(found("他想了又想…她也没有说话…"), None);
        assert_eq!(found("相关新闻：早市搬家…"), None);
    }
}
