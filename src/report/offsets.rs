//! From bytes of a text, which the program counts in, to Unicode characters, which its output counts in.

use crate::corpus::Corpus;
use crate::types::{DocId, Span};
use rayon::prelude::*;

/// Character offsets of the byte offsets that were asked for, by document.
pub(super) struct CharOffsets {
    /// (document, byte), sorted, without repeats.
    asked: Vec<(DocId, u32)>,
    chars: Vec<u32>,
}

impl CharOffsets {
    /// Resolves offsets. Every document is read once, in parallel. 12 bytes an offset.
    pub(super) fn resolve(corpus: &Corpus, mut asked: Vec<(DocId, u32)>) -> Self {
        asked.par_sort_unstable();
        asked.dedup();
        let by_doc: Vec<&[(DocId, u32)]> = asked.chunk_by(|x, y| x.0 == y.0).collect();
        let chars =
            by_doc.into_par_iter().flat_map_iter(|of_doc| in_text(&corpus.doc(of_doc[0].0).text, of_doc)).collect();
        CharOffsets { asked, chars }
    }

    /// A span in characters. Its ends must have been asked for.
    pub(super) fn of(&self, doc: DocId, span: Span) -> [u32; 2] {
        [span.start, span.end].map(|byte| self.asked.binary_search(&(doc, byte)).map_or(byte, |k| self.chars[k]))
    }
}

fn in_text(text: &str, asked: &[(DocId, u32)]) -> Vec<u32> {
    let (mut byte, mut chars) = (0usize, 0u32);
    let mut count = |to: u32| {
        chars += text.get(byte..to as usize).map_or(0, |part| part.chars().count() as u32);
        byte = to as usize;
        chars
    };
    asked.iter().map(|&(_, to)| count(to)).collect()
}

/// Spans of one text in characters; they must be in order and not overlap.
pub(super) fn char_spans(text: &str, spans: &[Span]) -> Vec<[u32; 2]> {
    let ends: Vec<(DocId, u32)> = spans.iter().flat_map(|s| [(DocId(0), s.start), (DocId(0), s.end)]).collect();
    in_text(text, &ends).chunks_exact(2).map(|pair| [pair[0], pair[1]]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_characters() {
        assert_eq!(char_spans("新闻ab体", &[Span::new(3, 6), Span::new(7, 11)]), [[1, 2], [3, 5]]);
    }
}
