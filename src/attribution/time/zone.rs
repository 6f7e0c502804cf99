//! Zones, in words and in figures.

use super::scan::{after_any, digits, number, take_number, take_word, unblank};
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

/// The zone that a text names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Zone {
    /// Seconds east of UTC.
    East(i32),
    /// A zone with summer time: the rule by which POSIX writes it.
    Rule(&'static str),
    /// `CST`, which is China's time and that of the middle of the United States.
    Cst,
    /// A zone is named and nobody can say which: the clock says nothing then.
    Unknown,
}

const HOUR: i32 = 3600;

/// Hours east of UTC, or the rule, of zones as news pages abbreviate them.
const WORDS: &[(&str, Zone)] = &[
    ("Z", Zone::East(0)),
    ("UTC", Zone::East(0)),
    ("GMT", Zone::East(0)),
    ("UT", Zone::East(0)),
    ("WET", Zone::East(0)),
    ("BST", Zone::East(HOUR)),
    ("WEST", Zone::East(HOUR)),
    ("WAT", Zone::East(HOUR)),
    ("CET", Zone::East(HOUR)),
    ("CEST", Zone::East(2 * HOUR)),
    ("SAST", Zone::East(2 * HOUR)),
    ("CAT", Zone::East(2 * HOUR)),
    ("EET", Zone::East(2 * HOUR)),
    ("EEST", Zone::East(3 * HOUR)),
    ("EAT", Zone::East(3 * HOUR)),
    ("MSK", Zone::East(3 * HOUR)),
    ("PKT", Zone::East(5 * HOUR)),
    ("IST", Zone::East(5 * HOUR + HOUR / 2)),
    ("WIB", Zone::East(7 * HOUR)),
    ("ICT", Zone::East(7 * HOUR)),
    ("HKT", Zone::East(8 * HOUR)),
    ("SGT", Zone::East(8 * HOUR)),
    ("MYT", Zone::East(8 * HOUR)),
    ("PHT", Zone::East(8 * HOUR)),
    ("BJT", Zone::East(8 * HOUR)),
    ("AWST", Zone::East(8 * HOUR)),
    ("JST", Zone::East(9 * HOUR)),
    ("KST", Zone::East(9 * HOUR)),
    ("AEST", Zone::East(10 * HOUR)),
    ("AEDT", Zone::East(11 * HOUR)),
    ("NZST", Zone::East(12 * HOUR)),
    ("NZDT", Zone::East(13 * HOUR)),
    ("EST", Zone::East(-5 * HOUR)),
    ("EDT", Zone::East(-4 * HOUR)),
    ("CDT", Zone::East(-5 * HOUR)),
    ("MST", Zone::East(-7 * HOUR)),
    ("MDT", Zone::East(-6 * HOUR)),
    ("PST", Zone::East(-8 * HOUR)),
    ("PDT", Zone::East(-7 * HOUR)),
    ("CST", Zone::Cst),
    ("ET", Zone::Rule("EST5EDT,M3.2.0,M11.1.0")),
    ("CT", Zone::Rule("CST6CDT,M3.2.0,M11.1.0")),
    ("MT", Zone::Rule("MST7MDT,M3.2.0,M11.1.0")),
    ("PT", Zone::Rule("PST8PDT,M3.2.0,M11.1.0")),
];

/// Zones in words, before a date or clock or behind it.
const NAMES: &[(&str, Zone)] = &[
    ("北京时间", Zone::East(8 * HOUR)),
    ("北京時間", Zone::East(8 * HOUR)),
    ("中国标准时间", Zone::East(8 * HOUR)),
    ("台北时间", Zone::East(8 * HOUR)),
    ("台北時間", Zone::East(8 * HOUR)),
    ("香港时间", Zone::East(8 * HOUR)),
    ("香港時間", Zone::East(8 * HOUR)),
    ("东京时间", Zone::East(9 * HOUR)),
    ("格林尼治时间", Zone::East(0)),
    ("格林威治時間", Zone::East(0)),
    ("美东时间", Zone::Rule("EST5EDT,M3.2.0,M11.1.0")),
    ("美東時間", Zone::Rule("EST5EDT,M3.2.0,M11.1.0")),
    ("当地时间", Zone::Unknown),
    ("當地時間", Zone::Unknown),
    ("Beijing time", Zone::East(8 * HOUR)),
    ("Beijing Time", Zone::East(8 * HOUR)),
    ("Hong Kong time", Zone::East(8 * HOUR)),
    ("Eastern time", Zone::Rule("EST5EDT,M3.2.0,M11.1.0")),
    ("Eastern Time", Zone::Rule("EST5EDT,M3.2.0,M11.1.0")),
    ("Pacific time", Zone::Rule("PST8PDT,M3.2.0,M11.1.0")),
    ("Pacific Time", Zone::Rule("PST8PDT,M3.2.0,M11.1.0")),
    ("local time", Zone::Unknown),
    ("Local time", Zone::Unknown),
    ("Local Time", Zone::Unknown),
];

