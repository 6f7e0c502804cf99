//! WARC, and WET, which is WARC of texts.
//!
//! ```text
//! file   = record*
//! record = "WARC/1.x" CRLF (name ":" value CRLF)* CRLF block CRLF CRLF      the block is Content-Length bytes
//! block  = an HTTP answer (of a `response`), the page itself (`resource`), its text (`conversion`)
//! ```
//!
//! Our own reader, because a crate for it brings fifty others: the grammar is small, and what matters here, going on
//! behind a record whose length is wrong, they leave to the caller.

use super::kind;
use super::page::{self, Known};
use super::record_cache::{LONGEST, Part, Sink, TOO_LONG};
use super::stream::{Stream, broken};
use crate::error::Result;
use flate2::read::{GzDecoder, ZlibDecoder};
use memchr::memmem;
use rayon::prelude::*;
use std::borrow::Cow;
use std::io::{self, Read};

/// Bytes that are asked of the stream at once.
const BLOCK: usize = 256 << 10;

/// The most that the headers of a record or an HTTP answer may take.
const HEADERS: usize = 256 << 10;

/// How every record begins.
pub(crate) const MAGIC: &[u8] = b"WARC/1.";

/// Bytes of records whose pages are extracted together, in parallel.
const TOGETHER: usize = 8 << 20;

