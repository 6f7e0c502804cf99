//! Damage that scraping and conversions leave in a text, recognised so that matching can pass it by. Nothing is
//! guessed, and the text as read stays as it is: a repair says which bytes are no text, or which character they
//! stand for.
//!
//! | rule | damaged | read as |
//! | --- | --- | --- |
//! | `pinyin` | `創(chuàng)新`, `上?zhèn)黨` | `創新`, `上?黨`: one lower-case syllable with a tone mark, next to a bracket or two, after a character that script conversion touches |
//! | `lost_bytes` | `事\u{FFFD}`, `過關??h法院`, `車位?/span>` | marked only: what was lost is never guessed, and alignment bridges it |
//! | `markup` | `<p>新闻</p>`, `&lt;br/&gt;`, `?/span>` | `新闻`: the tags of common elements, whole or with the first bracket lost |
//! | `entity` | `新&#38395;&nbsp;网` | `新闻 网` |
//! | `invisible` | `新\u{200B}闻`, `G\u{200B}20` | `新闻`, `G20`: zero-width characters and controls |
//! | `width` | `ＧＤＰ`, `２０２４` | `GDP`, `2024` |
//! | `compatibility` | `⻓⾼`, `\u{F9DC}` | `长高`, `隆`: radicals and compatibility forms in place of characters |
//! | `spaced` | `新 闻 报 道 2 0 2 4` | `新闻报道2024` |
//! | `wrapped` | lines of one width broken within sentences | one paragraph (see `lines.rs`) |
//! | `escaped_break` | a backslash and an `n` | a line break |
//! | `double_encoded` | `æ–°é—»`, `鏂伴椈` | `新闻`: a whole field, when the page is read (see `corpus/twice.rs`) |

use super::fold::{fold_table, stands_alone};
use serde::Serialize;

/// How often each rule was used on one text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Repairs {
    /// Syllables of pinyin left in brackets by a script conversion.
    #[serde(skip_serializing_if = "is_zero")]
    pub pinyin: u32,
    /// Places where bytes were lost.
    #[serde(skip_serializing_if = "is_zero")]
    pub lost_bytes: u32,
    /// Tags left of a page's markup.
    #[serde(skip_serializing_if = "is_zero")]
    pub markup: u32,
    /// Characters written as HTML entities.
    #[serde(skip_serializing_if = "is_zero")]
    pub entity: u32,
    /// Zero-width and control characters.
    #[serde(skip_serializing_if = "is_zero")]
    pub invisible: u32,
    /// Letters and digits of full width, katakana of half width.
    #[serde(skip_serializing_if = "is_zero")]
    pub width: u32,
    /// Radicals and compatibility forms in place of characters.
    #[serde(skip_serializing_if = "is_zero")]
    pub compatibility: u32,
    /// Stretches with a blank after every character.
    #[serde(skip_serializing_if = "is_zero")]
    pub spaced: u32,
    /// Line breaks inside paragraphs.
    #[serde(skip_serializing_if = "is_zero")]
    pub wrapped: u32,
    /// Line breaks written as a backslash and an `n`.
    #[serde(skip_serializing_if = "is_zero")]
    pub escaped_break: u32,
    /// Fields that were encoded twice. Whoever reads the record tells; cleaning a text alone does not.
    #[serde(skip_serializing_if = "is_zero")]
    pub double_encoded: u32,
}

fn is_zero(n: &u32) -> bool {
    *n == 0
}

impl Repairs {
    /// Counts a character that is read as another one of a common form, if it is.
    pub(super) fn note_form(&mut self, code: u32, folded: u32) {
        match code {
            0xFF10..=0xFF19 | 0xFF21..=0xFF3A | 0xFF41..=0xFF5A | 0xFF66..=0xFF9D => self.width += 1,
            0x2E80..=0x2FDF | 0xF900..=0xFAFF if folded != code => self.compatibility += 1,
            _ => {}
        }
    }
}

/// Letters that carry a pinyin tone mark.
const TONES: &str = "āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜńňǹḿ";

