//! What a page says of itself to machines: meta tags, the canonical address, JSON-LD.

use super::thin::Thin;
use crate::lexicon::{self, ENGLISH_OUTLETS, SITE_ACCOUNT_ELEMENTS};
use dom_query::Document;
use serde_json::Value;

/// What the head of a page and its JSON-LD state.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Meta {
    /// Headline.
    pub headline: Option<String>,
    /// What `<title>` has.
    pub title: Option<String>,
    /// The canonical address.
    pub url: Option<String>,
    /// The site or publisher.
    pub outlet: Option<String>,
    /// The writers.
    pub authors: Vec<String>,
    /// Where the text came from.
    pub source: Option<String>,
    /// The account that publishes the page, on a platform where many do.
    pub account: Option<String>,
    /// When it was published.
    pub published: Option<String>,
    /// The article, as JSON-LD gives it whole.
    pub body: Option<String>,
    /// What the page's description says.
    pub description: Option<String>,
}

/// Which tags have what, by `name`, `property` or `itemprop` in lower case; the first that says something wins.
const HEADLINES: [&str; 6] = ["og:title", "articletitle", "twitter:title", "headline", "title", "dc.title"];
const DESCRIPTIONS: [&str; 3] = ["og:description", "description", "twitter:description"];
const URLS: [&str; 2] = ["og:url", "url"];
const OUTLETS: [&str; 4] = ["og:site_name", "application-name", "sitename", "article:publisher"];
const AUTHORS: [&str; 9] = [
    "author",
    "article:author",
    "og:article:author",
    "byl",
    "dc.creator",
    "parsely-author",
    "sailthru.author",
    "cxenseparse:author",
    "citation_author",
];
const SOURCES: [&str; 6] = ["contentsource", "source", "article:source", "og:source", "mediaid", "dc.source"];
const TIMES: [&str; 17] = [
    "article:published_time",
    "og:published_time",
    "datepublished",
    "pubdate",
    "publishdate",
    "publish_time",
    "apub:time",
    "og:time",
    "og:release_date",
    "og:regdate",
    "weibo: article:create_at",
    "parsely-pub-date",
    "dc.date.issued",
    "dc.date",
    "date",
    "dateupdate",
    "publication_date",
];
/// JSON-LD inside JSON-LD is read so deep.
const DEPTH: usize = 6;

/// Reads a page's head, and its JSON-LD scripts.
pub(super) fn meta(document: &Document, thin: &Thin) -> Meta {
    let tags = tags(document);
    let named = |names: &[&str]| {
        names.iter().find_map(|name| tags.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone()))
    };
    let mut out = Meta {
        headline: named(&HEADLINES),
        title: single_spaced(&document.select("title").text()),
        url: canonical(document).or_else(|| named(&URLS).and_then(whole_address)),
        outlet: named(&OUTLETS).filter(|name| !is_address(name)),
        authors: authors(&tags),
        source: named(&SOURCES).map(|name| bare_source(&name).to_owned()).filter(|name| is_name(name)),
        account: None,
        published: named(&TIMES),
        body: None,
        description: named(&DESCRIPTIONS),
    };
    let mut declared = None;
    for script in &thin.json {
        if let Ok(value) = serde_json::from_str::<Value>(&without_controls(script)) {
            read_json(&value, DEPTH, &mut declared, &mut out);
        }
    }
    if let Some(account) =
        SITE_ACCOUNT_ELEMENTS.iter().find_map(|id| single_spaced(&document.select(&format!("#{id}")).text()))
    {
        out.outlet = Some(account.clone());
        out.account = Some(account);
    }
    out.url = out.url.or_else(|| thin.saved_from.clone());
    out.outlet =
        out.outlet.or_else(|| site_in_title(out.title.as_deref()?, out.headline.as_deref()).map(str::to_owned));
    out
}

