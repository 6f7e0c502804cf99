//! The answer about a page in words.

use super::query::{ClosePage, IndexedCluster, QueryAnswer};
use crate::explain::{count, excerpt, percent, relation, set_in_words};
use crate::records::{ClusterRecord, MemberRecord};
use crate::verify::Kind;
use std::fmt::Write;

/// Close pages that are named.
const SHOWN: usize = 8;
/// Passages of each that are shown.
const PASSAGES: usize = 3;

impl QueryAnswer {
    /// The answer as plain text for terminals: the set and the page that it was most likely copied from, the origin with
    /// the evidence, the closest pages with what they share.
    pub fn in_words(&self) -> String {
        let mut text = String::new();
        // Writing to a string does not fail.
        _ = writeln!(text, "{}", self.introduction());
        match (&self.set, &self.place) {
            (Some(set), place) => {
                _ = writeln!(text, "  {}", membership(&set.record));
                place.iter().for_each(|place| _ = writeln!(text, "  {}", self.descent(place)));
            }
            (None, _) => _ = writeln!(text, "  It belongs to no reprint set of the index."),
        }
        if !self.closest.is_empty() {
            _ = writeln!(text, "\nClosest pages");
            self.closest.iter().take(SHOWN).for_each(|close| text.push_str(&in_words(close)));
        }
        if let Some(set) = &self.set {
            let this = (
                self.page.id.clone(),
                (self.page.outlet.clone(), self.page.published.as_ref().map(ToString::to_string)),
            );
            let origin = self.origin.clone().or_else(|| set.record.origin.clone());
            let pages = set.pages.clone().into_iter().chain([this]).collect();
            _ = write!(text, "\n{}", set_in_words(ClusterRecord { origin, ..set.record.clone() }, pages));
        }
        text
    }

    fn introduction(&self) -> String {
        let page = &self.page;
        let title = page.title.as_ref().map_or_else(String::new, |title| format!(": {title}"));
        match page.units {
            0 => format!("{}{title}: no article was found on it", page.id),
            units => format!("{}{title} ({units} units)", page.id),
        }
    }

    /// What the page was copied from.
    fn descent(&self, place: &MemberRecord) -> String {
        let relation = place.relation.map_or("a copy", relation);
        let kept =
            place.containment.map_or_else(String::new, |kept| format!(", which has {} of it", percent(kept as f32)));
        match (&place.parent, place.parent_probability) {
            (Some(parent), p) => {
                format!("It is most likely {relation} of {parent} (probability {:.2}){kept}.", p.unwrap_or_default())
            }
            (None, _) if self.is_origin() => "It is most likely the origin itself.".to_owned(),
            (None, _) => format!("It is most likely {relation} of a text that has no page in the index."),
        }
    }

    fn is_origin(&self) -> bool {
        self.origin.as_ref().is_some_and(|origin| origin.document.as_ref() == Some(&self.page.id))
    }
}

impl IndexedCluster {
    /// The set as plain text for terminals: where it came from, with the evidence, and its pages.
    pub fn in_words(&self) -> String {
        set_in_words(self.record.clone(), self.pages.clone())
    }
}

fn membership(set: &ClusterRecord) -> String {
    let title = set.title.as_ref().map_or_else(String::new, |title| format!(" “{title}”"));
    let (pages, outlets) = (count(set.size, "page"), count(set.outlets, "known outlet"));
    format!("It belongs to reprint set {}{title}: {pages} of {outlets}.", set.cluster)
}

fn in_words(close: &ClosePage) -> String {
    let kind = match close.kind {
        Kind::Reprint => "the same article",
        Kind::Part => "a part of the same article",
        Kind::Contained => "one contains the other",
        Kind::Template => "the same form, filled in again",
        Kind::CommonSource => "text of a third source",
        Kind::Passage => "a passage in common",
    };
    let outlet = close.outlet.as_deref().unwrap_or("outlet unknown");
    let time = close.published.as_ref().map_or_else(|| "no time".to_owned(), ToString::to_string);
    let set = close.cluster.map_or_else(|| "in no set".to_owned(), |number| format!("set {number}"));
    let mut text = format!("  {} ({outlet}, {time}; {set})\n", close.id);
    let (this, other) = (percent(close.containment as f32), percent(close.containment_of_other as f32));
    let p = close.probability;
    _ = writeln!(text, "    {kind}, probability {p:.2}; it has {this} of this page, and this page {other} of it");
    let mut passages: Vec<&super::SharedPassage> = close.passages.iter().collect();
    passages.sort_by_key(|passage| std::cmp::Reverse(passage.page[1] - passage.page[0]));
    passages.iter().take(PASSAGES).for_each(|passage| _ = writeln!(text, "      “{}”", excerpt(&passage.text)));
    text
}
