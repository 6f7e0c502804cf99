//! Times as numbers since 1970.

/// What a count of seconds since 1970 can be: from 1990 to 2099.
const SECONDS: std::ops::Range<i128> = 631_152_000..4_102_444_800;
/// Numbers of ten digits from here on may as well be a year, month, day and hour.
const HOURS: std::ops::Range<i128> = 1_990_010_100..2_099_123_124;

/// The seconds since 1970 that a number counts, be it in seconds or thousandths, millionths or billionths of them;
/// `None` for other texts. The four sizes do not meet.
pub(super) fn parse(text: &str) -> Option<i64> {
    let count = whole(text)?;
    let seconds = [1, 1_000, 1_000_000, 1_000_000_000].into_iter().map(|unit| count / unit);
    let seconds = seconds.into_iter().find(|seconds| SECONDS.contains(seconds))?;
    if HOURS.contains(&count) && is_hour(count) {
        return None;
    }
    i64::try_from(seconds).ok()
}

/// True for `2024030810`, read as a date and an hour.
fn is_hour(count: i128) -> bool {
    let (month, day, hour) = (count / 10_000 % 100, count / 100 % 100, count % 100);
    (1..=12).contains(&month) && (1..=31).contains(&day) && hour < 24
}

/// The whole part of a number; digits alone keep them all.
fn whole(text: &str) -> Option<i128> {
    let digits = without_fraction(text);
    if !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return digits.parse().ok();
    }
    let is_number = text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'e' | b'E' | b'+'));
    let number = is_number.then(|| text.parse::<f64>().ok()).flatten()?;
    (number.is_finite() && number.abs() < 1e20).then_some(number as i128)
}

/// `20240308` of `20240308.0`, as tables of floating numbers write whole ones; any other text as it is.
pub(super) fn without_fraction(text: &str) -> &str {
    match text.split_once('.') {
        Some((whole, zeros)) if !zeros.is_empty() && zeros.bytes().all(|byte| byte == b'0') => whole,
        _ => text,
    }
}
