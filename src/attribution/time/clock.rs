//! The time of day next to a date.

use super::scan::{after_any, digits, number, take_number, take_word, unblank};
use super::zone::{Zone, take_name, take_zone};

/// A time of day as far as it is certain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Clock {
    pub hour: i8,
    pub minute: i8,
    pub second: Option<i8>,
    /// The zone next to it.
    pub zone: Option<Zone>,
    /// Its hour was counted to twelve twice, as Americans do.
    pub is_twelve: bool,
}

/// What was found where a clock is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ClockReading {
    /// A clock, whole.
    Clock(Clock),
    /// A clock that cannot be read for certain (`上午9时`, `13:05 am`): the day alone is known.
    Unsure,
}

/// A part of the day, and what its hours are on the clock of 24.
struct DayPart {
    names: &'static [&'static str],
    /// The hours from 0 to 24 that it can be written with, and what they are; others contradict it.
    hours: fn(u32) -> Option<u32>,
}

static AM: DayPart = DayPart { names: &["上午", "AM", "A.M.", "am"], hours: am };
static PM: DayPart = DayPart { names: &["下午", "午后", "PM", "P.M.", "pm"], hours: pm };

static DAY_PARTS: &[&DayPart] = &[
    &DayPart {
        names: &["凌晨"],
        hours: |hour| match hour {
            12 => Some(0),
            0..=6 => Some(hour),
            _ => None,
        },
    },
    &DayPart {
        names: &["清晨", "早晨", "早上", "清早"], hours: |hour| (4..=11).contains(&hour).then_some(hour)
    },
    &AM,
    &DayPart {
        names: &["中午", "正午"],
        hours: |hour| match hour {
            11..=14 => Some(hour),
            1 | 2 => Some(hour + 12),
            _ => None,
        },
    },
    &PM,
    &DayPart {
        names: &["傍晚"],
        hours: |hour| match hour {
            4..=8 => Some(hour + 12),
            16..=20 => Some(hour),
            _ => None,
        },
    },
    // After midnight it is anyone's guess which day is meant.
    &DayPart {
        names: &["晚上", "晚间", "晚間", "夜晚", "夜间", "夜間", "夜里", "深夜", "半夜", "午夜", "今晚", "当晚", "晚"],
        hours: |hour| match hour {
            5..=11 => Some(hour + 12),
            17..=23 => Some(hour),
            _ => None,
        },
    },
];

fn am(hour: u32) -> Option<u32> {
    (hour <= 12).then_some(hour % 12)
}

fn pm(hour: u32) -> Option<u32> {
    match hour {
        12..=23 => Some(hour),
        1..=11 => Some(hour + 12),
        _ => None,
    }
}

