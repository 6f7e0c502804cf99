//! A commit: new pages are sketched and compared with all others, what candidate pairs connect to a change is grouped anew,
//! and what came of it is written at once.

use super::components::{self, Components};
use super::durable::DurableFile;
use super::events::{self, Event, EventKind, EventOrigin};
use super::learnt::Learnt;
use super::manifest::{EVENTS, Manifest};
use super::measured::MeasuredPairs;
use super::model::IndexModel;
use super::points::{self, KnownPoints};
use super::segment::{self, KeptShingles, MOST, PageRow, Segment};
use super::state::{self, Changes, Head, State, StoredCluster};
use super::tiers;
use super::verdicts::KeptVerdicts;
use crate::attribution::{OutletKeys, Outlets, SeenNames};
use crate::candidates::{self, Pair};
use crate::cluster::{self, Cluster, Clusters, Setting};
use crate::config::Config;
use crate::corpus::Corpus;
use crate::error::{Error, Result};
use crate::origin::{self, Lineage, Overlaps, PageFacts, Source};
use crate::pages::{self, BodySpans, BodyWriter, Pages};
use crate::pipeline::{self, Compared, Observer, stop_if_cancelled};
use crate::records::PointRecord;
use crate::report;
use crate::signature::{SignatureWriter, Signatures};
use crate::storage::Scratch;
use crate::storage::folder::FileSum;
use crate::talking_points::{self, aggregation};
use crate::types::{DocId, Skipped};
use crate::verdicts::Resolved;
use crate::verify::{self, Matches};
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::BTreeMap;
use std::io::Write;
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
    /// Verdicts of the index that name pages which it does not have; they count when the pages come.
    pub unknown_verdicts: usize,
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
    /// The outlets that were known.
    pub outlets: Outlets,
    /// The ids of pages by their numbers then, where those have changed.
    pub ids: Option<Vec<String>>,
}

