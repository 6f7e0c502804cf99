//! Which page of a reprint set stays when repeats are removed.

mod choose;
mod policy;

pub use choose::{Reason, Removed, choose};
pub use policy::{Among, Keep, Policy};
