//! Which outlet a name means: 江畔日报, 江畔日报社 and 江畔网 may be one. Names are resolved by what they have in
//! common and by company: an alias is credited in the clusters in which its outlet has a page.

use super::{Page, Role, Roles};
use crate::attribution::{Outlets, folded, host, site_of_channel};
use crate::clean::readable;
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;

/// What a name, outlet or host stands for: an outlet of the corpus, or a name that no page belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Entity(pub u32);

/// Names, folded, with what they stand for.
#[derive(Clone, Debug, Default)]
pub struct Names {
    by_name: FxHashMap<String, Entity>,
    by_outlet: Vec<Entity>,
    by_host: FxHashMap<String, Entity>,
    /// The name that pages most often write for each entity.
    shown: Vec<String>,
    roles: Roles,
}

/// What one and the same house hangs on its name.
const PLATFORMS: &[&str] = &[
    "客户端",
    "新闻客户端",
    "新闻网",
    "官网",
    "官方网站",
    "网站",
    "微信公众号",
    "公众号",
    "微信",
    "微博",
    "融媒体中心",
    "融媒体",
    "融媒",
    "在线",
    "网",
    "社",
    "讯",
    "频道",
    "app",
    "发布",
    "市融媒体中心",
    "县融媒体中心",
    "区融媒体中心",
    "编辑部",
    "新闻",
];

/// From this share of a name's clusters on in which an outlet has a page, the name is its alias ...
const COMPANY: f64 = 0.5;
/// ... when the outlet is there at least this much more often than in clusters at large, ...
const ABOVE_CHANCE: f64 = 2.0;
/// ... and the name stands in at least this many clusters. Fewer do for names with a common stem.
const CLUSTERS: u32 = 4;
const STEM_COMPANY: f64 = 0.15;

/// The least characters of a name that a masthead may be known by.
const SHORTEST_HOUSE: usize = 4;

/// The name without what houses hang on theirs; at least two characters remain.
fn stem(folded: &str) -> &str {
    let mut rest = folded;
    loop {
        let cut = PLATFORMS.iter().filter_map(|p| rest.strip_suffix(p)).filter(|r| r.chars().count() >= 2);
        match cut.min_by_key(|r| r.len()) {
            Some(shorter) => rest = shorter,
            None => return rest,
        }
    }
}

/// One credit: the cluster it stands in and the outlet of its page.
struct Mention {
    cluster: u32,
    by: Option<u32>,
}

impl Names {
    /// Resolves all names that the pages of all clusters credit. An outlet that another one owns, by the table of
    /// roles, stands for its owner.
    pub fn resolve(pages: &[Vec<Page>], outlets: &Outlets, roles: &Roles) -> Names {
        let mut names = Names { roles: roles.clone(), ..Names::default() };
        let present = presence(pages);
        names.take_outlets(outlets);
        let mut mentions: BTreeMap<String, (String, Vec<Mention>)> = BTreeMap::new();
        for (cluster, members) in pages.iter().enumerate() {
            for page in members {
                for name in credited(page) {
                    let entry = mentions.entry(folded(name)).or_insert_with(|| (written(name), Vec::new()));
                    entry.1.push(Mention { cluster: cluster as u32, by: page.outlet });
                }
            }
        }
        for (key, (shown, seen)) in &mentions {
            if key.is_empty() || names.by_name.contains_key(key) {
                continue;
            }
            let listed = names.roles.owner(key).or_else(|| names.roles.aliases().of_name(key)).map(str::to_owned);
            let entity = listed
                .map(|name| names.outlet_named(&name))
                .or_else(|| names.by_name.get(&folded(&site_of_channel(shown)?)).copied())
                .or_else(|| names.alias(key, seen, outlets, &present, pages.len()))
                .or_else(|| names.by_name.get(stem(key)).copied())
                .unwrap_or_else(|| names.add(shown.clone()));
            names.by_name.insert(key.clone(), entity);
            names.by_name.entry(stem(key).to_owned()).or_insert(entity);
        }
        for members in pages {
            for url in members.iter().filter_map(|p| p.stated.original_url.as_ref()) {
                if let Some(host) = host(&url.value) {
                    names.add_host(host, outlets);
                }
            }
        }
        names
    }

    fn take_outlets(&mut self, outlets: &Outlets) {
        for name in outlets.names() {
            let owner = self.roles.owner(name).map(str::to_owned);
            let entity = self.outlet_named(owner.as_deref().unwrap_or(name));
            self.by_name.insert(folded(name), entity);
            self.by_outlet.push(entity);
        }
        for (name, outlet) in outlets.spellings() {
            self.by_name.entry(folded(name)).or_insert(self.by_outlet[*outlet as usize]);
        }
    }

    fn outlet_named(&mut self, name: &str) -> Entity {
        let key = folded(name);
        let entity = match self.by_name.get(&key) {
            Some(&entity) => entity,
            None => self.add(name.trim().to_owned()),
        };
        self.by_name.insert(key, entity);
        entity
    }

    fn add(&mut self, shown: String) -> Entity {
        self.shown.push(shown);
        Entity(self.shown.len() as u32 - 1)
    }

    fn add_host(&mut self, host: String, outlets: &Outlets) {
        if !self.by_host.contains_key(&host) {
            let listed = self.roles.aliases().of_host(&host).map(str::to_owned);
            let entity = match (outlets.find(&host), listed) {
                (Some(outlet), _) => self.by_outlet[outlet as usize],
                (None, Some(name)) => self.outlet_named(&name),
                (None, None) => self.add(host.clone()),
            };
            self.by_host.insert(host, entity);
        }
    }

