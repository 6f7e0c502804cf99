//! What each line is: the headline, a credit, the article's body, a caption, or furniture.

use super::Label;
use super::boilerplate::FurnitureModel;
use super::edges::GroupKeys;
use super::line::{LineReason, Region};
use super::line_patterns::{Cue, cue};
use super::list_entry;
use super::readable::show;
use super::repair::Repairs;
use super::split::{SHORT, SplitLine, SplitText};
use super::units::{Units, is_figure, scan};
use crate::lexicon::{DISCLAIMERS, SURE_DISCLAIMERS, is_closing_quote, is_sentence_end};
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
/// The headline is among this many first lines.
const HEAD_LINES: usize = 14;
/// What follows an end mark is the site's as long as it is no more than this share of the page.
const TAIL_SHARE: f64 = 0.35;

/// A line with what it was taken for.
#[derive(Clone, Debug)]
pub(super) struct ClassifiedLine<'l> {
    /// The line as it was split.
    line: &'l SplitLine,
    /// What it says of itself.
    cue: Option<Cue>,
    /// What it was taken for.
    pub region: Region,
    /// What decided that.
    pub reason: LineReason,
}

impl ClassifiedLine<'_> {
    fn take(&mut self, region: Region, reason: LineReason) {
        (self.region, self.reason) = (region, reason);
    }

    fn is(&self, region: Region) -> bool {
        self.region == region
    }

    /// How many units the line has.
    fn weight(&self) -> usize {
        self.line.units.len()
    }
}

/// Says what each line is. Learnt furniture first, then what short lines say of themselves, then the headline
/// and the two ends by shape.
pub(super) fn classify<'l>(
    text: &str,
    title: Option<&str>,
    model: &FurnitureModel,
    keys: GroupKeys,
    split: &'l SplitText,
) -> Vec<ClassifiedLine<'l>> {
    let title = title_units(title);
    let mut lines = by_words(text, model, keys, split);
    mark_headline(text, title.as_ref(), &mut lines, split);
    mark_lists(text, &mut lines);
    mark_runs(text, &mut lines);
    mark_tail(text, &mut lines);
    if !lines.iter().any(|line| line.is(Region::Body)) {
        // A page of one short line: what looked like its headline is all it says.
        lines
            .iter_mut()
            .filter(|line| line.is(Region::Headline))
            .for_each(|line| line.take(Region::Body, LineReason::OnlyText));
    }
    lines
}

fn title_units(title: Option<&str>) -> Option<Units> {
    let title = title?;
    let mut units = Units::default();
    scan(title, Span::new(0, title.len()), &mut units, &mut Repairs::default());
    (units.len() >= 2).then_some(units)
}

/// Marks learnt furniture and lines whose words give them away.
fn by_words<'l>(text: &str, model: &FurnitureModel, keys: GroupKeys, split: &'l SplitText) -> Vec<ClassifiedLine<'l>> {
    let mut recurring = RECURRING.take();
    let classified = |line: &'l SplitLine| {
        let short = line.units.len() <= SHORT && line.span.len() <= 4 * SHORT;
        let (cue, is_clock) = if short { recurring.line(text, line.span) } else { (None, false) };
        let (region, reason) = match cue {
            Some(Cue::Credit(label)) => (Region::Credit, LineReason::CreditLabel(label)),
            Some(Cue::Machinery) => (Region::Furniture, LineReason::Machinery),
            Some(Cue::ListHeader) => (Region::Furniture, LineReason::ListHeader),
            Some(Cue::Caption) => (Region::Caption, LineReason::Caption),
            None if is_clock => (Region::Credit, LineReason::Clock),
            None => (Region::Body, LineReason::Text),
        };
        let mut classified = ClassifiedLine { line, cue, region, reason };
        if region != Region::Credit && model.holds(keys, line.key) {
            classified.take(Region::Furniture, LineReason::Learnt);
        }
        classified
    };
    let lines = split.lines.iter().map(classified).collect();
    RECURRING.set(recurring);
    lines
}

thread_local! {
    static RECURRING: RefCell<RecurringLines> = RefCell::default();
}

/// What short lines say of themselves, kept for when they recur: most of those that pages are framed by do.
#[derive(Default)]
struct RecurringLines {
    /// A line's cue, and without one whether it is a clock.
    lines: DirectMappedCache<(Option<Cue>, bool)>,
    shown: String,
}

impl RecurringLines {
    fn line(&mut self, text: &str, span: Span) -> (Option<Cue>, bool) {
        let hash = xxh3_64(span.of(text).as_bytes());
        if let Some(known) = self.lines.get(hash) {
            return known;
        }
        show(text, span, &mut self.shown);
        let found = cue(&self.shown);
        let answer = (found, found.is_none() && is_clock(&self.shown));
        self.lines.put(hash, answer);
        answer
    }
}

