//! A piece of evidence as a person would say it.

use super::words::shortened;
use crate::origin::EvidenceKind::*;
use crate::output_folder::{About, claim};
use crate::records::EvidenceRecord;

/// Characters of a quote that are shown.
const QUOTE: usize = 40;

/// One piece of evidence in words, with the words of the page quoted and the page named.
pub(super) fn sentence(piece: &EvidenceRecord, about: About) -> String {
    let claim = claim(piece.kind, about);
    let on = piece.document.as_ref().map(|id| format!(" on {id}"));
    match (&piece.quote, piece.kind) {
        (Some(time), Earliest | TiedEarliest | Later) => format!("{claim} (it is of {time})"),
        (Some(quote), _) => format!("{claim}: “{}”{}", shortened(quote, QUOTE), on.unwrap_or_default()),
        (None, _) => claim.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn evidence_quotes_the_words_and_names_the_page() {
        let piece = |kind, quote: Option<&str>| EvidenceRecord {
            kind,
            weight: 1.0,
            quote: quote.map(str::to_owned),
            document: Some("p7".to_owned()),
        };
        let credit = piece(CreditedByOthers, Some("墨川日报"));
        assert_eq!(sentence(&credit, About::Page), "pages of other outlets credit it: “墨川日报” on p7");
        let clock = piece(Earliest, Some("2024-01-02"));
        assert_eq!(sentence(&clock, About::Page), "most other pages are certainly later (it is of 2024-01-02)");
        assert_eq!(sentence(&piece(ExtraText, None), About::Page), "it has text that no other page has");
    }
}
