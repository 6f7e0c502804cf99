//! What a line of a page shows by its words: credits, the page's own controls, the heads of lists of other articles. The
//! words are in `lexicon/page_lines.tsv`.

use crate::lexicon::{SITE_CONTROLS, SITE_LIST_HEADERS, pattern};
use regex::Regex;
use std::sync::LazyLock;

/// Declares functions that say whether a line has a pattern of a class of the table: the name, the class, and what is before
/// and after the pattern.
macro_rules! predicates {
    ($($(#[$doc:meta])* $name:ident = $class:literal, $before:literal, $after:literal, $sites:expr;)*) => {
        $($(#[$doc])* pub(super) fn $name(line: &str) -> bool {
            static PATTERN: LazyLock<Regex> = LazyLock::new(|| pattern($class, $before, $after, $sites));
            PATTERN.is_match(line)
        })*
    };
}

predicates! {
    /// True for a line with the label of a credit, whatever follows it.
    has_credit = "credit", "", "", None;
    /// True for a line with the label of a credit and a separator after it.
    has_label = "label", "", r"[为]?\s*[:：/丨|｜《]", None;
    /// True for a line that is labelled in another way.
    is_labelled_otherwise = "labelled", "", "", None;
    /// True for a line that says who, by a label.
    is_named = "names_somebody", "", "", None;
    /// True for a line of nothing but controls, marks and figures.
    has_controls_only = "control", "^", "+$", Some(&SITE_CONTROLS);
    /// True for a line that begins a list of other articles or a notice that follows the article.
    is_list_head = "list_header", r"^[\s【\[（(■◆●▶》>]*", "", Some(&SITE_LIST_HEADERS);
    /// True for a line that is the head of a list of comments.
    is_head_of_comments = "comments_header", "^", "[:：]?$", None;
    /// True for a line that asks the reader to go, vote or load something.
    is_asking = "asking", "", "", None;
    /// True for a line that speaks of rights in the text.
    is_rights = "rights", "", "", None;
    /// True for a line that describes a picture or credits one.
    is_picture = "picture", "", "", None;
    /// True for a line that says who its writer is: a position, a career.
    is_biography = "biography", "", "", None;
}

/// True for a line that credits somebody or says when.
pub(super) fn is_credit(line: &str) -> bool {
    has_credit(line) || is_dated(line)
}

/// True for a line that begins with a label, a colon or bar after it, or ends with a name in brackets that has one.
pub(super) fn is_labelled(line: &str) -> bool {
    has_label(line) || is_labelled_otherwise(line)
}

/// True for a line of controls only, or of marks and figures.
pub(super) fn is_control(line: &str) -> bool {
    line.len() <= 240 && has_controls_only(line.trim())
}

/// True for a line that is the head of a list of comments and nothing else.
pub(super) fn is_comments_head(line: &str) -> bool {
    line.len() <= 60 && is_head_of_comments(line.trim())
}

/// A date, with or without a clock.
static DATE: LazyLock<Regex> = LazyLock::new(|| {
    let regex = Regex::new(
        r"(?x)
        (?: (?<year>(?:19|20)?\d\d) \s* [-/.年\s] \s* )? (?<month>\d{1,2}) \s* [-/.月] \s* (?<day>\d{1,2}) (?:\s*日)?
        (?: [\sT]* (?<hour>\d{1,2}) [:：时] (?<minute>\d\d) (?: [:：分] (?<second>\d\d) )? )?",
    );
    regex.unwrap_or_else(|e| unreachable!("a fixed pattern compiles: {e}"))
});

/// True for a line that is a date and little else, or begins or ends with a date and a clock.
pub(super) fn is_dated(line: &str) -> bool {
    DATE.find_iter(line).any(|found| {
        let rest = line.chars().count() - found.as_str().chars().count();
        let clock = found.as_str().contains([':', '：', '时']);
        let year = found.as_str().starts_with(['1', '2']) && found.len() >= 8;
        (clock || year) && rest <= if clock { 40 } else { 24 }
    })
}

/// The first date of `text` with a clock, else the first with a year; without a year, `year` is put in its place.
/// As `2023-05-06 07:08:09`, to the precision written. `None` without a date or a year.
pub(super) fn first_time(text: &str, year: Option<&str>) -> Option<String> {
    let times = || DATE.captures_iter(text).filter_map(|found| written(&found, year));
    times().find(|time| time.contains(':')).or_else(|| times().next())
}

fn written(found: &regex::Captures, year: Option<&str>) -> Option<String> {
    let number = |name: &str| found.name(name).and_then(|part| part.as_str().parse::<u32>().ok());
    let (month, day) = (number("month")?, number("day")?);
    let hour = number("hour").filter(|&hour| hour < 24);
    let year = match found.name("year") {
        Some(year) if year.len() == 2 => &format!("20{}", year.as_str()),
        Some(year) => year.as_str(),
        None => year.filter(|_| hour.is_some())?,
    };
    if !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return None;
    }
    let mut out = format!("{year}-{month:02}-{day:02}");
    if let (Some(hour), Some(minute)) = (hour, number("minute")) {
        out += &format!(" {hour:02}:{minute:02}");
        if let Some(second) = number("second") {
            out += &format!(":{second:02}");
        }
    }
    Some(out)
}