/// Reads the pages of an archive: answers with status 200 and resources that are HTML or text, and conversions. Records
/// that are no pages are passed over. Records follow each other in the stream, pages are extracted in parallel.
pub(super) fn read(stream: &mut Stream, sink: &mut Sink) -> Result<()> {
    let mut input = Input { stream, held: Vec::new(), at: 0 };
    let mut waiting = Waiting::default();
    loop {
        let goes_on = next(&mut input, &mut waiting).unwrap_or_else(|error| {
            waiting.skip(input.at, broken(&error));
            false
        });
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
struct Waiting {
    found: Vec<Found>,
    bytes: usize,
}

/// What was found at an offset of the stream.
enum Found {
    /// A record that may be a page: its bytes, the length of its headers, and those.
    Record { at: u64, bytes: Vec<u8>, end: usize, headers: Headers },
    /// Something wrong.
    Bad { at: u64, reason: String },
}

impl Waiting {
    fn skip(&mut self, at: u64, reason: impl Into<String>) {
        self.found.push(Found::Bad { at, reason: reason.into() });
    }

    fn record(&mut self, at: u64, bytes: Vec<u8>, end: usize, headers: Headers) {
        self.bytes += bytes.len();
        self.found.push(Found::Record { at, bytes, end, headers });
    }

    /// Hands on all pages, in the order of their records.
    fn extract(self, sink: &mut Sink) -> Result<()> {
        let share = self.found.len().div_ceil(4 * rayon::current_num_threads()).max(1);
        let pages = |some: &[Found]| -> Result<Part> {
            let mut pages = sink.sibling();
            for found in some {
                match found {
                    Found::Record { at, bytes, end, headers } => page_of(bytes, *end, headers, *at, &mut pages)?,
                    Found::Bad { at, reason } => pages.skip(*at, reason.as_str()),
                }
            }
            pages.finish()
        };
        let parts = self.found.par_chunks(share).map(pages).collect::<Result<_>>()?;
        sink.parts(parts)
    }
}

/// Reads one record; false at the end.
fn next(input: &mut Input, waiting: &mut Waiting) -> io::Result<bool> {
    input.pass_blanks()?;
    if input.look(1)?.is_empty() {
        return Ok(false);
    }
    let at = input.at;
    let head = input.look(HEADERS)?;
    let Some(end) = head.starts_with(MAGIC).then(|| end_of_headers(head)).flatten() else {
        waiting.skip(at, "no WARC record begins here; what comes before the next one is passed over");
        return input.pass_to_record(1);
    };
    let headers = Headers::read(&head[..end]);
    let Some(length) = headers.get("content-length").and_then(|length| length.parse::<u64>().ok()) else {
        waiting.skip(at, "a WARC record without a Content-Length; passed over up to the next");
        return input.pass_to_record(1);
    };
    let is_page = matches!(&*headers.get("warc-type").unwrap_or_default(), "response" | "resource" | "conversion");
    if !is_page || length > LONGEST as u64 {
        if is_page {
            waiting.skip(at, TOO_LONG);
        }
        input.pass(end as u64 + length)?;
        return Ok(true);
    }
    let size = end + length as usize;
    // Behind the block stand line breaks and the next record, or nothing.
    let whole = input.look(size + 4 + MAGIC.len())?;
    let behind = whole.get(size..).unwrap_or_default().trim_ascii_start();
    if whole.len() < size || !(behind.is_empty() || behind.starts_with(MAGIC)) {
        let reason = "the length of this WARC record is wrong, or it is cut off; passed over up to the next record";
        waiting.skip(at, reason);
        return input.pass_to_record(end);
    }
    waiting.record(at, whole[..size].to_vec(), end, headers);
    input.pass(size as u64)?;
    Ok(true)
}

/// Takes the page of a record, if it is one.
fn page_of(record: &[u8], end: usize, headers: &Headers, at: u64, sink: &mut Sink) -> Result<()> {
    let url = headers.get("warc-target-uri").map(|uri| uri.trim_matches(['<', '>']).to_owned());
    let date = headers.get("warc-date");
    let block = &record[end..];
    let http = headers.get("warc-type").as_deref() == Some("response");
    let (content_type, body) = if http {
        let Some(from) = end_of_headers(block) else { return Ok(()) };
        let answer = Headers::read(&block[..from]);
        if answer.status() != Some("200") {
            return Ok(());
        }
        match answer.body(&block[from..]) {
            Ok(body) => (answer.get("content-type"), body),
            Err(error) => {
                sink.skip(at, format!("the page in this WARC record cannot be unpacked: {error}"));
                return Ok(());
            }
        }
    } else {
        (headers.get("content-type"), Cow::Borrowed(block))
    };
    let content_type = content_type.unwrap_or_default().to_ascii_lowercase();
    let charset = content_type.split_once("charset=").map(|(_, charset)| charset.trim_matches(['"', '\'', ' ', ';']));
    let known = Known { url: url.as_deref(), charset, fetched: date.as_deref() };
    let line = match content_type.split(';').next().unwrap_or_default().trim() {
        "text/html" | "application/xhtml+xml" => page::of_html(&body, known, sink),
        "" if kind::is_html(&body) => page::of_html(&body, known, sink),
        "text/plain" => page::of_text(&body, known, sink),
        _ => {
            sink.pass("archived answers that are neither HTML nor text");
            return Ok(());
        }
    };
    match line {
        Ok(line) => sink.record(&line, at, record.len()),
        Err(reason) => {
            sink.skip(at, reason);
            Ok(())
        }
    }
}

/// Where the headers at the beginning of `bytes` end, behind the blank line.
fn end_of_headers(bytes: &[u8]) -> Option<usize> {
    let strict = memmem::find(bytes, b"\r\n\r\n").map(|at| at + 4);
    let loose = memmem::find(bytes, b"\n\n").map(|at| at + 2);
    strict.into_iter().chain(loose).min()
}

/// The header lines of a record or an HTTP answer.
struct Headers {
    first: String,
    lines: Vec<(String, String)>,
}

impl Headers {
    fn read(bytes: &[u8]) -> Self {
        let text = String::from_utf8_lossy(bytes);
        let mut lines = text.lines();
        let first = lines.next().unwrap_or_default().to_owned();
        let pair = |line: &str| {
            let (name, value) = line.split_once(':')?;
            Some((name.trim().to_ascii_lowercase(), value.trim().to_owned()))
        };
        Headers { first, lines: lines.filter_map(pair).collect() }
    }

    fn get(&self, name: &str) -> Option<String> {
        self.lines.iter().find(|(held, _)| held == name).map(|(_, value)| value.clone())
    }

    fn status(&self) -> Option<&str> {
        self.first.split_ascii_whitespace().nth(1)
    }

    /// The body of an HTTP answer as its server meant it: put together from its chunks and unpacked.
    fn body<'b>(&self, bytes: &'b [u8]) -> io::Result<Cow<'b, [u8]>> {
        let is = |name: &str, value: &str| self.get(name).is_some_and(|held| held.eq_ignore_ascii_case(value));
        let bytes = match is("transfer-encoding", "chunked").then(|| unchunked(bytes)).flatten() {
            Some(whole) => Cow::Owned(whole),
            // Many archives keep the header and not the chunks.
            None => Cow::Borrowed(bytes),
        };
        let unpack = |from: &mut dyn Read| {
            let mut whole = Vec::new();
            from.take(LONGEST as u64).read_to_end(&mut whole).map(|_| Cow::Owned(whole))
        };
        match bytes {
            packed if packed.starts_with(b"\x1F\x8B") => unpack(&mut GzDecoder::new(&packed[..])),
            packed if is("content-encoding", "deflate") => unpack(&mut ZlibDecoder::new(&packed[..])),
            plain => Ok(plain),
        }
    }
}

