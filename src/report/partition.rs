//! The records of a part of a corpus with whole sets: what `report::write` would write of it, not yet numbered.

use super::documents;
use super::tables::{self, Numbering};
use crate::error::Result;
use crate::outlets::{Traffic, TrafficCounter};
use crate::pipeline::Findings;
use crate::records::{ClusterRecord, PlacedRecord};
use crate::retention::Policy;
use crate::types::DocId;

/// Records of sets and of their pages.
pub(crate) struct PartRecords<'f> {
    /// Every set, numbered within the part, with the place of its first member.
    pub clusters: Vec<(DocId, ClusterRecord)>,
    /// The pages of sets: what the comparison with other pages shows of each.
    pub placed: Vec<(DocId, PlacedRecord<'f>)>,
    /// Who runs whose copy.
    pub traffic: Traffic,
}

/// Makes the records of all sets.
pub(crate) fn part<'f>(findings: &'f Findings) -> Result<PartRecords<'f>> {
    let removed = findings.repeats(&Policy::default(), &|_| false)?;
    let numbering = Numbering::new(findings, &removed);
    let record = |number| (numbering.first(findings, number), tables::cluster(findings, &numbering, number));
    let clusters = numbering.numbers().map(record).collect();
    let docs = findings.clusters.list.iter().flat_map(|cluster| &cluster.members);
    let placed = docs.map(|&doc| (doc, documents::placed(findings, &numbering, doc))).collect();
    let mut counter = TrafficCounter::default();
    let outlet = |doc: DocId| findings.pages.outlet(doc).map(|known| known.outlet);
    counter.copies(&outlet, &|doc| findings.times[doc.index()], &findings.lineages);
    Ok(PartRecords { clusters, placed, traffic: counter.finish() })
}
