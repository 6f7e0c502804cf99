//! What stands around a wording: where clauses end, which words come before and after it, and on which lines it is.

use super::lexicon::Lexicon;
use super::spelling::SpeltCandidates;
use super::subject::{Subjects, keywords};
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

/// The pages that use a wording, read one wording after the other: the list keeps its memory.
#[derive(Default)]
pub(super) struct Uses {
    places: Vec<Place>,
    values: Vec<u32>,
}

/// What is around wordings, and what the pages are about.
pub(super) struct SurroundingsReader<'a> {
    words: &'a Tokens,
    ids: &'a [u32],
    spelt: &'a SpeltCandidates,
    lexicon: &'a Lexicon,
    lines: PageLines,
    subjects: Subjects,
}

impl<'a> SurroundingsReader<'a> {
    /// Reads the words of all pages: the lines and what each page is about, 152 bytes a page and 8 a line.
    pub fn new(
        spelt: &'a SpeltCandidates,
        words: &'a Tokens,
        counts: &FxHashMap<u32, u32>,
        lexicon: &'a Lexicon,
    ) -> SurroundingsReader<'a> {
        let keywords = |page: usize| keywords(words.page(page), counts, words.ids.len());
        let subjects = Subjects::new((0..words.pages()).into_par_iter().map(keywords).collect());
        SurroundingsReader { words, ids: &words.ids, spelt, lexicon, lines: PageLines::read(words), subjects }
    }

    /// What is around a wording, and the pages that use it, or none when these are on no subject together. Reads the
    /// words around the last of its places on each of these pages.
    pub fn around(&self, wording: usize, uses: &mut Uses) -> (Surroundings, Box<[u32]>) {
        self.read(wording, uses);
        if uses.places.is_empty() {
            return Default::default();
        }
        let pages: Box<[u32]> = uses.places.iter().map(|place| place.page).collect();
        let one_subject = self.subjects.one_subject(&pages, &self.spelt.words[wording]);
        let around = Surroundings { one_subject, ..Surroundings::of(uses) };
        (around, if one_subject > 0.0 { pages } else { Box::default() })
    }

    /// What the pages are about.
    pub fn into_subjects(self) -> Subjects {
        self.subjects
    }

    fn read(&self, wording: usize, uses: &mut Uses) {
        uses.places.clear();
        let length = self.spelt.words[wording].len();
        let mut places = self.spelt.places.of(wording);
        while let Some(&first) = places.first() {
            let page = self.words.page_of(first);
            let (on_page, others) = places.split_at(places.partition_point(|&at| at < self.words.starts[page + 1]));
            let last = on_page[on_page.len() - 1] as usize;
            uses.places.push(self.place(page, first as usize, last..last + length));
            places = others;
        }
    }

    /// What is around the last place of a wording on a page, `place`; the first is at `first`.
    fn place(&self, page: usize, first: usize, place: std::ops::Range<usize>) -> Place {
        let (at, end) = (place.start, place.end);
        let (start, stop) = (self.words.starts[page] as usize, self.words.starts[page + 1] as usize);
        let body = self.words.body(page);
        let is_long = stop > body + 8 * OPENING;
        Place {
            before: self.word_before(at),
            after: if self.words.is_border(end) { 0 } else { self.ids[end] },
            line: self.lines.key(page, at, end),
            page: page as u32,
            opens_body: is_long && at >= body && at < body + OPENING,
            titled: self.words.is_titled(at) && self.words.is_titled(end),
            closes_body: is_long && end + OPENING > stop,
            in_headline: first < body,
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
            clause_before: self.clause_before(at, start),
            clause_after: self.clause_after(end, stop),
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
}

/// The lines of all pages.
struct PageLines {
    /// Where each begins, and one more entry for the end of the last.
    starts: Vec<u32>,
    /// Parts of hashes of their words.
    keys: Vec<u32>,
    /// The first line of each page.
    of_page: Vec<u32>,
}

impl PageLines {
    fn read(words: &Tokens) -> PageLines {
        let read = |page: usize| {
            let mut start = words.starts[page];
            let line = move |line: &[u32]| {
                let found = (start, key(&line[..line.len() - 1]) as u32);
                start += line.len() as u32;
                found
            };
            words.page(page).split_inclusive(|&word| word == END).map(line).collect::<Vec<(u32, u32)>>()
        };
        let pages: Vec<Vec<(u32, u32)>> = (0..words.pages()).into_par_iter().map(read).collect();
        let mut lines = PageLines { starts: Vec::new(), keys: Vec::new(), of_page: Vec::with_capacity(pages.len()) };
        for page in pages {
            lines.of_page.push(lines.keys.len() as u32);
            lines.starts.extend(page.iter().map(|&(start, _)| start));
            lines.keys.extend(page.iter().map(|&(_, key)| key));
        }
        lines.starts.push(words.ids.len() as u32);
        lines
    }

    /// Part of a hash of the line of a place; another number for every place that is all of its line. No wording runs
    /// over the end of a line.
    fn key(&self, page: usize, at: usize, end: usize) -> u32 {
        let first = self.of_page[page] as usize;
        let stop = self.of_page.get(page + 1).map_or(self.keys.len(), |&next| next as usize);
        let line = first + self.starts[first..stop].partition_point(|&start| start as usize <= at) - 1;
        let is_all = self.starts[line] as usize == at && self.starts[line + 1] as usize == end + 1;
        if is_all { at as u32 } else { self.keys[line] }
    }
}

impl Surroundings {
    fn of(Uses { places, values }: &mut Uses) -> Surroundings {
        let all = places.len() as f32;
        let share = |is: &dyn Fn(&Place) -> bool| places.iter().filter(|place| is(place)).count() as f32 / all;
        let mut most = |of: &dyn Fn(&Place) -> u32| {
            values.clear();
            values.extend(places.iter().map(of).filter(|&value| value != 0));
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
