//! RSS and Atom feeds: every entry is a page of the text that the feed has of it.

use anyhow::{Context, Result, ensure};
use encoding_rs::{Encoding, UTF_8};
use quick_xml::Reader;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesRef, BytesStart, Event};
use serde_json::json;
use std::borrow::Cow;
use std::fs;
use std::path::Path;

/// True for a file of a feed, by the ending of its name.
pub(super) fn is_one(path: &Path) -> bool {
    let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
    ["xml", "rss", "atom"].iter().any(|feed| ending.eq_ignore_ascii_case(feed))
}

/// An entry of a feed.
pub(super) struct Entry {
    /// The address of its page; empty if it has none.
    pub url: String,
    /// Its text as a line of JSON; none without words.
    pub record: Option<String>,
}

/// The entries of a feed in a file.
pub(super) fn entries_of_file(path: &Path) -> Result<Vec<Entry>> {
    entries(&fs::read(path).context("cannot read the feed")?)
}

/// The entries of a feed.
pub(super) fn entries(bytes: &[u8]) -> Result<Vec<Entry>> {
    let Feed { title, entries } = Feed::read(&decoded(bytes)).context("not an RSS or Atom feed")?;
    let entry = |item: Item| Entry { record: item.record(&title), url: item.url };
    Ok(entries.into_iter().map(entry).collect())
}

/// Bytes of a file in which its declaration is.
const DECLARATION: usize = 256;

/// The text of a feed, by the encoding that it declares.
fn decoded(bytes: &[u8]) -> Cow<'_, str> {
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(DECLARATION)]).into_owned();
    let declared = head.split_once("encoding=").and_then(|(_, rest)| rest.get(1..)?.split(['"', '\'']).next());
    let encoding = declared.and_then(|label| Encoding::for_label(label.as_bytes())).unwrap_or(UTF_8);
    encoding.decode(bytes).0
}

#[derive(Debug, Default)]
struct Feed {
    title: String,
    entries: Vec<Item>,
}

/// An entry as the feed writes it; empty for what it does not have.
#[derive(Debug, Default)]
struct Item {
    id: String,
    url: String,
    title: String,
    published: String,
    updated: String,
    content: String,
    summary: String,
}

impl Feed {
    /// Reads RSS (of all versions, with `content:encoded` and `dc:date`) or Atom.
    fn read(text: &str) -> Result<Self> {
        let mut reader = Reader::from_str(text);
        reader.config_mut().check_end_names = false;
        let (mut feed, mut entry, mut is_feed) = (Feed::default(), None::<Item>, false);
        // The field that is being read: its name, how deep it is, its text.
        let (mut field, mut depth) = (None::<(String, usize, String)>, 0usize);
        loop {
            let event = reader.read_event()?;
            match event {
                Event::Start(element) => {
                    depth += 1;
                    let name = element.local_name().as_ref().to_owned();
                    is_feed |= ["rss", "feed", "RDF"].contains(&name.as_str());
                    entry.iter_mut().for_each(|entry| entry.link(&element));
                    match &mut field {
                        Some((.., text)) => text.push('\n'),
                        None if ["item", "entry"].contains(&name.as_str()) => entry = Some(Item::default()),
                        None if FIELDS.contains(&name.as_str()) => field = Some((name, depth, String::new())),
                        None => {}
                    }
                }
                Event::Empty(element) => {
                    entry.iter_mut().for_each(|entry| entry.link(&element));
                    field.iter_mut().for_each(|(.., text)| text.push('\n'));
                }
                Event::Text(part) => field.iter_mut().for_each(|(.., text)| *text += &part.xml10_content()),
                Event::CData(part) => field.iter_mut().for_each(|(.., text)| *text += &part.xml10_content()),
                Event::GeneralRef(part) => field.iter_mut().for_each(|(.., text)| *text += &resolved(&part)),
                Event::End(element) => {
                    if let Some((name, _, text)) = field.take_if(|(_, at, _)| *at == depth) {
                        match &mut entry {
                            Some(entry) => entry.take(&name, text.trim()),
                            None if name == "title" && feed.title.is_empty() => text.trim().clone_into(&mut feed.title),
                            None => {}
                        }
                    } else if field.is_none() && ["item", "entry"].contains(&element.local_name().as_ref()) {
                        feed.entries.extend(entry.take());
                    }
                    depth = depth.saturating_sub(1);
                }
                Event::Eof => break,
                _ => {}
            }
        }
        ensure!(is_feed, "it has no element rss, feed or rdf:RDF");
        Ok(feed)
    }
}

/// Elements of a feed and of its entries that are read.
const FIELDS: [&str; 12] = [
    "title",
    "link",
    "guid",
    "id",
    "pubDate",
    "published",
    "date",
    "updated",
    "description",
    "summary",
    "encoded",
    "content",
];