/// The content of a body in chunks; `None` when it is not in chunks.
fn unchunked(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut whole = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    loop {
        let end = memmem::find(rest, b"\r\n")?;
        let size = std::str::from_utf8(&rest[..end]).ok()?;
        let size = usize::from_str_radix(size.split(';').next()?.trim(), 16).ok()?;
        if size == 0 {
            return Some(whole);
        }
        let from = end + 2;
        whole.extend_from_slice(rest.get(from..from.checked_add(size)?)?);
        rest = rest.get(from + size..)?.strip_prefix(b"\r\n")?;
    }
}

/// The bytes of an archive, looked at before they are passed.
struct Input<'s> {
    stream: &'s mut Stream,
    held: Vec<u8>,
    /// Offset of the first byte that is held.
    at: u64,
}

impl Input<'_> {
    /// The next `size` bytes; fewer only at the end.
    fn look(&mut self, size: usize) -> io::Result<&[u8]> {
        while self.held.len() < size && self.stream.append(&mut self.held, BLOCK)? > 0 {}
        Ok(&self.held[..self.held.len().min(size)])
    }

    fn pass(&mut self, size: u64) -> io::Result<()> {
        let mut left = size;
        loop {
            let known = left.min(self.held.len() as u64);
            self.held.drain(..known as usize);
            self.at += known;
            left -= known;
            if left == 0 || self.stream.append(&mut self.held, BLOCK)? == 0 {
                return Ok(());
            }
        }
    }

    fn pass_blanks(&mut self) -> io::Result<()> {
        loop {
            let held = self.look(BLOCK)?;
            let blanks = held.len() - held.trim_ascii_start().len();
            let is_all = blanks == held.len();
            let is_end = held.is_empty();
            self.pass(blanks as u64)?;
            if !is_all || is_end {
                return Ok(());
            }
        }
    }

    /// Passes bytes, at least `least`, up to the next line that begins a record; false when there is none.
    fn pass_to_record(&mut self, least: usize) -> io::Result<bool> {
        let begin = [b"\n", MAGIC].concat();
        self.pass(least as u64 - 1)?;
        loop {
            let held = self.look(BLOCK)?;
            if held.is_empty() {
                return Ok(false);
            }
            match memmem::find(held, &begin) {
                Some(at) => {
                    self.pass(at as u64 + 1)?;
                    return Ok(true);
                }
                None => {
                    // A beginning may be cut in two by the end of what is held.
                    let passed = if held.len() < begin.len() { held.len() } else { held.len() - (begin.len() - 1) };
                    self.pass(passed as u64)?;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::record_cache::tests::{Found, found};
    use super::*;
    use encoding_rs::GB18030;

    const TEXT: &str = "渡口的老船工昨天把最后一班船撑到对岸，岸上站着三十多个来送他的人。";

    fn archive(bytes: &[u8]) -> Found {
        found(|sink| read(&mut Stream::of_bytes(bytes.to_vec(), 7), sink).unwrap())
    }

    fn record(kind: &str, content_type: &str, block: &[u8]) -> Vec<u8> {
        let head = format!(
            "WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Target-URI: http://a.example/1\r\nWARC-Date: 2024-01-03T02:00:00Z\r\n\
             Content-Type: {content_type}\r\nContent-Length: {}\r\n\r\n",
            block.len()
        );
        [head.as_bytes(), block, b"\r\n\r\n"].concat()
    }

    fn text(words: &str) -> Vec<u8> {
        record("conversion", "text/plain", words.as_bytes())
    }

    #[test]
    fn texts_are_records_with_address_and_date() {
        let bytes = [record("warcinfo", "application/warc-fields", b"software: x"), text(TEXT), text("乙")].concat();
        let found = archive(&bytes);
        let at = memmem::find(&bytes, b"WARC-Type: conversion").unwrap() - b"WARC/1.0\r\n".len();
        assert_eq!((found.records[0].0, found.ids[0].as_str()), (at as u64, format!("f#{at}").as_str()));
        let line: serde_json::Value = serde_json::from_str(&found.records[0].2).unwrap();
        let expected =
            serde_json::json!({ "text": TEXT, "url": "http://a.example/1", "fetched": "2024-01-03T02:00:00Z" });
        assert_eq!(line, expected);
        assert_eq!((found.records.len(), found.bad.len()), (2, 0));
    }

    #[test]
    fn answers_are_put_together_unpacked_and_decoded() {
        let page = GB18030.encode(TEXT).0;
        let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        io::Write::write_all(&mut packed, &page).unwrap();
        let packed = packed.finish().unwrap();
        let chunks = [format!("{:x}\r\n", packed.len()).as_bytes(), &packed, b"\r\n0\r\n\r\n"].concat();
        let head = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=gb2312\r\nTransfer-Encoding: chunked\r\n\r\n";
        let answer = [&head[..], &chunks].concat();
        let missing = b"HTTP/1.1 404 Not Found\r\nContent-Type: text/plain\r\n\r\nnothing here";
        let picture = b"HTTP/1.1 200 OK\r\nContent-Type: image/png\r\n\r\nxx";
        let http = |block: &[u8]| record("response", "application/http; msgtype=response", block);
        let found = archive(&[http(missing), http(&answer), http(picture)].concat());
        assert!(found.bad.is_empty(), "{:?}", found.bad);
        assert_eq!(found.records.len(), 1);
        assert!(found.records[0].2.contains(TEXT), "{}", found.records[0].2);
    }

    #[test]
    #[cfg(feature = "html")]
    fn html_answers_give_their_articles() {
        let html = format!("<html><head><meta charset=gbk><title>末班船</title></head><h1>末班船</h1><p>{TEXT}</p>");
        let page = GB18030.encode(&html).0;
        for charset in ["", "; charset=gb2312", "; charset=utf-8", "; charset=ISO-8859-1"] {
            let head = format!("HTTP/1.1 200 OK\r\nContent-Type: text/html{charset}\r\n\r\n");
            let found = archive(&record("response", "application/http", &[head.as_bytes(), &page].concat()));
            assert!(found.bad.is_empty(), "{:?}", found.bad);
            let line: serde_json::Value = serde_json::from_str(&found.records[0].2).unwrap();
            assert!(line["text"].as_str().unwrap().contains(TEXT), "{charset}: {line}");
            assert_eq!((&line["title"], &line["url"]), (&"末班船".into(), &"http://a.example/1".into()));
        }
    }

    #[test]
    fn a_wrong_length_costs_its_record_alone() {
        let wrong = |by: i64| {
            let good = String::from_utf8(text(TEXT)).unwrap();
            let length = TEXT.len() as i64;
            good.replace(&format!("Content-Length: {length}"), &format!("Content-Length: {}", length + by)).into_bytes()
        };
        for by in [-9, -1, 5, 300] {
            let found = archive(&[text("甲"), wrong(by), text("乙"), text("丙")].concat());
            let places: Vec<u64> = found.bad.iter().map(|(at, _)| *at).collect();
            assert_eq!(places, [text("甲").len() as u64], "{by}: {:?}", found.bad);
            assert_eq!(found.records.len(), 3, "{by}");
        }
    }

    #[test]
    fn rubbish_and_a_cut_end_are_listed() {
        let cut = text(TEXT);
        let found = archive(&[b"rubbish\r\n".to_vec(), text("甲"), cut[..cut.len() - 20].to_vec()].concat());
        assert_eq!((found.records.len(), found.bad.len()), (1, 2));
        assert_eq!(found.bad[0].0, 0);
        assert_eq!(found.bad[1].0 as usize, 9 + text("甲").len());
    }
}
