//! What of a page is worth parsing: known elements and the few attributes that later steps look at, without
//! scripts, styles and comments, and bounded in size, depth and number, so that no page can make the parser slow.

use super::elements::{Part, parts_of};
use memchr::{memchr, memmem};
use std::borrow::Cow;

/// Bytes of markup without scripts that are kept; the rest of such a page is not read.
const MAX_BYTES: usize = 8 << 20;
/// Elements that are kept; after them only text is.
const MAX_ELEMENTS: usize = 100_000;
/// Elements opened within one another that are kept; what lies deeper keeps its text alone.
const MAX_DEPTH: usize = 200;
/// Bytes of an attribute's value that are kept.
const MAX_VALUE: usize = 2_048;
/// Bytes of all JSON-LD that are kept.
const MAX_JSON: usize = 1 << 20;

/// Elements that are kept. Those that only change the look of words (`b`, `font`) are not among them.
const KEPT: [&str; 57] = [
    "a",
    "address",
    "article",
    "aside",
    "base",
    "blockquote",
    "body",
    "br",
    "caption",
    "center",
    "dd",
    "details",
    "dir",
    "div",
    "dl",
    "dt",
    "fieldset",
    "figcaption",
    "figure",
    "footer",
    "form",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "head",
    "header",
    "hgroup",
    "hr",
    "html",
    "img",
    "label",
    "legend",
    "li",
    "link",
    "main",
    "menu",
    "meta",
    "nav",
    "ol",
    "p",
    "pre",
    "section",
    "span",
    "summary",
    "table",
    "tbody",
    "td",
    "tfoot",
    "th",
    "thead",
    "time",
    "title",
    "tr",
    "ul",
];
/// Elements without an end tag.
const VOID: [&str; 6] = ["base", "br", "hr", "img", "link", "meta"];
/// Elements that the next of their kind ends, so that leaving them open makes nothing deeper.
const SELF_CLOSING: [&str; 13] =
    ["p", "li", "dt", "dd", "tr", "td", "th", "tbody", "thead", "tfoot", "html", "head", "body"];
/// Elements left out with all that is in them.
const DROPPED: [&str; 20] = [
    "script", "style", "svg", "math", "iframe", "noscript", "template", "textarea", "select", "canvas", "object",
    "applet", "audio", "video", "map", "xmp", "noembed", "noframes", "datalist", "button",
];
/// Attributes that are kept.
const ATTRIBUTES: [&str; 15] = [
    "class",
    "id",
    "href",
    "name",
    "property",
    "itemprop",
    "itemtype",
    "content",
    "rel",
    "datetime",
    "role",
    "charset",
    "http-equiv",
    "hidden",
    "pubdate",
];

/// A page made fit for parsing.
#[derive(Debug, Default)]
pub(super) struct Thin {
    /// The markup that is left.
    pub markup: String,
    /// The contents of its JSON-LD scripts, in order.
    pub json: Vec<String>,
    /// The address that a browser noted when it saved the page.
    pub saved_from: Option<String>,
}

/// Thins a page. Linear in its length.
pub(super) fn thin(html: &str) -> Thin {
    let mut scanner =
        TagScanner { html, at: 0, out: Thin::default(), elements: 0, depth: 0, skipped: 0, open_ended: Vec::new() };
    scanner.run();
    scanner.out
}

struct TagScanner<'h> {
    html: &'h str,
    at: usize,
    out: Thin,
    elements: usize,
    depth: usize,
    /// Start tags left out for their depth whose end tags are still to come.
    skipped: usize,
    /// What was looked for in vain, so that nothing is looked for twice.
    open_ended: Vec<&'static str>,
}

/// A tag as written, its attributes not yet read.
struct StartTag<'h> {
    name: Cow<'h, str>,
    attributes: &'h str,
    is_end: bool,
}

impl<'h> TagScanner<'h> {
    fn run(&mut self) {
        while self.at < self.html.len() && self.out.markup.len() < MAX_BYTES {
            let rest = &self.html[self.at..];
            let text = memchr(b'<', rest.as_bytes()).unwrap_or(rest.len());
            self.out.markup.push_str(&rest[..text]);
            self.at += text;
            if self.at < self.html.len() {
                self.markup();
            }
        }
    }