const WEEKDAYS: &[&str] = &["星期", "周", "週", "礼拜", "禮拜"];
const ENGLISH_DAYS: &[&str] = &["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/// The clock behind a date: `T09:10:35`, ` 09:10`, `（周五）下午3:05`, `, 3:05 pm EST`.
pub(super) fn behind(text: &str) -> (Option<ClockReading>, &str) {
    let direct = text.strip_prefix(['T', 't']).filter(|rest| digits(rest.as_bytes()) > 0);
    let (zone, rest) = match direct {
        Some(rest) => (None, rest),
        None => gap(text),
    };
    match take_clock(rest, direct.is_some()) {
        Some((ClockReading::Clock(mut clock), rest)) => {
            clock.zone = clock.zone.or(zone);
            (Some(ClockReading::Clock(clock)), rest)
        }
        Some((ClockReading::Unsure, rest)) => (Some(ClockReading::Unsure), rest),
        None => (None, text),
    }
}

/// The clock that ends right before a date, when nothing but a comma or a weekday is between: `22:12 EST, `.
pub(super) fn before(text: &str) -> Option<ClockReading> {
    let starts = text.char_indices().rev().take(40).map(|(at, _)| at);
    let mut best = None;
    for at in starts {
        let rest = &text[at..];
        let is_begin = !text[..at].ends_with(|c: char| c.is_ascii_alphanumeric() || matches!(c, ':' | '.' | '-' | '/'));
        if !is_begin {
            continue;
        }
        if let Some((found, behind)) = take_clock(rest, false)
            && gap(behind).1.is_empty()
        {
            best = Some(found);
        }
    }
    best
}

/// What may be between a date and its clock, passed: blanks, commas, a weekday, a zone in words, `at`.
pub(super) fn gap(text: &str) -> (Option<Zone>, &str) {
    let (mut zone, mut rest) = (None, text);
    loop {
        let before = rest.len();
        rest = rest.trim_start_matches([' ', '\t', ',', '·', '•', '|', '(', ')', '[', ']', '，', '、']);
        rest = rest.strip_prefix("- ").unwrap_or(rest);
        if let Some(behind) = after_weekday(rest) {
            rest = behind;
        }
        if let Some((named, behind)) = take_name(rest) {
            (zone, rest) = (Some(named), behind);
        }
        let (word, behind) = take_word(rest);
        if matches!(word, "at" | "At" | "on" | "On") {
            rest = behind;
        }
        if rest.len() == before {
            return (zone, rest);
        }
    }
}

/// What follows the weekday that `text` begins with.
pub(super) fn after_weekday(text: &str) -> Option<&str> {
    if let Some(rest) = after_any(text, WEEKDAYS) {
        return after_any(rest, &["一", "二", "三", "四", "五", "六", "日", "天", "1", "2", "3", "4", "5", "6", "7"]);
    }
    let (word, rest) = take_word(text);
    weekday(word)?;
    Some(rest.strip_prefix('.').unwrap_or(rest))
}

/// The number of an English weekday, from Monday as 0.
pub(super) fn weekday(word: &str) -> Option<usize> {
    let word = word.to_ascii_lowercase();
    let day = ENGLISH_DAYS.iter().position(|day| word.starts_with(day))?;
    let full = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"][day];
    (full.starts_with(&*word) && (word.len() <= 5 || word == full)).then_some(day)
}

/// A clock at the start of `text`, and the rest of it. `is_iso` is true right behind a `T`.
fn take_clock(text: &str, is_iso: bool) -> Option<(ClockReading, &str)> {
    let (part, rest) = day_part(text);
    let (hour, rest) = match digits(rest.as_bytes()) {
        1 | 2 => take_number(rest, 2)?,
        4 | 6 if part.is_none() => return run_together(rest, is_iso),
        _ => return None,
    };
    let (minute, second, rest) = match minutes(rest) {
        Some(found) => found,
        None => {
            let (behind, _) = meridiem(rest);
            let is_hour = behind.is_some() || after_any(rest, &["时", "時", "点", "點"]).is_some();
            return if is_hour { hour_alone(hour, part, rest) } else { None };
        }
    };
    let (behind, rest) = meridiem(rest);
    let hour24 = match part.or(behind) {
        Some(part) => (part.hours)(hour),
        None => (hour < 24).then_some(hour),
    };
    let (zone, rest) = zone_behind(rest, second.is_some() || is_iso);
    let fits = hour <= 24 && minute < 60 && second.is_none_or(|second| second < 60);
    if !fits {
        return None;
    }
    let Some(hour24) = hour24 else { return Some((ClockReading::Unsure, rest)) };
    let clock = Clock {
        hour: hour24 as i8,
        minute: minute as i8,
        second: second.map(|second| second as i8),
        zone,
        is_twelve: behind.is_some(),
    };
    Some((ClockReading::Clock(clock), rest))
}

/// `9 pm` is nine o'clock; `9时` names an hour of sixty minutes.
fn hour_alone<'t>(hour: u32, part: Option<&DayPart>, rest: &'t str) -> Option<(ClockReading, &'t str)> {
    if let Some(rest) = after_any(rest, &["点整", "點整", "时整", "時整"]) {
        let hour = part.map_or((hour < 24).then_some(hour), |part| (part.hours)(hour));
        let (zone, rest) = zone_behind(rest, false);
        let clock = |hour: u32| Clock { hour: hour as i8, minute: 0, second: None, zone, is_twelve: false };
        return Some((hour.map_or(ClockReading::Unsure, |hour| ClockReading::Clock(clock(hour))), rest));
    }
    if let Some(rest) = after_any(rest, &["时", "時", "点", "點"]) {
        return Some((ClockReading::Unsure, rest));
    }
    let (behind, rest) = meridiem(rest);
    let hour = (behind?.hours)(hour);
    let (zone, rest) = zone_behind(rest, false);
    let clock = |hour: u32| Clock { hour: hour as i8, minute: 0, second: None, zone, is_twelve: true };
    Some((hour.map_or(ClockReading::Unsure, |hour| ClockReading::Clock(clock(hour))), rest))
}

