//! Hand out each record's text without copying more than its format demands.

mod fields;
mod mmap;
mod plain;
mod shards;
mod walk;

pub use fields::FieldNames;
pub use shards::Shard;
pub use walk::Format;

use crate::error::{Error, Result};
use crate::types::DocId;
use fields::{Record, Role};
use mmap::Bytes;
use rayon::prelude::*;
use rustc_hash::FxHashMap;
use serde::Serialize;
use std::borrow::Cow;
use std::collections::hash_map::Entry;
use std::path::{Path, PathBuf};
use xxhash_rust::xxh3::{xxh3_64, xxh3_64_with_seed};

/// How inputs are read.
#[derive(Clone, Debug)]
pub struct CorpusConfig {
    /// Which field is what.
    pub names: FieldNames,
    /// Map files (the default) or read them into memory.
    pub map: bool,
    /// The output folder, which is never read as input.
    pub out: Option<PathBuf>,
}

impl Default for CorpusConfig {
    fn default() -> Self {
        CorpusConfig { names: FieldNames::default(), map: true, out: None }
    }
}

/// A record or file that was left out, where it is and why.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Skipped {
    /// The file.
    pub file: String,
    /// First byte of the record in it.
    pub offset: u64,
    /// What is wrong and what to do.
    pub reason: String,
}

impl Skipped {
    pub(crate) fn new(file: String, offset: u64, reason: String) -> Self {
        Skipped { file, offset, reason }
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
}

/// Where a record stands.
#[derive(Clone, Copy, Debug)]
struct Place {
    file: u32,
    length: u32,
    start: u64,
}

struct File {
    path: PathBuf,
    format: Format,
    name: String,
    input: usize,
    hash: u64,
    /// `None` for plain text, which is read when asked for, so that a million small files need no million
    /// mappings.
    bytes: Option<Bytes>,
}

/// All records of a run, in input order. Holds a place and an id for each (some 40 bytes and the id), and maps
/// the files; texts are decoded whenever they are asked for.
pub struct Corpus {
    files: Vec<File>,
    places: Vec<Place>,
    ids: String,
    id_ends: Vec<u64>,
    names: FieldNames,
    out: Option<PathBuf>,
    /// What was left out, in file order.
    pub skipped: Vec<Skipped>,
    /// How many records had an id that was taken and got a suffix.
    pub repeated_ids: u64,
    /// Bytes of all files read.
    pub bytes: u64,
    spool: Option<tempfile::NamedTempFile>,
}

/// Bytes of a file that one task indexes.
const CHUNK: usize = 4 << 20;

impl Corpus {
    /// Opens the inputs: files and folders, or `-` for standard input (kept in a temporary file, so that later
    /// passes can read it again). Bad records are skipped and listed; an input that is not there, and inputs
    /// without a single record, are errors. One pass over the bytes, in parallel.
    pub fn open(inputs: &[PathBuf], config: &CorpusConfig) -> Result<Corpus> {
        let mut skipped = Vec::new();
        let (paths, spool) = spool_stdin(inputs)?;
        let listed = walk::list(&paths, config.out.as_deref(), &mut skipped)?;
        let mut corpus = Corpus {
            files: Vec::with_capacity(listed.len()),
            places: Vec::new(),
            ids: String::new(),
            id_ends: Vec::new(),
            names: config.names.clone(),
            out: config.out.clone(),
            skipped,
            repeated_ids: 0,
            bytes: 0,
            spool,
        };
        for file in listed {
            corpus.add_file(file, config.map)?;
        }
        corpus.settle_ids();
        corpus.skipped.sort();
        if corpus.places.is_empty() {
            return Err(corpus.no_records(inputs));
        }
        Ok(corpus)
    }

    fn no_records(&self, inputs: &[PathBuf]) -> Error {
        let inputs = inputs.iter().map(|p| p.display().to_string()).collect::<Vec<_>>().join(", ");
        let first = self.skipped.first().map_or(String::new(), |s| format!(" (first: {}: {})", s.file, s.reason));
        Error::NoRecords { inputs, skipped: self.skipped.len(), first }
    }

