//! Plain text: a file is a record.

use super::encoding::{NO_TEXT, decode_text, is_binary};
use super::record;
use super::record_cache::{LONGEST, Sink, TOO_LONG};
use super::stream::{Stream, broken};
use crate::error::Result;
use encoding_rs::{Encoding, UTF_8};

/// Takes a file in UTF-8 as a record that is read from it whenever it is asked for.
pub(super) fn index(stream: &mut Stream, sink: &mut Sink) {
    let bytes = whole_file(stream, sink);
    if let Some(bytes) = bytes.filter(|bytes| has_text(&decode_text(bytes, UTF_8), sink)) {
        sink.whole_file(&bytes);
    }
}

/// Takes a packed file, or one in another encoding. The part of it that can be read, if it is broken.
pub(super) fn read(stream: &mut Stream, encoding: &'static Encoding, sink: &mut Sink) -> Result<()> {
    let Some(bytes) = whole_file(stream, sink) else { return Ok(()) };
    let text = decode_text(&bytes, encoding);
    if has_text(&text, sink) {
        sink.whole(&record::of_text(strip_mark(&text), sink.reading.names), bytes.len());
    }
    Ok(())
}

/// A text without its byte order mark.
pub(super) fn strip_mark(text: &str) -> &str {
    text.strip_prefix('\u{FEFF}').unwrap_or(text)
}

fn has_text(text: &str, sink: &mut Sink) -> bool {
    let reason = match text {
        _ if strip_mark(text).trim().is_empty() => "empty file",
        _ if is_binary(text) => NO_TEXT,
        _ => return true,
    };
    sink.skip(0, reason);
    false
}

/// The bytes of a file, as far as they can be read; none of one that is too long.
pub(super) fn whole_file(stream: &mut Stream, sink: &mut Sink) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    if let Err(error) = stream.append(&mut bytes, LONGEST + 1) {
        sink.skip(bytes.len() as u64, broken(&error));
    }
    if bytes.len() > LONGEST {
        sink.skip(0, TOO_LONG);
        return None;
    }
    Some(bytes)
}
