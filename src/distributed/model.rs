//! What all parts must know of the whole corpus before a page is cleaned.

use super::rows::{Key, broken};
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
use xxhash_rust::xxh3::xxh3_64;

/// The settings, the outlets and the furniture of a corpus: its size is that of the list of outlets, not of the pages.
#[derive(Clone, Debug)]
pub struct Model {
    /// The settings.
    pub(super) config: Config,
    pub(super) names: FieldNames,
    pub(super) outlets: Outlets,
    pub(super) furniture: FurnitureModel,
    pub(super) roles: Roles,
    pub(super) houses: Houses,
    pub(super) verdicts: Verdicts,
    json: String,
}

/// Refuses a text that is no file of verdicts; errors name `path`.
pub fn check_verdicts(text: &str, path: &Path) -> Result<()> {
    Verdicts::of_text(text, path).map(drop)
}

/// The model as it is carried.
#[derive(Serialize, Deserialize)]
struct WrittenModel {
    version: String,
    config: Config,
    /// Each with whether it is a page's host.
    names: Vec<(String, bool)>,
    votes: Vec<[u64; 3]>,
    furniture: Vec<FurnitureGroup>,
    /// The lines of the file.
    verdicts: String,
}

/// What a model is made of: a name, how many records give a host a name, or the text of the furniture.
#[derive(Serialize, Deserialize)]
pub(super) struct ModelRow {
    name: Option<String>,
    is_host: Option<bool>,
    host: Option<u64>,
    named: Option<u64>,
    records: Option<u64>,
    furniture: Option<String>,
}

/// What people say of two pages.
#[derive(Serialize, Deserialize)]
pub(super) struct VerdictRow {
    a: Key,
    b: Key,
    same: bool,
}

impl Model {
    /// The model of a corpus: what [`super::furniture::Survey`] gave of all its parts, the furniture that was learnt, and the
    /// text of a file of verdicts, which may be empty.
    pub(super) fn new(config: &Config, rows: Vec<ModelRow>, verdicts: &str) -> Result<Self> {
        if config.verdicts.is_some() {
            let value = "a file".to_owned();
            let expected = "none for a job on several machines, which is given the text of the file".to_owned();
            return Err(Error::Setting { name: "verdicts".to_owned(), value, expected });
        }
        let (mut names, mut votes, mut furniture) = (Vec::new(), FxHashMap::<[u64; 2], u64>::default(), Vec::new());
        for row in rows {
            names.extend(row.name.map(|name| (name, row.is_host == Some(true))));
            if let (Some(host), Some(named)) = (row.host, row.named) {
                *votes.entry([host, named]).or_default() += row.records.unwrap_or_default();
            }
            if let Some(text) = row.furniture {
                furniture = serde_json::from_str(&text).map_err(|error| broken("the furniture", &error))?;
            }
        }
        // Of a name that some parts know as a host and some do not, the host comes first.
        names.sort_unstable_by(|x, y| (&x.0, !x.1).cmp(&(&y.0, !y.1)));
        names.dedup_by(|y, x| x.0 == y.0);
        let mut votes: Vec<[u64; 3]> =
            votes.into_iter().map(|([host, named], records)| [host, named, records]).collect();
        votes.sort_unstable();
        let (version, config, verdicts) = (VERSION.to_owned(), config.clone(), verdicts.to_owned());
        Model::read(WrittenModel { version, config, names, votes, furniture, verdicts })
    }

    /// Reads what [`Model::json`] gave. A model of another version is refused: its pages would be cleaned and signed
    /// otherwise.
    pub fn from_json(json: &str) -> Result<Self> {
        let written: WrittenModel = serde_json::from_str(json)
            .map_err(|error| Error::Exchange { what: "the model of the corpus", reason: error.to_string() })?;
        if written.version != VERSION {
            return Err(Error::Version { driver: written.version, worker: VERSION });
        }
        Model::read(written)
    }

    fn read(written: WrittenModel) -> Result<Self> {
        let json = serde_json::to_string(&written)
            .map_err(|error| Error::Exchange { what: "the model of the corpus", reason: error.to_string() })?;
        let WrittenModel { config, names, votes, furniture, verdicts, .. } = written;
        let verdicts = Verdicts::of_text(&verdicts, Path::new("the verdicts"))?;
        let seen = SeenNames::known(names.into_iter(), votes.into_iter());
        let roles = Roles::of_run(&config)?;
        let outlets = Outlets::learn(&seen, roles.aliases());
        Ok(Model {
            names: config.names()?,
            houses: Houses::new(&outlets, &roles),
            outlets,
            roles,
            furniture: FurnitureModel::from_groups(furniture).with_lines(&verdicts.lines),
            verdicts,
            config,
            json,
        })
    }

    /// The model as text, to be carried to the parts.
    pub fn json(&self) -> &str {
        &self.json
    }

    /// The version and a hash of settings, outlets and furniture, which is next to all that was made with them.
    pub fn made_by(&self) -> String {
        format!("tonggao {VERSION} {:016x}", xxh3_64(self.json.as_bytes()))
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
