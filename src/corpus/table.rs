//! CSV and TSV: a line of column names, then a record a row, its cells perhaps in quotes and over several lines.
//!
//! Rows are cut from the bytes as they are and cells decoded one by one: in none of the encodings that are read so (all
//! but UTF-16, which is turned into UTF-8 on the way) does a separator, quote or line break occur inside a character.

use super::encoding::{decode, encoding_of_line};
use super::kind::Format;
use super::names::FieldNames;
use super::record::push_json_string;
use super::record_cache::{LONGEST, Sink, TOO_LONG};
use super::sniff::dialect;
use super::stream::{Stream, broken};
use crate::error::Result;
use csv::{ByteRecord, ReaderBuilder};
use encoding_rs::Encoding;

/// Bytes that are asked of the stream at once.
const BLOCK: usize = 1 << 20;

/// Reads the rows of a table in `format`. What a broken stream gave before it broke is read.
pub(super) fn read(stream: &mut Stream, format: Format, encoding: &'static Encoding, sink: &mut Sink) -> Result<()> {
    let mut held = Vec::new();
    let mut at = 0;
    let mut table = TableReader { separator: 0, has_escapes: false, columns: Vec::new(), encoding };
    loop {
        let read = stream.append(&mut held, BLOCK);
        let is_whole = matches!(read, Ok(0));
        if table.separator == 0 {
            let mark = mark_length(&held);
            let dialect = dialect(&held[mark..], sink.reading.names);
            let usual = if format == Format::Tsv { b'\t' } else { b',' };
            (table.separator, table.has_escapes) = (dialect.separator.unwrap_or(usual), dialect.has_escapes);
            at = (mark + dialect.before) as u64;
            held.drain(..at as usize);
        }
        let Some(used) = table.rows(&held, at, is_whole, sink)? else { return Ok(()) };
        held.drain(..used);
        at += used as u64;
        if let Err(error) = &read {
            sink.skip(at, broken(error));
        }
        if !matches!(read, Ok(1..)) {
            return Ok(());
        }
        if held.len() > LONGEST {
            sink.skip(at, TOO_LONG);
            let line = memchr::memchr(b'\n', &held).map_or(held.len(), |k| k + 1);
            held.drain(..line);
            at += line as u64;
        }
    }
}

fn mark_length(head: &[u8]) -> usize {
    if head.starts_with(b"\xEF\xBB\xBF") { 3 } else { 0 }
}

struct TableReader {
    separator: u8,
    has_escapes: bool,
    /// See [`keys`].
    columns: Vec<String>,
    encoding: &'static Encoding,
}

