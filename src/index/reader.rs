//! An index as of one commit, mapped.

use super::events::NONE;
use super::manifest::{self, EVENTS, Manifest};
use super::measured::MeasuredPairs;
use super::model::{self, IndexModel};
use super::segment::{PageRow, Segment};
use super::state::State;
use super::verdicts::KeptVerdicts;
use crate::attribution::{OutletKeys, Outlets, SeenNames};
use crate::config::Config;
use crate::corpus::{Corpus, CorpusConfig, StoredRecords};
use crate::error::{Error, Result};
use crate::pages::{BodyPart, BodySpans, BodyWriter, Pages};
use crate::signature::{SignaturePart, SignatureWriter, Signatures};
use crate::storage::Scratch;
use crate::types::{DocId, Timestamp};
use rustc_hash::FxHashMap;
use std::path::{Path, PathBuf};

/// All that a commit consists of.
pub(super) struct Snapshot {
    pub folder: PathBuf,
    pub manifest: Manifest,
    pub model: IndexModel,
    pub segments: Vec<Segment>,
    pub state: State,
    pub measured: MeasuredPairs,
    /// The names that all pages write.
    pub seen: SeenNames,
    pub outlets: Outlets,
    /// How inputs and files of the index are read.
    reading: CorpusConfig,
}

/// What can be read of an index without its model.
struct Rest {
    segments: Vec<Segment>,
    seen: SeenNames,
    outlets: Outlets,
    state: State,
}

impl Rest {
    fn open(folder: &Path, manifest: &Manifest) -> Result<Self> {
        let (mut segments, mut seen, mut first) = (Vec::new(), SeenNames::default(), 0);
        for name in &manifest.segments {
            let segment = Segment::open(folder, name, first)?;
            seen.add(segment.names()?);
            first += segment.len() as u32;
            segments.push(segment);
        }
        let (roles, _) = model::roles(folder, manifest)?;
        let outlets = Outlets::learn(&seen, roles.aliases());
        let state = State::open(folder, &manifest.state, first as usize)?;
        Ok(Rest { segments, seen, outlets, state })
    }
}

/// How often a reader starts over when a compaction removes a file that it was about to open.
const TRIES: usize = 5;

impl Snapshot {
    /// Opens the latest commit.
    pub(super) fn open(folder: &Path) -> Result<Self> {
        let mut tries = 0;
        loop {
            let manifest = Manifest::read(folder)?;
            let commit = manifest.commit;
            match Snapshot::of(folder, manifest) {
                Err(Error::Read { source, .. })
                    if source.kind() == std::io::ErrorKind::NotFound
                        && tries < TRIES
                        && Manifest::read(folder).is_ok_and(|now| now.commit != commit) =>
                {
                    tries += 1;
                }
                opened => return opened,
            }
        }
    }

    fn of(folder: &Path, manifest: Manifest) -> Result<Self> {
        if cfg!(target_endian = "big") {
            let expected = "a machine with little-endian numbers, whose byte order the files have".to_owned();
            return Err(Error::Setting { name: "index".into(), value: folder.display().to_string(), expected });
        }
        check_sizes(folder, &manifest)?;
        // Most of the time goes into the model. A pool of threads may be at work on a commit for long.
        let (model, rest) = std::thread::scope(|scope| {
            let model = scope.spawn(|| IndexModel::read(folder, &manifest));
            let rest = Rest::open(folder, &manifest);
            (model.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)), rest)
        });
        let (model, Rest { segments, seen, outlets, state }) = (model?, rest?);
        let measured = MeasuredPairs::open(folder, &manifest.matches, model::is_own(&manifest))?;
        let reading = manifest.settings.reading(Some(folder.to_owned()))?;
        Ok(Snapshot { folder: folder.to_owned(), manifest, model, segments, state, measured, seen, outlets, reading })
    }

    /// Pages in it.
    pub(super) fn len(&self) -> usize {
        self.segments.iter().map(Segment::len).sum()
    }

    /// The segment of a page, and its place there.
    pub(super) fn place(&self, doc: DocId) -> Result<(&Segment, usize)> {
        let at = self.segments.partition_point(|segment| segment.first <= doc.0);
        let segment = at.checked_sub(1).map(|at| &self.segments[at]);
        let found = segment.and_then(|segment| Some((segment, segment.place(doc)? as usize)));
        found.ok_or_else(|| super::pack::damaged(&self.folder, "it refers to a page that it does not have"))
    }

    pub(super) fn row(&self, doc: DocId) -> Result<PageRow> {
        let (segment, place) = self.place(doc)?;
        segment.pages.get(place)
    }

    pub(super) fn id(&self, doc: DocId) -> Result<String> {
        let (segment, place) = self.place(doc)?;
        segment.id(place)
    }

    /// The verdicts of the index, with those that a run brings.
    pub(super) fn verdicts(&self, run: &Config) -> Result<KeptVerdicts> {
        KeptVerdicts::read(&self.folder, &self.manifest)?.with(run)
    }

    /// How inputs and files of the index are read.
    pub(super) fn reading(&self, temp: Option<&Path>) -> Result<CorpusConfig> {
        Ok(CorpusConfig { temp: temp.map(Path::to_owned), ..self.reading.clone() })
    }

    /// The records of all pages.
    pub(super) fn records(&self) -> Result<StoredRecords> {
        let mut all = StoredRecords::default();
        for segment in &self.segments {
            let before = all.files.len() as u32;
            for place in 0..segment.files().len() as u32 {
                all.files.push(segment.file(&self.folder, place)?);
            }
            for row in segment.pages.all()? {
                let mut record = row.record();
                record.file += before;
                all.records.push(record);
            }
            all.ids.extend(segment.all_ids()?);
        }
        Ok(all)
    }

    /// What tells the outlets of all pages.
    pub(super) fn keys(&self) -> Result<Vec<OutletKeys>> {
        let mut keys = Vec::with_capacity(self.len());
        for segment in &self.segments {
            for row in segment.pages.all()? {
                keys.push(segment.keys(row)?);
            }
        }
        Ok(keys)
    }

    /// Some pages, in the order given, as a corpus of their own.
    pub(super) fn some(&self, docs: &[DocId]) -> Result<SomePages> {
        let mut records = StoredRecords::default();
        let mut files: FxHashMap<(u32, u32), u32> = FxHashMap::default();
        let (mut keys, mut times) = (Vec::new(), Vec::new());
        let (mut signatures, mut bodies) = (SignaturePart::default(), BodyPart::default());
        let (mut last, mut unpacked) = (None, [None, None]);
        for &doc in docs {
            let (segment, place) = self.place(doc)?;
            if last.replace(segment.first) != Some(segment.first) {
                unpacked = [None, None];
            }
            let (id, spans) = segment.id_and_spans(place, &mut unpacked)?;
            let row = segment.pages.get(place)?;
            let mut record = row.record();
            record.file = match files.get(&(segment.first, record.file)) {
                Some(&known) => known,
                None => {
                    let number = records.files.len() as u32;
                    records.files.push(segment.file(&self.folder, record.file)?);
                    files.insert((segment.first, record.file), number);
                    number
                }
            };
            records.records.push(record);
            records.ids.push(id);
            keys.push(segment.keys(&row)?);
            times.push(row.time());
            signatures.push_known(row.body_hash, row.units);
            bodies.push_known(&spans);
        }
        Ok(SomePages { records, keys, times, signatures, bodies })
    }
}

