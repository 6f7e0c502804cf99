//! From bytes of a text, which the program counts in, to Unicode characters, which its output counts in.

use crate::corpus::Corpus;
use crate::types::{DocId, Span};
use rayon::prelude::*;
use rustc_hash::FxHashMap;

/// One end of a span: its document, its byte there, and its place among all ends.
type End = (DocId, u32, u32);

/// Spans of some documents in characters, in the order given. Every document is read once, in parallel. 20 bytes a span.
pub(crate) fn char_offsets(corpus: &Corpus, spans: &[(DocId, Span)]) -> Vec<[u32; 2]> {
    let both =
        |(place, &(doc, span)): (u32, &(DocId, Span))| [(doc, span.start, 2 * place), (doc, span.end, 2 * place + 1)];
    let mut ends: Vec<End> = (0..).zip(spans).flat_map(both).collect();
    ends.par_sort_unstable();
    let count = |of_one: &mut [End]| {
        corpus.with_text(of_one[0].0, |text| in_text(text, of_one.iter_mut().map(|(_, byte, _)| byte)));
    };
    ends.par_chunk_by_mut(|x, y| x.0 == y.0).for_each(count);
    let mut chars = vec![[0; 2]; spans.len()];
    ends.iter().for_each(|&(_, count, place)| chars.as_flattened_mut()[place as usize] = count);
    chars
}

/// Some spans in characters, to be looked up.
pub(crate) struct CharOffsets(FxHashMap<(DocId, Span), [u32; 2]>);

impl CharOffsets {
    /// Resolves some spans, see [`char_offsets`].
    pub(crate) fn resolve(corpus: &Corpus, spans: impl Iterator<Item = (DocId, Span)>) -> Self {
        let spans: Vec<(DocId, Span)> = spans.collect();
        let chars = char_offsets(corpus, &spans);
        CharOffsets(spans.into_iter().zip(chars).collect())
    }

    /// A span in characters; one that was not asked for comes back in bytes.
    pub(crate) fn of(&self, doc: DocId, span: Span) -> [u32; 2] {
        self.0.get(&(doc, span)).copied().unwrap_or([span.start, span.end])
    }
}

/// Replaces some bytes of a text, which are in order, by the number of characters before each.
fn in_text<'b>(text: &str, bytes: impl Iterator<Item = &'b mut u32>) {
    let (mut at, mut count) = (0usize, 0u32);
    for byte in bytes {
        count += text.get(at..*byte as usize).map_or(0, |part| part.chars().count() as u32);
        (at, *byte) = (*byte as usize, count);
    }
}

/// Spans of one text in characters; they must be in order and not overlap.
pub(crate) fn char_spans(text: &str, spans: &[Span]) -> Vec<[u32; 2]> {
    let mut ends: Vec<[u32; 2]> = spans.iter().map(|span| [span.start, span.end]).collect();
    in_text(text, ends.as_flattened_mut().iter_mut());
    ends
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::corpus::FieldNames;

    #[test]
    fn counts_characters() {
        assert_eq!(char_spans("新闻ab体", &[Span::new(3, 6), Span::new(7, 11)]), [[1, 2], [3, 5]]);
    }

    #[test]
    fn spans_come_back_in_the_order_given() {
        let lines = ["{\"id\":\"1\",\"text\":\"老街ab新事\"}", "{\"id\":\"2\",\"text\":\"x桥头\"}"];
        let corpus = Corpus::of_lines(lines.into_iter(), &FieldNames::default());
        let spans = [(1, 1, 4), (0, 6, 8), (1, 0, 7), (0, 3, 8), (0, 8, 8)];
        let spans = spans.map(|(doc, start, end)| (DocId(doc), Span::new(start, end)));
        assert_eq!(char_offsets(&corpus, &spans), [[1, 2], [2, 4], [0, 3], [1, 4], [4, 4]]);
        assert!(char_offsets(&corpus, &[]).is_empty());
    }
}
