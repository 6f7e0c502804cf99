//! Records and files that cannot be used are left out and listed; everything good is still written. Texts that
//! are short or hostile do no harm.

use crate::support::{Folder, Output, detect, lines};
use serde_json::{Value, json};
use std::path::PathBuf;

const GOOD: &str = "渡口的老船工昨天把最后一班船撑到对岸，岸上站着三十多个来送他的人，谁也没有先开口说话。";

/// A file of bad lines between two good ones, with what must be said of each.
struct BadLines {
    bytes: Vec<u8>,
    expected: Vec<(usize, &'static str)>,
}

fn bad_lines() -> BadLines {
    let good = json!({ "id": "first", "text": GOOD }).to_string();
    let last = json!({ "id": "last", "text": GOOD }).to_string();
    let lines: [(&[u8], Option<&str>); 8] = [
        (good.as_bytes(), None),
        (b"{\"text\": \"cut off", Some("JSON")),
        (b"plain words", Some("JSON")),
        (b"[1, 2]", Some("JSON")),
        (b"{\"id\": \"x\", \"headline\": \"no text\"}", Some("role `text`")),
        (b"{\"text\": \" \\n \"}", Some("empty")),
        (b"  {\"text\": [1, 2]}", Some("not a string")),
        (last.as_bytes(), None),
    ];
    let mut made = BadLines { bytes: Vec::new(), expected: Vec::new() };
    for (line, reason) in lines {
        let blanks = line.iter().take_while(|byte| **byte == b' ').count();
        made.expected.extend(reason.map(|reason| (made.bytes.len() + blanks, reason)));
        made.bytes.extend(line);
        made.bytes.push(b'\n');
    }
    made
}

fn skipped(run: &Value) -> Vec<(String, usize, String)> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let each = |s: &Value| {
        let offset = usize::try_from(s["offset"].as_u64().unwrap()).unwrap();
        (text(&s["file"]), offset, text(&s["reason"]))
    };
    run["skipped"].as_array().unwrap().iter().map(each).collect()
}

#[test]
fn every_bad_record_is_listed_with_its_offset_and_the_good_ones_are_written() {
    let bad = bad_lines();
    let folder = Folder::new().with("a.jsonl", &bad.bytes);
    let said = detect(&folder.path("a.jsonl"), &folder.path("out"), &[]).ends_with(0);
    let found = Output::read(&folder.path("out"));
    let listed = skipped(&found.run());
    assert_eq!(listed.len(), bad.expected.len(), "{listed:?}");
    for ((file, offset, reason), (at, words)) in listed.iter().zip(&bad.expected) {
        assert!(file.ends_with("a.jsonl") && offset == at && reason.contains(words), "{offset}: {reason}");
    }
    assert_eq!(found.ids(), ["first", "last"]);
    assert_eq!(found.records("clusters.jsonl").len(), 1);
    assert_eq!(found.run()["counts"]["skipped"], bad.expected.len());
    said.names_in_errors(&["a.jsonl", "1 more skipped", "run.json"]);
    assert!(said.out.contains("6 records or files skipped"), "{}", said.out);
}

#[test]
fn strict_ends_with_two_and_still_writes() {
    let folder = Folder::new().with("a.jsonl", bad_lines().bytes).with("b.jsonl", lines(&[json!({ "text": GOOD })]));
    detect(&folder.path("a.jsonl"), &folder.path("out"), &["--strict"]).ends_with(2);
    assert_eq!(Output::read(&folder.path("out")).ids(), ["first", "last"]);
    detect(&folder.path("b.jsonl"), &folder.path("other"), &["--strict"]).ends_with(0);
}

#[test]
fn files_that_hold_nothing_are_listed() {
    let folder = Folder::new()
        .with("news/blank.txt", " \n\n")
        .with("news/empty.jsonl", "")
        .with("news/empty.txt", "")
        .with("news/good.txt", GOOD)
        .with("news/picture.png", "not read");
    let found = Output::of(&folder.path("news"), &[]);
    let listed = skipped(&found.run());
    let names: Vec<&str> = listed.iter().map(|(file, _, _)| file.rsplit('/').next().unwrap()).collect();
    assert_eq!(names, ["blank.txt", "empty.jsonl", "empty.txt", "picture.png"]);
    assert!(listed[1].2.contains("empty file"));
    assert!(listed[3].2.contains("name it as an input"), "{}", listed[3].2);
    assert_eq!(found.ids(), ["good.txt"]);
}

#[test]
fn a_folder_without_a_record_is_an_error_that_says_what_a_record_is() {
    let folder = Folder::new().with("news/empty.txt", "").with("news/bad.jsonl", "{}\n");
    let said = detect(&folder.path("news"), &folder.path("out"), &[]).ends_with(2);
    said.names_in_errors(&["no records in", "news", "2 skipped", "JSON object per line", ".txt"]);
    assert_eq!(folder.names(), ["news"]);
}

