//! What the targets do with their bytes: whatever these are, nothing panics, and results have the properties that their
//! documentation promises.

use std::cell::LazyCell;
use std::path::{Path, PathBuf};
use tempfile::TempDir;
use tonggao::stages::attribution::{attribute_in_zone, date_in_url, parse_field_time, parse_time};
use tonggao::stages::clean::{FurnitureModel, GroupKeys, clean as cleaned, fold};
use tonggao::{Config, Corpus, Index, InputRecord, Only, Unobserved, detect};
use xxhash_rust::xxh3::xxh3_64;

thread_local! {
    static FOLDER: LazyCell<TempDir> = LazyCell::new(|| TempDir::new().expect("a temporary folder"));
}

/// A file with these bytes, in place of the one before.
fn file(name: &str, data: &[u8]) -> PathBuf {
    let path = FOLDER.with(|folder| folder.path().join(name));
    std::fs::write(&path, data).expect("a file");
    path
}

/// Opens a file and goes through its records.
pub fn read(name: &str, data: &[u8]) {
    let path = file(name, data);
    let Ok(corpus) = Corpus::open(&[path], &Config::default()) else { return };
    for doc in (0..corpus.len() as u32).map(tonggao::DocId) {
        let whole = corpus.doc(doc);
        assert_eq!(whole.text, corpus.text(doc));
        _ = (corpus.id(doc), corpus.place(doc), corpus.order(doc), corpus.unknown_fields(doc));
    }
    _ = (corpus.summary(), corpus.kinds());
}

/// Cleans a text: its units are in order, and cut it at the borders of characters.
pub fn clean(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let doc = cleaned(&text, None, &FurnitureModel::default(), GroupKeys::default());
    let mut last = 0;
    for at in 0..doc.body.len() {
        let span = doc.body.span(at..at + 1);
        let (start, end) = (span.start as usize, span.end as usize);
        assert!(last <= start && start < end && text.get(start..end).is_some(), "{span:?}");
        last = start;
    }
    text.chars().filter_map(fold).for_each(|c| assert_eq!(fold(c), Some(c)));
}

/// Reads what a page states.
pub fn attribute(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let doc = cleaned(&text, None, &FurnitureModel::default(), GroupKeys::default());
    let stated = attribute_in_zone(&text, None, &doc, 8 * 3600);
    let people = stated.authors.iter().chain(&stated.correspondents).chain(&stated.editors);
    for found in stated.source.iter().map(|(found, _)| found).chain(people) {
        assert!(text.get(found.at.start as usize..found.at.end as usize).is_some(), "{found:?}");
    }
}

/// Reads a text as a time, in each way.
pub fn times(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    _ = (parse_time(&text, 8 * 3600), parse_field_time(&text, 0), date_in_url(&text, 0));
}

/// Opens an index one file of which has these bytes, all but the first, which chooses the file. The manifest is sealed again,
/// so that the readers of its JSON files see what is in them; packs keep their own hashes.
pub fn index(data: &[u8]) {
    let Some((&which, data)) = data.split_first() else { return };
    let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("../corpus-samples/index-v2");
    let entries = std::fs::read_dir(sample).expect("the sample").map(|entry| entry.expect("an entry").path());
    let mut files: Vec<_> = entries.map(|path| (name(&path), std::fs::read(&path).expect("a file"))).collect();
    files.sort();
    let changed = usize::from(which) % files.len();
    files[changed].1 = data.to_owned();
    let (name, folder) = (files[changed].0.clone(), FOLDER.with(|folder| folder.path().join("index")));
    std::fs::create_dir_all(&folder).expect("a folder");
    for (file, bytes) in files {
        let bytes = if file == "manifest.json" { sealed(&bytes, &name, data) } else { bytes };
        std::fs::write(folder.join(file), bytes).expect("a file");
    }
    _ = Index::check(&folder);
    let Ok(index) = Index::open(&folder) else { return };
    _ = (index.clusters().map(<[u32]>::len), index.events(0).map(|events| events.len()));
    _ = index.page("{\"text\": \"渡口停了十一年的木船昨天重新下水。\"}").map(|page| index.query(page).map(drop));
}

fn name(path: &Path) -> String {
    path.file_name().expect("a name").to_string_lossy().into_owned()
}

/// A manifest whose sums are those of its first line and of a file that it lists.
fn sealed(manifest: &[u8], name: &str, data: &[u8]) -> Vec<u8> {
    let sum = |bytes: &[u8]| format!("{:016x}", xxh3_64(bytes));
    let mut line = manifest.split(|byte| *byte == b'\n').next().unwrap_or_default().to_owned();
    if let Ok(mut fields) = serde_json::from_slice::<serde_json::Value>(&line)
        && let Some(file) = fields.pointer_mut(&format!("/files/{name}"))
    {
        *file = serde_json::json!({ "bytes": data.len(), "xxh3": sum(data) });
        line = fields.to_string().into_bytes();
    }
    let seal = serde_json::json!({ "xxh3": sum(&line) });
    [&line[..], b"\n", seal.to_string().as_bytes(), b"\n"].concat()
}

/// Runs with a file that the settings name; the first byte chooses which.
pub fn settings(data: &[u8]) {
    let Some((&which, data)) = data.split_first() else { return };
    let path = file("named", data);
    let mut config = Config { only: Only::Clusters, threads: 1, ..Config::default() };
    match which % 2 {
        0 => config.verdicts = Some(path),
        _ => config.furniture = Some(path),
    }
    let text = "渡口停了十一年的木船昨天重新下水，撑船的师傅说桨一直搁在檐下，每年立夏刷一遍桐油。";
    let page = |id: &str| InputRecord { id: Some(id.into()), text: text.into(), ..InputRecord::default() };
    let corpus = Corpus::from_records([page("a"), page("b")]).expect("two records");
    _ = detect(&corpus, &config, &Unobserved).map(drop);
}

/// Reads settings.
pub fn config(data: &[u8]) {
    if let Ok(settings) = serde_json::from_slice(data) {
        _ = Config::from_settings(settings);
    }
}
