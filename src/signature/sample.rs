//! The thin sample: the shingles whose hash ends in zeros, the same ones in every text (modulo sampling, Broder
//! 1997; FracMinHash in genomics). The share of a text's sample that is in another text estimates
//! **containment** without bias, however long the other text is; a fixed number of minima cannot.

/// One shingle in this many is kept, on average.
pub const SAMPLE_ONE_IN: u64 = 8;

/// True for hashes that belong to the sample. The lower bits decide, so that the sample is independent of the
/// upper ones, by which MinHash chooses slots.
#[inline]
pub(super) fn keeps(hash: u64) -> bool {
    hash.is_multiple_of(SAMPLE_ONE_IN)
}
