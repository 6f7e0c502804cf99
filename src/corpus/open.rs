//! One file: what it is taken for, and its records.

use super::archive::{self, Archive, Member};
use super::encoding::{self, Choice, LONG_SAMPLE, SAMPLE};
use super::kind::{self, FileKind, Format};
use super::packing::Packing;
use super::record_cache::{CachePart, Reading, Sink, Spool};
use super::reread_records::RereadRecords;
use super::source::LinesSource;
use super::stream::{Stream, broken};
use super::unnamed::Unnamed;
use super::walk::Listed;
use super::{CorpusConfig, arc, json, lines, page, table, text, warc};
use crate::error::{Error, Result};
use crate::storage::Bytes;
use encoding_rs::{Encoding, UTF_8};
use rayon::prelude::*;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io::{self, Read};
use std::path::Path;
use std::sync::Arc;
use std::time::SystemTime;

/// First bytes of a file that show its format.
const HEAD: usize = 4096;

/// A file that has been read.
pub(super) struct Opened {
    /// What it was taken for.
    pub kind: FileKind,
    /// Hash of its bytes, unpacked; 0 where single records are all that is wanted.
    pub hash: u64,
    /// How many they are.
    pub bytes: u64,
    /// Where its records are kept.
    pub kept: Kept,
    /// Its records.
    pub part: CachePart,
}

/// By what a file is known not to have changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stamp {
    bytes: u64,
    modified: Option<SystemTime>,
}

impl Stamp {
    pub(super) fn of(path: &Path) -> io::Result<Self> {
        let file = std::fs::metadata(path)?;
        Ok(Stamp { bytes: file.len(), modified: file.modified().ok() })
    }
}

/// Where the records of a file are kept.
pub(super) enum Kept {
    /// In the file itself, or all of it in memory: JSON Lines in UTF-8.
    Lines(LinesSource),
    /// The file is one text in UTF-8, and is read when it is asked for.
    Whole,
    /// In the spool.
    Spooled,
    /// In a file that an earlier run read, whose records are read from it again when they are asked for.
    Reread(RereadRecords),
}

/// What a file gave: its own records, or those of the files in an archive.
#[derive(Default)]
pub(super) struct OpenedFiles {
    /// The path of each in the archive, empty for the file itself, and its records; or a reason for which all of it is
    /// left out.
    pub opened: Vec<(String, std::result::Result<Opened, String>)>,
    /// What was passed over for good reason.
    pub passed: BTreeMap<Cow<'static, str>, usize>,
}

impl OpenedFiles {
    fn one(opened: std::result::Result<Opened, String>) -> Self {
        OpenedFiles { opened: vec![(String::new(), opened)], passed: BTreeMap::new() }
    }
}

/// Opens a file, or one in an archive (`a.zip/b.txt`), and reads its records, all but those of a mapped one. Errors are
/// those of the spool; what is wrong with the file is in `part.bad` or is given back as a reason for which the whole
/// file is left out.
pub(super) fn open(file: &Listed, config: &CorpusConfig, spool: &Spool, wanted: Option<&[u64]>) -> Result<OpenedFiles> {
    let (path, member) = archive::split(&file.path);
    let (mut stream, packing) = match Stream::open(&path) {
        Ok(opened) => opened,
        Err(error) => return Ok(OpenedFiles::one(Err(unreadable(&error)))),
    };
    if stream.peek(1).is_empty() {
        return Ok(OpenedFiles::one(Err(nothing(&stream, packing))));
    }
    let head = stream.peek(archive::TAR_HEAD);
    let archive = match packing {
        None if archive::is_zip(head) => archive::zip,
        None if archive::is_tar(head) => archive::tar,
        Some(_) if archive::is_tar(head) => {
            let archive = archive::packed_tar(stream, &config.scratch())?;
            return open_members(&archive, member.as_deref(), file, config, spool, wanted);
        }
        _ => return open_stream(file, stream, packing, config, spool, wanted).map(OpenedFiles::one),
    };
    let read = || -> io::Result<Bytes> {
        if !config.map {
            return std::fs::read(&path).map(Bytes::Owned);
        }
        // A copy, since an input is never mapped (see `source.rs`).
        let mut copy = tempfile::tempfile_in(config.scratch())?;
        io::copy(&mut std::fs::File::open(&path)?, &mut copy)?;
        Bytes::map_file(&copy)
    };
    match read() {
        Ok(bytes) => open_members(&archive(bytes), member.as_deref(), file, config, spool, wanted),
        Err(error) => Ok(OpenedFiles::one(Err(unreadable(&error)))),
    }
}

