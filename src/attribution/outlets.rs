//! Which outlet published a page: by its field, by the host of its address, by what its title ends with, by the
//! site furniture it shows.

use super::aliases::{Aliases, folded, registrable, site_of_channel};
use crate::clean::{fold, readable};
use crate::lexicon::TITLE_ENDINGS;
use crate::types::Span;
use aho_corasick::{AhoCorasick, MatchKind};
use bytemuck::{Pod, Zeroable};
use rustc_hash::{FxHashMap, FxHashSet};
use serde::Serialize;
use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};
use xxhash_rust::xxh3::xxh3_64;

/// What shows the outlet of a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum OutletFrom {
    /// A field of the record.
    Field,
    /// The host of its address, which other pages give a name to, or else the host itself.
    Url,
    /// What the title ends with (`标题 - 某网`).
    Title,
    /// The site furniture that the page shows, which belongs to that outlet.
    Template,
}

/// What shows the outlet of a page, as hashes of names; 0 for what is not there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Pod, Zeroable)]
#[repr(C)]
pub struct OutletKeys {
    /// The outlet field.
    pub field: u64,
    /// The host of the address.
    pub host: u64,
    /// The site that the title names.
    pub site: u64,
    /// The outlet whose site furniture the page shows.
    pub template: u64,
    /// The template of an unknown site that the page shows.
    pub unknown_site: u64,
}

impl OutletKeys {
    /// What the fields of the page say alone.
    pub(crate) fn by_fields(self) -> Self {
        OutletKeys { template: 0, unknown_site: 0, ..self }
    }

    /// Takes somebody's word for the outlet whose site furniture the page shows.
    pub fn recall_template(&mut self, outlet: &str) {
        self.template = name_key(outlet);
    }
}

/// The names behind the hashes, and how many records give a host which name in their outlet field. Gathered in
/// parts that can be added up in any order.
#[derive(Clone, Debug, Default)]
pub struct SeenNames {
    names: FxHashMap<u64, String>,
    hosts: FxHashSet<u64>,
    votes: FxHashMap<(u64, u64), u32>,
}

impl SeenNames {
    /// Notes what the fields of one page name, and gives the hashes.
    pub fn note(&mut self, field: Option<&str>, url: Option<&str>, title: Option<&str>) -> OutletKeys {
        let host = url.and_then(host);
        let keys = OutletKeys {
            field: self.name(field.map(str::trim)),
            host: self.name(host.as_deref()),
            template: 0,
            unknown_site: 0,
            site: if field.is_none() && host.is_none() { self.name(title.and_then(site_in_title)) } else { 0 },
        };
        if keys.host != 0 {
            self.hosts.insert(keys.host);
        }
        if keys.field != 0 && keys.host != 0 {
            *self.votes.entry((keys.host, keys.field)).or_default() += 1;
        }
        keys
    }

    /// What was seen on some of the pages, of which [`SeenNames::note`] gave these hashes.
    pub(crate) fn of_some(&self, pages: &[OutletKeys]) -> Self {
        let mut some = SeenNames::default();
        for &OutletKeys { field, host, site, .. } in pages {
            for key in [field, host, site].into_iter().filter(|&key| key != 0) {
                some.names.entry(key).or_insert_with(|| self.behind(key).to_owned());
            }
            some.hosts.extend((host != 0).then_some(host));
            if field != 0 && host != 0 {
                *some.votes.entry((host, field)).or_default() += 1;
            }
        }
        some
    }

    fn name(&mut self, name: Option<&str>) -> u64 {
        let Some(name) = name.filter(|n| !n.is_empty()) else { return 0 };
        let key = name_key(name);
        self.names.entry(key).or_insert_with(|| name.to_owned());
        key
    }

    /// Adds what another part has seen.
    pub fn add(&mut self, other: SeenNames) {
        self.names.extend(other.names);
        self.hosts.extend(other.hosts);
        other.votes.into_iter().for_each(|(pair, n)| *self.votes.entry(pair).or_default() += n);
    }

