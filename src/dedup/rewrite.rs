//! A file without the records that go: every byte of the others stays as it is.

use super::archive::{self, Cut};
use crate::corpus::{Corpus, DetectedBy, Format, Packing, Shard};
use crate::types::DocId;
use flate2::write::GzEncoder;
#[cfg(feature = "parquet")]
use std::fs::File;
#[cfg(feature = "parquet")]
use std::io::Seek;
use std::io::{self, BufRead, Read, Write};

/// Writes a file without the records that `stays` is false of, packed as it was. A file that keeps all it has is
/// copied as it lies on the disk. Holds a line of it at a time, or a record of an archive, or a row group.
pub(super) fn copy(
    corpus: &Corpus,
    shard: &Shard,
    stays: impl Fn(DocId) -> bool,
    writer: &mut dyn Write,
) -> io::Result<()> {
    let is_whole = shard.docs().all(&stays) && corpus.skipped_in(shard).next().is_none();
    if is_whole || is_one_record(shard.kind.format) {
        return io::copy(&mut corpus.shard_file(shard)?, writer).map(drop);
    }
    if (shard.kind.format, shard.kind.packing) == (Format::Warc, Some(Packing::Gzip)) {
        let (cuts, end) = cuts(corpus, shard, stays);
        return archive::copy_members(&corpus.shard_packed(shard)?, cuts, end, writer);
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
        Some(Packing::Bzip2) => {
            let mut packed = bzip2::write::BzEncoder::new(writer, bzip2::Compression::default());
            copy_records(corpus, shard, stays, &mut packed)?;
            packed.finish().map(drop)
        }
        Some(Packing::Xz) => {
            let mut packed = lzma_rust2::XzWriter::new(writer, lzma_rust2::XzOptions::default())?;
            copy_records(corpus, shard, stays, &mut packed)?;
            packed.finish().map(drop)
        }
        Some(Packing::Lz4) => {
            let mut packed = lz4_flex::frame::FrameEncoder::new(writer);
            copy_records(corpus, shard, stays, &mut packed)?;
            packed.finish().map(drop).map_err(io::Error::other)
        }
        Some(Packing::Zip | Packing::Tar) => Err(io::Error::other("files of an archive are not written again")),
    }
}

fn copy_records(
    corpus: &Corpus,
    shard: &Shard,
    stays: impl Fn(DocId) -> bool,
    writer: &mut dyn Write,
) -> io::Result<()> {
    let bytes_of = match shard.kind.encoding {
        Some("UTF-16LE") => u16::to_le_bytes,
        Some("UTF-16BE") => u16::to_be_bytes,
        _ => return copy_as_read(corpus, shard, stays, writer),
    };
    if shard.kind.encoding_from == Some(DetectedBy::Bom) {
        writer.write_all(&bytes_of(0xFEFF))?;
    }
    copy_as_read(corpus, shard, stays, &mut Utf16 { writer, bytes_of })
}

/// Copies what the reader of the file reads.
fn copy_as_read(
    corpus: &Corpus,
    shard: &Shard,
    stays: impl Fn(DocId) -> bool,
    writer: &mut dyn Write,
) -> io::Result<()> {
    let mut reader = corpus.shard_reader(shard)?;
    let records = shard.docs().map(|doc| (corpus.place(doc).1, stays(doc)));
    match shard.kind.format {
        Format::JsonLines => copy_lines(&mut reader, records, writer),
        Format::Json => {
            let places = shard.docs().map(|doc| (corpus.place(doc).1, u64::from(corpus.place(doc).2), stays(doc)));
            copy_objects(&mut reader, places, writer)
        }
        Format::Csv | Format::Tsv => {
            let mut rows: Vec<(u64, bool)> = records.chain(corpus.skipped_in(shard).map(|at| (at, false))).collect();
            rows.sort_unstable();
            copy_rows(&mut reader, &rows, writer)
        }
        Format::Warc => {
            let (cuts, end) = cuts(corpus, shard, stays);
            archive::copy(&mut reader, cuts, end, writer)
        }
        Format::Parquet => {
            let stay: Vec<u64> = records.filter(|&(_, stays)| stays).map(|(row, _)| row).collect();
            copy_table(corpus, shard, &mut reader, &stay, writer)
        }
        Format::Arc => Err(io::Error::other("ARC is not written again")),
        // Each is its one record.
        Format::PlainText | Format::Html => io::copy(&mut reader, writer).map(drop),
    }
}

/// What goes of an archive, in order, and where the last page in it ends.
fn cuts(corpus: &Corpus, shard: &Shard, stays: impl Fn(DocId) -> bool) -> (Vec<Cut>, u64) {
    let place = |doc: DocId| (corpus.place(doc).1, u64::from(corpus.place(doc).2));
    let removed = shard.docs().filter(|&doc| !stays(doc)).map(place);
    let removed = removed.map(|(at, length)| Cut { at, length: Some(length) });
    let unread = corpus.skipped_in(shard).map(|at| Cut { at, length: None });
    let mut cuts: Vec<Cut> = removed.chain(unread).collect();
    cuts.sort_unstable();
    (cuts, shard.docs().last().map_or(0, |doc| place(doc).0 + place(doc).1))
}

/// Writes the rows of a Parquet file that stay, by way of a temporary file.
#[cfg(feature = "parquet")]
fn copy_table(
    corpus: &Corpus,
    shard: &Shard,
    reader: &mut dyn BufRead,
    stay: &[u64],
    writer: &mut dyn Write,
) -> io::Result<()> {
    let scratch = || {
        std::fs::create_dir_all(corpus.scratch())?;
        tempfile::tempfile_in(corpus.scratch())
    };
    let from = match shard.kind.packing {
        None => File::open(shard.path)?,
        Some(_) => {
            let mut unpacked = scratch()?;
            io::copy(reader, &mut unpacked)?;
            unpacked
        }
    };
    let mut to = scratch()?;
    let failed = |why| io::Error::other(format!("{} cannot be copied: {why}", shard.path.display()));
    super::rows::copy(from, stay, &mut to).map_err(failed)?;
    to.rewind()?;
    io::copy(&mut to, writer).map(drop)
}

