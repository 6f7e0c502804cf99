//! A page of the web as a record: text as a server sent it.

use super::encoding::{self, Choice, Told, decode};
use super::fields::Role;
use super::record;
use super::spool::Sink;
use std::borrow::Cow;

/// What is known of a page beside its bytes.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Known<'k> {
    /// Its address.
    pub url: Option<&'k str>,
    /// The charset that the server declared.
    pub charset: Option<&'k str>,
    /// When it was fetched, carried as a field.
    pub fetched: Option<&'k str>,
}

/// What is said of a page without text.
const NO_ARTICLE: &str = "no text in this page";

/// The JSON line of a page that is text, or why there is none.
pub(super) fn of_text(bytes: &[u8], known: Known, sink: &mut Sink) -> Result<String, &'static str> {
    let text = decoded(bytes, known.charset, known.url, sink);
    let names = sink.reading.names;
    let fields =
        [(names.name_of(Role::Text), Some(&*text)), (names.name_of(Role::Url), known.url), ("fetched", known.fetched)];
    if text.trim().is_empty() { Err(NO_ARTICLE) } else { Ok(record::of_fields(&fields)) }
}

fn decoded<'b>(bytes: &'b [u8], declared: Option<&str>, url: Option<&str>, sink: &mut Sink) -> Cow<'b, str> {
    let host = url.and_then(|url| url.split('/').nth(2));
    let sample = &bytes[..bytes.len().min(encoding::SAMPLE)];
    let Choice { encoding, told } = encoding::choose(sample, declared, host);
    sink.note_encoding(encoding.name());
    let body = if told == Told::Bom { &bytes[if encoding == encoding_rs::UTF_8 { 3 } else { 2 }..] } else { bytes };
    decode(body, encoding)
}
