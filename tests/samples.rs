//! The sample corpus against `corpus-samples/expected.json`.

use crate::oracle::units;
use crate::support::{Output, cut, members, nothing_wrong, range, repository, string, strings};
use serde_json::Value;
use std::collections::HashMap;
use std::sync::LazyLock;

struct Sample {
    expected: Value,
    documents: HashMap<String, Value>,
    clusters: Vec<Value>,
    matches: Vec<Value>,
    points: Vec<Value>,
    texts: HashMap<String, String>,
}

static SAMPLE: LazyLock<Sample> = LazyLock::new(|| {
    let output = Output::of(&repository("corpus-samples/news"), &[]);
    let documents = output.records("documents.jsonl");
    Sample {
        expected: serde_json::from_slice(&std::fs::read(repository("corpus-samples/expected.json")).unwrap()).unwrap(),
        documents: documents.into_iter().map(|d| (string(&d["id"]), d)).collect(),
        clusters: output.records("clusters.jsonl"),
        matches: output.records("matches.jsonl"),
        points: output.records("talking_points.jsonl"),
        texts: texts(),
    }
});

/// The texts by id, read here and not by the program.
fn texts() -> HashMap<String, String> {
    let read = |path: &str| std::fs::read_to_string(repository(&format!("corpus-samples/news/{path}"))).unwrap();
    let mut texts = HashMap::new();
    for file in ["wire.jsonl", "portals.jsonl"] {
        for line in read(file).lines() {
            let record: Value = serde_json::from_str(line).unwrap();
            texts.insert(string(&record["id"]), string(&record["text"]));
        }
    }
    for page in 1..=15 {
        let id = format!("pages/p{page:02}.txt");
        texts.insert(id.clone(), read(&id));
    }
    texts
}

impl Sample {
    fn expected_clusters(&self) -> &[Value] {
        self.expected["clusters"].as_array().unwrap()
    }

    fn document(&self, id: &str) -> &Value {
        &self.documents[id]
    }

    /// The cluster that holds exactly the members of `expected`.
    fn cluster_like(&self, expected: &Value) -> &Value {
        let wanted = strings(&expected["members"]);
        let name = &expected["name"];
        self.clusters.iter().find(|found| members(found) == wanted).unwrap_or_else(|| panic!("set {name} not found"))
    }

    fn matched(&self, x: &str, y: &str) -> Option<&Value> {
        let (a, b) = if x < y { (x, y) } else { (y, x) };
        self.matches.iter().find(|m| m["a"] == a && m["b"] == b)
    }

    /// Every passage with the ids and texts of both its pages.
    fn passages(&self) -> impl Iterator<Item = (&Value, [&str; 2])> {
        self.matches.iter().flat_map(|found| {
            let sides = [&found["a"], &found["b"]].map(|id| id.as_str().unwrap());
            found["passages"].as_array().unwrap().iter().map(move |passage| (passage, sides))
        })
    }
}

#[test]
fn the_pages_are_all_there() {
    let mut found: Vec<&String> = SAMPLE.documents.keys().collect();
    let mut written: Vec<&String> = SAMPLE.texts.keys().collect();
    found.sort();
    written.sort();
    assert_eq!(found, written);
}

#[test]
fn clusters_have_exactly_the_expected_members() {
    let mut found: Vec<Vec<String>> = SAMPLE.clusters.iter().map(members).collect();
    let mut expected: Vec<Vec<String>> =
        SAMPLE.expected_clusters().iter().map(|cluster| strings(&cluster["members"])).collect();
    found.sort();
    expected.sort();
    assert_eq!(found, expected);
}

#[test]
fn pages_of_no_cluster_are_in_none() {
    let expected = strings(&SAMPLE.expected["in_no_cluster"]);
    let clustered = expected.iter().filter(|id| !SAMPLE.document(id)["cluster"].is_null());
    nothing_wrong(clustered.map(|id| format!("{id} is in a cluster")).collect());
}

