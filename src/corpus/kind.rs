//! What a file is taken for: its packing by its first bytes, its format by its name and, where that says nothing, by
//! its contents.

use super::names::FieldNames;
use super::packing::Packing;
use super::sniff::{delimiter_of, is_html};
use super::{arc, warc};
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::path::Path;

/// How a file is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// One JSON object a line.
    #[serde(rename = "jsonl")]
    JsonLines,
    /// A JSON document: an array of objects, alone or inside of an object, or one object over several lines.
    Json,
    /// A table with a line of column names, separated by commas (or semicolons or tabs, as that line shows).
    Csv,
    /// The same, separated by tabs.
    Tsv,
    /// A table in columns; a record a row.
    Parquet,
    /// One record, its text the whole file.
    #[serde(rename = "text")]
    PlainText,
    /// One record, the article of a page.
    Html,
    /// An archive of pages as their servers sent them, or (WET) of their texts.
    Warc,
    /// The same in the format before WARC.
    Arc,
}

impl Format {
    /// All formats.
    pub const ALL: [Format; 9] = [
        Format::JsonLines,
        Format::Json,
        Format::Csv,
        Format::Tsv,
        Format::Parquet,
        Format::PlainText,
        Format::Html,
        Format::Warc,
        Format::Arc,
    ];

    /// The name that the command line and `run.json` use.
    pub fn name(self) -> &'static str {
        match self {
            Format::JsonLines => "jsonl",
            Format::Json => "json",
            Format::Csv => "csv",
            Format::Tsv => "tsv",
            Format::Parquet => "parquet",
            Format::PlainText => "text",
            Format::Html => "html",
            Format::Warc => "warc",
            Format::Arc => "arc",
        }
    }

    /// The name that people use.
    pub fn title(self) -> &'static str {
        match self {
            Format::JsonLines => "JSON Lines",
            Format::Json => "JSON",
            Format::Csv => "CSV",
            Format::Tsv => "TSV",
            Format::Parquet => "Parquet",
            Format::PlainText => "plain text",
            Format::Html => "HTML",
            Format::Warc => "WARC",
            Format::Arc => "ARC",
        }
    }

    fn by_extension(extension: &str) -> Option<Self> {
        match extension.to_ascii_lowercase().as_str() {
            "jsonl" | "ndjson" | "json" => Some(Format::JsonLines),
            "csv" => Some(Format::Csv),
            "tsv" | "tab" => Some(Format::Tsv),
            "parquet" | "pq" => Some(Format::Parquet),
            "txt" | "text" => Some(Format::PlainText),
            "html" | "htm" | "shtml" | "xhtml" => Some(Format::Html),
            "warc" | "wet" => Some(Format::Warc),
            "arc" => Some(Format::Arc),
            _ => None,
        }
    }
}

/// What a file was taken for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct FileKind {
    /// How its records are read.
    pub format: Format,
    /// What it is packed with; `None` for a file that is not packed.
    pub packing: Option<Packing>,
    /// The encoding of its text; `None` where every record has one of its own.
    pub encoding: Option<&'static str>,
    /// What the encoding was detected by.
    pub encoding_from: Option<super::encoding::DetectedBy>,
}

impl FileKind {
    /// The encoding from which a file is turned into UTF-8 as it is read, so that offsets in it are those of the UTF-8;
    /// `None` for files whose records are decoded one by one.
    pub(super) fn decoded_as(&self) -> Option<&'static Encoding> {
        let encoding = Encoding::for_label(self.encoding?.as_bytes())?;
        let is_wide = encoding == UTF_16LE || encoding == UTF_16BE;
        (is_wide || self.format == Format::Json && encoding != UTF_8).then_some(encoding)
    }
}

/// `CSV (gzip, GB18030)`; UTF-8 goes without saying.
impl fmt::Display for FileKind {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let encoding = self.encoding.filter(|name| *name != encoding_rs::UTF_8.name());
        let how: Vec<&str> = self.packing.map(Packing::name).into_iter().chain(encoding).collect();
        f.write_str(self.format.title())?;
        if how.is_empty() { Ok(()) } else { write!(f, " ({})", how.join(", ")) }
    }
}

/// The format that a name shows: by its extension, or by the one before `.gz` or `.zst`.
pub fn by_name(path: &Path) -> Option<Format> {
    let extension = |path: &Path| path.extension().map(|e| e.to_string_lossy().into_owned());
    let last = extension(path)?;
    match last.to_ascii_lowercase().as_str() {
        "gz" | "gzip" | "zst" | "zstd" | "bz2" | "xz" | "lz4" => {
            Format::by_extension(&extension(Path::new(path.file_stem()?))?)
        }
        _ => Format::by_extension(&last),
    }
}

