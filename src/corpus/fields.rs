//! Which field of a record is what: names in common use, and names the user maps.

use super::plain::{self, Plain};
use rustc_hash::FxHashMap;
use serde::de::{self, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use std::borrow::Cow;
use std::fmt;

/// What a field is to us.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Role {
    /// The page's text.
    Text,
    /// Its identifier.
    Id,
    /// Its headline.
    Title,
    /// Its address.
    Url,
    /// Who published it.
    Outlet,
    /// When.
    Published,
}

/// Names in common use for each role, the likeliest first.
const NAMES: &[(Role, &[&str])] = &[
    (Role::Text, &["text", "content", "body", "正文", "内容", "文本", "article", "maintext", "content_text"]),
    (Role::Id, &["id", "doc_id", "docid", "_id", "uuid", "编号", "文章id", "news_id"]),
    (Role::Title, &["title", "headline", "标题", "题目"]),
    (Role::Url, &["url", "link", "链接", "网址", "原文链接", "source_url"]),
    (
        Role::Outlet,
        &["outlet", "媒体", "来源媒体", "媒体名称", "发布媒体", "site", "site_name", "publisher", "网站", "网站名称"],
    ),
    (
        Role::Published,
        &[
            "published",
            "date",
            "发布时间",
            "发表时间",
            "publish_time",
            "pubdate",
            "publish_date",
            "published_at",
            "time",
            "日期",
            "时间",
            "datetime",
        ],
    ),
];

/// The mapping from field names to roles.
#[derive(Clone, Debug)]
pub struct FieldNames {
    /// By name: the role, and a preference (lower wins when a record has several).
    names: FxHashMap<String, (Role, u16)>,
}

impl Default for FieldNames {
    fn default() -> Self {
        let each = |(role, names): &(Role, &[&'static str])| {
            let role = *role;
            names
                .iter()
                .enumerate()
                .map(move |(k, name)| ((*name).to_owned(), (role, k as u16 + 1)))
                .collect::<Vec<_>>()
        };
        FieldNames { names: NAMES.iter().flat_map(each).collect() }
    }
}

impl FieldNames {
    /// Adds a mapping written `role=name` (`text=content`), which then outranks the names in common use.
    /// Errors name the roles there are.
    pub fn map(&mut self, spec: &str) -> Result<(), String> {
        let roles = "text, id, title, url, outlet, published";
        let (role, name) =
            spec.split_once('=').ok_or(format!("--field {spec}: write it as ROLE=NAME, ROLE one of {roles}"))?;
        let role = match role {
            "text" => Role::Text,
            "id" => Role::Id,
            "title" => Role::Title,
            "url" => Role::Url,
            "outlet" => Role::Outlet,
            "published" => Role::Published,
            _ => return Err(format!("--field {spec}: no role {role:?}; there are {roles}")),
        };
        self.names.insert(name.to_owned(), (role, 0));
        Ok(())
    }

    /// The role of a field, and its preference.
    pub(super) fn role(&self, name: &str) -> Option<(Role, u16)> {
        self.names.get(name).copied()
    }

    /// The names of fields that the columns of a table are read as: their own, but one in capitals in the spelling that
    /// is known. `None` when no column is the text.
    pub fn of_columns(&self, columns: &[&str]) -> Option<Vec<String>> {
        let names: Vec<String> = columns.iter().map(|name| self.known_spelling(name)).collect();
        let is_text = |name: &String| self.role(name).is_some_and(|(role, _)| role == Role::Text);
        names.iter().any(is_text).then_some(names)
    }

    fn known_spelling(&self, name: &str) -> String {
        let small = name.to_lowercase();
        if self.role(name).is_none() && self.role(&small).is_some() { small } else { name.to_owned() }
    }

    /// The name under which an id would be read, if none of `fields` is one.
    pub fn missing_id(&self, fields: &[String]) -> Option<&str> {
        let is_id = |field: &String| self.role(field).is_some_and(|(role, _)| role == Role::Id);
        if fields.iter().any(is_id) { None } else { Some(self.name_of(Role::Id)) }
    }

