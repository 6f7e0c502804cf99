//! HTTP answers as archives keep them, and their bodies as the servers meant them.

use super::encoding;
use super::record_cache::{LONGEST, TOO_LONG};
use brotli_decompressor::Decompressor;
use flate2::read::{DeflateDecoder, MultiGzDecoder, ZlibDecoder};
use memchr::memmem;
use std::borrow::Cow;
use std::io::Read;

/// The header lines of a record or an HTTP answer.
pub(super) struct Headers {
    first: String,
    lines: Vec<(String, String)>,
}

impl Headers {
    pub fn read(bytes: &[u8]) -> Self {
        let text = String::from_utf8_lossy(bytes);
        let mut lines = text.lines();
        let first = lines.next().unwrap_or_default().to_owned();
        let pair = |line: &str| {
            let (name, value) = line.split_once(':')?;
            Some((name.trim().to_ascii_lowercase(), value.trim().to_owned()))
        };
        Headers { first, lines: lines.filter_map(pair).collect() }
    }

    pub fn get(&self, name: &str) -> Option<&str> {
        self.lines.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The status of an answer.
    pub fn status(&self) -> Option<&str> {
        self.first.split_ascii_whitespace().nth(1)
    }

    /// The codings that a header lists, in the order in which they were applied.
    fn codings(&self, name: &str) -> Vec<String> {
        let lines = self.lines.iter().filter(|(known, _)| known == name);
        let codings = lines.flat_map(|(_, value)| value.split(',')).map(|coding| coding.trim().to_ascii_lowercase());
        codings.filter(|coding| !coding.is_empty() && coding != "identity" && coding != "none").collect()
    }

    /// The body of an answer as its server meant it: put together from its chunks and unpacked. Archives often keep the
    /// headers and not the coding, so what a header says is tried and not believed. Of a body that is cut, what can be
    /// read. An error names the coding of what cannot be unpacked.
    pub fn body<'b>(&self, bytes: &'b [u8]) -> Result<Cow<'b, [u8]>, String> {
        let (transfer, content) = (self.codings("transfer-encoding"), self.codings("content-encoding"));
        let chunks = transfer.iter().any(|coding| coding == "chunked").then(|| unchunked(bytes)).flatten();
        let mut body = chunks.map_or(Cow::Borrowed(bytes), Cow::Owned);
        let codings: Vec<String> = content.into_iter().chain(transfer).filter(|coding| coding != "chunked").collect();
        for coding in codings.iter().rev() {
            if let Some(unpacked) = unpacked(&body, coding)? {
                body = Cow::Owned(unpacked);
            }
        }
        // Packed once more, or without a word.
        for _ in 0..MOST {
            let Some(unpacked) = by_magic(&body).map(|coding| unpacked(&body, coding)).transpose()?.flatten() else {
                break;
            };
            body = Cow::Owned(unpacked);
        }
        if !codings.is_empty() && !is_text(&body) {
            return Err(format!("its body, announced as {}, cannot be unpacked", codings.join(", ")));
        }
        Ok(body)
    }
}

/// Times that a body may be packed without a word.
const MOST: usize = 3;

fn by_magic(body: &[u8]) -> Option<&'static str> {
    match body {
        [0x1F, 0x8B, 8, ..] => Some("gzip"),
        [0x28, 0xB5, 0x2F, 0xFD, ..] => Some("zstd"),
        _ => None,
    }
}

/// A body unpacked; `None` when it is not packed so, or nobody knows the coding.
fn unpacked(body: &[u8], coding: &str) -> Result<Option<Vec<u8>>, String> {
    let is = |magic: &str| by_magic(body) == Some(magic);
    match coding {
        "gzip" | "x-gzip" if is("gzip") => read(MultiGzDecoder::new(body), true),
        "zstd" if is("zstd") => match zstd::stream::read::Decoder::with_buffer(body) {
            Ok(decoder) => read(decoder, true),
            Err(_) => Ok(None),
        },
        // These two have no mark of their own: of what is text already, only a decoder that ends well is believed.
        "br" => read(Decompressor::new(body, 4096), !is_text(body)),
        // By its letter it is the format of zlib, and many servers leave that away.
        "deflate" => match read(ZlibDecoder::new(body), !is_text(body))? {
            Some(whole) => Ok(Some(whole)),
            None => read(DeflateDecoder::new(body), !is_text(body)),
        },
        _ => Ok(None),
    }
}

/// All that a decoder gives before its end, and, if that is wanted, before what is broken; `None` when that is nothing.
fn read(decoder: impl Read, when_broken: bool) -> Result<Option<Vec<u8>>, String> {
    let mut whole = Vec::new();
    let end = decoder.take(LONGEST as u64 + 1).read_to_end(&mut whole);
    if whole.len() > LONGEST {
        return Err(TOO_LONG.into());
    }
    Ok((!whole.is_empty() && (end.is_ok() || when_broken)).then_some(whole))
}

/// Bytes of a body that show whether it is text.
const SHOWN: usize = 4096;

fn is_text(body: &[u8]) -> bool {
    let head = &body[..body.len().min(SHOWN)];
    let encoding = encoding::choose(head, &[], None).encoding;
    !encoding::is_binary(&encoding::decode(head, encoding))
}

/// The content of a body in chunks; `None` when it is not in chunks. Of one that is cut or broken, what comes before.
fn unchunked(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut whole = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    loop {
        let Some((size, behind)) = chunk_size(rest) else {
            return (!whole.is_empty()).then_some(whole);
        };
        if size == 0 {
            return Some(whole);
        }
        let chunk = &behind[..size.min(behind.len())];
        whole.extend_from_slice(chunk);
        rest = &behind[chunk.len()..];
        rest = rest.strip_prefix(b"\r\n").or_else(|| rest.strip_prefix(b"\n")).unwrap_or(rest);
    }
}

