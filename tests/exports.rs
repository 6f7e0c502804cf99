//! What other programs are handed: tables, graphs, and the rights holder's sheet.

use crate::support::{Folder, Output, Said, detect, lines, members, repository, string, tonggao};
use quick_xml::Reader;
use quick_xml::events::Event;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// The sample corpus, detected.
fn samples() -> Folder {
    let folder = Folder::new();
    detect(&repository("corpus-samples/news"), &folder.path("out"), &["--quiet"]).ends_with(0);
    folder
}

/// Runs a command that reads the output folder and writes `dest`.
fn written(command: &str, folder: &Folder, words: &[&str], dest: &str, code: i32) -> Said {
    tonggao(&[command]).path(&folder.path("out")).words(words).words(&["-o"]).path(&folder.path(dest)).ends_with(code)
}

fn export(folder: &Folder, format: &str, dest: &str, code: i32) -> Said {
    written("export", folder, &["--format", format], dest, code)
}

fn sheet(folder: &Folder, outlet: &str, words: &[&str], dest: &str, code: i32) -> Said {
    written("sheet", folder, &[&["--outlet", outlet], words].concat(), dest, code)
}

/// The rows of a CSV file by column, without the mark that it must begin with.
fn csv_rows(path: &Path) -> Vec<BTreeMap<String, String>> {
    let text = std::fs::read_to_string(path).unwrap();
    let text = text.strip_prefix('\u{FEFF}').expect("a byte order mark");
    csv::Reader::from_reader(text.as_bytes()).deserialize().map(Result::unwrap).collect()
}

#[cfg(feature = "parquet")]
mod tables {
    use super::*;
    use arrow_array::cast::AsArray;
    use arrow_array::types::{Date32Type, Int64Type, TimestampMicrosecondType};
    use arrow_array::{Array, RecordBatch};
    use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
    use std::fs::File;

    const TABLES: [&str; 6] = ["documents", "clusters", "matches", "talking_points", "outlets", "outlet_pairs"];

    fn parquet_rows(path: &Path) -> RecordBatch {
        let reader = ParquetRecordBatchReaderBuilder::try_new(File::open(path).unwrap()).unwrap().build().unwrap();
        let batches: Vec<RecordBatch> = reader.map(Result::unwrap).collect();
        assert_eq!(batches.len(), 1, "small tables are one batch");
        batches.into_iter().next().unwrap()
    }

    /// Every field of the output is a column under its name; a field that a change adds must be added there too.
    #[test]
    fn tables_have_the_columns_of_the_contract() {
        let folder = samples();
        export(&folder, "parquet", "tables", 0);
        let output = Output::read(&folder.path("out"));
        for table in TABLES {
            let rows = parquet_rows(&folder.path(&format!("tables/{table}.parquet")));
            let records = output.records(&format!("{table}.jsonl"));
            assert_eq!(rows.num_rows(), records.len(), "{table}");
            let columns: BTreeSet<String> = rows.schema().fields().iter().map(|f| f.name().clone()).collect();
            let fields: BTreeSet<String> =
                records.iter().flat_map(|record| record.as_object().unwrap().keys().cloned()).collect();
            let derived = |column: &String| column.ends_with("_at") || column.ends_with("_on");
            let missing: Vec<_> = fields.difference(&columns).collect();
            let more: Vec<_> = columns.difference(&fields).filter(|c| !derived(c) && *c != "fields").collect();
            assert!(missing.is_empty() && more.is_empty(), "{table}: without {missing:?}, beyond {more:?}");
        }
    }

    #[test]
    fn a_day_is_never_an_instant() {
        let folder = samples();
        export(&folder, "parquet", "tables", 0);
        let rows = parquet_rows(&folder.path("tables/documents.parquet"));
        let text = |name: &str| rows.column_by_name(name).unwrap().as_string::<i32>().clone();
        let (times, precisions) = (text("published"), text("published_precision"));
        let instants = rows.column_by_name("published_at").unwrap().as_primitive::<TimestampMicrosecondType>().clone();
        let days = rows.column_by_name("published_on").unwrap().as_primitive::<Date32Type>().clone();
        let mut seen = BTreeSet::new();
        for row in 0..rows.num_rows() {
            let precision = precisions.value(row);
            seen.insert(precision);
            assert_eq!(instants.is_valid(row), matches!(precision, "second" | "minute"), "{}", times.value(row));
            assert_eq!(days.is_valid(row), precision != "none");
            if days.is_valid(row) {
                assert_eq!(days.value_as_date(row).unwrap().to_string(), times.value(row)[..10]);
            }
            if instants.is_valid(row) {
                let instant: jiff::Timestamp = times.value(row).parse().unwrap();
                assert_eq!(instants.value(row), instant.as_microsecond());
            }
        }
        assert!(seen.contains("second") && seen.contains("day"), "the samples no longer test this: {seen:?}");
    }