/// What a commit starts from.
pub(super) struct Base<'f> {
    pub folder: &'f Path,
    /// Of the commit, with what stays of the one before.
    pub manifest: Manifest,
    pub model: IndexModel,
    /// What earlier commits sketched.
    pub segments: Vec<Segment>,
    /// The names that the pages of these segments write.
    pub seen: SeenNames,
    pub measured: MeasuredPairs,
    /// By page, for the pages that there were and that stay: the number of its set, as far as the set may change.
    pub before: Vec<u32>,
    /// Ids of pages that do not stay, by the numbers of their sets.
    pub dropped: BTreeMap<u32, Vec<String>>,
    pub earlier: Option<Earlier>,
    pub verdicts: KeptVerdicts,
    /// Those that are known, where talking points are to be found.
    pub points: Option<KnownPoints>,
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
        let mut verdicts = self.verdicts.verdicts.resolve(&corpus);
        let asked = Grouping { pages: &pages, verdicts: &mut verdicts, config, scratch: &scratch, observer };
        let (clusters, matches, components) = self.group(asked, &mut signatures)?;

        let points = self.talking_points((&pages, &signatures), &clusters, &matches, &scratch, observer)?;
        let sets: Vec<Vec<u32>> =
            clusters.list.iter().map(|cluster| cluster.members.iter().map(|doc| doc.0).collect()).collect();
        let numbers = events::numbered(&self.before, &sets, &mut self.manifest.next_cluster);
        let changed = self.changed(&clusters, &sets, &numbers, &verdicts);
        observer.begin("origin", changed.len() as u64);
        let grouped = Grouped { sets, numbers };
        let (mut stored, learnt) = self.judged(&clusters, &grouped, &changed, &outlets, &matches)?;
        obey_origins(&mut stored, &verdicts, &pages);
        self.verdicts.write(self.folder, &mut self.manifest)?;
        components.write(self.folder, &mut self.manifest)?;
        let commit = self.write(&corpus, &grouped, &stored, &learnt, &points)?;
        Ok(Commit { unknown_verdicts: verdicts.counts.unknown_pages, ..commit })
    }

    /// The places of the sets that are new or not as they were: they have other pages, or another medoid. What people judged is
    /// taken for new.
    fn changed(&self, clusters: &Clusters, sets: &[Vec<u32>], numbers: &[u32], verdicts: &Resolved) -> Vec<usize> {
        let all = 0..sets.len();
        let Some(earlier) = self.earlier.as_ref().filter(|earlier| earlier.ids.is_none()) else { return all.collect() };
        let mut sizes: FxHashMap<u32, usize> = FxHashMap::default();
        self.before.iter().for_each(|&number| *sizes.entry(number).or_default() += 1);
        let judged: FxHashSet<u32> = verdicts.pages().map(|page| page.0).collect();
        let is_as_before = |&k: &usize| {
            let (pages, number) = (&sets[k], numbers[k]);
            let has_all = sizes.get(&number) == Some(&pages.len());
            has_all
                && !pages.iter().any(|page| judged.contains(page))
                && pages.iter().all(|&page| self.before.get(page as usize) == Some(&number))
                && earlier.state.has(Head::of(number, &clusters.list[k]))
        };
        all.filter(|k| !is_as_before(k)).collect()
    }

    /// The sets that changed, each with its number and history, and what names and habits are known by now. Others keep
    /// their histories.
    fn judged(
        &self,
        clusters: &Clusters,
        grouped: &Grouped,
        changed: &[usize],
        outlets: &Outlets,
        matches: &Matches,
    ) -> Result<(Vec<(u32, StoredCluster)>, Learnt)> {
        let members: Vec<Vec<u32>> = changed.iter().map(|&k| grouped.sets[k].clone()).collect();
        let facts = self.facts(&members, outlets)?;
        let overlaps = Overlaps::new(matches);
        let earlier = self.earlier.as_ref().filter(|earlier| earlier.ids.is_none());
        let learnt = match earlier {
            None => Learnt::of(&facts, &overlaps, outlets, &self.model.roles),
            Some(earlier) => {
                let before = self.facts(&self.sets_before(grouped, changed), outlets)?;
                let (resolved, habits) = earlier.state.judging(&earlier.outlets, &self.model.roles)?;
                let known = Learnt { names: earlier.state.names()?, habits, resolved };
                known.updated(&earlier.outlets, [&before, &facts], &overlaps, outlets, &self.model.roles)
            }
        };
        let lineages = origin::judge(&facts, &overlaps, &learnt.resolved, &learnt.habits);
        let stored = |(&k, lineage)| (grouped.numbers[k], StoredCluster::new(&clusters.list[k], lineage));
        Ok((changed.iter().zip(lineages).map(stored).collect(), learnt))
    }

    /// The sets as they were whose pages are in sets that changed, or in none now.
    fn sets_before(&self, grouped: &Grouped, changed: &[usize]) -> Vec<Vec<u32>> {
        let now = grouped.cluster_of(self.before.len());
        let changed: FxHashSet<u32> = changed.iter().map(|&k| grouped.numbers[k]).collect();
        let is_concerned = |page: usize| now[page] != self.before[page] || changed.contains(&now[page]);
        let concerned: FxHashSet<u32> =
            (0..self.before.len()).filter(|&page| is_concerned(page)).map(|page| self.before[page]).collect();
        let mut sets: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
        for (page, &number) in (0..).zip(&self.before) {
            if number != events::NONE && concerned.contains(&number) {
                sets.entry(number).or_default().push(page);
            }
        }
        sets.into_values().collect()
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
            segment::write(&self.folder.join(&name), pages, range, stored, seen, observer)?;
            self.segments.push(Segment::open(self.folder, &name, start as u32)?);
            self.manifest.take(self.folder, &name)?;
            self.manifest.segments.push(name);
        }
        Ok(())
    }

    /// Groups the pages of the components that changed, and forgets the sets of other pages, which stay.
    fn group(&mut self, asked: Grouping, signatures: &mut Signatures) -> Result<(Clusters, Matches, Components)> {
        let Grouping { pages, verdicts, config, scratch, observer } = asked;
        let corpus = pages.corpus;
        let order = |doc: DocId| corpus.order(doc);
        observer.begin("candidates", 0);
        let proposed = candidates::propose_by_kept(signatures, &KeptShingles(&self.segments), &order, scratch)?;
        signatures.forget_sketches();
        let components = Components::new(&proposed.pairs, corpus.len(), verdicts);
        let kept = components.kept(&self.known_components()?);
        self.before.iter_mut().zip(&kept).filter(|(_, kept)| **kept).for_each(|(number, _)| *number = events::NONE);
        verdicts.pairs.retain(|pair, _| !kept[pair.a.index()]);
        let changed: Vec<Pair> = proposed.pairs.iter().copied().filter(|pair| !kept[pair.a.index()]).collect();
        observer.begin("verify", changed.len() as u64);
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
        let mut matches = measure(&changed)?;
        observer.begin("cluster", 0);
        let setting = Setting {
            documents: corpus.len(),
            order: &order,
            same_article: config.same_article,
            verdicts: &verdicts.pairs,
            measure: &measure,
            scratch,
        };
        let clusters = cluster::cluster(&mut matches, &setting)?;
        Ok((clusters, matches, components))
    }

    /// The talking points of all pages, if they are to be found.
    fn talking_points(
        &self,
        (pages, signatures): (&Pages, &Signatures),
        clusters: &Clusters,
        matches: &Matches,
        scratch: &Scratch,
        observer: &dyn Observer,
    ) -> Result<Vec<PointRecord>> {
        if self.points.is_none() {
            return Ok(Vec::new());
        }
        observer.begin("talking_points", 0);
        let mut times = Vec::with_capacity(pages.corpus.len());
        for segment in &self.segments {
            times.extend(segment.pages.all()?.iter().map(PageRow::time));
        }
        let roles = &self.model.roles;
        let (voters, quotes) = aggregation::input(pages, signatures, &times, clusters, matches, roles);
        let found = talking_points::find(voters, quotes, pages, None, scratch)?;
        Ok(report::point_records(pages.corpus, &found))
    }

    /// What the last commit knew of components, if pages have the numbers that they had then.
    fn known_components(&self) -> Result<Vec<u64>> {
        match &self.earlier {
            Some(Earlier { ids: None, .. }) => components::known(self.folder, &self.manifest),
            _ => Ok(Vec::new()),
        }
    }

    /// What the members of some sets state, each a list of pages.
    fn facts(&self, sets: &[Vec<u32>], outlets: &Outlets) -> Result<Vec<Vec<PageFacts>>> {
        let mut places: Vec<(u32, u32)> =
            (0u32..).zip(sets).flat_map(|(at, pages)| pages.iter().map(move |&page| (page, at))).collect();
        places.sort_unstable();
        let mut members: Vec<Vec<PageFacts>> = sets.iter().map(|pages| Vec::with_capacity(pages.len())).collect();
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
        grouped: &Grouped,
        stored: &[(u32, StoredCluster)],
        learnt: &Learnt,
        points: &[PointRecord],
    ) -> Result<Commit> {
        let commit = self.manifest.commit;
        let ended = events::ended(&self.before, &grouped.numbers);
        let events = self.events(corpus, grouped, &ended, stored, points)?;
        if self.points.is_some() {
            points::write(self.folder, &mut self.manifest, points)?;
        }
        let measured = self.measured.new_pairs();
        if measured > 0 {
            self.measured.write(self.folder, &mut self.manifest)?;
        }
        self.merge_segments()?;
        let earlier = self.earlier.as_ref().filter(|earlier| earlier.ids.is_none()).map(|earlier| &earlier.state);
        let before = if earlier.is_some() { self.before.as_slice() } else { &[] };
        let cluster_of = grouped.cluster_of(corpus.len());
        let stay = earlier.map_or(0, |state| state.numbers().len() - state.count(&grouped.numbers) - ended.len());
        let clusters = stay + grouped.sets.len();
        let changes = Changes {
            sets: stored,
            ended: if earlier.is_some() { &ended } else { &[] },
            cluster_of: [before, &cluster_of],
            learnt,
        };
        state::write(self.folder, &mut self.manifest, earlier, &changes)?;
        self.append(&events)?;
        self.manifest.next_event += events.len() as u64;
        (self.manifest.documents, self.manifest.clusters) = (corpus.len() as u64, clusters as u64);
        self.manifest.commit(self.folder)?;
        Ok(Commit { commit, measured, documents: corpus.len(), clusters, events, ..Commit::default() })
    }

    /// Puts the last segments together if they are small.
    fn merge_segments(&mut self) -> Result<()> {
        let sizes: Vec<usize> = self.segments.iter().map(Segment::len).collect();
        let count = tiers::merged(&sizes, MOST);
        if count < 2 {
            return Ok(());
        }
        let stay = sizes.len() - count;
        let name = format!("pages-{}-merged.pack", self.manifest.commit);
        segment::merge(&self.folder.join(&name), &self.segments[stay..])?;
        for merged in self.manifest.segments.drain(stay..) {
            self.manifest.files.remove(&merged);
        }
        self.manifest.take(self.folder, &name)?;
        self.manifest.segments.push(name);
        Ok(())
    }

    /// What happened to the sets, with numbers.
    fn events(
        &self,
        corpus: &Corpus,
        grouped: &Grouped,
        ended: &[u32],
        stored: &[(u32, StoredCluster)],
        points: &[PointRecord],
    ) -> Result<Vec<Event>> {
        let id = |doc: DocId| corpus.id(doc).to_owned();
        let mut found: Vec<Event> = Vec::new();
        let about = |event, cluster| Event {
            seq: 0,
            commit: self.manifest.commit,
            event,
            cluster,
            from: None,
            pages: Vec::new(),
            origin: None,
            point: None,
        };
        let blank = |event, cluster| about(event, Some(cluster));
        for (&cluster, pages) in &self.dropped {
            found.push(Event { pages: pages.clone(), ..blank(EventKind::Left, cluster) });
        }
        for change in events::changes(&self.before, &grouped.sets, &grouped.numbers, ended) {
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
        let new = self.points.iter().flat_map(|known| known.new_ones(points));
        found.extend(new.map(|point| Event { point: Some(point), ..about(EventKind::NewPoint, None) }));
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
            let mut file = DurableFile::open(&path)?;
            file.seek(counted)?;
            file.write_all(&lines)?;
            file.sync()?;
            FileSum::of(&path)
        };
        let sum = write().map_err(|source| Error::Write { path: path.clone(), source })?;
        self.manifest.files.insert(EVENTS.to_owned(), sum);
        Ok(())
    }
}

