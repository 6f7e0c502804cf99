//! What a corpus has and the run does not use: fields that look like an address, an outlet or a time under names that
//! are not known.

use super::fields::{Record, paths};
use super::names::{FieldNames, FieldRole, TIMESTAMP};
use super::{Corpus, lenient};
use crate::types::DocId;
use serde_json::{Map, Value};

/// A role that no record fills, and the fields that look as if they could, the most frequent first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unused {
    /// The role.
    pub role: FieldRole,
    /// Names for `--field`, such as `metadata.posted_on`.
    pub fields: Vec<String>,
}

/// Records that are looked at, evenly from the whole corpus.
const LOOKED_AT: usize = 200;

/// Names that are listed for a role.
const LISTED: usize = 5;

impl Corpus {
    /// The roles but text and id that no record fills, where some field looks as if it could. Looks at 200 records.
    pub fn unused(&self) -> Vec<Unused> {
        let open = [FieldRole::Title, FieldRole::Url, FieldRole::Outlet, FieldRole::Published];
        let open = open.into_iter().filter(|role| self.filled & role.bit() == 0);
        let samples = self.samples();
        let unused = |role: FieldRole| Unused { role, fields: candidates(role, &samples) };
        open.map(unused).filter(|unused| !unused.fields.is_empty()).collect()
    }

    /// True when the times are read from a field called `timestamp`, which in some corpora is when a page was fetched.
    pub fn has_doubtful_times(&self) -> bool {
        let is_doubtful = |doc: DocId| {
            let line = self.json(doc);
            let rank = Record::parse(&line, &self.names).ok().and_then(|record| record.rank(FieldRole::Published));
            rank.is_some() && rank == self.names.role(TIMESTAMP).map(|(_, rank)| rank)
        };
        self.filled & FieldRole::Published.bit() > 0 && self.sampled().any(is_doubtful)
    }

    /// The names of fields that the records have, in the order in which they are met.
    pub(super) fn field_names(&self) -> Vec<String> {
        let mut names: Vec<String> = Vec::new();
        for sample in self.samples() {
            names.extend(
                paths(&sample)
                    .into_iter()
                    .map(|(path, _)| path)
                    .filter(|path| !names.contains(path))
                    .collect::<Vec<_>>(),
            );
        }
        names
    }

    fn sampled(&self) -> impl Iterator<Item = DocId> {
        (0..self.len()).step_by(self.len().div_ceil(LOOKED_AT).max(1)).map(|k| DocId(k as u32))
    }

    fn samples(&self) -> Vec<Map<String, Value>> {
        let read = |line: &str| serde_json::from_str(line).ok();
        let sample = |doc| {
            let line = self.json(doc);
            read(&line).or_else(|| read(&lenient::mended(&line)?))
        };
        self.sampled().filter_map(sample).collect()
    }
}

/// The fields that look as if they were of a role.
fn candidates(role: FieldRole, samples: &[Map<String, Value>]) -> Vec<String> {
    let names = FieldNames::default();
    let mut counts: Vec<(usize, String)> = Vec::new();
    for sample in samples {
        for (path, value) in paths(sample) {
            // A field that is read in another role is used.
            let is_used = names.role(&path).is_some_and(|(known, _)| known != role);
            if is_used || !looks_like(role, &path, value) {
                continue;
            }
            match counts.iter_mut().find(|(_, held)| *held == path) {
                Some((count, _)) => *count += 1,
                None => counts.push((1, path)),
            }
        }
    }
    counts.sort_by_key(|(count, _)| std::cmp::Reverse(*count));
    counts.into_iter().map(|(_, path)| path).take(LISTED).collect()
}

fn looks_like(role: FieldRole, path: &str, value: &Value) -> bool {
    let name = path.to_lowercase();
    let name = name.rsplit('.').next().unwrap_or_default();
    let is_named = |words: &[&str]| words.iter().any(|word| name.contains(word));
    let text = value.as_str().unwrap_or_default().trim();
    let length = text.chars().count();
    match role {
        FieldRole::Published => {
            let is_other = [
                "crawl", "fetch", "download", "scrap", "index", "modif", "update", "edit", "抓取", "采集", "入库",
                "更新",
            ];
            let is_time = ["date", "time", "publi", "creat", "post", "日期", "时间", "時間", "发布", "發布"];
            let has_digits = value.is_number() || length <= 60 && text.bytes().filter(u8::is_ascii_digit).count() >= 4;
            is_named(&is_time) && !is_named(&is_other) && has_digits
        }
        FieldRole::Url => {
            let is_other = ["img", "image", "pic", "photo", "thumb", "icon", "logo", "video", "avatar", "图"];
            let is_address = ["http://", "https://", "www."].iter().any(|begin| text.starts_with(begin));
            is_address && !text.contains(' ') && !is_named(&is_other)
        }
        FieldRole::Title => {
            is_named(&["title", "head", "subject", "标题", "標題", "题目"]) && (2..=200).contains(&length)
        }
        FieldRole::Outlet => {
            let is_outlet = [
                "source",
                "site",
                "domain",
                "host",
                "media",
                "publisher",
                "outlet",
                "newspaper",
                "press",
                "来源",
                "來源",
                "媒体",
                "媒體",
                "网站",
                "網站",
            ];
            is_named(&is_outlet) && (2..=40).contains(&length) && !text.contains('\n')
        }
        FieldRole::Text | FieldRole::Id => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn corpus(records: &[Value]) -> Corpus {
        let lines: Vec<String> = records.iter().map(Value::to_string).collect();
        Corpus::of_lines(lines.iter().map(String::as_str), &FieldNames::default())
    }

    #[test]
    fn fields_that_look_like_a_role_are_named() {
        let record = |k: u32| {
            json!({ "id": k, "text": "磨坊的水轮今年换了新的木板", "crawl_time": "2024-05-06", "来源": "山城晚报",
                    "info": { "posted_on": "2024-05-01 08:10", "address": "https://a.example/1", "cover_pic": "https://a.example/1.png" } })
        };
        let unused = corpus(&[record(1), record(2)]).unused();
        let named: Vec<(FieldRole, Vec<String>)> =
            unused.into_iter().map(|unused| (unused.role, unused.fields)).collect();
        assert_eq!(
            named,
            [
                (FieldRole::Url, vec!["info.address".to_owned()]),
                (FieldRole::Outlet, vec!["来源".to_owned()]),
                (FieldRole::Published, vec!["info.posted_on".to_owned()]),
            ]
        );
    }

    #[test]
    fn nothing_is_said_where_all_is_used_or_nothing_is_there() {
        let all = json!({ "id": 1, "text": "甲", "url": "https://a.example", "site": "晚报", "date": "2024-05-06", "title": "题" });
        assert_eq!(corpus(std::slice::from_ref(&all)).unused(), []);
        assert_eq!(corpus(&[json!({ "id": 1, "text": "甲", "n": 5 })]).unused(), []);
        assert!(!corpus(&[all]).has_doubtful_times());
        assert!(corpus(&[json!({ "id": 1, "text": "甲", "timestamp": "2024-05-06" })]).has_doubtful_times());
    }
}
