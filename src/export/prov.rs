//! An output folder as linked data: JSON-LD in the words of schema.org and of W3C PROV (PROV-O, 2013).
//!
//! Every page of a reprint set is a `NewsArticle` and a `prov:Entity`. A copy `isBasedOn` and
//! `prov:wasDerivedFrom` its likeliest parent; `prov:hadPrimarySource` names the origin, which may be an article
//! outside the corpus; the probability of either is `tonggao:probability` in the qualified form of the
//! relation. Pages that share passages without being copies are at the end: the longer one
//! `prov:wasQuotedFrom` the piece it contains, and both of two that quote a third text from that text.

use crate::error::{Error, Result};
use crate::output_folder::{Document, OutFolder, PagesBySet, Pairing, PassagePlaces, VERSION};
use crate::records::{ClusterRecord, MemberRecord, OriginRecord};
use crate::verify::Kind;
use rustc_hash::FxHashMap;
use serde_json::{Map, Value, json};
use std::io::Write;

/// Writes the whole folder. Clusters are read one by one; kept are 16 bytes for every page of a set, and the
/// passages of common sources.
pub(super) fn write(out: &OutFolder, writer: &mut dyn Write) -> Result<()> {
    let mut graph = LinkedData { writer, first: true };
    graph.begin(out)?;
    let pages = PagesBySet::index(out)?;
    out.each_line("clusters.jsonl", |line, at| {
        let cluster: ClusterRecord = out.parse("clusters.jsonl", line, at)?;
        let documents = pages.of(out, cluster.cluster)?;
        nodes_of_set(&cluster, &documents).iter().try_for_each(|node| graph.node(node))?;
        Ok(true)
    })?;
    let mut thirds = ThirdTexts::default();
    out.each_line("matches.jsonl", |line, at| {
        let pairing: Pairing = out.parse("matches.jsonl", line, at)?;
        quotations(&pairing, &mut thirds).iter().try_for_each(|node| graph.node(node))?;
        Ok(true)
    })?;
    graph.end()
}

/// The array of nodes as it is written.
struct LinkedData<'w> {
    writer: &'w mut dyn Write,
    first: bool,
}

impl LinkedData<'_> {
    fn put(&mut self, bytes: &[u8]) -> Result<()> {
        self.writer.write_all(bytes).map_err(|source| Error::Write { path: "the export".into(), source })
    }

    fn begin(&mut self, out: &OutFolder) -> Result<()> {
        let context = json!({
            "schema": "https://schema.org/",
            "prov": "http://www.w3.org/ns/prov#",
            "tonggao": "urn:tonggao:terms:",
            "NewsArticle": "schema:NewsArticle",
            "Organization": "schema:Organization",
            "name": "schema:name",
            "headline": "schema:headline",
            "identifier": "schema:identifier",
            "url": "schema:url",
            "datePublished": "schema:datePublished",
            "publisher": "schema:publisher",
            "sourceOrganization": "schema:sourceOrganization",
            "isBasedOn": { "@id": "schema:isBasedOn", "@type": "@id" },
            "prov:wasDerivedFrom": { "@type": "@id" },
            "prov:hadPrimarySource": { "@type": "@id" },
            "prov:wasQuotedFrom": { "@type": "@id" },
            "prov:hadMember": { "@type": "@id" },
            "prov:entity": { "@type": "@id" },
        });
        let head = json!({
            "@context": context,
            "tonggao:version": VERSION,
            "tonggao:run": out.path("run.json").display().to_string(),
            "tonggao:note": "An origin is a guess from evidence, not a finding of fact.",
        });
        let head = head.to_string();
        self.put(&head.as_bytes()[..head.len() - 1])?;
        self.put(b",\"@graph\":[")
    }

    fn node(&mut self, node: &Value) -> Result<()> {
        let comma: &[u8] = if self.first { b"\n" } else { b",\n" };
        self.first = false;
        self.put(comma)?;
        self.put(node.to_string().as_bytes())
    }

    fn end(&mut self) -> Result<()> {
        self.put(b"\n]}\n")
    }
}

