//! The reprint sets as of a commit.
//!
//! ```text
//! clusters-COMMIT.pack
//!   numbers     the numbers of the sets: u32, in order
//!   cluster_of  by page: the number of its set: u32, or 2^32 - 1 for none
//!   clusters    lists of bytes: JSON of each set, pages by number
//!   names       JSON: what names that pages credit are resolved by
//!   habits      JSON: what habits of outlets are learnt from
//! ```

use super::events::NONE;
use super::pack::{Lists, Pack, PackWriter, Section};
use super::segment::json;
use crate::cluster::Cluster;
use crate::error::Result;
use crate::origin::{HabitCounts, Lineage, NameCounts};
use crate::types::DocId;
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A reprint set as it is kept.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct StoredCluster {
    pub members: Vec<DocId>,
    pub medoid: DocId,
    pub least_held: f32,
    pub mean_held: f32,
    pub lineage: Lineage,
}

impl StoredCluster {
    pub(super) fn new(cluster: &Cluster, lineage: Lineage) -> Self {
        let Cluster { members, medoid, least_held, mean_held } = cluster.clone();
        StoredCluster { members, medoid, least_held, mean_held, lineage }
    }

    pub(super) fn cluster(&self) -> Cluster {
        let StoredCluster { members, medoid, least_held, mean_held, .. } = self.clone();
        Cluster { members, medoid, least_held, mean_held }
    }
}

/// The sets, mapped.
pub(super) struct State {
    path: PathBuf,
    pack: Arc<Pack>,
    numbers: Section<u32>,
    cluster_of: Section<u32>,
    clusters: Lists<u8>,
}

impl State {
    pub(super) fn open(folder: &Path, name: &str) -> Result<Self> {
        let path = folder.join(name);
        let pack = Pack::open(&path)?;
        let (numbers, cluster_of) = (pack.section("numbers")?, pack.section("cluster_of")?);
        Ok(State { numbers, cluster_of, clusters: Lists::open(&pack, "clusters")?, pack, path })
    }

    pub(super) fn check(&self) -> Result<()> {
        self.pack.check()
    }

    /// The numbers of all sets, in order.
    pub(super) fn numbers(&self) -> Result<&[u32]> {
        self.numbers.all()
    }

    /// By page: the number of its set.
    pub(super) fn cluster_of(&self) -> Result<&[u32]> {
        self.cluster_of.all()
    }

    /// The number of the set of a page.
    pub(super) fn of(&self, doc: DocId) -> Result<Option<u32>> {
        Ok(Some(self.cluster_of.get(doc.index())?).filter(|&number| number != NONE))
    }

    /// The set of a number, if there is one.
    pub(super) fn cluster(&self, number: u32) -> Result<Option<StoredCluster>> {
        let at = self.numbers.find(number)?;
        at.map(|at| json(&self.path, self.clusters.get(at)?)).transpose()
    }

    pub(super) fn names(&self) -> Result<NameCounts> {
        json(&self.path, self.pack.section("names")?.all()?)
    }

    pub(super) fn habits(&self) -> Result<HabitCounts> {
        json(&self.path, self.pack.section("habits")?.all()?)
    }
}

/// Writes the sets of so many pages, each with its number.
pub(super) fn write(
    path: &Path,
    pages: usize,
    mut sets: Vec<(u32, StoredCluster)>,
    names: &NameCounts,
    habits: &HabitCounts,
) -> Result<()> {
    sets.sort_unstable_by_key(|(number, _)| *number);
    let mut cluster_of = vec![NONE; pages];
    for (number, set) in &sets {
        set.members.iter().for_each(|doc| cluster_of[doc.index()] = *number);
    }
    // Numbers, texts and lists of them always serialise.
    let json = |set: &StoredCluster| serde_json::to_vec(set).unwrap_or_default();
    let mut writer = PackWriter::create(path)?;
    writer.section("numbers", &sets.iter().map(|(number, _)| *number).collect::<Vec<_>>())?;
    writer.section("cluster_of", &cluster_of)?;
    writer.lists("clusters", sets.iter().map(|(_, set)| json(set)))?;
    writer.section("names", &serde_json::to_vec(names).unwrap_or_default())?;
    writer.section("habits", &serde_json::to_vec(habits).unwrap_or_default())?;
    writer.finish()
}
