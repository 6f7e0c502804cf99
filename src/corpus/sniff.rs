//! What the first line of a text file says of its format.

use super::names::FieldNames;

/// Separators that a line of column names is tried with.
const SEPARATORS: [u8; 3] = *b",\t;";

/// The separator under which a line names at least two columns, one of them a text and every name short; `None` when
/// it is no line of column names.
pub(super) fn delimiter_of(line: &[u8], names: &FieldNames) -> Option<u8> {
    let line = std::str::from_utf8(line).map_or_else(|_| encoding_rs::GB18030.decode(line).0, Into::into);
    let is_header = |by: &u8| {
        let cells: Vec<&str> = line.split(*by as char).map(|cell| cell.trim().trim_matches('"')).collect();
        cells.len() > 1 && cells.iter().all(|c| c.chars().count() < 40) && names.of_columns(&cells).is_some()
    };
    SEPARATORS.into_iter().find(is_header)
}
