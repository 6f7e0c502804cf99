//! Which pages hold a wording: all wordings looked for at once, by their units, on every line that pages do not
//! share with the ones before them.

use super::Voter;
use super::articles::{Article, Articles};
use super::sequences::Sequences;
use super::token::{Gap, LONG, PAIRS, QUOTES, gap_before};
use crate::clean::{self, CleanDoc, Units};
use crate::error::Result;
use crate::storage::{Column, ColumnWriter, Scratch, Sorter};
use crate::types::Span;
use bytemuck::{Pod, Zeroable};
use rayon::prelude::*;
use rustc_hash::FxHashMap;
use xxhash_rust::xxh3::xxh3_64_with_seed;

/// Pages that one task reads. Pages of one reprint set follow one another, and most of their lines are the same.
const TASK: usize = 128;
/// Tasks after which what they found is put together.
const BATCH: usize = 16;

/// The units of many wordings, each of at least four.
pub(super) type Wordings = Sequences<4>;

/// One page that holds a wording.
#[derive(Clone, Copy, Debug)]
pub(super) struct Holder {
    /// Its place in the list of voters.
    pub voter: u32,
    /// First byte of the wording's first place on the page.
    pub start: u32,
    /// How many bytes it takes there, and in the two highest bits where it stands.
    length: u16,
    /// Part of a hash of how the page writes it.
    pub form: u16,
}

/// The bit of a length that says that the wording stands in quotation marks.
const QUOTED: u16 = 1 << 15;
/// The bit of a length that says that no sentence ends after the wording.
const TRAILING: u16 = 1 << 14;

impl Holder {
    /// Where the wording stands on the page.
    pub fn span(&self) -> Span {
        Span { start: self.start, end: self.start + u32::from(self.length & !(QUOTED | TRAILING)) }
    }

    /// A page that holds a wording from its byte `start` on, in the `manner` of another holder.
    pub fn new(voter: u32, start: u32, manner: u32) -> Holder {
        Holder { voter, start, length: (manner >> 16) as u16, form: manner as u16 }
    }

    /// How long it is, where it stands and how it is written, for [`Holder::new`].
    pub fn manner(&self) -> u32 {
        u32::from(self.length) << 16 | u32::from(self.form)
    }

    #[cfg(test)]
    pub fn at(voter: u32) -> Holder {
        Holder::new(voter, 0, 0)
    }

    /// True when the page puts exactly this wording in quotation marks.
    pub fn is_quoted(&self) -> bool {
        self.length & QUOTED != 0
    }

    /// True when it stands after the page's last sentence, where pages keep their furniture.
    pub fn is_trailing(&self) -> bool {
        self.length & TRAILING != 0
    }
}

/// A wording on a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Pod, Zeroable)]
#[repr(C)]
struct Find {
    wording: u32,
    line: u32,
    /// Its first byte, counted from the line's.
    start: u32,
    /// As of [`Holder`].
    length: u16,
    form: u16,
}

/// A line on a page.
#[derive(Clone, Copy, Debug, Pod, Zeroable)]
#[repr(C)]
struct Stand {
    voter: u32,
    /// The line's first byte.
    start: u32,
}

/// For every wording the lines that hold it, and for every line the pages.
pub(super) struct Votes {
    finds: Column<Find>,
    /// Where the finds of each wording begin.
    starts: Vec<u32>,
    stands: Column<Stand>,
    /// Where the stands of each line end.
    ends: Vec<u32>,
    /// Where the last sentence of each page ends; beyond any text when it has none.
    stops: Vec<u32>,
}

impl Votes {
    /// The pages that hold one wording, in the order of the voters.
    pub fn of(&self, wording: usize) -> Vec<Holder> {
        let mut holders = Vec::new();
        for find in &self.finds[self.starts[wording] as usize..self.starts[wording + 1] as usize] {
            for stand in self.stands_of(find.line as usize) {
                let start = stand.start + find.start;
                let trailing = if start >= self.stops[stand.voter as usize] { TRAILING } else { 0 };
                holders.push(Holder { voter: stand.voter, start, length: find.length | trailing, form: find.form });
            }
        }
        holders.sort_unstable_by_key(|holder| (holder.voter, holder.start));
        holders.dedup_by_key(|holder| holder.voter);
        holders
    }