/// True for a line that is little more than a date and a time.
fn is_clock(line: &str) -> bool {
    let digits = line.bytes().filter(u8::is_ascii_digit).count();
    let letters = || {
        let counted = |c: &char| c.is_alphabetic() && !"年月日时分秒星期周一二三四五六日发布更新于".contains(*c);
        line.chars().filter(counted).count()
    };
    digits >= 6 && line.contains(['-', '/', '年', '.']) && letters() <= 4
}

/// True for a line that reads as text rather than as a headline, label or link.
fn is_text(text: &str, line: &ClassifiedLine) -> bool {
    let weight = line.weight();
    if weight >= LONG {
        return true;
    }
    if weight < SENTENCE {
        return false;
    }
    let written = line.line.span.of(text).trim_end_matches(['”', '」', '"', '’', ')', '）', '】']);
    if written.ends_with(['！', '？', '!', '?']) {
        // Headlines exclaim and ask.
        return written.contains('。');
    }
    written.ends_with(|c| is_sentence_end(c) || matches!(c, '；' | ';' | '.' | '：'))
}

/// Finds the headline and marks it and its repeats; what precedes it is furniture.
fn mark_headline(text: &str, title: Option<&Units>, lines: &mut [ClassifiedLine], split: &SplitText) {
    let is_body_text = |line: &ClassifiedLine| line.is(Region::Body) && is_text(text, line);
    let head = lines.iter().take(HEAD_LINES).position(is_body_text);
    let is_title = |line: &ClassifiedLine| title.is_some_and(|title| same_headline(&title.ids, split.ids(line.line)));
    let by_field = || lines.iter().take(HEAD_LINES).position(is_title);
    let by_shape = || headline_by_shape(text, &lines[..head?]);
    let by_series = || headline_of_series(&lines[..head?], split);
    let found = by_field().map(|at| (at, LineReason::Title));
    let found = found.or_else(|| by_shape().map(|at| (at, LineReason::HeadlinePlace)));
    let Some((at, reason)) = found.or_else(|| by_series().map(|at| (at, LineReason::HeadlineOfSeries))) else { return };
    let key = lines[at].line.key;
    // A title that is repeated below the article has the article before it.
    let heads = lines[at..].iter().any(is_body_text) || !lines[..at].iter().any(is_body_text);
    for line in &mut lines[..at] {
        if heads && line.is(Region::Body) && line.line.key != key {
            line.take(Region::Furniture, LineReason::BeforeHeadline);
        }
    }
    for (place, line) in lines.iter_mut().enumerate().filter(|(_, line)| line.line.key == key) {
        if place < HEAD_LINES || line.is(Region::Body) {
            line.take(Region::Headline, LineReason::HeadlineAgain);
        }
    }
    lines[at].take(Region::Headline, reason);
}

/// The longest line above the text.
fn headline_by_shape(text: &str, zone: &[ClassifiedLine]) -> Option<usize> {
    let free = |line: &&ClassifiedLine| line.is(Region::Body) && line.weight() >= 4;
    // Text set clause by clause has no headline among its lines.
    if zone.iter().any(|line| line.is(Region::Body) && ends_clause(text, line)) {
        return None;
    }
    let longest = zone.iter().filter(free).map(ClassifiedLine::weight).max()?;
    zone.iter().position(|line| free(&line) && line.weight() == longest)
}

/// A headline of a series (a daily forecast, a draw) recurs with other figures and is learnt as furniture.
fn headline_of_series(zone: &[ClassifiedLine], split: &SplitText) -> Option<usize> {
    let learnt = |line: &ClassifiedLine| line.is(Region::Furniture) && line.cue.is_none();
    let has_figure = |line: &ClassifiedLine| split.ids(line.line).iter().any(|&id| is_figure(id));
    let of_series = |line: &ClassifiedLine| learnt(line) && line.weight() >= SENTENCE / 2 && has_figure(line);
    let found = zone.iter().enumerate().filter(|(_, line)| of_series(line));
    found.max_by_key(|(_, line)| line.weight()).map(|(at, _)| at)
}

/// A link in a list has at most this many units.
const LINK: usize = 36;

/// A link with the first words of its article has at most this many.
const TEASER: usize = 160;

/// Marks the lines after the header of a list of links: short ones, and longer ones that break off.
fn mark_lists(text: &str, lines: &mut [ClassifiedLine]) {
    let mut in_list = false;
    for line in lines {
        let is_header = line.cue == Some(Cue::ListHeader);
        let is_link = line.weight() <= LINK && !ends_as_sentence(text, line);
        let is_teaser = line.weight() <= TEASER && breaks_off(line.line.span.of(text));
        in_list = is_header || in_list && (is_link || is_teaser || line.is(Region::Furniture));
        if in_list && line.is(Region::Body) {
            line.take(Region::Furniture, LineReason::InList);
        }
    }
}

/// Lines in a row that end alike make a list.
const RUN: usize = 5;

