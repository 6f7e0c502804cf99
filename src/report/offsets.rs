//! From bytes of a text, which the program counts in, to Unicode characters, which its output counts in.

use crate::corpus::Corpus;
use crate::types::{DocId, Span};
use rayon::prelude::*;

/// Character offsets of the byte offsets that were asked for, by document.
pub(super) struct CharOffsets {
    /// Where the offsets of each document end in the other two lists.
    ends: Vec<u32>,
    /// Sorted for each document.
    bytes: Vec<u32>,
    chars: Vec<u32>,
}

impl CharOffsets {
    /// Resolves the ends of all spans that `for_each` hands out; it is called twice. Every document is read once,
    /// in parallel. 8 bytes an offset.
    pub(super) fn resolve(corpus: &Corpus, for_each: impl Fn(&mut dyn FnMut(DocId, Span))) -> Self {
        let mut next = vec![0u32; corpus.len() + 1];
        for_each(&mut |doc, _| next[doc.index() + 1] += 2);
        (1..next.len()).for_each(|k| next[k] += next[k - 1]);
        let mut bytes = vec![0; next[corpus.len()] as usize];
        for_each(&mut |doc, span| {
            let at = next[doc.index()] as usize;
            bytes[at..at + 2].copy_from_slice(&[span.start, span.end]);
            next[doc.index()] += 2;
        });
        // Every place has moved to where the next document's offsets begin.
        next.pop();
        let mut made = CharOffsets { ends: next, chars: vec![0; bytes.len()], bytes };
        made.count(corpus);
        made
    }

    fn count(&mut self, corpus: &Corpus) {
        let (mut bytes, mut chars) = (self.bytes.as_mut_slice(), self.chars.as_mut_slice());
        let mut of_docs = Vec::new();
        let mut start = 0;
        for (doc, &end) in (0..).map(DocId).zip(&self.ends) {
            let (mine, rest) = bytes.split_at_mut((end - start) as usize);
            let (counted, others) = chars.split_at_mut((end - start) as usize);
            (bytes, chars, start) = (rest, others, end);
            if !mine.is_empty() {
                of_docs.push((doc, mine, counted));
            }
        }
        of_docs.into_par_iter().for_each(|(doc, bytes, chars)| {
            bytes.sort_unstable();
            in_text(&corpus.text(doc), bytes, chars);
        });
    }

    /// A span in characters. Its ends must have been asked for.
    pub(super) fn of(&self, doc: DocId, span: Span) -> [u32; 2] {
        let start = if doc.0 == 0 { 0 } else { self.ends[doc.index() - 1] } as usize;
        let bytes = &self.bytes[start..self.ends[doc.index()] as usize];
        [span.start, span.end].map(|byte| bytes.binary_search(&byte).map_or(byte, |k| self.chars[start + k]))
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
