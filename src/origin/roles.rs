//! What kind of publisher an outlet is, from a table that people may edit.

use crate::attribution::{Aliases, folded};
use crate::config::{Config, OutletTable};
use crate::error::{Error, Place, Result};
use rustc_hash::FxHashMap;
use std::path::Path;
use std::sync::Arc;

/// What kind of publisher a name belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// It writes for others (通讯社).
    Agency,
    /// It prints.
    Paper,
    /// Radio or television.
    Broadcaster,
    /// An authority or its press office.
    Government,
    /// A site that writes and republishes.
    Portal,
    /// A site that mostly republishes.
    Aggregator,
    /// Unknown.
    Unknown,
}

const ROLES: [(&str, Role); 7] = [
    ("agency", Role::Agency),
    ("paper", Role::Paper),
    ("broadcaster", Role::Broadcaster),
    ("government", Role::Government),
    ("portal", Role::Portal),
    ("aggregator", Role::Aggregator),
    ("unknown", Role::Unknown),
];

/// The table that comes with the program; its head says what its columns are.
const BUILT_IN: &str = include_str!("tables/roles.tsv");

/// Roles by whole name and by ending, who owns whom, and who is known by other names. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Roles(Arc<RoleTable>);

#[derive(Clone, Debug, Default)]
struct RoleTable {
    /// By folded name.
    names: FxHashMap<String, Role>,
    /// Folded endings.
    endings: FxHashMap<String, Role>,
    /// By folded name, the owner as written.
    owners: FxHashMap<String, String>,
    aliases: Aliases,
}

impl Roles {
    /// The table that comes with the program, with the rows of `file` added, or put in place of its own. An error
    /// names the line that is wrong.
    pub fn load(file: Option<&Path>) -> Result<Self> {
        let Some(path) = file else { return Roles::with("", Path::new("no table of outlets")) };
        let text = std::fs::read_to_string(path).map_err(|source| Error::Read { path: path.to_owned(), source })?;
        Roles::with(&text, path)
    }

    /// The table of a run: that of its settings, by their file or by its text.
    pub fn of_run(config: &Config) -> Result<Self> {
        match &config.outlets {
            Some(OutletTable::Text { path, text }) => Roles::with(text, path),
            Some(OutletTable::File(path)) => Roles::load(Some(path)),
            None => Roles::load(None),
        }
    }

    /// The same with the text of the file, which errors name.
    pub fn with(text: &str, path: &Path) -> Result<Self> {
        let mut table = RoleTable::default();
        table.read(BUILT_IN, Path::new("the built-in table of outlets"))?;
        table.read(text, path)?;
        Ok(Roles(Arc::new(table)))
    }

    /// The role of a name: that of the whole name, else that of the longest ending that it has.
    pub fn of(&self, name: &str) -> Role {
        let name = folded(self.0.aliases.of_name(name).unwrap_or(name));
        let whole = self.0.names.get(&name);
        let by_ending = || name.char_indices().find_map(|(at, _)| self.0.endings.get(&name[at..]));
        whole.or_else(by_ending).copied().unwrap_or(Role::Unknown)
    }

    /// The other names and the domains of outlets.
    pub fn aliases(&self) -> &Aliases {
        &self.0.aliases
    }

    /// The publisher that an outlet's vote belongs to, folded: its owner, else itself.
    pub(crate) fn publisher(&self, name: &str) -> String {
        folded(self.owner(name).unwrap_or(name))
    }

    /// The outlet that owns the one of this name, if the table says so.
    pub(super) fn owner(&self, name: &str) -> Option<&str> {
        self.0.owners.get(&folded(name)).map(String::as_str)
    }
}

impl RoleTable {
    fn read(&mut self, text: &str, path: &Path) -> Result<()> {
        let text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
        for (number, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
            if !line.starts_with('#') {
                self.row(line).map_err(|reason| Error::Invalid {
                    path: path.to_owned(),
                    place: Some(Place::Line(number as u64 + 1)),
                    reason,
                    expected: "a name (or * and an ending), a tab and a role",
                })?;
            }
        }
        Ok(())
    }

