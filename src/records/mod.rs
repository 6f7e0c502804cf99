//! The output contract: what a run writes, field by field. Every field says what it is, its unit and range, and what null
//! means; docs/output.md, the Arrow schema of the exports and the types of the web front end are made from here. Fields
//! may be added, never renamed or dropped without an entry in CHANGELOG.md and a new [`FORMAT_VERSION`].

mod choices;
pub mod contract;
mod extracted;
pub(crate) mod offsets;
mod outlets;
mod pages;
mod pairs;
mod points;
mod removed;
mod run;
mod sets;
#[cfg(test)]
mod tests;
mod text_hash;
pub(crate) mod time;

pub use choices::PublishedPrecision;
pub use extracted::ExtractedRecord;
pub(crate) use offsets::CharOffsets;
pub use outlets::{OutletPairRecord, OutletRecord};
pub use pages::{AttributionRecord, DatelineRecord, DocumentRecord, PlacedRecord, SourceRecord};
pub use pairs::{MatchRecord, PassageRecord, SpreadRecord};
pub use points::{BurstRecord, CommonSourceRecord, ExampleRecord, PointRecord, VariantRecord};
pub(crate) use points::{carriers, count};
pub use removed::RemovedRecord;
pub use run::{CandidatesRecord, CountsRecord, FORMAT_VERSION, Json, LeftOutRecord, RunRecord, StageTime, VERSION};
pub use sets::{
    ClusterRecord, Cohesion, CreditRecord, EvidenceRecord, FirstSeen, IssuedRecord, MemberRecord, OriginRecord,
};
pub(crate) use text_hash::sha256;
pub use time::Time;

use contract::{Described, FieldSpec, Type};

/// A table of an output folder: a file of JSON Lines.
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
    /// Who republishes whom.
    OutletPairs,
    /// The pages that `dedup` removed; only its folders have this one.
    Removed,
    /// The pages as `extract` read them; a file of its own.
    Extracted,
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
            Table::Extracted => "extracted",
        }
    }

    /// Its file in an output folder.
    pub fn file(self) -> String {
        format!("{}.jsonl", self.name())
    }

    /// The records that make a line of it, one after the other.
    pub fn records(self) -> Vec<&'static contract::RecordSpec> {
        let types = match self {
            Table::Documents => vec![DocumentRecord::TYPE, PlacedRecord::TYPE],
            Table::Clusters => vec![ClusterRecord::TYPE],
            Table::Matches => vec![MatchRecord::TYPE],
            Table::TalkingPoints => vec![PointRecord::TYPE],
            Table::Outlets => vec![OutletRecord::TYPE],
            Table::OutletPairs => vec![OutletPairRecord::TYPE],
            Table::Removed => vec![RemovedRecord::TYPE],
            Table::Extracted => vec![ExtractedRecord::TYPE],
        };
        let record = |of: Type| if let Type::Record(record) = of { Some(record) } else { None };
        types.into_iter().filter_map(record).collect()
    }

    /// Its fields, in the order in which they are written.
    pub fn fields(self) -> impl Iterator<Item = &'static FieldSpec> {
        self.records().into_iter().flat_map(|record| record.fields)
    }
}

/// A share with four decimals, as the output writes shares.
pub(crate) fn share(value: f32) -> f64 {
    (f64::from(value) * 1e4).round() / 1e4
}

/// A number with `digits` decimals.
pub(crate) fn rounded(value: f64, digits: i32) -> f64 {
    let scale = 10f64.powi(digits);
    (value * scale).round() / scale
}
