//! Times as the output writes them.

use super::contract::{Described, Type};
use crate::types::{Precision, Timestamp};
use jiff::tz::{Offset, TimeZone};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::ops::Deref;

/// A time as text: RFC 3339 in the zone of the page, or a date where only the day is known.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Time(String);

impl Deref for Time {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl Described for Time {
    const TYPE: Type = Type::Time;
}

/// RFC 3339 in the zone of the page; for a time known to the day, the day.
pub(crate) fn written(time: Timestamp) -> Option<Time> {
    let zone = TimeZone::fixed(Offset::from_seconds(time.zone).ok()?);
    let moment = jiff::Timestamp::from_second(time.seconds).ok()?.to_zoned_datetime(zone);
    let format = if time.precision == Precision::Day { "%Y-%m-%d" } else { "%Y-%m-%dT%H:%M:%S%:z" };
    Some(Time(moment.strftime(format).to_string()))
}

/// A day since 1970 as a date.
pub(crate) fn day(days: i32) -> String {
    let days = jiff::Span::new().days(days);
    jiff::civil::date(1970, 1, 1).saturating_add(days).to_string()
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

    #[test]
    fn days_are_dates() {
        assert_eq!([day(0), day(19_733), day(-1)], ["1970-01-01", "2024-01-11", "1969-12-31"]);
    }
}