/// Since this year the United States keep summer time by the rules above.
const RULES_SINCE: i16 = 2007;

impl Zone {
    /// Seconds east of UTC at a moment there; `None` when the zone does not define them.
    pub fn east(self, moment: DateTime) -> Option<i32> {
        match self {
            Zone::East(seconds) => Some(seconds),
            Zone::Rule(rule) if moment.year() >= RULES_SINCE => {
                let zone = TimeZone::posix(rule).ok()?;
                Some(zone.to_offset(zone.to_timestamp(moment).ok()?).seconds())
            }
            Zone::Rule(_) | Zone::Cst | Zone::Unknown => None,
        }
    }
}

/// The zone that `text` begins with, after blanks or an opening bracket, and the rest of it. `in_full` is true behind a
/// clock with seconds, where `-05:00` is no second clock.
pub(super) fn take_zone(text: &str, in_full: bool) -> Option<(Zone, &str)> {
    let direct = unblank(text);
    if let Some(found) = offset(direct, in_full) {
        return Some(found);
    }
    let text = unblank(direct.trim_start_matches(['(', '[']));
    if let Some(found) = take_name(text) {
        return Some(found);
    }
    let (word, rest) = take_word(text);
    let known = WORDS.iter().find(|(known, _)| *known == word || *known == "Z" && word == "z");
    match known {
        // `UTC+8`, `GMT +08:00`.
        Some((_, Zone::East(0))) => {
            let offset = unblank(rest).starts_with(['+', '-']).then(|| offset(unblank(rest), true)).flatten();
            Some(offset.unwrap_or((Zone::East(0), rest)))
        }
        Some((_, zone)) => Some((*zone, rest)),
        None if is_unknown(word) => Some((Zone::Unknown, rest)),
        None => None,
    }
}

/// A zone that `text` begins with in words (`北京时间`), and the rest of it.
pub(super) fn take_name(text: &str) -> Option<(Zone, &str)> {
    NAMES.iter().find_map(|(name, zone)| Some((*zone, text.strip_prefix(name)?)))
}

/// True for the abbreviation of a zone that is in the table: `EST`, `GMT`.
pub(super) fn is_abbreviation(word: &str) -> bool {
    WORDS.iter().any(|(known, _)| *known == word)
}

/// True for what looks like the abbreviation of a zone that is not in the table.
fn is_unknown(word: &str) -> bool {
    (3..=5).contains(&word.len()) && word.ends_with('T') && word.bytes().all(|byte| byte.is_ascii_uppercase())
}

/// `+08:00`, `+0800`, `+8`. A minus with a colon behind a clock without seconds may begin another clock
/// (`10:00-11:30`): unless that cannot be, the zone is unknown.
fn offset(text: &str, in_full: bool) -> Option<(Zone, &str)> {
    let sign = match text.as_bytes().first()? {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let rest = &text[1..];
    let run = digits(rest.as_bytes());
    let (hours, minutes, rest, has_colon) = match run {
        1 | 2 => {
            let hours = number(&rest.as_bytes()[..run])?;
            match rest[run..].strip_prefix(':').and_then(|rest| take_number(rest, 2)) {
                Some((minutes, rest)) => (hours, minutes, rest, true),
                None => (hours, 0, &rest[run..], false),
            }
        }
        4 => (number(&rest.as_bytes()[..2])?, number(&rest.as_bytes()[2..4])?, &rest[4..], false),
        _ => return None,
    };
    if hours > 14 || minutes >= 60 {
        return None;
    }
    if sign < 0 && !in_full && (has_colon || run < 4) {
        return Some((Zone::Unknown, rest));
    }
    // The seconds of an offset, which only very old zones have.
    let rest = after_any(rest, &[":00"]).unwrap_or(rest);
    Some((Zone::East(sign * (hours as i32 * HOUR + minutes as i32 * 60)), rest))
}
