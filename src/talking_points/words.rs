//! Pages as words: one long list of numbers, with a mark at every clause and page end.
//!
//! A word is known by 28 bits of its hash and its length in units, so no table of words is built and the
//! numbers do not depend on the order in which pages are read. Words come from jieba's dictionary (without its
//! HMM, which gains nothing on news and glues damaged text together), on folded text, clause by clause.

use super::articles::Articles;
use super::token::{
    BREAK, CandidateGram, END, Gap, LONG, QUOTES, SHORT, SPEECH, gap_before, has_mark_before, is_joined, key, units_of,
    word_of,
};
use crate::clean::{Units, stands_alone};
use crate::error::Result;
use crate::lexicon::is_sentence_end;
use crate::storage::{Column, Scratch};
use crate::types::DocId;
use jieba_rs::Jieba;
use rayon::prelude::*;
use rustc_hash::FxHashSet;
use std::ops::Range;

/// Pages cut at a time, so that only their words stay in memory.
const BATCH: usize = 512;

/// The words of one page of each reprint set, one page after the other.
pub(super) struct Tokens {
    /// Every word, [`BREAK`] or [`END`].
    pub ids: Column<u32>,
    /// Where each page begins in `ids`, and one more entry for the end.
    pub starts: Vec<u32>,
    /// The units of all pages.
    units: Column<u32>,
    /// Where those of each page end.
    unit_ends: Vec<u64>,
    /// The page of every sixty-fourth word.
    pages_at: Vec<u32>,
    /// Hashes of what at least two pages put in quotation marks.
    sayings: FxHashSet<u64>,
    /// What stands around each word, as bits: [`MARKED`] and those after it.
    punctuation: Vec<u8>,
    /// Where the body of each page begins in `ids`, after its headline.
    bodies: Vec<u32>,
}

/// A quotation or title mark or a comma stands before the word.
const MARKED: u8 = 1;
/// A title mark stands before it.
const TITLED: u8 = 1 << 1;
/// A sentence ends before it.
const SENTENCE: u8 = 1 << 2;
/// It is within a quotation.
const SPOKEN: u8 = 1 << 3;
/// An exclamation or question mark stands before it.
const EXCLAIMED: u8 = 1 << 4;
/// A colon stands before it.
const COLON: u8 = 1 << 5;
/// The comma of a Chinese list stands before it.
const LISTED: u8 = 1 << 6;

/// Words between two of those whose page is noted.
const NOTED: usize = 64;
/// Most units of a word: its number counts up to 15.
const MOST_UNITS: usize = 15;

impl Tokens {
    /// Cuts the pages `docs`, in that order, in parallel. Words and units go to temporary files when they outgrow their
    /// share of memory.
    pub fn cut(docs: &[DocId], articles: &impl Articles, jieba: &Jieba, scratch: &Scratch) -> Result<Tokens> {
        let (mut ids, mut starts, mut quoted) = (scratch.column(), vec![0], Vec::new());
        let (mut units, mut unit_ends) = (scratch.column(), Vec::new());
        let (mut punctuation, mut bodies) = (Vec::new(), Vec::new());
        for batch in docs.chunks(BATCH) {
            let cut = |units: &mut Units, &doc: &DocId| {
                let page = page_words(doc, articles, jieba, units);
                (page, units.ids.clone())
            };
            let pages: Vec<(PageTokens, Vec<u32>)> = batch.par_iter().map_init(Units::default, cut).collect();
            let count = |of_page: fn(&(PageTokens, Vec<u32>)) -> usize| pages.iter().map(of_page).sum();
            ids.expect_like(count(|(page, _)| page.words.len()), pages.len(), docs.len());
            units.expect_like(count(|(_, units)| units.len()), pages.len(), docs.len());
            for (page, of_page) in pages {
                bodies.push(ids.len() as u32 + page.body);
                punctuation.extend(page.punctuation);
                ids.extend(&page.words)?;
                starts.push(ids.len() as u32);
                units.extend(&of_page)?;
                unit_ends.push(units.len() as u64);
                quoted.extend(page.quoted);
            }
        }
        quoted.par_sort_unstable();
        let often = |pages: &[u64]| (pages.len() > 1).then(|| pages[0]);
        let sayings = quoted.chunk_by(|a, b| a == b).filter_map(often).collect();
        let (ids, units) = (ids.finish()?, units.finish()?);
        Ok(Tokens { sayings, punctuation, bodies, units, unit_ends, ..Tokens::new(ids, starts) })
    }

    /// True when one of `bits` is true of the word at position `at`.
    fn has(&self, at: usize, bits: u8) -> bool {
        self.punctuation.get(at).is_some_and(|of_word| of_word & bits != 0)
    }

