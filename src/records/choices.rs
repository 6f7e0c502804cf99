//! The strings that stand for choices in the contract.

use super::contract::{Described, Type, choices};
use crate::attribution::OutletFrom;
use crate::clean::Repairs;
use crate::origin::{CreditGiven, EvidenceKind, Relation};
use crate::retention::RemovalReason;
use crate::talking_points::{PointClass, PointKind};
use crate::types::{Precision, Timestamp};
use crate::verify::Kind;
use serde::{Deserialize, Serialize};
use std::fmt;

/// How precisely a publication time is known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PublishedPrecision {
    /// To the second.
    Second,
    /// To the minute.
    Minute,
    /// To the day.
    Day,
    /// Not known at all.
    #[default]
    None,
}

impl From<Option<Timestamp>> for PublishedPrecision {
    fn from(time: Option<Timestamp>) -> Self {
        match time.map(|time| time.precision) {
            Some(Precision::Second) => PublishedPrecision::Second,
            Some(Precision::Minute) => PublishedPrecision::Minute,
            Some(Precision::Day) => PublishedPrecision::Day,
            None => PublishedPrecision::None,
        }
    }
}

impl fmt::Display for PublishedPrecision {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        self.serialize(f)
    }
}

choices!(precisions, PublishedPrecision {
    Second "second": "to the second",
    Minute "minute": "to the minute",
    Day "day": "to the day; `published` is then a date",
    None "none": "unknown; `published` is then null",
});

choices!(outlets_from, OutletFrom {
    Field "field": "a field of the record",
    Url "url": "the host of its address, under the name that other pages give to the host",
    Title "title": "the end of its title (`标题 - 某网`)",
    Template "template": "the boilerplate on the page, which belongs to that outlet",
});

choices!(relations, Relation {
    Original "original": "the page is the likeliest origin of the set",
    Verbatim "verbatim": "the same text",
    Edited "edited": "the same text with small changes",
    Shortened "shortened": "less of the text",
    Expanded "expanded": "more than the text",
    Compilation "compilation": "a round-up of several articles; it belongs to no set",
});

choices!(credits_given, CreditGiven {
    Given "given": "the page names the origin or its parent",
    Withheld "withheld": "the page names nobody",
    Wrong "wrong": "the page names somebody else",
});

choices!(match_kinds, Kind {
    Reprint "reprint": "the same article",
    Part "part": "the same article, of which the shorter text is a part: a page of a split article, an excerpt",
    Contained "contained": "the shorter text is in a longer article that is another one",
    Template "template": "one form filled in twice",
    CommonSource "common_source": "the shared text belongs to a third text that other pages share too",
    Passage "passage": "two articles that share a passage",
});

choices!(point_kinds, PointKind {
    Phrase "phrase": "a phrase of at most 24 units",
    Passage "passage": "a longer passage",
});

choices!(point_classes, PointClass {
    Saying "saying": "a slogan, quotation, framing, claim or telling sentence",
    Term "term": "a name, office, law, disease, product or other technical term",
    Formula "formula": "everyday wording of journalists and officials, or a piece of a longer wording",
});

choices!(reasons_to_remove, RemovalReason {
    Exact "exact": "equal bodies, unit for unit",
    Reprint "reprint": "the same article",
    Part "part": "a part of the article of the kept page",
});

choices!(evidence_kinds, EvidenceKind {
    CreditedByOthers "credited_by_others": "pages of other outlets credit it",
    CreditsItself "credits_itself": "it credits its own outlet",
    CreditsAnother "credits_another": "it credits another outlet",
    LinkedByOthers "linked_by_others": "another page links to it as the original",
    LinksElsewhere "links_elsewhere": "it links to another page as the original",
    HostLinked "host_linked": "another page links to its site as the original",
    OwnDateline "own_dateline": "its dateline names its own outlet",
    ForeignDateline "foreign_dateline": "its dateline names another outlet",
    DatelineElsewhere "dateline_elsewhere": "datelines on other pages name its outlet",
    ReportersSpeak "reporters_speak": "its reporters speak in the text",
    NamedByPages "named_by_pages": "share of the pages that name it as source, in a dateline, or as that of the reporters",
    Uncontested "uncontested": "the pages name no other outlet",
    Earliest "earliest": "share of the dated other pages that are certainly later",
    TiedEarliest "tied_earliest": "it may be as early as the earliest page, given the precision of the times",
    Later "later": "share of the dated other pages that are certainly earlier",
    MissingText "missing_text": "share of the common text that it lacks",
    ExtraText "extra_text": "share of its text that no other page has",
    RoleOriginates "role_originates": "outlets of its kind mostly publish their own texts",
    RoleCopies "role_copies": "outlets of its kind mostly republish",
    Habit "habit": "how often its outlet is the origin in other sets of the corpus",
    MakeUp "make_up": "its headline, commas and paragraphs, compared with those of origins and copies in the corpus",
    Bylined "bylined": "it names its writer",
    OriginalTitle "original_title": "another page states its title as the original one",
    ForeignHouse "foreign_house": "it has marks of another publisher",
    ClaimedElsewhere "claimed_elsewhere": "claims of rights on pages of other outlets name it",
    SoleOutlet "sole_outlet": "all pages of the set are of its outlet",
    UnknownOutlet "unknown_outlet": "its outlet is unknown",
    NamedOutside "named_outside": "pages credit it, and it has no page in the set",
    NoneWhole "none_whole": "share of the common text that even the fullest page lacks",
    OutsideBias "outside_bias": "the constant of every outlet without a page in the set",
    UnknownBias "unknown_bias": "the constant of the answer “unknown”",
});

impl Described for Repairs {
    const TYPE: Type = Type::Counts(REPAIRS);
}

/// The rules of [`Repairs`].
const REPAIRS: &[(&str, &str)] = &[
    ("pinyin", "syllables of pinyin left in brackets by a script conversion"),
    ("lost_bytes", "places where bytes were lost"),
    ("markup", "tags left of a page's markup"),
    ("entity", "characters written as HTML entities"),
    ("invisible", "zero-width and control characters"),
    ("width", "letters and digits of full width, katakana of half width"),
    ("compatibility", "radicals and compatibility forms in place of characters"),
    ("spaced", "stretches with a blank after every character"),
    ("wrapped", "line breaks inside paragraphs"),
    ("escaped_break", "line breaks written as a backslash and an `n`"),
    ("double_encoded", "fields that were encoded twice"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn repairs_are_counted_under_these_names() {
        let repairs = Repairs {
            pinyin: 1,
            lost_bytes: 1,
            markup: 1,
            entity: 1,
            invisible: 1,
            width: 1,
            compatibility: 1,
            spaced: 1,
            wrapped: 1,
            escaped_break: 1,
            double_encoded: 1,
        };
        let written = serde_json::to_value(repairs).unwrap();
        let written: Vec<&str> = written.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(written, REPAIRS.iter().map(|(name, _)| *name).collect::<Vec<_>>());
    }
}
