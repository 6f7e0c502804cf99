//! The reprint sets as of a commit. A commit writes the sets that it changed; of a set that several packs have, the last one
//! counts.
//!
//! ```text
//! clusters-COMMIT.pack
//!   heads       a row a set, 16 bytes, by number, see [`Head`]
//!   clusters    packed lists of bytes, 4 together: JSON of each set, pages by number; nothing for a set that ended
//!   moved       page: u32, number of the set that it is in now, or 2^32 - 1 for none: u32
//!   learnt      three packed lists of bytes, of the last pack: JSON of what names that pages credit are resolved by, of what
//!               habits of outlets are learnt from, and of the names as they are resolved
//! ```

use super::events::NONE;
use super::learnt::Learnt;
use super::manifest::Manifest;
use super::pack::{Pack, PackWriter, PackedBlock, PackedLists, Section, damaged};
use super::segment::json;
use super::tiers;
use crate::attribution::Outlets;
use crate::cluster::Cluster;
use crate::error::Result;
use crate::origin::{HabitCounts, Lineage, NameCounts, Names, Roles};
use crate::types::DocId;
use bytemuck::{Pod, Zeroable};
use rustc_hash::FxHashSet;
use serde::{Deserialize, Serialize};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

/// A reprint set as it is kept.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct StoredCluster {
    pub members: Vec<DocId>,
    pub medoid: DocId,
    pub least_held: f32,
    pub mean_held: f32,
    pub lineage: Lineage,
    /// People named the origin.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub origin_verdict: bool,
}

impl StoredCluster {
    pub(super) fn new(cluster: &Cluster, lineage: Lineage) -> Self {
        let Cluster { members, medoid, least_held, mean_held } = cluster.clone();
        StoredCluster { members, medoid, least_held, mean_held, lineage, origin_verdict: false }
    }

    pub(super) fn cluster(&self) -> Cluster {
        let StoredCluster { members, medoid, least_held, mean_held, .. } = self.clone();
        Cluster { members, medoid, least_held, mean_held }
    }
}

/// What tells whether a set of the same pages is the same set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Pod, Zeroable)]
#[repr(C)]
pub(super) struct Head {
    /// Its number.
    number: u32,
    /// Its medoid; 2^32 - 1 for a set that ended.
    medoid: u32,
    /// The least share that a member and the medoid have in common, and the mean, as bits of f32.
    held: [u32; 2],
}

impl Head {
    pub(super) fn of(number: u32, cluster: &Cluster) -> Self {
        Head { number, medoid: cluster.medoid.0, held: [cluster.least_held, cluster.mean_held].map(f32::to_bits) }
    }

    fn ended(number: u32) -> Self {
        Head { number, medoid: NONE, held: [0; 2] }
    }

    fn is_ended(&self) -> bool {
        self.medoid == NONE
    }
}

/// Sets that are packed together.
const TOGETHER: usize = 4;

/// The sets that some commits changed, mapped.
struct StatePack {
    path: PathBuf,
    pack: Arc<Pack>,
    heads: Section<Head>,
    clusters: PackedLists,
    moved: Section<[u32; 2]>,
}

impl StatePack {
    fn open(folder: &Path, name: &str) -> Result<Self> {
        let path = folder.join(name);
        let pack = Pack::open(&path)?;
        let (heads, moved) = (pack.section("heads")?, pack.section("moved")?);
        Ok(StatePack { heads, clusters: PackedLists::open(&pack, "clusters", TOGETHER)?, moved, pack, path })
    }
}

/// Where a set is: in which pack, and there at which place.
#[derive(Clone, Copy)]
struct Place {
    pack: u32,
    row: u32,
}

/// The sets.
pub(super) struct State {
    packs: Vec<StatePack>,
    /// The numbers of all sets, in order, their heads, and where they are.
    numbers: Vec<u32>,
    heads: Vec<Head>,
    places: Vec<Place>,
    /// By page: the number of its set.
    cluster_of: Vec<u32>,
    recent: Mutex<Recent>,
}

/// Sets that were read lately, the last one last: much asked about is what many print, and such sets are large.
#[derive(Default)]
struct Recent(Vec<(u32, Arc<StoredCluster>)>);

/// Members of all recent sets together.
const RECENT: usize = 1 << 16;

impl Recent {
    fn get(&mut self, number: u32) -> Option<Arc<StoredCluster>> {
        let at = self.0.iter().position(|(known, _)| *known == number)?;
        let found = self.0.remove(at);
        self.0.push(found);
        self.0.last().map(|(_, set)| Arc::clone(set))
    }

    fn put(&mut self, number: u32, set: &Arc<StoredCluster>) {
        self.0.retain(|(known, _)| *known != number);
        self.0.push((number, Arc::clone(set)));
        let mut room = RECENT;
        let fits = |(_, set): &&(u32, Arc<StoredCluster>)| {
            let rest = room.checked_sub(set.members.len());
            rest.inspect(|rest| room = *rest).is_some()
        };
        let stay = self.0.iter().rev().take_while(fits).count();
        self.0.drain(..self.0.len() - stay);
    }
}

