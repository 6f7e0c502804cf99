//! Flags, exit codes, messages, and what becomes of the output folder.

use crate::prose::habits_in;
use crate::support::{Folder, Output, Tonggao, cut, detect, lines, nothing_wrong, range, repository, string, tonggao};
use serde_json::{Value, json};
use std::path::Path;

/// Sentences enough for a page that can be matched.
const STORY: &str = "青石桥边的旧粮仓昨天重新打开了大门，门口挂起一块木牌，写着四个字：村里书屋。\
    屋里摆着三千多册书，是附近八个村子的人一册一册送来的，最旧的一本已经有七十年。\
    管钥匙的是退休教师文启明，他说书不怕翻旧，怕的是没有人翻。";

fn page(id: &str, text: &str) -> Value {
    json!({ "id": id, "text": text })
}

fn two_copies() -> Folder {
    Folder::new().with("news/a.jsonl", lines(&[page("one", STORY), page("two", STORY)]))
}

/// The files that the contract names.
const FILES: [&str; 9] = [
    "clusters.jsonl",
    "documents.jsonl",
    "furniture.json",
    "matches.jsonl",
    "outlet_pairs.jsonl",
    "outlets.jsonl",
    "report.html",
    "run.json",
    "talking_points.jsonl",
];

#[test]
fn a_run_writes_every_file_and_prints_a_summary() {
    let folder = two_copies();
    let said = detect(&folder.path("news"), &folder.path("out"), &[]).ends_with(0);
    assert_eq!(Output::read(&folder.path("out")).names(), FILES);
    assert!(said.out.contains("2 pages"), "{}", said.out);
    assert!(said.out.contains(folder.path("out").join("report.html").to_str().unwrap()), "{}", said.out);
    assert_eq!(folder.names(), ["news", "out"], "nothing else is left");
}

#[test]
fn the_readme_shows_what_the_first_command_prints() {
    let folder = Folder::new();
    let said = detect(&repository("corpus-samples/news"), &folder.path("out"), &[]).ends_with(0);
    let said = said.out.replace(folder.path("out").to_str().unwrap(), "out");
    let readme = std::fs::read_to_string(repository("README.md")).unwrap();
    assert!(readme.contains(&format!("```\n{said}```")), "{said}");
}

#[test]
fn quiet_prints_nothing() {
    let folder = two_copies();
    let said = detect(&folder.path("news"), &folder.path("out"), &["--quiet"]).ends_with(0);
    assert_eq!((said.out.as_str(), said.errors.as_str()), ("", ""));
}

#[test]
fn nothing_found_is_no_failure() {
    let folder = Folder::new().with("a.jsonl", lines(&[page("alone", STORY)]));
    detect(&folder.path("a.jsonl"), &folder.path("out"), &[]).ends_with(0);
    assert!(Output::read(&folder.path("out")).records("clusters.jsonl").is_empty());
}

#[test]
fn help_shows_examples_and_exit_codes() {
    let said = tonggao(&["detect", "--help"]).ends_with(0);
    for line in ["tonggao detect news/ -o out", "--field text=body", "--only clusters", "--force"] {
        assert!(said.out.contains(line), "no {line:?} in the help");
    }
    let said = tonggao(&["--help"]).ends_with(0);
    assert!(said.out.contains("Exit codes") && said.out.contains("detect"));
    assert!(tonggao(&["--version"]).ends_with(0).out.contains(env!("CARGO_PKG_VERSION")));
}

#[test]
fn wrong_words_end_with_two() {
    tonggao(&[]).ends_with(2);
    tonggao(&["detect"]).ends_with(2).names_in_errors(&["INPUT"]);
    tonggao(&["detect", "x"]).ends_with(2).names_in_errors(&["--out"]);
    tonggao(&["detect", "x", "-o", "y", "--only", "gossip"]).ends_with(2).names_in_errors(&["clusters", "origin"]);
    tonggao(&["detect", "x", "-o", "y", "--timezone", "Beijing"]).ends_with(2).names_in_errors(&["+08:00"]);
}

#[test]
fn a_wrong_field_mapping_names_the_roles() {
    let folder = two_copies();
    let run = |mapping: &str| detect(&folder.path("news"), &folder.path("out"), &["--field", mapping]).ends_with(2);
    run("body").names_in_errors(&["ROLE=NAME"]);
    run("heading=x").names_in_errors(&["heading", "title"]);
    assert_eq!(folder.names(), ["news"]);
}

