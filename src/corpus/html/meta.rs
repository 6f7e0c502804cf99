//! What a page says of itself to machines: meta tags, the canonical address, JSON-LD.

use dom_query::Document;
use serde_json::Value;

/// What the head of a page and its JSON-LD state.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Meta {
    /// Headline.
    pub headline: Option<String>,
    /// What `<title>` holds.
    pub title: Option<String>,
    /// The canonical address.
    pub url: Option<String>,
    /// The site or publisher.
    pub outlet: Option<String>,
    /// The writer.
    pub author: Option<String>,
    /// Where the text came from.
    pub source: Option<String>,
    /// When it was published.
    pub published: Option<String>,
}

/// Which tags hold what, by `name`, `property` or `itemprop` in lower case; the first that says something wins.
const HEADLINES: [&str; 6] = ["og:title", "articletitle", "twitter:title", "headline", "title", "dc.title"];
const URLS: [&str; 2] = ["og:url", "url"];
const OUTLETS: [&str; 4] = ["og:site_name", "application-name", "sitename", "article:publisher"];
const AUTHORS: [&str; 6] = ["author", "article:author", "og:article:author", "byl", "dc.creator", "parsely-author"];
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
pub(super) fn meta(document: &Document, json: &[String]) -> Meta {
    let tags = tags(document);
    let named = |names: &[&str]| {
        names.iter().find_map(|name| tags.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone()))
    };
    let mut out = Meta {
        headline: named(&HEADLINES),
        title: told(&document.select("title").text()),
        url: canonical(document).or_else(|| named(&URLS).filter(|url| is_address(url))),
        outlet: named(&OUTLETS).filter(|name| !is_address(name)),
        author: named(&AUTHORS).filter(|name| is_name(name)),
        source: named(&SOURCES).map(|name| bare_source(&name).to_owned()).filter(|name| is_name(name)),
        published: named(&TIMES),
    };
    for script in json {
        if let Ok(value) = serde_json::from_str::<Value>(&without_controls(script)) {
            read_json(&value, DEPTH, &mut out);
        }
    }
    out
}

/// JSON-LD is often written by hand, with line breaks inside its strings.
fn without_controls(script: &str) -> String {
    script.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

fn tags(document: &Document) -> Vec<(String, String)> {
    let mut out = Vec::new();
    for tag in document.select("meta[content]").iter() {
        let content = tag.attr_or("content", "");
        let Some(content) = told(&content) else { continue };
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
    link.attr("href").map(|href| href.trim().to_owned()).filter(|href| is_address(href))
}

/// Text with its blanks made single; `None` for nothing.
fn told(text: &str) -> Option<String> {
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

/// Takes from a JSON-LD value what the meta tags do not say; of a list or graph, from each.
fn read_json(value: &Value, depth: usize, out: &mut Meta) {
    if depth == 0 {
        return;
    }
    match value {
        Value::Array(values) => values.iter().for_each(|value| read_json(value, depth - 1, out)),
        Value::Object(fields) => {
            if let Some(graph) = fields.get("@graph") {
                read_json(graph, depth - 1, out);
            }
            let text = |name: &str| fields.get(name).and_then(Value::as_str).and_then(told);
            let named = |name: &str| fields.get(name).and_then(name_of);
            let is_article = text("headline").is_some() || text("datePublished").is_some() || text("pubDate").is_some();
            if !is_article {
                return;
            }
            fill(&mut out.headline, text("headline").or_else(|| text("title")));
            fill(&mut out.published, text("datePublished").or_else(|| text("pubDate")).or_else(|| text("dateCreated")));
            fill(&mut out.author, named("author").filter(|name| is_name(name)));
            fill(&mut out.outlet, named("publisher"));
            fill(&mut out.source, named("sourceOrganization").filter(|name| is_name(name)));
            let url = text("url").or_else(|| text("mainEntityOfPage")).or_else(|| text("@id"));
            fill(&mut out.url, url.filter(|url| is_address(url)));
        }
        _ => {}
    }
}

fn fill(field: &mut Option<String>, value: Option<String>) {
    if field.is_none() {
        *field = value;
    }
}

/// The name of a person or body; several are joined as Chinese lists are.
fn name_of(value: &Value) -> Option<String> {
    match value {
        Value::String(name) => told(name),
        Value::Object(fields) => fields.get("name").and_then(Value::as_str).and_then(told),
        Value::Array(values) => {
            let names: Vec<String> = values.iter().take(8).filter_map(name_of).collect();
            (!names.is_empty()).then(|| names.join("、"))
        }
        _ => None,
    }
}