#[test]
fn documents_and_clusters_tell_the_same() {
    for cluster in &SAMPLE.clusters {
        for member in cluster["members"].as_array().unwrap() {
            let document = SAMPLE.document(member["id"].as_str().unwrap());
            assert_eq!(document["cluster"], cluster["cluster"]);
            assert_eq!(document["parent"], member["parent"]);
            assert_eq!(document["relation"], member["relation"]);
        }
        let kept = members(cluster).into_iter().filter(|id| SAMPLE.document(id)["kept"] == true);
        assert_eq!(kept.count(), 1, "one page of cluster {} is kept", cluster["cluster"]);
    }
}

#[test]
fn origins_are_the_expected_ones() {
    let mut complaints = Vec::new();
    for expected in SAMPLE.expected_clusters() {
        let (found, wanted) = (&SAMPLE.cluster_like(expected)["origin"], &expected["origin"]);
        // A page without fields may be known by its host only: where the origin is a page, the page decides.
        let right = if wanted["document"].is_null() {
            found["document"].is_null() && found["outlet"] == wanted["outlet"]
        } else {
            found["document"] == wanted["document"]
        };
        if !right {
            let (document, outlet) = (&found["document"], &found["outlet"]);
            complaints.push(format!("{}: {document} of {outlet}, not {wanted}", expected["name"]));
        }
    }
    nothing_wrong(complaints);
}

#[test]
fn every_verdict_says_what_it_rests_on() {
    for cluster in &SAMPLE.clusters {
        let origin = &cluster["origin"];
        let probability = origin["probability"].as_f64().unwrap();
        assert!((0.0..=1.0).contains(&probability));
        assert!(!origin["evidence"].as_array().unwrap().is_empty(), "cluster {}", cluster["cluster"]);
    }
}

#[test]
fn quoted_evidence_is_on_the_page_it_names() {
    // A time that a field states is quoted as well; it stands on no page.
    let of_words = |e: &&Value| !["earliest", "tied_earliest", "later"].iter().any(|kind| e["kind"] == *kind);
    for cluster in &SAMPLE.clusters {
        for evidence in cluster["origin"]["evidence"].as_array().unwrap().iter().filter(of_words) {
            if let (Some(quote), Some(id)) = (evidence["quote"].as_str(), evidence["document"].as_str()) {
                assert!(SAMPLE.texts[id].contains(quote), "{quote:?} does not stand in {id}");
            }
        }
    }
}

#[test]
fn relations_of_the_copies_are_the_expected_ones() {
    let mut complaints = Vec::new();
    for expected in SAMPLE.expected_clusters() {
        for (id, wanted) in expected["relations"].as_object().unwrap() {
            let found = &SAMPLE.document(id)["relation"];
            if found != wanted {
                complaints.push(format!("{}: {id} is {found}, not {wanted}", expected["name"]));
            }
        }
    }
    nothing_wrong(complaints);
}

#[test]
fn attribution_is_what_the_pages_state() {
    let mut complaints = Vec::new();
    for (id, stated) in SAMPLE.expected["attribution"].as_object().unwrap() {
        let found = &SAMPLE.document(id)["attribution"];
        for (key, wanted) in stated.as_object().unwrap() {
            let value = if key == "dateline_agency" { &found["dateline"]["agency"] } else { &found[key] };
            if value != wanted {
                complaints.push(format!("{id}: {key} is {value}, not {wanted}"));
            }
        }
    }
    nothing_wrong(complaints);
}

#[test]
fn attribution_is_nothing_that_the_pages_do_not_state() {
    let mut complaints = Vec::new();
    for (id, document) in &SAMPLE.documents {
        let stated = &SAMPLE.expected["attribution"][id];
        for key in ["source", "authors", "correspondents", "editors", "original_url"] {
            let found = &document["attribution"][key];
            let is_empty = found.is_null() || found.as_array().is_some_and(Vec::is_empty);
            if !is_empty && stated[key].is_null() {
                complaints.push(format!("{id}: {key} is {found}, and the page states none"));
            }
        }
    }
    nothing_wrong(complaints);
}

