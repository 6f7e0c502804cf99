//! The first view: what was read, who runs whose copy, when, and the sets and talking points as rows.

use super::FolderIndex;
use super::index::day_number;
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
pub(super) const POINTS: usize = 2_000;

/// All that the overview shows but the sets.
#[derive(Serialize)]
pub(super) struct Overview<'i> {
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

/// A reprint set in a list.
#[derive(Serialize)]
pub(super) struct SetRow {
    set: u32,
    title: String,
    size: u32,
    outlets: Vec<u32>,
    first: Option<String>,
    last: Option<String>,
    origin: Option<OriginCell>,
    /// The block of the file that has it in full, if one does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) block: Option<u32>,
}

#[derive(Deserialize, Serialize)]
struct OriginCell {
    document: Option<String>,
    outlet: Option<String>,
    probability: f64,
}

/// A talking point in a list.
#[derive(Deserialize, Serialize)]
struct PointRow {
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

/// Which sets are listed, and in what order.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Query {
    /// Words that the title has, whatever their case.
    pub q: String,
    /// An outlet that ran it.
    pub outlet: String,
    /// Another outlet that ran it too.
    pub with: String,
    /// A day on or after the first and before or on the last of which it was seen, `2024-01-31`.
    pub from: String,
    /// The day at which that stretch ends.
    pub to: String,
    /// The order.
    pub sort: Sort,
    /// Rows passed over.
    pub skip: usize,
    /// Rows given.
    pub take: usize,
}

/// An order of sets.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sort {
    /// The most pages first.
    #[default]
    Size,
    /// The most outlets first.
    Outlets,
    /// The earliest first.
    Earliest,
    /// The latest first.
    Latest,
    /// The least sure origin first.
    Doubt,
}

/// The sets that a query is for.
#[derive(Serialize)]
pub(super) struct SetRows {
    total: usize,
    rows: Vec<SetRow>,
}

impl FolderIndex {
    /// What the overview shows. Reads the tables of outlets, and the talking points that are listed.
    pub(super) fn overview(&self) -> Result<Overview<'_>> {
        let count = |line: &Value, field: &str| line[field].as_u64().unwrap_or(0);
        let mut points = self.points.open()?;
        let listed = self.points.len().min(POINTS) as u32;
        Ok(Overview {
            names: &self.outlets.names,
            outlets: greatest(&self.out, "outlets.jsonl", OUTLETS, |line| count(line, "pages"))?,
            pairs: greatest(&self.out, "outlet_pairs.jsonl", PAIRS, |line| count(line, "reprints"))?,
            days: self.days.dated.iter().map(|(day, n)| (day.as_str(), n[0], n[1])).collect(),
            undated: self.days.undated,
            sets: self.sets.len(),
            points: self.points.len(),
            top: (0..listed).map(|number| points.record(&self.out, number)).collect::<Result<_>>()?,
        })
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
            outlets: self.outlets_of(line.cluster).collect(),
            first: line.first_published,
            last: line.last_published,
            origin: line.origin,
            block: None,
        }
    }

    /// The sets that a query is for. Outlets, days and order are known without reading; words are sought in every
    /// line of `clusters.jsonl`.
    pub(super) fn search(&self, query: &Query) -> Result<SetRows> {
        let mut sets: Vec<u32> = (0..self.shapes.len() as u32).filter(|&set| self.fits(set, query)).collect();
        let words = query.q.to_lowercase();
        if !words.trim().is_empty() {
            let mut lines = self.sets.open()?;
            let mut held = Vec::new();
            for set in sets {
                let line: OverviewLine = lines.record(&self.out, set)?;
                if line.title.is_some_and(|title| has_all(&title, &words)) {
                    held.push(set);
                }
            }
            sets = held;
        }
        let shape = |&set: &u32| self.shapes[set as usize];
        let undated_last = |day: u32| (day == 0, day);
        match query.sort {
            Sort::Size => sets.sort_by_key(|set| Reverse(shape(set).size)),
            Sort::Outlets => sets.sort_by_key(|set| Reverse(shape(set).outlets)),
            Sort::Earliest => sets.sort_by_key(|set| undated_last(shape(set).days[0])),
            Sort::Latest => sets.sort_by_key(|set| Reverse(shape(set).days[1])),
            Sort::Doubt => sets.sort_by(|x, y| shape(x).probability.total_cmp(&shape(y).probability)),
        }
        let shown: Vec<u32> = sets.iter().copied().skip(query.skip).take(query.take).collect();
        Ok(SetRows { total: sets.len(), rows: self.rows(&shown)? })
    }

    fn fits(&self, set: u32, query: &Query) -> bool {
        let [first, last] = self.shapes[set as usize].days;
        let from = day_number(&query.from).unwrap_or(0);
        let to = day_number(&query.to).unwrap_or(u32::MAX);
        let in_time = query.from.is_empty() && query.to.is_empty() || first != 0 && last >= from && first <= to;
        let ran = |name: &str| {
            name.is_empty() || self.outlets.find(name).is_some_and(|outlet| self.outlets_of(set).any(|o| o == outlet))
        };
        in_time && ran(&query.outlet) && ran(&query.with)
    }
}

/// True when the text has every word; `words` are in lower case.
fn has_all(text: &str, words: &str) -> bool {
    let text = text.to_lowercase();
    words.split_whitespace().all(|word| text.contains(word))
}

/// The lines of a table with the greatest numbers, as they are. Holds twice as many as are wanted.
fn greatest(out: &OutFolder, name: &str, most: usize, number: impl Fn(&Value) -> u64) -> Result<Vec<Value>> {
    let mut lines: Vec<Value> = Vec::new();
    let cut = |lines: &mut Vec<Value>| {
        lines.sort_by_key(|line| Reverse(number(line)));
        lines.truncate(most);
    };
    out.each_line(name, |line, at| {
        lines.push(out.parse(name, line, at)?);
        if lines.len() >= 2 * most {
            cut(&mut lines);
        }
        Ok(true)
    })?;
    cut(&mut lines);
    Ok(lines)
}
