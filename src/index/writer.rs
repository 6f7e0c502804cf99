//! Pages come into an index. Signatures and measured pairs of earlier commits are used again, so texts are read of new pages
//! and of their partners alone; what a commit comes to is what one run over all pages comes to.

use super::commit::{Base, Commit, Earlier, shown};
use super::events;
use super::manifest::{self, EVENTS, FORMAT, Manifest, WriteLock, lasting};
use super::measured::MeasuredPairs;
use super::model::{self, IndexModel};
use super::points::KnownPoints;
use super::posted;
use super::reader::Snapshot;
use super::verdicts::KeptVerdicts;
use crate::attribution::SeenNames;
use crate::config::Config;
use crate::corpus::{Corpus, StoredFile, StoredRecord};
use crate::error::{Error, Result};
use crate::origin::Roles;
use crate::pages::{self, Pages};
use crate::pipeline::Observer;
use crate::records::VERSION;
use crate::types::DocId;
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Makes an index in a folder that does not exist, or is empty. The boilerplate model is the one that the settings name,
/// or is learnt from the pages.
pub(super) fn create(folder: &Path, inputs: &[PathBuf], config: &Config, observer: &dyn Observer) -> Result<Commit> {
    let verdicts = KeptVerdicts::default().with(config)?;
    let is_free = fs::symlink_metadata(folder).is_err() || is_unfinished(folder);
    if !is_free {
        return Err(Error::OutExists { path: folder.to_owned() });
    }
    let failed = |source| Error::Write { path: folder.to_owned(), source };
    fs::create_dir_all(folder).map_err(failed)?;
    let folder = &folder.canonicalize().map_err(failed)?;
    let lock = WriteLock::take(folder)?;
    let mut manifest = empty(config);
    lock.clear(&manifest)?;
    let opened = if inputs.is_empty() { None } else { Some(open(folder, inputs, config)?) };
    // Pages that come later may lack a field.
    opened.as_ref().map_or(Ok(()), Corpus::check_mappings)?;
    let roles = Roles::of_run(config)?;
    observer.begin("clean", 0);
    let model = match &opened {
        Some(corpus) => {
            let mut pages = Pages::new(corpus, config.timezone, roles.aliases());
            IndexModel::make(config, roles, Some(&mut pages), &verdicts.verdicts.lines)?
        }
        None => IndexModel::make(config, roles, None, &verdicts.verdicts.lines)?,
    };
    model.write(folder, &mut manifest)?;
    let base = Base {
        folder,
        manifest,
        model,
        segments: Vec::new(),
        seen: SeenNames::default(),
        measured: MeasuredPairs::default(),
        before: Vec::new(),
        dropped: BTreeMap::new(),
        earlier: None,
        verdicts,
        points: None,
    };
    let mut corpus = opened.unwrap_or_else(nothing);
    let skipped = std::mem::take(&mut corpus.skipped);
    let (keys, seen) = pages::names(&corpus);
    let added = corpus.len();
    let commit = base.commit(corpus, keys, seen, &run_config(config, config), observer)?;
    Ok(Commit { added, skipped, ..commit })
}

/// True for an empty folder, and for one in which a process was ended before its first commit.
fn is_unfinished(folder: &Path) -> bool {
    let Ok(entries) = fs::read_dir(folder) else { return false };
    entries.flatten().all(|entry| manifest::is_uncommitted(&entry.file_name().to_string_lossy()))
}

/// The manifest before the first commit.
fn empty(config: &Config) -> Manifest {
    Manifest {
        format: FORMAT,
        version: VERSION.to_owned(),
        method: String::new(),
        fingerprint: String::new(),
        commit: 1,
        documents: 0,
        clusters: 0,
        next_cluster: 0,
        next_event: 1,
        settings: lasting(config),
        furniture: String::new(),
        names: String::new(),
        outlets: None,
        segments: Vec::new(),
        matches: Vec::new(),
        state: Vec::new(),
        verdicts: None,
        points: None,
        components: None,
        files: Default::default(),
    }
}

/// The settings of an index with what one run asks for: threads, memory, a folder for temporary files.
fn run_config(settings: &Config, run: &Config) -> Config {
    let Config { threads, memory, temp, no_mmap, .. } = run.clone();
    Config { threads, memory, temp, no_mmap, ..lasting(settings) }
}

/// Opens inputs, by paths that lead to them from anywhere.
fn open(folder: &Path, inputs: &[PathBuf], config: &Config) -> Result<Corpus> {
    let absolute = |input: &PathBuf| -> Result<PathBuf> {
        let kind = fs::metadata(input);
        if input.as_os_str() == "-" || kind.is_ok_and(|kind| !kind.is_file() && !kind.is_dir()) {
            let expected = "files and folders: an index reads pages again from where they are".to_owned();
            return Err(Error::Setting { name: "input".to_owned(), value: input.display().to_string(), expected });
        }
        let path = std::path::absolute(input).map_err(|source| Error::Read { path: input.clone(), source })?;
        let parent = path.parent().and_then(|parent| parent.canonicalize().ok());
        Ok(parent.zip(path.file_name()).map_or_else(|| path.clone(), |(parent, name)| parent.join(name)))
    };
    let inputs: Vec<PathBuf> = inputs.iter().map(absolute).collect::<Result<_>>()?;
    Corpus::read(&inputs, &config.reading(Some(folder.to_owned()))?)
}

