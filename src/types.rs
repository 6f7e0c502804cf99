//! The small types that several stages share. Offsets are half-open ranges of bytes of a record's text as
//! read; the report alone turns them into characters.

use bytemuck::{Pod, Zeroable};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::ops::Range;

/// A record's place in its corpus, counted in input order from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, Pod, Zeroable)]
#[repr(transparent)]
pub struct DocId(pub u32);

impl DocId {
    /// The place as an array index.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// A half-open range of bytes in a record's text as read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, Pod, Zeroable)]
#[repr(C)]
pub struct Span {
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// The range `start..end`.
    pub fn new(start: usize, end: usize) -> Self {
        debug_assert!(start <= end);
        Span { start: start as u32, end: end as u32 }
    }

    /// Length in bytes.
    pub fn len(self) -> usize {
        (self.end - self.start) as usize
    }

    /// True for a range of no bytes.
    pub fn is_empty(self) -> bool {
        self.start == self.end
    }

    /// The bytes of `text` that the range covers. Panics, as slicing does, when the range is not of this text.
    pub fn of(self, text: &str) -> &str {
        &text[self.start as usize..self.end as usize]
    }
}

/// A half-open range of units in a body.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Pod, Zeroable)]
#[repr(C)]
pub struct UnitRange {
    /// First unit.
    pub start: u32,
    /// One past the last unit.
    pub end: u32,
}

impl UnitRange {
    /// How many units.
    pub fn len(self) -> usize {
        (self.end - self.start) as usize
    }

    /// True for a range of no units.
    pub fn is_empty(self) -> bool {
        self.start == self.end
    }
}

/// How many units some ranges cover together; they come in the order of their starts.
pub(crate) fn covered_by(in_order: impl Iterator<Item = Range<usize>>) -> usize {
    let mut reached = 0;
    let added = |range: Range<usize>| {
        let from = range.start.max(reached);
        reached = reached.max(range.end);
        reached - from.min(reached)
    };
    in_order.map(added).sum()
}

/// A language of what people read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Language {
    /// Chinese.
    #[default]
    Chinese,
    /// English.
    English,
}

impl Language {
    /// The language's code, ISO 639-1.
    pub(crate) fn code(self) -> &'static str {
        match self {
            Language::Chinese => "zh",
            Language::English => "en",
        }
    }
}

/// How finely a publication time is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Precision {
    /// To the second.
    Second,
    /// To the minute.
    Minute,
    /// To the day; the time of day is then meaningless.
    Day,
}

/// A publication time in UTC seconds with the precision that its page or field gave.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Timestamp {
    /// Seconds since 1970-01-01T00:00:00Z; for day precision the day's first second in the zone of the page.
    pub seconds: i64,
    /// Offset of the page's zone from UTC in seconds, kept so that the day can be written as the page has it.
    pub zone: i32,
    /// How finely it is known.
    pub precision: Precision,
}

impl Timestamp {
    /// The day in the zone of the page, counted from 1970-01-01.
    pub fn day(self) -> i64 {
        (self.seconds + i64::from(self.zone)).div_euclid(86_400)
    }

    /// What rows of files keep of a time: seconds, zone and precision, which is 0 for no time.
    pub(crate) fn to_numbers(time: Option<Timestamp>) -> (i64, i32, u32) {
        let Some(Timestamp { seconds, zone, precision }) = time else { return (0, 0, 0) };
        let precision = match precision {
            Precision::Second => 1,
            Precision::Minute => 2,
            Precision::Day => 3,
        };
        (seconds, zone, precision)
    }

    /// The time of which [`Timestamp::to_numbers`] gave these numbers.
    pub(crate) fn from_numbers(seconds: i64, zone: i32, precision: u32) -> Option<Timestamp> {
        let precision = match precision {
            1 => Precision::Second,
            2 => Precision::Minute,
            3 => Precision::Day,
            _ => return None,
        };
        Some(Timestamp { seconds, zone, precision })
    }
}

/// A record or file that was left out, where it is and why.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Skipped {
    /// The file.
    pub file: String,
    /// First byte of the record in it; of Parquet, the number of its row, from 0.
    pub offset: u64,
    /// What is wrong.
    pub reason: String,
    /// `offset` counts rows.
    #[serde(skip)]
    pub is_row: bool,
}

impl Skipped {
    pub(crate) fn new(file: String, offset: u64, reason: String) -> Self {
        Skipped { file, offset, reason, is_row: false }
    }
}

/// `FILE at byte 12: what is wrong`.
impl fmt::Display for Skipped {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "{} at {} {}: {}", self.file, unit(self.is_row), self.offset, self.reason)
    }
}

/// What offsets count.
pub(crate) fn unit(is_row: bool) -> &'static str {
    if is_row { "row" } else { "byte" }
}
