//! `report.html`: one file, no script, everything escaped.

use super::Written;
use super::claims::{self, About};
use super::records::{
    ClusterRecord, CreditRecord, EvidenceRecord, MemberRecord, OriginRecord, OutletRecord, PointRecord,
};
use crate::origin::Relation;
use crate::pipeline::Findings;
use askama::Template;
use std::io::Write;

/// Clusters in the page, the largest ones.
pub(super) const CLUSTERS: usize = 200;
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
    clusters: &'a [ClusterRecord],
    points: &'a [PointRecord],
    outlets: &'a [OutletRecord],
}

impl Page<'_> {
    fn claim(&self, piece: &EvidenceRecord, of: &OriginRecord) -> &'static str {
        claims::claim(piece.kind, About::of(of))
    }

    fn relation(&self, relation: &Relation) -> &'static str {
        claims::relation(*relation)
    }

    fn credit(&self, credit: &CreditRecord) -> &'static str {
        claims::credit(credit.status)
    }

    /// The day of a time as it is written.
    fn day<'t>(&self, time: &'t str) -> &'t str {
        time.get(..10).unwrap_or(time)
    }

    /// A q-value as people read it.
    fn chance(&self, point: &PointRecord) -> String {
        match point.q_value {
            q if q < 0.001 => "< 0.001".to_owned(),
            q => format!("{q:.3}"),
        }
    }

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
    let page = Page {
        version: super::VERSION,
        config: serde_json::to_string(&findings.config)?,
        input_hash: run["input_hash"].as_str().unwrap_or_default(),
        counts: &written.counts,
        clusters: &written.largest,
        points: &written.points[..written.points.len().min(POINTS)],
        outlets,
    };
    page.write_into(writer)
}
