//! One answer by every road. What may differ between two runs over the same input is what they say about
//! themselves: in `run.json` the settings `threads`, `no-mmap` and `field`, the times of the stages and the peak
//! of memory; in `report.html` the settings in its last line.

use crate::corpus;
use crate::support::{Folder, Output, lines, members, repository, string};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

/// Some two thousand pages with furniture, templates and copies: enough for many tasks on many threads.
static MADE: LazyLock<String> = LazyLock::new(|| corpus::jsonl(7, 400));

fn sample() -> PathBuf {
    repository("corpus-samples/news")
}

/// What a run says, without what it says about itself.
fn without_settings(name: &str, output: &Output) -> String {
    let text = output.text(name);
    match name {
        "report.html" => {
            let (before, footer) = text.rsplit_once("<footer>").unwrap();
            let (settings, after) = footer.split_once("</footer>").unwrap();
            assert!(settings.contains("no-mmap"), "the settings moved: {settings}");
            format!("{before}{after}")
        }
        "run.json" => {
            let mut run = output.run();
            let told = run.as_object_mut().unwrap();
            ["stages", "report_seconds", "peak_memory_bytes"].iter().for_each(|key| drop(told.remove(*key).unwrap()));
            let config = told["config"].as_object_mut().unwrap();
            ["threads", "no-mmap"].iter().for_each(|key| drop(config.remove(*key).unwrap()));
            run.to_string()
        }
        _ => text.to_owned(),
    }
}

fn assert_same_bytes(x: &Output, y: &Output) {
    assert_eq!(x.names(), y.names());
    for name in x.names() {
        assert!(without_settings(name, x) == without_settings(name, y), "{name} differs");
    }
}

fn threads_and_mapping_make_no_difference(input: &Path) {
    let base = Output::of(input, &["--threads", "1"]);
    for flags in [&["--threads", "4"][..], &["--threads", "3", "--no-mmap"]] {
        assert_same_bytes(&base, &Output::of(input, flags));
    }
}

#[test]
fn threads_and_mapping_make_no_difference_to_the_sample() {
    threads_and_mapping_make_no_difference(&sample());
}

#[test]
fn threads_and_mapping_make_no_difference_to_many_pages() {
    let folder = Folder::new().with("made.jsonl", &*MADE);
    threads_and_mapping_make_no_difference(&folder.path("made.jsonl"));
}

#[test]
fn the_made_corpus_has_something_to_find() {
    let folder = Folder::new().with("made.jsonl", &*MADE);
    let found = Output::of(&folder.path("made.jsonl"), &["--only", "clusters"]);
    assert!(found.records("clusters.jsonl").len() > 100);
    assert!(found.run()["furniture"].as_object().unwrap().len() > 30, "furniture of most outlets is learnt");
}

/// The answers: which sets, under which number, from where, copied by whom, and which points.
fn answers(output: &Output) -> Vec<Value> {
    let cluster = |c: Value| {
        let parents: Vec<Value> =
            c["members"].as_array().unwrap().iter().map(|m| json!([m["id"], m["parent"], m["relation"]])).collect();
        json!({ "cluster": c["cluster"], "members": members(&c), "origin": c["origin"], "first": c["first_seen"], "parents": parents })
    };
    let mut answers: Vec<Value> = output.records("clusters.jsonl").into_iter().map(cluster).collect();
    answers.extend(output.records("talking_points.jsonl"));
    answers.extend(output.records("outlet_pairs.jsonl"));
    answers
}

fn assert_same_answers(x: &Output, y: &Output) {
    let (x, y) = (answers(x), answers(y));
    for (a, b) in x.iter().zip(&y) {
        assert_eq!(a, b);
    }
    assert_eq!(x.len(), y.len());
}

/// The records of some JSON Lines, dealt out to three files, last ones first.
fn dealt_out(records: &[Value]) -> Folder {
    let mut piles = [const { Vec::new() }; 3];
    for (k, record) in records.iter().rev().enumerate() {
        piles[(k + k / 5) % 3].push(record.clone());
    }
    piles.iter().zip(["c.jsonl", "b/2.jsonl", "a.jsonl"]).fold(Folder::new(), |folder, (pile, name)| {
        assert!(!pile.is_empty());
        folder.with(name, lines(pile))
    })
}

