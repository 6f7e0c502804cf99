//! The tables of the output contract as columns: names, types, and which may be empty. Everything that hands tables
//! to other programs takes them from here.

use arrow_schema::{DataType, Field, Fields, Schema, SchemaRef, TimeUnit};
use std::sync::Arc;

/// A table of an output folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Table {
    /// The pages.
    Documents,
    /// The reprint sets.
    Clusters,
    /// Pairs of pages with text in common.
    Matches,
    /// Wordings that outlets share.
    TalkingPoints,
    /// Outlets.
    Outlets,
    /// Who runs whose copy.
    OutletPairs,
    /// The pages that `dedup` removed; only its folders hold this one.
    Removed,
}

impl Table {
    /// All tables of `detect`, in the order in which the contract lists them.
    pub const ALL: [Table; 6] =
        [Table::Documents, Table::Clusters, Table::Matches, Table::TalkingPoints, Table::Outlets, Table::OutletPairs];

    /// Its name, which is that of its files without their ending.
    pub fn name(self) -> &'static str {
        match self {
            Table::Documents => "documents",
            Table::Clusters => "clusters",
            Table::Matches => "matches",
            Table::TalkingPoints => "talking_points",
            Table::Outlets => "outlets",
            Table::OutletPairs => "outlet_pairs",
            Table::Removed => "removed",
        }
    }

    /// Its file in an output folder.
    pub fn file(self) -> String {
        format!("{}.jsonl", self.name())
    }

    /// Its columns: those of the contract under their names, in their order, and two more after every time.
    ///
    /// - Whole numbers are `int64`, so that a difference never wraps and engines without unsigned types read them.
    /// - A range of characters is a struct `{start, end}`, half open.
    /// - A time keeps its text, which tells zone and precision. `NAME_at` beside it is the instant in UTC, empty
    ///   where only the day is known; `NAME_on` is the day in the page's own zone.
    /// - `repairs` is a map from kind to count; `fields`, which holds whatever the input held, is JSON as text.
    pub fn schema(self) -> SchemaRef {
        let columns = match self {
            Table::Documents => documents(),
            Table::Clusters => clusters(),
            Table::Matches => matches(),
            Table::TalkingPoints => talking_points(),
            Table::Outlets => outlets(),
            Table::OutletPairs => outlet_pairs(),
            Table::Removed => removed(),
        };
        Arc::new(Schema::new(columns))
    }
}

/// The ending of the column that holds the instant of the time before it.
pub(super) const INSTANT: &str = "_at";
/// The ending of the column that holds its day.
pub(super) const DAY: &str = "_on";

fn documents() -> Vec<Field> {
    let dateline = structure(vec![maybe("agency", text()), maybe("place", text()), maybe("date", text())]);
    let attribution = structure(vec![
        maybe("source", text()),
        always("authors", list(text())),
        always("correspondents", list(text())),
        always("editors", list(text())),
        maybe("dateline", dateline),
        maybe("original_url", text()),
        maybe("original_title", text()),
        maybe("reprint_notice", text()),
    ]);
    let mut columns = vec![
        always("id", text()),
        always("file", text()),
        always("offset", whole()),
        always("bytes", whole()),
        maybe("title", text()),
        maybe("outlet", text()),
        maybe("outlet_from", text()),
    ];
    columns.extend(time("published"));
    columns.extend([
        always("published_precision", text()),
        maybe("url", text()),
        always("sha256", text()),
        always("attribution", attribution),
        always("furniture", list(range())),
        always("repairs", counts()),
        maybe("fields", text()),
        maybe("cluster", whole()),
        maybe("parent", text()),
        maybe("relation", text()),
        always("kept", DataType::Boolean),
        maybe("draws_on", list(structure(vec![always("document", text()), maybe("cluster", whole())]))),
    ]);
    columns
}

