//! The graph as GraphML (Brandes et al. 2002, graphml.graphdrawing.org) and as GEXF 1.2 (gexf.net), which Gephi,
//! networkx, igraph and Cytoscape read.

use super::graph::{AttributeKind, GraphFormat, OF_EDGE, OF_NODE, Values};
use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event};
use std::borrow::Cow;
use std::io::{Result, Write};

/// GraphML.
pub(super) struct GraphMl<'w>(Xml<'w>);

impl<'w> GraphMl<'w> {
    pub(super) fn new(writer: &'w mut dyn Write) -> Self {
        GraphMl(Xml::new(writer))
    }

    fn keys(&mut self, of: &str, attributes: &[(&str, AttributeKind)]) -> Result<()> {
        attributes.iter().try_for_each(|&(name, kind)| {
            let id = format!("{of}-{name}");
            let kind = ("attr.type", kind_name(kind));
            self.0.empty("key", &[("id", &id), ("for", of), ("attr.name", name), kind])
        })
    }

    fn data(&mut self, of: &str, attributes: &[(&str, AttributeKind)], values: &Values) -> Result<()> {
        attributes.iter().zip(values).try_for_each(|((name, _), value)| match value {
            Some(value) => self.0.text("data", &[("key", &format!("{of}-{name}"))], value),
            None => Ok(()),
        })
    }
}

impl GraphFormat for GraphMl<'_> {
    fn begin(&mut self) -> Result<()> {
        self.0.open("graphml", &[("xmlns", "http://graphml.graphdrawing.org/xmlns")])?;
        self.keys("node", &OF_NODE)?;
        self.keys("edge", &OF_EDGE)?;
        self.0.open("graph", &[("id", "copies"), ("edgedefault", "directed")])
    }

    fn node(&mut self, id: &str, values: &Values) -> Result<()> {
        self.0.open("node", &[("id", id)])?;
        self.data("node", &OF_NODE, values)?;
        self.0.close("node")
    }

    fn edges(&mut self) -> Result<()> {
        Ok(())
    }

    fn edge(&mut self, from: &str, to: &str, values: &Values) -> Result<()> {
        self.0.open("edge", &[("source", from), ("target", to)])?;
        self.data("edge", &OF_EDGE, values)?;
        self.0.close("edge")
    }

    fn end(&mut self) -> Result<()> {
        self.0.close("graph")?;
        self.0.close("graphml")
    }
}

/// GEXF.
pub(super) struct Gexf<'w> {
    xml: Xml<'w>,
    edges: u64,
}

impl<'w> Gexf<'w> {
    pub(super) fn new(writer: &'w mut dyn Write) -> Self {
        Gexf { xml: Xml::new(writer), edges: 0 }
    }

    fn attributes(&mut self, of: &str, attributes: &[(&str, AttributeKind)]) -> Result<()> {
        self.xml.open("attributes", &[("class", of)])?;
        for &(name, kind) in attributes.iter().filter(|(name, _)| *name != LABEL) {
            self.xml.empty("attribute", &[("id", name), ("title", name), ("type", kind_name(kind))])?;
        }
        self.xml.close("attributes")
    }

    fn values(&mut self, attributes: &[(&str, AttributeKind)], values: &Values) -> Result<()> {
        self.xml.open("attvalues", &[])?;
        for ((name, _), value) in attributes.iter().zip(values).filter(|((name, _), _)| *name != LABEL) {
            if let Some(value) = value {
                self.xml.empty("attvalue", &[("for", name), ("value", value)])?;
            }
        }
        self.xml.close("attvalues")
    }
}

/// GEXF has a word of its own for it.
const LABEL: &str = "label";

