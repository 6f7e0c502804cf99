//! JSON Lines: where the records are in a file, and the records of a stream.

use super::encoding::decode_line;
use super::record_cache::{CachePart, LONGEST, Reading, Sink, TOO_LONG};
use super::stream::{Stream, broken};
use crate::error::Result;
use encoding_rs::Encoding;
use rayon::prelude::*;

/// Bytes that are read at once, at least.
const CHUNK: usize = 4 << 20;

/// Finds the records of a file that stay in it. The file is UTF-8; damaged bytes are read as U+FFFD.
pub(super) fn index(stream: &mut Stream, reading: Reading) -> CachePart {
    let keep = |part: &mut CachePart, line: &[u8], at| part.keep(line, at, reading);
    let mut all = CachePart::default();
    let never = each_block(stream, &keep, |parts, error| {
        parts.into_iter().for_each(|part| all.append(part));
        error.into_iter().for_each(|(at, reason): (u64, String)| all.skip(at, reason));
        Ok(())
    });
    debug_assert!(never.is_ok());
    all
}

/// Reads the records of a stream into the spool.
pub(super) fn read(stream: &mut Stream, encoding: &'static Encoding, sink: &mut Sink) -> Result<()> {
    let reading = sink.reading;
    let spool =
        |part: &mut CachePart, line: &[u8], at| part.spool(&decode_line(line, encoding), at, line.len(), reading);
    each_block(stream, &spool, |parts, error| {
        sink.parts(parts)?;
        error.into_iter().for_each(|(at, reason): (u64, String)| sink.skip(at, reason));
        Ok(())
    })
}

/// Takes a record, or says why it is none.
type Take<'t> = &'t (dyn Fn(&mut CachePart, &[u8], u64) -> std::result::Result<(), String> + Sync);

/// Goes through a stream block by block: one is read, and unpacked, while the one before is parsed, in parallel. What a
/// broken stream gave before it broke is read.
fn each_block(
    stream: &mut Stream,
    take: Take,
    mut with: impl FnMut(Vec<CachePart>, Option<(u64, String)>) -> Result<()>,
) -> Result<()> {
    let size = CHUNK.max(CHUNK / 4 * 2 * rayon::current_num_threads());
    let mut blocks = Blocks::new(stream, size);
    let mut block = blocks.next();
    while let Some(Chunk { at, bytes, error }) = block.take() {
        let (next, parts) = rayon::join(|| blocks.next(), || parse(&bytes, at, take));
        with(parts, error)?;
        blocks.spare = bytes;
        block = next;
    }
    Ok(())
}

fn parse(bytes: &[u8], at: u64, take: Take) -> Vec<CachePart> {
    let part = |(from, to): (usize, usize)| {
        let mut part = CachePart::default();
        each_line(&bytes[from..to], at + from as u64, |line, at| keep_all(&mut part, line, at, take));
        part
    };
    chunk_bounds(bytes, CHUNK / 4).into_par_iter().map(part).collect()
}

/// Takes the record on a line, or those on the lines that end in a carriage return alone, as old systems ended them: a
/// JSON text has no other use for one.
fn keep_all(part: &mut CachePart, line: &[u8], at: u64, keep: Take) {
    let Err(reason) = keep(part, line, at) else { return };
    if memchr::memchr(b'\r', line).is_none() {
        return part.skip(at, reason);
    }
    let mut start = 0;
    for piece in line.split(|byte| *byte == b'\r') {
        let text = unmarked(piece);
        let at = at + (start + piece.len() - text.len()) as u64;
        let text = text.trim_ascii_end();
        if !text.is_empty()
            && let Err(reason) = keep(part, text, at)
        {
            part.skip(at, reason);
        }
        start += piece.len() + 1;
    }
}

/// Whole lines of a stream, and what is wrong behind them.
struct Chunk {
    at: u64,
    bytes: Vec<u8>,
    error: Option<(u64, String)>,
}

