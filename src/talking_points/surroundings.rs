//! What stands around a wording: where clauses end, which words come before and after it, and on which lines it is.

use super::lexicon::Lexicon;
use super::spelling::SpeltCandidates;
use super::subject::{OnSubjects, Subjects, keywords};
use super::token::{BREAK, END, key};
use super::words::Tokens;
use rayon::prelude::*;
use rustc_hash::FxHashMap;

/// Words from the beginning of a body that its opening has: where datelines and labels are.
const OPENING: usize = 16;

/// Shares of the pages that speak for the sets and use a wording, each in 0..1, by its last place on the page.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Surroundings {
    /// A clause, line, quotation or title begins with it.
    pub begins: f32,
    /// One ends with it.
    pub ends: f32,
    /// Both.
    pub is_whole: f32,
    /// The commonest word before it stands before it, within the clause.
    pub same_before: f32,
    /// The commonest word after it stands after it, within the clause.
    pub same_after: f32,
    /// It is in the first words of the body, if that is long enough to have an opening.
    pub opens_body: f32,
    /// It is on the line that most of them have alike, where it is not all of the line.
    pub same_line: f32,
    /// It is in the headline too.
    pub in_headline: f32,
    /// It is in the last words of the body, where sites keep notices.
    pub closes_body: f32,
    /// It is all that is in a pair of title marks.
    pub titled: f32,
    /// A comma or another mark within a sentence is before it.
    pub after_comma: f32,
    /// The same after it.
    pub before_comma: f32,
    /// The commonest clause before it is before it.
    pub same_clause_before: f32,
    /// The commonest clause after it is after it.
    pub same_clause_after: f32,
    /// It is within a quotation.
    pub in_quotation: f32,
    /// A quotation begins with it.
    pub opens_quotation: f32,
    /// An exclamation or question mark follows.
    pub exclaimed: f32,
    /// A colon is before it.
    pub after_colon: f32,
    /// A clause or line begins with it, not a mere quotation.
    pub begins_clause: f32,
    /// One ends with it.
    pub ends_clause: f32,
    /// The comma of a Chinese list is before it.
    pub list_before: f32,
    /// The same after it.
    pub list_after: f32,
    /// Of the pairs of pages, how many are on one subject: of the words that tell each page from others they have some
    /// in common, beyond those of the wording.
    pub one_subject: f32,
}

/// A page that uses a wording.
#[derive(Clone, Copy)]
struct Place {
    wording: u32,
    /// The words before and after it; 0 for a border.
    before: u32,
    after: u32,
    /// Part of a hash of its line.
    line: u32,
    page: u32,
    opens_body: bool,
    in_headline: bool,
    closes_body: bool,
    titled: bool,
    after_comma: bool,
    before_comma: bool,
    in_quotation: bool,
    opens_quotation: bool,
    exclaimed: bool,
    after_colon: bool,
    begins_clause: bool,
    ends_clause: bool,
    list_before: bool,
    list_after: bool,
    /// Parts of hashes of the clauses before and after it; 0 where it is part of a clause or the line ends.
    clause_before: u32,
    clause_after: u32,
}

/// The surroundings of every candidate, and the pages that use it. Reads the words around each of its places once; 60
/// bytes for each page of each candidate, 152 for each page.
pub(super) fn surroundings(
    spelt: &SpeltCandidates,
    words: &Tokens,
    counts: &FxHashMap<u32, u32>,
    lexicon: &Lexicon,
) -> (Vec<Surroundings>, OnSubjects) {
    let reader = PageReader { words, ids: &words.ids, spelt, lexicon };
    let read = |mut part: PagesRead, page: usize| {
        reader.read(page, &mut part);
        part
    };
    let parts = (0..words.pages()).into_par_iter().fold(Default::default, read).map(|part| part.places);
    let mut places: Vec<Place> = parts.reduce(Vec::new, |mut all, some| {
        all.extend(some);
        all
    });
    places.par_sort_unstable_by_key(|place| (place.wording, place.page));
    let keywords: Vec<Vec<u32>> =
        (0..words.pages()).into_par_iter().map(|page| keywords(words.page(page), counts, words.ids.len())).collect();
    let subjects = Subjects::new(keywords);
    let of_one = |places: &[Place]| {
        let wording = places[0].wording;
        let pages: Box<[u32]> = places.iter().map(|place| place.page).collect();
        let one_subject = subjects.one_subject(&pages, &spelt.words[wording as usize]);
        let users = if one_subject > 0.0 { pages } else { Box::default() };
        (wording, Surroundings { one_subject, ..Surroundings::of(places) }, users)
    };
    let known: Vec<(u32, Surroundings, Box<[u32]>)> =
        places.par_chunk_by(|a, b| a.wording == b.wording).map(of_one).collect();
    let mut found = vec![Surroundings::default(); spelt.words.len()];
    let mut users = vec![Box::default(); spelt.words.len()];
    for (wording, around, pages) in known {
        (found[wording as usize], users[wording as usize]) = (around, pages);
    }
    (found, OnSubjects::Findable(subjects, users))
}

/// What was read of some pages, and room for reading the next.
#[derive(Default)]
struct PagesRead {
    places: Vec<Place>,
    /// The candidates of the page, with their places.
    found: Vec<(u32, u32)>,
    lines: Vec<PageLine>,
}

/// A line of the page that is being read.
#[derive(Clone, Copy)]
struct PageLine {
    start: usize,
    stop: usize,
    /// Part of the hash of its words, once somebody asked for it.
    key: Option<u32>,
}

struct PageReader<'a> {
    words: &'a Tokens,
    ids: &'a [u32],
    spelt: &'a SpeltCandidates,
    lexicon: &'a Lexicon,
}

