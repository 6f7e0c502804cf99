//! A commit: new pages are sketched and compared with all others, everything is grouped anew, and what came of it is written
//! at once.

use super::events::{self, Event, EventKind, EventOrigin};
use super::manifest::{EVENTS, Manifest};
use super::measured::MeasuredPairs;
use super::model::Model;
use super::segment::{self, MOST, Segment};
use super::state::{self, State, StoredCluster};
use crate::attribution::{OutletKeys, Outlets, SeenNames};
use crate::candidates::{self, Pair};
use crate::cluster::{self, Clusters, Setting};
use crate::config::Config;
use crate::corpus::Corpus;
use crate::error::{Error, Result};
use crate::origin::{self, HabitCounts, Lineage, NameCounts, Names, Overlaps, PageFacts, Source};
use crate::pages::{self, BodyPart, BodySpans, BodyWriter, Pages};
use crate::pipeline::{self, Compared, Observer, stop_if_cancelled};
use crate::signature::{SignatureWriter, Signatures};
use crate::storage::Scratch;
use crate::storage::folder::FileSum;
use crate::types::{DocId, Skipped};
use crate::verify::{self, Matches};
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::BTreeMap;
use std::fs;
use std::io::{Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

/// What a commit did.
#[derive(Clone, Debug, Default)]
pub struct Commit {
    /// Its number; 0 when nothing was to be done.
    pub commit: u64,
    /// Pages that were added.
    pub added: usize,
    /// Pages that the index had already, in the same file at the same place.
    pub known: usize,
    /// Pages that a compaction left out because they are no longer in their files.
    pub dropped: usize,
    /// Records that are no pages.
    pub skipped: Vec<Skipped>,
    /// Pairs of pages that were measured.
    pub measured: usize,
    /// Pages in the index now.
    pub documents: usize,
    /// Reprint sets in the index now.
    pub clusters: usize,
    /// What happened to reprint sets.
    pub events: Vec<Event>,
}

/// The path of a file as the index keeps it: from the folder of the index, if it is in that folder or in the one around it.
pub(super) fn shown(folder: &Path, path: &Path) -> PathBuf {
    if let Ok(inside) = path.strip_prefix(folder) {
        return inside.to_owned();
    }
    let around = folder.parent().and_then(|around| path.strip_prefix(around).ok());
    around.map_or_else(|| path.to_owned(), |rest| Path::new("..").join(rest))
}

/// The sets before a commit.
pub(super) struct Earlier {
    pub state: State,
    /// The ids of pages by their numbers then, where those have changed.
    pub ids: Option<Vec<String>>,
}

/// What a commit starts from.
pub(super) struct Base<'f> {
    pub folder: &'f Path,
    /// Of the commit, with what stays of the one before.
    pub manifest: Manifest,
    pub model: Model,
    /// What earlier commits sketched.
    pub segments: Vec<Segment>,
    /// The names that the pages of these segments write.
    pub seen: SeenNames,
    pub measured: MeasuredPairs,
    /// By page, for the pages that there were and that stay: the number of its set.
    pub before: Vec<u32>,
    /// Ids of pages that do not stay, by the numbers of their sets.
    pub dropped: BTreeMap<u32, Vec<String>>,
    pub earlier: Option<Earlier>,
}