fn parsed(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// The sample with every page a record of one file, under the id that it has as a file.
fn sample_as_records() -> Vec<Value> {
    let read = |path: &str| std::fs::read_to_string(sample().join(path)).unwrap();
    let mut records = parsed(&(read("portals.jsonl") + &read("wire.jsonl")));
    for page in 1..=15 {
        let id = format!("pages/p{page:02}.txt");
        records.push(json!({ "id": id, "text": read(&id) }));
    }
    records
}

#[test]
fn files_or_records_in_any_order_make_no_difference_to_the_sample() {
    let folder = dealt_out(&sample_as_records());
    let (base, dealt) = (Output::of(&sample(), &[]), Output::of(folder.root(), &[]));
    assert_same_answers(&base, &dealt);
    assert_ne!(base.ids(), dealt.ids(), "the order is another one");
}

#[test]
fn order_and_division_make_no_difference_to_many_pages() {
    let whole = Folder::new().with("made.jsonl", &*MADE);
    let folder = dealt_out(&parsed(&MADE));
    assert_same_answers(&Output::of(whole.root(), &[]), &Output::of(folder.root(), &[]));
}

#[test]
fn the_order_of_inputs_makes_no_difference() {
    let folder = Folder::new();
    let run = |name: &str, inputs: [PathBuf; 2]| {
        let out = folder.path(name);
        crate::support::detect(&inputs[0], &out, &["--quiet"]).path(&inputs[1]).ends_with(0);
        Output::read(&out)
    };
    let (wire, portals) = (sample().join("wire.jsonl"), sample().join("portals.jsonl"));
    let forth = run("forth", [wire.clone(), portals.clone()]);
    let back = run("back", [portals, wire]);
    assert_same_answers(&forth, &back);
    assert_eq!(forth.run()["input_hash"], back.run()["input_hash"]);
}

#[test]
fn fewer_answers_do_not_change_the_ones_that_are_given() {
    let (all, clusters) = (Output::of(&sample(), &[]), Output::of(&sample(), &["--only", "clusters"]));
    let sets = |output: &Output| -> Vec<Vec<String>> { output.records("clusters.jsonl").iter().map(members).collect() };
    assert_eq!(sets(&all), sets(&clusters));
    assert_eq!(all.text("matches.jsonl"), clusters.text("matches.jsonl"));
    assert!(clusters.records("clusters.jsonl").iter().all(|c| c["origin"].is_null()));
    assert!(clusters.records("talking_points.jsonl").is_empty());
}

#[test]
fn standard_input_gives_what_a_file_gives() {
    let folder = Folder::new();
    let out = folder.path("out");
    let records = lines(&sample_as_records());
    crate::support::detect(Path::new("-"), &out, &["--quiet"]).reading(records.as_str()).ends_with(0);
    let file = Folder::new().with("-", &records);
    let (piped, read) = (Output::read(&out), Output::of(&file.path("-"), &[]));
    assert_same_answers(&piped, &read);
    assert_eq!(piped.text("matches.jsonl"), read.text("matches.jsonl"));
}

#[test]
fn a_model_written_by_one_run_masks_the_same_in_the_next() {
    let folder = Folder::new().with("made.jsonl", &*MADE);
    let learnt = Output::of(&folder.path("made.jsonl"), &["--only", "clusters"]);
    let folder = folder.with("model.json", learnt.bytes("furniture.json"));
    let model = folder.path("model.json");
    let flags = ["--only", "clusters", "--furniture", model.to_str().unwrap()];
    let given = Output::of(&folder.path("made.jsonl"), &flags);
    let spans = |output: &Output| -> Vec<(String, Value)> {
        output.records("documents.jsonl").iter().map(|d| (string(&d["id"]), d["furniture"].clone())).collect()
    };
    assert_eq!(spans(&learnt), spans(&given));
    assert_eq!(learnt.text("matches.jsonl"), given.text("matches.jsonl"));
    assert_eq!(learnt.run()["furniture_hash"], given.run()["furniture_hash"]);
}
