//! A page of the web as a record: HTML, or text as a server sent it.

use super::encoding::{self, Choice, DetectedBy, decode_text};
#[cfg(feature = "html")]
use super::html;
use super::names::FieldRole;
use super::record;
use super::record_cache::Sink;
use super::stream::Stream;
use super::text;
use crate::error::Result;
use std::borrow::Cow;

/// What is known of a page apart from its bytes.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct PageMetadata<'k> {
    /// Its address.
    pub url: Option<&'k str>,
    /// The charset that the server declared.
    pub charset: Option<&'k str>,
    /// When it was fetched, carried as a field.
    pub fetched: Option<&'k str>,
}

/// Takes an HTML file as a record. The part of it that can be read, if it is broken.
pub(super) fn read(stream: &mut Stream, sink: &mut Sink) -> Result<()> {
    let Some(bytes) = text::whole_file(stream, sink) else { return Ok(()) };
    match of_html(&bytes, PageMetadata::default(), sink) {
        Ok(line) => sink.whole(&line, bytes.len()),
        Err(reason) => sink.skip(0, reason),
    }
    Ok(())
}

/// What is said of a page without text.
const NO_ARTICLE: &str = "no article in this page";

/// The JSON line of an HTML page, or why there is none.
#[cfg(not(feature = "html"))]
pub(super) fn of_html(_: &[u8], _: PageMetadata, _: &mut Sink) -> std::result::Result<String, &'static str> {
    Err("HTML is not read by this build, which lacks the feature `html`")
}

/// The JSON line of an HTML page, or why there is none. Its charset is decided by byte order mark, by the server, by its own
/// meta tag, by its bytes, in this order.
#[cfg(feature = "html")]
pub(super) fn of_html(
    bytes: &[u8],
    metadata: PageMetadata,
    sink: &mut Sink,
) -> std::result::Result<String, &'static str> {
    let own = html::declared_charset(bytes);
    let declared: Vec<&str> = metadata.charset.into_iter().chain(own.as_deref()).collect();
    let text = decoded(bytes, &declared, metadata.url, sink);
    if encoding::is_binary(&text) {
        return Err(encoding::NO_TEXT);
    }
    let page = html::extract(&text);
    let url = metadata.url.or(page.url.as_deref());
    let names = sink.reading.names;
    let fields = [
        (names.name_of(FieldRole::Text), Some(page.text.as_str())),
        (names.name_of(FieldRole::Title), page.title.as_deref()),
        (names.name_of(FieldRole::Url), url),
        (names.name_of(FieldRole::Outlet), page.outlet.as_deref()),
        (names.name_of(FieldRole::Published), page.published.as_deref()),
        ("author", page.author.as_deref()),
        ("source", page.source.as_deref()),
        ("fetched", metadata.fetched),
    ];
    if page.text.trim().is_empty() { Err(NO_ARTICLE) } else { Ok(record::of_fields(&fields)) }
}

/// The JSON line of a page that is text, or why there is none.
pub(super) fn of_text(
    bytes: &[u8],
    metadata: PageMetadata,
    sink: &mut Sink,
) -> std::result::Result<String, &'static str> {
    let text = decoded(bytes, metadata.charset.as_slice(), metadata.url, sink);
    let names = sink.reading.names;
    let fields = [
        (names.name_of(FieldRole::Text), Some(&*text)),
        (names.name_of(FieldRole::Url), metadata.url),
        ("fetched", metadata.fetched),
    ];
    if text.trim().is_empty() {
        Err(NO_ARTICLE)
    } else if encoding::is_binary(&text) {
        Err(encoding::NO_TEXT)
    } else {
        Ok(record::of_fields(&fields))
    }
}

fn decoded<'b>(bytes: &'b [u8], declared: &[&str], url: Option<&str>, sink: &mut Sink) -> Cow<'b, str> {
    let host = url.and_then(|url| url.split('/').nth(2));
    let sample = &bytes[..bytes.len().min(encoding::SAMPLE)];
    let Choice { encoding, detected_by } = encoding::choose(sample, declared, host);
    sink.note_encoding(encoding.name());
    let body = if detected_by == DetectedBy::Bom {
        &bytes[if encoding == encoding_rs::UTF_8 { 3 } else { 2 }..]
    } else {
        bytes
    };
    decode_text(body, encoding)
}