/// True when `text[start..end]`, a run of letters, is a syllable that a script conversion left behind: lower
/// case, at most six letters, a tone mark, a bracket on one side at least, and before it a character that script
/// conversion touches (or the `?` of a lost one). Rare characters, which a writer may gloss, are not touched by it.
/// Without any bracket the character must be one of the traditional script.
pub(super) fn is_left_pinyin(text: &str, start: usize, end: usize) -> bool {
    let run = &text[start..end];
    if run.is_ascii() || run.chars().count() > 6 {
        return false;
    }
    let syllable = run.chars().all(|c| c.is_ascii_lowercase() || c == 'ü' || TONES.contains(c));
    if !syllable || !run.chars().any(|c| TONES.contains(c)) {
        return false;
    }
    let mut before = text[..start].chars().rev();
    let opened = matches!(before.clone().next(), Some('(' | '（'));
    if opened {
        before.next();
    }
    let closed = matches!(text[end..].chars().next(), Some(')' | '）'));
    let Some(host) = before.next() else { return false };
    let converted = super::fold::fold(host).is_some_and(|folded| folded != host) && stands_alone(host as u32);
    converted || (opened || closed) && (matches!(host, '?' | '\u{FFFD}') || super::fold::is_simplified(host))
}

/// The length in bytes of a bracket that belongs to the left pinyin at `start..end`, before and after it.
pub(super) fn brackets_around(text: &str, start: usize, end: usize) -> (usize, usize) {
    let width = |c: Option<char>, pair: [char; 2]| c.filter(|c| pair.contains(c)).map_or(0, char::len_utf8);
    (width(text[..start].chars().next_back(), ['(', '（']), width(text[end..].chars().next(), [')', '）']))
}

/// Zero-width characters and controls that a page should not have.
pub(super) fn is_invisible(code: u32) -> bool {
    matches!(code, 0x200B..=0x200F | 0x202A..=0x202E | 0x2060..=0x2064 | 0x2066..=0x2069 | 0xFEFF | 0x00AD)
        || matches!(code, 0..=8 | 0x0E..=0x1F | 0x7F..=0x9F)
}

/// Blanks that a spaced-out text may have between its characters.
pub(super) fn is_blank(c: char) -> bool {
    matches!(c, ' ' | '\u{A0}' | '\u{3000}' | '\u{2000}'..='\u{200A}')
}

/// True when the `?` at `at` is where bytes were lost: one stray letter is left between `??` and a Han
/// character (`??h法院`), a mark of full width follows and the sentence goes on (`辦實事?！避`), or the end of a tag
/// whose bracket is gone follows (`?/span>`).
pub(super) fn is_lost_byte_mark(text: &str, at: usize) -> bool {
    let after = &text[at + 1..];
    let is_han = |text: &str| text.chars().next().is_some_and(|c| stands_alone(c as u32));
    match after.as_bytes().first() {
        Some(letter) if letter.is_ascii_lowercase() => text[..at].ends_with('?') && is_han(&after[1..]),
        Some(b'/') => broken_tag_length(&text[at..]).is_some(),
        Some(0xEF) => after.strip_prefix('！').is_some_and(is_han),
        _ => false,
    }
}

/// The length of what is left of a tag after the `?` in place of its bracket, which `text` begins with.
pub(super) fn broken_tag_length(text: &str) -> Option<usize> {
    let name = text.strip_prefix("?/")?;
    let length = tag_name(name)?;
    name[length..].starts_with('>').then_some(length + 3)
}

/// Elements whose tags scrapers leave behind.
const ELEMENTS: &[&str] = &[
    "a",
    "abbr",
    "article",
    "b",
    "big",
    "blockquote",
    "br",
    "center",
    "cite",
    "dd",
    "div",
    "dl",
    "dt",
    "em",
    "embed",
    "figcaption",
    "figure",
    "font",
    "footer",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hr",
    "i",
    "iframe",
    "img",
    "input",
    "label",
    "li",
    "nav",
    "ol",
    "p",
    "pre",
    "script",
    "section",
    "small",
    "source",
    "span",
    "strike",
    "strong",
    "style",
    "sub",
    "sup",
    "table",
    "tbody",
    "td",
    "th",
    "thead",
    "tr",
    "tt",
    "u",
    "ul",
    "video",
    "wbr",
];
/// A longer tag is none.
const TAG_LENGTH: usize = 600;

/// The length of the element's name that `text` begins with.
fn tag_name(text: &str) -> Option<usize> {
    let length = text.bytes().take_while(u8::is_ascii_alphanumeric).take(11).count();
    let mut name = [0u8; 11];
    name[..length].copy_from_slice(&text.as_bytes()[..length]);
    name.make_ascii_lowercase();
    let name = &name[..length];
    ELEMENTS.binary_search_by(|element| element.as_bytes().cmp(name)).is_ok().then_some(length)
}