/// Adds pages. Pages that the index has already, in the same file at the same place, are left out.
pub(super) fn add(folder: &Path, inputs: &[PathBuf], run: &Config, observer: &dyn Observer) -> Result<Commit> {
    let (folder, lock, at) = opened_to_add(folder)?;
    let (config, verdicts) = (run_config(&at.manifest.settings, run), at.verdicts(run)?);
    let are_verdicts_alone = inputs.is_empty() && run.verdicts.is_some();
    let corpus = if are_verdicts_alone { nothing() } else { open(&folder, inputs, &config)? };
    extend(&folder, &lock, at, (corpus, verdicts), &config, observer)
}

/// Adds the records on lines of JSON and keeps them in a file of the index. A record that the index has from an earlier call,
/// byte for byte, is left out.
pub(super) fn add_records(folder: &Path, records: &str, run: &Config, observer: &dyn Observer) -> Result<Commit> {
    let (folder, lock, mut at) = opened_to_add(folder)?;
    let (new, known) = posted::unknown(&at, records)?;
    let verdicts = at.verdicts(run)?;
    let config = run_config(&at.manifest.settings, run);
    if new.is_empty() {
        let commit = extend(&folder, &lock, at, (nothing(), verdicts), &config, observer)?;
        return Ok(Commit { known, ..commit });
    }
    let name = posted::write(&folder, at.manifest.commit + 1, &new)?;
    at.manifest.take(&folder, &name)?;
    let corpus = Corpus::read(&[folder.join(name)], &config.reading(None)?)?;
    let commit = extend(&folder, &lock, at, (corpus, verdicts), &config, observer)?;
    Ok(Commit { known: commit.known + known, ..commit })
}

/// What is said when there was nothing to add.
fn unchanged(at: &Snapshot, known: usize) -> Result<Commit> {
    Ok(Commit { known, documents: at.len(), clusters: at.state.numbers().len(), ..Commit::default() })
}

/// A corpus without pages.
fn nothing() -> Corpus {
    Corpus::of_stored(Default::default(), &Default::default())
}

/// Adds the pages of a corpus, and obeys verdicts.
fn extend(
    folder: &Path,
    lock: &WriteLock,
    at: Snapshot,
    (mut corpus, verdicts): (Corpus, KeptVerdicts),
    config: &Config,
    observer: &dyn Observer,
) -> Result<Commit> {
    let skipped = std::mem::take(&mut corpus.skipped);
    let found = corpus.len();
    let known = known(folder, &corpus, &at)?;
    corpus.retain(|doc| !known[doc.index()]);
    let (added, known) = (corpus.len(), found - corpus.len());
    if added == 0 && !verdicts.are_new {
        return Ok(Commit { skipped, ..unchanged(&at, known)? });
    }
    let (new_keys, new_seen) = pages::names(&corpus);
    let (records, reading) = (at.records()?, at.reading(config.temp.as_deref())?);
    let corpus = corpus.with_stored_before(records, &reading);
    let mut keys = at.keys()?;
    keys.extend(new_keys);
    let before = at.state.cluster_of().to_vec();
    let Snapshot { manifest, model, segments, state, measured, seen, outlets, .. } = at;
    let base = Base {
        folder,
        manifest: Manifest { commit: manifest.commit + 1, ..manifest },
        model,
        seen,
        measured,
        before,
        dropped: BTreeMap::new(),
        earlier: Some(Earlier { state, outlets, ids: None }),
        segments,
        verdicts,
        points: None,
    };
    let commit = base.commit(corpus, keys, new_seen, config, observer)?;
    lock.clear(&Manifest::read(folder)?)?;
    Ok(Commit { added, known, skipped, ..commit })
}

/// Takes the right to add to an index, which must be one that this version signs pages for.
fn opened_to_add(folder: &Path) -> Result<(PathBuf, WriteLock, Snapshot)> {
    let (folder, lock, at) = opened(folder)?;
    if !model::is_own(&at.manifest) {
        return Err(Error::IndexMethod { path: folder, version: at.manifest.version });
    }
    lock.clear(&at.manifest)?;
    Ok((folder, lock, at))
}

/// Takes the right to write to an index and opens its latest commit.
fn opened(folder: &Path) -> Result<(PathBuf, WriteLock, Snapshot)> {
    let folder = folder.canonicalize().map_err(|source| Error::Read { path: folder.to_owned(), source })?;
    // A folder that is no index gets no lock.
    Manifest::read(&folder)?;
    let lock = WriteLock::take(&folder)?;
    let at = Snapshot::open(&folder)?;
    Ok((folder, lock, at))
}

