//! The visible lines of a parsed page, in order, with what tells text from boilerplate: how much of a line is links,
//! which elements contain it, what the page calls those elements.

use super::elements::{Part, Parts, parts_of};
use dom_query::{Document, NodeData, NodeRef};
use xxhash_rust::xxh3::xxh3_64_with_seed;

/// A line: what is between two breaks.
#[derive(Clone, Debug)]
pub(super) struct PageLine {
    /// Its text, runs of blanks made one.
    pub text: String,
    /// Characters that are no blanks.
    pub chars: usize,
    /// How many of them are in links.
    pub linked: usize,
    /// Innermost block that contains it.
    pub block: usize,
    /// It is in a heading (`h1` to `h6`).
    pub is_heading: bool,
    /// The parts of a page that the elements around it are named after.
    pub parts: Parts,
}

impl PageLine {
    /// True for a line that is half links or more; a whole sentence in a link is text.
    pub(super) fn is_linked(&self) -> bool {
        let sentence = self.chars >= 60 && self.text.contains('。');
        self.linked * 2 >= self.chars && !sentence
    }

    /// An element around it is named after comments, navigation or lists of other articles.
    pub(super) fn is_aside(&self) -> bool {
        self.parts.has_any(&[
            Part::Comments,
            Part::Navigation,
            Part::Footer,
            Part::Side,
            Part::Related,
            Part::Tools,
            Part::Dialog,
        ])
    }
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
    /// Blocks around it.
    pub depth: usize,
    /// What kind of element it is.
    pub tag: Tag,
    /// It is a `table`.
    pub is_table: bool,
    /// It is a `tr`.
    pub is_row: bool,
    /// The parts that it is named after itself.
    pub parts: Parts,
    /// Hash of the names and classes of the elements from the root to it, without digits: paragraphs of one article
    /// share it.
    pub path: u64,
}

/// Kinds of elements that break lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tag {
    /// `p`.
    Paragraph,
    /// `h1`.
    FirstHeading,
    /// `h2` to `h6`.
    Heading,
    /// `li`, `dt`, `dd`.
    Item,
    /// `td`, `th`.
    Cell,
    /// `pre`.
    Preformatted,
    /// `figcaption`, `caption`.
    Caption,
    /// `blockquote`.
    Quote,
    /// All others.
    Other,
}

impl Tag {
    fn of(name: &str) -> Tag {
        match name {
            "p" => Tag::Paragraph,
            "h1" => Tag::FirstHeading,
            "h2" | "h3" | "h4" | "h5" | "h6" => Tag::Heading,
            "li" | "dt" | "dd" => Tag::Item,
            "td" | "th" => Tag::Cell,
            "pre" => Tag::Preformatted,
            "figcaption" | "caption" => Tag::Caption,
            "blockquote" => Tag::Quote,
            _ => Tag::Other,
        }
    }

    /// True for elements that never contain a whole article.
    pub(super) fn is_paragraph(self) -> bool {
        matches!(self, Tag::Paragraph | Tag::FirstHeading | Tag::Heading | Tag::Item | Tag::Preformatted)
    }
}

/// A page as lines and the blocks that contain them, both in document order.
#[derive(Clone, Debug, Default)]
pub(super) struct Lines {
    /// The lines.
    pub lines: Vec<PageLine>,
    /// The blocks.
    pub blocks: Vec<Block>,
}

/// Elements within a line.
const INLINE: [&str; 6] = ["a", "span", "label", "time", "img", "summary"];

/// Characters in long lines outside links that are an article.
const ARTICLE: usize = 400;
/// A line of so many characters is long.
const LONG: usize = 40;

/// The lines of a page's body. Elements that are not shown are left out, unless they contain more than is shown and what is
/// shown has no article: some pages show theirs by script, and others hide keywords for search engines.
pub(super) fn lines(document: &Document) -> Lines {
    let shown = walk(document, false);
    let text = shown.out.lines.iter().filter(|line| line.chars >= LONG && !line.is_linked());
    let shows_article = text.map(|line| line.chars).sum::<usize>() >= ARTICLE;
    if shown.hidden > shown.shown && !shows_article { walk(document, true).out } else { shown.out }
}

fn walk(document: &Document, with_hidden: bool) -> Walker {
    let mut walker = Walker { with_hidden, ..Walker::default() };
    walker.block(&document.body().unwrap_or_else(|| document.root()), "body", "", Parts::default(), Around::default());
    walker
}

/// What the elements around a node say of it.
#[derive(Clone, Copy, Default)]
struct Around {
    block: usize,
    link: bool,
    heading: bool,
    parts: Parts,
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
    fn block(&mut self, node: &NodeRef, name: &str, class: &str, own: Parts, mut around: Around) {
        self.flush();
        let index = self.out.blocks.len();
        let tag = Tag::of(name);
        let first = self.out.lines.len();
        let (depth, path) = match self.out.blocks.get(around.block) {
            Some(parent) => (parent.depth + 1, path(parent.path, name, class)),
            None => (0, 0),
        };
        let (is_table, is_row) = (name == "table", name == "tr");
        let block = Block { parent: around.block, first, end: first, depth, tag, is_table, is_row, parts: own, path };
        self.out.blocks.push(block);
        around.block = index;
        around.heading |= matches!(tag, Tag::FirstHeading | Tag::Heading);
        around.pre |= tag == Tag::Preformatted;
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
        let own = parts_of(name, &class, &id);
        around.parts.add(own);
        if node.attr("itemprop").is_some_and(|value| value.eq_ignore_ascii_case("articleBody")) {
            around.parts.put(Part::DeclaredBody);
        }
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
            _ => self.block(node, name, &class, own, around),
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
            let Around { block, heading, parts, .. } = self.around;
            let (chars, linked) = (self.chars, self.linked);
            self.out.lines.push(PageLine { text, chars, linked, block, is_heading: heading, parts });
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

/// The path of a block under one of `parent`'s path.
fn path(parent: u64, name: &str, class: &str) -> u64 {
    let mut letters: Vec<u8> = name.bytes().collect();
    letters.push(b'.');
    letters.extend(class.bytes().filter(|b| !b.is_ascii_digit()));
    xxh3_64_with_seed(&letters, parent)
}
