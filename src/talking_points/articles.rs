//! The article of a page, line by line: its headline, where that stands before the body, and its body.

use super::token::{PAIRS, QUOTES};
use crate::clean::{self, CleanDoc, FurnitureModel, GroupKeys, Units};
use crate::lexicon::is_sentence_end;
use crate::pages::Pages;
use crate::types::{DocId, Span};

/// Hands out the articles of a corpus. Where they stand is known, so no page is cleaned again.
pub trait Articles: Sync {
    /// Calls `with` on the article of a page.
    fn article(&self, doc: DocId, with: &mut dyn FnMut(&Article));
}

/// Where the article of a page stands in its text.
#[derive(Clone, Copy, Debug)]
pub struct Article<'a> {
    /// The text as read.
    pub text: &'a str,
    /// Its headline (see [`CleanDoc::headline_before_body`]).
    pub headline: Option<Span>,
    /// The stretches of its body (see [`CleanDoc::body_spans`]).
    pub body: &'a [Span],
}

impl Articles for Pages<'_> {
    fn article(&self, doc: DocId, with: &mut dyn FnMut(&Article)) {
        let (headline, body) = (self.bodies.headline(doc), self.bodies.of(doc));
        self.corpus.with_text(doc, |text| with(&Article { text, headline, body }));
    }
}

impl Article<'_> {
    /// Fills `units` with the units of the article.
    pub(super) fn units(&self, units: &mut Units) {
        let lines: Vec<Span> = self.body_lines().collect();
        clean::scan_spans(self.text, &lines, units);
        if self.headline.is_some() {
            let mut headline = Units::default();
            self.headline_units(&mut CleanDoc::default(), &mut headline);
            units.ids.splice(0..0, headline.ids);
            units.starts.splice(0..0, headline.starts);
            units.ends.splice(0..0, headline.ends);
        }
    }

    /// Fills `units` with the units of the headline. It is cleaned as a text of its own, in `scratch`, so that a
    /// label in its place gives none.
    pub(super) fn headline_units(&self, scratch: &mut CleanDoc, units: &mut Units) {
        clean::scan_spans(self.text, &[], units);
        let Some(span) = self.headline else { return };
        clean::clean_into(span.of(self.text), None, &FurnitureModel::default(), GroupKeys::default(), scratch);
        units.ids.extend_from_slice(&scratch.body.ids);
        units.starts.extend(scratch.body.starts.iter().map(|start| start + span.start));
        units.ends.extend(scratch.body.ends.iter().map(|end| end + span.start));
    }

    /// The lines of the body, without the blanks around them but with the marks. A line ends where cleaning ends it.
    pub(super) fn body_lines(&self) -> impl Iterator<Item = Span> {
        self.body.iter().flat_map(|&span| clean::lines_in(self.text, self.with_marks(span)))
    }

    /// A body stretch begins and ends with a unit; this one with the marks before and after it.
    fn with_marks(&self, span: Span) -> Span {
        let is_mark = |c: char| QUOTES.iter().chain(&PAIRS).any(|&(open, close)| c == open || c == close);
        let before = self.text[..span.start as usize].trim_end_matches(is_mark);
        let after = self.text[span.end as usize..].trim_start_matches(is_mark);
        Span::new(before.len(), self.text.len() - after.len())
    }

    /// The byte at which the last sentence ends; none for an article without any.
    pub(super) fn last_stop(&self) -> Option<usize> {
        let end = self.body.last().map_or(0, |span| span.end as usize);
        let (before, after) = self.text.split_at(end);
        let is_end = |c| is_sentence_end(c) || c == '；';
        if after.starts_with(is_end) { Some(end) } else { before.rfind(is_end) }
    }
}

#[cfg(test)]
mod tests {
    use super::super::token::{Gap, gap_before};
    use super::*;
    use crate::clean::clean;

    /// Calls `with` on the article of a text without furniture.
    fn article<R>(text: &str, with: impl FnOnce(&Article, &CleanDoc) -> R) -> R {
        let doc = clean(text, None, &FurnitureModel::default(), GroupKeys::default());
        with(&Article { text, headline: doc.headline_before_body(), body: &doc.body_spans() }, &doc)
    }

    const BODY: &str =
        "村里的水渠修好了，大家都说今年的收成不用愁了，孩子们在渠边跑来跑去，老人坐在树下看着，笑得合不拢嘴。";

    #[test]
    fn the_headline_is_read_before_the_body() {
        let text = format!("水渠修到家门口\n{BODY}");
        article(&text, |article, doc| {
            let mut units = Units::default();
            article.units(&mut units);
            assert_eq!(units.len(), 7 + doc.body.len());
            assert_eq!(gap_before(&text, &units, 7), Gap::Line);
        });
    }

    #[test]
    fn lines_are_those_of_cleaning() {
        let text = format!("“{BODY}\r\n\n　　{BODY}\\n{BODY}”");
        article(&text, |article, doc| {
            let lines: Vec<&str> = article.body_lines().map(|line| line.of(&text)).collect();
            assert_eq!(lines, [&format!("“{BODY}"), BODY, BODY.trim_end_matches('。')]);
            let mut units = Units::default();
            article.units(&mut units);
            assert_eq!(units, doc.body);
        });
    }

    #[test]
    fn furniture_trails_the_last_sentence() {
        let text = format!("{BODY}桥也通了");
        article(&text, |article, _| assert_eq!(article.last_stop(), Some(BODY.len() - 3)));
        article(BODY, |article, _| assert_eq!(article.last_stop(), Some(BODY.len() - 3)));
        let none = Article { text: "没有句子", headline: None, body: &[Span { start: 0, end: 12 }] };
        assert_eq!(none.last_stop(), None);
    }
}