#[test]
fn an_input_that_is_not_there_is_named_with_a_remedy() {
    let folder = two_copies();
    let said = detect(&folder.path("no-such"), &folder.path("out"), &[]).ends_with(2);
    said.names_in_errors(&["no-such", "Check the path"]);
    assert_eq!(said.errors.matches("No such file").count(), 1, "the cause is told once: {}", said.errors);
    assert_eq!(folder.names(), ["news"]);
}

#[test]
fn temporary_files_are_written_to_the_given_folder() {
    let folder = Folder::new().with("pages.jsonl", "{\"text\":\"山高水长\"}\n");
    let run = |temp: &str| detect(&folder.path("pages.jsonl"), &folder.path("out"), &["--temp", temp, "--force"]);
    run(&folder.path("there").display().to_string()).ends_with(2).names_in_errors(&["there", "an existing folder"]);
    run(&folder.path("").display().to_string()).ends_with(0);
    // A folder that takes no files: the run tries to write there and nowhere else.
    #[cfg(target_os = "linux")]
    run("/proc").ends_with(2).names_in_errors(&["/proc"]);
}

#[test]
fn an_output_folder_that_exists_is_refused_and_kept() {
    let folder = two_copies();
    let (input, out) = (folder.path("news"), folder.path("out"));
    detect(&input, &out, &[]).ends_with(0);
    let before = Output::read(&out);
    detect(&input, &out, &[]).ends_with(2).names_in_errors(&["out", "already exists", "--force"]);
    assert_eq!(Output::read(&out).bytes("run.json"), before.bytes("run.json"));
}

#[test]
fn force_replaces_an_output_folder_as_a_whole() {
    let folder = two_copies();
    let (input, out) = (folder.path("news"), folder.path("out"));
    detect(&input, &out, &[]).ends_with(0);
    detect(&input, &out, &["--force"]).ends_with(0);
    assert_eq!(Output::read(&out).names(), FILES);
    assert_eq!(folder.names(), ["news", "out"]);
}

#[test]
fn force_never_replaces_what_is_not_ours() {
    let folder = two_copies().with("thesis/chapter.tex", "years of work");
    let said = detect(&folder.path("news"), &folder.path("thesis"), &["--force"]).ends_with(2);
    said.names_in_errors(&["thesis", "run.json"]);
    detect(&folder.path("news"), &folder.path("news/a.jsonl"), &["--force"]).ends_with(2);
    assert_eq!(std::fs::read_to_string(folder.path("thesis/chapter.tex")).unwrap(), "years of work");
    std::fs::write(folder.path("thesis/run.json"), r#"{"version":"9","config":{},"input_hash":"0"}"#).unwrap();
    detect(&folder.path("news"), &folder.path("thesis"), &["--force"]).ends_with(2);
    assert_eq!(std::fs::read_to_string(folder.path("thesis/chapter.tex")).unwrap(), "years of work");
}

#[test]
fn force_never_replaces_a_file_that_somebody_put_into_an_output_folder() {
    let folder = two_copies();
    let (input, out) = (folder.path("news"), folder.path("out"));
    detect(&input, &out, &[]).ends_with(0);
    std::fs::write(out.join("coded.csv"), "a day's work").unwrap();
    detect(&input, &out, &["--force"]).ends_with(2).names_in_errors(&["out", "coded.csv", "refusing to overwrite"]);
    assert_eq!(std::fs::read_to_string(out.join("coded.csv")).unwrap(), "a day's work");
    assert_eq!(folder.names(), ["news", "out"]);
}

#[test]
fn force_never_removes_what_the_run_reads() {
    let folder = two_copies().with("furniture.json", "[]");
    let (input, out) = (folder.path("news"), folder.path("out"));
    detect(&input, &out, &[]).ends_with(0);
    let before = Output::read(&out);
    let refused = |words: &mut dyn FnMut(Tonggao) -> Tonggao, command: &str| {
        words(tonggao(&[command])).words(&["--force", "-o"]).path(&out).ends_with(2).names_in_errors(&["out"]);
        assert_eq!(Output::read(&out).bytes("documents.jsonl"), before.bytes("documents.jsonl"));
    };
    let documents = out.join("documents.jsonl");
    let pattern = out.join("doc*.jsonl");
    refused(&mut |run| run.path(&documents), "detect");
    refused(&mut |run| run.path(&input).path(&documents), "detect");
    refused(&mut |run| run.path(&out), "detect");
    refused(&mut |run| run.path(&input).path(&pattern), "detect");
    for flag in ["--furniture", "--outlets", "--background"] {
        refused(&mut |run| run.path(&input).words(&[flag]).path(&out.join("furniture.json")), "detect");
    }
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink(&out, folder.path("link")).unwrap();
        refused(&mut |run| run.path(&folder.path("link/documents.jsonl")), "detect");
    }
    // What one command wrote is not replaced by another.
    refused(&mut |run| run.path(&input), "dedup");
    tonggao(&["dedup"]).path(&input).words(&["-o"]).path(&folder.path("kept")).ends_with(0);
    let kept = std::fs::read(folder.path("kept/a.jsonl")).unwrap();
    detect(&input, &folder.path("kept"), &["--force"]).ends_with(2).names_in_errors(&["kept", "dedup"]);
    assert_eq!(std::fs::read(folder.path("kept/a.jsonl")).unwrap(), kept);
}

