//! Inputs that people really have: JSON documents, archives, links, pipes, nested fields, times in every spelling, damage.

use crate::formats::{encoded, gzip};
use crate::support::{Folder, Output, detect, lines, members, string, tonggao};
use serde_json::{Value, json};

const ARTICLE: &str = "石桥镇的粮站昨天重新开门，新装的三台烘干机一天能烘九十吨稻谷。站长说，往年要排两天队的农户，今年当天就能把粮卖掉。\n\
    运粮的车从镇口排到磨坊，司机们在车上吃了午饭。有人带来自家的秤，称了两遍，和站里的数只差半斤。\n\
    晚上七点，最后一车稻谷进了库。站长把钥匙挂回墙上，说明天六点半照常开门。";

const OTHER: &str = "山脚下的小学把旧教室改成了图书室，书架是家长们用课桌改的。第一天来借书的孩子有四十六个，借得最多的是讲星星的书。\n\
    管图书的老师每周三下午开门，借书卡是手写的，一人一张。她说书不怕翻旧，只怕没人翻。";

/// Two copies of one article and another.
fn pages() -> Vec<Value> {
    vec![
        json!({ "id": "a", "title": "粮站开门", "url": "http://one.example/1", "text": ARTICLE }),
        json!({ "id": "b", "title": "粮站", "url": "http://two.example/1", "text": ARTICLE }),
        json!({ "id": "c", "title": "图书室", "url": "http://two.example/2", "text": OTHER }),
    ]
}

/// The sets of a run by the ids of their pages.
fn sets(output: &Output) -> Vec<Vec<String>> {
    let set = |cluster: &Value| {
        let mut set = members(cluster);
        set.sort();
        set
    };
    output.records("clusters.jsonl").iter().map(set).collect()
}

fn field(output: &Output, name: &str) -> Vec<Value> {
    output.records("documents.jsonl").iter().map(|page| page[name].clone()).collect()
}

#[test]
fn json_is_read_however_it_is_written() {
    let pretty = |value: &Value| serde_json::to_string_pretty(value).unwrap();
    let python: String = pages().iter().map(|page| page.to_string().replace("}", ", \"score\": NaN}\n")).collect();
    let lists = pages().into_iter().map(|mut page| {
        page["text"] = string(&page["text"]).lines().collect();
        page
    });
    for (name, text) in [
        ("array.json", json!(pages()).to_string()),
        ("pretty.json", pretty(&json!(pages()))),
        ("wrapped.json", pretty(&json!({ "total": 3, "result": { "items": pages() } }))),
        ("one-after-another.json", pages().iter().map(pretty).collect::<Vec<_>>().join("\n")),
        ("python.jsonl", python),
        ("lists.jsonl", lines(&lists.collect::<Vec<_>>())),
        ("returns.jsonl", lines(&pages()).replace('\n', "\r")),
        ("marks.jsonl", pages().iter().map(|page| format!("\u{FEFF}{page}\n")).collect()),
    ] {
        let folder = Folder::new().with(name, text);
        let found = Output::of(&folder.path(name), &["--only", "clusters"]);
        assert_eq!(
            (found.ids(), sets(&found)),
            (vec!["a".into(), "b".into(), "c".into()], vec![vec!["a".into(), "b".into()]]),
            "{name}"
        );
    }
    let [a, b, c] = [0, 1, 2].map(|k| pretty(&pages()[k]));
    let folder = Folder::new().with("news/1.json", a).with("news/2.json", b).with("news/3.json", c);
    assert_eq!(sets(&Output::of(&folder.path("news"), &[])), [["a", "b"]]);
}

#[test]
fn a_document_is_read_again_and_written_without_its_repeats() {
    let document = serde_json::to_string_pretty(&json!({ "items": pages(), "page": 1 })).unwrap();
    let folder = Folder::new().with("news/a.json", document);
    detect(&folder.path("news"), &folder.path("out"), &[]).ends_with(0);
    let explained = tonggao(&["explain"]).path(&folder.path("out")).words(&["--page", "b"]).ends_with(0);
    assert!(explained.out.contains("粮站"), "{}", explained.out);
    tonggao(&["dedup"]).path(&folder.path("news")).words(&["-q", "-o"]).path(&folder.path("kept")).ends_with(0);
    let kept: Value = serde_json::from_slice(&std::fs::read(folder.path("kept/a.json")).unwrap()).unwrap();
    assert_eq!((kept["items"].as_array().unwrap().len(), &kept["page"]), (2, &json!(1)));
}

fn tar(files: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let mut archive = tar::Builder::new(Vec::new());
    for (name, content) in files {
        let mut header = tar::Header::new_gnu();
        header.set_size(content.len() as u64);
        archive.append_data(&mut header, name, content.as_slice()).unwrap();
    }
    archive.into_inner().unwrap()
}