/// Cuts a stream into blocks.
struct Blocks<'s> {
    stream: &'s mut Stream,
    /// Bytes that are read at once.
    size: usize,
    /// The beginning of a line that goes on in what is not yet read, and its offset.
    rest: Vec<u8>,
    at: u64,
    is_done: bool,
    /// A block that is done with, whose memory the next one takes.
    spare: Vec<u8>,
}

impl<'s> Blocks<'s> {
    fn new(stream: &'s mut Stream, size: usize) -> Self {
        Blocks { stream, size, rest: Vec::new(), at: 0, is_done: false, spare: Vec::new() }
    }

    fn next(&mut self) -> Option<Chunk> {
        if self.is_done {
            return None;
        }
        let (at, mut bytes) = (self.at, std::mem::take(&mut self.spare));
        bytes.clear();
        bytes.append(&mut self.rest);
        loop {
            let known = bytes.len();
            let read = self.stream.append(&mut bytes, self.size);
            let end = memchr::memrchr(b'\n', &bytes[known..]).map(|k| known + k + 1);
            match (read, end) {
                (Err(error), end) => {
                    self.is_done = true;
                    bytes.truncate(end.unwrap_or(0));
                    let place = at + bytes.len() as u64;
                    return Some(Chunk { at, bytes, error: Some((place, broken(&error))) });
                }
                (Ok(0), _) => {
                    self.is_done = true;
                    return Some(Chunk { at, bytes, error: None });
                }
                (Ok(_), Some(end)) => {
                    self.rest.extend_from_slice(&bytes[end..]);
                    bytes.truncate(end);
                    self.at = at + end as u64;
                    return Some(Chunk { at, bytes, error: None });
                }
                (Ok(_), None) if bytes.len() > LONGEST => return Some(self.pass(at, bytes.len())),
                (Ok(_), None) => {}
            }
        }
    }

    /// Passes the rest of a line that is too long.
    fn pass(&mut self, at: u64, known: usize) -> Chunk {
        let mut passed = at + known as u64;
        let error = Some((at, TOO_LONG.to_owned()));
        loop {
            let mut more = Vec::new();
            let read = self.stream.append(&mut more, self.size);
            if let Some(end) = memchr::memchr(b'\n', &more) {
                self.rest = more.split_off(end + 1);
                self.at = passed + end as u64 + 1;
                return Chunk { at, bytes: Vec::new(), error };
            }
            passed += more.len() as u64;
            if !matches!(read, Ok(1..)) {
                self.is_done = true;
                return Chunk { at, bytes: Vec::new(), error };
            }
        }
    }
}

/// Calls `with` on every line that is not blank, without the blanks around it, and on its offset, that of `bytes`
/// being `at`.
fn each_line(bytes: &[u8], at: u64, mut with: impl FnMut(&[u8], u64)) {
    let mut start = 0;
    while start < bytes.len() {
        let end = memchr::memchr(b'\n', &bytes[start..]).map_or(bytes.len(), |k| start + k);
        let line = unmarked(&bytes[start..end]);
        if !line.is_empty() {
            with(line.trim_ascii_end(), at + (end - line.len()) as u64);
        }
        start = end + 1;
    }
}

/// A line without the blanks and the byte order mark before it: files put together have one in their middle.
fn unmarked(line: &[u8]) -> &[u8] {
    let line = line.trim_ascii_start();
    line.strip_prefix(b"\xEF\xBB\xBF").map_or(line, <[u8]>::trim_ascii_start)
}

/// Cuts bytes into chunks that end at line ends.
fn chunk_bounds(bytes: &[u8], size: usize) -> Vec<(usize, usize)> {
    let mut bounds = Vec::new();
    let mut from = 0;
    while from < bytes.len() {
        let probe = (from + size).min(bytes.len());
        let to = memchr::memchr(b'\n', &bytes[probe..]).map_or(bytes.len(), |k| probe + k + 1);
        bounds.push((from, to));
        from = to;
    }
    bounds
}

