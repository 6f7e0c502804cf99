//! How a corpus is made: files opened, records numbered, ids made unique.

use super::open::{self, Kept, Opened, OpenedFiles, Stamp};
use super::record_cache::{CachePart, Spool};
use super::source::{self, LinesSource};
use super::{Corpus, CorpusConfig, FieldNames, File, FileKind, Format, OPEN, RecordPlace, STDIN, pipes, record, walk};
use crate::error::{Error, Result};
use crate::storage::Bytes;
use crate::types::{DocId, Skipped};
use rayon::prelude::*;
use rustc_hash::FxHashMap;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::collections::hash_map::Entry;
use std::path::{Path, PathBuf};
use xxhash_rust::xxh3::xxh3_64;

/// Files that are opened in parallel before their records are numbered: what is known of their records must be in
/// memory twice until then.
const TOGETHER: usize = 256;

/// What is wrong with a record without an id where no file and place can stand for it.
const NO_ID: &str = "no id; every page needs one here, under a common name or mapped to the role `id`";

impl Corpus {
    /// Opens the inputs: files, folders and patterns, or `-` for standard input (kept in a temporary file, so that
    /// later passes can read it again). Bad records are skipped and listed; an input that is not there, and inputs
    /// without a single record, are errors. One pass over the bytes, in parallel over files and within JSON Lines.
    pub(crate) fn read(inputs: &[PathBuf], config: &CorpusConfig) -> Result<Corpus> {
        let mut corpus = Corpus::empty(config);
        let (paths, pipes) = pipes::spool(inputs, &corpus.scratch)?;
        let mut listed = walk::list(&paths, config.out.as_deref(), &mut corpus)?;
        for file in &mut listed {
            if let Some(pipe) = pipes.iter().find(|pipe| pipe.file.path() == file.path) {
                (file.name, file.otherwise, file.is_stdin) = (pipe.name.clone(), Some(Format::JsonLines), true);
            }
        }
        let spool = Spool::new(corpus.scratch.clone());
        for some in listed.chunks(TOGETHER) {
            let found: Vec<OpenedFiles> =
                some.par_iter().map(|file| open::open(file, config, &spool, None)).collect::<Result<_>>()?;
            for (file, found) in some.iter().zip(found) {
                corpus.pass(found.passed);
                for (inner, opened) in found.opened {
                    // Records of a pipe are kept: nobody opens the temporary file by its path again.
                    let path = match inner.as_str() {
                        _ if file.is_stdin => STDIN.into(),
                        "" => file.path.clone(),
                        inner => file.path.join(inner),
                    };
                    let name = if inner.is_empty() { file.name.clone() } else { format!("{}/{inner}", file.name) };
                    corpus.add_file(&path, name, file.input, opened)?;
                }
            }
        }
        corpus.spool = spool.finish()?;
        corpus.settle_ids();
        corpus.skipped.sort();
        if corpus.places.is_empty() {
            return Err(corpus.no_records(inputs));
        }
        Ok(corpus)
    }

    /// An error when a setting maps a field that no record has. A part of a corpus, or one to compare with, may lack it.
    pub(crate) fn check_mappings(&self) -> Result<()> {
        let Some((role, name)) = self.names.unmet(self.met).next() else { return Ok(()) };
        Err(Error::UnmatchedField { role: role.name(), name: name.to_owned(), fields: self.field_names() })
    }

    /// The records on some lines of JSON, and nothing else: a part of a corpus that lies elsewhere. What is no record
    /// is listed as skipped, and so is a record without an id: in a part no place can stand for it. Ids are taken as
    /// they are.
    pub(crate) fn of_lines<L: AsRef<str>>(lines: impl Iterator<Item = L>, names: &FieldNames) -> Corpus {
        let mut corpus = Corpus::empty(&CorpusConfig { names: names.clone(), ..CorpusConfig::default() });
        let mut bytes = Vec::new();
        for line in lines {
            let line = line.as_ref();
            if line.trim().is_empty() {
                continue;
            }
            let id = match record::check(line, names) {
                Ok(checked) => {
                    corpus.filled |= checked.filled;
                    checked.id.ok_or_else(|| NO_ID.to_owned())
                }
                Err(reason) => Err(reason),
            };
            match id {
                Ok(id) => {
                    corpus.push_id(&id);
                    corpus.places.push(RecordPlace { file: 0, length: line.len() as u32, start: bytes.len() as u64 });
                    corpus.sums.push(source::sum(line.as_bytes()));
                    bytes.extend_from_slice(line.as_bytes());
                }
                Err(reason) => corpus.skipped.push(Skipped::new(String::new(), 0, reason)),
            }
        }
        let kind = FileKind { format: Format::JsonLines, packing: None, encoding: None, encoding_from: None };
        let kept = Kept::Lines(LinesSource::Memory(bytes.into()));
        corpus.files.push(File {
            path: PathBuf::new(),
            name: String::new(),
            kind,
            input: 0,
            hash: 0,
            kept,
            stamp: None,
        });
        corpus
    }

