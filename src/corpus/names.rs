//! Which field of a record is what: names in common use, names inside other fields, and names the user maps.

use rustc_hash::FxHashMap;
use std::sync::{Arc, LazyLock};

/// What a field is to us.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum FieldRole {
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

impl FieldRole {
    /// All roles.
    pub const ALL: [FieldRole; 6] =
        [FieldRole::Text, FieldRole::Id, FieldRole::Title, FieldRole::Url, FieldRole::Outlet, FieldRole::Published];

    /// The name that `--field` gives it.
    pub fn name(self) -> &'static str {
        match self {
            FieldRole::Text => "text",
            FieldRole::Id => "id",
            FieldRole::Title => "title",
            FieldRole::Url => "url",
            FieldRole::Outlet => "outlet",
            FieldRole::Published => "published",
        }
    }

    /// Its bit in a set of roles.
    pub(super) fn bit(self) -> u8 {
        1 << self as u8
    }
}

/// Names in common use for each role, the likeliest first. The last ones are those of well-known corpora and crawlers:
/// CCNet, news-please, Dolma, NewsAPI, MNBVC.
const NAMES: &[(FieldRole, &[&str])] = &[
    (
        FieldRole::Text,
        &[
            "text",
            "content",
            "body",
            "正文",
            "内容",
            "文本",
            "article",
            "maintext",
            "content_text",
            "raw_content",
            "full_text",
            "fulltext",
            "article_text",
            "article_body",
            "articleBody",
            "main_text",
            "page_text",
            "新闻内容",
            "文章内容",
            "正文内容",
            "內容",
            "內文",
            "段落",
            "paragraphs",
        ],
    ),
    (FieldRole::Id, &["id", "doc_id", "docid", "_id", "uuid", "编号", "文章id", "news_id", "article_id", "guid"]),
    (
        FieldRole::Title,
        &["title", "headline", "标题", "题目", "標題", "新闻标题", "文章标题", "news_title", "article_title"],
    ),
    (
        FieldRole::Url,
        &[
            "url",
            "link",
            "链接",
            "网址",
            "原文链接",
            "source_url",
            "uri",
            "web_url",
            "page_url",
            "article_url",
            "news_url",
            "連結",
            "網址",
        ],
    ),
    (
        FieldRole::Outlet,
        &[
            "outlet",
            "媒体",
            "来源媒体",
            "媒体名称",
            "发布媒体",
            "site",
            "site_name",
            "publisher",
            "网站",
            "网站名称",
            "媒體",
            "media",
            "media_name",
            "source_name",
            "source_domain",
            "domain",
        ],
    ),
    (
        FieldRole::Published,
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
            "date_publish",
            "date_published",
            "datePublished",
            "publishedAt",
            "published_date",
            "pub_date",
            "pubDate",
            "publishDate",
            "publishTime",
            "pub_time",
            "发布日期",
            "發布時間",
            "發佈時間",
            "發表時間",
            "時間",
            "created",
            TIMESTAMP,
        ],
    ),
];

/// A name for a time that some corpora (C4, mC4) use for when a page was fetched.
pub(super) const TIMESTAMP: &str = "timestamp";

/// Fields that contain others, and whether the text and the id may be among those: what surrounds a text is about it, what
/// a record is wrapped in is the record.
const AROUND: &[(&str, bool)] = &[
    ("metadata", false),
    ("meta", false),
    ("_source", true),
    ("article", true),
    ("news", true),
    ("data", true),
    ("attributes", true),
];

/// Names inside other fields that only one corpus uses: OSCAR.
const INSIDE: &[(&str, FieldRole)] =
    &[("warc_headers.warc-target-uri", FieldRole::Url), ("metadata.warc_headers.warc-target-uri", FieldRole::Url)];

/// Preferences of names in common use, and of those inside other fields; names the user maps come before.
const COMMON: u16 = 100;
const NESTED: u16 = 1000;

/// Field names on one level of a record.
#[derive(Clone, Debug, Default)]
pub(super) struct RoleNames {
    roles: FxHashMap<String, (FieldRole, u16)>,
    inside: FxHashMap<String, RoleNames>,
}

impl RoleNames {
    /// The role of a field, and its preference.
    pub fn role(&self, name: &str) -> Option<(FieldRole, u16)> {
        self.roles.get(name).copied()
    }

    /// The names inside a field, if some are known.
    pub fn inside(&self, name: &str) -> Option<&RoleNames> {
        self.inside.get(name)
    }

    /// Adds a name, `a.b` for `b` inside of `a`; one that is known keeps its role unless `rank` is better.
    fn add(&mut self, name: &str, role: FieldRole, rank: u16) {
        let held = self.roles.entry(name.to_owned()).or_insert((role, rank));
        if rank < held.1 {
            *held = (role, rank);
        }
        if let Some((outer, inner)) = name.split_once('.') {
            self.inside.entry(outer.to_owned()).or_default().add(inner, role, rank);
        }
    }
}

/// The mapping from field names to roles. A name with points in it (`metadata.url`) is the field of that very name, and
/// the field at the end of that path. Copies share what they have in common.
#[derive(Clone, Debug)]
pub struct FieldNames {
    names: Arc<RoleNames>,
    /// The mappings of the user; the preference of each is its place.
    mapped: Vec<(FieldRole, String)>,
}

/// The names in common use.
static IN_COMMON_USE: LazyLock<Arc<RoleNames>> = LazyLock::new(|| Arc::new(RoleNames::in_common_use()));

impl Default for FieldNames {
    fn default() -> Self {
        FieldNames { names: Arc::clone(&IN_COMMON_USE), mapped: Vec::new() }
    }
}