#[test]
fn files_in_archives_are_read_and_read_again() {
    let texts = [("x/a.txt", ARTICLE), ("x/b.txt", ARTICLE), ("x/c.txt", OTHER)];
    let files: Vec<(&str, Vec<u8>)> = texts.iter().map(|(name, text)| (*name, text.as_bytes().to_vec())).collect();
    let jsonl = [("news.jsonl.gz", gzip(lines(&pages())))];
    for (name, bytes, expected) in
        [("texts.tar", tar(&files), "t/x/"), ("texts.tgz", gzip(tar(&files)), "t/x/"), ("lines.tar", tar(&jsonl), "")]
    {
        let folder = Folder::new().with(name, bytes);
        let said = detect(&folder.path(name), &folder.path("out"), &[]).ends_with(0);
        said.names_in_errors(&["Reading 3 records", "(tar)"]);
        let found = Output::read(&folder.path("out"));
        let pair = if expected.is_empty() {
            ["a".to_owned(), "b".to_owned()]
        } else {
            ["a", "b"].map(|page| format!("{name}/x/{page}.txt"))
        };
        assert_eq!(sets(&found), std::slice::from_ref(&pair), "{name}");
        let explained = tonggao(&["explain"]).path(&folder.path("out")).words(&["--page", &pair[1]]).ends_with(0);
        assert!(explained.out.contains("烘干机"), "{name}: {}", explained.out);
        let refused =
            tonggao(&["dedup"]).path(&folder.path(name)).words(&["-o"]).path(&folder.path("kept")).ends_with(2);
        refused.names_in_errors(&["cannot be written again"]);
    }
}

#[test]
fn bzip2_is_read_and_packed_again() {
    let mut packed = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::fast());
    std::io::Write::write_all(&mut packed, lines(&pages()).as_bytes()).unwrap();
    let folder = Folder::new().with("news/a.jsonl.bz2", packed.finish().unwrap());
    assert_eq!(sets(&Output::of(&folder.path("news"), &[])), [["a", "b"]]);
    tonggao(&["dedup"]).path(&folder.path("news")).words(&["-q", "-o"]).path(&folder.path("kept")).ends_with(0);
    let kept = Output::of(&folder.path("kept"), &[]);
    assert_eq!(kept.ids().len(), 2);
    assert!(kept.text("run.json").contains("bzip2"));
}

