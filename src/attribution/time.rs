//! Times as fields, pages and addresses write them.
//!
//! | written | read |
//! | --- | --- |
//! | `2024-01-11T09:10:35Z`, `2024-01-11 09:10:35+08:00` | second, in the zone it names |
//! | `2024-01-11 09:10:35` | second, in the zone given |
//! | `2024年1月11日 09:10`, `2024/1/11 下午3:05`, `2024-01-11 9时10分` | minute |
//! | `2024/01/11`, `2024.1.11`, `20240111`, `Jan. 11, 2024`, `11 January 2024` | day |

use crate::types::{Precision, Timestamp};
use jiff::civil;
use jiff::tz::Offset;

/// Years that a page of news can carry; other numbers of four digits are no years.
const YEARS: std::ops::RangeInclusive<i16> = 1990..=2099;

/// The first time that `text` writes, with its own zone or else `zone_seconds` east of UTC. Midnight is taken
/// as written; a run of eight digits is a date only when it is all of the text. `None` when there is no date,
/// or when the one found is on no calendar (`2024-02-30`).
pub fn parse_time(text: &str, zone_seconds: i32) -> Option<Timestamp> {
    let text = text.trim();
    let bytes = text.as_bytes();
    if bytes.len() == 8 && bytes.iter().all(u8::is_ascii_digit) {
        return compact(bytes)?.stamp(zone_seconds);
    }
    numeric(text).or_else(|| english(text)).and_then(|found| found.stamp(zone_seconds))
}

/// As [`parse_time`], for the value of a metadata field: there `00:00:00` says no more than the day, and ten or
/// thirteen digits are seconds or milliseconds since 1970.
pub fn parse_field_time(text: &str, zone_seconds: i32) -> Option<Timestamp> {
    let text = text.trim();
    if text.len() >= 10 && text.bytes().all(|b| b.is_ascii_digit()) {
        return epoch(text, zone_seconds);
    }
    let mut time = parse_time(text, zone_seconds)?;
    if (time.seconds + i64::from(time.zone)).rem_euclid(86_400) == 0 {
        time.precision = Precision::Day;
    }
    Some(time)
}

/// The date that an address carries (`/20240110/`, `/2024/01/10/`, `/2024-01/10/`, `/2024/0110/`,
/// `t20240110_`), as the first second of that day in the zone given. Only what follows the host is read, and
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

/// A date with what was written of its time of day and zone.
struct Written {
    date: civil::Date,
    clock: Option<Clock>,
    zone: Option<i32>,
}

#[derive(Clone, Copy)]
struct Clock {
    hour: i8,
    minute: i8,
    second: Option<i8>,
}

impl Written {
    fn day(year: u32, month: u32, day: u32) -> Option<Self> {
        let year = i16::try_from(year).ok().filter(|year| YEARS.contains(year))?;
        let date = civil::Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()?;
        Some(Written { date, clock: None, zone: None })
    }

    fn stamp(self, zone_seconds: i32) -> Option<Timestamp> {
        let zone = self.zone.unwrap_or(zone_seconds);
        let clock = self.clock.unwrap_or(Clock { hour: 0, minute: 0, second: None });
        let moment = civil::Time::new(clock.hour, clock.minute, clock.second.unwrap_or(0), 0).ok()?;
        let instant = Offset::from_seconds(zone).ok()?.to_timestamp(self.date.to_datetime(moment)).ok()?;
        let precision = match self.clock {
            Some(Clock { second: Some(_), .. }) => Precision::Second,
            Some(_) => Precision::Minute,
            None => Precision::Day,
        };
        Some(Timestamp { seconds: instant.as_second(), zone, precision })
    }
}

fn epoch(text: &str, zone: i32) -> Option<Timestamp> {
    let seconds = match text.len() {
        10 => text.parse::<i64>().ok()?,
        13 => text.parse::<i64>().ok()? / 1000,
        _ => return None,
    };
    Some(Timestamp { seconds, zone, precision: Precision::Second })
}

/// `20240111`.
fn compact(digits: &[u8]) -> Option<Written> {
    Written::day(number(&digits[..4])?, number(&digits[4..6])?, number(&digits[6..8])?)
}

/// `2024/01/10`, `2024-01/10`, `2024/0110`, `202401/10` in an address.
fn parted(path: &[u8]) -> Option<Written> {
    let run = digits(path);
    let (year, mut rest) = (number(&path[..4])?, &path[4..]);
    let month;
    if run == 6 {
        month = number(&rest[..2])?;
        rest = &rest[2..];
    } else {
        rest = rest.strip_prefix(b"/").or_else(|| rest.strip_prefix(b"-")).or_else(|| rest.strip_prefix(b"_"))?;
        match digits(rest) {
            4 => return Written::day(year, number(&rest[..2])?, number(&rest[2..4])?),
            n @ 1..=2 => {
                month = number(&rest[..n])?;
                rest = &rest[n..];
            }
            _ => return None,
        }
    }
    rest = rest.strip_prefix(b"/").or_else(|| rest.strip_prefix(b"-")).or_else(|| rest.strip_prefix(b"_"))?;
    let n = digits(rest);
    if (1..=2).contains(&n) { Written::day(year, month, number(&rest[..n])?) } else { None }
}