    /// Reads what begins with `<`.
    fn markup(&mut self) {
        let rest = &self.html[self.at..];
        if rest.starts_with("<!--") {
            let length = self.find(4, "-->").map_or_else(|| past_bracket(rest), |end| end + 3);
            if self.out.saved_from.is_none() && self.at < NOTED {
                self.out.saved_from = saved_from(&rest[..length]);
            }
            self.at += length;
        } else if rest.starts_with("<![CDATA[") {
            self.at += 9;
        } else if rest.starts_with(['<']) && rest[1..].starts_with(['!', '?']) {
            self.at += past_bracket(rest);
        } else if let Some((tag, length)) = self.tag() {
            self.at += length;
            self.take(&tag);
        } else {
            self.out.markup.push_str("&lt;");
            self.at += 1;
        }
    }

    /// The tag that begins here and how many bytes it takes.
    fn tag(&mut self) -> Option<(StartTag<'h>, usize)> {
        let rest = &self.html[self.at..];
        let is_end = rest[1..].starts_with('/');
        let from = 1 + usize::from(is_end);
        let is_name = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b':' | b'_');
        let length = rest.as_bytes()[from..].iter().take_while(|b| is_name(b)).count();
        if !rest.as_bytes().get(from).is_some_and(u8::is_ascii_alphabetic) {
            return None;
        }
        let end = self.tag_end(from + length);
        let written = &rest[from..from + length];
        let name = if written.bytes().any(|b| b.is_ascii_uppercase()) {
            Cow::Owned(written.to_ascii_lowercase())
        } else {
            Cow::Borrowed(written)
        };
        let attributes = rest[from + length..end].strip_suffix('>').unwrap_or(&rest[from + length..end]);
        Some((StartTag { name, attributes, is_end }, end))
    }

    /// Where the tag ends whose name ends at `from`: past the first `>` that is in no quotes. A quote that is never
    /// closed quotes nothing.
    fn tag_end(&mut self, from: usize) -> usize {
        let rest = &self.html[self.at..];
        let mut at = from;
        while let Some(found) = memchr::memchr3(b'>', b'"', b'\'', &rest.as_bytes()[at..]) {
            at += found;
            let quote = match rest.as_bytes()[at] {
                b'"' => "\"",
                b'\'' => "'",
                _ => return at + 1,
            };
            // Only a value is quoted: `<a title=5" x>` has no quotation.
            let opens = rest[..at].trim_end().ends_with('=');
            let close = if opens { self.find(at + 1, quote) } else { None };
            at = close.map_or(at + 1, |close| close + 1);
        }
        rest.len()
    }

    /// The first `what` from `from` on, both counted from here.
    fn find(&mut self, from: usize, what: &'static str) -> Option<usize> {
        if self.open_ended.contains(&what) {
            return None;
        }
        let found = memmem::find(&self.html.as_bytes()[self.at + from..], what.as_bytes());
        if found.is_none() {
            self.open_ended.push(what);
        }
        found.map(|found| from + found)
    }

    fn take(&mut self, tag: &StartTag<'h>) {
        if let Some(&dropped) = DROPPED.iter().find(|name| **name == tag.name) {
            if !tag.is_end {
                self.drop_content(dropped, tag);
            }
            self.out.markup.push(' ');
            return;
        }
        let Some(&name) = KEPT.iter().find(|name| **name == tag.name) else { return };
        if tag.is_end { self.close(name) } else { self.open(name, tag.attributes) }
    }

    /// Goes past the end tag of an element that is left out; JSON-LD is kept.
    fn drop_content(&mut self, name: &'static str, tag: &StartTag) {
        let Some(length) = self.content_length(name) else {
            if matches!(name, "script" | "style") {
                self.at = self.html.len();
            }
            return;
        };
        let held: usize = self.out.json.iter().map(String::len).sum();
        if name == "script" && tag.attributes.contains("ld+json") && held + length <= MAX_JSON {
            self.out.json.push(self.html[self.at..self.at + length].to_owned());
        }
        self.at += length;
        self.at += past_bracket(&self.html[self.at..]);
    }

    /// Bytes up to the next end tag of this name, in any case; `None` when there is none.
    fn content_length(&mut self, name: &'static str) -> Option<usize> {
        if self.open_ended.contains(&name) {
            return None;
        }
        let rest = &self.html.as_bytes()[self.at..];
        let found = memmem::find_iter(rest, b"</").find(|&at| {
            let word = &rest[at + 2..];
            word.len() >= name.len()
                && word[..name.len()].eq_ignore_ascii_case(name.as_bytes())
                && !word.get(name.len()).is_some_and(u8::is_ascii_alphanumeric)
        });
        if found.is_none() {
            self.open_ended.push(name);
        }
        found
    }

    fn open(&mut self, name: &str, attributes: &str) {
        let nests = !VOID.contains(&name) && !SELF_CLOSING.contains(&name);
        if self.elements >= MAX_ELEMENTS || (nests && self.depth >= MAX_DEPTH) {
            self.skipped += usize::from(nests);
            self.out.markup.push('\n');
            return;
        }
        self.elements += 1;
        self.depth += usize::from(nests);
        let out = &mut self.out.markup;
        out.push('<');
        out.push_str(name);
        write_attributes(name, attributes, out);
        out.push('>');
    }

    fn close(&mut self, name: &str) {
        if VOID.contains(&name) {
            if name == "br" {
                self.out.markup.push_str("<br>");
            }
            return;
        }
        let nests = !SELF_CLOSING.contains(&name);
        if nests && self.skipped > 0 {
            self.skipped -= 1;
            return;
        }
        self.depth -= usize::from(nests && self.depth > 0);
        let out = &mut self.out.markup;
        out.push_str("</");
        out.push_str(name);
        out.push('>');
    }
}

