//! How much of two texts other articles have too.

use bytemuck::{Pod, Zeroable};
use serde::{Deserialize, Serialize};

/// How much of the texts of `a` and of `b` other articles have too, the articles of the two pages not counted. All 0 as
/// long as the other matches of the pages are not known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Pod, Zeroable, Serialize, Deserialize)]
#[repr(C)]
pub struct Spread(pub [SpreadSide; 2]);

/// The same of one text, in units.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Pod, Zeroable, Serialize, Deserialize)]
#[repr(C)]
pub struct SpreadSide {
    /// Units of the passages that the pair shares which one other article has, or more.
    pub shared_with_one: u32,
    /// Those which two other articles have, or more.
    pub shared_with_two: u32,
    /// Units of the rest of the text which two other articles have, or more.
    pub rest_with_two: u32,
}

impl Spread {
    /// The same with the two texts changing places.
    pub fn turned(self) -> Self {
        Spread([self.0[1], self.0[0]])
    }
}