/// A file that even the system's administrator cannot read.
#[cfg(unix)]
fn unreadable(folder: &Folder) -> PathBuf {
    use std::os::unix::fs::PermissionsExt;
    let path = folder.path("secret.jsonl");
    std::fs::write(&path, lines(&[json!({ "text": GOOD })])).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o0)).unwrap();
    if std::fs::File::open(&path).is_ok() { PathBuf::from("/proc/self/mem") } else { path }
}

#[test]
#[cfg(unix)]
fn an_unreadable_file_is_listed_and_the_rest_is_read() {
    let folder = Folder::new().with("good.jsonl", lines(&[json!({ "id": "good", "text": GOOD })]));
    let secret = unreadable(&folder);
    detect(&secret, &folder.path("out"), &[]).path(&folder.path("good.jsonl")).ends_with(0);
    let found = Output::read(&folder.path("out"));
    let listed = skipped(&found.run());
    assert_eq!(listed.len(), 1);
    assert_eq!((listed[0].0.as_str(), listed[0].1), (secret.to_str().unwrap(), 0));
    assert!(listed[0].2.contains("cannot be read") && listed[0].2.contains("permissions"), "{}", listed[0].2);
    assert_eq!(found.ids(), ["good"]);
}

#[test]
fn a_repeated_id_gets_a_number_that_no_other_page_has() {
    let ids = ["a", "b", "a", "a~2", "a", "b"];
    let records: Vec<Value> = ids.iter().map(|id| json!({ "id": id, "text": GOOD })).collect();
    let folder = Folder::new().with("a.jsonl", lines(&records));
    let found = Output::of(&folder.path("a.jsonl"), &[]);
    assert_eq!(found.ids(), ["a", "b", "a~3", "a~2", "a~4", "b~2"]);
    assert_eq!(found.run()["counts"]["repeated_ids"], 3);
}

#[test]
fn texts_shorter_than_the_window_never_collapse() {
    let texts = ["晴", "雨", "晴雨", "雨晴", "晴雨晴", "晴雨晴雨", "雨晴雨晴", "!", "……", "A", "a b"];
    let records: Vec<Value> = texts.iter().map(|text| json!({ "id": text, "text": text })).collect();
    let folder = Folder::new().with("a.jsonl", lines(&records));
    let found = Output::of(&folder.path("a.jsonl"), &[]);
    assert_eq!(found.text("matches.jsonl"), "");
    assert_eq!(found.text("clusters.jsonl"), "");
    assert_eq!(found.ids(), texts);
}

#[test]
fn hostile_words_are_text_in_the_report() {
    let attack = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>";
    let text = format!("本报讯（记者 {attack}）{GOOD}\n来源：{attack}");
    let record = |id: &str| json!({ "id": format!("{id}{attack}"), "title": attack, "outlet": attack, "text": text, "url": format!("javascript:{attack}") });
    let folder = Folder::new().with("a.jsonl", lines(&[record("x"), record("y")]));
    let report = Output::of(&folder.path("a.jsonl"), &["--field", "text=text"]);
    let html = report.text("report.html");
    // The browser tests in web/tests see that the words are shown and that nothing of them runs.
    for markup in ["alert(", "<img", "onerror=", "href=\"javascript:"] {
        assert!(!html.contains(markup), "{markup} is in the report");
    }
    assert!(
        html.contains("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; script-src 'sha256-")
    );
    let (links, script) = html.rsplit_once("<script>").unwrap();
    assert!(!links.contains("://") && !links.contains("<script src"), "the report asks nobody for anything");
    assert_eq!(html.matches("<script>").count() + script.matches("<script").count(), 1, "one script, which is ours");
}

/// Packed records, and the same cut off.
fn cut_off(packed: Vec<u8>) -> Vec<u8> {
    packed[..packed.len() * 2 / 3].to_vec()
}

#[test]
fn what_comes_before_a_break_is_read() {
    // Texts that hardly pack, so that a cut file still holds many.
    let text = |k: u32| {
        (0..400)
            .map(|n| char::from_u32(0x4E00 + (k * 400 + n).wrapping_mul(2_654_435_761) % 20_000).unwrap())
            .collect::<String>()
    };
    let records: Vec<Value> = (0..900).map(|k| json!({ "id": k, "text": text(k) })).collect();
    let jsonl = lines(&records);
    let csv: String =
        ["id,text\n".to_owned()].into_iter().chain((0..900).map(|k| format!("{k},{}\n", text(k)))).collect();
    let gzip = |text: &str| {
        let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        std::io::Write::write_all(&mut packed, text.as_bytes()).unwrap();
        packed.finish().unwrap()
    };
    for (name, bytes) in [
        ("a.jsonl.gz", cut_off(gzip(&jsonl))),
        ("a.csv.gz", cut_off(gzip(&csv))),
        ("a.jsonl.zst", cut_off(zstd::encode_all(jsonl.as_bytes(), 1).unwrap())),
        ("a.csv.zst", cut_off(zstd::encode_all(csv.as_bytes(), 1).unwrap())),
    ] {
        let folder = Folder::new().with(name, bytes).with("good.txt", GOOD);
        let found = Output::of(folder.root(), &["--only", "clusters"]);
        let ids = found.ids();
        assert!(ids.len() > 300 && ids.len() < 800, "{name}: {}", ids.len());
        assert!(ids[..ids.len() - 1].iter().enumerate().all(|(k, id)| *id == k.to_string()));
        assert_eq!(ids.last().unwrap(), "good.txt");
        let listed = skipped(&found.run());
        assert_eq!(listed.len(), 1, "{name}: {listed:?}");
        assert!(listed[0].0.ends_with(name) && listed[0].1 > 300_000, "{listed:?}");
        assert!(listed[0].2.contains("pack the file again"), "{listed:?}");
    }
}

