//! What tells the lines of an article from the rest of a page, as numbers: the features of the model in `main_text.rs`.
//!
//! None depends on the language: lengths are in units (a Han character, or a word of letters and digits), masses are
//! shares of the page's sentences.

use super::elements::Part;
use super::lines::{Lines, PageLine, Tag};
use super::opinions::Opinions;
use super::words;
use crate::lexicon::is_sentence_end;
use rustc_hash::FxHashMap;
use std::ops::Range;

/// Numbers that describe a line.
pub const FEATURES: [&str; 85] = [
    "units",
    "linked",
    "marks",
    "ends",
    "digits",
    "capitals",
    "han",
    "heading",
    "tag_paragraph",
    "tag_item",
    "tag_cell",
    "tag_other",
    "tag_quote",
    "tag_caption",
    "comments",
    "navigation",
    "footer",
    "side",
    "related",
    "tools",
    "advert",
    "caption",
    "credits",
    "article",
    "summary",
    "quote",
    "article_element",
    "main_element",
    "form",
    "declared_body",
    "depth",
    "control",
    "credit",
    "labelled",
    "dated",
    "list_head",
    "asking",
    "rights",
    "place",
    "mass_before",
    "parent_mass",
    "grandparent_mass",
    "parent_linked",
    "grandparent_linked",
    "parent_lines",
    "path_mass",
    "path_lines",
    "path_linked",
    "readable",
    "readable_mass",
    "declared",
    "described",
    "title",
    "title_above",
    "title_distance",
    "units_before",
    "linked_before",
    "ends_before",
    "units_after",
    "linked_after",
    "ends_after",
    "mass_near",
    "linked_near",
    "repeated",
    "page_han",
    "page_sentences",
    "list_head_distance",
    "parent_units",
    "same_block_as_before",
    "same_block_as_after",
    "readable_near",
    "declared_mass",
    "readable_block",
    "readable_span",
    "dense_block",
    "picture",
    "biography",
    "own_caption",
    "own_related",
    "own_advert",
    "own_credits",
    "own_summary",
    "own_tools",
    "large_letters",
    "dialog",
];

/// The lines of a page that may be of the article, each with its features. The others are links that nobody takes for text.
pub(super) fn features(page: &Lines, opinions: &Opinions) -> Vec<(usize, [f64; FEATURES.len()])> {
    let read: Vec<LineStats> = page.lines.iter().map(LineStats::of).collect();
    let sums = PrefixSums::of(page, &read, opinions);
    let is_link = |at: &usize| {
        let line = &page.lines[*at];
        let declared = opinions.declared.as_ref().is_some_and(|lines| lines[*at]);
        line.linked * 10 >= line.chars * 9 && !opinions.readable[*at] && !declared
    };
    let lines = (0..page.lines.len()).filter(|at| !is_link(at));
    lines.map(|at| (at, row(page, opinions, &read, &sums, at))).collect()
}

/// What one line shows by itself.
struct LineStats {
    units: usize,
    han: usize,
    words: usize,
    capitals: usize,
    letters: usize,
    large: usize,
    digits: usize,
    marks: usize,
    ends: bool,
    /// Units outside links, where the line reads as a sentence.
    sentence: usize,
}

impl LineStats {
    fn of(line: &PageLine) -> LineStats {
        let mut out = LineStats {
            units: 0,
            han: 0,
            words: 0,
            capitals: 0,
            letters: 0,
            large: 0,
            digits: 0,
            marks: 0,
            ends: false,
            sentence: 0,
        };
        let mut in_word = false;
        for c in line.text.chars() {
            let is_han = matches!(c, '\u{4e00}'..='\u{9fff}' | '\u{3400}'..='\u{4dbf}' | '\u{3040}'..='\u{30ff}');
            let is_word = c.is_alphanumeric() && !is_han;
            out.han += usize::from(is_han);
            out.words += usize::from(is_word && !in_word);
            out.capitals += usize::from(is_word && !in_word && c.is_uppercase());
            out.letters += usize::from(is_word);
            out.large += usize::from(is_word && c.is_uppercase());
            out.digits += usize::from(c.is_ascii_digit());
            out.marks += usize::from(MARKS.contains(&c));
            in_word = is_word || (in_word && matches!(c, '\'' | '’'));
        }
        out.units = out.han + out.words;
        let closed = line.text.trim_end_matches(['”', '"', '’', '\'', ')', '）', '」', '』', ']', '】', ' ']);
        out.ends = closed.ends_with(|c| is_sentence_end(c) || matches!(c, '；' | '.' | '：' | ':'));
        let free = out.units * (line.chars - line.linked) / line.chars.max(1);
        let reads = out.marks > 0 && out.units >= 8 || out.units >= 25;
        out.sentence = if reads && line.linked * 2 < line.chars { free } else { 0 };
        out
    }
}

