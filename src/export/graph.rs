//! The copying graph: pages of reprint sets, and who ran whose copy. GraphML and GEXF differ in their words only.

use crate::error::Result;
use crate::output_folder::{Document, OutFolder, PagesBySet};
use crate::records::{ClusterRecord, MemberRecord};
use rustc_hash::FxHashMap;
use serde_json::{Value, to_value};

/// How values of an attribute are written.
#[derive(Clone, Copy)]
pub(super) enum AttributeKind {
    Text,
    Whole,
    Number,
}

/// What is written of a node. `place` is `page`, or `outside` for an origin that has no page here.
pub(super) const OF_NODE: [(&str, AttributeKind); 9] = [
    ("label", AttributeKind::Text),
    ("place", AttributeKind::Text),
    ("cluster", AttributeKind::Whole),
    ("outlet", AttributeKind::Text),
    ("title", AttributeKind::Text),
    ("published", AttributeKind::Text),
    ("published_precision", AttributeKind::Text),
    ("relation", AttributeKind::Text),
    ("url", AttributeKind::Text),
];

/// What is written of an edge from a page to a copy of it.
pub(super) const OF_EDGE: [(&str, AttributeKind); 4] = [
    ("relation", AttributeKind::Text),
    ("probability", AttributeKind::Number),
    ("containment", AttributeKind::Number),
    ("credit", AttributeKind::Text),
];

/// Attributes in the order of [`OF_NODE`] or [`OF_EDGE`]; what is not known is left out.
pub(super) type Values = Vec<Option<String>>;

/// A format for graphs: all nodes first, then all edges.
pub(super) trait GraphFormat {
    fn begin(&mut self) -> std::io::Result<()>;
    fn node(&mut self, id: &str, values: &Values) -> std::io::Result<()>;
    fn edges(&mut self) -> std::io::Result<()>;
    fn edge(&mut self, from: &str, to: &str, values: &Values) -> std::io::Result<()>;
    fn end(&mut self) -> std::io::Result<()>;
}

/// Writes the graph of an output folder. A page without a parent has an edge from the outside origin of its set, if
/// there is one; its probability is then the origin's. Reads `clusters.jsonl` twice and has 16 bytes a page.
pub(super) fn write(
    out: &OutFolder,
    format: &mut dyn GraphFormat,
    failed: &dyn Fn(std::io::Error) -> crate::error::Error,
) -> Result<()> {
    format.begin().map_err(failed)?;
    let pages = PagesBySet::index(out)?;
    each_set(out, |set| {
        let documents = pages.of(out, set.cluster)?;
        nodes(&set, &documents).iter().try_for_each(|(id, values)| format.node(id, values)).map_err(failed)
    })?;
    format.edges().map_err(failed)?;
    each_set(out, |set| {
        edges(&set).iter().try_for_each(|(from, to, values)| format.edge(from, to, values)).map_err(failed)
    })?;
    format.end().map_err(failed)
}

fn each_set(out: &OutFolder, mut with: impl FnMut(ClusterRecord) -> Result<()>) -> Result<()> {
    out.each_line("clusters.jsonl", |line, at| {
        with(out.parse("clusters.jsonl", line, at)?)?;
        Ok(true)
    })
}

fn nodes(set: &ClusterRecord, documents: &FxHashMap<String, Document>) -> Vec<(String, Values)> {
    let cluster = Some(set.cluster.to_string());
    let mut nodes = Vec::new();
    if let Some((id, outlet)) = outside(set) {
        let place = Some("outside".to_owned());
        let outlet = Some(outlet.to_owned());
        nodes.push((id, vec![outlet.clone(), place, cluster.clone(), outlet, None, None, None, None, None]));
    }
    nodes.extend(set.members.iter().map(|member| {
        let page = documents.get(&member.id);
        let title = page.and_then(|page| page.title.clone());
        let values = vec![
            title.clone().or_else(|| Some(member.id.clone())),
            Some("page".to_owned()),
            cluster.clone(),
            page.and_then(|page| page.outlet.clone()),
            title,
            page.and_then(|page| page.published.clone()),
            page.map(|page| page.published_precision.to_string()),
            member.relation.and_then(word),
            page.and_then(|page| page.url.clone()),
        ];
        (member.id.clone(), values)
    }));
    nodes
}

fn edges(set: &ClusterRecord) -> Vec<(String, String, Values)> {
    let outside = outside(set).map(|(id, _)| id);
    let probability = set.origin.as_ref().map(|origin| origin.probability);
    let values = |member: &MemberRecord, probability: Option<f64>, containment: Option<f64>| {
        let credit = member.credit.as_ref().and_then(|credit| word(credit.status));
        vec![member.relation.and_then(word), shown(probability), shown(containment), credit]
    };
    let edge = |member: &MemberRecord| match (&member.parent, &outside) {
        (Some(parent), _) => {
            let values = values(member, member.parent_probability, member.containment);
            Some((parent.clone(), member.id.clone(), values))
        }
        (None, Some(outside)) => Some((outside.clone(), member.id.clone(), values(member, probability, None))),
        (None, None) => None,
    };
    set.members.iter().filter_map(edge).collect()
}

/// The node of an origin that has no page here, and its outlet.
fn outside(set: &ClusterRecord) -> Option<(String, &str)> {
    let origin = set.origin.as_ref().filter(|origin| origin.document.is_none())?;
    Some((format!("urn:tonggao:set:{}:origin", set.cluster), origin.outlet.as_deref()?))
}

fn shown(number: Option<f64>) -> Option<String> {
    number.map(|number| number.to_string())
}

/// The word that the output writes for a value.
fn word(value: impl serde::Serialize) -> Option<String> {
    match to_value(value) {
        Ok(Value::String(word)) => Some(word),
        _ => None,
    }
}
