//! Sets and their histories, when all pages that may be of one set have been brought together.

use super::model::Model;
use super::partition::{PartRow, Partition, pages_and_pairs, read, written};
use super::rows::{Key, WithRecord, value};
use crate::candidates::Pair;
use crate::cluster::{self, Cluster, Clusters, Compilation, Group, Setting};
use crate::error::Result;
use crate::origin::{self, HabitCounts, NameCounts, Names, Overlaps, PageFacts, Relation};
use crate::outlets::Traffic;
use crate::pages::Pages;
use crate::pipeline::{Compared, Findings, obey_origins};
use crate::records::PlacedRecord;
use crate::report;
use crate::storage::Scratch;
use crate::types::DocId;
use crate::verify::{self, Match, Matches};
use serde::{Deserialize, Serialize};
use serde_bytes::ByteBuf;

/// What a row of [`group`] is.
#[derive(Clone, Copy, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Found {
    /// A page with its set, which goes by the first of its pages; or a match of two members of one set.
    #[default]
    InSet,
    /// A match that had to be measured on the way, with its record.
    Measured,
    /// What names are resolved by.
    Names,
}

/// What came of some components.
#[derive(Default, Serialize, Deserialize)]
pub(super) struct GroupRow {
    found: Found,
    row: PartRow,
    names: Option<NameCounts>,
}

/// Groups the pages of some components. The matches are all between two pages of one component. Compilations, which
/// `medoid` marks, are among the pages only where people put them into sets.
pub(super) fn group(rows: Vec<PartRow>, model: &Model) -> Result<Vec<WithRecord<GroupRow>>> {
    let number = rows[0].part;
    let (pages, pairs) = pages_and_pairs(rows);
    let compilations: Vec<Key> = pages.iter().filter(|page| page.medoid == Some(true)).map(|page| page.a).collect();
    let mut part = Partition::new(pages, model)?;
    let bodies = std::mem::take(&mut part.bodies);
    let pages = part.pages(bodies, model)?;
    let scratch = Scratch::default();
    let mut all = read(&part, &pairs)?;
    let before: Vec<Pair> = all.iter().map(|m| m.pair).collect();
    let stories = vec![0; part.len()];
    let compared = Compared::new(&pages, &part.signatures, &stories);
    let verdicts = part.verdicts(model);
    let compilation = |page: &Key| Ok(Compilation { doc: part.doc(page.0)?, sources: Vec::new() });
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
    let members = found.iter().map(|cluster| facts_of(&part, &cluster.members)).collect::<Result<Vec<_>>>()?;
    let names = GroupRow { found: Found::Names, names: Some(NameCounts::gather(&members)), ..GroupRow::default() };
    let in_sets = in_sets(&part, &found, &all).into_iter().map(|row| {
        let row = PartRow { part: number, ..row };
        GroupRow { row, ..GroupRow::default() }
    });
    let measured = written(&part, &new, &verdicts)?.into_iter().map(|WithRecord { row, record }| {
        let row = PartRow { a: row.a, b: Some(row.b), matched: Some(row.matched), ..PartRow::default() };
        WithRecord { row: GroupRow { found: Found::Measured, row, ..GroupRow::default() }, record }
    });
    Ok(in_sets.chain([names]).map(|row| WithRecord { row, record: None }).chain(measured).collect())
}

/// The members of sets, and the matches of two members of one set.
fn in_sets(part: &Partition, found: &[Cluster], matches: &Matches) -> Vec<PartRow> {
    let mut rows = Vec::new();
    let mut sets: Vec<Option<Key>> = vec![None; part.len()];
    for cluster in found {
        let set = Some(Key(part.order(cluster.members[0])));
        for &doc in &cluster.members {
            sets[doc.index()] = set;
            rows.push(PartRow { set, medoid: Some(doc == cluster.medoid), ..part.row(doc) });
        }
    }
    for m in matches.iter() {
        let [set, other] = [m.pair.a, m.pair.b].map(|doc| sets[doc.index()]);
        let [a, b] = [m.pair.a, m.pair.b].map(|doc| Key(part.order(doc)));
        let matched = Some(ByteBuf::from(m.to_bytes()));
        let of_one_set = set.is_some() && set == other;
        rows.extend(of_one_set.then(|| PartRow { a, b: Some(b), set, matched, ..PartRow::default() }));
    }
    rows
}

/// The facts of some pages, which are in the order that is the same everywhere.
fn facts_of(part: &Partition, members: &[DocId]) -> Result<Vec<PageFacts>> {
    members.iter().map(|&doc| part.facts(doc)).collect()
}

