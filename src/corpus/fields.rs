//! The fields of a record that have a role, read from its line.

use super::lenient;
use super::names::{FieldNames, RoleNames};
use super::plain::{self, Plain};
use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{self, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::Value;
use std::borrow::Cow;
use std::fmt;

pub use super::names::FieldRole;

/// The fields of one record, borrowed from its line where JSON lets them be.
#[derive(Clone, Debug, Default)]
pub struct Record<'a> {
    values: [Option<(Field<'a>, u16)>; 6],
    /// A text field that was there but is no string.
    pub text_is_no_string: bool,
    /// Fields without a role were there.
    pub has_others: bool,
    /// Which mappings of the user matched a field; see [`FieldNames::unmet`].
    pub met: u64,
}

/// A field's text, or the JSON string that it will be read from when it is asked for.
#[derive(Clone, Debug)]
enum Field<'a> {
    Read(Cow<'a, str>),
    Escaped(&'a str),
}

impl<'a> Field<'a> {
    fn read(self) -> Cow<'a, str> {
        match self {
            Field::Read(text) => text,
            Field::Escaped(raw) => Cow::Owned(plain::unescape(raw)),
        }
    }
}

impl<'a> Record<'a> {
    /// Reads one JSON object. Fields without a role are passed over. What is JSON only as Python writes it is read, too.
    pub fn parse(line: &'a str, names: &FieldNames) -> Result<Self, serde_json::Error> {
        if let Some(record) = Record::parse_plain(line, names) {
            return Ok(record);
        }
        Record::parse_strictly(line, names).or_else(|error| {
            let line = lenient::mended(line).ok_or(error)?;
            Record::parse_strictly(&line, names).map(Record::into_owned)
        })
    }

    fn parse_strictly(line: &'a str, names: &FieldNames) -> Result<Self, serde_json::Error> {
        let mut reader = serde_json::Deserializer::from_str(line);
        let record = reader.deserialize_map(RecordVisitor { names: names.top() })?;
        reader.end()?;
        Ok(record)
    }

    /// Reads one JSON object without nested values and other rare things; `None` for the rest.
    fn parse_plain(line: &'a str, names: &FieldNames) -> Option<Self> {
        let mut record = Record::default();
        let is_plain = plain::members(line, |name, value| match names.role(name) {
            None => record.has_others = true,
            Some((role, rank)) => match value {
                Plain::Text(raw, true) => record.put_field(role, rank, Field::Escaped(raw)),
                Plain::Text(raw, false) => record.put_field(role, rank, Field::Read(Cow::Borrowed(raw))),
                Plain::Number(word) => record.put_field(role, rank, Field::Read(Cow::Borrowed(word))),
                Plain::Bool => record.put(role, rank, Scalar::Bool),
                Plain::Null => {}
            },
        });
        is_plain.then_some(record)
    }

    /// Takes a field out of the record.
    pub fn take(&mut self, role: FieldRole) -> Option<Cow<'a, str>> {
        self.values[role as usize].take().map(|(value, _)| value.read())
    }

    /// True when the record has the field, and `None` when it has not; false for a field of blanks.
    pub fn says_something(&self, role: FieldRole) -> Option<bool> {
        let (field, _) = self.values[role as usize].as_ref()?;
        Some(match field {
            Field::Read(text) => !text.trim().is_empty(),
            Field::Escaped(raw) if !raw.trim_start().starts_with('\\') => true,
            Field::Escaped(raw) => !plain::unescape(raw).trim().is_empty(),
        })
    }

    /// The roles that some field fills, as bits.
    pub fn filled(&self) -> u8 {
        FieldRole::ALL
            .into_iter()
            .filter(|role| self.values[*role as usize].is_some())
            .fold(0, |bits, role| bits | role.bit())
    }

    /// The preference of the name that a role was read from.
    pub fn rank(&self, role: FieldRole) -> Option<u16> {
        self.values[role as usize].as_ref().map(|(_, rank)| *rank)
    }

    fn put(&mut self, role: FieldRole, rank: u16, value: Scalar<'a>) {
        match value {
            Scalar::Text(text) => self.put_field(role, rank, Field::Read(text)),
            Scalar::Bool | Scalar::Other(_) if role == FieldRole::Text => self.text_is_no_string = true,
            Scalar::Bool | Scalar::Other(_) | Scalar::Null => {}
        }
    }

    fn put_field(&mut self, role: FieldRole, rank: u16, value: Field<'a>) {
        self.met |= FieldNames::mapping_bit(rank);
        let slot = &mut self.values[role as usize];
        if slot.as_ref().is_none_or(|(_, held)| *held > rank) {
            *slot = Some((value, rank));
        }
    }

    /// Takes the value of a field that has a role and is neither a text nor a number.
    fn put_value(&mut self, role: FieldRole, rank: u16, value: Value) {
        match text_of(role, value) {
            Some(text) => self.put_field(role, rank, Field::Read(Cow::Owned(text))),
            None if role == FieldRole::Text => self.text_is_no_string = true,
            None => {}
        }
    }

    /// Takes the fields inside of another that have a role there.
    fn put_inside(&mut self, names: &RoleNames, fields: serde_json::Map<String, Value>) {
        for (name, value) in fields {
            match (names.role(&name), names.inside(&name), value) {
                (_, Some(inside), Value::Object(fields)) => self.put_inside(inside, fields),
                (Some((role, rank)), _, value) => self.put_value(role, rank, value),
                (None, ..) => {}
            }
        }
    }

    fn into_owned(self) -> Record<'static> {
        let own = |field: Field| Field::Read(Cow::Owned(field.read().into_owned()));
        Record {
            values: self.values.map(|slot| slot.map(|(field, rank)| (own(field), rank))),
            text_is_no_string: self.text_is_no_string,
            has_others: self.has_others,
            met: self.met,
        }
    }
}

