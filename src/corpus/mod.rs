//! Hand out each record's text without copying more than its format demands.

mod arc;
mod archive;
mod archived;
mod build;
mod encoding;
mod fields;
#[cfg(feature = "html")]
pub mod html;
mod http;
mod in_memory;
mod json;
mod kind;
mod lenient;
mod lines;
mod mojibake;
mod names;
mod open;
mod packing;
mod page;
mod parallel_decompress;
#[cfg(feature = "parquet")]
mod parquet;
mod pipes;
mod plain;
mod read_ahead;
mod record;
mod record_cache;
mod reread;
mod reread_records;
mod shards;
mod sniff;
mod source;
mod stored;
mod stream;
mod table;
mod text;
mod unnamed;
mod unused;
mod walk;
mod warc;

pub use encoding::DetectedBy;
pub use in_memory::InputRecord;
pub use kind::{FileKind, Format, by_name as format_by_name};
pub use names::{FieldNames, FieldRole};
pub use packing::Packing;
pub(crate) use reread::read_again;
pub use shards::Shard;
pub(crate) use stored::{StoredFile, StoredRecord, StoredRecords};
pub use unused::Unused;
pub(crate) use warc::MAGIC as WARC_MAGIC;

use crate::error::{Error, Result};
use crate::storage::Bytes;
use crate::types::{DocId, Skipped};
use fields::Record;
use open::{Kept, Stamp};
use rayon::prelude::*;
use serde::Serialize;
use source::LinesSource;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use xxhash_rust::xxh3::{xxh3_64, xxh3_64_with_seed};

/// How inputs are read.
#[derive(Clone, Debug)]
pub struct CorpusConfig {
    /// Which field is what.
    pub names: FieldNames,
    /// What all files are taken for; `None` to go by their names and contents.
    pub format: Option<Format>,
    /// Read records from their files when they are asked for (the default), or read files into memory.
    pub map: bool,
    /// The output folder, which is never read as input.
    pub out: Option<PathBuf>,
    /// The folder for temporary files.
    pub temp: Option<PathBuf>,
}

impl CorpusConfig {
    /// The folder for the temporary files of a run: the one that is named, else next to the output, if there is to be
    /// one, else the system's.
    pub(crate) fn scratch(&self) -> PathBuf {
        let parent =
            |out: &PathBuf| out.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new(".")).to_owned();
        let named = self.temp.clone().or_else(|| self.out.as_ref().map(parent));
        named.unwrap_or_else(std::env::temp_dir)
    }
}

impl Default for CorpusConfig {
    fn default() -> Self {
        CorpusConfig { names: FieldNames::default(), format: None, map: true, out: None, temp: None }
    }
}

/// One record, borrowed from its file where the format allows. Absent and empty fields are `None`.
#[derive(Clone, Debug, Default)]
pub struct RawDoc<'a> {
    /// The text as read: what all spans are bytes of.
    pub text: Cow<'a, str>,
    /// The title field.
    pub title: Option<Cow<'a, str>>,
    /// The address.
    pub url: Option<Cow<'a, str>>,
    /// Who published it, as a field says.
    pub outlet: Option<Cow<'a, str>>,
    /// When, as a field writes it.
    pub published: Option<Cow<'a, str>>,
    /// The record has fields that are none of these; see [`Corpus::unknown_fields`].
    pub has_others: bool,
    /// How many of these were encoded twice and are read as they were before.
    pub mended: u32,
}

impl RawDoc<'_> {
    /// The same words.
    fn borrowed(&self) -> RawDoc<'_> {
        RawDoc {
            text: Cow::Borrowed(&self.text),
            title: self.title.as_deref().map(Cow::Borrowed),
            url: self.url.as_deref().map(Cow::Borrowed),
            outlet: self.outlet.as_deref().map(Cow::Borrowed),
            published: self.published.as_deref().map(Cow::Borrowed),
            has_others: self.has_others,
            mended: self.mended,
        }
    }

    /// The same with words of its own.
    fn into_owned(self) -> RawDoc<'static> {
        let own = |value: Cow<str>| Cow::Owned(value.into_owned());
        RawDoc {
            text: own(self.text),
            title: self.title.map(own),
            url: self.url.map(own),
            outlet: self.outlet.map(own),
            published: self.published.map(own),
            has_others: self.has_others,
            mended: self.mended,
        }
    }
}

