//! tonggao
pub mod error;
pub mod types;

pub mod corpus;

pub mod clean;

pub mod attribution;

pub mod shingle;

pub mod signature;

pub mod candidates;

pub mod verify;

pub mod cluster;

pub mod talking_points;
