//! Which outlet published a page: by its field, by the host of its address, by what its title ends with.

use rustc_hash::FxHashMap;
use serde::Serialize;

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
}

/// The outlets of a corpus, numbered, and the names of hosts that its records give.
#[derive(Clone, Debug, Default)]
pub struct Outlets {
    names: Vec<String>,
    numbers: FxHashMap<String, u32>,
    hosts: FxHashMap<String, u32>,
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

impl Outlets {
    /// Learns which outlet stands behind each host from the records that name both; where they disagree, from
    /// the greatest number of them. `seen` counts (host, outlet name) pairs.
    pub fn learn(seen: FxHashMap<(String, String), u32>) -> Self {
        let mut outlets = Outlets::default();
        let mut votes: Vec<((String, String), u32)> = seen.into_iter().collect();
        votes.sort_unstable_by(|x, y| {
            (&x.0.0, std::cmp::Reverse(x.1), &x.0.1).cmp(&(&y.0.0, std::cmp::Reverse(y.1), &y.0.1))
        });
        for ((host, name), _) in votes {
            let number = outlets.number(&name);
            outlets.hosts.entry(host).or_insert(number);
        }
        outlets
    }

    /// The number of an outlet, given one if it is new.
    pub fn number(&mut self, name: &str) -> u32 {
        if let Some(&number) = self.numbers.get(name) {
            return number;
        }
        let number = self.names.len() as u32;
        self.names.push(name.to_owned());
        self.numbers.insert(name.to_owned(), number);
        number
    }

    /// An outlet's name.
    pub fn name(&self, number: u32) -> &str {
        &self.names[number as usize]
    }

    /// The number of an outlet by its name, if it has one.
    pub fn find(&self, name: &str) -> Option<u32> {
        self.numbers.get(name).copied()
    }

    /// The outlet behind a host, if a record told it.
    pub fn behind(&self, host: &str) -> Option<u32> {
        self.hosts.get(host).copied()
    }

    /// All names, by number.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// The outlet of a page by its fields; `None` when nothing tells it.
    pub fn of_page(&mut self, field: Option<&str>, url: Option<&str>, title: Option<&str>) -> Option<PageOutlet> {
        if let Some(name) = field {
            return Some(PageOutlet { outlet: self.number(name.trim()), from: OutletFrom::Field });
        }
        if let Some(host) = url.and_then(host) {
            let outlet = self.behind(&host).unwrap_or_else(|| self.number(&host));
            return Some(PageOutlet { outlet, from: OutletFrom::Url });
        }
        let name = title.and_then(site_in_title)?;
        Some(PageOutlet { outlet: self.number(name), from: OutletFrom::Title })
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
        let seen = [(("a.example", "甲报"), 3), (("a.example", "乙网"), 1)];
        let seen = seen.into_iter().map(|((h, o), n)| ((h.to_owned(), o.to_owned()), n)).collect();
        let mut outlets = Outlets::learn(seen);
        let page = outlets.of_page(None, Some("https://a.example/1"), None).unwrap();
        assert_eq!((outlets.name(page.outlet), page.from), ("甲报", OutletFrom::Url));
        let page = outlets.of_page(None, Some("https://b.example/1"), None).unwrap();
        assert_eq!((outlets.name(page.outlet), page.from), ("b.example", OutletFrom::Url));
    }

    #[test]
    fn a_title_may_name_its_site() {
        let mut outlets = Outlets::default();
        let page = outlets.of_page(None, None, Some("老街新事 - 江畔新闻网")).unwrap();
        assert_eq!((outlets.name(page.outlet), page.from), ("江畔新闻网", OutletFrom::Title));
        assert!(outlets.of_page(None, None, Some("老街新事")).is_none());
    }
}
