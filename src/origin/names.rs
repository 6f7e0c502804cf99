//! Which outlet a name means: 江畔日报, 江畔日报社 and 江畔网 may be one. Names are resolved by what they have in
//! common and by company: an alias is credited in the clusters in which its outlet has a page.

use super::{PageFacts, Role, Roles};
use crate::attribution::{Outlets, folded, host, site_of_channel};
use crate::clean::readable;
use crate::lexicon::{PLATFORM_ENDINGS, SITE_SECTIONS};
use rustc_hash::{FxHashMap, FxHashSet};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// What a name, outlet or host stands for: an outlet of the corpus, or a name that no page belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Entity(pub u32);

/// Names, folded, with what they stand for.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Names {
    by_name: FxHashMap<String, Entity>,
    by_outlet: Vec<Entity>,
    /// The outlets' own names.
    outlet_names: Vec<String>,
    by_host: FxHashMap<String, Entity>,
    /// The name that pages most often write for each entity.
    shown: Vec<String>,
    #[serde(skip)]
    roles: Roles,
}

/// From this share of a name's clusters on in which an outlet has a page, the name is its alias ...
const COMPANY: f64 = 0.5;
/// ... when the outlet is there at least this much more often than in clusters at large, ...
const ABOVE_CHANCE: f64 = 2.0;
/// ... and the name is in at least this many clusters. Fewer do for names with a common stem.
const CLUSTERS: u32 = 4;
const STEM_COMPANY: f64 = 0.15;

/// Pairs of an outlet and a credited name that are counted in one cluster, at most.
const COMPANIONS: usize = 1 << 14;

/// The least characters of a name that a masthead may be known by.
const SHORTEST_HOUSE: usize = 4;

/// The name without what publishers add to theirs; at least two characters remain.
fn stem(folded: &str) -> &str {
    let mut rest = folded;
    loop {
        let cut = PLATFORM_ENDINGS.iter().filter_map(|p| rest.strip_suffix(p)).filter(|r| r.chars().count() >= 2);
        match cut.min_by_key(|r| r.len()) {
            Some(shorter) => rest = shorter,
            None => return rest,
        }
    }
}

/// What names are resolved by, counted over clusters. Counts of parts of a corpus can be added up, as long as every
/// cluster is in one part.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct NameCounts {
    /// Clusters looked at.
    clusters: u32,
    /// By outlet: clusters in which it has a page.
    present: BTreeMap<u32, u32>,
    /// By credited name, folded.
    credited: BTreeMap<String, CreditCount>,
    /// Hosts of the addresses of originals.
    hosts: BTreeSet<String>,
}

/// How often a name is credited, and in whose company.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct CreditCount {
    /// The name as the first page writes it, and which page that is: by the least order in its cluster, then its own.
    shown: String,
    first: (u64, u64),
    /// Clusters in which it is credited, pages that credit it, ...
    clusters: u32,
    mentions: u32,
    /// ... and of both how many by outlet.
    together: BTreeMap<u32, u32>,
    by: BTreeMap<u32, u32>,
}

impl NameCounts {
    /// Counts over the pages of some clusters.
    pub fn gather(pages: &[Vec<PageFacts>]) -> Self {
        let mut counts = NameCounts::default();
        pages.iter().for_each(|members| counts.add_cluster(members));
        counts
    }

