//! What each line is: the headline, a credit, the article's body, a caption, or furniture.

use super::boilerplate::{FurnitureModel, GroupKeys};
use super::line::{Line, Region};
use super::line_patterns::{Cue, cue};
use super::readable::show;
use super::repair::Repairs;
use super::split::SHORT;
use super::units::{Units, is_figure, scan};
use super::{CleanDoc, Label};
use crate::storage::DirectMappedCache;
use crate::types::Span;
use aho_corasick::packed::Searcher;
use aho_corasick::{AhoCorasick, AhoCorasickKind};
use std::cell::RefCell;
use std::sync::LazyLock;
use xxhash_rust::xxh3::xxh3_64;

/// From this many units on a line is text, whatever it ends with.
const LONG: usize = 45;
/// Lines of fewer units are never text by their end alone.
const SENTENCE: usize = 12;
/// The headline stands among this many first lines.
const HEAD_LINES: usize = 14;
/// What follows an end mark is the site's as long as it is no more than this share of the page.
const TAIL_SHARE: f64 = 0.35;

/// Says what each line is. Learnt furniture first, then what short lines say of themselves, then the headline
/// and the two ends by shape.
pub(super) fn classify(text: &str, title: Option<&str>, model: &FurnitureModel, keys: GroupKeys, out: &mut CleanDoc) {
    let CleanDoc { lines, body: units, .. } = out;
    let title = title_units(title);
    let cues = by_words(text, model, keys, lines);
    mark_headline(text, title.as_ref(), &cues, lines, units);
    mark_lists(text, &cues, lines);
    mark_tail(text, &cues, lines);
    if !lines.iter().any(|line| line.region == Region::Body) {
        // A page of one short line: what looked like its headline is all it says.
        for line in lines.iter_mut().filter(|line| line.region == Region::Headline) {
            line.region = Region::Body;
        }
    }
}

fn title_units(title: Option<&str>) -> Option<Units> {
    let title = title?;
    let mut units = Units::default();
    scan(title, Span::new(0, title.len()), &mut units, &mut Repairs::default());
    (units.len() >= 2).then_some(units)
}

/// Marks learnt furniture and lines whose words give them away; returns each line's cue.
fn by_words(text: &str, model: &FurnitureModel, keys: GroupKeys, lines: &mut [Line]) -> Vec<Option<Cue>> {
    let mut told = TOLD.take();
    let mut cues = Vec::with_capacity(lines.len());
    for line in lines {
        let short = line.weight() <= SHORT && line.span.len() <= 4 * SHORT;
        let (found, is_clock) = if short { told.line(text, line.span) } else { (None, false) };
        line.region = match found {
            Some(Cue::Credit(_)) => Region::Credit,
            Some(Cue::Machinery | Cue::ListHeader) => Region::Furniture,
            Some(Cue::Caption) => Region::Caption,
            None if is_clock => Region::Credit,
            None => Region::Body,
        };
        if line.region != Region::Credit && model.holds(keys, line.key) {
            line.region = Region::Furniture;
        }
        cues.push(found);
    }
    TOLD.set(told);
    cues
}

thread_local! {
    static TOLD: RefCell<Told> = RefCell::default();
}

/// What short lines say of themselves, kept for when they recur: most of those that pages are framed by do.
#[derive(Default)]
struct Told {
    /// A line's cue, and without one whether it is a clock.
    lines: DirectMappedCache<(Option<Cue>, bool)>,
    shown: String,
}

impl Told {
    fn line(&mut self, text: &str, span: Span) -> (Option<Cue>, bool) {
        let hash = xxh3_64(span.of(text).as_bytes());
        if let Some(known) = self.lines.get(hash) {
            return known;
        }
        show(text, span, &mut self.shown);
        let found = cue(&self.shown);
        let told = (found, found.is_none() && is_clock(&self.shown));
        self.lines.put(hash, told);
        told
    }
}

/// True for a line that is little more than a date and a time.
pub(super) fn is_clock(line: &str) -> bool {
    let digits = line.bytes().filter(u8::is_ascii_digit).count();
    let letters = || {
        let counted = |c: &char| c.is_alphabetic() && !"年月日时分秒星期周一二三四五六日发布更新于".contains(*c);
        line.chars().filter(counted).count()
    };
    digits >= 6 && line.contains(['-', '/', '年', '.']) && letters() <= 4
}

