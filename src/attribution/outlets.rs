//! Which outlet published a page: by its field, by the host of its address, by what its title ends with, by the
//! site furniture it shows.

use rustc_hash::FxHashMap;
use serde::Serialize;
use xxhash_rust::xxh3::xxh3_64;

/// What tells a page's outlet.
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

/// What tells a page's outlet, as hashes of names; 0 for what is not there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
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
        if keys.field != 0 && keys.host != 0 {
            *self.votes.entry((keys.host, keys.field)).or_default() += 1;
        }
        keys
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
        other.votes.into_iter().for_each(|(pair, n)| *self.votes.entry(pair).or_default() += n);
    }

    /// The name behind a hash.
    pub fn behind(&self, key: u64) -> &str {
        self.names.get(&key).map_or("", String::as_str)
    }
}

/// The outlets of a corpus, numbered in the order of their names, and which of them stands behind each host.
#[derive(Clone, Debug, Default)]
pub struct Outlets {
    names: Vec<String>,
    numbers: FxHashMap<u64, u32>,
    hosts: FxHashMap<u64, u32>,
}

/// A page's outlet and what tells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PageOutlet {
    /// Number of the outlet in [`Outlets`].
    pub outlet: u32,
    /// What tells it.
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
    /// Numbers the names and learns which outlet stands behind each host from the records that name both; where
    /// they disagree, from the greatest number of them.
    pub fn learn(seen: &SeenNames) -> Self {
        let mut sorted: Vec<(&String, u64)> = seen.names.iter().map(|(&key, name)| (name, key)).collect();
        sorted.sort_unstable();
        let names = sorted.iter().map(|(name, _)| (*name).clone()).collect();
        let numbers: FxHashMap<u64, u32> = sorted.iter().enumerate().map(|(k, (_, key))| (*key, k as u32)).collect();
        let mut votes: Vec<(u64, u32, u32)> =
            seen.votes.iter().map(|(&(host, name), &n)| (host, u32::MAX - n, numbers[&name])).collect();
        votes.sort_unstable();
        let mut hosts = FxHashMap::default();
        for (host, _, outlet) in votes {
            hosts.entry(host).or_insert(outlet);
        }
        Outlets { names, numbers, hosts }
    }

    /// An outlet's name.
    pub fn name(&self, number: u32) -> &str {
        &self.names[number as usize]
    }

    /// The outlet of a name or host, if some page is known by it.
    pub fn find(&self, name: &str) -> Option<u32> {
        self.behind(name_key(name))
    }

    /// All names, by number. Hosts are among them; those with an outlet of their own stand for it.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// The outlet of a page; `None` when nothing tells it.
    pub fn of_page(&self, keys: OutletKeys) -> Option<PageOutlet> {
        let numbered = |key: u64, from| self.numbers.get(&key).map(|&outlet| PageOutlet { outlet, from });
        if keys.field != 0 {
            return numbered(keys.field, OutletFrom::Field);
        }
        if keys.host != 0 {
            let told = self.hosts.get(&keys.host).map(|&outlet| PageOutlet { outlet, from: OutletFrom::Url });
            return told.or_else(|| numbered(keys.host, OutletFrom::Url));
        }
        if keys.site != 0 {
            return numbered(keys.site, OutletFrom::Title);
        }
        numbered(keys.template, OutletFrom::Template)
    }

    /// The outlet behind the hash of a name or host.
    pub fn behind(&self, key: u64) -> Option<u32> {
        self.hosts.get(&key).or_else(|| self.numbers.get(&key)).copied()
    }

    /// The hash that an outlet's name is known by.
    pub fn key(&self, outlet: u32) -> u64 {
        name_key(self.name(outlet))
    }
}

/// How names of outlets end.
const ENDINGS: &[&str] = &[
    "网",
    "報",
    "报",
    "社",
    "台",
    "时报",
    "在线",
    "新闻",
    "新聞",
    "客户端",
    "频道",
    "周刊",
    "杂志",
    "日报",
    "晚报",
    "网站",
];

/// The site that a title names at its end: `标题 - 某某网`, `标题_某某网`.
fn site_in_title(title: &str) -> Option<&str> {
    let (_, last) =
        title.rsplit_once(['_', '|']).or_else(|| title.rsplit_once(" - ")).or_else(|| title.rsplit_once("--"))?;
    let name = last.trim();
    let length = name.chars().count();
    ((2..=12).contains(&length) && ENDINGS.iter().any(|end| name.ends_with(end))).then_some(name)
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
        let outlets = Outlets::learn(&seen);
        let page = outlets.of_page(bare).unwrap();
        assert_eq!((outlets.name(page.outlet), page.from), ("甲报", OutletFrom::Url));
        let page = outlets.of_page(other).unwrap();
        assert_eq!((outlets.name(page.outlet), page.from), ("b.example", OutletFrom::Url));
        assert_eq!(outlets.find("a.example").map(|o| outlets.name(o)), Some("甲报"));
    }

    #[test]
    fn a_title_may_name_its_site() {
        let mut seen = SeenNames::default();
        let named = seen.note(None, None, Some("老街新事 - 江畔新闻网"));
        let bare = seen.note(None, None, Some("老街新事"));
        let outlets = Outlets::learn(&seen);
        let page = outlets.of_page(named).unwrap();
        assert_eq!((outlets.name(page.outlet), page.from), ("江畔新闻网", OutletFrom::Title));
        assert!(outlets.of_page(bare).is_none());
    }
}