/// Browsers note an address in the first bytes of a page.
const NOTED: usize = 4096;

/// The address in a browser's note: `<!-- saved from url=(0031)https://n.example/1.html -->`, or with `url: ` after the
/// name of the extension that saved the page.
fn saved_from(comment: &str) -> Option<String> {
    let is_note =
        ["saved from url=", "Page saved with", "saved with SingleFile"].iter().any(|note| comment.contains(note));
    let at = comment.find("https://").or_else(|| comment.find("http://")).filter(|_| is_note)?;
    let end = comment[at..].find(|c: char| c.is_whitespace() || matches!(c, '<' | '>' | '"'));
    let address = end.map_or(&comment[at..], |end| &comment[at..at + end]);
    Some(address.trim_end_matches("-->").trim_end_matches("--").to_owned())
}

/// Bytes up to and with the next `>`, or all.
fn past_bracket(text: &str) -> usize {
    memchr(b'>', text.as_bytes()).map_or(text.len(), |at| at + 1)
}

/// Writes the attributes that are kept. `style` shows only whether the element is shown; what lies over the page until
/// the reader answers is marked as not shown.
fn write_attributes(element: &str, attributes: &str, out: &mut String) {
    for (name, value) in Attributes(attributes) {
        let names = ["class", "id", "role"].iter().any(|kind| kind.eq_ignore_ascii_case(name));
        if names && parts_of(element, value, "").has(Part::Dialog) {
            out.push_str(" hidden=\"\"");
        }
        if name.eq_ignore_ascii_case("style") {
            let hides = value.to_ascii_lowercase().split(';').any(|rule| {
                rule.split_once(':')
                    .is_some_and(|(what, how)| what.trim() == "display" && how.trim().starts_with("none"))
            });
            if hides {
                out.push_str(" hidden=\"\"");
            }
            continue;
        }
        let Some(kept) = ATTRIBUTES.iter().find(|kept| kept.eq_ignore_ascii_case(name)) else { continue };
        let end = (0..=value.len().min(MAX_VALUE)).rev().find(|&end| value.is_char_boundary(end)).unwrap_or(0);
        out.push(' ');
        out.push_str(kept);
        out.push_str("=\"");
        for c in value[..end].chars() {
            match c {
                '"' => out.push_str("&quot;"),
                c => out.push(c),
            }
        }
        out.push('"');
    }
}

/// The attributes of a tag, names as written, values without quotes.
pub(super) struct Attributes<'h>(pub &'h str);

impl<'h> Iterator for Attributes<'h> {
    type Item = (&'h str, &'h str);

    fn next(&mut self) -> Option<Self::Item> {
        let blank = |c: char| c.is_ascii_whitespace() || c == '/';
        self.0 = self.0.trim_start_matches(blank);
        if self.0.is_empty() {
            return None;
        }
        let skip = self.0.chars().next().map_or(0, char::len_utf8);
        let length = self.0[skip..].find(|c: char| blank(c) || c == '=').map_or(self.0.len(), |at| at + skip);
        let (name, rest) = self.0.split_at(length);
        let Some(after) = rest.trim_start_matches(|c: char| c.is_ascii_whitespace()).strip_prefix('=') else {
            self.0 = rest;
            return Some((name, ""));
        };
        let value = after.trim_start_matches(|c: char| c.is_ascii_whitespace());
        let quoted = value.chars().next().filter(|c| matches!(c, '"' | '\''));
        let (value, rest) = match quoted.and_then(|quote| value[1..].split_once(quote)) {
            Some((value, rest)) => (value, rest),
            None => value.split_at(value.find(|c: char| c.is_ascii_whitespace()).unwrap_or(value.len())),
        };
        self.0 = rest;
        Some((name, value))
    }
}