impl RoleNames {
    fn in_common_use() -> Self {
        let mut names = RoleNames::default();
        for (role, known) in NAMES {
            known.iter().enumerate().for_each(|(k, name)| names.add(name, *role, COMMON + k as u16));
        }
        for (n, (around, is_record)) in AROUND.iter().enumerate() {
            for (role, known) in
                NAMES.iter().filter(|(role, _)| *is_record || !matches!(role, FieldRole::Text | FieldRole::Id))
            {
                let rank = |k: usize| NESTED + (100 * n + k) as u16;
                known.iter().enumerate().for_each(|(k, name)| names.add(&format!("{around}.{name}"), *role, rank(k)));
            }
        }
        INSIDE.iter().for_each(|(name, role)| names.add(name, *role, 2 * NESTED));
        names
    }
}

/// Mappings that are looked after one by one; more are taken and not missed when they match nothing.
const WATCHED: usize = 64;

impl FieldNames {
    /// No name has a role.
    pub(super) fn of_nothing() -> Self {
        FieldNames { names: Arc::default(), mapped: Vec::new() }
    }

    /// Adds a mapping written `role=name` (`text=content`, `url=metadata.url`), which then outranks the names in common
    /// use; of several for one role the first that a record has is taken. An error says what was expected.
    pub fn map(&mut self, spec: &str) -> Result<(), String> {
        let roles = FieldRole::ALL.map(FieldRole::name).join(", ");
        let expected = || format!("ROLE=NAME, where ROLE is one of {roles}");
        let (role, name) = spec.split_once('=').ok_or_else(expected)?;
        let role = FieldRole::ALL.into_iter().find(|known| known.name() == role).ok_or_else(expected)?;
        let rank = self.mapped.len().min(COMMON as usize - 1) as u16;
        Arc::make_mut(&mut self.names).add(name, role, rank);
        self.mapped.push((role, name.to_owned()));
        Ok(())
    }

    /// The names on the outermost level.
    pub(super) fn top(&self) -> &RoleNames {
        &self.names
    }

    /// The role of a field on the outermost level, and its preference.
    pub(super) fn role(&self, name: &str) -> Option<(FieldRole, u16)> {
        self.names.role(name)
    }

    /// The bit of the mapping of this preference; none for a name in common use.
    pub(super) fn mapping_bit(rank: u16) -> u64 {
        if usize::from(rank) < WATCHED { 1 << rank } else { 0 }
    }

    /// The mappings that are not among `met`, as the user wrote them.
    pub(super) fn unmet(&self, met: u64) -> impl Iterator<Item = (FieldRole, &str)> {
        let is_unmet = move |(k, _): &(usize, &(FieldRole, String))| *k < WATCHED && met & (1 << k) == 0;
        self.mapped.iter().enumerate().filter(is_unmet).map(|(_, (role, name))| (*role, name.as_str()))
    }

    /// The names of fields that the columns of a table are read as: their own, but one in capitals in the spelling that
    /// is known. `None` when no column is the text, or may have it.
    pub fn of_columns(&self, columns: &[&str]) -> Option<Vec<String>> {
        let names: Vec<String> = columns.iter().map(|name| self.known_spelling(name)).collect();
        let is_text = |name: &String| self.role(name).is_some_and(|(role, _)| role == FieldRole::Text);
        names.iter().any(is_text).then_some(names)
    }

    /// True when a column of this name may have the text inside.
    pub(super) fn has_text_inside(&self, column: &str) -> bool {
        fn has_text(names: &RoleNames) -> bool {
            names.roles.values().any(|(role, _)| *role == FieldRole::Text) || names.inside.values().any(has_text)
        }
        self.names.inside(column).is_some_and(has_text)
    }

    pub(super) fn known_spelling(&self, name: &str) -> String {
        let small = name.to_lowercase();
        if self.role(name).is_none() && self.role(&small).is_some() { small } else { name.to_owned() }
    }

    /// The name under which an id would be read, if none of `fields` is one.
    pub fn missing_id(&self, fields: &[String]) -> Option<&str> {
        let is_id = |field: &String| self.role(field).is_some_and(|(role, _)| role == FieldRole::Id);
        if fields.iter().any(is_id) { None } else { Some(self.name_of(FieldRole::Id)) }
    }

    /// A name that has this role, for records that come without names.
    pub(super) fn name_of(&self, role: FieldRole) -> &str {
        let ranked = self.names.roles.iter().filter(|(_, (held, _))| *held == role);
        ranked.min_by_key(|(name, (_, rank))| (*rank, name.as_str())).map_or("", |(name, _)| name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mapping_must_name_a_role() {
        let mut names = FieldNames::default();
        assert!(names.map("body").unwrap_err().contains("ROLE=NAME"));
        assert!(names.map("body=x").unwrap_err().contains("text, id, title"));
    }

    #[test]
    fn names_in_common_use_rank_before_those_inside_other_fields() {
        let names = FieldNames::default();
        let rank = |name: &str| names.role(name).unwrap().1;
        assert!(rank("text") < rank("content") && rank("paragraphs") < rank("_source.text"));
        assert_eq!(names.role("metadata.text"), None);
        assert_eq!(names.top().inside("metadata").unwrap().role("url").unwrap().0, FieldRole::Url);
    }

    #[test]
    fn mappings_that_matched_nothing_are_named() {
        let mut names = FieldNames::default();
        names.map("text=raw").unwrap();
        names.map("url=meta.link").unwrap();
        assert_eq!(names.unmet(0b10).collect::<Vec<_>>(), [(FieldRole::Text, "raw")]);
        assert_eq!(names.name_of(FieldRole::Text), "raw");
    }
}
