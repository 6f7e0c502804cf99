//! The sample corpus as its report shows it.

use super::*;
use crate::config::Config;
use crate::output_folder::OutFolder;
use crate::{pipeline, report};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;
use serde_json::{Value, json};
use std::io::Read;
use std::path::{Path, PathBuf};

fn detected(inputs: &[PathBuf], root: &Path) -> FolderIndex {
    let config = Config::default();
    let corpus = pipeline::open(inputs, &config, None).unwrap();
    let findings = pipeline::detect(&corpus, &config, &pipeline::Unobserved).unwrap();
    report::write(&findings, &root.join("out")).unwrap();
    FolderIndex::build(OutFolder::open(&root.join("out")).unwrap()).unwrap()
}

fn sample() -> (tempfile::TempDir, FolderIndex) {
    let root = tempfile::tempdir().unwrap();
    let news = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus-samples/news");
    let index = detected(&[news], root.path());
    (root, index)
}

fn value(of: impl Serialize) -> Value {
    serde_json::to_value(of).unwrap()
}

/// The JSON of a block of a report.
fn block(html: &str, id: &str) -> Value {
    let start = html.find(&format!("id=\"{id}\">")).unwrap() + id.len() + 6;
    let packed = STANDARD.decode(html[start..].split('<').next().unwrap()).unwrap();
    let mut json = String::new();
    flate2::read::GzDecoder::new(packed.as_slice()).read_to_string(&mut json).unwrap();
    serde_json::from_str(&json).unwrap()
}

#[test]
fn a_set_is_shown_with_its_pages_and_their_texts() {
    let (_root, index) = sample();
    let texts = FromFolder(index.out());
    let set = value(index.sets_with_texts(&[0], &texts, 2).unwrap().remove(0));
    assert_eq!((&set["size"], &set["origin"]["document"]), (&json!(6), &json!("ht-20240103-004")));
    assert_eq!(set["origin"]["argument"]["about"], "page");
    assert_eq!(set["origin"]["argument"]["reasons"], json!(["credited_by_others", "own_dateline"]));
    let members = set["members"].as_array().unwrap();
    assert_eq!(members.len(), 6);
    let times: Vec<&str> = members.iter().map(|m| m["published"].as_str().unwrap()).collect();
    assert!(times.is_sorted(), "{times:?}");
    assert!(members[0]["text"].as_str().unwrap().contains("青篁"));
    assert_eq!(members[0]["furniture"][0][0], 0, "the page begins with its site's furniture");
    assert!(members[2].get("text").is_none(), "only so many texts as are wanted");
    assert!(index.set(99).unwrap().is_none());
    assert!(value(index.set(0).unwrap())["members"][0].get("text").is_none());
}

#[test]
fn sets_are_sought_by_title_outlet_and_day() {
    let (_root, index) = sample();
    let found = |query: Value| {
        let query: Query = serde_json::from_value(query).unwrap();
        let found = value(index.search(&query).unwrap());
        let sets: Vec<u64> = found["rows"].as_array().unwrap().iter().map(|row| row["set"].as_u64().unwrap()).collect();
        (found["total"].as_u64().unwrap(), sets)
    };
    let all = found(json!({ "take": 100 }));
    assert_eq!((all.0, all.1.len(), all.1[0]), (8, 8, 0));
    assert_eq!(found(json!({ "take": 2, "skip": 1 })), (8, all.1[1..3].to_vec()));
    assert_eq!(found(json!({ "q": "老菜场", "take": 9 })), (1, vec![0]));
    assert_eq!(found(json!({ "q": "老菜场 马灯", "take": 9 })).0, 0);
    assert_eq!(found(json!({ "outlet": "无此报", "take": 9 })).0, 0);
    assert!((1..8).contains(&found(json!({ "outlet": "霁江日报", "take": 9 })).0));
    assert!((1..8).contains(&found(json!({ "from": "2024-01-10", "take": 9 })).0));
    assert_eq!(found(json!({ "from": "2030-01-01", "take": 9 })).0, 0);
    let earliest = found(json!({ "sort": "earliest", "take": 9 })).1;
    let latest = found(json!({ "sort": "latest", "take": 9 })).1;
    assert_eq!(index.catalog.shapes[earliest[0] as usize].days[0], 20_240_102);
    assert!(index.catalog.shapes[latest[0] as usize].days[1] >= 20_240_112);
}

#[test]
fn a_point_is_shown_in_its_context() {
    let (_root, index) = sample();
    let point = value(index.points(0..1, &FromFolder(index.out())).unwrap().remove(0));
    let forms = point["point"]["variants"].as_array().unwrap();
    let contexts = point["contexts"].as_array().unwrap();
    assert!(contexts.len() >= 3);
    for context in contexts {
        assert!(forms.iter().any(|form| form["text"] == context["words"][1]), "{context}");
        assert!(!context["words"][0].as_str().unwrap().is_empty());
    }
}

#[test]
fn the_file_holds_rows_sets_and_points() {
    let (_root, index) = sample();
    let mut html = Vec::new();
    write_file(&index, &FromFolder(index.out()), Some(crate::types::Language::English), &mut html).unwrap();
    let html = String::from_utf8(html).unwrap();
    assert!(html.contains("<html lang=\"en\">"));
    let rows = block(&html, "rows");
    assert_eq!(rows.as_array().unwrap().len(), 8);
    assert!(rows.as_array().unwrap().iter().all(|row| row["block"] == 0), "all sets are in the one block");
    let sets = block(&html, "sets-0");
    assert!(sets.as_array().unwrap().iter().all(|set| set["members"][0]["text"].is_string()));
    assert_eq!(block(&html, "overview")["sets"], 8);
    let points = std::fs::read_to_string(index.out().path("talking_points.jsonl")).unwrap();
    assert_eq!(block(&html, "points").as_array().unwrap().len(), points.lines().count());
    // The run has written the same but for the language.
    let written = std::fs::read_to_string(index.out().path("report.html")).unwrap();
    for id in ["rows", "sets-0", "overview", "points"] {
        assert_eq!(block(&written, id), block(&html, id), "{id}");
    }
}

#[test]
fn a_text_that_has_gone_is_null_and_hides_no_other() {
    let root = tempfile::tempdir().unwrap();
    let text = "老渡口昨天重新开渡，三条木船挂着红灯笼下了水，撑船的师傅说停渡十一年，桨一直搁在檐下刷着桐油。";
    let paths = ["a.txt", "b.txt"].map(|name| root.path().join(name));
    paths.iter().for_each(|path| std::fs::write(path, text).unwrap());
    let index = detected(&paths, root.path());
    std::fs::remove_file(&paths[1]).unwrap();
    let set = value(index.sets_with_texts(&[0], &FromFolder(index.out()), 9).unwrap().remove(0));
    let texts: Vec<bool> = set["members"].as_array().unwrap().iter().map(|m| m["text"].is_string()).collect();
    assert_eq!(texts, [true, false]);
}