/// What a reference stands for; unknown ones stay as they are.
fn resolved(reference: &BytesRef) -> String {
    let name = reference.xml10_content();
    let known = reference.resolve_char_ref().ok().flatten().map(String::from);
    known.or_else(|| resolve_predefined_entity(&name).map(str::to_owned)).unwrap_or_else(|| format!("&{name};"))
}

impl Item {
    /// Takes the address that a link of Atom has in its attribute.
    fn link(&mut self, element: &BytesStart) {
        let attribute = |name: &str| Some(element.try_get_attribute(name).ok()??.value.into_owned());
        let is_page = attribute("rel").is_none_or(|rel| rel == "alternate");
        if element.local_name().as_ref() == "link" && is_page && self.url.is_empty() {
            self.url = attribute("href").unwrap_or_default().replace("&amp;", "&");
        }
    }

    /// Takes a field; the first of a name counts.
    fn take(&mut self, name: &str, text: &str) {
        let field = match name {
            "title" => &mut self.title,
            "link" => &mut self.url,
            "guid" | "id" => &mut self.id,
            "pubDate" | "published" | "date" => &mut self.published,
            "updated" => &mut self.updated,
            "description" | "summary" => &mut self.summary,
            _ => &mut self.content,
        };
        if field.is_empty() {
            text.clone_into(field);
        }
    }

    /// The entry as a record of the outlet that publishes the feed.
    fn record(&self, outlet: &str) -> Option<String> {
        // Some feeds have more in the summary than in the content.
        let text = if self.summary.len() > self.content.len() { &self.summary } else { &self.content };
        let or = |text: &str, other: &str| if text.is_empty() { other.to_owned() } else { text.to_owned() };
        let record = json!({
            "id": or(&self.url, &self.id),
            "title": self.title,
            "text": with_lines(text),
            "url": self.url,
            "outlet": outlet,
            "published": or(&self.published, &self.updated),
        });
        (!text.is_empty()).then(|| record.to_string())
    }
}

/// Elements that begin or end a line.
const BLOCKS: [&str; 8] = ["<p", "</p", "<br", "<div", "</div", "<li", "</li", "<h"];

/// The text with a line for every paragraph; cleaning takes the tags out.
fn with_lines(text: &str) -> String {
    BLOCKS.iter().fold(text.to_owned(), |text, tag| text.replace(tag, &format!("\n{tag}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_of_every_kind_of_feed_are_read() {
        let rss = r#"<?xml version="1.0"?><rss version="2.0" xmlns:content="c" xmlns:dc="d"><channel><title>河湾网</title>
            <link>http://hw.example/</link><item><title>木桥 &amp; 石桥</title><link>http://hw.example/1</link>
            <guid>g1</guid><pubDate>Tue, 05 Mar 2024 08:30:00 +0800</pubDate><description>短</description>
            <content:encoded><![CDATA[<p>木桥修好了。</p><p>石桥还在修。</p>]]></content:encoded></item></channel></rss>"#;
        let atom = r#"<feed xmlns="http://www.w3.org/2005/Atom"><title>河湾网</title><id>f</id><entry><id>g1</id>
            <title>木桥 &#38; 石桥</title><link rel="self" href="http://hw.example/x"/>
            <link href="http://hw.example/1"/><updated>2024-03-05T08:30:00+08:00</updated>
            <content type="xhtml"><div><p>木桥修好了。</p><p>石桥还在修。</p></div></content></entry></feed>"#;
        for feed in [rss, atom] {
            let feed = Feed::read(feed).unwrap();
            let record: serde_json::Value =
                serde_json::from_str(&feed.entries[0].record(&feed.title).unwrap()).unwrap();
            assert_eq!((&record["outlet"], &record["title"]), (&json!("河湾网"), &json!("木桥 & 石桥")));
            assert_eq!((&record["id"], &record["url"]), (&json!("http://hw.example/1"), &json!("http://hw.example/1")));
            let text = record["text"].as_str().unwrap();
            let plain = text.replace("<p>", "").replace("</p>", "");
            let lines: Vec<&str> = plain.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
            assert_eq!(lines, ["木桥修好了。", "石桥还在修。"]);
            assert!(record["published"].as_str().unwrap().contains("2024"));
        }
    }

    #[test]
    fn other_files_and_broken_ones_are_refused_and_encodings_are_read() {
        assert!(Feed::read("<html><title>a</title></html>").is_err());
        assert!(Feed::read("<rss><item").is_err());
        let text = r#"<?xml version="1.0" encoding="GB2312"?><rss><channel><title>河湾</title></channel></rss>"#;
        let (bytes, ..) = encoding_rs::GBK.encode(text);
        assert_eq!(Feed::read(&decoded(&bytes)).unwrap().title, "河湾");
    }
}