#[test]
fn what_is_no_text_is_named_for_what_it_is() {
    let noise: Vec<u8> = (0..5000u32).map(|k| (k.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
    let folder = Folder::new()
        .with("news/a.txt", ARTICLE)
        .with("news/noise.txt", &noise)
        .with("news/paper.txt", [b"%PDF-1.7\n", noise.as_slice()].concat())
        .with("news/page.html", [b"<html><body>", noise.as_slice()].concat())
        .with("news/more.7z", b"7z\xBC\xAF\x27\x1C\0\x04");
    let found = Output::of(&folder.path("news"), &[]);
    assert_eq!(found.ids(), ["a.txt"]);
    let reasons: Vec<String> =
        found.run()["skipped"].as_array().unwrap().iter().map(|s| string(&s["reason"])).collect();
    for (reason, words) in reasons.iter().zip(["7-Zip", "no text", "no text", "PDF"]) {
        assert!(reason.contains(words), "{reasons:?}");
    }
    detect(&folder.path("news/noise.txt"), &folder.path("out"), &[]).ends_with(2);
}

#[test]
fn a_cut_archive_gives_what_comes_before() {
    let page = |k: usize| format!("第{k}天，{ARTICLE}");
    let member = |k: usize| {
        let url = format!("http://one.example/{k}");
        gzip(crate::formats::archived("conversion", &url, "text/plain", page(k).as_bytes()))
    };
    for count in [3, 60] {
        let whole: Vec<u8> = (0..count).flat_map(member).collect();
        let folder = Folder::new().with("a.warc.gz", &whole[..whole.len() - 40]);
        let found = Output::of(&folder.path("a.warc.gz"), &["--only", "clusters"]);
        assert_eq!((found.ids().len(), found.run()["skipped"].as_array().unwrap().len()), (count - 1, 1), "{count}");
    }
}

#[test]
fn lines_in_several_encodings_and_lone_surrogates_are_read() {
    let line = |page: &Value| format!("{page}\n");
    let [a, b, c] = [0, 1, 2].map(|k| line(&pages()[k]));
    let cut = c.replace("图书室，", "图书室\\ud83d，");
    let bytes = [a.into_bytes(), encoded(&b, encoding_rs::GB18030), cut.into_bytes()].concat();
    let folder = Folder::new().with("a.jsonl", bytes);
    let found = Output::of(&folder.path("a.jsonl"), &[]);
    assert_eq!((found.ids().len(), sets(&found)), (3, vec![vec!["a".into(), "b".into()]]));
    assert_eq!(found.records("documents.jsonl")[2]["repairs"]["lost_bytes"], 1);
    assert_eq!(found.records("documents.jsonl")[1]["title"], "粮站");
}

#[test]
fn times_in_a_field_and_those_that_nobody_can_be_sure_of() {
    let times = [
        ("Tue, 07 May 2024 23:30:15 GMT", json!("2024-05-07T23:30:15+00:00")),
        ("May 8, 2024 7:30 AM", json!("2024-05-08T07:30:00+08:00")),
        ("2024年5月8日（周三）上午7:30", json!("2024-05-08T07:30:00+08:00")),
        ("1715124615000.0", json!("2024-05-08T07:30:15+08:00")),
        ("民國113年5月8日", json!("2024-05-08")),
        ("05/08/2024 07:30", Value::Null),
        ("5月8日 07:30", Value::Null),
    ];
    let record = |(k, (time, _)): (usize, &(&str, Value))| json!({ "id": k, "text": format!("{k}号，{OTHER}"), "published": time });
    let records: Vec<Value> = times.iter().enumerate().map(record).collect();
    let folder = Folder::new().with("a.jsonl", lines(&records));
    let found = Output::of(&folder.path("a.jsonl"), &["--only", "clusters"]);
    assert_eq!(field(&found, "published"), times.map(|(_, wanted)| wanted));
}

#[test]
fn nested_fields_are_used_or_named() {
    let known = json!({ "id": 1, "text": ARTICLE, "metadata": { "url": "http://one.example/1", "date": "2024-05-08", "outlet": "石桥日报" } });
    let folder = Folder::new().with("known.jsonl", lines(&[known]));
    let found = Output::of(&folder.path("known.jsonl"), &[]);
    let page = &found.records("documents.jsonl")[0];
    assert_eq!(
        (&page["url"], &page["outlet"], &page["published"]),
        (&json!("http://one.example/1"), &json!("石桥日报"), &json!("2024-05-08"))
    );

    let strange = json!({ "id": 1, "text": ARTICLE, "info": { "posted_on": "2024-05-08 07:30", "address": "http://one.example/1" } });
    let folder = Folder::new().with("a.jsonl", lines(&[strange]));
    let said = detect(&folder.path("a.jsonl"), &folder.path("out"), &[]).ends_with(0);
    said.names_in_errors(&["--field published=info.posted_on", "--field url=info.address"]);
    let mapped = Output::of(&folder.path("a.jsonl"), &["--field", "published=info.posted_on"]);
    assert_eq!(field(&mapped, "published"), ["2024-05-08T07:30:00+08:00"]);
    let said = detect(&folder.path("a.jsonl"), &folder.path("none"), &["--field", "url=info.adress"]).ends_with(2);
    said.names_in_errors(&["info.adress", "info.address"]);
}

#[test]
#[cfg(unix)]
fn links_are_followed_once_and_loops_found() {
    use std::os::unix::fs::symlink;
    let folder = Folder::new()
        .with("blobs/0a", lines(&pages()))
        .with("far/x.jsonl", lines(&pages()[..1]))
        .with("in/y.jsonl", lines(&pages()[2..]));
    symlink("../blobs/0a", folder.path("in/train.jsonl")).unwrap();
    symlink("../far", folder.path("in/linked")).unwrap();
    symlink("y.jsonl", folder.path("in/again.jsonl")).unwrap();
    symlink("../in", folder.path("far/loop")).unwrap();
    symlink("nowhere", folder.path("in/gone.jsonl")).unwrap();
    let found = Output::of(&folder.path("in"), &[]);
    assert_eq!(found.ids().len(), 5);
    assert_eq!(found.run()["passed_over"]["links to files that are read already"], 1);
    let reasons: Vec<String> =
        found.run()["skipped"].as_array().unwrap().iter().map(|s| string(&s["reason"])).collect();
    assert!(reasons.iter().any(|reason| reason.contains("not there")), "{reasons:?}");
    assert!(reasons.iter().any(|reason| reason.contains("which it lies in")), "{reasons:?}");
}

#[test]
#[cfg(unix)]
fn a_pipe_is_read_like_standard_input() {
    let folder = Folder::new();
    let pipe = folder.path("pipe");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let writer = std::thread::spawn({
        let pipe = pipe.clone();
        move || std::fs::write(pipe, lines(&pages())).unwrap()
    });
    detect(&pipe, &folder.path("out"), &[]).ends_with(0);
    writer.join().unwrap();
    assert_eq!(sets(&Output::read(&folder.path("out"))), [["a", "b"]]);
}