/// Pages of an index that are looked at, as the stages want them.
pub(super) struct SomePages {
    pub records: StoredRecords,
    pub keys: Vec<OutletKeys>,
    pub times: Vec<Option<Timestamp>>,
    pub signatures: SignaturePart,
    pub bodies: BodyPart,
}

/// Signatures and bodies that were gathered.
pub(super) fn finished(signatures: &SignaturePart, bodies: &BodyPart, pages: usize) -> Result<(Signatures, BodySpans)> {
    let scratch = Scratch::default();
    let (mut signed, mut written) = (SignatureWriter::new(pages, &scratch), BodyWriter::new(pages, &scratch));
    signed.append(signatures)?;
    written.append(bodies)?;
    Ok((signed.finish()?, written.finish()?))
}

/// The pages of a corpus that an index knows.
pub(super) fn known<'c>(corpus: &'c Corpus, at: &Snapshot, keys: Vec<OutletKeys>, bodies: BodySpans) -> Pages<'c> {
    Pages::known(corpus, at.manifest.settings.timezone, (&at.outlets, &at.model.furniture), keys, bodies)
}

/// Compares the sizes of all files with the manifest.
fn check_sizes(folder: &Path, manifest: &Manifest) -> Result<()> {
    for (name, sum) in &manifest.files {
        let path = folder.join(name);
        let size = std::fs::metadata(&path).map_err(|source| Error::Read { path: path.clone(), source })?.len();
        if size != sum.bytes && !(name == EVENTS && size > sum.bytes) {
            return Err(super::pack::damaged(&path, &format!("it has {size} bytes, and {} were written", sum.bytes)));
        }
    }
    Ok(())
}

/// Reads all of an index again and compares it with what was written.
pub(super) fn check(folder: &Path) -> Result<Snapshot> {
    let at = Snapshot::open(folder)?;
    for (name, sum) in &at.manifest.files {
        if name == EVENTS {
            manifest::read(folder, &at.manifest, EVENTS)?;
            continue;
        }
        let path = folder.join(name);
        let found = crate::storage::folder::FileSum::of(&path);
        if found.map_err(|source| Error::Read { path: path.clone(), source })? != *sum {
            return Err(super::pack::damaged(&path, "it does not have the hash of the manifest"));
        }
    }
    at.segments.iter().try_for_each(Segment::check)?;
    at.measured.check()?;
    at.state.check()?;
    let counts = [at.len() as u64, at.state.numbers().len() as u64];
    let mut members = 0;
    for &number in at.state.numbers() {
        for doc in at.state.cluster(number)?.map_or_else(Vec::new, |set| set.members) {
            members += 1;
            if at.state.of(doc) != Some(number) {
                return Err(super::pack::damaged(folder, "a set and its pages disagree"));
            }
        }
    }
    let in_sets = at.state.cluster_of().iter().filter(|&&number| number != NONE).count();
    let is_consistent = counts == [at.manifest.documents, at.manifest.clusters] && members == in_sets;
    if is_consistent { Ok(at) } else { Err(super::pack::damaged(folder, "its parts do not fit together")) }
}