    /// The names, each with whether it is a page's host, in any order.
    pub(crate) fn names(&self) -> impl Iterator<Item = (&str, bool)> {
        self.names.iter().map(|(key, name)| (name.as_str(), self.hosts.contains(key)))
    }

    /// How many records give a host a name: the hashes of both, and the number; in any order.
    pub(crate) fn votes(&self) -> impl Iterator<Item = [u64; 3]> {
        self.votes.iter().map(|(&(host, name), &count)| [host, name, u64::from(count)])
    }

    /// What [`SeenNames::names`] and [`SeenNames::votes`] of all parts gave.
    pub(crate) fn known(names: impl Iterator<Item = (String, bool)>, votes: impl Iterator<Item = [u64; 3]>) -> Self {
        let mut seen = SeenNames::default();
        for (name, is_host) in names {
            let key = name_key(&name);
            seen.hosts.extend(is_host.then_some(key));
            seen.names.insert(key, name);
        }
        votes.for_each(|[host, name, count]| *seen.votes.entry((host, name)).or_default() += count as u32);
        seen
    }

    /// The name behind a hash.
    pub fn behind(&self, key: u64) -> &str {
        self.names.get(&key).map_or("", String::as_str)
    }
}

/// The outlets of a corpus, numbered in the order of their names, and which of them is behind each name and host
/// that pages write. Copies share what it knows.
#[derive(Clone, Debug, Default)]
pub struct Outlets {
    names: Arc<Vec<String>>,
    /// By hash of a name or host.
    numbers: Arc<FxHashMap<u64, u32>>,
    /// By registrable domain, where all hosts under it are of one outlet.
    domains: Arc<FxHashMap<String, u32>>,
    /// Every name and host as written, sorted, with its outlet.
    spellings: Arc<Vec<(String, u32)>>,
    aliases: Aliases,
    /// Names of pages' outlets, folded, hosts left out.
    folded: Arc<FxHashSet<String>>,
    /// Finds the names in folded text, and the outlet of each; made when it is first asked for.
    finder: Arc<OnceLock<Option<Finder>>>,
}

/// Finds names in folded text, and the outlet of each.
type Finder = (AhoCorasick, Vec<u32>);

/// Characters of a name that is looked for where anything may be.
const SOUGHT: usize = 3;

/// A page's outlet and what shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PageOutlet {
    /// Number of the outlet in [`Outlets`].
    pub outlet: u32,
    /// What shows it.
    pub from: OutletFrom,
}

/// The host of an address, lower case, without `www.` and port; `None` for what is no address.
pub fn host(url: &str) -> Option<String> {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let host = rest.split(['/', '?', '#']).next()?.rsplit('@').next()?.split(':').next()?;
    let host = host.strip_prefix("www.").unwrap_or(host);
    (host.contains('.') && !host.contains(char::is_whitespace)).then(|| host.to_ascii_lowercase())
}

fn name_key(name: &str) -> u64 {
    xxh3_64(name.as_bytes()).max(1)
}