    /// Every wording that some page holds, with each of these pages.
    pub fn all(&self) -> impl Iterator<Item = (u32, Holder)> {
        let wordings = self.finds.chunk_by(|a, b| a.wording == b.wording).map(|finds| finds[0].wording);
        wordings.flat_map(|wording| self.of(wording as usize).into_iter().map(move |holder| (wording, holder)))
    }

    fn stands_of(&self, line: usize) -> &[Stand] {
        let start = if line == 0 { 0 } else { self.ends[line - 1] };
        &self.stands[start as usize..self.ends[line] as usize]
    }

    /// Looks for all wordings on every page; clauses end within those that are `joined`. Linear in the bytes, and in the
    /// units of lines that are not yet known; 16 bytes for each of these and each wording on it, and 8 for each line of
    /// each page, go through `scratch`. Without wordings no page is read.
    pub fn count(
        wordings: &Wordings,
        joined: &[bool],
        voters: &[Voter],
        articles: &impl Articles,
        scratch: &Scratch,
    ) -> Result<Votes> {
        let mut votes = VotesWriter {
            finds: scratch.sorter(),
            stands: scratch.column(),
            ends: Vec::new(),
            stops: Vec::with_capacity(voters.len()),
        };
        let voters = if wordings.len() == 0 { &[] } else { voters };
        let tasks: Vec<(usize, &[Voter])> = (0..).step_by(TASK).zip(voters.chunks(TASK)).collect();
        for batch in tasks.chunks(BATCH) {
            let read = |&(first, pages): &(usize, &[Voter])| {
                let mut search = LineSearch::new(wordings, joined);
                for (voter, page) in (first as u32..).zip(pages) {
                    articles.article(page.doc, &mut |article| search.page(voter, article));
                }
                search.part
            };
            let parts: Vec<OccurrencePart> = batch.par_iter().map(read).collect();
            parts.into_iter().try_for_each(|part| votes.append(part))?;
        }
        votes.finish(wordings.len())
    }
}

/// Votes being collected.
struct VotesWriter {
    finds: Sorter<Find>,
    stands: ColumnWriter<Stand>,
    ends: Vec<u32>,
    stops: Vec<u32>,
}

impl VotesWriter {
    fn append(&mut self, mut part: OccurrencePart) -> Result<()> {
        let first = self.ends.len() as u32;
        part.stands.sort_unstable_by_key(|&(line, stand)| (line, stand.voter, stand.start));
        let mut stands = part.stands.into_iter().peekable();
        for line in 0..part.lines {
            while let Some((_, stand)) = stands.next_if(|&(of, _)| of == line) {
                self.stands.push(stand)?;
            }
            self.ends.push(self.stands.len() as u32);
        }
        part.finds.iter_mut().for_each(|find| find.line += first);
        self.stops.extend(part.stops);
        self.finds.extend(&part.finds)
    }

    fn finish(self, wordings: usize) -> Result<Votes> {
        let finds = self.finds.finish()?.column()?;
        let mut starts = Vec::with_capacity(wordings + 1);
        let mut start = 0;
        for wording in 0..=wordings as u32 {
            start += finds[start..].iter().take_while(|find| find.wording < wording).count();
            starts.push(start as u32);
        }
        Ok(Votes { finds, starts, stands: self.stands.finish()?, ends: self.ends, stops: self.stops })
    }
}

/// What one task found. Only lines that hold a wording are numbered.
#[derive(Default)]
struct OccurrencePart {
    finds: Vec<Find>,
    lines: u32,
    stands: Vec<(u32, Stand)>,
    stops: Vec<u32>,
}

/// A line that has been searched.
#[derive(Clone, Copy)]
struct KnownLine {
    /// Its number; none when it holds no wording.
    number: Option<u32>,
    /// Where on it a passage may begin that runs on to the next line.
    open: Option<u32>,
}