    #[test]
    fn nested_values_are_lists_and_structs() {
        let folder = samples();
        export(&folder, "parquet", "tables", 0);
        let rows = parquet_rows(&folder.path("tables/matches.parquet"));
        let records = Output::read(&folder.path("out")).records("matches.jsonl");
        let passages = rows.column_by_name("passages").unwrap().as_list::<i32>();
        for (row, record) in records.iter().enumerate() {
            let here = passages.value(row);
            let range = here.as_struct().column_by_name("a").unwrap().as_struct().clone();
            let starts = range.column_by_name("start").unwrap().as_primitive::<Int64Type>().values().to_vec();
            let expected: Vec<i64> =
                record["passages"].as_array().unwrap().iter().map(|p| p["a"][0].as_i64().unwrap()).collect();
            assert_eq!(starts, expected);
        }
    }

    #[test]
    fn csv_holds_what_the_lines_hold() {
        let folder = samples();
        export(&folder, "csv", "tables", 0);
        let output = Output::read(&folder.path("out"));
        for table in TABLES {
            let rows = csv_rows(&folder.path(&format!("tables/{table}.csv")));
            let records = output.records(&format!("{table}.jsonl"));
            assert_eq!(rows.len(), records.len(), "{table}");
            for (row, record) in rows.iter().zip(&records) {
                for (name, value) in record.as_object().unwrap() {
                    let cell = &row[name];
                    match value {
                        Value::Null => assert_eq!(cell, ""),
                        Value::String(text) => assert_eq!(cell.trim_start_matches('\''), text.trim_start_matches('\'')),
                        Value::Array(items) => {
                            let held: Vec<Value> = serde_json::from_str(cell).unwrap();
                            assert_eq!(held.len(), items.len(), "{table} {name}");
                        }
                        other => assert_eq!(&serde_json::from_str::<Value>(cell).unwrap(), other, "{table} {name}"),
                    }
                }
            }
        }
    }

    #[test]
    fn tables_replace_only_tables() {
        let folder = samples().with("thesis/chapter.tex", "years of work");
        let forced = |dest, code| written("export", &folder, &["--format", "parquet", "--force"], dest, code);
        export(&folder, "parquet", "tables", 0);
        export(&folder, "parquet", "tables", 2).names_in_errors(&["tables", "already exists", "--force"]);
        forced("tables", 0);
        forced("thesis", 2).names_in_errors(&["thesis", "refusing to overwrite"]);
        forced("out", 2).names_in_errors(&["out", "refusing to overwrite"]);
        tonggao(&["export", "--format", "parquet"]).path(&folder.path("out")).ends_with(2).names_in_errors(&["-o"]);
        std::fs::write(folder.path("out/matches.jsonl"), "{\"a\":1}\n").unwrap();
        export(&folder, "parquet", "again", 2).names_in_errors(&["matches.jsonl", "not valid", "detect"]);
        assert_eq!(folder.names(), ["out", "tables", "thesis"], "nothing else is left");
    }
}

/// The attributes of an element.
type Attributes = BTreeMap<String, String>;

/// The nodes and edges of a graph file.
fn graph(path: &Path) -> (Vec<Attributes>, Vec<Attributes>) {
    let text = std::fs::read_to_string(path).unwrap();
    let mut reader = Reader::from_str(&text);
    let (mut nodes, mut edges) = (Vec::new(), Vec::new());
    loop {
        match reader.read_event().unwrap() {
            Event::Start(element) => {
                let attribute = |a: quick_xml::events::attributes::Attribute| {
                    let value = quick_xml::escape::unescape(&a.value).unwrap();
                    (a.key.as_ref().to_owned(), value.into_owned())
                };
                let attributes = element.attributes().map(|a| attribute(a.unwrap())).collect();
                match element.name().as_ref() {
                    "node" => nodes.push(attributes),
                    "edge" => edges.push(attributes),
                    _ => {}
                }
            }
            Event::Eof => return (nodes, edges),
            _ => {}
        }
    }
}