#[test]
fn what_a_killed_run_left_is_cleared_by_the_next() {
    let folder = two_copies()
        .with(".out.1-0.partial/.tonggao", r#"{"content":"findings","complete":false,"files":[]}"#)
        .with(".out.1-0.partial/documents.jsonl", "half a");
    detect(&folder.path("news"), &folder.path("out"), &[]).ends_with(0);
    assert_eq!(folder.names(), ["news", "out"]);
}

#[test]
fn damage_to_an_output_folder_is_noticed_when_it_is_opened() {
    let folder = two_copies();
    let out = folder.path("out");
    detect(&folder.path("news"), &out, &[]).ends_with(0);
    let explain = |code: i32| tonggao(&["explain"]).path(&out).words(&["--cluster", "0"]).ends_with(code);
    explain(0);
    let damaged = |name: &str, damage: &dyn Fn(&str) -> String| {
        let whole = std::fs::read_to_string(out.join(name)).unwrap();
        std::fs::write(out.join(name), damage(&whole)).unwrap();
        explain(2).names_in_errors(&[name, "not valid"]);
        tonggao(&["report"]).path(&out).ends_with(2).names_in_errors(&[name, "not valid"]);
        std::fs::write(out.join(name), whole).unwrap();
        explain(0);
    };
    for name in ["documents.jsonl", "clusters.jsonl", "matches.jsonl", "furniture.json"] {
        damaged(name, &|_| String::new());
        damaged(name, &|text| text.replacen(char::is_numeric, "7", 40) + " ");
    }
    damaged("clusters.jsonl", &|text| text.replacen("\"size\":2", "\"size\":3", 1));
    damaged("run.json", &|text| text.replacen("\"format_version\": 1", "\"format_version\": 2", 1));
    damaged("run.json", &|text| text.replacen("\"format_version\": 1,", "", 1));
    damaged("run.json", &|text| text[..text.len() / 2].to_owned());
}

#[test]
fn an_output_folder_inside_the_input_is_never_read() {
    let folder = two_copies();
    let (input, out) = (folder.path("news"), folder.path("news/out"));
    for flags in [&[][..], &["--force"]] {
        detect(&input, &out, flags).ends_with(0);
        let run = Output::read(&out).run();
        assert_eq!((&run["counts"]["documents"], &run["counts"]["skipped"]), (&json!(2), &json!(0)));
    }
}

#[test]
fn an_output_folder_that_cannot_be_made_is_named_before_the_run() {
    let folder = two_copies().with("file", "in the way");
    let said = detect(&folder.path("news"), &folder.path("file/out"), &[]).ends_with(2);
    said.names_in_errors(&["cannot write", "file"]);
    assert!(!said.errors.contains("Reading"), "it was told too late: {}", said.errors);
    assert_eq!(folder.names(), ["file", "news"]);
}

#[test]
fn a_run_that_fails_leaves_nothing() {
    let folder = two_copies().with("model.json", "no model").with("empty/readme.md", "no record");
    let model = folder.path("model.json");
    let flags = ["--furniture", model.to_str().unwrap()];
    detect(&folder.path("news"), &folder.path("out"), &flags).ends_with(2).names_in_errors(&["model.json"]);
    detect(&folder.path("empty"), &folder.path("out"), &[]).ends_with(2);
    assert_eq!(folder.names(), ["empty", "model.json", "news"]);
}

/// Runs the program where no file may grow beyond a kilobyte, as on a disk that is full.
#[cfg(unix)]
fn on_a_full_disk(input: &Path, out: &Path, flags: &[&str]) -> std::process::Output {
    let script = "trap '' XFSZ; ulimit -f 1; exec \"$0\" detect \"$@\"";
    let mut command = std::process::Command::new("sh");
    command.args(["-c", script, env!("CARGO_BIN_EXE_tonggao")]).arg(input).arg("-o").arg(out).args(flags);
    command.output().unwrap()
}

#[test]
#[cfg(unix)]
fn a_full_disk_leaves_what_was_there() {
    let folder = two_copies();
    let (input, out) = (repository("corpus-samples/news"), folder.path("out"));
    let failed = on_a_full_disk(&input, &out, &[]);
    let errors = String::from_utf8_lossy(&failed.stderr);
    assert_eq!(failed.status.code(), Some(2), "{errors}");
    assert!(errors.contains("cannot write") && errors.contains("disk"), "{errors}");
    assert_eq!(folder.names(), ["news"]);

    detect(&folder.path("news"), &out, &[]).ends_with(0);
    let before = Output::read(&out);
    assert_eq!(on_a_full_disk(&input, &out, &["--force"]).status.code(), Some(2));
    assert_eq!(Output::read(&out).bytes("documents.jsonl"), before.bytes("documents.jsonl"));
    assert_eq!(folder.names(), ["news", "out"]);
}

#[test]
fn standard_input_is_read_as_records() {
    let folder = Folder::new();
    let records = lines(&[page("one", STORY), json!({ "text": STORY }), json!({ "title": "no text" })]);
    detect(Path::new("-"), &folder.path("out"), &[]).reading(records.clone()).ends_with(0);
    let found = Output::read(&folder.path("out"));
    let second = records.find('\n').unwrap() + 1;
    assert_eq!(found.ids(), ["one".to_owned(), format!("-#{second}")], "ids must not change from run to run");
    assert_eq!(found.records("documents.jsonl")[0]["file"], "-");
    assert_eq!(found.run()["skipped"][0]["file"], "-");
}

#[test]
fn fields_are_known_by_common_names_and_by_mapping() {
    let folder = Folder::new()
        .with(
            "common.jsonl",
            lines(&[json!({ "正文": STORY, "标题": "书屋", "媒体": "甲报", "发布时间": "2024-05-01 08:00:00" })]),
        )
        .with(
            "mapped.jsonl",
            lines(&[json!({ "text": "不是它", "content": STORY, "medium": "乙报", "channel": "要闻" })]),
        );
    let common = Output::of(&folder.path("common.jsonl"), &[]).records("documents.jsonl").remove(0);
    assert_eq!((&common["title"], &common["outlet"]), (&json!("书屋"), &json!("甲报")));
    assert_eq!((&common["outlet_from"], &common["published"]), (&json!("field"), &json!("2024-05-01T08:00:00+08:00")));
    let flags = ["--field", "text=content", "--field", "outlet=medium"];
    let mapped = Output::of(&folder.path("mapped.jsonl"), &flags).records("documents.jsonl").remove(0);
    assert_eq!(mapped["outlet"], "乙报");
    assert_eq!(mapped["sha256"], sha256(STORY), "the text is the mapped field");
    assert_eq!(mapped["fields"]["channel"], "要闻", "a field without a role is carried along");
}

fn sha256(text: &str) -> String {
    use sha2::{Digest, Sha256};
    Sha256::digest(text).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn the_hash_of_a_text_is_the_one_that_everyone_computes() {
    // printf 新闻 | sha256sum
    let folder = Folder::new().with("a.jsonl", lines(&[page("a", "新闻")]));
    let document = Output::of(&folder.path("a.jsonl"), &[]).records("documents.jsonl").remove(0);
    assert_eq!(document["sha256"], "d39567b2b9f17d731d9b1ea68a6520d4d95e1673e22da4f1f727448ff5e959f3");
}

#[test]
fn times_are_read_in_the_zone_that_is_asked_for_and_midnight_is_a_day() {
    let record = |id: &str, time: &str| json!({ "id": id, "text": STORY, "published": time });
    let records = [
        record("second", "2024-05-01 08:10:20"),
        record("minute", "2024-05-01 08:10"),
        record("day", "2024-05-01 00:00:00"),
        record("zoned", "2024-05-01T00:10:20Z"),
        record("none", "long ago"),
    ];
    let folder = Folder::new().with("a.jsonl", lines(&records));
    let told = |flags: &[&str]| -> Vec<(Value, Value)> {
        let documents = Output::of(&folder.path("a.jsonl"), flags).records("documents.jsonl");
        documents.into_iter().map(|d| (d["published"].clone(), d["published_precision"].clone())).collect()
    };
    let expected = |zone: &str| {
        [
            (json!(format!("2024-05-01T08:10:20{zone}")), json!("second")),
            (json!(format!("2024-05-01T08:10:00{zone}")), json!("minute")),
            (json!("2024-05-01"), json!("day")),
            (json!("2024-05-01T00:10:20+00:00"), json!("second")),
            (Value::Null, json!("none")),
        ]
    };
    assert_eq!(told(&[]), expected("+08:00"));
    assert_eq!(told(&["--timezone", "-05:30"]), expected("-05:30"));
}

#[test]
fn offsets_cut_records_out_of_their_files() {
    let records = [page("一", STORY), json!({ "text": "第二篇，没有编号。" }), page("三", "短")];
    let text = format!("\u{FEFF}{}\n\n  {}\r\n{}", records[0], records[1], records[2]);
    let folder = Folder::new().with("news/a.jsonl", &text).with("news/sub/page.txt", STORY);
    let documents = Output::of(&folder.path("news"), &[]).records("documents.jsonl");
    assert_eq!(documents.len(), 4);
    for (document, record) in documents.iter().zip(&records) {
        let at = |name: &str| usize::try_from(document[name].as_u64().unwrap()).unwrap();
        let bytes = &text.as_bytes()[at("offset")..][..at("bytes")];
        assert_eq!(&serde_json::from_slice::<Value>(bytes).unwrap(), record);
    }
    let unnamed = format!("a.jsonl#{}", documents[1]["offset"]);
    assert_eq!(documents.iter().map(|d| string(&d["id"])).collect::<Vec<_>>(), ["一", &unnamed, "三", "sub/page.txt"]);
}

#[test]
fn passages_are_ranges_of_characters_even_after_wide_ones() {
    let (mine, yours) = (
        "𠮷野家和😀的故事从这里说起，一共有三段话要讲给大家听听看。",
        "A page of its own opens with English words here, and goes on 。",
    );
    let folder = Folder::new()
        .with("a.jsonl", lines(&[page("a", &format!("{mine}\n{STORY}")), page("b", &format!("{yours}\n{STORY}"))]));
    let found = Output::of(&folder.path("a.jsonl"), &[]).records("matches.jsonl").remove(0);
    let passage = &found["passages"][0];
    let shared = STORY.trim_end_matches('。');
    assert_eq!(cut(&format!("{mine}\n{STORY}"), range(&passage["a"])), shared);
    assert_eq!(cut(&format!("{yours}\n{STORY}"), range(&passage["b"])), shared);
}

#[test]
fn run_json_tells_what_was_done_with_what() {
    let folder = two_copies();
    let run = Output::of(&folder.path("news"), &["--threads", "2"]).run();
    assert_eq!(run["version"], env!("CARGO_PKG_VERSION"));
    assert_eq!((&run["config"]["threads"], &run["counts"]["documents"]), (&json!(2), &json!(2)));
    let sources = run["candidates"]["sources"].as_object().unwrap();
    assert_eq!(sources.keys().collect::<Vec<_>>(), ["equal", "bands", "hamming", "rare"]);
    assert_eq!(sources["equal"], json!({ "proposed": 1, "only": 1 }));
    let stages: Vec<String> = run["stages"].as_array().unwrap().iter().map(|s| string(&s["stage"])).collect();
    assert_eq!(stages.last().map(String::as_str), Some("talking_points"));
    assert!(stages.contains(&"verify".to_owned()));
}

#[test]
fn a_bench_times_every_stage_and_its_floor() {
    let sample = repository("corpus-samples/news");
    let said = tonggao(&["bench", "--threads", "2"]).path(&sample).ends_with(0);
    for words in
        ["44 records", "1 thread ", "2 threads", "copy memory", "check UTF-8", "of fold", "of hash 5-grams", "report"]
    {
        assert!(said.out.contains(words), "no {words:?} in {}", said.out);
    }
    let said = tonggao(&["bench", "--threads", "1", "--json"]).path(&sample).ends_with(0);
    let table: Value = serde_json::from_str(&said.out).unwrap();
    let rows = table["runs"][0]["rows"].as_array().unwrap();
    assert!(rows.iter().all(|row| row["floor"].is_null() == row["times_floor"].is_null()));
    // Rows are times of their own: all of a run takes as long as its stages, and longer than copying its text.
    let seconds = |row: &Value| row["seconds"].as_f64().unwrap();
    let named = |name: &str| rows.iter().find(|row| row["name"] == name).map(seconds).unwrap();
    let stages: f64 =
        rows.iter().filter(|row| row["group"] == "stage" && row["name"] != "all of detect").map(seconds).sum();
    let all = named("all of detect");
    assert!(named("copy memory") > 0.0 && named("copy memory") < all, "{rows:?}");
    assert!((stages - all).abs() < 1e-6, "{stages} of {all} s");
    let stages: Vec<&Value> = rows.iter().filter(|row| row["group"] == "stage").map(|row| &row["name"]).collect();
    assert_eq!((stages[0], stages[stages.len() - 1]), (&json!("open"), &json!("all of detect")));
    assert_eq!(table["runs"].as_array().unwrap().len(), 1);
    tonggao(&["bench", "-"]).ends_with(2).names_in_errors(&["give a file"]);
}

#[test]
fn explain_ends_with_one_when_nothing_fits_and_two_when_asked_wrongly() {
    let folder = two_copies();
    let out = folder.path("out");
    detect(&folder.path("news"), &out, &["--quiet"]).ends_with(0);
    let explain = |words: &[&str], code: i32| tonggao(&["explain"]).path(&out).words(words).ends_with(code);
    explain(&["--page", "one"], 0);
    explain(&["--cluster", "0"], 0);
    explain(&["--page", "three"], 1);
    explain(&["--cluster", "9"], 1);
    explain(&[], 2);
    explain(&["one"], 2);
    tonggao(&["explain"]).path(&folder.path("news")).words(&["--page", "one"]).ends_with(2);
}

#[test]
fn settings_of_a_file_are_under_those_of_the_command_line() {
    let folder = Folder::new()
        .with("pages.jsonl", lines(&[json!({"id": "one", "body": STORY}), json!({"id": "two", "body": STORY})]))
        .with("tonggao.toml", "only = \"origin\"\nfield = [\"text=body\"]\nthreads = 2\ntimezone = \"-05:00\"\n");
    let file = folder.path("tonggao.toml");
    let flags = ["--config", file.to_str().unwrap(), "--only", "clusters"];
    let config = Output::of(&folder.path("pages.jsonl"), &flags).run()["config"].clone();
    assert_eq!((&config["only"], &config["threads"]), (&json!("clusters"), &json!(2)));
    assert_eq!((&config["field"], &config["timezone"]), (&json!(["text=body"]), &json!(-18_000)));
}

#[test]
fn a_wrong_settings_file_is_named_with_what_is_wrong() {
    let folder = two_copies().with("tonggao.toml", "thread = 2\n").with("broken.toml", "threads = \n");
    let run = |file: &str| {
        let file = folder.path(file);
        let flags = ["--config", file.to_str().unwrap()];
        detect(&folder.path("news"), &folder.path("out"), &flags).ends_with(2)
    };
    run("tonggao.toml").names_in_errors(&["tonggao.toml", "unknown setting `thread`", "threads"]);
    run("broken.toml").names_in_errors(&["broken.toml", "TOML", "line 1"]);
    run("no-such.toml").names_in_errors(&["no-such.toml", "cannot read"]);
}

#[test]
fn the_printed_settings_are_a_settings_file() {
    let said = tonggao(&["config", "--memory", "2G", "--timezone", "Z", "--only", "clusters"]).ends_with(0);
    let folder = two_copies().with("printed.toml", &said.out);
    let file = folder.path("printed.toml");
    let again = tonggao(&["config", "--config", file.to_str().unwrap()]).ends_with(0);
    assert_eq!(again.out, said.out);
    assert!(said.out.contains("memory = 2147483648\n") && said.out.contains("only = \"clusters\"\n"), "{}", said.out);
}

/// Every command by name, and its flags, as its help lists them.
fn commands() -> Vec<(String, Vec<String>)> {
    let help = tonggao(&["--help"]).ends_with(0).out;
    let listed = help.split("Commands:").nth(1).unwrap().split("\n\n").next().unwrap();
    let names =
        listed.lines().filter_map(|line| line.strip_prefix("  ")?.split(' ').next().filter(|name| !name.is_empty()));
    let flags = |name: &str| {
        let help = tonggao(&[name, "--help"]).ends_with(0).out;
        let flag = |line: &str| {
            let word = line.trim_start().split(' ').find(|word| word.starts_with("--"))?;
            Some(word.trim_end_matches(',').to_owned()).filter(|_| line.trim_start().starts_with('-'))
        };
        help.lines().filter_map(flag).collect()
    };
    names.filter(|name| *name != "help").map(|name| (name.to_owned(), flags(name))).collect()
}

#[test]
fn completions_and_man_pages_know_every_command_and_flag() {
    let commands = commands();
    assert!(commands.len() >= 12, "{commands:?}");
    for shell in ["bash", "zsh", "fish"] {
        let script = tonggao(&["completions", shell]).ends_with(0).out;
        for (name, flags) in &commands {
            assert!(script.contains(name.as_str()), "{shell}: {name}");
            let unknown: Vec<&String> =
                flags.iter().filter(|flag| !script.contains(flag.trim_start_matches('-'))).collect();
            assert!(unknown.is_empty(), "{shell} {name}: {unknown:?}");
        }
    }
    let program = tonggao(&["man"]).ends_with(0).out;
    for (name, flags) in &commands {
        assert!(program.contains(name.as_str()), "{name}");
        let page = tonggao(&["man", name]).ends_with(0).out.replace("\\-", "-");
        let unknown: Vec<&String> = flags.iter().filter(|flag| !page.contains(flag.as_str())).collect();
        assert!(unknown.is_empty() && page.contains(".TH"), "{name}: {unknown:?}");
    }
    tonggao(&["man", "gossip"]).ends_with(2).names_in_errors(&["gossip"]);
}

/// One name for one thing: what is written is named by `--out`, and a folder read by its place.
#[test]
fn flags_have_one_name_everywhere() {
    for (name, flags) in commands() {
        assert!(!flags.contains(&"--output".to_owned()), "{name}");
        if flags.contains(&"--force".to_owned()) {
            assert!(flags.contains(&"--out".to_owned()), "{name}: {flags:?}");
        }
        if flags.contains(&"--memory".to_owned()) {
            assert!(flags.contains(&"--config".to_owned()), "{name}: {flags:?}");
        }
    }
}

#[test]
fn help_is_in_plain_english() {
    let names = commands().into_iter().map(|(name, _)| name);
    let habits_of = |name: Option<String>| {
        let words: Vec<&str> = name.as_deref().into_iter().chain(["--help"]).collect();
        habits_in(&words.join(" "), &tonggao(&words).ends_with(0).out)
    };
    nothing_wrong(names.map(Some).chain([None]).flat_map(habits_of).collect());
}

#[test]
fn a_lean_run_finds_the_same_and_leaves_two_files_out() {
    let folder = two_copies();
    detect(&folder.path("news"), &folder.path("whole"), &[]).ends_with(0);
    let said = detect(&folder.path("news"), &folder.path("lean"), &["--no-report", "--no-matches"]).ends_with(0);
    assert!(!said.out.contains("report.html"), "{}", said.out);
    let [whole, lean] = ["whole", "lean"].map(|name| Output::read(&folder.path(name)));
    let others: Vec<&str> = FILES.into_iter().filter(|name| !["matches.jsonl", "report.html"].contains(name)).collect();
    assert_eq!(lean.names(), others);
    for name in others.iter().filter(|name| **name != "run.json") {
        assert_eq!(lean.text(name), whole.text(name), "{name}");
    }
    let lean = folder.path("lean");
    tonggao(&["explain"])
        .path(&lean)
        .words(&["one", "two"])
        .ends_with(2)
        .names_in_errors(&["matches.jsonl", "no-matches"]);
    tonggao(&["report"]).path(&lean).ends_with(0);
    assert!(Output::read(&folder.path("lean")).names().contains(&"report.html"));
    let tables = folder.path("tables");
    tonggao(&["export"]).path(&lean).words(&["--format", "csv", "-o"]).path(&tables).ends_with(0);
    assert!(tables.join("documents.csv").exists() && !tables.join("matches.csv").exists());
}
