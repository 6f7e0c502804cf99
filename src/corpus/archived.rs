//! What archives of pages have in common, WARC and ARC: records one after another, in them pages as their servers sent
//! them. Records follow each other in the stream, pages are extracted in parallel.

use super::http::{Headers, end_of_headers};
use super::page::{self, PageMetadata};
use super::record_cache::{CachePart, Sink};
use super::sniff::is_html;
use super::stream::{Stream, broken};
use crate::error::Result;
use memchr::memmem;
use rayon::prelude::*;
use std::borrow::Cow;
use std::io;

/// Bytes that are asked of the stream at once.
const BLOCK: usize = 256 << 10;

/// Bytes of records whose pages are extracted together, in parallel.
const TOGETHER: usize = 8 << 20;

/// Reads an archive. `next` takes one record from the input, which is not at its end; false when no other follows. What
/// comes before a break is read.
pub(super) fn read(stream: &mut Stream, sink: &mut Sink, next: fn(&mut Input, &mut Waiting) -> bool) -> Result<()> {
    let mut input = Input { stream, buffer: Vec::new(), start: 0, at: 0, failed: None };
    let mut waiting = Waiting::default();
    loop {
        input.pass_blanks();
        let goes_on = !input.look(1).is_empty() && next(&mut input, &mut waiting);
        if !goes_on && let Some(error) = &input.failed {
            waiting.skip(input.at, broken(error));
        }
        if !goes_on || waiting.bytes > TOGETHER {
            std::mem::take(&mut waiting).extract(sink)?;
        }
        if !goes_on {
            return Ok(());
        }
    }
}

/// What has been read and not yet handed on, in its order.
#[derive(Default)]
pub(super) struct Waiting {
    found: Vec<ArchivedItem>,
    bytes: usize,
}

/// What was found at an offset of the stream.
enum ArchivedItem {
    /// A record that may be a page: its bytes, the length of its headers, and what those say.
    Record { at: u64, bytes: Vec<u8>, end: usize, block: RecordBlock },
    /// Something wrong.
    Bad { at: u64, reason: String },
    /// Something that is passed over for good reason.
    Passed(String),
}

/// What the headers of a record say of its block.
pub(super) struct RecordBlock {
    /// It is an HTTP answer, with headers of its own.
    pub is_answer: bool,
    pub url: Option<String>,
    /// When it was fetched.
    pub date: Option<String>,
    pub content_type: Option<String>,
}

impl Waiting {
    pub fn skip(&mut self, at: u64, reason: impl Into<String>) {
        self.found.push(ArchivedItem::Bad { at, reason: reason.into() });
    }

    pub fn pass(&mut self, what: impl Into<String>) {
        self.found.push(ArchivedItem::Passed(what.into()));
    }

    pub fn record(&mut self, at: u64, bytes: Vec<u8>, end: usize, block: RecordBlock) {
        self.bytes += bytes.len();
        self.found.push(ArchivedItem::Record { at, bytes, end, block });
    }

    /// Hands on all pages, in the order of their records.
    fn extract(self, sink: &mut Sink) -> Result<()> {
        let share = self.found.len().div_ceil(4 * rayon::current_num_threads()).max(1);
        let pages = |some: &[ArchivedItem]| -> Result<CachePart> {
            let mut pages = sink.sibling();
            for found in some {
                match found {
                    ArchivedItem::Record { at, bytes, end, block } => {
                        match line_of(&bytes[*end..], block, &mut pages) {
                            Ok(Some(line)) => pages.record(&line, *at, bytes.len())?,
                            Ok(None) => {}
                            Err(reason) => pages.skip(*at, reason),
                        }
                    }
                    ArchivedItem::Bad { at, reason } => pages.skip(*at, reason.as_str()),
                    ArchivedItem::Passed(what) => pages.pass(what.clone()),
                }
            }
            pages.finish()
        };
        let parts = self.found.par_chunks(share).map(pages).collect::<Result<_>>()?;
        sink.parts(parts)
    }
}

