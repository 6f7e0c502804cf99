//! What to do about an error, in terms of the command line's flags.

use tonggao::Error;

/// The remedy for an error of the library, as a sentence without its full stop.
pub(super) fn remedy(error: &Error) -> Option<String> {
    let text = match error {
        Error::Read { .. } => "Check the path and its permissions",
        Error::Pattern { .. } => "Check the pattern and the folder it starts from",
        Error::NoRecords { .. } => {
            "A record is a JSON object per line with a `text` field (or one named with --field text=NAME), a row of a table \
             with such a column, or a .txt file"
        }
        Error::TooManyRecords { .. } => "Split the input and use several runs",
        Error::OutExists { .. } => "Choose another place with -o, or replace it with --force",
        Error::OutForeign { .. } | Error::InputInOut { .. } => "Choose another place with -o",
        Error::UnmatchedField { .. } => "Correct --field",
        Error::UnknownOutlet { similar, .. } if similar.is_empty() => "outlets.jsonl lists all names",
        Error::UnknownOutlet { similar, .. } => {
            return Some(format!("Did you mean: {}? outlets.jsonl lists all names", similar.join(", ")));
        }
        Error::Write { .. } => "Check that the folder is writable and the disk is not full",
        Error::Spill { .. } => "Free disk space, name another disk with --temp, or raise --memory",
        Error::Resume { .. } => "Give the inputs and settings of the earlier run, or start again without --resume",
        Error::Memory { .. } => "Raise --memory, or split the input",
        Error::Record { .. } => {
            "Paths are as they were given to `detect`: run this from the same folder, with the same files; after changes, and \
             for records from standard input, run `detect` on a file again"
        }
        Error::IndexLocked { .. } => "Wait until it has ended; `tonggao index query` works meanwhile",
        Error::IndexSource { .. } => {
            "Put the file back as it was, or leave its pages out with `tonggao index compact --drop-missing`"
        }
        Error::IndexMethod { .. } => "Run `tonggao index compact` first, which reads all pages again",
        Error::NotRewritable { .. } => {
            "Give a file in place of standard input, unpack archives, and convert ARC and JSON in other encodings"
        }
        Error::InputTwice { .. } => "Every page of it would repeat itself: leave it out of INPUT or of --against",
        Error::NameTaken { .. } => {
            "Give each file once; for files of one name, give the folder that contains both, or rename one of them"
        }
        Error::TooFewPairs { .. } => "Raise --pairs",
        _ => return None,
    };
    Some(text.to_owned())
}