/// A wording and the unit it begins with.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct OccurrencePlace {
    wording: u32,
    unit: u32,
}

/// Searches some pages, each line once.
struct LineSearch<'a> {
    wordings: &'a Wordings,
    joined: &'a [bool],
    known: FxHashMap<u64, KnownLine>,
    part: OccurrencePart,
    units: Units,
    headline: CleanDoc,
    places: Vec<OccurrencePlace>,
}

impl LineSearch<'_> {
    fn new<'a>(wordings: &'a Wordings, joined: &'a [bool]) -> LineSearch<'a> {
        let known = FxHashMap::with_capacity_and_hasher(8 * TASK, Default::default());
        let part = OccurrencePart::default();
        let (units, headline, places) = (Units::default(), CleanDoc::default(), Vec::new());
        LineSearch { wordings, joined, known, part, units, headline, places }
    }

    fn page(&mut self, voter: u32, article: &Article) {
        let headline = article.headline.map(|line| (line, true));
        for (line, is_headline) in headline.into_iter().chain(article.body_lines().map(|line| (line, false))) {
            if let Some(open) = self.line(voter, article, line, is_headline) {
                self.run_on(voter, article, Span { start: line.start + open, end: line.end });
            }
        }
        self.part.stops.push(article.last_stop().map_or(u32::MAX, |stop| stop as u32));
    }

    /// Notes that a line stands on a page, and says where on it a passage may begin that runs on.
    fn line(&mut self, voter: u32, article: &Article, line: Span, is_headline: bool) -> Option<u32> {
        let key = xxh3_64_with_seed(line.of(article.text).as_bytes(), is_headline.into());
        let known = match self.known.get(&key) {
            Some(&known) => known,
            None => {
                if is_headline {
                    article.headline_units(&mut self.headline, &mut self.units);
                } else {
                    clean::scan_spans(article.text, &[line], &mut self.units);
                }
                let open = self.find_all(article.text);
                let known =
                    KnownLine { number: self.keep(article.text, line.start), open: open.map(|at| at - line.start) };
                self.known.insert(key, known);
                known
            }
        };
        if let Some(number) = known.number {
            self.part.stands.push((number, Stand { voter, start: line.start }));
        }
        known.open
    }

    /// The places of all wordings within the line that `units` are of, in `places`; and the first byte of what
    /// may be a passage that runs on. A phrase does not run over a clause's end,
    /// unless it is joined.
    fn find_all(&mut self, text: &str) -> Option<u32> {
        let LineSearch { wordings, joined, units, places, .. } = self;
        let (ids, mut open) = (&units.ids, None);
        let mut clause_end = ids.len();
        places.clear();
        for at in (0..ids.len()).rev() {
            let within = clause_end - at;
            let runs_on = wordings.each_at_start(&ids[at..], |wording| {
                let length = wordings.of(wording as usize).len();
                if length > LONG || length <= within || joined[wording as usize] {
                    places.push(OccurrencePlace { wording, unit: at as u32 });
                }
            });
            if runs_on.is_some_and(|longest| longest > LONG) {
                open = Some(units.starts[at]);
            }
            if at > 0 && matches!(gap_before(text, units, at), Gap::Break | Gap::Line) {
                clause_end = at;
            }
        }
        open
    }

    /// The passages that begin on the line of `tail`, at its first byte or later, and end on another.
    fn run_on(&mut self, voter: u32, article: &Article, tail: Span) {
        let mut lines = vec![tail];
        lines.extend(article.body_lines().filter(|line| line.start >= tail.end));
        clean::scan_spans(article.text, &lines, &mut self.units);
        let LineSearch { wordings, units, places, .. } = self;
        places.clear();
        let first_line = units.starts.partition_point(|&start| start < tail.end);
        for at in 0..first_line {
            wordings.each_at_start(&units.ids[at..], |wording| {
                if wordings.of(wording as usize).len() > LONG.max(first_line - at) {
                    places.push(OccurrencePlace { wording, unit: at as u32 });
                }
            });
        }
        if let Some(number) = self.keep(article.text, 0) {
            self.part.stands.push((number, Stand { voter, start: 0 }));
        }
    }

    /// Keeps the first of the places of each wording as those of a new line that begins at `line_start`.
    fn keep(&mut self, text: &str, line_start: u32) -> Option<u32> {
        if self.places.is_empty() {
            return None;
        }
        let number = self.part.lines;
        self.part.lines += 1;
        self.places.sort_unstable();
        self.places.dedup_by_key(|place| place.wording);
        for &OccurrencePlace { wording, unit } in &self.places {
            let from = unit as usize;
            let span = written(text, &self.units, from..from + self.wordings.of(wording as usize).len());
            let form = xxh3_64_with_seed(span.of(text).as_bytes(), 0) as u16;
            let quoted = if in_quotes(text, span) { QUOTED } else { 0 };
            let length = span.len().min(usize::from(TRAILING) - 1) as u16 | quoted;
            self.part.finds.push(Find { wording, line: number, start: span.start - line_start, length, form });
        }
        Some(number)
    }
}

