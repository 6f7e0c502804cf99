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

mod aside;
pub mod config;
pub mod error;
mod folder;
mod lexicon;
mod memo;
mod memory;
pub mod spill;
pub mod types;
mod union;

pub mod corpus;

pub mod clean;

pub mod attribution;

pub mod shingle;

pub mod signature;

pub mod candidates;

pub mod verify;

pub mod cluster;

pub mod origin;

pub mod talking_points;

pub mod pages;

mod facts;

mod voting;

pub mod pipeline;

pub mod dedup;

pub mod outfolder;

pub mod report;

pub mod rounds;

pub mod explain;

pub mod export;

pub mod sheet;

pub mod view;

#[cfg(feature = "cli")]
pub mod serve;

pub mod sample;

pub mod bench;

#[cfg(feature = "cli")]
pub mod cli;
