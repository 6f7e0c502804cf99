//! What a person wants to read when a run is done.

use super::{REPORT, WrittenReport};
use crate::records::{ClusterRecord, PointRecord, carriers, count};
use crate::talking_points::PointClass;
use std::fmt::Write;
use std::path::Path;

/// Clusters and points shown.
pub(super) const SHOWN: usize = 5;

/// A few lines on what was found: counts, the largest clusters with their origin, the strongest talking points,
/// and where the report lies. Ends with a line break.
pub fn summary(written: &WrittenReport, out: &Path) -> String {
    let counts = &written.counts;
    let mut text = String::new();
    let mut say = |line: String| {
        text.push_str(&line);
        text.push('\n');
    };
    say(format!(
        "{} of {} repeat another one ({} with {}); {}",
        counts.repeats(),
        count(counts.documents, "page"),
        count(counts.clusters, "reprint set"),
        count(counts.clustered, "page"),
        count(counts.outlets, "known outlet")
    ));
    if counts.compilations > 0 {
        say(format!("{}, in no set", count(counts.compilations, "round-up")));
    }
    if counts.skipped + counts.repeated_ids as usize > 0 {
        say(format!(
            "{} records or files skipped, {} ids repeated (see run.json)",
            counts.skipped, counts.repeated_ids
        ));
    }
    if !written.largest.is_empty() {
        say("\nLargest reprint sets".to_owned());
        written.largest.iter().take(SHOWN).for_each(|c| say(cluster_line(c)));
    }
    // A corpus without sayings shows what it has.
    let is_saying = |point: &PointRecord| point.class == PointClass::Saying;
    let any = !written.points.iter().any(is_saying);
    if !written.points.is_empty() {
        say(
            "\nStrongest talking points (same wording in several outlets; no common source found, unless one is named)"
                .to_owned(),
        );
        let shown = written.points.iter().filter(|point| any || is_saying(point));
        shown.take(SHOWN).for_each(|p| say(point_line(p)));
    }
    match written.has_report {
        true => say(format!("\nReport: {}", out.join(REPORT).display())),
        false => say(format!("\nTables: {}", out.display())),
    }
    text
}

fn cluster_line(cluster: &ClusterRecord) -> String {
    let mut line =
        format!("  {:>4} pages  {}", cluster.size, shortened(cluster.title.as_deref().unwrap_or("(no title)"), 28));
    if let Some(origin) = &cluster.origin {
        let _ = match (&origin.document, &origin.outlet) {
            (Some(_), Some(outlet)) => write!(line, "  from {outlet}, p = {:.2}", origin.probability),
            (Some(_), None) => write!(line, "  from a page of unknown outlet, p = {:.2}", origin.probability),
            (None, Some(outlet)) => write!(line, "  from {outlet}, not in the corpus, p = {:.2}", origin.probability),
            (None, None) => write!(line, "  origin unknown"),
        };
    }
    line
}

fn point_line(point: &PointRecord) -> String {
    let source = point.common_source.as_ref().map_or(String::new(), |source| {
        format!("  ({} of the articles have it from a text that others quote too)", source.clusters)
    });
    let outlets = carriers(point.outlets.into(), point.of_unknown_outlet.into());
    format!("  {outlets}, {}  {}{source}", count(point.clusters as usize, "article"), shortened(&point.text, 40))
}

/// At most `most` characters of `text`, on one line.
pub(crate) fn shortened(text: &str, most: usize) -> String {
    let line: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= most {
        return line;
    }
    line.chars().take(most - 1).chain(['…']).collect()
}