/// The length of the tag or comment that `text` begins with; its first character is `<`. A tag does not go past
/// the line.
pub(super) fn tag_length(text: &str) -> Option<usize> {
    if let Some(comment) = text.strip_prefix("<!--") {
        let inside = near(comment, TAG_LENGTH + "-->".len()).find("-->").filter(|&inside| inside < TAG_LENGTH)?;
        return (!comment[..inside].contains(['\n', '\r', '\\'])).then_some(inside + 7);
    }
    let slash = usize::from(text.as_bytes().get(1) == Some(&b'/'));
    let named = 1 + slash + tag_name(&text[1 + slash..])?;
    tag_end(text, named, ">", &['<', '\n', '\r', '\\'])
}

/// The beginning of a text, of `bytes` bytes at most: what is looked for in it costs no more in a long text.
fn near(text: &str, bytes: usize) -> &str {
    &text[..text.floor_char_boundary(bytes)]
}

/// Where a tag ends whose name ends at `named`: at once, after a slash, or after attributes. `stops` end no tag.
fn tag_end(text: &str, named: usize, close: &str, stops: &[char]) -> Option<usize> {
    let rest = &text[named..];
    if let Some(at_once) = [close, "/"].iter().find_map(|end| rest.strip_prefix(end)) {
        let closed = rest.starts_with(close) || at_once.starts_with(close);
        return closed.then(|| named + rest.find(close).unwrap_or(0) + close.len());
    }
    if !rest.starts_with(' ') {
        return None;
    }
    let end = near(rest, TAG_LENGTH + close.len()).find(close).filter(|&end| end < TAG_LENGTH)?;
    let inside = rest[..end].trim().trim_end_matches('/');
    (!inside.contains(stops) && (inside.is_empty() || inside.contains('='))).then_some(named + end + close.len())
}

/// The most digits of a character's number.
const DIGITS: usize = 7;

/// Entities by name, with what they stand for; letters of other scripts aside.
const ENTITIES: &[(&str, char)] = &[
    ("nbsp", ' '),
    ("amp", '&'),
    ("lt", '<'),
    ("gt", '>'),
    ("quot", '"'),
    ("apos", '\''),
    ("ldquo", '“'),
    ("rdquo", '”'),
    ("lsquo", '‘'),
    ("rsquo", '’'),
    ("laquo", '«'),
    ("raquo", '»'),
    ("mdash", '—'),
    ("ndash", '–'),
    ("hellip", '…'),
    ("middot", '·'),
    ("bull", '•'),
    ("ensp", ' '),
    ("emsp", ' '),
    ("thinsp", ' '),
    ("copy", '©'),
    ("reg", '®'),
    ("trade", '™'),
    ("times", '×'),
    ("divide", '÷'),
    ("plusmn", '±'),
    ("deg", '°'),
    ("permil", '‰'),
    ("yen", '¥'),
    ("sect", '§'),
    ("shy", '\u{AD}'),
    ("zwnj", '\u{200C}'),
    ("zwj", '\u{200D}'),
];

/// What is at an `&`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Escaped {
    /// A character, written in this many bytes.
    Character(char, usize),
    /// A tag whose brackets are entities, of this many bytes.
    Tag(usize),
}

/// Reads the entity that `text` begins with; its first character is `&`. One that was escaped twice (`&amp;nbsp;`)
/// is read as if once.
pub(super) fn entity(text: &str) -> Option<Escaped> {
    let mut from = 1;
    while text[from..].starts_with("amp;") && is_entity_name(&text[from + 4..]) {
        from += 4;
    }
    let rest = &text[from..];
    if let Some(number) = rest.strip_prefix('#') {
        let (digits, radix, marks) = match number.strip_prefix(['x', 'X']) {
            Some(hex) => (hex, 16, 2),
            None => (number, 10, 1),
        };
        let length = near(digits, DIGITS + 1).find(';').filter(|&length| (1..=DIGITS).contains(&length))?;
        let c = u32::from_str_radix(&digits[..length], radix).ok().and_then(char::from_u32)?;
        return Some(Escaped::Character(c, from + marks + length + 1));
    }
    let &(name, c) = ENTITIES.iter().find(|(name, _)| rest.starts_with(name) && rest[name.len()..].starts_with(';'))?;
    let end = from + name.len() + 1;
    let escaped_tag = || {
        let slash = usize::from(text[end..].starts_with('/'));
        let named = end + slash + tag_name(&text[end + slash..])?;
        tag_end(text, named, "&gt;", &['<', '>', '\n', '\r', '\\'])
    };
    Some(match (c == '<').then(escaped_tag).flatten() {
        Some(length) => Escaped::Tag(length),
        None => Escaped::Character(c, end),
    })
}