/// What grouping needs besides the index.
struct Grouping<'g, 'c> {
    pages: &'g Pages<'c>,
    /// Those on pages that stay as they are leave here.
    verdicts: &'g mut Resolved,
    config: &'g Config,
    scratch: &'g Scratch,
    observer: &'g dyn Observer,
}

/// Gives the sets of pages whose origin people know that origin.
fn obey_origins(stored: &mut [(u32, StoredCluster)], verdicts: &Resolved, pages: &Pages) {
    if verdicts.origins.is_empty() {
        return;
    }
    let sets: Vec<Cluster> = stored.iter().map(|(_, set)| set.cluster()).collect();
    let mut lineages: Vec<Lineage> = stored.iter().map(|(_, set)| set.lineage.clone()).collect();
    pipeline::obey_origins(&mut lineages, &sets, verdicts, pages);
    for ((_, set), lineage) in stored.iter_mut().zip(lineages) {
        let is_named = |(page, _): &(DocId, _)| set.members.binary_search(page).is_ok();
        set.origin_verdict = verdicts.origins.iter().any(is_named);
        set.lineage = lineage;
    }
}

/// The sets of the components that a commit changed: lists of pages, and their numbers.
struct Grouped {
    sets: Vec<Vec<u32>>,
    numbers: Vec<u32>,
}

impl Grouped {
    /// By page, for the first pages: the number of its set.
    fn cluster_of(&self, pages: usize) -> Vec<u32> {
        let mut cluster_of = vec![events::NONE; pages];
        for (pages, &number) in self.sets.iter().zip(&self.numbers) {
            for &page in pages {
                if let Some(place) = cluster_of.get_mut(page as usize) {
                    *place = number;
                }
            }
        }
        cluster_of
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

/// Signatures, without samples, and bodies of all pages.
fn gathered(segments: &[Segment], pages: usize, scratch: &Scratch) -> Result<(Signatures, BodySpans)> {
    let signatures = || {
        let mut signatures = SignatureWriter::new(pages, scratch);
        segments.iter().try_for_each(|segment| segment.sign(&mut signatures))?;
        signatures.finish()
    };
    let bodies = || {
        let mut bodies = BodyWriter::new(pages, scratch);
        segments.iter().try_for_each(|segment| bodies.append(&segment.bodies()?))?;
        bodies.finish()
    };
    let (signatures, bodies) = rayon::join(signatures, bodies);
    Ok((signatures?, bodies?))
}
