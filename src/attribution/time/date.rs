//! The first date of a text, with the clock and the zone next to it.

use super::clock::{self, ClockReading, after_weekday, weekday};
use super::scan::{after_any, digits, number, take_number, take_word, unblank};
use super::zone::{Zone, take_name, take_zone};
use super::{WrittenTime, YEARS};

/// How the era of Taiwan begins, `民國`.
const ERA: char = '民';

/// What may be written where.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum TimePlace {
    /// Somewhere in a line of a page.
    Page,
    /// The whole value of a field, in which short forms are dates, too.
    Field,
}

/// A date, and what follows it.
type Day<'t> = (WrittenTime, &'t str);

/// The first date that `text` writes, in [`super::normal`] spelling.
pub(super) fn first(text: &str, place: TimePlace) -> Option<WrittenTime> {
    let kind = |c: char| (c.is_ascii_digit(), c.is_ascii_alphabetic());
    let mut last = (false, false);
    for (at, c) in text.char_indices() {
        let goes_on = std::mem::replace(&mut last, kind(c)) == kind(c);
        if c != ERA && (goes_on || !c.is_ascii_alphanumeric()) {
            continue;
        }
        let (before, here) = text.split_at(at);
        if let Some((mut found, rest)) = at_digits(here, before, place).or_else(|| at_month(here)) {
            found.set_clock(before, rest);
            return Some(found);
        }
    }
    None
}

impl WrittenTime {
    /// Takes the clock next to a date. One that cannot be read for certain leaves the day alone.
    fn set_clock(&mut self, before: &str, rest: &str) {
        if self.clock.is_some() {
            return;
        }
        let (behind, after) = clock::behind(rest);
        // `22:12, 7 March 2024 | 02:12, 8 March 2024`: behind a bar begins something else.
        let is_apart = rest[..rest.len() - after.len()].contains('|');
        let found = match behind {
            Some(found) if !is_apart => Some(found),
            behind => clock::before(before).or(behind),
        };
        let Some(ClockReading::Clock(clock)) = found else { return };
        let zone = clock.zone.or_else(|| zone_before(before));
        let zone = match zone {
            // Chinese pages and databases write the year first; Americans count to twelve.
            Some(Zone::Cst) if clock.is_twelve => Some(Zone::East(-6 * 3600)),
            Some(Zone::Cst) if self.is_year_first => Some(Zone::East(8 * 3600)),
            zone => zone,
        };
        self.clock = Some(clock);
        self.zone = zone;
    }
}

/// A zone in words right before a date: `北京时间2024年3月8日`.
fn zone_before(text: &str) -> Option<Zone> {
    let text = text.trim_end();
    let at = text.char_indices().rev().take(6).map(|(at, _)| at);
    at.filter_map(|at| take_name(&text[at..])).find(|(_, rest)| rest.is_empty()).map(|(zone, _)| zone)
}

/// A date that begins with digits, or the era of Taiwan.
fn at_digits<'t>(text: &'t str, before: &str, place: TimePlace) -> Option<Day<'t>> {
    if let Some(rest) = after_any(text, &["民国", "民國"]) {
        let (year, rest) = take_number(unblank(rest), 3)?;
        return year_first(year + 1911, rest);
    }
    let run = digits(text.as_bytes());
    match run {
        4 => year_first(number(&text.as_bytes()[..4])?, &text[4..]),
        8 | 12 | 14 => compact(text, run, before, place),
        // The republic of China counts from 1912: no other year has three digits.
        3 if place == TimePlace::Field && before.is_empty() => {
            let (year, rest) = take_number(text, 3)?;
            (100..200).contains(&year).then(|| year_first(year + 1911, rest)).flatten()
        }
        1 | 2 => short(text, before, place),
        _ => None,
    }
}

