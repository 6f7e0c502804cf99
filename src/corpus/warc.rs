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

use super::archived::{Input, RecordBlock, Waiting};
use super::http::{Headers, end_of_headers};
use super::record_cache::{LONGEST, Sink, TOO_LONG};
use super::stream::Stream;
use crate::error::Result;
use memchr::memmem;

/// The most that the headers of a record may take.
const HEADERS: usize = 256 << 10;

/// How every record begins.
pub(crate) const MAGIC: &[u8] = b"WARC/";

/// True for bytes that begin a record of any version.
pub(super) fn is_record(bytes: &[u8]) -> bool {
    matches!(bytes.strip_prefix(MAGIC), Some([b'0'..=b'9', b'.', b'0'..=b'9', ..]))
}

/// Reads the pages of an archive: answers and resources that are HTML or text, and conversions. Records that are no pages
/// are counted and passed over.
pub(super) fn read(stream: &mut Stream, sink: &mut Sink) -> Result<()> {
    super::archived::read(stream, sink, next)
}

/// Reads the record that begins here; false when no other follows.
fn next(input: &mut Input, waiting: &mut Waiting) -> bool {
    let at = input.at;
    let head = input.look(HEADERS);
    let Some(end) = is_record(head).then(|| end_of_headers(head)).flatten() else {
        waiting.skip(at, "no WARC record begins here; what comes before the next one is passed over");
        return pass_to_record(input, 1);
    };
    let headers = Headers::read(&head[..end]);
    let Some(length) = headers.get("content-length").and_then(|length| length.parse::<u64>().ok()) else {
        waiting.skip(at, "a WARC record without a Content-Length; passed over up to the next");
        return pass_to_record(input, 1);
    };
    if length > LONGEST as u64 {
        waiting.skip(at, format!("{TOO_LONG}; if it is shorter, its Content-Length is wrong"));
        return pass_to_record(input, end);
    }
    let size = end + length as usize;
    // Behind the block are line breaks and the next record, or nothing.
    let whole = input.look(size + 4 + MAGIC.len() + 3);
    let behind = whole.get(size..).unwrap_or_default().trim_ascii_start();
    let is_followed = behind.is_empty() || is_record(behind) || behind.len() < MAGIC.len() + 3;
    if whole.len() < size || !(is_followed || ends_in_rubbish(&whole[end..], length as usize)) {
        let goes_on = pass_to_record(input, end);
        // Where the file itself is cut, that is said instead.
        if goes_on || !input.is_broken() {
            waiting.skip(
                at,
                "the length of this WARC record is wrong, or it is cut off; passed over up to the next record",
            );
        }
        return goes_on;
    }
    match block_of(&headers) {
        Ok(block) => waiting.record(at, whole[..size].to_vec(), end, block),
        Err(what) => waiting.pass(what),
    }
    input.pass(size);
    true
}

/// True for a block with a blank line behind it and no beginning of a record in it: its length is right, though what
/// follows is no record.
fn ends_in_rubbish(block: &[u8], length: usize) -> bool {
    let begin = [b"\n", MAGIC].concat();
    let has_record = || memmem::find_iter(&block[..length], &begin).any(|at| is_record(&block[at + 1..]));
    block[length..].starts_with(b"\r\n\r\n") && !has_record()
}

/// What is known of the block of a record, or what the record is instead of a page.
fn block_of(headers: &Headers) -> std::result::Result<RecordBlock, String> {
    let kind = headers.get("warc-type").unwrap_or("no");
    let is_part = headers.get("warc-segment-number").is_some_and(|number| number.trim() != "1");
    match kind {
        _ if is_part || kind == "continuation" => {
            Err("WARC records that continue others (what continues is read without them)".into())
        }
        "response" | "resource" | "conversion" => Ok(RecordBlock {
            is_answer: kind == "response",
            url: headers.get("warc-target-uri").map(|uri| uri.trim_matches(['<', '>']).to_owned()),
            date: headers.get("warc-date").map(str::to_owned),
            content_type: headers.get("content-type").map(str::to_owned),
        }),
        "warcinfo" | "request" | "metadata" | "revisit" => Err(format!("WARC records of type {kind}")),
        _ => Err("WARC records of other types".into()),
    }
}

/// Passes bytes, at least `least`, up to the next line that begins a record; false when there is none.
fn pass_to_record(input: &mut Input, least: usize) -> bool {
    let begin = [b"\n", MAGIC].concat();
    let mut least = least;
    while input.pass_to(&begin, least) {
        input.pass(1);
        if is_record(input.look(MAGIC.len() + 3)) {
            return true;
        }
        least = 1;
    }
    false
}

#[cfg(test)]
mod tests {
    use super::super::record_cache::tests::{ReadBack, found};
    use super::*;
    use encoding_rs::GB18030;
    use memchr::memmem;

    const TEXT: &str = "渡口的老船工昨天把最后一班船撑到对岸，岸上站着三十多个来送他的人。";

    fn archive(bytes: &[u8]) -> ReadBack {
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
        std::io::Write::write_all(&mut packed, &page).unwrap();
        let packed = packed.finish().unwrap();
        let chunks = [format!("{:x}\r\n", packed.len()).as_bytes(), &packed, b"\r\n0\r\n\r\n"].concat();
        let head = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=gb2312\r\nTransfer-Encoding: chunked\r\n\r\n";
        let answer = [&head[..], &chunks].concat();
        let missing = b"HTTP/1.1 404 Not ReadBack\r\nContent-Type: text/plain\r\n\r\nnothing here";
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
        for by in [-9, -1, 5, 300, 90 << 20, 1 << 50] {
            let found = archive(&[text("甲"), wrong(by), text("乙"), text("丙")].concat());
            let places: Vec<u64> = found.bad.iter().map(|(at, _)| *at).collect();
            assert_eq!(places, [text("甲").len() as u64], "{by}: {:?}", found.bad);
            assert_eq!(found.records.len(), 3, "{by}");
        }
    }

    #[test]
    fn records_of_old_versions_and_those_that_are_no_pages() {
        let old = String::from_utf8(text(TEXT)).unwrap().replace("WARC/1.0", "WARC/0.18").into_bytes();
        let other = |kind: &str| record(kind, "application/warc-fields", b"x: y");
        let found = archive(&[other("request"), old, other("metadata"), other("continuation"), text("乙")].concat());
        assert_eq!((found.records.len(), found.bad.len()), (2, 0));
        let wrong = String::from_utf8(other("request")).unwrap().replace("Length: 4", "Length: 400000").into_bytes();
        let found = archive(&[wrong, text(TEXT)].concat());
        assert_eq!((found.records.len(), found.bad.len()), (1, 1));
    }

    #[test]
    fn rubbish_and_a_cut_end_are_listed() {
        let cut = text(TEXT);
        let found = archive(&[b"rubbish\r\n".to_vec(), text("甲"), cut[..cut.len() - 20].to_vec()].concat());
        assert_eq!((found.records.len(), found.bad.len()), (1, 2));
        assert_eq!(archive(&[text("甲"), b"rubbish\r\n".to_vec(), text("乙")].concat()).records.len(), 2);
        assert_eq!(found.bad[0].0, 0);
        assert_eq!(found.bad[1].0 as usize, 9 + text("甲").len());
    }
}