    fn add_file(&mut self, mut listed: walk::Listed, map: bool) -> Result<()> {
        let isspool = self.spool.as_ref().is_some_and(|spool| spool.path() == listed.path);
        if isspool {
            listed.name = "-".into();
        }
        let shown = if isspool { "-".into() } else { listed.path.display().to_string() };
        let opened = match listed.format {
            Format::PlainText => std::fs::read(&listed.path).map(Bytes::Owned),
            Format::JsonLines if map => Bytes::map(&listed.path),
            Format::JsonLines => Bytes::read(&listed.path),
        };
        let bytes = match opened {
            Ok(bytes) => bytes,
            Err(error) => {
                self.skipped.push(Skipped::new(shown, 0, format!("cannot be read: {error}; check its permissions")));
                return Ok(());
            }
        };
        self.bytes += bytes.len() as u64;
        if bytes.is_empty() {
            self.skipped.push(Skipped::new(shown, 0, "empty file".into()));
            return Ok(());
        }
        let file = u32::try_from(self.files.len()).map_err(|_| Error::TooManyRecords { limit: u32::MAX })?;
        let hash = xxh3_64(&bytes);
        let kept = match listed.format {
            Format::PlainText => self.index_text(file, &bytes, &shown, &listed.name).then_some(None),
            Format::JsonLines => self.index_lines(file, &bytes, &shown, &listed.name)?.then_some(Some(bytes)),
        };
        // Records of standard input are kept in memory or mapped: nobody opens the file again by this path.
        let path = if isspool { "-".into() } else { listed.path };
        let (format, name, input) = (listed.format, listed.name, listed.input);
        self.files.push(File { path, format, name, input, hash, bytes: kept.flatten() });
        Ok(())
    }

    /// Adds a plain text file as a record; false when it is not one.
    fn index_text(&mut self, file: u32, bytes: &[u8], shown: &str, name: &str) -> bool {
        let reason = match simdutf8::compat::from_utf8(bytes) {
            Err(error) => invalid_utf8(error.valid_up_to()),
            Ok(text) if text.trim().is_empty() => "empty file".into(),
            Ok(_) if bytes.len() > u32::MAX as usize => "a record of more than 4 GB; split it".into(),
            Ok(_) => {
                self.places.push(Place { file, length: bytes.len() as u32, start: 0 });
                self.push_id(name);
                return true;
            }
        };
        self.skipped.push(Skipped::new(shown.to_owned(), 0, reason));
        false
    }

    /// Adds the records of a JSON Lines file; false when it has none.
    fn index_lines(&mut self, file: u32, bytes: &[u8], shown: &str, name: &str) -> Result<bool> {
        let before = self.places.len();
        let chunks: Vec<(usize, usize)> = chunk_bounds(bytes);
        let names = &self.names;
        let parts: Vec<ChunkIndex> =
            chunks.into_par_iter().map(|(from, to)| index_chunk(bytes, from, to, names, name)).collect();
        for part in parts {
            self.places.extend(part.places.iter().map(|&(start, length)| Place { file, length, start }));
            let mut from = 0;
            for end in part.id_ends {
                self.push_id(&part.ids[from..end]);
                from = end;
            }
            self.skipped.extend(part.bad.into_iter().map(|(at, why)| Skipped::new(shown.to_owned(), at, why)));
        }
        if self.places.len() > u32::MAX as usize {
            return Err(Error::TooManyRecords { limit: u32::MAX });
        }
        Ok(self.places.len() > before)
    }

    fn push_id(&mut self, id: &str) {
        self.ids.push_str(id);
        self.id_ends.push(self.ids.len() as u64);
    }

    /// Gives a repeated id the suffix `~2`, `~3` and so on, the first that no other record has.
    fn settle_ids(&mut self) {
        let hashes: Vec<u64> = (0..self.len() as u32).map(|k| self.order(DocId(k))).collect();
        let mut counts: FxHashMap<u64, u32> = FxHashMap::default();
        let mut repeats: Vec<usize> = Vec::new();
        for (k, &hash) in hashes.iter().enumerate() {
            let count = counts.entry(hash).or_default();
            *count += 1;
            if *count > 1 {
                repeats.push(k);
            }
        }
        if repeats.is_empty() {
            return;
        }
        self.repeated_ids = repeats.len() as u64;
        counts.values_mut().for_each(|count| *count = 1);
        let (ids, ends) = (std::mem::take(&mut self.ids), std::mem::take(&mut self.id_ends));
        let mut next = repeats.into_iter().peekable();
        let mut from = 0usize;
        for (k, &end) in ends.iter().enumerate() {
            let id = &ids[from..end as usize];
            self.ids.push_str(id);
            if next.next_if_eq(&k).is_some() {
                self.ids.push_str(&free_suffix(id, &mut counts));
            }
            self.id_ends.push(self.ids.len() as u64);
            from = end as usize;
        }
    }

