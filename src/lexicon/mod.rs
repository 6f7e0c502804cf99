//! The word lists of the program, one table of data each, with class, script and the regions where a word is in use.
//! Words are in the readable form of text: simplified script, half width. No list names a single outlet's habits;
//! news agencies are the only names in them.

mod marks;
pub(crate) mod name_characters;
#[cfg(feature = "html")]
mod patterns;

pub(crate) use marks::{is_closing_quote, is_sentence_end};
#[cfg(feature = "html")]
pub(crate) use patterns::pattern;

use aho_corasick::{AhoCorasick, MatchKind};
use rustc_hash::FxHashSet;
use std::ops::Range;
use std::sync::LazyLock;

/// What a label at the head of a credit names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Label {
    /// Where the text came from.
    Source,
    /// Who wrote it.
    Author,
    /// A correspondent, often of the press office.
    Correspondent,
    /// Who edited or proof-read it.
    Editor,
    /// The address of the original.
    OriginalUrl,
    /// The original headline.
    OriginalTitle,
    /// When it was published.
    Time,
    /// Who made the pictures, or where a chart's figures are from: a credit, but not of the article.
    Photo,
    /// Who did something else for the page: approved, planned, filmed, laid out.
    Staff,
}

/// When a label names its value without a colon, bar or slash after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Bare {
    /// Whatever follows: `记者张三`.
    Always,
    /// When a blank follows: `来源 墨川日报`.
    Blank,
    /// When an address follows.
    Address,
    /// Only with a separator.
    Never,
}

/// A label of the table.
#[derive(Clone, Copy, Debug)]
pub(crate) struct LabelWord {
    /// The word.
    pub word: &'static str,
    /// What it names.
    pub label: Label,
    /// When it does without a separator.
    pub bare: Bare,
}

/// All labels, in the order of the table.
pub(crate) static LABELS: LazyLock<Vec<LabelWord>> = LazyLock::new(|| {
    rows(include_str!("labels.tsv"))
        .map(|row| LabelWord { word: row[0], label: label_of(row[1]), bare: bare_of(row[4]) })
        .collect()
});

fn label_of(class: &str) -> Label {
    match class {
        "source" => Label::Source,
        "author" => Label::Author,
        "correspondent" => Label::Correspondent,
        "editor" => Label::Editor,
        "original_url" => Label::OriginalUrl,
        "original_title" => Label::OriginalTitle,
        "time" => Label::Time,
        "photo" => Label::Photo,
        "staff" => Label::Staff,
        other => unreachable!("labels.tsv has no class {other}"),
    }
}

fn bare_of(class: &str) -> Bare {
    match class {
        "always" => Bare::Always,
        "blank" => Bare::Blank,
        "address" => Bare::Address,
        "never" => Bare::Never,
        other => unreachable!("labels.tsv has no rule {other}"),
    }
}

/// The rows of a table, split into their columns; lines that begin with `#` are notes.
fn rows(table: &'static str) -> impl Iterator<Item = Vec<&'static str>> {
    table.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).map(|line| line.split('\t').collect())
}

/// The words of one class, the longest first.
pub(crate) struct Words {
    list: Vec<&'static str>,
    set: FxHashSet<&'static str>,
}

impl Words {
    fn of(table: &'static str, class: &str) -> Words {
        let mut list: Vec<&str> = rows(table).filter(|row| row[1] == class).map(|row| row[0]).collect();
        assert!(!list.is_empty(), "a table has no class {class}");
        list.sort_by_key(|word| std::cmp::Reverse(word.len()));
        Words { set: list.iter().copied().collect(), list }
    }

    /// All words, the longest first.
    pub fn iter(&self) -> impl Iterator<Item = &'static str> + '_ {
        self.list.iter().copied()
    }

    /// True for one of the words, case counted.
    pub fn contains(&self, word: &str) -> bool {
        self.set.contains(word)
    }

    /// The longest word that `text` begins with. One look-up for each of its characters, up to the longest word.
    pub fn prefix(&self, text: &str) -> Option<&'static str> {
        let ends = text.char_indices().map(|(at, c)| at + c.len_utf8()).take_while(|end| *end <= self.longest());
        ends.filter_map(|end| self.set.get(&text[..end]).copied()).last()
    }

    /// The longest word that `text` ends with. One look-up for each of its characters, up to the longest word.
    pub fn suffix(&self, text: &str) -> Option<&'static str> {
        let starts = text.char_indices().rev().map(|(at, _)| at);
        let near = starts.take_while(|start| text.len() - start <= self.longest());
        near.filter_map(|start| self.set.get(&text[start..]).copied()).last()
    }

    /// `text` without the longest word that it ends with.
    pub fn strip_suffix<'t>(&self, text: &'t str) -> Option<&'t str> {
        text.strip_suffix(self.suffix(text)?)
    }

    /// The bytes of the longest word.
    fn longest(&self) -> usize {
        self.list.first().map_or(0, |word| word.len())
    }

    /// True when one of the words is in `text`.
    pub fn within(&self, text: &str) -> bool {
        self.iter().any(|word| text.contains(word))
    }
}

