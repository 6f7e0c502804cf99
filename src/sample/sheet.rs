//! Pairs as a sheet to be coded, and the sheet as it comes back.

use crate::error::{Error, Place, Result};
use crate::verdicts::PairLabel;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::io::Write;
use std::path::Path;

/// A pair to be coded. The columns that a coder needs are first; those that show what the run thinks, last.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PairRow {
    /// Its number in the sheet, from 1.
    pub pair: usize,
    /// Empty: for the coder.
    pub label: Option<String>,
    /// The titles of the two.
    pub title_a: Option<String>,
    /// See `title_a`.
    pub title_b: Option<String>,
    /// The texts of the two, as far as they are shown.
    pub text_a: String,
    /// See `text_a`.
    pub text_b: String,
    /// Their outlets.
    pub outlet_a: Option<String>,
    /// See `outlet_a`.
    pub outlet_b: Option<String>,
    /// When they were published.
    pub published_a: Option<String>,
    /// See `published_a`.
    pub published_b: Option<String>,
    /// Their ids.
    pub a: String,
    /// See `a`.
    pub b: String,
    /// The kind of the match.
    pub kind: String,
    /// The greater of the two containments.
    pub score: f64,
    /// Their resemblance.
    pub jaccard: f64,
    /// The stratum that the pair was drawn from.
    pub stratum: String,
    /// Pairs in that stratum.
    pub population: u64,
    /// Pairs drawn from it.
    pub sampled: usize,
    /// Pairs that this one stands for: `population / sampled`.
    pub weight: f64,
}

/// A byte order mark: without it spreadsheets take Chinese in UTF-8 for something else.
const BOM: &str = "\u{FEFF}";

/// Writes the sheet as CSV that opens in a spreadsheet. No cell can be taken for a formula: one that begins like one
/// gets an apostrophe in front.
pub fn write_csv(rows: &[PairRow], mut writer: impl Write) -> std::io::Result<()> {
    writer.write_all(BOM.as_bytes())?;
    let mut table = csv::Writer::from_writer(writer);
    for row in rows {
        table.serialize(defused(row))?;
    }
    table.flush()
}

/// Writes the sheet as JSON Lines.
pub fn write_jsonl(rows: &[PairRow], mut writer: impl Write) -> std::io::Result<()> {
    for row in rows {
        serde_json::to_writer(&mut writer, row)?;
        writer.write_all(b"\n")?;
    }
    writer.flush()
}

fn defused(row: &PairRow) -> PairRow {
    let safe = |text: &String| {
        let text: String = text.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')).collect();
        if text.starts_with(['=', '+', '-', '@', '\t', '\n']) { format!("'{text}") } else { text }
    };
    let maybe = |text: &Option<String>| text.as_ref().map(safe);
    PairRow {
        title_a: maybe(&row.title_a),
        title_b: maybe(&row.title_b),
        text_a: safe(&row.text_a),
        text_b: safe(&row.text_b),
        outlet_a: maybe(&row.outlet_a),
        outlet_b: maybe(&row.outlet_b),
        a: safe(&row.a),
        b: safe(&row.b),
        ..row.clone()
    }
}

/// A line of a sheet that comes back: all that is wanted of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Coded {
    pub stratum: String,
    pub label: PairLabel,
}

const EXPECTED: &str = "a sheet written by `tonggao sample`, with labels in the column `label`";

/// Reads a sheet: JSON Lines by its extension, else CSV, in UTF-8 or, as some spreadsheets save it, in GB 18030.
pub(super) fn read(path: &Path) -> Result<Vec<Coded>> {
    let bytes = std::fs::read(path).map_err(|source| Error::Read { path: path.to_owned(), source })?;
    let text = match simdutf8::basic::from_utf8(&bytes) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => encoding_rs::GB18030.decode(&bytes).0,
    };
    let text = text.strip_prefix(BOM).unwrap_or(&text);
    let is_jsonl = path.extension().is_some_and(|e| e == "jsonl" || e == "ndjson");
    let rows = if is_jsonl { from_jsonl(text) } else { from_csv(text) };
    let invalid = |place, reason| Error::Invalid { path: path.to_owned(), place, reason, expected: EXPECTED };
    rows.map_err(|reason| invalid(None, reason))?
        .into_iter()
        .map(|(line, stratum, label)| match PairLabel::read(&label) {
            Some(label) => Ok(Coded { stratum, label }),
            None => {
                let reason = format!(
                    "the label {label:?} is none of 1 (same article), 0 (different), ? (undecided), yes, no, 是, 否, or \
                     nothing"
                );
                Err(invalid(Some(Place::Line(line)), reason))
            }
        })
        .collect()
}