    fn add_cluster(&mut self, members: &[PageFacts]) {
        self.clusters += 1;
        let mut here: Vec<u32> = members.iter().filter_map(|page| page.outlet).collect();
        here.sort_unstable();
        here.dedup();
        here.iter().for_each(|&outlet| *self.present.entry(outlet).or_default() += 1);
        let least = members.iter().map(|page| page.order).min().unwrap_or(0);
        let mut met: Vec<String> = Vec::new();
        for (page, name) in members.iter().flat_map(|page| credited(page).map(move |name| (page, name))) {
            let key = folded(name);
            let first = (least, page.order);
            let count = self.credited.entry(key.clone()).or_default();
            if count.mentions == 0 || first < count.first {
                (count.shown, count.first) = (written(name), first);
            }
            count.mentions += 1;
            page.outlet.into_iter().for_each(|outlet| *count.by.entry(outlet).or_default() += 1);
            met.push(key);
        }
        met.sort_unstable();
        met.dedup();
        // In a set of very many outlets and names nobody's company shows anything, and all pairs of them are too many.
        let tells = here.len() * met.len() <= COMPANIONS;
        for key in met {
            let count = self.credited.entry(key).or_default();
            count.clusters += 1;
            here.iter().filter(|_| tells).for_each(|&outlet| *count.together.entry(outlet).or_default() += 1);
        }
        let links = members.iter().filter_map(|page| page.stated.original_url.as_ref());
        self.hosts.extend(links.filter_map(|url| host(&url.value)));
    }

    /// Adds the counts of other clusters.
    pub fn add(&mut self, other: NameCounts) {
        self.clusters += other.clusters;
        add_up(&mut self.present, other.present);
        for (key, theirs) in other.credited {
            let mine = self.credited.entry(key).or_default();
            if mine.mentions == 0 || theirs.first < mine.first {
                (mine.shown, mine.first) = (theirs.shown, theirs.first);
            }
            mine.clusters += theirs.clusters;
            mine.mentions += theirs.mentions;
            add_up(&mut mine.together, theirs.together);
            add_up(&mut mine.by, theirs.by);
        }
        self.hosts.extend(other.hosts);
    }
}

impl NameCounts {
    /// Takes the counts of some clusters off. How a name is shown, and hosts, stay.
    pub(crate) fn remove(&mut self, other: &NameCounts) {
        self.clusters = self.clusters.saturating_sub(other.clusters);
        take_off(&mut self.present, &other.present);
        for (key, theirs) in &other.credited {
            let Some(mine) = self.credited.get_mut(key) else { continue };
            mine.clusters = mine.clusters.saturating_sub(theirs.clusters);
            mine.mentions = mine.mentions.saturating_sub(theirs.mentions);
            take_off(&mut mine.together, &theirs.together);
            take_off(&mut mine.by, &theirs.by);
        }
        self.credited.retain(|_, count| count.mentions > 0);
    }

    /// The same with outlets under other numbers; those that `number` does not know are left out.
    pub(crate) fn renumbered(self, number: impl Fn(u32) -> Option<u32>) -> Self {
        let renumber = |counts: BTreeMap<u32, u32>| {
            let mut renumbered = BTreeMap::new();
            add_up(&mut renumbered, counts.into_iter().filter_map(|(outlet, count)| Some((number(outlet)?, count))));
            renumbered
        };
        let credit = |(key, count): (String, CreditCount)| {
            (key, CreditCount { together: renumber(count.together), by: renumber(count.by), ..count })
        };
        NameCounts {
            present: renumber(self.present),
            credited: self.credited.into_iter().map(credit).collect(),
            ..self
        }
    }
}

fn take_off(mine: &mut BTreeMap<u32, u32>, theirs: &BTreeMap<u32, u32>) {
    for (outlet, count) in theirs {
        if let Some(held) = mine.get_mut(outlet) {
            *held = held.saturating_sub(*count);
        }
    }
    mine.retain(|_, count| *count > 0);
}

fn add_up(mine: &mut BTreeMap<u32, u32>, theirs: impl IntoIterator<Item = (u32, u32)>) {
    theirs.into_iter().for_each(|(outlet, count)| *mine.entry(outlet).or_default() += count);
}

/// Outlets of one stem that are looked at for one name.
const ALIKE: usize = 64;

/// The names of outlets, folded, and the outlets of each stem.
struct Stems {
    names: Vec<String>,
    by_stem: FxHashMap<String, Vec<u32>>,
}

