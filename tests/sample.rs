//! Pairs for hand coding, and the estimates from them.

use crate::corpus;
use crate::support::{Folder, detect, lines, tonggao};
use serde_json::{Value, json};
use std::path::Path;
use std::sync::LazyLock;

/// A run on a made corpus, with pairs of several kinds.
static RUN: LazyLock<Folder> = LazyLock::new(|| {
    let folder = Folder::new().with("made.jsonl", corpus::jsonl(5, 250));
    detect(&folder.path("made.jsonl"), &folder.path("out"), &["-q", "--only", "clusters"]).ends_with(0);
    folder
});

/// Draws into a file of that name.
fn draw(folder: &Folder, name: &str, flags: &[&str]) -> std::path::PathBuf {
    let file = folder.path(name);
    tonggao(&["sample"]).path(&RUN.path("out")).words(&["-o"]).path(&file).words(flags).ends_with(0);
    file
}

fn rows(file: &Path) -> Vec<Value> {
    std::fs::read_to_string(file).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn a_sample_sees_every_stratum_and_weighs_up_to_the_population() {
    let folder = Folder::new();
    let rows = rows(&draw(&folder, "pairs.jsonl", &["--pairs", "80"]));
    let matches = std::fs::read_to_string(RUN.path("out/matches.jsonl")).unwrap();
    assert_eq!(rows.len(), 80);
    let weights: f64 = rows.iter().map(|row| row["weight"].as_f64().unwrap()).sum();
    assert!((weights - matches.lines().count() as f64).abs() < 1e-6, "{weights}");
    let mut strata: Vec<&str> = rows.iter().map(|row| row["stratum"].as_str().unwrap()).collect();
    let in_order = strata.is_sorted();
    strata.sort_unstable();
    strata.dedup();
    assert!(strata.len() >= 4 && !in_order, "{strata:?}");
    assert!(strata.iter().any(|s| s.starts_with("one set/")) && strata.iter().any(|s| s.starts_with("apart/")));
    for row in &rows {
        assert_eq!(row["label"], Value::Null);
        assert!(row["text_a"].as_str().unwrap().chars().count() > 20 && row["a"].as_str() < row["b"].as_str());
    }
}

#[test]
fn a_seed_draws_the_same_pairs_again_and_another_one_others() {
    let folder = Folder::new();
    let first = rows(&draw(&folder, "first.jsonl", &["--pairs", "40"]));
    assert_eq!(first, rows(&draw(&folder, "again.jsonl", &["--pairs", "40"])));
    assert_ne!(first, rows(&draw(&folder, "other.jsonl", &["--pairs", "40", "--seed", "2"])));
}

#[test]
fn a_sheet_for_a_spreadsheet_comes_back_as_precision_and_recall() {
    let folder = Folder::new();
    let file = draw(&folder, "pairs.csv", &["--pairs", "60", "--characters", "40"]);
    let bytes = std::fs::read(&file).unwrap();
    assert!(
        bytes.starts_with(b"\xEF\xBB\xBFpair,label,title_a,title_b,text_a,text_b,"),
        "a spreadsheet knows the encoding"
    );
    // A coder who agrees with the run, but for one pair, and leaves one open.
    let mut table = csv::Reader::from_reader(&bytes[3..]);
    let names = table.headers().unwrap().clone();
    let at = |name: &str| names.iter().position(|held| held == name).unwrap();
    let (label, stratum) = (at("label"), at("stratum"));
    let (mut disagreed, mut open) = (false, false);
    let mut coded = csv::Writer::from_writer(Vec::new());
    coded.write_record(&names).unwrap();
    for record in table.records() {
        let mut cells: Vec<String> = record.unwrap().iter().map(str::to_owned).collect();
        let together = cells[stratum].starts_with("one set/");
        cells[label] = match (together, disagreed, open) {
            (true, false, _) => {
                disagreed = true;
                "否".into()
            }
            (true, _, false) => {
                open = true;
                "?".into()
            }
            (together, ..) => i32::from(together).to_string(),
        };
        coded.write_record(&cells).unwrap();
    }
    std::fs::write(&file, coded.into_inner().unwrap()).unwrap();
    let estimate = |flags: &[&str]| {
        tonggao(&["sample"]).path(&RUN.path("out")).words(&["--coded"]).path(&file).words(flags).ends_with(0).out
    };
    let found: Value = serde_json::from_str(&estimate(&["--json"])).unwrap();
    let precision = |end: &str| found["precision"][end].as_f64().unwrap();
    assert!(
        precision("value") < 1.0 && precision("low") < precision("value") && precision("value") < precision("high"),
        "{found}"
    );
    assert_eq!((&found["recall"]["value"], &found["undecided"], &found["blank"]), (&json!(1.0), &json!(1), &json!(0)));
    assert!(found["recall"]["low"].as_f64().unwrap() < 1.0, "of pairs apart only some were seen");
    let text = estimate(&[]);
    assert!(text.contains("precision ") && text.contains("95 % interval") && text.contains("Cochran 1977"), "{text}");
}

#[test]
fn what_is_no_sheet_of_the_run_is_an_error_that_says_where() {
    let folder = Folder::new()
        .with("label.csv", "label,stratum\n1,one set/reprint/0.95-1.00\nprobably,one set/reprint/0.95-1.00\n")
        .with("stratum.csv", "label,stratum\n1,one set/reprint/0.11-0.12\n")
        .with("columns.csv", "id,label\n1,1\n");
    let run = |name: &str| {
        tonggao(&["sample"]).path(&RUN.path("out")).words(&["--coded"]).path(&folder.path(name)).ends_with(2)
    };
    run("label.csv").names_in_errors(&["label.csv", "line 3", "probably", "是"]);
    run("stratum.csv").names_in_errors(&["0.11-0.12", "drawn from this run"]);
    run("columns.csv").names_in_errors(&["no column \"stratum\""]);
    run("nowhere.csv").names_in_errors(&["nowhere.csv", "Check the path"]);
}

#[test]
fn a_sheet_is_never_replaced_unasked_and_too_few_pairs_are_refused() {
    let folder = Folder::new();
    let file = draw(&folder, "pairs.csv", &["--pairs", "30"]);
    let again = |flags: &[&str]| {
        tonggao(&["sample"]).path(&RUN.path("out")).words(&["--pairs", "30", "-o"]).path(&file).words(flags)
    };
    again(&[]).ends_with(2).names_in_errors(&["already exists", "--force"]);
    again(&["--force"]).ends_with(0);
    let few = tonggao(&["sample"]).path(&RUN.path("out")).words(&["--pairs", "3", "-o"]).path(&folder.path("few.csv"));
    few.ends_with(2).names_in_errors(&["--pairs", "3 pairs", "strata"]);
    tonggao(&["sample"]).path(&RUN.path("out")).ends_with(2).names_in_errors(&["--pairs"]);
    assert_eq!(folder.names(), ["pairs.csv"]);
}

#[test]
fn a_run_without_pairs_has_nothing_to_sample() {
    let folder = Folder::new()
        .with("a.jsonl", lines(&[json!({ "id": "alone", "text": "湖心亭今早开门，迎来了今年的第一批游客。" })]));
    detect(&folder.path("a.jsonl"), &folder.path("out"), &["-q"]).ends_with(0);
    let run =
        tonggao(&["sample"]).path(&folder.path("out")).words(&["--pairs", "10", "-o"]).path(&folder.path("p.csv"));
    run.ends_with(2).names_in_errors(&["matches.jsonl", "no pairs"]);
}
