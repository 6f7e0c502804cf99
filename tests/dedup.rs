//! A corpus without repeats: which pages go, and that what stays is the same byte for byte.

use crate::corpus;
use crate::support::{Folder, Output, lines, members, nothing_wrong, repository, string, tonggao};
use serde_json::{Value, json};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::{Path, PathBuf};

/// `tonggao dedup INPUT -o OUT` with these flags; it must end well.
fn dedup(input: &Path, out: &Path, flags: &[&str]) {
    tonggao(&["dedup"]).path(input).words(&["-q", "-o"]).path(out).words(flags).ends_with(0);
}

/// The files below a folder by their path in it, but for the marker by which the program knows it.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(inner) = folders.pop() {
        for entry in std::fs::read_dir(&inner).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if !path.ends_with(".tonggao") {
                let name = path.strip_prefix(folder).unwrap().to_str().unwrap().replace('\\', "/");
                found.insert(name, std::fs::read(&path).unwrap());
            }
        }
    }
    found
}

fn json_lines(bytes: &[u8]) -> Vec<Value> {
    std::str::from_utf8(bytes).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// What a run has left: the ids that stay in any JSON Lines file, and the twin and reason of each that went.
fn left(out: &Path) -> (Vec<String>, HashMap<String, (String, String)>) {
    let mut files = files(out);
    let removed = json_lines(&files.remove("removed.jsonl").unwrap());
    files.remove("run.json").unwrap();
    let mut kept: Vec<String> = files.values().flat_map(|bytes| json_lines(bytes)).map(|r| string(&r["id"])).collect();
    kept.sort();
    let gone = removed.iter().map(|r| (string(&r["id"]), (string(&r["twin"]), string(&r["reason"]))));
    (kept, gone.collect())
}

/// The ids that stay of some records.
fn kept(records: &[Value], flags: &[&str]) -> Vec<String> {
    let folder = Folder::new().with("a.jsonl", lines(records));
    dedup(&folder.path("a.jsonl"), &folder.path("out"), flags);
    left(&folder.path("out")).0
}

const STORY: [&str; 4] = [
    "河湾村的石拱桥上周修好了，桥面铺的是从旧宅拆下来的青条石，一共用了四百二十块。",
    "石匠卢有根今年六十八岁，他说每块石头都要听一听声音，声音发闷的不能用。",
    "村里的孩子上学从此不必绕路，早上可以多睡二十分钟，下雨天也不用换鞋。",
    "修桥的钱是各家凑的，账目写在桥头的木牌上，谁出了多少，哪天花在哪里，一笔一笔都看得见。",
];

fn page(id: &str, outlet: Option<&str>, published: Option<&str>, text: &str) -> Value {
    json!({ "id": id, "outlet": outlet, "published": published, "text": text })
}

/// Four pages of one story: two outlets and one unknown, the latest the longest, the first undated.
fn four() -> Vec<Value> {
    let [a, b, c, d] = STORY;
    vec![
        page("undated", None, None, &format!("{a}\n{b}\n{c}")),
        page("day", Some("河湾日报"), Some("2024-03-05"), &format!("{a}\n{b}\n{c}")),
        page("early", Some("河湾日报"), Some("2024-03-05 09:30:00"), &format!("{a}\n{b}\n{c}")),
        page("long", Some("清溪晚报"), Some("2024-03-06 07:00:00"), &format!("{a}\n{b}\n{c}\n{d}")),
    ]
}

#[test]
fn every_page_of_the_sample_stays_or_repeats_one_that_does() {
    let folder = Folder::new();
    let (input, out) = (repository("corpus-samples/news"), folder.path("out"));
    dedup(&input, &out, &[]);
    let detected = Output::of(&input, &[]);
    let (before, mut after) = (files(&input), files(&out));
    let removed = json_lines(&after.remove("removed.jsonl").unwrap());
    let run: Value = serde_json::from_slice(&after.remove("run.json").unwrap()).unwrap();
    let gone: HashMap<String, String> = removed.iter().map(|r| (string(&r["id"]), string(&r["twin"]))).collect();
    assert!(removed.len() > 15 && gone.len() == removed.len());
    nothing_wrong(
        gone.iter().filter(|(_, twin)| gone.contains_key(*twin)).map(|(id, _)| format!("{id}: twin went")).collect(),
    );

    // The same is kept as `detect` says, one page of every set, and the twin is of the set of the page.
    let documents = detected.records("documents.jsonl");
    let set_of: HashMap<String, Value> = documents.iter().map(|d| (string(&d["id"]), d["cluster"].clone())).collect();
    for document in &documents {
        assert_eq!(document["kept"] == true, !gone.contains_key(&string(&document["id"])), "{}", document["id"]);
    }
    for set in detected.records("clusters.jsonl") {
        assert_eq!(members(&set).iter().filter(|id| !gone.contains_key(*id)).count(), 1);
    }
    gone.iter().for_each(|(id, twin)| assert_eq!(set_of[id], set_of[twin], "{id}"));

    // What stays is the input without what went: line for line, and file for file.
    for (name, bytes) in &before {
        if name.ends_with(".txt") {
            assert_eq!(after.remove(name).as_ref(), (!gone.contains_key(name)).then_some(bytes), "{name}");
            continue;
        }
        let stays = |line: &&[u8]| !gone.contains_key(&string(&serde_json::from_slice::<Value>(line).unwrap()["id"]));
        let wanted: Vec<u8> = bytes.split_inclusive(|&b| b == b'\n').filter(stays).flatten().copied().collect();
        assert_eq!(after.remove(name).unwrap(), wanted, "{name}");
    }
    assert!(after.is_empty(), "{:?}", after.keys());
    assert_eq!((&run["counts"]["documents"], &run["counts"]["kept"]), (&json!(44), &json!(44 - gone.len())));
}

#[test]
fn removed_pages_name_their_place_and_the_page_kept() {
    let folder = Folder::new().with("news/a.jsonl", lines(&four()[1..2])).with("news/b.jsonl", lines(&four()[2..]));
    dedup(&folder.path("news"), &folder.path("out"), &[]);
    let removed = json_lines(&std::fs::read(folder.path("out/removed.jsonl")).unwrap());
    let [day, long] = &removed[..] else { panic!("{removed:?}") };
    assert_eq!(
        (&day["id"], &day["twin"], &day["reason"], &day["score"]),
        (&json!("day"), &json!("early"), &json!("exact"), &json!(1.0))
    );
    assert_eq!((&long["id"], &long["twin"], &long["reason"]), (&json!("long"), &json!("early"), &json!("reprint")));
    assert!(long["score"].as_f64().unwrap() > 0.9, "{long}");
    assert!(
        day["file"].as_str().unwrap().ends_with("a.jsonl") && day["twin_file"].as_str().unwrap().ends_with("b.jsonl")
    );
    assert_eq!(long["offset"], lines(&four()[2..3]).len());
    assert_eq!(std::fs::read(folder.path("out/a.jsonl")).unwrap(), b"", "every file is there, an empty one too");
}

#[test]
fn each_policy_keeps_its_page() {
    for (policy, stays) in [("earliest", "early"), ("longest", "long"), ("first", "undated")] {
        assert_eq!(kept(&four(), &["--keep", policy]), [stays], "{policy}");
    }
    let mut undated = four();
    undated.iter_mut().for_each(|record| record["published"] = Value::Null);
    assert_eq!(kept(&undated, &[]), ["long"], "of undated pages the longest counts as the earliest");
    let [a, b, c, _] = STORY;
    let mut credited = four();
    credited.push(page("copy", Some("桐溪网"), Some("2024-03-04 10:00:00"), &format!("来源：清溪晚报\n{a}\n{b}\n{c}")));
    credited[0]["text"] = json!(format!("来源：清溪晚报\n{a}\n{b}\n{c}"));
    credited[3]["published"] = json!("2024-03-04 08:00:00");
    let origin = Folder::new().with("a.jsonl", lines(&credited));
    let found = Output::of(&origin.path("a.jsonl"), &[]).records("clusters.jsonl").remove(0);
    assert_eq!(found["origin"]["document"], "long", "{found}");
    assert_eq!(kept(&credited, &["--keep", "origin"]), ["long"]);
}

#[test]
fn outlets_bound_what_counts_as_a_repeat() {
    assert_eq!(kept(&four(), &["--within-outlet"]), ["early", "long", "undated"]);
    assert_eq!(kept(&four(), &["--across"]), ["day", "early", "undated"]);
    assert_eq!(kept(&four(), &["--across", "--keep", "longest"]), ["long", "undated"]);
    tonggao(&["dedup", "x", "-o", "y", "--across", "--within-outlet"]).ends_with(2).names_in_errors(&["--across"]);
}

#[test]
fn exact_repeats_are_equal_unit_for_unit() {
    let mut records = four();
    records[0]["text"] = json!(records[0]["text"].as_str().unwrap().replace('，', ", "));
    assert_eq!(kept(&records, &["--exact"]), ["early", "long"]);
    tonggao(&["dedup", "x", "-o", "y", "--exact", "--keep", "origin"])
        .ends_with(2)
        .names_in_errors(&["exact", "keep=origin"]);
}

#[test]
fn pages_that_share_a_passage_and_round_ups_stay() {
    let [a, b, c, d] = STORY;
    let other = "山那边的茶场今年头一回用上了晒青的新棚，四面透风，棚顶能随太阳转动，茶农不必再抢着收竹匾。\
        场长说第一批茶叶已经寄出，寄给的都是往年下雨时等过货的老主顾。\
        来年还要在坡下修一条运茶的滑道，省得肩挑背扛。";
    let records = [
        page("story", None, None, &[a, b, c, d].concat()),
        page("quotes", None, None, &format!("{other}{b}{other}")),
        page("other", None, None, "码头的老钟停了三十年，昨天又敲响了。修钟的师傅从外省赶来，带了一箱自己打的齿轮。"),
    ];
    assert_eq!(kept(&records, &[]), ["other", "quotes", "story"]);
}

#[test]
fn an_earlier_corpus_is_read_and_left_alone() {
    let old = [
        page("old", Some("清溪晚报"), Some("2024-03-09 10:00:00"), &STORY.concat()),
        page("again", None, None, &STORY.concat()),
    ];
    let fresh =
        page("fresh", None, None, "码头的老钟停了三十年，昨天又敲响了。修钟的师傅从外省赶来，带了一箱自己打的齿轮。");
    let mut new = four();
    new.extend([fresh, page("old", None, None, &STORY.concat())]);
    let folder = Folder::new().with("old/a.jsonl", lines(&old)).with("new/a.jsonl", lines(&new));
    let before = files(&folder.path("old"));
    let against = folder.path("old");
    dedup(&folder.path("new"), &folder.path("out"), &["--against", against.to_str().unwrap()]);
    let (kept, gone) = left(&folder.path("out"));
    assert_eq!(kept, ["fresh"]);
    assert_eq!(gone["old"], ("old~2".to_owned(), "exact".to_owned()), "its twin is the earlier page of the same id");
    assert_eq!(gone.values().map(|(twin, _)| twin).collect::<HashSet<_>>().len(), 1, "{gone:?}");
    let removed = json_lines(&std::fs::read(folder.path("out/removed.jsonl")).unwrap());
    assert!(removed.iter().all(|r| r["twin_file"].as_str().unwrap().contains("/old/")), "{removed:?}");
    assert_eq!(files(&folder.path("old")), before);
    let run: Value = serde_json::from_slice(&std::fs::read(folder.path("out/run.json")).unwrap()).unwrap();
    assert_eq!(
        (&run["counts"]["documents"], &run["counts"]["against"], &run["counts"]["removed_against"]),
        (&json!(6), &json!(2), &json!(5))
    );
}

#[test]
fn a_corpus_against_itself_is_an_error() {
    let folder = Folder::new().with("news/2024/a.jsonl", lines(&four()));
    let run = tonggao(&["dedup"]).path(&folder.path("news/2024")).words(&["--against"]).path(&folder.path("news"));
    run.words(&["-o"]).path(&folder.path("out")).ends_with(2).names_in_errors(&[
        "a.jsonl",
        "--against",
        "repeat itself",
    ]);
    assert_eq!(folder.names(), ["news"]);
}

#[test]
fn a_dry_run_writes_no_records() {
    let folder = Folder::new().with("a.jsonl", lines(&four()));
    let said = tonggao(&["dedup", "--dry-run"]).path(&folder.path("a.jsonl")).ends_with(0);
    assert!(said.out.contains("1 kept, 3 would be removed"), "{}", said.out);
    assert_eq!(folder.names(), ["a.jsonl"]);
    dedup(&folder.path("a.jsonl"), &folder.path("out"), &["--dry-run"]);
    let names: Vec<String> = files(&folder.path("out")).into_keys().collect();
    assert_eq!(names, ["removed.jsonl", "run.json"]);
    tonggao(&["dedup"]).path(&folder.path("a.jsonl")).ends_with(2).names_in_errors(&["--out"]);
}

#[test]
fn lines_keep_their_ends_their_order_of_fields_and_their_blanks() {
    let (a, b) = (STORY[0], STORY[1]);
    let odd = format!(
        "\u{FEFF}{{\"text\" :\"{a}{b}\",  \"id\":\"x\"}}\r\n\r\n\t{{\"z\":1.50,\"id\":\"y\",\"text\":\"{a}{b}\"}}  \r\n{{\"id\":\"u\",\"text\":\"\\u7532{}\"}}",
        STORY[3]
    );
    let folder = Folder::new().with("odd.jsonl", &odd);
    dedup(&folder.path("odd.jsonl"), &folder.path("out"), &["--keep", "first"]);
    let second = format!("\t{{\"z\":1.50,\"id\":\"y\",\"text\":\"{a}{b}\"}}  \r\n");
    assert_eq!(std::fs::read_to_string(folder.path("out/odd.jsonl")).unwrap(), odd.replace(&second, ""));
}

#[test]
fn records_that_cannot_be_read_are_in_neither_part_and_listed() {
    let good = page("good", None, None, &STORY.concat());
    let folder = Folder::new().with("a.jsonl", format!("{good}\nnot a record\n{{\"id\":\"no text\"}}\n"));
    let run = tonggao(&["dedup", "--strict"]).path(&folder.path("a.jsonl")).words(&["-o"]).path(&folder.path("out"));
    run.ends_with(2).names_in_errors(&["at byte", "not a JSON object"]);
    assert_eq!(std::fs::read_to_string(folder.path("out/a.jsonl")).unwrap(), format!("{good}\n"));
    let run: Value = serde_json::from_slice(&std::fs::read(folder.path("out/run.json")).unwrap()).unwrap();
    assert_eq!(run["skipped"].as_array().unwrap().len(), 2);
    assert_eq!(std::fs::read(folder.path("out/removed.jsonl")).unwrap(), b"");
}

#[test]
fn files_of_one_name_are_distinguished_by_their_folders() {
    let folder = Folder::new()
        .with("june/part.jsonl", lines(&four()[..1]))
        .with("july/part.jsonl", lines(&four()[1..]))
        .with("july/more/part.jsonl", lines(&[page("p", None, None, "独此一篇，别无分号。")]));
    let two = |first: PathBuf, second: PathBuf| {
        tonggao(&["dedup", "-q"]).path(&first).path(&second).words(&["-o"]).path(&folder.path("out"))
    };
    two(folder.path("june"), folder.path("july")).ends_with(0);
    let names: Vec<String> = files(&folder.path("out")).into_keys().collect();
    assert_eq!(names, ["july/more/part.jsonl", "july/part.jsonl", "june/part.jsonl", "removed.jsonl", "run.json"]);
    std::fs::remove_dir_all(folder.path("out")).unwrap();
    let twice = two(folder.path("june"), folder.path("june/part.jsonl")).ends_with(2);
    twice.names_in_errors(&["june", "part.jsonl", "Give each file once"]);
    assert_eq!(folder.names(), ["july", "june"], "nothing is left");
}

#[test]
fn names_that_the_run_needs_for_itself_are_refused() {
    let folder = Folder::new().with("removed.jsonl", lines(&four()));
    let run = tonggao(&["dedup"]).path(&folder.path("removed.jsonl")).words(&["-o"]).path(&folder.path("out"));
    run.ends_with(2).names_in_errors(&["removed.jsonl", "rename one"]);
    assert_eq!(folder.names(), ["removed.jsonl"]);
}

#[test]
fn what_a_run_has_kept_is_a_corpus_again_and_stays_whole() {
    let folder = Folder::new().with("news/a.jsonl", lines(&four()));
    dedup(&folder.path("news"), &folder.path("once"), &[]);
    dedup(&folder.path("once"), &folder.path("twice"), &["--strict"]);
    assert_eq!(
        std::fs::read(folder.path("once/a.jsonl")).unwrap(),
        std::fs::read(folder.path("twice/a.jsonl")).unwrap()
    );
    let inside =
        tonggao(&["dedup", "--force"]).path(&folder.path("once/a.jsonl")).words(&["-o"]).path(&folder.path("once"));
    inside.ends_with(2).names_in_errors(&["output folder", "-o"]);
    assert!(folder.path("once/a.jsonl").exists());
}

/// A story, of which every page changes some sentences more than the one before: those far apart are no copies.
fn drifting(pages: usize) -> Vec<Value> {
    let sentence = |seed: usize| -> String {
        (0..23).map(|k| char::from_u32(0x4E00 + ((seed * 131 + k * 37) % 6000) as u32).unwrap()).collect::<String>()
            + "。"
    };
    let text =
        |page: usize| (0..30).map(|k| sentence(if k < page * 3 { 1000 * page + k } else { k })).collect::<String>();
    (0..pages).map(|k| page(&format!("p{k}"), Some(&format!("2024-01-{:02}", k + 1)), None, &text(k))).collect()
}

#[test]
fn what_stays_stays_again_with_every_policy() {
    let samples = repository("corpus-samples/news");
    let folder = Folder::new().with("drift/a.jsonl", lines(&drifting(9)));
    for input in [samples, folder.path("drift")] {
        for (k, keep) in ["earliest", "longest", "first"].into_iter().enumerate() {
            for exact in [&[][..], &["--exact"]] {
                let name =
                    |pass: &str| folder.path(&format!("{pass}{k}{}{}", exact.len(), input.display().to_string().len()));
                let run = |from: &Path, to: &Path| dedup(from, to, &[&["--keep", keep], exact].concat());
                run(&input, &name("once"));
                run(&name("once"), &name("twice"));
                let (mut once, mut twice) = (files(&name("once")), files(&name("twice")));
                assert!(twice.remove("removed.jsonl").unwrap().is_empty(), "{keep} {exact:?}");
                for files in [&mut once, &mut twice] {
                    files.retain(|name, _| name != "removed.jsonl" && name != "run.json");
                }
                assert_eq!(once, twice, "{keep} {exact:?}");
            }
        }
    }
}

/// Pages of one set of which none repeats another, for each has a beginning of its own, and a copy of each with an ending
/// of its own.
fn staying(pages: usize) -> Vec<Value> {
    let drawn = |seed: usize| (seed as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 40;
    let character = |seed: usize| char::from_u32(0x4E00 + (drawn(seed) % 5000) as u32).unwrap();
    let words = |first: usize, count: usize| (first..first + count).map(character).collect::<String>();
    let quoted: String = (0..30).map(|k| format!("他说“{}”，", words(100_000 + 11 * k, 8))).collect();
    let text = |k: usize| format!("{}。{quoted}", words(1000 * k, 100));
    let both = |k: usize| {
        let copy = format!("{}他们没有再说{}。", text(k), character(k));
        [
            page(&format!("p{k}"), None, Some("2024-01-01"), &text(k)),
            page(&format!("copy{k}"), None, Some("2024-01-02"), &copy),
        ]
    };
    (0..pages).flat_map(both).collect()
}

#[test]
fn of_a_set_of_which_many_pages_stay_the_copies_of_each_go() {
    let folder = Folder::new().with("a.jsonl", lines(&staying(60)));
    dedup(&folder.path("a.jsonl"), &folder.path("out"), &[]);
    let (kept, gone) = left(&folder.path("out"));
    assert_eq!((kept.len(), gone.len()), (60, 60));
    gone.iter().for_each(|(id, (twin, _))| assert_eq!(id.replace("copy", "p"), *twin));
}

#[test]
fn every_page_that_goes_names_one_that_stays() {
    let folder = Folder::new().with("drift/a.jsonl", lines(&drifting(9)));
    dedup(&folder.path("drift"), &folder.path("out"), &[]);
    let (kept, gone) = left(&folder.path("out"));
    assert!(!gone.is_empty() && !kept.is_empty());
    gone.iter().for_each(|(id, (twin, _))| assert!(kept.contains(twin), "{id} names {twin}, which went too"));
}

#[test]
fn standard_input_becomes_a_file() {
    let folder = Folder::new();
    let run = tonggao(&["dedup", "-", "-q", "-o"]).path(&folder.path("out")).reading(lines(&four()));
    run.ends_with(0);
    assert_eq!(std::fs::read_to_string(folder.path("out/stdin.jsonl")).unwrap(), lines(&four()[2..3]));
}

#[test]
fn threads_and_the_order_of_records_make_no_difference() {
    let made = corpus::jsonl(11, 150);
    let turned: String = made.lines().rev().map(|line| format!("{line}\n")).collect();
    let folder = Folder::new().with("made.jsonl", &made).with("turned.jsonl", &turned);
    let run = |name: &str, flags: &[&str]| {
        let out = folder.path(&format!("out of {name} {}", flags.len()));
        dedup(&folder.path(name), &out, flags);
        left(&out)
    };
    let base = run("made.jsonl", &[]);
    assert!(base.1.len() > 300 && base.0.len() > 140, "{} of {}", base.1.len(), base.0.len());
    assert_eq!(run("made.jsonl", &["--threads", "1"]), base);
    assert_eq!(run("turned.jsonl", &["--threads", "3", "--no-mmap"]), base);
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    std::io::Write::write_all(&mut packer, bytes).unwrap();
    packer.finish().unwrap()
}

fn gunzip(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    std::io::Read::read_to_end(&mut flate2::read::MultiGzDecoder::new(bytes), &mut out).unwrap();
    out
}

#[test]
fn packed_files_and_tables_stay_what_they_are() {
    let [a, b, c, d] = STORY;
    let table = format!("id,text\r\none,\"{a}\n{b}\"\r\ntwo,\"{a}\n{b}\"\r\nthree,{c}{d}\r\n");
    let without = table.replace(&format!("two,\"{a}\n{b}\"\r\n"), "");
    let gb = |text: &str| encoding_rs::GB18030.encode(text).0.into_owned();
    let records = lines(&four());
    let kept_record = lines(&four()[2..3]);
    let run = |name: &str, bytes: &[u8], keep: &str| {
        let folder = Folder::new().with(name, bytes);
        dedup(&folder.path(name), &folder.path("out"), &["--keep", keep]);
        std::fs::read(folder.path("out").join(name)).unwrap()
    };
    assert_eq!(run("a.csv", table.as_bytes(), "first"), without.as_bytes());
    assert_eq!(run("gb.csv", &gb(&table), "first"), gb(&without));
    assert_eq!(gunzip(&run("a.csv.gz", &gzip(table.as_bytes()), "first")), without.as_bytes());
    assert_eq!(gunzip(&run("a.jsonl.gz", &gzip(records.as_bytes()), "earliest")), kept_record.as_bytes());
    let zstd = zstd::encode_all(records.as_bytes(), 1).unwrap();
    assert_eq!(zstd::decode_all(&run("a.jsonl.zst", &zstd, "earliest")[..]).unwrap(), kept_record.as_bytes());
    let alone = gzip(kept_record.as_bytes());
    assert_eq!(run("alone.jsonl.gz", &alone, "earliest"), alone, "a file that keeps all is copied as it is");
    let wide = |text: &str| {
        let words = || format!("\u{FEFF}{text}").encode_utf16().collect::<Vec<u16>>();
        [u16::to_le_bytes, u16::to_be_bytes].map(|bytes_of| words().into_iter().flat_map(bytes_of).collect::<Vec<u8>>())
    };
    for (records, kept) in wide(&records).iter().zip(wide(&kept_record)) {
        assert_eq!(run("wide.jsonl", records, "earliest"), kept);
        assert_eq!(gunzip(&run("wide.jsonl.gz", &gzip(records), "earliest")), kept);
    }
    assert_eq!(run("wide.csv", &wide(&table)[0], "first"), wide(&without)[0]);
}

#[test]
fn of_standard_input_only_lines_of_json_are_written_again() {
    let folder = Folder::new();
    let run = tonggao(&["dedup", "-", "--format", "csv", "-o"]).path(&folder.path("out"));
    run.reading("id,text\na,山\n").ends_with(2).names_in_errors(&["standard input", "CSV", "file"]);
}

#[test]
#[cfg(feature = "parquet")]
fn a_parquet_file_keeps_its_schema_and_the_rows_that_stay() {
    use arrow_array::cast::AsArray;
    let whole = crate::formats::parquet(&four());
    let ids = |path: &Path| -> Vec<String> {
        let file = std::fs::File::open(path).unwrap();
        let builder = parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder::try_new(file).unwrap();
        let batches: Vec<arrow_array::RecordBatch> = builder.build().unwrap().map(Result::unwrap).collect();
        let column = |batch: &arrow_array::RecordBatch| batch.column_by_name("id").unwrap().clone();
        let ids = batches.iter().map(column);
        ids.flat_map(|ids| ids.as_string::<i32>().iter().map(|id| id.unwrap().to_owned()).collect::<Vec<_>>()).collect()
    };
    let folder = Folder::new().with("a/pages.parquet", &whole).with("b/pages.parquet", crate::formats::zstd(&whole));
    dedup(&folder.path("a"), &folder.path("out"), &[]);
    assert_eq!(ids(&folder.path("out/pages.parquet")), ["early"]);
    dedup(&folder.path("b"), &folder.path("packed"), &[]);
    let packed = std::fs::read(folder.path("packed/pages.parquet")).unwrap();
    std::fs::write(folder.path("unpacked"), zstd::decode_all(&packed[..]).unwrap()).unwrap();
    assert_eq!(ids(&folder.path("unpacked")), ["early"]);
}

#[test]
fn an_archive_keeps_its_records_byte_for_byte_and_member_for_member() {
    use crate::formats::archived;
    let [a, b, c, d] = STORY;
    let text = |url: &str, text: String| archived("conversion", url, "text/plain", text.as_bytes());
    let records = [
        archived("warcinfo", "", "application/warc-fields", b"format: WARC File Format 1.0\r\n"),
        text("http://a.example/1", format!("{a}\n{b}")),
        archived("metadata", "http://a.example/1", "application/warc-fields", b"fetchTimeMs: 7\r\n"),
        text("http://b.example/2", format!("{a}\n{b}")),
        text("http://c.example/3", format!("{c}\n{d}")),
        text("http://d.example/4", format!("{a}\n{b}")),
    ];
    let stay = [0, 1, 2, 4];
    let run = |name: &str, bytes: Vec<u8>| {
        let folder = Folder::new().with(name, bytes);
        dedup(&folder.path(name), &folder.path("out"), &["--keep", "first"]);
        std::fs::read(folder.path("out").join(name)).unwrap()
    };
    let kept: Vec<u8> = stay.iter().flat_map(|&k| records[k].clone()).collect();
    assert_eq!(run("a.warc", records.concat()), kept);
    let members: Vec<Vec<u8>> = records.iter().map(|record| gzip(record)).collect();
    let kept_members: Vec<u8> = stay.iter().flat_map(|&k| members[k].clone()).collect();
    assert_eq!(run("a.warc.gz", members.concat()), kept_members);
    assert_eq!(gunzip(&run("one.warc.gz", gzip(&records.concat()))), kept);
    let packed = zstd::encode_all(&records.concat()[..], 1).unwrap();
    assert_eq!(zstd::decode_all(&run("a.wet.zst", packed)[..]).unwrap(), kept);
    let damaged = [records[0].clone(), b"no record\r\n".to_vec(), records[1..].concat()].concat();
    assert_eq!(run("damaged.warc", damaged), kept, "what cannot be read is left out");
}