impl Stems {
    fn of(outlets: &Outlets) -> Self {
        let names: Vec<String> = outlets.names().iter().map(|name| folded(name)).collect();
        let mut by_stem: FxHashMap<String, Vec<u32>> = FxHashMap::default();
        for (outlet, name) in (0..).zip(&names) {
            by_stem.entry(stem(name).to_owned()).or_default().push(outlet);
        }
        Stems { names, by_stem }
    }
}

impl Names {
    /// Resolves all names that the pages of all clusters credit. An outlet that another one owns, by the table of
    /// roles, stands for its owner.
    pub fn resolve(pages: &[Vec<PageFacts>], outlets: &Outlets, roles: &Roles) -> Names {
        Names::from_counts(&NameCounts::gather(pages), outlets, roles)
    }

    /// The same from what was counted.
    pub fn from_counts(counts: &NameCounts, outlets: &Outlets, roles: &Roles) -> Names {
        let mut names = Names { roles: roles.clone(), ..Names::default() };
        names.take_outlets(outlets);
        let stems = Stems::of(outlets);
        for (key, count) in &counts.credited {
            if key.is_empty() || names.by_name.contains_key(key) {
                continue;
            }
            let listed = names.roles.owner(key).or_else(|| names.roles.aliases().of_name(key)).map(str::to_owned);
            let entity = listed
                .map(|name| names.outlet_named(&name))
                .or_else(|| names.by_name.get(&folded(&site_of_channel(&count.shown)?)).copied())
                .or_else(|| names.site_of_section(key))
                .or_else(|| names.alias(key, count, &stems, counts))
                .or_else(|| names.by_name.get(stem(key)).copied())
                .unwrap_or_else(|| names.add(count.shown.clone()));
            names.by_name.insert(key.clone(), entity);
            names.by_name.entry(stem(key).to_owned()).or_insert(entity);
        }
        counts.hosts.iter().for_each(|host| names.add_host(host, outlets));
        names.show_as_written(counts);
        names
    }

    /// An outlet without a page is shown by the name that most pages write for it.
    fn show_as_written(&mut self, counts: &NameCounts) {
        let with_page: FxHashSet<Entity> = self.by_outlet.iter().copied().collect();
        let mut most: FxHashMap<Entity, u32> = FxHashMap::default();
        for (key, count) in &counts.credited {
            let Some(&entity) = self.by_name.get(key).filter(|entity| !with_page.contains(entity)) else { continue };
            if self.is_part(key, count) {
                continue;
            }
            let held = most.entry(entity).or_default();
            if count.mentions > *held {
                *held = count.mentions;
                self.shown[entity.0 as usize].clone_from(&count.shown);
            }
        }
    }

    /// The same names with the roles of outlets, which are not written with them.
    pub fn with_roles(self, roles: &Roles) -> Names {
        Names { roles: roles.clone(), ..self }
    }

    /// The site that a name is a section of (`墨川科技` of `墨川`, `墨川网财经` of `墨川网`), if that is known.
    fn site_of_section(&mut self, key: &str) -> Option<Entity> {
        let site = SITE_SECTIONS.strip_suffix(key)?;
        let listed = self.roles.aliases().of_name(site).map(str::to_owned);
        listed.map(|name| self.outlet_named(&name)).or_else(|| self.by_name.get(site).copied())
    }

