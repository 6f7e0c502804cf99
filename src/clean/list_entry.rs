//! How sites end every entry of a list of other articles: with the day it appeared, or with a word of a button.

/// What an entry of a list ends with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ending<'t> {
    /// A day in figures, whichever it is: `07-13`, `2018/07/13`.
    Day,
    /// A capitalised word in Latin letters that no punctuation follows: `Shares`. A list of the article's own ends its
    /// lines with units (`47 percent`).
    Word(&'t str),
}

/// The shortest word of a button; shorter ones end lines of verse and tables.
const WORD: usize = 4;

/// What a line ends with, if entries of lists end so.
pub(super) fn ending(line: &str) -> Option<Ending<'_>> {
    if ends_with_day(line.trim_end_matches([')', ']', '）'])) {
        return Some(Ending::Day);
    }
    let word = &line[line.trim_end_matches(|c: char| c.is_ascii_alphabetic()).len()..];
    let is_button = (WORD..line.len()).contains(&word.len()) && word.starts_with(|c: char| c.is_ascii_uppercase());
    is_button.then_some(Ending::Word(word))
}

/// True for a line that ends with a month and a day of two figures each.
fn ends_with_day(line: &str) -> bool {
    let [before @ .., month @ (b'0'..=b'1'), m, b'-' | b'/', day @ (b'0'..=b'3'), d] = line.as_bytes() else {
        return false;
    };
    let number = |tens: &u8, ones: &u8| ones.is_ascii_digit().then(|| 10 * (tens - b'0') + (ones - b'0'));
    let is_month = number(month, m).is_some_and(|month| (1..=12).contains(&month));
    !before.last().is_some_and(u8::is_ascii_digit)
        && is_month
        && number(day, d).is_some_and(|day| (1..=31).contains(&day))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_words_of_buttons_end_entries() {
        for entry in ["渡口停航三天07-13", "渡口停航三天。[07-13]", "渡口停航 2018/07/13", "渡口 12-31"]
        {
            assert_eq!(ending(entry), Some(Ending::Day), "{entry}");
        }
        assert_eq!(ending("Ferry stays in port Shares"), Some(Ending::Word("Shares")));
        for other in [
            "客队 98-87",
            "均价 12.31",
            "2007-13",
            "渡口 13-31",
            "比分 2-1",
            "The ferry stays in port.",
            "渡口停航三天",
            "up to",
            "Shares",
            "",
        ] {
            assert_eq!(ending(other), None, "{other}");
        }
    }
}
