//! Make texts comparable: find the article among the site's furniture, fold what is left to units. Nothing is
//! deleted: lines are marked, and every unit knows its bytes in the text as read.

mod cues;
mod fold;
mod furniture;
mod lines;
mod readable;
mod repair;
mod units;

pub use cues::{LABELS, Label, label};
pub use fold::{fold, readable, stands_alone};
pub use furniture::{FurnitureGroup, FurnitureLine, FurnitureModel, GroupKeys, Pages, learn};
pub use lines::{Line, Region};
pub use readable::Readable;
pub use repair::Repairs;
pub use units::{Units, is_digits};

use crate::types::{DocId, Span};

/// Hands out the pages of a corpus, cleaned. Cleaning is deterministic, so pages need not be kept: a stage that
/// comes back to a page has it cleaned again.
pub trait Texts: Sync {
    /// Calls `with` on a page's text as read and what cleaning made of it.
    fn with(&self, doc: DocId, with: &mut dyn FnMut(&str, &CleanDoc));
}

/// A text made comparable. Reuse one value for many texts: its lists keep their memory.
#[derive(Clone, Debug, Default)]
pub struct CleanDoc {
    /// Every line that holds a unit, in order, with what it was taken for.
    pub lines: Vec<Line>,
    /// The units of the body lines only.
    pub body: Units,
    /// How often each repair was made, over the whole text.
    pub repairs: Repairs,
}

impl CleanDoc {
    /// The lines of one kind.
    pub fn lines_of(&self, region: Region) -> impl Iterator<Item = &Line> {
        self.lines.iter().filter(move |line| line.region == region)
    }

    /// Runs of neighbouring furniture lines as spans of the text, in order.
    pub fn furniture_spans(&self) -> Vec<Span> {
        let mut spans: Vec<Span> = Vec::new();
        let mut joined = false;
        for line in &self.lines {
            let is_furniture = line.region == Region::Furniture;
            match spans.last_mut() {
                Some(last) if is_furniture && joined => last.end = line.span.end,
                _ if is_furniture => spans.push(line.span),
                _ => {}
            }
            joined = is_furniture;
        }
        spans
    }
}

/// Cleans `text` into `out`: splits it into lines, says what each line is (headline, credit, body, caption or
/// furniture, by the learnt model, common labels and shape) and keeps the units of the body.
///
/// `title` is the record's title field, if it has one. Linear in the bytes; no allocation per line once `out`
/// has grown. A text without a single letter gives no lines and no units.
pub fn clean_into(text: &str, title: Option<&str>, model: &FurnitureModel, keys: GroupKeys, out: &mut CleanDoc) {
    out.repairs = Repairs::default();
    lines::split(text, out);
    lines::classify(text, title, model, keys, out);
    lines::keep_body(out);
}

/// As [`clean_into`], into a new value.
pub fn clean(text: &str, title: Option<&str>, model: &FurnitureModel, keys: GroupKeys) -> CleanDoc {
    let mut out = CleanDoc::default();
    clean_into(text, title, model, keys, &mut out);
    out
}
