//! The other names of an outlet: what a table says, what the shape of a name says, and the domain that hosts share.

use crate::clean::{fold, readable};
use rustc_hash::FxHashMap;

/// Other names and domains of outlets, as a table says.
#[derive(Clone, Debug, Default)]
pub struct Aliases {
    /// By folded name, the name that the table lists first.
    names: FxHashMap<String, String>,
    /// By domain.
    domains: FxHashMap<String, String>,
}

/// A name as it is compared: folded, letters, digits and Han only.
pub(crate) fn folded(name: &str) -> String {
    name.chars().filter_map(fold).collect()
}

impl Aliases {
    /// Notes that `outlet` is also known as `other`, which may be a domain (`paper.example`: Latin, with a dot).
    pub fn add(&mut self, outlet: &str, other: &str) {
        if is_domain(other) {
            self.domains.insert(other.to_ascii_lowercase(), outlet.to_owned());
        } else {
            self.names.insert(folded(other), outlet.to_owned());
        }
    }

    /// The outlet that is known by this name, if the table says so.
    pub fn of_name(&self, name: &str) -> Option<&str> {
        self.names.get(&folded(name)).map(String::as_str)
    }

    /// The outlet whose domain a host belongs to, if the table says so; of several, that of the longest.
    pub fn of_host(&self, host: &str) -> Option<&str> {
        let starts = std::iter::once(0).chain(host.match_indices('.').map(|(at, _)| at + 1));
        starts.into_iter().find_map(|at| self.domains.get(&host[at..])).map(String::as_str)
    }
}

/// True for what can be a domain: two labels or more of Latin letters, digits and hyphens.
fn is_domain(name: &str) -> bool {
    let is_label = |label: &str| !label.is_empty() && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    name.contains('.') && name.split('.').all(is_label)
}

/// The site that a name calls itself a part of: `墨川网苇城站`, `墨川网-教育频道` are of `墨川网`. The name is in one script
/// and width; two to eight characters of a place or subject are between.
pub(crate) fn site_of_channel(name: &str) -> Option<String> {
    const PART: std::ops::RangeInclusive<usize> = 2..=8;
    let shown: String = name.trim().chars().map(readable).collect();
    let (end, site) = shown.match_indices('网').map(|(at, site)| (at + site.len(), site)).next_back()?;
    let part = ["分站", "频道", "站"].iter().find_map(|kind| shown[end..].strip_suffix(kind))?;
    let part = part.trim_matches(['-', '—', '·', '_', ' ']);
    let is_name = shown[..end].chars().count() >= 2 && shown.len() > site.len();
    let is_part = PART.contains(&part.chars().count()) && part.chars().all(super::ranges::is_han);
    (is_name && is_part).then(|| shown[..end].to_owned())
}

/// Second-level domains under which others register theirs: `com.cn`, `gov.cn`, `co.uk`, the provinces of China.
const SHARED: &[&str] = &[
    "ac", "ah", "bj", "co", "com", "cq", "edu", "fj", "gd", "go", "gov", "gs", "gx", "gz", "ha", "hb", "he", "hi",
    "hk", "hl", "hn", "jl", "js", "jx", "ln", "mil", "mo", "ne", "net", "nm", "nx", "or", "org", "qh", "sc", "sd",
    "sh", "sn", "sx", "tj", "tw", "xj", "xz", "yn", "zj",
];

/// The part of a host that somebody registered: its last two labels, or three where the last is a country's and the one
/// before is shared by many.
pub fn registrable(host: &str) -> &str {
    let mut dots = host.rmatch_indices('.').map(|(at, _)| at);
    let (Some(last), Some(second)) = (dots.next(), dots.next()) else { return host };
    let is_shared = host.len() - last - 1 == 2 && SHARED.contains(&&host[second + 1..last]);
    match dots.next() {
        _ if !is_shared => &host[second + 1..],
        Some(third) => &host[third + 1..],
        None => host,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stations_and_channels_are_of_their_site() {
        for (name, site) in [
            ("墨川网苇城站", Some("墨川网")),
            ("墨川新聞網葦城頻道", Some("墨川新闻网")),
            ("墨川网-教育频道", Some("墨川网")),
            ("墨川网", None),
            ("网站", None),
            ("互联网站", None),
            ("苇城电视台新闻频道", None),
            ("苇城火车站", None),
        ] {
            assert_eq!(site_of_channel(name).as_deref(), site, "{name}");
        }
    }

    #[test]
    fn what_somebody_registered() {
        for (host, domain) in [
            ("weicheng.mochuan.example", "mochuan.example"),
            ("news.weicheng.gov.cn", "weicheng.gov.cn"),
            ("a.b.mochuan.com.cn", "mochuan.com.cn"),
            ("mochuan.com.cn", "mochuan.com.cn"),
            ("com.cn", "com.cn"),
            ("m.co.example", "co.example"),
            ("localhost", "localhost"),
        ] {
            assert_eq!(registrable(host), domain, "{host}");
        }
    }

    #[test]
    fn a_table_has_names_and_domains() {
        let mut aliases = Aliases::default();
        aliases.add("墨川网", "墨川时刻");
        aliases.add("墨川网", "Mochuan.example");
        assert_eq!(aliases.of_name("墨川時刻"), Some("墨川网"));
        assert_eq!(aliases.of_host("news.mochuan.example"), Some("墨川网"));
        assert_eq!(aliases.of_host("notmochuan.example"), None);
        assert_eq!((aliases.of_name("mochuan"), aliases.of_host("mochuan")), (None, None));
    }
}
