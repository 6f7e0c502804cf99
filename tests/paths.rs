//! One answer by every path. What may differ between two runs over the same input is what they say about
//! themselves: in `run.json` the settings `threads`, `no-mmap`, `memory`, `temp` and `field`, the times of the stages and the
//! peaks of memory; in `report.html` the settings in its block `run`.

use crate::corpus;
#[cfg(feature = "parquet")]
use crate::formats::parquet;
use crate::formats::{encoded, gzip, table, utf16, zstd};
use crate::support::{Folder, Output, lines, members, repository, string, tonggao};
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
            let (before, run) = text.split_once("<script type=\"application/json\" id=\"run\">").unwrap();
            let (settings, after) = run.split_once("</script>").unwrap();
            assert!(settings.contains("no-mmap"), "the settings moved: {settings}");
            format!("{before}{after}")
        }
        "run.json" => {
            let mut run = output.run();
            let told = run.as_object_mut().unwrap();
            ["stages", "report_seconds", "peak_memory_bytes", "peak_resident_bytes"]
                .iter()
                .for_each(|key| drop(told.remove(*key).unwrap()));
            let config = told["config"].as_object_mut().unwrap();
            ["threads", "no-mmap", "memory", "temp"].iter().for_each(|key| drop(config.remove(*key).unwrap()));
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

/// The least that `--memory` may be with so many threads, as the program says when it is told less.
fn least_memory(input: &Path, threads: &str) -> String {
    let folder = Folder::new();
    let refused = crate::support::detect(input, &folder.path("out"), &["--threads", threads, "--memory", "1k"]);
    let told = refused.ends_with(2).errors;
    let (_, after) = told.split_once("pages need at least ").unwrap();
    after.split_once(' ').unwrap().0.to_owned()
}

/// With the least memory every list of more than a few kilobytes goes to disk, beside the output or elsewhere.
fn memory_makes_no_difference(input: &Path) {
    let (free, elsewhere) = (Output::of(input, &[]), Folder::new().with("temp/nothing", ""));
    let elsewhere = elsewhere.path("temp").display().to_string();
    for (threads, temp) in [("1", &[][..]), ("3", &["--temp", &elsewhere])] {
        let least = least_memory(input, threads);
        let flags = [&["--threads", threads, "--memory", &least], temp].concat();
        assert_same_bytes(&free, &Output::of(input, &flags));
    }
}

#[test]
fn memory_makes_no_difference_to_the_sample() {
    memory_makes_no_difference(&sample());
}

#[test]
fn memory_makes_no_difference_to_many_pages() {
    let folder = Folder::new().with("made.jsonl", &*MADE);
    memory_makes_no_difference(&folder.path("made.jsonl"));
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

/// The pages without what says where they were read.
fn pages(output: &Output) -> Vec<Value> {
    let mut pages = output.records("documents.jsonl");
    for page in &mut pages {
        ["file", "offset", "bytes"].iter().for_each(|key| drop(page.as_object_mut().unwrap().remove(*key).unwrap()));
    }
    pages
}

#[test]
fn one_answer_from_every_format_packing_and_encoding() {
    let records = sample_as_records();
    let (jsonl, csv, tsv) = (lines(&records), table(&records, b','), table(&records, b'\t'));
    let folder = Folder::new().with("base.jsonl", &jsonl);
    let base = Output::of(&folder.path("base.jsonl"), &[]);
    let paths = [
        #[cfg(feature = "parquet")]
        ("a.parquet", parquet(&records), "Parquet"),
        #[cfg(feature = "parquet")]
        ("packed", zstd(parquet(&records)), "Parquet (zstd)"),
        ("a.jsonl.gz", gzip(&jsonl), "JSON Lines (gzip)"),
        ("a.jsonl.zst", zstd(&jsonl), "JSON Lines (zstd)"),
        ("gzip under another name.jsonl", gzip(&jsonl), "JSON Lines (gzip)"),
        ("no extension", jsonl.clone().into_bytes(), "JSON Lines"),
        ("a.csv", csv.clone().into_bytes(), "CSV"),
        ("a.csv.gz", gzip(&csv), "CSV (gzip)"),
        ("a.tsv.zst", zstd(&tsv), "TSV (zstd)"),
        ("table", csv.clone().into_bytes(), "CSV"),
        ("gb.csv.gz", gzip(encoded(&csv, encoding_rs::GB18030)), "CSV (gzip, gb18030)"),
        ("gb.jsonl", encoded(&jsonl, encoding_rs::GB18030), "JSON Lines (gb18030)"),
        ("utf16.tsv", utf16(&tsv), "TSV (UTF-16LE)"),
    ];
    for (name, bytes, kind) in paths {
        let folder = Folder::new().with(name, bytes);
        let out = folder.path("out");
        let said = crate::support::detect(&folder.path(name), &out, &[]).ends_with(0);
        said.names_in_errors(&[&format!("1 file as {kind}\n")]);
        let read = Output::read(&out);
        assert_eq!(pages(&base), pages(&read), "{name}");
        assert_same_answers(&base, &read);
        assert_eq!(read.run()["inputs"][0]["records"], records.len());
        let explained = tonggao(&["explain"]).path(&out).words(&["--page", "ht-20240103-004"]).ends_with(0);
        assert!(explained.out.contains("霁通社"), "{}", explained.out);
    }
}

#[test]
fn packed_lines_of_many_blocks_are_read_as_plain_ones() {
    let text = MADE.repeat(3);
    let folder = Folder::new().with("a.jsonl", &text).with("a.jsonl.gz", gzip(&text)).with("a.jsonl.zst", zstd(&text));
    let run = |name: &str| Output::of(&folder.path(name), &["--only", "clusters"]);
    let base = run("a.jsonl");
    for name in ["a.jsonl.gz", "a.jsonl.zst"] {
        let packed = run(name);
        let place = |page: &Value| (page["id"].clone(), page["offset"].clone(), page["bytes"].clone());
        let places = |output: &Output| output.records("documents.jsonl").iter().map(place).collect::<Vec<_>>();
        assert_eq!(places(&base), places(&packed));
        assert_same_answers(&base, &packed);
    }
}

#[test]
fn a_pattern_names_files_by_what_it_leaves_open() {
    let folder = Folder::new()
        .with("dump/a/1.txt", "水渠今年修到了村口。")
        .with("dump/b/1.txt", "磨坊今年修到了河边。")
        .with("dump/b/2.csv", "text\n渡口今年修到了对岸。\n");
    let out = folder.path("out");
    crate::support::detect(&folder.path("dump/*/1.*"), &out, &["--quiet"])
        .path(&folder.path("dump/b/*.csv"))
        .ends_with(0);
    assert_eq!(Output::read(&out).ids(), ["a/1.txt", "b/1.txt", "2.csv#5"]);
    crate::support::detect(&folder.path("dump/*.gz"), &folder.path("other"), &[])
        .ends_with(2)
        .names_in_errors(&["dump/*.gz", "matches no file"]);
}

#[test]
fn the_user_has_the_last_word_on_the_format() {
    let folder = Folder::new().with("a.txt", "text\ttitle\n水渠今年修到了村口。\t水渠\n");
    let as_table = Output::of(&folder.path("a.txt"), &["--format", "tsv"]);
    assert_eq!(as_table.records("documents.jsonl")[0]["title"], "水渠");
    assert_eq!(Output::of(&folder.path("a.txt"), &[]).ids(), ["a.txt"]);
    let said = crate::support::detect(&folder.path("a.txt"), &folder.path("out"), &["--format", "pdf"]).ends_with(2);
    said.names_in_errors(&["jsonl, json, csv"]);
}