#[test]
fn the_round_up_is_a_compilation_of_no_cluster() {
    let found = SAMPLE.documents.values().filter(|d| d["relation"] == "compilation").map(|d| string(&d["id"]));
    assert_eq!(found.collect::<Vec<_>>(), strings(&SAMPLE.expected["compilation"]));
}

#[test]
fn articles_that_quote_one_notice_share_a_source() {
    let quoting = strings(&SAMPLE.expected["common_source"]["members"]);
    let begins = units(SAMPLE.expected["common_source"]["text_begins"].as_str().unwrap());
    for (k, x) in quoting.iter().enumerate() {
        for y in &quoting[..k] {
            let found = SAMPLE.matched(x, y).unwrap_or_else(|| panic!("{x} and {y} do not match"));
            assert_eq!(found["kind"], "common_source", "{x} and {y}");
            let holds = |p: &Value| {
                units(&cut(&SAMPLE.texts[found["a"].as_str().unwrap()], range(&p["a"])))
                    .windows(begins.len())
                    .any(|window| window == begins)
            };
            assert!(found["passages"].as_array().unwrap().iter().any(holds), "{x} and {y} share the notice");
        }
    }
}

#[test]
fn notices_of_one_template_are_no_reprints() {
    let notices = strings(&SAMPLE.expected["template_notices"]);
    for (k, x) in notices.iter().enumerate() {
        for y in &notices[..k] {
            if let Some(found) = SAMPLE.matched(x, y) {
                assert_ne!(found["kind"], "reprint", "{x} and {y}");
            }
        }
    }
}

/// True when characters `range` are whole lines of the text, blanks at their ends left out.
fn are_whole_lines(text: &str, range: std::ops::Range<usize>) -> bool {
    let chars: Vec<char> = text.chars().collect();
    let blank = |c: &&char| c.is_whitespace() && **c != '\n';
    let before = chars[..range.start].iter().rev().find(|c| !blank(c));
    let after = chars[range.end..].iter().find(|c| !blank(c));
    let edges = [chars[range.start], chars[range.end - 1]];
    let outside = [before, after].iter().all(|c| c.is_none_or(|&c| c == '\n'));
    outside && edges.iter().all(|c| !c.is_whitespace())
}

#[test]
fn furniture_ranges_are_characters_of_whole_lines() {
    for (id, document) in &SAMPLE.documents {
        let text = &SAMPLE.texts[id];
        let spans = document["furniture"].as_array().unwrap();
        assert!(!spans.is_empty(), "{id} has furniture");
        for span in spans {
            assert!(are_whole_lines(text, range(span)), "{id}: {:?}", cut(text, range(span)));
        }
    }
}

/// Character ranges at which `part` stands in `text`.
fn places<'t>(text: &'t str, part: &'t str) -> impl Iterator<Item = std::ops::Range<usize>> {
    text.match_indices(part).map(move |(byte, _)| {
        let start = text[..byte].chars().count();
        start..start + part.chars().count()
    })
}

/// True when the program can know the line for furniture: it is told the site by a field, or sees three pages
/// without fields that have the line.
fn can_be_known(id: &str, line: &str) -> bool {
    let bare = |id: &str| id.starts_with("pages/");
    !bare(id) || SAMPLE.texts.iter().filter(|(id, text)| bare(id) && text.contains(line)).count() >= 3
}

#[test]
fn furniture_is_masked_wherever_it_can_be_known() {
    let mut complaints = Vec::new();
    for line in strings(&SAMPLE.expected["furniture_never_in_points"]) {
        for (id, text) in SAMPLE.texts.iter().filter(|(id, _)| can_be_known(id, &line)) {
            let spans: Vec<_> = SAMPLE.document(id)["furniture"].as_array().unwrap().iter().map(range).collect();
            for at in places(text, &line) {
                if !spans.iter().any(|span| span.start <= at.start && at.end <= span.end) {
                    complaints.push(format!("{id}: {line} is not masked"));
                }
            }
        }
    }
    nothing_wrong(complaints);
}

