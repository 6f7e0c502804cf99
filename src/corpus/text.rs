//! Plain text: a file is a record.

use super::encoding::decode;
use super::record;
use super::record_cache::{HUGE, LONGEST, Sink, TOO_LONG};
use super::stream::{Stream, broken};
use crate::error::Result;
use encoding_rs::{Encoding, UTF_8};

/// Takes a file in UTF-8 as a record that is read from it whenever it is asked for.
pub(super) fn index(stream: &mut Stream, sink: &mut Sink) {
    let bytes = all(stream, u32::MAX as usize, HUGE, sink);
    if let Some(bytes) = bytes.filter(|bytes| has_text(&decode(bytes, UTF_8), sink)) {
        sink.whole(None, bytes.len());
    }
}

/// Takes a packed file, or one in another encoding. The part of it that can be read, if it is broken.
pub(super) fn read(stream: &mut Stream, encoding: &'static Encoding, sink: &mut Sink) -> Result<()> {
    let Some(bytes) = all(stream, LONGEST, TOO_LONG, sink) else { return Ok(()) };
    let text = decode(&bytes, encoding);
    if has_text(&text, sink) {
        sink.whole(Some(&record::of_text(strip_mark(&text), sink.reading.names)), bytes.len());
    }
    Ok(())
}

/// A text without its byte order mark.
pub(super) fn strip_mark(text: &str) -> &str {
    text.strip_prefix('\u{FEFF}').unwrap_or(text)
}

fn has_text(text: &str, sink: &mut Sink) -> bool {
    let has_text = !strip_mark(text).trim().is_empty();
    if !has_text {
        sink.skip(0, "empty file");
    }
    has_text
}

fn all(stream: &mut Stream, most: usize, too_long: &str, sink: &mut Sink) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    if let Err(error) = stream.append(&mut bytes, most + 1) {
        sink.skip(bytes.len() as u64, broken(&error));
    }
    if bytes.len() > most {
        sink.skip(0, too_long);
        return None;
    }
    Some(bytes)
}