impl State {
    /// Opens the packs of an index of so many pages.
    pub(super) fn open(folder: &Path, names: &[String], pages: usize) -> Result<Self> {
        let packs: Vec<StatePack> = names.iter().map(|name| StatePack::open(folder, name)).collect::<Result<_>>()?;
        let mut cluster_of = vec![NONE; pages];
        let mut found: Vec<(u32, u32, u32, Head)> = Vec::new();
        for (pack, number) in packs.iter().zip(0u32..) {
            // Later packs come first among those of one set.
            found.extend(
                pack.heads.all()?.iter().zip(0..).map(|(head, row)| (head.number, u32::MAX - number, row, *head)),
            );
            for &[page, number] in pack.moved.all()? {
                let place = cluster_of.get_mut(page as usize);
                *place.ok_or_else(|| damaged(&pack.path, "a page is missing"))? = number;
            }
        }
        found.sort_unstable_by_key(|&(number, pack, row, _)| (number, pack, row));
        found.dedup_by_key(|(number, ..)| *number);
        found.retain(|(.., head)| !head.is_ended());
        Ok(State {
            numbers: found.iter().map(|(number, ..)| *number).collect(),
            heads: found.iter().map(|(.., head)| *head).collect(),
            places: found.iter().map(|&(_, pack, row, _)| Place { pack: u32::MAX - pack, row }).collect(),
            packs,
            cluster_of,
            recent: Mutex::default(),
        })
    }

    pub(super) fn check(&self) -> Result<()> {
        self.packs.iter().try_for_each(|pack| pack.pack.check())
    }

    /// The numbers of all sets, in order.
    pub(super) fn numbers(&self) -> &[u32] {
        &self.numbers
    }

    /// By page: the number of its set.
    pub(super) fn cluster_of(&self) -> &[u32] {
        &self.cluster_of
    }

    /// The number of the set of a page.
    pub(super) fn of(&self, doc: DocId) -> Option<u32> {
        self.cluster_of.get(doc.index()).copied().filter(|&number| number != NONE)
    }

    /// How many of these numbers are those of sets.
    pub(super) fn count(&self, numbers: &[u32]) -> usize {
        numbers.iter().filter(|number| self.numbers.binary_search(number).is_ok()).count()
    }

    /// True for the head of a set as it is.
    pub(super) fn has(&self, head: Head) -> bool {
        self.numbers.binary_search(&head.number).is_ok_and(|at| self.heads[at] == head)
    }

    /// The set of a number, if there is one.
    pub(super) fn cluster(&self, number: u32) -> Result<Option<StoredCluster>> {
        let Ok(at) = self.numbers.binary_search(&number) else { return Ok(None) };
        let Place { pack, row } = self.places[at];
        let pack = &self.packs[pack as usize];
        Ok(Some(json(&pack.path, &pack.clusters.get(row as usize)?)?))
    }

    /// Calls `with` on the sets at some places among all, in order.
    pub(super) fn each(&self, places: Range<usize>, mut with: impl FnMut(usize, StoredCluster)) -> Result<()> {
        let mut last: Vec<Option<PackedBlock>> = self.packs.iter().map(|_| None).collect();
        for at in places {
            let Place { pack, row } = self.places[at];
            let (pack, last) = (&self.packs[pack as usize], &mut last[pack as usize]);
            with(at, pack.clusters.with(row as usize, last, |set| json(&pack.path, set))??);
        }
        Ok(())
    }

    /// The set of a number, which is kept for the next time.
    pub(super) fn recent(&self, number: u32) -> Result<Option<Arc<StoredCluster>>> {
        let recent = || self.recent.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(set) = recent().get(number) {
            return Ok(Some(set));
        }
        let Some(set) = self.cluster(number)?.map(Arc::new) else { return Ok(None) };
        recent().put(number, &set);
        Ok(Some(set))
    }

    /// What the last pack has of what was learnt, at a place.
    fn learnt<T: serde::de::DeserializeOwned + Default>(&self, place: usize) -> Result<T> {
        let Some(pack) = self.packs.last() else { return Ok(T::default()) };
        json(&pack.path, &PackedLists::open(&pack.pack, "learnt", 1)?.get(place)?)
    }

    pub(super) fn names(&self) -> Result<NameCounts> {
        self.learnt(0)
    }

    pub(super) fn habits(&self) -> Result<HabitCounts> {
        self.learnt(1)
    }

    /// What origins are judged by, with the outlets of the index.
    pub(super) fn judging(&self, outlets: &Outlets, roles: &Roles) -> Result<(Names, HabitCounts)> {
        let is_kept = self.packs.last().map(|pack| pack.pack.section::<u64>("learnt.ends")).transpose()?;
        let names = match is_kept.is_some_and(|lists| lists.len() > 2) {
            true => self.learnt::<Names>(2)?.with_roles(roles),
            // Earlier versions kept the counts alone.
            false => Names::from_counts(&self.names()?, outlets, roles),
        };
        Ok((names, self.habits()?))
    }
}