#[cfg(test)]
mod tests {
    use super::super::record_cache::tests::found;
    use super::*;
    use encoding_rs::{GB18030, UTF_8};
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn blocks_are_whole_lines_and_leave_nothing_out(text in "[ab\n]{0,60}", size in 1usize..12) {
            let mut stream = Stream::of_bytes(text.clone().into_bytes(), size);
            let mut blocks = Blocks::new(&mut stream, size);
            let mut all = Vec::new();
            while let Some(Chunk { at, bytes, error }) = blocks.next() {
                prop_assert!(error.is_none());
                prop_assert_eq!(at, all.len() as u64);
                all.extend(&bytes);
                blocks.spare = bytes;
                prop_assert!(all.ends_with(b"\n") || all.len() == text.len());
            }
            prop_assert_eq!(all, text.into_bytes());
        }
    }

    #[test]
    fn a_line_that_is_too_long_is_passed() {
        let text = [b"{\"text\":\"".as_slice(), &vec![b'x'; LONGEST], b"\"}\n{\"text\":\"good\"}\n"].concat();
        let found = found(|sink| read(&mut Stream::of_bytes(text, 1 << 20), UTF_8, sink).unwrap());
        assert_eq!(found.bad, [(0, TOO_LONG.to_owned())]);
        assert_eq!(found.ids, [format!("f#{}", LONGEST + 12)]);
    }

    #[test]
    fn the_same_limit_holds_where_records_stay_in_their_file() {
        let text = [b"{\"text\":\"".as_slice(), &vec![b'x'; LONGEST], b"\"}\n{\"text\":\"good\"}\n"].concat();
        let names = super::super::FieldNames::default();
        let mut stream = Stream::of_bytes(text, 1 << 20);
        let part = index(&mut stream, Reading { names: &names, file: "f", wanted: None });
        assert_eq!(part.bad, [(0, TOO_LONG.to_owned())]);
        assert_eq!((part.places.len(), part.sums.len()), (1, 1));
    }

    #[test]
    fn marks_and_carriage_returns_stand_between_records() {
        let text =
            "\u{FEFF}{\"text\":\"甲\"}\n \u{FEFF} {\"text\":\"乙\"}\r{\"text\":\"丙\"}\r\r\u{FEFF}{\"text\":\"丁\"}\r";
        let names = super::super::FieldNames::default();
        let mut stream = Stream::of_bytes(text.into(), 7);
        let part = index(&mut stream, Reading { names: &names, file: "f", wanted: None });
        let line = |&(at, length): &(u64, u32)| &text[at as usize..at as usize + length as usize];
        let lines: Vec<&str> = part.places.iter().map(line).collect();
        assert_eq!(lines, ["甲", "乙", "丙", "丁"].map(|text| format!("{{\"text\":\"{text}\"}}")));
        assert!(part.bad.is_empty());
    }

    #[test]
    fn a_line_in_another_encoding_is_read_as_what_it_is() {
        let words = "修渠的人昨天下山，带回了三袋石灰和一封旧信。";
        let line = format!("{{\"text\":\"{words}\"}}\n");
        for encoding in [UTF_8, GB18030] {
            let bytes = [line.as_bytes(), &GB18030.encode(&line).0, line.as_bytes()].concat();
            let found = found(|sink| read(&mut Stream::of_bytes(bytes, 50), encoding, sink).unwrap());
            assert_eq!(found.records.iter().filter(|(.., line)| line.contains(words)).count(), 3);
        }
    }

    #[test]
    fn offsets_are_those_of_the_file_in_its_own_encoding() {
        let text = "{\"text\":\"水渠\"}\n\n  {\"text\":\"磨坊\"} \n";
        let found = found(|sink| read(&mut Stream::of_bytes(GB18030.encode(text).0.into(), 5), GB18030, sink).unwrap());
        let places: Vec<(u64, u32)> = found.records.iter().map(|(at, length, _)| (*at, *length)).collect();
        assert_eq!(places, [(0, 15), (19, 15)]);
        assert_eq!(found.records[1].2, r#"{"text":"磨坊"}"#);
    }
}