impl TableReader {
    /// Reads the rows that end in `bytes`, which are at `at` of the file, and gives back how many bytes they take.
    /// `None` when this is no table of texts.
    ///
    /// A row with too many or too few cells has most likely lost a quote, and then swallows the rows behind it up to
    /// the next one: its first line alone is given up, and reading goes on with the line after.
    fn rows(&mut self, bytes: &[u8], at: u64, is_whole: bool, sink: &mut Sink) -> Result<Option<usize>> {
        let mut row = ByteRecord::new();
        let mut line = String::new();
        let mut start = 0;
        'again: loop {
            let mut reader = ReaderBuilder::new()
                .has_headers(false)
                .flexible(true)
                .delimiter(self.separator)
                .escape(self.has_escapes.then_some(b'\\'))
                .from_reader(&bytes[start..]);
            loop {
                let from = start + reader.position().byte() as usize;
                // Reading from memory, and asking for no certain number of cells, cannot fail.
                if !reader.read_byte_record(&mut row).unwrap_or(false) {
                    return Ok(Some(bytes.len()));
                }
                let to = start + reader.position().byte() as usize;
                if to == bytes.len() && !is_whole {
                    return Ok(Some(from));
                }
                let place = CellPlace::of(bytes, from, to);
                let offset = at + place.start as u64;
                if self.columns.is_empty() {
                    if let Err(reason) = self.name_columns(&row, sink.reading.names) {
                        sink.skip(offset, reason);
                        return Ok(None);
                    }
                } else if row.len() == self.columns.len() && !self.runs_on(&bytes[place.start..][..place.length]) {
                    self.write(row.iter(), row.as_slice(), &mut line);
                    sink.record(&line, offset, place.length)?;
                } else if row.iter().any(|cell| !cell.trim_ascii().is_empty()) {
                    let first = first_line(&bytes[place.start..place.start + place.length]);
                    if self.is_bare(first) {
                        self.write(first.split(|byte| *byte == b'\t'), first, &mut line);
                        sink.record(&line, offset, first.len())?;
                    } else {
                        let (cells, columns) = (row.len(), self.columns.len());
                        let reason = format!("a row of {cells} cells under {columns} column names; check its quotes");
                        sink.skip(offset, reason);
                    }
                    if first.len() < place.length {
                        start = place.start + first.len();
                        continue 'again;
                    }
                }
            }
        }
    }

    fn name_columns(&mut self, row: &ByteRecord, names: &FieldNames) -> std::result::Result<(), String> {
        let cells: Vec<_> = row.iter().map(|cell| decode(cell, self.encoding)).collect();
        self.columns = keys(&cells.iter().map(|cell| cell.trim()).collect::<Vec<_>>(), names)?;
        Ok(())
    }

    /// True for a row of several lines in which a quote closes a cell and something else than a separator follows: a
    /// quote is missing, and what lies between belongs to several rows.
    fn runs_on(&self, row: &[u8]) -> bool {
        if !row.contains(&b'\n') {
            return false;
        }
        let mut rest = row;
        loop {
            let end = match rest.strip_prefix(b"\"") {
                Some(cell) => 1 + end_of_quoted(cell, self.has_escapes),
                None => memchr::memchr(self.separator, rest).unwrap_or(rest.len()),
            };
            match rest.get(end) {
                Some(next) if *next == self.separator => rest = &rest[end + 1..],
                next => return next.is_some() || end > rest.len(),
            }
        }
    }

    /// True for a line that has the right number of cells when its quotes are taken for letters, as many programs
    /// write tabs.
    fn is_bare(&self, line: &[u8]) -> bool {
        self.separator == b'\t' && line.split(|byte| *byte == b'\t').count() == self.columns.len()
    }

    /// The JSON object of a row. An empty cell is no value.
    fn write<'c>(&self, cells: impl Iterator<Item = &'c [u8]>, row: &[u8], line: &mut String) {
        let encoding = encoding_of_line(row, self.encoding);
        line.clear();
        line.push('{');
        for (key, cell) in self.columns.iter().zip(cells) {
            if !key.is_empty() && !cell.is_empty() {
                if line.len() > 1 {
                    line.push(',');
                }
                line.push_str(key);
                push_json_string(&decode(cell, encoding), line);
            }
        }
        line.push('}');
    }
}

/// For each column its name as the key of a JSON object, with the colon; empty for a column without a name. An error
/// when no column is the text.
pub(super) fn keys(columns: &[&str], names: &FieldNames) -> std::result::Result<Vec<String>, String> {
    let spelled = |column: &&str| names.known_spelling(column);
    let inside =
        || columns.iter().any(|name| names.has_text_inside(name)).then(|| columns.iter().map(spelled).collect());
    let Some(fields) = names.of_columns(columns).or_else(inside) else {
        let listed = columns.join(", ");
        return Err(format!("no text column among {listed}; map one to the role `text`"));
    };
    let key = |field: String| if field.is_empty() { field } else { format!("{}:", serde_json::Value::from(field)) };
    Ok(fields.into_iter().map(key).collect())
}

/// A row without the line breaks around it.
struct CellPlace {
    start: usize,
    length: usize,
}