/// Opens the files of an archive, or the one that is asked for, in parallel.
fn open_members(
    archive: &Archive,
    only: Option<&str>,
    file: &Listed,
    config: &CorpusConfig,
    spool: &Spool,
    wanted: Option<&[u64]>,
) -> Result<OpenedFiles> {
    let asked = archive.members.par_iter().filter(|member| only.is_none_or(|only| member.name == only));
    let open = |member: &Member| -> Result<(String, std::result::Result<Opened, String>)> {
        let inner = Listed {
            path: file.path.join(&member.name),
            name: format!("{}/{}", file.name, member.name),
            otherwise: None,
            ..file.clone()
        };
        let opened = match archive.open(member) {
            Ok(stream) => open_member(stream, archive, &inner, config, spool, wanted)?,
            Err(reason) => Err(reason),
        };
        let opened = opened.map(|mut opened| {
            if archive.is_cut(member) {
                opened.part.skip(opened.bytes, "the archive ends within this file; what comes before is read");
            }
            opened
        });
        Ok((member.name.clone(), opened))
    };
    let mut opened: Vec<_> = asked.map(open).collect::<Result<_>>()?;
    opened.extend(archive.broken.clone().map(|reason| (String::new(), Err(reason))));
    Ok(OpenedFiles { opened, passed: archive.passed.clone() })
}

fn open_member(
    mut stream: Stream,
    archive: &Archive,
    inner: &Listed,
    config: &CorpusConfig,
    spool: &Spool,
    wanted: Option<&[u64]>,
) -> Result<std::result::Result<Opened, String>> {
    let head = stream.peek(archive::TAR_HEAD);
    if head.is_empty() {
        return Ok(Err(nothing(&stream, None)));
    }
    if archive::is_zip(head) || archive::is_tar(head) {
        return Ok(Err("an archive in an archive, which is not read; unpack the outer one".into()));
    }
    open_stream(inner, stream, Some(archive.packing), config, spool, wanted)
}

/// Reads the records of a file that is no archive.
fn open_stream(
    file: &Listed,
    mut stream: Stream,
    packing: Option<Packing>,
    config: &CorpusConfig,
    spool: &Spool,
    wanted: Option<&[u64]>,
) -> Result<std::result::Result<Opened, String>> {
    if config.format.is_none()
        && let Some(what) = kind::not_text(stream.peek(HEAD))
    {
        return Ok(Err(format!("{what}, which is not read; save its text in a kind of file that is")));
    }
    let Some(format) = format_of(file, config, &mut stream) else { return Ok(Err(UNKNOWN.into())) };
    let reading = Reading { names: &config.names, file: &file.name, wanted };
    let mut sink = Sink::new(reading, spool);
    let kind = FileKind { format, packing, encoding: None, encoding_from: None };
    match format {
        Format::Parquet => return read_parquet(&file.path, stream, kind, &config.scratch(), sink).map(Ok),
        Format::Html => page::read(&mut stream, &mut sink)?,
        Format::Warc => warc::read(&mut stream, &mut sink)?,
        Format::Arc => arc::read(&mut stream, &mut sink)?,
        Format::JsonLines | Format::Json | Format::Csv | Format::Tsv | Format::PlainText => {
            return read_encoded(file, stream, kind, config, sink);
        }
    }
    Ok(Ok(Opened { kind, hash: stream.hash(), bytes: stream.bytes, kept: Kept::Spooled, part: sink.finish()? }))
}

/// Reads a file whose text is all in one encoding.
fn read_encoded(
    file: &Listed,
    mut stream: Stream,
    kind: FileKind,
    config: &CorpusConfig,
    mut sink: Sink,
) -> Result<std::result::Result<Opened, String>> {
    let Choice { encoding, detected_by } = encoding_of(&mut stream);
    let mut kind = FileKind { encoding: Some(encoding.name()), encoding_from: Some(detected_by), ..kind };
    if kind.format == Format::JsonLines && config.format.is_none() && is_document(&mut stream, encoding, &sink) {
        kind.format = Format::Json;
    }
    let is_plain = kind.packing.is_none() && encoding == UTF_8;
    if kind.format == Format::JsonLines && is_plain {
        return Ok(read_lines(file, stream, kind, config, &sink).map_err(|error| unreadable(&error)));
    }
    let (mut stream, encoding) = match kind.decoded_as() {
        Some(encoding) => (stream.decoded(encoding), UTF_8),
        None => (stream, encoding),
    };
    let mut kept = Kept::Spooled;
    match kind.format {
        Format::JsonLines => lines::read(&mut stream, encoding, &mut sink)?,
        Format::Json => json::read(&mut stream, &mut sink)?,
        Format::Csv | Format::Tsv => table::read(&mut stream, kind.format, encoding, &mut sink)?,
        _ if is_plain && !file.is_stdin => {
            kept = Kept::Whole;
            text::index(&mut stream, &mut sink);
        }
        _ => text::read(&mut stream, encoding, &mut sink)?,
    }
    Ok(Ok(Opened { kind, hash: stream.hash(), bytes: stream.bytes, kept, part: sink.finish()? }))
}