/// Counts that can be added up.
#[derive(Serialize, Deserialize)]
pub(super) struct NamesRow {
    names: Option<NameCounts>,
}

/// Adds counts of names up.
pub(super) fn add_names(counts: &mut NameCounts, rows: Vec<NamesRow>) -> Result<()> {
    rows.into_iter().filter_map(|row| row.names).for_each(|names| counts.add(names));
    Ok(())
}

/// The names of all sets, resolved from what was counted.
pub(super) fn resolved(counts: &NameCounts, model: &Model) -> Names {
    Names::from_counts(counts, &model.outlets, &model.roles)
}

/// The pages of some sets.
struct Sets {
    part: Partition,
    /// Members and medoid of each set, the sets in order.
    list: Vec<Group>,
    facts: Vec<Vec<PageFacts>>,
    matches: Matches,
}

fn gather(rows: Vec<PartRow>, model: &Model) -> Result<Sets> {
    let (pages, pairs) = pages_and_pairs(rows);
    let member = |page: &PartRow| (page.set.unwrap_or_default().0, page.a.0, page.medoid == Some(true));
    let mut members: Vec<(u64, u64, bool)> = pages.iter().map(member).collect();
    members.sort_unstable();
    let part = Partition::new(pages, model)?;
    let mut list = Vec::new();
    for of_one in members.chunk_by(|x, y| x.0 == y.0) {
        let docs = of_one.iter().map(|&(_, order, _)| part.doc(order)).collect::<Result<Vec<_>>>()?;
        let medoid = of_one.iter().position(|&(.., is_medoid)| is_medoid).unwrap_or(0);
        list.push(Group { medoid: docs[medoid], members: docs });
    }
    let facts = list.iter().map(|set| facts_of(&part, &set.members)).collect::<Result<Vec<_>>>()?;
    Ok(Sets { matches: read(&part, &pairs)?, part, list, facts })
}

/// Counts of habits.
#[derive(Serialize, Deserialize)]
pub(super) struct HabitsRow {
    habits: HabitCounts,
}

/// How often outlets originate what they run, counted over some sets. The pages need no records.
pub(super) fn habits(rows: Vec<PartRow>, names: &Names, model: &Model) -> Result<Vec<HabitsRow>> {
    let Sets { facts, matches, .. } = gather(rows, model)?;
    let habits = origin::habits(&facts, &Overlaps::new(&matches), &names.clone().with_roles(&model.roles));
    Ok(vec![HabitsRow { habits }])
}

/// Adds counts of habits up.
pub(super) fn add_habits(counts: &mut HabitCounts, rows: Vec<HabitsRow>) -> Result<()> {
    rows.iter().for_each(|row| counts.add(&row.habits));
    Ok(())
}

/// What a row of [`records`] is.
#[derive(Clone, Copy, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Judged {
    /// A set, by its first page, with the least id of its pages and its record, which has no number yet.
    #[default]
    Set,
    /// A page, and what it is in its set.
    Page,
    /// Who runs whose copy.
    Traffic,
}

/// What was found of some sets.
#[derive(Default, Serialize, Deserialize)]
pub(super) struct RecordsRow {
    judged: Judged,
    key: Key,
    least: Option<String>,
    parent: Option<String>,
    relation: Option<Relation>,
    kept: Option<bool>,
    traffic: Option<Traffic>,
}

/// Judges some sets and makes their records.
pub(super) fn records(
    rows: Vec<PartRow>,
    names: &Names,
    habits: &HabitCounts,
    model: &Model,
) -> Result<Vec<WithRecord<RecordsRow>>> {
    let Sets { mut part, list: sets, facts, matches } = gather(rows, model)?;
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
    let mut rows = Vec::new();
    for (doc, record) in &found.clusters {
        let least = record.members.iter().map(|member| member.id.clone()).min();
        let row = RecordsRow { key: Key(part.order(*doc)), least, ..RecordsRow::default() };
        rows.push(WithRecord { row, record: Some(value(record)?) });
    }
    let page = |(doc, placed): (DocId, PlacedRecord)| RecordsRow {
        judged: Judged::Page,
        key: Key(part.order(doc)),
        parent: placed.parent.map(str::to_owned),
        relation: placed.relation,
        kept: Some(placed.kept),
        ..RecordsRow::default()
    };
    let traffic = RecordsRow { judged: Judged::Traffic, traffic: Some(found.traffic), ..RecordsRow::default() };
    let others = found.placed.into_iter().map(page).chain([traffic]);
    rows.extend(others.map(|row| WithRecord { row, record: None }));
    Ok(rows)
}