/// What is behind a year of four digits: `-03-08`, `年3月8日`, `/3/8`, ` Mar 8`.
fn year_first(year: u32, text: &str) -> Option<Day<'_>> {
    let rest = unblank(text);
    let Some(rest) = after_any(rest, &["-", "/", ".", "年"]).map(unblank) else {
        let (month, rest) = take_month(rest)?;
        let (day, rest) = take_number(rest.trim_start_matches([' ', '-', '.']), 2)?;
        return Some((WrittenTime::day(year, month, day)?.year_first(), rest));
    };
    let (month, rest) = match take_month(rest) {
        Some((month, rest)) => (month, rest),
        None => take_number(rest, 2)?,
    };
    let rest = unblank(after_any(unblank(rest), &["-", "/", ".", "月"])?);
    let (day, rest) = take_day(rest)?;
    let rest = after_any(rest, &["日", "号", "號"]).unwrap_or(rest);
    Some((WrittenTime::day(year, month, day)?.year_first(), rest))
}

/// A day of one or two digits. A clock may follow without a blank, as where pages lost theirs: `2024-03-0810:12`.
fn take_day(text: &str) -> Option<(u32, &str)> {
    match digits(text.as_bytes()) {
        3 | 4 if text.as_bytes().get(digits(text.as_bytes())) == Some(&b':') => {
            Some((number(&text.as_bytes()[..2])?, &text[2..]))
        }
        _ => take_number(text, 2),
    }
}

/// `20240308`, `20240308101230`: all of a text, or, the day alone, before a clock.
fn compact<'t>(text: &'t str, run: usize, before: &str, place: TimePlace) -> Option<Day<'t>> {
    let part = |from: usize, to: usize| number(&text.as_bytes()[from..to]);
    let rest = &text[run..];
    let mut found = WrittenTime::day(part(0, 4)?, part(4, 6)?, part(6, 8)?)?.year_first();
    let is_all = before.trim().is_empty() && rest.trim().is_empty();
    if run == 8 {
        let has_clock = matches!(clock::behind(rest).0, Some(ClockReading::Clock(_)));
        return (is_all || has_clock).then_some((found, rest));
    }
    if place == TimePlace::Page || !before.trim().is_empty() {
        return None;
    }
    let second = if run == 14 { Some(part(12, 14)?) } else { None };
    let (hour, minute) = (part(8, 10)?, part(10, 12)?);
    if hour > 23 || minute > 59 || second.is_some_and(|second| second > 59) {
        return None;
    }
    let (zone, rest) = take_zone(rest, true).map_or((None, rest), |(zone, rest)| (Some(zone), rest));
    found.clock = Some(clock::Clock {
        hour: hour as i8,
        minute: minute as i8,
        second: second.map(|second| second as i8),
        zone,
        is_twelve: false,
    });
    found.zone = zone;
    rest.trim().is_empty().then_some((found, rest))
}

/// A date that begins with a number of one or two digits: `8 March 2024`, `28/02/2024`, `24年3月8日` in a field.
fn short<'t>(text: &'t str, before: &str, place: TimePlace) -> Option<Day<'t>> {
    let (first, rest) = take_number(text, 2)?;
    if let Some(found) = day_and_month(first, rest, before) {
        return Some(found);
    }
    if rest.starts_with('年') {
        let is_all = place == TimePlace::Field && before.trim().is_empty() && (10..50).contains(&first);
        return is_all.then(|| year_first(2000 + first, rest)).flatten();
    }
    let mark = rest.chars().next().filter(|mark| matches!(mark, '/' | '-' | '.'))?;
    let (second, rest) = take_number(&rest[1..], 2)?;
    let rest = rest.strip_prefix(mark)?;
    let (year, rest) = take_year(rest)?;
    let (day, month) = match (first, second) {
        (13.., _) => (first, second),
        (_, 13..) => (second, first),
        // In Europe, where points are written, the day comes first; with strokes nobody can know.
        _ if first == second || mark == '.' => (first, second),
        _ => return by_weekday(first, second, year, before, rest),
    };
    Some((WrittenTime::day(year, month, day)?, rest))
}