impl Base<'_> {
    /// Sketches the pages that no segment has, compares all, and commits. The pages of the segments come first in `corpus`;
    /// `keys` are of all pages, `new` are the names of those to be sketched.
    pub(super) fn commit(
        mut self,
        corpus: Corpus,
        mut keys: Vec<OutletKeys>,
        new: SeenNames,
        config: &Config,
        observer: &dyn Observer,
    ) -> Result<Commit> {
        let first: usize = self.segments.iter().map(Segment::len).sum();
        self.seen.add(new.clone());
        let outlets = Outlets::learn(&self.seen, self.model.roles.aliases());
        let (furniture, houses) = (&self.model.furniture, &self.model.houses);
        pages::recognise_templates(&corpus, first, &mut keys, furniture, houses);
        let mut pages = Pages::known(&corpus, config.timezone, (&outlets, furniture), keys, BodySpans::default());
        observer.begin("signature", (corpus.len() - first) as u64);
        self.sketch(&pages, first, new, observer)?;
        let scratch = pipeline::scratch(&corpus, config)?;
        let (mut signatures, bodies) = gathered(&self.segments, corpus.len(), &scratch)?;
        pages.bodies = bodies;

        stop_if_cancelled(observer)?;
        let (clusters, matches) = self.group(&pages, &mut signatures, config, &scratch, observer)?;

        observer.begin("origin", clusters.list.len() as u64);
        let facts = self.facts(&clusters, &outlets)?;
        let overlaps = Overlaps::new(&matches);
        let counts = NameCounts::gather(&facts);
        let names = Names::from_counts(&counts, &outlets, &self.model.roles);
        let habits = origin::habits(&facts, &overlaps, &names);
        let lineages = origin::judge(&facts, &overlaps, &names, &habits);
        self.write(&corpus, &clusters, lineages, &counts, &habits)
    }

    /// Sketches the pages from `first` on and writes them as segments.
    fn sketch(&mut self, pages: &Pages, first: usize, seen: SeenNames, observer: &dyn Observer) -> Result<()> {
        let mut seen = Some(seen);
        for (number, start) in (first..pages.corpus.len()).step_by(MOST).enumerate() {
            let range = start..(start + MOST).min(pages.corpus.len());
            let name = format!("pages-{}-{number}.pack", self.manifest.commit);
            let mut stored = pages.corpus.stored(range.clone());
            stored.files.iter_mut().for_each(|file| file.path = shown(self.folder, &file.path));
            let seen = seen.take().unwrap_or_default();
            segment::write(&self.folder.join(&name), pages, range, &stored, &seen, observer)?;
            self.segments.push(Segment::open(self.folder, &name, start as u32)?);
            self.manifest.take(self.folder, &name)?;
            self.manifest.segments.push(name);
        }
        Ok(())
    }

    /// Groups all pages.
    fn group(
        &self,
        pages: &Pages,
        signatures: &mut Signatures,
        config: &Config,
        scratch: &Scratch,
        observer: &dyn Observer,
    ) -> Result<(Clusters, Matches)> {
        let corpus = pages.corpus;
        let order = |doc: DocId| corpus.order(doc);
        observer.begin("candidates", 0);
        let proposed = candidates::propose(signatures, &order, scratch)?;
        signatures.forget_sketches();
        observer.begin("verify", proposed.pairs.len() as u64);
        let bodies = Compared::new(pages, signatures, &proposed.stories);
        let goes_on = |done: usize| {
            observer.advance(done as u64);
            stop_if_cancelled(observer)
        };
        let measure = |pairs: &[Pair]| {
            self.measured.matches(pairs, scratch, |missing| {
                let differing = missing.iter().filter(|&&pair| verify::Bodies::equal(&bodies, pair).is_none());
                corpus.read_ahead(differing.flat_map(|pair| [pair.a, pair.b]))?;
                verify::verify(missing, &bodies, scratch, goes_on)
            })
        };
        let mut matches = measure(&proposed.pairs)?;
        observer.begin("cluster", 0);
        let setting = Setting {
            documents: corpus.len(),
            order: &order,
            same_article: config.same_article,
            verdicts: &FxHashMap::default(),
            measure: &measure,
            scratch,
        };
        let clusters = cluster::cluster(&mut matches, &setting)?;
        Ok((clusters, matches))
    }

    /// What the members of every set state.
    fn facts(&self, clusters: &Clusters, outlets: &Outlets) -> Result<Vec<Vec<PageFacts>>> {
        let mut places: Vec<(u32, u32)> = (0u32..)
            .zip(&clusters.list)
            .flat_map(|(number, cluster)| cluster.members.iter().map(move |doc| (doc.0, number)))
            .collect();
        places.sort_unstable();
        let mut members: Vec<Vec<PageFacts>> =
            clusters.list.iter().map(|c| Vec::with_capacity(c.members.len())).collect();
        for segment in &self.segments {
            let (docs, numbers): (Vec<u32>, Vec<u32>) =
                places.iter().filter_map(|&(doc, number)| Some((segment.place(DocId(doc))?, number))).unzip();
            for (page, number) in segment.facts(&docs, outlets)?.into_iter().zip(numbers) {
                members[number as usize].push(page);
            }
        }
        // Which page is quoted for all, or how a name is shown, must not depend on where pages are.
        members.iter_mut().for_each(|members| members.sort_unstable_by_key(|page| page.order));
        Ok(members)
    }

    /// Writes the sets, the pairs that were measured and the events, and commits.
    fn write(
        mut self,
        corpus: &Corpus,
        clusters: &Clusters,
        lineages: Vec<Lineage>,
        names: &NameCounts,
        habits: &HabitCounts,
    ) -> Result<Commit> {
        let commit = self.manifest.commit;
        let sets: Vec<Vec<u32>> =
            clusters.list.iter().map(|cluster| cluster.members.iter().map(|doc| doc.0).collect()).collect();
        let numbers = events::numbered(&self.before, &sets, &mut self.manifest.next_cluster);
        let stored = clusters.list.iter().zip(lineages).map(|(cluster, lineage)| StoredCluster::new(cluster, lineage));
        let stored: Vec<(u32, StoredCluster)> = numbers.iter().copied().zip(stored).collect();
        let events = self.events(corpus, &sets, &numbers, &stored)?;
        let measured = self.measured.new_pairs();
        if measured > 0 {
            let name = format!("matches-{commit}.pack");
            self.measured.write(&self.folder.join(&name))?;
            self.manifest.take(self.folder, &name)?;
            self.manifest.matches.push(name);
        }
        self.manifest.files.remove(&self.manifest.state);
        self.manifest.state = format!("clusters-{commit}.pack");
        let clusters = stored.len();
        state::write(&self.folder.join(&self.manifest.state), corpus.len(), stored, names, habits)?;
        let state = self.manifest.state.clone();
        self.manifest.take(self.folder, &state)?;
        self.append(&events)?;
        self.manifest.next_event += events.len() as u64;
        (self.manifest.documents, self.manifest.clusters) = (corpus.len() as u64, clusters as u64);
        self.manifest.commit(self.folder)?;
        Ok(Commit { commit, measured, documents: corpus.len(), clusters, events, ..Commit::default() })
    }

    /// What happened to the sets, with numbers.
    fn events(
        &self,
        corpus: &Corpus,
        sets: &[Vec<u32>],
        numbers: &[u32],
        stored: &[(u32, StoredCluster)],
    ) -> Result<Vec<Event>> {
        let id = |doc: DocId| corpus.id(doc).to_owned();
        let mut found: Vec<Event> = Vec::new();
        let blank = |event, cluster| Event {
            seq: 0,
            commit: self.manifest.commit,
            event,
            cluster,
            from: None,
            pages: Vec::new(),
            origin: None,
        };
        for (&cluster, pages) in &self.dropped {
            found.push(Event { pages: pages.clone(), ..blank(EventKind::Left, cluster) });
        }
        for change in events::changes(&self.before, sets, numbers) {
            let pages = change.pages.iter().map(|&page| id(DocId(page))).collect();
            found.push(Event { from: change.from, pages, ..blank(change.event, change.cluster) });
        }
        let have_pages: FxHashSet<u32> = self.before.iter().copied().collect();
        let emptied = self.dropped.keys().filter(|number| !have_pages.contains(number));
        found.extend(emptied.map(|&number| blank(EventKind::Ended, number)));
        let mut in_order: Vec<&(u32, StoredCluster)> = stored.iter().collect();
        in_order.sort_unstable_by_key(|(number, _)| *number);
        for (number, set) in in_order {
            let now = answer(&set.lineage, &id);
            let before = self.earlier.as_ref().map(|earlier| earlier.answer(*number, &id)).transpose()?.flatten();
            if before
                .is_some_and(|before| (before.document, before.outlet) != (now.document.clone(), now.outlet.clone()))
            {
                found.push(Event { origin: Some(now), ..blank(EventKind::OriginChanged, *number) });
            }
        }
        (self.manifest.next_event..).zip(&mut found).for_each(|(seq, event)| event.seq = seq);
        Ok(found)
    }

    /// Adds events to their file. Those of a process that ends before its commit do not count.
    fn append(&mut self, events: &[Event]) -> Result<()> {
        let path = self.folder.join(EVENTS);
        let counted = self.manifest.files.get(EVENTS).map_or(0, |sum| sum.bytes);
        let mut lines = Vec::new();
        for event in events {
            // Texts and numbers always serialise.
            lines.extend(serde_json::to_vec(event).unwrap_or_default());
            lines.push(b'\n');
        }
        let write = || {
            let mut file = fs::File::options().create(true).truncate(false).write(true).open(&path)?;
            file.seek(SeekFrom::Start(counted))?;
            file.write_all(&lines)?;
            file.sync_all()?;
            FileSum::of(&path)
        };
        let sum = write().map_err(|source| Error::Write { path: path.clone(), source })?;
        self.manifest.files.insert(EVENTS.to_owned(), sum);
        Ok(())
    }
}

