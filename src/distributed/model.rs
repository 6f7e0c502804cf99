//! What all parts must know of the whole corpus before a page is cleaned.

use super::rows::Key;
use crate::attribution::{Outlets, SeenNames};
use crate::clean::{FurnitureGroup, FurnitureModel};
use crate::config::Config;
use crate::corpus::FieldNames;
use crate::error::{Error, Result};
use crate::origin::Roles;
use crate::output_folder::VERSION;
use crate::talking_points::aggregation::Houses;
use crate::verdicts::Verdicts;
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};
use std::path::Path;

/// The settings, the outlets and the furniture of a corpus: its size is that of the list of outlets, not of the pages.
#[derive(Clone, Debug)]
pub(super) struct Model {
    /// The settings.
    pub(super) config: Config,
    pub(super) names: FieldNames,
    pub(super) outlets: Outlets,
    pub(super) furniture: FurnitureModel,
    pub(super) roles: Roles,
    pub(super) houses: Houses,
    pub(super) verdicts: Verdicts,
}

/// Refuses a text that is no file of verdicts; errors name `path`.
pub fn check_verdicts(text: &str, path: &Path) -> Result<()> {
    Verdicts::of_text(text, path).map(drop)
}

/// The names of outlets and hosts in a corpus.
#[derive(Serialize, Deserialize)]
pub(super) struct NamesSeen {
    version: String,
    /// Each with whether it is a page's host.
    names: Vec<(String, bool)>,
    /// A host, a name, and how many records give that host this name.
    votes: Vec<[u64; 3]>,
}

/// A name, or how many records give a host a name.
#[derive(Serialize, Deserialize)]
pub(super) struct NameRow {
    name: Option<String>,
    is_host: Option<bool>,
    host: Option<u64>,
    named: Option<u64>,
    records: Option<u64>,
}

impl NamesSeen {
    /// Puts together what [`super::furniture::Survey`] gave of all parts.
    pub(super) fn gather(rows: Vec<NameRow>) -> Self {
        let (mut names, mut votes) = (Vec::new(), FxHashMap::<[u64; 2], u64>::default());
        for row in rows {
            names.extend(row.name.map(|name| (name, row.is_host == Some(true))));
            if let (Some(host), Some(named)) = (row.host, row.named) {
                *votes.entry([host, named]).or_default() += row.records.unwrap_or_default();
            }
        }
        // Of a name that some parts know as a host and some do not, the host comes first.
        names.sort_unstable_by(|x, y| (&x.0, !x.1).cmp(&(&y.0, !y.1)));
        names.dedup_by(|y, x| x.0 == y.0);
        let mut votes: Vec<[u64; 3]> =
            votes.into_iter().map(|([host, named], records)| [host, named, records]).collect();
        votes.sort_unstable();
        NamesSeen { version: VERSION.to_owned(), names, votes }
    }
}

/// What people say of two pages.
#[derive(Serialize, Deserialize)]
pub(super) struct VerdictRow {
    a: Key,
    b: Key,
    same: bool,
}

impl Model {
    /// The model of a corpus. Names that another version saw are refused: its pages would be cleaned and signed otherwise.
    pub(super) fn new(
        config: &Config,
        seen: NamesSeen,
        furniture: Vec<FurnitureGroup>,
        verdicts: &str,
    ) -> Result<Self> {
        if seen.version != VERSION {
            return Err(Error::Version { driver: seen.version, worker: VERSION });
        }
        if config.verdicts.is_some() {
            let value = "a file".to_owned();
            let expected = "none for a job on several machines, which is given the text of the file".to_owned();
            return Err(Error::Setting { name: "verdicts".to_owned(), value, expected });
        }
        let verdicts = Verdicts::of_text(verdicts, Path::new("the verdicts"))?;
        let seen = SeenNames::known(seen.names.into_iter(), seen.votes.into_iter());
        let roles = Roles::of_run(config)?;
        let outlets = Outlets::learn(&seen, roles.aliases());
        Ok(Model {
            names: config.names()?,
            houses: Houses::new(&outlets, &roles),
            outlets,
            roles,
            furniture: FurnitureModel::from_groups(furniture).with_lines(&verdicts.lines),
            verdicts,
            config: config.clone(),
        })
    }

    /// What people say of pairs of pages, each by their orders, the lesser first.
    pub(super) fn pair_verdicts(&self) -> FxHashMap<[u64; 2], bool> {
        self.verdicts.pairs_by_order()
    }

    /// The same as rows.
    pub(super) fn verdict_rows(&self) -> Vec<VerdictRow> {
        let row = |([a, b], same): ([u64; 2], bool)| VerdictRow { a: Key(a), b: Key(b), same };
        self.pair_verdicts().into_iter().map(row).collect()
    }
}