/// True for a line that reads as text rather than as a headline, label or link.
fn is_text(text: &str, line: &Line) -> bool {
    let weight = line.weight();
    if weight >= LONG {
        return true;
    }
    if weight < SENTENCE {
        return false;
    }
    let written = line.span.of(text).trim_end_matches(['”', '」', '"', '’', ')', '）', '】']);
    written.ends_with(['。', '；', ';', '.', '：', '…', '｡'])
        || (written.ends_with(['！', '？', '!', '?']) && written.contains('。'))
}

/// Finds the headline and marks it and its repeats; what stands before it is furniture.
fn mark_headline(text: &str, title: Option<&Units>, cues: &[Option<Cue>], lines: &mut [Line], units: &Units) {
    let ids = |line: &Line| &units.ids[line.units.start as usize..line.units.end as usize];
    let head = lines.iter().take(HEAD_LINES).position(|line| is_text(text, line) && line.region == Region::Body);
    let by_field =
        title.and_then(|title| lines.iter().take(HEAD_LINES).position(|line| same_headline(&title.ids, ids(line))));
    let by_shape = || {
        let zone = &lines[..head?];
        let free = |line: &&Line| line.region == Region::Body && line.weight() >= 4;
        // Text set clause by clause has no headline among its lines.
        if zone.iter().any(|line| line.region == Region::Body && ends_clause(text, line)) {
            return None;
        }
        let longest = zone.iter().filter(free).map(Line::weight).max()?;
        zone.iter().position(|line| free(&line) && line.weight() == longest)
    };
    // A headline of a series (a daily forecast, a draw) recurs with other figures and is learnt as furniture.
    let by_series = || {
        let learnt = |(at, line): &(usize, &Line)| line.region == Region::Furniture && cues[*at].is_none();
        let of_series = |line: &Line| line.weight() >= SENTENCE / 2 && ids(line).iter().any(|&id| is_figure(id));
        let zone = lines[..head?].iter().enumerate().filter(learnt).filter(|(_, line)| of_series(line));
        zone.max_by_key(|(_, line)| line.weight()).map(|(at, _)| at)
    };
    let Some(at) = by_field.or_else(by_shape).or_else(by_series) else { return };
    let key = lines[at].key;
    // A title that is repeated below the article has the article before it.
    let heads = lines[at..].iter().any(|line| line.region == Region::Body && is_text(text, line))
        || !lines[..at].iter().any(|line| line.region == Region::Body && is_text(text, line));
    for line in &mut lines[..at] {
        if heads && line.region == Region::Body && line.key != key {
            line.region = Region::Furniture;
        }
    }
    lines[at].region = Region::Headline;
    for (place, line) in lines.iter_mut().enumerate().filter(|(_, line)| line.key == key) {
        if place < HEAD_LINES || line.region == Region::Body {
            line.region = Region::Headline;
        }
    }
}

/// A link in a list has at most this many units.
const LINK: usize = 36;

/// Marks the short lines after the header of a list of links.
fn mark_lists(text: &str, cues: &[Option<Cue>], lines: &mut [Line]) {
    let mut in_list = false;
    for (line, cue) in lines.iter_mut().zip(cues) {
        let is_header = *cue == Some(Cue::ListHeader);
        let is_link = line.weight() <= LINK && !ends_as_sentence(text, line);
        in_list = is_header || in_list && (is_link || line.region == Region::Furniture);
        if in_list && line.region == Region::Body {
            line.region = Region::Furniture;
        }
    }
}

/// True when a line is the title, or the title less what a site hangs on it (`标题 - 某网`, `标题（图）`).
fn same_headline(title: &[u32], line: &[u32]) -> bool {
    let shared = title.iter().zip(line).take_while(|(a, b)| a == b).count();
    shared == title.len().min(line.len()) && shared >= 4.min(title.len()) && shared * 2 >= title.len().max(line.len())
}

/// Marks what follows the article: all that comes after its closing credits, and short lines that are no
/// sentences.
fn mark_tail(text: &str, cues: &[Option<Cue>], lines: &mut [Line]) {
    let total: usize = lines.iter().map(Line::weight).sum();
    let mut after = 0;
    let mut tail = lines.len();
    for (at, line) in lines.iter().enumerate().rev() {
        after += if line.region == Region::Body { line.weight() } else { 0 };
        if after as f64 > TAIL_SHARE * total as f64 {
            break;
        }
        if ends_article(cues[at], line)
            && lines[..at].iter().any(|line| line.region == Region::Body && is_text(text, line))
        {
            tail = at;
        }
    }
    for line in &mut lines[tail..] {
        if matches!(line.region, Region::Body | Region::Caption) {
            line.region = Region::Furniture;
        }
    }
    let near_end = lines.len().saturating_sub(NOTICE_LINES);
    for line in lines[near_end..].iter_mut().filter(|line| line.region == Region::Body && is_notice(text, line)) {
        line.region = Region::Furniture;
    }
    let Some(last) = lines.iter().rposition(|line| line.region == Region::Body && is_text(text, line)) else { return };
    let rest = || lines[last + 1..].iter().filter(|line| line.region == Region::Body);
    let read_on = rest().filter(|line| ends_as_sentence(text, line) || ends_clause(text, line)).count();
    if 2 * read_on > rest().count() {
        return; // the article goes on, set line by line
    }
    for line in &mut lines[last + 1..] {
        if line.region == Region::Body && line.weight() <= 20 && !ends_as_sentence(text, line) {
            line.region = Region::Furniture;
        }
    }
}

