//! Explanations of the sample corpus.

use super::*;
use crate::config::Config;
use crate::output_folder::Reread;
use crate::{pipeline, report};
use std::path::{Path, PathBuf};

/// Runs `detect` on the sample corpus into a folder of its own.
fn sample() -> (tempfile::TempDir, OutFolder) {
    let root = tempfile::tempdir().unwrap();
    let news = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus-samples/news");
    let folder = detect(&[news], root.path());
    let out = OutFolder::open(&folder).unwrap();
    (root, out)
}

fn detect(inputs: &[PathBuf], root: &Path) -> PathBuf {
    let config = Config { only: crate::config::Only::Origin, ..Config::default() };
    let corpus = pipeline::open(inputs, &config, None).unwrap();
    let findings = pipeline::detect(&corpus, &config, &pipeline::Unobserved).unwrap();
    let folder = root.join("out");
    report::write(&findings, &folder).unwrap();
    folder
}

fn text(answer: Answer) -> String {
    match answer {
        Answer::Text(text) => text,
        Answer::Nothing(why) => panic!("{why}"),
    }
}

#[test]
fn a_set_is_argued_for_and_against() {
    let (_root, out) = sample();
    let said = text(out.explain_cluster(0).unwrap());
    for part in [
        "Origin: most likely ht-20240103-004",
        "pages of other outlets credit it",
        "通社” on ",
        "What speaks against it",
        "Runner-up:",
        "credit withheld",
        "credit given: “霁通社”",
        "not a finding of fact",
    ] {
        assert!(said.contains(part), "{part} is missing in\n{said}");
    }
}

#[test]
fn the_runner_up_is_likelier_than_nobody_else() {
    let (_root, out) = sample();
    out.each_line("clusters.jsonl", |line, at| {
        let cluster: crate::records::ClusterRecord = out.parse("clusters.jsonl", line, at)?;
        let (origin, second) = (cluster.origin.unwrap(), cluster.runner_up.unwrap());
        let is_unknown = origin.document.is_none() && origin.outlet.is_none();
        assert!(second.probability <= origin.probability || is_unknown, "a page may be likelier and not be named");
        assert_ne!((origin.document, origin.outlet), (second.document, second.outlet));
        Ok(true)
    })
    .unwrap();
}

#[test]
fn a_page_is_taken_apart() {
    let (_root, out) = sample();
    let said = text(out.explain_page("pages/p12.txt").unwrap());
    for part in
        ["learnt: on 4 different articles", "headline", "a label for a source", "14 × pinyin", "“霽江日報” (characters"]
    {
        assert!(said.contains(part), "{part} is missing in\n{said}");
    }
}

#[test]
fn two_pages_are_compared() {
    let (_root, out) = sample();
    let reprint = text(out.explain_pair("ht-20240103-004", "pages/p07.txt").unwrap());
    assert!(reprint.contains("Verdict: reprint") && reprint.contains("identity 100 %"), "{reprint}");
    let common = text(out.explain_pair("pages/p03.txt", "xq-780911").unwrap());
    assert!(common.contains("Verdict: common source") && common.contains("Also on\n  pages/p06.txt"), "{common}");
    let strangers = text(out.explain_pair("pages/p01.txt", "ky_9f31").unwrap());
    assert!(strangers.contains("nothing in common"), "{strangers}");
}

#[test]
fn every_page_is_cleaned_as_the_run_cleaned_it() {
    let (_root, out) = sample();
    let mut ids = Vec::new();
    out.each_line("documents.jsonl", |line, at| {
        let value: serde_json::Value = out.parse("documents.jsonl", line, at)?;
        ids.push((value["id"].as_str().unwrap().to_owned(), value["furniture"].clone()));
        Ok(true)
    })
    .unwrap();
    for (id, furniture) in ids {
        let documents = out.documents(&[&id]).unwrap();
        let reread = Reread::new(&out, &[&documents[0]]).unwrap();
        let pages = reread.pages(&out).unwrap();
        let spans = pages.read(crate::types::DocId(0), |raw, clean| {
            let chars = |byte: u32| raw.text[..byte as usize].chars().count();
            let spans: Vec<[usize; 2]> =
                clean.furniture_spans().iter().map(|span| [chars(span.start), chars(span.end)]).collect();
            serde_json::to_value(spans).unwrap()
        });
        assert_eq!(spans, furniture, "{id}");
    }
}

#[test]
fn nothing_to_show_is_said() {
    let (_root, out) = sample();
    for answer in [out.explain_cluster(99), out.explain_page("nobody"), out.explain_pair("nobody", "ky_9f31")] {
        assert!(matches!(answer.unwrap(), Answer::Nothing(_)));
    }
}

#[test]
fn a_file_that_has_changed_is_an_error() {
    let root = tempfile::tempdir().unwrap();
    let file = root.path().join("pages.jsonl");
    let body = "本市今年新建口袋公园十二处，总面积超过三万平方米，居民出门不远就能看见绿地。";
    std::fs::write(&file, format!("{{\"id\":\"a\",\"text\":\"{body}\"}}\n")).unwrap();
    let out = OutFolder::open(&detect(std::slice::from_ref(&file), root.path())).unwrap();
    assert!(matches!(out.explain_page("a").unwrap(), Answer::Text(_)));
    std::fs::write(&file, format!("{{\"id\":\"a\",\"text\":\"{}\"}}\n", body.replace('今', "去"))).unwrap();
    let error = out.explain_page("a").unwrap_err().to_string();
    assert!(error.contains("pages.jsonl at byte 0") && error.contains("changed since the run"), "{error}");
}
