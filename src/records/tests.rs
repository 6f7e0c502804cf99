//! docs/output.md and web/src/records.ts are made from the contract. These tests compare them; with
//! `UPDATE_CONTRACT=1 cargo test contract` they write them again.

use super::contract::{Described, RecordSpec, Type};
use super::{CountsRecord, FORMAT_VERSION, RunRecord, Table};
use serde_json::json;
use std::fmt::Write;
use std::path::PathBuf;

const TABLES: [Table; 8] = [
    Table::Documents,
    Table::Clusters,
    Table::Matches,
    Table::TalkingPoints,
    Table::Outlets,
    Table::OutletPairs,
    Table::Removed,
    Table::Extracted,
];

/// Compares a file of the repository with what it must be, or writes it.
fn is_current(path: &str, expected: &str) {
    let place = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(path);
    if std::env::var_os("UPDATE_CONTRACT").is_some() {
        std::fs::write(&place, expected).unwrap();
    }
    let found = std::fs::read_to_string(&place).unwrap_or_default();
    let differs = found.lines().zip(expected.lines()).position(|(found, expected)| found != expected);
    assert!(
        found == expected,
        "{path} differs from src/records from line {} on; UPDATE_CONTRACT=1 cargo test contract writes it again",
        differs.map_or(found.lines().count().min(expected.lines().count()), |line| line) + 1
    );
}

#[test]
fn the_contract_is_documented() {
    let page = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/output.md")).unwrap_or_default();
    let preface = page.split_once(FIRST).map_or_else(|| page.clone(), |(preface, _)| preface.to_owned());
    is_current("docs/output.md", &format!("{preface}{FIRST}{}", documentation()));
}

#[test]
fn the_web_front_end_has_the_types_of_the_contract() {
    is_current("web/src/records.ts", &typescript());
}

/// The sets that an index answers with are records of the contract; the rest of this file is written by hand.
#[test]
fn the_description_of_the_http_interface_has_the_records_of_the_contract() {
    const PATH: &str = "cli/src/serve/openapi.json";
    let place = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(PATH);
    let mut page: serde_json::Value = serde_json::from_slice(&std::fs::read(place).unwrap()).unwrap();
    let mut records = Vec::new();
    inner(super::ClusterRecord::TYPE, &mut |record| gather(record, &mut records));
    for record in records {
        page["components"]["schemas"][record.name] = schema(record);
    }
    is_current(PATH, &(serde_json::to_string_pretty(&page).unwrap() + "\n"));
}

/// A record as a JSON Schema.
fn schema(record: &RecordSpec) -> serde_json::Value {
    let mut properties = serde_json::Map::new();
    for field in record.fields {
        let mut of = in_schema(field.of);
        if field.nullable {
            of = json!({"oneOf": [of, {"type": "null"}]});
        }
        of["description"] = field.about.trim().into();
        properties.insert(field.name.to_owned(), of);
    }
    let required: Vec<&str> = record.fields.iter().map(|field| field.name).collect();
    json!({
        "type": "object",
        "description": record.about.trim(),
        "properties": properties,
        "required": required,
        "additionalProperties": false,
    })
}

fn in_schema(of: Type) -> serde_json::Value {
    match of {
        Type::Text | Type::Time => json!({"type": "string"}),
        Type::Whole => json!({"type": "integer"}),
        Type::Number => json!({"type": "number"}),
        Type::Flag => json!({"type": "boolean"}),
        Type::Range => json!({"type": "array", "items": {"type": "integer"}}),
        Type::Counts(_) => json!({"type": "object", "additionalProperties": {"type": "integer"}}),
        Type::Json => json!({}),
        Type::Choice(values) => {
            json!({"type": "string", "enum": values.iter().map(|(name, _)| name).collect::<Vec<_>>()})
        }
        Type::List(item) => json!({"type": "array", "items": in_schema(*item)}),
        Type::Record(record) => json!({"$ref": format!("#/components/schemas/{}", record.name)}),
    }
}

#[test]
fn every_field_of_the_contract_says_what_it_is() {
    for record in all_records() {
        assert!(record.about.trim().ends_with('.'), "{}", record.name);
        for field in record.fields {
            assert!(field.about.len() > 5 && field.about.trim().ends_with('.'), "{}.{}", record.name, field.name);
            let is_left_out = field.about.contains("null") || field.about.contains("left out");
            assert!(!field.nullable || is_left_out, "{}.{} does not say when it is null", record.name, field.name);
        }
    }
}