impl CellPlace {
    fn of(bytes: &[u8], from: usize, to: usize) -> Self {
        let is_break = |byte: &u8| matches!(byte, b'\r' | b'\n');
        let start = from + bytes[from..to].iter().take_while(|byte| is_break(byte)).count();
        let length = to - start - bytes[start..to].iter().rev().take_while(|byte| is_break(byte)).count();
        CellPlace { start, length }
    }
}

/// Where a quoted cell ends, behind its closing quote; more than its length when that is missing.
fn end_of_quoted(cell: &[u8], has_escapes: bool) -> usize {
    let mut from = 0;
    while let Some(at) = memchr::memchr2(b'"', if has_escapes { b'\\' } else { b'"' }, &cell[from..]) {
        let end = from + at + 1;
        if cell[end - 1] == b'"' && cell.get(end) != Some(&b'"') {
            return end;
        }
        from = (end + 1).min(cell.len());
    }
    cell.len() + 1
}

fn first_line(row: &[u8]) -> &[u8] {
    let end = memchr::memchr2(b'\n', b'\r', row).unwrap_or(row.len());
    &row[..end]
}

#[cfg(test)]
mod tests {
    use super::super::record_cache::tests::{ReadBack, found};
    use super::*;
    use encoding_rs::{BIG5, GB18030, UTF_8};
    use proptest::prelude::*;

    fn read_as(bytes: &[u8], format: Format, encoding: &'static Encoding, size: usize) -> ReadBack {
        found(|sink| read(&mut Stream::of_bytes(bytes.to_vec(), size), format, encoding, sink).unwrap())
    }

    fn csv(text: &str) -> ReadBack {
        read_as(text.as_bytes(), Format::Csv, UTF_8, 1 << 20)
    }

    fn values(found: &ReadBack) -> Vec<&str> {
        found.records.iter().map(|(_, _, line)| line.as_str()).collect()
    }