    /// True when a clause, a line, a quotation or a title ends before position `at`.
    pub fn is_border(&self, at: usize) -> bool {
        self.is_clause_border(at) || self.has(at, MARKED)
    }

    /// True when a comma or another mark within a sentence, and nothing else, ends a clause before position `at`.
    pub fn is_within_sentence(&self, at: usize) -> bool {
        at > 0 && self.ids[at - 1] == BREAK && !self.has(at, SENTENCE | MARKED)
    }

    /// True when a title mark is before position `at`.
    pub fn is_titled(&self, at: usize) -> bool {
        self.has(at, TITLED)
    }

    /// True for a word within a quotation.
    pub fn is_spoken(&self, at: usize) -> bool {
        self.has(at, SPOKEN)
    }

    /// True when the first word of a quotation is at position `at`.
    pub fn opens_quotation(&self, at: usize) -> bool {
        self.is_spoken(at) && (at == 0 || !self.is_spoken(at - 1))
    }

    /// True when an exclamation or question mark is before position `at`.
    pub fn is_exclaimed(&self, at: usize) -> bool {
        self.has(at, EXCLAIMED)
    }

    /// True when a colon is before position `at`.
    pub fn is_after_colon(&self, at: usize) -> bool {
        self.has(at, COLON)
    }

    /// True when the comma of a Chinese list is before position `at`.
    pub fn is_listed(&self, at: usize) -> bool {
        self.has(at, LISTED)
    }

    /// True when a clause or a line, and not a mere quotation, ends before position `at`.
    pub fn is_clause_border(&self, at: usize) -> bool {
        let ids: &[u32] = &self.ids;
        at == 0 || ids.get(at).is_none_or(|&word| is_mark(word)) || is_mark(ids[at - 1])
    }

    /// Where the body of a page begins.
    pub fn body(&self, page: usize) -> usize {
        self.bodies.get(page).map_or(self.starts[page], |&start| start) as usize
    }

    /// True when at least two pages put these words in quotation marks.
    pub fn is_saying(&self, words: &[u32]) -> bool {
        !self.sayings.is_empty() && self.sayings.contains(&key(words))
    }

    /// Takes the words of all pages, and where each begins.
    pub fn new(ids: Column<u32>, starts: Vec<u32>) -> Tokens {
        let mut page = 0;
        let page_at = |at: usize| {
            while starts[page + 1] as usize <= at {
                page += 1;
            }
            page as u32
        };
        let pages_at = (0..ids.len()).step_by(NOTED).map(page_at).collect();
        Tokens {
            ids,
            starts,
            units: Column::default(),
            unit_ends: Vec::new(),
            pages_at,
            sayings: FxHashSet::default(),
            punctuation: Vec::new(),
            bodies: Vec::new(),
        }
    }

    /// Number of pages.
    pub fn pages(&self) -> usize {
        self.starts.len() - 1
    }

    /// The words of a page.
    pub fn page(&self, page: usize) -> &[u32] {
        &self.ids[self.starts[page] as usize..self.starts[page + 1] as usize]
    }

    /// The units of a page, which are those of its words.
    pub fn units(&self, page: usize) -> &[u32] {
        let start = if page == 0 { 0 } else { self.unit_ends[page - 1] };
        &self.units[start as usize..self.unit_ends[page] as usize]
    }

    /// The words of a candidate.
    pub fn of(&self, candidate: &CandidateGram) -> &[u32] {
        &self.ids[candidate.first as usize..][..candidate.words as usize]
    }

    /// The page that position `at` belongs to.
    pub fn page_of(&self, at: u32) -> usize {
        let mut page = self.pages_at[at as usize / NOTED] as usize;
        while self.starts[page + 1] <= at {
            page += 1;
        }
        page
    }

    /// Which units of a page some candidates have, which come in the order of their first words.
    pub fn unit_ranges<'c>(
        &self,
        page: usize,
        candidates: impl Iterator<Item = &'c CandidateGram>,
    ) -> Vec<Range<usize>> {
        let units = |words: &[u32]| words.iter().map(|&word| units_of(word)).sum::<usize>();
        let (mut at, mut before) = (self.starts[page] as usize, 0);
        let range = |candidate: &CandidateGram| {
            before += units(&self.ids[at..candidate.first as usize]);
            at = candidate.first as usize;
            before..before + units(self.of(candidate))
        };
        candidates.map(range).collect()
    }
}

fn is_mark(word: u32) -> bool {
    word == BREAK || word == END
}