    fn take_outlets(&mut self, outlets: &Outlets) {
        for name in outlets.names() {
            let owner = self.roles.owner(name).map(str::to_owned);
            let entity = self.outlet_named(owner.as_deref().unwrap_or(name));
            self.by_name.insert(folded(name), entity);
            self.by_outlet.push(entity);
            self.outlet_names.push(name.clone());
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

    fn add_host(&mut self, host: &str, outlets: &Outlets) {
        let listed = self.roles.aliases().of_host(host).map(str::to_owned);
        let entity = match (outlets.find(host), listed) {
            (Some(outlet), _) => self.by_outlet[outlet as usize],
            (None, Some(name)) => self.outlet_named(&name),
            (None, None) => self.add(host.to_owned()),
        };
        self.by_host.insert(host.to_owned(), entity);
    }

    /// The outlet that a name is an alias of, if its company shows it.
    fn alias(&self, key: &str, credit: &CreditCount, stems: &Stems, counts: &NameCounts) -> Option<Entity> {
        let all = f64::from(credit.clusters);
        let of = |counts: &BTreeMap<u32, u32>, outlet: u32| f64::from(counts.get(&outlet).copied().unwrap_or(0));
        let last = counts.present.last_key_value().map(|(&outlet, _)| outlet)?;
        // An outlet of another stem is an alias by its company only.
        let alike = stems.by_stem.get(stem(key)).into_iter().flatten().take(ALIKE);
        let mut possible: Vec<u32> = credit.together.keys().chain(alike).copied().filter(|&o| o <= last).collect();
        possible.sort_unstable();
        possible.dedup();
        let mut best: Option<(f64, Entity)> = None;
        for outlet in possible {
            let Some(name) = stems.names.get(outlet as usize) else { continue };
            let own = of(&credit.by, outlet) / f64::from(credit.mentions);
            let company = of(&credit.together, outlet) / all;
            let chance = (of(&counts.present, outlet) / f64::from(counts.clusters.max(1))).max(1e-6);
            let strong = stem(name) == stem(key);
            let related = strong || shared_prefix(name, key) >= 2;
            let enough = match (strong, related) {
                (true, _) => company >= STEM_COMPANY || all < 3.0,
                (_, true) => company >= 2.0 * STEM_COMPANY && company > chance,
                _ => credit.clusters >= CLUSTERS && company >= COMPANY && company >= ABOVE_CHANCE * chance,
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
                best = Some((score, self.by_outlet[outlet as usize]));
            }
        }
        best.map(|(_, entity)| entity)
    }

    /// What a credited name stands for.
    pub fn named(&self, name: &str) -> Option<Entity> {
        let key = folded(name);
        self.by_name.get(&key).or_else(|| self.by_name.get(stem(&key))).copied()
    }

    /// The publisher whose page this is: its outlet, or the credited name that its masthead begins with.
    pub(super) fn publisher(&self, page: &PageFacts) -> Option<Entity> {
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

    /// True for the name of a section or channel of an outlet, which does not name all of it.
    fn is_part(&self, key: &str, count: &CreditCount) -> bool {
        let site = SITE_SECTIONS.strip_suffix(key);
        let of_section = site.is_some_and(|site| self.by_name.get(site) == self.by_name.get(key));
        of_section || site_of_channel(&count.shown).is_some()
    }

    /// An outlet's own name.
    pub(super) fn outlet_name(&self, outlet: u32) -> &str {
        &self.outlet_names[outlet as usize]
    }

    /// What the host of an address stands for.
    pub fn host_of(&self, url: &str) -> Option<Entity> {
        self.by_host.get(&host(url)?).copied()
    }

    /// What kind of publisher an entity is.
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

/// The names that a page gives credit to, or whose reporters speak in it.
fn credited(page: &PageFacts) -> impl Iterator<Item = &str> {
    let source = page.stated.source.as_ref().map(|found| found.value.as_str());
    let agency = page.stated.agency.as_ref().map(|found| found.value.as_str());
    let reporting = page.reporters.iter().map(|reporting| reporting.outlet.value.as_str());
    source.into_iter().chain(agency).chain(reporting)
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
    fn an_owned_outlet_is_its_owner() {
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
    fn stems_lose_what_publishers_add_to_their_names() {
        assert_eq!(stem("江畔日报社"), "江畔日报");
        assert_eq!(stem("江畔新闻客户端"), "江畔");
        assert_eq!(stem("新社"), "新社");
    }
}
