//! Patterns of whole lines: words that are not looked for as they are.

use super::{Words, rows};
use regex::Regex;

const TABLE: &str = include_str!("page_lines.tsv");

/// Any pattern of a class between `before` and `after`. `words`, of single sites, count as patterns of the class too.
pub(crate) fn pattern(class: &str, before: &str, after: &str, words: Option<&Words>) -> Regex {
    let of_class = rows(TABLE).filter(|row| row[1] == class).map(shown);
    let of_sites = words.into_iter().flat_map(Words::iter).map(regex::escape);
    let any = of_class.chain(of_sites).collect::<Vec<_>>().join("|");
    let regex = Regex::new(&format!("{before}(?:{any}){after}"));
    regex.unwrap_or_else(|e| unreachable!("the patterns of a class compile, which a test checks: {e}"))
}

/// A pattern as it is looked for: in Latin letters in either case.
fn shown(row: Vec<&'static str>) -> String {
    if row[2] == "latin" { format!("(?i:{})", row[0]) } else { row[0].to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_pattern_compiles_and_is_once_in_its_class() {
        let mut seen = BTreeSet::new();
        for row in rows(TABLE) {
            assert_eq!(row.len(), 4, "{row:?}");
            assert!(matches!(row[2], "han" | "latin"), "{row:?}");
            assert!(seen.insert((row[0], row[1])), "{row:?}");
            assert!(Regex::new(&shown(row.clone())).is_ok_and(|regex| !regex.is_match("")), "{row:?}");
        }
        let classes: BTreeSet<&str> = seen.into_iter().map(|(_, class)| class).collect();
        classes.into_iter().for_each(|class| assert!(!pattern(class, "", "", None).is_match("")));
    }

    #[test]
    fn latin_letters_match_in_either_case() {
        let asking = pattern("asking", "^", "$", None);
        assert!(asking.is_match("Read More") && asking.is_match("点击"));
        assert!(!pattern("control", "^", "$", None).is_match("t"), "unless the pattern says otherwise");
    }
}