/// What a field says in a role whose value is a list, an object or none of those: a text may be a list of paragraphs, a
/// time or an id wrapped as MongoDB does (`{"$date": …}`), an outlet an object with a name.
fn text_of(role: FieldRole, value: Value) -> Option<String> {
    match (role, value) {
        (_, Value::String(text)) => Some(text),
        (_, Value::Number(number)) => Some(number.to_string()),
        (FieldRole::Id, value @ (Value::Bool(_) | Value::Array(_))) => Some(value.to_string()),
        (FieldRole::Text, Value::Array(parts)) => paragraphs(parts),
        (_, Value::Array(parts)) => parts.into_iter().next().and_then(|first| text_of(role, first)),
        (FieldRole::Text, _) | (_, Value::Null | Value::Bool(_)) => None,
        (_, Value::Object(fields)) => {
            let wrapped = |name: &String| name.starts_with('$') || name == "name";
            let value = fields.into_iter().find(|(name, _)| wrapped(name))?.1;
            text_of(role, value)
        }
    }
}

/// The paragraphs of a text, a line each; `None` when not one of them is a text.
fn paragraphs(parts: Vec<Value>) -> Option<String> {
    let texts: Vec<String> = parts.into_iter().filter_map(paragraph).collect();
    (!texts.is_empty()).then(|| texts.join("\n"))
}

fn paragraph(part: Value) -> Option<String> {
    match part {
        Value::String(text) => Some(text),
        Value::Array(parts) => paragraphs(parts),
        Value::Object(mut fields) => {
            let name = PARAGRAPH.iter().find(|name| fields.contains_key(**name))?;
            fields.remove(*name).and_then(paragraph)
        }
        _ => None,
    }
}

/// Where an object has the text of a paragraph.
const PARAGRAPH: [&str; 6] = ["内容", "text", "content", "paragraph", "內容", "value"];

/// The fields of `line` that have no role, as they are; `None` when there are none.
pub fn unknown_fields(line: &str, names: &FieldNames) -> Option<serde_json::Map<String, serde_json::Value>> {
    let read = |line: &str| serde_json::from_str::<serde_json::Map<String, Value>>(line).ok();
    let mut all = read(line).or_else(|| read(&lenient::mended(line)?))?;
    all.retain(|name, _| names.role(name).is_none());
    (!all.is_empty()).then_some(all)
}