impl Outlets {
    /// Numbers the outlets. Names are of one outlet when `aliases` or their shape say so, or when they differ in script,
    /// width and case alone. Which outlet is behind a host is known by `aliases`, by the records that name both
    /// (where they disagree, by the greatest number of them), by those that do so for other hosts of its domain (where
    /// they agree), or by its domain alone.
    pub fn learn(seen: &SeenNames, aliases: &Aliases) -> Self {
        let mut written: Vec<(&str, u64)> = seen.names.iter().map(|(&key, name)| (name.as_str(), key)).collect();
        written.sort_unstable();
        let (hosts, named): (Vec<_>, Vec<_>) = written.iter().partition(|(_, key)| seen.hosts.contains(key));
        let common = Spelt::of(named.iter().map(|(name, _)| *name), aliases);
        let mut of_key: FxHashMap<u64, String> = named.iter().map(|&(name, key)| (key, common.outlet(name))).collect();
        let voted = vote(seen, &of_key);
        let mut by_domain: BTreeMap<&str, Option<&str>> = BTreeMap::new();
        for (host, outlet) in hosts.iter().filter_map(|(host, key)| Some((*host, voted.get(key)?.as_str()))) {
            let held = by_domain.entry(registrable(host)).or_insert(Some(outlet));
            *held = held.filter(|held| *held == outlet);
        }
        for &(host, key) in &hosts {
            let domain = registrable(host);
            let outlet = match (aliases.of_host(host), voted.get(&key), by_domain.get(domain)) {
                (Some(outlet), ..) => outlet,
                (None, Some(outlet), _) => outlet,
                (None, None, Some(Some(outlet))) => outlet,
                (None, None, Some(None)) => host,
                (None, None, None) => domain,
            };
            of_key.insert(key, outlet.to_owned());
        }
        let mut names: Vec<String> = of_key.values().cloned().collect();
        names.sort_unstable();
        names.dedup();
        let number = |name: &str| names.binary_search_by(|held| held.as_str().cmp(name)).map_or(0, |at| at as u32);
        let mut numbers: FxHashMap<u64, u32> = (0u32..).zip(&names).map(|(k, name)| (name_key(name), k)).collect();
        numbers.extend(of_key.iter().map(|(&key, name)| (key, number(name))));
        let spellings: Vec<(String, u32)> =
            written.iter().map(|&(name, key)| (name.to_owned(), numbers[&key])).collect();
        let agreed = by_domain.into_iter().filter_map(|(domain, outlet)| Some((domain.to_owned(), number(outlet?))));
        let folded: FxHashSet<String> = named.iter().map(|(name, _)| folded(name)).collect();
        let domains: FxHashMap<String, u32> = agreed.collect();
        Outlets {
            folded: folded.into(),
            domains: domains.into(),
            names: names.into(),
            numbers: numbers.into(),
            spellings: spellings.into(),
            aliases: aliases.clone(),
            finder: Arc::default(),
        }
    }

    /// An outlet's name.
    pub fn name(&self, number: u32) -> &str {
        &self.names[number as usize]
    }

    /// The outlet of a name or host, if some page is known by it, or by another of its names or hosts.
    pub fn find(&self, name: &str) -> Option<u32> {
        let by_table = || self.behind(name_key(self.aliases.of_host(name).or_else(|| self.aliases.of_name(name))?));
        self.behind(name_key(name)).or_else(by_table).or_else(|| self.domains.get(registrable(name)).copied())
    }

    /// True for a name that a page's outlet has, in either script, or that the table of outlets lists.
    pub(crate) fn knows(&self, name: &str) -> bool {
        self.folded.contains(&folded(name)) || self.aliases.of_name(name).is_some()
    }

    /// All outlets, by number. One that no page names is known by its domain or host.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// Every name and host that pages write, in their order, with the outlet that it stands for.
    pub fn spellings(&self) -> &[(String, u32)] {
        &self.spellings
    }

    /// The outlets that a stretch of `text` names, in either script, and where. Hosts and names of less than three
    /// characters are not looked for.
    pub fn named_in(&self, text: &str, span: Span) -> Vec<(u32, Span)> {
        let Some((finder, outlets)) = self.finder.get_or_init(|| finder(&self.spellings)) else { return Vec::new() };
        let (mut shown, mut places) = (String::new(), Vec::new());
        for (at, c) in span.of(text).char_indices() {
            if let Some(folded) = fold(c) {
                shown.push(folded);
                places.extend(std::iter::repeat_n((at, at + c.len_utf8()), folded.len_utf8()));
            }
        }
        let start = span.start as usize;
        let place =
            |range: std::ops::Range<usize>| Span::new(start + places[range.start].0, start + places[range.end - 1].1);
        finder.find_iter(&shown).map(|found| (outlets[found.pattern().as_usize()], place(found.range()))).collect()
    }