    #[test]
    fn rows_become_records_at_their_offsets() {
        let text = "\u{FEFF}ID,Text,栏目,\r\n1,\"甲,\"\"乙\"\"\n丙\",要闻,x\r\n\r\n,丁,,y";
        let found = csv(text);
        assert_eq!(values(&found), [r#"{"id":"1","text":"甲,\"乙\"\n丙","栏目":"要闻"}"#, r#"{"text":"丁"}"#]);
        let second = text.find(",丁").unwrap();
        assert_eq!(found.ids, ["1", &format!("f#{second}")]);
        for (offset, length, _) in &found.records {
            let row = &text[*offset as usize..*offset as usize + *length as usize];
            assert!(row.starts_with("1,") || row.starts_with(",丁"), "{row}");
            assert!(row.ends_with(['x', 'y']), "{row}");
        }
        assert!(found.bad.is_empty());
    }

    #[test]
    fn a_lost_quote_costs_one_line() {
        let text = "id,text\n1,\"甲\n2,乙\n3,\"丙\"\n4,丁,戊\n5,己\n";
        let found = csv(text);
        assert_eq!(found.ids, ["2", "3", "5"]);
        let places: Vec<u64> = found.bad.iter().map(|(at, _)| *at).collect();
        let at = |row: &str| text.find(row).unwrap() as u64;
        assert_eq!(places, [at("1,"), at("4,")]);
        assert!(found.bad[1].1.contains("3 cells under 2 column names"), "{}", found.bad[1].1);
    }

    #[test]
    fn tabs_with_bare_quotes_are_read() {
        let text = "id\ttext\n1\t\"甲\" 是开头\n2\t\"没有合上\n3\t丙\n";
        let found = read_as(text.as_bytes(), Format::Tsv, UTF_8, 1 << 20);
        assert_eq!(found.ids, ["1", "2", "3"]);
        assert_eq!(values(&found)[1], r#"{"id":"2","text":"\"没有合上"}"#);
        assert!(found.bad.is_empty(), "{:?}", found.bad);
    }

    #[test]
    fn the_line_of_names_shows_the_separator() {
        for text in ["编号;正文\n1;甲,乙\n", "编号\t正文\n1\t甲,乙\n"] {
            assert_eq!(values(&csv(text)), [r#"{"编号":"1","正文":"甲,乙"}"#]);
        }
    }

    #[test]
    fn dialects_of_spreadsheets_and_databases_are_read() {
        for text in [
            "sep=;\r\n编号;正文\r\n1;\"甲;\"\"乙\"\"\"\r\n2;丙\r\n",
            "编号|正文\n1|\"甲;\\\"乙\\\"\"\n2|丙\n",
            "导出：五月\n\n编号,正文\n1,\"甲;\"\"乙\"\"\"\n2,丙\n",
            "编号,正文\r1,\"甲;\"\"乙\"\"\"\r2,丙\r",
        ] {
            for size in [3, 1 << 20] {
                let found = read_as(text.as_bytes(), Format::Csv, UTF_8, size);
                let expected = [r#"{"编号":"1","正文":"甲;\"乙\""}"#, r#"{"编号":"2","正文":"丙"}"#];
                assert_eq!((values(&found), found.bad.len()), (expected.to_vec(), 0), "{text}");
            }
        }
    }

    #[test]
    fn rows_in_another_encoding_are_read_as_what_they_are() {
        let row = "2,刘,修渠的人昨天下山，带回了三袋石灰。\n";
        let bytes = ["id,author,text\n1,王,磨坊\n".as_bytes(), &GB18030.encode(row).0, b"3,x,y\n"].concat();
        let found = read_as(&bytes, Format::Csv, UTF_8, 1 << 20);
        assert_eq!(values(&found)[1], r#"{"id":"2","author":"刘","text":"修渠的人昨天下山，带回了三袋石灰。"}"#);
    }

    #[test]
    fn a_table_without_texts_says_which_columns_it_has() {
        let found = csv("a,b\n1,2\n3,4\n");
        assert_eq!((found.records.len(), found.bad.len()), (0, 1));
        assert!(found.bad[0].1.contains("among a, b; map one to the role `text`"), "{}", found.bad[0].1);
    }

    #[test]
    fn cells_are_decoded_one_by_one() {
        let text = "編號,正文\n1,\"許功蓋,廠\"\n";
        for encoding in [GB18030, BIG5] {
            let found = read_as(&encoding.encode(text).0, Format::Csv, encoding, 1 << 20);
            assert_eq!(values(&found), [r#"{"編號":"1","正文":"許功蓋,廠"}"#]);
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_whatever_the_pieces(
            rows in prop::collection::vec(prop::array::uniform2("[\\\",;\t\r\n a一二]{0,6}"), 0..6),
            size in 1usize..40,
        ) {
            let mut writer = csv::Writer::from_writer(Vec::new());
            writer.write_record(["题", "text"]).unwrap();
            rows.iter().for_each(|[title, text]| writer.write_record([title.as_str(), &format!("甲{text}")]).unwrap());
            let found = read_as(&writer.into_inner().unwrap(), Format::Csv, UTF_8, size);
            let expected: Vec<serde_json::Value> = rows.iter().map(|[title, text]| {
                let mut row = serde_json::json!({ "text": format!("甲{text}") });
                if !title.is_empty() { row["题"] = title.as_str().into(); }
                row
            }).collect();
            let read: Vec<serde_json::Value> = values(&found).iter().map(|line| serde_json::from_str(line).unwrap()).collect();
            prop_assert_eq!(read, expected);
            prop_assert!(found.bad.is_empty());
        }

        #[test]
        fn nothing_makes_it_stumble(bytes in prop::collection::vec(prop::sample::select(&b"\",\n\r\ta\xD6\xD0"[..]), 0..60), size in 1usize..20) {
            let mut table = b"id,text\n".to_vec();
            table.extend(bytes);
            let found = read_as(&table, Format::Csv, GB18030, size);
            for (offset, length, _) in found.records {
                prop_assert!(offset as usize + length as usize <= table.len());
            }
        }
    }
}
