//! The visible lines of a parsed page, in order, with what tells text from furniture: how much of a line is links,
//! which element holds it, what the page calls that element.

use dom_query::{Document, NodeData, NodeRef};

/// A line: what stands between two breaks.
#[derive(Clone, Debug)]
pub(super) struct Line {
    /// Its text, runs of blanks made one.
    pub text: String,
    /// Characters that are no blanks.
    pub chars: usize,
    /// How many of them stand in links.
    pub linked: usize,
    /// Innermost block that holds it.
    pub block: usize,
    /// It stands in a heading (`h1` to `h6`).
    pub is_heading: bool,
    /// An element around it is called what pages call comments, navigation or lists of other articles.
    pub aside: bool,
}

/// An element that breaks lines.
#[derive(Clone, Copy, Debug)]
pub(super) struct Block {
    /// The block around it; its own index at the root.
    pub parent: usize,
    /// First line in it.
    pub first: usize,
    /// One past its last line.
    pub end: usize,
    /// It is a paragraph or a heading: such elements hold no whole article.
    pub is_paragraph: bool,
}

/// A page as lines and the blocks that hold them, both in document order.
#[derive(Clone, Debug, Default)]
pub(super) struct Lines {
    /// The lines.
    pub lines: Vec<Line>,
    /// The blocks.
    pub blocks: Vec<Block>,
}

/// Elements that stand within a line.
const INLINE: [&str; 6] = ["a", "span", "label", "time", "img", "summary"];
/// Words in `class` and `id` of what stands beside an article, on sites of every kind.
const ASIDE: [&str; 40] = [
    "comment",
    "comments",
    "cmt",
    "cmts",
    "reply",
    "replies",
    "pinglun",
    "discuss",
    "gentie",
    "footer",
    "foot",
    "nav",
    "navbar",
    "menu",
    "sidebar",
    "side",
    "aside",
    "related",
    "relate",
    "recommend",
    "recommends",
    "recommendation",
    "rec",
    "hotnews",
    "ranking",
    "rank",
    "breadcrumb",
    "breadcrumbs",
    "crumb",
    "crumbs",
    "share",
    "login",
    "dialog",
    "modal",
    "popup",
    "toolbar",
    "copyright",
    "advert",
    "guess",
    "hotlist",
];

/// The lines of a page's body. Elements that are not shown are left out, unless they hold more than is shown.
pub(super) fn lines(document: &Document) -> Lines {
    let mut shown = walk(document, false);
    if shown.hidden > shown.shown {
        shown = walk(document, true);
    }
    shown.out
}

fn walk(document: &Document, with_hidden: bool) -> Walker {
    let mut walker = Walker { with_hidden, ..Walker::default() };
    walker.block(&document.body().unwrap_or_else(|| document.root()), "body", Around::default());
    walker
}

/// What the elements around a node say of it.
#[derive(Clone, Copy, Default)]
struct Around {
    block: usize,
    link: bool,
    heading: bool,
    aside: bool,
    pre: bool,
    hidden: bool,
}

#[derive(Default)]
struct Walker {
    out: Lines,
    with_hidden: bool,
    /// Characters in hidden elements, and elsewhere.
    hidden: usize,
    shown: usize,
    text: String,
    /// Where the line crosses the border of an element with a class: words of a short line are told apart there.
    borders: Vec<usize>,
    chars: usize,
    linked: usize,
    around: Around,
}

impl Walker {
    fn block(&mut self, node: &NodeRef, name: &str, mut around: Around) {
        self.flush();
        let index = self.out.blocks.len();
        let is_paragraph = matches!(name, "p" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "li" | "pre" | "dt" | "dd");
        let first = self.out.lines.len();
        self.out.blocks.push(Block { parent: around.block, first, end: first, is_paragraph });
        around.block = index;
        around.heading |= matches!(name, "h1" | "h2" | "h3" | "h4" | "h5" | "h6");
        around.pre |= name == "pre";
        self.children(node, around);
        self.flush();
        self.out.blocks[index].end = self.out.lines.len();
    }

    fn children(&mut self, node: &NodeRef, around: Around) {
        for child in node.children_it(false) {
            child.query(|data| match &data.data {
                NodeData::Text { contents } => self.words(contents, around),
                NodeData::Element(_) => self.element(&child, around),
                _ => {}
            });
        }
    }

    fn element(&mut self, node: &NodeRef, mut around: Around) {
        let name = node.node_name().unwrap_or_default();
        let name: &str = &name;
        let (class, id) = (node.class().unwrap_or_default(), node.id_attr().unwrap_or_default());
        around.aside |= matches!(name, "nav" | "footer" | "aside") || is_aside(&class) || is_aside(&id);
        around.hidden |= node.has_attr("hidden");
        match name {
            "br" | "hr" => self.flush(),
            "head" | "title" => {}
            _ if INLINE.contains(&name) => {
                let link = name == "a" && node.has_attr("href");
                around.link |= link;
                let bordered = link || !class.is_empty() || !id.is_empty();
                self.border(bordered);
                self.children(node, around);
                self.border(bordered);
            }
            _ => self.block(node, name, around),
        }
    }

    fn border(&mut self, bordered: bool) {
        if bordered {
            self.borders.push(self.text.len());
        }
    }

    fn words(&mut self, text: &str, around: Around) {
        if around.hidden && !self.with_hidden {
            self.hidden += text.chars().filter(|c| !c.is_whitespace()).count();
            return;
        }
        for c in text.chars() {
            if around.pre && c == '\n' {
                self.flush();
                continue;
            }
            if c.is_whitespace() || matches!(c, '\u{feff}' | '\u{200b}') {
                let ideographic = c == '\u{3000}';
                if !self.text.is_empty() && (ideographic || !self.text.ends_with(' ')) {
                    self.text.push(if ideographic { c } else { ' ' });
                }
                continue;
            }
            if self.chars == 0 {
                self.around = around;
            }
            self.text.push(c);
            self.chars += 1;
            self.linked += usize::from(around.link);
        }
    }

    fn flush(&mut self) {
        if self.chars > 0 {
            self.shown += self.chars;
            let text = self.spaced();
            let Around { block, heading, aside, .. } = self.around;
            self.out.lines.push(Line {
                text,
                chars: self.chars,
                linked: self.linked,
                block,
                is_heading: heading,
                aside,
            });
        }
        self.text.clear();
        self.borders.clear();
        (self.chars, self.linked) = (0, 0);
    }

    /// The line, with blanks where the borders of elements divide the words of a short one: sites set them apart by
    /// style alone (`2023-05-06` `来源：某报`).
    fn spaced(&self) -> String {
        let text = self.text.trim_end();
        if self.chars > BORDERED || text.contains('。') {
            return text.to_owned();
        }
        let mut out = String::with_capacity(text.len() + 8);
        let mut from = 0;
        for &at in self.borders.iter().filter(|&&at| at > 0 && at < text.len()) {
            out.push_str(&text[from..at]);
            from = at;
            let divides = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
            if divides(out.chars().next_back()) && divides(text[at..].chars().next()) {
                out.push(' ');
            }
        }
        out.push_str(&text[from..]);
        out
    }
}

/// Longer lines are text, whose words no border divides.
const BORDERED: usize = 80;

fn is_aside(names: &str) -> bool {
    names
        .split(|c: char| !c.is_ascii_alphabetic())
        .any(|word| ASIDE.iter().any(|aside| aside.eq_ignore_ascii_case(word)))
}
