//! ARC, the format of web archives before WARC.
//!
//! ```text
//! file   = record*                    the first says which version the file has
//! record = url SP address SP date SP type SP length LF block LF      with more columns in version 2; the block is length bytes
//! block  = an HTTP answer
//! ```

use super::archived::{Input, RecordBlock, Waiting};
use super::record_cache::{LONGEST, Sink, TOO_LONG};
use super::stream::Stream;
use crate::error::Result;

/// How a file begins.
pub(super) const MAGIC: &[u8] = b"filedesc://";

/// The longest line that begins a record.
const LINE: usize = 16 << 10;

/// Reads the pages of an archive.
pub(super) fn read(stream: &mut Stream, sink: &mut Sink) -> Result<()> {
    super::archived::read(stream, sink, next)
}

/// Reads the record that begins here; false when no other follows.
fn next(input: &mut Input, waiting: &mut Waiting) -> bool {
    let at = input.at;
    let head = input.look(LINE);
    let Some(line) = RecordLine::read(head) else {
        waiting.skip(at, "no ARC record begins here; what comes before the next one is passed over");
        return pass_to_record(input);
    };
    if line.length > LONGEST as u64 {
        waiting.skip(at, format!("{TOO_LONG}; if it is shorter, its length is wrong"));
        return pass_to_record(input);
    }
    let size = line.end + line.length as usize;
    let whole = input.look(size + LINE);
    let behind = whole.get(size..).unwrap_or_default().trim_ascii_start();
    let about = "ARC records that describe their file";
    if whole.len() < size || !(behind.is_empty() || RecordLine::read(behind).is_some()) {
        if line.url.as_bytes().starts_with(MAGIC) {
            waiting.pass(about);
            return pass_to_record(input);
        }
        waiting.skip(at, "the length of this ARC record is wrong, or it is cut off; passed over up to the next record");
        return pass_to_record(input);
    }
    if line.url.as_bytes().starts_with(MAGIC) {
        waiting.pass(about);
    } else {
        let block =
            RecordBlock { is_answer: true, url: Some(line.url), date: line.date, content_type: line.content_type };
        waiting.record(at, whole[..size].to_vec(), line.end, block);
    }
    input.pass(size);
    true
}

/// The line that begins a record.
struct RecordLine {
    url: String,
    date: Option<String>,
    content_type: Option<String>,
    length: u64,
    /// Where the block begins.
    end: usize,
}

impl RecordLine {
    fn read(bytes: &[u8]) -> Option<Self> {
        let end = memchr::memchr(b'\n', bytes)?;
        let line = std::str::from_utf8(&bytes[..end]).ok()?.trim_end();
        let cells: Vec<&str> = line.split(' ').collect();
        let (url, date, content_type) = (cells.first()?, cells.get(2)?, cells.get(3)?);
        let is_date = matches!(date.len(), 8 | 12 | 14) && date.bytes().all(|byte| byte.is_ascii_digit());
        let length = cells.last()?.parse().ok().filter(|_| url.contains(':') && is_date && cells.len() >= 5)?;
        let date = (date.len() == 14).then(|| {
            let part = |from: usize, to: usize| &date[from..to];
            let (day, clock) =
                ([part(0, 4), part(4, 6), part(6, 8)].join("-"), [part(8, 10), part(10, 12), part(12, 14)].join(":"));
            format!("{day}T{clock}Z")
        });
        Some(RecordLine {
            url: (*url).to_owned(),
            date,
            content_type: Some((*content_type).to_owned()),
            length,
            end: end + 1,
        })
    }
}

/// Passes bytes up to the next line that begins a record; false when there is none.
fn pass_to_record(input: &mut Input) -> bool {
    while input.pass_to(b"\n", 1) {
        input.pass(1);
        if RecordLine::read(input.look(LINE)).is_some() {
            return true;
        }
        if input.look(1).is_empty() {
            return false;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::super::record_cache::tests::found;
    use super::*;

    fn record(url: &str, body: &str) -> String {
        let block = format!("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n{body}");
        format!("{url} 10.0.0.1 20240506070809 text/plain {}\n{block}\n", block.len())
    }

    #[test]
    fn records_are_read_and_wrong_ones_passed() {
        let about = "1 0 Example\nURL IP-address Archive-date Content-type Archive-length\n";
        let first = format!("filedesc://a.arc 0.0.0.0 20240506000000 text/plain {}\n{about}\n", about.len());
        let [good, other] = ["http://a.example/1", "http://a.example/2"].map(|url| record(url, "渡船每天开六班。"));
        let wrong = record("http://a.example/3", "磨坊").replace(" text/plain 5", " text/plain 7");
        for bytes in [[&*first, &good, &other].concat(), [&*first, &good, &wrong, "rubbish\n", &other].concat()] {
            let found = found(|sink| read(&mut Stream::of_bytes(bytes.into(), 9), sink).unwrap());
            assert_eq!(found.records.len(), 2, "{:?}", found.bad);
            let line: serde_json::Value = serde_json::from_str(&found.records[1].2).unwrap();
            assert_eq!(
                (&line["url"], &line["fetched"]),
                (&"http://a.example/2".into(), &"2024-05-06T07:08:09Z".into())
            );
        }
    }
}
