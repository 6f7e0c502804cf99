//! tonggao
pub mod types;

pub mod clean;

pub mod attribution;

pub mod talking_points;