/// Indexes the records of a file that stay in it. Where single records are wanted they are not looked for.
fn read_lines(file: &Listed, stream: Stream, kind: FileKind, config: &CorpusConfig, sink: &Sink) -> io::Result<Opened> {
    let source = LinesSource::open(&file.path)?;
    if sink.reading.wanted.is_some() {
        return Ok(Opened { kind, hash: 0, bytes: 0, kept: Kept::Lines(source), part: CachePart::default() });
    }
    let (mut stream, source) = match config.map {
        true => (stream, source),
        false => {
            let mut bytes = Vec::new();
            source.from(0).read_to_end(&mut bytes)?;
            let bytes: Arc<[u8]> = bytes.into();
            (Stream::of_memory(Arc::clone(&bytes)), LinesSource::Memory(bytes))
        }
    };
    let part = lines::index(&mut stream, sink.reading);
    Ok(Opened { kind, hash: stream.hash(), bytes: stream.bytes, kept: Kept::Lines(source), part })
}

/// True for a stream that is about to be read and is a JSON document.
fn is_document(stream: &mut Stream, encoding: &'static Encoding, sink: &Sink) -> bool {
    let head = stream.peek(SAMPLE);
    let is_all = head.len() < SAMPLE;
    json::is_document(encoding::decode(head, encoding).as_bytes(), is_all, sink.reading.names)
}

/// Reads a file that is not read from its beginning to its end: one that is packed is unpacked for that.
fn read_parquet(path: &Path, mut stream: Stream, kind: FileKind, scratch: &Path, mut sink: Sink) -> Result<Opened> {
    let failed = |source| Error::Write { path: scratch.to_owned(), source };
    let unpacked = match kind.packing {
        Some(_) => Some(Unnamed::new_in(scratch).map_err(failed)?),
        None => None,
    };
    let copied = match &unpacked {
        Some(file) => io::copy(&mut stream, &mut file.as_file()),
        None => io::copy(&mut stream, &mut io::sink()),
    };
    match copied {
        Ok(_) => read_rows(unpacked.as_ref().map_or(path, |file| file.path()), &mut sink)?,
        Err(error) => sink.skip(0, broken(&error)),
    }
    Ok(Opened { kind, hash: stream.hash(), bytes: stream.bytes, kept: Kept::Spooled, part: sink.finish()? })
}

#[cfg(feature = "parquet")]
fn read_rows(path: &Path, sink: &mut Sink) -> Result<()> {
    super::parquet::read(path, sink)
}

#[cfg(not(feature = "parquet"))]
fn read_rows(_: &Path, sink: &mut Sink) -> Result<()> {
    sink.skip(0, "Parquet is not read by this build, which lacks the feature `parquet`");
    Ok(())
}

const UNKNOWN: &str = "not a kind of file that is read (.jsonl, .json, .csv, .tsv, .parquet, .txt, .html, .warc, .wet or .arc, as \
                       it is, packed or in an archive); name it as an input to read it all the same";

/// Why a file gives not one byte.
fn nothing(stream: &Stream, packing: Option<Packing>) -> String {
    match (stream.failure(), packing) {
        (None, _) => "empty file".into(),
        (Some(error), None) => broken(error),
        (Some(error), Some(packing)) => {
            format!(
                "packed with {}, and broken from its beginning: {error}; fetch or pack the file again",
                packing.name()
            )
        }
    }
}

fn unreadable(error: &io::Error) -> String {
    format!("cannot be read: {error}; check its permissions")
}

/// The format of a file: as the user says, as its name says, as its contents show. What shows nothing is text where the
/// user has named it, records where it comes from standard input, and nothing we read where it lies in a folder.
fn format_of(file: &Listed, config: &CorpusConfig, stream: &mut Stream) -> Option<Format> {
    let shown = || kind::by_content(stream.peek(HEAD), &config.names);
    config.format.or_else(|| kind::by_name(&file.path)).or_else(shown).or(file.otherwise)
}

/// The encoding of a stream that is about to be read.
fn encoding_of(stream: &mut Stream) -> Choice {
    let sample = stream.peek(SAMPLE);
    if sample.len() < SAMPLE || !sample.is_ascii() {
        return encoding::choose(sample, &[], None);
    }
    let long = stream.peek(LONG_SAMPLE);
    let first = long.iter().position(|byte| !byte.is_ascii()).unwrap_or(long.len());
    encoding::choose(&long[first.saturating_sub(SAMPLE / 2)..long.len().min(first + SAMPLE)], &[], None)
}
