//! Which page of a reprint set stays when repeats are removed.

mod choose;
mod policy;

pub(crate) use choose::choose;
pub use choose::{RemovalReason, Removed};
pub use policy::{Among, Keep, Policy};

use crate::candidates::Pair;
use crate::cluster::Clusters;
use crate::error::Result;
use crate::origin::Lineage;
use crate::pages::Pages;
use crate::signature::Signatures;
use crate::types::{DocId, Timestamp};
use crate::verify::Matches;
use rustc_hash::FxHashMap;

/// Measures pairs as a run does: sorted pairs give sorted matches; pairs without anything in common give none.
pub(crate) type Measure<'f> = &'f (dyn Fn(&[Pair]) -> Result<Matches> + Sync);

/// The reprint sets of a run, with what the choice of pages asks of them.
pub(crate) struct ReprintSets<'f, 'c> {
    pub pages: &'f Pages<'c>,
    pub times: &'f [Option<Timestamp>],
    pub signatures: &'f Signatures,
    pub clusters: &'f Clusters,
    /// One per cluster, or none at all.
    pub lineages: &'f [Lineage],
    pub matches: &'f Matches,
    /// What people say of pairs: whether the two carry the same article.
    pub verdicts: &'f FxHashMap<Pair, bool>,
    /// From this probability on two pages of a set carry the same article.
    pub same_article: f32,
    pub measure: Measure<'f>,
}

impl ReprintSets<'_, '_> {
    /// A page's body by hash and by how many units it has: the same for pages of equal bodies.
    fn body(&self, doc: DocId) -> (u64, u32) {
        (self.signatures.body_hash(doc.0), self.signatures.units(doc.0))
    }
}
