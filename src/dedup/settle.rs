//! Deduplication until nothing repeats: what is kept is judged again as a corpus of its own.
//!
//! One pass is not enough. What a set is, and what belongs to a site, is learnt from all pages; with the repeats gone the rest
//! may be judged otherwise. So the pages that stay are judged by the same settings as if the others were not there, until a
//! pass removes nothing. What is kept then is what another run keeps. Pages that are cleaned as they were the first time,
//! nearly all, are not cleaned again. Where what is read of a record depends on the others (an id made of its place, an
//! encoding guessed from the file) the pages that stay are written out and read as the next run would read them.

use super::places::places;
use super::{Job, rewrite};
use crate::candidates::Pair;
use crate::corpus::{Corpus, Shard};
use crate::error::{Error, Result};
use crate::pipeline::{self, Findings, Observer};
use crate::retention::{RemovalReason, Removed};
use crate::storage::cleanup::{Unfinished, make_parents};
use crate::types::DocId;
use crate::verify::Kind;
use rustc_hash::FxHashMap;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

/// Passes after which a corpus that does not settle is left as it is. Every pass but the last removes a page.
const PASSES: usize = 12;

/// The records of the inputs that go, by record, when no pass finds more. Cost of every further pass: learning furniture from
/// the pages that stay, finding candidates among them and verifying these; when they are read again, a whole run.
pub(super) fn settled(findings: &Findings, job: &Job, observer: &dyn Observer) -> Result<Vec<Removed>> {
    let mut removed = job.first_removed(findings)?;
    let is_in_place = findings.pages.corpus.is_read_alike_without_some();
    for _ in 1..PASSES {
        let more = match removed.is_empty() {
            true => break,
            false if is_in_place => further_in_place(findings, job, &removed, observer)?,
            false => further_read_again(findings, job, &removed, observer)?,
        };
        if more.is_empty() {
            break;
        }
        removed.extend(more);
        removed.sort_unstable_by_key(|r| r.doc);
    }
    point_to_kept(findings, &mut removed)?;
    Ok(removed)
}

/// What another run over the pages that stay would remove.
fn further_in_place(
    findings: &Findings,
    job: &Job,
    removed: &[Removed],
    observer: &dyn Observer,
) -> Result<Vec<Removed>> {
    let gone: Vec<DocId> = removed.iter().map(|r| r.doc).collect();
    job.first_removed(&pipeline::judge_without(&gone, findings, observer)?)
}

/// The same by writing these pages and reading them again, in the numbers of this run.
fn further_read_again(
    findings: &Findings,
    job: &Job,
    removed: &[Removed],
    observer: &dyn Observer,
) -> Result<Vec<Removed>> {
    let corpus = findings.pages.corpus;
    let make = || tempfile::Builder::new().prefix(".tonggao-").tempdir_in(corpus.scratch());
    let mut temporary = None;
    let scratch = Unfinished::folder(|| Ok(temporary.insert(make()?).path().to_owned()));
    let scratch = scratch.map_err(|source| Error::Write { path: corpus.scratch().to_owned(), source })?;
    let kept = write_kept(corpus, job, removed, scratch.path())?;
    let inputs: Vec<_> = std::iter::once(scratch.path().to_owned()).chain(job.against.iter().cloned()).collect();
    let again = match Corpus::read(&inputs, &findings.config.reading(None)?) {
        Ok(again) => again,
        // Nothing stays, or nothing that stays has a field that was named: a run on it would end here too.
        Err(Error::NoRecords { .. } | Error::UnmatchedField { .. }) => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let next = Job { inputs: inputs[..1].to_vec(), ..job.clone() };
    let Some(docs) = numbers(corpus, job, &again, &next, &kept) else { return Ok(Vec::new()) };
    let found = pipeline::judge(&again, &findings.config, observer)?;
    let number = |doc: DocId| docs[doc.index()];
    Ok(next
        .first_removed(&found)?
        .into_iter()
        .map(|r| Removed { doc: number(r.doc), twin: number(r.twin), ..r })
        .collect())
}

/// Writes the records that stay, and gives them file by file.
fn write_kept(corpus: &Corpus, job: &Job, removed: &[Removed], folder: &Path) -> Result<FxHashMap<String, Vec<DocId>>> {
    let stays = |doc: DocId| removed.binary_search_by_key(&doc, |r| r.doc).is_err();
    let shards: Vec<Shard> = corpus.shards().into_iter().filter(|shard| job.is_rewritten(shard)).collect();
    let mut kept = FxHashMap::default();
    for (shard, place) in shards.iter().zip(places(&shards, &job.inputs)?) {
        let docs: Vec<DocId> = shard.docs().filter(|&doc| stays(doc)).collect();
        if docs.is_empty() {
            continue;
        }
        let path = folder.join(&place);
        let failed = |source| Error::Write { path: path.clone(), source };
        make_parents(folder, &place).map_err(failed)?;
        let mut writer = BufWriter::with_capacity(1 << 20, File::create(&path).map_err(failed)?);
        rewrite::copy(corpus, shard, stays, &mut writer).and_then(|()| writer.flush()).map_err(failed)?;
        corpus.check_unchanged(shard)?;
        kept.insert(place, docs);
    }
    Ok(kept)
}

/// For every record of the corpus read again its number in the first. None when the two do not have the same records: then
/// nothing can be said of them.
fn numbers(
    corpus: &Corpus,
    job: &Job,
    again: &Corpus,
    next: &Job,
    kept: &FxHashMap<String, Vec<DocId>>,
) -> Option<Vec<DocId>> {
    let mut docs = Vec::with_capacity(again.len());
    for shard in again.shards().iter().filter(|shard| next.is_rewritten(shard)) {
        docs.extend(kept.get(shard.name).filter(|docs| docs.len() == shard.docs.len())?);
    }
    let is_all = docs.len() == kept.values().map(Vec::len).sum::<usize>();
    let [old, old_again] =
        [(job, corpus), (next, again)].map(|(job, corpus)| job.first_old(corpus).0..corpus.len() as u32);
    docs.extend(old.clone().map(DocId));
    (is_all && old.len() == old_again.len()).then_some(docs)
}

/// Names for every page that goes one that stays, where a later pass removed the one that was named.
fn point_to_kept(findings: &Findings, removed: &mut [Removed]) -> Result<()> {
    let twin: FxHashMap<DocId, DocId> = removed.iter().map(|r| (r.doc, r.twin)).collect();
    let last = |mut doc: DocId| {
        while let Some(&next) = twin.get(&doc) {
            doc = next;
        }
        doc
    };
    let mut pairs: Vec<Pair> = Vec::new();
    for r in removed.iter_mut().filter(|r| twin.contains_key(&r.twin)) {
        r.twin = last(r.twin);
        pairs.push(Pair::new(r.doc, r.twin));
    }
    pairs.sort_unstable();
    let measured = findings.measure(&pairs)?;
    for r in removed.iter_mut() {
        let pair = Pair::new(r.doc, r.twin);
        if pairs.binary_search(&pair).is_err() {
            continue;
        }
        if findings.have_equal_bodies(r.doc, r.twin) {
            (r.reason, r.score) = (RemovalReason::Exact, 1.0);
        } else if let Some(found) = measured.of(pair) {
            r.score = found.containment_of_shorter();
            r.reason = if found.kind == Kind::Part { RemovalReason::Part } else { RemovalReason::Reprint };
        }
    }
    Ok(())
}
