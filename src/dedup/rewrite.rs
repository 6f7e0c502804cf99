//! A file without the records that go: every byte of the others stays as it is.

use crate::corpus::{Corpus, Format, Shard};
use crate::types::DocId;
use std::io::{self, Write};

/// Writes a file without the records that `stays` is false of.
pub(super) fn copy(
    corpus: &Corpus,
    shard: &Shard,
    stays: impl Fn(DocId) -> bool,
    writer: &mut dyn Write,
) -> io::Result<()> {
    let bytes = corpus.shard_bytes(shard)?;
    if is_one_record(shard.kind.format) {
        return writer.write_all(&bytes);
    }
    let records = shard.docs().map(|doc| (corpus.place(doc).1 as usize, stays(doc)));
    copy_lines(&bytes, records, writer)
}

/// True when a file that keeps none of its records is not written at all: it is its one record.
pub(super) fn is_one_record(format: Format) -> bool {
    matches!(format, Format::PlainText | Format::Html)
}

/// True for a file that [`copy`] can write.
pub(super) fn can_copy(shard: &Shard) -> bool {
    is_one_record(shard.kind.format) || shard.has_lines()
}

const BOM: &[u8] = b"\xEF\xBB\xBF";

/// Writes the lines that hold a record that stays, and blank ones. `records` are the first bytes of all records, in
/// order, and whether each stays; a line of none is one that could not be read, and is left out. A byte order mark
/// stays whatever becomes of the first line, and a last line without an end stays without.
fn copy_lines(bytes: &[u8], records: impl Iterator<Item = (usize, bool)>, writer: &mut dyn Write) -> io::Result<()> {
    let mut records = records.peekable();
    let marked = if bytes.starts_with(BOM) { BOM.len() } else { 0 };
    writer.write_all(&bytes[..marked])?;
    let mut start = marked;
    while start < bytes.len() {
        let end = memchr::memchr(b'\n', &bytes[start..]).map_or(bytes.len(), |at| start + at + 1);
        let line = &bytes[start..end];
        let stays = match records.next_if(|&(first, _)| first < end) {
            Some((_, stays)) => stays,
            None => line.trim_ascii().is_empty(),
        };
        if stays {
            writer.write_all(line)?;
        }
        start = end;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn copied(bytes: &str, records: &[(usize, bool)]) -> String {
        let mut out = Vec::new();
        copy_lines(bytes.as_bytes(), records.iter().copied(), &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn what_stays_is_the_same_byte_for_byte() {
        let text = "\u{FEFF} {甲}\r\n\n{乙}\n \t\n{丙}";
        let at = |record: &str| text.find(record).unwrap();
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
        assert_eq!(copied(text, &[(0, true), (text.find("{乙}").unwrap(), true)]), "{甲}\n{乙}\n");
    }
}