/// The format that the first bytes of a file (unpacked) show beyond doubt.
pub(super) fn by_content(head: &[u8], names: &FieldNames) -> Option<Format> {
    let head = head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head).trim_ascii_start();
    let line = head.split(|byte| *byte == b'\n').next().unwrap_or_default();
    match line {
        [b'{', ..] => Some(Format::JsonLines),
        [b'[', ..] if head[1..].trim_ascii_start().starts_with(b"{") => Some(Format::Json),
        [b'P', b'A', b'R', b'1', ..] => Some(Format::Parquet),
        _ if warc::is_record(line) => Some(Format::Warc),
        _ if line.starts_with(arc::MAGIC) => Some(Format::Arc),
        _ if is_html(head) => Some(Format::Html),
        _ => delimiter_of(line, names).map(|by| if by == b'\t' { Format::Tsv } else { Format::Csv }),
    }
}

/// How kinds of files begin that have no text as such, and what they are called.
const NOT_TEXT: &[(&[u8], &str)] = &[
    (b"%PDF-", "a PDF document"),
    (b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", "an office document"),
    (b"{\\rtf", "an RTF document"),
    (b"\x89PNG\r\n\x1A\n", "a picture (PNG)"),
    (b"\xFF\xD8\xFF", "a picture (JPEG)"),
    (b"GIF8", "a picture (GIF)"),
    (b"RIFF", "a picture, sound or video (RIFF)"),
    (b"\0\0\0\x18ftyp", "a video (MP4)"),
    (b"\0\0\0\x20ftyp", "a video (MP4)"),
    (b"ID3", "a sound (MP3)"),
    (b"OggS", "a sound or video (Ogg)"),
    (b"wOFF", "a font"),
    (b"wOF2", "a font"),
    (b"7z\xBC\xAF\x27\x1C", "a 7-Zip archive"),
    (b"Rar!\x1A\x07", "a RAR archive"),
    (b"\x1F\x9D", "a file packed with compress"),
    (b"\x5D\0\0\x80\0", "a file packed with LZMA"),
    (b"\x5D\0\0\0\x04", "a file packed with LZMA"),
    (b"LZIP", "a file packed with lzip"),
    (b"\x89LZO\0", "a file packed with lzop"),
    (b"\xFF\x06\0\0sNaPpY", "a file packed with Snappy"),
    (b"SQLite format 3\0", "an SQLite database"),
    (b"\x7FELF", "a program"),
    (b"MZ\x90\0", "a program"),
    (b"ARROW1", "an Arrow file"),
    (b"ORC", "an ORC table"),
    (b"Obj\x01", "an Avro file"),
    (b"\x89HDF", "an HDF5 file"),
    (b"\x93NUMPY", "a NumPy array"),
];

/// What a file is that begins with these bytes, if that is known and no text.
pub(super) fn not_text(head: &[u8]) -> Option<&'static str> {
    NOT_TEXT.iter().find(|(magic, _)| head.starts_with(magic)).map(|(_, what)| *what)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_the_format_under_the_packing() {
        let detected = |name: &str| by_name(Path::new(name));
        assert_eq!(detected("a/b.JSONL"), Some(Format::JsonLines));
        assert_eq!(detected("b.jsonl.gz"), Some(Format::JsonLines));
        assert_eq!(detected("b.csv.zst"), Some(Format::Csv));
        assert_eq!(detected("b.tab"), Some(Format::Tsv));
        assert_eq!(detected("b.txt.gz"), Some(Format::PlainText));
        for unknown in ["b", "b.gz", ".gz", "b.png", "csv"] {
            assert_eq!(detected(unknown), None, "{unknown}");
        }
    }

    #[test]
    fn contents_tell_the_format_where_they_are_plain() {
        let detected = |head: &str| by_content(head.as_bytes(), &FieldNames::default());
        assert_eq!(detected("\n {\"text\":1}\n"), Some(Format::JsonLines));
        assert_eq!(detected("\u{FEFF}编号,标题,正文\n1,2,3"), Some(Format::Csv));
        assert_eq!(detected("id\ttext\n"), Some(Format::Tsv));
        assert_eq!(detected("PAR1\u{15}"), Some(Format::Parquet));
        assert_eq!(detected("WARC/1.0\r\n"), Some(Format::Warc));
        assert_eq!(detected("\n<!DOCTYPE HTML PUBLIC><html>"), Some(Format::Html));
        assert_eq!(detected("<?xml version=\"1.0\"?>\n<html xmlns=\"x\">"), Some(Format::Html));
        assert_eq!(detected("<?xml version=\"1.0\"?>\n<rss>"), None);
        assert_eq!(detected("他说，text 这个词，不是英文。"), None);
        assert_eq!(detected("text"), None, "one column is no table");
        assert_eq!(detected(""), None);
    }
}