    /// The folder for the temporary files of a run: beside the output, if there is to be one, else the system's.
    pub fn scratch(&self) -> PathBuf {
        match self.out.as_deref().map(|out| out.parent().filter(|p| !p.as_os_str().is_empty())) {
            Some(beside) => beside.unwrap_or(Path::new(".")).to_owned(),
            None => std::env::temp_dir(),
        }
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

    /// A number of the record that does not depend on where it stands in the input: the hash of its id.
    pub fn order(&self, doc: DocId) -> u64 {
        xxh3_64(self.id(doc).as_bytes())
    }

    /// The file a record stands in, the offset of its first byte there, and its length in bytes.
    pub fn place(&self, doc: DocId) -> (&Path, u64, u32) {
        let place = &self.places[doc.index()];
        (&self.files[place.file as usize].path, place.start, place.length)
    }

    /// Reads a record. Its text is decoded anew each time (about a microsecond for a page of 2 KB). A file of
    /// plain text that has vanished since the corpus was opened reads as empty.
    pub fn doc(&self, doc: DocId) -> RawDoc<'_> {
        let place = &self.places[doc.index()];
        let file = &self.files[place.file as usize];
        match (&file.bytes, file.format) {
            (Some(bytes), Format::JsonLines) => read_line(line_of(bytes, place), &self.names),
            _ => {
                let text = std::fs::read_to_string(&file.path).unwrap_or_default();
                RawDoc { text: Cow::Owned(strip_bom(text)), ..RawDoc::default() }
            }
        }
    }

    /// The text of a record alone, as [`Corpus::doc`] gives it.
    pub fn text(&self, doc: DocId) -> Cow<'_, str> {
        let place = &self.places[doc.index()];
        match (&self.files[place.file as usize].bytes, self.files[place.file as usize].format) {
            (Some(bytes), Format::JsonLines) => {
                let record = Record::parse(line_of(bytes, place), &self.names).ok();
                record.and_then(|mut record| record.take(Role::Text)).unwrap_or_default()
            }
            _ => self.doc(doc).text,
        }
    }

    /// Calls `with` on the outlet, address and title of a record, as [`Corpus::doc`] gives them; its text is not
    /// decoded.
    pub fn names<R>(&self, doc: DocId, with: impl FnOnce(Option<&str>, Option<&str>, Option<&str>) -> R) -> R {
        let place = &self.places[doc.index()];
        let Some(bytes) = &self.files[place.file as usize].bytes else { return with(None, None, None) };
        let mut record = Record::parse(line_of(bytes, place), &self.names).unwrap_or_default();
        let [outlet, url, title] = [Role::Outlet, Role::Url, Role::Title]
            .map(|role| record.take(role).filter(|value| !value.trim().is_empty()));
        with(outlet.as_deref(), url.as_deref(), title.as_deref())
    }

    /// The fields of a record that have no role here, as they are.
    pub fn unknown_fields(&self, doc: DocId) -> Option<serde_json::Map<String, serde_json::Value>> {
        let place = &self.places[doc.index()];
        let bytes = self.files[place.file as usize].bytes.as_ref()?;
        fields::unknown_fields(line_of(bytes, place), &self.names)
    }

    /// Hash of the names and bytes of all files, whatever order they were given in: tells whether two runs read
    /// the same input.
    pub fn input_hash(&self) -> u64 {
        let mut files: Vec<(&str, u64)> = self.files.iter().map(|f| (f.name.as_str(), f.hash)).collect();
        files.sort_unstable();
        files.into_iter().fold(0, |hash, (name, bytes)| xxh3_64_with_seed(name.as_bytes(), hash ^ bytes))
    }

    /// One line on what each input was taken for: how many files of each format, and the records in them.
    pub fn summary(&self) -> String {
        let count = |format| self.files.iter().filter(|f| f.format == format).count();
        let lines = count(Format::JsonLines);
        let texts = count(Format::PlainText);
        let mut parts = Vec::new();
        if lines > 0 {
            parts.push(format!("{lines} JSON Lines file{}", if lines == 1 { "" } else { "s" }));
        }
        if texts > 0 {
            parts.push(format!("{texts} text file{}", if texts == 1 { "" } else { "s" }));
        }
        parts.join(" and ")
    }
}

/// Puts standard input, if it is asked for, into a temporary file.
fn spool_stdin(inputs: &[PathBuf]) -> Result<(Vec<PathBuf>, Option<tempfile::NamedTempFile>)> {
    if !inputs.iter().any(|input| input.as_os_str() == "-") {
        return Ok((inputs.to_vec(), None));
    }
    let path = PathBuf::from("standard input");
    let spooled = || -> std::io::Result<tempfile::NamedTempFile> {
        let mut spool = tempfile::Builder::new().prefix("stdin-").suffix(".jsonl").tempfile()?;
        std::io::copy(&mut std::io::stdin().lock(), &mut spool)?;
        Ok(spool)
    };
    let spool = spooled().map_err(|source| Error::Read { path, source })?;
    let replace = |input: &PathBuf| if input.as_os_str() == "-" { spool.path().to_owned() } else { input.clone() };
    Ok((inputs.iter().map(replace).collect(), Some(spool)))
}