    /// The outlet of a page; `None` when it is unknown.
    pub fn of_page(&self, keys: OutletKeys) -> Option<PageOutlet> {
        let numbered = |key: u64, from| self.numbers.get(&key).map(|&outlet| PageOutlet { outlet, from });
        if keys.field != 0 {
            return numbered(keys.field, OutletFrom::Field);
        }
        if keys.host != 0 {
            return numbered(keys.host, OutletFrom::Url);
        }
        if keys.site != 0 {
            return numbered(keys.site, OutletFrom::Title);
        }
        numbered(keys.template, OutletFrom::Template)
    }

    /// The outlet behind the hash of a name or host.
    pub fn behind(&self, key: u64) -> Option<u32> {
        self.numbers.get(&key).copied()
    }

    /// The hash that an outlet's name is known by.
    pub fn key(&self, outlet: u32) -> u64 {
        name_key(self.name(outlet))
    }
}

/// What finds names in folded text; `None` where there are none, or too many.
fn finder(spellings: &[(String, u32)]) -> Option<Finder> {
    let sought = |(name, outlet): &(String, u32)| {
        let name = folded(name);
        (!name.is_ascii() && name.chars().count() >= SOUGHT).then_some((name, *outlet))
    };
    let (names, outlets): (Vec<String>, Vec<u32>) = spellings.iter().filter_map(sought).unzip();
    let built = AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(&names).ok()?;
    (!names.is_empty()).then_some((built, outlets))
}

/// The outlet that most records give each host; of equals the one whose name comes first.
fn vote(seen: &SeenNames, of_key: &FxHashMap<u64, String>) -> FxHashMap<u64, String> {
    let mut counts: BTreeMap<(u64, &str), u32> = BTreeMap::new();
    for (&(host, name), &count) in &seen.votes {
        // A name may be some page's host as well, and then stands for itself.
        let outlet = of_key.get(&name).map_or_else(|| seen.behind(name), String::as_str);
        *counts.entry((host, outlet)).or_default() += count;
    }
    let mut best: FxHashMap<u64, (u32, &str)> = FxHashMap::default();
    for ((host, outlet), count) in counts {
        let held = best.entry(host).or_insert((count, outlet));
        if count > held.0 {
            *held = (count, outlet);
        }
    }
    best.into_iter().map(|(host, (_, outlet))| (host, outlet.to_owned())).collect()
}

/// The names that pages write, and the outlet that each is a name of.
struct Spelt<'a> {
    aliases: &'a Aliases,
    /// By folded name, the spelling that stands for all: in one script and width, if anybody writes it so.
    shown: FxHashMap<String, &'a str>,
}

impl<'a> Spelt<'a> {
    /// Names in their order.
    fn of(names: impl Iterator<Item = &'a str>, aliases: &'a Aliases) -> Self {
        let mut shown: FxHashMap<String, &str> = FxHashMap::default();
        for name in names {
            let held = shown.entry(folded(name)).or_insert(name);
            if !is_readable(held) && is_readable(name) {
                *held = name;
            }
        }
        Spelt { aliases, shown }
    }

    fn outlet(&self, name: &str) -> String {
        let known = |name: &str| {
            let listed = self.aliases.of_name(name);
            listed.or_else(|| self.shown.get(&folded(name)).copied()).map(str::to_owned)
        };
        let by_shape = || site_of_channel(name).and_then(|site| known(&site));
        let listed = self.aliases.of_name(name).map(str::to_owned);
        listed.or_else(by_shape).or_else(|| known(name)).unwrap_or_else(|| name.to_owned())
    }
}

fn is_readable(name: &str) -> bool {
    name.chars().all(|c| readable(c) == c)
}