    fn row(&mut self, line: &str) -> std::result::Result<(), String> {
        let mut columns = line.split('\t').map(str::trim);
        let (Some(name), Some(role)) = (columns.next(), columns.next()) else {
            return Err("no tab".to_owned());
        };
        let known = || ROLES.map(|(name, _)| name).join(", ");
        let Some(&(_, role)) = ROLES.iter().find(|(name, _)| *name == role) else {
            return Err(format!("unknown role {role:?}; expected one of {}", known()));
        };
        let key = folded(name);
        if key.is_empty() {
            return Err("no name".to_owned());
        }
        if name.starts_with('*') {
            self.endings.insert(key, role);
            return match columns.find(|column| !column.is_empty()) {
                None => Ok(()),
                Some(_) => Err("an ending has neither an owner nor other names".to_owned()),
            };
        }
        match columns.next().filter(|owner| !owner.is_empty()) {
            Some(owner) => self.owners.insert(key.clone(), owner.to_owned()),
            None => self.owners.remove(&key),
        };
        let others = columns.next().unwrap_or_default().split(['|', '；', '、']).map(str::trim);
        let others: Vec<&str> = others.filter(|other| !other.is_empty()).collect();
        self.aliases.add(name, name);
        others.into_iter().for_each(|other| self.aliases.add(name, other));
        self.names.insert(key, role);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(text: &str) -> (tempfile::TempDir, std::path::PathBuf) {
        let root = tempfile::tempdir().unwrap();
        let path = root.path().join("outlets.tsv");
        std::fs::write(&path, text).unwrap();
        (root, path)
    }

    #[test]
    fn the_longest_ending_tells_in_either_script() {
        let roles = Roles::load(None).unwrap();
        assert_eq!(roles.of("墨川通讯社"), Role::Agency);
        assert_eq!(roles.of("墨川日报社"), Role::Paper);
        assert_eq!(roles.of("墨川日報"), Role::Paper);
        assert_eq!(roles.of("墨川县政府网"), Role::Government);
        assert_eq!(roles.of("墨川网"), Role::Portal);
        assert_eq!(roles.of("墨川"), Role::Unknown);
    }

    #[test]
    fn a_file_adds_rows_and_puts_others_in_their_place() {
        let (_root, path) = file("# mine\n墨川网\tpaper\t墨川日报\n*快递\taggregator\n*网\tunknown\n");
        let roles = Roles::load(Some(&path)).unwrap();
        assert_eq!((roles.of("墨川网"), roles.owner("墨川網")), (Role::Paper, Some("墨川日报")));
        assert_eq!((roles.of("天天快递"), roles.of("江畔网")), (Role::Aggregator, Role::Unknown));
        assert_eq!(roles.of("江畔报"), Role::Paper);
    }

    #[test]
    fn a_row_may_have_other_names_and_domains() {
        let (_root, path) = file("墨川网\tportal\t\t墨川时刻 | mochuan.example\n");
        let roles = Roles::load(Some(&path)).unwrap();
        let aliases = roles.aliases();
        assert_eq!((aliases.of_name("墨川時刻"), aliases.of_name("墨川網")), (Some("墨川网"), Some("墨川网")));
        assert_eq!(aliases.of_host("wei.mochuan.example"), Some("墨川网"));
        assert_eq!(roles.owner("墨川网"), None);
        let (_root, path) = file("*时刻\tportal\t\tmochuan.example\n");
        assert!(Roles::load(Some(&path)).unwrap_err().to_string().contains("an ending has neither"));
    }

    #[test]
    fn a_wrong_row_is_named() {
        let (_root, path) = file("墨川网\tpaper\n墨川报\tnewspaper\n");
        let error = Roles::load(Some(&path)).unwrap_err().to_string();
        assert!(error.contains("outlets.tsv") && error.contains("line 2") && error.contains("broadcaster"), "{error}");
    }
}