/// All records, those inside of others after them, each once.
fn all_records() -> Vec<&'static RecordSpec> {
    let mut found = Vec::new();
    let tops = TABLES.into_iter().flat_map(Table::records);
    tops.for_each(|record| gather(record, &mut found));
    for of in [RunRecord::TYPE, CountsRecord::TYPE] {
        inner(of, &mut |record| gather(record, &mut found));
    }
    found
}

fn gather(record: &'static RecordSpec, found: &mut Vec<&'static RecordSpec>) {
    if found.iter().all(|known| known.name != record.name) {
        found.push(record);
        record.fields.iter().for_each(|field| inner(field.of, &mut |record| gather(record, found)));
    }
}

/// Calls `with` on the record of a type, if it has one.
fn inner(of: Type, with: &mut dyn FnMut(&'static RecordSpec)) {
    match of {
        Type::Record(record) => with(record),
        Type::List(item) => inner(*item, with),
        _ => {}
    }
}

/// The heading at which the generated part of docs/output.md begins.
const FIRST: &str = "<!-- From here on this page is made from src/records. -->\n";

fn documentation() -> String {
    let mut page = format!("\nThe format version is {FORMAT_VERSION}.\n");
    for table in TABLES {
        let records = table.records();
        section(&mut page, &table.file(), &records);
    }
    inner(RunRecord::TYPE, &mut |record| section(&mut page, "run.json", &[record]));
    page
}

fn section(page: &mut String, file: &str, records: &[&'static RecordSpec]) {
    let _ = writeln!(page, "\n## `{file}`\n\n{}\n", records[0].about.trim());
    page.push_str("| field | type | what it is |\n| --- | --- | --- |\n");
    let mut choices = Vec::new();
    records.iter().for_each(|record| rows(page, "", record, &mut choices));
    for (field, choices) in choices {
        let _ = writeln!(page, "\n{field}:\n");
        choices.iter().for_each(|(name, meaning)| {
            let _ = writeln!(page, "- `{name}`: {meaning}");
        });
    }
}

type Choices = Vec<(String, &'static [(&'static str, &'static str)])>;

fn rows(page: &mut String, prefix: &str, record: &'static RecordSpec, choices: &mut Choices) {
    for field in record.fields {
        let name = format!("{prefix}{}", field.name);
        let null = if field.nullable { " or null" } else { "" };
        let _ = writeln!(page, "| `{name}` | {}{null} | {} |", called(field.of), field.about.trim());
        match field.of {
            Type::Choice(values) => choices.push((format!("`{name}` is one of"), values)),
            Type::Counts(values) => choices.push((format!("The names in `{name}`"), values)),
            _ => {}
        }
        let list = if matches!(field.of, Type::List(_)) { "[]" } else { "" };
        inner(field.of, &mut |record| rows(page, &format!("{name}{list}."), record, choices));
    }
}

fn called(of: Type) -> String {
    match of {
        Type::Text => "string".to_owned(),
        Type::Time => "time".to_owned(),
        Type::Whole => "integer".to_owned(),
        Type::Number => "number".to_owned(),
        Type::Flag => "boolean".to_owned(),
        Type::Range => "range".to_owned(),
        Type::Counts(_) => "counts".to_owned(),
        Type::Json => "JSON".to_owned(),
        Type::Choice(_) => "choice".to_owned(),
        Type::List(item) => format!("list of {}s", called(*item)),
        Type::Record(_) => "object".to_owned(),
    }
}

fn typescript() -> String {
    let mut page =
        "// The records of the output contract. Made from src/records of the library by a test.\n".to_owned();
    for record in all_records().into_iter().filter(|record| record.name != "RunRecord") {
        let _ = writeln!(page, "\nexport interface {} {{", record.name);
        for field in record.fields {
            let null = if field.nullable { " | null" } else { "" };
            let _ = writeln!(page, "  {}: {}{null};", field.name, in_typescript(field.of));
        }
        page.push_str("}\n");
    }
    page
}

fn in_typescript(of: Type) -> String {
    match of {
        Type::Text | Type::Time => "string".to_owned(),
        Type::Whole | Type::Number => "number".to_owned(),
        Type::Flag => "boolean".to_owned(),
        Type::Range => "[number, number]".to_owned(),
        Type::Counts(_) => "Record<string, number>".to_owned(),
        Type::Json => "unknown".to_owned(),
        Type::Choice(values) => values.iter().map(|(name, _)| format!("\"{name}\"")).collect::<Vec<_>>().join(" | "),
        Type::List(Type::Choice(values)) => format!("({})[]", in_typescript(Type::Choice(values))),
        Type::List(item) => format!("{}[]", in_typescript(*item)),
        Type::Record(record) => record.name.to_owned(),
    }
}
