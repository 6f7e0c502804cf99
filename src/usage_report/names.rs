//! Which outlet of a run a name means.

use crate::attribution::folded;
use crate::error::{Error, Result};
use crate::output_folder::OutFolder;
use serde::Deserialize;
use std::collections::BTreeSet;

/// Near misses that are listed.
const LISTED: usize = 5;
/// The least likeness of a near miss: the share of characters that stay in the shortest edit (Levenshtein), 0..1.
const LIKE: f64 = 0.6;

/// The outlet called `name`.
pub(super) fn resolve(out: &OutFolder, name: &str) -> Result<String> {
    let names = all(out)?;
    if let Some(found) = find(&names, name) {
        return Ok(found.to_owned());
    }
    Err(Error::UnknownOutlet { name: name.to_owned(), path: out.path(""), similar: similar(&names, name) })
}

/// Outlets that have pages, and those that are taken for an origin without one.
fn all(out: &OutFolder) -> Result<BTreeSet<String>> {
    #[derive(Deserialize)]
    struct NamedOutlet {
        outlet: Option<String>,
    }
    #[derive(Deserialize)]
    struct OutletSet {
        origin: Option<NamedOutlet>,
    }
    let mut names = BTreeSet::new();
    out.each_line("outlets.jsonl", |line, at| {
        let NamedOutlet { outlet } = out.parse("outlets.jsonl", line, at)?;
        names.extend(outlet);
        Ok(true)
    })?;
    out.each_line("clusters.jsonl", |line, at| {
        let OutletSet { origin } = out.parse("clusters.jsonl", line, at)?;
        names.extend(origin.and_then(|origin| origin.outlet));
        Ok(true)
    })?;
    Ok(names)
}

fn find<'n>(names: &'n BTreeSet<String>, name: &str) -> Option<&'n str> {
    if let Some(same) = names.get(name) {
        return Some(same);
    }
    let key = folded(name);
    let mut alike = names.iter().filter(|held| !key.is_empty() && folded(held) == key);
    alike.next().filter(|_| alike.next().is_none()).map(String::as_str)
}

/// Names similar to the one asked for, the most similar first.
fn similar(names: &BTreeSet<String>, name: &str) -> Vec<String> {
    let key = folded(name);
    let likeness = |held: &String| {
        let held = folded(held);
        let within = !key.is_empty() && (held.contains(&key) || (!held.is_empty() && key.contains(&held)));
        if within { 1.0 } else { strsim::normalized_levenshtein(&held, &key) }
    };
    let mut near: Vec<(f64, &String)> = names.iter().map(|held| (likeness(held), held)).collect();
    near.retain(|(likeness, _)| *likeness >= LIKE);
    near.sort_by(|x, y| y.0.total_cmp(&x.0).then(x.1.cmp(y.1)));
    near.into_iter().take(LISTED).map(|(_, held)| held.clone()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names() -> BTreeSet<String> {
        ["柳川日报", "柳川晚报", "石门在线", "ABC News"].map(str::to_owned).into()
    }

    #[test]
    fn names_are_found_across_script_case_and_width() {
        assert_eq!(find(&names(), "柳川日报"), Some("柳川日报"));
        assert_eq!(find(&names(), "柳川日報"), Some("柳川日报"));
        assert_eq!(find(&names(), "abc　ｎｅｗｓ"), Some("ABC News"));
        assert_eq!(find(&names(), "柳川"), None);
        assert_eq!(find(&names(), "…"), None);
    }

    #[test]
    fn near_misses_are_listed_and_strangers_are_not() {
        assert_eq!(similar(&names(), "柳川"), ["柳川日报", "柳川晚报"]);
        assert!(similar(&names(), "柳川商报").contains(&"柳川日报".to_owned()));
        assert!(similar(&names(), "青原电台").is_empty());
    }
}
