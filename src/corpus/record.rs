//! One JSON line as a record.

use super::RawDoc;
use super::fields::Record;
use super::mojibake;
use super::names::{FieldNames, FieldRole};
use std::borrow::Cow;

/// A line that is a record.
pub(super) struct Checked<'l> {
    /// The id, if it has one.
    pub id: Option<Cow<'l, str>>,
    /// The roles that its fields fill, as bits.
    pub filled: u8,
    /// The mappings of the user that matched a field; see [`FieldNames::unmet`].
    pub met: u64,
}

/// What is to be known of the record on a line; or why the line is no record.
pub(super) fn check<'l>(line: &'l str, names: &FieldNames) -> Result<Checked<'l>, String> {
    let mut record = Record::parse(line, names).map_err(|error| no_object(line, &error))?;
    match record.says_something(FieldRole::Text) {
        Some(true) => {}
        Some(false) => return Err("the text is empty".into()),
        None if record.text_is_no_string => return Err("the text is not a string or a list of strings".into()),
        None => return Err(no_text(line)),
    }
    let (filled, met) = (record.filled(), record.met);
    Ok(Checked { id: record.take(FieldRole::Id).filter(|id| !id.is_empty()), filled, met })
}

fn no_object(line: &str, error: &serde_json::Error) -> String {
    match line.starts_with("{'") || line.starts_with("{u'") {
        true => "a Python dict, not JSON; write it with json.dumps".into(),
        false => format!("not a JSON object: {error}"),
    }
}

/// Field names that are listed where no text is found.
const LISTED: usize = 12;

fn no_text(line: &str) -> String {
    let fields = super::fields::unknown_fields(line, &FieldNames::of_nothing()).unwrap_or_default();
    let mut paths = super::fields::paths(&fields).into_iter().map(|(path, _)| path);
    let listed: Vec<String> = paths.by_ref().take(LISTED).collect();
    let more = if paths.next().is_some() { ", …" } else { "" };
    match listed.is_empty() {
        true => "no text field in an empty object".into(),
        false => format!("no text field among {}{more}; map one to the role `text`", listed.join(", ")),
    }
}

/// The record on a line. A line that is none gives an empty one.
pub(super) fn read<'l>(line: Cow<'l, str>, names: &FieldNames) -> RawDoc<'l> {
    match line {
        Cow::Borrowed(line) => read_borrowed(line, names),
        Cow::Owned(line) => read_borrowed(&line, names).into_owned(),
    }
}

fn read_borrowed<'l>(line: &'l str, names: &FieldNames) -> RawDoc<'l> {
    let Ok(mut record) = Record::parse(line, names) else { return RawDoc::default() };
    let mut mended = 0;
    let mut take = |role: FieldRole| {
        let value = record.take(role)?;
        let (value, is_mended) = as_it_was(value);
        mended += u32::from(is_mended);
        Some(value)
    };
    let text = take(FieldRole::Text).unwrap_or_default();
    let mut some = |role: FieldRole| take(role).filter(|value| !value.trim().is_empty());
    RawDoc {
        text,
        title: some(FieldRole::Title),
        url: some(FieldRole::Url),
        outlet: some(FieldRole::Outlet),
        published: some(FieldRole::Published),
        has_others: record.has_others,
        mended,
    }
}

/// A value as it was before it was encoded twice, and whether it was.
pub(super) fn as_it_was(value: Cow<str>) -> (Cow<str>, bool) {
    match mojibake::mend(&value) {
        Some(mended) => (Cow::Owned(mended), true),
        None => (value, false),
    }
}

/// The text of the record on a line, as [`read`] gives it.
pub(super) fn text<'l>(line: Cow<'l, str>, names: &FieldNames) -> Cow<'l, str> {
    match line {
        Cow::Borrowed(line) => text_of(line, names),
        Cow::Owned(line) => Cow::Owned(text_of(&line, names).into_owned()),
    }
}

fn text_of<'l>(line: &'l str, names: &FieldNames) -> Cow<'l, str> {
    let record = Record::parse(line, names).ok();
    let text = record.and_then(|mut record| record.take(FieldRole::Text)).unwrap_or_default();
    as_it_was(text).0
}

/// The JSON line of a record that is a text and nothing else.
pub(super) fn of_text(text: &str, names: &FieldNames) -> String {
    of_fields(&[(names.name_of(FieldRole::Text), Some(text))])
}

/// The JSON line of a record with these fields, of those that have a value.
pub(super) fn of_fields(fields: &[(&str, Option<&str>)]) -> String {
    let mut line =
        String::with_capacity(64 + fields.iter().flat_map(|(_, value)| value).map(|v| v.len()).sum::<usize>());
    line.push('{');
    for (name, value) in fields.iter().filter_map(|(name, value)| Some((name, value.as_ref()?))) {
        if line.len() > 1 {
            line.push(',');
        }
        push_json_string(name, &mut line);
        line.push(':');
        push_json_string(value, &mut line);
    }
    line.push('}');
    line
}

/// Appends `value` as a JSON string.
pub(super) fn push_json_string(value: &str, line: &mut String) {
    line.push('"');
    let mut rest = value;
    while let Some(at) = rest.bytes().position(|byte| byte < b' ' || byte == b'"' || byte == b'\\') {
        line.push_str(&rest[..at]);
        match rest.as_bytes()[at] {
            b'\n' => line.push_str("\\n"),
            b'\r' => line.push_str("\\r"),
            b'\t' => line.push_str("\\t"),
            byte @ (b'"' | b'\\') => line.extend(['\\', byte.into()]),
            byte => line.push_str(&format!("\\u{byte:04x}")),
        }
        rest = &rest[at + 1..];
    }
    line.push_str(rest);
    line.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_text_comes_back_from_its_line(text in "\\PC*|[\\\\\"\n\r\t\u{0}-\u{1F}ab一]*") {
            let names = FieldNames::default();
            prop_assert_eq!(super::text(Cow::Owned(of_text(&text, &names)), &names), text);
        }
    }
}
