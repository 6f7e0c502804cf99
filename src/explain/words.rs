//! Plain text for terminals: lines that fit, excerpts, shares in words.

pub(crate) use crate::records::count;
pub(super) use crate::report::shortened;

/// Columns of a line of an explanation.
const WIDTH: usize = 92;
/// Characters at the beginning of an excerpt, and at its end.
const HEAD: usize = 24;
const TAIL: usize = 12;

/// An explanation as it grows.
#[derive(Default)]
pub(super) struct Sheet {
    text: String,
}

impl Sheet {
    /// A heading with an empty line before it.
    pub(super) fn heading(&mut self, heading: &str) {
        if !self.text.is_empty() {
            self.text.push('\n');
        }
        self.line(0, heading);
    }

    /// A line, broken where it is too long; indented by `indent` columns.
    pub(super) fn line(&mut self, indent: usize, line: &str) {
        self.hanging(indent, indent, line);
    }

    /// A line whose further lines are indented by `rest` columns.
    pub(super) fn hanging(&mut self, first: usize, rest: usize, line: &str) {
        for (k, part) in wrapped(&plain(line), [WIDTH - first, WIDTH - rest]).iter().enumerate() {
            let indent = if k == 0 { first } else { rest };
            self.text.extend(std::iter::repeat_n(' ', indent));
            self.text.push_str(part);
            self.text.push('\n');
        }
    }

    pub(super) fn done(self) -> String {
        self.text
    }
}

/// A page's words must not command the terminal: control characters become blanks.
fn plain(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

/// Columns that a character takes on a terminal: two for Han, kana, Hangul, and full width.
fn columns(c: char) -> usize {
    let wide = matches!(c as u32,
        0x1100..=0x115F | 0x2E80..=0xA4CF | 0xAC00..=0xD7A3 | 0xF900..=0xFAFF | 0xFE30..=0xFE4F
        | 0xFF00..=0xFF60 | 0xFFE0..=0xFFE6 | 0x1F300..=0x1FAFF | 0x20000..=0x3FFFD);
    if wide { 2 } else { 1 }
}

/// Breaks a line at blanks, and next to wide characters; `widths` of its first part and of the others.
fn wrapped(line: &str, widths: [usize; 2]) -> Vec<String> {
    let mut lines = Vec::new();
    let (mut current, mut used) = (String::new(), 0);
    let (mut may_break, mut previous) = (None, None);
    for c in line.chars() {
        if previous.is_some_and(|before| breaks_between(before, c)) {
            may_break = Some(current.len());
        }
        let width = widths[usize::from(!lines.is_empty())];
        if used + columns(c) > width && !current.is_empty() {
            let rest = current.split_off(may_break.take().unwrap_or(current.len()));
            lines.push(current.trim_end().to_owned());
            current = rest.trim_start().to_owned();
            used = current.chars().map(columns).sum();
        }
        current.push(c);
        used += columns(c);
        previous = Some(c);
    }
    lines.push(current.trim_end().to_owned());
    lines
}

/// True where a line may end: after a blank, and next to a wide character unless it would separate a mark.
fn breaks_between(before: char, after: char) -> bool {
    const CLOSING: &str = "，。、；：！？）》」』】…”,.;:)]%";
    const OPENING: &str = "（《「『【“([";
    let wide = columns(before) == 2 || columns(after) == 2;
    before == ' ' || wide && !CLOSING.contains(after) && !OPENING.contains(before)
}

/// The first and last words of a stretch of text.
pub(crate) fn excerpt(text: &str) -> String {
    let line: Vec<char> = text.split_whitespace().collect::<Vec<_>>().join(" ").chars().collect();
    if line.len() <= HEAD + TAIL + 3 {
        return line.into_iter().collect();
    }
    let (head, tail) = (&line[..HEAD], &line[line.len() - TAIL..]);
    head.iter().chain([&' ', &'…', &' ']).chain(tail).collect()
}

/// A share as a percentage.
pub(crate) fn percent(share: f32) -> String {
    format!("{:.0} %", 100.0 * share)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_break_at_blanks_and_between_han() {
        assert_eq!(wrapped("one two three", [8; 2]), ["one two", "three"]);
        assert_eq!(wrapped("口袋公园，多了一抹绿", [9, 7]), ["口袋公", "园，多", "了一抹", "绿"]);
        assert_eq!(wrapped("unbreakable", [4; 2]), ["unbr", "eaka", "ble"]);
    }

    #[test]
    fn pages_cannot_command_the_terminal() {
        let mut sheet = Sheet::default();
        sheet.line(2, "red\u{1b}[31m");
        assert_eq!(sheet.done(), "  red [31m\n");
    }

    #[test]
    fn excerpts_show_both_ends() {
        let long = "甲".repeat(30) + &"乙".repeat(30);
        assert_eq!(excerpt(&long), "甲".repeat(24) + " … " + &"乙".repeat(12));
        assert_eq!(excerpt("短 句"), "短 句");
    }
}