impl Earlier {
    /// Where the text of a set came from; `None` for a set that there was not.
    fn answer(&self, number: u32, id: &dyn Fn(DocId) -> String) -> Result<Option<EventOrigin>> {
        let id_then = |doc: DocId| match &self.ids {
            Some(ids) => ids.get(doc.index()).cloned().unwrap_or_default(),
            None => id(doc),
        };
        Ok(self.state.cluster(number)?.map(|set| answer(&set.lineage, &id_then)))
    }
}

fn answer(lineage: &Lineage, id: &dyn Fn(DocId) -> String) -> EventOrigin {
    let document = match &lineage.origin {
        Source::Document(doc) => Some(id(*doc)),
        Source::Outside(_) | Source::Unknown => None,
    };
    EventOrigin {
        document,
        outlet: lineage.outlet.clone(),
        probability: crate::records::rounded(lineage.probability, 4),
    }
}

/// Signatures and bodies of all pages.
fn gathered(segments: &[Segment], pages: usize, scratch: &Scratch) -> Result<(Signatures, BodySpans)> {
    let (mut signatures, mut bodies) = (SignatureWriter::new(pages, scratch), BodyWriter::new(scratch));
    for segment in segments {
        let mut part = BodyPart::default();
        segment.gather(&mut signatures, &mut part)?;
        bodies.append(&part)?;
    }
    Ok((signatures.finish()?, bodies.finish()?))
}