/// The fields of an object that are no objects themselves, those inside of others under names with points (`a.b`).
pub fn paths(fields: &serde_json::Map<String, Value>) -> Vec<(String, &Value)> {
    fn push<'v>(before: &str, fields: &'v serde_json::Map<String, Value>, all: &mut Vec<(String, &'v Value)>) {
        for (name, value) in fields {
            let path = format!("{before}{name}");
            match value {
                Value::Object(inner) if path.matches('.').count() < DEEPEST => push(&format!("{path}."), inner, all),
                value => all.push((path, value)),
            }
        }
    }
    let mut all = Vec::new();
    push("", fields, &mut all);
    all
}

/// Points that a name has at most.
const DEEPEST: usize = 3;

struct RecordVisitor<'n> {
    names: &'n RoleNames,
}

impl<'de> Visitor<'de> for RecordVisitor<'_> {
    type Value = Record<'de>;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Record<'de>, A::Error> {
        let mut record = Record::default();
        while let Some(Scalar::Text(name)) = map.next_key::<Scalar<'de>>()? {
            match (self.names.role(&name), self.names.inside(&name)) {
                (None, None) => {
                    record.has_others = true;
                    map.next_value::<IgnoredAny>()?;
                }
                (role, inside) => match (role, inside, map.next_value::<Scalar>()?) {
                    (_, Some(inside), Scalar::Other(Value::Object(fields))) => {
                        record.has_others |= role.is_none();
                        record.put_inside(inside, fields);
                    }
                    (Some((role, rank)), _, Scalar::Other(value)) => record.put_value(role, rank, value),
                    (Some((role, rank)), _, scalar) => record.put(role, rank, scalar),
                    (None, ..) => record.has_others = true,
                },
            }
        }
        Ok(record)
    }
}

/// A string or a number as text, a list or an object as it is.
enum Scalar<'a> {
    Text(Cow<'a, str>),
    Null,
    Bool,
    Other(Value),
}

impl<'de> Deserialize<'de> for Scalar<'de> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(ScalarVisitor)
    }
}

struct ScalarVisitor;