/// Marks lists of links or teasers that have no header: lines in a row with the same ending of a list entry.
fn mark_runs(text: &str, lines: &mut [ClassifiedLine]) {
    let ending = |line: &ClassifiedLine| {
        let may_be_entry = line.weight() <= TEASER && matches!(line.region, Region::Body | Region::Furniture);
        may_be_entry.then(|| list_entry::ending(line.line.span.of(text))).flatten()
    };
    for run in lines.chunk_by_mut(|a, b| ending(a).is_some_and(|of_a| ending(b) == Some(of_a))) {
        if run.len() >= RUN {
            let entries = run.iter_mut().filter(|line| line.is(Region::Body));
            entries.for_each(|line| line.take(Region::Furniture, LineReason::InList));
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
fn mark_tail(text: &str, lines: &mut [ClassifiedLine]) {
    let tail = tail_after_credits(text, lines);
    let left = lines[tail..].iter_mut().filter(|line| matches!(line.region, Region::Body | Region::Caption));
    left.for_each(|line| line.take(Region::Furniture, LineReason::AfterCredits));
    let near_end = lines.len().saturating_sub(NOTICE_LINES);
    let notices = lines[near_end..].iter_mut().filter(|line| line.is(Region::Body) && is_notice(text, line));
    notices.for_each(|line| line.take(Region::Furniture, LineReason::Notice));
    let Some(last) = lines.iter().rposition(|line| line.is(Region::Body) && is_text(text, line)) else { return };
    let rest = || lines[last + 1..].iter().filter(|line| line.is(Region::Body));
    let read_on = rest().filter(|line| ends_as_sentence(text, line) || ends_clause(text, line)).count();
    if 2 * read_on > rest().count() {
        return; // the article goes on, set line by line
    }
    for line in &mut lines[last + 1..] {
        if line.is(Region::Body) && line.line.span.len() <= SHORT_LAST && !ends_as_sentence(text, line) {
            line.take(Region::Furniture, LineReason::AfterText);
        }
    }
}

/// A line below the article of at most this many bytes may be a link or a label: twenty Han characters, ten English words.
const SHORT_LAST: usize = 60;

/// The place of the line from which on everything is the site's: the first that ends the article, as long as no more
/// than a share of the page follows it.
fn tail_after_credits(text: &str, lines: &[ClassifiedLine]) -> usize {
    let total: usize = lines.iter().map(ClassifiedLine::weight).sum();
    let mut after = 0;
    let mut tail = lines.len();
    for (at, line) in lines.iter().enumerate().rev() {
        after += if line.is(Region::Body) { line.weight() } else { 0 };
        if after as f64 > TAIL_SHARE * total as f64 {
            break;
        }
        if ends_article(line) && lines[..at].iter().any(|line| line.is(Region::Body) && is_text(text, line)) {
            tail = at;
        }
    }
    tail
}

/// A notice is among this many last lines.
const NOTICE_LINES: usize = 6;
/// Longer lines are no notices.
const NOTICE_LENGTH: usize = 300;
/// The words of disclaimers, those that every one has first, to be found in one pass.
static DISCLAIMER: LazyLock<AhoCorasick> = LazyLock::new(|| {
    let words = AhoCorasick::builder()
        .kind(Some(AhoCorasickKind::DFA))
        .build(SURE_DISCLAIMERS.iter().chain(DISCLAIMERS.iter()));
    words.unwrap_or_else(|e| unreachable!("a table of a few dozen words builds: {e}"))
});

/// [`SURE_DISCLAIMERS`], to be found many bytes at a time; nothing on processors that cannot.
static SURE: LazyLock<Option<Searcher>> = LazyLock::new(|| Searcher::new(SURE_DISCLAIMERS.iter()));

/// True for a copyright notice or disclaimer.
fn is_notice(text: &str, line: &ClassifiedLine) -> bool {
    if !(SENTENCE..=NOTICE_LENGTH).contains(&line.weight()) {
        return false;
    }
    if SURE.as_ref().is_some_and(|words| words.find(line.line.span.of(text)).is_none()) {
        return false;
    }
    let (mut found, mut sure) = (0u64, false);
    for word in DISCLAIMER.find_overlapping_iter(line.line.span.of(text)) {
        let word = word.pattern().as_usize();
        found |= 1 << word;
        sure |= word < SURE_DISCLAIMERS.iter().count();
    }
    sure && found.count_ones() >= 3
}

fn ends_article(line: &ClassifiedLine) -> bool {
    match line.cue {
        Some(Cue::Credit(Label::Photo | Label::Time | Label::OriginalTitle)) => false,
        Some(Cue::Credit(_)) => line.is(Region::Credit),
        Some(Cue::ListHeader) => true,
        _ => false,
    }
}

fn ends_as_sentence(text: &str, line: &ClassifiedLine) -> bool {
    let is_end = |c| is_sentence_end(c) || is_closing_quote(c) || matches!(c, '；' | '.');
    line.line.span.of(text).ends_with(is_end)
}

/// True for a text whose end a site cut off.
fn breaks_off(line: &str) -> bool {
    line.ends_with('…') && !line.ends_with("……") || line.ends_with("...")
}

fn ends_clause(text: &str, line: &ClassifiedLine) -> bool {
    line.line.span.of(text).ends_with(['，', '、', '；'])
}