/// Marks of sentences.
const MARKS: [char; 15] = ['。', '，', '！', '？', '；', '、', '：', '”', '…', ',', '.', '!', '?', ';', ':'];

/// PrefixSums over lines and blocks that many lines ask for.
struct PrefixSums {
    /// Sentences before each line, and at the end of all.
    sentences: Vec<usize>,
    chars: Vec<usize>,
    linked: Vec<usize>,
    readable: Vec<usize>,
    declared: Vec<usize>,
    units: Vec<usize>,
    /// By path: sentences, lines, characters, characters in links.
    paths: FxHashMap<u64, [usize; 4]>,
    repeated: Vec<bool>,
    title: Option<usize>,
    list_heads: Vec<Option<usize>>,
    readable_span: Range<usize>,
    han: f64,
}

impl PrefixSums {
    fn of(page: &Lines, read: &[LineStats], opinions: &Opinions) -> PrefixSums {
        let sentence = |at: usize| read[at].sentence;
        let declared = opinions.declared.as_deref();
        let mut paths: FxHashMap<u64, [usize; 4]> = FxHashMap::default();
        let mut seen: FxHashMap<&str, usize> = FxHashMap::default();
        for (line, read) in page.lines.iter().zip(read) {
            let of_path = paths.entry(page.blocks[line.block].path).or_default();
            let adds = [read.sentence, 1, line.chars, line.linked];
            of_path.iter_mut().zip(adds).for_each(|(sum, more)| *sum += more);
            *seen.entry(line.text.as_str()).or_default() += 1;
        }
        let mut last_head = None;
        let list_heads = page.lines.iter().enumerate().map(|(at, line)| {
            if line.chars <= 60 && words::is_list_head(&line.text) {
                last_head = Some(at);
            }
            last_head
        });
        let (han, units) = read.iter().fold((0, 0), |(han, units), line| (han + line.han, units + line.units));
        let is_readable = |at: &usize| opinions.readable[*at];
        let lines = || 0..page.lines.len();
        PrefixSums {
            readable_span: lines()
                .find(is_readable)
                .map_or(0..0, |first| first..lines().rev().find(is_readable).unwrap_or(first) + 1),
            sentences: prefix(page, sentence),
            chars: prefix(page, |at| page.lines[at].chars),
            linked: prefix(page, |at| page.lines[at].linked),
            readable: prefix(page, |at| if opinions.readable[at] { sentence(at) } else { 0 }),
            declared: prefix(page, |at| if declared.is_some_and(|lines| lines[at]) { sentence(at) } else { 0 }),
            units: prefix(page, |at| read[at].units),
            repeated: page.lines.iter().map(|line| seen[line.text.as_str()] > 1).collect(),
            title: opinions.titles.iter().position(|&is_title| is_title),
            list_heads: list_heads.collect(),
            han: share(han, units),
            paths,
        }
    }
}

/// PrefixSums of a number before each line, and of all.
fn prefix(page: &Lines, of: impl Fn(usize) -> usize) -> Vec<usize> {
    let mut sums = vec![0];
    (0..page.lines.len()).for_each(|at| sums.push(sums[at] + of(at)));
    sums
}

fn share(part: usize, whole: usize) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

fn log(count: usize) -> f64 {
    (count as f64).ln_1p()
}

fn flag(is_so: bool) -> f64 {
    f64::from(u8::from(is_so))
}