/// Where a record is kept: in its file, or in the spool.
#[derive(Clone, Copy, Debug)]
struct RecordPlace {
    file: u32,
    length: u32,
    start: u64,
}

/// Files of JSON Lines that are kept open.
const OPEN: usize = 256;

/// An input is not what it was when the run began: unwinds to where [`until_changed`] waits.
fn changed(path: &Path) -> ! {
    std::panic::resume_unwind(Box::new(Changed(path.to_owned())))
}

/// The file that changed.
struct Changed(PathBuf);

/// Does work that reads records; an input that changes meanwhile ends it with an error.
pub(crate) fn until_changed<T>(work: impl FnOnce() -> Result<T>) -> Result<T> {
    // What the work has left half done goes with it: nobody sees it again.
    let done = std::panic::catch_unwind(std::panic::AssertUnwindSafe(work));
    done.unwrap_or_else(|cause| match cause.downcast::<Changed>() {
        Ok(changed) => Err(Error::InputChanged { path: changed.0 }),
        Err(cause) => std::panic::resume_unwind(cause),
    })
}

struct File {
    path: PathBuf,
    name: String,
    kind: FileKind,
    input: usize,
    hash: u64,
    kept: Kept,
    /// What it was when it was opened; none of what has no path.
    stamp: Option<Stamp>,
}

/// Files of one kind, and the records in them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct KindCount {
    /// What they were taken for.
    #[serde(flatten)]
    pub kind: FileKind,
    /// How many files.
    pub files: usize,
    /// How many records.
    pub records: usize,
    /// The first of the files.
    pub example: String,
}

/// All records of a run, in input order. Keeps a place and an id for each (some 44 bytes and the id); texts are read and
/// decoded whenever they are asked for: from JSON Lines in UTF-8 as they are, the records of all other files from a
/// temporary file of JSON Lines, which is mapped.
pub struct Corpus {
    files: Vec<File>,
    places: Vec<RecordPlace>,
    /// By what each record is known again, where it stays in its file.
    sums: Vec<u32>,
    ids: String,
    id_ends: Vec<u64>,
    names: FieldNames,
    scratch: PathBuf,
    /// What was left out, in file order.
    pub skipped: Vec<Skipped>,
    /// How many records had an id that was taken and got a suffix.
    pub repeated_ids: u64,
    /// Bytes of all files read, unpacked.
    pub bytes: u64,
    /// How many pages of HTML files and archives were in which encoding.
    pub page_encodings: BTreeMap<&'static str, usize>,
    /// What was passed over for good reason (records of an archive that are no pages, hidden files), and how many of each.
    pub passed: BTreeMap<Cow<'static, str>, usize>,
    /// Roles that some record fills, as bits.
    filled: u8,
    /// Mappings of the user that matched a field of some record.
    met: u64,
    /// Some record has no id of its own.
    has_made_ids: bool,
    spool: Bytes,
    /// Records that were read, by document; empty where they are read anew each time.
    read: Vec<OnceLock<RawDoc<'static>>>,
    /// Records that are gone are passed over by those who read them.
    passes_over_gone: bool,
}

/// What standard input is called.
const STDIN: &str = "-";

impl Corpus {
    /// The folder for the temporary files of a run.
    pub fn scratch(&self) -> &Path {
        &self.scratch
    }

    /// Bytes of memory that places and ids take.
    pub(crate) fn memory(&self) -> u64 {
        (self.places.len() * (size_of::<RecordPlace>() + size_of::<u32>() + size_of::<u64>()) + self.ids.len()) as u64
    }