/// True when a name of an entity and its semicolon follow.
fn is_entity_name(text: &str) -> bool {
    let length = text.bytes().take_while(|b| b.is_ascii_alphanumeric() || *b == b'#').take(9).count();
    length >= 2 && text[length..].starts_with(';')
}

/// Han characters with an ordinary blank after each make a spaced-out stretch from this many on.
const SPACED: usize = 4;
/// With a wide blank, as names are set in lists, it takes this many.
const SPACED_WIDELY: usize = 8;

/// The bytes that a character and a mark next to it may have.
const SPACED_TOKEN: usize = 7;

/// Recognises stretches with a blank after every character while a text is read from left to right. Cost: every
/// character is looked at three times at most, whatever the text.
#[derive(Default)]
pub(super) struct Spacing {
    /// Where the stretch last found ends.
    until: usize,
    /// Where the blank last seen ends.
    token: usize,
    /// No stretch begins before this place.
    barren: usize,
}

impl Spacing {
    /// Takes note of the blank at `at`; true when it is between the characters of a spaced-out stretch.
    /// `found` is called once a stretch.
    #[inline]
    pub(super) fn is_inside(&mut self, text: &str, at: usize, blank: char, found: impl FnOnce()) -> bool {
        let token = std::mem::replace(&mut self.token, at + blank.len_utf8());
        if at < self.until {
            return true;
        }
        if at <= token || at - token > SPACED_TOKEN || token < self.barren {
            return false;
        }
        match spaced(&text[token..]) {
            Spaced::Until(end) if token + end > at => {
                self.until = token + end;
                found();
            }
            Spaced::Until(_) => {}
            Spaced::Not { barren } => self.barren = token + barren,
        }
        at < self.until
    }

    /// A line begins at `at`.
    pub(super) fn line(&mut self, at: usize) {
        (self.token, self.until) = (at, 0);
    }
}

/// What a text begins with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Spaced {
    /// A spaced-out stretch that ends here.
    Until(usize),
    /// None, and none begins at any of the blanks before `barren` either.
    Not { barren: usize },
}

/// Looks for a spaced-out stretch at the beginning of `text`. Marks may be between characters too.
fn spaced(text: &str) -> Spaced {
    let ends_stretch = |c: char| matches!(c, '\n' | '\r' | '\\' | '&' | '<');
    let is_mark = |&(_, c): &(usize, char)| folded(c as u32) == 0 && !is_blank(c) && !ends_stretch(c);
    let (mut han, mut blanks, mut end, mut last_wide) = (0, 0, 0, None);
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next().filter(|&(_, c)| !is_blank(c) && !ends_stretch(c)) {
        let mark = chars.next_if(is_mark);
        let blank = chars.next_if(|&(_, c)| is_blank(c));
        let stretch_ends = chars.peek().is_none_or(|&(_, c)| ends_stretch(c));
        if mark.is_none() && blank.is_none() && !stretch_ends {
            break;
        }
        han += usize::from(stands_alone(c as u32));
        blanks += usize::from(blank.is_some());
        last_wide = blank.filter(|&(_, blank)| blank == '\u{3000}').map(|(at, _)| at).or(last_wide);
        end = at + c.len_utf8() + mark.map_or(0, |(_, mark)| mark.len_utf8());
    }
    let least = if last_wide.is_some() { SPACED_WIDELY } else { SPACED };
    if han >= least && blanks + 1 >= least {
        return Spaced::Until(end);
    }
    // A stretch that begins further on has no more characters than this one, but perhaps no wide blank any more.
    Spaced::Not { barren: last_wide.map_or(end, |at| at + 1) }
}