/// Line, stratum and label.
type FoundColumn = Vec<(u64, String, String)>;

fn from_csv(text: &str) -> std::result::Result<FoundColumn, String> {
    let mut table = csv::ReaderBuilder::new().flexible(true).from_reader(text.as_bytes());
    let names = table.headers().map_err(|error| error.to_string())?.clone();
    let column = |name: &str| {
        names.iter().position(|held| held.trim().eq_ignore_ascii_case(name)).ok_or(format!("no column {name:?}"))
    };
    let (stratum, label) = (column("stratum")?, column("label")?);
    let mut found = Vec::new();
    for record in table.records() {
        let record = record.map_err(|error| error.to_string())?;
        let line = record.position().map_or(0, |place| line_of(text, place.byte() as usize));
        let cell = |at: usize| record.get(at).unwrap_or_default().to_owned();
        // Spreadsheets leave lines of empty cells behind.
        if record.iter().any(|cell| !cell.trim().is_empty()) {
            found.push((line, cell(stratum), cell(label)));
        }
    }
    Ok(found)
}

/// The line of the record that begins at or just after a byte: the reader's own count is one short behind lines that
/// end as on Windows.
fn line_of(text: &str, byte: usize) -> u64 {
    let rest = text[byte..].trim_start_matches(['\r', '\n']);
    1 + text[..text.len() - rest.len()].matches('\n').count() as u64
}

fn from_jsonl(text: &str) -> std::result::Result<FoundColumn, String> {
    #[derive(Deserialize)]
    struct JsonRow {
        stratum: String,
        label: Option<serde_json::Value>,
    }
    let lines = (1..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty());
    let read = |(number, line): (u64, &str)| {
        let line: JsonRow = serde_json::from_str(line).map_err(|error| format!("line {number}: {error}"))?;
        let label = match line.label {
            None | Some(serde_json::Value::Null) => String::new(),
            Some(serde_json::Value::String(text)) => text,
            Some(other) => other.to_string(),
        };
        Ok((number, line.stratum, label))
    };
    lines.map(read).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_read_as_people_write_them() {
        assert_eq!(PairLabel::read(" 是 "), Some(PairLabel::Same));
        assert_eq!(PairLabel::read("Yes"), Some(PairLabel::Same));
        assert_eq!(PairLabel::read("0"), Some(PairLabel::Different));
        assert_eq!(PairLabel::read("？"), Some(PairLabel::Undecided));
        assert_eq!(PairLabel::read(""), Some(PairLabel::Blank));
        assert_eq!(PairLabel::read("2"), None);
    }

    #[test]
    fn a_sheet_saved_in_another_encoding_is_read() {
        let sheet = "label,title_a,stratum\r\n是,石桥,apart/passage/0.00-0.50\r\n,,\r\n否,\"粮\n仓\",one set/reprint/0.95-1.00\r\n";
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("sheet.csv");
        let coded = [("apart/passage/0.00-0.50", PairLabel::Same), ("one set/reprint/0.95-1.00", PairLabel::Different)]
            .map(|(stratum, label)| Coded { stratum: stratum.into(), label });
        for bytes in [encoding_rs::GB18030.encode(sheet).0.into_owned(), format!("{BOM}{sheet}").into_bytes()] {
            std::fs::write(&path, bytes).unwrap();
            assert_eq!(read(&path).unwrap(), coded);
        }
        std::fs::write(&path, sheet.replace("否", "差不多")).unwrap();
        let error = read(&path).unwrap_err().to_string();
        assert!(error.contains("line 4") && error.contains("差不多"), "{error}");
        std::fs::write(&path, "a;b\n1;2\n").unwrap();
        assert!(read(&path).unwrap_err().to_string().contains("no column \"stratum\""));
    }

    #[test]
    fn no_cell_is_a_formula() {
        let row = PairRow {
            pair: 1,
            label: None,
            title_a: Some("=cmd()".into()),
            title_b: None,
            text_a: "-1\u{7}".into(),
            text_b: "正文".into(),
            outlet_a: None,
            outlet_b: None,
            published_a: None,
            published_b: None,
            a: "@a".into(),
            b: "b".into(),
            kind: "reprint".into(),
            score: 1.0,
            jaccard: 1.0,
            stratum: "s".into(),
            population: 1,
            sampled: 1,
            weight: 1.0,
        };
        let mut out = Vec::new();
        write_csv(&[row], &mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        assert!(text.starts_with("\u{FEFF}pair,label,title_a,"), "{text}");
        assert!(text.contains("1,,'=cmd(),,'-1,正文,") && text.contains(",'@a,b,"), "{text}");
    }
}