    /// True when the other records are read as they are now once some are removed from their files: no id depends on the
    /// place of a record or on others, and no encoding was guessed from the bytes of the file.
    pub(crate) fn is_read_alike_without_some(&self) -> bool {
        let is_guessed = |file: &File| file.kind.encoding_from == Some(DetectedBy::Detected);
        !self.has_made_ids && self.repeated_ids == 0 && !self.files.iter().any(is_guessed)
    }

    /// How many records there are.
    pub fn len(&self) -> usize {
        self.places.len()
    }

    /// True for a corpus without records.
    pub fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    /// All records in input order.
    pub fn docs(&self) -> impl IndexedParallelIterator<Item = DocId> {
        (0..self.len() as u32).into_par_iter().map(DocId)
    }

    /// A record's id.
    pub fn id(&self, doc: DocId) -> &str {
        let start = if doc.0 == 0 { 0 } else { self.id_ends[doc.index() - 1] };
        &self.ids[start as usize..self.id_ends[doc.index()] as usize]
    }

    /// A number of the record that does not depend on where it is in the input: the hash of its id.
    pub fn order(&self, doc: DocId) -> u64 {
        xxh3_64(self.id(doc).as_bytes())
    }

    /// The file a record is in, the offset of its first byte there, and its length in bytes. Of a packed file the
    /// bytes are those that are unpacked, of one in UTF-16 those of the same text in UTF-8. In Parquet the offset is the
    /// number of the row, from 0, and the length that of the row as JSON.
    pub fn place(&self, doc: DocId) -> (&Path, u64, u32) {
        let place = &self.places[doc.index()];
        let file = &self.files[place.file as usize];
        let (offset, length) = match file.kept {
            Kept::Spooled => record_cache::original_place(&self.spool, place.start),
            Kept::Lines(_) | Kept::Whole | Kept::Reread(_) => (place.start, place.length),
        };
        (&file.path, offset, length)
    }

    /// What the file of a record was taken for.
    pub fn kind(&self, doc: DocId) -> FileKind {
        self.files[self.places[doc.index()].file as usize].kind
    }

