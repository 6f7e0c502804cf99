//! Steps over talking points and outlets.

use super::columns::{
    BYTES, Cell, FLAG, INT, LONG, Rows, TEXT, bytes, ints, key, longs, note_schema, order, schema, texts,
};
use super::parts::PageRows;
use super::reduction::Reduction;
use super::{Broadcast, Made, Step};
use crate::errors::Wrong;
use arrow_array::{Int64Array, RecordBatch, StringArray};
use arrow_schema::SchemaRef;
use pyo3::PyResult;
use tonggao::distributed::{
    MayVote, Model, OutletCounter, PhraseVote, Scales, SoughtPhrases, VotingPage, places, points, quotes, search,
    speaker,
};
use tonggao::output::{Table, batch};

/// Pages on rows, with their sets and votes.
struct VotingPages {
    pages: PageRows,
    sets: Int64Array,
    votes: StringArray,
}

impl VotingPages {
    fn of(rows: &RecordBatch) -> Result<Self, Wrong> {
        Ok(VotingPages { pages: PageRows::of(rows)?, sets: longs(rows, "set")?, votes: texts(rows, "note")? })
    }

    fn page(&self, row: usize) -> VotingPage {
        let set = order(self.sets.value(row));
        VotingPage { page: self.pages.page(row), set, vote: self.votes.value(row).to_owned() }
    }
}

/// By page: what is known of it (tag 0), its set, if it is of one (tag 1), and whether it is a compilation (tag 2) in; pages
/// that vote out.
pub(super) struct Voters;

pub(super) fn voters_schema() -> SchemaRef {
    schema([("key", LONG), ("set", LONG), ("units", INT), ("note", TEXT)])
}

impl Reduction for Voters {
    type Row = MayVote;

    fn read(&self, rows: &RecordBatch) -> Result<Vec<(i64, MayVote)>, Wrong> {
        let (keys, tags, sets) = (longs(rows, "key")?, ints(rows, "tag")?, longs(rows, "set")?);
        let (units, votes) = (ints(rows, "units")?, texts(rows, "note")?);
        let said = |row: usize| match tags.value(row) {
            0 => MayVote { units: units.value(row) as u32, vote: votes.value(row).to_owned(), ..MayVote::default() },
            1 => MayVote { set: Some(order(sets.value(row))), ..MayVote::default() },
            _ => MayVote { is_compilation: true, ..MayVote::default() },
        };
        Ok((0..rows.num_rows()).map(|row| (keys.value(row), said(row))).collect())
    }

    fn reduce(&mut self, page: i64, said: Vec<MayVote>, made: &mut Rows) -> Result<(), Wrong> {
        let mut whole = MayVote::default();
        for said in said {
            whole.units += said.units;
            whole.vote.push_str(&said.vote);
            whole.set = whole.set.or(said.set);
            whole.is_compilation |= said.is_compilation;
        }
        if let Some(set) = whole.votes_for(order(page)) {
            let units = Cell::Int(whole.units as i32);
            made.push(&[Cell::Long(page), Cell::Long(key(set)), units, Cell::Text(&whole.vote)]);
        }
        Ok(())
    }
}

/// By set: pages that vote in; the same out, with the one that speaks for the set.
pub(super) struct Speak;

pub(super) fn speak_schema() -> SchemaRef {
    schema([("key", LONG), ("set", LONG), ("note", TEXT), ("speaks", FLAG)])
}

impl Reduction for Speak {
    /// Page, units, vote.
    type Row = (i64, u32, String);

    fn read(&self, rows: &RecordBatch) -> Result<Vec<(i64, Self::Row)>, Wrong> {
        let (keys, sets) = (longs(rows, "key")?, longs(rows, "set")?);
        let (units, votes) = (ints(rows, "units")?, texts(rows, "note")?);
        let voter = |row: usize| (keys.value(row), units.value(row) as u32, votes.value(row).to_owned());
        Ok((0..rows.num_rows()).map(|row| (sets.value(row), voter(row))).collect())
    }