/// What a commit changed in the sets.
pub(super) struct Changes<'c> {
    /// Sets that are new or not as they were, each with its number.
    pub sets: &'c [(u32, StoredCluster)],
    /// The numbers of the sets that ended.
    pub ended: &'c [u32],
    /// By page: the number of its set before and now; none of pages that came, or whose sets did not change.
    pub cluster_of: [&'c [u32]; 2],
    pub learnt: &'c Learnt,
}

/// Writes what changed, with what the last packs have if these are small. Without earlier sets all that is in `changes` counts.
pub(super) fn write(folder: &Path, manifest: &mut Manifest, earlier: Option<&State>, changes: &Changes) -> Result<()> {
    let Changes { sets, ended, cluster_of: [before, now], learnt } = *changes;
    // Numbers, texts and lists of them always serialise.
    let json = |set: &StoredCluster| serde_json::to_vec(set).unwrap_or_default();
    let mut rows: Vec<(Head, Vec<u8>)> =
        sets.iter().map(|(number, set)| (Head::of(*number, &set.cluster()), json(set))).collect();
    rows.extend(ended.iter().map(|&number| (Head::ended(number), Vec::new())));
    let was = |page: usize| before.get(page).copied().unwrap_or(NONE);
    let moved = now.iter().enumerate().filter(|&(page, &number)| was(page) != number);
    let mut moved: Vec<[u32; 2]> = moved.map(|(page, &number)| [page as u32, number]).collect();

    let packs = earlier.map_or(&[][..], |state| &state.packs);
    let weight = |heads: usize, moved: usize| heads + moved;
    let sizes = packs.iter().map(|pack| weight(pack.heads.len(), pack.moved.len()));
    let sizes: Vec<usize> = sizes.chain([weight(rows.len(), moved.len())]).collect();
    let stay = sizes.len() - tiers::merged(&sizes, usize::MAX);
    let mut known: FxHashSet<u32> = rows.iter().map(|(head, _)| head.number).collect();
    let mut pages: FxHashSet<u32> = moved.iter().map(|&[page, _]| page).collect();
    for pack in packs[stay..].iter().rev() {
        let mut last = None;
        for (row, head) in pack.heads.all()?.iter().enumerate().filter(|(_, head)| known.insert(head.number)) {
            rows.push((*head, pack.clusters.with(row, &mut last, <[u8]>::to_vec)?));
        }
        moved.extend(pack.moved.all()?.iter().filter(|[page, _]| pages.insert(*page)));
    }
    if stay == 0 {
        rows.retain(|(head, _)| !head.is_ended());
        moved.retain(|&[_, number]| number != NONE);
    }
    rows.sort_unstable_by_key(|(head, _)| head.number);
    moved.sort_unstable();

    let name = format!("clusters-{}.pack", manifest.commit);
    let mut writer = PackWriter::create(&folder.join(&name))?;
    let (heads, lists): (Vec<Head>, Vec<Vec<u8>>) = rows.into_iter().unzip();
    writer.section("heads", &heads)?;
    writer.packed_lists("clusters", TOGETHER, &lists)?;
    writer.section("moved", &moved)?;
    let Learnt { names, habits, resolved } = learnt;
    let learnt = [serde_json::to_vec(names), serde_json::to_vec(habits), serde_json::to_vec(resolved)];
    let learnt = learnt.map(serde_json::Result::unwrap_or_default);
    writer.packed_lists("learnt", 1, &learnt)?;
    writer.finish()?;
    let stay = if earlier.is_some() { stay } else { 0 };
    for merged in manifest.state.drain(stay..) {
        manifest.files.remove(&merged);
    }
    manifest.take(folder, &name)?;
    manifest.state.push(name);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::origin::Source;

    #[test]
    fn recent_sets_stay_as_long_as_there_is_room() {
        let set = |size: u32| {
            let lineage = Lineage {
                origin: Source::Unknown,
                outlet: None,
                probability: 1.0,
                evidence: Vec::new(),
                runner_up: None,
                first_seen: None,
                copies: Vec::new(),
                common: None,
            };
            let members = (0..size).map(DocId).collect();
            let cluster = Cluster { members, medoid: DocId(0), least_held: 1.0, mean_held: 1.0 };
            Arc::new(StoredCluster::new(&cluster, lineage))
        };
        let mut recent = Recent::default();
        (0..3).for_each(|number| recent.put(number, &set(RECENT as u32 / 3)));
        assert!((0..3).all(|number| recent.get(number).is_some()));
        assert!(recent.get(0).is_some());
        recent.put(3, &set(RECENT as u32 / 3));
        let known: Vec<u32> = (0..4).filter(|&number| recent.get(number).is_some()).collect();
        assert_eq!(known, [0, 2, 3], "1 was asked for least lately");
        recent.put(4, &set(RECENT as u32 + 1));
        assert!((0..5).all(|number| recent.get(number).is_none()), "it does not fit");
    }
}