#[test]
fn both_graphs_hold_every_member_and_every_parent() {
    let folder = samples();
    let clusters = Output::read(&folder.path("out")).records("clusters.jsonl");
    let pages: BTreeSet<String> = clusters.iter().flat_map(members).collect();
    let arrows: BTreeSet<(String, String)> = clusters
        .iter()
        .flat_map(|set| set["members"].as_array().unwrap())
        .filter(|member| !member["parent"].is_null())
        .map(|member| (string(&member["parent"]), string(&member["id"])))
        .collect();
    for format in ["graphml", "gexf"] {
        export(&folder, format, format, 0);
        let (nodes, edges) = graph(&folder.path(format));
        let ids: BTreeSet<String> = nodes.iter().map(|node| node["id"].clone()).collect();
        assert_eq!(ids.len(), nodes.len(), "ids are unique");
        assert!(pages.is_subset(&ids));
        let found: BTreeSet<(String, String)> =
            edges.iter().map(|edge| (edge["source"].clone(), edge["target"].clone())).collect();
        assert!(arrows.is_subset(&found));
        for (from, to) in found.difference(&arrows) {
            assert!(from.ends_with(":origin") && pages.contains(to), "{from} to {to}");
        }
        assert!(found.iter().all(|(from, to)| ids.contains(from) && ids.contains(to)));
    }
}

/// Three sentences that two outlets run, with `title` and `outlet` as given for the first.
fn shared_story(title: &str, outlet: &str) -> Folder {
    const STORY: &str = "渡口的老船工卢望舟昨天把最后一班船撑到了对岸，船上坐着他教过的十二个徒弟。\n\
        新桥通车以后，渡口改成了一座小小的陈列室，橹和缆绳都挂在墙上。\n\
        他说水还是那片水，只是从今往后，过河的人不用再等他了。\n";
    let page = |id: &str, title: &str, outlet: &str, at: &str, credit: &str| json!({ "id": id, "title": title, "outlet": outlet, "published": at, "text": format!("{credit}{STORY}") });
    let pages = [
        page("first", title, outlet, "2024-03-05T08:00:00+08:00", "本报记者 卢小满\n"),
        page("second", "最后一班渡船", "河湾网", "2024-03-05T11:30:00+08:00", &format!("来源：{outlet}\n")),
        page("third", "老渡口的告别", "东坡资讯", "2024-03-06", &format!("来源：{outlet}\n")),
    ];
    let folder = Folder::new().with("in.jsonl", lines(&pages));
    detect(&folder.path("in.jsonl"), &folder.path("out"), &["--quiet"]).ends_with(0);
    folder
}

#[test]
fn a_sheet_tells_who_ran_our_copy() {
    let folder = shared_story("渡口停航", "江岸晨报");
    sheet(&folder, "江岸晨报", &[], "sheet.html", 0);
    let html = std::fs::read_to_string(folder.path("sheet.html")).unwrap();
    let run = Output::read(&folder.path("out")).run();
    let documents = Output::read(&folder.path("out")).records("documents.jsonl");
    let hashes: Vec<String> = documents.iter().map(|document| string(&document["sha256"])).collect();
    let told = ["河湾网", "东坡资讯", "100 %", "已注明", "并非事实认定", "Content-Security-Policy", "2024-03-06<"];
    for words in told.iter().copied().chain([run["input_hash"].as_str().unwrap(), env!("CARGO_PKG_VERSION")]) {
        assert!(html.contains(words), "no {words:?} in {html}");
    }
    assert!(hashes.iter().all(|hash| html.contains(hash)) && !html.contains("<script"));
    sheet(&folder, "江岸晨報", &["--lang", "en"], "sheet.en.html", 0);
    let html = std::fs::read_to_string(folder.path("sheet.en.html")).unwrap();
    assert!(html.contains("a guess from evidence, not a finding of fact") && html.contains("<html lang=\"en\">"));
    sheet(&folder, "江岸晨报", &["--lang", "en"], "sheet.csv", 0);
    let rows = csv_rows(&folder.path("sheet.csv"));
    assert_eq!(rows.iter().map(|row| row["page"].as_str()).collect::<Vec<_>>(), ["second", "third"]);
    assert!(rows.iter().all(|row| row["credit"] == "given" && row["words of the credit"] == "江岸晨报"));
    assert!(rows.iter().all(|row| row["share of our text"] == "1" && row["SHA-256"].len() == 64), "{rows:?}");
}