    /// Reads a record. Its text is read and decoded anew each time (about two microseconds for a page of 2 KB). A file
    /// that has changed since the corpus was opened ends the run with an error that names it.
    pub fn doc(&self, doc: DocId) -> RawDoc<'_> {
        match self.read.get(doc.index()) {
            Some(read) => read.get_or_init(|| self.read_doc(doc).into_owned()).borrowed(),
            None => self.read_doc(doc),
        }
    }

    /// The same corpus, which reads each record once and keeps it: for few pages that are asked for again and again.
    pub(crate) fn reading_once(mut self) -> Corpus {
        self.read.resize_with(self.len(), OnceLock::new);
        self
    }

    /// The same, for those who ask [`Corpus::is_gone`] before they read a record: one that is no longer in its file as it was
    /// is passed over.
    pub(crate) fn passing_over_gone(mut self) -> Corpus {
        self.passes_over_gone = true;
        self.read_ahead_what_is_there();
        self.reading_once()
    }

    /// True for a record that is to be passed over, because it is no longer in its file as it was.
    pub(crate) fn is_gone(&self, doc: DocId) -> bool {
        self.passes_over_gone && until_changed(|| Ok(self.doc(doc))).is_err()
    }

    fn read_doc(&self, doc: DocId) -> RawDoc<'_> {
        match self.line(doc) {
            Some(Cow::Borrowed(line)) => record::read(decoded(line), &self.names),
            Some(Cow::Owned(line)) => record::read(decoded(&line), &self.names).into_owned(),
            None => {
                let (text, is_mended) = record::as_it_was(Cow::Owned(self.whole(doc)));
                RawDoc { text, mended: u32::from(is_mended), ..RawDoc::default() }
            }
        }
    }

    /// Calls `with` on a record, as [`Corpus::doc`] gives it; what its file has as it is to be read is not copied.
    pub fn with_doc<R>(&self, doc: DocId, with: impl FnOnce(&RawDoc) -> R) -> R {
        match &self.file_of(doc).kept {
            Kept::Lines(source) if self.read.is_empty() => {
                self.with_line(source, doc, |line| with(&record::read(decoded(line), &self.names)))
            }
            _ => with(&self.doc(doc)),
        }
    }

    /// Calls `with` on the text of a record, as [`Corpus::text`] gives it.
    pub fn with_text<R>(&self, doc: DocId, with: impl FnOnce(&str) -> R) -> R {
        match &self.file_of(doc).kept {
            Kept::Lines(source) if self.read.is_empty() => {
                self.with_line(source, doc, |line| with(&record::text(decoded(line), &self.names)))
            }
            _ => with(&self.text(doc)),
        }
    }

    /// Calls `with` on the line of a record that stays in its file.
    fn with_line<R>(&self, source: &LinesSource, doc: DocId, with: impl FnOnce(&[u8]) -> R) -> R {
        let RecordPlace { start, length, .. } = self.places[doc.index()];
        source.with(start, length as usize, |line| {
            let line = line.filter(|line| source::sum(line) == self.sums[doc.index()]);
            with(line.unwrap_or_else(|| changed(&self.file_of(doc).path)))
        })
    }

    /// The text of a record alone, as [`Corpus::doc`] gives it.
    pub fn text(&self, doc: DocId) -> Cow<'_, str> {
        if !self.read.is_empty() {
            return self.doc(doc).text;
        }
        match self.line(doc) {
            Some(Cow::Borrowed(line)) => record::text(decoded(line), &self.names),
            Some(Cow::Owned(line)) => Cow::Owned(record::text(decoded(&line), &self.names).into_owned()),
            None => record::as_it_was(Cow::Owned(self.whole(doc))).0,
        }
    }

    /// Calls `with` on the outlet, address and title of a record, as [`Corpus::doc`] gives them; its text is not
    /// decoded.
    pub fn names<R>(&self, doc: DocId, with: impl FnOnce(Option<&str>, Option<&str>, Option<&str>) -> R) -> R {
        if let Kept::Lines(source) = &self.file_of(doc).kept {
            return self.with_line(source, doc, |line| self.names_of(line, with));
        }
        match self.line(doc) {
            Some(line) => self.names_of(&line, with),
            None => with(None, None, None),
        }
    }

    fn names_of<R>(&self, line: &[u8], with: impl FnOnce(Option<&str>, Option<&str>, Option<&str>) -> R) -> R {
        let line = decoded(line);
        let mut record = Record::parse(&line, &self.names).unwrap_or_default();
        let [outlet, url, title] = [FieldRole::Outlet, FieldRole::Url, FieldRole::Title]
            .map(|role| Some(record::as_it_was(record.take(role)?).0).filter(|value| !value.trim().is_empty()));
        with(outlet.as_deref(), url.as_deref(), title.as_deref())
    }

    /// The fields of a record that have no role here, as they are.
    pub fn unknown_fields(&self, doc: DocId) -> Option<serde_json::Map<String, serde_json::Value>> {
        fields::unknown_fields(&self.json_line(doc)?, &self.names)
    }

    /// The JSON line of a record; empty where the file itself is the record.
    pub(crate) fn json(&self, doc: DocId) -> Cow<'_, str> {
        self.json_line(doc).unwrap_or_default()
    }

    /// The text of a file that is a record.
    fn whole(&self, doc: DocId) -> String {
        let (file, length) = (&self.file_of(doc).path, self.places[doc.index()].length as usize);
        let bytes = std::fs::read(file).unwrap_or_else(|_| changed(file));
        if bytes.len() != length || source::sum(&bytes) != self.sums[doc.index()] {
            changed(file);
        }
        whole_text(&bytes)
    }

    fn file_of(&self, doc: DocId) -> &File {
        &self.files[self.places[doc.index()].file as usize]
    }

    /// The JSON line of a record; none where the file itself is the record.
    fn json_line(&self, doc: DocId) -> Option<Cow<'_, str>> {
        Some(match self.line(doc)? {
            Cow::Borrowed(line) => decoded(line),
            Cow::Owned(line) => Cow::Owned(decoded(&line).into_owned()),
        })
    }

    /// The bytes of the JSON line of a record; none where the file itself is the record.
    fn line(&self, doc: DocId) -> Option<Cow<'_, [u8]>> {
        let (place, file) = (&self.places[doc.index()], self.file_of(doc));
        let (start, length) = (place.start as usize, place.length as usize);
        match &file.kept {
            Kept::Whole => None,
            Kept::Reread(records) => Some(Cow::Owned(self.reread(records, doc).into_bytes())),
            Kept::Spooled => Some(Cow::Borrowed(&self.spool[start..start + length])),
            Kept::Lines(source) => {
                let line = source.read(place.start, length);
                let line = line.filter(|line| source::sum(line) == self.sums[doc.index()]);
                Some(line.unwrap_or_else(|| changed(&file.path)))
            }
        }
    }

    /// Hash of the names and bytes of all files, whatever order they were given in: tells whether two runs read
    /// the same input.
    pub fn input_hash(&self) -> u64 {
        let mut files: Vec<(&str, u64)> = self.files.iter().map(|f| (f.name.as_str(), f.hash)).collect();
        files.sort_unstable();
        files.into_iter().fold(0, |hash, (name, bytes)| xxh3_64_with_seed(name.as_bytes(), hash ^ bytes))
    }

    /// Hash of the records as they are numbered: of the paths and bytes of all files, and of all ids, in their order.
    pub(crate) fn identity(&self) -> u64 {
        let file =
            |hash: u64, file: &File| xxh3_64_with_seed(file.path.as_os_str().as_encoded_bytes(), hash ^ file.hash);
        let files = self.files.iter().fold(0, file);
        let ends = xxh3_64_with_seed(bytemuck::cast_slice(&self.id_ends), files);
        xxh3_64_with_seed(self.ids.as_bytes(), ends)
    }

    /// How many files were taken for what, and the records in them: a row a kind, and there are few kinds.
    pub fn kinds(&self) -> Vec<KindCount> {
        let mut records = vec![0; self.files.len()];
        self.places.iter().for_each(|place| records[place.file as usize] += 1);
        let mut kinds: Vec<KindCount> = Vec::new();
        for (file, records) in self.files.iter().zip(records) {
            match kinds.iter_mut().find(|held| held.kind == file.kind) {
                Some(held) => (held.files, held.records) = (held.files + 1, held.records + records),
                None => kinds.push(KindCount { kind: file.kind, files: 1, records, example: file.name.clone() }),
            }
        }
        kinds.sort_by_key(|count| count.kind);
        kinds
    }

    /// One line on what the inputs were taken for: `3 files as CSV (gzip, GB18030), 1 as JSON Lines`.
    pub fn summary(&self) -> String {
        let kind = |(k, count): (usize, &KindCount)| {
            let unit = if k > 0 { "" } else { [" files", " file"][usize::from(count.files == 1)] };
            format!("{}{unit} as {}", count.files, count.kind)
        };
        self.kinds().iter().enumerate().map(kind).collect::<Vec<_>>().join(", ")
    }
}

/// A JSON line as text.
fn decoded(line: &[u8]) -> Cow<'_, str> {
    encoding::decode_line(line, encoding_rs::UTF_8)
}

/// The text of a file that is a record.
fn whole_text(bytes: &[u8]) -> String {
    text::strip_mark(&encoding::decode_text(bytes, encoding_rs::UTF_8)).to_owned()
}
