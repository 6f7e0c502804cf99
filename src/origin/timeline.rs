//! How times relate to each other, and how many of a cluster lie before or after one.

use super::PageFacts;
use crate::types::{Precision, Timestamp};

/// How two times relate to each other, given how finely each is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Order {
    Before,
    After,
    /// Too close to order, given their precision.
    Tied,
    /// One of them has no time.
    Unknown,
}

/// How `a` relates to `b`.
pub(super) fn order(a: Option<Timestamp>, b: Option<Timestamp>) -> Order {
    let (Some(a), Some(b)) = (a, b) else { return Order::Unknown };
    if end(a) <= b.seconds {
        Order::Before
    } else if end(b) <= a.seconds {
        Order::After
    } else if a.precision != Precision::Day && b.precision != Precision::Day && a.seconds != b.seconds {
        if a.seconds < b.seconds { Order::Before } else { Order::After }
    } else {
        Order::Tied
    }
}

/// The first second that is certainly after a time.
pub(super) fn end(time: Timestamp) -> i64 {
    time.seconds.saturating_add(match time.precision {
        Precision::Second => 1,
        Precision::Minute => 60,
        Precision::Day => DAY,
    })
}

const DAY: i64 = 86_400;

/// How many members are certainly before, certainly after and tied with one of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct TimeCounts {
    pub before: usize,
    pub after: usize,
    pub tied: usize,
}

/// The times of a cluster, sorted: counting costs a search each.
#[derive(Default)]
pub(super) struct Timeline {
    /// Days, by their first second.
    days: Vec<i64>,
    /// Times of minutes and seconds: where they begin and where they end.
    fine: Vec<i64>,
    fine_ends: Vec<i64>,
}

impl Timeline {
    pub(super) fn new(pages: &[PageFacts]) -> Self {
        let mut all = Timeline::default();
        for time in pages.iter().filter_map(|page| page.time) {
            if time.precision == Precision::Day {
                all.days.push(time.seconds);
            } else {
                all.fine.push(time.seconds);
                all.fine_ends.push(end(time));
            }
        }
        [&mut all.days, &mut all.fine, &mut all.fine_ends].into_iter().for_each(|times| times.sort_unstable());
        all
    }

    /// How many members have a time.
    pub(super) fn len(&self) -> usize {
        self.days.len() + self.fine.len()
    }

    /// How the times of the other members relate to `time`, which is that of one of them.
    pub(super) fn counts(&self, time: Timestamp) -> TimeCounts {
        let below = |times: &[i64], bound: i64| times.partition_point(|&t| t < bound);
        let (start, end) = (time.seconds, end(time));
        let days_before = self.days.partition_point(|&day| day.saturating_add(DAY) <= start);
        let days_after = self.days.len() - below(&self.days, end);
        let (fine_before, fine_after) = match time.precision {
            Precision::Day => {
                (self.fine_ends.partition_point(|&t| t <= start), self.fine.len() - below(&self.fine, end))
            }
            _ => (below(&self.fine, start), self.fine.len() - self.fine.partition_point(|&t| t <= start)),
        };
        let (before, after) = (days_before + fine_before, days_after + fine_after);
        TimeCounts { before, after, tied: self.len() - 1 - before - after }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_agree_with_every_pair_taken_alone() {
        let precisions = [Precision::Second, Precision::Minute, Precision::Day];
        let mut state = 5u64;
        let mut random = |below: u64| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (state >> 33) % below
        };
        let mut times: Vec<Timestamp> = Vec::new();
        for _ in 0..300 {
            let precision = precisions[random(3) as usize];
            let grain = [1, 60, 86_400][precision as usize];
            times.push(Timestamp { seconds: random(200_000) as i64 / grain * grain, zone: 0, precision });
        }
        let pages: Vec<PageFacts> =
            times.iter().map(|&time| PageFacts { time: Some(time), ..crate::origin::tests::page(0) }).collect();
        let timeline = Timeline::new(&pages);
        for (k, &time) in times.iter().enumerate() {
            let mut plain = TimeCounts::default();
            for other in times.iter().enumerate().filter(|&(m, _)| m != k).map(|(_, &other)| other) {
                match order(Some(time), Some(other)) {
                    Order::Before => plain.after += 1,
                    Order::After => plain.before += 1,
                    Order::Tied => plain.tied += 1,
                    Order::Unknown => unreachable!("all have times"),
                }
            }
            assert_eq!(timeline.counts(time), plain, "{time:?}");
        }
    }
}
