//! Records in a JSON document: an array of objects, an object that contains such an array, one object over several lines, or
//! several of those one after another.
//!
//! Records are the objects on the outermost level on which one has a text. The document is read in a stream: what is
//! in memory is one record and a block.

use super::fields::Record;
use super::names::FieldNames;
use super::record;
use super::record_cache::{LONGEST, Sink, TOO_LONG};
use super::stream::{Stream, broken};
use crate::error::Result;
use serde::de::IgnoredAny;

/// Bytes that are asked of the stream at once.
const BLOCK: usize = 1 << 20;

/// True for a text that begins as a JSON document that is no JSON Lines: an array of objects, an object over several
/// lines, or one that has no text but contains objects that do. `is_all` when the whole file is at hand.
pub(super) fn is_document(head: &[u8], is_all: bool, names: &FieldNames) -> bool {
    let text = String::from_utf8_lossy(head);
    let text = text.trim_start_matches('\u{FEFF}').trim_start();
    if let Some(rest) = text.strip_prefix('[') {
        return rest.trim_start().starts_with('{');
    }
    let (line, rest) = text.split_once('\n').unwrap_or((text, ""));
    if !text.starts_with('{') {
        return false;
    }
    match Record::parse(line.trim_end(), names) {
        Ok(_) if !rest.trim().is_empty() => false,
        Ok(_) => record::check(line.trim_end(), names).is_err() && level(text, names).is_some(),
        Err(_) if rest.is_empty() && is_all => false,
        Err(_) if rest.is_empty() => level(text, names).is_some_and(|level| level > 0),
        Err(_) => goes_on(text, line.len()),
    }
}

/// True for a text whose first JSON value goes on behind its first line, as far as the text goes.
fn goes_on(text: &str, line: usize) -> bool {
    let mended = super::lenient::mended(text);
    let text = mended.as_deref().unwrap_or(text);
    let mut values = serde_json::Deserializer::from_str(text).into_iter::<IgnoredAny>();
    match values.next() {
        Some(Ok(_)) => values.byte_offset() > line,
        Some(Err(error)) => error.is_eof(),
        None => false,
    }
}

/// The level (how many brackets are open around it) of the outermost object in `text` that is a record.
fn level(text: &str, names: &FieldNames) -> Option<usize> {
    let mut scanner = JsonScanner::default();
    let mut opened: Vec<usize> = Vec::new();
    let mut best: Option<usize> = None;
    for (at, byte) in text.bytes().enumerate() {
        match scanner.step(byte) {
            Some(JsonEvent::Open(depth)) => {
                opened.truncate(depth);
                opened.push(at);
            }
            Some(JsonEvent::Close(depth)) if byte == b'}' && best.is_none_or(|best| depth < best) => {
                let start = opened.get(depth).copied().unwrap_or(at);
                if record::check(&text[start..=at], names).is_ok() {
                    best = Some(depth);
                }
            }
            _ => {}
        }
    }
    best
}

/// Reads the records of a document in UTF-8.
pub(super) fn read(stream: &mut Stream, sink: &mut Sink) -> Result<()> {
    let mut known = None;
    for size in [BLOCK, LONGEST] {
        let head = String::from_utf8_lossy(stream.peek(size)).into_owned();
        known = level(&head, sink.reading.names).map(Ok).or_else(|| (head.len() < size).then_some(Err(head)));
        if known.is_some() {
            break;
        }
    }
    match known {
        Some(Ok(level)) => Elements::new(level).read(stream, sink),
        Some(Err(head)) => {
            sink.skip(0, no_record(&head));
            Ok(())
        }
        None => {
            sink.skip(0, no_record(""));
            Ok(())
        }
    }
}

fn no_record(document: &str) -> String {
    let why = record::check(document.trim_start_matches('\u{FEFF}').trim(), &FieldNames::of_nothing()).err();
    let why = why.filter(|why| why.starts_with("no text field")).map_or(String::new(), |why| format!(": {why}"));
    format!(
        "a JSON document in which no object has a text{why}. Write one JSON object a line (pandas: to_json(orient=\"records\", lines=True))"
    )
}

/// The objects on one level of a document.
struct Elements {
    level: usize,
    scanner: JsonScanner,
    /// Bytes from the first of the object that is open, or of what comes next.
    buffer: Vec<u8>,
    /// Offset of the first of them, and how many of them have been looked at.
    at: u64,
    seen: usize,
    /// Where the object that is open begins among them.
    start: Option<usize>,
    is_too_long: bool,
}

impl Elements {
    fn new(level: usize) -> Self {
        let (scanner, buffer) = (JsonScanner::default(), Vec::new());
        Elements { level, scanner, buffer, at: 0, seen: 0, start: None, is_too_long: false }
    }

    fn read(mut self, stream: &mut Stream, sink: &mut Sink) -> Result<()> {
        loop {
            let read = stream.append(&mut self.buffer, BLOCK);
            self.look(sink)?;
            if let Err(error) = &read {
                sink.skip(self.at + self.start.unwrap_or(self.seen) as u64, broken(error));
            } else if let (Ok(0), Some(start)) = (&read, self.start) {
                sink.skip(self.at + start as u64, "the JSON document ends within this record");
            }
            if !matches!(read, Ok(1..)) {
                return Ok(());
            }
        }
    }