/// Without the feature no file is taken for Parquet with records in it.
#[cfg(not(feature = "parquet"))]
fn copy_table(_: &Corpus, _: &Shard, reader: &mut dyn BufRead, _: &[u64], writer: &mut dyn Write) -> io::Result<()> {
    io::copy(reader, writer).map(drop)
}

/// What is written is UTF-8, whole characters at a time, and becomes UTF-16.
struct Utf16<'w> {
    writer: &'w mut dyn Write,
    bytes_of: fn(u16) -> [u8; 2],
}

impl Write for Utf16<'_> {
    fn write(&mut self, text: &[u8]) -> io::Result<usize> {
        let words = std::str::from_utf8(text).map_err(io::Error::other)?.encode_utf16();
        self.writer.write_all(&words.flat_map(self.bytes_of).collect::<Vec<u8>>())?;
        Ok(text.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.writer.flush()
    }
}

/// True when a file that keeps none of its records is not written at all: it is its one record.
pub(super) fn is_one_record(format: Format) -> bool {
    matches!(format, Format::PlainText | Format::Html)
}

/// True for a file that [`copy`] can write.
pub(super) fn can_copy(shard: &Shard) -> bool {
    let is_archived = shard.kind.packing.is_some_and(Packing::is_archive);
    let is_foreign = shard.kind.format == Format::Arc || shard.kind.format == Format::Json && !is_unicode(shard);
    !is_archived && !is_foreign && (is_one_record(shard.kind.format) || shard.is_at_hand())
}

fn is_unicode(shard: &Shard) -> bool {
    shard.kind.encoding.is_none_or(|encoding| encoding.starts_with("UTF"))
}

const BOM: &[u8] = b"\xEF\xBB\xBF";

/// Writes the lines that have a record that stays, and blank ones. `records` are the first bytes of all records, in
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

/// Writes a JSON document without some of its objects, and without the commas that parted them from others. `objects` are
/// the first byte and length of all, in order, and whether each stays.
fn copy_objects(
    reader: &mut dyn BufRead,
    objects: impl Iterator<Item = (u64, u64, bool)>,
    writer: &mut dyn Write,
) -> io::Result<()> {
    // Blanks and commas that were read and are not yet written, behind an object that stays or an opening bracket.
    let mut gap_before: Vec<u8> = Vec::new();
    let (mut at, mut goes) = (0, false);
    let mut gap = Vec::new();
    for (from, length, stays) in objects {
        gap.clear();
        reader.take(from - at).read_to_end(&mut gap)?;
        pass_gap(&mut gap_before, &gap, goes, writer)?;
        if stays {
            writer.write_all(&gap_before)?;
            gap_before.clear();
        }
        copy_bytes(reader, Some(length), stays, writer)?;
        (at, goes) = (from + length, !stays);
    }
    gap.clear();
    reader.read_to_end(&mut gap)?;
    pass_gap(&mut gap_before, &gap, goes, writer)?;
    writer.write_all(&gap_before)
}

/// Takes what is between two objects. Where the one before it goes, so does the comma behind it; the last of a list
/// takes the comma before it along.
fn pass_gap(gap_before: &mut Vec<u8>, gap: &[u8], goes: bool, writer: &mut dyn Write) -> io::Result<()> {
    let is_between = |byte: &u8| byte.is_ascii_whitespace() || *byte == b',';
    let between = gap.iter().take_while(|byte| is_between(byte)).count();
    if !goes {
        gap_before.extend(&gap[..between]);
    } else if between < gap.len()
        && let Some(comma) = gap_before.iter().rposition(|byte| *byte == b',')
    {
        gap_before.truncate(comma);
        gap_before.extend(gap[..between].iter().filter(|byte| **byte != b','));
    }
    if between < gap.len() {
        let end = gap.len() - gap.iter().rev().take_while(|byte| is_between(byte)).count();
        writer.write_all(gap_before)?;
        writer.write_all(&gap[between..end])?;
        *gap_before = gap[end..].to_vec();
    }
    Ok(())
}

/// Writes what is before the first row, the column names, and every row that stays, from its first byte to that of
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
    fn a_document_without_some_objects_is_one_still() {
        let text = "{\"n\": 3, \"list\": [\n  {\"a\": 1},\n  {\"a\": 2},\n  {\"a\": 3}\n], \"more\": [{\"a\": 4}]}\n";
        for stays in 0..16u32 {
            let place = |k: u64| (text.find(&format!("{{\"a\": {k}}}")).unwrap() as u64, 8, stays & 1 << (k - 1) > 0);
            let mut out = Vec::new();
            copy_objects(&mut text.as_bytes(), (1..5).map(place), &mut out).unwrap();
            let read: serde_json::Value = serde_json::from_slice(&out).unwrap();
            let kept = |name: &str| -> Vec<u64> {
                read[name].as_array().unwrap().iter().map(|object| object["a"].as_u64().unwrap()).collect()
            };
            let wanted: Vec<u64> = (1..5).filter(|k| stays & 1 << (k - 1) > 0).collect();
            assert_eq!([kept("list"), kept("more")].concat(), wanted, "{stays}");
            if stays == 15 {
                assert_eq!(out, text.as_bytes());
            }
        }
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
