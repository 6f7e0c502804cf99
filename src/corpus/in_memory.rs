//! A corpus of records that the caller has in memory.

use super::{Corpus, FieldNames, RawDoc, record};
use crate::error::{Error, Result};
use serde::Serialize;
use std::borrow::Cow;

/// A page as the caller has it. Absent fields and empty ones are the same.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct InputRecord {
    /// A name for the page, by which answers know it. Without one it is named by its place, counted from 0.
    pub id: Option<String>,
    /// The text of the page: the article, with credit lines and boilerplate as they are.
    pub text: String,
    /// The headline.
    pub title: Option<String>,
    /// The address.
    pub url: Option<String>,
    /// The outlet that published the page.
    pub outlet: Option<String>,
    /// The time of publication in any common notation, such as `2024-01-31 08:00` or RFC 3339.
    pub published: Option<String>,
}

impl InputRecord {
    /// The record on a line of JSON; or why it is none.
    pub(crate) fn from_line(line: &str, names: &FieldNames) -> std::result::Result<InputRecord, String> {
        let id = record::check(line, names)?.id.map(Cow::into_owned);
        Ok(InputRecord::of(record::read(Cow::Borrowed(line), names), id))
    }

    /// A record that was read.
    pub(crate) fn of(raw: RawDoc, id: Option<String>) -> InputRecord {
        let RawDoc { text, title, url, outlet, published, .. } = raw;
        let [title, url, outlet, published] = [title, url, outlet, published].map(|value| value.map(Cow::into_owned));
        InputRecord { id, text: text.into_owned(), title, url, outlet, published }
    }
}

impl Corpus {
    /// Makes a corpus of records in memory, in their order. A record without text is skipped and listed; no records at all,
    /// and more than 2^32, are errors. An id that is taken gets the suffix `~2`, and so on. Copies every text once.
    pub fn from_records(records: impl IntoIterator<Item = InputRecord>) -> Result<Corpus> {
        let line = |(place, mut record): (usize, InputRecord)| {
            record.id = record.id.filter(|id| !id.is_empty()).or_else(|| Some(place.to_string()));
            // Texts always serialise.
            serde_json::to_string(&record).unwrap_or_default()
        };
        let mut corpus = Corpus::of_lines(records.into_iter().enumerate().map(line), &FieldNames::default());
        if corpus.is_empty() {
            return Err(corpus.no_records(&[]));
        }
        if corpus.len() > u32::MAX as usize {
            return Err(Error::TooManyRecords { limit: u32::MAX });
        }
        corpus.settle_ids();
        Ok(corpus)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::DocId;

    fn record(id: Option<&str>, text: &str) -> InputRecord {
        InputRecord { id: id.map(str::to_owned), text: text.to_owned(), ..InputRecord::default() }
    }

    #[test]
    fn records_are_named_by_their_ids_or_their_places() {
        let outlet = InputRecord { outlet: Some("河湾日报".into()), ..record(None, "第二页\n两行") };
        let corpus =
            Corpus::from_records([record(Some("a"), "一"), outlet, record(Some("a"), "三"), record(None, " ")]);
        let corpus = corpus.unwrap();
        let ids: Vec<&str> = (0..corpus.len() as u32).map(|doc| corpus.id(DocId(doc))).collect();
        assert_eq!(ids, ["a", "1", "a~2"]);
        assert_eq!(corpus.text(DocId(1)), "第二页\n两行");
        assert_eq!(corpus.doc(DocId(1)).outlet.as_deref(), Some("河湾日报"));
        assert_eq!(corpus.skipped.len(), 1);
    }

    #[test]
    fn no_records_are_an_error() {
        assert!(matches!(Corpus::from_records([]), Err(Error::NoRecords { skipped: 0, .. })));
        assert!(matches!(Corpus::from_records([record(None, "")]), Err(Error::NoRecords { skipped: 1, .. })));
    }
}
