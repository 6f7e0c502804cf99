//! What can go wrong, with the file it happened to and what to do about it.

use std::io;
use std::path::PathBuf;

/// An error that ends a run. What concerns a single record never does: it is skipped and listed instead
/// ([`crate::corpus::Skipped`]).
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// An input that is not there or cannot be opened.
    #[error("cannot read {path}: {source}. Check the path and its permissions")]
    Read {
        /// The input.
        path: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
    /// Inputs were read, and no record was found in any of them.
    #[error(
        "no record found in {inputs}: {skipped} skipped{first}. A record is a JSON object a line with a `text` field \
         (or one named with --field text=NAME), a row of a table with such a column, or a .txt file"
    )]
    NoRecords {
        /// The inputs as given.
        inputs: String,
        /// How many files or records were skipped.
        skipped: usize,
        /// The first reason, or nothing.
        first: String,
    },
    /// A field that the user mapped to a role, and that no record has.
    #[error("--field {role}={name}: no record has a field {name}; there are {}", fields.join(", "))]
    UnmatchedField {
        /// The role.
        role: &'static str,
        /// The name.
        name: String,
        /// Names of fields that records have.
        fields: Vec<String>,
    },
    /// More records than a run can number.
    #[error("more than {limit} records: split the input and use several runs")]
    TooManyRecords {
        /// The greatest number of records.
        limit: u32,
    },
    /// The output is there already.
    #[error("{path} exists already. Choose another place with -o, or replace it with --force")]
    OutExists {
        /// The output folder or file.
        path: PathBuf,
    },
    /// What is at the place of the output was not written by this program, or not by this command.
    #[error("{path} {why}: it is not replaced, even with --force")]
    OutForeign {
        /// The output folder.
        path: PathBuf,
        /// What it is, or contains.
        why: String,
    },
    /// An input lies in the folder that the run would replace.
    #[error(
        "{input} lies in the output folder {out}, which is never read and would be replaced. Choose another with -o"
    )]
    InputInOut {
        /// The input.
        input: PathBuf,
        /// The output folder.
        out: PathBuf,
    },
    /// A run knows no outlet of this name.
    #[error("no outlet is called {name:?} in {path}.{near}")]
    UnknownOutlet {
        /// The name asked for.
        name: String,
        /// The output folder.
        path: PathBuf,
        /// Names like it, as a sentence; empty when there are none.
        near: String,
    },
    /// The output cannot be written.
    #[error("cannot write {path}: {source}. Check that the folder may be written and the disk is not full")]
    Write {
        /// The file or folder.
        path: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
    /// A temporary file cannot be written.
    #[error(
        "cannot write temporary files to {folder} ({bytes} bytes of this one so far): {source}. Free space there, write \
         the output to a folder on another disk, or give more --memory, so that less goes to disk"
    )]
    Spill {
        /// Where temporary files go.
        folder: PathBuf,
        /// How much of the file was to be written in all when it failed.
        bytes: u64,
        /// The system's reason.
        source: io::Error,
    },
    /// The limit on memory is too small for the corpus.
    #[error("--memory {limit} is too small: {pages} pages need {least} at least. Give more, or split the input")]
    Memory {
        /// The limit in bytes.
        limit: u64,
        /// Records read.
        pages: usize,
        /// The least limit that works, in bytes.
        least: u64,
    },
    /// A file that this program reads (an output folder, a furniture file) is not what it should be.
    #[error("{path} is not valid: {reason}. {remedy}")]
    Invalid {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        reason: String,
        /// What to do.
        remedy: &'static str,
    },
    /// A record of an earlier run that is not to be had again.
    #[error("cannot read page {id} again from {path} at byte {offset}: {reason}. {remedy}")]
    Record {
        /// The page.
        id: String,
        /// The file it stood in.
        path: PathBuf,
        /// The first byte of its record.
        offset: u64,
        /// What is wrong.
        reason: String,
        /// What to do.
        remedy: &'static str,
    },
    /// The run was told to stop ([`crate::pipeline::Observer::cancelled`]).
    #[error("stopped before it was done; nothing was written")]
    Cancelled,
    /// A setting with an impossible value.
    #[error("{what}")]
    Config {
        /// What is wrong, with the values allowed.
        what: String,
    },
}

/// A result with this crate's [`Error`].
pub type Result<T> = std::result::Result<T, Error>;
