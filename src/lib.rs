//! tonggao
mod aside;
pub mod config;
pub mod error;
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

pub mod pipeline;

pub mod report;

pub mod explain;

#[cfg(feature = "cli")]
pub mod cli;