impl GraphFormat for Gexf<'_> {
    fn begin(&mut self) -> Result<()> {
        self.xml.open("gexf", &[("xmlns", "http://www.gexf.net/1.2draft"), ("version", "1.2")])?;
        self.xml.open("graph", &[("mode", "static"), ("defaultedgetype", "directed")])?;
        self.attributes("node", &OF_NODE)?;
        self.attributes("edge", &OF_EDGE)?;
        self.xml.open("nodes", &[])
    }

    fn node(&mut self, id: &str, values: &Values) -> Result<()> {
        let label = values[0].as_deref().unwrap_or(id);
        self.xml.open("node", &[("id", id), (LABEL, label)])?;
        self.values(&OF_NODE, values)?;
        self.xml.close("node")
    }

    fn edges(&mut self) -> Result<()> {
        self.xml.close("nodes")?;
        self.xml.open("edges", &[])
    }

    fn edge(&mut self, from: &str, to: &str, values: &Values) -> Result<()> {
        self.edges += 1;
        let id = self.edges.to_string();
        self.xml.open("edge", &[("id", &id), ("source", from), ("target", to)])?;
        self.values(&OF_EDGE, values)?;
        self.xml.close("edge")
    }

    fn end(&mut self) -> Result<()> {
        ["edges", "graph", "gexf"].iter().try_for_each(|name| self.xml.close(name))
    }
}

fn kind_name(kind: AttributeKind) -> &'static str {
    match kind {
        AttributeKind::Text => "string",
        AttributeKind::Whole => "long",
        AttributeKind::Number => "double",
    }
}

/// Elements, indented, with everything escaped.
struct Xml<'w> {
    writer: Writer<&'w mut dyn Write>,
    begun: bool,
}

impl<'w> Xml<'w> {
    fn new(writer: &'w mut dyn Write) -> Self {
        Xml { writer: Writer::new_with_indent(writer, b' ', 1), begun: false }
    }

    fn open(&mut self, name: &str, attributes: &[(&str, &str)]) -> Result<()> {
        if !self.begun {
            self.writer.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
            self.begun = true;
        }
        self.writer.write_event(Event::Start(start(name, attributes)))
    }

    fn empty(&mut self, name: &str, attributes: &[(&str, &str)]) -> Result<()> {
        self.writer.write_event(Event::Empty(start(name, attributes)))
    }

    fn text(&mut self, name: &str, attributes: &[(&str, &str)], text: &str) -> Result<()> {
        self.writer.write_event(Event::Start(start(name, attributes)))?;
        self.writer.write_event(Event::Text(BytesText::new(&allowed(text))))?;
        self.close(name)
    }

    fn close(&mut self, name: &str) -> Result<()> {
        self.writer.write_event(Event::End(BytesEnd::new(name)))
    }
}

fn start<'n>(name: &'n str, attributes: &[(&str, &str)]) -> BytesStart<'n> {
    let mut element = BytesStart::new(name);
    for (name, value) in attributes {
        element.push_attribute((*name, allowed(value).as_ref()));
    }
    element
}

/// Text without what XML 1.0 does not allow, however it is escaped; such a character is written as `\u{1}`.
fn allowed(text: &str) -> Cow<'_, str> {
    let forbidden =
        |c: char| matches!(c, '\0'..='\u{8}' | '\u{B}' | '\u{C}' | '\u{E}'..='\u{1F}' | '\u{FFFE}' | '\u{FFFF}');
    if !text.contains(forbidden) {
        return Cow::Borrowed(text);
    }
    let mut written = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        if forbidden(c) { written.extend(c.escape_unicode()) } else { written.push(c) }
    }
    Cow::Owned(written)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn graph(with: impl FnOnce(&mut dyn Write)) -> String {
        let mut written = Vec::new();
        with(&mut written);
        String::from_utf8(written).unwrap()
    }

    fn values() -> Values {
        let mut values = vec![None; OF_NODE.len()];
        values[0] = Some("甲 & \"乙\" <b>\u{1}".to_owned());
        values
    }

    #[test]
    fn page_text_is_escaped_and_never_breaks_the_file() {
        let written = graph(|w| GraphMl::new(w).node("a<1>", &values()).unwrap());
        assert!(written.contains("id=\"a&lt;1&gt;\""), "{written}");
        assert!(written.contains("甲 &amp; &quot;乙&quot; &lt;b&gt;\\u{1}"), "{written}");
        let written = graph(|w| Gexf::new(w).node("a", &values()).unwrap());
        assert!(written.contains("label=\"甲 &amp; &quot;乙&quot; &lt;b&gt;\\u{1}\""), "{written}");
    }
}