/// By what a page is known again: its file as the index keeps it, its place and hash.
type Place<'p> = (&'p Path, u64, u32);

/// The places of all pages in some files.
fn places<'s>(at: &'s Snapshot, files: &FxHashSet<PathBuf>) -> Result<FxHashSet<Place<'s>>> {
    let mut places = FxHashSet::default();
    for segment in &at.segments {
        let known = |file: &'s StoredFile| Some(file.path.as_path()).filter(|path| files.contains(*path));
        let paths: Vec<Option<&Path>> = segment.files().iter().map(known).collect();
        if paths.iter().all(Option::is_none) {
            continue;
        }
        for row in segment.pages.all()? {
            let StoredRecord { file, offset, sum, .. } = row.record();
            places.extend(paths.get(file as usize).copied().flatten().map(|path| (path, offset, sum)));
        }
    }
    Ok(places)
}

/// Which pages of a corpus the index has already.
fn known(folder: &Path, corpus: &Corpus, at: &Snapshot) -> Result<Vec<bool>> {
    let docs = || (0..corpus.len() as u32).map(DocId);
    let mut files: FxHashMap<&Path, PathBuf> = FxHashMap::default();
    for (path, ..) in docs().map(|doc| corpus.place(doc)) {
        files.entry(path).or_insert_with(|| shown(folder, path));
    }
    let places = places(at, &files.values().cloned().collect())?;
    let is_known = |doc: DocId| {
        let (path, offset, _) = corpus.place(doc);
        !places.is_empty() && places.contains(&(files[path].as_path(), offset, corpus.sum(doc)))
    };
    Ok(docs().map(is_known).collect())
}

/// Reads all pages again, learns the boilerplate anew, and writes all of the index as one segment. Pages that are no longer
/// in their files are left out, or are an error.
pub(super) fn compact(folder: &Path, drop_missing: bool, run: &Config, observer: &dyn Observer) -> Result<Commit> {
    let (folder, lock, at) = opened(folder)?;
    lock.clear(&at.manifest)?;
    let (config, verdicts) = (run_config(&at.manifest.settings, run), at.verdicts(run)?);
    let known = || KnownPoints::read(&folder, &at.manifest);
    let points = if run.only.talking_points() { Some(known()?) } else { None };
    observer.begin("clean", 0);
    let mut corpus = Corpus::of_stored(at.records()?, &at.reading(config.temp.as_deref())?);
    let missing: FxHashSet<DocId> = corpus.missing().into_iter().collect();
    if let Some(&doc) = missing.iter().min().filter(|_| !drop_missing) {
        return Err(Error::InputChanged { path: corpus.place(doc).0.to_owned() });
    }
    let ids: Vec<String> = (0..corpus.len() as u32).map(|doc| corpus.id(DocId(doc)).to_owned()).collect();
    let stays = |doc: &u32| !missing.contains(&DocId(*doc));
    let cluster_of = at.state.cluster_of();
    let mut dropped: BTreeMap<u32, Vec<String>> = BTreeMap::new();
    for (number, id) in (0..).zip(cluster_of).zip(&ids).filter(|((doc, _), _)| !stays(doc)).map(|((_, n), id)| (*n, id))
    {
        dropped.entry(number).or_default().push(id.clone());
    }
    dropped.remove(&events::NONE);
    let before = (0..corpus.len() as u32).filter(stays).map(|doc| cluster_of[doc as usize]).collect();
    corpus.retain(|doc| stays(&doc.0));
    let roles = at.model.roles.clone();
    let making = Config { furniture: run.furniture.clone(), outlets: at.model.table(), ..config.clone() };
    let model = {
        let mut pages = Pages::new(&corpus, config.timezone, roles.aliases());
        let pages = Some(&mut pages).filter(|pages| !pages.corpus.is_empty());
        IndexModel::make(&making, roles, pages, &verdicts.verdicts.lines)?
    };
    let Snapshot { manifest: old, state, outlets, .. } = at;
    let mut manifest = Manifest {
        commit: old.commit + 1,
        segments: Vec::new(),
        matches: Vec::new(),
        state: Vec::new(),
        components: None,
        ..old.clone()
    };
    let stays = [EVENTS, old.verdicts.as_deref().unwrap_or_default(), old.points.as_deref().unwrap_or_default()];
    manifest.files.retain(|name, _| stays.contains(&name.as_str()) || posted::is_one(name));
    model.write(&folder, &mut manifest)?;
    let (keys, seen) = pages::names(&corpus);
    let base = Base {
        folder: &folder,
        manifest,
        model,
        segments: Vec::new(),
        seen: SeenNames::default(),
        measured: MeasuredPairs::default(),
        before,
        dropped,
        earlier: Some(Earlier { state, outlets, ids: Some(ids) }),
        verdicts,
        points,
    };
    let commit = base.commit(corpus, keys, seen, &config, observer)?;
    lock.clear(&Manifest::read(&folder)?)?;
    Ok(Commit { dropped: missing.len(), ..commit })
}