/// The character that a code point counts as, 0 for none.
pub(super) fn folded(code: u32) -> u32 {
    match fold_table().get(code as usize) {
        Some(&folded) => folded.into(),
        None => char::from_u32(code).filter(|c| c.is_alphanumeric()).map_or(0, |c| c as u32),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::storage::processor_seconds;

    #[test]
    fn elements_are_in_order() {
        assert!(ELEMENTS.is_sorted());
    }

    #[test]
    fn tags_are_told_from_marks_of_comparison() {
        for (text, length) in [
            ("<p>新", 3),
            ("</span>。", 7),
            ("<br/>", 5),
            ("<br />", 6),
            ("<IMG src=\"a.jpg\" alt=\"桥\">", 27),
            ("<!-- 广告 -->后", 15),
        ] {
            assert_eq!(tag_length(text), Some(length), "{text}");
        }
        for text in ["<35，应", "<a 与 b>", "<中国>", "<部分>", "<p", "<b\n>", "<bridge>"] {
            assert_eq!(tag_length(text), None, "{text}");
        }
    }

    #[test]
    fn entities_stand_for_a_character_or_open_a_tag() {
        assert_eq!(entity("&nbsp;x"), Some(Escaped::Character(' ', 6)));
        assert_eq!(entity("&amp;nbsp;x"), Some(Escaped::Character(' ', 10)));
        assert_eq!(entity("&#26032;"), Some(Escaped::Character('新', 8)));
        assert_eq!(entity("&#x65B0;"), Some(Escaped::Character('新', 8)));
        assert_eq!(entity("&lt;br/&gt;后"), Some(Escaped::Tag(11)));
        assert_eq!(entity("&lt;5"), Some(Escaped::Character('<', 4)));
        for text in ["&D", "&amp", "& nbsp;", "&#;", "&#xD800;", "&一;"] {
            assert_eq!(entity(text), None, "{text}");
        }
    }

    #[test]
    fn lost_bytes_are_told_from_questions() {
        for text in ["渡過難關??h法院", "實事?！避免", "停車位?/span>"] {
            assert!(text.match_indices('?').any(|(at, _)| is_lost_byte_mark(text, at)), "{text}");
        }
        for text in ["能行吗?能", "吃什么?a和b都好", "why?好", "真的?！", "对吗?/不对", "?"] {
            assert!(!text.match_indices('?').any(|(at, _)| is_lost_byte_mark(text, at)), "{text}");
        }
    }

    #[test]
    fn names_set_wide_are_no_stretch() {
        assert_eq!(spaced("新 闻 报 道 员"), Spaced::Until(19));
        assert!(matches!(spaced("李　明　王　芳"), Spaced::Not { .. }));
        assert!(matches!(spaced("新 闻"), Spaced::Not { .. }));
        assert_eq!(spaced("2 0 2 4 年 新 年 贺 词\n"), Spaced::Until(27));
    }

    /// For every blank of a line whether it is inside a stretch: as it is found from left to right, or by looking
    /// for a stretch at every blank anew.
    fn inside(line: &str, anew: bool) -> Vec<bool> {
        let mut spacing = Spacing::default();
        let blanks = line.char_indices().filter(|&(_, c)| is_blank(c));
        blanks
            .map(|(at, blank)| {
                spacing.barren = if anew { 0 } else { spacing.barren };
                spacing.is_inside(line, at, blank, || {})
            })
            .collect()
    }

    proptest::proptest! {
        #[test]
        fn places_where_no_stretch_begins_are_passed_over_without_loss(line in "([新a1。x]|新 |a |b　| |新　|\\(新\\) ){0,60}") {
            proptest::prop_assert_eq!(inside(&line, false), inside(&line, true));
        }
    }

    #[test]
    fn the_cost_of_spaced_letters_grows_as_their_number() {
        let seconds = |count: usize| {
            // No Han, so no stretch; the wide blanks let a shorter one begin behind each.
            let line = "a b c　".repeat(count);
            processor_seconds(|| assert!(inside(&line, false).iter().all(|inside| !inside)))
        };
        let (small, large) = (seconds(1_000), seconds(16_000));
        // Quadratic work shows as 256 times.
        assert!(large < 64.0 * small, "16 times the text took {:.0} times as long", large / small);
    }

    #[test]
    fn what_opens_and_never_closes_is_looked_for_nearby_only() {
        let far = "x".repeat(TAG_LENGTH);
        assert_eq!(tag_length(&format!("<a href={far}>")), None);
        assert_eq!(tag_length(&format!("<!--{far}-->")), None);
        assert_eq!(tag_length(&format!("<a 新{}>", "闻".repeat(TAG_LENGTH))), None);
        assert_eq!(entity(&format!("&#{far};")), None);
    }
}
