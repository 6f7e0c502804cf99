//! Reprint sets with the facts that their histories turn on, for fitting weights.

use super::detect::{detect, member_facts};
use super::findings::Findings;
use super::progress::Unobserved;
use super::sketch::{Sketches, Wanted, sketch};
use crate::config::{Config, Only};
use crate::corpus::Corpus;
use crate::error::Result;
use crate::origin::{self, Lineage, Overlaps, PageFacts, Roles};

/// The reprint sets of a corpus with the facts that their histories turn on, for fitting weights and for
/// experiments that change the facts.
pub struct Cases<'c> {
    /// The reprint sets, without histories and talking points.
    pub findings: Findings<'c>,
    /// The facts of their members, set by set.
    pub facts: Vec<Vec<PageFacts>>,
    /// The roles of outlets.
    pub roles: Roles,
}

/// Detects reprint sets and gathers the facts of their members.
pub fn cases<'c>(corpus: &'c Corpus, config: &Config) -> Result<Cases<'c>> {
    let config = Config { only: Only::Clusters, ..config.clone() };
    let findings = detect(corpus, &config, &Unobserved)?;
    let Sketches { signatures, facts, .. } =
        sketch(&findings.pages, Wanted { facts: true, ..Wanted::default() }, None, &findings.scratch, &Unobserved)?;
    let facts = member_facts(&facts, &signatures, &findings.clusters)?;
    Ok(Cases { findings, facts, roles: Roles::of_run(&config)? })
}

impl Cases<'_> {
    /// The history of every set if `facts` were the facts.
    pub fn lineages(&self, facts: &[Vec<PageFacts>]) -> Vec<Lineage> {
        let Findings { matches, pages, .. } = &self.findings;
        origin::lineages(facts, &Overlaps::new(matches), &pages.outlets, &self.roles)
    }

    /// What the judgement of every set rests on.
    pub fn grounds(&self) -> Vec<origin::Grounds> {
        let Findings { matches, pages, .. } = &self.findings;
        origin::grounds(&self.facts, &Overlaps::new(matches), &pages.outlets, &self.roles)
    }
}