/// The words of a page.
#[derive(Default)]
pub(super) struct PageTokens {
    /// Every word, [`BREAK`] or [`END`].
    pub words: Vec<u32>,
    /// Hashes of the phrases that stand in quotation marks, each once.
    quoted: Vec<u64>,
    /// What stands around each word, as of [`Tokens`].
    punctuation: Vec<u8>,
    /// Where the quotation that is open begins, and what closes it.
    quotation: Option<(usize, char)>,
    /// The place of the first word after the headline.
    body: u32,
    /// The place of the first word after the last opening mark, and what closes it.
    open: Option<(usize, char)>,
}

/// The words of one page; its units are left in `units`.
pub(super) fn page_words(
    doc: DocId,
    articles: &(impl Articles + ?Sized),
    jieba: &Jieba,
    units: &mut Units,
) -> PageTokens {
    let mut page = PageTokens::default();
    articles.article(doc, &mut |article| {
        article.units(units);
        page.words.reserve(units.len());
        page.cut(article.text, units, jieba);
        if article.headline.is_some() {
            page.body = page.words.iter().position(|&word| word == END).map_or(0, |end| end as u32 + 1);
        }
    });
    page
}

impl PageTokens {
    fn cut(&mut self, text: &str, units: &Units, jieba: &Jieba) {
        let ids = &units.ids;
        let mut piece = String::new();
        let (mut from, mut before, mut run) = (0, 0, 0);
        for at in 0..ids.len() {
            let gap = if at == 0 { Gap::None } else { gap_before(text, units, at) };
            let han = char::from_u32(ids[at]).filter(|&c| stands_alone(c as u32));
            if let Some(folded) = han
                && before == units.starts[at] as usize
                && !piece.is_empty()
            {
                // One more character of a clause, as most are.
                piece.push(in_dictionary(folded, &text[before..]));
                before = units.ends[at] as usize;
                continue;
            }
            if gap != Gap::None || han.is_none() {
                close_piece(&mut piece, &ids[from..at], jieba, &mut self.words);
            }
            let between = &text[before..units.starts[at] as usize];
            self.close_quotes(between);
            let opening = self.close_quotation(between, gap);
            match gap {
                Gap::Break => {
                    self.words.push(BREAK);
                    let ends = between.contains(is_sentence_end) || between.contains(['；', ';', '：', ':', '…']);
                    self.note_next(SENTENCE, ends);
                }
                Gap::Line => self.words.push(END),
                Gap::None | Gap::Soft => {}
            }
            self.open_quotes(between);
            self.open_quotation(opening);
            if gap != Gap::None {
                self.note_next(EXCLAIMED, between.contains(['！', '？', '!', '?']));
                self.note_next(COLON, between.contains(['：', ':']));
                self.note_next(LISTED, between.contains('、'));
            }
            if gap != Gap::None && has_mark_before(text, units, at) {
                self.note_next(MARKED, true);
                self.note_next(TITLED, between.contains(['《', '》', '〈', '〉']));
            }
            if piece.is_empty() {
                from = at;
            }
            match han {
                Some(folded) => piece.push(in_dictionary(folded, &text[units.starts[at] as usize..])),
                None if at > 0 && at - run < MOST_UNITS && is_joined(text, units, at) => {
                    self.words.pop();
                    self.words.push(word_of(&ids[run..=at]));
                }
                None => {
                    run = at;
                    self.words.push(word_of(&ids[at..=at]));
                }
            }
            before = units.ends[at] as usize;
        }
        close_piece(&mut piece, &ids[from.min(ids.len())..], jieba, &mut self.words);
        let next = text[before..].chars().next().map_or(0, char::len_utf8);
        self.close_quotes(&text[before..before + next]);
        self.close_quotation("", Gap::Line);
        self.words.push(END);
        self.punctuation.resize(self.words.len(), 0);
        self.quoted.sort_unstable();
        self.quoted.dedup();
    }

    /// Notes that something `stands` before the next word.
    fn note_next(&mut self, bit: u8, stands: bool) {
        if stands {
            let next = self.words.len();
            self.note(bit, next..next + 1);
        }
    }

    /// Notes a bit of some words.
    fn note(&mut self, bit: u8, words: Range<usize>) {
        self.punctuation.resize(self.punctuation.len().max(words.end), 0);
        self.punctuation[words].iter_mut().for_each(|of_word| *of_word |= bit);
    }

    /// Notes what stands since the opening mark, when the marks `between` two units close it.
    fn close_quotes(&mut self, between: &str) {
        let Some((start, _)) = self.open.take_if(|(_, close)| between.contains(*close)) else { return };
        let words = &self.words[start..];
        let units: usize = words.iter().map(|&word| units_of(word)).sum();
        if (SHORT..=LONG).contains(&units) && words.len() > 1 && !words.contains(&BREAK) && !words.contains(&END) {
            self.quoted.push(key(words));
        }
    }

