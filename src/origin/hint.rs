//! The hints for an arrow from a parent to a copy.

/// Hints for an arrow from a parent to a copy; weights in [`super::arrow_weights`] in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Hint {
    /// The copy credits the parent.
    CreditsParent,
    /// The copy links to the parent's site.
    LinksParent,
    /// Probability that the parent is the origin.
    ParentIsOrigin,
    /// The parent is certainly later.
    ParentLater,
    /// The times are too close to tell.
    ParentTied,
    /// Both are of one outlet.
    SameOutlet,
    /// How much less the two resemble each other than the copy and the page it resembles most.
    Unlike,
    /// Share of the copy's text that the parent lacks, less that of the page that lacks least.
    Added,
    /// The two were never measured against each other.
    Unmeasured,
    /// Another page is as like the copy, and the copy credits that one.
    CreditsAnother,
    /// The arrow comes from outside although the origin is inside.
    OutsideAnyway,
    /// The arrow comes from outside, as the origin does.
    Outside,
    /// And the copy names that outside source.
    CreditsOutside,
}

impl Hint {
    /// All hints, in the order of [`Hints`].
    pub const ALL: [Hint; HINTS] = [
        Hint::CreditsParent,
        Hint::LinksParent,
        Hint::ParentIsOrigin,
        Hint::ParentLater,
        Hint::ParentTied,
        Hint::SameOutlet,
        Hint::Unlike,
        Hint::Added,
        Hint::Unmeasured,
        Hint::CreditsAnother,
        Hint::OutsideAnyway,
        Hint::Outside,
        Hint::CreditsOutside,
    ];
}

/// How many hints there are.
pub const HINTS: usize = 13;

/// One arrow's hints, by [`Hint`].
pub type Hints = [f64; HINTS];