/// The writers that meta tags name: of the first kind of tag that names one, each.
fn authors(tags: &[(String, String)]) -> Vec<String> {
    let of_kind = |kind: &&str| {
        let values = tags.iter().filter(|(key, _)| key == kind);
        values.flat_map(|(_, value)| people(value)).collect::<Vec<String>>()
    };
    unique(AUTHORS.iter().map(of_kind).find(|names| !names.is_empty()).unwrap_or_default())
}

/// The people that a value names: `By Jane Roe and John Doe`, `甲、乙`. What follows a comma and is no name of two words or
/// more says what somebody is.
fn people(value: &str) -> Vec<String> {
    let value = value.trim();
    let value = value.strip_prefix("By ").or_else(|| value.strip_prefix("by ")).unwrap_or(value);
    let parts = value.split(['、', '，', ',', ';', '；', '|', '&']).flat_map(|part| part.split(" and "));
    parts.map(|part| part.trim().to_owned()).filter(|part| is_name(part) && is_person(part)).collect()
}

/// Words in what people are, not in what they are called.
const POSITIONS: [&str; 16] = [
    "editor",
    "reporter",
    "correspondent",
    "writer",
    "journalist",
    "columnist",
    "producer",
    "contributor",
    "staff",
    "bureau",
    "desk",
    "team",
    "news",
    "newsroom",
    "president",
    "director",
];

fn is_person(name: &str) -> bool {
    let is_position = |word: &str| POSITIONS.iter().any(|position| word.eq_ignore_ascii_case(position));
    !name.split(' ').any(is_position)
}

/// Names without their repeats.
fn unique(names: Vec<String>) -> Vec<String> {
    let mut kept: Vec<String> = Vec::with_capacity(names.len());
    for name in names {
        if !kept.contains(&name) {
            kept.push(name);
        }
    }
    kept
}

/// The site that a title names after the headline: `题目_某某网`, `Headline | The Daily Post`.
fn site_in_title<'t>(title: &'t str, headline: Option<&str>) -> Option<&'t str> {
    let (before, site) =
        [" | ", "_", "|", " - ", " – ", " — ", "-", "—"].iter().find_map(|mark| title.rsplit_once(mark))?;
    let (before, site) = (before.trim(), site.trim());
    let follows = headline.is_none_or(|headline| !headline.contains(site));
    (before.chars().count() >= 4 && follows && names_outlet(site)).then_some(site)
}

/// True for what can be the name of an outlet and nothing else.
fn names_outlet(name: &str) -> bool {
    let length = name.chars().count();
    let is_english = name.starts_with(|c: char| c.is_ascii_uppercase())
        && (2..=5).contains(&name.split(' ').count())
        && name.split([' ', '.']).any(|word| ENGLISH_OUTLETS.contains(word));
    (2..=40).contains(&length) && (is_english || (!name.is_ascii() && lexicon::names_outlet(name)))
}

