//! Titles as texts say them: without the site that a title names, and without the number of a page.

use super::units::{Units, scan};
use crate::types::Span;

/// What is between a title and the site that it names.
const BARS: [char; 5] = ['_', '|', '丨', '—', '-'];
/// Brackets around the number of a page.
const BRACKETS: [(char, char); 4] = [('(', ')'), ('（', '）'), ('[', ']'), ('【', '】')];
/// Characters of the number of a page.
const PAGE_NUMBER: &str = "0123456789/上中下一二三四五六七八九十";
/// Its most characters.
const LONGEST_NUMBER: usize = 5;

/// The longest part of a title between bars: what is left without the name of the site and of its section.
pub(super) fn own_part(title: &str) -> &str {
    title.split(BARS).max_by_key(|part| part.len()).unwrap_or(title)
}

/// Fills `units` with the units of a title, without the site that it names and the number of the page: those of
/// `河堤上的早市(2)_墨川网` are those of `河堤上的早市`.
pub fn scan_title(title: &str, units: &mut Units) {
    units.clear();
    let own = without_page_number(own_part(title));
    scan(own, Span::new(0, own.len()), units, &mut Default::default());
}

fn without_page_number(title: &str) -> &str {
    let title = title.trim_end();
    let numbered = |&(open, close): &(char, char)| {
        let (before, number) = title.strip_suffix(close)?.rsplit_once(open)?;
        let is_number = number.chars().count() <= LONGEST_NUMBER && number.chars().all(|c| PAGE_NUMBER.contains(c));
        (is_number && !number.is_empty()).then_some(before)
    };
    BRACKETS.iter().find_map(numbered).unwrap_or(title)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn units(title: &str) -> Vec<u32> {
        let mut units = Units::default();
        scan_title(title, &mut units);
        units.ids
    }

    #[test]
    fn pages_of_one_article_have_one_title() {
        let first = units("河堤上的早市热闹起来");
        for title in [
            "河堤上的早市热闹起来(2)",
            "河堤上的早市热闹起来（下）",
            "河堤上的早市热闹起来[2/3]_墨川网",
            "河堤上的早市，热闹起来",
        ] {
            assert_eq!(units(title), first, "{title}");
        }
        assert_ne!(units("河堤上的早市热闹起来（组图）"), first);
        assert_ne!(units("河堤上的早市热闹起来2"), first);
    }
}