/// `101230`, `1012` behind a `T` or a blank, with a zone unless a `T` says what it is.
fn run_together(text: &str, is_iso: bool) -> Option<(ClockReading, &str)> {
    let run = digits(text.as_bytes());
    let two = |at: usize| number(&text.as_bytes()[at..at + 2]);
    let (hour, minute) = (two(0)?, two(2)?);
    let second = if run == 6 { Some(two(4)?) } else { None };
    let (zone, rest) = zone_behind(fraction(&text[run..]), true);
    let fits = hour < 24 && minute < 60 && second.is_none_or(|second| second < 60);
    let clock = Clock {
        hour: hour as i8,
        minute: minute as i8,
        second: second.map(|second| second as i8),
        zone,
        is_twelve: false,
    };
    (fits && (is_iso || zone.is_some_and(|zone| zone != Zone::Unknown))).then_some((ClockReading::Clock(clock), rest))
}

/// The minutes behind an hour, and the seconds behind those.
fn minutes(text: &str) -> Option<(u32, Option<u32>, &str)> {
    if let Some(rest) = after_any(text, &["点半", "點半", "时半"]) {
        return Some((30, None, rest));
    }
    if let Some(rest) = text.strip_prefix('.') {
        // `9.12pm`, `21.12 GMT`: a point alone is a decimal point.
        let (minute, rest) = take_number(rest, 2).filter(|(_, rest)| text.len() - rest.len() == 3)?;
        let is_clock =
            meridiem(rest).0.is_some() || take_zone(rest, false).is_some_and(|(zone, _)| zone != Zone::Unknown);
        return is_clock.then_some((minute, None, rest));
    }
    let rest = after_any(text, &[":", "时", "時", "点", "點"])?;
    let (minute, rest) = take_number(unblank(rest), 2)?;
    let second = after_any(rest, &[":", "分", "'"]).map(unblank).and_then(|rest| take_number(rest, 2));
    match second {
        Some((second, rest)) => Some((minute, Some(second), rest.strip_prefix('秒').unwrap_or(fraction(rest)))),
        None => Some((minute, None, rest.strip_prefix('分').unwrap_or(rest))),
    }
}

fn fraction(text: &str) -> &str {
    match text.strip_prefix(['.', ',']) {
        Some(rest) if digits(rest.as_bytes()) > 0 => &rest[digits(rest.as_bytes())..],
        _ => text,
    }
}

/// The part of the day before a clock.
fn day_part(text: &str) -> (Option<&'static DayPart>, &str) {
    for part in DAY_PARTS {
        for name in part.names {
            if let Some(rest) = text.strip_prefix(name)
                && digits(unblank(rest).as_bytes()) > 0
            {
                return (Some(part), unblank(rest));
            }
        }
    }
    (None, text)
}

/// `am`, `p.m.`, `PM` behind a clock.
fn meridiem(text: &str) -> (Option<&'static DayPart>, &str) {
    let rest = unblank(text);
    let lower = |at: usize| rest.as_bytes().get(at).map(u8::to_ascii_lowercase);
    let part = match lower(0) {
        Some(b'a') => &AM,
        Some(b'p') => &PM,
        _ => return (None, text),
    };
    let length = match (lower(1), lower(2), lower(3)) {
        (Some(b'.'), Some(b'm'), Some(b'.')) => 4,
        (Some(b'.'), Some(b'm'), _) => 3,
        (Some(b'm'), Some(b'.'), _) => 3,
        (Some(b'm'), _, _) => 2,
        _ => return (None, text),
    };
    let rest = &rest[length..];
    if rest.starts_with(|c: char| c.is_ascii_alphanumeric()) { (None, text) } else { (Some(part), rest) }
}

fn zone_behind(text: &str, in_full: bool) -> (Option<Zone>, &str) {
    match take_zone(text, in_full) {
        Some((zone, rest)) => (Some(zone), rest),
        None => (None, text),
    }
}