/// The size on the line that begins a chunk, and what is behind that line.
fn chunk_size(bytes: &[u8]) -> Option<(usize, &[u8])> {
    let end = memchr::memchr(b'\n', &bytes[..bytes.len().min(256)])?;
    let line = std::str::from_utf8(&bytes[..end]).ok()?;
    let size = usize::from_str_radix(line.split(';').next()?.trim(), 16).ok()?;
    Some((size, &bytes[end + 1..]))
}

/// Where the headers at the beginning of `bytes` end, behind the blank line.
pub(super) fn end_of_headers(bytes: &[u8]) -> Option<usize> {
    let strict = memmem::find(bytes, b"\r\n\r\n").map(|at| at + 4);
    let loose = memmem::find(&bytes[..strict.unwrap_or(bytes.len())], b"\n\n").map(|at| at + 2);
    loose.or(strict)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    const TEXT: &str = "渡口的老船工昨天把最后一班船撑到对岸，岸上站着三十多个来送他的人。";

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        packed.write_all(bytes).unwrap();
        packed.finish().unwrap()
    }

    fn brotli(bytes: &[u8]) -> Vec<u8> {
        let mut packed = Vec::new();
        brotli::BrotliCompress(&mut &bytes[..], &mut packed, &brotli::enc::BrotliEncoderParams::default()).unwrap();
        packed
    }

    fn body(headers: &str, bytes: &[u8]) -> Result<String, String> {
        let headers = Headers::read(format!("HTTP/1.1 200 OK\r\n{headers}\r\n").as_bytes());
        headers.body(bytes).map(|body| String::from_utf8_lossy(&body).into_owned())
    }

    fn chunks(bytes: &[u8]) -> Vec<u8> {
        let chunk = |part: &[u8]| [format!("{:x};x=y\r\n", part.len()).as_bytes(), part, b"\r\n"].concat();
        [bytes.chunks(40).flat_map(chunk).collect(), b"0\r\n\r\n".to_vec()].concat()
    }

    #[test]
    fn every_coding_is_undone() {
        let mut zlib = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
        zlib.write_all(TEXT.as_bytes()).unwrap();
        let mut raw = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::fast());
        raw.write_all(TEXT.as_bytes()).unwrap();
        let twice = gzip(&gzip(TEXT.as_bytes()));
        let zstd = zstd::encode_all(TEXT.as_bytes(), 1).unwrap();
        let cases: Vec<(&str, Vec<u8>)> = vec![
            ("", TEXT.into()),
            ("Content-Encoding: gzip", gzip(TEXT.as_bytes())),
            ("", gzip(TEXT.as_bytes())),
            ("Content-Encoding: deflate", zlib.finish().unwrap()),
            ("Content-Encoding: deflate", raw.finish().unwrap()),
            ("Content-Encoding: ZSTD", zstd.clone()),
            ("Content-Encoding: gzip, gzip", twice.clone()),
            ("Content-Encoding: gzip", twice),
            ("Content-Encoding: zstd\r\nContent-Encoding: gzip", gzip(&zstd)),
            ("Content-Encoding: gzip", TEXT.into()),
            ("Content-Encoding: br", TEXT.into()),
            ("Content-Encoding: deflate", TEXT.into()),
            ("Content-Encoding: br", brotli(TEXT.as_bytes())),
            ("Content-Encoding: br, gzip", gzip(&brotli(TEXT.as_bytes()))),
            ("Transfer-Encoding: chunked", chunks(TEXT.as_bytes())),
            ("Transfer-Encoding: chunked", TEXT.into()),
            ("Transfer-Encoding: gzip, chunked", chunks(&gzip(TEXT.as_bytes()))),
            ("Transfer-Encoding: chunked\r\nContent-Encoding: gzip", chunks(&gzip(TEXT.as_bytes()))),
        ];
        for (k, (headers, bytes)) in cases.into_iter().enumerate() {
            assert_eq!(body(headers, &bytes).as_deref(), Ok(TEXT), "{k}: {headers}");
        }
    }

    #[test]
    fn of_a_cut_body_what_comes_before_the_cut_is_read() {
        let long = TEXT.repeat(400);
        let packed = gzip(long.as_bytes());
        let cut = body("Content-Encoding: gzip", &packed[..packed.len() - 9]).unwrap();
        assert!(cut.len() > 1000 && long.starts_with(cut.trim_end_matches('\u{FFFD}')));
        let whole = chunks(long.as_bytes());
        let cut = body("Transfer-Encoding: chunked", &whole[..whole.len() / 2]).unwrap();
        assert!(cut.len() > long.len() / 3 && long.starts_with(cut.trim_end_matches('\u{FFFD}')));
        let mut broken = whole.clone();
        let middle = broken.len() / 2;
        broken[middle..middle + 200].fill(b'z');
        assert!(body("Transfer-Encoding: chunked", &broken).unwrap().starts_with(TEXT));
    }

    #[test]
    fn what_cannot_be_unpacked_is_named() {
        let noise: Vec<u8> = (0..2000u32).map(|k| (k.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
        for coding in ["br", "dcb", "deflate"] {
            let error = body(&format!("Content-Encoding: {coding}"), &noise).unwrap_err();
            assert!(error.contains(coding), "{error}");
        }
    }

    #[test]
    fn headers_end_at_a_blank_line_of_either_kind() {
        assert_eq!(end_of_headers(b"a: b\r\n\r\nbody\n\n"), Some(8));
        assert_eq!(end_of_headers(b"a: b\n\nbody\r\n\r\n"), Some(6));
        assert_eq!(end_of_headers(b"a: b\n"), None);
    }
}