#[test]
fn furniture_never_takes_the_article() {
    let mut complaints = Vec::new();
    for (id, text) in &SAMPLE.texts {
        for span in SAMPLE.document(id)["furniture"].as_array().unwrap() {
            let masked = units(&cut(text, range(span))).concat();
            for point in strings(&SAMPLE.expected["talking_points"]).iter().filter(|point| masked.contains(*point)) {
                complaints.push(format!("{id}: the words {point} are masked"));
            }
        }
    }
    nothing_wrong(complaints);
}

/// The units of a passage, without what stands inside it and is not the article's: masked lines, captions, and
/// credits (a page without fields may have its headline taken for text).
fn article_units(id: &str, passage: std::ops::Range<usize>) -> Vec<String> {
    let spans: Vec<_> = SAMPLE.document(id)["furniture"].as_array().unwrap().iter().map(range).collect();
    let mut kept = String::new();
    for (at, c) in SAMPLE.texts[id].chars().enumerate() {
        if passage.contains(&at) && !spans.iter().any(|span| span.contains(&at)) {
            kept.push(c);
        }
    }
    let marks = ["图片来源", "图为", "发布时间：", "来源："];
    kept.lines().filter(|line| !marks.iter().any(|mark| line.contains(mark))).flat_map(units).collect()
}

#[test]
fn passages_of_identity_one_are_the_same_words_on_both_pages() {
    let whole = || SAMPLE.passages().filter(|(passage, _)| passage["identity"] == 1.0);
    assert!(whole().count() > 20);
    for (passage, [a, b]) in whole() {
        let sides = [(a, "a"), (b, "b")].map(|(id, side)| article_units(id, range(&passage[side])));
        assert_eq!(sides[0], sides[1], "{a} and {b}: {passage}");
    }
}

#[test]
fn passages_have_twenty_units_in_common_at_least() {
    for (passage, [a, b]) in SAMPLE.passages() {
        let lengths = [(a, "a"), (b, "b")].map(|(id, side)| article_units(id, range(&passage[side])).len());
        let equal = passage["identity"].as_f64().unwrap() * lengths[0].max(lengths[1]) as f64;
        assert!(equal > 19.9, "{a} and {b}: {equal} units in {passage}");
    }
}

#[test]
fn talking_points_are_found_and_nothing_else_passes_for_one() {
    let texts: Vec<String> = SAMPLE.points.iter().map(|point| string(&point["text"])).collect();
    let mut complaints = Vec::new();
    for wanted in strings(&SAMPLE.expected["talking_points"]) {
        if !texts.iter().take(10).any(|text| text.contains(&wanted)) {
            complaints.push(format!("{wanted} is not among the first ten"));
        }
    }
    for key in ["not_talking_points", "furniture_never_in_points"] {
        for decoy in strings(&SAMPLE.expected[key]) {
            let folded = units(&decoy).concat();
            if texts
                .iter()
                .map(|text| units(text).concat())
                .any(|text| text.contains(&folded) || folded.contains(&text))
            {
                complaints.push(format!("{decoy} passes for a talking point"));
            }
        }
    }
    nothing_wrong(complaints);
}

#[test]
fn examples_of_talking_points_stand_where_they_are_said_to() {
    for point in &SAMPLE.points {
        let variants: Vec<String> = point["variants"].as_array().unwrap().iter().map(|v| string(&v["text"])).collect();
        let forms: Vec<Vec<String>> = variants.iter().chain([&string(&point["text"])]).map(|v| units(v)).collect();
        for example in point["examples"].as_array().unwrap() {
            let at = |name: &str| usize::try_from(example[name].as_u64().unwrap()).unwrap();
            let shown = units(&cut(&SAMPLE.texts[example["id"].as_str().unwrap()], at("start")..at("end")));
            assert!(forms.contains(&shown), "{}: {example} shows {}", point["text"], shown.concat());
        }
    }
}