/// The words of several lists, each with what its list means, to be found in texts.
pub(crate) struct ClassedWords<T> {
    words: Vec<(&'static str, T)>,
    finder: AhoCorasick,
}

impl<T: Copy> ClassedWords<T> {
    pub fn new<const N: usize>(lists: [(&Words, T); N]) -> Self {
        let words: Vec<(&str, T)> =
            lists.iter().flat_map(|(words, class)| words.iter().map(|word| (word, *class))).collect();
        let finder = AhoCorasick::builder()
            .match_kind(MatchKind::LeftmostLongest)
            .build(words.iter().map(|(word, _)| word))
            .unwrap_or_else(|e| unreachable!("a few dozen words build: {e}"));
        ClassedWords { words, finder }
    }

    /// All words with their classes.
    pub fn iter(&self) -> impl Iterator<Item = (&'static str, T)> + '_ {
        self.words.iter().copied()
    }

    /// Where words are in a text, from its beginning, of several at one place the longest.
    pub fn find_iter<'t>(&'t self, text: &'t str) -> impl Iterator<Item = (Range<usize>, T)> + 't {
        self.finder.find_iter(text).map(|found| (found.range(), self.words[found.pattern().as_usize()].1))
    }
}

/// True for a name that ends as names of outlets do, and in no word that ends alike.
#[cfg(feature = "html")]
pub(crate) fn names_outlet(name: &str) -> bool {
    let lower = name.to_lowercase();
    let ends = |end: &&str| lower.ends_with(*end) && lower.len() > end.len();
    OTHER_ENDINGS.suffix(&lower).is_none() && OUTLET_ENDINGS.iter().any(|end| ends(&end))
}

/// Declares the lists: a name, its table and its class.
macro_rules! lists {
    ($($(#[$doc:meta])* $name:ident = $table:literal, $class:literal;)*) => {
        $($(#[$doc])* pub(crate) static $name: LazyLock<Words> = LazyLock::new(|| Words::of(include_str!($table), $class));)*
        #[cfg(test)]
        const LISTS: &[(&str, &str)] = &[$(($table, $class)),*];
        #[cfg(test)]
        const TABLES: &[(&str, &str)] = &[$(($table, include_str!($table))),*];
    };
}

lists! {
    /// How names of outlets end.
    OUTLET_ENDINGS = "outlets.tsv", "ending";
    /// How names of a site's channels end, which count before 讯 only.
    CHANNEL_ENDINGS = "outlets.tsv", "channel";
    /// Words that end so and name no outlet.
    OTHER_ENDINGS = "outlets.tsv", "other_ending";
    /// What ends a clause that says who says something: `平台数据显示`.
    SAYING_ENDINGS = "outlets.tsv", "saying_ending";
    /// Names that point at the page's own outlet.
    RELATIVE = "outlets.tsv", "relative";
    /// Words that name the net at large, or media of a kind.
    VAGUE = "outlets.tsv", "vague";
    /// Words that describe somebody instead of naming one.
    UNNAMED = "outlets.tsv", "unnamed";
    /// Words that may be where a name is expected and name nobody.
    NO_OUTLETS = "outlets.tsv", "not_outlet";
    /// Words that are written where an author's name is unknown.
    NOBODY = "people.tsv", "nobody";
    /// Words that begin like a family name.
    NO_PEOPLE = "people.tsv", "not_person";
    /// What a byline goes on with after the names.
    CONTINUATIONS = "people.tsv", "continuation";
    /// The same, written onto the last name.
    TAILS = "people.tsv", "tail";
    /// What somebody is, between a label and the name.
    ROLES = "people.tsv", "role";
    /// Characters that end the names of bodies and places.
    BODY_ENDINGS = "people.tsv", "body_ending";
    /// What is before a role and names no outlet: `特约`, `首席`, desks.
    QUALIFIERS = "people.tsv", "qualifier";
    /// Words that text goes on with after a name: `说`, `表示`.
    SPEAKING = "people.tsv", "speaking";
    /// Words that say when, which no name begins with.
    MOMENTS = "people.tsv", "moment";
    /// Short names of outlets that end as no others do.
    SHORT_NAMES = "agencies.tsv", "short_name";
    /// Well-known outlets, whose names come apart from words that run on.
    KNOWN_OUTLETS = "agencies.tsv", "outlet";
    /// Places that datelines and bylines name most.
    PLACES = "places.tsv", "place";
    /// How names of bodies, documents, offices, works and places end.
    NAME_ENDINGS = "names.tsv", "ending";
    /// News agencies.
    AGENCIES = "agencies.tsv", "agency";
    /// Words in names of outlets in English.
    ENGLISH_OUTLETS = "english.tsv", "outlet_word";
    /// What journalists are called in English.
    ENGLISH_TITLES = "english.tsv", "title";
    /// What writers of opinions are called in English, besides those titles.
    ENGLISH_WRITERS = "english.tsv", "writer";
    /// Words that say where a text in English was published first.
    ENGLISH_NOTICES = "english.tsv", "reprint_notice";
    /// Controls that sites set behind an English byline.
    BYLINE_CONTROLS = "english.tsv", "byline_control";
    /// Words inside names of people that are written small: `van`, `del`.
    NAME_PARTICLES = "english.tsv", "particle";
    /// How lines of a page's own machinery begin.
    MACHINERY = "lines.tsv", "machinery";
    /// What makes a short line machinery wherever it is.
    MACHINERY_ANYWHERE = "lines.tsv", "machinery_anywhere";
    /// Headers of lists of links.
    LIST_HEADERS = "lines.tsv", "list_header";
    /// How captions begin.
    CAPTIONS = "lines.tsv", "caption";
    /// What makes a short line a caption wherever it is.
    PICTURE_CREDITS = "lines.tsv", "picture_credit";
    /// What share bars and toolbars consist of.
    TOOLS = "lines.tsv", "tool";
    /// Words of copyright notices and disclaimers, one of which is in each, as written.
    SURE_DISCLAIMERS = "notices.tsv", "disclaimer_sure";
    /// Other words of copyright notices and disclaimers, as written.
    DISCLAIMERS = "notices.tsv", "disclaimer";
    /// What a sentence on reprinting has one of, as written.
    REPRINT_TRIGGERS = "notices.tsv", "reprint_trigger";
    /// What a text calls itself.
    SELF_REFERENCES = "notices.tsv", "self";
    /// What says that a text is from elsewhere.
    FROM_ELSEWHERE = "notices.tsv", "elsewhere";
    /// What makes a sentence a rule for others, or one about all texts of a site.
    RULES_FOR_OTHERS = "notices.tsv", "rule";
    /// What announces that the words of somebody else follow in full.
    IN_FULL = "notices.tsv", "in_full";
    /// What somebody does who issues a text.
    ISSUING_WORDS = "notices.tsv", "issues";
    /// How names of those end who issue notices and statements.
    ISSUER_ENDINGS = "notices.tsv", "issuer_ending";
    /// Parts of a site, which are next to a time and name nobody.
    SITE_PARTS = "bylines.tsv", "site_part";
    /// How words of a site's controls and counters begin or end.
    PAGE_CONTROLS = "bylines.tsv", "control";
    /// Marks that are before a name.
    BYLINE_MARKS = "bylines.tsv", "mark";
    /// `墨川晚报记者`: the outlet is before it. In both scripts.
    REPORTER_CUES = "bylines.tsv", "cue_reporter";
    /// `告诉墨川晚报`: the outlet is after it. In both scripts.
    SPOKEN_TO_CUES = "bylines.tsv", "cue_spoken_to";
    /// `墨川晚报注意到`: the outlet is before it and begins its clause. In both scripts.
    FINDING_CUES = "bylines.tsv", "cue_finds";
    /// `told the Daily Post`: the outlet is after it.
    ENGLISH_CUES = "bylines.tsv", "cue_english";
    /// What names of outlets do not have: it ends where they begin.
    NAME_BOUNDARIES = "bylines.tsv", "boundary";
    /// What is before 记者 and belongs to it.
    REPORTER_KINDS = "bylines.tsv", "reporter_kind";
    /// What follows where others' reporters are quoted, or a picture is signed.
    OTHERS_REPORT = "bylines.tsv", "others_report";
    /// `电`: what ends the lead-in of a wire story.
    LEAD_WIRE = "bylines.tsv", "lead_wire";
    /// `讯`: what ends the lead-in of an outlet's own story.
    LEAD_OWN = "bylines.tsv", "lead_own";
    /// `消息`.
    LEAD_NEWS = "bylines.tsv", "lead_news";
    /// `通报`: what ends a lead-in after 据 only.
    LEAD_NOTICE = "bylines.tsv", "lead_notice";
    /// `刊文`: what ends a lead-in after names of outlets, and after 据.
    LEAD_COLUMN = "bylines.tsv", "lead_column";
    /// `报道`.
    LEAD_REPORT = "bylines.tsv", "lead_report";
    /// Words before a name that say: from elsewhere.
    FROM_WORDS = "bylines.tsv", "from";
    /// What begins the credit of a reporter.
    REPORTERS = "bylines.tsv", "reporter";
    /// What a publisher calls itself.
    SELF_NAMES = "bylines.tsv", "self_name";
    /// What follows where a publisher speaks as the writer of the text.
    SELF_WRITES = "bylines.tsv", "self_writes";
    /// What the words after the slash of a byline end with.
    SLASH_ENDINGS = "bylines.tsv", "slash_ending";
    /// Words after the slash that name no place.
    SLASH_NO_PLACES = "bylines.tsv", "slash_no_place";
    /// What a byline or a credit has that was taken for a headline. In both scripts.
    CREDITED = "bylines.tsv", "credited";
    /// What a line of a reporter's name may end with.
    SIGNED = "bylines.tsv", "signed";
    /// What names of photographers are next to.
    OF_PICTURES = "bylines.tsv", "picture";
    /// What ends a word that announces people of an outlet.
    ROLE_ENDINGS = "bylines.tsv", "role_ending";
    /// Labels that other words may be set before: `本地作者:`.
    LABEL_HEADS = "bylines.tsv", "label_head";
    /// What publishers add to their names.
    PLATFORM_ENDINGS = "outlets.tsv", "platform";
    /// What a site's name has behind it where it names one of its sections.
    SITE_SECTIONS = "outlets.tsv", "section";
    /// How a site's name ends at the end of a page's title. In both scripts.
    TITLE_ENDINGS = "outlets.tsv", "title_ending";
    /// What a closing credit in English has one of.
    CLOSING_TRIGGERS = "english.tsv", "closing_trigger";
    /// How lines of one site's machinery begin.
    SITE_MACHINERY = "sites.tsv", "machinery";
    /// What one site's share bars name.
    #[cfg(feature = "html")]
    SITE_CONTROLS = "sites.tsv", "control";
    /// Headers of one site's lists.
    #[cfg(feature = "html")]
    SITE_LIST_HEADERS = "sites.tsv", "list_header";
    /// What one platform prints next to the name of an account.
    SITE_BADGES = "sites.tsv", "badge";
    /// Ids of the elements that name the account which publishes a page.
    #[cfg(feature = "html")]
    SITE_ACCOUNT_ELEMENTS = "sites.tsv", "account_element";
}

#[cfg(test)]
mod tests {
    use super::*;
    use rustc_hash::FxHashMap;

    #[test]
    fn every_class_of_every_table_is_a_list() {
        for (name, table) in TABLES {
            for row in rows(table) {
                assert_eq!(row.len(), 4, "{name}: {row:?}");
                assert!(LISTS.contains(&(*name, row[1])), "{name}: no list for {}", row[1]);
                assert!(matches!(row[2], "han" | "latin"), "{name}: {row:?}");
            }
        }
        assert!(LABELS.len() > 100);
    }

    #[test]
    fn no_word_is_twice_in_a_class() {
        let labels: Vec<&str> = LABELS.iter().map(|label| label.word).collect();
        let mut seen: FxHashMap<(&str, &str), usize> = FxHashMap::default();
        labels.iter().for_each(|word| *seen.entry(("label", word)).or_default() += 1);
        assert!(seen.values().all(|count| *count == 1), "{seen:?}");
        let unique: FxHashMap<&str, &'static str> = TABLES.iter().copied().collect();
        for (name, table) in unique {
            let mut words: Vec<(&str, &str)> = rows(table).map(|row| (row[1], row[0])).collect();
            let count = words.len();
            words.sort_unstable();
            words.dedup();
            assert_eq!(words.len(), count, "{name} has a word twice");
        }
    }

    #[test]
    fn the_longest_word_is_found() {
        assert_eq!(OUTLET_ENDINGS.suffix("墨川新闻社"), Some("新闻社"));
        assert_eq!(CONTINUATIONS.prefix("报道组"), Some("报道"));
        assert!(PLACES.contains("北京") && !PLACES.contains("苇城"));
        assert!(UNNAMED.within("有关部门") && !UNNAMED.within("墨川网"));
    }
}
