//! What a site lets programs read: its `robots.txt`, after RFC 9309.
//!
//! Our own reader, because the crates for it have had no release in years: the grammar is small.

use std::time::Duration;

/// The name by which rules address this program.
const NAME: &str = "tonggao";
/// The longest pause between two pages that a site can ask for.
const LONGEST_PAUSE: Duration = Duration::from_secs(60);

/// The rules of a site for this program.
#[derive(Debug, Default)]
pub(super) struct Robots {
    /// Patterns of places, each with whether they may be read.
    rules: Vec<(String, bool)>,
    /// How long to wait between two pages.
    pub pause: Option<Duration>,
}

impl Robots {
    /// Reads the groups of rules that name this program or, where none does, those for all programs.
    pub(super) fn parse(text: &str) -> Self {
        let (mut named, mut of_all) = (None, Robots::default());
        let (mut is_named, mut is_of_all, mut in_rules) = (false, false, true);
        for line in text.trim_start_matches('\u{feff}').lines() {
            let Some((key, value)) = line.split('#').next().and_then(|line| line.split_once(':')) else { continue };
            let (key, value) = (key.trim().to_ascii_lowercase(), value.trim());
            if key == "user-agent" {
                if std::mem::take(&mut in_rules) {
                    (is_named, is_of_all) = (false, false);
                }
                is_named |= value.eq_ignore_ascii_case(NAME);
                is_of_all |= value == "*";
                continue;
            }
            in_rules = true;
            if is_named {
                named.get_or_insert_with(Robots::default).rule(&key, value);
            }
            if is_of_all {
                of_all.rule(&key, value);
            }
        }
        named.unwrap_or(of_all)
    }

    /// Lets nothing be read, as a site asks whose rules cannot be had.
    pub(super) fn nothing() -> Self {
        Robots { rules: vec![("/".to_owned(), false)], pause: None }
    }

    fn rule(&mut self, key: &str, value: &str) {
        match key {
            "allow" | "disallow" if !value.is_empty() => self.rules.push((value.to_owned(), key == "allow")),
            "crawl-delay" => {
                let seconds = value.parse().ok().and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
                self.pause = seconds.map(|pause| pause.min(LONGEST_PAUSE)).or(self.pause);
            }
            _ => {}
        }
    }

    /// True when a place may be read: of the rules that match it the longest one says so, or none matches.
    pub(super) fn allow(&self, place: &str) -> bool {
        let matching = self.rules.iter().filter(|(pattern, _)| matches(pattern, place));
        matching.max_by_key(|(pattern, is_allowed)| (pattern.len(), *is_allowed)).is_none_or(|(_, allowed)| *allowed)
    }
}

/// True when a place begins as a pattern, in which `*` is any text and `$` at its end the end of the place.
fn matches(pattern: &str, place: &str) -> bool {
    let (pattern, to_end) = pattern.strip_suffix('$').map_or((pattern, false), |pattern| (pattern, true));
    let mut parts = pattern.split('*');
    let Some(mut rest) = place.strip_prefix(parts.next().unwrap_or_default()) else { return false };
    let mut parts = parts.peekable();
    while let Some(part) = parts.next() {
        if to_end && parts.peek().is_none() {
            return rest.ends_with(part);
        }
        let Some(at) = rest.find(part) else { return false };
        rest = &rest[at + part.len()..];
    }
    !to_end || rest.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_rule_that_matches_counts() {
        let robots =
            Robots::parse("User-agent: *\nDisallow: /news/\nAllow: /news/2024/ # this year\nDisallow: /*.pdf$\n");
        let allowed = ["/", "/news", "/news/2024/1.html", "/a.pdf?b", "/%E6%B2%B3"];
        let refused = ["/news/", "/news/2023/1.html", "/a/b.pdf"];
        assert!(allowed.iter().all(|place| robots.allow(place)));
        assert!(refused.iter().all(|place| !robots.allow(place)));
        let equal = Robots::parse("User-agent: *\nDisallow: /a\nAllow: /a");
        assert!(equal.allow("/a"), "of two rules of one length the one that allows counts");
    }

    #[test]
    fn groups_that_name_the_program_count_before_those_for_all() {
        let text = "user-agent: other\nuser-agent: Tonggao\ndisallow: /a\n\nuser-agent: *\ndisallow: /\ncrawl-delay: 9\n\n\
                    user-agent: tonggao\nDisallow: /b\nCrawl-delay: 0.5\n";
        let robots = Robots::parse(text);
        assert!(robots.allow("/c") && !robots.allow("/a") && !robots.allow("/b"));
        assert_eq!(robots.pause, Some(Duration::from_millis(500)));
        let robots = Robots::parse(&text.replace("onggao", "onggao-2"));
        assert!(!robots.allow("/c"));
        assert_eq!(robots.pause, Some(Duration::from_secs(9)));
    }

    #[test]
    fn what_is_no_rule_forbids_nothing() {
        for text in [
            "",
            "<html>not found",
            "disallow: /",
            "User-agent: *\nDisallow:\nCrawl-delay: -1\n",
            "User-agent: a\nDisallow: /",
        ] {
            let robots = Robots::parse(text);
            assert!(robots.allow("/a") && robots.pause.is_none(), "{text}");
        }
        assert!(!Robots::nothing().allow("/"));
        assert_eq!(Robots::parse("User-agent: *\nCrawl-delay: 86400").pause, Some(LONGEST_PAUSE));
    }

    #[test]
    fn patterns_match_parts_in_their_order() {
        for (pattern, place, expected) in [
            ("/*/a*c", "/x/abc", true),
            ("/*/a*c", "/x/cab", false),
            ("/a*b$", "/abab", true),
            ("/a*b$", "/aba", false),
            ("/a$", "/a", true),
            ("/a$", "/ab", false),
            ("*", "/", true),
            ("/ab*b$", "/ab", false),
        ] {
            assert_eq!(matches(pattern, place), expected, "{pattern} {place}");
        }
    }
}
