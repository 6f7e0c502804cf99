//! What follows from the findings: the last two stages of the figure before the report.

use super::findings::Findings;
use crate::error::Result;
use crate::outlets::OutletTables;
use crate::retention::{Policy, Removed};

/// What a report says beyond the findings.
pub(crate) struct Conclusions {
    /// The pages that a dedup run with the default policy removes, by page.
    pub removed: Vec<Removed>,
    /// Who republishes whom.
    pub outlets: OutletTables,
}

/// Chooses which pages stay, and counts who republishes whom.
pub(crate) fn conclude(findings: &Findings) -> Result<Conclusions> {
    Ok(Conclusions { removed: findings.repeats(&Policy::default(), &|_| false)?, outlets: findings.outlet_tables() })
}
