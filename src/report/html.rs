//! `report.html`: one file, no script, everything escaped.

use super::Written;
use super::records::{ClusterRecord, MemberRecord, OutletRecord, PointRecord};
use crate::pipeline::Findings;
use askama::Template;
use std::io::Write;

/// Clusters in the page, the largest ones.
const CLUSTERS: usize = 200;
/// Members shown of one cluster.
const MEMBERS: usize = 60;
/// Talking points in the page.
const POINTS: usize = 100;

#[derive(Template)]
#[template(path = "report.html")]
struct Page<'a> {
    version: &'a str,
    config: String,
    input_hash: &'a str,
    counts: &'a super::Counts,
    clusters: Vec<&'a ClusterRecord>,
    points: &'a [PointRecord],
    outlets: &'a [OutletRecord],
}

impl Page<'_> {
    /// The members of a cluster that are shown.
    fn shown<'c>(&self, cluster: &'c ClusterRecord) -> &'c [MemberRecord] {
        &cluster.members[..cluster.members.len().min(MEMBERS)]
    }
}

/// Writes the report.
pub(super) fn write(
    writer: &mut dyn Write,
    findings: &Findings,
    written: &Written,
    outlets: &[OutletRecord],
    run: &serde_json::Value,
) -> std::io::Result<()> {
    let mut clusters: Vec<&ClusterRecord> = written.clusters.iter().collect();
    clusters.sort_by_key(|c| (std::cmp::Reverse(c.size), c.cluster));
    clusters.truncate(CLUSTERS);
    let page = Page {
        version: super::VERSION,
        config: serde_json::to_string(&findings.config)?,
        input_hash: run["input_hash"].as_str().unwrap_or_default(),
        counts: &written.counts,
        clusters,
        points: &written.points[..written.points.len().min(POINTS)],
        outlets,
    };
    page.write_into(writer)
}