#[test]
fn a_sheet_tells_what_was_passed_on() {
    let folder = samples();
    sheet(&folder, "星桥网", &["--lang", "en"], "sheet.csv", 0);
    let rows = csv_rows(&folder.path("sheet.csv"));
    let passed_on: Vec<_> = rows.iter().filter(|row| row["section"] == "Articles passed on from us").collect();
    let told: Vec<_> = passed_on.iter().map(|row| [&row["our page"], &row["page"]]).collect();
    assert_eq!(told, [["xq-778120", "ky_9f31"]], "the agency's article, cut by another from this outlet's copy");
    assert_eq!(passed_on[0]["probability that it began with us"], "");
}

#[test]
fn a_sheet_tells_which_longer_articles_hold_ours() {
    const OURS: &str = "清晨六点，渡工老秦把缆绳解开，又系上，再解开。这条渡船在江上走了三十一年，今天是最后一班。船上没有客人，\
        只有他自己，和一只装着铜哨子的木匣。哨子是他师傅留下的，吹了两代人，口沿磨得发亮。船到江心，他停了桨，让水带着船走了一段，\
        然后慢慢划回来，吹响哨子，三长一短，和头一回开船时一样。";
    const BEFORE: &str = "从去年冬天起，本县把沿江的七处老渡口一处一处看过来。有的渡口连石阶都让水淘空了，只剩两根拴船的木桩；\
        有的渡口边上修起了观景台，周末坐满了拍照的年轻人。县里的文史员说，渡口是一本翻旧了的账，记着谁家的米过了江，谁家的闺女嫁到了对岸。\
        我们请走过这些渡口的人各讲一段，讲得最细的，是一位刚刚交了船的人。讲得最短的是个放排的老汉，他只说了一句：水认得路。";
    const AFTER: &str = "七处渡口里，如今还有船的只剩两处。一处在上游的石佛湾，学生上学要靠它；另一处在下游的芦苇荡，收芦苇的人家一年用它四个月。\
        县交通局的打算是，桥修到哪里，船就停到哪里，停下来的船不拆，漆一遍，放进新修的船馆里去。馆长已经给每条船量了尺寸，\
        最长的一条十四米六，当年装过一台拖拉机。他说船馆开门那天，要请七个渡口的老船工都来，一人讲一个江上的夜晚，讲多久都行。\
        馆里还缺一支桨，找了半年没有找到，后来是下游一户人家从猪圈的横梁上取下来送来的，上面刻着造船那年的年号。";
    let page = |id: &str, outlet: &str, title: &str, text: &str| json!({ "id": id, "outlet": outlet, "published": "2024-03-20", "title": title, "text": text });
    let pages = [
        page("last", "江岸晨报", "最后一班渡船", OURS),
        page("seven", "河湾网", "七个老渡口", &[BEFORE, OURS, AFTER].join("\n")),
    ];
    let folder = Folder::new().with("in.jsonl", lines(&pages));
    detect(&folder.path("in.jsonl"), &folder.path("out"), &["--quiet"]).ends_with(0);
    sheet(&folder, "江岸晨报", &["--lang", "en"], "sheet.csv", 0);
    let rows = csv_rows(&folder.path("sheet.csv"));
    let told: Vec<_> = rows.iter().map(|row| [&row["section"], &row["our page"], &row["page"]]).collect();
    assert_eq!(told, [["Articles inside longer ones", "last", "seven"]]);
    assert_eq!(rows[0]["share of our text"], "1");
    sheet(&folder, "河湾网", &["--lang", "en"], "other.csv", 0);
    assert!(csv_rows(&folder.path("other.csv")).is_empty(), "the longer article is nobody's copy");
}

#[test]
fn an_outlet_that_is_not_known_ends_with_near_misses() {
    let folder = shared_story("渡口停航", "江岸晨报");
    sheet(&folder, "江岸晚报", &[], "sheet.html", 2).names_in_errors(&["江岸晚报", "江岸晨报", "outlets"]);
    tonggao(&["sheet"]).path(&folder.path("out")).ends_with(2).names_in_errors(&["--outlet"]);
    assert_eq!(folder.names(), ["in.jsonl", "out"]);
}

