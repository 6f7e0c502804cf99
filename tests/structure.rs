//! The structure of `src/`: which module may import which, read from the imports themselves.

use crate::support::{nothing_wrong, repository};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// The modules of the library in the order of the data: a module imports only modules that precede it.
const ORDER: &[&str] = &[
    "types",
    "error",
    "storage",
    "lexicon",
    "model",
    "corpus",
    "config",
    // The stages.
    "clean",
    "attribution",
    "shingle",
    "signature",
    "pages",
    "candidates",
    "verdicts",
    "verify",
    "cluster",
    "origin",
    "talking_points",
    "retention",
    "outlets",
    // What a run writes, and the run.
    "records",
    "pipeline",
    "output_folder",
    // What is made of an output folder or of findings.
    "export",
    "extract",
    "usage_report",
    "sample",
    "view",
    "report",
    "dedup",
    "distributed",
    "explain",
    "index",
    "bench",
];

/// The files at the root of `src/`.
const ROOT: [&str; 4] = ["config.rs", "error.rs", "lib.rs", "types.rs"];

/// A module by its path: `["clean", "split"]`.
type Module = Vec<String>;

/// The modules of `src/`, without those that hold tests alone.
struct Sources {
    texts: BTreeMap<Module, String>,
    /// By module with files below it: which of them a name comes from that it hands on.
    handed_on: BTreeMap<Module, BTreeMap<String, String>>,
}

impl Sources {
    fn read() -> Self {
        let root = repository("src");
        let mut texts = BTreeMap::new();
        for path in rust_files(&root).into_iter().filter(|path| !path.ends_with("tests.rs")) {
            let text = std::fs::read_to_string(&path).unwrap();
            texts.insert(module_of(path.strip_prefix(&root).unwrap()), code(&text));
        }
        Sources::of(texts)
    }

    fn of(texts: BTreeMap<Module, String>) -> Self {
        let faces = texts
            .keys()
            .filter(|module| texts.keys().any(|other| other.len() > module.len() && other.starts_with(module)));
        let handed_on = faces.map(|face| (face.clone(), names_handed_on(&texts[face]))).collect();
        Sources { texts, handed_on }
    }

    /// The module that a path of an import leads to, as far as it leads within the library.
    fn resolve(&self, mut at: Module, path: &[String]) -> Module {
        for name in path {
            let child = self.child(&at, name).or_else(|| self.child(&at, self.handed_on.get(&at)?.get(name)?));
            let Some(child) = child else { break };
            at = child;
        }
        at
    }

    fn child(&self, of: &Module, name: &str) -> Option<Module> {
        let mut child = of.clone();
        child.push(name.to_owned());
        self.texts.contains_key(&child).then_some(child)
    }

    /// What a module imports from others.
    fn imports(&self, module: &Module) -> BTreeSet<Module> {
        let paths = paths(&self.texts[module]).into_iter().filter_map(|path| {
            let ups = path.iter().take_while(|name| *name == "super").count();
            let from = match path[0].as_str() {
                "crate" => Vec::new(),
                "super" => module[..module.len().checked_sub(ups)?].to_vec(),
                _ => return None,
            };
            Some(self.resolve(from, &path[ups.max(1)..]))
        });
        paths.filter(|found| !found.is_empty() && found != module).collect()
    }
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let (folders, files): (Vec<PathBuf>, Vec<PathBuf>) = entries.partition(|path| path.is_dir());
    let own = files.into_iter().filter(|path| path.extension().is_some_and(|end| end == "rs"));
    own.chain(folders.iter().flat_map(|folder| rust_files(folder))).collect()
}

fn module_of(file: &Path) -> Module {
    let mut module: Module = file.with_extension("").iter().map(|part| part.to_string_lossy().into_owned()).collect();
    if module.last().is_some_and(|name| name == "mod") {
        module.pop();
    }
    module
}

/// The code of a file: without comments, and without the tests at its end.
fn code(text: &str) -> String {
    let tests = text.find("#[cfg(test)]\nmod tests {").or_else(|| text.find("#[cfg(test)]\npub(crate) mod tests {"));
    let code = text[..tests.unwrap_or(text.len())].lines().map(|line| line.split("//").next().unwrap_or_default());
    code.collect::<Vec<_>>().join("\n")
}

/// The paths that begin with `crate` or `super`, each to its last name; those in braces one by one.
fn paths(code: &str) -> Vec<Vec<String>> {
    let is_start =
        |at: &usize| !code[..*at].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == ':' || c == '$');
    let starts = ["crate::", "super::"].into_iter().flat_map(|word| code.match_indices(word).map(|(at, _)| at));
    let mut found = Vec::new();
    starts.filter(is_start).for_each(|at| {
        tree(&code[at..], &mut Vec::new(), &mut found);
    });
    found
}

/// Reads a path with its braces and gives back how many bytes it takes.
fn tree(code: &str, before: &mut Vec<String>, found: &mut Vec<Vec<String>>) -> usize {
    let name = code.len() - code.trim_start_matches(|c: char| c.is_alphanumeric() || c == '_').len();
    if name == 0 {
        return 0;
    }
    before.push(code[..name].to_owned());
    let mut at = name;
    match code[at..].strip_prefix("::") {
        Some(rest) if rest.starts_with('{') => {
            at += 3;
            while !code[at..].starts_with('}') {
                at += code[at..].len() - code[at..].trim_start_matches([' ', '\n', ',']).len();
                let part = tree(&code[at..], before, found);
                // `*`, and `as NAME` after a path, are not names of their own.
                at += if part == 0 { code[at..].find([',', '}']).unwrap_or(0) } else { part };
                at += code[at..].find([',', '}']).unwrap_or(0);
            }
            at += 1;
        }
        Some(rest) if rest.starts_with(|c: char| c.is_alphabetic() || c == '_') => {
            at += 2 + tree(&code[at + 2..], before, found);
        }
        _ => found.push(before.clone()),
    }
    before.pop();
    at
}