    /// A name that has this role, for records that come without names.
    pub(super) fn name_of(&self, role: Role) -> &str {
        let ranked = self.names.iter().filter(|(_, (held, _))| *held == role);
        ranked.min_by_key(|(name, (_, rank))| (*rank, name.as_str())).map_or("", |(name, _)| name)
    }
}

/// The fields of one record, borrowed from its line where JSON lets them be.
#[derive(Clone, Debug, Default)]
pub struct Record<'a> {
    values: [Option<(Field<'a>, u16)>; 6],
    /// A text field that was there but is no string.
    pub text_is_no_string: bool,
    /// Fields without a role were there.
    pub has_others: bool,
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
    /// Reads one JSON object. Fields without a role are passed over.
    pub fn parse(line: &'a str, names: &FieldNames) -> Result<Self, serde_json::Error> {
        if let Some(record) = Record::parse_plain(line, names) {
            return Ok(record);
        }
        let mut reader = serde_json::Deserializer::from_str(line);
        let record = reader.deserialize_map(RecordVisitor { names })?;
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
                Plain::Bool => record.put(role, rank, Scalar::Other),
                Plain::Null => {}
            },
        });
        is_plain.then_some(record)
    }

    /// Takes a field out of the record.
    pub fn take(&mut self, role: Role) -> Option<Cow<'a, str>> {
        self.values[role as usize].take().map(|(value, _)| value.read())
    }

    /// True when the record has the field, and `None` when it has not; false for a field of blanks.
    pub fn says_something(&self, role: Role) -> Option<bool> {
        let (field, _) = self.values[role as usize].as_ref()?;
        Some(match field {
            Field::Read(text) => !text.trim().is_empty(),
            Field::Escaped(raw) if !raw.trim_start().starts_with('\\') => true,
            Field::Escaped(raw) => !plain::unescape(raw).trim().is_empty(),
        })
    }

    fn put(&mut self, role: Role, rank: u16, value: Scalar<'a>) {
        match value {
            Scalar::Text(text) => self.put_field(role, rank, Field::Read(text)),
            Scalar::Other if role == Role::Text => self.text_is_no_string = true,
            Scalar::Other | Scalar::Null => {}
        }
    }

    fn put_field(&mut self, role: Role, rank: u16, value: Field<'a>) {
        let slot = &mut self.values[role as usize];
        if slot.as_ref().is_none_or(|(_, held)| *held > rank) {
            *slot = Some((value, rank));
        }
    }
}

/// The fields of `line` that have no role, as they are; `None` when there are none.
pub fn unknown_fields(line: &str, names: &FieldNames) -> Option<serde_json::Map<String, serde_json::Value>> {
    let mut all: serde_json::Map<String, serde_json::Value> = serde_json::from_str(line).ok()?;
    all.retain(|name, _| names.role(name).is_none());
    (!all.is_empty()).then_some(all)
}

struct RecordVisitor<'n> {
    names: &'n FieldNames,
}

impl<'de> Visitor<'de> for RecordVisitor<'_> {
    type Value = Record<'de>;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Record<'de>, A::Error> {
        let mut record = Record::default();
        while let Some(Scalar::Text(name)) = map.next_key::<Scalar<'de>>()? {
            match self.names.role(&name) {
                Some((role, rank)) => record.put(role, rank, map.next_value()?),
                None => {
                    record.has_others = true;
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(record)
    }
}

/// A string or a number as text; anything else is `Other`, an absent value `Null`.
enum Scalar<'a> {
    Text(Cow<'a, str>),
    Null,
    Other,
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
        Ok(Scalar::Other)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Scalar<'de>, A::Error> {
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Scalar::Other)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Scalar<'de>, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Scalar::Other)
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
            assert_eq!(record.take(Role::Text).as_deref(), Some("甲"));
            assert_eq!(record.take(Role::Title).as_deref(), Some("题"));
            assert_eq!(record.take(Role::Id).as_deref(), Some("7"));
            assert_eq!(record.take(Role::Url), None);
        }
    }

    #[test]
    fn a_mapped_name_outranks_the_rest() {
        let mut names = FieldNames::default();
        names.map("text=raw").unwrap();
        let mut record = Record::parse(r#"{"text":"甲","raw":"乙"}"#, &names).unwrap();
        assert_eq!(record.take(Role::Text).as_deref(), Some("乙"));
        assert!(names.map("body").unwrap_err().contains("ROLE=NAME"));
        assert!(names.map("body=x").unwrap_err().contains("there are text"));
    }

    #[test]
    fn fields_without_a_role_are_carried() {
        let rest = unknown_fields(r#"{"text":"甲","channel":"要闻","n":3}"#, &FieldNames::default()).unwrap();
        assert_eq!(serde_json::to_string(&rest).unwrap(), r#"{"channel":"要闻","n":3}"#);
    }

    #[test]
    fn null_is_absent_and_a_list_is_no_text() {
        let names = FieldNames::default();
        assert_eq!(Record::parse(r#"{"text":"甲","title":null}"#, &names).unwrap().take(Role::Title), None);
        assert!(Record::parse(r#"{"text":["甲"]}"#, &names).unwrap().text_is_no_string);
    }
}