#[test]
fn copies_that_nobody_made_make_an_empty_sheet() {
    let folder = shared_story("渡口停航", "江岸晨报");
    sheet(&folder, "东坡资讯", &["--lang", "en"], "sheet.html", 0);
    let html = std::fs::read_to_string(folder.path("sheet.html")).unwrap();
    assert!(html.contains("No page of another outlet"), "{html}");
}

#[test]
fn pages_command_neither_browser_nor_spreadsheet_nor_graph() {
    let folder = shared_story("=HYPERLINK(\"x\")<script>alert(1)</script>\u{1}&", "江岸\"><b>晨报");
    let sheets: [PathBuf; 2] = ["sheet.html", "sheet.csv"].map(|dest| {
        sheet(&folder, "江岸\"><b>晨报", &[], dest, 0);
        folder.path(dest)
    });
    let html = std::fs::read_to_string(&sheets[0]).unwrap();
    assert!(!html.contains("<script") && !html.contains("<b>"), "{html}");
    assert!(csv_rows(&sheets[1]).iter().all(|row| row.values().all(|cell| !cell.starts_with('='))));
    for format in ["graphml", "gexf"] {
        export(&folder, format, format, 0);
        let ids: BTreeSet<String> = graph(&folder.path(format)).0.into_iter().map(|node| node["id"].clone()).collect();
        assert!(["first", "second", "third"].iter().all(|id| ids.contains(*id)), "{ids:?}");
    }
}

#[test]
fn the_export_is_linked_data_that_names_parents_and_origins() {
    let folder = samples();
    export(&folder, "prov", "out.jsonld", 0);
    let read: Value = serde_json::from_slice(&std::fs::read(folder.path("out.jsonld")).unwrap()).unwrap();
    assert_eq!(read["@context"]["prov"], "http://www.w3.org/ns/prov#");
    let nodes = read["@graph"].as_array().unwrap();
    let named = |id: &str| nodes.iter().find(|node| node["@id"] == id).unwrap_or_else(|| panic!("no {id}"));
    let copy = named("urn:tonggao:page:ky_9f31");
    assert_eq!(copy["isBasedOn"], "urn:tonggao:page:xq-778120");
    assert_eq!(copy["prov:qualifiedDerivation"]["prov:entity"], copy["prov:wasDerivedFrom"]);
    assert_eq!(copy["prov:hadPrimarySource"], "urn:tonggao:page:ht-20240103-004");
    assert_eq!(copy["sourceOrganization"]["name"], "霁通社");
    assert!(copy["prov:qualifiedPrimarySource"]["tonggao:probability"].as_f64().unwrap() > 0.9);
    assert_eq!(
        (&copy["publisher"]["name"], &copy["datePublished"]),
        (&"快柚新闻".into(), &"2024-01-03T13:05:11+08:00".into())
    );
    let origin = named("urn:tonggao:page:ht-20240103-004");
    assert!(origin.get("prov:hadPrimarySource").is_none() && origin.get("isBasedOn").is_none());
    assert_eq!(named("urn:tonggao:set:5:origin")["publisher"]["name"], "临澍晚报");
    let quotes = |node: &&Value| node["prov:wasQuotedFrom"].is_string();
    let third = "urn:tonggao:common-source:1";
    assert!(nodes.iter().filter(quotes).all(|node| node["prov:wasQuotedFrom"] == third), "all quote one notice");
    assert_eq!(nodes.iter().filter(quotes).count(), 6);
}

#[test]
fn an_export_is_written_whole_and_replaced_only_when_asked() {
    let page = serde_json::json!({ "id": "a", "text": "本市今年新建口袋公园十二处，总面积超过三万平方米。" });
    let folder = Folder::new().with("pages.jsonl", lines(&[page]));
    let (out, file) = (folder.path("out"), folder.path("out.jsonld"));
    detect(&folder.path("pages.jsonl"), &out, &["--quiet"]).ends_with(0);
    tonggao(&["report"]).path(&out).ends_with(0);
    let export_from = |from: &Path, flags: &[&str], code: i32| {
        tonggao(&["export"]).path(from).words(&["--format", "prov", "-o"]).path(&file).words(flags).ends_with(code);
    };
    export_from(&out, &[], 0);
    let written: Value = serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
    assert!(written["@graph"].is_array());
    export_from(&out, &[], 2);
    export_from(&out, &["--force"], 0);
    export_from(&folder.path("nowhere"), &["--force"], 2);
    assert_eq!(folder.names(), ["out", "out.jsonld", "pages.jsonl"], "no partial file is left");
}
