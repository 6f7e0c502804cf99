//! From bytes of a text, which the program counts in, to Unicode characters, which its output counts in.

use crate::corpus::Corpus;
use crate::types::{DocId, Span};
use rayon::prelude::*;
use rustc_hash::FxHashMap;
use std::ops::Range;

/// Character offsets of the byte offsets that were asked for, by document.
#[derive(Default)]
pub(crate) struct CharOffsets {
    /// Where the offsets of each document stand in the other two lists.
    of_docs: FxHashMap<DocId, Range<usize>>,
    /// Sorted for each document.
    bytes: Vec<u32>,
    chars: Vec<u32>,
}

impl CharOffsets {
    /// Resolves the ends of some spans. Every document is read once, in parallel. 8 bytes an offset.
    pub(crate) fn resolve(corpus: &Corpus, spans: impl Iterator<Item = (DocId, Span)>) -> Self {
        let mut asked: Vec<(DocId, u32)> = spans.flat_map(|(doc, span)| [(doc, span.start), (doc, span.end)]).collect();
        asked.par_sort_unstable();
        asked.dedup();
        let bytes: Vec<u32> = asked.iter().map(|&(_, byte)| byte).collect();
        let mut ranges = Vec::new();
        let mut start = 0;
        for of_one in asked.chunk_by(|x, y| x.0 == y.0) {
            ranges.push((of_one[0].0, start..start + of_one.len()));
            start += of_one.len();
        }
        let count = |(doc, range): &(DocId, Range<usize>)| {
            let mut chars = vec![0; range.len()];
            in_text(&corpus.text(*doc), &bytes[range.clone()], &mut chars);
            chars
        };
        let chars = ranges.par_iter().map(count).collect::<Vec<Vec<u32>>>().concat();
        CharOffsets { of_docs: ranges.into_iter().collect(), bytes, chars }
    }

    /// A span in characters. Its ends must have been asked for.
    pub(crate) fn of(&self, doc: DocId, span: Span) -> [u32; 2] {
        let range = self.of_docs.get(&doc).cloned().unwrap_or_default();
        let (bytes, chars) = (&self.bytes[range.clone()], &self.chars[range]);
        [span.start, span.end].map(|byte| bytes.binary_search(&byte).map_or(byte, |k| chars[k]))
    }
}

/// Counts the characters before each of some bytes, which are in order.
fn in_text(text: &str, bytes: &[u32], chars: &mut [u32]) {
    let (mut at, mut count) = (0usize, 0u32);
    for (&byte, slot) in bytes.iter().zip(chars) {
        count += text.get(at..byte as usize).map_or(0, |part| part.chars().count() as u32);
        (at, *slot) = (byte as usize, count);
    }
}

/// Spans of one text in characters; they must be in order and not overlap.
pub(super) fn char_spans(text: &str, spans: &[Span]) -> Vec<[u32; 2]> {
    let ends: Vec<u32> = spans.iter().flat_map(|s| [s.start, s.end]).collect();
    let mut chars = vec![0; ends.len()];
    in_text(text, &ends, &mut chars);
    chars.chunks_exact(2).map(|pair| [pair[0], pair[1]]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_characters() {
        assert_eq!(char_spans("新闻ab体", &[Span::new(3, 6), Span::new(7, 11)]), [[1, 2], [3, 5]]);
    }
}