/// Which of two numbers is the day, if the weekday next to them shows it.
fn by_weekday<'t>(first: u32, second: u32, year: u32, before: &str, rest: &'t str) -> Option<Day<'t>> {
    let word = before.trim_end_matches([' ', ',', '.']).rsplit(|c: char| !c.is_ascii_alphabetic()).next()?;
    let named = weekday(word)?;
    let is = |found: &WrittenTime| found.date.weekday().to_monday_zero_offset() as usize == named;
    let day_first = WrittenTime::day(year, second, first).filter(is);
    let month_first = WrittenTime::day(year, first, second).filter(is);
    let found = if day_first.is_some() && month_first.is_some() { None } else { day_first.or(month_first) };
    Some((found?, rest))
}

/// `8 March 2024`, `8th of Mar., 2024`, `08-Mar-2024`; a year of two digits behind a weekday that fits it.
fn day_and_month<'t>(day: u32, rest: &'t str, before: &str) -> Option<Day<'t>> {
    let (word, behind) = take_word(rest);
    let rest = if matches!(word, "st" | "nd" | "rd" | "th") { behind } else { rest };
    let rest = rest.trim_start_matches([' ', '-', '/', '.']);
    let rest = rest.strip_prefix("of ").unwrap_or(rest);
    let (month, rest) = take_month(rest)?;
    let rest = rest.trim_start_matches([' ', '-', '/', '.', ',']);
    if let Some((year, rest)) = take_year(rest) {
        return Some((WrittenTime::day(year, month, day)?, rest));
    }
    let (year, rest) = take_number(rest, 2)?;
    let word = before.trim_end_matches([' ', ',']).rsplit(|c: char| !c.is_ascii_alphabetic()).next()?;
    let found = WrittenTime::day(2000 + year, month, day)?;
    let fits = weekday(word).is_some_and(|day| found.date.weekday().to_monday_zero_offset() as usize == day);
    fits.then_some((found, rest))
}

/// A date that begins with the name of a month: `March 8, 2024`, `Mar 08 2024`, `Mar  8 10:12:30 CST 2024`.
fn at_month(text: &str) -> Option<Day<'_>> {
    let (month, rest) = take_month(text)?;
    let (day, rest) = take_number(rest.trim_start_matches([' ', '-', '/']), 2)?;
    let (word, behind) = take_word(rest);
    let rest = if matches!(word, "st" | "nd" | "rd" | "th") { behind } else { rest };
    let ahead = rest.trim_start_matches([' ', ',', '-', '/', '.']);
    if let Some((year, rest)) = take_year(ahead) {
        return Some((WrittenTime::day(year, month, day)?, rest));
    }
    // `March 8, Friday, 2024`.
    if let Some((year, rest)) = after_weekday(ahead).and_then(|rest| take_year(rest.trim_start_matches([' ', ',']))) {
        return Some((WrittenTime::day(year, month, day)?, rest));
    }
    let (found, rest) = clock::behind(rest);
    let Some(ClockReading::Clock(clock)) = found else { return None };
    let (year, rest) = take_year(rest.trim_start_matches([' ', ',']))?;
    let mut found = WrittenTime::day(year, month, day)?;
    (found.clock, found.zone) = (Some(clock), clock.zone);
    Some((found, rest))
}

fn take_year(text: &str) -> Option<(u32, &str)> {
    let (year, rest) = take_number(text, 4)?;
    let is_year = i16::try_from(year).is_ok_and(|year| YEARS.contains(&year));
    is_year.then_some((year, rest))
}

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// The month whose name, whole or cut (`Mar.`, `Sept`), `text` begins with.
pub(super) fn take_month(text: &str) -> Option<(u32, &str)> {
    let (word, rest) = take_word(text);
    let is_it = |month: &str| {
        let is_cut = word.len() == 3 || word.len() == 4 && month == "september";
        (is_cut || word.len() == month.len()) && month.get(..word.len()).is_some_and(|m| m.eq_ignore_ascii_case(word))
    };
    let month = MONTHS.iter().position(|month| is_it(month))?;
    Some((month as u32 + 1, rest.strip_prefix('.').unwrap_or(rest)))
}
