//! A file without the records that go: every byte of the others stays as it is.

use crate::corpus::{Corpus, Format, Packing, Shard};
use crate::types::DocId;
use flate2::write::GzEncoder;
use std::io::{self, BufRead, Read, Write};

/// Writes a file without the records that `stays` is false of, packed as it was. A file that keeps all it holds is
/// copied as it lies on the disk. Holds a line of it at a time.
pub(super) fn copy(
    corpus: &Corpus,
    shard: &Shard,
    stays: impl Fn(DocId) -> bool,
    writer: &mut dyn Write,
) -> io::Result<()> {
    let is_whole = shard.docs().all(&stays) && corpus.skipped_in(shard).next().is_none();
    if is_whole || is_one_record(shard.kind.format) {
        return writer.write_all(&corpus.shard_bytes(shard)?);
    }
    match shard.kind.packing {
        None => copy_records(corpus, shard, stays, writer),
        Some(Packing::Gzip) => {
            let mut packed = GzEncoder::new(writer, flate2::Compression::default());
            copy_records(corpus, shard, stays, &mut packed)?;
            packed.finish().map(drop)
        }
        Some(Packing::Zstd) => {
            let mut packed = zstd::Encoder::new(writer, zstd::DEFAULT_COMPRESSION_LEVEL)?;
            copy_records(corpus, shard, stays, &mut packed)?;
            packed.finish().map(drop)
        }
    }
}

fn copy_records(
    corpus: &Corpus,
    shard: &Shard,
    stays: impl Fn(DocId) -> bool,
    writer: &mut dyn Write,
) -> io::Result<()> {
    let mut reader = corpus.shard_reader(shard)?;
    let records = shard.docs().map(|doc| (corpus.place(doc).1, stays(doc)));
    match shard.kind.format {
        Format::JsonLines => copy_lines(&mut reader, records, writer),
        Format::Csv | Format::Tsv => {
            let mut rows: Vec<(u64, bool)> = records.chain(corpus.skipped_in(shard).map(|at| (at, false))).collect();
            rows.sort_unstable();
            copy_rows(&mut reader, &rows, writer)
        }
        // Whole files: what holds one record, and what is refused before it comes to this.
        Format::PlainText | Format::Html | Format::Parquet | Format::Warc => io::copy(&mut reader, writer).map(drop),
    }
}

/// True when a file that keeps none of its records is not written at all: it is its one record.
pub(super) fn is_one_record(format: Format) -> bool {
    matches!(format, Format::PlainText | Format::Html)
}

/// True for a file that [`copy`] can write.
pub(super) fn can_copy(shard: &Shard) -> bool {
    let is_rewritten = matches!(shard.kind.format, Format::JsonLines | Format::Csv | Format::Tsv);
    is_one_record(shard.kind.format) || is_rewritten && shard.is_at_hand()
}

const BOM: &[u8] = b"\xEF\xBB\xBF";

/// Writes the lines that hold a record that stays, and blank ones. `records` are the first bytes of all records, in
/// order, and whether each stays; a line of none is one that could not be read, and is left out. A byte order mark
/// stays whatever becomes of the first line, and a last line without an end stays without. What is broken behind the
/// last record is left out, too.
fn copy_lines(
    reader: &mut dyn BufRead,
    records: impl Iterator<Item = (u64, bool)>,
    writer: &mut dyn Write,
) -> io::Result<()> {
    let mut records = records.peekable();
    let (mut line, mut end) = (Vec::new(), 0);
    loop {
        line.clear();
        match reader.read_until(b'\n', &mut line) {
            Ok(0) => return Ok(()),
            Err(_) if records.peek().is_none() => return Ok(()),
            read => end += read? as u64,
        }
        let marked = if end == line.len() as u64 && line.starts_with(BOM) { BOM.len() } else { 0 };
        let (mark, line) = line.split_at(marked);
        writer.write_all(mark)?;
        let stays = match records.next_if(|&(first, _)| first < end) {
            Some((_, stays)) => stays,
            None => line.trim_ascii().is_empty(),
        };
        if stays {
            writer.write_all(line)?;
        }
    }
}

/// Writes what stands before the first row, the column names, and every row that stays, from its first byte to that of
/// the next. `rows` are the first bytes of all rows, in order, and whether each stays.
fn copy_rows(reader: &mut dyn BufRead, rows: &[(u64, bool)], writer: &mut dyn Write) -> io::Result<()> {
    let last = rows.iter().rposition(|&(_, stays)| stays).map_or(0, |at| at + 1);
    let (mut from, mut stays) = (0, true);
    for &(to, next) in &rows[..last.max(1)] {
        copy_bytes(reader, Some(to - from), stays, writer)?;
        (from, stays) = (to, next);
    }
    let end = rows.get(last.max(1)).map(|&(to, _)| to - from);
    if stays { copy_bytes(reader, end, stays, writer) } else { Ok(()) }
}

/// Reads some bytes, all of them for `None`, and writes them if they stay.
fn copy_bytes(reader: &mut dyn BufRead, count: Option<u64>, stays: bool, writer: &mut dyn Write) -> io::Result<()> {
    let mut part = reader.take(count.unwrap_or(u64::MAX));
    if stays { io::copy(&mut part, writer) } else { io::copy(&mut part, &mut io::sink()) }.map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn copied(bytes: &str, records: &[(u64, bool)]) -> String {
        let mut out = Vec::new();
        copy_lines(&mut bytes.as_bytes(), records.iter().copied(), &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn what_stays_is_the_same_byte_for_byte() {
        let text = "\u{FEFF} {甲}\r\n\n{乙}\n \t\n{丙}";
        let at = |record: &str| text.find(record).unwrap() as u64;
        let all =
            |stays: [bool; 3]| copied(text, &[(at("{甲}"), stays[0]), (at("{乙}"), stays[1]), (at("{丙}"), stays[2])]);
        assert_eq!(all([true; 3]), text);
        assert_eq!(all([false, true, true]), "\u{FEFF}\n{乙}\n \t\n{丙}");
        assert_eq!(all([true, false, false]), "\u{FEFF} {甲}\r\n\n \t\n");
        assert_eq!(all([false; 3]), "\u{FEFF}\n \t\n");
    }

    #[test]
    fn lines_that_could_not_be_read_are_left_out() {
        let text = "{甲}\nno record\n{乙}\nnor this";
        assert_eq!(copied(text, &[(0, true), (text.find("{乙}").unwrap() as u64, true)]), "{甲}\n{乙}\n");
    }

    #[test]
    fn rows_keep_their_column_names_and_their_quotes() {
        let text = "\u{FEFF}id,text\r\na,\"甲\n乙\"\r\nbad\r\nb,丙\r\nc,丁";
        let at = |row: &str| text.find(row).unwrap() as u64;
        let copied = |stays: [bool; 3]| {
            let rows = [(at("a,"), stays[0]), (at("bad"), false), (at("b,丙"), stays[1]), (at("c,"), stays[2])];
            let mut out = Vec::new();
            copy_rows(&mut text.as_bytes(), &rows, &mut out).unwrap();
            String::from_utf8(out).unwrap()
        };
        assert_eq!(copied([true; 3]), text.replace("bad\r\n", ""));
        assert_eq!(copied([true, false, false]), "\u{FEFF}id,text\r\na,\"甲\n乙\"\r\n");
        assert_eq!(copied([false, true, false]), "\u{FEFF}id,text\r\nb,丙\r\n");
        assert_eq!(copied([false, false, true]), "\u{FEFF}id,text\r\nc,丁");
        assert_eq!(copied([false; 3]), "\u{FEFF}id,text\r\n");
    }
}