fn clusters() -> Vec<Field> {
    let evidence = structure(vec![
        always("kind", text()),
        always("weight", number()),
        maybe("quote", text()),
        maybe("document", text()),
    ]);
    let origin = || {
        structure(vec![
            maybe("document", text()),
            maybe("outlet", text()),
            always("probability", number()),
            always("evidence", list(evidence.clone())),
        ])
    };
    let credit = structure(vec![always("status", text()), maybe("quote", text())]);
    let member = structure(vec![
        always("id", text()),
        maybe("parent", text()),
        maybe("parent_probability", number()),
        maybe("relation", text()),
        maybe("jaccard", number()),
        maybe("containment", number()),
        maybe("credit", credit),
    ]);
    let mut columns = vec![always("cluster", whole()), always("size", whole()), always("outlets", whole())];
    columns.extend(time("first_published"));
    columns.extend(time("last_published"));
    columns.extend([
        maybe("title", text()),
        always("representative", text()),
        always("cohesion", structure(vec![always("min", number()), always("mean", number())])),
        maybe("origin", origin()),
        maybe("runner_up", origin()),
        always("first_seen", structure(vec![maybe("document", text())])),
        maybe("common_source", issued()),
        always("members", list(member)),
    ]);
    columns
}

/// Who issued a text, and the words that say so.
fn issued() -> DataType {
    structure(vec![maybe("issuer", text()), always("quote", text()), always("document", text())])
}

fn matches() -> Vec<Field> {
    let passage = structure(vec![always("a", range()), always("b", range()), always("identity", number())]);
    vec![
        always("a", text()),
        always("b", text()),
        always("jaccard", number()),
        always("containment_a", number()),
        always("containment_b", number()),
        always("kind", text()),
        maybe("common_source", issued()),
        always("passages", list(passage)),
    ]
}

fn talking_points() -> Vec<Field> {
    let variant = structure(vec![always("text", text()), always("count", whole())]);
    let example = structure(vec![always("id", text()), always("start", whole()), always("end", whole())]);
    let mut columns = vec![
        always("text", text()),
        always("kind", text()),
        always("variants", list(variant)),
        always("outlets", whole()),
        always("clusters", whole()),
        always("documents", whole()),
    ];
    columns.extend(time("first_seen"));
    columns.extend(time("last_seen"));
    let burst = structure(vec![always("start", text()), always("end", text()), always("clusters", whole())]);
    let source = structure(vec![always("clusters", whole()), always("document", text())]);
    columns.extend([
        maybe("burst", burst),
        always("quoted", number()),
        maybe("common_source", source),
        always("expected", number()),
        always("score", number()),
        always("q_value", number()),
        always("examples", list(example)),
    ]);
    columns
}

fn outlets() -> Vec<Field> {
    let counts = ["pages", "originals", "copies", "credited", "uncredited"].map(|name| always(name, whole()));
    let mut columns = vec![always("outlet", text())];
    columns.extend(counts);
    columns.push(maybe("median_lag_minutes", whole()));
    columns
}

fn outlet_pairs() -> Vec<Field> {
    vec![
        always("from", text()),
        always("to", text()),
        always("reprints", whole()),
        always("talking_points", whole()),
        always("expected", number()),
        always("q_value", number()),
        maybe("median_lag_minutes", whole()),
        always("talking_points_soon", whole()),
        always("talking_points_expected", number()),
        always("talking_points_q_value", number()),
    ]
}

fn removed() -> Vec<Field> {
    vec![
        always("id", text()),
        always("file", text()),
        always("offset", whole()),
        always("twin", text()),
        always("reason", text()),
        always("score", number()),
        always("twin_file", text()),
        always("twin_offset", whole()),
    ]
}

fn always(name: &str, of: DataType) -> Field {
    Field::new(name, of, false)
}

fn maybe(name: &str, of: DataType) -> Field {
    Field::new(name, of, true)
}

fn text() -> DataType {
    DataType::Utf8
}

fn whole() -> DataType {
    DataType::Int64
}

fn number() -> DataType {
    DataType::Float64
}

fn list(of: DataType) -> DataType {
    DataType::List(Arc::new(always("item", of)))
}

fn structure(fields: Vec<Field>) -> DataType {
    DataType::Struct(Fields::from(fields))
}

fn range() -> DataType {
    structure(vec![always("start", whole()), always("end", whole())])
}

fn counts() -> DataType {
    let entries = structure(vec![always("keys", text()), always("values", whole())]);
    DataType::Map(Arc::new(always("entries", entries)), false)
}

/// A time as it is written, its instant, and its day.
fn time(name: &str) -> [Field; 3] {
    [
        maybe(name, text()),
        maybe(&format!("{name}{INSTANT}"), DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into()))),
        maybe(&format!("{name}{DAY}"), DataType::Date32),
    ]
}
