//! What an index knows before a page is cleaned: the boilerplate model and the outlets behind it. They stay until a
//! compaction, so that a page comes to the same whenever it is added.

use super::manifest::{self, Manifest, lasting};
use crate::attribution::{Outlets, SeenNames, host};
use crate::clean::{self, FurnitureModel, GroupKeys};
use crate::config::{Config, OutletTable};
use crate::error::{Error, Result};
use crate::origin::Roles;
use crate::pages::Pages;
use crate::records::VERSION;
use crate::signature::sign;
use crate::verify::{FEATURES, MATCH_BYTES};
use serde::{Deserialize, Serialize};
use std::path::Path;
use std::sync::LazyLock;
use xxhash_rust::xxh3::{Xxh3, xxh3_64_with_seed};

/// Names of outlets and hosts, and how many records give a host which name.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct WrittenNames {
    names: Vec<(String, bool)>,
    votes: Vec<[u64; 3]>,
}

impl WrittenNames {
    pub(super) fn of(seen: &SeenNames) -> Self {
        let mut names: Vec<(String, bool)> = seen.names().map(|(name, is_host)| (name.to_owned(), is_host)).collect();
        names.sort_unstable();
        let mut votes: Vec<[u64; 3]> = seen.votes().collect();
        votes.sort_unstable();
        WrittenNames { names, votes }
    }

    pub(super) fn seen(self) -> SeenNames {
        SeenNames::known(self.names.into_iter(), self.votes.into_iter())
    }
}

/// The boilerplate model of an index with all that belongs to it.
pub(super) struct IndexModel {
    pub furniture: FurnitureModel,
    /// The outlets behind the groups of the model.
    pub houses: Outlets,
    pub roles: Roles,
    names: WrittenNames,
    /// The text of the table of outlets that was given.
    outlets: Option<String>,
}

impl IndexModel {
    /// The model that the settings name, or the one that is learnt from `pages`; of none, an empty one. `lines` were called
    /// boilerplate by people.
    pub(super) fn make(config: &Config, roles: Roles, pages: Option<&mut Pages>, lines: &[String]) -> Result<Self> {
        let outlets = match &config.outlets {
            Some(OutletTable::Text { text, .. }) => Some(text.clone()),
            Some(OutletTable::File(path)) => {
                Some(std::fs::read_to_string(path).map_err(|source| Error::Read { path: path.clone(), source })?)
            }
            None => None,
        };
        let given = FurnitureModel::of_run(config)?;
        let (furniture, seen) = match pages {
            Some(pages) => {
                if given.is_none() {
                    pages.furnish(None, &[]);
                }
                (given.unwrap_or_else(|| std::mem::take(&mut pages.furniture)), pages.seen().clone())
            }
            None => {
                let given = given.unwrap_or_default();
                let seen = named(&given);
                (given, seen)
            }
        };
        let (furniture, houses) = (furniture.with_lines(lines), Outlets::learn(&seen, roles.aliases()));
        Ok(IndexModel { furniture, houses, roles, names: WrittenNames::of(&seen), outlets })
    }

    /// Reads the model of an index.
    pub(super) fn read(folder: &Path, manifest: &Manifest) -> Result<Self> {
        let text = |name: &str| manifest::read(folder, manifest, name);
        let invalid =
            |name: &str, error: serde_json::Error| super::pack::damaged(&folder.join(name), &error.to_string());
        let groups =
            serde_json::from_slice(&text(&manifest.furniture)?).map_err(|e| invalid(&manifest.furniture, e))?;
        let names: WrittenNames =
            serde_json::from_slice(&text(&manifest.names)?).map_err(|e| invalid(&manifest.names, e))?;
        let (roles, outlets) = roles(folder, manifest)?;
        let seen = SeenNames::known(names.names.iter().cloned(), names.votes.iter().copied());
        let houses = Outlets::learn(&seen, roles.aliases());
        Ok(IndexModel { furniture: FurnitureModel::from_groups(groups), houses, roles, names, outlets })
    }