/// The set itself, the article outside that it comes from if so, and its pages.
fn nodes_of_set(cluster: &ClusterRecord, documents: &FxHashMap<String, Document>) -> Vec<Value> {
    let set = format!("urn:tonggao:set:{}", cluster.cluster);
    let outside = cluster.origin.as_ref().filter(|origin| origin.document.is_none() && origin.outlet.is_some());
    let members: Vec<String> = cluster.members.iter().map(|member| page(&member.id)).collect();
    let mut nodes = vec![json!({
        "@id": set,
        "@type": "prov:Collection",
        "name": cluster.title,
        "prov:hadMember": members,
    })];
    if let Some(origin) = outside {
        nodes.push(json!({
            "@id": format!("{set}:origin"),
            "@type": ["NewsArticle", "prov:Entity"],
            "publisher": origin.outlet.as_deref().map(organization),
        }));
    }
    nodes.extend(cluster.members.iter().map(|member| article(cluster, member, documents.get(&member.id))));
    nodes
}

/// One page of a set.
fn article(cluster: &ClusterRecord, member: &MemberRecord, document: Option<&Document>) -> Value {
    let mut node = Map::new();
    node.insert("@id".into(), page(&member.id).into());
    node.insert("@type".into(), json!(["NewsArticle", "prov:Entity"]));
    node.insert("identifier".into(), member.id.as_str().into());
    let mut set = |name: &str, value: Option<Value>| {
        if let Some(value) = value {
            node.insert(name.into(), value);
        }
    };
    if let Some(document) = document {
        set("headline", document.title.as_deref().map(Value::from));
        set("url", document.url.as_deref().map(Value::from));
        set("datePublished", document.published.as_deref().map(Value::from));
        set("publisher", document.outlet.as_deref().map(organization));
    }
    if let Some(parent) = &member.parent {
        set("isBasedOn", Some(page(parent).into()));
        set("prov:wasDerivedFrom", Some(page(parent).into()));
        set(
            "prov:qualifiedDerivation",
            Some(json!({
                "@type": "prov:Derivation",
                "prov:entity": page(parent),
                "tonggao:probability": member.parent_probability,
                "tonggao:relation": member.relation,
                "tonggao:containment": member.containment,
            })),
        );
    }
    if let Some((origin, id)) = cluster.origin.as_ref().and_then(|origin| Some((origin, origin_id(cluster, origin)?))) {
        set("sourceOrganization", origin.outlet.as_deref().map(organization));
        if origin.document.as_deref() != Some(member.id.as_str()) {
            set("prov:hadPrimarySource", Some(id.clone().into()));
            set(
                "prov:qualifiedPrimarySource",
                Some(json!({
                    "@type": "prov:PrimarySource",
                    "prov:entity": id,
                    "tonggao:probability": origin.probability,
                })),
            );
        }
    }
    Value::Object(node)
}

/// The name of the origin in the graph; none when it is unknown.
fn origin_id(cluster: &ClusterRecord, origin: &OriginRecord) -> Option<String> {
    match (&origin.document, &origin.outlet) {
        (Some(id), _) => Some(page(id)),
        (None, Some(_)) => Some(format!("urn:tonggao:set:{}:origin", cluster.cluster)),
        (None, None) => None,
    }
}

/// Texts that several pages quote and that have no page of their own, by the pages and passages that quote them.
#[derive(Default)]
struct ThirdTexts {
    count: u32,
    by_page: FxHashMap<String, Vec<([u32; 2], u32)>>,
}

impl ThirdTexts {
    /// The number of the text that a pair quotes: that of an earlier pair with the same passage, or a new one.
    fn of(&mut self, pairing: &Pairing) -> u32 {
        let overlap = |x: [u32; 2], y: [u32; 2]| 2 * x[1].min(y[1]).saturating_sub(x[0].max(y[0])) > x[1] - x[0];
        let known = |id: &String, at: [u32; 2]| {
            self.by_page.get(id)?.iter().find(|(held, _)| overlap(at, *held)).map(|&(_, number)| number)
        };
        let mut places = pairing.passages.iter().flat_map(|p| [(&pairing.a, p.a), (&pairing.b, p.b)]);
        let number = places.find_map(|(id, at)| known(id, at)).unwrap_or(self.count + 1);
        self.count = self.count.max(number);
        for passage in &pairing.passages {
            self.by_page.entry(pairing.a.clone()).or_default().push((passage.a, number));
            self.by_page.entry(pairing.b.clone()).or_default().push((passage.b, number));
        }
        number
    }
}

