//! The first view: what was read, who runs whose copy, when, and the sets and talking points as rows.

use super::FolderIndex;
use super::catalog::{Catalog, Query, has_all};
use crate::error::Result;
use crate::output_folder::OutFolder;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::cmp::Reverse;

/// Outlets listed, those with the most pages.
const OUTLETS: usize = 2_000;
/// Pairs of outlets listed, those with the most reprints.
const PAIRS: usize = 4_000;
/// Talking points listed, the strongest.
pub(crate) const POINTS: usize = 2_000;

/// All that the overview shows but the sets.
#[derive(Serialize)]
pub(crate) struct Overview<'i> {
    /// Names of the outlets that rows name by number.
    names: &'i [String],
    /// Lines of `outlets.jsonl`, the most pages first.
    outlets: Vec<Value>,
    /// Lines of `outlet_pairs.jsonl`, the most reprints first.
    pairs: Vec<Value>,
    /// Day, pages, and how many of them repeat another page.
    days: Vec<(&'i str, u32, u32)>,
    /// The same without a day.
    undated: [u32; 2],
    /// How many sets and talking points there are, listed or not.
    sets: usize,
    points: usize,
    /// The strongest talking points.
    top: Vec<PointRow>,
}

impl<'i> Overview<'i> {
    /// Of so many sets and talking points, of which some are listed.
    pub(crate) fn new(
        catalog: &'i Catalog,
        outlets: Vec<Value>,
        pairs: Vec<Value>,
        points: usize,
        top: Vec<PointRow>,
    ) -> Self {
        Overview {
            names: &catalog.outlets.names,
            outlets,
            pairs,
            days: catalog.days.dated.iter().map(|(day, n)| (day.as_str(), n[0], n[1])).collect(),
            undated: catalog.days.undated,
            sets: catalog.shapes.len(),
            points,
            top,
        }
    }
}

/// The lines of a table with the greatest numbers, as they are. Holds twice as many as are wanted.
pub(crate) struct Strongest {
    field: &'static str,
    most: usize,
    lines: Vec<Value>,
}

impl Strongest {
    /// For lines of `outlets.jsonl`: those with the most pages.
    pub(crate) fn outlets() -> Self {
        Strongest { field: "pages", most: OUTLETS, lines: Vec::new() }
    }

    /// For lines of `outlet_pairs.jsonl`: those with the most reprints.
    pub(crate) fn pairs() -> Self {
        Strongest { field: "reprints", most: PAIRS, lines: Vec::new() }
    }

    pub(crate) fn push(&mut self, line: Value) {
        self.lines.push(line);
        if self.lines.len() >= 2 * self.most {
            self.cut();
        }
    }

    fn cut(&mut self) {
        self.lines.sort_by_key(|line| Reverse(line[self.field].as_u64().unwrap_or(0)));
        self.lines.truncate(self.most);
    }

    /// Those lines, the greatest number first.
    pub(crate) fn finish(mut self) -> Vec<Value> {
        self.cut();
        self.lines
    }
}

/// A reprint set in a list.
#[derive(Serialize)]
pub(crate) struct SetRow {
    pub set: u32,
    pub title: String,
    pub size: u32,
    pub outlets: Vec<u32>,
    pub first: Option<String>,
    pub last: Option<String>,
    pub origin: Option<OriginCell>,
    /// The block of the file that has it in full, if one does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub block: Option<u32>,
}

#[derive(Deserialize, Serialize)]
pub(crate) struct OriginCell {
    pub document: Option<String>,
    pub outlet: Option<String>,
    pub probability: f64,
}

/// A talking point in a list.
#[derive(Deserialize, Serialize)]
pub(crate) struct PointRow {
    text: String,
    kind: String,
    #[serde(default = "saying")]
    class: String,
    outlets: u32,
    clusters: u32,
    documents: u32,
    first_seen: Option<String>,
    last_seen: Option<String>,
    expected: f64,
    q_value: f64,
}

/// The class of points of runs that wrote none.
fn saying() -> String {
    "saying".to_owned()
}

/// What a row wants of a line of `clusters.jsonl`.
#[derive(Deserialize)]
struct OverviewLine {
    cluster: u32,
    size: u32,
    first_published: Option<String>,
    last_published: Option<String>,
    title: Option<String>,
    representative: String,
    origin: Option<OriginCell>,
}

/// The sets that a query is for.
#[derive(Serialize)]
pub(crate) struct SetRows {
    pub total: usize,
    pub rows: Vec<SetRow>,
}

impl FolderIndex {
    /// What the overview shows. Reads the tables of outlets, and the talking points that are listed.
    pub(super) fn overview(&self) -> Result<Overview<'_>> {
        let mut points = self.points.open()?;
        let listed = self.points.len().min(POINTS) as u32;
        let top = (0..listed).map(|number| points.record(&self.out, number)).collect::<Result<_>>()?;
        let outlets = strongest(&self.out, "outlets.jsonl", Strongest::outlets())?;
        let pairs = strongest(&self.out, "outlet_pairs.jsonl", Strongest::pairs())?;
        Ok(Overview::new(&self.catalog, outlets, pairs, self.points.len(), top))
    }

    /// Sets as rows, in this order.
    pub(super) fn rows(&self, sets: &[u32]) -> Result<Vec<SetRow>> {
        let mut lines = self.sets.open()?;
        sets.iter().map(|&set| Ok(self.row(lines.record(&self.out, set)?))).collect()
    }

    fn row(&self, line: OverviewLine) -> SetRow {
        SetRow {
            set: line.cluster,
            title: line.title.unwrap_or(line.representative),
            size: line.size,
            outlets: self.catalog.outlets_of(line.cluster).collect(),
            first: line.first_published,
            last: line.last_published,
            origin: line.origin,
            block: None,
        }
    }

    /// The sets that a query is for. Outlets, days and order are known without reading; words are sought in every
    /// line of `clusters.jsonl`.
    pub(super) fn search(&self, query: &Query) -> Result<SetRows> {
        let sets = self.catalog.found(query, |sets, words| {
            let mut lines = self.sets.open()?;
            let mut titled = Vec::new();
            for set in sets {
                let line: OverviewLine = lines.record(&self.out, set)?;
                if line.title.is_some_and(|title| has_all(&title, words)) {
                    titled.push(set);
                }
            }
            Ok(titled)
        })?;
        let shown: Vec<u32> = sets.iter().copied().skip(query.skip).take(query.take).collect();
        Ok(SetRows { total: sets.len(), rows: self.rows(&shown)? })
    }
}

fn strongest(out: &OutFolder, name: &str, mut lines: Strongest) -> Result<Vec<Value>> {
    out.each_line(name, |line, at| {
        lines.push(out.parse(name, line, at)?);
        Ok(true)
    })?;
    Ok(lines.finish())
}
