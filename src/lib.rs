//! Finds near-duplicates and syndication in scraped news: which pages carry the same article, where it came from, and
//! which phrases outlets share without copying each other.
//!
//! Open a [`Corpus`] from files or make one of records in memory, [`detect`], and read the [`Findings`] or write them to a
//! folder with [`output::write`]:
//!
//! ```
//! use tonggao::{Config, Corpus, InputRecord, Unobserved, detect};
//!
//! # fn main() -> tonggao::Result<()> {
//! let story = "河湾村的木桥昨天修好了，桥面换上了新的杉木板，两边的栏杆也刷了一遍桐油。老人们说，走上去再也不晃了。";
//! let page = |id: &str, text: &str| InputRecord { id: Some(id.into()), text: text.into(), ..InputRecord::default() };
//! let corpus = Corpus::from_records([
//!     page("a", story),
//!     page("b", &format!("来源：河湾日报\n{story}")),
//!     page("c", "县里的图书馆下月起每天开到晚上九点，周末也不休息。借书证可以在门口的机器上办，五分钟就能拿到。"),
//! ])?;
//! let findings = detect(&corpus, &Config::default(), &Unobserved)?;
//! let sets: Vec<Vec<&str>> = findings.sets().collect();
//! assert_eq!(sets, [["a", "b"]]);
//! # Ok(())
//! # }
//! ```
//!
//! Errors say where something went wrong and what was expected ([`Error`]); a record that cannot be read is no error, but
//! skipped and listed ([`Corpus::skipped`]). Nothing depends on the number of threads or on the order of the records.
//!
//! # Features
//!
//! `html` reads saved web pages, `parquet` reads and writes Parquet; both are on by default. `distributed` adds the steps of
//! a job on a cluster, which the Python package runs. JSON Lines, CSV, TSV, plain text and web archives of text are always
//! read.

// Some functions are called by the steps of a distributed job alone; lints look at all features.
#![cfg_attr(not(feature = "distributed"), allow(dead_code, unused_imports))]

pub mod config;
pub mod error;
mod types;

mod storage;

mod lexicon;

mod model;

mod corpus;

mod clean;

mod attribution;

mod shingle;

mod signature;

mod pages;

mod candidates;

mod verdicts;

mod verify;

mod cluster;

mod origin;

mod talking_points;

pub mod records;

mod pipeline;

pub mod extract;

mod retention;

mod outlets;

pub mod dedup;

mod output_folder;

mod report;

#[cfg(feature = "distributed")]
pub mod distributed;

mod explain;

mod export;

mod usage_report;

mod view;

mod index;

pub mod sample;

pub mod bench;

pub use config::{Config, Only};
pub use corpus::{Corpus, InputRecord};
pub use dedup::dedup;
pub use error::{Error, Result};
pub use index::Index;
pub use pipeline::{Checkpoint, Findings, Observer, Unobserved, detect};
pub use signature::{Signature, sketch};
pub use types::DocId;

/// The types of [`Findings`]: matches, reprint sets, histories and talking points, as the stages leave them.
pub mod findings {
    pub use crate::cluster::{Cluster, Clusters, Compilation};
    pub use crate::origin::{Copy, CreditGiven, Evidence, EvidenceKind, Lineage, Relation, RunnerUp, Source};
    pub use crate::pipeline::PhraseUse;
    pub use crate::records::StageTime;
    pub use crate::talking_points::{Burst, Carrier, CommonSource, OnSubject, PointClass, PointKind, TalkingPoint};
    pub use crate::types::{DocId, Precision, Skipped, Span, Timestamp};
    pub use crate::verify::{Kind, Match, Matches, Passage, Spread, SpreadSide};
}

/// Output folders: written by a run; read again, explained, exported and served.
pub mod output {
    pub use crate::explain::Answer;
    pub use crate::export::{FileFormat, write_file};
    #[cfg(feature = "parquet")]
    pub use crate::export::{Table, TableFormat, batch, each_batch};
    pub use crate::output_folder::{FoundPoint, OutFolder, PointQuery, Run, VERSION};
    pub use crate::report::{WrittenReport, check, summary, write};
    pub use crate::storage::cleanup::abandon;
    pub use crate::usage_report::{Language, UseSheet};
    pub use crate::view::{LiveReport, Query, Report, Sort, policy as report_policy, rewrite as rewrite_report};
}

/// Indexes that grow ([`Index`]): what their commits did and what they answer.
pub mod indexed {
    pub use crate::index::{
        ClosePage, Commit, Event, EventKind, EventOrigin, EventPoint, FORMAT, IndexReport, IndexedCluster, QueryAnswer,
        QueryPage, SharedPassage,
    };
}

/// The stages of the method, a module each, in the order in which data flows through them: for benches, for fitting
/// weights, and for experiments. They change with the method, without notice.
pub mod stages {
    /// Columns and sorted lists that may be longer than memory.
    pub mod storage {
        pub use crate::storage::*;
    }
    /// Evaluators of fitted models.
    pub mod model {
        pub use crate::model::*;
    }
    /// Inputs to records.
    pub mod corpus {
        pub use crate::corpus::*;
    }
    /// Records to clean text.
    pub mod clean {
        pub use crate::clean::*;
    }
    /// Clean text to what a page states about itself.
    pub mod attribution {
        pub use crate::attribution::*;
    }
    /// Units to shingles.
    pub mod shingle {
        pub use crate::shingle::*;
    }
    /// Shingles to signatures.
    pub mod signature {
        pub use crate::signature::*;
    }
    /// Pages as the stages ask for them.
    pub mod pages {
        pub use crate::pages::*;
    }
    /// Signatures to pairs worth a look.
    pub mod candidates {
        pub use crate::candidates::*;
    }
    /// Pairs to matches.
    pub mod verify {
        pub use crate::verify::*;
    }
    /// Matches to reprint sets.
    pub mod cluster {
        pub use crate::cluster::*;
    }
    /// Reprint sets to histories.
    pub mod origin {
        pub use crate::origin::*;
    }
    /// Pages to phrases that outlets share.
    pub mod talking_points {
        pub use crate::talking_points::*;
    }
    /// All stages in a row.
    pub mod pipeline {
        pub use crate::pipeline::*;
    }
    /// Small types that stages share.
    pub mod types {
        pub use crate::types::*;
    }
}