#[test]
fn packed_files_of_nothing_are_listed() {
    let nothing = zstd::encode_all(&b""[..], 1).unwrap();
    let folder = Folder::new().with("a.jsonl.zst", nothing).with("b.jsonl.gz", b"\x1F\x8B\x08\0").with("c.txt", GOOD);
    let listed = skipped(&Output::of(folder.root(), &[]).run());
    assert_eq!(listed[0].2, "empty file");
    assert!(listed[1].2.contains("packed with gzip, and broken"), "{listed:?}");
    assert_eq!(listed.len(), 2);
}

#[test]
fn bad_rows_of_a_table_are_listed_with_their_offsets() {
    let table = format!("id,text\nfirst,{GOOD}\nx,\"{GOOD}\n,,\ny,,z\nempty,\nlast,\"{GOOD}\"\n");
    let folder = Folder::new().with("a.csv", &table);
    let found = Output::of(&folder.path("a.csv"), &[]);
    assert_eq!(found.ids(), ["first", "last"]);
    let at = |words: &str| table.find(words).unwrap();
    let listed: Vec<(usize, String)> = skipped(&found.run()).into_iter().map(|(_, at, why)| (at, why)).collect();
    let places: Vec<usize> = listed.iter().map(|(at, _)| *at).collect();
    assert_eq!(places, [at("x,"), at("y,,z"), at("empty,")], "{listed:?}");
    assert!(listed[1].1.contains("3 cells under 2") && listed[2].1.contains("no text"), "{listed:?}");
}

#[test]
fn damaged_utf8_is_read_and_the_damage_marked() {
    let good = json!({ "id": "a", "text": GOOD }).to_string();
    let bytes = [good.as_bytes(), b"\n{\"id\":\"b\",\"text\":\"\xE6\xB8 ", &good.as_bytes()[21..], b"\n"].concat();
    let folder = Folder::new().with("a.jsonl", bytes);
    let found = Output::of(&folder.path("a.jsonl"), &[]);
    assert_eq!(found.ids(), ["a", "b"]);
    assert_eq!(found.records("documents.jsonl")[1]["repairs"]["lost_bytes"], 1);
    assert_eq!(found.records("clusters.jsonl").len(), 1);
    assert_eq!(found.run()["inputs"][0]["encoding"], "UTF-8");
}

#[test]
#[cfg(not(feature = "parquet"))]
fn a_parquet_file_names_the_feature_that_reads_it() {
    let folder = Folder::new().with("a.parquet", b"PAR1").with("b.txt", GOOD);
    let listed = skipped(&Output::of(folder.root(), &[]).run());
    assert!(listed[0].2.contains("Parquet is not read by this build"), "{listed:?}");
}

#[test]
#[cfg(not(feature = "html"))]
fn an_html_file_names_the_feature_that_reads_it() {
    let folder = Folder::new().with("a.html", format!("<p>{GOOD}")).with("b.txt", GOOD);
    let listed = skipped(&Output::of(folder.root(), &[]).run());
    assert!(listed[0].2.contains("HTML is not read by this build"), "{listed:?}");
}

#[test]
#[cfg(feature = "html")]
fn a_page_without_an_article_is_listed() {
    let folder = Folder::new().with("a.html", "<html><title>空</title><body></body></html>").with("b.txt", GOOD);
    let found = Output::of(folder.root(), &[]);
    let listed = skipped(&found.run());
    assert_eq!((listed.len(), found.ids()), (1, vec!["b.txt".to_owned()]));
    assert!(listed[0].2.contains("no article"), "{listed:?}");
}

#[test]
#[cfg(feature = "parquet")]
fn a_parquet_file_that_is_none_is_listed() {
    let folder = Folder::new().with("a.parquet", b"PAR1 and nothing else").with("b.txt", GOOD);
    let found = Output::of(folder.root(), &[]);
    let listed = skipped(&found.run());
    assert_eq!((listed.len(), found.ids()), (1, vec!["b.txt".to_owned()]));
    assert!(listed[0].2.contains("not a whole Parquet file"), "{listed:?}");
}