impl<'de> Visitor<'de> for ScalarVisitor {
    type Value = Scalar<'de>;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_borrowed_str<E: de::Error>(self, v: &'de str) -> Result<Scalar<'de>, E> {
        Ok(Scalar::Text(Cow::Borrowed(v)))
    }

    fn visit_str<E: de::Error>(self, v: &str) -> Result<Scalar<'de>, E> {
        Ok(Scalar::Text(Cow::Owned(v.to_owned())))
    }

    fn visit_string<E: de::Error>(self, v: String) -> Result<Scalar<'de>, E> {
        Ok(Scalar::Text(Cow::Owned(v)))
    }

    fn visit_i64<E: de::Error>(self, v: i64) -> Result<Scalar<'de>, E> {
        Ok(Scalar::Text(Cow::Owned(v.to_string())))
    }

    fn visit_u64<E: de::Error>(self, v: u64) -> Result<Scalar<'de>, E> {
        Ok(Scalar::Text(Cow::Owned(v.to_string())))
    }

    fn visit_f64<E: de::Error>(self, v: f64) -> Result<Scalar<'de>, E> {
        Ok(Scalar::Text(Cow::Owned(v.to_string())))
    }

    fn visit_unit<E: de::Error>(self) -> Result<Scalar<'de>, E> {
        Ok(Scalar::Null)
    }

    fn visit_bool<E: de::Error>(self, _: bool) -> Result<Scalar<'de>, E> {
        Ok(Scalar::Bool)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<Scalar<'de>, A::Error> {
        Value::deserialize(SeqAccessDeserializer::new(seq)).map(Scalar::Other)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Scalar<'de>, A::Error> {
        Value::deserialize(MapAccessDeserializer::new(map)).map(Scalar::Other)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn common_names_are_recognised_and_the_likeliest_wins() {
        let names = FieldNames::default();
        for other in [r#""x":[1,{"y":2}]"#, r#""x":1"#] {
            let line = format!(r#"{{"正文":"乙","text":"甲","标题":"题",{other},"id":7}}"#);
            let mut record = Record::parse(&line, &names).unwrap();
            assert!(record.has_others);
            assert_eq!(record.take(FieldRole::Text).as_deref(), Some("甲"));
            assert_eq!(record.take(FieldRole::Title).as_deref(), Some("题"));
            assert_eq!(record.take(FieldRole::Id).as_deref(), Some("7"));
            assert_eq!(record.take(FieldRole::Url), None);
        }
    }

    #[test]
    fn a_mapped_name_outranks_the_rest() {
        let mut names = FieldNames::default();
        names.map("text=raw").unwrap();
        let mut record = Record::parse(r#"{"text":"甲","raw":"乙"}"#, &names).unwrap();
        assert_eq!(record.take(FieldRole::Text).as_deref(), Some("乙"));
        assert_eq!(record.met, 1);
    }

    #[test]
    fn fields_without_a_role_are_carried() {
        let rest = unknown_fields(r#"{"text":"甲","channel":"要闻","n":3}"#, &FieldNames::default()).unwrap();
        assert_eq!(serde_json::to_string(&rest).unwrap(), r#"{"channel":"要闻","n":3}"#);
    }

    #[test]
    fn null_is_absent_and_a_number_of_paragraphs_is_a_text() {
        let names = FieldNames::default();
        let text = |line: &str| Record::parse(line, &names).unwrap().take(FieldRole::Text).map(Cow::into_owned);
        assert_eq!(Record::parse(r#"{"text":"甲","title":null}"#, &names).unwrap().take(FieldRole::Title), None);
        assert_eq!(text(r#"{"text":["甲",null,"乙"]}"#).as_deref(), Some("甲\n乙"));
        assert_eq!(text(r#"{"段落":[{"行号":0,"内容":"甲"},{"行号":1,"内容":"乙"}]}"#).as_deref(), Some("甲\n乙"));
        for line in [r#"{"text":[1]}"#, r#"{"text":[]}"#, r#"{"text":{"x":"y"}}"#, r#"{"text":true}"#] {
            assert!(Record::parse(line, &names).unwrap().text_is_no_string, "{line}");
        }
    }

    #[test]
    fn fields_inside_others_have_roles() {
        let mut names = FieldNames::default();
        let line =
            r#"{"text":"甲","metadata":{"url":"http://a.example/1","title":"题","text":"x","date":{"$date":5}}}"#;
        let mut record = Record::parse(line, &names).unwrap();
        let mut take = |role| record.take(role).map(Cow::into_owned);
        assert_eq!(take(FieldRole::Url).as_deref(), Some("http://a.example/1"));
        assert_eq!(take(FieldRole::Published).as_deref(), Some("5"));
        assert_eq!(take(FieldRole::Text).as_deref(), Some("甲"));
        assert!(record.has_others);

        let wrapped = r#"{"_id":{"$oid":"77"},"_source":{"content":["甲","乙"],"publisher":{"name":"晚报"}}}"#;
        let mut record = Record::parse(wrapped, &names).unwrap();
        let mut take = |role| record.take(role).map(Cow::into_owned);
        assert_eq!(take(FieldRole::Id).as_deref(), Some("77"));
        assert_eq!(take(FieldRole::Text).as_deref(), Some("甲\n乙"));
        assert_eq!(take(FieldRole::Outlet).as_deref(), Some("晚报"));

        names.map("text=a.b.c").unwrap();
        for line in [r#"{"text":"x","a":{"b":{"c":"甲"}}}"#, r#"{"a.b.c":"甲"}"#] {
            let mut record = Record::parse(line, &names).unwrap();
            assert_eq!((record.met, record.take(FieldRole::Text).as_deref()), (1, Some("甲")), "{line}");
        }
    }

    #[test]
    fn python_json_is_read() {
        let names = FieldNames::default();
        let mut record = Record::parse(r#"{"text":"a\ud800b","score":NaN}"#, &names).unwrap();
        assert_eq!(record.take(FieldRole::Text).as_deref(), Some("a\u{FFFD}b"));
        assert_eq!(unknown_fields(r#"{"text":"甲","score":NaN}"#, &names).unwrap()["score"], Value::Null);
    }
}
