//! Times as the output writes them.

use crate::types::{Precision, Timestamp};
use jiff::tz::{Offset, TimeZone};

/// RFC 3339 in the zone of the page; for a time known to the day, the day.
pub(super) fn written(time: Timestamp) -> Option<String> {
    let zone = TimeZone::fixed(Offset::from_seconds(time.zone).ok()?);
    let moment = jiff::Timestamp::from_second(time.seconds).ok()?.to_zoned_datetime(zone);
    let format = if time.precision == Precision::Day { "%Y-%m-%d" } else { "%Y-%m-%dT%H:%M:%S%:z" };
    Some(moment.strftime(format).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_written_in_their_zone() {
        let mut time = Timestamp { seconds: 1_704_935_435, zone: 28_800, precision: Precision::Second };
        assert_eq!(written(time).as_deref(), Some("2024-01-11T09:10:35+08:00"));
        time.precision = Precision::Day;
        assert_eq!(written(time).as_deref(), Some("2024-01-11"));
    }
}