    /// The outlet that a name is an alias of, if its company tells.
    fn alias(
        &self,
        key: &str,
        seen: &[Mention],
        outlets: &Outlets,
        present: &[Vec<u32>],
        clusters: usize,
    ) -> Option<Entity> {
        let mut in_clusters: Vec<u32> = seen.iter().map(|m| m.cluster).collect();
        in_clusters.sort_unstable();
        in_clusters.dedup();
        let all = in_clusters.len() as f64;
        let mut best: Option<(f64, Entity)> = None;
        for (outlet, name) in outlets.names().iter().enumerate() {
            let Some(mine) = present.get(outlet) else { continue };
            let together = in_clusters.iter().filter(|c| mine.binary_search(c).is_ok()).count() as f64;
            let own = seen.iter().filter(|m| m.by == Some(outlet as u32)).count() as f64 / seen.len() as f64;
            let company = together / all;
            let chance = (mine.len() as f64 / clusters.max(1) as f64).max(1e-6);
            let name = folded(name);
            let strong = stem(&name) == stem(key);
            let related = strong || shared_prefix(&name, key) >= 2;
            let enough = match (strong, related) {
                (true, _) => company >= STEM_COMPANY || all < 3.0,
                (_, true) => company >= 2.0 * STEM_COMPANY && company > chance,
                _ => in_clusters.len() as u32 >= CLUSTERS && company >= COMPANY && company >= ABOVE_CHANCE * chance,
            };
            let score = company / (chance + 0.1)
                + if strong {
                    2.0
                } else if related {
                    1.0
                } else {
                    0.0
                }
                + own;
            if enough && best.is_none_or(|(held, _)| score > held) {
                best = Some((score, self.by_outlet[outlet]));
            }
        }
        best.map(|(_, entity)| entity)
    }

    /// What a credited name stands for.
    pub fn named(&self, name: &str) -> Option<Entity> {
        let key = folded(name);
        self.by_name.get(&key).or_else(|| self.by_name.get(stem(&key))).copied()
    }

    /// The house whose page this is: its outlet, or the credited name that its masthead begins with.
    pub(super) fn house(&self, page: &Page) -> Option<Entity> {
        if let Some(outlet) = page.outlet {
            return Some(self.outlet(outlet));
        }
        let begins = |line: &String| {
            let ends = line.char_indices().map(|(at, c)| at + c.len_utf8());
            let prefixes = ends.filter(|&end| line[..end].chars().count() >= SHORTEST_HOUSE).map(|end| &line[..end]);
            prefixes.rev().find_map(|prefix| self.by_name.get(prefix)).copied()
        };
        page.masthead.iter().find_map(begins)
    }

    /// What an outlet stands for.
    pub fn outlet(&self, outlet: u32) -> Entity {
        self.by_outlet[outlet as usize]
    }

    /// What the host of an address stands for.
    pub fn host_of(&self, url: &str) -> Option<Entity> {
        self.by_host.get(&host(url)?).copied()
    }

    /// What kind of house an entity is.
    pub fn role(&self, entity: Entity) -> Role {
        self.roles.of(self.show(entity))
    }

    /// The name to show for an entity.
    pub fn show(&self, entity: Entity) -> &str {
        &self.shown[entity.0 as usize]
    }

    /// How many entities there are.
    pub fn len(&self) -> usize {
        self.shown.len()
    }

    /// True when nothing is named.
    pub fn is_empty(&self) -> bool {
        self.shown.is_empty()
    }
}

/// The names that a page gives credit to.
fn credited(page: &Page) -> impl Iterator<Item = &str> {
    let source = page.stated.source.as_ref().map(|found| found.value.as_str());
    let agency = page.stated.agency.as_ref().map(|found| found.value.as_str());
    source.into_iter().chain(agency)
}

/// For every outlet the clusters in which it has a page, sorted.
fn presence(pages: &[Vec<Page>]) -> Vec<Vec<u32>> {
    let most = pages.iter().flatten().filter_map(|p| p.outlet).max().map_or(0, |o| o as usize + 1);
    let mut present = vec![Vec::new(); most];
    for (cluster, members) in pages.iter().enumerate() {
        for outlet in members.iter().filter_map(|p| p.outlet) {
            present[outlet as usize].push(cluster as u32);
        }
    }
    present.iter_mut().for_each(Vec::dedup);
    present
}

fn shared_prefix(a: &str, b: &str) -> usize {
    a.chars().zip(b.chars()).take_while(|(x, y)| x == y).count()
}

/// A name as it is shown: one script and width, whatever page it was read from.
fn written(name: &str) -> String {
    name.chars().map(readable).collect::<String>().trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_owned_outlet_stands_for_its_owner() {
        let root = tempfile::tempdir().unwrap();
        let path = root.path().join("outlets.tsv");
        std::fs::write(&path, "江畔发布\tpaper\t江畔日报\n").unwrap();
        let roles = Roles::load(Some(&path)).unwrap();
        let mut seen = crate::attribution::SeenNames::default();
        ["江畔发布", "江畔日报"].iter().for_each(|name| _ = seen.note(Some(name), None, None));
        let outlets = Outlets::learn(&seen, roles.aliases());
        let names = Names::resolve(&[], &outlets, &roles);
        let numbers: Vec<Entity> = (0..2).map(|outlet| names.outlet(outlet)).collect();
        assert_eq!(numbers[0], numbers[1]);
        assert_eq!((names.show(numbers[0]), names.role(numbers[0])), ("江畔日报", Role::Paper));
    }

    #[test]
    fn stems_lose_what_houses_hang_on_their_names() {
        assert_eq!(stem("江畔日报社"), "江畔日报");
        assert_eq!(stem("江畔新闻客户端"), "江畔");
        assert_eq!(stem("新社"), "新社");
    }
}
