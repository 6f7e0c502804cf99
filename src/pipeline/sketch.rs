//! The one pass over the pages: each is cleaned once, signed, and read for what it states.

use super::draft::draft;
use super::progress::{Observer, stop_if_cancelled};
use crate::attribution::Attribution;
use crate::error::Result;
use crate::origin::facts;
use crate::pages::{BodyPart, BodySpans, BodyWriter, PageRead, Pages};
use crate::signature::{SignaturePart, SignatureWriter, Signatures};
use crate::storage::stage_files::{StageReader, StageWriter};
use crate::storage::{ListColumn, ListPart, ListWriter, Scratch, TempRecords, TempRecordsPart};
use crate::types::{DocId, Timestamp};
use bytemuck::{Pod, Zeroable};
use rayon::prelude::*;
use std::ops::Range;

/// What a run will want to know of a page besides its text and time.
#[derive(Clone, Copy, Default)]
pub(crate) struct Wanted {
    /// Its record in `documents.jsonl`.
    pub records: bool,
    /// What the origin stage weighs.
    pub facts: bool,
    /// The keys of its lines, by which a further run knows whether it would be cleaned otherwise.
    pub lines: bool,
    /// Of its body no more than the hash, where only equal bodies are looked for.
    pub hash_alone: bool,
}

/// Adds a page without reading it anew, where that is possible; false for one that must be read.
pub(crate) type TakeKnown<'t> = &'t (dyn Fn(DocId, &mut SketchPart) -> bool + Sync);

/// What one pass over the pages leaves of them.
pub(super) struct Sketches {
    pub(super) signatures: Signatures,
    pub(super) bodies: BodySpans,
    pub(super) times: Vec<Option<Timestamp>>,
    /// The record of each page as far as the page alone gives it; none when it is not asked for.
    pub(super) drafts: TempRecords,
    /// What the origin stage will want to know of each page; none when it is not asked for.
    pub(super) facts: TempRecords,
    /// The keys of the lines of each page; none when they are not asked for.
    pub(super) lines: ListColumn<u64>,
}

/// A time as the file of a stage keeps it.
#[derive(Clone, Copy, Pod, Zeroable)]
#[repr(C)]
struct TimeRow {
    seconds: i64,
    zone: i32,
    precision: u32,
}

/// Times that are written in one go.
const TIMES_AT_ONCE: usize = 1 << 14;

impl Sketches {
    /// Writes all but the keys of lines to the file of a stage.
    pub(super) fn save(&self, to: &mut StageWriter) -> Result<()> {
        self.signatures.save(to)?;
        self.bodies.save(to)?;
        to.number(self.times.len() as u64)?;
        let row = |&time: &Option<Timestamp>| {
            let (seconds, zone, precision) = Timestamp::to_numbers(time);
            TimeRow { seconds, zone, precision }
        };
        for some in self.times.chunks(TIMES_AT_ONCE) {
            to.bytes(bytemuck::cast_slice(&some.iter().map(row).collect::<Vec<TimeRow>>()))?;
        }
        self.drafts.save(to)?;
        self.facts.save(to)
    }

    /// Reads what [`Sketches::save`] wrote.
    pub(super) fn load(pages: &Pages, from: &mut StageReader) -> Result<Self> {
        let (signatures, bodies) = (Signatures::load(from)?, BodySpans::load(from)?);
        let rows = from.column::<TimeRow>()?;
        let time = |row: &TimeRow| Timestamp::from_numbers(row.seconds, row.zone, row.precision);
        let folder = pages.corpus.scratch();
        Ok(Sketches {
            signatures,
            bodies,
            times: rows.iter().map(time).collect(),
            drafts: TempRecords::load(folder, from)?,
            facts: TempRecords::load(folder, from)?,
            lines: ListColumn::default(),
        })
    }
}

/// The same of some pages that follow each other.
#[derive(Default)]
pub(crate) struct SketchPart {
    pub signatures: SignaturePart,
    pub bodies: BodyPart,
    pub times: Vec<Option<Timestamp>>,
    pub draft: TempRecordsPart,
    pub facts: TempRecordsPart,
    pub lines: ListPart<u64>,
}

/// Pages that one task sketches.
pub(crate) const PART: usize = 256;
/// Parts for each thread that are sketched before they are gathered.
const PARTS_AT_ONCE: usize = 16;