/// The site that a title names at its end: `标题 - 某某网`, `标题_某某网`.
fn site_in_title(title: &str) -> Option<&str> {
    let (_, last) =
        title.rsplit_once(['_', '|']).or_else(|| title.rsplit_once(" - ")).or_else(|| title.rsplit_once("--"))?;
    let name = last.trim();
    let length = name.chars().count();
    ((2..=12).contains(&length) && TITLE_ENDINGS.suffix(name).is_some()).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_of_addresses() {
        assert_eq!(host("http://www.Jiangzhou.example:8080/a/1.html").as_deref(), Some("jiangzhou.example"));
        assert_eq!(host("news.jiangzhou.example/a").as_deref(), Some("news.jiangzhou.example"));
        assert_eq!(host("not an address"), None);
    }

    #[test]
    fn a_host_takes_the_name_most_records_give_it() {
        let mut seen = SeenNames::default();
        for (outlet, times) in [("甲报", 3), ("乙网", 1)] {
            (0..times).for_each(|_| _ = seen.note(Some(outlet), Some("https://a.example/1"), None));
        }
        let bare = seen.note(None, Some("https://a.example/2"), None);
        let other = seen.note(None, Some("https://b.example/2"), None);
        let outlets = Outlets::learn(&seen, &Aliases::default());
        let page = outlets.of_page(bare).unwrap();
        assert_eq!((outlets.name(page.outlet), page.from), ("甲报", OutletFrom::Url));
        let page = outlets.of_page(other).unwrap();
        assert_eq!((outlets.name(page.outlet), page.from), ("b.example", OutletFrom::Url));
        assert_eq!(outlets.find("a.example").map(|o| outlets.name(o)), Some("甲报"));
    }

    #[test]
    fn one_outlet_has_many_names_and_hosts() {
        let mut aliases = Aliases::default();
        ["墨川时刻", "墨川网", "mochuan.example"].iter().for_each(|other| aliases.add("墨川网", other));
        let mut seen = SeenNames::default();
        let field = |seen: &mut SeenNames, name: &str| seen.note(Some(name), None, None);
        let url = |seen: &mut SeenNames, host: &str| seen.note(None, Some(&format!("https://{host}/1")), None);
        let mut pages = vec![];
        for name in ["墨川时刻", "墨川網", "墨川网苇城站"] {
            pages.push((field(&mut seen, name), "墨川网"));
        }
        pages.push((url(&mut seen, "weicheng.mochuan.example"), "墨川网"));
        pages.push((seen.note(Some("苇城晚报"), Some("https://wc.example/1"), None), "苇城晚报"));
        pages.push((url(&mut seen, "m.wc.example"), "苇城晚报"));
        pages.push((field(&mut seen, "葦城晚報"), "苇城晚报"));
        for (blog, name) in [("a.blogs.example", "甲客"), ("b.blogs.example", "乙客")] {
            pages.push((seen.note(Some(name), Some(&format!("https://{blog}/1")), None), name));
        }
        pages.push((url(&mut seen, "c.blogs.example"), "c.blogs.example"));
        pages.push((url(&mut seen, "news.nobody.example"), "nobody.example"));
        pages.push((url(&mut seen, "m.nobody.example"), "nobody.example"));
        let outlets = Outlets::learn(&seen, &aliases);
        for (keys, name) in pages {
            assert_eq!(outlets.name(outlets.of_page(keys).unwrap().outlet), name);
        }
        assert_eq!(outlets.find("live.mochuan.example").map(|o| outlets.name(o)), Some("墨川网"));
        assert_eq!(outlets.find("pic.wc.example").map(|o| outlets.name(o)), Some("苇城晚报"));
        assert_eq!(outlets.find("d.blogs.example"), None);
        assert!(outlets.names().is_sorted());
    }

    #[test]
    fn a_title_may_name_its_site() {
        let mut seen = SeenNames::default();
        let named = seen.note(None, None, Some("老街新事 - 江畔新闻网"));
        let bare = seen.note(None, None, Some("老街新事"));
        let outlets = Outlets::learn(&seen, &Aliases::default());
        let page = outlets.of_page(named).unwrap();
        assert_eq!((outlets.name(page.outlet), page.from), ("江畔新闻网", OutletFrom::Title));
        assert!(outlets.of_page(bare).is_none());
    }
}
