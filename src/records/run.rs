//! `run.json`: what a run was.

use super::contract::record;
use crate::clean::FurnitureLine;
use crate::config::Config;
use crate::corpus::KindCount;
use crate::storage::folder::FileSum;
use crate::types::Skipped;
use crate::verdicts::Counts;
use serde::Serialize;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// The version of the output format: of the files, their fields and what these mean. It grows when a field is renamed or
/// dropped or changes its meaning, not when one is added.
pub const FORMAT_VERSION: u32 = 1;

/// The program's version.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

record! {
    /// A run of `tonggao detect`.
    #[derive(Debug, Serialize)]
    pub struct RunRecord<'a> {
        /// The version of the program that made the folder.
        pub version: &'a str,
        /// The version of the output format.
        pub format_version: u32,
        /// The settings of the run, all of them.
        pub config: Json<&'a Config>,
        /// Tells this input from others: 16 hexadecimal digits, of names and contents of the files.
        pub input_hash: String,
        /// Tells this boilerplate model from others: 16 hexadecimal digits.
        pub furniture_hash: String,
        /// How much was read and found.
        pub counts: CountsRecord,
        /// What the input files were taken for: a list of objects with `format`, `packing`, `encoding`, `encoding_from`,
        /// `files`, `records` and `example`, one per kind of file.
        pub inputs: Json<Vec<KindCount>>,
        /// How many saved or archived pages were in which encoding.
        pub page_encodings: Json<&'a BTreeMap<&'static str, usize>>,
        /// How many corrections by people were obeyed: `pairs`, `origins` and `lines`; and `unknown_pages`, those that name a
        /// page which the corpus does not have.
        pub verdicts: Json<Counts>,
        /// What was passed over for good reason (hidden files, records of an archive that are no pages), and how many of
        /// each.
        pub passed_over: Json<&'a BTreeMap<Cow<'static, str>, usize>>,
        /// What the candidate stage proposed.
        pub candidates: CandidatesRecord,
        /// The stages in their order, each with its wall time.
        pub stages: &'a [StageTime],
        /// Seconds that it took to write the folder.
        pub report_seconds: f64,
        /// The most memory of its own that the process used, in bytes, mapped files not counted; null where the system does
        /// not tell.
        pub peak_memory_bytes: Option<u64>,
        /// The same with pages of mapped files; null where the system does not report it.
        pub peak_resident_bytes: Option<u64>,
        /// A caution for readers of the folder.
        pub origin_note: &'static str,
        /// The strongest boilerplate lines, by outlet or host: lists of objects with `line` and `articles`.
        pub furniture: Json<BTreeMap<&'a str, &'a [FurnitureLine]>>,
        /// How many groups and lines of the boilerplate are not listed here; `furniture.json` has all.
        pub furniture_left_out: LeftOutRecord,
        /// Records and files that could not be read: objects with `file`, `offset` and `reason`.
        pub skipped: Json<&'a [Skipped]>,
        /// The tables as they were written, by name: objects with their size in bytes and a hash, by which later commands
        /// see whether a table was changed.
        pub files: Json<BTreeMap<String, FileSum>>,
    }
}

record! {
    /// How long a stage took.
    #[derive(Clone, Debug, PartialEq, Serialize)]
    pub struct StageTime {
        /// The stage.
        pub stage: &'static str,
        /// Wall time in seconds.
        pub seconds: f64,
    }
}

record! {
    /// How much was read and found.
    #[derive(Clone, Debug, Serialize)]
    pub struct CountsRecord {
        /// Records read.
        pub documents: usize,
        /// Records and files that could not be read.
        pub skipped: usize,
        /// Records whose id was taken and got a suffix.
        pub repeated_ids: u64,
        /// Bytes of all input files, unpacked.
        pub bytes: u64,
        /// Outlets with a page.
        pub outlets: usize,
        /// Reprint sets.
        pub clusters: usize,
        /// Pages in reprint sets.
        pub clustered: usize,
        /// Round-ups.
        pub compilations: usize,
        /// Pairs of pages with text in common.
        pub matches: usize,
        /// Talking points.
        pub talking_points: usize,
    }
}

impl CountsRecord {
    /// Pages that repeat another one, wherever their origin is: all pages of a set but one.
    pub fn repeats(&self) -> usize {
        self.clustered - self.clusters
    }
}

record! {
    /// What the candidate stage proposed.
    #[derive(Debug, Serialize)]
    pub struct CandidatesRecord {
        /// By source of candidates: the pairs that it `proposed`, and those that it `only` proposed.
        pub sources: Json<serde_json::Map<String, serde_json::Value>>,
        /// Pairs that were compared.
        pub verified: u64,
    }
}

record! {
    /// How much of the boilerplate `run.json` does not list.
    #[derive(Debug, Serialize)]
    pub struct LeftOutRecord {
        /// Outlets and hosts.
        pub groups: usize,
        /// Lines, of the listed groups too.
        pub lines: usize,
    }
}

/// A part of a record that the contract describes in words alone.
#[derive(Debug, Serialize)]
#[serde(transparent)]
pub struct Json<T>(pub T);

impl<T> super::contract::Described for Json<T> {
    const TYPE: super::contract::Type = super::contract::Type::Json;
}
