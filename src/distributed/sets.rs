//! Sets and their histories, when all pages that may be of one set have been brought together.

use super::model::Model;
use super::partition::{MeasuredPair, Partition, SketchedPage, json, read, written};
use crate::candidates::Pair;
use crate::cluster::{self, Cluster, Clusters, Compilation, Group, Setting};
use crate::error::Result;
use crate::origin::{self, HabitCounts, NameCounts, Names, Overlaps};
use crate::pages::Pages;
use crate::pipeline::{Compared, Findings, obey_origins};
use crate::records::ClusterRecord;
use crate::report;
use crate::storage::Scratch;
use crate::types::DocId;
use crate::verify::{self, Match, Matches};

/// A set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartitionSet {
    /// Orders of its members, the least first; the set goes by that one.
    pub members: Vec<u64>,
    /// The member that shares most with the others.
    pub medoid: u64,
}

/// What became of some components.
#[derive(Debug, Default)]
pub struct Grouped {
    /// The sets.
    pub sets: Vec<PartitionSet>,
    /// Matches that had to be measured on the way.
    pub measured: Vec<MeasuredPair>,
    /// All matches of two members of one set, as later rounds take them; sets by their first members.
    pub within: Vec<(u64, [u64; 2], Vec<u8>)>,
    /// What names are resolved by.
    pub names: NameCounts,
}

/// Groups the pages of some components. The matches are all between two pages of one component. Compilations are among the
/// pages only where people put them into sets.
pub fn group(
    pages: Vec<SketchedPage>,
    compilations: &[u64],
    matches: &[([u64; 2], Vec<u8>)],
    model: &Model,
) -> Result<Grouped> {
    let mut part = Partition::new(pages, model)?;
    let bodies = std::mem::take(&mut part.bodies);
    let pages = part.pages(bodies, model)?;
    let scratch = Scratch::default();
    let mut all = read(&part, matches)?;
    let before: Vec<Pair> = all.iter().map(|m| m.pair).collect();
    let stories = vec![0; part.len()];
    let compared = Compared::new(&pages, &part.signatures, &stories);
    let verdicts = part.verdicts(model);
    let compilation = |&page: &u64| Ok(Compilation { doc: part.doc(page)?, sources: Vec::new() });
    let compilations = compilations.iter().map(compilation).collect::<Result<Vec<_>>>()?;
    let setting = Setting {
        documents: part.len(),
        order: &|doc: DocId| part.order(doc),
        same_article: model.config.same_article,
        verdicts: &verdicts.pairs,
        measure: &|pairs: &[Pair]| verify::verify(pairs, &compared, &scratch, |_| Ok(())),
        scratch: &scratch,
    };
    let found = cluster::group(&mut all, &compilations, &setting)?;
    let new: Vec<Match> = all.iter().filter(|m| before.binary_search(&m.pair).is_err()).collect();
    let within = within(&part, &found, &all);
    let members = found.iter().map(|cluster| facts_of(&part, &cluster.members)).collect::<Result<Vec<_>>>()?;
    let sets = found.iter().map(|cluster| PartitionSet {
        members: cluster.members.iter().map(|&doc| part.order(doc)).collect(),
        medoid: part.order(cluster.medoid),
    });
    let (measured, names) = (written(&part, &new, &verdicts), NameCounts::gather(&members));
    Ok(Grouped { sets: sets.collect(), measured, within, names })
}

/// The matches of two members of one set.
fn within(part: &Partition, found: &[Cluster], matches: &Matches) -> Vec<(u64, [u64; 2], Vec<u8>)> {
    let mut sets: Vec<Option<u64>> = vec![None; part.len()];
    for cluster in found {
        cluster.members.iter().for_each(|doc| sets[doc.index()] = Some(part.order(cluster.members[0])));
    }
    let of_one_set = |m: Match| {
        let [set, other] = [m.pair.a, m.pair.b].map(|doc| sets[doc.index()]);
        let orders = [part.order(m.pair.a), part.order(m.pair.b)];
        set.filter(|_| set == other).map(|set| (set, orders, m.to_bytes()))
    };
    matches.iter().filter_map(of_one_set).collect()
}

/// The facts of some pages, which are in the order that is the same everywhere.
fn facts_of(part: &Partition, members: &[DocId]) -> Result<Vec<origin::PageFacts>> {
    members.iter().map(|&doc| part.facts(doc)).collect()
}