    fn reduce(&mut self, set: i64, voters: Vec<Self::Row>, made: &mut Rows) -> Result<(), Wrong> {
        let speaks = speaker(voters.iter().map(|&(page, units, _)| (units, order(page))));
        for (place, (page, _, vote)) in voters.iter().enumerate() {
            made.push(&[Cell::Long(*page), Cell::Long(set), Cell::Text(vote), Cell::Flag(speaks == Some(place))]);
        }
        Ok(())
    }
}

/// Pages that speak for their sets in; out: wordings by their place in `a` (tag 0), how formulaic each page is, as the bits
/// of a float (tag 1), how many n-grams were looked at (tag 2).
pub(super) struct Search {
    model: Model,
    pages: Vec<VotingPage>,
}

pub(super) fn search_schema() -> SchemaRef {
    schema([("tag", INT), ("a", LONG), ("n", INT), ("note", TEXT)])
}

impl Search {
    pub(super) fn new(broadcast: &Broadcast) -> PyResult<Self> {
        Ok(Search { model: broadcast.model()?, pages: Vec::new() })
    }
}

impl Step for Search {
    fn add(&mut self, rows: &RecordBatch) -> Made {
        let pages = VotingPages::of(rows)?;
        self.pages.extend((0..rows.num_rows()).map(|row| pages.page(row)));
        Ok(Vec::new())
    }

    fn finish(&mut self) -> Made {
        let found = search(std::mem::take(&mut self.pages), &self.model)?;
        let mut rows = Rows::new(search_schema());
        for (place, wording) in (0i64..).zip(&found.wordings) {
            rows.push(&[Cell::Int(0), Cell::Long(place), Cell::Null, Cell::Text(wording)]);
        }
        for &(order, share) in &found.formulaic {
            rows.push(&[Cell::Int(1), Cell::Long(key(order)), Cell::Int(share.to_bits() as i32), Cell::Null]);
        }
        rows.push(&[Cell::Int(2), Cell::Long(found.tested as i64), Cell::Null, Cell::Null]);
        Ok(vec![rows.finish()?])
    }
}

/// Pages that vote at a time, so that no more are in memory.
const VOTING: usize = 8192;

/// For each part wordings in their order (tag 0), then pages, set by set (tag 1); votes out.
pub(super) struct VoteStep {
    model: Model,
    part: i64,
    wordings: Vec<String>,
    sought: Option<SoughtPhrases>,
    pages: Vec<VotingPage>,
}

pub(super) fn vote_schema() -> SchemaRef {
    schema([("a", LONG), ("b", LONG), ("n", INT), ("m", INT)])
}

impl VoteStep {
    pub(super) fn new(broadcast: &Broadcast) -> PyResult<Self> {
        Ok(VoteStep { model: broadcast.model()?, part: -1, wordings: Vec::new(), sought: None, pages: Vec::new() })
    }

    fn vote(&mut self) -> Result<RecordBatch, Wrong> {
        let sought = match self.sought.take() {
            Some(sought) => sought,
            None => SoughtPhrases::new(std::mem::take(&mut self.wordings).iter().map(String::as_str))?,
        };
        let votes = sought.vote(std::mem::take(&mut self.pages), &self.model)?;
        self.sought = Some(sought);
        let mut rows = Rows::new(vote_schema());
        for vote in votes {
            let (page, wording) = (Cell::Long(key(vote.order)), Cell::Long(vote.wording.into()));
            rows.push(&[page, wording, Cell::Int(vote.start as i32), Cell::Int(vote.manner as i32)]);
        }
        Ok(rows.finish()?)
    }
}

