//! Dates in addresses.

use super::WrittenTime;
use super::date::take_month;
use super::scan::{digits, number};
use crate::types::Timestamp;

/// The date that an address carries (`/20240110/`, `/2024/01/10/`, `/2024-01/10/`, `/2024/0110/`,
/// `/2024/jan/10/`, `t20240110_`), as the first second of that day in the zone given. Only what follows the host is read, and
/// longer runs of digits are numbers of articles unless they go on as a clock (12 or 14 digits).
pub fn date_in_url(url: &str, zone_seconds: i32) -> Option<Timestamp> {
    let path = url.split_once("://").map_or(url, |(_, rest)| rest);
    let path = &path.as_bytes()[path.find('/')?..];
    let mut at = 0;
    while at < path.len() {
        let run = digits(&path[at..]);
        if run >= 4 {
            let found = match run {
                8 | 12 | 14 => compact(&path[at..at + 8]),
                4 | 6 => parted(&path[at..]),
                _ => None,
            };
            if let Some(stamp) = found.and_then(|found| found.stamp(zone_seconds)) {
                return Some(stamp);
            }
        }
        at += run.max(1);
    }
    None
}

/// `20240111`.
fn compact(digits: &[u8]) -> Option<WrittenTime> {
    WrittenTime::day(number(&digits[..4])?, number(&digits[4..6])?, number(&digits[6..8])?)
}

/// `2024/01/10`, `2024-01/10`, `2024/0110`, `202401/10` in an address.
fn parted(path: &[u8]) -> Option<WrittenTime> {
    let run = digits(path);
    let (year, mut rest) = (number(&path[..4])?, &path[4..]);
    let month;
    if run == 6 {
        month = number(&rest[..2])?;
        rest = &rest[2..];
    } else {
        rest = rest.strip_prefix(b"/").or_else(|| rest.strip_prefix(b"-")).or_else(|| rest.strip_prefix(b"_"))?;
        match digits(rest) {
            4 => return WrittenTime::day(year, number(&rest[..2])?, number(&rest[2..4])?),
            n @ 1..=2 => {
                month = number(&rest[..n])?;
                rest = &rest[n..];
            }
            _ => {
                // `/2024/mar/08/`.
                let letters = rest.iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
                month = take_month(std::str::from_utf8(&rest[..letters]).ok()?)?.0;
                rest = &rest[letters..];
            }
        }
    }
    rest = rest.strip_prefix(b"/").or_else(|| rest.strip_prefix(b"-")).or_else(|| rest.strip_prefix(b"_"))?;
    let n = digits(rest);
    if (1..=2).contains(&n) { WrittenTime::day(year, month, number(&rest[..n])?) } else { None }
}