/// The next suffix that makes `id` one that nobody has. `used` holds, by the hash of every id, the last suffix
/// given to it.
fn free_suffix(id: &str, used: &mut FxHashMap<u64, u32>) -> String {
    let hash = xxh3_64(id.as_bytes());
    loop {
        let last = used.entry(hash).or_insert(1);
        *last += 1;
        let suffix = format!("~{last}");
        if let Entry::Vacant(free) = used.entry(xxh3_64(format!("{id}{suffix}").as_bytes())) {
            free.insert(1);
            return suffix;
        }
    }
}

fn strip_bom(text: String) -> String {
    match text.strip_prefix('\u{FEFF}') {
        Some(rest) => rest.to_owned(),
        None => text,
    }
}

fn line_of<'a>(bytes: &'a [u8], place: &Place) -> &'a str {
    let line = &bytes[place.start as usize..place.start as usize + place.length as usize];
    simdutf8::basic::from_utf8(line).unwrap_or_default()
}

fn read_line<'a>(line: &'a str, names: &FieldNames) -> RawDoc<'a> {
    let Ok(mut record) = Record::parse(line, names) else { return RawDoc::default() };
    let some = |value: Option<Cow<'a, str>>| value.filter(|v| !v.trim().is_empty());
    RawDoc {
        has_others: record.has_others,
        text: record.take(Role::Text).unwrap_or_default(),
        title: some(record.take(Role::Title)),
        url: some(record.take(Role::Url)),
        outlet: some(record.take(Role::Outlet)),
        published: some(record.take(Role::Published)),
    }
}

/// What indexing one chunk of a file gave: (start, length) of each record, ids end to end, and what was bad.
#[derive(Default)]
struct ChunkIndex {
    places: Vec<(u64, u32)>,
    ids: String,
    id_ends: Vec<usize>,
    bad: Vec<(u64, String)>,
}

/// Cuts a file into chunks that end at line ends.
fn chunk_bounds(bytes: &[u8]) -> Vec<(usize, usize)> {
    let mut bounds = Vec::new();
    let mut from = 0;
    while from < bytes.len() {
        let probe = (from + CHUNK).min(bytes.len());
        let to = memchr::memchr(b'\n', &bytes[probe..]).map_or(bytes.len(), |k| probe + k + 1);
        bounds.push((from, to));
        from = to;
    }
    bounds
}

fn index_chunk(bytes: &[u8], from: usize, to: usize, names: &FieldNames, file: &str) -> ChunkIndex {
    let mut index = ChunkIndex::default();
    let mut start = from;
    while start < to {
        let end = memchr::memchr(b'\n', &bytes[start..to]).map_or(to, |k| start + k);
        let skip_bom = if start == 0 && bytes.starts_with(b"\xEF\xBB\xBF") { 3 } else { 0 };
        let line = bytes[start + skip_bom..end].trim_ascii();
        if !line.is_empty() {
            let at = start
                + skip_bom
                + (bytes[start + skip_bom..end].len() - bytes[start + skip_bom..end].trim_ascii_start().len());
            match check_line(line, names) {
                Ok(id) => {
                    index.places.push((at as u64, line.len() as u32));
                    match id {
                        Some(id) => index.ids.push_str(&id),
                        None => index.ids.push_str(&format!("{file}#{at}")),
                    }
                    index.id_ends.push(index.ids.len());
                }
                Err(reason) => index.bad.push((at as u64, reason)),
            }
        }
        start = end + 1;
    }
    index
}

/// The id of the record on a line, if it has one; or why the line is no record.
fn check_line<'a>(line: &'a [u8], names: &FieldNames) -> std::result::Result<Option<Cow<'a, str>>, String> {
    if line.len() > u32::MAX as usize {
        return Err("a record of more than 4 GB; split it".into());
    }
    let line = simdutf8::compat::from_utf8(line).map_err(|error| invalid_utf8(error.valid_up_to()))?;
    let mut record = Record::parse(line, names).map_err(|error| format!("not a JSON object: {error}"))?;
    match record.says_something(Role::Text) {
        Some(true) => {}
        Some(false) => return Err("the text is empty".into()),
        None if record.text_is_no_string => return Err("the text is not a string".into()),
        None => return Err("no text field; map one with --field text=NAME".into()),
    }
    Ok(record.take(Role::Id).filter(|id| !id.is_empty()))
}

fn invalid_utf8(at: usize) -> String {
    format!("not valid UTF-8 from byte {at} of the record; convert the file to UTF-8")
}
