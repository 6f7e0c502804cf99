//! Finds near-duplicates and syndication in scraped news: which pages carry the same article, where it came from, and
//! which wording outlets share without copying each other.
//!
//! The modules stand in the order in which data flows through them; [`pipeline::detect`] is the whole method, one stage
//! a line.
//!
//! ```no_run
//! use std::path::{Path, PathBuf};
//! use tonggao::{config::Config, pipeline, report};
//!
//! # fn main() -> tonggao::error::Result<()> {
//! let config = Config::default();
//! let corpus = pipeline::open(&[PathBuf::from("news.jsonl")], &config, None)?;
//! let findings = pipeline::detect(&corpus, &config, &pipeline::Unobserved)?;
//! for lineage in &findings.lineages {
//!     println!("{:?} with probability {:.2}", lineage.origin, lineage.probability);
//! }
//! report::write(&findings, Path::new("out"))?;
//! # Ok(())
//! # }
//! ```

pub mod config;
pub mod error;
pub mod types;

pub mod storage;

mod lexicon;

pub mod model;

pub mod corpus;

pub mod clean;

pub mod attribution;

pub mod shingle;

pub mod signature;

pub mod pages;

pub mod candidates;

pub mod verify;

pub mod cluster;

pub mod origin;

pub mod talking_points;

pub mod records;

pub mod pipeline;

pub mod extract;

pub mod retention;

pub(crate) mod outlets;

pub mod dedup;

pub mod output_folder;

pub mod report;

pub mod distributed;

pub mod explain;

pub mod export;

pub mod usage_report;

pub mod view;

pub mod sample;

pub mod bench;
