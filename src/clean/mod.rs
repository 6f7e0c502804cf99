//! Make texts comparable: find the article among the site's furniture, fold what is left to units. Nothing is
//! deleted: lines are marked, and every unit knows its bytes in the text as read.

mod boilerplate;
mod classify;
mod fold;
mod line;
mod line_patterns;
mod readable;
mod repair;
mod site_descriptions;
mod split;
mod units;
mod why;

pub use crate::lexicon::Label;
pub use boilerplate::{FurnitureGroup, FurnitureLine, FurnitureModel, GroupKeys, Pages, learn, outermost_lines};
pub(crate) use boilerplate::{LEAST_PAGES, PAGES_OF_NOBODY, PAGES_PER_GROUP};
pub use fold::{fold, readable, stands_alone};
pub use line::{Line, Region};
pub use readable::Readable;
pub use repair::Repairs;
pub use split::lines_in;
pub use units::{Units, is_figure};
pub use why::{Why, why};

use crate::types::Span;

/// A text made comparable. Reuse one value for many texts: its lists keep their memory.
#[derive(Clone, Debug, Default)]
pub struct CleanDoc {
    /// Every line that holds a unit, in order, with what it was taken for.
    pub lines: Vec<Line>,
    /// The units of the body lines only.
    pub body: Units,
    /// How often each repair was made, over the whole text.
    pub repairs: Repairs,
    /// The lines as written, while they are put together to paragraphs.
    written: Vec<Span>,
}

impl CleanDoc {
    /// The lines of one kind.
    pub fn lines_of(&self, region: Region) -> impl Iterator<Item = &Line> {
        self.lines.iter().filter(move |line| line.region == region)
    }

    /// The headline, when it stands before the body.
    pub fn headline_before_body(&self) -> Option<Span> {
        let body_start = *self.body.starts.first()?;
        self.lines_of(Region::Headline).next().map(|line| line.span).filter(|span| span.end <= body_start)
    }

    /// Runs of neighbouring furniture lines as spans of the text, in order.
    pub fn furniture_spans(&self) -> Vec<Span> {
        self.spans_of(Region::Furniture)
    }

    /// The stretches of the text that the body stands in, in order, from its first unit to its last: their units
    /// are the body's (see [`scan_spans`]).
    pub fn body_spans(&self) -> Vec<Span> {
        let mut spans = self.spans_of(Region::Body);
        if let (Some(first), Some(&start)) = (spans.first_mut(), self.body.starts.first()) {
            first.start = start;
        }
        if let (Some(last), Some(&end)) = (spans.last_mut(), self.body.ends.last()) {
            last.end = end;
        }
        spans
    }

    /// Runs of neighbouring lines of one kind as spans of the text, in order.
    fn spans_of(&self, region: Region) -> Vec<Span> {
        let mut spans: Vec<Span> = Vec::new();
        let mut joined = false;
        for line in &self.lines {
            let wanted = line.region == region;
            match spans.last_mut() {
                Some(last) if wanted && joined => last.end = line.span.end,
                _ if wanted => spans.push(line.span),
                _ => {}
            }
            joined = wanted;
        }
        spans
    }
}

/// Fills `units` with the units of some stretches of `text`: those of a body, when they are its
/// [`CleanDoc::body_spans`], at a fraction of the cost of cleaning the page again.
pub fn scan_spans(text: &str, spans: &[Span], units: &mut Units) {
    units.clear();
    spans.iter().for_each(|&span| units::scan(text, span, units, &mut Repairs::default()));
}

/// Cleans `text` into `out`: splits it into lines, says what each line is (headline, credit, body, caption or
/// furniture, by the learnt model, common labels and shape) and keeps the units of the body.
///
/// `title` is the record's title field, if it has one. Linear in the bytes; no allocation per line once `out`
/// has grown. A text without a single letter gives no lines and no units.
pub fn clean_into(text: &str, title: Option<&str>, model: &FurnitureModel, keys: GroupKeys, out: &mut CleanDoc) {
    out.repairs = Repairs::default();
    split::split(text, out);
    classify::classify(text, title, model, keys, out);
    classify::keep_body(out);
}

/// As [`clean_into`], into a new value.
pub fn clean(text: &str, title: Option<&str>, model: &FurnitureModel, keys: GroupKeys) -> CleanDoc {
    let mut out = CleanDoc::default();
    clean_into(text, title, model, keys, &mut out);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_spans_of_a_body_give_its_units_again() {
        let text = "老街新事\n2024-01-02 10:30\n\n　　“老街換了新顏(yán)，”3日記者來到這裏，看見人來人往。\n\n。\n她說，2024年起這裏會更好。\n                    責任編輯：張三\n街坊們都說好，盼著明年再來看看，也盼著新店開張。\n分享到\n";
        let clean = clean(text, None, &FurnitureModel::default(), GroupKeys::default());
        let mut again = Units::default();
        scan_spans(text, &clean.body_spans(), &mut again);
        assert!(!again.is_empty());
        assert_eq!(again, clean.body);
    }
}
