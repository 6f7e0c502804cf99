//! What part of a page an element is, by its own name and by the words in its class and id.

use rustc_hash::FxHashMap;
use std::sync::LazyLock;

/// Words and the parts that they name.
const TABLE: &str = include_str!("element_names.tsv");

/// A part of a page that elements are named after.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// What readers write.
    Comments,
    /// Menus, breadcrumbs, page headers.
    Navigation,
    /// The foot of the page.
    Footer,
    /// A column next to the article.
    Side,
    /// Lists of other articles.
    Related,
    /// Sharing, searching, signing in.
    Tools,
    /// What lies over the page until the reader answers: dialogs, consent to cookies.
    Dialog,
    /// Advertisements and subscriptions.
    Advert,
    /// Pictures and what is written under them.
    Caption,
    /// Who and when.
    Credits,
    /// What sites call the article itself.
    Article,
    /// A digest of it.
    Summary,
    /// Embedded quotations.
    Quote,
    /// The element `article`.
    ArticleElement,
    /// The element `main`, or its role.
    MainElement,
    /// A form.
    Form,
    /// `itemprop=articleBody`.
    DeclaredBody,
}

impl Part {
    fn named(name: &str) -> Option<Part> {
        Some(match name {
            "comments" => Part::Comments,
            "navigation" => Part::Navigation,
            "footer" => Part::Footer,
            "side" => Part::Side,
            "related" => Part::Related,
            "tools" => Part::Tools,
            "dialog" => Part::Dialog,
            "advert" => Part::Advert,
            "caption" => Part::Caption,
            "credits" => Part::Credits,
            "article" => Part::Article,
            "summary" => Part::Summary,
            "quote" => Part::Quote,
            _ => return None,
        })
    }
}

/// A set of parts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Parts(u32);

impl Parts {
    /// Adds one part.
    pub(super) fn put(&mut self, part: Part) {
        self.0 |= 1 << part as u32;
    }

    /// Adds the parts of another set.
    pub(super) fn add(&mut self, other: Parts) {
        self.0 |= other.0;
    }

    /// True when `part` is among them.
    pub(super) fn has(self, part: Part) -> bool {
        self.0 & (1 << part as u32) != 0
    }

    /// True when one of `parts` is among them.
    pub(super) fn has_any(self, parts: &[Part]) -> bool {
        parts.iter().any(|&part| self.has(part))
    }
}

static WORDS: LazyLock<FxHashMap<&str, Part>> = LazyLock::new(|| {
    let rows = TABLE.lines().filter(|line| !line.starts_with('#'));
    rows.filter_map(|row| row.split_once('\t')).filter_map(|(word, part)| Some((word, Part::named(part)?))).collect()
});

/// The parts that an element is named after.
pub(super) fn parts_of(name: &str, class: &str, id: &str) -> Parts {
    let mut parts = Parts::default();
    match name {
        "nav" | "header" | "menu" => parts.put(Part::Navigation),
        "footer" => parts.put(Part::Footer),
        "aside" => parts.put(Part::Side),
        "article" => parts.put(Part::ArticleElement),
        "main" => parts.put(Part::MainElement),
        "form" | "fieldset" => parts.put(Part::Form),
        "figure" | "figcaption" | "caption" => parts.put(Part::Caption),
        "blockquote" => parts.put(Part::Quote),
        "body" | "html" => return parts,
        _ => {}
    }
    for names in [class, id] {
        words(names, |word| {
            if let Some(&part) = WORDS.get(word) {
                parts.put(part);
            }
        });
    }
    parts
}

/// Calls `with` on each word of a class or id in lower case: `articleBody news_txt-2` has `article`, `body`, `news`, `txt`.
fn words(names: &str, mut with: impl FnMut(&str)) {
    let mut word = String::new();
    let mut after_small = false;
    for c in names.chars().chain([' ']) {
        let starts = c.is_ascii_uppercase() && after_small;
        if (starts || !c.is_ascii_alphabetic()) && !word.is_empty() {
            with(&word);
            word.clear();
        }
        if c.is_ascii_alphabetic() {
            word.push(c.to_ascii_lowercase());
        }
        after_small = c.is_ascii_lowercase();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_classes() {
        let mut found = Vec::new();
        words("articleBody news_txt-2 HTMLBox", |word| found.push(word.to_owned()));
        assert_eq!(found, ["article", "body", "news", "txt", "htmlbox"]);
    }

    #[test]
    fn every_row_of_the_table_names_a_part() {
        let rows: Vec<_> = TABLE.lines().filter(|line| !line.starts_with('#')).collect();
        assert_eq!(rows.len(), WORDS.len());
        assert!(parts_of("div", "x related-links", "").has(Part::Related));
        assert!(!parts_of("body", "article", "").has(Part::Article));
    }
}