impl Step for VoteStep {
    fn add(&mut self, rows: &RecordBatch) -> Made {
        let (parts, tags, notes) = (longs(rows, "part")?, ints(rows, "tag")?, texts(rows, "note")?);
        let pages = VotingPages::of(rows)?;
        let mut made = Vec::new();
        for row in 0..rows.num_rows() {
            if parts.value(row) != self.part {
                made.push(self.vote()?);
                (self.part, self.sought) = (parts.value(row), None);
            }
            if tags.value(row) == 0 {
                self.wordings.push(notes.value(row).to_owned());
            } else {
                self.pages.push(pages.page(row));
            }
            if self.pages.len() == VOTING {
                made.push(self.vote()?);
            }
        }
        Ok(made)
    }

    fn finish(&mut self) -> Made {
        Ok(vec![self.vote()?])
    }
}

/// Matches in; the passages out that pages have from a text which several articles quote.
pub(super) struct QuotesStep;

pub(super) fn quotes_schema() -> SchemaRef {
    schema([("a", LONG), ("n", INT), ("m", INT)])
}

impl Step for QuotesStep {
    fn add(&mut self, rows: &RecordBatch) -> Made {
        let (a, b, matches) = (longs(rows, "a")?, longs(rows, "b")?, bytes(rows, "match")?);
        let mut made = Rows::new(quotes_schema());
        for row in 0..rows.num_rows() {
            for (page, span) in quotes([order(a.value(row)), order(b.value(row))], matches.value(row))? {
                made.push(&[Cell::Long(key(page)), Cell::Int(span.start as i32), Cell::Int(span.end as i32)]);
            }
        }
        Ok(vec![made.finish()?])
    }
}

/// All that is weighed in: what [`Search`] gave (tags 0 to 2), voters with their sets in `b` (tag 3), votes (tag 4), quotes
/// (tag 5). Out: points without their texts, by rank (tag 0), pages that they rest on, with the places wanted (tag 1),
/// outlets that run with each other (tag 2).
#[derive(Default)]
pub(super) struct Weigh {
    scales: Scales,
}

pub(super) fn weigh_schema() -> SchemaRef {
    schema([("tag", INT), ("a", LONG), ("b", LONG), ("spans", BYTES), ("note", TEXT)])
}

impl Step for Weigh {
    fn add(&mut self, rows: &RecordBatch) -> Made {
        let (tags, a, b) = (ints(rows, "tag")?, longs(rows, "a")?, longs(rows, "b")?);
        let (n, m, notes) = (ints(rows, "n")?, ints(rows, "m")?, texts(rows, "note")?);
        let scales = &mut self.scales;
        for row in 0..rows.num_rows() {
            let (page, start) = (order(a.value(row)), n.value(row) as u32);
            match tags.value(row) {
                0 => scales.wording(a.value(row) as u32, notes.value(row))?,
                1 => scales.formulaic(page, f32::from_bits(start)),
                2 => scales.tested(a.value(row) as u64),
                3 => scales.voter(page, order(b.value(row)), notes.value(row))?,
                4 => {
                    let (wording, manner) = (b.value(row) as u32, m.value(row) as u32);
                    scales.vote(PhraseVote { wording, order: page, start, manner });
                }
                _ => scales.quote(page, tonggao::findings::Span { start, end: m.value(row) as u32 }),
            }
        }
        Ok(Vec::new())
    }

    fn finish(&mut self) -> Made {
        let found = std::mem::take(&mut self.scales).finish()?;
        let mut rows = Rows::new(weigh_schema());
        for (rank, draft) in (0i64..).zip(&found.drafts) {
            rows.push(&[Cell::Int(0), Cell::Long(rank), Cell::Null, Cell::Null, Cell::Text(draft)]);
        }
        for (order, number, spans) in &found.pages {
            let spans = Cell::Bytes(bytemuck::cast_slice(spans));
            rows.push(&[Cell::Int(1), Cell::Long(key(*order)), Cell::Long((*number).into()), spans, Cell::Null]);
        }
        for company in &found.companies {
            rows.push(&[Cell::Int(2), Cell::Null, Cell::Null, Cell::Null, Cell::Text(company)]);
        }
        Ok(vec![rows.finish()?])
    }
}