impl PageReader<'_> {
    fn read(&self, page: usize, PagesRead { places, found, lines }: &mut PagesRead) {
        let range = self.words.starts[page] as usize..self.words.starts[page + 1] as usize;
        self.spelt.on_page(page, self.words, found);
        lines.clear();
        if !found.is_empty() {
            self.split(&range, lines);
        }
        let body = self.words.body(page);
        let is_long = range.end > body + 8 * OPENING;
        for of_one in found.chunk_by(|a, b| a.0 == b.0) {
            let (wording, last) = of_one[of_one.len() - 1];
            let (at, end) = (last as usize, last as usize + self.spelt.words[wording as usize].len());
            places.push(Place {
                wording,
                before: self.word_before(at),
                after: if self.words.is_border(end) { 0 } else { self.ids[end] },
                line: self.line(at, end, lines),
                page: page as u32,
                opens_body: is_long && at >= body && at < body + OPENING,
                titled: self.words.is_titled(at) && self.words.is_titled(end),
                closes_body: is_long && end + OPENING > range.end,
                in_headline: (of_one[0].1 as usize) < body,
                after_comma: self.words.is_within_sentence(at),
                before_comma: self.words.is_within_sentence(end + 1),
                in_quotation: self.words.is_spoken(at),
                opens_quotation: self.words.opens_quotation(at),
                exclaimed: self.words.is_exclaimed(end + 1),
                after_colon: self.words.is_after_colon(at),
                begins_clause: self.words.is_clause_border(at),
                ends_clause: self.words.is_clause_border(end),
                list_before: self.words.is_listed(at),
                list_after: self.words.is_listed(end + 1),
                clause_before: self.clause_before(at, range.start),
                clause_after: self.clause_after(end, range.end),
            });
        }
    }

    /// Part of a hash of the clause that ends before a place.
    fn clause_before(&self, at: usize, page: usize) -> u32 {
        if at == page || self.ids[at - 1] != BREAK {
            return 0;
        }
        let clause = &self.ids[page..at - 1];
        let start = clause.iter().rposition(|&word| word == BREAK || word == END).map_or(0, |mark| mark + 1);
        key(&clause[start..]) as u32
    }

    /// Part of a hash of the clause that begins after a place.
    fn clause_after(&self, end: usize, page: usize) -> u32 {
        if end >= page || self.ids[end] != BREAK {
            return 0;
        }
        let clause = &self.ids[end + 1..page];
        let stop = clause.iter().position(|&word| word == BREAK || word == END).unwrap_or(clause.len());
        key(&clause[..stop]) as u32
    }

    /// The word before a place, articles left out; 0 for a border.
    fn word_before(&self, at: usize) -> u32 {
        let skips = !self.words.is_border(at) && self.lexicon.is_article(self.ids[at - 1]);
        let at = if skips { at - 1 } else { at };
        if self.words.is_border(at) { 0 } else { self.ids[at - 1] }
    }

    /// The lines of a page, in order.
    fn split(&self, page: &std::ops::Range<usize>, lines: &mut Vec<PageLine>) {
        let mut start = page.start;
        for line in self.ids[page.clone()].split(|&word| word == END) {
            let stop = start + line.len();
            lines.push(PageLine { start, stop, key: None });
            start = stop + 1;
        }
    }

    /// Part of a hash of the line of a place; another number for every place that is all of its line. No wording runs over
    /// the end of a line.
    fn line(&self, at: usize, end: usize, lines: &mut [PageLine]) -> u32 {
        let after = lines.partition_point(|line| line.start <= at);
        let line = &mut lines[after - 1];
        if line.start == at && line.stop == end {
            return at as u32;
        }
        *line.key.get_or_insert_with(|| key(&self.ids[line.start..line.stop]) as u32)
    }
}

impl Surroundings {
    fn of(places: &[Place]) -> Surroundings {
        let all = places.len() as f32;
        let share = |is: &dyn Fn(&Place) -> bool| places.iter().filter(|place| is(place)).count() as f32 / all;
        let most = |of: &dyn Fn(&Place) -> u32| {
            let mut values: Vec<u32> = places.iter().map(of).filter(|&value| value != 0).collect();
            values.sort_unstable();
            values.chunk_by(|a, b| a == b).map(<[u32]>::len).max().unwrap_or(0) as f32 / all
        };
        let same_line = most(&|place| place.line);
        Surroundings {
            begins: share(&|place| place.before == 0),
            ends: share(&|place| place.after == 0),
            is_whole: share(&|place| place.before == 0 && place.after == 0),
            same_before: most(&|place| place.before),
            same_after: most(&|place| place.after),
            opens_body: share(&|place| place.opens_body),
            same_line: if same_line * all > 1.0 { same_line } else { 0.0 },
            in_headline: share(&|place| place.in_headline),
            closes_body: share(&|place| place.closes_body),
            titled: share(&|place| place.titled),
            after_comma: share(&|place| place.after_comma),
            before_comma: share(&|place| place.before_comma),
            in_quotation: share(&|place| place.in_quotation),
            opens_quotation: share(&|place| place.opens_quotation),
            exclaimed: share(&|place| place.exclaimed),
            after_colon: share(&|place| place.after_colon),
            begins_clause: share(&|place| place.begins_clause),
            ends_clause: share(&|place| place.ends_clause),
            list_before: share(&|place| place.list_before),
            list_after: share(&|place| place.list_after),
            same_clause_before: most(&|place| place.clause_before),
            same_clause_after: most(&|place| place.clause_after),
            one_subject: 0.0,
        }
    }
}