fn row(page: &Lines, opinions: &Opinions, read: &[LineStats], sums: &PrefixSums, at: usize) -> [f64; FEATURES.len()] {
    let (line, own) = (&page.lines[at], &read[at]);
    let text = line.text.as_str();
    let block = page.blocks[line.block];
    let last = page.lines.len();
    let total = sums.sentences[last];
    let between = |sums: &[usize], first: usize, end: usize| sums[end.min(last)] - sums[first];
    let around = if block.tag == Tag::Other { line.block } else { block.parent };
    let parent = page.blocks[around];
    let grandparent = page.blocks[parent.parent];
    let mass = |first: usize, end: usize| share(between(&sums.sentences, first, end), total);
    let link_share =
        |first: usize, end: usize| share(between(&sums.linked, first, end), between(&sums.chars, first, end));
    let [path_mass, path_lines, path_chars, path_linked] = sums.paths[&block.path];
    let near = (at.saturating_sub(3), at + 4);
    let before = at.checked_sub(1);
    let after = (at + 1 < last).then_some(at + 1);
    let units_of = |at: Option<usize>| at.map_or(0.0, |at| log(read[at].units));
    let linked_of = |at: Option<usize>| at.map_or(1.0, |at| share(page.lines[at].linked, page.lines[at].chars));
    let ends_of = |at: Option<usize>| at.map_or(0.0, |at| flag(read[at].ends));
    let same = |at: Option<usize>| at.map_or(0.0, |at| flag(page.blocks[page.lines[at].block].parent == block.parent));
    let title_distance = sums.title.map_or(0.0, |title| if at >= title { log(at - title) } else { -log(title - at) });
    let list_distance = sums.list_heads[at].map_or(6.0, |head| log(at - head));
    let mut near_parts = block.parts;
    near_parts.add(page.blocks[block.parent].parts);
    let own_part = |part: Part| flag(near_parts.has(part));
    let has = |part: Part| flag(line.parts.has(part));
    [
        log(own.units),
        share(line.linked, line.chars),
        share(own.marks, own.units.max(1)),
        flag(own.ends),
        share(own.digits, line.chars),
        share(own.capitals, own.words),
        share(own.han, own.units),
        flag(line.is_heading),
        flag(block.tag == Tag::Paragraph),
        flag(block.tag == Tag::Item),
        flag(block.tag == Tag::Cell),
        flag(block.tag == Tag::Other),
        flag(block.tag == Tag::Quote),
        flag(block.tag == Tag::Caption),
        has(Part::Comments),
        has(Part::Navigation),
        has(Part::Footer),
        has(Part::Side),
        has(Part::Related),
        has(Part::Tools),
        has(Part::Advert),
        has(Part::Caption),
        has(Part::Credits),
        has(Part::Article),
        has(Part::Summary),
        has(Part::Quote),
        has(Part::ArticleElement),
        has(Part::MainElement),
        has(Part::Form),
        has(Part::DeclaredBody),
        block.depth as f64,
        flag(words::is_control(text)),
        flag(line.chars <= 120 && words::is_credit(text)),
        flag(line.chars <= 120 && words::is_labelled(text)),
        flag(line.chars <= 120 && words::is_dated(text)),
        flag(line.chars <= 60 && words::is_list_head(text)),
        flag(line.chars <= 200 && words::is_asking(text)),
        flag(line.chars <= 400 && words::is_rights(text)),
        share(at, last),
        mass(0, at),
        mass(parent.first, parent.end),
        mass(grandparent.first, grandparent.end),
        link_share(parent.first, parent.end),
        link_share(grandparent.first, grandparent.end),
        log(parent.end - parent.first),
        share(path_mass, total),
        log(path_lines),
        share(path_linked, path_chars),
        flag(opinions.readable[at]),
        share(sums.readable[last], total),
        opinions.declared.as_ref().map_or(-1.0, |lines| flag(lines[at])),
        flag(opinions.described[at]),
        flag(opinions.titles[at]),
        flag(sums.title.is_some_and(|title| at > title)),
        title_distance,
        units_of(before),
        linked_of(before),
        ends_of(before),
        units_of(after),
        linked_of(after),
        ends_of(after),
        mass(near.0, near.1),
        link_share(at.saturating_sub(5), at + 6),
        flag(sums.repeated[at]),
        sums.han,
        log(total),
        list_distance,
        log(between(&sums.units, parent.first, parent.end) / (parent.end - parent.first).max(1)),
        same(before),
        same(after),
        share(between(&sums.readable, near.0, near.1), between(&sums.sentences, near.0, near.1)),
        share(sums.declared[last], total),
        flag(opinions.readable_block.contains(&at)),
        flag(sums.readable_span.contains(&at)),
        flag(opinions.dense_block.contains(&at)),
        flag(line.chars <= 400 && words::is_picture(text)),
        flag(line.chars <= 600 && words::is_biography(text)),
        own_part(Part::Caption),
        own_part(Part::Related),
        own_part(Part::Advert),
        own_part(Part::Credits),
        own_part(Part::Summary),
        own_part(Part::Tools),
        share(own.large, own.letters),
        has(Part::Dialog),
    ]
}