/// A notice stands among this many last lines.
const NOTICE_LINES: usize = 6;
/// Longer lines are no notices.
const NOTICE_LENGTH: usize = 300;
/// Words of copyright notices and disclaimers, on sites of every kind; three different ones make a notice.
const NOTICE_WORDS: &[&str] = &[
    "转载",
    "轉載",
    "版权",
    "版權",
    "声明",
    "聲明",
    "不代表",
    "观点",
    "觀點",
    "法律责任",
    "法律責任",
    "侵权",
    "侵權",
    "稿酬",
    "稿费",
    "注明",
    "真实性",
    "真實性",
    "授权",
    "授權",
    "追究",
    "联系",
    "聯繫",
    "网站",
    "本网",
    "本站",
    "本号",
    "信息",
    "仅供参考",
    "投资建议",
    "风险自担",
];

/// One of these is in every one of them.
const NOTICE_SURE: &[&str] = &["转载", "轉載", "版权", "版權", "不代表", "仅供参考", "侵权", "侵權"];

/// [`NOTICE_WORDS`], to be found in one pass.
static NOTICE: LazyLock<AhoCorasick> = LazyLock::new(|| {
    let words = AhoCorasick::builder().kind(Some(AhoCorasickKind::DFA)).build(NOTICE_WORDS);
    words.unwrap_or_else(|e| unreachable!("a table of a few dozen words builds: {e}"))
});

/// [`NOTICE_SURE`], to be found many bytes at a time; nothing on processors that cannot.
static SURE: LazyLock<Option<Searcher>> = LazyLock::new(|| Searcher::new(NOTICE_SURE));

/// True for a copyright notice or disclaimer.
pub(super) fn is_notice(text: &str, line: &Line) -> bool {
    if !(SENTENCE..=NOTICE_LENGTH).contains(&line.weight()) {
        return false;
    }
    if SURE.as_ref().is_some_and(|words| words.find(line.span.of(text)).is_none()) {
        return false;
    }
    let (mut found, mut sure) = (0u64, false);
    for word in NOTICE.find_overlapping_iter(line.span.of(text)) {
        let word = word.pattern().as_usize();
        found |= 1 << word;
        sure |= NOTICE_SURE.contains(&NOTICE_WORDS[word]);
    }
    sure && found.count_ones() >= 3
}

fn ends_article(found: Option<Cue>, line: &Line) -> bool {
    match found {
        Some(Cue::Credit(Label::Photo | Label::Time | Label::OriginalTitle)) => false,
        Some(Cue::Credit(_)) => line.region == Region::Credit,
        Some(Cue::ListHeader) => true,
        _ => false,
    }
}

fn ends_as_sentence(text: &str, line: &Line) -> bool {
    line.span.of(text).ends_with(['。', '！', '？', '”', '；', '…', '.', '!', '?', '"', '」'])
}

fn ends_clause(text: &str, line: &Line) -> bool {
    line.span.of(text).ends_with(['，', '、', '；'])
}

/// Keeps the units of the body lines and renumbers their ranges.
pub(super) fn keep_body(out: &mut CleanDoc) {
    let mut kept = 0usize;
    for line in &mut out.lines {
        if line.region != Region::Body {
            line.units = kept as u32..kept as u32;
            continue;
        }
        let range = line.units.start as usize..line.units.end as usize;
        let length = range.len();
        if range.start != kept {
            out.body.ids.copy_within(range.clone(), kept);
            out.body.starts.copy_within(range.clone(), kept);
            out.body.ends.copy_within(range, kept);
        }
        line.units = kept as u32..(kept + length) as u32;
        kept += length;
    }
    out.body.ids.truncate(kept);
    out.body.starts.truncate(kept);
    out.body.ends.truncate(kept);
}