/// The JSON line of the page in a block; `None` for what is no page, and an error for one that cannot be read.
fn line_of(bytes: &[u8], block: &RecordBlock, sink: &mut Sink) -> std::result::Result<Option<String>, String> {
    let (content_type, body) = if block.is_answer && bytes.starts_with(b"HTTP/") {
        let from = end_of_headers(bytes).unwrap_or(bytes.len());
        let answer = Headers::read(&bytes[..from]);
        let status = answer.status().unwrap_or("none");
        if !matches!(status, "200" | "203") {
            sink.pass(not_a_page(status));
            return Ok(None);
        }
        let content_type = answer.get("content-type").unwrap_or_default().to_ascii_lowercase();
        if !may_be_page(&content_type) {
            sink.pass(OTHER);
            return Ok(None);
        }
        (content_type, answer.body(&bytes[from..])?)
    } else {
        let own = block.content_type.as_deref().filter(|own| !own.starts_with("application/http")).unwrap_or_default();
        (own.to_ascii_lowercase(), Cow::Borrowed(bytes))
    };
    let charset = content_type.split_once("charset=").map(|(_, charset)| charset.trim_matches(['"', '\'', ' ', ';']));
    let metadata = PageMetadata { url: block.url.as_deref(), charset, fetched: block.date.as_deref() };
    let line = match content_type.split(';').next().unwrap_or_default().trim() {
        "text/html" | "application/xhtml+xml" => page::of_html(&body, metadata, sink),
        "text/plain" => page::of_text(&body, metadata, sink),
        other if may_be_page(other) && is_html(&body) => page::of_html(&body, metadata, sink),
        _ => {
            sink.pass(OTHER);
            return Ok(None);
        }
    };
    line.map(Some).map_err(str::to_owned)
}

const OTHER: &str = "archived answers that are neither HTML nor text";

/// True for the content types of pages, and for those that servers give when they know none.
fn may_be_page(content_type: &str) -> bool {
    let unknown = ["", "application/octet-stream", "unknown/unknown", "application/xml", "text/xml"];
    let content_type = content_type.split(';').next().unwrap_or_default().trim();
    unknown.contains(&content_type) || matches!(content_type, "text/html" | "application/xhtml+xml" | "text/plain")
}

fn not_a_page(status: &str) -> Cow<'static, str> {
    match status {
        "206" => "archived answers that are a part of a page (status 206)".into(),
        _ if status.len() == 3 && status.bytes().all(|byte| byte.is_ascii_digit()) => {
            format!("archived answers with status {status}").into()
        }
        _ => "archived answers without a status".into(),
    }
}

/// The bytes of an archive, looked at before they are passed.
pub(super) struct Input<'i> {
    stream: &'i mut Stream,
    /// What was read, of which the bytes before `start` are passed.
    buffer: Vec<u8>,
    start: usize,
    /// Offset of the first byte that is not passed.
    pub at: u64,
    failed: Option<io::Error>,
}

impl Input<'_> {
    /// The next `size` bytes; fewer only at the end, or before what cannot be read.
    pub fn look(&mut self, size: usize) -> &[u8] {
        while self.buffer.len() - self.start < size && self.failed.is_none() {
            if self.start > self.buffer.len() / 2 {
                self.buffer.drain(..self.start);
                self.start = 0;
            }
            match self.stream.append(&mut self.buffer, BLOCK) {
                Ok(0) => break,
                Ok(_) => {}
                Err(error) => self.failed = Some(error),
            }
        }
        &self.buffer[self.start..self.buffer.len().min(self.start + size)]
    }

    /// True when what follows the bytes that were read cannot be read.
    pub fn is_broken(&self) -> bool {
        self.failed.is_some()
    }

    /// Passes bytes that have been looked at.
    pub fn pass(&mut self, size: usize) {
        let size = size.min(self.buffer.len() - self.start);
        self.start += size;
        self.at += size as u64;
    }

    fn pass_blanks(&mut self) {
        loop {
            let buffer = self.look(BLOCK);
            let blanks = buffer.len() - buffer.trim_ascii_start().len();
            let is_all = blanks == buffer.len() && !buffer.is_empty();
            self.pass(blanks);
            if !is_all {
                return;
            }
        }
    }

    /// Passes bytes, at least `least` and one, up to `begin`; false when it does not come.
    pub fn pass_to(&mut self, begin: &[u8], least: usize) -> bool {
        self.look(least);
        self.pass(least - 1);
        loop {
            let buffer = self.look(BLOCK);
            if let Some(at) = memmem::find(buffer, begin) {
                self.pass(at);
                return true;
            }
            // A beginning may be cut in two by the end of what was read.
            let passed = if buffer.len() < BLOCK { buffer.len() } else { buffer.len() - (begin.len() - 1) };
            self.pass(passed);
            if passed == 0 {
                return false;
            }
        }
    }
}
