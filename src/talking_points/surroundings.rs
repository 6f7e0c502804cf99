//! What stands around a wording: where clauses end, which words come before and after it, and on which lines it is.

use super::lexicon::Lexicon;
use super::spelling::SpeltCandidates;
use super::subject::{OnSubjects, Subjects, keywords};
use super::token::{BREAK, END, key};
use super::words::Tokens;
use crate::error::Result;
use crate::storage::{Scratch, Sorted};
use bytemuck::{Pod, Zeroable};
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
    /// Of the pairs of pages, how many are on one subject: of the words that tell each page from others they have some
    /// in common, beyond those of the wording.
    pub one_subject: f32,
}

/// A page that uses a wording.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Pod, Zeroable)]
#[repr(C)]
struct Place {
    wording: u32,
    page: u32,
    /// The words before and after it; 0 for a border.
    before: u32,
    after: u32,
    /// Part of a hash of its line.
    line: u32,
    /// Parts of hashes of the clauses before and after it; 0 where it is part of a clause or the line ends.
    clause_before: u32,
    clause_after: u32,
    /// Bits of what is true of it.
    is: u32,
}

const OPENS_BODY: u32 = 1;
const IN_HEADLINE: u32 = 2;
const CLOSES_BODY: u32 = 4;
const TITLED: u32 = 8;
const AFTER_COMMA: u32 = 16;
const BEFORE_COMMA: u32 = 32;

/// Pages read at a time.
const BATCH: usize = 4096;

/// The surroundings of every candidate, and the pages that use it. Reads the words around each of its places once; 32
/// bytes for each page of each candidate, which go through `scratch`, and 152 for each page.
pub(super) fn surroundings(
    (spelt, lexicon): (&SpeltCandidates, &Lexicon),
    words: &Tokens,
    counts: &FxHashMap<u32, u32>,
    scratch: &Scratch,
) -> Result<(Vec<Surroundings>, OnSubjects)> {
    let places = places((spelt, lexicon), words, scratch)?;
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
    let mut found = vec![Surroundings::default(); spelt.words.len()];
    let mut users = vec![Box::default(); spelt.words.len()];
    places.batches(
        |place| place.wording,
        |places| {
            let known: Vec<(u32, Surroundings, Box<[u32]>)> =
                places.par_chunk_by(|a, b| a.wording == b.wording).map(of_one).collect();
            for (wording, around, pages) in known {
                (found[wording as usize], users[wording as usize]) = (around, pages);
            }
            Ok(())
        },
    )?;
    Ok((found, OnSubjects::Findable(subjects, users)))
}

/// The pages that use each wording.
fn places((spelt, lexicon): (&SpeltCandidates, &Lexicon), words: &Tokens, scratch: &Scratch) -> Result<Sorted<Place>> {
    let reader = PageReader { words, ids: &words.ids, spelt, lexicon };
    let mut sorter = scratch.sorter();
    for from in (0..words.pages()).step_by(BATCH) {
        let read = |(mut places, mut scratch): (Vec<Place>, PageScratch), page: usize| {
            reader.read(page, &mut scratch, &mut places);
            (places, scratch)
        };
        let pages = from..words.pages().min(from + BATCH);
        let parts: Vec<Vec<Place>> =
            pages.into_par_iter().fold(Default::default, read).map(|(places, _)| places).collect();
        parts.iter().try_for_each(|places| sorter.extend(places))?;
    }
    sorter.finish()
}

/// What is known of one page.
#[derive(Default)]
struct PageScratch {
    /// Its wordings with their places.
    found: Vec<(u32, u32)>,
    /// Where each of its lines begins and ends, and part of a hash of it.
    lines: Vec<(usize, usize, u32)>,
}

struct PageReader<'a> {
    words: &'a Tokens,
    ids: &'a [u32],
    spelt: &'a SpeltCandidates,
    lexicon: &'a Lexicon,
}

impl PageReader<'_> {
    fn read(&self, page: usize, PageScratch { found, lines }: &mut PageScratch, places: &mut Vec<Place>) {
        let range = self.words.starts[page] as usize..self.words.starts[page + 1] as usize;
        self.spelt.on_page(page, self.words, found);
        lines.clear();
        let mut start = range.start;
        for line in self.ids[range.clone()].split(|&word| word == END) {
            lines.push((start, start + line.len(), key(line) as u32));
            start += line.len() + 1;
        }
        let body = self.words.body(page);
        let is_long = range.end > body + 8 * OPENING;
        for of_one in found.chunk_by(|a, b| a.0 == b.0) {
            let (wording, last) = of_one[of_one.len() - 1];
            let (at, end) = (last as usize, last as usize + self.spelt.words[wording as usize].len());
            let bit = |bit: u32, is: bool| if is { bit } else { 0 };
            places.push(Place {
                wording,
                page: page as u32,
                before: self.word_before(at),
                after: if self.words.is_border(end) { 0 } else { self.ids[end] },
                line: line_of(at, end, lines),
                clause_before: self.clause_before(at, range.start),
                clause_after: self.clause_after(end, range.end),
                is: bit(OPENS_BODY, is_long && at >= body && at < body + OPENING)
                    | bit(IN_HEADLINE, (of_one[0].1 as usize) < body)
                    | bit(CLOSES_BODY, is_long && end + OPENING > range.end)
                    | bit(TITLED, self.words.is_titled(at) && self.words.is_titled(end))
                    | bit(AFTER_COMMA, self.words.is_within_sentence(at))
                    | bit(BEFORE_COMMA, self.words.is_within_sentence(end + 1)),
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
}

/// Part of a hash of the line of a place; another number for every place that is all of its line.
fn line_of(at: usize, end: usize, lines: &[(usize, usize, u32)]) -> u32 {
    let (start, stop, hash) = lines[lines.partition_point(|line| line.0 <= at) - 1];
    if start == at && stop == end { at as u32 } else { hash }
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
            opens_body: share(&|place| place.is & OPENS_BODY != 0),
            same_line: if same_line * all > 1.0 { same_line } else { 0.0 },
            in_headline: share(&|place| place.is & IN_HEADLINE != 0),
            closes_body: share(&|place| place.is & CLOSES_BODY != 0),
            titled: share(&|place| place.is & TITLED != 0),
            after_comma: share(&|place| place.is & AFTER_COMMA != 0),
            before_comma: share(&|place| place.is & BEFORE_COMMA != 0),
            same_clause_before: most(&|place| place.clause_before),
            same_clause_after: most(&|place| place.clause_after),
            one_subject: 0.0,
        }
    }
}
