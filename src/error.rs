//! What can go wrong: where it happened, and what was expected. How to put it right is said by the front ends, which know
//! their own flags and arguments.

use crate::types::Skipped;
use std::fmt;
use std::io;
use std::path::PathBuf;

/// An error that ends a run. A bad record never does: it is skipped and listed instead ([`Skipped`]).
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// An input does not exist or cannot be opened.
    #[error("cannot read {path}: {source}")]
    Read {
        /// The input.
        path: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
    /// A pattern of files is not valid, or matches nothing.
    #[error("{pattern}: {reason}")]
    Pattern {
        /// The pattern as given.
        pattern: String,
        /// What is wrong with it.
        reason: String,
    },
    /// Inputs were read, and no record was found in any of them.
    #[error("no records in {inputs}: {skipped} skipped{first}", inputs = listed(inputs), first = first_of(first))]
    NoRecords {
        /// The inputs as given.
        inputs: Vec<PathBuf>,
        /// How many files or records were skipped.
        skipped: usize,
        /// The first of them.
        first: Option<Box<Skipped>>,
    },
    /// A field that a setting maps to a role, and that no record has.
    #[error("no record has a field {name:?}, which is mapped to the role `{role}`; the fields are {}", fields.join(", "))]
    UnmatchedField {
        /// The role.
        role: &'static str,
        /// The name.
        name: String,
        /// Names of fields that records have.
        fields: Vec<String>,
    },
    /// The input has more records than a run can number.
    #[error("more than {limit} records")]
    TooManyRecords {
        /// The greatest number of records.
        limit: u32,
    },
    /// The output exists already.
    #[error("{path} already exists")]
    OutExists {
        /// The output folder or file.
        path: PathBuf,
    },
    /// What is at the place of the output was not written by tonggao, or not by this command.
    #[error("{path} {why}; refusing to overwrite it")]
    OutForeign {
        /// The folder.
        path: PathBuf,
        /// What it is, or contains.
        why: String,
    },
    /// An input changed while a run read it.
    #[error("{path} changed while it was read; nothing was written. Run again on files that nobody writes to")]
    InputChanged {
        /// The input.
        path: PathBuf,
    },
    /// An input lies in the output folder, which the run would replace.
    #[error("{input} lies in the output folder {out}, which is never read and would be replaced")]
    InputInOut {
        /// The input.
        input: PathBuf,
        /// The output folder.
        out: PathBuf,
    },
    /// A run has no outlet of this name.
    #[error("no outlet named {name:?} in {path}")]
    UnknownOutlet {
        /// The name asked for.
        name: String,
        /// The output folder.
        path: PathBuf,
        /// Similar names, the most similar first.
        similar: Vec<String>,
    },
    /// The output cannot be written.
    #[error("cannot write {path}: {source}")]
    Write {
        /// The file or folder.
        path: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
    /// A temporary file cannot be written.
    #[error("cannot write temporary files to {folder} ({bytes} bytes of this one so far): {source}")]
    Spill {
        /// The folder for temporary files.
        folder: PathBuf,
        /// The size of the file when it failed, in bytes.
        bytes: u64,
        /// The system's reason.
        source: io::Error,
    },
    /// A run cannot go on from what an earlier one left.
    #[error("cannot resume from {folder}: {reason}")]
    Resume {
        /// The folder with the finished stages.
        folder: PathBuf,
        /// What differs, or who uses it.
        reason: String,
    },
    /// The memory limit is too small for the corpus.
    #[error("a memory limit of {limit} bytes is too small: {pages} pages need at least {least} bytes")]
    Memory {
        /// The limit in bytes.
        limit: u64,
        /// Records read.
        pages: usize,
        /// The least limit that works, in bytes.
        least: u64,
    },
    /// Threads cannot be started.
    #[error("cannot start {threads} threads: {reason}")]
    Threads {
        /// How many were asked for; 0 for one per processor.
        threads: usize,
        /// The system's reason.
        reason: String,
    },
    /// A file that tonggao reads (of an output folder, a boilerplate model, a table of outlets) is not valid.
    #[error("{path}{place} is not valid: {reason}; expected {expected}", place = at(place))]
    Invalid {
        /// The file.
        path: PathBuf,
        /// Where in it, if that is known.
        place: Option<Place>,
        /// What is wrong.
        reason: String,
        /// What the file should be.
        expected: &'static str,
    },
    /// A record of an earlier run could not be read again.
    #[error("page {id} could not be re-read from {path} at byte {offset}: {reason}")]
    Record {
        /// The page.
        id: String,
        /// The file it was in.
        path: PathBuf,
        /// The first byte of its record.
        offset: u64,
        /// What is wrong.
        reason: String,
    },
    /// The run was cancelled ([`crate::Observer::cancelled`]).
    #[error("cancelled; nothing was written")]
    Cancelled,
    /// A setting has an invalid value.
    #[error("invalid value {value} for `{name}`: expected {expected}")]
    Setting {
        /// The setting.
        name: String,
        /// Its value.
        value: String,
        /// The values that are allowed.
        expected: String,
    },
    /// A setting does not exist.
    #[error("unknown setting `{name}`; expected one of {}", known.join(", "))]
    UnknownSetting {
        /// The name given.
        name: String,
        /// The settings that exist.
        known: Vec<String>,
    },
    /// Two settings exclude each other.
    #[error("`{}` and `{}` exclude each other: {reason}", settings[0], settings[1])]
    Conflict {
        /// The settings, with their values where those matter.
        settings: [&'static str; 2],
        /// Why.
        reason: &'static str,
    },
    /// An input cannot be written again in its own format.
    #[error("{path} is {format}, which cannot be written again as it was")]
    NotRewritable {
        /// The input.
        path: PathBuf,
        /// Its format.
        format: String,
    },
    /// A file is both an input and part of the earlier corpus: every page of it would repeat itself.
    #[error("{path} is both an input and part of the earlier corpus")]
    InputTwice {
        /// The file.
        path: PathBuf,
    },
    /// Two files would be written under one name.
    #[error("{path} and {other} would both be written as {name}")]
    NameTaken {
        /// The second file.
        path: String,
        /// The first file.
        other: String,
        /// The name in the output folder.
        name: String,
    },
    /// A run has no pairs to draw a sample from.
    #[error("{path} has no pairs to sample")]
    NoPairs {
        /// The table of pairs.
        path: PathBuf,
    },
    /// A sample is too small for its strata.
    #[error("{pairs} pairs are too few: {strata} strata need at least two pairs each, {least} in all")]
    TooFewPairs {
        /// Pairs asked for.
        pairs: usize,
        /// Strata with pairs.
        strata: usize,
        /// The least number that works.
        least: u64,
    },
    /// Another process writes to an index.
    #[error("another process writes to the index {path}")]
    IndexLocked {
        /// The folder of the index.
        path: PathBuf,
    },
    /// A file with pages of an index is missing, or a page in it is no longer what was added.
    #[error("{path}, which has pages of the index, is missing or has changed since they were added")]
    IndexSource {
        /// The file.
        path: PathBuf,
    },
    /// An index was made by a version that cleans or signs pages in another way.
    #[error("the index {path} was made by tonggao {version}, which reads pages in another way than this version")]
    IndexMethod {
        /// The folder of the index.
        path: PathBuf,
        /// The version.
        version: String,
    },
    /// A distributed job uses different versions.
    #[error("the driver runs tonggao {driver}, this worker {worker}")]
    Version {
        /// The version that began the job.
        driver: String,
        /// The version at work.
        worker: &'static str,
    },
    /// A value that one task of a distributed job left for another cannot be read or written.
    #[error("cannot exchange {what} between tasks: {reason}")]
    Exchange {
        /// The value.
        what: &'static str,
        /// What is wrong.
        reason: String,
    },
}

/// A place in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// A byte, from 0.
    Byte(u64),
    /// A line, from 1.
    Line(u64),
    /// Lines, first and last included, from 1.
    Lines(u64, u64),
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Place::Byte(byte) => write!(f, "byte {byte}"),
            Place::Line(line) => write!(f, "line {line}"),
            Place::Lines(first, last) => write!(f, "lines {first} to {last}"),
        }
    }
}

fn at(place: &Option<Place>) -> String {
    place.map_or_else(String::new, |place| format!(", {place},"))
}

fn listed(paths: &[PathBuf]) -> String {
    paths.iter().map(|path| path.display().to_string()).collect::<Vec<_>>().join(", ")
}

fn first_of(first: &Option<Box<Skipped>>) -> String {
    first.as_ref().map_or_else(String::new, |skipped| format!(" (first: {}: {})", skipped.file, skipped.reason))
}

/// A result with this crate's [`Error`].
pub type Result<T> = std::result::Result<T, Error>;