/// The names that `pub use` statements hand on, with the module below that each comes from.
fn names_handed_on(code: &str) -> BTreeMap<String, String> {
    let mut names = BTreeMap::new();
    for line in code.split(';') {
        let Some((_, path)) = line.split_once("use ").filter(|(before, _)| before.trim_start().starts_with("pub"))
        else {
            continue;
        };
        let mut found = Vec::new();
        tree(path.trim_start(), &mut Vec::new(), &mut found);
        names.extend(
            found.into_iter().filter(|path| path.len() > 1).map(|path| (path[path.len() - 1].clone(), path[0].clone())),
        );
    }
    names
}

/// The modules in circles, with what ties them: those that are left when modules that import none of the others, or that
/// none of the others imports, are taken away again and again.
fn circles(imports: &BTreeMap<Module, BTreeSet<Module>>) -> Vec<String> {
    let mut left: BTreeSet<&Module> = imports.keys().collect();
    loop {
        let imports_one = |module: &Module| imports[module].iter().any(|other| left.contains(other));
        let is_imported = |module: &Module| left.iter().any(|other| imports[*other].contains(module));
        let free: Vec<&Module> = left.iter().copied().filter(|m| !imports_one(m) || !is_imported(m)).collect();
        if free.is_empty() {
            break;
        }
        free.into_iter().for_each(|module| {
            left.remove(module);
        });
    }
    let ties = |module: &&Module| {
        let others = imports[*module].iter().filter(|other| left.contains(other)).map(|other| other.join("/"));
        format!("{} imports {}", module.join("/"), others.collect::<Vec<_>>().join(", "))
    };
    left.iter().map(ties).collect()
}

#[test]
fn modules_import_only_what_precedes_them() {
    let sources = Sources::read();
    let place = |module: &Module| ORDER.iter().position(|name| *name == module[0]);
    let modules = sources.texts.keys().filter(|module| *module[0] != *"lib");
    let check = |module: &Module| -> Vec<String> {
        let Some(mine) = place(module) else { return vec![format!("{} has no place in the order", module[0])] };
        let wrong = |other: &Module| {
            let is_later = other[0] != module[0] && place(other).is_none_or(|other| other > mine);
            is_later.then(|| format!("{} imports {}", module.join("/"), other.join("/")))
        };
        sources.imports(module).iter().filter_map(wrong).collect()
    };
    nothing_wrong(modules.flat_map(check).collect());
}

/// The file that a folder's other files share (`mod.rs`) is left out: they may take from it what it declares.
#[test]
fn files_of_a_module_import_each_other_in_no_circle() {
    let sources = Sources::read();
    let is_file = |module: &&Module| !sources.handed_on.contains_key(*module);
    let within = |module: &Module| -> BTreeSet<Module> {
        sources.imports(module).into_iter().filter(|other| other[0] == module[0]).collect()
    };
    let circles_of = |name: &str| {
        let files = sources.texts.keys().filter(is_file).filter(|module| *module[0] == *name);
        circles(&files.map(|module| (module.clone(), within(module))).collect())
    };
    nothing_wrong(ORDER.iter().flat_map(|name| circles_of(name)).collect());
}

#[test]
fn the_root_has_four_files() {
    let files = std::fs::read_dir(repository("src")).unwrap().map(|entry| entry.unwrap().path());
    let names =
        files.filter(|path| path.is_file()).map(|path| path.file_name().unwrap().to_string_lossy().into_owned());
    assert_eq!(names.collect::<BTreeSet<_>>(), ROOT.map(str::to_owned).into());
}

#[test]
fn imports_are_read_from_the_code() {
    let texts = [
        ("clean", "mod split;\nmod fold;\npub use split::{Lines, lines_in};\nuse fold::fold;"),
        (
            "clean/split",
            "use super::fold::{self, Fold};\nuse crate::types::Span;\n// use crate::report::x;\nfn f() { crate::corpus::unit(1) }",
        ),
        ("clean/fold", "use crate::clean::{Lines, Units as Them};"),
        ("types", ""),
        ("corpus", ""),
    ];
    let module = |path: &str| path.split('/').map(str::to_owned).collect::<Module>();
    let sources = Sources::of(texts.map(|(path, text)| (module(path), code(text))).into());
    let imports = |path: &str| sources.imports(&module(path)).iter().map(|m| m.join("/")).collect::<Vec<_>>();
    assert_eq!(imports("clean/split"), ["clean/fold", "corpus", "types"]);
    assert_eq!(imports("clean/fold"), ["clean", "clean/split"], "a name leads to the file that it is handed on from");
    let of = |path: &str| (module(path), sources.imports(&module(path)));
    let circle = circles(&["clean/split", "clean/fold", "types"].map(of).into());
    assert_eq!(circle, ["clean/fold imports clean/split", "clean/split imports clean/fold"]);
    assert!(circles(&["clean/split", "types"].map(of).into()).is_empty());
}
