//! Links between the documents of the repository.

use crate::support::{nothing_wrong, repository};

/// Documents that a reader of the repository meets, as far as they are there.
pub fn documents() -> Vec<String> {
    let markdown = |folder: &str| {
        let entries = std::fs::read_dir(repository(folder)).into_iter().flatten();
        let names = entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned());
        let folder = folder.to_owned();
        names.filter(|name| name.ends_with(".md")).map(move |name| format!("{folder}/{name}")).collect::<Vec<_>>()
    };
    [".", "corpus-samples", "benches", "docs", "python"].into_iter().flat_map(markdown).collect()
}

/// The targets of `[text](target)`, outside code.
fn targets(text: &str) -> Vec<String> {
    let mut in_code = false;
    let prose = text.lines().filter(|line| {
        in_code ^= line.trim_start().starts_with("```");
        !in_code
    });
    let of_line = |line: &str| -> Vec<String> {
        let plain: String = line.split('`').step_by(2).collect();
        plain.split("](").skip(1).filter_map(|rest| rest.split(')').next()).map(str::to_owned).collect()
    };
    prose.flat_map(of_line).collect()
}

/// Why the link leads nowhere, if it does.
fn broken(document: &str, target: &str) -> Option<String> {
    let outside = ["https://", "http://", "mailto:", "#"].iter().any(|start| target.starts_with(start));
    let path = target.split('#').next().unwrap_or_default();
    let beside = repository(document).parent().unwrap().join(path);
    (!outside && !beside.exists()).then(|| format!("{document} links to {target}, which is not there"))
}

#[test]
fn relative_links_lead_somewhere() {
    let documents = documents();
    assert!(documents.iter().any(|path| path.ends_with("corpus-samples/README.md")), "{documents:?}");
    let check = |document: &String| -> Vec<String> {
        let text = std::fs::read_to_string(repository(document)).unwrap();
        targets(&text).iter().filter_map(|target| broken(document, target)).collect()
    };
    nothing_wrong(documents.iter().flat_map(check).collect());
}

#[test]
fn a_dead_link_is_noticed() {
    let text = "See [the figure](src/lib.rs#top), [this](no/such.md) and `[x](code)`.\n```\n[y](fenced)\n```\n";
    assert_eq!(targets(text), ["src/lib.rs#top", "no/such.md"]);
    assert_eq!(broken("./README.md", "src/lib.rs#top"), None);
    assert!(broken("./README.md", "no/such.md").is_some());
}