    pub(super) fn empty(config: &CorpusConfig) -> Corpus {
        Corpus {
            files: Vec::new(),
            places: Vec::new(),
            sums: Vec::new(),
            ids: String::new(),
            id_ends: Vec::new(),
            names: config.names.clone(),
            scratch: config.scratch(),
            skipped: Vec::new(),
            repeated_ids: 0,
            bytes: 0,
            page_encodings: BTreeMap::new(),
            passed: BTreeMap::new(),
            filled: 0,
            met: 0,
            has_made_ids: false,
            spool: Bytes::Owned(Vec::new()),
            read: Vec::new(),
            passes_over_gone: false,
        }
    }

    pub(super) fn no_records(&self, inputs: &[PathBuf]) -> Error {
        let first = self.skipped.first().cloned().map(Box::new);
        Error::NoRecords { inputs: inputs.to_vec(), skipped: self.skipped.len(), first }
    }

    fn add_file(
        &mut self,
        path: &Path,
        name: String,
        input: usize,
        opened: std::result::Result<Opened, String>,
    ) -> Result<()> {
        let shown = path.display().to_string();
        let opened = match opened {
            Ok(opened) => opened,
            Err(reason) => {
                self.skipped.push(Skipped::new(shown, 0, reason));
                return Ok(());
            }
        };
        let number = u32::try_from(self.files.len()).map_err(|_| Error::TooManyRecords { limit: u32::MAX })?;
        let before = self.places.len();
        let skipped = self.skipped.len();
        self.add_part(number, &shown, opened.part);
        let hash = opened.hash;
        let is_stdin = path == Path::new(STDIN);
        let stamp = Stamp::of(path).ok().filter(|_| !is_stdin);
        if self.places.len() > u32::MAX as usize {
            return Err(Error::TooManyRecords { limit: u32::MAX });
        }
        let is_row = opened.kind.format == Format::Parquet;
        self.skipped[skipped..].iter_mut().for_each(|skipped| skipped.is_row = is_row);
        self.bytes += opened.bytes;
        // A file without records need not stay open, nor do many.
        let mut kept = if self.places.len() > before { opened.kept } else { Kept::Spooled };
        if let Kept::Lines(source) = &mut kept
            && number as usize >= OPEN
            && !is_stdin
        {
            source.close();
        }
        self.files.push(File { path: path.to_owned(), name, kind: opened.kind, input, hash, kept, stamp });
        Ok(())
    }

    fn add_part(&mut self, file: u32, shown: &str, part: CachePart) {
        self.places.extend(part.places.iter().map(|&(start, length)| RecordPlace { file, length, start }));
        self.sums.extend(part.sums);
        self.sums.resize(self.places.len(), 0);
        let mut from = 0;
        for end in part.id_ends {
            self.push_id(&part.ids[from..end]);
            from = end;
        }
        self.filled |= part.filled;
        self.met |= part.met;
        self.has_made_ids |= part.has_made_ids;
        self.pass(part.passed);
        part.encodings.into_iter().for_each(|(name, count)| *self.page_encodings.entry(name).or_default() += count);
        self.skipped.extend(part.bad.into_iter().map(|(at, why)| Skipped::new(shown.to_owned(), at, why)));
    }

    /// Counts what was passed over for good reason.
    fn pass(&mut self, passed: BTreeMap<Cow<'static, str>, usize>) {
        passed.into_iter().for_each(|(what, count)| *self.passed.entry(what).or_default() += count);
    }

    pub(super) fn push_id(&mut self, id: &str) {
        self.ids.push_str(id);
        self.id_ends.push(self.ids.len() as u64);
    }

    /// Gives a repeated id the suffix `~2`, `~3` and so on, the first that no other record has.
    pub(super) fn settle_ids(&mut self) {
        let mut hashes: Vec<(u64, u32)> = (0..self.len() as u32).map(|k| (self.order(DocId(k)), k)).collect();
        hashes.par_sort_unstable();
        let same = hashes.chunk_by(|x, y| x.0 == y.0).filter(|same| same.len() > 1);
        let mut repeats: Vec<usize> = same.flat_map(|same| &same[1..]).map(|&(_, k)| k as usize).collect();
        if repeats.is_empty() {
            return;
        }
        repeats.sort_unstable();
        self.repeated_ids = repeats.len() as u64;
        let mut counts: FxHashMap<u64, u32> = hashes.into_iter().map(|(hash, _)| (hash, 1)).collect();
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
}

/// The next suffix that makes `id` one that nobody has. `used` has, by the hash of every id, the last suffix
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