    /// Takes the objects that end in what was read.
    fn look(&mut self, sink: &mut Sink) -> Result<()> {
        while self.seen < self.buffer.len() {
            let event = self.scanner.step(self.buffer[self.seen]);
            self.seen += 1;
            match event {
                Some(JsonEvent::Open(depth)) if depth == self.level && self.buffer[self.seen - 1] == b'{' => {
                    self.start = Some(self.seen - 1);
                }
                Some(JsonEvent::Close(depth)) if depth == self.level => self.take(sink)?,
                _ => {}
            }
        }
        let from = self.start.unwrap_or(self.seen);
        if self.seen - from > LONGEST && !self.is_too_long {
            sink.skip(self.at + from as u64, TOO_LONG);
            self.is_too_long = true;
        }
        let passed = if self.is_too_long { self.seen } else { from };
        self.buffer.drain(..passed);
        self.at += passed as u64;
        self.seen -= passed;
        self.start = self.start.map(|start| if self.is_too_long { 0 } else { start - passed });
        Ok(())
    }

    fn take(&mut self, sink: &mut Sink) -> Result<()> {
        let Some(start) = self.start.take() else { return Ok(()) };
        if std::mem::take(&mut self.is_too_long) {
            return Ok(());
        }
        // A line: between the tokens of a document breaks are blanks, and inside of strings there are none.
        let bytes = &self.buffer[start..self.seen];
        let line = String::from_utf8_lossy(bytes).replace(['\n', '\r', '\t'], " ");
        sink.record(&line, self.at + start as u64, bytes.len())
    }
}

/// Follows the brackets of a JSON text.
#[derive(Default)]
struct JsonScanner {
    depth: usize,
    in_string: bool,
    is_escaped: bool,
}

/// A bracket, and how many others are open around it.
enum JsonEvent {
    Open(usize),
    Close(usize),
}

impl JsonScanner {
    fn step(&mut self, byte: u8) -> Option<JsonEvent> {
        if self.in_string {
            self.in_string = byte != b'"' || self.is_escaped;
            self.is_escaped = byte == b'\\' && !self.is_escaped;
            return None;
        }
        match byte {
            b'"' => self.in_string = true,
            b'{' | b'[' => {
                self.depth += 1;
                return Some(JsonEvent::Open(self.depth - 1));
            }
            b'}' | b']' => {
                self.depth = self.depth.saturating_sub(1);
                return Some(JsonEvent::Close(self.depth));
            }
            _ => {}
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::super::record_cache::tests::{ReadBack, found};
    use super::*;
    use proptest::prelude::*;
    use serde_json::{Value, json};

    fn documents(records: &[Value]) -> Vec<String> {
        let pretty = |value: &Value| serde_json::to_string_pretty(value).unwrap();
        vec![
            json!(records).to_string(),
            pretty(&json!(records)),
            json!({ "count": 2, "articles": records }).to_string(),
            pretty(&json!({ "meta": { "query": "水渠" }, "response": { "docs": records } })),
            records.iter().map(&pretty).collect::<Vec<_>>().join("\n"),
            format!("\u{FEFF}[\n{}\n]\n", records.iter().map(Value::to_string).collect::<Vec<_>>().join(",\n")),
        ]
    }

    fn read_in(document: &str, size: usize) -> ReadBack {
        found(|sink| read(&mut Stream::of_bytes(document.into(), size), sink).unwrap())
    }

    fn is_read(document: &str) -> bool {
        is_document(document.as_bytes(), true, &FieldNames::default())
    }

    #[test]
    fn every_shape_of_document_gives_its_records() {
        let records = [
            json!({ "id": 1, "text": "甲\"{[\\\n", "author": { "name": "x" }, "comments": [{ "text": "一" }] }),
            json!({ "id": 2, "tags": ["}"], "text": "乙" }),
        ];
        for document in documents(&records) {
            assert!(is_read(&document), "{document}");
            for size in [1, 7, 1 << 20] {
                let found = read_in(&document, size);
                assert_eq!((found.ids.join(" ").as_str(), found.bad.len()), ("1 2", 0), "{document}");
                for ((at, length, line), record) in found.records.iter().zip(&records) {
                    assert_eq!(serde_json::from_str::<Value>(line).unwrap(), *record);
                    let there = &document[*at as usize..][..*length as usize];
                    assert_eq!(serde_json::from_str::<Value>(there).unwrap(), *record);
                    assert!(!line.contains('\n'));
                }
            }
        }
    }

    #[test]
    fn json_lines_are_no_document() {
        for lines in [
            "{\"text\":\"甲\"}\n{\"text\":\"乙\"}\n",
            "{\"text\":\"甲\"}",
            "{\"title\":\"甲\"}\n{\"text\":\"乙\"}\n",
            "{\"text\": \"cut off\n{\"text\":\"乙\"}\n",
            "{\"n\":NaN,\"text\":\"甲\"}\n{\"text\":\"乙\"}\n",
            "[1, 2]\n{\"text\":\"乙\"}\n",
            "plain words",
            "",
        ] {
            assert!(!is_read(lines), "{lines}");
        }
    }

    #[test]
    fn what_comes_before_a_cut_is_read() {
        let whole = json!([{ "text": "甲" }, { "text": "乙" }, { "text": "丙" }]).to_string();
        let found = read_in(&whole[..whole.len() - 3], 5);
        assert_eq!((found.records.len(), found.bad.len()), (2, 1));
        assert!(found.bad[0].1.contains("ends within this record"));
    }

    #[test]
    fn a_document_without_texts_says_what_it_holds() {
        let found = read_in("{\"columns\":[\"a\"],\"data\":[[\"甲\"]]}", 100);
        assert!(found.bad[0].1.contains("columns, data") && found.bad[0].1.contains("a line"), "{found:?}");
    }

    proptest! {
        #[test]
        fn nothing_makes_it_stumble(text in "[\\[\\]{}\",:a\\\\ \n1一]{0,60}", size in 1usize..9) {
            is_read(&text);
            read_in(&text, size);
        }
    }
}
