//! The title of a page, and where its words are in the body.

use crate::clean::{Units, is_figure};
use xxhash_rust::xxh3::xxh3_64;

/// A shorter title tells nothing of its article.
const LEAST_PAIRS: usize = 5;
/// Places in the body that are known at most.
const MOST_PLACES: usize = 1024;

/// A title as pairs of neighbouring units, with the places of these pairs in the body of its page.
#[derive(Debug, Default)]
pub(super) struct Title {
    /// The pairs, sorted, each once.
    pairs: Vec<u64>,
    /// Where in the body a pair begins, and which it is.
    places: Vec<[u32; 2]>,
    /// Recognises the title; 0 for one that tells nothing.
    key: u64,
    /// Recognises the title but for its figures.
    frame: u64,
}

impl Title {
    /// Reads the units of a title and looks for them in the body. Linear in the units of both.
    pub(super) fn read(&mut self, title: &Units, body: &[u32]) {
        let pair = |units: &[u32]| u64::from(units[0]) << 32 | u64::from(units[1]);
        let Title { pairs, places, key, frame } = self;
        pairs.clear();
        places.clear();
        pairs.extend(title.ids.windows(2).map(pair));
        pairs.sort_unstable();
        pairs.dedup();
        *key = 0;
        if pairs.len() < LEAST_PAIRS {
            return;
        }
        *key = xxh3_64(bytemuck::cast_slice(&title.ids));
        let unfilled = |&unit: &u32| if is_figure(unit) { 0 } else { unit };
        *frame = xxh3_64(bytemuck::cast_slice(&title.ids.iter().map(unfilled).collect::<Vec<u32>>()));
        let classes = Classes::of(pairs);
        let found = (0u32..).zip(body.windows(2)).filter_map(|(at, units)| {
            let pair = pair(units);
            let which = classes.may_have(pair).then(|| pairs.binary_search(&pair).ok())??;
            Some([at, which as u32])
        });
        places.extend(found.take(MOST_PLACES));
    }

    /// True when both pages have the same title, and it tells something.
    pub(super) fn is(&self, other: &Title) -> bool {
        self.key != 0 && self.key == other.key
    }

    /// True when the titles differ in figures alone, as those of one form filled in twice do.
    pub(super) fn is_refilled(&self, other: &Title) -> bool {
        self.key != 0 && other.key != 0 && self.key != other.key && self.frame == other.frame
    }

    /// Share of the title that is in some stretches of the body; `None` for a title that tells nothing.
    pub(super) fn share_within(&self, is_within: impl Fn(u32) -> bool) -> Option<f32> {
        if self.key == 0 {
            return None;
        }
        let mut found: Vec<u32> = self.places.iter().filter(|[at, _]| is_within(*at)).map(|[_, pair]| *pair).collect();
        found.sort_unstable();
        found.dedup();
        Some(found.len() as f32 / self.pairs.len() as f32)
    }
}

/// A bit for each of 1024 classes of pairs, set when some pair of the title is of that class: nearly all pairs of a body
/// are of none.
struct Classes([u64; 16]);

impl Classes {
    fn of(pairs: &[u64]) -> Self {
        let mut classes = Classes([0; 16]);
        for &pair in pairs {
            let (word, bit) = Classes::place(pair);
            classes.0[word] |= bit;
        }
        classes
    }

    fn may_have(&self, pair: u64) -> bool {
        let (word, bit) = Classes::place(pair);
        self.0[word] & bit != 0
    }

    fn place(pair: u64) -> (usize, u64) {
        // Fibonacci hashing (Knuth, TAOCP 6.4): the first ten bits of the product.
        let class = pair.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 54;
        ((class >> 6) as usize, 1 << (class & 63))
    }
}