/// Who quotes whom in a pair that is no reprint.
fn quotations(pairing: &Pairing, thirds: &mut ThirdTexts) -> Vec<Value> {
    let (a, b) = (page(&pairing.a), page(&pairing.b));
    match pairing.kind {
        Kind::CommonSource => {
            let third = format!("urn:tonggao:common-source:{}", thirds.of(pairing));
            vec![
                json!({ "@id": third, "@type": "prov:Entity" }),
                quotation(&a, &third, &pairing.passages, |p| (p.a, None)),
                quotation(&b, &third, &pairing.passages, |p| (p.b, None)),
            ]
        }
        Kind::Contained if pairing.containment_a >= pairing.containment_b => {
            vec![quotation(&b, &a, &pairing.passages, |p| (p.b, Some(p.a)))]
        }
        Kind::Contained => vec![quotation(&a, &b, &pairing.passages, |p| (p.a, Some(p.b)))],
        Kind::Reprint | Kind::Part | Kind::Template | Kind::Passage => Vec::new(),
    }
}

/// A page that quotes a text, passage by passage; ranges are characters, half open.
fn quotation(
    who: &str,
    whom: &str,
    passages: &[PassagePlaces],
    places: impl Fn(&PassagePlaces) -> ([u32; 2], Option<[u32; 2]>),
) -> Value {
    let each = passages.iter().map(|passage| {
        let (here, there) = places(passage);
        let mut quoted = json!({
            "@type": "prov:Quotation",
            "prov:entity": whom,
            "tonggao:start": here[0],
            "tonggao:end": here[1],
            "tonggao:identity": passage.identity,
        });
        if let Some(there) = there {
            quoted["tonggao:sourceStart"] = there[0].into();
            quoted["tonggao:sourceEnd"] = there[1].into();
        }
        quoted
    });
    json!({
        "@id": who,
        "@type": "prov:Entity",
        "prov:wasQuotedFrom": whom,
        "prov:qualifiedQuotation": each.collect::<Vec<Value>>(),
    })
}

fn organization(name: &str) -> Value {
    json!({ "@type": "Organization", "name": name })
}

/// A page's name in the graph: its id, with whatever a URN does not allow written as bytes.
fn page(id: &str) -> String {
    let mut name = String::from("urn:tonggao:page:");
    for byte in id.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => name.push(char::from(byte)),
            _ => name.push_str(&format!("%{byte:02X}")),
        }
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_urns() {
        assert_eq!(page("a/新 1"), "urn:tonggao:page:a%2F%E6%96%B0%201");
    }

    #[test]
    fn a_piece_is_quoted_by_the_page_that_contains_it() {
        let passage = PassagePlaces { a: [0, 30], b: [100, 130], identity: 1.0 };
        let pairing = Pairing {
            a: "piece".into(),
            b: "whole".into(),
            containment_a: 1.0,
            containment_b: 0.1,
            kind: Kind::Contained,
            spread: Default::default(),
            verdict: None,
            common_source: None,
            passages: vec![passage],
        };
        let nodes = quotations(&pairing, &mut ThirdTexts::default());
        assert_eq!(nodes[0]["@id"], "urn:tonggao:page:whole");
        assert_eq!(nodes[0]["prov:wasQuotedFrom"], "urn:tonggao:page:piece");
        assert_eq!(nodes[0]["prov:qualifiedQuotation"][0]["tonggao:start"], 100);
        assert_eq!(nodes[0]["prov:qualifiedQuotation"][0]["tonggao:sourceEnd"], 30);
    }
}