    /// Ends the quotation that is open when the marks `between` two units close it, or a line ends. Returns the marks after
    /// the one that closes.
    fn close_quotation<'t>(&mut self, between: &'t str, gap: Gap) -> &'t str {
        let Some((start, close)) = self.quotation else { return between };
        let closed = between.find(close);
        if closed.is_some() || gap == Gap::Line {
            self.note(SPOKEN, start..self.words.len());
            self.quotation = None;
        }
        closed.map_or(between, |at| &between[at + close.len_utf8()..])
    }

    fn open_quotation(&mut self, marks: &str) {
        if self.quotation.is_none() {
            let close = |mark: char| SPEECH.iter().find(|&&(open, _)| open == mark).map(|&(_, close)| close);
            self.quotation = marks.chars().rev().find_map(close).map(|close| (self.words.len(), close));
        }
    }

    fn open_quotes(&mut self, between: &str) {
        let Some(mark) = between.chars().next_back() else { return };
        if let Some(&(_, close)) = QUOTES.iter().find(|&&(open, _)| open == mark) {
            self.open = Some((self.words.len(), close));
        }
    }
}

/// The character as the dictionary writes it. Simplified script keeps 著, 覆, 乾 and 瞭 in some words (显著, 覆盖),
/// which the fold takes for 着, 复, 干 and 了 everywhere.
fn in_dictionary(folded: char, raw: &str) -> char {
    match folded {
        '着' | '复' | '干' | '了' => raw.chars().next().filter(|c| "著覆乾瞭".contains(*c)).unwrap_or(folded),
        _ => folded,
    }
}

/// Cuts `piece`, whose folded characters are `units`, and empties it.
fn close_piece(piece: &mut String, units: &[u32], jieba: &Jieba, words: &mut Vec<u32>) {
    if piece.is_empty() {
        return;
    }
    for token in jieba.cut(piece, false) {
        // The dictionary has a few longer words.
        words.extend(units[token.start..token.end].chunks(MOST_UNITS).map(word_of));
    }
    piece.clear();
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clean::{FurnitureModel, GroupKeys, clean};

    fn cut(text: &str) -> Vec<usize> {
        let doc = clean(text, None, &FurnitureModel::default(), GroupKeys::default());
        page(text, &doc.body).words.into_iter().map(units_of).collect()
    }

    fn page(text: &str, units: &Units) -> PageTokens {
        let mut page = PageTokens::default();
        page.cut(text, units, &Jieba::new());
        page
    }

    #[test]
    fn phrases_in_quotation_marks_are_noted() {
        let quoted = |text: &str| {
            let doc = clean(text, None, &FurnitureModel::default(), GroupKeys::default());
            page(text, &doc.body).quoted
        };
        let phrase = quoted("他们说到“灯火照归途”的故事，谈了很久。");
        assert_eq!(phrase.len(), 1);
        assert_eq!(phrase, quoted("老人笑着说起「燈火照歸途」。"));
        assert_eq!(phrase, quoted("大家都记得这句话，“灯火照归途”"));
        assert!(quoted("他说：“灯火照归途，人人都记得。”").is_empty(), "speech of several clauses is no phrase");
        assert!(quoted("灯火照归途”没有开头").is_empty() && quoted("“灯火照归途没有结尾。").is_empty());
    }

    #[test]
    fn words_in_quotations_and_after_marks_are_noted() {
        let text = "他说：“灯火照归途！夜归人”，我们把渡船、竹筏修好\n“没有结尾";
        let doc = clean(text, None, &FurnitureModel::default(), GroupKeys::default());
        let page = &page(text, &doc.body);
        let places = |bit: u8| (0..page.words.len()).filter(move |&place| page.punctuation[place] & bit != 0);
        let after = |bit: u8| -> Vec<usize> {
            places(bit).map(|place| page.words[..place].iter().map(|&word| units_of(word)).sum()).collect()
        };
        let spoken: usize = places(SPOKEN).map(|place| units_of(page.words[place])).sum();
        assert_eq!(spoken, "灯火照归途夜归人没有结尾".chars().count());
        assert_eq!(after(EXCLAIMED), [7]);
        assert_eq!(after(COLON), [2]);
        assert_eq!(after(LISTED), [15]);
    }

    #[test]
    fn clauses_end_at_punctuation_and_words_at_quotation_marks() {
        let text = "我们要把“问题清单”做好，解决困难。";
        assert_eq!(cut(text), [2, 1, 1, 2, 2, 2, 0, 4, 0]);
    }

    #[test]
    fn characters_that_simplified_script_keeps_make_words() {
        assert_eq!(cut("名著，覆灭，顯著。"), [2, 0, 2, 0, 2, 0]);
    }

    #[test]
    fn pinyin_left_by_a_conversion_is_read_over() {
        assert_eq!(cut("推動創(chuàng)新工作。"), cut("推动创新工作。"));
    }
}
