//! Every kind of error as an exception of its own, with the file and the place in it.

use arrow_schema::ArrowError;
use pyo3::prelude::*;
use std::path::PathBuf;
use tonggao::error::Error;

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
    let message = in_python(error.to_string());
    let (name, path, offset) = match error {
        Error::Read { path, .. } => ("ReadError", Some(path), None),
        Error::NoRecords { inputs, .. } => ("NoRecordsError", (inputs != TABLE).then(|| inputs.into()), None),
        Error::TooManyRecords { .. } => ("TooManyRecordsError", None, None),
        Error::OutExists { path } => ("OutputExistsError", Some(path), None),
        Error::OutForeign { path, .. } => ("ForeignOutputError", Some(path), None),
        Error::Write { path, .. } => ("WriteError", Some(path), None),
        Error::Spill { folder, .. } => ("TemporaryFileError", Some(folder), None),
        Error::Memory { .. } => ("MemoryLimitError", None, None),
        Error::Invalid { path, .. } => ("InvalidFileError", Some(path), None),
        Error::Record { path, offset, .. } => ("RecordError", Some(path), Some(offset)),
        Error::Config { .. } => ("ConfigError", None, None),
        _ => ("TonggaoError", None, None),
    };
    exception(name, &message, path, offset)
}

/// What messages call a table, which has no path.
pub(crate) const TABLE: &str = "the table";

/// A message whose remedies are flags of the command line, with the arguments that they are here.
fn in_python(message: String) -> String {
    const ARGUMENTS: [(&str, &str); 5] = [
        ("with -o", "with `out`"),
        ("--force", "force=True"),
        ("--memory", "memory"),
        ("--field text=NAME", "field={\"text\": NAME}"),
        ("--field ", "field "),
    ];
    ARGUMENTS.iter().fold(message, |message, (flag, argument)| message.replace(flag, argument))
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
