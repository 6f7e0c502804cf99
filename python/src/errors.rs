//! Every kind of error as an exception of its own, with the file and the place in it.

use arrow_schema::ArrowError;
use pyo3::prelude::*;
use std::path::{Path, PathBuf};
use tonggao::Error;

/// What can be wrong.
pub(crate) enum Wrong {
    /// The data of a table.
    Arrow(ArrowError),
    /// The columns of a table.
    Columns(String),
    /// Anything else.
    Core(Error),
}

/// A result of work that reads tables.
pub(crate) type Result<T> = std::result::Result<T, Wrong>;

impl From<ArrowError> for Wrong {
    fn from(error: ArrowError) -> Self {
        Wrong::Arrow(error)
    }
}

impl From<Error> for Wrong {
    fn from(error: Error) -> Self {
        Wrong::Core(error)
    }
}

/// Gives a result the exception of its error.
pub(crate) trait Raise<T> {
    fn or_raise(self) -> PyResult<T>;
}

impl<T, E: Into<Wrong>> Raise<T> for std::result::Result<T, E> {
    fn or_raise(self) -> PyResult<T> {
        self.map_err(|error| match error.into() {
            Wrong::Arrow(error) => table_error(&format!("the table cannot be read: {error}")),
            Wrong::Columns(what) => table_error(&what),
            Wrong::Core(error) => raise(error),
        })
    }
}

fn raise(error: Error) -> PyErr {
    let message = match remedy(&error) {
        Some(remedy) => format!("{error}. {remedy}"),
        None => error.to_string(),
    };
    let (name, path, offset) = match error {
        Error::Read { path, .. } => ("ReadError", Some(path), None),
        Error::NoRecords { inputs, .. } => {
            ("NoRecordsError", inputs.into_iter().next().filter(|path| !is_table(path)), None)
        }
        Error::TooManyRecords { .. } => ("TooManyRecordsError", None, None),
        Error::OutExists { path } => ("OutputExistsError", Some(path), None),
        Error::OutForeign { path, .. } => ("ForeignOutputError", Some(path), None),
        Error::Write { path, .. } => ("WriteError", Some(path), None),
        Error::Spill { folder, .. } => ("TemporaryFileError", Some(folder), None),
        Error::Memory { .. } => ("MemoryLimitError", None, None),
        Error::Invalid { path, .. } => ("InvalidFileError", Some(path), None),
        Error::Record { path, offset, .. } => ("RecordError", Some(path), Some(offset)),
        Error::Setting { .. } | Error::UnknownSetting { .. } | Error::Conflict { .. } | Error::Threads { .. } => {
            ("ConfigError", None, None)
        }
        Error::Pattern { .. } => ("ConfigError", None, None),
        Error::InputTwice { path } | Error::InputInOut { input: path, .. } | Error::NotRewritable { path, .. } => {
            ("ConfigError", Some(path), None)
        }
        Error::IndexLocked { path } | Error::IndexMethod { path, .. } => ("TonggaoError", Some(path), None),
        Error::IndexSource { path } => ("ReadError", Some(path), None),
        Error::UnmatchedField { .. } => ("ConfigError", None, None),
        Error::NameTaken { path, .. } => ("ConfigError", Some(path.into()), None),
        Error::Version { .. } | Error::Exchange { .. } => ("ConfigError", None, None),
        _ => ("TonggaoError", None, None),
    };
    exception(name, &message, path, offset)
}

/// What messages call a table, which has no path.
pub(crate) const TABLE: &str = "the table";

fn is_table(path: &Path) -> bool {
    path.as_os_str() == TABLE
}

/// What to do about an error, in terms of Python's arguments.
fn remedy(error: &Error) -> Option<&'static str> {
    Some(match error {
        Error::Read { .. } => "Check the path and its permissions",
        Error::NoRecords { .. } => {
            "A record is a JSON object per line with a `text` field (or one named by field={\"text\": NAME}), a row of a \
             table with such a column, or a .txt file"
        }
        Error::TooManyRecords { .. } => "Split the input and use several runs",
        Error::OutExists { .. } => "Choose another `out`, or pass force=True",
        Error::OutForeign { .. } | Error::InputInOut { .. } => "Choose another `out`",
        Error::Write { .. } => "Check that the folder is writable and the disk is not full",
        Error::Spill { .. } => "Free disk space, name another disk with `temp`, or raise `memory`",
        Error::Memory { .. } => "Raise `memory`, or split the input",
        Error::Record { .. } => {
            "Paths are as they were given to the run: use the same working directory and the same files"
        }
        Error::NameTaken { .. } => "Give each file once, or rename one of them",
        Error::IndexLocked { .. } => "Wait until it has ended; reading works meanwhile",
        Error::IndexSource { .. } => "Bring the file back, or call compact(drop_missing=True)",
        Error::IndexMethod { .. } => "Call compact() first, which reads all pages again",
        Error::Version { .. } => "Install one version on the driver and on all workers",
        Error::Exchange { .. } => "Run the whole job again",
        _ => return None,
    })
}

pub(crate) fn config_error(message: &str) -> PyErr {
    exception("ConfigError", message, None, None)
}

pub(crate) fn table_error(message: &str) -> PyErr {
    exception("TableError", message, None, None)
}

/// An exception of `tonggao.errors`, which is Python so that its classes can be read and documented there.
fn exception(name: &str, message: &str, path: Option<PathBuf>, offset: Option<u64>) -> PyErr {
    Python::attach(|py| {
        let made = py.import("tonggao.errors").and_then(|module| module.getattr(name)?.call1((message, path, offset)));
        made.map_or_else(|error| error, PyErr::from_value)
    })
}
