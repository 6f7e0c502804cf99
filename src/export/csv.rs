//! Tables as CSV for spreadsheets.

use super::rows::shape_fields;
use super::spreadsheet::{harmless, lines};
use crate::error::{Error, Result};
use crate::output_folder::OutFolder;
use crate::records::Table;
use crate::storage::folder::FileWriter;
use serde_json::Value;
use std::borrow::Cow;
use std::path::Path;

/// Writes one table: a line a record (RFC 4180), nested values as JSON in their cell, nothing for null. `path` is named
/// in errors. Holds one record.
pub(super) fn write(out: &OutFolder, table: Table, writer: &mut FileWriter, path: &Path) -> Result<()> {
    let failed = |error: csv::Error| Error::Write { path: path.to_owned(), source: error.into() };
    let schema = table.schema();
    let file = table.file();
    let mut cells = lines(writer).map_err(|source| Error::Write { path: path.to_owned(), source })?;
    cells.write_record(schema.fields().iter().map(|field| field.name())).map_err(failed)?;
    out.each_line(&file, |line, at| {
        let mut row: Value = out.parse(&file, line, at)?;
        shape_fields(&mut row, schema.fields());
        let record = schema.fields().iter().map(|field| cell(&row[field.name()]).into_owned());
        cells.write_record(record).map_err(failed)?;
        Ok(true)
    })?;
    cells.flush().map_err(|source| Error::Write { path: path.to_owned(), source })
}

fn cell(value: &Value) -> Cow<'_, str> {
    match value {
        Value::Null => Cow::Borrowed(""),
        Value::String(text) => harmless(text),
        other => Cow::Owned(other.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn cells_hold_text_numbers_and_json() {
        assert_eq!(cell(&json!("霁江, \"晚报\"")), "霁江, \"晚报\"");
        assert_eq!(cell(&json!(-12)), "-12");
        assert_eq!(cell(&json!(null)), "");
        assert_eq!(cell(&json!({ "start": 1, "end": 2 })), "{\"start\":1,\"end\":2}");
    }

    #[test]
    fn no_cell_is_a_formula() {
        assert_eq!(cell(&json!("=1+1")), "'=1+1");
        assert_eq!(cell(&json!("1+1")), "1+1");
    }
}