/// The names of all sets, resolved from what was counted.
pub fn names(counts: &NameCounts, model: &Model) -> Names {
    Names::from_counts(counts, &model.outlets, &model.roles)
}

/// A page and the set that it is of.
#[derive(Clone, Debug)]
pub struct SetMember {
    /// The page.
    pub page: SketchedPage,
    /// The set, by the order of its first member.
    pub set: u64,
    /// It is the medoid; before there are sets, that it is a compilation.
    pub is_medoid: bool,
}

/// Members and medoid of each set, the sets in order.
type PartitionSets = Vec<Group>;

fn gather(members: Vec<SetMember>, model: &Model) -> Result<(Partition, PartitionSets)> {
    let mut sets: Vec<(u64, u64, bool)> = members.iter().map(|m| (m.set, m.page.order, m.is_medoid)).collect();
    sets.sort_unstable();
    let part = Partition::new(members.into_iter().map(|member| member.page).collect(), model)?;
    let mut found = Vec::new();
    for of_one in sets.chunk_by(|x, y| x.0 == y.0) {
        let docs = of_one.iter().map(|&(_, order, _)| part.doc(order)).collect::<Result<Vec<_>>>()?;
        let medoid = of_one.iter().position(|&(.., is_medoid)| is_medoid).unwrap_or(0);
        found.push(Group { medoid: docs[medoid], members: docs });
    }
    Ok((part, found))
}

/// How often outlets originate what they run, counted over some sets. The pages need no records.
pub fn habits(
    members: Vec<SetMember>,
    matches: &[([u64; 2], Vec<u8>)],
    names: &Names,
    model: &Model,
) -> Result<HabitCounts> {
    let (part, sets) = gather(members, model)?;
    let matches = read(&part, matches)?;
    let facts = sets.iter().map(|set| facts_of(&part, &set.members)).collect::<Result<Vec<_>>>()?;
    Ok(origin::habits(&facts, &Overlaps::new(&matches), &names.clone().with_roles(&model.roles)))
}

/// The records of some sets.
#[derive(Debug, Default)]
pub struct Records {
    /// By set: the order and the id of its first member by id, its medoid, and its record, a JSON object that is not
    /// numbered.
    pub sets: Vec<(u64, String, String)>,
    /// By page: what [`super::document`] takes.
    pub pages: Vec<(u64, String)>,
    /// Who runs whose copy: what [`super::OutletCounter`] takes.
    pub traffic: String,
}

/// Judges some sets and makes their records.
pub fn records(
    members: Vec<SetMember>,
    matches: &[([u64; 2], Vec<u8>)],
    names: &Names,
    habits: &HabitCounts,
    model: &Model,
) -> Result<Records> {
    let (mut part, sets) = gather(members, model)?;
    let matches: Matches = read(&part, matches)?;
    let facts = sets.iter().map(|set| facts_of(&part, &set.members)).collect::<Result<Vec<_>>>()?;
    let times = (0..part.len() as u32).map(|doc| Ok(part.facts(DocId(doc))?.time)).collect::<Result<Vec<_>>>()?;
    let list = cluster::described(&matches, sets);
    let names = names.clone().with_roles(&model.roles);
    let mut lineages = origin::judge(&facts, &Overlaps::new(&matches), &names, habits);
    let verdicts = part.verdicts(model);
    let (bodies, signatures) = (std::mem::take(&mut part.bodies), std::mem::take(&mut part.signatures));
    let pages: Pages = part.pages(bodies, model)?;
    obey_origins(&mut lineages, &list, &verdicts, &pages);
    let clusters = Clusters { list, compilations: Vec::new() };
    let mut findings = Findings::of_part(pages, signatures, times, matches, clusters, lineages, &model.config)?;
    findings.verdicts = verdicts;
    let found = report::part(&findings)?;
    let set = |(doc, record): (DocId, ClusterRecord)| {
        let least = record.members.iter().map(|member| member.id.clone()).min().unwrap_or_default();
        (part.order(doc), least, json(&record))
    };
    Ok(Records {
        sets: found.clusters.into_iter().map(set).collect(),
        traffic: json(&found.traffic),
        pages: found.placed.into_iter().map(|(doc, line)| (part.order(doc), line)).collect(),
    })
}