/// Pages that points rest on in, with their records; what is in the places wanted out.
pub(super) struct PlacesStep {
    model: Model,
}

impl PlacesStep {
    pub(super) fn new(broadcast: &Broadcast) -> PyResult<Self> {
        Ok(PlacesStep { model: broadcast.model()? })
    }
}

impl Step for PlacesStep {
    fn add(&mut self, rows: &RecordBatch) -> Made {
        let (numbers, spans, lines) = (longs(rows, "b")?, bytes(rows, "spans")?, texts(rows, "line")?);
        let of_row = |row: usize| {
            let spans = spans.value(row).chunks_exact(8).map(bytemuck::pod_read_unaligned).collect();
            (numbers.value(row) as u32, spans, lines.value(row).to_owned())
        };
        let pages: Vec<_> = (0..rows.num_rows()).map(of_row).collect();
        let mut made = Rows::new(note_schema());
        places(&pages, &self.model)?.iter().for_each(|page| made.push(&[Cell::Text(page)]));
        Ok(vec![made.finish()?])
    }
}

/// Points without their texts, by rank in `a` (tag 0), and what was read for them (tag 1) in; talking points out, the
/// strongest first.
#[derive(Default)]
pub(super) struct Points {
    drafts: Vec<(i64, String)>,
    places: Vec<String>,
}

impl Step for Points {
    fn add(&mut self, rows: &RecordBatch) -> Made {
        let (tags, ranks, notes) = (ints(rows, "tag")?, longs(rows, "a")?, texts(rows, "note")?);
        for row in 0..rows.num_rows() {
            let note = notes.value(row).to_owned();
            match tags.value(row) {
                0 => self.drafts.push((ranks.value(row), note)),
                _ => self.places.push(note),
            }
        }
        Ok(Vec::new())
    }

    fn finish(&mut self) -> Made {
        self.drafts.sort_unstable();
        let drafts = self.drafts.iter().map(|(_, draft)| draft.as_str());
        let found = points(drafts, self.places.iter().map(String::as_str))?;
        Ok(vec![batch(Table::TalkingPoints, found)?])
    }
}

/// Outlets with their pages (tag 0: `a` has `b` pages), traffic (tag 1) and company (tag 2) in; the records of outlets (tag
/// 0) and of their pairs (tag 1) out.
pub(super) struct Outlets {
    model: Model,
    counter: OutletCounter,
}

pub(super) fn outlets_schema() -> SchemaRef {
    schema([("tag", INT), ("record", TEXT)])
}

impl Outlets {
    pub(super) fn new(broadcast: &Broadcast) -> PyResult<Self> {
        Ok(Outlets { model: broadcast.model()?, counter: OutletCounter::default() })
    }
}

impl Step for Outlets {
    fn add(&mut self, rows: &RecordBatch) -> Made {
        let (tags, a, b) = (ints(rows, "tag")?, longs(rows, "a")?, longs(rows, "b")?);
        let notes = texts(rows, "note")?;
        for row in 0..rows.num_rows() {
            match tags.value(row) {
                0 => self.counter.pages(a.value(row) as u32, b.value(row) as u32),
                1 => self.counter.traffic(notes.value(row))?,
                _ => self.counter.company(notes.value(row))?,
            }
        }
        Ok(Vec::new())
    }

    fn finish(&mut self) -> Made {
        let tables = std::mem::take(&mut self.counter).finish(&self.model)?;
        let mut rows = Rows::new(outlets_schema());
        for (tag, records) in (0..).zip(&tables) {
            for record in records {
                rows.push(&[Cell::Int(tag), Cell::Text(&record.to_string())]);
            }
        }
        Ok(vec![rows.finish()?])
    }
}