    /// Writes the model and notes its files.
    pub(super) fn write(&self, folder: &Path, manifest: &mut Manifest) -> Result<()> {
        let commit = manifest.commit;
        manifest.furniture = format!("furniture-{commit}.json");
        manifest.names = format!("names-{commit}.json");
        // Texts and numbers always serialise.
        let furniture = serde_json::to_vec(self.furniture.groups.as_slice()).unwrap_or_default();
        manifest::write(folder, &manifest.furniture, &furniture)?;
        manifest::write(folder, &manifest.names, &serde_json::to_vec(&self.names).unwrap_or_default())?;
        manifest.outlets = self.outlets.as_ref().map(|_| format!("outlets-{commit}.tsv"));
        if let (Some(text), Some(name)) = (&self.outlets, &manifest.outlets) {
            manifest::write(folder, name, text.as_bytes())?;
        }
        let names = [Some(&manifest.furniture), Some(&manifest.names), manifest.outlets.as_ref()];
        let names: Vec<String> = names.into_iter().flatten().cloned().collect();
        names.iter().try_for_each(|name| manifest.take(folder, name))?;
        manifest.version = VERSION.to_owned();
        manifest.method = format!("{:016x}", method());
        manifest.fingerprint = format!("{:016x}", self.fingerprint(&manifest.settings));
        Ok(())
    }

    /// The text of the table of outlets that was given.
    pub(super) fn table(&self) -> Option<OutletTable> {
        Some(OutletTable::Text { path: "outlets.tsv".into(), text: self.outlets.clone()? })
    }

    /// Hash of all that decides what a page comes to.
    fn fingerprint(&self, config: &Config) -> u64 {
        let settings = serde_json::to_vec(&lasting(config)).unwrap_or_default();
        let table = self.outlets.as_deref().unwrap_or_default();
        [settings.as_slice(), table.as_bytes()]
            .into_iter()
            .fold(method() ^ self.furniture.fingerprint(), |hash, bytes| xxh3_64_with_seed(bytes, hash))
    }
}

/// The roles of outlets, and the text of the table that was given.
pub(super) fn roles(folder: &Path, manifest: &Manifest) -> Result<(Roles, Option<String>)> {
    let Some(name) = &manifest.outlets else { return Ok((Roles::of_run(&Config::default())?, None)) };
    let table = String::from_utf8_lossy(&manifest::read(folder, manifest, name)?).into_owned();
    Ok((Roles::with(&table, &folder.join(name))?, Some(table)))
}

/// The names of a boilerplate model's groups.
fn named(furniture: &FurnitureModel) -> SeenNames {
    let mut seen = SeenNames::default();
    for group in furniture.groups.iter() {
        let name = Some(group.group.as_str());
        let is_host = host(&group.group).as_deref() == name;
        if is_host {
            seen.note(None, name, None)
        } else {
            seen.note(name, None, None)
        };
    }
    seen
}

/// A page with something for every step of cleaning.
const PROBE: &str = "首頁 > 新聞 > 正文\n河灣木橋昨天修好\n2024-03-05 08:30 來源：河灣日報 記者 文啟明\n　　河灣村的木橋昨天修好了，\
    橋面換上了新的杉木板，兩邊的欄杆也刷了一遍桐油。老人们说，走上去再也不晃了，３５米长的桥面上能并排走三个人。\n\
    The bridge (桥 qiáo) reopened on Tuesday at 8.30, said Wen Qiming, 61.\n点击进入专题 >>\n\
    工程用了四个月、1.2万元，钱是村里一百二十户人家凑的。\n（责任编辑：冯凯）\n版权所有 未经许可不得转载\n";

/// Hash of what a fixed page comes to by the cleaning and signing of this version, and of what a match consists of.
fn method() -> u64 {
    static METHOD: LazyLock<u64> = LazyLock::new(measured_method);
    *METHOD
}

fn measured_method() -> u64 {
    let page = clean::clean(PROBE, Some("河灣木橋昨天修好"), &FurnitureModel::default(), GroupKeys::default());
    let signature = sign(&page.body.ids);
    let mut hash = Xxh3::new();
    hash.update(bytemuck::cast_slice(&signature.minhash.0));
    hash.update(&signature.simhash.to_le_bytes());
    hash.update(&signature.body_hash.to_le_bytes());
    signature.sample.iter().for_each(|(shingle, at)| {
        hash.update(&shingle.to_le_bytes());
        hash.update(&at.to_le_bytes());
    });
    hash.update(bytemuck::cast_slice(&page.body_spans()));
    // The fixed page does not meet every rule, and a match is kept as it is in memory.
    hash.update(VERSION.as_bytes());
    hash.update(&(MATCH_BYTES as u64).to_le_bytes());
    FEATURES.iter().for_each(|feature| hash.update(feature.as_bytes()));
    hash.digest()
}

/// True for an index whose pages and pairs came to what they would come to now.
pub(super) fn is_own(manifest: &Manifest) -> bool {
    manifest.method == format!("{:016x}", method())
}