/// The first date that is written in figures with its year first.
fn numeric(text: &str) -> Option<Written> {
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        if !bytes[at].is_ascii_digit() {
            at += 1;
            continue;
        }
        let run = digits(&bytes[at..]);
        if run == 4
            && let Some(found) = date_from(&text[at..])
        {
            return Some(found);
        }
        at += run;
    }
    None
}

/// Reads a date at the start of `text` and what follows it of clock and zone.
fn date_from(text: &str) -> Option<Written> {
    let year = number(&text.as_bytes()[..4])?;
    let rest = after_any(text[4..].trim_start_matches(' '), &["-", "/", ".", "年"])?.trim_start_matches(' ');
    let (month, rest) = take_number(rest, 2)?;
    let rest = after_any(rest.trim_start_matches(' '), &["-", "/", ".", "月"])?.trim_start_matches(' ');
    let (day, rest) = take_number(rest, 2)?;
    let mut found = Written::day(year, month, day)?;
    let rest = after_any(rest, &["日", "号"]).unwrap_or(rest);
    if let Some((clock, rest)) = clock(rest) {
        found.clock = Some(clock);
        found.zone = zone(rest);
    }
    Some(found)
}

/// `T09:10:35`, ` 09:10`, ` 下午3:05`, ` 9时10分`, ` 3:05 pm` after a date.
fn clock(text: &str) -> Option<(Clock, &str)> {
    let rest = text.trim_start_matches(['T', ' ', '\u{3000}', '\u{a0}', ',']);
    let (later, rest) = match after_any(rest, &["下午", "晚上"]) {
        Some(rest) => (true, rest),
        None => (false, after_any(rest, &["上午", "早上", "凌晨"]).unwrap_or(rest)),
    };
    let (hour, rest) = take_number(rest.trim_start_matches(' '), 2)?;
    let (minute, rest) = take_number(after_any(rest, &[":", "：", "时", "點", "点"])?, 2)?;
    let (second, rest) = match after_any(rest, &[":", "：", "分"]).and_then(|rest| take_number(rest, 2)) {
        Some((second, rest)) => (i8::try_from(second).ok(), fraction(rest)),
        None => (None, rest),
    };
    let lower = rest.trim_start_matches(' ');
    let later = later || starts_with_letters(lower, "pm") || starts_with_letters(lower, "p.m");
    let hour = hour + if later && hour < 12 { 12 } else { 0 };
    let fits = hour < 24 && minute < 60 && second.is_none_or(|second| second < 60);
    fits.then_some((Clock { hour: hour as i8, minute: minute as i8, second }, rest))
}

fn starts_with_letters(text: &str, word: &str) -> bool {
    text.as_bytes().get(..word.len()).is_some_and(|head| head.eq_ignore_ascii_case(word.as_bytes()))
}

fn fraction(text: &str) -> &str {
    match text.strip_prefix('.') {
        Some(rest) => rest.trim_start_matches(|c: char| c.is_ascii_digit()),
        None => text,
    }
}

/// `Z`, `+08:00`, `+0800`, in seconds east of UTC.
fn zone(text: &str) -> Option<i32> {
    let text = text.strip_prefix(' ').unwrap_or(text);
    if text.starts_with('Z') || text.starts_with("UTC") || text.starts_with("GMT") {
        return Some(0);
    }
    let sign = match text.as_bytes().first()? {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let hours = number(text.as_bytes().get(1..3)?)? as i32;
    let rest = text.get(3..)?;
    let rest = rest.strip_prefix(':').unwrap_or(rest);
    let minutes = rest.as_bytes().get(..2).and_then(number)? as i32;
    (hours <= 14 && minutes < 60).then_some(sign * (hours * 3600 + minutes * 60))
}

const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/// `Jan. 11, 2024`, `January 11, 2024 at 3:05 pm`, `11 January 2024`.
fn english(text: &str) -> Option<Written> {
    if !text.is_ascii() {
        return None;
    }
    for (at, _) in text.match_indices(|c: char| c.is_ascii_alphabetic()) {
        if at > 0 && text.as_bytes()[at - 1].is_ascii_alphabetic() {
            continue;
        }
        let Some(month) = MONTHS.iter().position(|month| starts_with_letters(&text[at..], month)) else { continue };
        let rest = text[at..].trim_start_matches(|c: char| c.is_ascii_alphabetic()).trim_start_matches(['.', ' ']);
        let before = text[..at].trim_end();
        let day_before = number(&before.as_bytes()[before.trim_end_matches(|c: char| c.is_ascii_digit()).len()..]);
        let (day, rest) = match (take_number(rest, 2), day_before) {
            (Some((day, after)), _) if digits(rest.as_bytes()) <= 2 => (day, after.trim_start_matches([',', ' '])),
            (_, Some(day)) => (day, rest),
            _ => continue,
        };
        if digits(rest.as_bytes()) != 4 {
            continue;
        }
        let mut found = Written::day(number(&rest.as_bytes()[..4])?, month as u32 + 1, day)?;
        let rest = rest[4..].trim_start_matches([',', ' ']);
        found.clock = clock(rest.strip_prefix("at ").unwrap_or(rest)).map(|(clock, _)| clock);
        return Some(found);
    }
    None
}

/// How many ASCII digits `bytes` begins with.
fn digits(bytes: &[u8]) -> usize {
    bytes.iter().take_while(|b| b.is_ascii_digit()).count()
}

fn number(digits: &[u8]) -> Option<u32> {
    std::str::from_utf8(digits).ok()?.parse().ok()
}

/// One to `most` digits at the start of `text`, and the rest of it.
fn take_number(text: &str, most: usize) -> Option<(u32, &str)> {
    let run = digits(text.as_bytes()).min(most);
    Some((number(&text.as_bytes()[..run])?, &text[run..]))
}

fn after_any<'t>(text: &'t str, marks: &[&str]) -> Option<&'t str> {
    marks.iter().find_map(|mark| text.strip_prefix(mark))
}