/// JSON-LD is often written by hand, with line breaks inside its strings.
fn without_controls(script: &str) -> String {
    script.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

fn tags(document: &Document) -> Vec<(String, String)> {
    let mut out = Vec::new();
    for tag in document.select("meta[content]").iter() {
        let content = tag.attr_or("content", "");
        let Some(content) = single_spaced(&content) else { continue };
        for key in ["property", "name", "itemprop"] {
            if let Some(name) = tag.attr(key) {
                out.push((name.trim().to_ascii_lowercase(), content.clone()));
            }
        }
    }
    out
}

fn canonical(document: &Document) -> Option<String> {
    let link = document.select("link[rel=canonical]");
    link.attr("href").and_then(|href| whole_address(href.trim().to_owned()))
}

/// An address with its scheme; one that begins with `//` is read as https. `None` for what is no whole address.
fn whole_address(address: String) -> Option<String> {
    let address = if address.starts_with("//") { format!("https:{address}") } else { address };
    is_address(&address).then_some(address)
}

/// Text with its blanks made single; `None` for nothing.
fn single_spaced(text: &str) -> Option<String> {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    (!text.is_empty()).then_some(text)
}

fn is_address(text: &str) -> bool {
    text.starts_with("http://") || text.starts_with("https://")
}

/// A name of somebody: not a number, an address or what a template left.
fn is_name(name: &str) -> bool {
    let plain = !name.contains(['@', '{', '$', '<', '/']) && name.chars().any(char::is_alphabetic);
    plain && name.chars().count() <= 40
}

/// `来源：墨川网 原创稿`: the name alone.
fn bare_source(source: &str) -> &str {
    let source = source.trim().trim_start_matches("来源").trim_start_matches([':', '：', ' ']);
    source.split(' ').next().unwrap_or(source)
}

/// Takes from a JSON-LD value what the meta tags do not say, and the time of the first article; of a list or graph, from
/// each. `declared` is the time that an article has given.
fn read_json(value: &Value, depth: usize, declared: &mut Option<String>, out: &mut Meta) {
    if depth == 0 {
        return;
    }
    match value {
        Value::Array(values) => values.iter().for_each(|value| read_json(value, depth - 1, declared, out)),
        Value::Object(fields) => {
            if let Some(graph) = fields.get("@graph") {
                read_json(graph, depth - 1, declared, out);
            }
            let text = |name: &str| fields.get(name).and_then(Value::as_str).and_then(single_spaced);
            let named = |name: &str| fields.get(name).and_then(name_of);
            let is_article = text("headline").is_some() || text("datePublished").is_some() || text("pubDate").is_some();
            if !is_article {
                return;
            }
            fill(&mut out.headline, text("headline").or_else(|| text("title")));
            let published = text("datePublished").or_else(|| text("pubDate")).or_else(|| text("dateCreated"));
            // What has a headline is the article; meta tags may date its page, which was made before.
            let is_first = declared.is_none() && text("headline").is_some() && published.is_some();
            if is_first {
                out.published.clone_from(&published);
                *declared = published;
            } else {
                fill(&mut out.published, published);
            }
            let body = fields.get("articleBody").and_then(Value::as_str).map(str::to_owned);
            if body.as_ref().map_or(0, String::len) > out.body.as_ref().map_or(0, String::len) {
                out.body = body;
            }
            // JSON-LD tells writers apart, which meta tags run together.
            let people = fields.get("author").map(people_of).unwrap_or_default();
            if !people.is_empty() {
                out.authors = people;
            }
            fill(&mut out.outlet, named("publisher"));
            fill(&mut out.source, named("sourceOrganization").filter(|name| is_name(name)));
            let url = text("url").or_else(|| text("mainEntityOfPage")).or_else(|| text("@id"));
            fill(&mut out.url, url.filter(|url| is_address(url)));
        }
        _ => {}
    }
}

/// The people that an `author` names; none for bodies.
fn people_of(value: &Value) -> Vec<String> {
    let names = match value {
        Value::String(name) => people(name),
        Value::Object(fields) if fields.get("@type").is_some_and(|kind| kind == "Organization") => Vec::new(),
        Value::Object(fields) => fields.get("name").map(people_of).unwrap_or_default(),
        Value::Array(values) => values.iter().take(MOST_AUTHORS).flat_map(people_of).collect(),
        _ => Vec::new(),
    };
    unique(names)
}

/// Writers of one article that are read.
const MOST_AUTHORS: usize = 12;

fn fill(field: &mut Option<String>, value: Option<String>) {
    if field.is_none() {
        *field = value;
    }
}

/// The name of a person or body; several are joined as Chinese lists are.
fn name_of(value: &Value) -> Option<String> {
    match value {
        Value::String(name) => single_spaced(name),
        Value::Object(fields) => fields.get("name").and_then(Value::as_str).and_then(single_spaced),
        Value::Array(values) => {
            let names: Vec<String> = values.iter().take(8).filter_map(name_of).collect();
            (!names.is_empty()).then(|| names.join("、"))
        }
        _ => None,
    }
}