/// Cleans every page once: signs its body, keeps where it is, reads what the page states about itself, and
/// keeps its record for later.
pub(super) fn sketch(
    pages: &Pages,
    wanted: Wanted,
    known: Option<TakeKnown>,
    scratch: &Scratch,
    observer: &dyn Observer,
) -> Result<Sketches> {
    let (drafts, facts) = (TempRecords::create(pages.corpus.scratch())?, TempRecords::create(pages.corpus.scratch())?);
    let count = pages.corpus.len();
    let part = |&first: &usize| {
        let mut part = sketch_part(pages, first..(first + PART).min(count), wanted, known, observer)?;
        part.draft = drafts.put(part.draft)?;
        part.facts = facts.put(part.facts)?;
        Ok(part)
    };
    let firsts: Vec<usize> = (0..count).step_by(PART).collect();
    let mut gathered = SketchWriter::new(count, scratch);
    let mut ready = Vec::new();
    for some in firsts.chunks(PARTS_AT_ONCE * rayon::current_num_threads()) {
        // While some pages are sketched, what was made of those before them is gathered.
        let sketched = || some.par_iter().map(part).collect::<Result<Vec<SketchPart>>>();
        let (added, made) = rayon::join(|| gathered.add(ready), sketched);
        added?;
        ready = made?;
    }
    gathered.add(ready)?;
    gathered.finish(drafts, facts)
}

/// Parts put together in the order of the pages.
struct SketchWriter {
    signatures: SignatureWriter,
    bodies: BodyWriter,
    times: Vec<Option<Timestamp>>,
    drafts: Vec<TempRecordsPart>,
    facts: Vec<TempRecordsPart>,
    lines: ListWriter<u64>,
}

impl SketchWriter {
    fn new(pages: usize, scratch: &Scratch) -> Self {
        SketchWriter {
            signatures: SignatureWriter::new(pages, scratch),
            bodies: BodyWriter::new(pages, scratch),
            times: Vec::with_capacity(pages),
            drafts: Vec::new(),
            facts: Vec::new(),
            lines: ListWriter::new(pages, scratch),
        }
    }

    fn add(&mut self, parts: Vec<SketchPart>) -> Result<()> {
        for part in parts {
            self.signatures.append(&part.signatures)?;
            self.bodies.append(&part.bodies)?;
            self.times.extend(part.times);
            self.drafts.push(part.draft);
            self.facts.push(part.facts);
            self.lines.append(&part.lines)?;
        }
        Ok(())
    }

    fn finish(self, drafts: TempRecords, facts: TempRecords) -> Result<Sketches> {
        Ok(Sketches {
            signatures: self.signatures.finish()?,
            bodies: self.bodies.finish()?,
            times: self.times,
            drafts: drafts.in_order(self.drafts),
            facts: facts.in_order(self.facts),
            lines: self.lines.finish()?,
        })
    }
}

/// What is to be kept of some pages that follow each other.
pub(crate) fn sketch_part(
    pages: &Pages,
    range: Range<usize>,
    wanted: Wanted,
    known: Option<TakeKnown>,
    observer: &dyn Observer,
) -> Result<SketchPart> {
    stop_if_cancelled(observer)?;
    let mut part = SketchPart::default();
    for doc in range.clone().map(|doc| DocId(doc as u32)) {
        if !known.is_some_and(|take| take(doc, &mut part)) {
            sketch_page(pages, doc, wanted, &mut part);
        }
    }
    observer.advance(range.len() as u64);
    Ok(part)
}

/// Adds what is to be kept of one page. What it states about itself is read only for the origin stage.
pub(crate) fn sketch_page(pages: &Pages, doc: DocId, wanted: Wanted, part: &mut SketchPart) {
    pages.read(doc, |raw, clean| {
        match wanted.hash_alone {
            true => part.signatures.hash(&clean.body.ids),
            false => part.signatures.sign(&clean.body.ids),
        }
        part.bodies.push(clean);
        if wanted.lines {
            part.lines.push(clean.lines.iter().map(|line| line.key));
        }
        let attribution = if wanted.facts { pages.attribution(raw, clean) } else { Attribution::default() };
        let printed = || if wanted.facts { attribution.published } else { pages.printed_time(raw, clean) };
        let published = pages.published(raw, printed);
        part.times.push(published);
        let page = PageRead { doc, raw, clean, attribution, published };
        if wanted.facts {
            part.facts.push(&facts::line(&facts::of_page(pages, &page)));
        }
        if wanted.records {
            draft(&mut part.draft, pages, page);
        }
    });
}
