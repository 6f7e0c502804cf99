//! What the library shows to other programs.

use crate::support::{nothing_wrong, repository};
use std::path::Path;

/// Every Rust file below a folder, with its text.
fn sources(folder: &Path) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            found.push((path.display().to_string(), std::fs::read_to_string(&path).unwrap()));
        }
    }
    found
}

/// True for a line with a word that begins like a flag, such as two dashes and a name.
fn names_a_flag(line: &str) -> bool {
    let is_flag = |(at, _): (usize, &str)| {
        let before = line[..at].chars().next_back();
        let after = line[at + 2..].chars().next();
        before.is_none_or(|c| c != '-' && c != '!') && after.is_some_and(|c| c.is_ascii_lowercase())
    };
    line.match_indices("--").any(is_flag)
}

/// The library serves Python and other programs too: flags are named by the command line alone.
#[test]
fn no_text_of_the_library_names_a_flag() {
    let sources = sources(&repository("src"));
    assert!(sources.len() > 100, "{} files", sources.len());
    let mut complaints = Vec::new();
    for (path, text) in sources {
        let code = text.split("#[cfg(test)]").next().unwrap_or_default();
        let flagged = code.lines().filter(|line| !line.trim_start().starts_with("//") && names_a_flag(line));
        complaints.extend(flagged.map(|line| format!("{path}: {}", line.trim())));
    }
    nothing_wrong(complaints);
}
