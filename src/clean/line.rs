//! What a line of a text may be, and why it was taken for that.

use super::Label;

/// What a line was taken for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Region {
    /// The headline, wherever it is repeated.
    Headline,
    /// A line that credits a source, writer, editor, time or address.
    Credit,
    /// The article.
    Body,
    /// A picture's caption or file name.
    Caption,
    /// What belongs to the site.
    Furniture,
}

/// What decided the region of a line. One byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineReason {
    /// Body: nothing speaks against it.
    Text,
    /// Body: the page has no other text.
    OnlyText,
    /// Headline: it equals the title field.
    Title,
    /// Headline: the likeliest by its place and length.
    HeadlinePlace,
    /// Headline: the longest line with figures above the text, of a series that recurs with other figures.
    HeadlineOfSeries,
    /// Headline: it repeats the headline.
    HeadlineAgain,
    /// Credit: it begins with a label that credits somebody or something.
    CreditLabel(Label),
    /// Credit: it is little more than a date and a time.
    Clock,
    /// Caption: it is worded as captions are, or is a picture's file name.
    Caption,
    /// Furniture: learnt, since it recurs on different articles of one outlet or host.
    Learnt,
    /// Furniture: it is worded as a page's machinery is everywhere (上一篇, a registration number).
    Machinery,
    /// Furniture: it heads a list of other articles (相关阅读).
    ListHeader,
    /// Furniture: it is part of such a list.
    InList,
    /// Furniture: it is worded as copyright notices and disclaimers are.
    Notice,
    /// Furniture: it precedes the headline.
    BeforeHeadline,
    /// Furniture: it follows the credits or the list that end the article.
    AfterCredits,
    /// Furniture: it follows the last text and is short and no sentence.
    AfterText,
}
