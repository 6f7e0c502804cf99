//! Lines that repeat what a page's head calls the page.

use super::lines::PageLine;
use super::words::is_labelled;

/// True for a line outside links that repeats one of the titles.
pub(super) fn is_headline(line: &PageLine, titles: &[String]) -> bool {
    !line.is_linked() && titles.iter().any(|title| is_title(&line.text, title))
}

/// True when `line` is most of the title, or all of it with little besides.
fn is_title(line: &str, title: &str) -> bool {
    if is_labelled(line) || is_breadcrumb(line) {
        return false;
    }
    let (line, title) = (plain(line), plain(title));
    let (shorter, longer) = (line.chars().count(), title.chars().count());
    // A site's name is at the end of a title, a headline at its beginning.
    let within = shorter * 2 >= longer || (shorter >= 10 && title.starts_with(&line));
    (shorter >= 4 && within && title.contains(&line))
        || (longer >= 8 && shorter <= longer + 10 && line.contains(&title))
}

/// A breadcrumb, the way from the front page to here: `首页 > 要闻 > 正文`.
pub(super) fn is_breadcrumb(line: &str) -> bool {
    line.chars().filter(|c| matches!(c, '>' | '＞' | '»' | '›')).count() >= 2
        || line.contains(">>")
        || line.contains("首页")
}

/// The letters and digits of a text.
pub(super) fn plain(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).collect()
}
