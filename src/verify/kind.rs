//! What an overlap amounts to.

use super::{Match, Passage};
use serde::{Deserialize, Serialize};

/// What two overlapping documents are to each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// The same article: most of the shorter text, and a good part of the longer one.
    Reprint,
    /// The shorter text stands inside a longer article of its own.
    Contained,
    /// What they share belongs to a third text that others share too.
    CommonSource,
    /// Each is an article of its own; they share a passage.
    Passage,
}

/// From how much overlap on a pair is what. All are shares of units in 0..1.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Thresholds {
    /// Share of the shorter text that a reprint or a contained piece must keep.
    pub held: f32,
    /// Share of the shorter text from which on it is surely the same text, wherever it stands.
    pub surely: f32,
    /// Share of the longer text that a reprint must make up.
    pub made_up: f32,
    /// Share of both texts from which on neither is an article of its own, wherever the shared text stands.
    pub most_of_both: f32,
    /// Share of the shorter text that the first page of a longer article must keep ...
    pub whole: f32,
    /// ... and share of the longer one that it must make up.
    pub first_page: f32,
    /// The least units of the shorter text.
    pub least_units: u32,
    /// Share of the figures at corresponding places that must differ, and at least how many of them, before the
    /// two are one form filled in twice (a weather notice, a market flash).
    pub figures_changed: f32,
    /// See `figures_changed`.
    pub least_changed: u32,
}

impl Default for Thresholds {
    fn default() -> Self {
        Thresholds {
            held: 0.5,
            surely: 0.7,
            made_up: 0.3,
            most_of_both: 0.6,
            whole: 0.9,
            first_page: 0.05,
            least_units: 16,
            figures_changed: 0.3,
            least_changed: 3,
        }
    }
}

/// Decides what a match amounts to, from its passages alone: never from titles or length.
pub(super) fn of(found: &Match, at: &Thresholds) -> Kind {
    reason(found, at).kind()
}

/// What decided the kind of a match, for people who ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// The shorter text is too short to tell, and the two are not equal.
    TooShort,
    /// One form filled in twice: the figures at corresponding places differ.
    OneForm,
    /// Too little of the shorter text is shared.
    TooLittle,
    /// Enough of both texts is shared: nearly all of the shorter, most of both, or from near the beginning of one.
    OneArticle,
    /// The shorter one is the opening of the longer: the first page of an article split over several.
    FirstPage,
    /// Nearly all of the shorter text stands in the longer one, which is an article of its own.
    Embedded,
    /// Half of the shorter text is shared or more, but neither nearly all of it, nor from a beginning on.
    Between,
}

impl Reason {
    /// The kind that it leads to.
    pub fn kind(self) -> Kind {
        match self {
            Reason::OneArticle | Reason::FirstPage => Kind::Reprint,
            Reason::Embedded => Kind::Contained,
            Reason::TooShort | Reason::OneForm | Reason::TooLittle | Reason::Between => Kind::Passage,
        }
    }
}

/// Decides as [`Match::kind`] was decided before common sources were told from copies, and says why.
pub fn reason(found: &Match, at: &Thresholds) -> Reason {
    let shorter = found.shorter();
    let (held, made_up) = (found.aligned[shorter], found.aligned[1 - shorter]);
    let figures = (found.figures_changed + found.figures_kept) as f32;
    let same_form =
        found.figures_changed >= at.least_changed && found.figures_changed as f32 >= at.figures_changed * figures;
    let surely = held >= at.surely;
    let most_of_both = held.min(made_up) >= at.most_of_both;
    if found.units[shorter] < at.least_units && found.jaccard < 1.0 {
        Reason::TooShort
    } else if same_form {
        Reason::OneForm
    } else if held < at.held {
        Reason::TooLittle
    } else if made_up >= at.made_up && !tucked_in(found, shorter) && (surely || most_of_both || opens(found)) {
        Reason::OneArticle
    } else if held >= at.whole && made_up >= at.first_page && is_first_page(found) {
        Reason::FirstPage
    } else if surely {
        Reason::Embedded
    } else {
        Reason::Between
    }
}

/// True when both texts begin with the same passage: the shorter one breaks off where the longer one goes on.
fn is_first_page(found: &Match) -> bool {
    const OPENING: u32 = 30;
    found.passages.iter().any(|p| p.a_units.start <= OPENING && p.b_units.start <= OPENING)
}

/// True when the shared text begins near the beginning of one of the two: two articles that quote a third in
/// their middle each have an opening of their own.
fn opens(found: &Match) -> bool {
    let first = |side: usize| found.passages.iter().map(|p| p.units(side).start).min();
    (0..2).any(|side| first(side).is_some_and(|at| at as f32 <= (0.15 * found.units[side] as f32).max(40.0)))
}

/// True when the shorter text makes up less than half of the longer one and stands behind other text there: a
/// copy that was cut keeps the beginning, an embedded piece does not. What the longer one says twice counts once.
fn tucked_in(found: &Match, shorter: usize) -> bool {
    let longer = 1 - shorter;
    let units = found.units[longer] as f32;
    let shared: u32 = said_once(found).map(|p| p.matched).sum();
    let first = said_once(found).map(|p| p.units(longer).start).min();
    (shared as f32) < 0.5 * units && first.is_some_and(|first| first as f32 > 0.35 * units)
}

/// The passages but for those of which more than half stands, on one of the two sides, in a longer one too: a report
/// that retells a statement and then prints it says the same twice.
fn said_once<'m>(found: &'m Match) -> impl Iterator<Item = &'m Passage> {
    let mostly_in = |p: &Passage, longer: &Passage, side: usize| {
        let (mine, theirs) = (p.units(side), longer.units(side));
        let both = mine.end.min(theirs.end).saturating_sub(mine.start.max(theirs.start));
        2 * both as usize > mine.len()
    };
    let says_again =
        move |p: &Passage, other: &Passage| other.matched > p.matched && (0..2).any(|side| mostly_in(p, other, side));
    found.passages.iter().filter(move |p| !found.passages.iter().any(|other| says_again(p, other)))
}