/// Some units as the page writes them.
pub(super) fn written(text: &str, units: &Units, range: std::ops::Range<usize>) -> Span {
    let has_gaps = (range.start + 1..range.end).any(|at| units.ends[at - 1] != units.starts[at]);
    let span = units.span(range);
    let span = if has_gaps { with_quotes(text, span) } else { span };
    Span { end: span.end + ending(span.of(text), &text[span.end as usize..]), ..span }
}

/// Bytes of what follows a wording and belongs to its last word: the sign of a percentage, the stop of an abbreviation.
fn ending(wording: &str, after: &str) -> u32 {
    let mut last = wording.chars().rev();
    match (last.next(), last.next(), after.chars().next()) {
        (Some(digit), _, Some(sign @ ('%' | '％'))) if digit.is_ascii_digit() => sign.len_utf8() as u32,
        (Some(letter), Some('.'), Some('.')) if letter.is_ascii_uppercase() => 1,
        _ => 0,
    }
}

/// True when quotation marks stand right before and after, the latter perhaps with a stop inside it.
pub(super) fn in_quotes(text: &str, span: Span) -> bool {
    let (before, after) = (&text[..span.start as usize], &text[span.end as usize..]);
    let next = after.strip_prefix([',', '.', '!', '?', '，', '。', '！', '？']).unwrap_or(after).chars().next();
    QUOTES.iter().any(|&(open, close)| next == Some(close) && before.ends_with(open))
}

/// The wording with the mark before or after it, when the mark's other half stands inside.
fn with_quotes(text: &str, span: Span) -> Span {
    let (mut open, mut closed) = (None, None);
    for c in span.of(text).chars() {
        match PAIRS.iter().find(|&&(opens, closes)| c == opens || c == closes) {
            Some(pair) if c == pair.0 => open = Some(pair),
            Some(pair) if open == Some(pair) => open = None,
            Some(pair) => closed = closed.or(Some(pair)),
            None => {}
        }
    }
    let (mut start, mut end) = (span.start as usize, span.end as usize);
    if let Some((mark, _)) = closed.filter(|pair| text[..start].ends_with(pair.0)) {
        start -= mark.len_utf8();
    }
    if let Some((_, mark)) = open.filter(|pair| text[end..].starts_with(pair.1)) {
        end += mark.len_utf8();
    }
    Span::new(start, end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wording_is_not_cut_through_quotation_marks() {
        let text = "要把“暖心桥”工程做好";
        let at = |part: &str| {
            let start = text.find(part).unwrap();
            with_quotes(text, Span::new(start, start + part.len())).of(text).to_owned()
        };
        assert_eq!(at("暖心桥”工程"), "“暖心桥”工程");
        assert_eq!(at("要把“暖心桥"), "要把“暖心桥”");
        assert_eq!(at("工程做好"), "工程做好");
        assert!(in_quotes(text, Span::new(text.find("暖").unwrap(), text.find('”').unwrap())));
    }
}