#[cfg(test)]
mod tests {
    use super::*;

    const BEIJING: i32 = 8 * 3600;

    /// The time as `2024-01-11 09:10:35 second` in its own zone.
    fn shown(time: Option<Timestamp>) -> String {
        let Some(time) = time else { return "none".into() };
        let local = jiff::Timestamp::from_second(time.seconds + i64::from(time.zone)).unwrap();
        let clock = Offset::UTC.to_datetime(local).strftime("%F %T").to_string();
        format!("{clock} {}", serde_json::to_value(time.precision).unwrap().as_str().unwrap())
    }

    #[test]
    fn many_ways_to_write_a_time() {
        for (text, want) in [
            ("2023-05-06 07:08:09", "2023-05-06 07:08:09 second"),
            ("发布于 2023-05-06 07:08 浏览 2023 次", "2023-05-06 07:08:00 minute"),
            ("2023年5月6日 7:08", "2023-05-06 07:08:00 minute"),
            ("2023年05月06日07时08分09秒", "2023-05-06 07:08:09 second"),
            ("2023/5/6 下午3:05", "2023-05-06 15:05:00 minute"),
            ("2023.5.6", "2023-05-06 00:00:00 day"),
            ("20230506", "2023-05-06 00:00:00 day"),
            ("2023-05-06T07:08:09.250+08:00", "2023-05-06 07:08:09 second"),
            ("May 6, 2023 at 3:05 pm", "2023-05-06 15:05:00 minute"),
            ("Updated 6 May 2023", "2023-05-06 00:00:00 day"),
            ("2023-02-30", "none"),
            ("电话 2023-0506", "none"),
            ("编号 20230506123", "none"),
            ("", "none"),
        ] {
            assert_eq!(shown(parse_time(text, BEIJING)), want, "{text}");
        }
    }

    #[test]
    fn a_zone_that_is_written_wins() {
        let there = parse_time("2023-05-06T07:08:09Z", BEIJING).unwrap();
        let here = parse_time("2023-05-06 15:08:09", BEIJING).unwrap();
        assert_eq!((there.seconds, there.zone, here.zone), (here.seconds, 0, BEIJING));
    }

    #[test]
    fn midnight_in_a_field_is_a_day() {
        assert_eq!(parse_field_time("2023-05-06 00:00:00", BEIJING).unwrap().precision, Precision::Day);
        assert_eq!(parse_time("2023-05-06 00:00:00", BEIJING).unwrap().precision, Precision::Second);
        assert_eq!(parse_field_time("1683328089", BEIJING).unwrap().seconds, 1_683_328_089);
    }

    #[test]
    fn addresses_that_carry_a_date() {
        for (url, want) in [
            ("http://n.example/20230506/x.html", "2023-05-06 00:00:00 day"),
            ("http://n.example/2023/05/06/1.html", "2023-05-06 00:00:00 day"),
            ("http://n.example/c/2023-05/06/content_1.htm", "2023-05-06 00:00:00 day"),
            ("http://n.example/n1/2023/0506/c1-2.html", "2023-05-06 00:00:00 day"),
            ("http://n.example/202305/t20230506_77.html", "2023-05-06 00:00:00 day"),
            ("http://n.example/a/20230506103000", "2023-05-06 00:00:00 day"),
            ("http://n.example/a/2023050612345", "none"),
            ("http://20230506.example/a", "none"),
            ("n.example", "none"),
        ] {
            assert_eq!(shown(date_in_url(url, BEIJING)), want, "{url}");
        }
    }
}
